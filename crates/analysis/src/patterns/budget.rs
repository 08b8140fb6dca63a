//! Up to which spend per day another unit still buys as much.
//!
//! Weeks of one campaign or ad group: mean spend and mean result per day. A week, because what is spent today also works tomorrow and
//! because weekdays differ. The result saturates with spend, μ = c · s / (s + h) · exp(g · week): from a straight line through zero
//! (h without end) to a ceiling. c follows from the sums, h and the growth g are found on a grid by the deviance of a count whose
//! variance is a constant times its mean. Diminishing returns are told if the curve is better than the straight line by an F test
//! (one-sided, one degree more), with the constant widened where weeks depend on one another.
//!
//! At s = h the next unit buys half of what the average unit does: `diminishing_at`. Where it is known what a result is worth, `best` is the
//! spend at which the last unit earns itself back, √(c · h · worth) − h; without that nobody can say what is best. Neither is told
//! far beyond what was ever spent. Intervals hold four times in five: those h whose deviance is no worse than by 1.64 constants.
//!
//! # When it misleads
//! - Whoever raises budgets when demand is high teaches it that money brings more than it does; the growth term takes out a
//!   steady rise only. Only a planned change of budgets is proof.
//! - Results of campaigns that share an audience depend on each other.

use super::{Because, Confidence, Pattern, PatternKind, Picture, sane, valid_until};
use crate::anomaly::robust::quantile;
use crate::odds::below;
use crate::track::{Figures, Track};
use trimtab_domain::{Currency, Day};

/// What is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Conversions.
    Conversions,
    /// Their revenue.
    Revenue,
}

/// A spend per day and what it brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Spend per day.
    pub spend: f64,
    /// Result per day.
    pub result: f64,
    /// Result of one unit more.
    pub marginal: f64,
}

/// Results by spend.
#[derive(Debug, Clone, PartialEq)]
pub struct SweetSpot {
    /// What is bought.
    pub goal: Goal,
    /// Weeks as they were: spend and result per day.
    pub weeks: Vec<(f64, f64)>,
    /// The curve over the spend that was seen, as of the last week.
    pub curve: Vec<Point>,
    /// The spend from which the next unit buys less than half of the average one; `None` where it was not nearly reached.
    pub diminishing_at: Option<f64>,
    /// Between what it is four times in five; the end is open where the figures allow it.
    pub interval: (f64, Option<f64>),
    /// The spend at which the last unit earns itself back, where it is known what a result is worth, within what was nearly reached.
    pub best: Option<f64>,
    /// Spend per day, low and high: beyond it nothing is known.
    pub seen: (f64, f64),
}

/// How often returns that do not diminish may be told to.
const LEVEL: f64 = 0.05;
/// Weeks it takes.
const WEEKS_LEAST: usize = 10;
/// Results it takes.
const RESULTS_LEAST: f64 = 100.0;
/// High over low spend it takes (the ninth of ten weeks over the first).
const VARIATION_LEAST: f64 = 1.5;
/// How far beyond the highest spend anything is told.
const BEYOND: f64 = 1.25;
/// Saturation tried: so many steps, from a tenth of the lowest spend to a hundred times the highest.
const STEPS: u32 = 60;

/// What one result is worth: its value for conversions, the margin for revenue.
pub type Worth = Option<f64>;

