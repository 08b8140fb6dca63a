//! Cells as tables of other systems hold them: empty ones, numbers with a point, days with a time behind them.

use crate::scalar::Fine;
use jiff::civil::{Date, DateTime, Time};
use trimtab_domain::Day;

/// Whether a cell says nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "-" | "--" | "null" | "NULL" | "Null" | "None" | "\\N" | "NaN" | "nan")
}

/// A whole number; `12.0` is twelve.
///
/// # Errors
/// When it is none.
pub(super) fn count(text: &str) -> Result<Option<i64>, String> {
    let text = text.trim();
    if is_nothing(text) {
        return Ok(None);
    }
    if let Ok(number) = text.parse() {
        return Ok(Some(number));
    }
    let fine = text.parse::<Fine>().map_err(|_| format!("'{}' is not a number", short(text)))?;
    fine.whole().map(Some).ok_or_else(|| format!("'{}' is not a whole number", short(text)))
}

/// A decimal number.
///
/// # Errors
/// When it is none.
pub(super) fn amount(text: &str) -> Result<Option<Fine>, String> {
    let text = text.trim();
    if is_nothing(text) {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| format!("'{}' is not a number such as 1234.56", short(text)))
}

/// A number of millionths, as units.
///
/// # Errors
/// When it is none.
pub(super) fn micros(text: &str) -> Result<Option<Fine>, String> {
    let text = text.trim();
    if is_nothing(text) {
        return Ok(None);
    }
    let bad = || format!("'{}' is not a number of millionths such as 1234560000", short(text));
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        // Databases print large floats with an exponent; those are read in units and divided.
        let fine = text.parse::<Fine>().map_err(|_| bad())?;
        let micros = fine.whole().ok_or_else(bad)?;
        return micros_text("", &micros.to_string(), "").parse().map(Some).map_err(|_| bad());
    }
    micros_text(sign, whole, fraction).parse().map(Some).map_err(|_| bad())
}

/// The decimal point moved six digits to the left.
fn micros_text(sign: &str, whole: &str, fraction: &str) -> String {
    let (sign, whole) = whole.strip_prefix('-').map_or((sign, whole), |whole| ("-", whole));
    let padded = format!("{whole:0>7}");
    let (units, millionths) = padded.split_at(padded.len() - 6);
    format!("{sign}{units}.{millionths}{fraction}")
}

/// The day a cell begins with: `2026-03-01`, with or without a time (`2021-09-15 5:00:00`, `2020-04-06T00:00:00Z`), zeros or not.
pub(super) fn day(text: &str) -> Option<Day> {
    let date = text.trim().split([' ', 'T', 't']).next()?;
    let mut parts = date.split('-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (parts.next().is_none() && (1990..=2100).contains(&date.year())).then_some(date)
}

/// A date and the time behind it, midnight where there is none. Offsets are passed over: it serves to tell which of two versions is later.
pub(super) fn moment(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let date = day(text)?;
    let time = text.split([' ', 'T', 't']).nth(1).unwrap_or("");
    let clock = time.split(['Z', '+', '-']).next().unwrap_or("");
    let mut parts = clock.split(':');
    let mut part =
        || parts.next().and_then(|part| number(part.split('.').next().unwrap_or(""), 2)).and_then(|n| i8::try_from(n).ok());
    let (hour, minute, second) = (part().unwrap_or(0), part().unwrap_or(0), part().unwrap_or(0));
    let fraction = clock.split_once('.').map_or("", |(_, fraction)| fraction);
    let nanos = fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .try_fold(0_i32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i32::from(byte - b'0')));
    let time = Time::new(hour, minute, second, nanos.unwrap_or(0)).unwrap_or_default();
    Some(DateTime::from_parts(date, time))
}

fn number(text: &str, digits: usize) -> Option<i16> {
    let fits = !text.is_empty() && text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// The beginning of a cell, for a message.
pub(super) fn short(text: &str) -> String {
    let mut start: String = text.chars().take(40).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millionths_are_units_however_large() {
        let units = |text: &str| micros(text).map(|fine| fine.map(Fine::micros));
        for (text, expected) in [
            ("20836690", 20_836_690),
            ("0", 0),
            ("7", 7),
            ("-450000", -450_000),
            ("123456789012345678", 123_456_789_012_345_678),
            ("1.5", 2),
            ("1E3", 1_000),
        ] {
            assert_eq!(units(text), Ok(Some(expected)), "{text}");
        }
        assert_eq!(units(""), Ok(None));
        assert!(units("12,5").is_err() && units("x").is_err());
    }

    #[test]
    fn days_lose_their_time_and_keep_their_date() {
        for (text, expected) in [
            ("2021-09-15 5:00:00", "2021-09-15"),
            ("2020-04-06 00:00:00", "2020-04-06"),
            ("2023-06-01T23:59:59.999Z", "2023-06-01"),
            (" 2021-9-5 ", "2021-09-05"),
            ("2023-06-30 14:11:01.000 +0000", "2023-06-30"),
        ] {
            assert_eq!(day(text).unwrap().to_string(), expected, "{text}");
        }
        for bad in ["", "15.09.2021", "2021-02-30", "1021-01-01", "2021-01", "2021-01-01-01", "20210101"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }

    #[test]
    fn of_two_versions_the_later_is_told_whatever_its_zeros() {
        let (early, late) = (moment("2022-02-01 2:20:51").unwrap(), moment("2022-02-01 10:00:00").unwrap());
        assert!(early < late);
        assert!(moment("2021-06-29T14:22:06.401").unwrap() < moment("2021-06-29T14:22:06.5").unwrap());
        assert!(moment("2023-06-30 14:11:01.000 +0000").unwrap() > moment("2023-06-30").unwrap());
    }

    #[test]
    fn numbers_are_whole_or_refused() {
        assert_eq!(count("12.0"), Ok(Some(12)));
        assert_eq!(count(" -"), Ok(None));
        assert!(count("12.5").unwrap_err().contains("not a whole number"));
        assert!(amount("1,5").is_err());
    }
}
