//! No secret in any log, error, table or URL after a full run of every command at debug and trace level.

use crate::app::{Account, App, EMAIL, PASSWORD, Running, binary, sandbox, stderr};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use reqwest::Client;
use serde_json::{Value, json};
use std::{io::Write, process::Stdio};

/// What is logged, libraries included.
const LEVELS: [&str; 2] = ["debug", "trace"];
const WRONG_TOKEN: &str = "EAAGwrongwrongwrongwrongwrongwrong";
const WRONG_PASSWORD: &str = "incorrect horse battery staple";

/// Something that must turn up nowhere.
struct Secret {
    what: &'static str,
    /// Ways it could be written; a part of it is as bad as the whole.
    forms: Vec<Vec<u8>>,
}

impl Secret {
    fn new(what: &'static str, text: &str) -> Self {
        let cut = |range: std::ops::Range<usize>| text.as_bytes()[range].to_vec();
        let (length, half) = (text.len(), text.len() / 2);
        let urlencoded = reqwest::Url::parse_with_params("x:/", [("s", text)]).unwrap().query().unwrap()[2..].to_owned();
        let base64 = STANDARD_NO_PAD.encode(text);
        Self { what, forms: vec![cut(0..half), cut(half..length), urlencoded.into_bytes(), base64.into_bytes()] }
    }

    fn with(mut self, form: Vec<u8>) -> Self {
        self.forms.push(form);
        self
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        self.forms.iter().any(|form| memmem(bytes, form))
    }
}

fn memmem(bytes: &[u8], wanted: &[u8]) -> bool {
    let first = wanted[0];
    bytes.iter().enumerate().any(|(at, byte)| *byte == first && bytes[at..].starts_with(wanted))
}

/// Everything the processes have said.
#[derive(Default)]
struct Said(Vec<u8>);

impl Said {
    /// Runs a command at a level and keeps what it says.
    fn run(&mut self, app: &App, level: &str, args: &[&str], input: &str) {
        let mut command = app.command(args);
        command.env("TRIMTAB_LOG", level).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that refuses its arguments does not read its input.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let out = child.wait_with_output().unwrap();
        self.0.extend(out.stdout);
        self.0.extend(out.stderr);
    }
}

#[test]
fn no_secret_is_left_anywhere() {
    let sandbox = sandbox(&["--seed", "31", "--tenants", "1", "--ads", "6", "--days", "40", "--today", "2026-11-20"]);
    let account = sandbox.accounts().remove(0);
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", &account.currency, "--timezone", &account.timezone]);
    let mut said = Said::default();
    for level in LEVELS {
        every_command(&app, &sandbox, &account, level, &mut said);
    }
    assert!(said.0.len() > 100_000, "the log was loud");
    let log = String::from_utf8_lossy(&said.0).into_owned();
    assert!(log.contains("platform call") && log.contains("unexpected shape"), "calls were logged, and faults struck");

    let key = std::fs::read_to_string(app.path().join("vault.key")).unwrap();
    let key = key.trim().rsplit(':').next().unwrap();
    let mut secrets = vec![
        Secret::new("token", &account.secret),
        Secret::new("refused token", WRONG_TOKEN),
        Secret::new("password", PASSWORD),
        Secret::new("refused password", WRONG_PASSWORD),
        Secret::new("key", key).with(STANDARD_NO_PAD.decode(key).unwrap()),
    ];
    let serving = app.serve_at("trace");
    let (session, answers) = over_http(&serving, &account);
    secrets.push(Secret::new("session", &session));
    said.0.extend(answers.into_bytes());
    // While it serves, the write-ahead log of the database is there to be searched too.
    let files = app.files();
    assert!(files.iter().any(|file| file.ends_with("trimtab.db-wal")), "{files:?}");
    assert!(files.iter().any(|file| file.extension().is_some_and(|end| end == "parquet")), "{files:?}");
    for secret in &secrets {
        for file in files.iter().filter(|file| !file.ends_with("vault.key")) {
            assert!(!secret.is_in(&std::fs::read(file).unwrap()), "the {} is in {}", secret.what, file.display());
        }
    }
    said.0.extend(serving.log.lock().unwrap().iter());
    drop(serving);
    for secret in &secrets {
        assert!(!secret.is_in(&said.0), "the {} is in the output", secret.what);
        for file in app.files().iter().filter(|file| !file.ends_with("vault.key")) {
            assert!(!secret.is_in(&std::fs::read(file).unwrap()), "the {} is in {}", secret.what, file.display());
        }
    }

    // The platform is asked without the token in its URLs, but for the one call that has no other way. The sandbox names what is secret.
    let calls = sandbox.get("/_sandbox/calls");
    assert!(!secrets[0].is_in(calls.to_string().as_bytes()), "the token is in the platform's log");
    for call in calls.as_array().unwrap() {
        let (route, query) = (call["route"].as_str().unwrap(), call["query"].as_str().unwrap());
        assert!(!query.contains("access_token="), "a token travelled in the URL of {route}");
        assert_eq!(query.contains("input_token="), route.ends_with("/debug_token"), "{route}?{query}");
    }
}

