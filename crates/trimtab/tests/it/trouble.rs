//! Trouble on the platform's side: it is named with its cause and the next step, costs other accounts nothing, and once it is over one
//! more sync gives the facts of a sync that met none.

use crate::app::{Account, App, Running, cents, sandbox, stderr, stdout};
use serde_json::{Value, json};
use std::process::Output;

const FROM: &str = "2026-10-12";
const TO: &str = "2026-11-20";
const SYNC: [&str; 3] = ["sync", "--tenant", "acme"];

/// Two accounts of one currency, not read yet, and what a sync without trouble makes of them.
struct Scene {
    sandbox: Running,
    victim: Account,
    other: Account,
    ready: App,
    wanted: Value,
}

impl Scene {
    fn new() -> Self {
        let sandbox = sandbox(&["--seed", "5", "--tenants", "6", "--ads", "6", "--days", "40", "--today", "2026-11-20"]);
        let all = sandbox.accounts();
        let mut pair = all.iter().filter(|account| account.currency == all[0].currency).cloned();
        let (victim, other) = (pair.next().unwrap(), pair.next().expect("two accounts share a currency"));
        let ready = App::connected(&[victim.clone(), other.clone()]);
        let clean = ready.twin();
        clean.ok(&SYNC);
        let wanted = clean.everything(FROM, TO);
        assert!(wanted["rows"].as_array().unwrap().len() > 100, "the accounts deliver");
        sandbox.delete("/_sandbox/calls");
        Self { sandbox, victim, other, ready, wanted }
    }

    /// Trouble of one account that stays until healed. `cause` and `fix` are words of the message.
    fn stays(&self, mut fault: Value, cause: &str, fix: &str) {
        fault["account"] = json!(self.victim.id);
        let app = self.ready.twin();
        self.sandbox.fault(fault.clone());
        let out = hasty(&app, &SYNC);
        assert_eq!(out.status.code(), Some(5), "{fault}: {}{}", stdout(&out), stderr(&out));
        let failed = run_of(&out, &self.victim);
        assert_eq!(failed["status"], "failed", "{fault}");
        let (said, advice) = (failed["error"]["detail"].as_str().unwrap(), failed["error"]["fix"].as_str().unwrap());
        assert!(said.contains(cause), "{fault}: {said}");
        assert!(advice.contains(fix), "{fault}: {advice}");
        assert_eq!(run_of(&out, &self.other)["status"], "succeeded", "{fault}");
        let spent = cents(&self.sandbox.spend_by_day(&self.other, FROM, TO));
        assert_eq!(app.spend_by_day(FROM, TO), spent, "{fault}: the other account is whole, of this one no day is half there");
        self.sandbox.heal();
        app.ok(&SYNC);
        assert_eq!(app.everything(FROM, TO)["rows"], self.wanted["rows"], "{fault}");
        app.is_well(&format!("{fault}: the account is well again"));
    }
}

/// Runs a command that waits for platforms as little as the settings allow.
fn hasty(app: &App, args: &[&str]) -> Output {
    let waits =
        ["TRIMTAB_WIRE_ANSWER_SECONDS", "TRIMTAB_WIRE_ATTEMPTS", "TRIMTAB_WIRE_PATIENCE_SECONDS", "TRIMTAB_WIRE_LIMIT_SECONDS"];
    app.command(args).envs(waits.iter().zip(["2", "2", "2", "1"])).output().unwrap()
}

fn run_of(out: &Output, account: &Account) -> Value {
    let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
    answer["runs"].as_array().unwrap().iter().find(|run| run["account"] == account.id.as_str()).unwrap().clone()
}

#[test]
fn credentials_that_die() {
    let scene = Scene::new();
    let again = "connect the account again";
    scene.stays(json!({ "route": "*insights*", "kind": "expired_token" }), "connect again with a new one", again);
    scene.stays(json!({ "route": "*", "kind": "revoked" }), "grant it the permission and the account", again);
}

#[test]
fn limits_that_stay() {
    let scene = Scene::new();
    let (cause, fix) = ("has used up its quota: it can be read again from", "sync again after that time; what was read is kept");
    scene.stays(json!({ "route": "*insights*", "kind": "429" }), cause, fix);
    scene.stays(json!({ "route": "*insights*", "kind": "throttle" }), cause, fix);
}

