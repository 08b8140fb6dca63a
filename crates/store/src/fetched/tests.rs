use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use trimtab_domain::Day;

fn fetched(days: &str, second: i64) -> FetchedRange {
    FetchedRange { days: days.parse().unwrap(), read_at: Timestamp::from_second(second).unwrap() }
}

fn lay(ranges: &[FetchedRange]) -> Vec<FetchedRange> {
    ranges.iter().fold(Vec::new(), |known, range| overlay(&known, *range))
}

#[test]
fn neighbours_of_one_reading_join() {
    let both = lay(&[fetched("2026-03-04..2026-03-06", 1), fetched("2026-03-01..2026-03-03", 1)]);
    assert_eq!(both, [fetched("2026-03-01..2026-03-06", 1)]);
}

#[test]
fn a_later_reading_cuts_an_earlier_one() {
    let cut = lay(&[fetched("2026-03-01..2026-03-09", 1), fetched("2026-03-04..2026-03-05", 2)]);
    assert_eq!(
        cut,
        [fetched("2026-03-01..2026-03-03", 1), fetched("2026-03-04..2026-03-05", 2), fetched("2026-03-06..2026-03-09", 1)]
    );
}

#[test]
fn an_earlier_reading_fills_only_gaps() {
    let filled = lay(&[fetched("2026-03-04..2026-03-05", 2), fetched("2026-03-01..2026-03-09", 1)]);
    assert_eq!(filled, lay(&[fetched("2026-03-01..2026-03-09", 1), fetched("2026-03-04..2026-03-05", 2)]));
}

proptest! {
    /// The rule, said plainly: each day belongs to the latest reading that held it.
    #[test]
    fn each_day_has_its_latest_reading(marks in proptest::collection::vec((0_i64..40, 1_u16..15, 0_i64..5), 0..14)) {
        let first = jiff::civil::date(2026, 1, 1);
        let marks: Vec<_> = marks
            .into_iter()
            .map(|(start, len, second)| FetchedRange {
                days: DayRange::ending(first.saturating_add((start + i64::from(len)).days()), len),
                read_at: Timestamp::from_second(second).unwrap(),
            })
            .collect();
        let mut expected: BTreeMap<Day, Timestamp> = BTreeMap::new();
        for mark in &marks {
            for day in mark.days.days() {
                let at = expected.entry(day).or_insert(mark.read_at);
                *at = (*at).max(mark.read_at);
            }
        }
        let ranges = lay(&marks);
        let found: Vec<_> = ranges.iter().flat_map(|range| range.days.days().map(|day| (day, range.read_at))).collect();
        prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        for pair in ranges.windows(2) {
            let touching = pair[0].days.to().saturating_add(1.day()) == pair[1].days.from();
            prop_assert!(!(touching && pair[0].read_at == pair[1].read_at), "not joined: {:?}", pair);
        }
        for mark in &marks {
            prop_assert_eq!(&overlay(&ranges, *mark), &ranges, "marking twice changes nothing");
        }
    }
}
