//! From a pixel's hours and an account's weeks to what is said of them: silence and lost events are seen, nothing is counted twice, and
//! patterns are learnt once a week.

use crate::{
    app::{Account, App, Running, http, sandbox, text},
    http::sign_in,
    kill::killed,
};
use serde_json::{Value, json};
use std::process::Stdio;

const WORLD: [&str; 10] = ["--seed", "3", "--tenants", "1", "--ads", "24", "--days", "180", "--today", "2026-11-20"];
const SYNC: [&str; 3] = ["sync", "--tenant", "acme"];

fn world() -> (Running, App, Account) {
    world_of("meta")
}

fn world_of(source: &str) -> (Running, App, Account) {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts_of(source).remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    (sandbox, app, account)
}

/// The one pixel of the one account as the command line tells it, and what was noticed.
fn pixel(app: &App) -> (Value, Vec<Value>) {
    let said = app.ok(&["pixels", "--tenant", "acme"]);
    let pixels = said["accounts"][0]["result"]["pixels"].as_array().unwrap_or_else(|| panic!("no pixels: {said}"));
    assert_eq!(pixels.len(), 1, "{said}");
    (pixels[0].clone(), said["findings"].as_array().unwrap().clone())
}

fn get(server: &Running, path: &str) -> Value {
    let who = http(sign_in(server));
    let url = format!("{}/api/v1/{path}", server.url);
    http(async move { who.0.get(url).bearer_auth(&who.1).send().await.unwrap().json().await.unwrap() })
}

fn strike(sandbox: &Running, account: &Account, trouble: &str, from: &str) {
    sandbox
        .post("/_sandbox/troubles", &json!({ "source": account.source, "account": account.id, "trouble": trouble, "from": from }));
}

fn pass(sandbox: &Running, days: &str) {
    sandbox.post("/_sandbox/clock", &json!({ "advance": days }));
}

/// Requests for a pixel's events.
fn asked(sandbox: &Running) -> usize {
    sandbox.calls(|call| text(&call["route"]).contains("/stats"))
}

#[test]
fn a_pixel_that_falls_silent_is_called_so_and_only_its_tenant_hears_of_it() {
    let (sandbox, app, account) = world();
    app.ok(&SYNC);
    let (before, _) = pixel(&app);
    assert_ne!(before["verdict"], "silent", "{before}");
    assert_eq!(before["counted_from"], "2026-09-12", "70 days are looked back on");
    let totals = before["totals"].as_array().unwrap();
    assert_eq!(totals[0]["event"], "PageView", "{before}");
    let count = |key: &str| totals[0][key].as_f64().unwrap();
    assert!(count("today") > 0.0 && count("days_7") > 4.0 * count("today") && count("days_30") > 3.0 * count("days_7"), "{before}");
    assert_eq!((before["hourly"].as_array().unwrap().len(), &before["by"]), (14, &json!("hour")));
    let of_purchases = totals.iter().find(|of| of["event"] == "Purchase" || of["event"] == "Lead").unwrap();
    assert!(before["match_quality"].as_f64().is_some_and(|score| (0.0..=10.0).contains(&score)), "{before}");
    assert_eq!(of_purchases["match_quality"], before["match_quality"], "that of what the site is after");

    strike(&sandbox, &account, "silent_pixel", "2026-11-21");
    pass(&sandbox, "P2D");
    app.ok(&SYNC);
    let (after, findings) = pixel(&app);
    assert_eq!(after["verdict"], "silent", "{after}");
    assert!(after["confidence"].as_f64().unwrap() > 0.9 && after["hours_since_event"].as_f64().unwrap() >= 24.0, "{after}");
    let silence = after["silences"].as_array().unwrap().last().unwrap();
    assert!(silence["ongoing"] == true && silence["alarm"] == true, "{after}");
    assert_eq!(silence["to"], after["counted_until"]);
    let finding = findings.iter().find(|finding| finding["rule"] == "silence" && finding["ongoing"] == true).unwrap();
    assert_eq!((&finding["severity"], &finding["entity"]["id"]), (&json!("critical"), &after["id"]), "{finding}");
    assert!(after["findings"].as_array().unwrap().contains(&finding["id"]));

    app.ok(&["tenant", "add", "other", "--name", "Other", "--currency", "EUR", "--timezone", "Europe/Berlin"]);
    let server = app.serve();
    let told = get(&server, "pixels?tenant=acme");
    assert_eq!((&told["items"][0]["account"], &told["items"][0]["result"]["pixels"][0]), (&json!(account.id), &after));
    for resource in ["pixels", "patterns", "findings"] {
        assert_eq!(get(&server, &format!("{resource}?tenant=other"))["items"], json!([]), "{resource}");
    }
}

