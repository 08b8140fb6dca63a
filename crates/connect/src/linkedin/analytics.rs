//! Asking for figures: cuts of an account's days, in pieces whose answers are whole.
//!
//! **Invariant.** Nothing is taken from an answer that has as many rows as an answer may: it is asked for again in halves, by days first and
//! by campaigns where a day is still too much.

use super::{
    Linkedin,
    api::Ask,
    figures::Metric,
    query::{Kind, Query},
    row::{KEYS, Row},
};
use crate::{
    Error,
    answer::{BadBody, Failure, Tally},
    limits,
};
use compact_str::CompactString;
use serde::{Deserialize, de::Error as _};
use trimtab_domain::{DayRange, Source, account::Account};

/// Where figures are asked for.
const ANALYTICS: &str = "adAnalytics";

/// One way to cut an account's days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut<'c> {
    /// What rows are grouped by. Groups, campaigns, creatives and conversion rules go together, up to three; all else goes alone.
    pub(super) pivots: &'c [&'c str],
    /// The figures wanted, no more than one request may name.
    pub(super) metrics: &'c [Metric],
}

/// The figures of one request, beside the fields that name the row.
pub(super) const METRICS_AT_ONCE: usize = limits::LINKEDIN_FIELDS_MAX - KEYS.len();

impl Cut<'_> {
    /// The question of a piece.
    fn query(&self, account: &Account, piece: &Piece, granularity: &str) -> Query {
        let fields: Vec<&str> = KEYS.into_iter().chain(self.metrics.iter().map(|metric| metric.field())).collect();
        let query = match self.pivots {
            [pivot] => Query::finder("analytics").word("pivot", pivot),
            pivots => Query::finder("statistics").words("pivots", pivots),
        };
        let query =
            query.word("timeGranularity", granularity).days(piece.range).urns("accounts", Kind::Account, [account.id.as_str()]);
        let query = match &piece.campaigns {
            Some(campaigns) => query.urns("campaigns", Kind::Campaign, campaigns),
            None => query,
        };
        query.word("fields", &fields.join(","))
    }
}

/// A part of a read that is asked for at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) range: DayRange,
    /// Only these campaigns; `None`: all of them.
    pub(super) campaigns: Option<Vec<CompactString>>,
}

impl Piece {
    /// The same in two: fewer days, or fewer campaigns of one day; nothing where it cannot shrink. `known` are the campaigns there are.
    fn halves(&self, known: &[CompactString]) -> Vec<Self> {
        if self.range.len() > 1 {
            let half = u16::try_from(self.range.len().div_ceil(2)).unwrap_or(u16::MAX);
            let halves = self.range.chunks_newest_first(half).into_iter();
            return halves.map(|range| Self { range, campaigns: self.campaigns.clone() }).collect();
        }
        let campaigns = self.campaigns.as_deref().unwrap_or(known);
        if campaigns.len() < 2 {
            return Vec::new();
        }
        let (left, right) = campaigns.split_at(campaigns.len() / 2);
        [left, right].map(|part| Self { range: self.range, campaigns: Some(part.to_vec()) }).into()
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    elements: Vec<Row<'a>>,
}

/// The rows of a body; `None` where there are as many as an answer may have.
pub(super) fn rows(body: &[u8]) -> Result<Option<Vec<Row<'_>>>, BadBody> {
    // Checked once here, so that the parser need not check each string.
    let text = std::str::from_utf8(body).map_err(|error| BadBody::Malformed(serde_json::Error::custom(error)))?;
    let Answer { elements } = serde_json::from_str(text)?;
    Ok((elements.len() < limits::LINKEDIN_ROWS_MAX).then_some(elements))
}

