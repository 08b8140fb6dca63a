//! Visits of a site, as its analytics count them.

use super::Utm;
use crate::Day;
use compact_str::CompactString;

/// The sessions of one day that came the same way. Users are not kept: they cannot be added up over days.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionDaily {
    /// The day, in the property's zone.
    pub date: Day,
    /// The analytics' own grouping of ways (`Paid Social`).
    pub channel: CompactString,
    /// Source, medium and campaign of the session.
    pub utm: Utm,
    /// Sessions.
    pub sessions: i64,
    /// Of these, the ones that lasted, went on or converted.
    pub engaged_sessions: Option<i64>,
    /// Events marked as key events, all kinds together.
    pub key_events: Option<f64>,
    /// Purchases.
    pub purchases: Option<f64>,
    /// What these purchases came to, in micros.
    pub revenue_micros: Option<i64>,
    /// What the analytics say these figures leave out.
    pub quality: Quality,
}

/// What analytics say their figures of a day leave out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quality {
    /// Rare values were put together as "(other)".
    pub other: bool,
    /// Rows of few people were withheld.
    pub thresholded: bool,
    /// Figures were estimated from a part of the visits.
    pub sampled: bool,
}

impl Quality {
    /// The names in tables, joined by `+`; empty where nothing is left out.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match (self.other, self.thresholded, self.sampled) {
            (false, false, false) => "",
            (true, false, false) => "other",
            (false, true, false) => "thresholded",
            (true, true, false) => "other+thresholded",
            (false, false, true) => "sampled",
            (true, false, true) => "other+sampled",
            (false, true, true) => "thresholded+sampled",
            (true, true, true) => "other+thresholded+sampled",
        }
    }
}
