//! What was always so in an account and can be used: six kinds of patterns, learnt weekly, each with its confidence and its end.
//!
//! - [`hours`]: which hours of the week bring more for the same money or clicks.
//! - [`wear`]: after how many days creatives of this account are tired.
//! - [`budget`]: up to which spend per day another unit still buys as much.
//! - [`audience`]: which ad groups' audiences answer less and less, whatever is shown to them.
//! - [`lag`]: how many days it takes until conversions are reported.
//! - [`season`]: which weekdays and months are stronger.
//!
//! The usual way names every hour that is 20 % from the mean, and computes confidence from how many rows there were. Of 168 hours some
//! are always 20 % from the mean. Here a pattern is told only if it is beyond chance, all comparisons taken together (the rate of false
//! discoveries is 5 %; for an account without a pattern that is the chance of telling any), values are drawn towards the mean as far
//! as they are noise, and what is not known is [`Because`], with the reason.
//!
//! # Confidence
//! The usual way adds up points for sample, spread and span. The same three things, as what they mean, multiplied ([`Confidence`]):
//! `sample`, one less the chance of seeing as much without a pattern; `spread`, the part of the differences that is not noise
//! (reliability: variance between over variance between and within); `span`, one less one over the number of times the pattern could
//! have repeated (weeks for hours and weekdays, years for months, ads for wear). So half a week of millions of clicks tells little of weeks.
//!
//! # When it misleads
//! Patterns are of the past: a pattern ends (`valid_until`) after a quarter of the span it was learnt from, after two weeks at the
//! soonest and three months at the latest. Patterns are not causes: an hour may be good because of who is awake, not because of the clock.

pub mod audience;
pub mod budget;
mod finding;
pub mod hours;
pub mod lag;
pub mod season;
pub mod wear;

use crate::anomaly::robust::MAGNITUDE_MAX;
use std::fmt;
use trimtab_domain::{Currency, Day, finding::EntityRef};

/// Which kind of pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PatternKind {
    /// Hours and weekdays.
    TimePerformance,
    /// Days until creatives are tired.
    CreativeFatigue,
    /// Spend per day.
    BudgetSweetSpot,
    /// Audiences that answer less and less.
    AudienceDecay,
    /// Days until conversions are reported.
    ConversionLag,
    /// Weekdays and months.
    Seasonal,
}

impl PatternKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::TimePerformance,
        Self::CreativeFatigue,
        Self::BudgetSweetSpot,
        Self::AudienceDecay,
        Self::ConversionLag,
        Self::Seasonal,
    ];

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TimePerformance => "time_performance",
            Self::CreativeFatigue => "creative_fatigue",
            Self::BudgetSweetSpot => "budget_sweet_spot",
            Self::AudienceDecay => "audience_decay",
            Self::ConversionLag => "conversion_lag",
            Self::Seasonal => "seasonal",
        }
    }
}

/// How sure a pattern is, and what that rests on; each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    /// The product of the three.
    pub value: f64,
    /// One less the chance of seeing as much without a pattern.
    pub sample: f64,
    /// The part of the differences that is not noise.
    pub spread: f64,
    /// One less one over how often it could have repeated.
    pub span: f64,
}

impl Confidence {
    fn of(chance: f64, reliability: f64, repeats: f64) -> Self {
        let share = |v: f64| if v.is_finite() { v.clamp(0.0, 1.0) } else { 0.0 };
        let (sample, spread, span) = (share(1.0 - chance), share(reliability), share(1.0 - 1.0 / repeats));
        Self { value: sample * spread * span, sample, spread, span }
    }
}

/// What a pattern looks like, for a picture.
#[derive(Debug, Clone, PartialEq)]
pub enum Picture {
    /// A week of hours.
    Hours(hours::HourMap),
    /// How many creatives are not tired by age.
    Wear(wear::WearCurve),
    /// Results by spend.
    Budget(budget::SweetSpot),
    /// Ad groups and what they lose in a week.
    Audience(audience::AudienceDecay),
    /// The share of conversions reported by age.
    Lag(lag::LagCurve),
    /// Weekdays and months against the mean.
    Season(season::SeasonProfile),
}

