//! Mailings by the day something happened: messages received, opened and clicked, and the orders Klaviyo attributes to them.
//!
//! Each is a count of events of its own, divided by the message that caused them; here they are put together by campaign or flow. Events that
//! no message caused are nobody's: of orders that is most. A message whose campaign is no longer listed keeps its own id, so that nothing is
//! lost with it.

use super::{
    Klaviyo,
    aggregate::{Figures, Query, Row},
    mailings::Mailings,
    metrics::Metrics,
    service::Tally,
};
use crate::{Connector, Error, Fetched};
use compact_str::CompactString;
use futures::future::try_join_all;
use std::collections::BTreeMap;
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    fact::{EmailDaily, Facts, MailKind},
    id::CampaignId,
};

/// What events of messages are divided by.
const BY_MESSAGE: &[&str] = &["$message", "$flow"];
/// What orders are divided by. The way they came is asked for too, since one flow may write by several.
const BY_ATTRIBUTED: &[&str] = &["$attributed_message", "$attributed_flow", "$attributed_channel"];

/// The way a message went that does not say.
const USUAL: &str = "email";

/// What a sum of events is added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Received(&'static str),
    Opened(&'static str),
    Clicked(&'static str),
    Orders,
}

/// Which mailing, on which day.
type Key = (Day, MailKind, CompactString, CompactString);

/// Sums of a mailing's day.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    received: i64,
    opened: i64,
    clicked: i64,
    orders: Figures,
}

/// The way an order came, in the words campaigns are listed by; `None` where that is not told.
fn channel(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "email" => Some("email"),
        "sms" | "text" | "mms" => Some("sms"),
        "push" | "mobile_push" | "mobile push" => Some("mobile_push"),
        _ => None,
    }
}

/// The mailing a row speaks of, and the way it went; `None` where no message caused its events.
fn mailing(part: Part, row: &Row, mailings: &Mailings) -> Option<(MailKind, CompactString, CompactString)> {
    let text = |index: usize| row.dimensions.get(index).map(CompactString::as_str).unwrap_or_default();
    let (message, flow) = (text(0), text(1));
    let told = match part {
        Part::Received(channel) | Part::Opened(channel) | Part::Clicked(channel) => Some(channel),
        Part::Orders => channel(text(2)),
    };
    let way = |known: Option<&'static str>| CompactString::const_new(told.or(known).unwrap_or(USUAL));
    if !flow.is_empty() {
        return Some((MailKind::Flow, flow.into(), way(None)));
    }
    if message.is_empty() {
        return None;
    }
    match mailings.campaign(message) {
        // A campaign goes one way, whatever an order's own attribute says.
        Some((campaign, listed)) => Some((MailKind::Campaign, campaign.clone(), CompactString::const_new(listed))),
        None => Some((MailKind::Campaign, message.into(), way(None))),
    }
}

/// Rows of all parts as facts. What the account has no event for is not told, rather than none.
fn facts(parts: &[(Part, Vec<Row>)], metrics: &Metrics, mailings: &Mailings) -> Vec<EmailDaily> {
    let mut sums = BTreeMap::<Key, Sums>::new();
    for (part, rows) in parts {
        for row in rows {
            let Some((kind, id, way)) = mailing(*part, row, mailings) else { continue };
            for (day, figures) in &row.days {
                let sum = sums.entry((*day, kind, id.clone(), way.clone())).or_default();
                match part {
                    Part::Received(_) => sum.received += figures.count,
                    Part::Opened(_) => sum.opened += figures.count,
                    Part::Clicked(_) => sum.clicked += figures.count,
                    Part::Orders => {
                        sum.orders.count += figures.count;
                        sum.orders.value_micros = sum.orders.value_micros.saturating_add(figures.value_micros);
                    }
                }
            }
        }
    }
    let fact = |((date, kind, campaign, channel), sums): (Key, Sums)| {
        let counted = metrics.channel(&channel);
        let told = |event: Option<&CompactString>, sum: i64| event.map(|_| sum);
        EmailDaily {
            date,
            kind,
            campaign: CampaignId::new(campaign),
            recipients: told(counted.and_then(|channel| channel.received.as_ref()), sums.received),
            opens: told(counted.and_then(|channel| channel.opened.as_ref()), sums.opened),
            clicks: told(counted.and_then(|channel| channel.clicked.as_ref()), sums.clicked),
            orders: told(metrics.orders.as_ref(), sums.orders.count),
            revenue_micros: told(metrics.orders.as_ref(), sums.orders.value_micros),
            channel,
        }
    };
    sums.into_iter().map(fact).collect()
}

/// Whether rows name messages of campaigns and none of these is known.
fn strangers(parts: &[(Part, Vec<Row>)], mailings: &Mailings) -> bool {
    let text = |row: &Row, index: usize| row.dimensions.get(index).cloned().unwrap_or_default();
    let named = parts.iter().flat_map(|(_, rows)| rows).filter(|row| text(row, 1).is_empty()).map(|row| text(row, 0));
    let mut messages = named.filter(|message| !message.is_empty()).peekable();
    messages.peek().is_some() && messages.all(|message| mailings.campaign(&message).is_none())
}

