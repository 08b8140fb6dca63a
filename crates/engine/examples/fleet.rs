//! Measures how long a whole fleet takes to be read within the platforms' limits, and prints one JSON document.
//!
//! `fleet [TENANTS] [DAYS] [ADS]` (defaults: 20 tenants, 30 days, 40 ads of the first tenant) serves an ad world whose platforms refuse
//! what is beyond their limits, connects every tenant's accounts on every platform that can be connected, and syncs all tenants at once
//! with the settings the product ships with.
//!
//! Time is virtual: it stands still while anything works and moves only while everything waits (for quota, a pause, a report). What is
//! measured is waiting alone, so that neither this machine nor the simulation counts. Beside it stands the least time in which the
//! platforms' limits let as many requests pass, however well they are arranged: for every limit, requests beyond what may go at once,
//! divided by its rate; of all limits the largest. See `minimum`. Linux only, since only there a process can see whether it is at rest.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

use futures::{FutureExt, future::try_join_all};
use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fmt, fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};
use tokio::{net::TcpListener, runtime::Handle, sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;
use trimtab_domain::{Actor, Clock, DayRange, Role, Source, TenantCtx, Timestamp, clock::testing::CountingIds, id::TenantId};
use trimtab_engine::{
    CONNECTABLE, Connectors, Deadlines, Engine, ExecutionStatus, Lake, NewTenant, Parts, Store, connection::Connect, sync::Sync,
};
use trimtab_facts::LakeSettings;
use trimtab_sandbox::{AccountInfo, CallRecord, Limits, Sandbox, SandboxSettings};
use trimtab_store::{StoreSettings, VaultKey};
use trimtab_wire::{Wire, WireSettings};

type Failure = Box<dyn Error>;

/// How far the clock moves at a time: the precision of what is measured.
const STEP: Duration = Duration::from_millis(2);
/// Looks in a row that must find everything at rest before it moves.
const LOOKS: u32 = 2;

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let tenants: usize = args.next().map_or(Ok(20), |a| a.parse())?;
    let days: u16 = args.next().map_or(Ok(30), |a| a.parse())?;
    let ads: usize = args.next().map_or(Ok(40), |a| a.parse())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(tenants, days, ads))
}

async fn run(tenants: usize, days: u16, ads: usize) -> Result<(), Failure> {
    let settings = SandboxSettings { seed: 9, tenants, ads, days, limits: Limits::Real, ..SandboxSettings::default() };
    let last = settings.today;
    let sandbox = Sandbox::new(settings);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let (served, stop) = (sandbox.clone(), CancellationToken::new());
    let server = tokio::spawn({
        let stop = stop.clone();
        async move { served.serve(listener, stop).await }
    });

    let folder = tempfile::tempdir()?;
    let clock: Arc<dyn Clock> = Arc::new(WorldClock(sandbox.clone()));
    let wire = Wire::new(WireSettings::default(), Arc::clone(&clock))?;
    let engine = engine(folder.path(), &wire, clock).await?;
    let mut fleet = BTreeMap::<String, Vec<AccountInfo>>::new();
    for account in sandbox.accounts_at(&origin) {
        if CONNECTABLE.iter().any(|c| c.source.as_str() == account.source) {
            fleet.entry(account.tenant.clone()).or_default().push(account);
        }
    }
    let mut ctxs = Vec::new();
    for (slug, accounts) in &fleet {
        ctxs.push(connect(&engine, slug, accounts).await?);
    }
    let before = wire_counts(&wire);
    sandbox.forget_calls();

    let waiting = Waiting::begin(&sandbox, &wire);
    // What connecting has used of the limits is given back first.
    let _moved = tokio::time::advance(Duration::from_secs(3_600)).now_or_never();
    let (begun, begun_really) = (Instant::now(), std::time::Instant::now());
    let range = DayRange::ending(last, days);
    let sync = || Sync { from: Some(range.from()), ..Sync::default() };
    let executions = try_join_all(ctxs.iter().map(|ctx| engine.sync(ctx, sync()))).await?;
    let (virtual_seconds, wall_seconds) = (begun.elapsed().as_secs_f64(), begun_really.elapsed().as_secs_f64());
    drop(waiting);

    let calls = sandbox.calls();
    let refused = wire_counts(&wire).1 - before.1;
    let minimum = minimum(&calls);
    let (bound_by, minimum_seconds) =
        minimum.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(what, seconds)| (what.clone(), *seconds)).unwrap_or_default();
    let mut by_platform = BTreeMap::<&str, usize>::new();
    calls.iter().for_each(|call| *by_platform.entry(call.source).or_default() += 1);
    let rows: u64 = executions.iter().map(|execution| execution.progress.rows).sum();
    let report = serde_json::json!({
        "tenants": fleet.len(), "platforms": CONNECTABLE.len(), "accounts": fleet.values().map(Vec::len).sum::<usize>(), "days": days,
        "succeeded": executions.iter().filter(|execution| execution.status == ExecutionStatus::Succeeded).count(),
        "rows": rows, "calls": calls.len(), "calls_by_platform": by_platform, "refused_by_limits": refused,
        "virtual_seconds": virtual_seconds, "minimum_seconds": minimum_seconds, "bound_by": bound_by,
        "ratio": virtual_seconds / minimum_seconds, "minimum_by_limit": minimum,
        "wall_seconds": wall_seconds, "peak_resident_bytes": peak_bytes(),
    });
    println!("{report:#}");
    stop.cancel();
    server.abort();
    Ok(())
}

