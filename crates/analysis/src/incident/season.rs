//! The dates of the retail year on which every account is unlike itself: Black Friday to Cyber Monday, Christmas, the turn of the year.
//!
//! They are the same in every market Trimtab's sources serve and move by a rule, so no list is needed. What an account's own country or
//! trade celebrates besides is learnt nowhere here: such days show as `demand`.

use trimtab_domain::Day;

/// Whether a day is one of them. The Friday of the week of 23 to 29 November and the three days around it; 20 December to 6 January.
pub(crate) fn is_retail_date(day: Day) -> bool {
    match (day.month(), day.day()) {
        (12, 20..=31) | (1, 1..=6) => true,
        (11, 20..=30) | (12, 1..=3) => {
            // Black Friday is the day after the fourth Thursday of November.
            let first = Day::new(day.year(), 11, 1).map_or(0, |first| i32::from(first.weekday().to_monday_zero_offset()));
            let friday = 1 + (3 - first).rem_euclid(7) + 22;
            let since = if day.month() == 11 { i32::from(day.day()) } else { i32::from(day.day()) + 30 } - friday;
            (-4..=4).contains(&since)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn black_friday_moves_and_christmas_does_not() {
        for friday in [date(2024, 11, 29), date(2025, 11, 28), date(2026, 11, 27), date(2027, 11, 26)] {
            assert!(is_retail_date(friday), "{friday}");
            assert!(is_retail_date(friday.saturating_add(jiff::Span::new().days(3))));
            assert!(!is_retail_date(friday.saturating_sub(jiff::Span::new().days(6))));
        }
        assert!(is_retail_date(date(2025, 12, 25)) && is_retail_date(date(2026, 1, 1)) && !is_retail_date(date(2026, 5, 1)));
    }
}
