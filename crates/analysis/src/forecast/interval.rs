//! Intervals from the errors a forecast really made, not from what its model believes of itself.
//!
//! Split conformal prediction over rolling origins (Vovk, Gammerman and Shafer 2005; for series Stankevičiūtė, Alaa and van der
//! Schaar 2021): errors of hindsight are divided by how errors usually grow with the step ahead (σ(h) = hᵇ, 0 ≤ b ≤ 1, fitted),
//! pooled, and their quantile, times σ(h), is the distance to either bound. Where all is above zero, errors are ratios and so are
//! the bounds.
//!
//! It assumes that the coming weeks are as hard as the tested ones. Origins overlap, so their errors are worth fewer than they are;
//! the fewer origins, the more a quantile is widened (by 1 + c/origins). A break that the past has not seen is not covered.

use super::backtest::Plan;
use super::outlook::{Bounds, Interval};
use super::past::Past;

/// How much one origin more or less is worth: with twelve, a bound lies 5 % further out than the quantile.
const WIDENING: f64 = 0.6;

#[derive(Debug)]
pub(crate) struct Errors {
    /// Sizes of scaled errors, ascending.
    sizes: Vec<f64>,
    /// The exponent of their growth.
    growth: f64,
    /// Whether they are logarithms of ratios.
    ratios: bool,
    origins: usize,
    /// Sizes of errors of sums over a test's steps, ascending, on the scale of `ratios`.
    sums: Vec<f64>,
    /// Steps of a test.
    horizon: usize,
}

impl Errors {
    /// From what was told at each origin. Empty where nothing known came after.
    pub(crate) fn of(told: &[Vec<f64>], past: &Past, plan: &Plan) -> Self {
        let pairs: Vec<(usize, f64, f64)> = told
            .iter()
            .zip(&plan.origins)
            .flat_map(|(path, &origin)| path.iter().enumerate().map(move |(h, told)| (h, *told, origin + h)))
            .filter(|(_, _, at)| past.known[*at])
            .map(|(h, told, at)| (h, told, past.y[at]))
            .collect();
        let ratios = past.y.iter().all(|v| *v > 0.0) && pairs.iter().all(|(_, told, _)| *told > 0.0);
        let errors: Vec<(usize, f64)> =
            pairs.iter().map(|&(h, told, came)| (h, if ratios { (came / told).ln() } else { came - told })).collect();
        let growth = growth(&errors, plan.horizon);
        let mut sizes: Vec<f64> = errors.iter().map(|&(h, error)| error.abs() / spread(h, growth)).collect();
        sizes.sort_by(f64::total_cmp);
        let sums = sums(told, past, plan, ratios);
        Self { sizes, growth, ratios, origins: plan.origins.len(), sums, horizon: plan.horizon }
    }

    /// Bounds around the sum of `points`. Beyond the steps tested, errors of a sum grow as those of its steps do.
    pub(crate) fn around_sum(&self, points: &[f64], level: f64) -> Bounds {
        let sum: f64 = points.iter().sum();
        let longer = points.len() as f64 / self.horizon.max(1) as f64;
        let growth = if self.ratios { self.growth } else { 1.0 + self.growth };
        let far = quantile(&self.sums, level) * self.widening() * if longer > 1.0 { longer.powf(growth) } else { 1.0 };
        let (lower, upper) = if self.ratios && sum > 0.0 { (sum * (-far).exp(), sum * far.exp()) } else { (sum - far, sum + far) };
        Bounds { level, lower, upper }
    }

    fn widening(&self) -> f64 {
        1.0 + WIDENING / self.origins.max(1) as f64
    }

    /// Bounds around `points` that hold a share `level` of what comes.
    pub(crate) fn around(&self, points: &[f64], level: f64) -> Interval {
        let reach = quantile(&self.sizes, level) * self.widening();
        let (lower, upper) = points
            .iter()
            .enumerate()
            .map(|(h, &point)| {
                let far = reach * spread(h, self.growth);
                if self.ratios && point > 0.0 { (point * (-far).exp(), point * far.exp()) } else { (point - far, point + far) }
            })
            .unzip();
        Interval { level, lower, upper }
    }
}

