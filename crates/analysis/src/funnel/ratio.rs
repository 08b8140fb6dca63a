//! A yield over days, and how sure it is.

use crate::{counts, odds};

/// Days whose neighbourhood counts.
const LAGS: usize = 7;

/// Σ out / Σ in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ratio {
    pub(super) out: f64,
    pub(super) into: f64,
    pub(super) rate: f64,
    /// Of the rate.
    variance: f64,
    /// Outcomes are people (0 or 1 of each) and not amounts.
    counted: bool,
}

impl Ratio {
    /// Of days of (in, out); `None` where nothing went in or the sum makes no rate.
    pub(super) fn of(days: &[(f64, f64)], counted: bool) -> Option<Self> {
        let (into, out) = days.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
        let rate = out / into;
        if into <= 0.0 || !rate.is_finite() || out < 0.0 {
            return None;
        }
        let residuals: Vec<f64> = days.iter().map(|day| day.1 - rate * day.0).collect();
        let n = residuals.len() as f64;
        let lags = LAGS.min(residuals.len() / 4);
        let own: f64 = residuals.iter().map(|e| e * e).sum();
        let with = |lag: usize| residuals.iter().zip(&residuals[lag..]).map(|(a, b)| a * b).sum::<f64>();
        let long = own + (1..=lags).map(|lag| 2.0 * (1.0 - lag as f64 / (lags + 1) as f64) * with(lag)).sum::<f64>();
        let days_are_few = if n > 1.0 { n / (n - 1.0) } else { 1.0 };
        let variance = (long.max(own) * days_are_few / (into * into)).max(if counted { chance(rate, into) } else { 0.0 });
        variance.is_finite().then_some(Self { out, into, rate, variance, counted })
    }

    /// By how much outcomes scatter more than chance.
    fn scatter(self) -> f64 {
        let chance = chance(self.rate, self.into);
        if self.counted && chance > 0.0 { (self.variance / chance).max(1.0) } else { 1.0 }
    }

    /// Outcomes a rate leads to expect, counted for what they are worth after scatter.
    pub(super) fn expects(self, rate: f64) -> f64 {
        self.into * rate / self.scatter()
    }

    /// Variance of the rate's logarithm, never so small as to say that nothing is in doubt.
    pub(super) fn log_variance(self) -> f64 {
        let plain = if self.rate > 0.0 { self.variance / (self.rate * self.rate) } else { f64::INFINITY };
        if !self.counted {
            return plain;
        }
        // Half an outcome keeps a rate of zero finite.
        let least = 1.0 / (self.out / self.scatter() + 0.5);
        if plain.is_finite() { plain.max(least * (1.0 - self.rate).max(0.0)) } else { least }
    }

    /// Variance of the logarithm that another stretch's rate would have, scattering as this one does.
    pub(super) fn log_variance_of(self, into: f64) -> f64 {
        self.log_variance() * self.into / into
    }

    /// The rate with half an outcome on top where there is none.
    pub(super) fn log(self) -> f64 {
        let least = 0.5 * self.scatter() / self.into;
        (if self.counted { self.rate.max(least) } else { self.rate }).max(f64::MIN_POSITIVE).ln()
    }

    /// Between these four times in five.
    pub(super) fn interval(self) -> (f64, f64) {
        const Z: f64 = 1.2816;
        if self.counted && self.rate <= 1.0 {
            let fewer = self.scatter();
            return counts::wilson(self.out / fewer, self.into / fewer, Z);
        }
        let reach = Z * self.log_variance().min(100.0).sqrt();
        (self.rate * (-reach).exp(), self.rate * reach.exp())
    }

    /// P(true rate < threshold): by the beta with Jeffreys' prior where people are counted, else by the logarithm's normal.
    pub(super) fn below(self, threshold: f64) -> f64 {
        if threshold <= 0.0 {
            return 0.0;
        }
        if self.counted && self.rate <= 1.0 && threshold < 1.0 {
            let fewer = self.scatter();
            return odds::beta_below(threshold, self.out / fewer + 0.5, (self.into - self.out).max(0.0) / fewer + 0.5);
        }
        odds::below((threshold.ln() - self.log()) / self.log_variance().sqrt().max(1e-9))
    }
}

/// Variance of a rate by chance alone; rates beyond 1 are counts per count.
fn chance(rate: f64, into: f64) -> f64 {
    if rate < 1.0 { rate * (1.0 - rate) / into } else { rate / into }
}
