//! Measures an agency of a hundred clients on one machine and prints one JSON document.
//!
//! `scale DIR [TENANTS] [ADS] [DAYS]` (defaults: 100 tenants, 2000 ads each, 730 days: 146 million rows of ads) fills DIR's lake, then asks what
//! Home asks. It leaves `DIR/files.json`, the first tenant's ad files by platform, for other engines to be measured on; a folder that has it
//! already is looked at again without being filled.
//!
//! A page is Home's four questions asked at once. Three temperatures: *cold* is a process that has just begun, its files dropped from the
//! system's memory where the system lets us; *hot* has the columns in memory and computes; *again* has the finished answer in memory, as
//! when two people look at one page.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

#[path = "scale/world.rs"]
mod world;

use futures::future::{join_all, try_join_all};
use serde_json::{Value, json};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use trimtab_connect::Deadlines;
use trimtab_domain::{
    Actor, Clock, DayRange, Role, Source, TenantCtx, Timestamp,
    clock::testing::CountingIds,
    id::TenantId,
    query::{Compare, Dimension, MetricQuery, QueryParts},
};
use trimtab_engine::{Connectors, Engine, Lake, NewTenant, Parts, Store};
use trimtab_facts::{LakeSettings, Table};
use trimtab_store::{AccountFacts, AccountKey, StoreSettings, VaultKey};
use trimtab_wire::{Wire, WireSettings};
use world::{LAST, Restated};

type Failure = Box<dyn Error>;

/// Rows handed over at once.
const CHUNK_ROWS: u64 = 60_000;
/// Pages looked at for one figure.
const PAGES: usize = 100;
/// People who open Home in the same moment.
const USERS: u64 = 50;
/// What the noisy tenant has running all the time.
const NOISE: usize = 4;
const LEASE: Duration = Duration::from_secs(60);

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("usage: scale DIR [TENANTS] [ADS] [DAYS]")?);
    let mut number = |usual: u64| args.next().map_or(Ok(usual), |a| a.parse::<u64>());
    let size = Size { tenants: number(100)?, ads: number(2_000)?, days: u16::try_from(number(730)?)? };
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(run(&folder, size))
}

#[derive(Debug, Clone, Copy)]
struct Size {
    tenants: u64,
    ads: u64,
    days: u16,
}

async fn run(folder: &Path, size: Size) -> Result<(), Failure> {
    let settings = LakeSettings::new(folder.join("lake"));
    let store = store(folder).await?;
    let lake = Lake::open(settings.clone())?;
    let list = folder.join("files.json");
    if list.exists() {
        println!("{:#}", Value::Object(looks(&store, &settings, size).await?));
        return Ok(());
    }
    let filling = engine_on(&store, lake.clone())?;
    let begun = Instant::now();
    let mut rows = 0;
    for pair in (0..size.tenants).collect::<Vec<_>>().chunks(2) {
        rows += try_join_all(pair.iter().map(|tenant| fill(&filling, &lake, &store, *tenant, size))).await?.iter().sum::<u64>();
    }
    let filled = begun.elapsed().as_secs_f64();
    let disk = bytes_in(folder)?;
    let night = nights(&lake, folder, size).await?;
    let first = context(0)?;
    let mut files = serde_json::Map::new();
    for file in lake.tenant(&first).files(Table::AdDaily).await? {
        let list = files.entry(file.platform).or_insert_with(|| json!([]));
        list.as_array_mut().ok_or("not a list")?.push(json!(file.path.display().to_string()));
    }
    fs::write(list, serde_json::to_string(&files)?)?;
    let mut report = looks(&store, &settings, size).await?;
    let filling = [
        ("rows", json!(rows)),
        ("fill", json!({ "seconds": filled, "rows_per_second": per_second(rows, filled) })),
        ("disk", json!({ "bytes": disk, "bytes_per_million_rows": disk * 1_000_000 / rows.max(1) })),
        ("nightly_look_back", night),
    ];
    report.extend(filling.map(|(name, told)| (name.to_owned(), told)));
    println!("{:#}", Value::Object(report));
    Ok(())
}

