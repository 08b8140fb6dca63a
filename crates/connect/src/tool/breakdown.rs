//! Figures of a few days, split by who was reached, where, and on what. Parts of two splits are never added.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    figures::{Figures, Sum},
    input::{CivilDay, Input, Rows, example_days, range},
    metrics::{days, open_days},
};
use crate::{Ask, Detail, Error, google, limits, linkedin, meta, pinterest, tiktok};
use futures::future::BoxFuture;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeMap};
use trimtab_domain::{
    Day, DayRange, Source,
    fact::{Breakdown, BreakdownDaily},
    id::{AccountId, CampaignId},
};

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    let verb = if platform == Source::Pinterest { "fetch_targeting_analytics" } else { "fetch_breakdown" };
    let about = "Reads the figures of a few days by campaign, split by one breakdown: country, device, age, gender, placement …";
    let mut tool = Tool::new::<Fetch, Parts>(platform, verb, about, fetch);
    // The schema names what this platform tells, not what any does.
    if let Some(choices) =
        tool.input.as_object_mut().and_then(|schema| schema.get_mut("properties")?.get_mut("breakdown")?.get_mut("enum"))
    {
        *choices = told(platform).iter().map(|breakdown| breakdown.as_str()).collect::<Vec<_>>().into();
    }
    if let Some(example) = tool.example.get_mut("breakdown") {
        *example = told(platform).first().map_or(Value::Null, |breakdown| breakdown.as_str().into());
    }
    vec![tool]
}

/// What a platform is read by.
const fn told(platform: Source) -> &'static [Breakdown] {
    match platform {
        Source::Meta => &meta::BREAKDOWNS,
        Source::Google => &google::BREAKDOWNS,
        Source::Pinterest => &pinterest::BREAKDOWNS,
        Source::Tiktok => &tiktok::BREAKDOWNS,
        Source::Linkedin => &linkedin::BREAKDOWNS,
        Source::Ga4 | Source::Klaviyo | Source::Magento | Source::Shopify | Source::Ecb | Source::Csv => &[],
    }
}

/// A breakdown by its name.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Split(Breakdown);

impl TryFrom<String> for Split {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let found = Breakdown::ALL.into_iter().find(|breakdown| breakdown.as_str() == text);
        found.map(Self).ok_or_else(|| format!("'{text}' is no breakdown: use one of {}", names(&Breakdown::ALL)))
    }
}

impl From<Split> for String {
    fn from(split: Split) -> Self {
        split.0.as_str().to_owned()
    }
}

impl JsonSchema for Split {
    fn schema_name() -> Cow<'static, str> {
        "Breakdown".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Breakdown::ALL.map(Breakdown::as_str) })
    }
}

fn names(breakdowns: &[Breakdown]) -> String {
    breakdowns.iter().map(|breakdown| breakdown.as_str()).collect::<Vec<_>>().join(", ")
}

/// Which figures to read, and how to split them.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Fetch {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// First day, in the account's zone.
    from: CivilDay,
    /// Last day, in the account's zone.
    to: CivilDay,
    /// The way of splitting.
    breakdown: Split,
    /// Whether each day has rows of its own; else one row stands for all days.
    #[serde(default)]
    by_day: bool,
    /// Only this campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    campaign: Option<CampaignId>,
    /// Most rows of the answer. Totals take in the others too.
    #[serde(default)]
    limit: Rows,
}

