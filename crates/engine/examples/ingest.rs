//! Measures the way from Meta's JSON to facts on disk and prints one JSON document.
//!
//! `ingest DIR [ADS] [DAYS]` (defaults: 2000 ads, 1000 days) makes pages of insights as the connector asks for them, chunk by chunk as a
//! backfill cuts them, reads each chunk with the connector's own parser and replaces its days in the lake. Making the pages is not
//! timed. A day is then read again ten times, each time restated.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

use jiff::ToSpan;
use std::{error::Error, fmt::Write, path::PathBuf, time::Instant};
use trimtab_connect::{
    chunks,
    meta::{Counted, parse_insights},
};
use trimtab_domain::{
    Actor, Day, DayRange, Role, Source, TenantCtx,
    account::{Account, Standing},
    id::TenantId,
};
use trimtab_facts::{Lake, LakeSettings};

const LAST: Day = jiff::civil::date(2026, 11, 20);
const PAGE_ROWS: u64 = 500;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("usage: ingest DIR [ADS] [DAYS]")?);
    let ads: u32 = args.next().map_or(Ok(2_000), |a| a.parse())?;
    let days: u16 = args.next().map_or(Ok(1_000), |a| a.parse())?;
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(run(folder, ads, days))
}

async fn run(folder: PathBuf, ads: u32, days: u16) -> Result<(), Failure> {
    let account = Account {
        source: Source::Meta,
        id: "10203040506070".into(),
        name: "Bench".into(),
        currency: "EUR".parse()?,
        zone: "Europe/Amsterdam".parse()?,
        standing: Standing::Good,
    };
    let ctx = TenantCtx::proven(TenantId::parse("bench")?, Actor::System, Role::AgencyAdmin);
    let lake = Lake::open(LakeSettings::new(folder))?.tenant(&ctx);
    let counted = Counted::action("omni_purchase", true);

    let (mut json_rows, mut fact_rows, mut json_bytes, mut lake_bytes) = (0, 0, 0, 0);
    let (mut parse_seconds, mut store_seconds) = (0.0, 0.0);
    for range in chunks(DayRange::ending(LAST, days), usize::try_from(ads)?) {
        let pages = pages(range, ads, 0)?;
        json_bytes += pages.iter().map(String::len).sum::<usize>();
        let begun = Instant::now();
        let facts = parse_insights(pages.iter().map(String::as_bytes), range, &counted)?;
        parse_seconds += begun.elapsed().as_secs_f64();
        json_rows += facts.ad_daily.len();
        fact_rows += facts.rows();
        let begun = Instant::now();
        lake_bytes += lake.replace(&account, range, facts).await?.bytes_written;
        store_seconds += begun.elapsed().as_secs_f64();
    }
    let peak = peak_bytes();

    let mut resync_ms = Vec::new();
    for back in 1..=10 {
        let day = DayRange::single(LAST.saturating_sub(i64::from(back).days()));
        let pages = pages(day, ads, back)?;
        let begun = Instant::now();
        let facts = parse_insights(pages.iter().map(String::as_bytes), day, &counted)?;
        lake.replace(&account, day, facts).await?;
        resync_ms.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    resync_ms.sort_by(f64::total_cmp);

    let report = serde_json::json!({
        "ads": ads, "days": days,
        "json_rows": json_rows, "fact_rows": fact_rows, "json_bytes": json_bytes, "lake_bytes": lake_bytes,
        "parse_seconds": parse_seconds, "store_seconds": store_seconds,
        "peak_resident_bytes": peak,
        "one_day_resync_ms": { "p50": resync_ms[5], "max": resync_ms[9] },
    });
    println!("{report:#}");
    Ok(())
}

/// The pages of a range: days within ads, as the platform orders them, figures that depend on nothing but their place.
fn pages(range: DayRange, ads: u32, salt: u32) -> Result<Vec<String>, Failure> {
    let (mut pages, mut page, mut rows) = (Vec::new(), String::new(), 0);
    for ad in 0..ads {
        for day in range.days() {
            page.push_str(if rows % PAGE_ROWS == 0 { "{\"data\":[" } else { "," });
            row(&mut page, ad, day, salt)?;
            rows += 1;
            if rows % PAGE_ROWS == 0 {
                page.push_str("],\"paging\":{\"cursors\":{\"before\":\"MAZDZD\",\"after\":\"MjQZD\"}}}");
                pages.push(std::mem::take(&mut page));
            }
        }
    }
    if !page.is_empty() {
        page.push_str("],\"paging\":{\"cursors\":{\"before\":\"MAZDZD\",\"after\":\"MjQZD\"}}}");
        pages.push(page);
    }
    Ok(pages)
}

/// One ad's day: always link clicks, on every third row a purchase under its three names.
fn row(page: &mut String, ad: u32, day: Day, salt: u32) -> Result<(), Failure> {
    let number = u64::from(day.year().unsigned_abs()) * 400 + u64::from(day.day_of_year().unsigned_abs());
    let mix = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(ad + salt * 7919).wrapping_mul(0xc2b2_ae3d_27d4_eb4f))
        .rotate_left(29);
    let some = |bits: u32, most: u64| (mix >> bits) % most;
    let impressions = 500 + some(3, 20_000);
    let links = impressions / (30 + some(17, 60));
    write!(
        page,
        "{{\"campaign_id\":\"2385{:010}\",\"adset_id\":\"2386{:010}\",\"ad_id\":\"2387{ad:010}\",\"impressions\":\"{impressions}\",\
        \"clicks\":\"{}\",\"inline_link_clicks\":\"{links}\",\"spend\":\"{}.{:02}\",\"reach\":\"{}\",\
        \"actions\":[{{\"action_type\":\"link_click\",\"value\":\"{links}\",\"1d_click\":\"{links}\",\"7d_click\":\"{links}\",\"28d_click\":\"{links}\"}}",
        ad / 20,
        ad / 4,
        links + links / 3,
        some(5, 300),
        some(41, 100),
        impressions * 2 / 3,
    )?;
    let sold = some(23, 12);
    if sold < 4 {
        let sold = sold + 1;
        for name in ["omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase"] {
            write!(
                page,
                ",{{\"action_type\":\"{name}\",\"value\":\"{sold}\",\"1d_click\":\"{sold}\",\"7d_click\":\"{sold}\",\"28d_click\":\"{sold}\"}}"
            )?;
        }
        let value = sold * (10 + some(31, 90));
        write!(page, "],\"action_values\":[")?;
        for (at, name) in ["omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase"].iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(
                page,
                "{comma}{{\"action_type\":\"{name}\",\"value\":\"{value}.50\",\"1d_click\":\"{value}.50\",\"7d_click\":\"{value}.50\",\"28d_click\":\"{value}.50\"}}"
            )?;
        }
    }
    write!(page, "],\"date_start\":\"{day}\",\"date_stop\":\"{day}\"}}")?;
    Ok(())
}

/// The most memory this process ever had resident, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
