//! Bad input: each refusal names the cause and the next step. Two syncs of one account at once converge.

use crate::app::{App, cents, sandbox, stderr, stdout};
use serde_json::{Value, json};
use std::process::Stdio;

const WORLD: [&str; 10] = ["--seed", "11", "--tenants", "1", "--ads", "8", "--days", "40", "--today", "2026-11-20"];
const FROM: &str = "2026-10-15";
const TO: &str = "2026-11-20";

#[test]
fn a_wrong_token_connects_nothing() {
    let sandbox = sandbox(&WORLD);
    let mut account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let good = std::mem::replace(&mut account.secret, "EAAwrong".to_owned());
    let out = app.connect(&account);
    assert_eq!(out.status.code(), Some(3), "{}", stderr(&out));
    assert!(stderr(&out).contains("connect again with a new one"), "{}", stderr(&out));
    assert!(!stderr(&out).contains("EAAwrong"));
    account.secret = good;
    account.id = "999".to_owned();
    let out = app.connect(&account);
    assert!(matches!(out.status.code(), Some(3 | 5)), "{:?}", out.status);
    assert!(stderr(&out).contains("999"), "{}", stderr(&out));
}

#[test]
fn refusals_say_what_to_do() {
    let app = App::new();
    assert!(app.fails(4, &["sync", "--tenant", "nobody"]).contains("nobody"));
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    assert!(app.fails(2, &["sync", "--tenant", "acme"]).contains("trimtab connect"));
    assert!(
        app.fails(2, &["tenant", "add", "Ac me", "--name", "x", "--currency", "EUR", "--timezone", "UTC"]).contains("lower-case")
    );
    assert!(app.fails(2, &["tenant", "add", "b", "--name", "x", "--currency", "EURO", "--timezone", "UTC"]).contains("ISO 4217"));
    assert!(
        app.fails(2, &["query", "--tenant", "acme", "--metrics", "spent", "--from", FROM, "--to", TO])
            .contains("did you mean spend")
    );
    assert!(
        app.fails(2, &["query", "--tenant", "acme", "--metrics", "spend", "--from", TO, "--to", FROM])
            .contains("ends before it starts")
    );
    let nothing = App { data: tempfile::TempDir::new().unwrap() };
    assert!(nothing.fails(2, &["tenant", "list"]).contains("trimtab init"));
    let empty = app.ok(&["query", "--tenant", "acme", "--metrics", "spend", "--by", "campaign", "--from", FROM, "--to", TO]);
    assert_eq!((&empty["rows"], &empty["totals"]["spend"]), (&json!([]), &Value::Null));
}

#[test]
fn two_syncs_of_one_account_at_once_converge() {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let start = || app.command(&["sync", "--tenant", "acme"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let both = [start(), start()].map(|child| child.wait_with_output().unwrap());
    let codes = both.each_ref().map(|out| out.status.code().unwrap());
    assert!(codes.contains(&0), "{codes:?}");
    for late in both.iter().filter(|out| !out.status.success()) {
        let said = stdout(late);
        assert!(late.status.code() == Some(5) && said.contains("wait for the other sync to end"), "{said}");
    }
    assert_eq!(app.spend_by_day(FROM, TO), cents(&sandbox.spend_by_day(&account, FROM, TO)));
}