impl Klaviyo {
    /// What came of each campaign and flow on each day.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub(super) async fn mail_facts(&self, account: &Account, range: DayRange) -> Result<Fetched, Error> {
        let tally = Tally::default();
        let today = account.zone.day_at(self.now());
        let Ok(begun) = DayRange::new(range.from(), range.to().min(today)) else {
            return Ok(Fetched { facts: Facts::default(), api_calls: 0 });
        };
        let metrics = self.counted(account, &tally).await?;
        let parts = self.parts(account, begun, &metrics, &tally).await?;
        let mut mailings = self.mailings(account, &tally, false).await?;
        if strangers(&parts, &mailings) {
            // A list may be silently empty, or older than the mailing. One that still names none of them is believed.
            mailings = self.mailings(account, &tally, true).await?;
        }
        let emails = facts(&parts, &metrics, &mailings);
        Ok(Fetched { facts: Facts { emails, ..Facts::default() }, api_calls: tally.total() })
    }
}

impl Klaviyo {
    /// Every part, counted. One that is silent while others are not is asked again in another way: each is an answer of its own, and may
    /// be silently empty of its own.
    async fn parts(
        &self,
        account: &Account,
        days: DayRange,
        metrics: &Metrics,
        tally: &Tally,
    ) -> Result<Vec<(Part, Vec<Row>)>, Error> {
        let asked = asked(metrics);
        let mut told = try_join_all(asked.iter().map(|(_, query)| self.aggregate(tally, account, days, query))).await?;
        if told.iter().any(|rows| happened(rows) > 0) {
            for ((_, query), rows) in asked.iter().zip(&mut told).filter(|(_, rows)| happened(rows) == 0) {
                let whole = Query { measurements: &["count"], by: &[], ..*query };
                let count = happened(&self.aggregate(tally, account, days, &whole).await?);
                if count > 0 {
                    *rows = self.aggregate(tally, account, days, query).await?;
                }
                if count > 0 && happened(rows) == 0 {
                    return Err(silent(account, query, days, count));
                }
            }
        }
        Ok(asked.into_iter().map(|(part, _)| part).zip(told).collect())
    }
}

/// How many events rows tell of.
fn happened(rows: &[Row]) -> i64 {
    rows.iter().flat_map(|row| &row.days).map(|(_, figures)| figures.count).sum()
}

/// An event that is counted as a whole and told of no message.
fn silent(account: &Account, query: &Query<'_>, days: DayRange, count: i64) -> Error {
    let what = format!(
        "told nothing by message of the event {} from {} to {}, although it counts {count} of them; what is known is kept",
        query.metric,
        days.from(),
        days.to()
    );
    Error::Doubtful { platform: Source::Klaviyo, account: Some(account.id.clone()), what }
}

/// What there is to count.
fn asked<'m>(metrics: &'m Metrics) -> Vec<(Part, Query<'m>)> {
    let of_messages = metrics.channels.iter().flat_map(|channel| {
        [
            (Part::Received(channel.name), channel.received.as_ref()),
            (Part::Opened(channel.name), channel.opened.as_ref()),
            (Part::Clicked(channel.name), channel.clicked.as_ref()),
        ]
    });
    let query = |(part, event): (Part, Option<&'m CompactString>)| {
        let metric = event?.as_str();
        Some(match part {
            Part::Orders => (part, Query { metric, measurements: &["count", "sum_value"], by: BY_ATTRIBUTED }),
            _ => (part, Query { metric, measurements: &["count"], by: BY_MESSAGE }),
        })
    };
    of_messages.chain([(Part::Orders, metrics.orders.as_ref())]).filter_map(query).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::metrics::Channel, *};
    use trimtab_domain::day::parse_day;

    fn row(dimensions: &[&str], count: i64, value_micros: i64) -> Row {
        let day = (parse_day("2026-11-01").unwrap(), Figures { count, value_micros });
        Row { dimensions: dimensions.iter().map(|text| (*text).into()).collect(), days: vec![day] }
    }

    #[test]
    fn events_come_together_by_campaign_and_flow_and_those_of_nobody_are_left_out() {
        let email = Channel { name: "email", received: Some("R".into()), opened: Some("O".into()), clicked: None };
        let metrics = Metrics { orders: Some("P".into()), channels: vec![email] };
        let parts = [
            (Part::Received("email"), vec![row(&["01C", ""], 100, 0), row(&["01F", "Flo"], 7, 0), row(&["", ""], 3, 0)]),
            (Part::Opened("email"), vec![row(&["01C", ""], 40, 0)]),
            (
                Part::Orders,
                vec![
                    row(&["01C", "", "email"], 2, 50_000_000),
                    row(&["", "", ""], 90, 9_000_000_000),
                    row(&["01F", "Flo", "SMS"], 1, 5_000_000),
                ],
            ),
        ];
        assert!(strangers(&parts, &Mailings::default()));
        let told = facts(&parts, &metrics, &Mailings::default());
        let short: Vec<_> = told
            .iter()
            .map(|row| (row.kind.as_str(), row.campaign.as_str(), row.channel.as_str(), row.recipients, row.opens, row.orders))
            .collect();
        assert_eq!(
            short,
            [
                ("campaign", "01C", "email", Some(100), Some(40), Some(2)),
                ("flow", "Flo", "email", Some(7), Some(0), Some(0)),
                ("flow", "Flo", "sms", None, None, Some(1)),
            ]
        );
        assert_eq!((told[0].revenue_micros, told[0].clicks), (Some(50_000_000), None), "there is no event for clicks");
        let revenue: i64 = told.iter().filter_map(|row| row.revenue_micros).sum();
        assert_eq!(revenue, 55_000_000, "orders of no message are left out");
    }
}
