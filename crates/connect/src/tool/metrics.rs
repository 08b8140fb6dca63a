//! Figures of a few days, at the level asked for. They are sums of the same facts a sync keeps, so both tell the same.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    figures::{Figures, Sum},
    input::{CivilDay, Input, Rows, example_days, range},
};
use crate::{Ask, Detail, Error, limits};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};
use trimtab_domain::{
    Day, DayRange, Source,
    fact::{Facts, Measures, Placing},
    id::{AccountId, CampaignId},
};

/// How to get fewer rows.
pub(super) const LESS: &str = "ask for fewer days, a higher level, one campaign or by_day false";

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    let verb = if platform == Source::Meta { "fetch_insights" } else { "fetch_metrics" };
    let about = "Reads spend, impressions, clicks, conversions and revenue of a few days by account, campaign, ad group or ad";
    vec![Tool::new::<Fetch, Metrics>(platform, verb, about, |desk, input| fetch(desk, input, Way::Shortest))]
}

/// Which way the facts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As a sync of a small account would.
    Shortest,
    /// By a report the platform prepares.
    Report,
}

/// What figures are told for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// The account.
    Account,
    /// Each campaign.
    #[default]
    Campaign,
    /// Each ad group.
    AdGroup,
    /// Each ad.
    Ad,
}

/// Which figures to read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Fetch {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// First day, in the account's zone.
    pub(super) from: CivilDay,
    /// Last day, in the account's zone.
    pub(super) to: CivilDay,
    /// What each row stands for.
    #[serde(default)]
    level: Level,
    /// Whether each day has rows of its own; else one row stands for all days.
    #[serde(default = "yes")]
    by_day: bool,
    /// Only this campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    campaign: Option<CampaignId>,
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
        Self { account: None, from, to, level: Level::Campaign, by_day: true, campaign: None, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Figures of a few days.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Metrics {
    /// The account, whose currency and zone these are.
    account: AccountShape,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The rows, oldest day first and within it most spend first. What had no delivery has none.
    rows: Vec<Row>,
    /// All rows together, those left out too.
    totals: Figures,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// The day; null where the row stands for all of them.
    date: Option<CivilDay>,
    /// The campaign's id; null at account level.
    campaign: Option<String>,
    /// The ad group's id; null at a higher level, and for campaigns that report no ads.
    ad_group: Option<String>,
    /// The ad's id, likewise.
    ad: Option<String>,
    #[serde(flatten)]
    figures: Figures,
}

/// What facts are summed up to.
type Key = (Option<Day>, [Option<String>; 3]);

impl Level {
    /// The ids that tell a row of this level apart.
    fn key(self, placing: &Placing) -> [Option<String>; 3] {
        let id = |told: bool, id: &str| (told && !id.is_empty()).then(|| id.to_owned());
        [
            id(self != Self::Account, placing.campaign.as_str()),
            id(matches!(self, Self::AdGroup | Self::Ad), placing.ad_group.as_str()),
            id(self == Self::Ad, placing.ad.as_str()),
        ]
    }
}

pub(super) fn fetch(desk: Desk<'_>, input: Fetch, way: Way) -> BoxFuture<'_, Result<Answer<Metrics>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let (mut sums, mut totals) = (BTreeMap::<Key, Sum>::new(), Sum::default());
        let mut add = |date: Day, placing: &Placing, measures: &Measures| {
            if input.campaign.as_ref().is_none_or(|campaign| *campaign == placing.campaign) {
                sums.entry((input.by_day.then_some(date), input.level.key(placing))).or_default().add(measures);
                totals.add(measures);
            }
        };
        // A report is prepared in one go; it costs the platform, not us.
        let pieces = if way == Way::Report { vec![days] } else { days.chunks_newest_first(limits::TOOL_PIECE_DAYS) };
        for piece in pieces {
            for fact in read(desk, piece, way).await?.ad_daily {
                add(fact.date, &fact.placing, &fact.measures);
            }
        }
        let mut sums: Vec<(Key, Sum)> = sums.into_iter().collect();
        sums.sort_by(|((a_day, a), a_sum), ((b_day, b), b_sum)| {
            (a_day, Reverse(a_sum.spend_micros()), a).cmp(&(b_day, Reverse(b_sum.spend_micros()), b))
        });
        let next_step = cut(&mut sums, input.limit, LESS);
        let rows = sums.into_iter().map(|((date, [campaign, ad_group, ad]), sum)| Row {
            date: date.map(CivilDay),
            campaign,
            ad_group,
            ad,
            figures: sum.figures(),
        });
        let metrics = Metrics {
            account: AccountShape::from(desk.account),
            from: CivilDay(days.from()),
            to: CivilDay(days.to()),
            rows: rows.collect(),
            totals: totals.figures(),
        };
        Ok(Answer { data: metrics, next_step, warnings: open_days(desk, days).into_iter().collect() })
    })
}

async fn read(desk: Desk<'_>, days: DayRange, way: Way) -> Result<Facts, Error> {
    // So many ads that a report is the way.
    let expected_ads = if way == Way::Report { usize::MAX } else { 0 };
    Ok(desk.connector.facts(desk.account, days, Ask { expected_ads, detail: Detail::AdsOnly }).await?.facts)
}

/// The days of an input that have begun.
pub(super) fn days(desk: Desk<'_>, from: CivilDay, to: CivilDay) -> Result<DayRange, Error> {
    let today = desk.account.zone.day_at(desk.connector.now());
    DayRange::new(from.0, to.0.min(today))
        .map_err(|_| desk.rejected(format!("no day from {} on has begun: it is {today} in {}", from.0, desk.account.zone)))
}

/// What to know of days the platform may still restate.
pub(super) fn open_days(desk: Desk<'_>, days: DayRange) -> Option<String> {
    let settled =
        crate::settled_through(crate::look_back_days(desk.account.source), desk.account.zone.day_at(desk.connector.now()));
    (days.to() > settled).then(|| format!("days after {settled} are provisional: the platform still adds conversions to them"))
}
