//! Sessions of a run of days, by the way they came.
//!
//! A question of many days whose answer leaves something out is asked again by the week, and weeks that leave something out by the day, the
//! newest first and not without end: what is then still said to be incomplete is so as far as can be told.

use super::{
    Ga4,
    report::{Question, Table},
    service::Tally,
};
use crate::{
    Connector, Error, Fetched, limits,
    scalar::{Count, Decimal, Micros},
};
use compact_str::CompactString;
use serde::de::{IntoDeserializer, value::Error as Plain};
use trimtab_domain::{
    Day, DayRange,
    account::Account,
    fact::{Facts, Quality, SessionDaily, Utm},
};

/// The ways sessions are told apart by, all of the session's own scope, and what is counted of them.
const SESSIONS: Question<SessionDaily> = Question {
    dimensions: &["date", "sessionDefaultChannelGroup", "sessionSource", "sessionMedium", "sessionCampaignName"],
    metrics: &["sessions", "engagedSessions", "keyEvents", "ecommercePurchases", "purchaseRevenue"],
    fact: session,
};

/// A day as Analytics writes it: `20261101`.
pub(super) fn day(text: &str) -> Result<Day, String> {
    Day::strptime("%Y%m%d", text).map_err(|_| format!("'{text}' is no day of a report"))
}

/// A figure of a report.
pub(super) fn figure<'a, T: serde::Deserialize<'a>>(text: &'a str, name: &str) -> Result<T, String> {
    let text: serde::de::value::BorrowedStrDeserializer<'a, Plain> = serde::de::value::BorrowedStrDeserializer::new(text);
    T::deserialize(text.into_deserializer()).map_err(|error| format!("{name}: {error}"))
}

fn session(dims: &[&str], figures: &[&str]) -> Result<SessionDaily, String> {
    let (&[date, channel, source, medium, campaign], &[sessions, engaged, events, purchases, revenue]) = (dims, figures) else {
        return Err("a row of sessions without all of its columns".to_owned());
    };
    Ok(SessionDaily {
        date: day(date)?,
        channel: CompactString::from(channel),
        utm: Utm { source: source.into(), medium: medium.into(), campaign: campaign.into() },
        sessions: figure::<Count>(sessions, "sessions")?.0,
        engaged_sessions: Some(figure::<Count>(engaged, "engagedSessions")?.0),
        key_events: Some(figure::<Decimal>(events, "keyEvents")?.0),
        purchases: Some(figure::<Decimal>(purchases, "ecommercePurchases")?.0),
        revenue_micros: Some(figure::<Micros>(revenue, "purchaseRevenue")?.0),
        quality: Quality::default(),
    })
}

/// Whether anything happened.
fn is_something(row: &SessionDaily) -> bool {
    let some = |figure: Option<f64>| figure.is_some_and(|figure| figure != 0.0);
    row.sessions != 0 || some(row.key_events) || some(row.purchases) || row.revenue_micros.is_some_and(|micros| micros != 0)
}

impl Ga4 {
    /// Every session of the days, by how it came.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub(super) async fn sessions(&self, account: &Account, range: DayRange) -> Result<Fetched, Error> {
        let (tally, mut facts) = (Tally::default(), Facts::default());
        for span in range.chunks_newest_first(limits::GA4_SPAN_DAYS) {
            let today = account.zone.day_at(self.now());
            let Ok(begun) = DayRange::new(span.from(), span.to().min(today)) else { continue };
            for Table { rows, quality, hidden, .. } in self.sharpest(account, begun, &tally, &SESSIONS).await? {
                // What may not be seen is not told, rather than none.
                let told = |row: SessionDaily| SessionDaily {
                    revenue_micros: row.revenue_micros.filter(|_| !hidden.contains("purchaseRevenue")),
                    quality,
                    ..row
                };
                facts.sessions.extend(rows.into_iter().filter(is_something).map(told));
            }
        }
        Ok(Fetched { facts, api_calls: tally.total() })
    }

    /// The days as one table where that leaves nothing out, else as tables of fewer days.
    pub(super) async fn sharpest<F: PartialEq>(
        &self,
        account: &Account,
        range: DayRange,
        tally: &Tally,
        question: &Question<F>,
    ) -> Result<Vec<Table<F>>, Error> {
        let mut again = limits::GA4_REASKS_MAX;
        let (mut whole, mut todo) = (Vec::new(), vec![(range, self.table_of(tally, account, range, question).await?)]);
        while let Some((range, table)) = todo.pop() {
            let pieces = range.chunks_newest_first(if range.len() > 7 { 7 } else { 1 });
            if table.quality == Quality::default() || pieces.len() == 1 || pieces.len() > again {
                whole.push(table);
                continue;
            }
            again -= pieces.len();
            let mut sharper = Vec::with_capacity(pieces.len());
            for piece in pieces {
                sharper.push((piece, self.table_of(tally, account, piece, question).await?));
            }
            // The newest is taken up first.
            todo.extend(sharper.into_iter().rev());
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_text_throughout_and_keeps_the_words_of_analytics() {
        let dims = ["20261101", "Direct", "(direct)", "(none)", "(not set)"];
        let row = session(&dims, &["812", "400", "37", "9", "1043.25"]).unwrap();
        assert_eq!((row.date.to_string().as_str(), row.channel.as_str()), ("2026-11-01", "Direct"));
        assert_eq!(
            (row.utm.source.as_str(), row.utm.medium.as_str(), row.utm.campaign.as_str()),
            ("(direct)", "(none)", "(not set)")
        );
        assert_eq!((row.sessions, row.engaged_sessions, row.revenue_micros), (812, Some(400), Some(1_043_250_000)));
        assert_eq!((row.key_events, row.purchases), (Some(37.0), Some(9.0)));
        assert!(session(&["(other)", "", "", "", ""], &["1", "1", "1", "1", "1"]).unwrap_err().contains("no day"));
        assert!(session(&dims, &["x", "1", "1", "1", "1"]).unwrap_err().contains("sessions"));
    }
}
