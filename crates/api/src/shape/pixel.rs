//! Pixels as analysis judges them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The pixels of an account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PixelsShape {
    /// By id.
    pub pixels: Vec<PixelShape>,
    /// What the platform does not tell of its pixels; null: it tells all that is judged.
    #[serde(default)]
    pub about: Option<String>,
}

/// What there is to say of a pixel.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PixelShape {
    /// The platform's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `healthy`, `degraded`, `silent` or `unknown`.
    pub verdict: String,
    /// How sure, 0 to 1; 0 where it is unknown.
    pub confidence: f64,
    /// The platform says that it cannot be used.
    pub unavailable: bool,
    /// When it fired last, by the platform (RFC 3339).
    pub last_fired_at: Option<String>,
    /// The first day that is counted, in the account's zone.
    pub counted_from: String,
    /// The end of the last hour that is counted (RFC 3339): the newest may not be all in yet.
    pub counted_until: String,
    /// Hours from the last event to then.
    pub hours_since_event: Option<f64>,
    /// After how many silent hours an alarm would come, usually; null: never, or not known.
    pub noticed_after_hours: Option<f64>,
    /// By event, those on the way to a sale first.
    pub totals: Vec<PixelTotals>,
    /// From step to step over the last 30 days.
    pub rates: Vec<PixelRate>,
    /// Hours without any event: those at the end of the counts, alarming or not, and alarming ones of the last days.
    pub silences: Vec<PixelSilence>,
    /// Ratios that are not what they were.
    pub shifts: Vec<PixelShift>,
    /// Match quality of the event the site is after, 0 to 10; null: not read.
    pub match_quality: Option<f64>,
    /// The platform's own word for how good its data is: `GOOD`, `FAIR`, `NEEDS_IMPROVEMENT`; null: it has none.
    #[serde(default)]
    pub event_quality: Option<String>,
    /// What its events are counted by: `hour`, `day`, or `none` where the platform tells none.
    #[serde(default = "by_hour")]
    pub by: String,
    /// The last 14 days, all events together.
    pub hourly: Vec<PixelDay>,
    /// Ids of the findings about it.
    pub findings: Vec<String>,
    /// What cannot be told, and why.
    pub untold: Vec<String>,
}

/// What results of before this was told were counted by.
fn by_hour() -> String {
    "hour".to_owned()
}

/// How often an event was received. Null: no hour of it was read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PixelTotals {
    /// The event.
    pub event: String,
    /// On the day of the last count, so far.
    pub today: Option<f64>,
    /// In the seven days that end with it.
    pub days_7: Option<f64>,
    /// In the thirty days that end with it.
    pub days_30: Option<f64>,
    /// How well it is matched to people, 0 to 10; null: not told.
    #[serde(default)]
    pub match_quality: Option<f64>,
}

/// A step on the way to a sale.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PixelRate {
    /// From this event.
    pub from: String,
    /// To that one.
    pub into: String,
    /// Of the second per hundred of the first; beyond 100 it is counted more often than what leads to it.
    pub rate: f64,
    /// Nineteen times in twenty it is above this; null beyond 100.
    pub low: Option<f64>,
    /// And below this.
    pub high: Option<f64>,
}

/// Hours in a row without any event.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PixelSilence {
    /// When it began (RFC 3339).
    pub from: String,
    /// When its last hour ended.
    pub to: String,
    /// Hours it lasted so far.
    pub hours: f64,
    /// Events that should have come.
    pub expected: f64,
    /// How rare it is: 4 is one in 10,000.
    pub rarity: f64,
    /// Whether it lasts.
    pub ongoing: bool,
    /// Whether it is an alarm.
    pub alarm: bool,
}

/// A ratio of two counts that is not what it was.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PixelShift {
    /// The event that moved.
    pub event: String,
    /// What is counted,
    pub over: String,
    /// and per what.
    pub under: String,
    /// First whole day of it.
    pub from: String,
    /// Last whole day there is.
    pub to: String,
    /// How many times the old ratio: 0 is gone, 2 is twice.
    pub factor: f64,
    /// Counted.
    pub count: f64,
    /// What the old ratio leads to.
    pub expected: f64,
    /// How rare it is, all tests considered: 4 is one in 10,000.
    pub rarity: f64,
    /// Other events that moved the same way on the same days.
    pub also: Vec<String>,
    /// Whether all of the pixel's events moved the same way.
    pub whole: bool,
}

/// A day of a pixel.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PixelDay {
    /// The day, in the account's zone.
    pub day: String,
    /// All events in each of its 24 hours by the clock on the wall, or of the day alone; null: not read, or not over.
    pub counts: Vec<Option<f64>>,
}
