//! Reads the days of an account's ads into a lake and prints one JSON document: the part of a sync that other tools do, too.
//!
//! `TRIMTAB_BENCH_SECRET=… pull DIR SOURCE BASE_URL ACCOUNT FROM TO ADS` reads with the connector, chunk by chunk as a sync cuts them for
//! an account with so many ads, and replaces the days in the lake. Ads and their conversions by action and window are read; objects,
//! breakdowns and hours are not, and nothing is recorded in a database. The counts at the end are read back from the lake.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

use futures::{StreamExt, stream};
use std::{error::Error, path::PathBuf, sync::Arc};
use trimtab_connect::{Ask, Connectors, Deadlines, Detail, chunks};
use trimtab_domain::{
    Actor, Clock, DayRange, Role, Source, TenantCtx, Timestamp,
    account::Coverage,
    day::parse_day,
    id::{AccountId, TenantId},
    query::{Cell, MetricQuery, QueryParts},
};
use trimtab_engine::limits;
use trimtab_facts::{Lake, LakeSettings, Table};
use trimtab_wire::{Wire, WireSettings};

type Failure = Box<dyn Error>;

const USAGE: &str = "usage: TRIMTAB_BENCH_SECRET=… pull DIR SOURCE BASE_URL ACCOUNT FROM TO ADS";

#[derive(Debug)]
struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "a program of its own brings the time in")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// What to read, and where to keep it.
struct Pull {
    folder: PathBuf,
    source: Source,
    base_url: String,
    account: AccountId,
    days: DayRange,
    ads: usize,
    secret: String,
}

impl Pull {
    fn from_environment() -> Result<Self, Failure> {
        let mut args = std::env::args().skip(1);
        let mut next = || args.next().ok_or(USAGE);
        Ok(Self {
            folder: next()?.into(),
            source: next()?.parse()?,
            base_url: next()?,
            account: next()?.as_str().into(),
            days: DayRange::new(parse_day(&next()?)?, parse_day(&next()?)?)?,
            ads: next()?.parse()?,
            secret: std::env::var("TRIMTAB_BENCH_SECRET").map_err(|_| USAGE)?,
        })
    }
}

fn main() -> Result<(), Failure> {
    let pull = Pull::from_environment()?;
    // As many threads as the command line's own runtime has.
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(Box::pin(run(pull)))
}

async fn run(pull: Pull) -> Result<(), Failure> {
    let clock: Arc<dyn Clock> = Arc::new(MachineClock);
    let connectors = Connectors::new(Wire::new(WireSettings::default(), Arc::clone(&clock))?, clock, Deadlines::default());
    let connector = connectors.open(pull.source, Some(pull.base_url.parse()?), pull.secret.into())?;
    let account = connector.account(&pull.account).await?;
    let ctx = TenantCtx::proven(TenantId::parse("bench")?, Actor::System, Role::AgencyAdmin);
    let lake = Lake::open(LakeSettings::new(pull.folder))?.tenant(&ctx);

    let ask = Ask { expected_ads: pull.ads, detail: Detail::AdsOnly };
    let (connector, account) = (&*connector, &account);
    let read = |days| async move { connector.facts(account, days, ask).await.map(|read| (days, read)) };
    let mut chunks = stream::iter(chunks(pull.days, pull.ads)).map(read).buffered(limits::CHUNKS_AHEAD);
    let (mut all_rows, mut api_calls) = (0, 0);
    while let Some(chunk) = chunks.next().await {
        let (days, read) = chunk?;
        all_rows += read.facts.rows();
        api_calls += read.api_calls;
        lake.replace(account, days, read.facts).await?;
    }

    let coverage = [Coverage { account: account.clone(), data_as_of: connector.now(), settled_through: None }];
    let spend = QueryParts { metrics: vec!["spend".to_owned()], ..QueryParts::default() };
    let answer = lake.query(&MetricQuery::new(pull.days, spend)?, &coverage).await?;
    let Some(Cell::Money(spend_micros)) = answer.totals.first() else {
        return Err("the lake tells no spend".into());
    };
    let tables = lake.tables().await?;
    let rows = tables.iter().find(|stats| stats.table == Table::AdDaily).map_or(0, |stats| stats.rows);
    let report = serde_json::json!({ "rows": rows, "spend_micros": spend_micros, "all_rows": all_rows, "api_calls": api_calls });
    println!("{report:#}");
    Ok(())
}
