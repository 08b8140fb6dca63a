//! What every model of a series can do: learn from a past, then forecast from any day of it without learning again.
//!
//! The second half is what makes a backtest affordable and honest: a model is fitted on what lies before the first origin, and then
//! only watches. Models see an even series without gaps, on whatever scale the caller chose; they know neither units nor dates.

use std::fmt::Debug;

/// A model before it has seen a series.
pub(crate) trait Model: Debug {
    /// Plain words, for people.
    fn name(&self) -> String;

    /// Learns from `y`, oldest first. `None` where `y` is too short or tells nothing.
    fn fit(&self, y: &[f64]) -> Option<Box<dyn Fitted>>;

    /// Whether it only repeats values, which is the same on every scale.
    fn repeats(&self) -> bool {
        false
    }
}

/// A model that has learnt.
pub(crate) trait Fitted: Debug {
    /// For each origin `o` (ascending, at most `y.len()`), what follows `y[..o]`. Nothing at or after `o` may be looked at.
    fn forecasts(&self, y: &[f64], origins: &[usize], horizon: usize) -> Option<Vec<Vec<f64>>>;
}
