//! Measures the fact store on one synthetic account and prints one JSON document.
//!
//! `bench DIR [ADS] [DAYS]` (defaults: 2000 ads, 1000 days) fills DIR, replaces, queries, and leaves `DIR/files.txt`, the Parquet
//! files of `ad_daily`, for other engines to be measured on.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

use jiff::ToSpan;
use std::{error::Error, path::PathBuf, time::Instant};
use trimtab_domain::{
    Actor, Day, DayRange, Role, Source, TenantCtx,
    account::{Account, Coverage, Standing},
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    fact::{AdDaily, Facts, Measures, Placing},
    id::TenantId,
    query::{Compare, Dimension, MetricQuery, QueryParts},
};
use trimtab_facts::{Lake, LakeSettings, Table, TenantLake};

const LAST: Day = jiff::civil::date(2026, 11, 20);
const CHUNK_ROWS: usize = 60_000;
const RUNS: usize = 60;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("usage: bench DIR [ADS] [DAYS]")?);
    let ads: u64 = args.next().map_or(Ok(2_000), |a| a.parse())?;
    let days: u16 = args.next().map_or(Ok(1_000), |a| a.parse())?;
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(run(folder, ads, days))
}

async fn run(folder: PathBuf, ads: u64, days: u16) -> Result<(), Failure> {
    let account = account()?;
    let ctx = TenantCtx::proven(TenantId::parse("bench")?, Actor::System, Role::AgencyAdmin);
    let settings = LakeSettings::new(folder.join("lake"));
    let lake = Lake::open(settings.clone())?.tenant(&ctx);

    let whole = DayRange::ending(LAST, days);
    let chunk_days = u16::try_from(CHUNK_ROWS / usize::try_from(ads)?)?.max(1);
    let (mut rows, mut bytes, mut seconds) = (0, 0, 0.0);
    for range in whole.chunks_newest_first(chunk_days) {
        let facts = facts(range, ads, 0);
        rows += facts.rows();
        let start = Instant::now();
        bytes += lake.replace(&account, range, facts).await?.bytes_written;
        seconds += start.elapsed().as_secs_f64();
    }
    let peak = peak_bytes();
    lake.record(&account, entities(ads)).await?;

    let mut resync = Vec::new();
    for run in 1..=10_u32 {
        let day = DayRange::single(LAST.saturating_sub(i64::from(run).days()));
        let facts = facts(day, ads, u64::from(run));
        let start = Instant::now();
        lake.replace(&account, day, facts).await?;
        resync.push(ms(start));
    }
    let month = DayRange::ending(LAST, 28);
    let again = facts(month, ads, 77);
    let start = Instant::now();
    let restated = lake.replace(&account, month, again.clone()).await?;
    let restated_ms = ms(start);
    let start = Instant::now();
    let unchanged = lake.replace(&account, month, again).await?;
    let unchanged_ms = ms(start);

    let coverage = [Coverage { account: account.clone(), data_as_of: "2026-11-21T03:00:00Z".parse()?, settled_through: None }];
    let mut queries = serde_json::Map::new();
    let uncached = Lake::open(LakeSettings { result_cache_bytes: 0, ..settings.clone() })?.tenant(&ctx);
    let bare = Lake::open(LakeSettings { result_cache_bytes: 0, column_cache_bytes: 0, ..settings })?.tenant(&ctx);
    for (name, query) in questions()? {
        let cold = Instant::now();
        uncached.query(&query, &coverage).await?;
        let cold_ms = ms(cold);
        let figures = serde_json::json!({
            "first_ms": cold_ms,
            "uncached_ms": times(&uncached, &query, &coverage).await?,
            "no_columns_cached_ms": times(&bare, &query, &coverage).await?,
            "cached_ms": times(&lake, &query, &coverage).await?,
        });
        queries.insert(name.to_owned(), figures);
    }
    let start = Instant::now();
    let reopened = Lake::open(LakeSettings::new(folder.join("lake")))?.tenant(&ctx);
    let tables = reopened.tables().await?;
    let open_ms = ms(start);

    let files: Vec<String> = lake.files(Table::AdDaily).await?.iter().map(|f| f.path.display().to_string()).collect();
    std::fs::write(folder.join("files.txt"), files.join("\n"))?;
    let start = Instant::now();
    let compacted = lake.compact(LAST.tomorrow()?).await?;
    let compact_ms = ms(start);
    let report = serde_json::json!({
        "ads": ads, "days": days,
        "ingest": { "rows": rows, "seconds": seconds, "rows_per_second": f64::from(u32::try_from(rows)?) / seconds, "bytes": bytes, "peak_resident_bytes": peak },
        "one_day_resync_ms": spread(&mut resync),
        "look_back_28_days": { "restated_ms": restated_ms, "bytes_written": restated.bytes_written, "days_changed": restated.days_changed,
            "unchanged_ms": unchanged_ms, "unchanged_bytes_written": unchanged.bytes_written },
        "queries": queries,
        "open_ms": open_ms,
        "compact_ms": compact_ms, "compacted_files": [compacted.files_before, compacted.files_after],
        "tables": tables.iter().map(|t| serde_json::json!({"table": t.table.name(), "version": t.version, "rows": t.rows, "files": t.files, "bytes": t.bytes})).collect::<Vec<_>>(),
        "peak_resident_bytes_all": peak_bytes(),
    });
    println!("{report:#}");
    Ok(())
}

