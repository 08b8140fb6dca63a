//! Kill −9 at any moment: running again ends with the facts of a run that was never killed.

use crate::app::{App, Running, cents, sandbox};
use std::{
    process::{Child, Stdio},
    time::{Duration, Instant},
};

const WORLD: [&str; 10] = ["--seed", "21", "--tenants", "1", "--ads", "24", "--days", "120", "--today", "2026-11-20"];
const FROM: &str = "2026-07-25";
const TO: &str = "2026-11-20";
const SYNC: [&str; 3] = ["sync", "--tenant", "acme"];

fn start(app: &App, args: &[&str]) -> Child {
    app.command(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills a process as soon as the condition holds. Answers whether it was still running.
pub(crate) fn killed(mut child: Child, moment: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(120);
    while child.try_wait().unwrap().is_none() {
        if moment() {
            child.kill().unwrap();
            return child.wait().unwrap().code().is_none();
        }
        assert!(Instant::now() < deadline, "the moment to kill never came");
        std::thread::park_timeout(Duration::from_millis(1));
    }
    false
}

/// Kills a process when so much of a span has passed.
fn killed_at(child: Child, span: Duration, part: u32, of: u32) -> bool {
    let until = Instant::now() + span * part / of;
    killed(child, || Instant::now() >= until)
}

fn requests(sandbox: &Running) -> usize {
    sandbox.calls(|_| true)
}

/// Each moment of a sync, from the first millisecond to after its last request, kills an installation of its own.
#[test]
fn a_sync_killed_at_any_moment_converges() {
    const MOMENTS: u32 = 12;
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts().remove(0);
    let ready = App::connected(std::slice::from_ref(&account));
    let clean = ready.twin();
    let started = Instant::now();
    clean.ok(&SYNC);
    let whole = started.elapsed();
    let wanted = clean.everything(FROM, TO);
    let truth = cents(&sandbox.spend_by_day(&account, FROM, TO));

    let mut hits = 0;
    let apps: Vec<App> = (0..MOMENTS)
        .map(|moment| {
            let app = ready.twin();
            hits += u32::from(killed_at(start(&app, &SYNC), whole, 2 * moment + 1, 2 * MOMENTS));
            // The lake answers at any time, with whole days only.
            let days = app.spend_by_day(FROM, TO);
            assert!(days.iter().all(|day| truth.contains(day)), "moment {moment}: {days:?}");
            app
        })
        .collect();
    assert!(hits >= MOMENTS / 2, "only {hits} of {MOMENTS} syncs were slow enough to be killed");
    // The dead syncs' leases run out while these wait, so they wait together.
    for some in apps.chunks(4) {
        let mut again: Vec<Child> = some.iter().map(|app| start(app, &SYNC)).collect();
        assert!(again.iter_mut().all(|child| child.wait().unwrap().success()), "every sync succeeds");
    }
    for (moment, app) in apps.iter().enumerate() {
        assert_eq!(app.everything(FROM, TO)["rows"], wanted["rows"], "moment {moment}");
        app.is_well(&format!("moment {moment}"));
    }
}

/// One installation killed over and over, each time when its sync has made some requests.
#[test]
fn a_sync_killed_in_a_loop_converges() {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts().remove(0);
    let ready = App::connected(std::slice::from_ref(&account));
    let clean = ready.twin();
    sandbox.delete("/_sandbox/calls");
    clean.ok(&SYNC);
    let whole = requests(&sandbox);
    let wanted = clean.everything(FROM, TO);

    let app = ready;
    let mut hits = 0;
    for round in 1..=5 {
        sandbox.delete("/_sandbox/calls");
        hits += u32::from(killed(start(&app, &SYNC), || requests(&sandbox) >= whole * round / 7));
        app.ok(&["query", "--tenant", "acme", "--metrics", "spend", "--from", FROM, "--to", TO]);
    }
    assert!(hits >= 3, "only {hits} syncs were slow enough to be killed");
    app.ok(&SYNC);
    assert_eq!(app.everything(FROM, TO)["rows"], wanted["rows"]);
    app.is_well("after the last sync");
}

/// An import that is killed is either there as a whole or not at all, and importing again gives the same.
#[test]
fn an_import_killed_at_any_moment_converges() {
    const MOMENTS: u32 = 6;
    let ready = App::new();
    ready.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    let files = tempfile::TempDir::new().unwrap();
    let file = files.path().join("export.csv");
    let mut text = "Campaign,Day,Impressions,Clicks,Cost\n".to_owned();
    for row in 0..30_000 {
        let (campaign, month, day) = (row / 336, row % 12 + 1, row / 12 % 28 + 1);
        text += &format!("C{campaign},2025-{month:02}-{day:02},{},{},{}.25\n", 100 + row, row % 7, row % 90);
    }
    std::fs::write(&file, text).unwrap();
    let import = ["import", file.to_str().unwrap(), "--tenant", "acme"];
    let (from, to) = ("2025-01-01", "2025-12-31");
    let clean = ready.twin();
    let started = Instant::now();
    clean.ok(&import);
    let whole = started.elapsed();
    let wanted = clean.everything(from, to);

    let mut hits = 0;
    let apps: Vec<App> = (0..MOMENTS)
        .map(|moment| {
            let app = ready.twin();
            hits += u32::from(killed_at(start(&app, &import), whole, 2 * moment + 1, 2 * MOMENTS));
            let rows = &app.everything(from, to)["rows"];
            assert!(*rows == wanted["rows"] || rows.as_array().unwrap().is_empty(), "moment {moment}: half an import");
            app
        })
        .collect();
    assert!(hits >= MOMENTS / 2, "only {hits} of {MOMENTS} imports were slow enough to be killed");
    for (moment, app) in apps.iter().enumerate() {
        // A dead import holds its account until its lease runs out, and says so meanwhile.
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let out = app.run(&import);
            if out.status.success() {
                break;
            }
            let said = crate::app::stderr(&out);
            assert!(said.contains("import again when that is done") && Instant::now() < deadline, "moment {moment}: {said}");
            std::thread::park_timeout(Duration::from_millis(100));
        }
        assert_eq!(app.everything(from, to)["rows"], wanted["rows"], "moment {moment}");
    }
}