/// Connects, syncs through faults, imports, asks and looks for trouble.
fn every_command(app: &App, sandbox: &Running, account: &Account, level: &str, said: &mut Said) {
    let connect =
        ["connect", "meta", "--tenant", "acme", "--account", &account.id, "--secret-stdin", "--base-url", &account.base_url];
    said.run(app, level, &["init", "--email", "second@agency.example", "--password-stdin", "--again"], PASSWORD);
    said.run(app, level, &connect, WRONG_TOKEN);
    // A token pasted with a line break, and one pasted into the wrong field.
    said.run(app, level, &connect, &account.secret.replace("EAAG", "EAAG\n"));
    said.run(app, level, &connect, &account.secret);
    let sync = ["sync", "--tenant", "acme"];
    said.run(app, level, &sync, "");
    for kind in ["expired_token", "truncated", "malformed", "drift", "server_error", "429", "duplicate_page", "revoked"] {
        let times = if matches!(kind, "malformed" | "drift" | "truncated") { 60 } else { 2 };
        sandbox.fault(json!({ "route": "*", "kind": kind, "times": times }));
        said.run(app, level, &sync, "");
        sandbox.delete("/_sandbox/faults");
    }
    let file = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
    let rows = "Campaign,Day,Impressions,Clicks,Cost\nA,2026-11-01,10,1,2.50\nA,2026-11-02,many,1,2.50\n";
    std::fs::write(file.path(), rows).unwrap();
    said.run(app, level, &["import", file.path().to_str().unwrap(), "--tenant", "acme"], "");
    let ask = ["query", "--tenant", "acme", "--by", "campaign", "--from", "2026-11-01", "--to", "2026-11-20", "--metrics"];
    said.run(app, level, &[&ask[..], &["spend,roas"]].concat(), "");
    said.run(app, level, &[&ask[..], &["spent"]].concat(), "");
    said.run(app, level, &["tools", "call", "meta.check_credential", "--tenant", "acme"], "");
    said.run(app, level, &["tools", "call", "meta.list_pixels", "--tenant", "acme", "--input", "{\"colour\":1}"], "");
    said.run(app, level, &["tenant", "list"], "");
    said.run(app, level, &["doctor"], "");
}

/// Signs in, wrongly and rightly, and uses the API. Answers the session's token and what was answered, but for the answer that hands
/// the token over.
fn over_http(serving: &Running, account: &Account) -> (String, String) {
    crate::app::http(async {
        let client = Client::new();
        let at = |path: &str| format!("{}/api/v1/{path}", serving.url);
        let login = async |password: &str| {
            let body = json!({ "email": EMAIL, "password": password });
            client.post(at("auth/login")).json(&body).send().await.unwrap()
        };
        let mut answers = login(WRONG_PASSWORD).await.text().await.unwrap();
        let reply = login(PASSWORD).await;
        assert!(reply.status().is_success());
        let session: Value = reply.json().await.unwrap();
        let token = crate::app::text(&session["token"]);
        for path in ["me", "tenants", "connections?tenant=acme", "executions?tenant=acme", "imports?tenant=acme"] {
            let reply = client.get(at(path)).bearer_auth(&token).send().await.unwrap();
            assert!(reply.status().is_success(), "{path}: {}", reply.status());
            answers += &reply.text().await.unwrap();
        }
        let connect =
            |secret: &str| json!({ "source": "meta", "account": account.id, "secret": secret, "base_url": account.base_url });
        let question = json!({ "metrics": ["spend"], "from": "2026-11-01", "to": "2026-11-20" });
        let posts = [
            ("connections?tenant=acme", connect(WRONG_TOKEN)),
            ("connections?tenant=acme", connect(&account.secret)),
            ("executions?tenant=acme", json!({ "kind": "sync" })),
            ("query?tenant=acme", question),
        ];
        for (path, body) in posts {
            answers += &client.post(at(path)).bearer_auth(&token).json(&body).send().await.unwrap().text().await.unwrap();
        }
        let ended = async {
            loop {
                let list = client.get(at("executions?tenant=acme")).bearer_auth(&token).send().await.unwrap().text().await.unwrap();
                if !list.contains("\"running\"") && !list.contains("\"queued\"") {
                    break list;
                }
            }
        };
        answers += &tokio::time::timeout(std::time::Duration::from_secs(60), ended).await.expect("the sync ends");
        let metrics = client.get(format!("{}/metrics", serving.url)).bearer_auth(&token).send().await.unwrap();
        answers += &metrics.text().await.unwrap();
        assert!(answers.contains("\"health\"") && answers.contains("credential_refused"), "{answers}");
        (token, answers)
    })
}

#[test]
fn a_short_password_is_refused_without_being_repeated() {
    let data = tempfile::TempDir::new().unwrap();
    let mut command = binary();
    command.arg("--data").arg(data.path()).args(["init", "--email", "a@b.example", "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"hunter2-x").unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(stderr(&out).contains("12 characters") && !stderr(&out).contains("hunter2"), "{}", stderr(&out));
}