/// Learns where spend of one object meets diminishing returns. Days from `provisional_from` on are left out.
///
/// # Errors
/// [`Because`]: too few weeks or results, spend that never varied, or returns that do not diminish within what was spent.
pub fn learn(
    track: &Track,
    goal: Goal,
    worth: Worth,
    provisional_from: Option<Day>,
    currency: Currency,
    today: Day,
) -> Result<Pattern, Because> {
    let until =
        provisional_from.map_or(track.days.len(), |day| usize::try_from(super::days_between(track.first, day)).unwrap_or(0));
    let days = &track.days[..until.min(track.days.len())];
    let weeks = weeks(days, goal);
    if weeks.len() < WEEKS_LEAST {
        return Err(Because::TooShort { have: weeks.len() * 7, need: WEEKS_LEAST * 7 });
    }
    if goal == Goal::Conversions {
        let results = weeks.iter().map(|w| w.result * 7.0).sum::<f64>();
        if results < RESULTS_LEAST {
            return Err(Because::TooFew { what: "conversions", have: results, need: RESULTS_LEAST });
        }
    }
    let mut spends: Vec<f64> = weeks.iter().map(|w| w.spend).collect();
    spends.sort_by(f64::total_cmp);
    let varied = quantile(&spends, 0.9) / quantile(&spends, 0.1);
    if varied.is_nan() || varied < VARIATION_LEAST {
        return Err(Because::NoVariation { have: if varied.is_finite() { varied } else { 1.0 }, need: VARIATION_LEAST });
    }
    let fits = Fits::new(&weeks, (spends[0], spends[spends.len() - 1]));
    if fits.chance.is_nan() || fits.chance >= LEVEL {
        return Err(Because::NoPattern { chance: fits.chance });
    }
    let learned_from = (track.first, super::later(track.first, i32::try_from(days.len()).unwrap_or(1) - 1));
    Ok(Pattern {
        kind: PatternKind::BudgetSweetSpot,
        entity: track.entity.clone(),
        currency: Some(currency),
        learned_on: today,
        learned_from,
        valid_until: valid_until(today, learned_from),
        confidence: Confidence::of(fits.chance, fits.explained, weeks.len() as f64),
        picture: Picture::Budget(fits.spot(&weeks, goal, worth)),
    })
}

#[derive(Debug, Clone, Copy)]
struct Week {
    number: f64,
    spend: f64,
    result: f64,
}

fn weeks(days: &[Option<Figures>], goal: Goal) -> Vec<Week> {
    let result = |f: &Figures| if goal == Goal::Conversions { f.conversions } else { f.revenue };
    let week = |(number, days): (usize, &[Option<Figures>])| {
        let known: Vec<&Figures> = days.iter().flatten().filter(|f| sane(f.spend) && sane(result(f)) && f.spend > 0.0).collect();
        let n = known.len() as f64;
        let mean = |of: &dyn Fn(&Figures) -> f64| known.iter().map(|f| of(f)).sum::<f64>() / n;
        let week = Week { number: number as f64, spend: mean(&|f| f.spend), result: mean(&result) };
        (known.len() >= 5 && week.result >= 0.0).then_some(week)
    };
    days.chunks(7).enumerate().filter_map(week).collect()
}

/// A curve and how far the weeks are from it.
#[derive(Debug, Clone, Copy)]
struct Fit {
    half: f64,
    growth: f64,
    /// Result at full saturation, for a straight line per unit.
    scale: f64,
    deviance: f64,
}

struct Fits {
    best: Fit,
    /// The least and largest saturation the weeks allow.
    halves: (f64, Option<f64>),
    chance: f64,
    /// The part of the deviance from the mean that spend explains.
    explained: f64,
    seen: (f64, f64),
}

fn shape(half: f64, growth: f64, week: &Week) -> f64 {
    let bought = if half.is_finite() { week.spend / (week.spend + half) } else { week.spend };
    bought * (growth * week.number).exp()
}

/// The best growth for a saturation.
fn fit(weeks: &[Week], half: f64) -> Fit {
    let with = |growth: f64| {
        let total: f64 = weeks.iter().map(|w| shape(half, growth, w)).sum();
        let scale = weeks.iter().map(|w| w.result).sum::<f64>() / total;
        let deviance = weeks.iter().map(|w| deviance(w.result, scale * shape(half, growth, w))).sum();
        Fit { half, growth, scale, deviance }
    };
    (-12..=12)
        .map(|step| with(f64::from(step) * 0.0025))
        .min_by(|a, b| a.deviance.total_cmp(&b.deviance))
        .unwrap_or_else(|| with(0.0))
}

