//! Mailings: what came of each on a few days, by the day it happened, as a sync keeps it; and the mailing system's own reports, by the day
//! a message was sent.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    input::{CivilDay, Input, Rows, example_days, range},
    metrics::{days, open_days},
};
use crate::{
    Ask, Error,
    klaviyo::{Klaviyo, ReportOf},
    limits,
};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};
use trimtab_domain::{
    Day, Source,
    fact::EmailDaily,
    id::{AccountId, CampaignId},
    money::decimal,
};

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    vec![
        Tool::new::<Fetch, Mailings>(
            platform,
            "fetch_mailings",
            "Reads what came of campaigns and flows on a few days, by the day it happened: messages, opens, clicks, attributed orders",
            fetch,
        ),
        Tool::new::<Report, Reported>(
            platform,
            "campaign_report",
            "Reads the platform's own report of campaigns: what came of the messages sent on a few days. At most 225 reports a day",
            |desk, input| report(desk, input, ReportOf::Campaigns),
        ),
        Tool::new::<Report, Reported>(
            platform,
            "flow_report",
            "Reads the platform's own report of flows: what came of the messages sent on a few days. At most 225 reports a day",
            |desk, input| report(desk, input, ReportOf::Flows),
        ),
    ]
}

/// Which mailings to read.
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
    #[serde(default = "yes")]
    by_day: bool,
    /// Only this campaign or flow.
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
        Self { account: None, from, to, by_day: true, campaign: None, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Mailings of a few days.
#[derive(Debug, Serialize, JsonSchema)]
struct Mailings {
    /// The account, whose currency and zone these are.
    account: AccountShape,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The rows, oldest day first and within it most revenue first.
    rows: Vec<Row>,
    /// All rows together, those left out too.
    totals: Figures,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// The day; null where the row stands for all of them.
    date: Option<CivilDay>,
    /// `campaign` or `flow`.
    kind: &'static str,
    /// Its id.
    campaign: String,
    /// How it was sent: `email`, `sms`, `mobile_push`.
    channel: String,
    #[serde(flatten)]
    figures: Figures,
}

/// What came of mailings.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
struct Figures {
    /// Messages received; null where that is not told.
    recipients: Option<i64>,
    /// Opened, each time counted; null where that is not told.
    opens: Option<i64>,
    /// Clicked, each time counted; null where that is not told.
    clicks: Option<i64>,
    /// Orders attributed to it; null where no shop is integrated.
    orders: Option<i64>,
    /// What these came to, as a decimal in the account's currency; null as above.
    revenue: Option<String>,
}

/// A sum of facts, in the order of [`Figures`].
#[derive(Debug, Clone, Copy, Default)]
struct Sum([Option<i64>; 5]);

impl Sum {
    fn add(&mut self, row: &EmailDaily) {
        let more = [row.recipients, row.opens, row.clicks, row.orders, row.revenue_micros];
        for (sum, more) in self.0.iter_mut().zip(more) {
            *sum = sum.zip(more).map_or((*sum).or(more), |(a, b)| Some(a.saturating_add(b)));
        }
    }

    fn figures(self) -> Figures {
        let [recipients, opens, clicks, orders, revenue] = self.0;
        Figures { recipients, opens, clicks, orders, revenue: revenue.map(decimal) }
    }

    /// To order by.
    const fn revenue_micros(&self) -> i64 {
        match self.0[4] {
            Some(revenue) => revenue,
            None => 0,
        }
    }
}

/// What facts are summed up to.
type Key = (Option<Day>, &'static str, String, String);

fn fetch(desk: Desk<'_>, input: Fetch) -> BoxFuture<'_, Result<Answer<Mailings>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let (mut sums, mut totals) = (BTreeMap::<Key, Sum>::new(), Sum::default());
        for row in desk.connector.facts(desk.account, days, Ask::default()).await?.facts.emails {
            if input.campaign.as_ref().is_none_or(|campaign| *campaign == row.campaign) {
                let key = (input.by_day.then_some(row.date), row.kind.as_str(), row.campaign.to_string(), row.channel.to_string());
                sums.entry(key).or_default().add(&row);
                totals.add(&row);
            }
        }
        let mut sums: Vec<(Key, Sum)> = sums.into_iter().collect();
        sums.sort_by(|(a, a_sum), (b, b_sum)| {
            (a.0, Reverse(a_sum.revenue_micros()), a).cmp(&(b.0, Reverse(b_sum.revenue_micros()), b))
        });
        let next_step = cut(&mut sums, input.limit, "ask for fewer days, one campaign or by_day false");
        let rows = sums.into_iter().map(|((date, kind, campaign, channel), sum)| Row {
            date: date.map(CivilDay),
            kind,
            campaign,
            channel,
            figures: sum.figures(),
        });
        let mailings = Mailings {
            account: AccountShape::from(desk.account),
            from: CivilDay(days.from()),
            to: CivilDay(days.to()),
            rows: rows.collect(),
            totals: totals.figures(),
        };
        Ok(Answer { data: mailings, next_step, warnings: open_days(desk, days).into_iter().collect() })
    })
}

