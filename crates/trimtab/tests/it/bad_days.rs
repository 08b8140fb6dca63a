//! Bad input and bad days: each ends in a message that names the cause and the next step, costs other accounts nothing, and running
//! again converges.

use crate::app::{App, cents, sandbox, stderr, stdout};
use serde_json::{Value, json};

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
fn a_dead_account_costs_the_others_nothing() {
    let sandbox = sandbox(&["--seed", "5", "--tenants", "6", "--ads", "6", "--days", "10", "--today", "2026-11-20"]);
    let all = sandbox.accounts();
    let accounts: Vec<_> = all.iter().filter(|account| account.currency == all[0].currency).take(2).cloned().collect();
    let app = App::connected(&accounts);
    sandbox.fault(json!({ "route": "*", "kind": "revoked", "account": accounts[0].id, "rate": 1.0 }));
    let out = app.sync(None);
    assert_eq!(out.status.code(), Some(5), "{}", stderr(&out));
    let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
    let run = |id: &str| answer["runs"].as_array().unwrap().iter().find(|run| run["account"] == id).unwrap().clone();
    assert_eq!(run(&accounts[0].id)["status"], "failed");
    assert!(run(&accounts[0].id)["error"]["fix"].is_string());
    assert_eq!(run(&accounts[1].id)["status"], "succeeded");
    let doctor: Value = serde_json::from_slice(&app.run(&["doctor"]).stdout).unwrap();
    assert_eq!(doctor["finding"], "broken");

    sandbox.delete("/_sandbox/faults");
    app.ok(&["sync", "--tenant", "acme"]);
    let answer =
        app.ok(&["query", "--tenant", "acme", "--metrics", "spend", "--by", "account", "--from", "2026-11-11", "--to", TO]);
    assert_eq!(answer["rows"].as_array().unwrap().len(), 2);
    assert_eq!(app.ok(&["doctor"])["finding"], "ok", "the account is well again");
}

/// Faults of many kinds strike, one kind at a time (throttling, which waits for minutes, is the connector's own suite); once they stop, one more sync gives what a sync without faults gives.
#[test]
fn after_faults_one_more_sync_gives_the_same_facts() {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts().remove(0);
    let clean = App::connected(std::slice::from_ref(&account));
    clean.ok(&["sync", "--tenant", "acme"]);
    let wanted = clean.everything(FROM, TO);
    let faults = [
        json!({ "route": "*", "kind": "server_error", "times": 3 }),
        json!({ "route": "*insights*", "kind": "truncated", "times": 2 }),
        json!({ "route": "*insights*", "kind": "malformed", "times": 2 }),
        json!({ "route": "*", "kind": "duplicate_page", "times": 2 }),
        json!({ "route": "*", "kind": "drop", "times": 2 }),
        json!({ "route": "*insights*", "kind": "expired_token", "times": 1 }),
        json!({ "route": "*", "kind": "drift", "times": 1 }),
    ];
    for fault in faults {
        let app = App::connected(std::slice::from_ref(&account));
        sandbox.fault(fault.clone());
        let out = app.sync(None);
        assert!(matches!(out.status.code(), Some(0 | 5)), "{fault}: {}{}", stdout(&out), stderr(&out));
        if out.status.code() == Some(5) {
            assert!(stdout(&out).contains("\"fix\""), "{fault}: {}", stdout(&out));
        }
        sandbox.delete("/_sandbox/faults");
        app.ok(&["sync", "--tenant", "acme"]);
        assert_eq!(app.everything(FROM, TO)["rows"], wanted["rows"], "{fault}");
    }
}

#[test]
fn two_syncs_of_one_account_at_once_converge() {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let mut both: Vec<_> =
        (0..2).map(|_| app.command(&["sync", "--tenant", "acme"]).stdout(std::process::Stdio::piped()).spawn().unwrap()).collect();
    let codes: Vec<_> = both.iter_mut().map(|child| child.wait().unwrap().code().unwrap()).collect();
    assert!(codes.contains(&0) && codes.iter().all(|code| matches!(code, 0 | 5)), "{codes:?}");
    assert_eq!(app.spend_by_day(FROM, TO), cents(&sandbox.spend_by_day(&account, FROM, TO)));
}

/// A disk that takes no more: the process may not write files beyond a size, which fails writes as a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_is_named_and_nothing_is_half_stored() {
    let sandbox = sandbox(&["--seed", "11", "--tenants", "1", "--ads", "60", "--days", "90", "--today", "2026-11-20"]);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let script = format!(
        "trap '' XFSZ; ulimit -f 330; exec '{}' --data '{}' --json sync --tenant acme",
        env!("CARGO_BIN_EXE_trimtab"),
        app.path().display()
    );
    let out = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(!out.status.success(), "{}", stdout(&out));
    let said = stdout(&out) + &stderr(&out);
    assert!(said.contains("File too large") || said.contains("disk"), "{said}");
    app.ok(&["sync", "--tenant", "acme"]);
    let (from, to) = ("2026-09-01", TO);
    assert_eq!(app.spend_by_day(from, to), cents(&sandbox.spend_by_day(&account, from, to)));
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let mut command = crate::app::binary();
    command.arg("--data").arg(file.join("data")).args(["init", "--email", "a@b.example", "--password-stdin"]);
    let mut child = command.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"correct horse battery").unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(!out.status.success());
    assert!(stderr(&out).contains("choose another with --data"), "{}", stderr(&out));
}