#[test]
fn tiktok_tells_days_and_its_silence_is_seen_after_whole_ones() {
    let (sandbox, app, account) = world_of("tiktok");
    app.ok(&SYNC);
    let (before, _) = pixel(&app);
    assert_eq!((&before["by"], &before["counted_from"]), (&json!("day"), &json!("2026-10-17")), "each day is a question: {before}");
    assert_ne!(before["verdict"], "silent", "{before}");
    let views = &before["totals"][0];
    let count = |key: &str| views[key].as_f64().unwrap();
    assert!(views["event"] == "PageView" && count("today") > 0.0 && count("today") < count("days_7"), "{before}");
    assert!(before["hourly"].as_array().unwrap().iter().all(|day| day["counts"].as_array().unwrap().len() == 1), "{before}");
    assert!(before["match_quality"].is_null() && before["last_fired_at"].is_null(), "it tells neither");

    strike(&sandbox, &account, "silent_pixel", "2026-11-21");
    pass(&sandbox, "P3D");
    app.ok(&SYNC);
    let (after, findings) = pixel(&app);
    assert_eq!(after["verdict"], "silent", "{after}");
    assert!(findings.iter().any(|finding| finding["rule"] == "silence" && finding["severity"] == "critical"));
}

#[test]
fn pinterest_tells_when_a_tag_fired_and_that_it_does_not() {
    let (sandbox, app, account) = world_of("pinterest");
    app.ok(&SYNC);
    let (before, _) = pixel(&app);
    assert_eq!((&before["by"], &before["verdict"], &before["totals"]), (&json!("none"), &json!("unknown"), &json!([])), "{before}");
    assert!(before["last_fired_at"].is_string() && before["event_quality"].is_string(), "{before}");

    strike(&sandbox, &account, "silent_pixel", "2026-11-21");
    pass(&sandbox, "P3D");
    app.ok(&SYNC);
    let (after, findings) = pixel(&app);
    assert_eq!(after["verdict"], "silent", "{after}");
    let finding = findings.iter().find(|finding| finding["rule"] == "silence").unwrap();
    assert!(text(&finding["headline"]).contains("has not fired for"), "{finding}");
}

#[test]
fn a_platform_that_tells_nothing_of_its_tags_is_named() {
    let (_sandbox, app, _) = world_of("linkedin");
    app.ok(&SYNC);
    let said = app.ok(&["pixels", "--tenant", "acme"]);
    let result = &said["accounts"][0]["result"];
    assert_eq!(result["pixels"], json!([]));
    assert!(text(&result["about"]).contains("tells nothing"), "{said}");
}

#[test]
fn a_pixel_that_loses_its_purchases_is_degraded() {
    let (sandbox, app, account) = world();
    strike(&sandbox, &account, "lost_purchase", "2026-11-21");
    app.ok(&SYNC);
    pass(&sandbox, "P4D");
    app.ok(&SYNC);
    let (pixel, findings) = pixel(&app);
    assert_eq!(pixel["verdict"], "degraded", "{pixel}");
    let shift = pixel["shifts"].as_array().unwrap().iter().find(|shift| shift["event"] == "Purchase").unwrap();
    assert_eq!((&shift["factor"], &shift["from"], &shift["whole"]), (&json!(0.0), &json!("2026-11-21"), &json!(false)), "{pixel}");
    assert!(findings.iter().any(|finding| finding["rule"] == "event_silent" && text(&finding["headline"]).contains("Purchase")));
}

