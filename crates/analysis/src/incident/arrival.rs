//! How much of the last days' conversions is in.
//!
//! Conversions are credited to the day of the click and come in for weeks, so the last days always look poor. Where the caller has
//! followed how days grow ([`crate::forecast`]'s completion learns it from repeated readings), it hands the shares in. Otherwise one
//! reading must do: of the days that may still grow, conversions per click against those of the final days before are laid through
//! share(age) = 1 − (1 − s)·e^(−age/τ), by least absolute distance with a cap, so that a week in which the tag was broken does not
//! pass for slow arrival, and drawn towards s = 0.65, τ = 3 days, where days are few.
//!
//! It misleads where conversions per click truly moved during the whole open window; then the shares take part of the move.

use crate::track::Figures;

/// Final days the usual rate is taken from.
const SETTLED_DAYS: usize = 28;
/// Final days it takes.
const SETTLED_LEAST: usize = 10;
/// A day's distance counts for no more than so many deviations.
const CAP: f64 = 2.5;
/// Deviation of a day's rate beyond chance.
const DAY_NOISE: f64 = 0.12;
/// What is assumed of the first day and of the days it takes, and how firmly (deviations).
const PRIOR: [(f64, f64); 2] = [(0.65, 0.12), (3.0, 0.5)];
/// First days and times that are tried.
const FIRSTS: [f64; 13] = [0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 1.0];
const TIMES: [f64; 8] = [0.7, 1.0, 1.5, 2.2, 3.0, 4.2, 6.0, 8.5];
/// Moves of the rate itself that are tried, as logarithms, and how far one is expected (a deviation).
const DRIFTS: [f64; 7] = [-0.24, -0.16, -0.08, 0.0, 0.08, 0.16, 0.24];
const DRIFT_NOISE: f64 = 0.12;

/// The share of each day's conversions that is in; one before `open_from`. `by_age` is told by the caller: age 0 is the last day.
pub(crate) fn shares(account: &[Figures], known: &[bool], open_from: usize, by_age: Option<&[f64]>) -> Vec<f64> {
    let days = account.len();
    let age = |t: usize| days - 1 - t;
    let curve: Box<dyn Fn(usize) -> f64> = match by_age {
        Some(told) => Box::new(move |age| told.get(age).copied().filter(|s| s.is_finite()).unwrap_or(1.0).clamp(0.05, 1.0)),
        None => {
            let (first, time) = fit(account, known, open_from);
            Box::new(move |age| share(first, time, age))
        }
    };
    (0..days).map(|t| if t < open_from { 1.0 } else { curve(age(t)) }).collect()
}

fn share(first: f64, time: f64, age: usize) -> f64 {
    1.0 - (1.0 - first) * (-(age as f64) / time).exp()
}

fn fit(account: &[Figures], known: &[bool], open_from: usize) -> (f64, f64) {
    let prior = (PRIOR[0].0, PRIOR[1].0);
    let settled = || (0..open_from).rev().filter(|&t| known[t] && account[t].clicks > 0.0).take(SETTLED_DAYS);
    let (clicks, conversions) = settled().fold((0.0, 0.0), |(c, r), t| (c + account[t].clicks, r + account[t].conversions));
    if settled().count() < SETTLED_LEAST || conversions <= 0.0 {
        return prior;
    }
    let rate = conversions / clicks;
    let open: Vec<(usize, f64, f64)> = (open_from..account.len())
        .filter(|&t| known[t] && account[t].clicks > 0.0)
        .map(|t| (account.len() - 1 - t, account[t].clicks * rate, account[t].conversions))
        .collect();
    let mut best = (f64::INFINITY, prior);
    for first in FIRSTS {
        for time in TIMES {
            for drift in DRIFTS {
                let cost = cost(&open, first, time, drift);
                if cost < best.0 {
                    best = (cost, (first, time));
                }
            }
        }
    }
    best.1
}

fn cost(open: &[(usize, f64, f64)], first: f64, time: f64, drift: f64) -> f64 {
    let off = |&(age, expected, seen): &(usize, f64, f64)| {
        let expected = expected * share(first, time, age) * drift.exp();
        let off = ((seen + 0.5) / (expected + 0.5)).ln().abs();
        (off / (DAY_NOISE * DAY_NOISE + 1.0 / (expected + 0.5)).sqrt()).min(CAP)
    };
    let prior = ((first - PRIOR[0].0) / PRIOR[0].1).powi(2) + ((time / PRIOR[1].0).ln() / PRIOR[1].1).powi(2);
    open.iter().map(off).sum::<f64>() + 0.5 * prior + 0.5 * (drift / DRIFT_NOISE).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: usize, open: usize, rate: impl Fn(usize) -> f64) -> Vec<Figures> {
        let day = |t: usize| {
            let age = count - 1 - t;
            let seen = if t >= count - open { 1.0 - 0.4 * (-(age as f64) / 2.2).exp() } else { 1.0 };
            Figures { clicks: 2_000.0, conversions: (100.0 * rate(t) * seen).round(), ..Figures::default() }
        };
        (0..count).map(day).collect()
    }

    #[test]
    fn the_curve_is_found_and_a_broken_tag_does_not_bend_it() {
        let known = [true; 80];
        let healthy = shares(&days(80, 28, |_| 1.0), &known, 52, None);
        assert!((healthy[79] - 0.6).abs() < 0.06, "{}", healthy[79]);
        assert!(healthy[51] >= 1.0 && healthy[60] > 0.97);
        let broken = shares(&days(80, 28, |t| if t >= 75 { 0.3 } else { 1.0 }), &known, 52, None);
        assert!(broken[79] > 0.45 && broken[76] > 0.7, "{} {}", broken[79], broken[76]);
    }

    #[test]
    fn what_is_told_is_taken() {
        let told = shares(&days(40, 3, |_| 1.0), &[true; 40], 37, Some(&[0.5, f64::NAN]));
        assert_eq!(told[36..], [1.0, 1.0, 1.0, 0.5]);
    }
}
