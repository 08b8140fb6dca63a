//! Intervals from the errors a forecast really made, not from what its model believes of itself.
//!
//! Split conformal prediction over rolling origins (Vovk, Gammerman and Shafer 2005; for series Stankevičiūtė, Alaa and van der
//! Schaar 2021): errors of hindsight are divided by how errors usually grow with the step ahead (σ(h) = hᵇ, 0 ≤ b ≤ 1, fitted),
//! pooled, and their quantile, times σ(h), is the distance to either bound. Where all is above zero, errors are ratios and so are
//! the bounds.
//!
//! Two corrections keep them honest. Newer errors weigh more (Barber, Candès, Ramdas and Tibshirani 2023): one from half the tested
//! span ago counts half, and the last days count although less than a horizon has passed since; what changed lately shows at once.
//! And a quantile of few tests is too small: it is widened by what Student's t is wider than the normal, with two degrees of
//! freedom for each test that does not overlap another (one would do if errors within a test moved as one, which they do not).
//!
//! It assumes that the coming weeks are as hard as the tested ones. A break that the past has not seen is not covered, until a day
//! after it is in.

use super::backtest::Plan;
use super::outlook::{Bounds, Interval};
use super::past::Past;
use crate::odds::normal_at;

/// The part of the tested span after which an error weighs half.
const HALF_LIFE: f64 = 0.5;
/// Degrees of freedom for each test that does not overlap another.
const FREEDOM: f64 = 2.0;
/// Logarithm of the largest ratio an interval goes to: beyond, it says nothing and overflows.
const RATIO_MAX: f64 = 14.0;

#[derive(Debug)]
pub(crate) struct Errors {
    /// Scaled errors.
    sizes: Sizes,
    /// The exponent of their growth.
    growth: f64,
    /// Whether they are logarithms of ratios.
    ratios: bool,
    /// Errors of sums over a test's steps, on the scale of `ratios`.
    sums: Sizes,
    /// Steps of a test.
    horizon: usize,
    /// Tests that do not overlap.
    apart: f64,
}

/// Sizes of errors with their weights, ascending by size.
#[derive(Debug)]
struct Sizes(Vec<(f64, f64)>);

impl Sizes {
    /// From sizes and how many steps ago they were made.
    fn of(made: &[(f64, usize)], span: usize) -> Self {
        let weigh = |ago: usize| 0.5_f64.powf(ago as f64 / (HALF_LIFE * span.max(1) as f64));
        let mut sizes: Vec<(f64, f64)> = made.iter().map(|&(size, ago)| (size, weigh(ago))).collect();
        sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self(sizes)
    }

    /// The weighted conformal quantile: the error to come counts as one of mean weight that lies beyond all.
    fn quantile(&self, level: f64) -> f64 {
        let weight: f64 = self.0.iter().map(|(_, weight)| weight).sum();
        let wanted = level * weight * (1.0 + 1.0 / self.0.len().max(1) as f64);
        let mut sum = 0.0;
        let reached = self.0.iter().find(|(_, weight)| {
            sum += weight;
            sum >= wanted * (1.0 - 1e-12)
        });
        reached.or(self.0.last()).map_or(0.0, |(size, _)| *size)
    }
}

/// A value that came.
struct Came {
    at: usize,
    value: f64,
}

impl Errors {
    /// From what was told at each origin. Empty where nothing known came after.
    pub(crate) fn of(told: &[Vec<f64>], past: &Past, plan: &Plan) -> Self {
        let pairs: Vec<(usize, f64, Came)> = told
            .iter()
            .zip(plan.all())
            .flat_map(|(path, origin)| path.iter().enumerate().map(move |(h, told)| (h, *told, origin + h)))
            .filter(|(_, _, at)| past.known.get(*at) == Some(&true))
            .map(|(h, told, at)| (h, told, Came { at, value: past.y[at] }))
            .collect();
        let ratios = past.y.iter().all(|v| *v > 0.0) && pairs.iter().all(|(_, told, _)| *told > 0.0);
        let errors: Vec<(usize, f64)> =
            pairs.iter().map(|(h, told, came)| (*h, if ratios { (came.value / told).ln() } else { came.value - told })).collect();
        let growth = growth(&errors, plan.horizon);
        let end = past.y.len();
        let span = end - plan.origins.first().copied().unwrap_or(0).min(end);
        let ago = pairs.iter().map(|(_, _, came)| end - 1 - came.at);
        let sizes: Vec<(f64, usize)> = errors.iter().map(|&(h, error)| error.abs() / spread(h, growth)).zip(ago).collect();
        let sums = Sizes::of(&sums(told, past, plan, plan.horizon, ratios), span);
        let apart = span as f64 / plan.horizon.max(1) as f64;
        Self { sizes: Sizes::of(&sizes, span), growth, ratios, sums, horizon: plan.horizon, apart }
    }

    /// The same errors with those that sums of so many first steps had; `None` where no shorter sum was tested.
    pub(crate) fn first(&self, told: &[Vec<f64>], past: &Past, plan: &Plan, steps: usize) -> Option<Self> {
        let span = past.y.len() - plan.origins.first().copied().unwrap_or(0).min(past.y.len());
        let sums = (steps < plan.horizon).then(|| sums(told, past, plan, steps, self.ratios))?;
        Some(Self { sums: Sizes::of(&sums, span), horizon: steps, sizes: Sizes(vec![]), ..*self })
    }

