//! A country's holidays as events of a series of days.
//!
//! Which days are holidays is data that the caller has; this only counts them in steps. Shops feel a holiday before and after it,
//! so each neighbour asked for is an event of its own. A day is of one event alone, or its effect would be counted twice: a holiday is
//! itself and no neighbour of the next, and a day between two is the one's or the other's, the same every time.

use super::events::Event;
use std::collections::BTreeMap;
use trimtab_domain::{
    day::{Day, DayRange},
    holiday::Holiday,
};

/// Events of a series whose first value is of the day `first`, with `before` and `after` days around each holiday.
///
/// A holiday's neighbour that lies before the series is left out. Holidays may lie in the future, as they should.
#[must_use]
pub fn events(first: Day, holidays: &[Holiday], before: usize, after: usize) -> Vec<Event> {
    let mut placed: Vec<(&str, usize)> =
        holidays.iter().filter_map(|holiday| Some((holiday.name.as_str(), steps(first, holiday.day)?))).collect();
    placed.sort_unstable();
    let mut of: BTreeMap<usize, String> = BTreeMap::new();
    for (name, at) in &placed {
        of.entry(*at).or_insert_with(|| (*name).to_owned());
    }
    for (name, at) in &placed {
        for (name, place) in around(name, *at, before, after) {
            of.entry(place).or_insert(name);
        }
    }
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, name) in of {
        found.entry(name).or_default().push(place);
    }
    found.into_iter().map(|(name, at)| Event { name, at }).collect()
}

fn steps(first: Day, day: Day) -> Option<usize> {
    usize::try_from(DayRange::new(first, day).ok()?.len()).ok()?.checked_sub(1)
}

fn around(name: &str, at: usize, before: usize, after: usize) -> Vec<(String, usize)> {
    let earlier = (1..=before).filter_map(|by| Some((format!("{name} −{by}"), at.checked_sub(by)?)));
    let later = (1..=after).map(|by| (format!("{name} +{by}"), at + by));
    earlier.chain(later).collect()
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

    #[test]
    fn a_day_is_of_one_event() {
        let all = [
            holiday("Eve", "2024-12-24"),
            holiday("Christmas", "2024-12-25"),
            holiday("Boxing", "2024-12-26"),
            holiday("Same", "2024-12-25"),
        ];
        let found = events(parse_day("2024-12-23").expect("a day"), &all, 1, 1);
        let names: Vec<_> = found.iter().map(|event| (event.name.as_str(), event.at.as_slice())).collect();
        assert_eq!(names, [("Boxing", &[3][..]), ("Boxing +1", &[4]), ("Christmas", &[2]), ("Eve", &[1]), ("Eve −1", &[0])]);
    }
}
