//! A country's holidays as events of a series of days.
//!
//! Which days are holidays is data that the caller has; this only counts them in steps. Shops feel a holiday before and after it,
//! so each neighbour asked for is an event of its own.

use super::events::Event;
use std::collections::BTreeMap;
use trimtab_domain::day::{Day, DayRange};

/// A holiday, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The same every year, or years cannot be compared.
    pub name: String,
    /// When.
    pub day: Day,
}

/// Events of a series whose first value is of the day `first`, with `before` and `after` days around each holiday.
///
/// A holiday's neighbour that lies before the series is left out. Holidays may lie in the future, as they should.
#[must_use]
pub fn events(first: Day, holidays: &[Holiday], before: usize, after: usize) -> Vec<Event> {
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for holiday in holidays {
        let Some(at) = steps(first, holiday.day) else { continue };
        for (name, place) in around(&holiday.name, at, before, after) {
            found.entry(name).or_default().push(place);
        }
    }
    let event = |(name, mut at): (String, Vec<usize>)| {
        at.sort_unstable();
        at.dedup();
        Event { name, at }
    };
    found.into_iter().map(event).collect()
}

fn steps(first: Day, day: Day) -> Option<usize> {
    usize::try_from(DayRange::new(first, day).ok()?.len()).ok()?.checked_sub(1)
}

fn around(name: &str, at: usize, before: usize, after: usize) -> Vec<(String, usize)> {
    let earlier = (1..=before).filter_map(|by| Some((format!("{name} −{by}"), at.checked_sub(by)?)));
    let later = (1..=after).map(|by| (format!("{name} +{by}"), at + by));
    std::iter::once((name.to_owned(), at)).chain(earlier).chain(later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::day::parse_day;

    fn holiday(name: &str, day: &str) -> Holiday {
        Holiday { name: name.to_owned(), day: parse_day(day).expect("a day") }
    }

    #[test]
    fn years_meet_in_one_event() {
        let all = [holiday("Christmas", "2024-12-25"), holiday("Christmas", "2023-12-25"), holiday("Past", "2020-01-01")];
        let found = events(parse_day("2023-12-24").expect("a day"), &all, 1, 0);
        let want = [("Christmas", vec![1, 367]), ("Christmas −1", vec![0, 366])];
        assert_eq!(found, want.map(|(name, at)| Event { name: name.to_owned(), at }));
    }
}
