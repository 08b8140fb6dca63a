//! From where on a metric asks for somebody's eyes, as its definition says: an absolute value, or a change against the period before.
//!
//! These are where to start, not a verdict: a client's own targets and a series' own past say more.

use super::Unit;
use crate::{Currency, Source, finding::Severity, query::Comparison};
use serde::Deserialize;
use std::fmt;

/// What of a metric is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdOf {
    /// Its value, in its unit.
    Value,
    /// Its change against the equally long period before, in percent.
    Change,
}

/// From where on somebody should look.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// How much it matters.
    pub severity: Severity,
    /// What is compared.
    pub of: ThresholdOf,
    /// How.
    pub comparison: Comparison,
    /// With what.
    pub than: f64,
    /// Currency of an amount.
    pub currency: Option<Currency>,
    /// The only platform it is meant for.
    pub platform: Option<Source>,
}

impl Threshold {
    /// Whether figures lie beyond it: the value in the metric's unit (an amount in this threshold's currency), the change in percent.
    /// What is not known lies beyond nothing.
    #[must_use]
    pub fn is_passed(&self, value: Option<f64>, change: Option<f64>) -> bool {
        let figure = match self.of {
            ThresholdOf::Value => value,
            ThresholdOf::Change => change,
        };
        figure.is_some_and(|figure| self.comparison.holds(figure, self.than))
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { comparison, than, .. } = self;
        match (self.of, than.is_sign_negative()) {
            (ThresholdOf::Change, true) => write!(f, "falls by {} % or more", -than)?,
            (ThresholdOf::Change, false) => write!(f, "rises by {than} % or more")?,
            (ThresholdOf::Value, _) => write!(f, "{} {than}", comparison.as_str())?,
        }
        if let Some(currency) = self.currency {
            write!(f, " {currency}")?;
        }
        self.platform.map_or(Ok(()), |platform| write!(f, " on {}", platform.label()))
    }
}

/// A threshold as files have it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawThreshold {
    severity: Severity,
    of: ThresholdOf,
    op: String,
    than: f64,
    currency: Option<Currency>,
    platform: Option<Source>,
}

impl RawThreshold {
    pub(super) fn check(self, unit: Unit) -> Result<Threshold, String> {
        let Self { severity, of, op, than, currency, platform } = self;
        let comparison = Comparison::ALL.into_iter().find(|comparison| comparison.as_str() == op);
        let comparison = comparison.ok_or_else(|| format!("'{op}' does not compare numbers: use >, >=, <, <=, = or !="))?;
        let grows = comparison == Comparison::AtLeast && than > 0.0;
        let falls = comparison == Comparison::AtMost && than < 0.0;
        if of == ThresholdOf::Change && !grows && !falls {
            return Err("a change is >= something above zero or <= something below".to_owned());
        }
        let amount = unit == Unit::Money && of == ThresholdOf::Value && than != 0.0;
        if amount != currency.is_some() {
            return Err("a threshold has a currency exactly where it is an amount".to_owned());
        }
        Ok(Threshold { severity, of, comparison, than, currency, platform })
    }
}

#[cfg(test)]
mod tests {
    use crate::metric::Registry;

    #[test]
    fn they_read_as_sentences_and_hold_as_they_read() {
        let thresholds = |id: &str| Registry::builtin().get(id).unwrap().thresholds.clone();
        let roas = thresholds("roas");
        let texts: Vec<_> = roas.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["falls by 20 % or more", "< 1"]);
        assert!(roas[0].is_passed(Some(3.0), Some(-21.0)) && !roas[0].is_passed(Some(3.0), Some(-19.0)));
        assert!(roas[1].is_passed(Some(0.9), None) && !roas[1].is_passed(None, None));
        assert_eq!(thresholds("cpc")[0].to_string(), "> 2.5 USD on Google Ads");
        assert!(thresholds("profit")[0].is_passed(Some(-1.0), None));
    }
}
