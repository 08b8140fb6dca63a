//! Kill −9 at any moment of a sync: running again ends with the facts of a run that was never killed.

use crate::app::{App, sandbox};
use std::{
    process::Stdio,
    time::{Duration, Instant},
};

const WORLD: [&str; 10] = ["--seed", "21", "--tenants", "1", "--ads", "24", "--days", "120", "--today", "2026-11-20"];
const FROM: &str = "2026-07-25";
const TO: &str = "2026-11-20";

#[test]
fn killed_syncs_converge() {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts().remove(0);
    let clean = App::connected(std::slice::from_ref(&account));
    let started = Instant::now();
    clean.ok(&["sync", "--tenant", "acme"]);
    let whole = started.elapsed();
    let wanted = clean.everything(FROM, TO);

    let app = App::connected(std::slice::from_ref(&account));
    let mut killed = 0;
    for step in 1..=4_u32 {
        let mut child = app.command(&["sync", "--tenant", "acme"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + whole * step / 5;
        let done = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if Instant::now() >= until {
                break None;
            }
            std::thread::park_timeout(Duration::from_millis(1));
        };
        if done.is_none() {
            child.kill().unwrap();
            killed += 1;
        }
        child.wait().unwrap();
        // The lake answers at any time, with whole days only.
        app.ok(&["query", "--tenant", "acme", "--metrics", "spend", "--from", FROM, "--to", TO]);
    }
    assert!(killed > 0, "no sync was slow enough to be killed");
    app.ok(&["sync", "--tenant", "acme"]);
    assert_eq!(app.everything(FROM, TO)["rows"], wanted["rows"]);
    assert_eq!(app.ok(&["doctor"])["finding"], "ok");
}