/// What looking at it costs.
async fn looks(store: &Store, settings: &LakeSettings, size: Size) -> Result<serde_json::Map<String, Value>, Failure> {
    let told = [
        ("tenants", json!(size.tenants)),
        ("ads", json!(size.ads)),
        ("days", json!(size.days)),
        ("at_once", at_once(store, settings, size).await?),
        ("cold", cold(store, settings, size).await?),
        ("hot", hot(store, settings).await?),
        ("questions", questions(store, settings).await?),
        ("again", again(store, settings).await?),
        ("noisy", noisy(store, settings, size).await?),
        ("peak_resident_bytes", json!(peak_bytes())),
    ];
    Ok(told.map(|(name, told)| (name.to_owned(), told)).into_iter().collect())
}

async fn store(folder: &Path) -> Result<Store, Failure> {
    let settings = StoreSettings::new(folder.join("store.db"));
    Ok(Store::open(settings, VaultKey::from_bytes([7; 32]), Arc::new(Noon), Arc::new(CountingIds::default())).await?)
}

/// A process that has just begun: nothing in memory.
fn engine(store: &Store, lake: LakeSettings) -> Result<Engine, Failure> {
    engine_on(store, Lake::open(lake)?)
}

fn engine_on(store: &Store, lake: Lake) -> Result<Engine, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(Noon);
    let wire = Wire::new(WireSettings::default(), Arc::clone(&clock))?;
    let connectors = Connectors::new(wire, Arc::clone(&clock), Deadlines::default());
    let parts = Parts { store: store.clone(), lake, connectors, clock, rates_url: None, hourly_days: 0, site: "http://localhost:8080".parse()?, mailer: trimtab_connect::mail::Mailer::none(), issuers: Vec::new(), owner: "scale".to_owned() };
    Ok(Engine::new(parts))
}

/// As shipped, but that finished answers are not kept.
fn computing(lake: &LakeSettings) -> LakeSettings {
    LakeSettings { result_cache_bytes: 0, ..lake.clone() }
}

fn context(tenant: u64) -> Result<TenantCtx, Failure> {
    Ok(TenantCtx::proven(TenantId::parse(&format!("client-{tenant:03}"))?, Actor::Operator, Role::AgencyAdmin))
}

/// Adds a tenant and fills it. Returns its rows.
async fn fill(engine: &Engine, lake: &Lake, store: &Store, tenant: u64, size: Size) -> Result<u64, Failure> {
    let ctx = context(tenant)?;
    let name = format!("Client {tenant}");
    let (currency, zone) = ("EUR".parse()?, "UTC".parse()?);
    engine.add_tenant(NewTenant { id: ctx.tenant().clone(), name, currency, zone, industry: None }).await?;
    let lake = lake.tenant(&ctx);
    let whole = DayRange::ending(LAST, size.days);
    let mut rows = 0;
    for account in world::accounts(tenant)? {
        let ads = ads_of(account.source, size);
        let days = u16::try_from(CHUNK_ROWS / ads.max(100))?;
        for range in whole.chunks_newest_first(days) {
            let facts = world::facts(&account, range, ads, Restated::default());
            rows += facts.rows() as u64;
            lake.replace(&account, range, facts).await?;
        }
        if ads > 0 {
            lake.record(&account, world::objects(&account, ads)).await?;
        }
        let own = store.tenant(&ctx);
        own.put_account(&account).await?;
        let lease = own.claim(&AccountKey::from(&account), "scale", LEASE).await?.ok_or("the account is held")?;
        let facts = AccountFacts { data_as_of: Noon.now(), settled_through: Some(world::days_back(28)), extent: None };
        own.set_facts(&lease, facts).await?;
        own.release(lease).await?;
    }
    lake.compact(LAST.tomorrow()?).await?;
    Ok(rows)
}

fn ads_of(source: Source, size: Size) -> u64 {
    if source == Source::Shopify { 0 } else { size.ads / world::PLATFORMS.len() as u64 }
}

/// Three nights of reading the last 28 days of a tenant again, one of ten rows changed each time: what the disk took in, log and all, beside
/// what the days that changed take up.
async fn nights(lake: &Lake, folder: &Path, size: Size) -> Result<Value, Failure> {
    let ctx = context(0)?;
    let lake = lake.tenant(&ctx);
    let month = DayRange::ending(LAST, 28);
    let (before, mut seconds, mut rows) = (bytes_in(folder)?, 0.0, 0);
    let nights = 3;
    for night in 1..=nights {
        for account in world::accounts(0)?.iter().filter(|account| account.source != Source::Shopify) {
            let facts = world::facts(account, month, ads_of(account.source, size), Restated { one_of: 10, night });
            rows += facts.rows() as u64;
            let begun = Instant::now();
            lake.replace(account, month, facts).await?;
            seconds += begun.elapsed().as_secs_f64();
        }
    }
    let written = bytes_in(folder)? - before;
    let ads = lake.tables().await?.into_iter().find(|stats| stats.table == Table::AdDaily).ok_or("there are no ads")?;
    let changed = ads.bytes * rows / ads.rows.max(1) as u64;
    Ok(json!({ "nights": nights, "rows": rows, "seconds": seconds, "bytes_written": written, "bytes_of_changed_days": changed,
        "written_per_changed": ratio(written, changed) }))
}

