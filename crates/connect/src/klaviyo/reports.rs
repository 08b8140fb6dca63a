//! The reports behind Klaviyo's own pages: what came of a campaign or flow, attributed to the day it was sent and not to the day it happened,
//! and so no part of the facts. Two may be asked for a minute and 225 a day, all kinds together.
//!
//! Such a day-long limit must not keep the account's other calls off. So reports queue by themselves ([`lane`]).

use super::{
    Klaviyo,
    dialect::Cost,
    service::{Ask, Links, Tally},
};
use crate::{
    Error,
    paging::{PageEnd, Pages},
    scalar::{Decimal, Fine},
};
use compact_str::CompactString;
use serde::Deserialize;
use serde_json::json;
use std::{borrow::Cow, collections::HashSet};
use trimtab_domain::{DayRange, Source, account::Account, id::AccountId};

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportOf {
    /// Campaigns.
    Campaigns,
    /// Flows.
    Flows,
}

/// What came of one message.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// The campaign or flow.
    pub mailing: CompactString,
    /// Its message.
    pub message: CompactString,
    /// How it was sent.
    pub channel: CompactString,
    /// Sent to.
    pub recipients: i64,
    /// Of these, delivered.
    pub delivered: i64,
    /// People who opened it.
    pub opens_unique: i64,
    /// People who clicked.
    pub clicks_unique: i64,
    /// People who unsubscribed.
    pub unsubscribes: i64,
    /// Orders attributed to it.
    pub orders: i64,
    /// What these came to, in micros.
    pub revenue_micros: i64,
}

/// The figures asked for.
const STATISTICS: [&str; 7] =
    ["recipients", "delivered", "opens_unique", "clicks_unique", "unsubscribe_uniques", "conversions", "conversion_value"];

#[derive(Deserialize)]
struct Body {
    data: Data,
    #[serde(default)]
    links: Links,
}

#[derive(Deserialize)]
struct Data {
    attributes: Attributes,
}

#[derive(Deserialize)]
struct Attributes {
    results: Vec<Result_>,
}

#[derive(Deserialize)]
struct Result_ {
    groupings: Groupings,
    statistics: Statistics,
}

#[derive(Deserialize)]
struct Groupings {
    #[serde(alias = "flow_id")]
    campaign_id: CompactString,
    #[serde(alias = "flow_message_id")]
    campaign_message_id: CompactString,
    #[serde(default)]
    send_channel: CompactString,
}

#[derive(Deserialize)]
struct Statistics {
    recipients: Decimal,
    delivered: Decimal,
    opens_unique: Decimal,
    clicks_unique: Decimal,
    unsubscribe_uniques: Decimal,
    conversions: Decimal,
    conversion_value: Fine,
}

impl From<Result_> for ReportRow {
    fn from(Result_ { groupings, statistics }: Result_) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "counts of people, printed with a point")]
        let count = |figure: Decimal| figure.0.round() as i64;
        Self {
            mailing: groupings.campaign_id,
            message: groupings.campaign_message_id,
            channel: groupings.send_channel,
            recipients: count(statistics.recipients),
            delivered: count(statistics.delivered),
            opens_unique: count(statistics.opens_unique),
            clicks_unique: count(statistics.clicks_unique),
            unsubscribes: count(statistics.unsubscribe_uniques),
            orders: count(statistics.conversions),
            revenue_micros: statistics.conversion_value.micros(),
        }
    }
}

impl ReportOf {
    const fn path(self) -> &'static str {
        match self {
            Self::Campaigns => "campaign-values-reports",
            Self::Flows => "flow-values-reports",
        }
    }

    /// The document of a report. An offset in its times is ignored: they are the account's own.
    fn document(self, days: DayRange, metric: &str) -> Vec<u8> {
        let (kind, group_by) = match self {
            Self::Campaigns => ("campaign-values-report", ["campaign_id", "campaign_message_id", "send_channel"]),
            Self::Flows => ("flow-values-report", ["flow_id", "flow_message_id", "send_channel"]),
        };
        // Whether the end is within or after the time is not said; a second before midnight is right either way.
        let timeframe = json!({
            "start": format!("{}T00:00:00+00:00", days.from()),
            "end": format!("{}T23:59:59+00:00", days.to()),
        });
        let attributes = json!({
            "timeframe": timeframe,
            "conversion_metric_id": metric,
            "statistics": STATISTICS,
            "group_by": group_by,
        });
        json!({ "data": { "type": kind, "attributes": attributes } }).to_string().into_bytes()
    }
}

/// Under which name the reports of an account wait for their limits.
fn lane(account: &AccountId) -> AccountId {
    AccountId::new(format!("{account} (reports)"))
}

impl Klaviyo {
    /// What came of each message sent on some days, a year at most.
    ///
    /// # Errors
    /// [`Error::RateLimited`] with when the limit ends, when today's reports are used up; else as any read. No partial result is returned.
    pub async fn report(&self, account: &Account, of: ReportOf, days: DayRange) -> Result<Vec<ReportRow>, Error> {
        let tally = Tally::default();
        let metrics = self.counted(account, &tally).await?;
        let metric = metrics.orders.as_ref().ok_or_else(|| {
            let reason = "it knows no Placed Order to count conversions by: integrate a shop first".to_owned();
            Error::Rejected { platform: Source::Klaviyo, account: Some(account.id.clone()), reason }
        })?;
        let queue = lane(&account.id);
        let (mut rows, mut known, mut pages) = (Vec::new(), HashSet::new(), Pages::default());
        loop {
            let params = pages.cursor().map(|cursor| ("page_cursor", Cow::Owned(cursor.to_owned()))).into_iter().collect();
            let json = Some(of.document(days, metric));
            let ask = Ask { account: Some(&queue), path: of.path(), params, json, cost: Cost::Whole };
            let read = |body: &[u8]| Ok(serde_json::from_slice::<Body>(body)?);
            let told = self.service.ask(&tally, &ask, read).await.map_err(|failure| Error::from(failure).of(&account.id))?;
            let (items, before) = (told.data.attributes.results.len(), rows.len());
            let fresh = |row: &ReportRow| known.insert((row.mailing.clone(), row.message.clone(), row.channel.clone()));
            rows.extend(told.data.attributes.results.into_iter().map(ReportRow::from).filter(fresh));
            let end = PageEnd { next: told.links.cursor(), items, fresh: rows.len() - before };
            if !pages.turn(end, of.path()).map_err(|what| self.service.drift(Some(&account.id), what, b""))? {
                return Ok(rows);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn campaigns_and_flows_are_told_alike() {
        for (kind, id) in [("campaign", "campaign_id"), ("flow", "flow_id")] {
            let json = format!(
                r#"{{"groupings":{{"{id}":"01C","{kind}_message_id":"01M","send_channel":"email"}},"statistics":{{"recipients":100.0,
                "delivered":99.0,"opens_unique":40,"clicks_unique":3.0,"unsubscribe_uniques":1,"conversions":2.0,"conversion_value":119.8}}}}"#
            );
            let row = ReportRow::from(serde_json::from_str::<Result_>(&json).unwrap());
            assert_eq!((row.mailing.as_str(), row.message.as_str(), row.channel.as_str()), ("01C", "01M", "email"));
            assert_eq!((row.delivered, row.orders, row.revenue_micros), (99, 2, 119_800_000));
        }
    }
}
