//! Made-up days of an account with anomalies of known size: how often they are found the day they happen, and how often the quiet
//! alarms.
//!
//! The benchmark has hours only; this is the daily cadence an agency looks at. Spend has weekends, a slow wave and noise that days
//! hand on; conversions are counts by Poisson's law on a rate that scatters by itself.

use serde_json::{Value, json};
use trimtab_analysis::anomaly::{ChangeSettings, Direction, Judged, Point, Settings, Verdict, Wall, level_changes, watch};

const SERIES: u64 = 200;
const DAYS: usize = 240;
const PLANTED_AT: usize = 200;
/// Days after which a new level should have been noticed.
const NOTICED_WITHIN: usize = 14;

type Series = fn(u64) -> Vec<f64>;

pub(crate) fn evaluate() -> Value {
    let kinds: [(&str, Series); 3] = [("spend", spend), ("conversions, 40 a day", many), ("conversions, 8 a day", few)];
    let table = |(name, series): (&str, Series)| {
        let found = [0.0, 0.3, 0.5, 1.5, 2.0, 3.0].map(|factor| json!({ "factor": factor, "found_share": share(series, factor) }));
        let moved = [0.5, 0.7, 1.3, 1.5, 2.0].map(|factor| json!({ "factor": factor, "noticed_share": noticed(series, factor) }));
        json!({
            "series": name, "count": SERIES, "days": DAYS, "false_alarms_per_year": quiet(series), "one_day": found,
            "false_changes_per_year": changes(series), "new_level_within_14_days": moved,
        })
    };
    kinds.into_iter().map(table).collect()
}

/// The share of new levels that were raised or named as a change, by then.
fn noticed(series: Series, factor: f64) -> f64 {
    let noticed = (0..SERIES).filter(|seed| {
        let mut values = series(*seed);
        values.truncate(PLANTED_AT + NOTICED_WITHIN);
        for value in &mut values[PLANTED_AT..] {
            *value = (*value * factor).round();
        }
        let unusual = |day: &Judged| matches!(day.verdict, Verdict::Unusual { .. });
        let watched = watch(&points(&values), &Settings::daily()).is_ok_and(|r| r.points[PLANTED_AT..].iter().any(unusual));
        watched || levels(&values).iter().any(|at| at.abs_diff(PLANTED_AT) <= 5)
    });
    noticed.count() as f64 / SERIES as f64
}

fn levels(values: &[f64]) -> Vec<usize> {
    let values: Vec<_> = values.iter().map(|v| Some(*v)).collect();
    level_changes(&values, &ChangeSettings::daily()).map_or_else(|_| vec![], |changes| changes.iter().map(|c| c.at).collect())
}

fn changes(series: Series) -> f64 {
    (0..SERIES).map(|seed| levels(&series(seed)).len()).sum::<usize>() as f64 * 365.0 / (DAYS) as f64 / SERIES as f64
}

fn points(values: &[f64]) -> Vec<Point> {
    let at = |i: usize| Wall::from_seconds(i64::try_from(i).unwrap_or(0) * 86_400);
    values.iter().enumerate().map(|(i, v)| Point::settled(at(i), Some(*v))).collect()
}

fn quiet(series: Series) -> f64 {
    let (mut raised, mut days) = (0_u32, 0_u32);
    for report in (0..SERIES).filter_map(|seed| watch(&points(&series(seed)), &Settings::daily()).ok()) {
        for point in &report.points {
            days += u32::from(!matches!(point.verdict, Verdict::NotJudged(_)));
            raised += u32::from(matches!(point.verdict, Verdict::Unusual { raised: true, .. }));
        }
    }
    f64::from(raised) * 365.0 / f64::from(days.max(1))
}

fn share(series: Series, factor: f64) -> f64 {
    let right = if factor > 1.0 { Direction::Rise } else { Direction::Drop };
    let found = (0..SERIES).filter(|seed| {
        let mut values = series(*seed);
        values[PLANTED_AT] = (values[PLANTED_AT] * factor).round();
        let report = watch(&points(&values), &Settings::daily()).ok();
        report.is_some_and(|r| matches!(r.points[PLANTED_AT].verdict, Verdict::Unusual { direction, .. } if direction == right))
    });
    found.count() as f64 / SERIES as f64
}

struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.share().ln()).sqrt() * (std::f64::consts::TAU * self.share()).cos()
    }

    /// Knuth's way, good for small means.
    fn count(&mut self, mean: f64) -> f64 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.share(), 0.0);
        while product > limit {
            product *= self.share();
            count += 1.0;
        }
        count
    }
}

/// What a day is above or below usual: the week, a slow wave, and noise of which a third is handed on.
fn shape(dice: &mut Dice, noise: f64) -> Vec<f64> {
    let (weekend, phase, mut handed) = (0.5 + 0.7 * dice.share(), std::f64::consts::TAU * dice.share(), 0.0);
    let day = |t: usize| {
        handed = 0.33 * handed + noise * dice.normal();
        let week = if t % 7 > 4 { weekend } else { 1.0 };
        week * (0.15 * (t as f64 / 25.0 + phase).sin() + handed).exp()
    };
    (0..DAYS).map(day).collect()
}

fn spend(seed: u64) -> Vec<f64> {
    shape(&mut Dice(seed.wrapping_add(1)), 0.12).into_iter().map(|s| (40_000.0 * s).round() / 100.0).collect()
}

fn conversions(seed: u64, mean: f64) -> Vec<f64> {
    let mut dice = Dice(seed.wrapping_add(7_001));
    let shape = shape(&mut dice, 0.15);
    shape.into_iter().map(|s| dice.count(mean * s)).collect()
}

fn many(seed: u64) -> Vec<f64> {
    conversions(seed, 40.0)
}

fn few(seed: u64) -> Vec<f64> {
    conversions(seed, 8.0)
}
