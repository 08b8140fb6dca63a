//! Times the way from each platform's reports to facts, apart from the network, and prints one JSON document.
//!
//! `parse [ADS] [DAYS] [RUNS]` (defaults: 1000 ads, 80 days, 15 runs) has each connector read an account of a simulated world as a sync
//! does, chunk by chunk, and keeps every answer that holds days of ads, whole and in memory. Then the world is gone, and the connector's
//! own parser makes facts of these answers on one thread, once to warm up and then RUNS times. Letting go of the facts is not timed.
//!
//! A row is one row of the platform's report: one ad on one day. (Google tells conversions in a report of their own, whose rows are one
//! ad, day and conversion action.) Facts are what comes of the rows: days of ads, and conversions by action and window.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

use axum::{
    body::{Bytes, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
};
use serde_json::{Value, json};
use std::{
    error::Error,
    hint::black_box,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tokio::{net::TcpListener, runtime};
use trimtab_connect::{Ask, Connectors, Deadlines, Detail, chunks, google, linkedin, meta, pinterest, tiktok};
use trimtab_domain::{Clock, DayRange, Source, clock::testing::ManualClock, entity::EntityKind, fact::Facts};
use trimtab_sandbox::{Sandbox, SandboxSettings};
use trimtab_wire::{Wire, WireSettings};

const SEED: u64 = 3;

type Failure = Box<dyn Error>;

/// A report with days of ads.
struct Report {
    source: Source,
    name: &'static str,
    /// What a request for it holds, address and body together, and no other request.
    asked: &'static [&'static str],
    /// What each of its rows holds once.
    row: &'static str,
    parse: fn(&[Bytes], DayRange) -> Result<Facts, trimtab_connect::Error>,
}

/// A line for each.
const REPORTS: [Report; 6] = [
    Report { source: Source::Meta, name: "insights", asked: &["/insights?", "level=ad&"], row: "\"date_start\":", parse: of_meta },
    Report { source: Source::Google, name: "ads", asked: &["ad_group_ad.ad.type"], row: "\"segments\":", parse: of_google },
    Report {
        source: Source::Google,
        name: "conversions of ads",
        asked: &["segments.conversion_action", "FROM ad_group_ad "],
        row: "\"segments\":",
        parse: of_google_conversions,
    },
    Report {
        source: Source::Linkedin,
        name: "analytics",
        // Figures come in lots; this is the one that every row is in, with the amounts.
        asked: &["CAMPAIGN_GROUP,CAMPAIGN,CREATIVE", "costInLocalCurrency"],
        row: "\"dateRange\":",
        parse: of_linkedin,
    },
    Report { source: Source::Pinterest, name: "analytics", asked: &["/ads/analytics?"], row: "\"DATE\":", parse: of_pinterest },
    Report {
        source: Source::Tiktok,
        name: "report",
        asked: &["ad_id_v2", "stat_time_day"],
        row: "\"stat_time_day\":",
        parse: of_tiktok,
    },
];

fn of_meta(pages: &[Bytes], days: DayRange) -> Result<Facts, trimtab_connect::Error> {
    meta::parse_insights(pages.iter().map(AsRef::as_ref), days, &meta::Counted::action("omni_purchase", true))
}

fn of_google(answers: &[Bytes], days: DayRange) -> Result<Facts, trimtab_connect::Error> {
    google::parse_ads(answers.iter().map(AsRef::as_ref), days)
}

fn of_google_conversions(answers: &[Bytes], days: DayRange) -> Result<Facts, trimtab_connect::Error> {
    google::parse_ad_actions(answers.iter().map(AsRef::as_ref), days)
}

fn of_linkedin(answers: &[Bytes], days: DayRange) -> Result<Facts, trimtab_connect::Error> {
    linkedin::parse_analytics(answers.iter().map(AsRef::as_ref), days, linkedin::Counted::Website)
}

fn of_pinterest(answers: &[Bytes], days: DayRange) -> Result<Facts, trimtab_connect::Error> {
    let counted = pinterest::Counted::new(pinterest::Conversion::Checkout, true, true);
    pinterest::parse_analytics(answers.iter().map(AsRef::as_ref), days, counted)
}

fn of_tiktok(pages: &[Bytes], days: DayRange) -> Result<Facts, trimtab_connect::Error> {
    tiktok::parse_report(pages.iter().map(AsRef::as_ref), days, tiktok::Counted::SitePurchases)
}

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let ads: usize = args.next().map_or(Ok(1_000), |ads| ads.parse())?;
    let days: u16 = args.next().map_or(Ok(80), |days| days.parse())?;
    let runs: usize = args.next().map_or(Ok(15), |runs| runs.parse())?;
    if runs == 0 {
        return Err("RUNS is at least 1".into());
    }
    let mut reports = Vec::new();
    for report in &REPORTS {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let chunks = runtime.block_on(recorded(report, ads, days))?;
        // Ends the world's tasks: nothing runs beside what is timed.
        drop(runtime);
        reports.push(timed(report, &chunks, runs)?);
    }
    println!("{:#}", json!({ "ads": ads, "days": days, "runs": runs, "reports": reports }));
    Ok(())
}

