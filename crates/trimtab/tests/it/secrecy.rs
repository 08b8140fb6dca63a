//! No secret in any log, error, table or URL after a full run at debug level.

use crate::app::{App, PASSWORD, binary, sandbox, stderr};
use serde_json::json;
use std::process::Stdio;

#[test]
fn no_secret_is_left_anywhere() {
    let sandbox = sandbox(&["--seed", "31", "--tenants", "1", "--ads", "6", "--days", "40", "--today", "2026-11-20"]);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let loud = |args: &[&str]| {
        let mut command = app.command(args);
        command.env("TRIMTAB_LOG", "trace,h2=off,hyper=off").stdin(Stdio::null()).output().unwrap()
    };
    let mut said = Vec::new();
    let mut note = |out: std::process::Output| {
        said.extend(out.stdout);
        said.extend(out.stderr);
    };
    note(loud(&["sync", "--tenant", "acme"]));
    for fault in ["expired_token", "truncated", "drift", "server_error", "revoked"] {
        sandbox.fault(json!({ "route": "*", "kind": fault, "times": 1 }));
        note(loud(&["sync", "--tenant", "acme"]));
        sandbox.delete("/_sandbox/faults");
    }
    note(loud(&["query", "--tenant", "acme", "--metrics", "spend", "--from", "2026-11-01", "--to", "2026-11-20"]));
    note(loud(&["doctor"]));
    assert!(said.len() > 10_000, "the log was loud");
    let serving = app.serve();
    let url = serving.url.clone();
    crate::app::http(async move {
        let client = reqwest::Client::new();
        let login = json!({ "email": crate::app::EMAIL, "password": PASSWORD });
        let reply = client.post(format!("{url}/api/v1/auth/login")).json(&login).send().await.unwrap();
        assert!(reply.status().is_success());
        let session: serde_json::Value = reply.json().await.unwrap();
        let list = client.get(format!("{url}/api/v1/connections?tenant=acme")).bearer_auth(session["token"].as_str().unwrap());
        let body = list.send().await.unwrap().text().await.unwrap();
        assert!(body.contains("\"health\"") && !body.contains("secret"), "{body}");
    });
    drop(serving);

    let key = std::fs::read(app.path().join("vault.key")).unwrap();
    let contains = |bytes: &[u8], secret: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
    for (what, secret) in [("token", account.secret.as_bytes()), ("password", PASSWORD.as_bytes()), ("key", key.trim_ascii())] {
        assert!(!contains(&said, secret), "the {what} is in the output");
        for file in app.files() {
            let is_key = file.ends_with("vault.key");
            assert!(is_key || !contains(&std::fs::read(&file).unwrap(), secret), "the {what} is in {}", file.display());
        }
    }
    // The platform is asked without the token in its URLs, but for the one call that has no other way.
    let calls = sandbox.get("/_sandbox/calls").to_string();
    assert!(!calls.contains("access_token="), "a token travelled in a URL");
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
