//! What a server does by the clock, on a simulated account whose clock the test moves together with ours.

use crate::world::{START, World};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trimtab_domain::Source;
use trimtab_engine::{Execution, ExecutionStatus, connection::Connect, sync::Sync};
use trimtab_sandbox::{Fault, FaultKind, Sandbox, SandboxSettings};
use trimtab_store::{AccountKey, ExecutionKind, NewExecution};

/// A sandbox being served, and an engine with its first account connected.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) world: World,
    _stop: tokio_util::sync::DropGuard,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::of(World::new().await, Source::Meta).await
    }

    /// The same with the first account of a platform, in a world of one's own.
    pub(crate) async fn of(world: World, source: Source) -> Self {
        let today = trimtab_domain::day::parse_day("2026-11-01").unwrap();
        let sandbox = Sandbox::new(SandboxSettings { seed: 4, tenants: 1, ads: 6, days: 40, today, ..SandboxSettings::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let (served, token) = (sandbox.clone(), stop.clone());
        tokio::spawn(async move { served.serve(listener, token).await });
        // The sandbox begins at noon, ours at ten.
        assert_eq!(START, "2026-11-01T10:00:00Z");
        world.pass_hours(2);
        let account = sandbox.accounts_at(&origin).into_iter().find(|account| account.source == source.as_str()).unwrap();
        let connect = Connect { source, account: account.account, secret: account.secret.into(), base_url: Some(account.base_url) };
        world.engine.connect(&world.ctx, connect).await.unwrap();
        Self { sandbox, world, _stop: stop.drop_guard() }
    }

    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.sandbox.advance(&format!("PT{minutes}M")).unwrap();
        self.world.pass_minutes(minutes);
    }

    /// Lets the clock be looked at, and waits for what that starts.
    pub(crate) async fn look(&self) -> Option<Execution> {
        // Followed before anything starts, so that no change is missed.
        let mut changes = self.world.engine.live().follow(None).next;
        if self.world.engine.freshen().await.unwrap() == 0 {
            return None;
        }
        let ended = async {
            loop {
                let latest = self.world.engine.executions(&self.world.ctx, None, 1).await.unwrap().items.remove(0);
                if !matches!(latest.status, ExecutionStatus::Queued | ExecutionStatus::Running) {
                    return self.world.engine.execution(&self.world.ctx, &latest.id).await.unwrap();
                }
                changes.recv().await.unwrap();
            }
        };
        Some(tokio::time::timeout(std::time::Duration::from_secs(30), ended).await.expect("the sync ends"))
    }
}

fn days(execution: &Execution) -> String {
    execution.runs[0].days.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn history_first_then_recent_days_hourly_and_open_ones_nightly() {
    let scene = Scene::new().await;
    let first = scene.look().await.expect("the history is due");
    assert_eq!((first.status, days(&first).as_str()), (ExecutionStatus::Succeeded, "2025-09-28..2026-11-01"));
    assert!(scene.look().await.is_none(), "nothing is due a moment later");
    scene.pass_minutes(59);
    assert!(scene.look().await.is_none());
    scene.pass_minutes(2);
    let hourly = scene.look().await.expect("an hour has passed");
    assert_eq!(days(&hourly), "2026-10-31..2026-11-01");
    // To half past three in the night of Amsterdam.
    scene.pass_minutes(13 * 60 + 29);
    let nightly = scene.look().await.expect("the night's reading");
    assert_eq!(days(&nightly), "2026-10-04..2026-11-02");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_failed_rests_and_one_that_is_refused_waits_for_its_user() {
    let scene = Scene::new().await;
    scene.sandbox.add_fault(Fault::new("", FaultKind::Revoked)).unwrap();
    let refused = scene.look().await.unwrap();
    assert_eq!(refused.status, ExecutionStatus::Failed);
    scene.pass_minutes(600);
    assert!(scene.look().await.is_none(), "asking again would not help");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn history_beyond_the_allowance_of_an_hour_waits_for_the_next() {
    let scene = Scene::new().await;
    let (engine, ctx) = (&scene.world.engine, &scene.world.ctx);
    let day = Some(trimtab_domain::day::parse_day("2026-10-31").unwrap());
    let mut calls = 0;
    while calls < 200 {
        let asked = engine.sync(ctx, Sync { from: day, to: day, ..Sync::default() }).await.unwrap();
        assert_eq!(asked.status, ExecutionStatus::Succeeded, "{asked:?}");
        calls += asked.runs[0].api_calls;
    }
    let by_clock = Sync { by_clock: true, ..Sync::default() };
    let done = |execution: &Execution| (execution.status, execution.progress.done, execution.progress.total);
    let first = engine.sync(ctx, by_clock.clone()).await.unwrap();
    assert_eq!(done(&first), (ExecutionStatus::Succeeded, 1, 399), "today alone, whatever it costs");
    scene.pass_minutes(61);
    let second = engine.sync(ctx, by_clock).await.unwrap();
    assert_eq!(done(&second), (ExecutionStatus::Succeeded, 400, 400), "the rest, and the newest two days again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_process_began_goes_on_at_once_and_what_was_stopped_rests() {
    let scene = Scene::new().await;
    let store = scene.world.store.tenant(&scene.world.ctx);
    let account = store.connections().await.unwrap().remove(0).account;
    let day = "2026-10-31..2026-10-31".parse().unwrap();
    let begin = async || {
        let ttl = std::time::Duration::from_secs(10);
        let new = NewExecution { kind: ExecutionKind::Sync, params: serde_json::json!({}), owner: "dead".to_owned(), ttl };
        let execution = store.create_execution(new).await.unwrap();
        store.start_execution(&execution.id, ttl).await.unwrap();
        store.begin_run(&execution.id, &AccountKey::from(&account), day).await.unwrap();
        execution.id
    };
    let stopped = begin().await;
    store.cancel_execution(&stopped).await.unwrap();
    scene.pass_minutes(1);
    assert!(scene.look().await.is_none(), "somebody wanted it to stop");
    scene.pass_minutes(15);
    begin().await;
    assert!(scene.look().await.is_none(), "it may still be at work");
    scene.pass_minutes(1);
    assert_eq!(scene.look().await.expect("it goes on").status, ExecutionStatus::Succeeded);
}