/// Home's questions: tiles and chart, table, platforms, store.
fn home(last: jiff::civil::Date) -> Result<Vec<MetricQuery>, Failure> {
    let store = ask(last, "spend revenue store_revenue claimed_to_counted mer ncac orders", &[Dimension::Platform], None)?;
    let tiles = ask(last, "spend revenue roas mer conversions cpa ctr impressions", &[Dimension::Date], None)?;
    let [_, table, platforms] = home_of_ads(last)?;
    Ok(vec![tiles, table, platforms, store])
}

fn ask(last: jiff::civil::Date, metrics: &str, dimensions: &[Dimension], limit: Option<u32>) -> Result<MetricQuery, Failure> {
    let parts = QueryParts {
        metrics: metrics.split(' ').map(ToOwned::to_owned).collect(),
        dimensions: dimensions.to_vec(),
        compare: Some(Compare::Previous),
        limit,
        ..QueryParts::default()
    };
    Ok(MetricQuery::new(DayRange::ending(last, 30), parts)?)
}

/// Those of a client without a shop.
fn home_of_ads(last: jiff::civil::Date) -> Result<[MetricQuery; 3], Failure> {
    Ok([
        ask(last, "spend revenue roas conversions cpa ctr clicks impressions", &[Dimension::Date], None)?,
        ask(
            last,
            "spend revenue roas conversions cpa cvr impressions cpm clicks ctr cpc",
            &[Dimension::Platform, Dimension::Campaign],
            Some(5_000),
        )?,
        ask(last, "spend revenue roas conversions cpa", &[Dimension::Platform], None)?,
    ])
}

/// Milliseconds of each question of one page, asked at once, and of the page.
async fn page(engine: &Engine, ctx: &TenantCtx) -> Result<(Vec<f64>, f64), Failure> {
    let begun = Instant::now();
    let questions = home(LAST)?;
    let asked = questions.iter().map(async |question| {
        let begun = Instant::now();
        engine.query(ctx, question).await?;
        Ok::<_, Failure>(ms(begun))
    });
    let each = try_join_all(asked).await?;
    Ok((each, ms(begun)))
}

/// One page after another.
async fn pages(engine: &Engine, ctxs: impl Iterator<Item = TenantCtx>) -> Result<Value, Failure> {
    let (mut each, mut whole) = (Vec::new(), Vec::new());
    for ctx in ctxs {
        let (questions, page) = page(engine, &ctx).await?;
        each.extend(questions);
        whole.push(page);
    }
    Ok(json!({ "query_ms": spread(&mut each), "page_ms": spread(&mut whole) }))
}

async fn cold(store: &Store, lake: &LakeSettings, size: Size) -> Result<Value, Failure> {
    let (mut each, mut whole, mut dropped) = (Vec::new(), Vec::new(), true);
    for turn in 0..20_u64 {
        dropped &= drop_page_cache();
        let engine = engine(store, lake.clone())?;
        let (questions, page) = page(&engine, &context((turn * 7 + 3) % size.tenants)?).await?;
        each.extend(questions);
        whole.push(page);
    }
    Ok(json!({ "query_ms": spread(&mut each), "page_ms": spread(&mut whole), "files_dropped_from_memory": dropped }))
}

async fn hot(store: &Store, lake: &LakeSettings) -> Result<Value, Failure> {
    let engine = engine(store, computing(lake))?;
    let ctx = context(1)?;
    page(&engine, &ctx).await?;
    pages(&engine, (0..PAGES).map(|_| ctx.clone())).await
}