async fn engine(folder: &Path, wire: &Wire, clock: Arc<dyn Clock>) -> Result<Engine, Failure> {
    let store = StoreSettings::new(folder.join("store.db"));
    let store = Store::open(store, VaultKey::from_bytes([7; 32]), Arc::clone(&clock), Arc::new(CountingIds::default())).await?;
    let lake = Lake::open(LakeSettings::new(folder.join("lake")))?;
    let connectors = Connectors::new(wire.clone(), Arc::clone(&clock), Deadlines::default());
    Ok(Engine::new(Parts { store, lake, connectors, clock, rates_url: None, hourly_days: 0, site: "http://localhost:8080".parse()?, mailer: trimtab_connect::mail::Mailer::none(), issuers: Vec::new(), owner: "fleet".to_owned() }))
}

async fn connect(engine: &Engine, slug: &str, accounts: &[AccountInfo]) -> Result<TenantCtx, Failure> {
    let (id, first) = (TenantId::parse(slug)?, accounts.first().ok_or("a tenant without accounts")?);
    let (currency, zone) = (first.currency.parse()?, first.timezone.parse()?);
    engine.add_tenant(NewTenant { id: id.clone(), name: first.tenant_name.clone(), currency, zone, industry: None }).await?;
    let ctx = TenantCtx::proven(id, Actor::Operator, Role::AgencyAdmin);
    for account in accounts {
        let connect = Connect {
            source: account.source.parse()?,
            account: account.account.clone(),
            secret: account.secret.as_str().into(),
            base_url: Some(account.base_url.clone()),
        };
        engine.connect(&ctx, connect).await?;
    }
    Ok(ctx)
}

/// The least seconds in which each documented limit lets the requests pass: (requests − those that may go at once) ÷ rate. Limits that
/// are not reached are left out. An app of the lowest tier is taken, since a client cannot know of a higher one. LinkedIn publishes no
/// figures: those the simulation holds clients to are taken.
fn minimum(calls: &[CallRecord]) -> BTreeMap<String, f64> {
    // Platform, part of the route, whether for each account, requests at once, requests per second.
    let limits: [(Source, &str, bool, f64, f64); 9] = [
        (Source::Meta, "", false, 400_000.0, 400_000.0 / 3_600.0),
        (Source::Meta, "", true, 9_000.0, 9_000.0 / 300.0),
        (Source::Google, "", false, 15_000.0, 15_000.0 / 86_400.0),
        (Source::Google, "customers/", true, 300.0, 300.0 / 60.0),
        (Source::Pinterest, "analytics", true, 300.0, 300.0 / 60.0),
        (Source::Pinterest, "", true, 1_000.0, 1_000.0 / 60.0),
        (Source::Tiktok, "", false, 10.0, 10.0),
        (Source::Tiktok, "", true, 20.0, 20.0),
        (Source::Linkedin, "adAnalytics", false, 1_200.0, 60.0),
    ];
    let mut least = BTreeMap::new();
    for (source, route, each, at_once, per_second) in limits {
        let mut counts = HashMap::<Option<&str>, f64>::new();
        for call in calls.iter().filter(|call| call.source == source.as_str() && call.route.contains(route)) {
            *counts.entry(call.account.as_deref().filter(|_| each)).or_default() += 1.0;
        }
        let most = counts.values().copied().fold(0.0, f64::max);
        if most > at_once {
            let of = if each { "an account" } else { "the app" };
            let route = if route.is_empty() { "all" } else { route };
            least.insert(format!("{} ({route}) of {of}", source.label()), (most - at_once) / per_second);
        }
    }
    least
}

/// Requests that have come back, and those among them that a limit turned away.
fn wire_counts(wire: &Wire) -> (u64, u64) {
    Source::ALL.into_iter().map(|source| wire.counts(source)).fold((0, 0), |sum, c| (sum.0 + c.requests, sum.1 + c.limited))
}

/// The world's own clock, which stands still: only limits and those who wait for them live by the runtime's.
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

/// Virtual time, until dropped.
struct Waiting {
    done: Arc<AtomicBool>,
    /// While somebody could still send, a task waits for it, which keeps the runtime from moving the clock itself.
    _held: mpsc::Sender<()>,
}

impl Waiting {
    /// Stops the clock, and moves it whenever nothing in this process works and no request is under way.
    fn begin(sandbox: &Sandbox, wire: &Wire) -> Self {
        tokio::time::pause();
        let (held, holds) = mpsc::channel::<()>();
        drop(tokio::task::spawn_blocking(move || {
            let _over = holds.recv();
        }));
        let (done, moved) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
        let woken = Arc::clone(&moved);
        // The runtime looks at its timers when something wakes it.
        drop(tokio::spawn(async move {
            loop {
                woken.notified().await;
            }
        }));
        let (sandbox, wire, over, runtime) = (sandbox.clone(), wire.clone(), Arc::clone(&done), Handle::current());
        std::thread::spawn(move || {
            let _clock = runtime.enter();
            let mut rested = 0;
            while !over.load(Ordering::Relaxed) {
                let under_way = sandbox.received() != wire_counts(&wire).0;
                rested = if under_way || !at_rest() { 0 } else { rested + 1 };
                if rested >= LOOKS {
                    rested = 0;
                    let _moved = tokio::time::advance(STEP).now_or_never();
                    moved.notify_one();
                }
            }
        });
        Self { done, _held: held }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
    }
}

/// Whether every thread of this process but the one that asks is asleep.
fn at_rest() -> bool {
    let me = fs::read_link("/proc/thread-self").ok();
    let me = me.as_deref().and_then(Path::file_name);
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return false };
    threads.flatten().filter(|thread| Some(thread.file_name().as_os_str()) != me).all(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        stat.rsplit(')').next().is_none_or(|rest| rest.trim_start().starts_with('S') || rest.is_empty())
    })
}

/// The most memory this process ever had resident, the simulated platforms included.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
