//! The days of an insights call: ranges, presets and how they are cut into intervals. Days are those of the account's zone.

use super::query;
use crate::{
    http::Request,
    meta::error::GraphError,
    world::{account::Account, calendar},
};
use serde::Deserialize;
use trimtab_domain::day::parse_day;

#[derive(Deserialize)]
struct Range {
    since: String,
    until: String,
}

/// Intervals asked for, oldest first unless `time_ranges` says otherwise.
pub(crate) fn read(request: &Request, account: &Account, today: i32) -> Result<Vec<(i32, i32)>, GraphError> {
    if request.given("date_format").is_some() {
        return Err(GraphError::parameter("Param date_format is no longer supported"));
    }
    if let Some(text) = request.given("time_ranges") {
        let ranges: Vec<Range> = serde_json::from_str(text)
            .map_err(|_| GraphError::parameter("Param time_ranges must be an array of {since, until}"))?;
        return ranges.iter().map(|r| checked(r, today)).collect();
    }
    let whole = match request.given("time_range") {
        Some(text) => {
            let range = serde_json::from_str(text)
                .map_err(|_| GraphError::parameter("Param time_range must be {'since':YYYY-MM-DD,'until':YYYY-MM-DD}"))?;
            checked(&range, today)?
        }
        None => preset(request.given("date_preset").unwrap_or("last_30d"), account, today)?,
    };
    cut(whole, request.given("time_increment").unwrap_or("all_days"))
}

fn checked(range: &Range, today: i32) -> Result<(i32, i32), GraphError> {
    let day = |text: &str| {
        parse_day(text)
            .map(calendar::number)
            .map_err(|_| GraphError::parameter(format_args!("'{text}' is not a valid date: use YYYY-MM-DD")))
    };
    let (since, until) = (day(&range.since)?, day(&range.until)?);
    if since < query::oldest(today) {
        return Err(GraphError::too_old());
    }
    if until < since {
        return Err(GraphError::parameter("time_range since must be before until").sub(1_487_534));
    }
    Ok((since, until))
}

fn preset(name: &str, account: &Account, today: i32) -> Result<(i32, i32), GraphError> {
    let back = |days: i32| (today - days, today - 1);
    let date = calendar::day(today);
    let first = calendar::number(date.first_of_month());
    let monday = today - i32::try_from(calendar::weekday(today)).unwrap_or(0);
    Ok(match name {
        "today" => (today, today),
        "yesterday" => back(1),
        "last_3d" => back(3),
        "last_7d" => back(7),
        "last_14d" => back(14),
        "last_28d" => back(28),
        "last_30d" => back(30),
        "last_90d" => back(90),
        "this_month" => (first, today),
        "last_month" => {
            let last = calendar::day(first - 1);
            (calendar::number(last.first_of_month()), first - 1)
        }
        "this_week_mon_today" => (monday, today),
        "last_week_mon_sun" => (monday - 7, monday - 1),
        "this_year" => (calendar::number(date.first_of_year()), today),
        "last_year" => {
            let first = calendar::number(date.first_of_year());
            (calendar::number(calendar::day(first - 1).first_of_year()), first - 1)
        }
        "maximum" | "data_maximum" => (account.first_day.max(query::oldest(today)), today),
        _ => return Err(GraphError::parameter(format_args!("date_preset {name} is not a valid value"))),
    })
}

fn cut((since, until): (i32, i32), increment: &str) -> Result<Vec<(i32, i32)>, GraphError> {
    if increment == "all_days" {
        return Ok(vec![(since, until)]);
    }
    let mut pieces = Vec::new();
    let mut from = since;
    let step = match increment {
        "monthly" => None,
        n => match n.parse::<i32>() {
            Ok(days @ 1..=90) => Some(days),
            _ => {
                return Err(GraphError::parameter("time_increment must be monthly, all_days or between 1 and 90"));
            }
        },
    };
    while from <= until {
        let end = step.map_or_else(|| calendar::number(calendar::day(from).last_of_month()), |days| from + days - 1);
        pieces.push((from, end.min(until)));
        from = end + 1;
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn increments_cover_the_range() {
        assert_eq!(cut((10, 16), "3").unwrap(), [(10, 12), (13, 15), (16, 16)]);
        assert_eq!(cut((10, 12), "1").unwrap().len(), 3);
        assert_eq!(cut((10, 12), "all_days").unwrap(), [(10, 12)]);
        // 1 January 1970 is day 0.
        assert_eq!(cut((20, 60), "monthly").unwrap(), [(20, 30), (31, 58), (59, 60)]);
        for bad in ["0", "91", "weekly", "-1"] {
            assert!(cut((1, 2), bad).is_err(), "{bad}");
        }
    }
}
