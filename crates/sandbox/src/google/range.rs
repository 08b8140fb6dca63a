//! Days of a query: the conditions on `segments.date` and its kin as one span of days.

use super::{
    error::{AdsError, Failure},
    gaql::{Condition, Operator},
};
use crate::world::calendar;
use jiff::civil::Date;

/// First and last day, as day numbers; open ends are the type's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i32,
    pub(crate) to: i32,
}

impl Span {
    pub(crate) const ALL: Self = Self { from: i32::MIN, to: i32::MAX };

    pub(crate) const fn is_finite(self) -> bool {
        self.from != i32::MIN && self.to != i32::MAX
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

/// The days a condition on a core date segment allows.
pub(crate) fn days(condition: &Condition, today: i32) -> Result<Span, AdsError> {
    let name = condition.field.as_str();
    if condition.operator == Operator::During {
        let literal = condition.values[0].to_ascii_uppercase();
        return match (name, during(&literal, today)) {
            ("segments.date", Some(span)) => Ok(span),
            _ => Err(AdsError::query(
                "INVALID_VALUE_WITH_DURING_OPERATOR",
                format_args!("Invalid date literal supplied for DURING operator: {literal}."),
            )),
        };
    }
    let at = |place: usize| period(name, &condition.values[place]);
    let span = match condition.operator {
        Operator::Equal => at(0)?,
        Operator::GreaterOrEqual => Span { from: at(0)?.from, to: i32::MAX },
        Operator::Greater => Span { from: at(0)?.to + 1, to: i32::MAX },
        Operator::LessOrEqual => Span { from: i32::MIN, to: at(0)?.to },
        Operator::Less => Span { from: i32::MIN, to: at(0)?.from - 1 },
        Operator::Between => {
            let (first, last) = (at(0)?, at(1)?);
            if first.from > last.from {
                return Err(
                    Failure::new("dateRangeError", "START_DATE_AFTER_END_DATE", "The start date is after the end date.").into()
                );
            }
            Span { from: first.from, to: last.to }
        }
        _ => {
            return Err(AdsError::query("OPERATOR_FIELD_MISMATCH", format_args!("The operator cannot be used with {name}.")));
        }
    };
    Ok(span)
}

/// The first day of the week, month, quarter or year a day lies in.
pub(crate) fn start(segment: &str, day: i32) -> i32 {
    let date = calendar::day(day);
    let of = |month: i8| calendar::number(jiff::civil::date(date.year(), month, 1));
    match segment {
        "segments.week" => day - i32::try_from(calendar::weekday(day)).unwrap_or(0),
        "segments.month" => of(date.month()),
        "segments.quarter" => of((date.month() - 1) / 3 * 3 + 1),
        "segments.year" => of(1),
        _ => day,
    }
}

/// The days a value of a segment stands for.
fn period(segment: &str, text: &str) -> Result<Span, AdsError> {
    let bad = || AdsError::query("INVALID_DATE_FORMAT", format_args!("Invalid date '{text}' for {segment}: use 'YYYY-MM-DD'."));
    let date: Date = if segment == "segments.year" {
        jiff::civil::Date::new(text.parse().map_err(|_| bad())?, 1, 1).map_err(|_| bad())?
    } else if text.len() == 10 && text.is_ascii() {
        text.parse().map_err(|_| bad())?
    } else if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]).parse().map_err(|_| bad())?
    } else {
        return Err(bad());
    };
    let from = calendar::number(date);
    if start(segment, from) != from {
        return Err(AdsError::query("MISALIGNED_DATE_FOR_FILTER", format_args!("'{text}' is not the first day of a {segment}.")));
    }
    let length = match segment {
        "segments.week" => 7,
        "segments.month" => 31,
        "segments.quarter" => 92,
        "segments.year" => 366,
        _ => 1,
    };
    let to = (from..from + length).take_while(|day| start(segment, *day) == from).last().unwrap_or(from);
    Ok(Span { from, to })
}

/// The days of a date literal. `LAST_…_DAYS` end with yesterday.
fn during(literal: &str, today: i32) -> Option<Span> {
    let monday = start("segments.week", today);
    let sunday = if monday + 6 == today { today } else { monday - 1 };
    let month = start("segments.month", today);
    let span = |from: i32, to: i32| Some(Span { from, to });
    match literal {
        "TODAY" => span(today, today),
        "YESTERDAY" => span(today - 1, today - 1),
        "LAST_7_DAYS" => span(today - 7, today - 1),
        "LAST_14_DAYS" => span(today - 14, today - 1),
        "LAST_30_DAYS" => span(today - 30, today - 1),
        "LAST_BUSINESS_WEEK" => span(monday - 7, monday - 3),
        "LAST_WEEK_MON_SUN" => span(monday - 7, monday - 1),
        "LAST_WEEK_SUN_SAT" => span(sunday - 7, sunday - 1),
        "THIS_WEEK_MON_TODAY" => span(monday, today),
        "THIS_WEEK_SUN_TODAY" => span(sunday, today),
        "THIS_MONTH" => span(month, today),
        "LAST_MONTH" => span(start("segments.month", month - 1), month - 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> i32 {
        calendar::number(text.parse().unwrap())
    }

    #[test]
    fn literals_end_with_yesterday() {
        let today = number("2026-11-20");
        let span = |from, to| Some(Span { from: number(from), to: number(to) });
        assert_eq!(during("LAST_7_DAYS", today), span("2026-11-13", "2026-11-19"));
        assert_eq!(during("LAST_MONTH", today), span("2026-10-01", "2026-10-31"));
        assert_eq!(during("LAST_WEEK_SUN_SAT", today), span("2026-11-08", "2026-11-14"));
        assert_eq!(during("LAST_BUSINESS_WEEK", today), span("2026-11-09", "2026-11-13"));
        assert_eq!(during("THIS_WEEK_SUN_TODAY", number("2026-11-22")), span("2026-11-22", "2026-11-22"));
        assert_eq!(during("LAST_90_DAYS", today), None);
    }

    #[test]
    fn periods_are_aligned() {
        let read = |field: &str, operator, values: &[&str]| {
            let values = values.iter().map(|v| (*v).to_owned()).collect();
            days(&Condition { field: field.to_owned(), operator, values }, 0)
        };
        let quarter = read("segments.quarter", Operator::Equal, &["2026-10-01"]).unwrap();
        assert_eq!((quarter.from, quarter.to), (number("2026-10-01"), number("2026-12-31")));
        assert!(read("segments.month", Operator::Equal, &["2026-10-02"]).is_err());
        assert!(read("segments.date", Operator::Between, &["2026-10-02", "2026-10-01"]).is_err());
        assert!(read("segments.date", Operator::Equal, &["yesterday"]).is_err());
        assert_eq!(read("segments.date", Operator::Less, &["2026-10-02"]).unwrap().to, number("2026-10-01"));
    }
}
