//! What a check finds: where a message departs from a specification, and where the specification has nothing to say.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Longest value shown, in characters.
const SHOWN_MAX: usize = 80;

/// How a message departs from a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A path, method or status that is not there.
    UnknownRoute,
    /// A parameter, header or field that is not there.
    UnknownField,
    /// A word that is not among those listed.
    WrongEnum,
    /// A parameter or field that must be there, and is not.
    MissingRequired,
    /// A value of another type or notation.
    WrongType,
    /// A number, a length or a count beyond its bounds.
    OutOfBounds,
}

impl Kind {
    pub(super) const ALL: [Self; 6] =
        [Self::UnknownRoute, Self::UnknownField, Self::WrongEnum, Self::MissingRequired, Self::WrongType, Self::OutOfBounds];

    /// For people.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::UnknownRoute => "unknown route",
            Self::UnknownField => "unknown field",
            Self::WrongEnum => "wrong enum",
            Self::MissingRequired => "missing required",
            Self::WrongType => "wrong type",
            Self::OutOfBounds => "out of bounds",
        }
    }
}

/// One departure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Departure {
    pub(super) kind: Kind,
    /// In the specification's words: `Campaign.effective_status`.
    pub(super) place: String,
    /// In this message: `data[3].effective_status`.
    pub(super) at: String,
    /// What stands there, shortened.
    pub(super) value: String,
}

/// All that one message gave rise to.
#[derive(Debug, Default, Clone)]
pub(super) struct Found {
    pub(super) departures: Vec<Departure>,
    /// What the specification names without describing it, so that it could not be checked.
    pub(super) undescribed: BTreeSet<String>,
}

impl Found {
    pub(super) fn add(&mut self, kind: Kind, place: impl Into<String>, at: impl Into<String>, value: impl Into<String>) {
        self.departures.push(Departure { kind, place: place.into(), at: at.into(), value: value.into() });
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.departures.append(&mut other.departures);
        self.undescribed.append(&mut other.undescribed);
    }

    #[cfg(test)]
    pub(super) fn short(&self) -> Vec<(Kind, String)> {
        let mut short: Vec<_> = self.departures.iter().map(|departure| (departure.kind, departure.place.clone())).collect();
        short.sort();
        short
    }
}

/// What one exchange comes to.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// The route in the specification's words, ids left out.
    pub(super) route: String,
    pub(super) request: Found,
    pub(super) answer: Found,
}

/// A value as it is shown.
pub(super) fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"));
    if text.chars().count() <= SHOWN_MAX { text } else { text.chars().take(SHOWN_MAX).chain(['…']).collect() }
}
