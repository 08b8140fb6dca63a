//! `adAnalytics`: figures by one pivot or up to three, without pages. What is beyond the most elements there may be is left out silently.

mod metric;
mod pivot;
mod query;
mod walk;

use super::{error::ApiError, restli::Query};
use crate::world::{account::Account, calendar};
use metric::Figure;
use query::{Ask, Field};
use walk::Row;

/// An answer, and how many values it holds.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    pub(crate) values: usize,
}

/// Answers a question about the account of the token's user.
pub(crate) fn answer(account: &Account, query: &Query, now: i64) -> Result<Answer, ApiError> {
    let ask = Ask::read(account, query, now)?;
    let found = walk::rows(account, &ask);
    let mut body = br#"{"paging":{"start":0,"count":10,"links":[]},"elements":["#.to_vec();
    for (i, row) in found.rows.iter().enumerate() {
        if i > 0 {
            body.push(b',');
        }
        write(account, &ask, row, &found.labels[row.label], &mut body);
    }
    body.extend_from_slice(b"]}");
    Ok(Answer { body, values: found.rows.len() * ask.metrics().count() })
}

fn write(account: &Account, ask: &Ask, row: &Row, label: &[String], out: &mut Vec<u8>) {
    let by_conversion = ask.by_conversion();
    out.push(b'{');
    let mut first = true;
    let mut field = |name: &str, value: &str, out: &mut Vec<u8>| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        for part in ["\"", name, "\":", value] {
            out.extend_from_slice(part.as_bytes());
        }
    };
    for asked in &ask.fields {
        match asked {
            Field::DateRange => {
                let (from, to) = ask.intervals[row.interval];
                field("dateRange", &format!(r#"{{"start":{},"end":{}}}"#, date(from), date(to)), out);
            }
            // URNs and words need no escaping.
            Field::PivotValues => field("pivotValues", &format!("[\"{}\"]", label.join("\",\"")), out),
            Field::Metric(name, base) => match base.of(&row.cell, account, by_conversion) {
                Some(Figure::Count(count)) => field(name, &count.to_string(), out),
                Some(Figure::Money(text)) => field(name, &format!("\"{text}\""), out),
                Some(Figure::Ratio(ratio)) => field(name, &ratio.to_string(), out),
                None => {}
            },
        }
    }
    out.push(b'}');
}

fn date(day: i32) -> String {
    let date = calendar::day(day);
    format!(r#"{{"year":{},"month":{},"day":{}}}"#, date.year(), date.month(), date.day())
}
