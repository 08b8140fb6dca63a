//! Visits of a site on a few days, by the way they came. They are sums of the same facts a sync keeps, so both tell the same.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    figures::rounded,
    input::{CivilDay, Input, Rows, example_days, range},
    metrics::{days, open_days},
};
use crate::{Ask, Error, limits};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};
use trimtab_domain::{
    Day, Source,
    fact::{Quality, SessionDaily},
    id::AccountId,
    money::decimal,
};

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    let about =
        "Reads the sessions of a few days by channel, by source and medium or by campaign, with key events, purchases and revenue";
    vec![Tool::new::<Fetch, Sessions>(platform, "fetch_sessions", about, fetch)]
}

/// What sessions are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum By {
    /// Nothing: the whole property.
    Property,
    /// The analytics' own grouping (`Paid Social`).
    #[default]
    Channel,
    /// Source and medium.
    SourceMedium,
    /// Source, medium and campaign.
    Campaign,
}

impl By {
    /// The texts that tell a row apart.
    fn key(self, row: &SessionDaily) -> [Option<String>; 4] {
        let text = |told: bool, text: &str| told.then(|| text.to_owned());
        let utm = matches!(self, Self::SourceMedium | Self::Campaign);
        [
            text(matches!(self, Self::Channel | Self::Campaign), &row.channel),
            text(utm, &row.utm.source),
            text(utm, &row.utm.medium),
            text(self == Self::Campaign, &row.utm.campaign),
        ]
    }
}

/// Which sessions to read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Fetch {
    /// The connected property's id. It may be left out where the tenant has connected one property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// First day, in the property's zone.
    from: CivilDay,
    /// Last day, in the property's zone.
    to: CivilDay,
    /// What each row stands for.
    #[serde(default)]
    by: By,
    /// Whether each day has rows of its own; else one row stands for all days.
    #[serde(default = "yes")]
    by_day: bool,
    /// Most rows of the answer. Totals take in the others too.
    #[serde(default)]
    limit: Rows,
}

const fn yes() -> bool {
    true
}

impl Input for Fetch {
    fn example() -> Self {
        let (from, to) = example_days();
        Self { account: None, from, to, by: By::Channel, by_day: true, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Sessions of a few days.
#[derive(Debug, Serialize, JsonSchema)]
struct Sessions {
    /// The property, whose currency and zone these are.
    account: AccountShape,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The rows, oldest day first and within it most sessions first. What had no session has none.
    rows: Vec<Row>,
    /// All rows together, those left out too.
    totals: Figures,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// The day; null where the row stands for all of them.
    date: Option<CivilDay>,
    /// The channel; null where rows are not told apart by it.
    channel: Option<String>,
    /// The source, likewise.
    source: Option<String>,
    /// The medium, likewise.
    medium: Option<String>,
    /// The campaign, likewise.
    campaign: Option<String>,
    #[serde(flatten)]
    figures: Figures,
}

/// What came of sessions.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
struct Figures {
    /// Sessions.
    sessions: i64,
    /// Of these, the ones that lasted, went on or converted; null where that is not told.
    engaged_sessions: Option<i64>,
    /// Events marked as key events, all kinds together; null where that is not told.
    key_events: Option<f64>,
    /// Purchases; null where that is not told.
    purchases: Option<f64>,
    /// What these came to, as a decimal in the property's currency; null where that is not told.
    revenue: Option<String>,
}

/// A sum of facts.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    sessions: i64,
    engaged: Option<i64>,
    events: Option<f64>,
    purchases: Option<f64>,
    revenue_micros: Option<i64>,
}

impl Sum {
    fn add(&mut self, row: &SessionDaily) {
        let whole = |a: Option<i64>, b: Option<i64>| a.zip(b).map_or(a.or(b), |(a, b)| Some(a.saturating_add(b)));
        let parts = |a: Option<f64>, b: Option<f64>| a.zip(b).map_or(a.or(b), |(a, b)| Some(a + b));
        self.sessions = self.sessions.saturating_add(row.sessions);
        self.engaged = whole(self.engaged, row.engaged_sessions);
        self.events = parts(self.events, row.key_events);
        self.purchases = parts(self.purchases, row.purchases);
        self.revenue_micros = whole(self.revenue_micros, row.revenue_micros);
    }

    fn figures(self) -> Figures {
        Figures {
            sessions: self.sessions,
            engaged_sessions: self.engaged,
            key_events: self.events.map(rounded),
            purchases: self.purchases.map(rounded),
            revenue: self.revenue_micros.map(decimal),
        }
    }
}

/// What facts are summed up to.
type Key = (Option<Day>, [Option<String>; 4]);

fn fetch(desk: Desk<'_>, input: Fetch) -> BoxFuture<'_, Result<Answer<Sessions>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let (mut sums, mut totals) = (BTreeMap::<Key, Sum>::new(), Sum::default());
        let mut incomplete = BTreeSet::new();
        for row in desk.connector.facts(desk.account, days, Ask::default()).await?.facts.sessions {
            sums.entry((input.by_day.then_some(row.date), input.by.key(&row))).or_default().add(&row);
            totals.add(&row);
            if row.quality != Quality::default() {
                incomplete.insert((row.date, row.quality.as_str()));
            }
        }
        let mut sums: Vec<(Key, Sum)> = sums.into_iter().collect();
        sums.sort_by(|((a_day, a), a_sum), ((b_day, b), b_sum)| {
            (a_day, Reverse(a_sum.sessions), a).cmp(&(b_day, Reverse(b_sum.sessions), b))
        });
        let next_step = cut(&mut sums, input.limit, "ask for fewer days, by channel or by_day false");
        let rows = sums.into_iter().map(|((date, [channel, source, medium, campaign]), sum)| Row {
            date: date.map(CivilDay),
            channel,
            source,
            medium,
            campaign,
            figures: sum.figures(),
        });
        let sessions = Sessions {
            account: AccountShape::from(desk.account),
            from: CivilDay(days.from()),
            to: CivilDay(days.to()),
            rows: rows.collect(),
            totals: totals.figures(),
        };
        let warnings = open_days(desk, days).into_iter().chain(left_out(&incomplete)).collect();
        Ok(Answer { data: sessions, next_step, warnings })
    })
}

/// What to know of days whose figures leave something out.
fn left_out(incomplete: &BTreeSet<(Day, &str)>) -> Option<String> {
    let named: Vec<String> = incomplete.iter().map(|(day, what)| format!("{day} ({what})")).collect();
    (!named.is_empty()).then(|| {
        format!("Analytics says that its figures of these days leave something out or are estimated: {}", named.join(", "))
    })
}
