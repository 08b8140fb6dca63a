//! The answer: a forecast with what is known about its worth, or why none can be given.

use std::fmt;

/// What a series will do next, as far as its past can tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Outlook {
    /// It can be told.
    Forecast(Forecast),
    /// It cannot; never a number out of nothing.
    CannotTell {
        /// Why.
        because: Because,
    },
}

impl Outlook {
    /// The forecast, if there is one.
    #[must_use]
    pub const fn forecast(&self) -> Option<&Forecast> {
        match self {
            Self::Forecast(forecast) => Some(forecast),
            Self::CannotTell { .. } => None,
        }
    }
}

/// A forecast, one value a step, from the step after the series' last.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The middle of what may come, in the series' own unit.
    pub points: Vec<f64>,
    /// In ascending order of their level.
    pub intervals: Vec<Interval>,
    /// Between which bounds the sum of all points is expected, in ascending order of their level.
    pub total: Vec<Bounds>,
    /// The same of the first so many points, where that was asked for.
    pub firsts: Vec<FirstSum>,
    /// What the forecast is put together from, the weightiest first.
    pub models: Vec<Share>,
    /// How it would have done so far.
    pub backtest: Backtest,
    /// What a reader should know before relying on it.
    pub notes: Vec<Note>,
}

/// Between which bounds a value is expected, step by step.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// Share of values expected inside, between 0 and 1.
    pub level: f64,
    /// Lower bounds.
    pub lower: Vec<f64>,
    /// Upper bounds.
    pub upper: Vec<f64>,
}

/// Between which bounds a single value is expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Share of values expected inside, between 0 and 1.
    pub level: f64,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
}

/// Between which bounds the sum of the first points is expected.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstSum {
    /// How many points.
    pub steps: usize,
    /// In ascending order of their level.
    pub bounds: Vec<Bounds>,
}

impl Forecast {
    /// The bounds of every sum that is told, with the number of points it is of.
    pub(crate) fn sums(&mut self) -> impl Iterator<Item = (usize, &mut Vec<Bounds>)> {
        let whole = (self.points.len(), &mut self.total);
        std::iter::once(whole).chain(self.firsts.iter_mut().map(|first| (first.steps, &mut first.bounds)))
    }
}

/// A model's part in a forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// In plain words.
    pub model: String,
    /// Between 0 and 1; those of a forecast add up to 1, but for what is too small to mention.
    pub weight: f64,
    /// Its mean absolute error in the backtest, in the series' unit.
    pub error: f64,
}

/// Forecasts from days of the past, beside what then came.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// From how many days of the past.
    pub origins: usize,
    /// How many steps ahead; fewer than asked for where the past is short.
    pub horizon: usize,
    /// Mean absolute error of the forecast's own mixture, each origin with weights learnt from the others.
    pub error: f64,
    /// The same of the seasonal naive forecast.
    pub naive_error: f64,
}

/// Something to know about a forecast.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// Values were missing inside the series.
    Filled {
        /// How many.
        missing: usize,
        /// Of how many steps.
        of: usize,
    },
    /// The last steps of the series have no value; they were forecast over.
    Silent {
        /// How many.
        steps: usize,
    },
    /// Nothing but one value was ever seen.
    NeverVaried,
    /// It has stood at zero and is expected to go on so until somebody acts.
    Stopped {
        /// For how many steps.
        steps: usize,
    },
    /// No mixture did better than the seasonal naive forecast, which was taken.
    NaiveIsBest,
    /// The past is too short to test all steps; intervals of later ones are extrapolated.
    TestedShorter {
        /// Steps ahead that could be tested.
        horizon: usize,
    },
    /// Few forecasts could be tested, so intervals are wide.
    FewOrigins {
        /// How many.
        origins: usize,
    },
    /// An event's effect was learnt and is expected again.
    Event {
        /// Its name.
        name: String,
        /// What it adds, as a share of the usual value where `relative`, else in the series' unit.
        effect: f64,
        /// Whether `effect` is a share.
        relative: bool,
        /// How often it was seen.
        seen: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filled { missing, of } => write!(f, "{missing} of {of} values are missing and were bridged"),
            Self::Silent { steps } => write!(f, "the last {steps} values are missing and were forecast over"),
            Self::NeverVaried => f.write_str("it has never varied, so nothing tells how it would"),
            Self::Stopped { steps } => write!(f, "it has stood at zero for {steps} steps and is expected to, until somebody acts"),
            Self::NaiveIsBest => f.write_str("nothing did better than repeating the last season"),
            Self::TestedShorter { horizon } => write!(f, "the past is long enough to test {horizon} steps ahead, not more"),
            Self::FewOrigins { origins } => write!(f, "only {origins} forecasts could be tested, so the intervals are wide"),
            Self::Event { name, effect, relative, seen } => {
                let often = if *seen == 1 { "once".to_owned() } else { format!("{seen} times") };
                if *relative {
                    write!(f, "{name}: {:+.0} % of the usual, seen {often}", effect * 100.0)
                } else {
                    write!(f, "{name}: {effect:+.2}, seen {often}")
                }
            }
        }
    }
}

/// Why there is no forecast.
#[derive(Debug, Clone, PartialEq)]
pub enum Because {
    /// No value at all.
    NothingKnown,
    /// Fewer values than a season and a test of it take.
    TooShort {
        /// Values there are.
        known: usize,
        /// Values it takes.
        needed: usize,
    },
    /// More of it is missing than known.
    TooManyGaps {
        /// Values missing between the first and the last.
        missing: usize,
        /// Steps between them.
        of: usize,
    },
    /// A value no business reports.
    Absurd {
        /// That value.
        value: f64,
    },
    /// Nothing was asked for.
    NoHorizon,
    /// Further than the past is long.
    TooFar {
        /// Steps asked for, those without a value before them included.
        horizon: usize,
        /// Steps that can be told.
        most: usize,
    },
    /// Not one model could make sense of it.
    NoModel,
    /// Too few days were followed until they were final.
    TooFewSettled {
        /// How many were.
        settled: usize,
        /// How many it takes.
        needed: usize,
    },
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingKnown => f.write_str("no value is known"),
            Self::TooShort { known, needed } => write!(f, "{known} values are known and it takes {needed}"),
            Self::TooManyGaps { missing, of } => write!(f, "{missing} of {of} values are missing"),
            Self::Absurd { value } => write!(f, "{value:e} cannot be a true figure"),
            Self::NoHorizon => f.write_str("no step ahead was asked for"),
            Self::TooFar { horizon, most } => write!(f, "{horizon} steps ahead are too far: the past allows {most}"),
            Self::TooFewSettled { settled, needed } => {
                write!(f, "{settled} days were followed until they were final and it takes {needed}")
            }
            Self::NoModel => f.write_str("no model makes sense of these values"),
        }
    }
}
