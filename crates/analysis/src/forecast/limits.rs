//! Every maximum and minimum of forecasting, with its reason.

/// Values that must be known before anything is said: two weeks of days, and enough for a backtest at all.
pub(crate) const KNOWN_MIN: usize = 14;

/// The part of a stretch that may be missing. Beyond it, most of what a model learns would be our own filling.
pub(crate) const MISSING_MAX: f64 = 0.5;

/// How many lengths of its history a series is forecast at most: beyond, no backtest says anything about the error.
pub(crate) const HORIZON_PER_HISTORY_MAX: usize = 1;

/// Beyond this an amount is a fault of whoever reports it, and squares of it lose their digits.
pub(crate) const VALUE_MAX: f64 = 1e15;

/// Days a backtest forecasts from. More of them make intervals calmer and forecasts slower.
pub(crate) const ORIGINS_MAX: usize = 12;

/// Days a backtest forecasts from that have less than a horizon after them.
pub(crate) const LATE_MAX: usize = 6;

/// How much of the history a backtest may take: the rest is what models are first fitted on.
pub(crate) const BACKTEST_PART_MAX: f64 = 0.5;

/// Longer seasons are left to seasonal differences and to waves: smoothing one by its places needs many cycles.
pub(crate) const SMOOTHED_PERIOD_MAX: usize = 200;

/// Values looked back on at most. Older ones say little about tomorrow and cost the most.
pub(crate) const HISTORY_MAX: usize = 4_000;

/// Days followed to their end that a completion is learnt from at least: with fewer, one odd day decides.
pub(crate) const LEARNT_DAYS_MIN: usize = 7;

/// Share of a figure that must be in before it is corrected rather than left out.
pub(crate) const TRUSTED_SHARE_MIN: f64 = 0.5;
