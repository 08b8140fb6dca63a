//! `trimtab migrate`: the schema's state, back with a warning, forward again.

use crate::app::{App, sandbox, text};
use serde_json::json;

#[test]
fn going_back_is_shown_first_and_forward_brings_it_up() {
    let sandbox = sandbox(&["--seed", "3", "--tenants", "1", "--ads", "6", "--days", "10", "--today", "2026-11-20"]);
    let app = App::connected(&sandbox.accounts()[..1]);
    app.ok(&["sync", "--tenant", "acme", "--from", "2026-11-18"]);
    let status = app.ok(&["migrate", "--status"]);
    assert_eq!(status["pending"], 0);
    let steps = status["steps"].as_array().unwrap();
    assert!(steps.len() > 40 && steps.iter().all(|step| step["applied"] == true), "{status}");
    assert_eq!(app.ok(&["migrate"])["applied"], json!([]));

    let shown = app.ok(&["migrate", "--to", "0075"]);
    assert_eq!((&shown["dry_run"], &shown["undone"][0]), (&json!(true), &steps[steps.len() - 1]["step"]));
    let lost = shown["lost"].as_array().unwrap();
    assert!(lost.iter().any(|loss| loss["table"] == "calls" && loss["rows"].as_u64().unwrap() > 0), "{shown}");
    assert_eq!(app.ok(&["migrate", "--status"])["pending"], 0, "nothing was changed");

    let done = app.ok(&["migrate", "--to", "0075", "--yes"]);
    assert_eq!((&done["dry_run"], &done["undone"]), (&json!(false), &shown["undone"]));
    assert_eq!(app.ok(&["migrate", "--status"])["pending"], done["undone"].as_array().unwrap().len());
    let applied = app.ok(&["migrate"])["applied"].clone();
    assert_eq!(text(&applied[0]), "0076_calls");
    app.ok(&["sync", "--tenant", "acme", "--from", "2026-11-18"]);
    app.is_well("after going back and forth");

    assert!(app.fails(2, &["migrate", "--to", "9999"]).contains("is no step that was applied"));
    app.fails(2, &["migrate", "--yes"]);
    app.fails(2, &["migrate", "--status", "--to", "1"]);
    assert!(app.fails(2, &["migrate", "--move-to", "file.db"]).contains("write postgres://USER:PASSWORD@HOST:5432/DATABASE"));
}
