//! A small world with accounts on some platforms, and an engine that reads them: what a schedule of faults is played on.

use super::{calm::Calm, facts::Everything, hurry::pass};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use trimtab_domain::{
    Actor, Clock, Day, DayRange, Role, Source, TenantCtx, Timestamp, clock::testing::CountingIds, day::parse_day, id::TenantId,
};
use trimtab_engine::{
    CONNECTABLE, Connectors, Deadlines, Engine, Execution, ExecutionStatus, FailureKind, Lake, NewTenant, Parts, Run, RunStatus,
    Store,
    connection::{Connect, ConnectionView},
    sync::Sync,
};
use trimtab_facts::LakeSettings;
use trimtab_sandbox::{AccountInfo, CallRecord, FaultKind, Limits, Sandbox, SandboxSettings};
use trimtab_store::{StoreSettings, VaultKey};
use trimtab_wire::{Wire, WireSettings};

const TODAY: &str = "2026-11-20";
/// Days that have facts: some are settled, and some older than what platforms answer at once.
const DAYS: u16 = 100;
/// The first day of them, and of explicit syncs.
pub(super) const FIRST: &str = "2026-08-10";
/// Longest time one sync may take on the hurried clock.
const SYNC_DEADLINE: Duration = Duration::from_secs(3_600);

/// Every source that can be connected.
pub(super) fn sources() -> Vec<Source> {
    CONNECTABLE.iter().map(|connectable| connectable.source).collect()
}

/// A world being served and an installation with all its accounts connected, none read yet.
pub(super) struct Scene {
    pub(super) sandbox: Sandbox,
    pub(super) wire: Wire,
    pub(super) accounts: Vec<AccountInfo>,
    engine: Engine,
    lake: Lake,
    ctx: TenantCtx,
    origin: String,
    _folder: TempDir,
    _stop: DropGuard,
}

/// The world's own clock, so that both sides agree on today.
struct WorldClock(Sandbox);