#[test]
fn syncs_that_fail_or_die_over_a_pixel_lose_nothing_and_count_nothing_twice() {
    let (sandbox, ready, _) = world();
    let (clean, failing, dying) = (ready.twin(), ready.twin(), ready.twin());
    clean.ok(&SYNC);
    let (wanted, _) = pixel(&clean);
    let first = asked(&sandbox);
    assert!((5..=10).contains(&first), "{first} requests for 70 days");

    // The list of objects asks once; the third piece of days and all after it fail.
    sandbox.fault(json!({ "route": "/stats", "kind": "5xx", "after": 3 }));
    failing.ok(&SYNC);
    let (partly, _) = pixel(&failing);
    assert!(text(&partly["counted_from"]) > text(&wanted["counted_from"]), "{partly}");
    sandbox.heal();
    failing.ok(&SYNC);
    assert_eq!(pixel(&failing).0, wanted);

    sandbox.delete("/_sandbox/calls");
    let child = dying.command(&SYNC).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    assert!(killed(child, || asked(&sandbox) >= 3), "it was killed while it read");
    dying.ok(&SYNC);
    assert_eq!(pixel(&dying).0, wanted);

    sandbox.delete("/_sandbox/calls");
    pass(&sandbox, "PT1H");
    clean.ok(&SYNC);
    assert_eq!(asked(&sandbox), 2, "the list's own week, and the days that may still change");
}

#[test]
fn patterns_are_learnt_once_a_week_and_say_why_there_are_none() {
    let sandbox = sandbox(&WORLD);
    let accounts = [sandbox.accounts().remove(0), sandbox.accounts_of("google").remove(0)];
    let app = App::connected(&accounts);
    app.ok(&SYNC);
    let read = || app.ok(&["patterns", "--tenant", "acme"])["accounts"].as_array().unwrap().clone();
    let first = read();
    assert_eq!(first.len(), 2, "{first:?}");
    for of in &first {
        assert_eq!((&of["result"]["learned_on"], &of["result"]["due_on"]), (&json!("2026-11-16"), &json!("2026-11-23")));
        let cards = of["result"]["patterns"].as_array().unwrap();
        let kinds: Vec<String> = cards.iter().map(|card| text(&card["kind"])).collect();
        for kind in ["time_performance", "creative_fatigue", "budget_sweet_spot", "audience_decay", "conversion_lag", "seasonal"] {
            assert!(kinds.iter().any(|known| known == kind), "{kinds:?}");
        }
        for card in cards {
            assert_ne!(card["pattern"].is_null(), card["because"].is_null(), "{card}");
            let Some(learnt_to) = card["pattern"]["learned_to"].as_str() else { continue };
            assert!(learnt_to < "2026-11-16", "{card}");
        }
        // Eight weeks of hours were read at once, so the map of the week is judged from the first day on.
        let hours = &cards[0];
        assert!(!hours["because"].as_str().unwrap_or_default().contains(" days and it takes"), "{hours}");
        assert!(hours["pattern"].is_null() || hours["pattern"]["picture"]["cells"].as_array().unwrap().len() == 168, "{hours}");
        let lag = cards.iter().find(|card| card["kind"] == "conversion_lag").unwrap();
        assert!(text(&lag["because"]).contains("days followed to their end"), "{lag}");
    }

    pass(&sandbox, "P1D");
    app.ok(&SYNC);
    assert_eq!(read(), first, "within the week nothing is learnt anew");
    pass(&sandbox, "P2D");
    app.ok(&SYNC);
    let next = read();
    assert!(next.iter().zip(&first).all(|(next, first)| next["source_hash"] != first["source_hash"]), "{next:?}");
    assert_eq!(next[0]["result"]["learned_on"], "2026-11-23");
}
