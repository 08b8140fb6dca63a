//! Thresholds: when a figure is worth a word. Four types: a fixed bound, a change against the period before, a trend, several together.

use crate::query::Comparison;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// A threshold, those it names by id put in their places.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// One of the three that look at one metric.
    Of(Test),
    /// All of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
}

/// What one metric must do.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Which metric.
    pub metric: CompactString,
    /// What it must do.
    pub rule: Rule,
    /// Whether it only narrows where something is said: a guard is judged by the figure alone and claims nothing itself.
    pub guard: bool,
}

/// What a metric must do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// Compare so with a bound.
    Absolute(Comparison, Bound),
    /// Have moved so from the equally long period before, in percent.
    Relative(Move),
    /// Have gone one way day by day.
    Trend {
        /// Which way.
        direction: Heading,
        /// Over so many days.
        days: u16,
        /// By at least so many percent from the first to the last.
        percent: f64,
    },
}

/// What a figure is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// A number in the metric's unit.
    Value(f64),
    /// So many times the client's target for the metric.
    OfTarget(f64),
}

/// A change in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Move {
    /// At least so much: 25 is a rise by a quarter or more, -10 a fall by no more than a tenth.
    AtLeast(f64),
    /// At most so much: -20 is a fall by a fifth or more.
    AtMost(f64),
    /// No further than this either way.
    Within(f64),
}

/// Which way a trend goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heading {
    /// Up.
    Rising,
    /// Down.
    Falling,
}

/// The type of a threshold, as files name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdType {
    /// A fixed bound.
    Absolute,
    /// A change against the period before.
    Relative,
    /// A direction kept over days.
    Trend,
    /// Several together.
    Compound,
}

impl ThresholdType {
    /// The name in files and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::Relative => "relative",
            Self::Trend => "trend",
            Self::Compound => "compound",
        }
    }
}

impl Move {
    /// Whether a change is such a one.
    #[must_use]
    pub fn holds(self, percent: f64) -> bool {
        match self {
            Self::AtLeast(least) => percent >= least,
            Self::AtMost(most) => percent <= most,
            Self::Within(width) => percent.abs() <= width,
        }
    }
}

impl Condition {
    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> ThresholdType {
        match self {
            Self::Of(test) => match test.rule {
                Rule::Absolute(..) => ThresholdType::Absolute,
                Rule::Relative(_) => ThresholdType::Relative,
                Rule::Trend { .. } => ThresholdType::Trend,
            },
            Self::All(_) | Self::Any(_) => ThresholdType::Compound,
        }
    }

    /// Every test in it, in the order written.
    #[must_use]
    pub fn tests(&self) -> Vec<&Test> {
        fn walk<'a>(condition: &'a Condition, tests: &mut Vec<&'a Test>) {
            match condition {
                Condition::Of(test) => tests.push(test),
                Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| walk(part, tests)),
            }
        }
        let mut tests = Vec::new();
        walk(self, &mut tests);
        tests
    }

    /// The metrics it looks at, each once.
    #[must_use]
    pub fn metrics(&self) -> Vec<&CompactString> {
        let mut metrics: Vec<&CompactString> = Vec::new();
        for test in self.tests() {
            if !metrics.contains(&&test.metric) {
                metrics.push(&test.metric);
            }
        }
        metrics
    }

    /// Whether it holds something against the period before.
    #[must_use]
    pub fn compares(&self) -> bool {
        self.tests().iter().any(|test| matches!(test.rule, Rule::Relative(_)))
    }

    /// How many days back it looks, for a window of so many.
    #[must_use]
    pub fn reach(&self, window: u16) -> u16 {
        let days = |test: &&Test| match test.rule {
            Rule::Absolute(..) => window,
            Rule::Relative(_) => window.saturating_mul(2),
            Rule::Trend { days, .. } => days.max(window),
        };
        self.tests().iter().map(days).max().unwrap_or(window)
    }
}
