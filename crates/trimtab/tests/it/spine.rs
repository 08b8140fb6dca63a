//! From an ad account to an answer: what is read equals what the platform says, and stays so.

use crate::app::{App, cents, sandbox, text};
use serde_json::json;

#[test]
fn spend_equals_the_platform_to_the_cent_and_restatement_is_followed() {
    let sandbox = sandbox(&["--seed", "3", "--tenants", "2", "--ads", "12", "--days", "60", "--today", "2026-11-20"]);
    let accounts: Vec<_> = sandbox.accounts();
    let account = &accounts[0];
    let app = App::connected(std::slice::from_ref(account));

    let runs = app.ok(&["sync", "--tenant", "acme"]);
    assert_eq!(runs["runs"][0]["status"], "succeeded");
    assert!(runs["runs"][0]["rows"].as_u64().unwrap() > 500, "{runs}");
    let (from, to) = ("2026-09-22", "2026-11-20");
    let platform = sandbox.spend_by_day(account, from, to);
    assert!(platform.len() > 50, "the world has history: {platform:?}");
    assert_eq!(app.spend_by_day(from, to), cents(&platform));

    let ask = [
        "query",
        "--tenant",
        "acme",
        "--metrics",
        "spend,impressions,clicks,conversions,revenue,roas",
        "--by",
        "campaign",
        "--from",
        from,
        "--to",
        to,
    ];
    let first = app.ok(&ask);
    assert_eq!(first["currency"], account.currency.as_str());
    assert!(first["rows"].as_array().unwrap().len() > 1);
    assert_eq!(first["provisional_from"], "2026-10-23");
    app.ok(&["sync", "--tenant", "acme"]);
    assert_eq!(app.ok(&ask)["source_hash"], first["source_hash"], "a second sync changes nothing");

    sandbox.post("/_sandbox/clock", &json!({ "advance": "P2D" }));
    app.ok(&["sync", "--tenant", "acme"]);
    let to = "2026-11-22";
    let later = app.ok(&["query", "--tenant", "acme", "--metrics", "conversions", "--from", from, "--to", "2026-11-20"]);
    let (before, after) = (first["totals"]["conversions"].as_f64().unwrap(), later["totals"]["conversions"].as_f64().unwrap());
    assert!(after > before, "conversions of past days arrive late: {before} then {after}");
    assert_eq!(app.spend_by_day(from, to), cents(&sandbox.spend_by_day(account, from, to)));
    app.is_well("after two syncs");
}

#[test]
fn an_account_without_delivery_says_how_fresh_that_is() {
    let sandbox = sandbox(&["--seed", "3", "--tenants", "1", "--ads", "6", "--days", "20", "--today", "2026-11-20"]);
    let app = App::connected(&sandbox.accounts()[..1]);
    // Days before the account's first ad.
    let (from, to) = ("2026-06-01", "2026-06-03");
    let ask = ["query", "--tenant", "acme", "--metrics", "spend", "--by", "campaign", "--from", from, "--to", to];
    assert_eq!(app.ok(&ask)["freshness"], json!(null), "nothing was read yet");

    let runs = app.ok(&["sync", "--tenant", "acme", "--from", from, "--to", to]);
    let run = &runs["runs"][0];
    assert_eq!((&run["status"], &run["rows"]), (&json!("succeeded"), &json!(0)), "{runs}");
    assert!(!text(&run["account_name"]).is_empty(), "{runs}");
    let answer = app.ok(&ask);
    assert_eq!(answer["rows"], json!([]));
    assert!(text(&answer["freshness"]).starts_with("2026-11-20"), "{answer}");
    let checks = app.ok(&["doctor"]);
    assert!(checks.to_string().contains("no delivery in its days"), "{checks}");
}

#[test]
fn several_accounts_are_read_side_by_side_and_answered_together() {
    let sandbox = sandbox(&["--seed", "5", "--tenants", "6", "--ads", "8", "--days", "20", "--today", "2026-11-20"]);
    let all = sandbox.accounts();
    let currency = all[0].currency.clone();
    let accounts: Vec<_> = all.into_iter().filter(|account| account.currency == currency).collect();
    assert!(accounts.len() > 1, "the world has two accounts in {currency}");
    let app = App::connected(&accounts);
    let runs = app.ok(&["sync", "--tenant", "acme"]);
    assert_eq!(runs["runs"].as_array().unwrap().len(), accounts.len());
    let (from, to) = ("2026-11-05", "2026-11-15");
    let answer = app.ok(&["query", "--tenant", "acme", "--metrics", "spend", "--by", "account", "--from", from, "--to", to]);
    for account in &accounts {
        let platform: i64 =
            sandbox.spend_by_day(account, from, to).iter().map(|(_, s)| trimtab_domain::money::parse_micros(s).unwrap()).sum();
        let row = answer["rows"].as_array().unwrap().iter().find(|row| row["account_id"] == account.id.as_str());
        assert_eq!(text(&row.unwrap()["spend"]), trimtab_domain::money::decimal(platform));
    }
}

#[test]
fn the_demonstration_fills_itself_twice() {
    let data = tempfile::TempDir::new().unwrap();
    let run = || {
        let mut command = crate::app::binary();
        command.arg("--data").arg(data.path().join("t")).args(["--json", "demo", "--once", "--listen", "127.0.0.1:0"]);
        let out = command.args(["--tenants", "2", "--ads", "6", "--days", "30"]).output().unwrap();
        assert!(out.status.success(), "{}", crate::app::stderr(&out));
        serde_json::from_slice::<serde_json::Value>(&out.stdout).expect("one JSON document")
    };
    let (first, second) = (run(), run());
    // What it says of its own labels counts each of them once.
    let labels = &second["labels"];
    let count = |key: &str| labels[key].as_u64().unwrap();
    let missing = labels["missing"].as_array().unwrap().len() as u64;
    assert_eq!(count("told"), count("right_cause") + count("too_small") + count("not_due") + missing, "{labels}");
    assert_eq!(first["labels"]["told"], labels["told"], "it is the same world");
    assert_eq!((&first["tenants"], &second["tenants"]), (&json!(2), &json!(2)));
    assert!(first["rows"].as_u64().unwrap() > 500, "{first}");
    // The demonstration lives by the real clock: between the two, today has grown a little, and a platform has taken back a row or two.
    let (first, second) = (first["rows"].as_u64().unwrap(), second["rows"].as_u64().unwrap());
    assert!(first.abs_diff(second) * 50 < first, "what was read stays: {first}, then {second} rows");
}
