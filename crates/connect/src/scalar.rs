//! Scalars as platforms print them: numbers as strings or as numbers, ids as either, straight from the payload without copies.

use compact_str::CompactString;
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use std::{
    borrow::Cow,
    fmt,
    ops::{Add, Sub},
    str::FromStr,
};
use trimtab_domain::{
    Day,
    day::parse_day,
    money::{MoneyError, parse_micros},
};

/// Text, borrowed from the payload where it has no escapes. (`Option<Cow<str>>` would copy.)
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl Text<'_> {
    pub(crate) fn compact(&self) -> CompactString {
        CompactString::from(self.0.as_ref())
    }
}

/// A whole number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count(pub(crate) i64);

/// A number that may be fractional.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Decimal(pub(crate) f64);

/// An amount in major units, as micros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Micros(pub(crate) i64);

/// A figure with up to twelve digits after the point, exact: an amount in major units, or a count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fine(i128);

/// Parts of one that [`Fine`] counts in.
const FINE: i128 = 1_000_000_000_000;

impl Fine {
    /// The same in millionths, rounded half away from zero.
    pub(crate) fn micros(self) -> i64 {
        const PARTS: i128 = FINE / 1_000_000;
        let rounded = (self.0 + self.0.signum() * PARTS / 2) / PARTS;
        // Text of that size is refused when it is read; sums of it stay far below.
        i64::try_from(rounded).unwrap_or(i64::MAX)
    }

    /// The same as a whole number, where it is one.
    pub(crate) fn whole(self) -> Option<i64> {
        (self.0 % FINE == 0).then(|| i64::try_from(self.0 / FINE).ok()).flatten()
    }
}

impl Add for Fine {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Fine {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl FromStr for Fine {
    type Err = MoneyError;

    /// Reads a plain decimal; digits past the twelfth are dropped. One with an exponent is read to the micro.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let micros = parse_micros(if fraction.len() > 6 && !text.contains(['e', 'E']) { whole } else { text })?;
        let mut parts = i128::from(micros) * (FINE / 1_000_000);
        if fraction.len() > 6 && !text.contains(['e', 'E']) {
            if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(MoneyError::NotAnAmount(text.to_owned()));
            }
            let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(12);
            let fraction = digits.fold(0, |sum, byte| sum * 10 + i128::from(byte - b'0'));
            parts += if whole.starts_with('-') { -fraction } else { fraction };
        }
        Ok(Self(parts))
    }
}

/// A civil date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayText(pub(crate) Day);

/// What a scalar type makes of text or of a number.
trait Scalar<'a>: Sized {
    const EXPECTED: &'static str;
    fn from_text(text: Cow<'a, str>) -> Option<Self>;
}

struct ScalarVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Scalar<'de>> Visitor<'de> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<T, E> {
        T::from_text(Cow::Borrowed(text)).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(Cow::Owned(text.to_owned())).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }
}

impl<'a> Scalar<'a> for Text<'a> {
    const EXPECTED: &'static str = "text or a number";
    fn from_text(text: Cow<'a, str>) -> Option<Self> {
        Some(Self(text))
    }
}

impl<'a> Scalar<'a> for Count {
    const EXPECTED: &'static str = "a whole number, as text or number";
    fn from_text(text: Cow<'a, str>) -> Option<Self> {
        // `12.0` is how a number type prints twelve.
        text.parse().or_else(|_| text.trim_end_matches('0').trim_end_matches('.').parse()).ok().map(Self)
    }
}

impl<'a> Scalar<'a> for Decimal {
    const EXPECTED: &'static str = "a number, as text or number";
    fn from_text(text: Cow<'a, str>) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "fifteen digits are exact")]
        let plain = plain_whole(text.as_bytes()).map(|number| number as f64);
        plain.or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite())).map(Self)
    }
}

impl<'a> Scalar<'a> for Micros {
    const EXPECTED: &'static str = "an amount, as text or number";
    fn from_text(text: Cow<'a, str>) -> Option<Self> {
        plain_micros(text.as_bytes()).or_else(|| parse_micros(&text).ok()).map(Self)
    }
}

impl<'a> Scalar<'a> for Fine {
    const EXPECTED: &'static str = "a figure, as text or number";
    fn from_text(text: Cow<'a, str>) -> Option<Self> {
        text.parse().ok()
    }
}

impl<'a> Scalar<'a> for DayText {
    const EXPECTED: &'static str = "a date (YYYY-MM-DD)";
    fn from_text(text: Cow<'a, str>) -> Option<Self> {
        plain_day(text.as_bytes()).or_else(|| parse_day(&text).ok()).map(Self)
    }
}

/// Digits alone, and few enough to be exact in any number type: most figures of most rows, so the general parsers would show. What is
/// written in another way is left to them.
fn plain_whole(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    let mut number = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i64::from(digit);
    }
    Some(number)
}