/// Twice the log-likelihood lost by a mean, for a count.
fn deviance(came: f64, mean: f64) -> f64 {
    let surprise = if came > 0.0 { came * (came / mean).ln() } else { 0.0 };
    2.0 * (surprise - (came - mean))
}

impl Fits {
    fn new(weeks: &[Week], seen: (f64, f64)) -> Self {
        let straight = fit(weeks, f64::INFINITY);
        let (low, high) = (seen.0 * 0.1, seen.1 * 100.0);
        let half = |step: u32| low * (high / low).powf(f64::from(step) / f64::from(STEPS));
        let curves: Vec<Fit> = (0..=STEPS).map(|step| fit(weeks, half(step))).collect();
        let best = curves.iter().copied().min_by(|a, b| a.deviance.total_cmp(&b.deviance)).unwrap_or(straight);
        let free = weeks.len() as f64 - 3.0;
        let scatter = (best.deviance / free * dependence(weeks, &best)).max(f64::MIN_POSITIVE);
        let gain = ((straight.deviance - best.deviance) / scatter).max(0.0);
        // Student's t as a normal variable (Wallace 1959).
        let z = (free * (gain / free).ln_1p()).sqrt() * (8.0 * free + 1.0) / (8.0 * free + 3.0);
        let allowed = |f: &&Fit| f.deviance <= best.deviance + 1.64 * scatter;
        let least = curves.iter().find(allowed).map_or(best.half, |f| f.half);
        let most = curves.iter().rev().find(allowed).map_or(best.half, |f| f.half);
        let open = straight.deviance <= best.deviance + 1.64 * scatter || most >= high;
        let mean = weeks.iter().map(|w| w.result).sum::<f64>() / weeks.len() as f64;
        let flat: f64 = weeks.iter().map(|w| deviance(w.result, mean)).sum();
        let explained = if flat > 0.0 { 1.0 - best.deviance / flat } else { 0.0 };
        Self { best, halves: (least, (!open).then_some(most)), chance: below(-z), explained, seen }
    }

    fn spot(&self, weeks: &[Week], goal: Goal, worth: Worth) -> SweetSpot {
        let Fit { half, growth, scale, .. } = self.best;
        let ceiling = scale * (growth * weeks.last().map_or(0.0, |w| w.number)).exp();
        let (low, high) = self.seen;
        let point = |step: i32| {
            let spend = low + (high - low) * f64::from(step) / 20.0;
            let marginal = ceiling * half / (spend + half).powi(2);
            Point { spend, result: ceiling * spend / (spend + half), marginal }
        };
        let known = |spend: f64| (spend.is_finite() && spend > 0.0 && spend <= high * BEYOND).then_some(spend);
        let best = worth.filter(|w| sane(*w) && *w > 0.0).and_then(|worth| known((ceiling * half * worth).sqrt() - half));
        SweetSpot {
            goal,
            weeks: weeks.iter().map(|w| (w.spend, w.result)).collect(),
            curve: (0..=20).map(point).collect(),
            diminishing_at: known(half),
            interval: self.halves,
            best,
            seen: self.seen,
        }
    }
}

/// By how much variance grows because a week resembles the last.
fn dependence(weeks: &[Week], fit: &Fit) -> f64 {
    let left: Vec<f64> = weeks
        .iter()
        .map(|w| (w.result, fit.scale * shape(fit.half, fit.growth, w)))
        .map(|(came, mean)| (came - mean) / mean.max(f64::MIN_POSITIVE).sqrt())
        .collect();
    let squares: f64 = left.iter().map(|r| r * r).sum();
    let together: f64 = left.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let seen = if squares > 0.0 { together / squares } else { 0.0 };
    // Of few weeks it comes out too small (Kendall 1954), and is uncertain; too small is the costly side, so a standard error is added.
    let n = left.len() as f64;
    let rho = (seen + (1.0 + 4.0 * seen.max(0.0)) / n + 1.0 / n.sqrt()).clamp(0.0, 0.8);
    (1.0 + rho) / (1.0 - rho)
}
