//! Which days are asked for, how far back they may lie, and the intervals they are cut into.

use super::super::{error::ApiError, params};
use crate::world::calendar;

/// How days are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Granularity {
    Total,
    Day,
    Hour,
    Week,
    Month,
}

impl Granularity {
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        match text {
            "TOTAL" => Ok(Self::Total),
            "DAY" => Ok(Self::Day),
            "HOUR" => Ok(Self::Hour),
            "WEEK" => Ok(Self::Week),
            "MONTH" => Ok(Self::Month),
            other => Err(params::invalid("granularity", other)),
        }
    }
}

/// First and last day, as day numbers, and the date it is called by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) from: i32,
    pub(crate) to: i32,
    pub(crate) label: i32,
}

/// How far back days may lie and how many may be asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    pub(crate) back: i32,
    /// None for a range without a limit of its own.
    pub(crate) span: Option<i32>,
}

/// Cuts a range of days into intervals. Weeks begin on Monday; a week or month cut off by the range's start is called by that start.
pub(crate) fn intervals(
    granularity: Granularity,
    start: i32,
    end: i32,
    today: i32,
    reach: Reach,
) -> Result<Vec<Interval>, ApiError> {
    if end < start {
        return Err(ApiError::invalid("'end_date' must not be before 'start_date'"));
    }
    if today - start > reach.back {
        return Err(ApiError::invalid(format_args!("'start_date' cannot be more than {} days back from today", reach.back)));
    }
    if let Some(span) = reach.span.filter(|span| end - start > *span) {
        return Err(ApiError::invalid(format_args!("'end_date' cannot be more than {span} days past 'start_date'")));
    }
    let whole = |from, to| Interval { from, to, label: from };
    if granularity == Granularity::Total {
        return Ok(vec![whole(start, end)]);
    }
    let mut cut: Vec<Interval> = Vec::new();
    for day in start..=end {
        let begins = match granularity {
            Granularity::Week => calendar::weekday(day) == 0,
            Granularity::Month => calendar::day(day).day() == 1,
            _ => true,
        };
        match cut.last_mut() {
            Some(last) if !begins => last.to = day,
            _ => cut.push(whole(day, day)),
        }
    }
    Ok(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_and_limited() {
        let day = |text: &str| calendar::number(text.parse().unwrap());
        let today = day("2026-11-20");
        let reach = Reach { back: 90, span: Some(90) };
        let of = |granularity, from: &str, to: &str| intervals(granularity, day(from), day(to), today, reach);
        let weeks = of(Granularity::Week, "2026-11-05", "2026-11-17").unwrap();
        let days: Vec<_> = weeks.iter().map(|w| (calendar::day(w.label).to_string(), w.to - w.from + 1)).collect();
        assert_eq!(days, [("2026-11-05".to_owned(), 4), ("2026-11-09".to_owned(), 7), ("2026-11-16".to_owned(), 2)]);
        assert_eq!(of(Granularity::Month, "2026-10-30", "2026-11-02").unwrap().len(), 2);
        assert_eq!(of(Granularity::Total, "2026-10-30", "2026-11-02").unwrap().len(), 1);
        assert_eq!(of(Granularity::Day, "2026-08-22", "2026-11-20").unwrap().len(), 91);
        assert!(of(Granularity::Day, "2026-08-21", "2026-11-19").is_err(), "91 days back");
        assert!(of(Granularity::Day, "2026-11-02", "2026-11-01").is_err());
        assert!(of(Granularity::Day, "2026-11-02", "2027-02-11").is_err(), "longer than 90 days");
    }
}