#[test]
fn platforms_that_break_or_fall_silent() {
    let scene = Scene::new();
    let later = "sync again later; what was read is kept";
    let insights = |kind: &str| json!({ "route": "*insights*", "kind": kind, "seconds": 20.0 });
    scene.stays(insights("server_error"), "Please retry your request later", later);
    scene.stays(insights("hang"), "no complete answer within 2000 ms", later);
    scene.stays(insights("drop"), "could not be completed in 2 attempts", later);
    scene.stays(insights("truncated"), "could not be completed in 2 attempts", later);
}

#[test]
fn answers_that_make_no_sense() {
    let scene = Scene::new();
    let upgrade = "upgrade Trimtab, or report this";
    for kind in ["malformed", "drift"] {
        scene.stays(json!({ "route": "*insights*", "kind": kind }), "answered in an unexpected shape", upgrade);
    }
}

#[test]
fn versions_that_are_no_longer_served() {
    let scene = Scene::new();
    let (cause, fix) = ("no longer supports version v26.0 of its interface: upgrade Trimtab", "a newer release speaks a version");
    scene.stays(json!({ "route": "*", "kind": "sunset" }), cause, fix);
}

/// Every read of figures is answered by nothing, and only then the account's own total tells the truth: nothing that is known is lost.
#[test]
fn answers_that_are_silently_empty_erase_nothing() {
    let Scene { sandbox, victim, ready, wanted, .. } = Scene::new();
    let app = ready.twin();
    app.ok(&SYNC);
    // The conversion's choice, the ads and four breakdowns.
    sandbox.fault(json!({ "route": "*insights*", "kind": "empty", "account": victim.id, "times": 6 }));
    let out = app.sync(Some((FROM, TO)));
    assert_eq!(out.status.code(), Some(5), "{}{}", stdout(&out), stderr(&out));
    let error = &run_of(&out, &victim)["error"];
    let said = error["detail"].as_str().unwrap();
    assert_eq!(error["code"], "doubtful", "{error}");
    assert!(said.contains(&victim.id) && said.contains("although its own total says that"), "{said}");
    assert_eq!(app.everything(FROM, TO)["rows"], wanted["rows"], "nothing is lost");
    let doctor = app.ok(&["doctor"]);
    let doubted = |check: &&Value| check["detail"].as_str().unwrap().contains("although its own total says");
    let check = doctor["checks"].as_array().unwrap().iter().find(doubted).unwrap_or_else(|| panic!("{doctor}"));
    assert_eq!((&check["finding"], check["since"].is_string()), (&json!("warning"), true), "{check}");
    sandbox.heal();
    app.ok(&SYNC);
    app.is_well("it has mended itself");
    assert_eq!(app.everything(FROM, TO)["rows"], wanted["rows"]);
}

/// A refused credential names its account, also where the refusal came before any call was made for one.
#[test]
fn a_refused_credential_names_its_account() {
    let scene = Scene::new();
    let app = scene.ready.twin();
    scene.sandbox.fault(json!({ "route": "*/me", "kind": "expired_token", "account": scene.victim.id }));
    let out = app.run(&SYNC);
    let error = &run_of(&out, &scene.victim)["error"];
    assert!(error["detail"].as_str().unwrap().contains(&format!("account {}", scene.victim.id)), "{error}");
    scene.sandbox.heal();
}

/// The dead account shows in what people read, and in the doctor's findings until it is well again.
#[test]
fn a_dead_account_is_told_to_people_and_by_the_doctor() {
    let scene = Scene::new();
    let app = scene.ready.twin();
    scene.sandbox.fault(json!({ "route": "*", "kind": "revoked", "account": scene.victim.id }));
    let mut command = crate::app::binary();
    let out = command.arg("--data").arg(app.path()).args(SYNC).output().unwrap();
    assert_eq!(out.status.code(), Some(5));
    let said = stderr(&out);
    assert!(
        said.contains(&format!("Meta Ads account {}: ", scene.victim.id)) && said.contains("→ connect the account again"),
        "{said}"
    );
    let out = app.run(&["doctor"]);
    let doctor: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((out.status.code(), &doctor["finding"]), (Some(1), &json!("broken")));
    let checks = doctor["checks"].as_array().unwrap();
    let broken: Vec<_> = checks.iter().filter(|check| check["finding"] == "broken").collect();
    let [check] = broken[..] else { panic!("one account is broken: {doctor}") };
    assert!(check["fix"].as_str().unwrap().contains("connect the account again"), "{check}");
    scene.sandbox.heal();
}