    /// Bounds around the sum of `points`. Beyond the steps tested, errors of a sum grow as those of its steps do.
    pub(crate) fn around_sum(&self, points: &[f64], level: f64) -> Bounds {
        let sum: f64 = points.iter().sum();
        let longer = points.len() as f64 / self.horizon.max(1) as f64;
        let growth = if self.ratios { self.growth } else { 1.0 + self.growth };
        let far = self.sums.quantile(level) * self.widening(level) * if longer > 1.0 { longer.powf(growth) } else { 1.0 };
        let (lower, upper) = self.bounds(sum, far);
        Bounds { level, lower, upper }
    }

    fn bounds(&self, point: f64, far: f64) -> (f64, f64) {
        let ratio = far.min(RATIO_MAX);
        if self.ratios && point > 0.0 { (point * (-ratio).exp(), point * ratio.exp()) } else { (point - far, point + far) }
    }

    fn widening(&self, level: f64) -> f64 {
        wider(level, FREEDOM * self.apart.max(1.0))
    }

    /// Bounds around `points` that hold a share `level` of what comes.
    pub(crate) fn around(&self, points: &[f64], level: f64) -> Interval {
        let reach = self.sizes.quantile(level) * self.widening(level);
        let (lower, upper) =
            points.iter().enumerate().map(|(h, &point)| self.bounds(point, reach * spread(h, self.growth))).unzip();
        Interval { level, lower, upper }
    }
}

/// By how much Student's t with so many degrees of freedom is wider than the normal at a level (Abramowitz and Stegun 26.7.5, good
/// to a twentieth from two degrees on).
fn wider(level: f64, freedom: f64) -> f64 {
    let z = normal_at(f64::midpoint(1.0, level.clamp(0.0, 0.999)));
    let powers = [z.powi(3) + z, 5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z];
    let third = 3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z;
    let t = z + powers[0] / (4.0 * freedom) + powers[1] / (96.0 * freedom.powi(2)) + third / (384.0 * freedom.powi(3));
    if z > 0.0 { (t / z).max(1.0) } else { 1.0 }
}

/// How far sums over the first steps of tests were off, over steps that are known, and how many steps ago each of them ended.
fn sums(told: &[Vec<f64>], past: &Past, plan: &Plan, steps: usize, ratios: bool) -> Vec<(f64, usize)> {
    let off = |(path, &origin): (&Vec<f64>, &usize)| {
        let path = &path[..steps.min(path.len())];
        let known = path.iter().enumerate().filter(|(h, _)| past.known[origin + h]);
        let (count, told, came) = known.fold((0, 0.0, 0.0), |(n, a, b), (h, told)| (n + 1, a + told, b + past.y[origin + h]));
        let off = if ratios { (came / told).ln().abs() } else { (came - told).abs() };
        (count * 2 >= path.len() && off.is_finite()).then_some((off, past.y.len() - origin - path.len()))
    };
    told.iter().zip(&plan.origins).filter_map(off).collect()
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
        Errors::of(told, &past, &Plan { origins, late: vec![], horizon })
    }

    #[test]
    fn bounds_lie_where_errors_did() {
        // Errors 1, 2, …, 10 one step ahead around zero.
        let y: Vec<f64> = (1..=10).map(|i| f64::from(i) * if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let errors = errors(&vec![vec![0.0]; 10], y, (0..10).collect());
        let interval = errors.around(&[100.0], 0.8);
        // The largest is the newest and weighs most, so that nine tenths of the count are less than eight tenths of the weight.
        assert!((interval.upper[0] - 100.0 - 10.0 * wider(0.8, 20.0)).abs() < 1e-9, "{interval:?}");
        assert!((interval.upper[0] + interval.lower[0] - 200.0).abs() < 1e-9, "{interval:?}");
    }

    #[test]
    fn newer_errors_weigh_more() {
        let quiet_lately: Vec<(f64, usize)> = (0..20).map(|ago| (if ago < 10 { 1.0 } else { 5.0 }, ago)).collect();
        let loud_lately: Vec<(f64, usize)> = quiet_lately.iter().map(|&(size, ago)| (size, 19 - ago)).collect();
        let median = |made: &[(f64, usize)]| Sizes::of(made, 20).quantile(0.5);
        assert!(median(&quiet_lately) < 2.0 && median(&loud_lately) > 4.0);
        assert!(Sizes::of(&[], 20).quantile(0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn few_tests_widen_as_students_t_does() {
        for (level, freedom, t, z) in
            [(0.8, 5.0, 1.476, 1.2816), (0.95, 5.0, 2.571, 1.96), (0.95, 2.0, 4.303, 1.96), (0.8, 1e9, 1.0, 1.0)]
        {
            assert!((wider(level, freedom) / (t / z) - 1.0).abs() < 0.05, "{level} {freedom}: {}", wider(level, freedom));
        }
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
