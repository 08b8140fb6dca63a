//! A metric over a window of its own, by name: `spend_today`, `spend_7d`, `ctr_trend_7d`. What rules and insights compare.
//!
//! A window ends with the last day there are figures of. A trend is the change, in percent, of the window against the equally long one
//! before it. It misleads where the window holds provisional days, which look worse than they will, or is no whole number of weeks.

use super::{Registry, UnknownMetric};
use crate::{
    Day, DayRange,
    query::{Cell, Compare, Filter, MetricQuery, QueryError, QueryParts, QueryResult},
};
use std::{fmt, str::FromStr};

/// The longest window, in days.
const DAYS_MAX: u16 = 366;

/// Which days a term looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Window {
    /// The last day alone.
    Today,
    /// So many days up to the last.
    Days(u16),
}

impl Window {
    /// The days, the last of them given.
    #[must_use]
    pub fn ending(self, through: Day) -> DayRange {
        match self {
            Self::Today => DayRange::single(through),
            Self::Days(days) => DayRange::ending(through, days),
        }
    }
}

/// A metric over a window, or how it moved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The metric's id.
    pub metric: String,
    /// The window; `None`: whatever days are asked about.
    pub window: Option<Window>,
    /// Whether the change against the window before is meant.
    pub trend: bool,
}

/// What is no term.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TermError {
    /// The metric does not exist.
    #[error(transparent)]
    Metric(#[from] UnknownMetric),
    /// The window cannot be.
    #[error("'{0}' has a window that cannot be: use 1 to {DAYS_MAX} days, for example spend_7d or ctr_trend_7d")]
    Window(String),
}

impl Term {
    /// The query that answers it for what passes the filters.
    ///
    /// # Errors
    /// When the metric cannot be filtered like that.
    pub fn query(&self, through: Day, asked: DayRange, filters: Vec<Filter>) -> Result<MetricQuery, QueryError> {
        let period = self.window.map_or(asked, |window| window.ending(through));
        let compare = self.trend.then_some(Compare::Previous);
        MetricQuery::new(period, QueryParts { metrics: vec![self.metric.clone()], filters, compare, ..QueryParts::default() })
    }

    /// Its figure in the answer to that query; `None` where there is none, or nothing to compare with.
    #[must_use]
    pub fn read(&self, answer: &QueryResult) -> Option<f64> {
        let now = answer.totals.first().and_then(|cell| cell.number())?;
        if !self.trend {
            return Some(now);
        }
        let before = answer.compared_totals.as_ref()?.first().and_then(Cell::number)?;
        Some((now - before) / before.abs() * 100.0).filter(|change| change.is_finite())
    }
}

impl FromStr for Term {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        let term = |metric: &str, window, trend| {
            Registry::builtin().get(metric)?;
            Ok(Self { metric: metric.to_owned(), window, trend })
        };
        if Registry::builtin().get(text).is_ok() {
            return term(text, None, false);
        }
        if let Some(metric) = text.strip_suffix("_today") {
            return term(metric, Some(Window::Today), false);
        }
        let windowed = text.strip_suffix('d').and_then(|rest| rest.rsplit_once('_'));
        let Some((named, days)) = windowed.filter(|(_, days)| !days.is_empty() && days.bytes().all(|b| b.is_ascii_digit())) else {
            return term(text, None, false);
        };
        let days = days.parse().ok().filter(|days| (1..=DAYS_MAX).contains(days));
        let window = Window::Days(days.ok_or_else(|| TermError::Window(text.to_owned()))?);
        match named.strip_suffix("_trend") {
            Some(metric) => term(metric, Some(window), true),
            None => term(named, Some(window), false),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.metric)?;
        if self.trend {
            f.write_str("_trend")?;
        }
        match self.window {
            None => Ok(()),
            Some(Window::Today) => f.write_str("_today"),
            Some(Window::Days(days)) => write!(f, "_{days}d"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn answer(now: Cell, before: Option<Cell>) -> QueryResult {
        let period = DayRange::single(date(2026, 3, 8));
        QueryResult {
            dimensions: vec![],
            metrics: vec![],
            rows: vec![],
            truncated: false,
            totals: vec![now],
            compared_totals: before.map(|cell| vec![cell]),
            period,
            compared_period: None,
            currency: None,
            rates: None,
            zones: vec![],
            freshness: None,
            provisional_from: None,
            source_hash: String::new(),
            notes: vec![],
        }
    }

    #[test]
    fn names_of_rule_fields_are_queries() {
        let (today, asked) = (date(2026, 3, 8), "2026-01-01..2026-01-31".parse().unwrap());
        let query = |text: &str| text.parse::<Term>().unwrap().query(today, asked, vec![]).unwrap();
        for (text, from, to) in [("spend", "2026-01-01", "2026-01-31"), ("spend_today", "2026-03-08", "2026-03-08")] {
            assert_eq!(query(text).period().to_string(), format!("{from}..{to}"), "{text}");
        }
        assert_eq!(query("spend_7d").period().to_string(), "2026-03-02..2026-03-08");
        assert_eq!(query("spend_7d").compare(), None);
        for text in ["ctr_trend_7d", "cpa_trend_7d", "roas_trend_7d"] {
            assert_eq!((query(text).compare(), query(text).period().len()), (Some(Compare::Previous), 7), "{text}");
        }
    }

    #[test]
    fn a_trend_is_a_change_in_percent() {
        let trend: Term = "ctr_trend_7d".parse().unwrap();
        assert_eq!(trend.read(&answer(Cell::Number(1.5), Some(Cell::Number(2.0)))), Some(-25.0));
        assert_eq!(trend.read(&answer(Cell::Number(1.5), Some(Cell::Number(0.0)))), None);
        assert_eq!(trend.read(&answer(Cell::Number(1.5), Some(Cell::None))), None);
        let profit: Term = "profit_trend_7d".parse().unwrap();
        assert_eq!(profit.read(&answer(Cell::Money(-2_000_000), Some(Cell::Money(-1_000_000)))), Some(-100.0));
        let spend: Term = "spend_7d".parse().unwrap();
        assert_eq!(spend.read(&answer(Cell::Money(12_500_000), None)), Some(12.5));
    }

    #[test]
    fn what_is_none_is_named() {
        let refused = |text: &str| text.parse::<Term>().unwrap_err().to_string();
        assert_eq!(refused("spent_7d"), "'spent' is not a metric: did you mean spend?");
        assert!(refused("spend_0d").contains("1 to 366 days"));
        assert!(refused("spend_99999999999d").contains("1 to 366 days"));
        assert_eq!(refused("ctr_trend"), "'ctr_trend' is not a metric");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(days in 1_u16..=DAYS_MAX, trend: bool, which in 0_usize..30) {
            let metric = Registry::builtin().iter().nth(which).unwrap().id.clone();
            let term = Term { metric, window: Some(Window::Days(days)), trend };
            prop_assert_eq!(term.to_string().parse::<Term>(), Ok(term));
        }

        #[test]
        fn any_text_is_a_term_or_an_error(text in "\\PC*") {
            let _ignored = text.parse::<Term>();
        }
    }
}