fn questions() -> Result<[(&'static str, MetricQuery); 4], Failure> {
    let ask = |days: u16, metrics: &[&str], dimensions: &[Dimension], compare, limit| {
        let parts = QueryParts {
            metrics: metrics.iter().map(ToString::to_string).collect(),
            dimensions: dimensions.to_vec(),
            compare,
            limit,
            ..QueryParts::default()
        };
        MetricQuery::new(DayRange::ending(LAST, days), parts)
    };
    let kpi = ["spend", "impressions", "clicks", "conversions", "revenue", "ctr", "cpc", "cpa", "roas"];
    Ok([
        ("kpi_30_days_compared", ask(30, &kpi, &[], Some(Compare::Previous), None)?),
        ("trend_30_days", ask(30, &["spend", "revenue"], &[Dimension::Date], None, None)?),
        ("campaigns_30_days", ask(30, &kpi, &[Dimension::Campaign], None, Some(50))?),
        ("months_of_everything", ask(1_000, &kpi, &[Dimension::Month], None, None)?),
    ])
}

async fn times(lake: &TenantLake, query: &MetricQuery, coverage: &[Coverage]) -> Result<serde_json::Value, Failure> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        lake.query(query, coverage).await?;
        times.push(ms(start));
    }
    Ok(spread(&mut times))
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1_000.0
}

fn spread(times: &mut [f64]) -> serde_json::Value {
    times.sort_by(f64::total_cmp);
    serde_json::json!({ "p50": times[times.len() / 2], "p95": times[(times.len() * 95 / 100).min(times.len() - 1)] })
}

/// The most memory this process ever had resident, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

fn account() -> Result<Account, Failure> {
    Ok(Account {
        source: Source::Meta,
        id: "10203040506070".into(),
        name: "Bench".into(),
        currency: "EUR".parse()?,
        zone: "Europe/Amsterdam".parse()?,
        standing: Standing::Good,
    })
}

/// 20 ads to a campaign, 4 to an ad group.
fn placing(ad: u64) -> Placing {
    Placing {
        campaign: format!("2385{:010}", ad / 20).as_str().into(),
        ad_group: format!("2386{:010}", ad / 4).as_str().into(),
        ad: format!("2387{ad:010}").as_str().into(),
    }
}

/// Figures that look random and depend on nothing but their place.
fn facts(range: DayRange, ads: u64, salt: u64) -> Facts {
    let placings: Vec<_> = (0..ads).map(placing).collect();
    let mut ad_daily = Vec::new();
    for day in range.days() {
        let number = u64::from(day.year().unsigned_abs()) * 400 + u64::from(day.day_of_year().unsigned_abs());
        for (ad, placing) in (0..).zip(&placings) {
            let mix = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (ad + salt * 7919).wrapping_mul(0xc2b2_ae3d_27d4_eb4f))
                .rotate_left(29);
            let some = |bits: u32, most: u64| i64::try_from((mix >> bits) % most).unwrap_or_default();
            let impressions = 500 + some(3, 20_000);
            ad_daily.push(AdDaily {
                date: day,
                span_days: 1,
                placing: placing.clone(),
                measures: Measures {
                    impressions,
                    clicks: impressions / (20 + some(17, 60)),
                    link_clicks: Some(impressions / (30 + some(17, 60))),
                    spend_micros: 10_000 * some(5, 9_000),
                    reach: Some(impressions * 2 / 3),
                    conversions: Some(f64::from(u32::try_from(some(23, 12)).unwrap_or_default())),
                    revenue_micros: Some(10_000 * some(23, 12) * (1_000 + some(31, 4_000))),
                    video_views: (ad % 3 == 0).then_some(impressions / 4),
                    thruplays: (ad % 3 == 0).then_some(impressions / 11),
                },
            });
        }
    }
    Facts { ad_daily, ..Facts::default() }
}

fn entities(ads: u64) -> EntitySnapshot {
    let state = |kind, id: &str, parent: &str, campaign: &str, name: String| EntityState {
        kind,
        id: id.into(),
        parent: parent.into(),
        campaign: campaign.into(),
        name: name.as_str().into(),
        status: Status::Active,
        platform_status: "ACTIVE".into(),
        objective: "OUTCOME_SALES".into(),
        daily_budget_micros: None,
        lifetime_budget_micros: None,
        starts: None,
        ends: None,
        attributes: Default::default(),
    };
    let mut states = Vec::new();
    for ad in 0..ads {
        let p = placing(ad);
        let (campaign, group) = (p.campaign.as_str(), p.ad_group.as_str());
        if ad % 20 == 0 {
            states.push(state(EntityKind::Campaign, campaign, "10203040506070", "", format!("Campaign {}", ad / 20)));
        }
        if ad % 4 == 0 {
            states.push(state(EntityKind::AdGroup, group, campaign, campaign, format!("Ad set {}", ad / 4)));
        }
        states.push(state(EntityKind::Ad, p.ad.as_str(), group, campaign, format!("Ad {ad}")));
    }
    EntitySnapshot { seen_at: jiff::Timestamp::UNIX_EPOCH, complete: vec![EntityKind::Campaign], states }
}
