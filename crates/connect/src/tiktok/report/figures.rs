//! Figures as reports print them: text, with `"-"` for none, and instants in the account's zone.

use crate::scalar::{DayText, Text};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, value::BorrowedStrDeserializer},
};
use std::borrow::Cow;
use trimtab_domain::Day;

/// A day, or an hour of one: `2026-11-01 13:00:00`, by the clock on the account's wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) day: Day,
    pub(super) hour: u8,
}

/// A figure, or `None` where none is reported.
pub(super) fn reported<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    match Option::<Text<'de>>::deserialize(from)? {
        None => Ok(None),
        Some(text) if matches!(text.0.as_ref(), "-" | "") => Ok(None),
        Some(Text(Cow::Borrowed(text))) => T::deserialize(BorrowedStrDeserializer::new(text)).map(Some),
        Some(Text(Cow::Owned(text))) => T::deserialize(serde::de::IntoDeserializer::<D::Error>::into_deserializer(text)).map(Some),
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(from)?;
        let wrong = || D::Error::invalid_value(Unexpected::Str(&text.0), &"a whole hour (YYYY-MM-DD HH:00:00)");
        let (day, clock) = text.0.split_at_checked(10).ok_or_else(wrong)?;
        let DayText(day) = DayText::deserialize(serde::de::value::StrDeserializer::<D::Error>::new(day))?;
        let hour = match clock.as_bytes() {
            [] => 0,
            [b' ', tens @ b'0'..=b'2', ones @ b'0'..=b'9', b':', b'0', b'0', b':', b'0', b'0'] => {
                (tens - b'0') * 10 + (ones - b'0')
            }
            _ => return Err(wrong()),
        };
        if hour > 23 { Err(wrong()) } else { Ok(Self { day, hour }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::{Count, Micros};

    #[derive(Deserialize)]
    struct Figures {
        #[serde(default, deserialize_with = "reported")]
        count: Option<Count>,
        #[serde(default, deserialize_with = "reported")]
        amount: Option<Micros>,
    }

    #[test]
    fn a_dash_is_no_figure_and_zero_is_one() {
        for (json, count, amount) in [
            (r#"{"count":"-","amount":"-"}"#, None, None),
            (r#"{"count":"","amount":null}"#, None, None),
            ("{}", None, None),
            (r#"{"count":"0","amount":"0.00"}"#, Some(Count(0)), Some(Micros(0))),
            (r#"{"count":1079,"amount":14.68}"#, Some(Count(1079)), Some(Micros(14_680_000))),
            (r#"{"count":"\u0031","amount":"14.68"}"#, Some(Count(1)), Some(Micros(14_680_000))),
        ] {
            let figures: Figures = serde_json::from_str(json).unwrap();
            assert_eq!((figures.count, figures.amount), (count, amount), "{json}");
        }
        assert!(serde_json::from_str::<Figures>(r#"{"count":"many"}"#).is_err());
    }

    #[test]
    fn moments_are_whole_hours() {
        let moment = |text: &str| serde_json::from_str::<Moment>(&format!("\"{text}\"")).ok().map(|m| (m.day.to_string(), m.hour));
        let first = || "2026-11-01".to_owned();
        assert_eq!(moment("2026-11-01 00:00:00"), Some((first(), 0)));
        assert_eq!(moment("2026-11-01 23:00:00"), Some((first(), 23)));
        assert_eq!(moment("2026-11-01"), Some((first(), 0)));
        for bad in
            ["2026-11-01 24:00:00", "2026-11-01 10:30:00", "2026-11-01T10:00:00", "2026-02-30 00:00:00", "", "-", "2026-11-0é"]
        {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