impl fmt::Debug for WorldClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WorldClock")
    }
}

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl Scene {
    /// A world with `each` accounts of one currency on each platform. Limits are those of the platforms for apps with full access.
    pub(super) async fn new(sources: &[Source], each: usize, jitter_seed: u64) -> Self {
        let settings = SandboxSettings {
            seed: 5,
            tenants: 5,
            ads: 8,
            days: DAYS,
            today: parse_day(TODAY).unwrap(),
            limits: Limits::Real,
            ..SandboxSettings::default()
        };
        let sandbox = Sandbox::new(settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let (served, token) = (sandbox.clone(), stop.clone());
        tokio::spawn(async move { served.serve(listener, token).await });

        let all = sandbox.accounts_at(&origin);
        let mut accounts = Vec::new();
        for source in sources {
            let own: Vec<_> =
                all.iter().filter(|a| a.source == source.as_str() && a.currency == "EUR").take(each).cloned().collect();
            // Not every business has a shop.
            assert!(!own.is_empty(), "the world has accounts of {source}");
            accounts.extend(own);
        }
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(WorldClock(sandbox.clone()));
        // The disk is as slow as it is while this clock runs fast: its deadlines are none of these tests' trouble.
        let store = StoreSettings { deadline: Duration::from_secs(3_600), ..StoreSettings::new(folder.path().join("store.db")) };
        let ids = Arc::new(CountingIds::default());
        let store = Store::open(store, VaultKey::from_bytes([42; 32]), Arc::clone(&clock), ids).await.unwrap();
        let lake = Lake::open(LakeSettings::new(folder.path().join("lake"))).unwrap();
        // As shipped, but for what would only make a test longer: fewer attempts and less patience.
        let settings = WireSettings {
            attempts: 3,
            breaker_failures: 4,
            patience: Duration::from_secs(20),
            jitter_seed,
            ..WireSettings::default()
        };
        let wire = Wire::new(settings, Arc::clone(&clock)).unwrap();
        // On a clock this fast a report has less than 5 s of real time; all platforms' schedules share the processors.
        let deadlines = Deadlines { answer: Duration::from_secs(10), report: Duration::from_secs(120) };
        let connectors = Connectors::new(wire.clone(), Arc::clone(&clock), deadlines);
        let engine = Engine::new(Parts {
            store,
            lake: lake.clone(),
            connectors,
            clock,
            rates_url: None,
            retention: trimtab_engine::Retention::default(),
            site: "http://localhost:8080".parse().unwrap(),
            mailer: trimtab_connect::mail::Mailer::none(),
            issuers: Vec::new(),
            newcomers: std::collections::BTreeMap::new(),
            owner: "test".to_owned(),
        });
        let id = TenantId::parse("acme").unwrap();
        let (currency, zone) = ("EUR".parse().unwrap(), "Europe/Amsterdam".parse().unwrap());
        engine
            .add_tenant(
                &trimtab_domain::Caller::SYSTEM,
                NewTenant { id: id.clone(), name: "Acme".to_owned(), currency, zone, industry: None },
            )
            .await
            .unwrap();
        let ctx = TenantCtx::proven(id, Actor::Operator, Role::AgencyAdmin);
        let scene = Self { sandbox, wire, accounts, engine, lake, ctx, origin, _folder: folder, _stop: stop.drop_guard() };
        for account in scene.accounts.clone() {
            scene.connect(&account).await;
        }
        scene.sandbox.forget_calls();
        scene
    }

    async fn connect(&self, account: &AccountInfo) {
        let connect = Connect {
            source: account.source.parse().unwrap(),
            account: account.account.clone(),
            secret: account.secret.as_str().into(),
            base_url: Some(account.base_url.clone()),
        };
        self.engine.connect(&self.ctx, connect).await.unwrap();
    }

    /// Syncs all accounts: what is due, or everything from a day on.
    pub(super) async fn sync(&self, from: Option<Day>) -> Execution {
        let sync = self.engine.sync(&self.ctx, Sync { from, ..Sync::default() });
        tokio::time::timeout(SYNC_DEADLINE, sync).await.expect("a sync ends, whatever the platforms do").unwrap()
    }

    /// Ends all faults, and lets pass what pauses and breakers last.
    pub(super) fn heal(&self) {
        self.sandbox.remove_faults(None, None);
        self.rest();
    }

    /// Lets a day and an hour pass by the limits' clock.
    pub(super) fn rest(&self) {
        pass(Duration::from_secs(25 * 3_600));
    }

    /// One more sync succeeds and leaves the facts of one that met no trouble. Answers how many accounts had to be connected again.
    ///
    /// `from` is for trouble that cannot be told from the truth: an answer that is empty and says nothing of a fault. Days that may
    /// still change are read again anyway; settled ones when they are asked for.
    pub(super) async fn whole_again(&self, calm: &Calm, from: Option<Day>) -> usize {
        let mut sync = self.sync(from).await;
        let lost = self.connect_again(&sync).await;
        if lost > 0 {
            sync = self.sync(from).await;
        }
        let failures: Vec<_> = sync.runs.iter().filter_map(|run| Some((&run.account, run.failure.as_ref()?))).collect();
        assert_eq!(sync.status, ExecutionStatus::Succeeded, "the faults are over: {failures:?}");
        let read = |account: &str| self.accounts.iter().any(|own| own.account == account);
        assert_eq!(self.facts().await.difference(&calm.facts, read), None);
        lost
    }

    /// Does what the product says of accounts whose only secret was used up: a platform that takes each refresh token once has sent
    /// another, and that answer was lost. Answers how many.
    pub(super) async fn connect_again(&self, sync: &Execution) -> usize {
        let garbled = [FaultKind::Truncated, FaultKind::Malformed, FaultKind::Slow].map(FaultKind::name);
        let renewal = |call: &&CallRecord| call.method == "POST" && call.route.contains("token");
        let calls = self.sandbox.calls();
        let lost: BTreeSet<_> = calls
            .iter()
            .filter(renewal)
            .filter(|call| call.fault.as_ref().is_some_and(|fault| garbled.contains(fault)))
            .map(|call| (call.source, call.account.as_deref()))
            .collect();
        let mut again = 0;
        for account in self.sandbox.accounts_at(&self.origin) {
            let refused = |run: &&Run| {
                run.account.id.as_str() == account.account && run.failure.as_ref().is_some_and(|f| f.kind == FailureKind::Auth)
            };
            let about = [Some(account.account.as_str()), None];
            if sync.runs.iter().find(refused).is_some() && about.iter().any(|about| lost.contains(&(account.source, *about))) {
                self.connect(&account).await;
                again += 1;
            }
        }
        again
    }

    pub(super) async fn facts(&self) -> Everything {
        let period = DayRange::new(parse_day(FIRST).unwrap(), parse_day(TODAY).unwrap()).unwrap();
        Everything::of(&self.engine, &self.lake, &self.ctx, period).await
    }

    pub(super) async fn connections(&self) -> Vec<ConnectionView> {
        self.engine.connections(&self.ctx).await.unwrap()
    }

    /// Requests since they were last forgotten, by the account they were about.
    pub(super) fn calls_by_account(&self) -> BTreeMap<String, usize> {
        let mut calls = BTreeMap::new();
        for account in self.sandbox.calls().into_iter().filter_map(|call| call.account) {
            *calls.entry(account).or_default() += 1;
        }
        calls
    }

    /// Requests that a platform's own limits turned away, which is not what a fault does in their name.
    pub(super) fn beyond_limits(&self) -> u64 {
        let named = [FaultKind::Throttle, FaultKind::Http429].map(FaultKind::name);
        let staged = self.sandbox.calls().into_iter().filter(|call| call.fault.as_ref().is_some_and(|fault| named.contains(fault)));
        let limited: u64 = Source::ALL.into_iter().map(|source| self.wire.counts(source).limited).sum();
        limited.saturating_sub(staged.count() as u64)
    }

    /// Requests that may be turned away although nobody was careless: Klaviyo and Shopify count by the second, of which a request's way
    /// takes a good part on a hurried clock.
    pub(super) fn unforeseeable(&self) -> u64 {
        let counted = [Source::Klaviyo, Source::Shopify].map(Source::as_str);
        5 * self.accounts.iter().filter(|account| counted.contains(&account.source)).count() as u64
    }

    /// How often each platform turned a request away.
    pub(super) fn limited(&self) -> Vec<(Source, u64)> {
        let counts = sources().into_iter().map(|source| (source, self.wire.counts(source).limited));
        counts.filter(|(_, limited)| *limited > 0).collect()
    }

    /// Whatever failed says why and what mends it, in the run and at the account.
    pub(super) async fn is_honest(&self, sync: &Execution) {
        let views = self.connections().await;
        for run in &sync.runs {
            let Some(failure) = &run.failure else {
                assert_eq!(run.status, RunStatus::Succeeded, "{run:?}");
                continue;
            };
            assert!(!failure.text.is_empty() && failure.fix.as_ref().is_some_and(|fix| fix.len() > 10), "{run:?}");
            assert_ne!(failure.kind, FailureKind::Internal, "{run:?}");
            let view = views.iter().find(|view| view.connection.account.id == run.account.id).unwrap();
            let last = view.last_run.as_ref().and_then(|run| run.failure.as_ref());
            let health = &view.connection.health;
            assert!(health.fix.is_some() || last.is_some_and(|failure| failure.fix.is_some()), "nobody is told: {view:?}");
            if failure.kind == FailureKind::Auth {
                let step = health.fix.as_deref().unwrap_or_default();
                assert!(step.contains("connect the account again"), "{view:?}");
            }
        }
    }
}

/// How many accounts a sync did not ask about, since they or their platform had failed too often.
pub(super) fn left_alone(sync: &Execution) -> usize {
    sync.runs.iter().filter_map(|run| run.failure.as_ref()).filter(|failure| failure.text.contains("is left alone until")).count()
}
