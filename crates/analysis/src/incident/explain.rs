//! What moved a figure: which campaigns, and which of volume × rate × price.
//!
//! Campaigns' shares of a sum or ratio are exact ([`crate::anomaly::contributions`]): what each did beyond what was expected of it. A
//! product of factors moves by the sum of its factors' shares L(v₁, v₀)·ln(x₁/x₀), with L(a, b) = (a − b)/(ln a − ln b) the logarithmic
//! mean (the logarithmic mean Divisia index, Ang 2004): exact, whatever the order of factors, with nothing left over.

use super::case::{Case, Who};
use super::grid::Grid;
use super::metric::Metric;
use super::scan::Scan;
use crate::anomaly::contributions::{Part, of_ratio, of_sum};
use crate::track::Figures;
use trimtab_domain::finding::{Contribution, ContributionPart};

/// Sums over a case's days of what came and what was expected.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    pub(crate) seen: Figures,
    /// Spend, impressions: of sizes. `None` where there was no expectation.
    pub(crate) spend: Option<f64>,
    pub(crate) impressions: Option<f64>,
    /// Rates and prices in the figures' own units.
    pub(crate) ctr: Option<f64>,
    pub(crate) cpm: Option<f64>,
    pub(crate) cvr: Option<f64>,
    pub(crate) aov: Option<f64>,
}

/// Contributions with a smaller share of the move are left out.
const SHARE_LEAST: f64 = 0.03;
/// So many campaigns are named.
const CAMPAIGNS_MOST: usize = 6;

/// What was expected to be counted of a metric over a case's days, and what it was counted on. A campaign of which nothing could be
/// expected, having just begun, did what it was expected to.
fn expected(case: &Case, metric: Metric, grid: &Grid<'_>, scan: &Scan) -> (f64, f64) {
    let m = metric.place();
    let (mut over, mut under) = (0.0, 0.0);
    for c in of(case, grid) {
        for t in case.days() {
            let (e, day) = (scan.campaigns[c][m].expected[t], &grid.campaigns[c][t]);
            over += if e.is_finite() { e } else { metric.over(day) };
            under += metric.under(day);
        }
    }
    (over, under)
}

fn of(case: &Case, grid: &Grid<'_>) -> std::ops::Range<usize> {
    match case.who {
        Who::Account => 0..grid.campaigns.len(),
        Who::Campaign(c) => c..c + 1,
    }
}

pub(crate) fn totals(case: &Case, grid: &Grid<'_>, scan: &Scan) -> Totals {
    let seen = of(case, grid).flat_map(|c| case.days().map(move |t| (c, t))).map(|(c, t)| grid.campaigns[c][t]);
    let sum = |metric| Some(expected(case, metric, grid, scan).0).filter(|v| *v > 0.0);
    let rate = |metric: Metric| {
        let (over, under) = expected(case, metric, grid, scan);
        Some(over / under * metric.scale()).filter(|v| v.is_finite() && *v > 0.0)
    };
    Totals {
        seen: seen.fold(Figures::default(), Figures::plus),
        spend: sum(Metric::Spend),
        impressions: sum(Metric::Impressions),
        ctr: rate(Metric::Ctr),
        cpm: rate(Metric::Cpm),
        cvr: rate(Metric::Cvr),
        aov: rate(Metric::Aov),
    }
}

impl Totals {
    /// What conversions should have been of the clicks there were.
    pub(crate) fn conversions(&self) -> Option<f64> {
        Some(self.seen.clicks * self.cvr? / 100.0)
    }

    /// What a metric should have been.
    pub(crate) fn expected(&self, metric: &str) -> Option<f64> {
        match metric {
            "spend" => self.spend,
            "impressions" => self.impressions,
            "ctr" => self.ctr,
            "cpm" => self.cpm,
            "cvr" => self.cvr,
            "aov" => self.aov,
            "conversions" => self.conversions(),
            "roas" => Some(self.conversions()? * self.aov? / self.seen.spend).filter(|v| v.is_finite()),
            _ => None,
        }
    }
}

/// The logarithmic mean of two positive numbers.
fn logarithmic_mean(a: f64, b: f64) -> f64 {
    let logs = a.ln() - b.ln();
    if logs.abs() < 1e-9 { a } else { (a - b) / logs }
}

/// What factors did to their product: each as (metric's id, expected, seen). Empty where one of them is not positive.
pub(crate) fn of_product(factors: &[(&str, f64, f64)]) -> Vec<Contribution> {
    if factors.iter().any(|(_, e, s)| !(e.is_finite() && s.is_finite() && *e > 0.0 && *s > 0.0)) {
        return vec![];
    }
    let product = |of: fn(&(&str, f64, f64)) -> f64| factors.iter().map(of).product::<f64>();
    let (before, after) = (product(|f| f.1), product(|f| f.2));
    let mean = logarithmic_mean(after, before);
    let part = |&(id, e, s): &(&str, f64, f64)| (ContributionPart::Metric(id.into()), mean * (s / e).ln());
    shares(factors.iter().map(part).collect(), factors.len())
}

