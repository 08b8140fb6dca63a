//! Whether facts can be trusted: our sums against the sources' own, declared checks, dated exchange rates.

use crate::{freshness::Scene, world::World};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trimtab_domain::{
    DayRange, Source,
    quality::{State, Verdict},
    query::{Cell, MetricQuery, QueryParts},
};
use trimtab_engine::{ExecutionStatus, connection::Connect, doctor::Finding, quality::DayState, sync::Sync};
use trimtab_sandbox::{Sandbox, SandboxSettings};

impl World {
    /// Connects and reads every account of a platform; answers how the reading ended.
    async fn connect_all(&self, sandbox: &Sandbox, origin: &str, source: Source) -> ExecutionStatus {
        for account in sandbox.accounts_at(origin).into_iter().filter(|account| account.source == source.as_str()) {
            let connect =
                Connect { source, account: account.account, secret: account.secret.into(), base_url: Some(account.base_url) };
            self.engine.connect(&self.ctx, connect).await.unwrap();
        }
        self.engine.sync(&self.ctx, Sync::default()).await.unwrap().status
    }

    /// The checks that failed, as check and account.
    async fn failed(&self) -> Vec<(String, String, String)> {
        let views = self.engine.checks(&self.ctx).await.unwrap();
        let results = views.iter().flat_map(|view| view.results.iter().map(move |(account, result)| (view, account, result)));
        let failed = results.filter(|(_, _, result)| result.checked.outcome.state == State::Failed);
        failed
            .map(|(view, account, result)| {
                (view.check.id.clone(), account.name.to_string(), result.checked.outcome.message.clone())
            })
            .collect()
    }
}

/// A world on a port of its own, noon of 1 November 2026 on both sides.
async fn world(mismatch: bool) -> (World, Sandbox, String, tokio_util::sync::DropGuard) {
    let today = trimtab_domain::day::parse_day("2026-11-01").unwrap();
    let settings = SandboxSettings { seed: 4, tenants: 2, ads: 12, days: 90, today, mismatch, ..SandboxSettings::default() };
    let sandbox = Sandbox::new(settings);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let (served, token) = (sandbox.clone(), stop.clone());
    tokio::spawn(async move { served.serve(listener, token).await });
    let world = World::reading_rates_at(&format!("{origin}/ecb")).await;
    world.pass_hours(2);
    (world, sandbox, origin, stop.drop_guard())
}

fn lately() -> DayRange {
    "2026-08-04..2026-11-01".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_day_agrees_but_the_one_that_does_not() {
    let (world, sandbox, origin, _stop) = world(true).await;
    assert_eq!(world.connect_all(&sandbox, &origin, Source::Pinterest).await, ExecutionStatus::Succeeded);
    let accounts = world.engine.reconciliation(&world.ctx, lately()).await.unwrap();
    let apart: Vec<_> = accounts
        .iter()
        .flat_map(|account| account.lines.iter().filter(|line| line.verdict != Verdict::Equal))
        .map(|line| (line.day.to_string(), line.figure.as_str(), line.verdict, line.theirs - line.ours))
        .collect();
    assert_eq!(apart, [("2026-09-17".to_owned(), "spend", Verdict::Mismatched, 12_340_000)]);
    assert!(accounts.iter().all(|account| account.lines.len() > 50 && account.untold == 0), "every day is compared");

    let failed = world.failed().await;
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0].0, "reconciled");
    assert!(failed[0].2.starts_with("spend of 2026-09-17 differs: we have "), "{failed:?}");
    let checks = world.engine.examine().await;
    let found = checks.iter().find(|check| check.what.contains("Matches the source's own total")).unwrap();
    assert_eq!(found.finding, Finding::Broken);

    let covered = world.engine.covered_days(&world.ctx, lately()).await.unwrap();
    let states: Vec<_> =
        covered.iter().flat_map(|account| &account.runs).filter(|(_, state)| *state == DayState::Mismatched).collect();
    assert_eq!(states.len(), 1);
    assert_eq!(states[0].0.to_string(), DayRange::single(states[0].0.from()).to_string(), "one day");
    for account in &covered {
        let days: u32 = account.runs.iter().map(|(run, _)| run.len()).sum();
        assert_eq!(days, lately().len(), "each day lies in one run");
        assert!(account.runs.iter().all(|(_, state)| *state != DayState::Missing), "{:?}", account.runs);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sound_world_passes_and_keeps_its_history() {
    let scene = Scene::new().await;
    scene.look().await.expect("the history is due");
    assert_eq!(scene.world.failed().await, []);
    let account = scene.world.engine.accounts(&scene.world.ctx).await.unwrap().remove(0).account;
    let key = trimtab_engine::AccountKey::from(&account);
    let of = |check: &'static str| {
        let (engine, ctx, key) = (&scene.world.engine, &scene.world.ctx, &key);
        async move { engine.check_history(ctx, key, check).await.map(|(_, lines)| lines) }
    };
    let (named, _) = scene.world.engine.check_history(&scene.world.ctx, &key, "reconciled").await.unwrap();
    assert_eq!(named, account, "a line of history has its account's name");
    assert_eq!(of("reconciled").await.unwrap().len(), 1);
    scene.pass_minutes(61);
    scene.look().await.expect("an hour has passed");
    let history = of("reconciled").await.unwrap();
    assert_eq!(history.len(), 1, "the same again is no new line");
    assert!(history[0].checked_at > history[0].since);
    let unknown = of("reconciliation").await.unwrap_err();
    assert!(unknown.to_string().contains("'reconciliation' is not a check"), "{unknown}");

    // Two days without a sync.
    scene.pass_minutes(48 * 60);
    scene.world.engine.run_checks(&scene.world.ctx).await.unwrap();
    let failed = scene.world.failed().await;
    let ids: Vec<_> = failed.iter().map(|(check, ..)| check.as_str()).collect();
    assert!(ids.contains(&"freshness"), "{failed:?}");
    assert_eq!(of("freshness").await.unwrap().len(), 2, "a line for each way it came out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_are_shown_in_another_currency_once_rates_are_read() {
    let (world, sandbox, origin, _stop) = world(false).await;
    world.connect_all(&sandbox, &origin, Source::Meta).await;
    let before = world.engine.rates().await.unwrap();
    assert!(before.message.is_some() && before.currencies.is_empty());
    let parts =
        || QueryParts { metrics: vec!["spend".to_owned()], currency: Some("CHF".parse().unwrap()), ..QueryParts::default() };
    let query = MetricQuery::new("2026-10-01..2026-10-31".parse().unwrap(), parts()).unwrap();
    let refused = world.engine.query(&world.ctx, &query).await.unwrap_err();
    assert!(refused.to_string().contains("there is no reference rate for CHF"), "{refused}");

    assert!(world.engine.read_rates().await.unwrap() > 100_000, "all of the bank's history");
    assert_eq!(world.engine.read_rates().await.unwrap(), 0, "nothing new");
    let after = world.engine.rates().await.unwrap();
    assert_eq!((after.message, after.last_day.unwrap().to_string().as_str()), (None, "2026-10-30"), "1 November is a Sunday");
    let answer = world.engine.query(&world.ctx, &query).await.unwrap();
    assert!(matches!(answer.totals[0], Cell::Money(micros) if micros > 0), "{:?}", answer.totals);
    let used = answer.rates.as_ref().unwrap();
    assert_eq!(used.first.to_string(), "2026-10-01");
    assert!(used.carried_days >= 8, "four week-ends: {used:?}");
}
