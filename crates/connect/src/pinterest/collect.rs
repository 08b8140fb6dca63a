//! From bodies to facts of ads.
//!
//! **Invariant.** One row of the platform becomes one fact, however often it is served: a repeated identical row is dropped, a repeated
//! different one is an error. Rows in which nothing happened become none.

use super::{Counted, row::Row, service::BadBody};
use crate::Error;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    hash::{BuildHasher, RandomState},
    marker::PhantomData,
};
use trimtab_domain::{
    DayRange, Source,
    fact::{AdDaily, Facts, Measures},
};

/// The rows of a direct read: a bare array.
pub(super) fn rows(body: &[u8]) -> Result<Vec<Row<'_>>, BadBody> {
    Ok(serde_json::from_str(text(body)?)?)
}

/// A body as text, checked once, so that the parser need not check each string.
pub(super) fn text(body: &[u8]) -> Result<&str, BadBody> {
    std::str::from_utf8(body).map_err(|error| BadBody::Malformed(serde_json::Error::custom(error)))
}

/// The file of a report: an object that has a list of rows for each ad. (The parser keeps the lists apart rather than in a map: the key
/// says nothing the row does not say.)
struct Keyed<'a>(Vec<Vec<Row<'a>>>);

struct KeyedVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for KeyedVisitor<'a> {
    type Value = Keyed<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of lists of rows")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keyed<'a>, A::Error> {
        let mut lists = Vec::new();
        while map.next_key::<serde::de::IgnoredAny>()?.is_some() {
            lists.push(map.next_value()?);
        }
        Ok(Keyed(lists))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Keyed<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(KeyedVisitor(PhantomData))
    }
}

/// Gathers the bodies of one read into facts.
#[derive(Debug)]
pub(super) struct Collector {
    range: DayRange,
    counted: Counted,
    pub(super) facts: Facts,
    hasher: RandomState,
    /// Where the row of a key lies, by the key's hash.
    seen: HashMap<u64, usize>,
}

impl Collector {
    pub(super) fn new(range: DayRange, counted: Counted) -> Self {
        Self { range, counted, facts: Facts::default(), hasher: RandomState::new(), seen: HashMap::new() }
    }

    /// Takes the answer of a direct read in.
    pub(super) fn take(&mut self, body: &[u8]) -> Result<(), BadBody> {
        rows(body)?.iter().try_for_each(|row| self.row(row))
    }

    /// Takes the file of a report in.
    pub(super) fn take_report(&mut self, body: &[u8]) -> Result<(), BadBody> {
        let Keyed(lists) = serde_json::from_str(text(body)?)?;
        lists.iter().flatten().try_for_each(|row| self.row(row))
    }

    fn row(&mut self, row: &Row<'_>) -> Result<(), BadBody> {
        let Some(date) = row.date().filter(|date| self.range.contains(*date)) else {
            let day = row.date().map_or_else(|| "no day".to_owned(), |date| date.to_string());
            return Err(BadBody::Conflict(format!("a row for {day} in a daily read of {}", self.range)));
        };
        if !row.is_of_an_ad() {
            return Err(BadBody::Conflict(format!("a row of an ad that does not name ad, ad group and campaign, on {date}")));
        }
        let measures = row.measures(self.counted).map_err(BadBody::Conflict)?;
        let placing = row.placing();
        let fact = AdDaily { date, span_days: 1, placing, measures };
        match self.seen.entry(self.hasher.hash_one((date, &fact.placing.ad))) {
            Entry::Occupied(at) => return repeated(&self.facts.ad_daily[*at.get()], &fact),
            Entry::Vacant(free) => {
                let before = self.facts.conversions.len();
                row.conversions(date, &fact.placing, &mut self.facts.conversions).map_err(BadBody::Conflict)?;
                if self.facts.conversions.len() > before || happened(&fact.measures) {
                    free.insert(self.facts.ad_daily.len());
                    self.facts.ad_daily.push(fact);
                }
            }
        }
        Ok(())
    }
}