/// The largest parts of a move with their shares of it.
pub(crate) fn shares(mut parts: Vec<(ContributionPart, f64)>, most: usize) -> Vec<Contribution> {
    let whole: f64 = parts.iter().map(|(_, change)| change).sum();
    if whole == 0.0 || !whole.is_finite() {
        return vec![];
    }
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let named = parts.into_iter().map(|(part, change)| Contribution { part, change, share: change / whole });
    named.filter(|c| c.share.is_finite() && c.share.abs() >= SHARE_LEAST).take(most).collect()
}

/// What campaigns and factors did to the metric a finding is about.
pub(crate) fn contributions(case: &Case, metric: &str, totals: &Totals, grid: &Grid<'_>, scan: &Scan) -> Vec<Contribution> {
    let mut all = factors(metric, totals);
    if case.who == Who::Account && !grid.tracks.campaigns.is_empty() {
        all.extend(campaigns(case, metric, grid, scan));
    }
    all
}

fn factors(metric: &str, totals: &Totals) -> Vec<Contribution> {
    let seen = &totals.seen;
    let (Some(impressions), Some(cpm), Some(ctr), Some(cvr)) = (totals.impressions, totals.cpm, totals.ctr, totals.cvr) else {
        return match (metric, totals.impressions, totals.cpm) {
            ("spend", Some(impressions), Some(cpm)) => spend(seen, impressions, cpm),
            _ => vec![],
        };
    };
    let (rate, sold) = (seen.ctr().unwrap_or(0.0), seen.cvr().unwrap_or(0.0));
    match metric {
        "spend" => spend(seen, impressions, cpm),
        // Percentages become shares, so that the product is a number of conversions.
        "conversions" => of_product(&[
            ("impressions", impressions, seen.impressions),
            ("ctr", ctr / 100.0, rate / 100.0),
            ("cvr", cvr / 100.0, sold / 100.0),
        ]),
        "revenue" => totals.aov.map_or_else(Vec::new, |aov| {
            of_product(&[
                ("impressions", impressions, seen.impressions),
                ("ctr", ctr / 100.0, rate / 100.0),
                ("cvr", cvr / 100.0, sold / 100.0),
                ("aov", aov, seen.aov().unwrap_or(0.0)),
            ])
        }),
        _ => vec![],
    }
}

fn spend(seen: &Figures, impressions: f64, cpm: f64) -> Vec<Contribution> {
    of_product(&[("impressions", impressions, seen.impressions), ("cpm", cpm / 1000.0, seen.cpm().unwrap_or(0.0) / 1000.0)])
}

fn campaigns(case: &Case, metric: &str, grid: &Grid<'_>, scan: &Scan) -> Vec<Contribution> {
    let watched = match metric {
        "conversions" => Metric::Cvr,
        other => Metric::ALL.into_iter().find(|m| m.id() == other).unwrap_or(Metric::Spend),
    };
    let part = |c: usize| {
        let (mut seen, mut expected, mut under) = (0.0, 0.0, 0.0);
        for t in case.days() {
            let e = scan.campaigns[c][watched.place()].expected[t];
            if e.is_finite() {
                expected += e;
                seen += watched.over(&grid.campaigns[c][t]);
                under += watched.under(&grid.campaigns[c][t]);
            }
        }
        Part { over: (expected, seen), under: (under, under) }
    };
    let parts: Vec<Part> = (0..grid.campaigns.len()).map(part).collect();
    let whole = watched.is_size() || metric == "conversions";
    let scale = if whole { 1.0 } else { watched.scale() };
    let moved = if whole { of_sum(&parts) } else { of_ratio(&parts).unwrap_or_default() };
    let named = moved.into_iter().map(|m| {
        let entity = grid.tracks.campaigns[m.part].entity.clone();
        (ContributionPart::Entity(entity), m.change * scale)
    });
    shares(named.collect(), CAMPAIGNS_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn factors_make_the_whole_move(a in 0.01..1e6, b in 0.01..1e6, c in 0.01..1e3, d in 0.01..1e3) {
            let parts = of_product(&[("impressions", a, b), ("cpm", c, d)]);
            let told: f64 = parts.iter().map(|p| p.change).sum();
            // Parts below a few hundredths are left out.
            let moved = b * d - a * c;
            prop_assert!(parts.len() < 2 || (told - moved).abs() <= 1e-6 * moved.abs().max(a * c));
        }
    }

    #[test]
    fn nothing_is_made_of_nothing() {
        assert!(of_product(&[("impressions", 0.0, 3.0), ("cpm", 1.0, 1.0)]).is_empty());
        assert!(of_product(&[("impressions", 2.0, 2.0), ("cpm", 1.0, 1.0)]).is_empty());
    }
}
