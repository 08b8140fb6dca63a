//! Ranges of dates: civil days of the property's zone, or days told from today.

use super::super::error::ApiError;
use crate::{limits, world::calendar};
use serde_json::Value;
use trimtab_domain::Day;

/// The first day that may be asked for.
const EARLIEST: Day = jiff::civil::date(2015, 8, 14);

/// A range of days, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Range {
    /// What rows call it when there are several.
    pub(crate) name: String,
    pub(crate) from: i32,
    pub(crate) to: i32,
}

impl Range {
    pub(crate) const fn days(&self) -> i32 {
        self.to - self.from + 1
    }
}

/// Reads the ranges of a request.
pub(super) fn read(asked: &[Value], today: i32) -> Result<Vec<Range>, ApiError> {
    if asked.is_empty() {
        return Err(ApiError::invalid("dateRanges must be specified."));
    }
    if asked.len() > limits::GA4_RANGES_MAX {
        return Err(ApiError::invalid(format_args!("Requests are limited to {} date ranges.", limits::GA4_RANGES_MAX)));
    }
    let of = |(nth, range): (usize, &Value)| {
        let fields = super::object(range, "date range")?;
        if let Some(strange) = fields.keys().find(|key| !["startDate", "endDate", "name"].contains(&key.as_str())) {
            return Err(ApiError::unknown_name(strange));
        }
        let text = |name: &str| range.get(name).and_then(Value::as_str).unwrap_or_default();
        let (from, to) = (day(text("startDate"), today)?, day(text("endDate"), today)?);
        if from > to {
            return Err(ApiError::invalid(format_args!(
                "Invalid dateRange. The startDate {} must be on or before the endDate {}.",
                text("startDate"),
                text("endDate")
            )));
        }
        let name = match text("name") {
            "" => format!("date_range_{nth}"),
            name if name.starts_with("date_range_") || name.starts_with("RESERVED_") => {
                return Err(ApiError::invalid(format_args!(
                    "Date range names cannot begin with 'date_range_' or 'RESERVED_': {name}"
                )));
            }
            name => name.to_owned(),
        };
        Ok(Range { name, from, to })
    };
    asked.iter().enumerate().map(of).collect()
}

fn day(text: &str, today: i32) -> Result<i32, ApiError> {
    let bad = || {
        ApiError::invalid(format_args!(
            "Invalid dateRange. '{text}' is not a date in the form YYYY-MM-DD, NdaysAgo, yesterday, or today."
        ))
    };
    let number = match text {
        "today" => today,
        "yesterday" => today - 1,
        _ => match text.strip_suffix("daysAgo") {
            Some(days) => today.saturating_sub(days.parse::<u16>().map_err(|_| bad())?.into()),
            None if text.len() == 10 => calendar::number(text.parse().map_err(|_| bad())?),
            None => return Err(bad()),
        },
    };
    if number < calendar::number(EARLIEST) {
        return Err(ApiError::invalid(format_args!("Invalid dateRange. Dates cannot be earlier than {EARLIEST}.")));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn days_are_civil_or_told_from_today() {
        let today = calendar::number(jiff::civil::date(2026, 11, 20));
        let read = |from: &str, to: &str| super::read(&[json!({"startDate": from, "endDate": to})], today);
        assert_eq!(read("7daysAgo", "yesterday").unwrap()[0].days(), 7);
        assert_eq!(read("2026-11-01", "today").unwrap()[0].days(), 20);
        for (from, to) in
            [("2026-11-02", "2026-11-01"), ("20261101", "today"), ("2026-02-30", "today"), ("2015-08-13", "today"), ("", "today")]
        {
            assert!(read(from, to).is_err(), "{from} {to}");
        }
        assert!(super::read(&[], today).is_err());
        let named =
            [json!({"startDate": "today", "endDate": "today", "name": "now"}), json!({"startDate": "today", "endDate": "today"})];
        let names: Vec<String> = super::read(&named, today).unwrap().into_iter().map(|r| r.name).collect();
        assert_eq!(names, ["now", "date_range_1"]);
    }
}
