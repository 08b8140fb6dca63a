//! Installations on a PostgreSQL server. Left out where no server for tests is named; `cargo xtask test` names one.

use crate::{
    app::{App, EMAIL, PASSWORD, Running, cents, http, sandbox, stderr, stdout, text},
    http::sign_in,
    kill::killed,
};
use serde_json::Value;
use std::{process::Stdio, time::Instant};
use tempfile::TempDir;
use trimtab_store::testing::{SERVER, Scratch};

const WORLD: [&str; 10] = ["--seed", "23", "--tenants", "1", "--ads", "16", "--days", "60", "--today", "2026-11-20"];
const FROM: &str = "2026-09-22";
const TO: &str = "2026-11-20";
const SYNC: [&str; 3] = ["sync", "--tenant", "acme"];

/// A schema of the test's own; `None` without a server.
fn scratch() -> Option<Scratch> {
    let server = std::env::var(SERVER).ok()?;
    Some(http(Scratch::new(&server)).unwrap())
}

fn password() -> String {
    let url = std::env::var(SERVER).unwrap();
    url.split_once("://")
        .unwrap()
        .1
        .split_once('@')
        .unwrap()
        .0
        .split_once(':')
        .expect("the server asks for a password")
        .1
        .to_owned()
}

/// The installation's settings name the server.
fn settle(app: &App, scratch: &Scratch) {
    std::fs::write(app.path().join("trimtab.toml"), format!("[database]\nurl = \"{}\"\n", scratch.url())).unwrap();
}

/// An installation on the server, made by `init`.
fn on(scratch: &Scratch) -> App {
    let app = App { data: TempDir::new().unwrap() };
    settle(&app, scratch);
    let out = app.run_with(&["init", "--email", EMAIL, "--password-stdin", "--agency", "Harbour"], PASSWORD);
    assert!(out.status.success(), "{}", stderr(&out));
    app
}

fn connect(app: &App, sandbox: &Running) -> crate::app::Account {
    let account = sandbox.accounts().remove(0);
    let (currency, zone) = (account.currency.as_str(), account.timezone.as_str());
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", currency, "--timezone", zone]);
    let out = app.connect(&account);
    assert!(out.status.success(), "{}", stderr(&out));
    account
}

#[test]
fn from_an_account_to_an_answer() {
    let Some(scratch) = scratch() else { return };
    let sandbox = sandbox(&WORLD);
    let app = on(&scratch);
    let account = connect(&app, &sandbox);
    let runs = app.ok(&SYNC);
    assert_eq!(runs["runs"][0]["status"], "succeeded", "{runs}");
    let truth = cents(&sandbox.spend_by_day(&account, FROM, TO));
    assert_eq!(app.spend_by_day(FROM, TO), truth);
    app.ok(&SYNC);
    assert_eq!(app.spend_by_day(FROM, TO), truth, "a second sync changes nothing");
    app.ok(&["anomalies", "--tenant", "acme"]);
    app.is_well("after two syncs");
    let database = &app.ok(&["doctor"])["checks"][1];
    assert!(text(&database["detail"]).contains("PostgreSQL 1") && text(&database["detail"]).contains("postgres://"), "{database}");
    assert!(!app.files().iter().any(|file| file.to_string_lossy().contains("trimtab.db")), "nothing lies in a file");
    assert!(app.fails(4, &["query", "--tenant", "nobody", "--metrics", "spend", "--from", FROM, "--to", TO]).contains("nobody"));
    app.fails(2, &["init", "--email", EMAIL, "--password-stdin"]);
}

#[test]
fn both_logs_are_told_from_a_server() {
    let Some(scratch) = scratch() else { return };
    let sandbox = sandbox(&WORLD);
    let app = on(&scratch);
    connect(&app, &sandbox);
    crate::audit::both_logs_are_told(&app);
}

#[test]
fn a_sync_killed_again_and_again_converges() {
    let Some(scratch) = scratch() else { return };
    let sandbox = sandbox(&WORLD);
    let app = on(&scratch);
    let account = connect(&app, &sandbox);
    let requests = || sandbox.calls(|_| true);
    let mut hits = 0;
    for round in 1..=4 {
        sandbox.delete("/_sandbox/calls");
        let child = app.command(&SYNC).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        hits += u32::from(killed(child, || requests() >= 2 * round));
    }
    assert!(hits >= 2, "only {hits} syncs were slow enough to be killed");
    app.ok(&SYNC);
    assert_eq!(app.spend_by_day(FROM, TO), cents(&sandbox.spend_by_day(&account, FROM, TO)));
    app.is_well("after the last sync");
}

