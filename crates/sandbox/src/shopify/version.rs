//! Versions: one a quarter, each served for a year. An older one falls forward to the oldest that is served, and a header alone says so.

use crate::world::calendar::stamp;

/// What a version in a path comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Served {
    /// The answer is of this version.
    As(String),
    /// There never was such a version.
    Never,
}

/// Quarters since the year 0.
fn quarter(text: &str) -> Option<i32> {
    let (year, month) = text.split_once('-').filter(|(y, m)| y.len() == 4 && m.len() == 2)?;
    let (year, month): (i32, i32) = (year.parse().ok()?, month.parse().ok()?);
    ([1, 4, 7, 10].contains(&month) && year >= 2019).then_some(year * 4 + (month - 1) / 3)
}

fn name(quarter: i32) -> String {
    format!("{}-{:02}", quarter.div_euclid(4), quarter.rem_euclid(4) * 3 + 1)
}

/// The version that answers at an instant when one is asked for.
pub(crate) fn serve(asked: &str, now: i64) -> Served {
    let today = stamp(now).to_zoned(jiff::tz::TimeZone::UTC);
    let newest = i32::from(today.year()) * 4 + i32::from(today.month() - 1) / 3;
    match quarter(asked) {
        // The next one can be tried out before its time.
        Some(asked) if asked <= newest + 1 => Served::As(name(asked.max(newest - 3))),
        None if asked == "unstable" => Served::As(asked.to_owned()),
        _ => Served::Never,
    }
}

/// A version that will follow, for one that is asked for after its end.
pub(crate) fn following(asked: &str, now: i64) -> String {
    let next = quarter(asked).map_or_else(|| asked.to_owned(), |q| name(q + 1));
    if let Served::As(served) = serve(asked, now)
        && served != asked
    {
        served
    } else {
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_fall_forward() {
        let now = 1_795_176_000; // 2026-11-20
        for (asked, served) in
            [("2026-10", "2026-10"), ("2026-01", "2026-01"), ("2025-10", "2026-01"), ("2019-04", "2026-01"), ("2027-01", "2027-01")]
        {
            assert_eq!(serve(asked, now), Served::As(served.to_owned()), "{asked}");
        }
        for asked in ["2027-04", "2026-11", "2026", "v1"] {
            assert_eq!(serve(asked, now), Served::Never, "{asked}");
        }
        assert_eq!(following("2026-10", now), "2027-01");
    }
}
