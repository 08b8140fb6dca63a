//! Money: integer micros of a currency, checked, never mixed.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An ISO 4217 code (`EUR`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Three ASCII letters by construction.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match text.as_bytes() {
            [a, b, c] if text.bytes().all(|b| b.is_ascii_alphabetic()) => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()]))
            }
            _ => Err(MoneyError::NotACurrency(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

/// What can be wrong with an amount.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MoneyError {
    /// Not three letters.
    #[error("'{0}' is not a currency: use an ISO 4217 code such as EUR")]
    NotACurrency(String),
    /// Not a plain decimal number.
    #[error("'{0}' is not an amount: use a decimal number such as 1234.56")]
    NotAnAmount(String),
    /// Beyond ±9.2 × 10¹² units.
    #[error("the amount is too large to keep exactly")]
    Overflow,
    /// Two currencies in one sum.
    #[error("cannot add {right} to {left}: convert one of them first")]
    Mixed {
        /// Currency of the left operand.
        left: Currency,
        /// Currency of the right operand.
        right: Currency,
    },
}

/// An exact amount: millionths of a currency's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Millionths of one unit (1.23 EUR = 1 230 000).
    pub micros: i64,
    /// The currency those are of.
    pub currency: Currency,
}

impl Money {
    /// An amount of micros.
    #[must_use]
    pub const fn new(micros: i64, currency: Currency) -> Self {
        Self { micros, currency }
    }

    /// The sum.
    ///
    /// # Errors
    /// On overflow or when the currencies differ.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed { left: self.currency, right: other.currency });
        }
        let micros = self.micros.checked_add(other.micros).ok_or(MoneyError::Overflow)?;
        Ok(Self { micros, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", decimal(self.micros), self.currency)
    }
}

/// Reads a plain decimal (`-12.3456789`) as micros. Digits past the sixth are rounded half away from zero, the one rounding rule
/// of the house. An exponent (`1e-7`, as some platforms print tiny amounts) is understood.
///
/// # Errors
/// When the text is not a number or does not fit.
pub fn parse_micros(text: &str) -> Result<i64, MoneyError> {
    let bad = || MoneyError::NotAnAmount(text.to_owned());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| bad())?),
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.as_bytes().first() {
        Some(b'-') => (true, &mantissa[1..]),
        Some(b'+') => (false, &mantissa[1..]),
        _ => (false, mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    // Position of the last kept digit: six after the (exponent-shifted) point.
    let keep = i64::try_from(whole.len()).map_err(|_| bad())? + i64::from(exponent) + 6;
    let mut micros: i64 = 0;
    let mut round_up = false;
    for (place, byte) in (0_i64..).zip(whole.bytes().chain(fraction.bytes())) {
        if place < keep {
            micros = micros.checked_mul(10).and_then(|m| m.checked_add(i64::from(byte - b'0'))).ok_or(MoneyError::Overflow)?;
        } else {
            round_up = place == keep && byte >= b'5';
            break;
        }
    }
    let present = i64::try_from(whole.len() + fraction.len()).map_err(|_| bad())?;
    for _ in present..keep {
        if micros == 0 {
            break;
        }
        micros = micros.checked_mul(10).ok_or(MoneyError::Overflow)?;
    }
    if round_up && keep >= 0 {
        micros = micros.checked_add(1).ok_or(MoneyError::Overflow)?;
    }
    Ok(if negative { -micros } else { micros })
}

/// Prints micros as a plain decimal with at least two and at most six digits after the point (`1230000` → `1.23`).
#[must_use]
pub fn decimal(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let absolute = micros.unsigned_abs();
    let mut fraction = format!("{:06}", absolute % 1_000_000);
    while fraction.len() > 2 && fraction.ends_with('0') {
        fraction.pop();
    }
    format!("{sign}{}.{fraction}", absolute / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_platforms_print() {
        for (text, micros) in [
            ("184.37", 184_370_000),
            ("0", 0),
            (".5", 500_000),
            ("5.", 5_000_000),
            ("1529.9933875526", 1_529_993_388),
            ("-0.0000005", -1),
            ("0.0000004", 0),
            ("1e-7", 0),
            ("9.6e-7", 1),
            ("1.5e3", 1_500_000_000),
        ] {
            assert_eq!(parse_micros(text), Ok(micros), "{text}");
        }
        for bad in ["", "-", ".", "1,5", "abc", "1.2.3", "NaN", " 1"] {
            assert!(parse_micros(bad).is_err(), "{bad:?}");
        }
        assert_eq!(parse_micros("99999999999999"), Err(MoneyError::Overflow));
    }

    #[test]
    fn currencies_never_mix() {
        let eur = Money::new(1, "EUR".parse().unwrap());
        let usd = Money::new(1, "usd".parse().unwrap());
        assert_eq!(eur.checked_add(usd).unwrap_err().to_string(), "cannot add USD to EUR: convert one of them first");
        assert_eq!(eur.checked_add(eur).unwrap().micros, 2);
    }

    proptest! {
        #[test]
        fn printing_loses_nothing(micros in i64::MIN + 1..i64::MAX) {
            prop_assert_eq!(parse_micros(&decimal(micros)), Ok(micros));
        }

        #[test]
        fn any_text_is_an_amount_or_an_error(text in "\\PC*") {
            let _ignored = parse_micros(&text);
        }
    }
}
