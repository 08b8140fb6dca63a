//! Every platform from the command line: connected, read to the cent, followed when it restates, and no burden to the others when dead.

use crate::app::{Account, App, Running, cents, sandbox, stderr};
use serde_json::{Value, json};

const WORLD: [&str; 10] = ["--seed", "7", "--tenants", "2", "--ads", "24", "--days", "60", "--today", "2026-11-20"];
const FROM: &str = "2026-09-25";

fn equals_the_truth(app: &App, sandbox: &Running, account: &Account, to: &str) {
    let truth = sandbox.true_spend_by_day(account, FROM, to);
    assert!(truth.len() > 40, "the world has history: {truth:?}");
    assert_eq!(app.spend_by_day(FROM, to), cents(&truth), "{}", account.source);
}

fn is_read_to_the_cent_and_followed(source: &str) {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts_of(source).remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let runs = app.ok(&["sync", "--tenant", "acme"]);
    assert_eq!(runs["runs"][0]["status"], "succeeded", "{runs}");
    equals_the_truth(&app, &sandbox, &account, "2026-11-20");
    let first = app.everything(FROM, "2026-11-20");
    app.ok(&["sync", "--tenant", "acme"]);
    let again = app.everything(FROM, "2026-11-20");
    assert_eq!(again["source_hash"], first["source_hash"], "a second sync changes nothing");

    sandbox.post("/_sandbox/clock", &json!({ "advance": "P2D" }));
    app.ok(&["sync", "--tenant", "acme"]);
    equals_the_truth(&app, &sandbox, &account, "2026-11-22");
    let later = app.everything(FROM, "2026-11-20");
    let known = |answer: &Value| answer["totals"]["conversions"].as_f64().unwrap();
    assert!(known(&later) > known(&first), "conversions of past days arrive late");
}

#[test]
fn google_is_read_to_the_cent_and_followed() {
    is_read_to_the_cent_and_followed("google");
}

#[test]
fn tiktok_is_read_to_the_cent_and_followed() {
    is_read_to_the_cent_and_followed("tiktok");
}

#[test]
fn pinterest_is_read_to_the_cent_and_followed() {
    is_read_to_the_cent_and_followed("pinterest");
}

#[test]
fn linkedin_is_read_to_the_cent_and_followed() {
    is_read_to_the_cent_and_followed("linkedin");
}

/// One picture of all platforms, and one dead account among them.
#[test]
fn platforms_stand_side_by_side_and_a_dead_one_is_named() {
    let sandbox = sandbox(&WORLD);
    let accounts: Vec<Account> =
        ["meta", "google", "linkedin", "pinterest", "tiktok"].map(|source| sandbox.accounts_of(source).remove(0)).into();
    let app = App::connected(&accounts);
    let dead = &accounts[1];
    sandbox.fault(json!({ "route": "/google/", "kind": "revoked", "account": dead.id }));
    let out = app.sync(None);
    assert_eq!(out.status.code(), Some(5), "{}", stderr(&out));
    let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
    for run in answer["runs"].as_array().unwrap() {
        let expected = if run["account"] == dead.id.as_str() { "failed" } else { "succeeded" };
        assert_eq!(run["status"], expected, "{run}");
    }
    sandbox.delete("/_sandbox/faults");
    app.ok(&["sync", "--tenant", "acme"]);
    let ask = ["query", "--tenant", "acme", "--metrics", "spend", "--by", "platform", "--from", FROM, "--to", "2026-11-20"];
    let answer = app.ok(&ask);
    assert_eq!(answer["rows"].as_array().unwrap().len(), accounts.len(), "{answer}");
    for account in &accounts {
        let truth = cents(&sandbox.true_spend_by_day(account, FROM, "2026-11-20"));
        let micros: i64 = truth.iter().map(|(_, spend)| trimtab_domain::money::parse_micros(spend).unwrap()).sum();
        let row = answer["rows"].as_array().unwrap().iter().find(|row| row["platform"] == account.source.as_str());
        let shown = row.unwrap_or_else(|| panic!("{} is missing: {answer}", account.source))["spend"].as_str().unwrap();
        assert_eq!(trimtab_domain::money::parse_micros(shown).unwrap(), micros, "{}", account.source);
    }
}
