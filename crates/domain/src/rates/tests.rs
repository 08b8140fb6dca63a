use super::*;
use crate::{day::parse_day, money::parse_micros};
use proptest::prelude::*;

/// A few days of a few currencies, as the European Central Bank published them, Easter among them.
fn rates() -> Rates {
    let published = [
        ("2025-04-16", [("USD", "1.1355"), ("BRL", "6.6847")]),
        ("2025-04-17", [("USD", "1.1360"), ("BRL", "6.6810")]),
        ("2025-04-22", [("USD", "1.1476"), ("BRL", "6.6677")]),
    ];
    let ended = Rate { currency: currency("HRK"), day: day("2022-12-30"), per_euro: "7.5365".parse().unwrap() };
    let quoted = published.into_iter().flat_map(|(of, rates)| {
        rates.map(|(code, rate)| Rate { currency: currency(code), day: day(of), per_euro: rate.parse().unwrap() })
    });
    quoted.chain([ended]).collect()
}

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

#[test]
fn a_rate_between_two_currencies_is_the_quotient_of_theirs_to_the_euro() {
    let cross = rates().cross(currency("USD"), currency("BRL"), day("2025-04-17")).unwrap();
    // 100 × 6.6810 / 1.1360
    assert_eq!(cross.convert(parse_micros("100").unwrap()), Some(588_116_197));
    assert_eq!(cross.day, day("2025-04-17"));
    let back = rates().cross(currency("BRL"), currency("USD"), day("2025-04-17")).unwrap();
    assert_eq!(back.convert(588_116_197), Some(100_000_000));
}

#[test]
fn holidays_take_the_rate_before_them_and_say_so() {
    let rates = rates();
    for holiday in ["2025-04-18", "2025-04-19", "2025-04-20", "2025-04-21"] {
        let cross = rates.cross(currency("USD"), currency("EUR"), day(holiday)).unwrap();
        assert_eq!(cross.day, day("2025-04-17"), "{holiday}");
        assert_eq!(cross.convert(1_136_000), Some(1_000_000));
    }
    assert_eq!(rates.cross(currency("EUR"), currency("USD"), day("2025-04-22")).unwrap().convert(1_000_000), Some(1_147_600));
}

#[test]
fn a_currency_that_ended_is_not_carried_on() {
    let rates = rates();
    let (kuna, euro) = (currency("HRK"), currency("EUR"));
    assert!(rates.cross(kuna, euro, day("2023-01-06")).is_ok());
    let error = rates.cross(kuna, euro, day("2023-01-07")).unwrap_err();
    assert_eq!(error, NoRate::TooOld { currency: kuna, day: day("2023-01-07"), last: day("2022-12-30") });
    let error = rates.cross(currency("XAU"), euro, day("2025-04-17")).unwrap_err();
    assert_eq!(error.to_string(), "there is no reference rate for XAU");
    let error = rates.cross(currency("USD"), euro, day("2025-04-15")).unwrap_err();
    assert_eq!(error.to_string(), "there is no reference rate for USD on 2025-04-15: the first is of 2025-04-16");
}

#[test]
fn the_same_currency_needs_no_rate() {
    let cross = Rates::default().cross(currency("JPY"), currency("JPY"), day("1980-01-01")).unwrap();
    assert_eq!(cross.convert(-7), Some(-7));
}

#[test]
fn what_is_no_rate_is_refused() {
    for text in ["", "N/A", "0", "0.000", "-1.2", "1,2", "1.0000000001", ".5", "99999999999999"] {
        assert!(text.parse::<PerEuro>().is_err(), "{text}");
    }
    assert_eq!("1836200".parse::<PerEuro>().unwrap().to_string(), "1836200");
    assert_eq!("1.1360".parse::<PerEuro>().unwrap().to_string(), "1.136");
}

proptest! {
    #[test]
    fn there_and_back_is_the_same_to_within_what_a_micro_is_worth(
        micros in -1_000_000_000_000_000_i64..1_000_000_000_000_000, from in 1_u64..3_000_000_000_000_000, to in 1_u64..3_000_000_000_000_000
    ) {
        let (from, to) = (PerEuro(from), PerEuro(to));
        let day = day("2025-04-17");
        if let Some(there) = (Cross { from, to, day }).convert(micros) {
            let back = Cross { from: to, to: from, day }.convert(there).unwrap();
            // Half a micro of the one is this much of the other.
            let worth = i128::from(from.0) / i128::from(to.0) / 2 + 1;
            prop_assert!((i128::from(back) - i128::from(micros)).abs() <= worth);
        }
    }

    #[test]
    fn what_is_printed_is_read_again(billionths in 1_u64..u64::MAX) {
        let rate = PerEuro(billionths);
        prop_assert_eq!(rate.to_string().parse::<PerEuro>(), Ok(rate));
    }
}
