//! What only Meta tells: the events of a pixel.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    input::{CivilDay, Input, Rows, example_days, is_id, range},
    metrics::days,
};
use crate::{Error, limits, meta::Meta};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimtab_domain::{Source, id::AccountId};

pub(super) fn tools() -> Vec<Tool> {
    let about = "Reads how often each event of one pixel was received on each of a few days";
    vec![Tool::new::<Fetch, Events>(Source::Meta, "fetch_pixel_stats", about, fetch)]
}

/// Which events to read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Fetch {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// The pixel's id, as meta.list_pixels names it.
    #[schemars(regex(pattern = r"^\d+$"))]
    pixel: String,
    /// First day, in the account's zone.
    from: CivilDay,
    /// Last day, in the account's zone.
    to: CivilDay,
    /// Most rows of the answer.
    #[serde(default)]
    limit: Rows,
}

impl Input for Fetch {
    fn example() -> Self {
        let (from, to) = example_days();
        Self { account: None, pixel: "120250000000000901".to_owned(), from, to, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        if !is_id(&self.pixel) {
            return Err(format!("'{}' is no pixel id: digits only, as meta.list_pixels names it", self.pixel));
        }
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Events a pixel received.
#[derive(Debug, Serialize, JsonSchema)]
struct Events {
    /// The account, whose zone the days are of.
    account: AccountShape,
    /// The pixel.
    pixel: String,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The rows, oldest day first. What was not received has none.
    rows: Vec<Row>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// The day.
    date: CivilDay,
    /// The event (`PageView`, `Purchase` …).
    event: String,
    /// How often it was received.
    count: i64,
}

fn fetch(desk: Desk<'_>, input: Fetch) -> BoxFuture<'_, Result<Answer<Events>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let events = desk.of::<Meta>()?.pixel_events(desk.account, &input.pixel, days).await?;
        let rows = events.into_iter().map(|((date, event), count)| Row { date: CivilDay(date), event: event.into(), count });
        let mut rows: Vec<Row> = rows.collect();
        let next_step = cut(&mut rows, input.limit, "ask for fewer days");
        let (from, to) = (CivilDay(days.from()), CivilDay(days.to()));
        Ok(Answer {
            data: Events { account: AccountShape::from(desk.account), pixel: input.pixel, from, to, rows },
            next_step,
            warnings: Vec::new(),
        })
    })
}
