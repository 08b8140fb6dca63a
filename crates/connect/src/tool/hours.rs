//! Figures of a few days by hour and campaign, where the platform tells hours. They are a view beside the days, never added to them.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    figures::{Figures, Sum},
    input::{CivilDay, Input, Rows, example_days, range},
    metrics::days,
};
use crate::{Error, limits, tells_hours};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trimtab_domain::{
    Day, Source,
    id::{AccountId, CampaignId},
};

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    let about = "Reads spend, impressions and clicks of a few recent days by hour and campaign";
    let tool = || Tool::new::<Fetch, Hours>(platform, "fetch_hourly", about, fetch);
    tells_hours(platform).then(tool).into_iter().collect()
}

/// Which hours to read.
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
        let (_, day) = example_days();
        Self { account: None, from: day, to: day, campaign: None, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, limits::TOOL_HOUR_DAYS_MAX).map(drop)
    }
}

/// Figures of a few days by hour.
#[derive(Debug, Serialize, JsonSchema)]
struct Hours {
    /// The account, whose currency and zone these are.
    account: AccountShape,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The rows, oldest hour first. What had no delivery has none.
    rows: Vec<Row>,
    /// All rows together, those left out too.
    totals: Figures,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// The day.
    date: CivilDay,
    /// The hour of that day by the clock on the wall, 0 to 23.
    hour: u8,
    /// The campaign's id.
    campaign: String,
    #[serde(flatten)]
    figures: Figures,
}

fn fetch(desk: Desk<'_>, input: Fetch) -> BoxFuture<'_, Result<Answer<Hours>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let told = desk.connector.hours(desk.account, days).await?;
        let told = told.ok_or_else(|| desk.rejected("the platform does not tell hours".to_owned()))?;
        let (mut sums, mut totals) = (BTreeMap::<(Day, u8, String), Sum>::new(), Sum::default());
        for fact in told.rows {
            if input.campaign.as_ref().is_none_or(|campaign| *campaign == fact.placing.campaign) {
                sums.entry((fact.date, fact.hour, fact.placing.campaign.to_string())).or_default().add(&fact.measures);
                totals.add(&fact.measures);
            }
        }
        let rows = sums.into_iter().map(|((date, hour, campaign), sum)| Row {
            date: CivilDay(date),
            hour,
            campaign,
            figures: sum.figures(),
        });
        let mut rows: Vec<Row> = rows.collect();
        let next_step = cut(&mut rows, input.limit, "ask for fewer days or one campaign");
        let (from, to) = (CivilDay(days.from()), CivilDay(days.to()));
        let hours = Hours { account: AccountShape::from(desk.account), from, to, rows, totals: totals.figures() };
        Ok(Answer { data: hours, next_step, warnings: Vec::new() })
    })
}