impl Input for Fetch {
    fn example() -> Self {
        let (from, to) = example_days();
        let breakdown = Split(Breakdown::Country);
        Self { account: None, from, to, breakdown, by_day: false, campaign: None, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, platform: Source) -> Result<(), String> {
        let (asked, told) = (self.breakdown.0, told(platform));
        if !told.contains(&asked) {
            return Err(format!("{} is not read by {}: use one of {}", platform.label(), asked.as_str(), names(told)));
        }
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Figures of a few days in parts.
#[derive(Debug, Serialize, JsonSchema)]
struct Parts {
    /// The account, whose currency and zone these are.
    account: AccountShape,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The way of splitting.
    breakdown: Split,
    /// The rows.
    rows: Vec<Row>,
    /// All rows together, those left out too. Figures of parts may come later than those of the whole, or leave out what has none.
    totals: Figures,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// The day; null where the row stands for all of them.
    date: Option<CivilDay>,
    /// The campaign's id.
    campaign: String,
    /// The part: country code, device, age band, placement …; empty where it is split by gender alone.
    part: String,
    /// The gender, where it is split by gender; else empty.
    gender: String,
    #[serde(flatten)]
    figures: Figures,
}

fn fetch(desk: Desk<'_>, input: Fetch) -> BoxFuture<'_, Result<Answer<Parts>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let (mut sums, mut totals) = (BTreeMap::<(Option<Day>, String, String, String), Sum>::new(), Sum::default());
        for piece in days.chunks_newest_first(limits::TOOL_PIECE_DAYS) {
            for fact in read(desk, piece, input.breakdown.0).await? {
                if input.campaign.as_ref().is_none_or(|campaign| *campaign == fact.placing.campaign) {
                    let day = input.by_day.then_some(fact.date);
                    let key = (day, fact.placing.campaign.to_string(), fact.part.into(), fact.part2.into());
                    sums.entry(key).or_default().add(&fact.measures);
                    totals.add(&fact.measures);
                }
            }
        }
        let rows = sums.into_iter().map(|((date, campaign, part, gender), sum)| Row {
            date: date.map(CivilDay),
            campaign,
            part,
            gender,
            figures: sum.figures(),
        });
        let mut rows: Vec<Row> = rows.collect();
        let next_step = cut(&mut rows, input.limit, "ask for fewer days, one campaign or by_day false");
        let parts = Parts {
            account: AccountShape::from(desk.account),
            from: CivilDay(days.from()),
            to: CivilDay(days.to()),
            breakdown: input.breakdown,
            rows,
            totals: totals.figures(),
        };
        Ok(Answer { data: parts, next_step, warnings: open_days(desk, days).into_iter().collect() })
    })
}

/// The parts of some days, by as few requests as the platform lets it be done.
async fn read(desk: Desk<'_>, days: DayRange, breakdown: Breakdown) -> Result<Vec<BreakdownDaily>, Error> {
    let unread = || desk.rejected(format!("the platform did not tell it by {}", breakdown.as_str()));
    let (facts, read) = match desk.connector.source() {
        Source::Google => return desk.of::<google::Google>()?.parts(desk.account, days, breakdown).await?.ok_or_else(unread),
        Source::Meta => {
            let request = meta::FactsRequest { breakdowns: vec![breakdown], ..meta::FactsRequest::default() };
            let facts = desk.of::<meta::Meta>()?.insights(desk.account, days, &request).await?.facts;
            (facts.breakdowns, facts.breakdowns_read)
        }
        Source::Tiktok => {
            let request = tiktok::FactsRequest { breakdowns: vec![breakdown], ..tiktok::FactsRequest::default() };
            let facts = desk.of::<tiktok::Tiktok>()?.insights(desk.account, days, &request).await?.facts;
            (facts.breakdowns, facts.breakdowns_read)
        }
        Source::Linkedin
        | Source::Pinterest
        | Source::Ga4
        | Source::Klaviyo
        | Source::Magento
        | Source::Shopify
        | Source::Ecb
        | Source::Csv => {
            let facts = desk.connector.facts(desk.account, days, Ask { expected_ads: 0, detail: Detail::Full }).await?.facts;
            (facts.breakdowns, facts.breakdowns_read)
        }
    };
    if !read.contains(&breakdown) {
        return Err(unread());
    }
    Ok(facts.into_iter().filter(|fact| fact.breakdown == breakdown).collect())
}
