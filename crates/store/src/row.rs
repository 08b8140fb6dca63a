//! How domain values lie in columns: instants as microseconds since 1970 (UTC), days as `YYYY-MM-DD`, counts as 64-bit integers,
//! names as text. The same on every database.

use crate::Error;
use std::str::FromStr;
use trimtab_domain::{Day, DayRange, Timestamp, day};

pub(crate) fn instant(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(crate) fn to_instant(micros: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|_| bad("point in time", micros))
}

pub(crate) fn to_instant_opt(micros: Option<i64>) -> Result<Option<Timestamp>, Error> {
    micros.map(to_instant).transpose()
}

/// An instant `by` later; the end of time when that is out of range.
pub(crate) fn after(at: Timestamp, by: std::time::Duration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

pub(crate) fn to_day(text: &str) -> Result<Day, Error> {
    day::parse_day(text).map_err(|_| bad("day", text))
}

pub(crate) fn to_day_opt(text: Option<&str>) -> Result<Option<Day>, Error> {
    text.map(to_day).transpose()
}

pub(crate) fn to_range(from: &str, to: &str) -> Result<DayRange, Error> {
    DayRange::new(to_day(from)?, to_day(to)?).map_err(|_| bad("range of days", format!("{from}..{to}")))
}

/// A count; beyond 2^63 − 1 the largest there is.
pub(crate) fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(crate) fn to_count(n: i64) -> Result<u64, Error> {
    u64::try_from(n).map_err(|_| bad("count", n))
}

pub(crate) fn to_name<T: FromStr>(what: &'static str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| bad(what, text))
}

pub(crate) fn to_json(what: &'static str, text: &str) -> Result<serde_json::Value, Error> {
    serde_json::from_str(text).map_err(|_| bad(what, text))
}

pub(crate) fn bad(what: &'static str, value: impl ToString) -> Error {
    Error::BadValue { what, value: value.to_string() }
}

/// A remark cut to what is kept.
pub(crate) fn remark(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(crate::limits::REMARK_CHARS).collect()
}

/// A text from outside, without the one character that PostgreSQL keeps in none.
pub(crate) fn text(text: &str) -> String {
    text.replace('\0', "")
}

/// The last row of each key: PostgreSQL changes no row twice in one statement.
pub(crate) fn last_of_each<R, K: Ord>(rows: impl IntoIterator<Item = R>, key: impl Fn(&R) -> K) -> Vec<R> {
    rows.into_iter().map(|row| (key(&row), row)).collect::<std::collections::BTreeMap<_, _>>().into_values().collect()
}

/// An enum that is stored, printed and read under fixed names.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// The name in tables and the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(text: &str) -> Result<Self, $crate::Error> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err($crate::Error::Invalid(format!(
                        "'{text}' is not known here: use one of {}", [$($text),*].join(", ")
                    ))),
                }
            }
        }
    };
}
pub(crate) use named;
