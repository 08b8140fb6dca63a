//! How much a budget buys: saturation (Hill), carry-over (geometric adstock) and the ceiling of what an audience can absorb.

/// An ad set's true response. Spend is in minor units per day, results are purchases or leads per day at neutral demand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Curve {
    /// Results per day that no budget exceeds.
    pub(crate) ceiling: f64,
    /// Adstocked spend per day that brings half the ceiling.
    pub(crate) half: f64,
    /// Slope of the Hill curve, at most 1: every extra unit buys less than the one before.
    pub(crate) slope: f64,
    /// Part of a day's effect that carries over to the next.
    pub(crate) carry: f64,
    /// Spend per day the ad set was designed for.
    pub(crate) design: f64,
    /// Spend per day that its audience can absorb at most.
    pub(crate) absorbs: f64,
}

/// How many days back adstock looks; what is older is under 2 % of the effect.
pub(crate) const ADSTOCK_DAYS: i32 = 7;

impl Curve {
    /// A curve that brings `results` at the design spend.
    pub(crate) fn through(design: f64, results: f64, half: f64, slope: f64, carry: f64, absorbs: f64) -> Self {
        let (x, k) = (design.powf(slope), half.powf(slope));
        Self { ceiling: results * (x + k) / x, half, slope, carry, design, absorbs }
    }

    /// Expected results of an adstocked spend.
    pub(crate) fn results(&self, adstocked: f64) -> f64 {
        if adstocked <= 0.0 {
            return 0.0;
        }
        let x = adstocked.powf(self.slope);
        self.ceiling * x / (x + self.half.powf(self.slope))
    }

    /// What is spent of a daily budget: all of it when small, ever less of it as it nears what the audience absorbs.
    pub(crate) fn spent(&self, budget: f64) -> f64 {
        self.absorbs * (1.0 - (-budget / self.absorbs).exp())
    }

    /// Spend of today and the days before, weighted by what carries over. `spend(0)` is today, `spend(1)` yesterday.
    pub(crate) fn adstocked(&self, spend: impl Fn(i32) -> f64) -> f64 {
        let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
        for back in 0..=ADSTOCK_DAYS {
            sum += weight * spend(back);
            weights += weight;
            weight *= self.carry;
        }
        sum / weights
    }

    /// How much dearer impressions get when an ad set spends more than it was designed for.
    pub(crate) fn price(&self, spend: f64) -> f64 {
        (spend.max(1.0) / self.design.max(1.0)).powf(0.12).clamp(0.7, 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_budget_buys_more_but_ever_less_of_it() {
        let curve = Curve::through(10_000.0, 20.0, 14_000.0, 0.9, 0.4, 60_000.0);
        assert!((curve.results(10_000.0) - 20.0).abs() < 1e-9);
        let at = |budget: f64| curve.results(curve.spent(budget));
        let mut last_gain = f64::MAX;
        for step in 1..20 {
            let gain = at(f64::from(step + 1) * 5_000.0) - at(f64::from(step) * 5_000.0);
            assert!(gain > 0.0 && gain < last_gain, "step {step}: {gain} after {last_gain}");
            last_gain = gain;
        }
        assert!((curve.adstocked(|_| 500.0) - 500.0).abs() < 1e-9);
        assert!(curve.adstocked(|back| if back == 0 { 0.0 } else { 500.0 }) > 100.0);
    }
}