/// The token dies half-way through a backfill: what was read is kept, and the next sync reads only the rest.
#[test]
fn a_token_that_expires_mid_sync_keeps_what_was_read() {
    let sandbox = sandbox(&["--seed", "11", "--tenants", "1", "--ads", "8", "--days", "300", "--today", "2026-11-20"]);
    let account = sandbox.accounts().remove(0);
    let ready = App::connected(std::slice::from_ref(&account));
    let insights = |call: &Value| call["route"].as_str().unwrap().ends_with("/insights");
    let (from, to) = ("2026-01-26", TO);
    let clean = ready.twin();
    sandbox.delete("/_sandbox/calls");
    clean.ok(&SYNC);
    let whole = sandbox.calls(insights);
    let wanted = clean.everything(from, to);
    let all = cents(&sandbox.spend_by_day(&account, from, to));

    let app = ready.twin();
    sandbox.fault(json!({ "route": "*insights*", "kind": "expired_token", "after": whole * 2 / 3 }));
    let out = app.sync(None);
    assert_eq!(out.status.code(), Some(5), "{}{}", stdout(&out), stderr(&out));
    let run = run_of(&out, &account);
    assert!(run["rows"].as_u64().unwrap() > 100, "what was read before is kept: {run}");
    assert!(run["error"]["detail"].as_str().unwrap().contains("connect again with a new one"), "{run}");
    let had = app.spend_by_day(from, to);
    assert!(!had.is_empty() && had.len() < all.len() && had.iter().all(|day| all.contains(day)), "whole days only: {had:?}");
    sandbox.heal();
    app.ok(&SYNC);
    let rest = sandbox.calls(insights);
    assert!(rest < whole, "{rest} calls for the rest, {whole} for everything");
    assert_eq!(app.everything(from, to)["rows"], wanted["rows"]);
}

/// A storm of refusals that passes is waited out, as long as the platform says, within the one sync.
#[test]
fn a_429_storm_is_waited_out() {
    let scene = Scene::new();
    let app = scene.ready.twin();
    scene.sandbox.fault(json!({ "route": "*insights*", "kind": "429", "times": 8 }));
    let started = std::time::Instant::now();
    app.ok(&SYNC);
    assert!(started.elapsed().as_secs_f64() > 1.0, "the second the platform asked for was waited");
    scene.sandbox.heal();
    assert_eq!(app.everything(FROM, TO)["rows"], scene.wanted["rows"]);
}

/// Faults of many kinds strike a few times, one kind at a time; once they stop, one more sync gives what a sync without faults gives.
#[test]
fn after_faults_one_more_sync_gives_the_same_facts() {
    let Scene { sandbox, ready, wanted, .. } = Scene::new();
    let faults = [
        json!({ "route": "*", "kind": "server_error", "times": 3 }),
        json!({ "route": "*", "kind": "5xx", "status": 503, "times": 3 }),
        json!({ "route": "*insights*", "kind": "truncated", "times": 2 }),
        json!({ "route": "*insights*", "kind": "malformed", "times": 2 }),
        json!({ "route": "*", "kind": "duplicate_page", "times": 2 }),
        json!({ "route": "*", "kind": "drop", "times": 2 }),
        json!({ "route": "*insights*", "kind": "hang", "seconds": 20.0, "times": 1 }),
        json!({ "route": "*insights*", "kind": "expired_token", "times": 4 }),
        json!({ "route": "*", "kind": "throttle", "times": 1 }),
        json!({ "route": "*", "kind": "drift", "times": 1 }),
    ];
    for fault in faults {
        let app = ready.twin();
        sandbox.fault(fault.clone());
        let out = hasty(&app, &SYNC);
        assert!(matches!(out.status.code(), Some(0 | 5)), "{fault}: {}{}", stdout(&out), stderr(&out));
        if out.status.code() == Some(5) {
            assert!(stdout(&out).contains("\"fix\""), "{fault}: {}", stdout(&out));
        }
        sandbox.heal();
        app.ok(&SYNC);
        assert_eq!(app.everything(FROM, TO)["rows"], wanted["rows"], "{fault}");
    }
}