/// Micros of digits with at most six more after a point, likewise.
fn plain_micros(text: &[u8]) -> Option<i64> {
    let (whole, fraction) = match text.iter().position(|byte| *byte == b'.') {
        Some(point) => (&text[..point], &text[point + 1..]),
        None => (text, &text[..0]),
    };
    if whole.len() > 9 || fraction.len() > 6 {
        return None;
    }
    let mut micros = plain_whole(whole)?;
    for place in 0..6 {
        let digit = fraction.get(place).map_or(0, |byte| byte.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        micros = micros * 10 + i64::from(digit);
    }
    Some(micros)
}

/// `YYYY-MM-DD` by its digits; every row has two of them, so the general parser would show.
fn plain_day(text: &[u8]) -> Option<Day> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else {
        return None;
    };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
    let pair = |tens: u8, ones: u8| Some(digit(tens)? * 10 + digit(ones)?);
    let year = pair(y1, y2)? * 100 + pair(y3, y4)?;
    let (month, day) = (i8::try_from(pair(m1, m2)?).ok()?, i8::try_from(pair(d1, d2)?).ok()?);
    Day::new(year, month, day).ok()
}

macro_rules! deserialize_scalar {
    ($($name:ty),*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any(ScalarVisitor(std::marker::PhantomData))
            }
        }
    )*};
}

deserialize_scalar!(Count, Decimal, Micros, Fine, DayText);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor::<Text<'de>>(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn numbers_come_as_text_or_as_numbers() {
        assert_eq!(read::<Count>(r#""15230""#), Some(Count(15230)));
        assert_eq!(read::<Count>("15230"), Some(Count(15230)));
        assert_eq!(read::<Count>(r#""100""#), Some(Count(100)));
        assert_eq!(read::<Count>(r#""12.0""#), Some(Count(12)));
        assert_eq!(read::<Count>(r#""12.5""#), None);
        assert_eq!(read::<Count>("true"), None);
        assert_eq!(read::<Decimal>(r#""2.5""#), Some(Decimal(2.5)));
        assert_eq!(read::<Decimal>(r#""NaN""#), None);
        assert_eq!(read::<Micros>(r#""184.37""#), Some(Micros(184_370_000)));
        assert_eq!(read::<Micros>("184.37"), Some(Micros(184_370_000)));
    }

    #[test]
    fn fine_figures_keep_twelve_digits() {
        let micros = |text: &str| text.parse::<Fine>().map(Fine::micros).ok();
        for (text, expected) in [
            ("209.449", 209_449_000),
            ("1529.9933875526", 1_529_993_388),
            ("-0.0000005", -1),
            ("0.00000049999999", 0),
            ("7", 7_000_000),
            ("1e-7", 0),
            ("2.5E1", 25_000_000),
        ] {
            assert_eq!(micros(text), Some(expected), "{text}");
        }
        for bad in ["", "-", "1,5", "1.2.3", "1.23456x8", "12345678901234567890", "NaN"] {
            assert_eq!(micros(bad), None, "{bad}");
        }
        let (a, b): (Fine, Fine) = ("0.0000004".parse().unwrap(), "0.0000003".parse().unwrap());
        assert_eq!(((a + b).micros(), (a - b).micros(), a.micros()), (1, 0, 0));
        assert_eq!((read::<Fine>("12").unwrap().whole(), read::<Fine>("1.5").unwrap().whole()), (Some(12), None));
    }

    #[test]
    fn figures_written_plainly_are_read_as_any_others() {
        let long = ["123456789", "1234567890", "999999999999999", "9007199254740993", "123456789.123456", "0.1234567"];
        let odd = ["", ".", "-1", "+1", ".5", "5.", "1.2.3", "1e3", "1E-7", "12x", "1,5", " 1", "٣", "NaN", "inf"];
        for text in ["0", "7", "007", "12.5", "0.000001", "184.37"].into_iter().chain(long).chain(odd) {
            assert_eq!(Micros::from_text(text.into()).map(|micros| micros.0), parse_micros(text).ok(), "{text}");
            let general = text.parse().ok().filter(|number: &f64| number.is_finite());
            assert_eq!(Decimal::from_text(text.into()).map(|number| number.0), general, "{text}");
        }
    }

    #[test]
    fn text_is_borrowed_unless_escaped() {
        assert!(matches!(read::<Text<'_>>(r#""plain""#), Some(Text(Cow::Borrowed("plain")))));
        assert!(matches!(read::<Text<'_>>(r#""a\"b""#), Some(Text(Cow::Owned(text))) if text == "a\"b"));
        assert_eq!(read::<Text<'_>>("6023920149050"), Some(Text("6023920149050".into())));
        assert!(matches!(read::<Option<Text<'_>>>(r#""plain""#), Some(Some(Text(Cow::Borrowed(_))))));
    }

    #[test]
    fn days_are_dates_that_exist() {
        assert_eq!(read::<DayText>(r#""2026-11-01""#).unwrap().0.to_string(), "2026-11-01");
        for bad in [r#""2026-02-30""#, r#""2026-1-1x""#, r#""""#, "7"] {
            assert_eq!(read::<DayText>(bad), None, "{bad}");
        }
    }
}