impl Linkedin {
    /// Reads one cut of a piece by the day, in as many pieces as it takes. `take` gets each row, with the days it must lie in.
    pub(super) async fn read(
        &self,
        account: &Account,
        cut: Cut<'_>,
        piece: Piece,
        known: &[CompactString],
        tally: &Tally,
        mut take: impl FnMut(Row<'_>, DayRange) -> Result<(), BadBody>,
    ) -> Result<(), Failure> {
        let mut todo = vec![piece];
        while let Some(piece) = todo.pop() {
            let ask = Ask::new(Some(&account.id), ANALYTICS, cut.query(account, &piece, "DAILY"));
            let read = |body: &[u8]| {
                let Some(rows) = rows(body)? else { return Ok(false) };
                rows.into_iter().try_for_each(|row| take(row, piece.range))?;
                Ok(true)
            };
            let smaller = match self.api.ask(tally, &ask, read).await {
                Ok(true) => continue,
                Ok(false) => {
                    let reason = format!(
                        "even one campaign's day has {} rows and more, so figures would be missing",
                        limits::LINKEDIN_ROWS_MAX
                    );
                    Error::Rejected { platform: Source::Linkedin, account: Some(account.id.clone()), reason }
                }
                Err(Failure::TooMuch(error)) => error,
                Err(failure) => return Err(failure),
            };
            let halves = piece.halves(known);
            if halves.is_empty() {
                return Err(Failure::TooMuch(smaller));
            }
            todo.extend(halves);
        }
        Ok(())
    }

    /// The account's own totals of a whole range.
    pub(super) async fn totals<T>(
        &self,
        account: &Account,
        metrics: &[Metric],
        range: DayRange,
        tally: &Tally,
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let query = Cut { pivots: &["ACCOUNT"], metrics }.query(account, &Piece { range, campaigns: None }, "ALL");
        self.api.ask(tally, &Ask::new(Some(&account.id), ANALYTICS, query), read).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(range: &str, campaigns: Option<&[&str]>) -> Piece {
        Piece { range: range.parse().unwrap(), campaigns: campaigns.map(|ids| ids.iter().map(|id| (*id).into()).collect()) }
    }

    #[test]
    fn pieces_shrink_by_days_and_then_by_campaigns() {
        let known: Vec<CompactString> = ["1", "2", "3"].map(Into::into).into();
        let (mut todo, mut smallest) = (vec![piece("2026-11-01..2026-11-03", None)], Vec::new());
        while let Some(piece) = todo.pop() {
            let halves = piece.halves(&known);
            if halves.is_empty() {
                smallest.push(piece);
            }
            todo.extend(halves);
        }
        assert_eq!(smallest.len(), 9, "each campaign on each day");
        assert!(smallest.contains(&piece("2026-11-02..2026-11-02", Some(&["3"]))));
    }

    #[test]
    fn an_answer_at_the_limit_is_not_believed() {
        let row = r#"{"dateRange":{"start":{"year":2026,"month":11,"day":1},"end":{"year":2026,"month":11,"day":1}},"pivotValues":["x"]}"#;
        let of = |count: usize| format!(r#"{{"paging":{{}},"elements":[{}]}}"#, vec![row; count].join(","));
        assert_eq!(rows(of(limits::LINKEDIN_ROWS_MAX - 1).as_bytes()).unwrap().unwrap().len(), limits::LINKEDIN_ROWS_MAX - 1);
        assert!(rows(of(limits::LINKEDIN_ROWS_MAX).as_bytes()).unwrap().is_none());
        for body in ["{}", "[]", r#"{"elements":{}}"#, "{\"elements\":["] {
            assert!(matches!(rows(body.as_bytes()), Err(BadBody::Malformed(_))), "{body}");
        }
        assert!(matches!(rows(b"\xff\xfe"), Err(BadBody::Malformed(_))));
    }

    #[test]
    fn a_question_names_its_rows_and_no_more_fields_than_allowed() {
        let account = Account {
            source: Source::Linkedin,
            id: "507".into(),
            name: "Shop".into(),
            currency: "EUR".parse().unwrap(),
            zone: "UTC".parse().unwrap(),
            standing: trimtab_domain::account::Standing::Good,
        };
        let cut = Cut { pivots: &["CAMPAIGN", "CREATIVE"], metrics: &Metric::ALL[..METRICS_AT_ONCE] };
        let query = cut.query(&account, &piece("2026-11-01..2026-11-20", Some(&["9"])), "DAILY").to_string();
        assert!(
            query.starts_with("q=statistics&pivots=List(CAMPAIGN,CREATIVE)&timeGranularity=DAILY&dateRange=(start:(year:2026,"),
            "{query}"
        );
        assert!(
            query.contains("&accounts=List(urn%3Ali%3AsponsoredAccount%3A507)&campaigns=List(urn%3Ali%3AsponsoredCampaign%3A9)&")
        );
        let (_, fields) = query.split_once("fields=").unwrap();
        assert!(fields.starts_with("dateRange,pivotValues,impressions,"), "{fields}");
        assert_eq!(fields.split(',').count(), limits::LINKEDIN_FIELDS_MAX);
        let alone = Cut { pivots: &["MEMBER_INDUSTRY"], metrics: &[Metric::Clicks] };
        let query = alone.query(&account, &piece("2026-11-01..2026-11-20", None), "DAILY").to_string();
        assert!(query.starts_with("q=analytics&pivot=MEMBER_INDUSTRY&") && !query.contains("campaigns="), "{query}");
    }
}
