//! Conversions of a few days by action and attribution window, side by side: types and windows are never summed.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    figures::rounded,
    input::{CivilDay, Input, Rows, example_days, range},
    metrics::{days, open_days},
};
use crate::{Ask, Detail, Error, limits};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trimtab_domain::{
    Day, Source,
    id::{AccountId, CampaignId},
    money::decimal,
};

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    let about = "Reads conversions of a few days by campaign, action type and attribution window, with their values";
    vec![Tool::new::<Fetch, Conversions>(platform, "fetch_conversions", about, fetch)]
}

/// Which conversions to read.
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
    /// Whether each day has rows of its own; else one row stands for all days.
    #[serde(default)]
    by_day: bool,
    /// Only this campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    campaign: Option<CampaignId>,
    /// Only this action, by the platform's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action_type: Option<String>,
    /// Most rows of the answer.
    #[serde(default)]
    limit: Rows,
}

impl Input for Fetch {
    fn example() -> Self {
        let (from, to) = example_days();
        Self { account: None, from, to, by_day: false, campaign: None, action_type: None, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Conversions of a few days. There are no totals: an action may be part of another, a window of another.
#[derive(Debug, Serialize, JsonSchema)]
struct Conversions {
    /// The account, whose currency and zone these are.
    account: AccountShape,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The rows.
    rows: Vec<Row>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// The day; null where the row stands for all of them.
    date: Option<CivilDay>,
    /// The campaign's id.
    campaign: String,
    /// The action, by the platform's name.
    action_type: String,
    /// The attribution window (`7d_click`, `1d_view`), or `default` for the object's own setting.
    window: String,
    /// How many.
    count: f64,
    /// What they were worth, as a decimal in the account's currency; null where the platform does not tell.
    value: Option<String>,
}

fn fetch(desk: Desk<'_>, input: Fetch) -> BoxFuture<'_, Result<Answer<Conversions>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let ask = Ask { expected_ads: 0, detail: Detail::AdsOnly };
        let mut sums = BTreeMap::<(Option<Day>, String, String, String), (f64, Option<i64>)>::new();
        for piece in days.chunks_newest_first(limits::TOOL_PIECE_DAYS) {
            for fact in desk.connector.facts(desk.account, piece, ask).await?.facts.conversions {
                let wanted = input.campaign.as_ref().is_none_or(|campaign| *campaign == fact.placing.campaign)
                    && input.action_type.as_ref().is_none_or(|action| fact.action_type == *action);
                if !wanted {
                    continue;
                }
                let day = input.by_day.then_some(fact.date);
                let key = (day, fact.placing.campaign.to_string(), fact.action_type.into(), fact.window.into());
                let (count, value) = sums.entry(key).or_default();
                *count += fact.count;
                *value = value.zip(fact.value_micros).map_or(value.or(fact.value_micros), |(a, b)| Some(a.saturating_add(b)));
            }
        }
        let rows = sums.into_iter().map(|((date, campaign, action_type, window), (count, value))| Row {
            date: date.map(CivilDay),
            campaign,
            action_type,
            window,
            count: rounded(count),
            value: value.map(decimal),
        });
        let mut rows: Vec<Row> = rows.collect();
        let next_step = cut(&mut rows, input.limit, "ask for fewer days, one campaign, one action_type or by_day false");
        let (from, to) = (CivilDay(days.from()), CivilDay(days.to()));
        let conversions = Conversions { account: AccountShape::from(desk.account), from, to, rows };
        Ok(Answer { data: conversions, next_step, warnings: open_days(desk, days).into_iter().collect() })
    })
}