/// Whether a row says that anything happened.
pub(super) fn happened(measures: &Measures) -> bool {
    let counts = [Some(measures.impressions), Some(measures.clicks), Some(measures.spend_micros), measures.revenue_micros];
    let more = [measures.link_clicks, measures.video_views, measures.reach];
    counts.into_iter().chain(more).flatten().any(|count| count != 0) || measures.conversions.is_some_and(|count| count != 0.0)
}

/// Lets a row that is served again pass, and a row that contradicts the one before not.
fn repeated(known: &AdDaily, again: &AdDaily) -> Result<(), BadBody> {
    if known == again {
        return Ok(());
    }
    Err(BadBody::Conflict(format!(
        "two different rows for ad {} on {}: {} and {} impressions, {} and {} micros spent",
        again.placing.ad,
        again.date,
        known.measures.impressions,
        again.measures.impressions,
        known.measures.spend_micros,
        again.measures.spend_micros
    )))
}

/// Reads whole answers of ad-level analytics as the connector asks for them. For benchmarks and recorded payloads; a live read goes through
/// the connector.
///
/// # Errors
/// [`Error::Drift`] when an answer has another shape, a row lies outside `range`, or two rows contradict each other.
pub fn parse_analytics<'p>(answers: impl IntoIterator<Item = &'p [u8]>, range: DayRange, counted: Counted) -> Result<Facts, Error> {
    let mut collector = Collector::new(range, counted);
    for answer in answers {
        collector.take(answer).map_err(|bad| bad.into_drift(Source::Pinterest))?;
    }
    Ok(collector.facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pinterest::Conversion;

    const COUNTED: Counted = Counted::new(Conversion::Checkout, true, true);

    fn collected(body: &str) -> Result<Facts, String> {
        let range = "2026-11-01..2026-11-03".parse().unwrap();
        parse_analytics([body.as_bytes()], range, COUNTED).map_err(|error| error.to_string())
    }

    fn row(ad: &str, day: &str, impressions: &str) -> String {
        format!(r#"{{"CAMPAIGN_ID":"1","AD_GROUP_ID":"2","AD_ID":"{ad}","DATE":"{day}","IMPRESSION_1":{impressions}}}"#)
    }

    #[test]
    fn a_row_counts_once_and_a_contradiction_not_at_all() {
        let (one, other) = (row("3", "2026-11-01", "10"), row("3", "2026-11-01", "11"));
        assert_eq!(collected(&format!("[{one},{one}]")).unwrap().ad_daily.len(), 1);
        let error = collected(&format!("[{one},{other}]")).unwrap_err();
        assert!(error.contains("two different rows for ad 3 on 2026-11-01: 10 and 11 impressions"), "{error}");
    }

    #[test]
    fn a_row_without_figures_is_no_fact() {
        let body = format!("[{},{}]", row("3", "2026-11-01", "null"), row("4", "2026-11-01", "0.0"));
        assert_eq!(collected(&body).unwrap().rows(), 0);
    }

    #[test]
    fn rows_of_another_question_are_refused() {
        assert!(collected(&format!("[{}]", row("3", "2026-11-04", "1"))).unwrap_err().contains("a row for 2026-11-04"));
        assert!(collected(r#"[{"AD_ID":"3","IMPRESSION_1":1}]"#).unwrap_err().contains("no day"));
        assert!(collected(&format!("[{}]", row("", "2026-11-01", "1"))).unwrap_err().contains("does not name ad"));
        for body in [r#"{"code":1,"message":"x"}"#, "{}", r#"[{"DATE":"yesterday"}]"#, "[{"] {
            assert!(collected(body).is_err(), "{body}");
        }
    }

    #[test]
    fn a_file_has_a_list_for_each_ad() {
        let mut collector = Collector::new("2026-11-01..2026-11-03".parse().unwrap(), COUNTED);
        let (one, two) = (row("3", "2026-11-01", "10"), row("4", "2026-11-02", "7"));
        collector.take_report(format!(r#"{{"3":[{one}],"4":[{two}]}}"#).as_bytes()).unwrap();
        assert_eq!(collector.facts.ad_daily.len(), 2);
        for body in ["[]", r#"{"code":1,"message":"x"}"#] {
            assert!(matches!(collector.take_report(body.as_bytes()), Err(BadBody::Malformed(_))), "{body}");
        }
    }
}