#[test]
fn an_installation_moves_from_its_file_to_a_server() {
    let Some(scratch) = scratch() else { return };
    let sandbox = sandbox(&WORLD);
    let app = App::connected(&sandbox.accounts()[..1]);
    app.ok(&SYNC);
    let (before, tenants) = (app.everything(FROM, TO), app.ok(&["tenant", "list"]));
    let file = std::fs::read(app.path().join("trimtab.db")).unwrap();

    let bare = scratch.url().replace(&format!(":{}@", password()), "@");
    let out = app.run_with(&["migrate", "--move-to", &bare, "--password-stdin"], &password());
    assert!(out.status.success(), "{}{}", stdout(&out), stderr(&out));
    assert!(!format!("{}{}", stdout(&out), stderr(&out)).contains(&password()));
    let moved: Value = serde_json::from_slice(&out.stdout).unwrap();
    let rows =
        |name: &str| moved["tables"].as_array().unwrap().iter().find(|table| table["table"] == name).unwrap()["rows"].as_u64();
    assert_eq!((rows("tenants"), rows("connections"), rows("users")), (Some(1), Some(1), Some(1)), "{moved}");
    assert_eq!(moved["next"]["setting"], "database.url");
    assert_eq!(std::fs::read(app.path().join("trimtab.db")).unwrap(), file, "the file is as it was");
    assert!(app.fails(2, &["migrate", "--move-to", scratch.url()]).contains("is not empty"));

    settle(&app, &scratch);
    assert_eq!((app.everything(FROM, TO)["rows"].clone(), app.ok(&["tenant", "list"])), (before["rows"].clone(), tenants));
    let again = app.ok(&SYNC);
    assert_eq!(again["runs"][0]["status"], "succeeded", "the credential opens: {again}");
    app.is_well("after the move");
    assert!(app.fails(2, &["migrate", "--move-to", scratch.url()]).contains("unset that"));
}

#[test]
fn what_keeps_from_the_server_is_said_with_its_exit_code() {
    let Some(scratch) = scratch() else { return };
    let app = on(&scratch);
    let server = std::env::var(SERVER).unwrap();
    let (head, rest) = server.split_once('@').unwrap();
    let (address, _) = rest.split_once('/').unwrap();
    let (host, _) = address.rsplit_once(':').unwrap();
    let wrong = scratch.url().replace(&format!(":{}@", password()), ":s3cret@");
    for (url, code, says) in [
        (format!("{head}@{host}:1/none"), 5, "does not answer: see that it runs"),
        (format!("{head}@{address}/no_such_database"), 2, "make it with CREATE DATABASE \"no_such_database\""),
        (wrong, 2, "refuses this user or password"),
        ("mysql://ann:s3cret@db/x".to_owned(), 2, "database.url: it is not the URL of a PostgreSQL database"),
    ] {
        let out = app.command(&["tenant", "list"]).env("TRIMTAB_DATABASE_URL", &url).output().unwrap();
        let said = format!("{}{}", stdout(&out), stderr(&out));
        assert_eq!(out.status.code(), Some(code), "{said}");
        assert!(said.contains(says) && !said.contains("s3cret") && !said.contains(&password()), "{said}");
    }
    // A data folder without its key never makes another one for a database that has one.
    let other = App { data: TempDir::new().unwrap() };
    settle(&other, &scratch);
    let out = other.run_with(&["init", "--email", EMAIL, "--password-stdin"], PASSWORD);
    assert_eq!(out.status.code(), Some(2), "{}", stderr(&out));
    assert!(stderr(&out).contains("vault.key is missing: restore it"), "{}", stderr(&out));
    assert!(!other.path().join("vault.key").exists());
}

#[test]
fn who_asks_over_http_is_not_told_where_the_database_is() {
    let Some(scratch) = scratch() else { return };
    let app = on(&scratch);
    let server = app.serve_at("trace");
    http(async {
        let (client, token) = sign_in(&server).await;
        scratch.run("REVOKE ALL ON sessions FROM CURRENT_USER").await.unwrap();
        let reply = client.get(format!("{}/api/v1/tenants", server.url)).bearer_auth(&token).send().await.unwrap();
        assert_eq!(reply.status(), 503);
        let said = reply.text().await.unwrap();
        assert!(said.contains("the log names the cause") && !said.contains("postgres") && !said.contains("127.0.0.1"), "{said}");
    });
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    assert!(log.contains("ALTER DATABASE"), "the log tells the operator");
    assert!(!log.contains(&password()), "and not the password");
}

#[test]
fn many_processes_share_a_database() {
    let Some(scratch) = scratch() else { return };
    let app = on(&scratch);
    let began = Instant::now();
    let adding: Vec<_> = (0..6)
        .map(|n| {
            let id = format!("client-{n}");
            let args = ["tenant", "add", &id, "--name", &id, "--currency", "EUR", "--timezone", "UTC"];
            app.command(&args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in adding {
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success(), "{} after {:?}", stderr(&out), began.elapsed());
    }
    assert_eq!(app.ok(&["tenant", "list"])["tenants"].as_array().unwrap().len(), 6);
}