/// Some days, and the answers about them.
type Chunk = (DayRange, Vec<Bytes>);

/// What was asked, and the answer.
type Log = Arc<Mutex<Vec<(String, Bytes)>>>;

/// Reads an account of a world of its own, and gives the answers of a report by the chunks of a sync.
async fn recorded(report: &Report, ads: usize, days: u16) -> Result<Vec<Chunk>, Failure> {
    let sandbox = Sandbox::new(SandboxSettings { seed: SEED, tenants: 1, ads, days, ..SandboxSettings::default() });
    let log = Log::default();
    let router = sandbox.router().layer(middleware::from_fn_with_state(Arc::clone(&log), record));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });

    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(&sandbox.now().to_string()));
    let known = sandbox.accounts_at(&origin).into_iter().find(|account| account.source == report.source.as_str());
    let known = known.ok_or_else(|| format!("the world has no account of {}", report.source))?;
    let connectors = Connectors::new(Wire::new(WireSettings::default(), Arc::clone(&clock))?, clock, Deadlines::default());
    let connector = connectors.open(report.source, Some(known.base_url.parse()?), known.secret.into())?;
    let account = connector.account(&known.account.as_str().into()).await?;
    let objects = connector.entities(&account).await?;
    let expected_ads = objects.states.iter().filter(|state| state.kind == EntityKind::Ad).count();

    let mut recorded = Vec::new();
    for days in chunks(DayRange::ending(account.zone.day_at(connector.now()), days), expected_ads) {
        log.lock().unwrap_or_else(PoisonError::into_inner).clear();
        connector.facts(&account, days, Ask { expected_ads, detail: Detail::AdsOnly }).await?;
        let heard = std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
        let of_report = heard.into_iter().filter(|(asked, _)| report.asked.iter().all(|words| asked.contains(words)));
        recorded.push((days, of_report.map(|(_, answer)| answer).collect()));
    }
    Ok(recorded)
}

/// Notes a request and its answer on the way.
async fn record(State(log): State<Log>, request: Request, next: Next) -> Result<Response, StatusCode> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| StatusCode::BAD_REQUEST)?;
    let asked = format!("{}\n{}", head.uri, String::from_utf8_lossy(&body));
    let (head, body) = next.run(Request::from_parts(head, body.into())).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    if head.status.is_success() {
        log.lock().unwrap_or_else(PoisonError::into_inner).push((asked, body.clone()));
    }
    Ok(Response::from_parts(head, body.into()))
}

fn timed(report: &Report, chunks: &[Chunk], runs: usize) -> Result<Value, Failure> {
    let pages = || chunks.iter().flat_map(|(_, pages)| pages);
    let rows: usize = pages().map(|page| Ok(std::str::from_utf8(page)?.matches(report.row).count())).sum::<Result<_, Failure>>()?;
    let bytes: usize = pages().map(Bytes::len).sum();
    // From here on the peak is that of parsing, with the answers and whatever the allocator kept of making them. Where the system does not
    // let the earlier one be forgotten, it is not told.
    let forgotten = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let (_, facts) = pass(report, chunks)?;
    let peak = peak_bytes().filter(|_| forgotten);
    if rows == 0 || facts == 0 {
        return Err(format!("{rows} rows and {facts} facts of {}: nothing to time", report.source).into());
    }
    let mut seconds = (0..runs).map(|_| Ok(pass(report, chunks)?.0)).collect::<Result<Vec<f64>, Failure>>()?;
    seconds.sort_by(f64::total_cmp);
    let median = seconds[runs / 2];
    Ok(json!({
        "platform": report.source.as_str(), "report": report.name,
        "rows": rows, "facts": facts, "bytes": bytes, "pages": pages().count(),
        "seconds": { "least": seconds[0], "median": median, "most": seconds[runs - 1] },
        "rows_per_second": { "least": rows as f64 / seconds[runs - 1], "median": rows as f64 / median },
        "facts_per_second": facts as f64 / median,
        "peak_resident_bytes": peak,
    }))
}

/// Seconds of reading everything once, and how many facts came of it.
fn pass(report: &Report, chunks: &[Chunk]) -> Result<(f64, usize), Failure> {
    let (mut seconds, mut facts) = (0.0, 0);
    for (days, pages) in chunks {
        let begun = Instant::now();
        let read = black_box((report.parse)(pages, *days)?);
        seconds += begun.elapsed().as_secs_f64();
        facts += read.rows();
    }
    Ok((seconds, facts))
}

/// The most memory this process had resident since that was last forgotten, where the system tells (Linux).
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