/// The conformal quantile of ascending sizes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank is a small whole number above zero")]
fn quantile(sizes: &[f64], level: f64) -> f64 {
    let rank = (level * (sizes.len() as f64 + 1.0)).ceil() as usize;
    sizes.get(rank.clamp(1, sizes.len().max(1)) - 1).copied().unwrap_or(0.0)
}

/// How far sums over tests were off, over steps that are known.
fn sums(told: &[Vec<f64>], past: &Past, plan: &Plan, ratios: bool) -> Vec<f64> {
    let off = |(path, &origin): (&Vec<f64>, &usize)| {
        let known = path.iter().enumerate().filter(|(h, _)| past.known[origin + h]);
        let (count, told, came) = known.fold((0, 0.0, 0.0), |(n, a, b), (h, told)| (n + 1, a + told, b + past.y[origin + h]));
        (count * 2 >= path.len()).then(|| if ratios { (came / told).ln().abs() } else { (came - told).abs() })
    };
    let mut sums: Vec<f64> = told.iter().zip(&plan.origins).filter_map(off).filter(|off| off.is_finite()).collect();
    sums.sort_by(f64::total_cmp);
    sums
}

fn spread(h: usize, growth: f64) -> f64 {
    (h as f64 + 1.0).powf(growth)
}

/// The slope of log error against log step ahead, by least squares over steps.
fn growth(errors: &[(usize, f64)], horizon: usize) -> f64 {
    let mut squares = vec![(0.0, 0.0_f64); horizon];
    for &(h, error) in errors {
        squares[h].0 += error * error;
        squares[h].1 += 1.0;
    }
    let points: Vec<(f64, f64)> = squares
        .iter()
        .enumerate()
        .filter(|(_, (sum, _))| *sum > 0.0)
        .map(|(h, (sum, count))| ((h as f64 + 1.0).ln(), 0.5 * (sum / count).ln()))
        .collect();
    let n = points.len() as f64;
    let (mx, my) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let top: f64 = points.iter().map(|(x, y)| (x - mx) * (y - my)).sum();
    let bottom: f64 = points.iter().map(|(x, _)| (x - mx).powi(2)).sum();
    if bottom > 0.0 { (top / bottom).clamp(0.0, 1.0) } else { 0.5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(told: &[Vec<f64>], y: Vec<f64>, origins: Vec<usize>) -> Errors {
        let past = Past { known: vec![true; y.len()], y, from: 0, silent: 0, notes: vec![] };
        let horizon = told[0].len();
        Errors::of(told, &past, &Plan { origins, horizon })
    }

    #[test]
    fn bounds_lie_where_errors_did() {
        // Errors 1, 2, …, 10 one step ahead around zero.
        let y: Vec<f64> = (1..=10).map(|i| f64::from(i) * if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let errors = errors(&vec![vec![0.0]; 10], y, (0..10).collect());
        let interval = errors.around(&[100.0], 0.8);
        // Rank ⌈0.8 · 11⌉ = 9, widened by 6 %.
        assert!((interval.upper[0] - 109.54).abs() < 1e-9 && (interval.lower[0] - 90.46).abs() < 1e-9, "{interval:?}");
    }

    #[test]
    fn of_positive_values_bounds_are_ratios() {
        let errors = errors(&[vec![1.0], vec![1.0]], vec![2.0, 0.5], vec![0, 1]);
        let interval = errors.around(&[10.0], 0.5);
        assert!(interval.lower[0] > 0.0);
        assert!((interval.upper[0] * interval.lower[0] - 100.0).abs() < 1e-9);
    }

    #[test]
    fn errors_that_grow_with_the_root_are_seen_to() {
        let pairs: Vec<(usize, f64)> = (0..20).map(|h| (h, (h as f64 + 1.0).sqrt())).collect();
        assert!((growth(&pairs, 20) - 0.5).abs() < 1e-9);
        assert_eq!(growth(&[], 3), 0.5);
    }
}