/// The questions about ads one by one, with nothing in our own memory and the files in the system's: what another engine is measured on, too.
async fn questions(store: &Store, lake: &LakeSettings) -> Result<Value, Failure> {
    let engine = engine(store, LakeSettings { column_cache_bytes: 0, ..computing(lake) })?;
    let ctx = context(0)?;
    let mut told = serde_json::Map::new();
    for (name, question) in ["daily", "campaigns", "platforms"].iter().zip(home_of_ads(LAST)?) {
        engine.query(&ctx, &question).await?;
        let mut times = Vec::new();
        for _ in 0..PAGES {
            let begun = Instant::now();
            engine.query(&ctx, &question).await?;
            times.push(ms(begun));
        }
        told.insert((*name).to_owned(), spread(&mut times));
    }
    Ok(Value::Object(told))
}

async fn again(store: &Store, lake: &LakeSettings) -> Result<Value, Failure> {
    let engine = engine(store, lake.clone())?;
    let ctx = context(1)?;
    page(&engine, &ctx).await?;
    pages(&engine, (0..PAGES).map(|_| ctx.clone())).await
}

/// Fifty people of as many tenants open Home in the same moment: the first time ever, then again.
async fn at_once(store: &Store, lake: &LakeSettings, size: Size) -> Result<Value, Failure> {
    let engine = engine(store, lake.clone())?;
    let mut told = Vec::new();
    for _ in 0..2 {
        let ctxs = (0..USERS).map(|user| context(user % size.tenants)).collect::<Result<Vec<_>, _>>()?;
        let opened = join_all(ctxs.iter().map(|ctx| page(&engine, ctx))).await;
        let errors = opened.iter().filter(|page| page.is_err()).count();
        let mut times: Vec<f64> = opened.into_iter().flatten().map(|(_, page)| page).collect();
        told.push(json!({ "page_ms": spread(&mut times), "errors": errors }));
    }
    Ok(json!({ "users": USERS, "first": told[0], "again": told[1] }))
}

/// One tenant's pages, computed anew each time, while another asks for two years of every ad, four times at once and without end.
async fn noisy(store: &Store, lake: &LakeSettings, size: Size) -> Result<Value, Failure> {
    let engine = engine(store, computing(lake))?;
    let (quiet, loud) = (context(1)?, context(2)?);
    let parts = QueryParts {
        metrics: ["spend", "revenue", "roas"].map(ToOwned::to_owned).to_vec(),
        dimensions: vec![Dimension::Ad, Dimension::Month],
        ..QueryParts::default()
    };
    let heavy = MetricQuery::new(DayRange::ending(LAST, size.days), parts)?;
    page(&engine, &quiet).await?;
    let alone = pages(&engine, (0..PAGES).map(|_| quiet.clone())).await?;
    let (over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let noise: Vec<_> = (0..NOISE)
        .map(|_| {
            let (engine, loud, heavy) = (engine.clone(), loud.clone(), heavy.clone());
            let (over, answered) = (Arc::clone(&over), Arc::clone(&answered));
            tokio::spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    if engine.query(&loud, &heavy).await.is_ok() {
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    while answered.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let beside = pages(&engine, (0..PAGES).map(|_| quiet.clone())).await?;
    over.store(true, Ordering::Relaxed);
    join_all(noise).await;
    let figure = |told: &Value, at: &str| told.pointer(at).and_then(Value::as_f64).ok_or("a figure is missing");
    let slowdown = |at: &str| Ok::<_, Failure>(figure(&beside, at)? / figure(&alone, at)?);
    Ok(json!({ "alone": alone, "beside": beside, "noise_answered": answered.load(Ordering::Relaxed),
        "slowdown_p50": slowdown("/page_ms/p50")?, "slowdown_p95": slowdown("/page_ms/p95")? }))
}

/// Noon after the last day.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        LAST.tomorrow().and_then(|day| day.at(12, 0, 0, 0).in_tz("UTC")).map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp())
    }
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1_000.0
}

fn spread(times: &mut [f64]) -> Value {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
    json!({ "p50": at(50), "p95": at(95), "max": times.last() })
}

#[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
fn per_second(rows: u64, seconds: f64) -> f64 {
    rows as f64 / seconds
}

#[expect(clippy::cast_precision_loss, reason = "a ratio to look at")]
fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b as f64
}

/// Bytes of all files below a folder.
fn bytes_in(folder: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { bytes_in(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}

/// Asks the system to forget the files it holds in memory; only an administrator may.
fn drop_page_cache() -> bool {
    fs::write("/proc/sys/vm/drop_caches", "1").is_ok()
}

/// The most memory this process ever had resident, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
