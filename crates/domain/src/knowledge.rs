//! What an agency knows of a client that no source reports: its business, its targets, how each channel is meant to be used, and how it
//! wants to be told.
//!
//! It is written by people and read by pages, analysis and reports. [`ClientKnowledge::faults`] says what in it cannot be, with the place,
//! so that all of it can be mended at once. Amounts are in whole units of the currency beside them, like those of findings.

use crate::{
    Currency, Source,
    benchmark::Industry,
    metric::{BadConstant, Constants, Direction, Registry},
};
use serde::{Deserialize, Serialize};

mod check;
mod language;

pub use check::Fault;

/// Everything known of one client.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientKnowledge {
    /// What its business is.
    pub context: Context,
    /// What it wants metrics to reach.
    pub targets: Vec<Target>,
    /// How each platform is meant to be used.
    pub strategy: Vec<Channel>,
    /// How it wants to be told.
    pub preferences: Preferences,
}

/// What a client's business is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    /// Its industry in anybody's words; those that [`Industry`] recognises have benchmarks.
    pub industry: String,
    /// What it sells to whom, and how it earns.
    pub business_model: String,
    /// What it mainly sells.
    pub products: Vec<String>,
    /// Whom it sells to.
    pub customer: String,
    /// What an order usually comes to.
    pub average_order_value: Option<Amount>,
    /// What is left of a sale before advertising, in percent.
    pub gross_margin: Option<f64>,
    /// Whatever else is worth knowing: seasons, launches, what was tried.
    pub notes: String,
}

/// An amount as people state it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// In whole units.
    pub value: f64,
    /// Of this currency.
    pub currency: Currency,
}

/// Which side of a value is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// That or more.
    AtLeast,
    /// That or less.
    AtMost,
    /// As close to it as can be: a budget.
    About,
}

impl Bound {
    /// Every bound.
    pub const ALL: [Self; 3] = [Self::AtLeast, Self::AtMost, Self::About];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::About => "about",
        }
    }
}

/// Over which days a target is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Each day.
    Day,
    /// Each week, Monday to Sunday.
    Week,
    /// Each calendar month.
    Month,
    /// Each calendar quarter.
    Quarter,
    /// Each calendar year.
    Year,
}

impl Period {
    /// Every period.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// What somebody wants a metric to reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The metric's id.
    pub metric: String,
    /// Which side is meant.
    pub bound: Bound,
    /// The value, in the metric's unit.
    pub value: f64,
    /// Currency of an amount; none of anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Over which days.
    pub period: Period,
    /// On which platform alone; `None`: over all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Source>,
}

/// How a platform is meant to be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The ad platform.
    pub platform: Source,
    /// What it is there for: sales, leads, awareness.
    #[serde(default)]
    pub objective: String,
    /// The kinds of campaigns it is done by.
    #[serde(default)]
    pub campaign_types: Vec<String>,
    /// Whatever else is agreed.
    #[serde(default)]
    pub notes: String,
}

/// In which voice a client is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As one colleague to another.
    #[default]
    Conversational,
    /// As in a letter.
    Formal,
    /// Figures and what follows from them.
    Brief,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 3] = [Self::Conversational, Self::Formal, Self::Brief];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conversational => "conversational",
            Self::Formal => "formal",
            Self::Brief => "brief",
        }
    }
}

/// How a client wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    /// In which voice.
    pub tone: Tone,
    /// In which language (`en`, `de-CH`).
    pub language: String,
    /// Whether what is usual elsewhere is shown beside its figures.
    pub include_benchmarks: bool,
    /// Whether reports open with its creatives.
    pub highlight_creatives: bool,
    /// What else to mind when writing to it.
    pub notes: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            tone: Tone::default(),
            language: "en".to_owned(),
            include_benchmarks: true,
            highlight_creatives: false,
            notes: String::new(),
        }
    }
}

impl ClientKnowledge {
    /// What cannot be, each with its place; empty: it is sound.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        check::faults(self)
    }

    /// The industry benchmarks are taken of, if it is one that is known.
    #[must_use]
    pub fn industry(&self) -> Option<&'static Industry> {
        Industry::recognise(&self.context.industry)
    }

    /// The constants metrics are computed with.
    ///
    /// # Errors
    /// When one of them cannot be, which [`ClientKnowledge::faults`] says too.
    pub fn constants(&self) -> Result<Constants, BadConstant> {
        self.context
            .gross_margin
            .map_or_else(|| Ok(Constants::default()), |margin| Constants::default().with("gross_margin", margin))
    }

    /// The target of a metric that is meant for a platform: one of its own, else one over all. A target of one platform says nothing of
    /// all together.
    #[must_use]
    pub fn target(&self, metric: &str, platform: Option<Source>, period: Period) -> Option<&Target> {
        let of = |platform: Option<Source>| {
            self.targets.iter().find(move |t| t.metric == metric && t.period == period && t.platform == platform)
        };
        of(platform).or_else(|| of(None))
    }

    /// The target a ratio's figure of some weeks is held against: that of a month where there is one, else of a week, quarter, year or day;
    /// one of the platform before one over all. Only of metrics that say as much of a day as of a month, and only where the target asks
    /// for what is good: a return of at most 3 is a limit.
    #[must_use]
    pub fn ratio_target(&self, metric: &str, platform: Option<Source>) -> Option<&Target> {
        const FIRST: [Period; 5] = [Period::Month, Period::Week, Period::Quarter, Period::Year, Period::Day];
        let definition = Registry::builtin().get(metric).ok().filter(|metric| metric.is_ratio())?;
        let good = |bound| match definition.direction {
            Direction::Higher => bound != Bound::AtMost,
            Direction::Lower => bound != Bound::AtLeast,
            Direction::Neutral => true,
        };
        let of = |platform: Option<Source>| {
            let fits = |target: &&Target| target.metric == metric && target.platform == platform && good(target.bound);
            self.targets.iter().filter(fits).min_by_key(|target| FIRST.iter().position(|period| *period == target.period))
        };
        platform.and_then(|platform| of(Some(platform))).or_else(|| of(None))
    }
}

#[cfg(test)]
mod tests;