/// A pattern that was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Which kind.
    pub kind: PatternKind,
    /// What it is a pattern of.
    pub entity: EntityRef,
    /// Currency of its amounts, where it has any.
    pub currency: Option<Currency>,
    /// The day it was learnt on.
    pub learned_on: Day,
    /// First and last day it was learnt from.
    pub learned_from: (Day, Day),
    /// The last day it may be used.
    pub valid_until: Day,
    /// How sure it is.
    pub confidence: Confidence,
    /// What it looks like.
    pub picture: Picture,
}

/// Why there is no pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Because {
    /// Fewer days than it takes.
    TooShort {
        /// Days there are.
        have: usize,
        /// Days it takes.
        need: usize,
    },
    /// Fewer of something than it takes.
    TooFew {
        /// Of what, in the plural.
        what: &'static str,
        /// How many there are.
        have: f64,
        /// How many it takes.
        need: f64,
    },
    /// Spend was always about the same, so what other spend would bring is not known.
    NoVariation {
        /// High over low spend.
        have: f64,
        /// High over low spend it takes.
        need: f64,
    },
    /// There are figures enough, and what they show may be chance.
    NoPattern {
        /// How often chance alone shows as much.
        chance: f64,
    },
}

impl Because {
    /// Whether figures were enough: then there is no pattern, and else nobody can tell.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        matches!(self, Self::NoPattern { .. })
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { have, need } => write!(f, "cannot tell, because there are {have} days and it takes {need}"),
            Self::TooFew { what, have, need } => {
                write!(f, "cannot tell, because there are {have:.0} {what} and it takes {need:.0}")
            }
            Self::NoVariation { have, need } => {
                write!(f, "cannot tell, because the highest spend was {have:.2} times the lowest and it takes {need:.2}")
            }
            Self::NoPattern { chance } => {
                write!(f, "there is no pattern: chance shows as much in {:.0} of 100 cases", chance * 100.0)
            }
        }
    }
}

/// What every kind is learnt with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The share of false discoveries among what is told.
    pub rate: f64,
    /// What decides reshuffling.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { rate: 0.05, seed: 1 }
    }
}

/// Days after which a pattern is learnt anew.
const REFRESH_DAYS: i32 = 7;

/// Whether patterns are to be learnt: never learnt, or a week ago.
#[must_use]
pub fn is_due(last: Option<Day>, today: Day) -> bool {
    last.is_none_or(|last| days_between(last, today) >= REFRESH_DAYS)
}

pub(crate) fn days_between(from: Day, to: Day) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn later(day: Day, days: i32) -> Day {
    day.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
}

/// The last day a pattern holds: a quarter of its span after it was learnt, two weeks at least, three months at most.
fn valid_until(learned_on: Day, (from, to): (Day, Day)) -> Day {
    later(learned_on, (days_between(from, to) / 4).clamp(14, 90))
}

/// A figure that an account could have.
fn sane(v: f64) -> bool {
    v.is_finite() && v.abs() <= MAGNITUDE_MAX
}

/// How often chance alone shows as much as the most striking of many tests (Simes 1986).
fn together(chances: &[f64]) -> f64 {
    let mut all: Vec<f64> = chances.iter().copied().filter(|p| p.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    let n = all.len() as f64;
    all.iter().enumerate().map(|(rank, p)| p * n / (rank as f64 + 1.0)).fold(1.0, f64::min)
}

/// A reproducible shuffle (splitmix64).
struct Shuffler(u64);

impl Shuffler {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % (n.max(1) as u64)).unwrap_or(0)
    }

    fn shuffle(&mut self, values: &mut [f64]) {
        for i in (1..values.len()).rev() {
            values.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests;