/// Which messages to report on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Report {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// First day messages were sent on, in the account's zone.
    from: CivilDay,
    /// Last day messages were sent on.
    to: CivilDay,
    /// Most rows of the answer.
    #[serde(default)]
    limit: Rows,
}

impl Input for Report {
    fn example() -> Self {
        let (from, to) = example_days();
        Self { account: None, from, to, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, u32::from(limits::KLAVIYO_SPAN_DAYS)).map(drop)
    }
}

/// What came of messages, by the day they were sent: it is more, for a few days yet, than what is told by the day it happened.
#[derive(Debug, Serialize, JsonSchema)]
struct Reported {
    /// The account, whose currency and zone these are.
    account: AccountShape,
    /// First day.
    from: CivilDay,
    /// Last day.
    to: CivilDay,
    /// The rows, most revenue first.
    rows: Vec<ReportedRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ReportedRow {
    /// The id of the campaign or flow.
    campaign: String,
    /// The id of its message.
    message: String,
    /// How it was sent.
    channel: String,
    /// Sent to.
    recipients: i64,
    /// Of these, delivered.
    delivered: i64,
    /// People who opened it.
    opens_unique: i64,
    /// People who clicked.
    clicks_unique: i64,
    /// People who unsubscribed.
    unsubscribes: i64,
    /// Orders attributed to it.
    orders: i64,
    /// What these came to, as a decimal in the account's currency.
    revenue: String,
}

fn report(desk: Desk<'_>, input: Report, of: ReportOf) -> BoxFuture<'_, Result<Answer<Reported>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let mut told = desk.of::<Klaviyo>()?.report(desk.account, of, days).await?;
        told.sort_by(|a, b| {
            (Reverse(a.revenue_micros), &a.mailing, &a.message).cmp(&(Reverse(b.revenue_micros), &b.mailing, &b.message))
        });
        let next_step = cut(&mut told, input.limit, "ask for fewer days");
        let rows = told.into_iter().map(|row| ReportedRow {
            campaign: row.mailing.into(),
            message: row.message.into(),
            channel: row.channel.into(),
            recipients: row.recipients,
            delivered: row.delivered,
            opens_unique: row.opens_unique,
            clicks_unique: row.clicks_unique,
            unsubscribes: row.unsubscribes,
            orders: row.orders,
            revenue: decimal(row.revenue_micros),
        });
        let reported = Reported {
            account: AccountShape::from(desk.account),
            from: CivilDay(days.from()),
            to: CivilDay(days.to()),
            rows: rows.collect(),
        };
        Ok(Answer { data: reported, next_step, warnings: open_days(desk, days).into_iter().collect() })
    })
}
