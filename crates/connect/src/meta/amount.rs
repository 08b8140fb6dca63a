//! Meta's two notations of money: minor units on objects, decimal major units in insights. Mixing them is a factor of 100.

use trimtab_domain::Currency;

/// Currencies whose minor unit is the unit itself, by Meta's own table
/// (<https://developers.facebook.com/docs/marketing-api/currencies>). It differs from ISO 4217 (HUF, IDR and TWD have two decimals
/// there; BHD and JOD have three there and two here), so it must not be derived from it.
const WHOLE_UNITS: [&str; 11] = ["CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"];

/// Micros of an amount in minor units; `None` when it does not fit.
pub(crate) fn minor_to_micros(minor: i64, currency: Currency) -> Option<i64> {
    let micros_per_minor = if WHOLE_UNITS.contains(&currency.as_str()) { 1_000_000 } else { 10_000 };
    minor.checked_mul(micros_per_minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_follow_metas_table_not_iso() {
        for (currency, minor, micros) in [
            ("EUR", 2_500, Some(25_000_000)),
            ("JPY", 2_500, Some(2_500_000_000)),
            ("HUF", 2_500, Some(2_500_000_000)),
            ("BHD", 2_500, Some(25_000_000)),
            // The value Meta documents for "no spend cap" does not fit; it is not an amount.
            ("USD", 922_337_203_685_478, None),
        ] {
            assert_eq!(minor_to_micros(minor, currency.parse().unwrap()), micros, "{currency}");
        }
    }
}
