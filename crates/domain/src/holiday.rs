//! Holidays and dates of the retail year by country, read from `holidays/countries.yaml`, and which country a place of business is in.
//!
//! They are what a whole country feels; which of them moves a client is learnt from its own figures. Regional holidays and those of
//! lunar calendars are not known.

use crate::{Currency, Day, DayRange, Zone};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use std::{collections::BTreeMap, sync::LazyLock};

mod read;
mod rule;

use rule::Rule;

const BUILTIN: &str = include_str!("../holidays/countries.yaml");

/// A holiday, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The same every year, or years cannot be compared.
    pub name: String,
    /// When.
    pub day: Day,
}

/// A country whose holidays are known.
#[derive(Debug, PartialEq)]
pub struct Country {
    /// ISO 3166-1 alpha-2, upper case.
    pub code: String,
    /// For people, as it stands in a sentence: `the Netherlands`.
    pub name: String,
    /// What is paid with there.
    pub currency: Currency,
    zones: Vec<String>,
    days: BTreeMap<String, Rule>,
}

impl Country {
    /// The country of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<&'static Self> {
        countries().iter().find(|country| country.code == code)
    }

    /// The country that zone and money agree on.
    ///
    /// A zone that is no place (UTC) says nothing, and then money does where one country alone pays with it. Where zone and money are of two
    /// countries nobody knows where the customers are: `None`.
    #[must_use]
    pub fn of(zone: &Zone, currency: Currency) -> Option<&'static Self> {
        let name = zone.as_str();
        if name.starts_with("Etc/") || matches!(name, "UTC" | "GMT") {
            let mut paying = countries().iter().filter(|country| country.currency == currency);
            return paying.next().filter(|_| paying.next().is_none());
        }
        let here = countries().iter().find(|country| country.zones.iter().any(|own| own == name));
        here.filter(|country| country.currency == currency)
    }

    /// Its holidays within some days, by day.
    #[must_use]
    pub fn holidays(&self, within: DayRange) -> Vec<Holiday> {
        let years = within.from().year()..=within.to().year();
        let once = |year: i16| self.days.iter().filter_map(move |(name, rule)| Some((name, rule.day(year)?)));
        let mut all: Vec<Holiday> = years
            .flat_map(once)
            .filter(|(_, day)| within.contains(*day))
            .map(|(name, day)| Holiday { name: name.clone(), day })
            .collect();
        all.sort_by(|a, b| a.day.cmp(&b.day).then_with(|| a.name.cmp(&b.name)));
        all
    }
}

/// Every country whose holidays are known.
///
/// # Panics
/// Never in a build that passed its tests: they load the same file.
#[must_use]
pub fn countries() -> &'static [Country] {
    static ALL: LazyLock<Vec<Country>> =
        LazyLock::new(|| read::parse(BUILTIN).expect("the built-in holidays are checked by a test"));
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    fn days(code: &str, days: &str) -> Vec<(String, String)> {
        let country = Country::of_code(code).expect("a country");
        let holidays = country.holidays(days.parse().expect("days"));
        holidays.into_iter().map(|holiday| (holiday.day.to_string(), holiday.name)).collect()
    }

    fn has(code: &str, day: &str, name: &str) {
        let found = days(code, &format!("{day}..{day}"));
        assert!(found.iter().any(|(_, own)| own == name), "{code} {day} {name}: {found:?}");
    }

    #[test]
    fn the_calendar_of_a_year_is_right() {
        for (code, day, name) in [
            ("NL", "2026-04-05", "Easter Sunday"),
            ("NL", "2026-05-14", "Ascension Day"),
            ("NL", "2026-05-25", "Whit Monday"),
            ("NL", "2026-04-27", "King's Day"),
            ("DE", "2024-03-29", "Good Friday"),
            ("US", "2025-11-27", "Thanksgiving"),
            ("US", "2025-11-28", "Black Friday"),
            ("US", "2025-12-01", "Cyber Monday"),
            ("US", "2026-05-25", "Memorial Day"),
            ("US", "2026-05-10", "Mother's Day"),
            ("CA", "2025-10-13", "Thanksgiving"),
            ("CA", "2026-05-18", "Victoria Day"),
            ("GB", "2026-03-15", "Mothering Sunday"),
            ("GB", "2026-08-31", "Summer Holiday"),
            ("SE", "2026-06-19", "Midsummer Eve"),
            ("SE", "2026-06-20", "Midsummer Day"),
            ("BR", "2026-02-17", "Carnival"),
            ("JP", "2026-07-20", "Marine Day"),
            ("NO", "2026-05-17", "Constitution Day"),
            ("PT", "2038-06-24", "Corpus Christi"),
        ] {
            has(code, day, name);
        }
    }

    #[test]
    fn every_year_has_each_holiday_once() {
        let code = "NL";
        let of = |year: i32| days(code, &format!("{year}-01-01..{year}-12-31"));
        for year in 2020..2040 {
            let names: std::collections::BTreeSet<String> = of(year).into_iter().map(|(_, name)| name).collect();
            assert_eq!((names.len(), of(year).len()), (of(2026).len(), of(2026).len()), "{year}");
        }
    }

    #[test]
    fn a_country_is_known_where_zone_and_money_agree() {
        let of = |zone: &str, currency: &str| {
            Country::of(&zone.parse().expect("a zone"), currency.parse().expect("money")).map(|country| country.code.as_str())
        };
        assert_eq!(of("Europe/Amsterdam", "EUR"), Some("NL"));
        assert_eq!(of("America/Los_Angeles", "USD"), Some("US"));
        assert_eq!(of("America/Los_Angeles", "EUR"), None, "the zone platforms begin with");
        assert_eq!(of("UTC", "GBP"), Some("GB"));
        assert_eq!(of("UTC", "EUR"), None, "many pay with it");
        assert_eq!(of("Asia/Kathmandu", "NPR"), None, "not in the file");
        assert!(Country::of_code("XX").is_none());
        let day = parse_day("2026-12-25").expect("a day");
        assert!(countries().iter().all(|country| country.holidays(DayRange::single(day))[0].name == "Christmas Day"));
    }
}
