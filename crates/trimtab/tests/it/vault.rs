//! Keys change while a server is asked without pause; a rotation killed at any moment leaves an installation that opens; and a key that
//! HashiCorp Vault holds does the same as a file.

use crate::{
    app::{Account, App, Running, binary, http, sandbox, stderr, stdout},
    http::sign_in,
    kill::killed,
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::{
    process::{Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use trimtab_sandbox::TRANSIT_TOKEN;

const WORLD: [&str; 10] = ["--seed", "7", "--tenants", "1", "--ads", "6", "--days", "10", "--today", "2026-11-20"];

fn account(sandbox: &Running) -> Account {
    sandbox.accounts().remove(0)
}

/// A request that opens a credential.
async fn read(client: &Client, url: &str, token: &str) -> StatusCode {
    let url = format!("{url}/api/v1/tools/meta.list_campaigns?tenant=acme");
    client.post(url).bearer_auth(token).json(&json!({})).send().await.unwrap().status()
}

/// A request that seals one.
async fn connect(client: &Client, url: &str, token: &str, account: &Account) -> StatusCode {
    let body = json!({ "source": account.source, "account": account.id, "secret": account.secret, "base_url": account.base_url });
    let url = format!("{url}/api/v1/connections?tenant=acme");
    client.post(url).bearer_auth(token).json(&body).send().await.unwrap().status()
}

#[test]
fn rotation_under_load_fails_no_request() {
    let sandbox = sandbox(&WORLD);
    let account = account(&sandbox);
    let app = App::connected(std::slice::from_ref(&account));
    let server = app.serve();
    let first = app.ok(&["vault", "status"]);
    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let load = {
        let (url, stop, asked) = (server.url.clone(), Arc::clone(&stop), Arc::clone(&asked));
        let token = http(sign_in(&server)).1;
        std::thread::spawn(move || {
            let (url, token, account, stop, asked) = (&url, &token, &account, &stop, &asked);
            http(async {
                let one = |writes: bool| async move {
                    let client = Client::new();
                    while !stop.load(Ordering::Relaxed) {
                        if writes {
                            assert_eq!(connect(&client, url, token, account).await, StatusCode::CREATED);
                        } else {
                            assert_eq!(read(&client, url, token).await, StatusCode::OK);
                        }
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                };
                tokio::join!(one(false), one(false), one(true));
            });
        })
    };
    let busy = |more: usize| {
        let (until, deadline) = (asked.load(Ordering::Relaxed) + more, Instant::now() + Duration::from_secs(60));
        while asked.load(Ordering::Relaxed) < until {
            assert!(!load.is_finished() && Instant::now() < deadline, "the load goes on");
            std::thread::park_timeout(Duration::from_millis(2));
        }
    };
    busy(3);
    for _ in 0..2 {
        app.ok(&["vault", "rotate"]);
        busy(3);
        app.ok(&["vault", "rotate", "--data-keys"]);
        busy(3);
    }
    stop.store(true, Ordering::Relaxed);
    load.join().expect("no request failed");

    let last = app.ok(&["vault", "status"]);
    assert_ne!(last["key"], first["key"]);
    let of_acme: Vec<&Value> = last["data_keys"].as_array().unwrap().iter().filter(|key| key["tenant"] == "acme").collect();
    assert!(of_acme.len() == 3 && of_acme[2]["secrets"].as_u64() >= Some(1), "{last}");
    assert!(of_acme[..2].iter().all(|key| key["retired_at"].is_string() && key["secrets"] == 0), "{last}");
    assert_eq!(app.ok(&["audit", "verify"])["sound"], json!(true));
    app.ok(&["tools", "call", "meta.list_campaigns", "--tenant", "acme"]);
}

#[test]
fn a_rotation_killed_at_any_moment_leaves_an_installation_that_opens() {
    const MOMENTS: u32 = 10;
    let sandbox = sandbox(&WORLD);
    let ready = App::connected(&[account(&sandbox)]);
    let rotations: [&[&str]; 2] = [&["vault", "rotate"], &["vault", "rotate", "--data-keys"]];
    let mut hits = 0;
    for rotate in rotations {
        let clean = ready.twin();
        let begun = Instant::now();
        clean.ok(rotate);
        let whole = begun.elapsed();
        for moment in 0..MOMENTS {
            let app = ready.twin();
            let child = app.command(rotate).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let until = Instant::now() + whole * (2 * moment + 1) / (2 * MOMENTS);
            hits += u32::from(killed(child, || Instant::now() >= until));
            app.ok(&["tools", "call", "meta.list_campaigns", "--tenant", "acme"]);
            app.ok(rotate);
            app.ok(&["tools", "call", "meta.list_campaigns", "--tenant", "acme"]);
            assert_eq!(app.ok(&["audit", "verify"])["sound"], json!(true), "moment {moment}");
            assert!(!app.path().join("vault.key.next").exists(), "moment {moment}");
        }
    }
    assert!(hits >= MOMENTS, "only {hits} rotations were slow enough to be killed");
}

#[test]
fn a_lost_key_says_which_one_is_needed() {
    let app = App::new();
    let status = app.ok(&["vault", "status"]);
    let needed = status["key"].as_str().unwrap();
    std::fs::remove_file(app.path().join("vault.key")).unwrap();
    let said = app.fails(2, &["tenant", "list"]);
    assert!(said.contains("vault.key is missing") && said.contains(&format!("needs vault key {needed}")), "{said}");
    assert!(!app.path().join("vault.key").exists(), "no other key takes its place");
    let out = app.run_with(&["init", "--email", "x@example.org", "--password-stdin", "--again"], "another long password");
    assert_eq!(out.status.code(), Some(2), "{}", stderr(&out));
}

/// Runs a command of an installation whose key is elsewhere.
fn run(app: &App, env: &[(&str, &str)], args: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut child = app
        .command(args)
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

fn good(app: &App, env: &[(&str, &str)], args: &[&str]) -> Value {
    let out = run(app, env, args, "");
    assert!(out.status.success(), "{args:?}\n{}{}", stdout(&out), stderr(&out));
    serde_json::from_slice(&out.stdout).unwrap_or(Value::Null)
}

const READ: [&str; 5] = ["tools", "call", "meta.list_campaigns", "--tenant", "acme"];

#[test]
fn the_key_moves_to_hashicorp_vault_and_back() {
    let sandbox = sandbox(&WORLD);
    let app = App::connected(&[account(&sandbox)]);
    let address = format!("{}/vault", sandbox.url);
    let with = |source: &'static str| {
        [("TRIMTAB_VAULT_SOURCE", source), ("TRIMTAB_VAULT_ADDRESS", address.as_str()), ("TRIMTAB_VAULT_TOKEN", TRANSIT_TOKEN)]
    };
    let moved = good(&app, &with("file"), &["vault", "rotate", "--to", "hashicorp"]);
    assert_eq!(moved["key"], "hashicorp:transit/trimtab");
    let held = with("hashicorp");
    good(&app, &held, &READ);
    assert!(app.fails(2, &READ).contains("needs vault key hashicorp:transit/trimtab"), "the file opens nothing any more");

    // The key is rotated there: what was wrapped before still opens, and is wrapped anew.
    let rotate = format!("{address}/v1/transit/keys/trimtab/rotate");
    let status = http(async { Client::new().post(rotate).header("x-vault-token", TRANSIT_TOKEN).send().await.unwrap().status() });
    assert!(status.is_success());
    good(&app, &held, &READ);
    good(&app, &held, &["vault", "rotate"]);
    good(&app, &held, &["vault", "rotate", "--data-keys"]);
    good(&app, &held, &READ);

    let wrong = [held[0], held[1], ("TRIMTAB_VAULT_TOKEN", "hvs.wrong")];
    let refused = run(&app, &wrong, &READ, "");
    assert_eq!(refused.status.code(), Some(5), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("refuses the token (permission denied)") && !stderr(&refused).contains("hvs.wrong"));
    let tokenless = run(&app, &held[..2], &READ, "");
    assert!(stderr(&tokenless).contains("set TRIMTAB_VAULT_TOKEN"), "{}", stderr(&tokenless));

    sandbox.post("/vault/v1/sys/seal", &json!({}));
    let sealed = run(&app, &held, &READ, "");
    assert_eq!(sealed.status.code(), Some(5), "{}", stderr(&sealed));
    assert!(stderr(&sealed).contains("is sealed or in trouble (503: Vault is sealed): unseal it"), "{}", stderr(&sealed));
    sandbox.post("/vault/v1/sys/unseal", &json!({}));

    std::fs::remove_file(app.path().join("vault.key")).unwrap();
    good(&app, &held, &["vault", "rotate", "--to", "file"]);
    good(&app, &with("file"), &READ);
}

#[test]
fn the_key_may_be_in_the_environment_and_is_rotated_there() {
    let sandbox = sandbox(&WORLD);
    let app = App::connected(&[account(&sandbox)]);
    let new_key = || -> String {
        let out = binary().args(["vault", "key"]).output().unwrap();
        stdout(&out).trim().to_owned()
    };
    let (first, second) = (new_key(), new_key());
    assert!(first.starts_with("trimtab-vault-key-1:") && first != second);
    let env = |key: &str, next: Option<&str>| {
        let mut env = vec![("TRIMTAB_VAULT_SOURCE".to_owned(), "env".to_owned()), ("TRIMTAB_VAULT_KEY".to_owned(), key.to_owned())];
        env.extend(next.map(|next| ("TRIMTAB_VAULT_KEY_NEXT".to_owned(), next.to_owned())));
        env
    };
    let as_text = |env: &[(String, String)]| env.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>();
    let call = |env: &[(String, String)], args: &[&str]| {
        let env = as_text(env);
        let env: Vec<(&str, &str)> = env.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        run(&app, &env, args, "")
    };
    let mut moving = env(&first, None);
    moving[0].1 = "file".to_owned();
    assert!(call(&moving, &["vault", "rotate", "--to", "env"]).status.success());
    let both = env(&first, Some(&second));
    assert!(call(&both, &READ).status.success());
    assert!(stderr(&call(&env(&first, None), &["vault", "rotate"])).contains("TRIMTAB_VAULT_KEY_NEXT is not set"));
    assert!(call(&both, &["vault", "rotate"]).status.success());
    assert!(call(&both, &READ).status.success(), "who knows both goes on");
    assert!(call(&env(&second, None), &READ).status.success());
    let former = call(&env(&first, None), &READ);
    assert!(former.status.code() == Some(2) && stderr(&former).contains("is under another key"), "{}", stderr(&former));
    let broken = call(&env("nonsense", None), &READ);
    assert!(
        broken.status.code() == Some(2) && stderr(&broken).contains("is not a vault key") && !stderr(&broken).contains("nonsense")
    );
}
