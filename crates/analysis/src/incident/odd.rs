//! Days on which several of the account's figures are odd together, though none of them alone would be told.
//!
//! An isolation forest ([`crate::anomaly::Forest`]) is grown every four weeks from what the account's figures were off on the days
//! before, in deviations, and judges the four weeks that follow. A day is told where it is rarer than one in [`RARE`] powers of ten *and*
//! two figures lean by [`LEANS`] deviations, for a forest also isolates what merely lies at the edge. Days that an incident covers and
//! retail dates are left out.

use super::case::{Case, Sign, Who};
use super::episode::Episode;
use super::grid::Grid;
use super::metric::Metric;
use super::scan::Scan;
use crate::anomaly::{Forest, ForestSettings};

/// Days between two forests, and the days one is grown from.
const REGROW: usize = 28;
const DAYS_LEAST: usize = 56;
const DAYS_MOST: usize = 256;
const RARE: f64 = 3.0;
const LEANS: f64 = 2.8;
/// A forest of this size is as good on days of an account as one of the usual size, and grows faster.
const TREES: usize = 100;
const SEED: u64 = 0x0dd;
/// The figures that go into it. Impressions follow from spend and price, return on spend from the others.
const FIGURES: [Metric; 5] = [Metric::Spend, Metric::Ctr, Metric::Cpm, Metric::Cvr, Metric::Aov];

/// Cases of such days.
pub(crate) fn odd_days(grid: &Grid<'_>, scan: &Scan, told: &[Case]) -> Vec<Case> {
    let row = |t: usize| -> Vec<Option<f64>> {
        FIGURES.iter().map(|m| Some(scan.account[m.place()].deviations[t]).filter(|d| d.is_finite())).collect()
    };
    let whole = |row: &[Option<f64>]| row.iter().flatten().count() + 1 >= FIGURES.len();
    let judged: Vec<usize> = (0..grid.days).filter(|&t| !grid.special[t] && whole(&row(t))).collect();
    let settings = ForestSettings { trees: TREES, ..ForestSettings::default() };
    let mut cases: Vec<Case> = Vec::new();
    let mut next = DAYS_LEAST;
    while next < judged.len() {
        let until = (next + REGROW).min(judged.len());
        let past: Vec<Vec<Option<f64>>> = judged[next.saturating_sub(DAYS_MOST)..next].iter().map(|&t| row(t)).collect();
        // Most days of a block lean nowhere: no forest is grown for them.
        let leaning: Vec<usize> =
            judged[next..until].iter().copied().filter(|&t| leans(&row(t)) >= 2 && !covered(told, t)).collect();
        if !leaning.is_empty()
            && let Ok(forest) = Forest::grow(&past, &settings, SEED)
        {
            for t in leaning {
                let odd = forest.judge(&row(t));
                if odd.rarity >= RARE {
                    cases.push(case(t, odd.rarity, grid, scan));
                }
            }
        }
        next = until;
    }
    cases
}

fn leans(row: &[Option<f64>]) -> usize {
    row.iter().flatten().filter(|d| d.abs() >= LEANS).count()
}

fn covered(told: &[Case], t: usize) -> bool {
    told.iter().any(|case| case.who == Who::Account && (case.from..=case.to + 1).contains(&t))
}

fn case(t: usize, rarity: f64, grid: &Grid<'_>, scan: &Scan) -> Case {
    let sign = |metric: Metric| {
        let line = &scan.account[metric.place()];
        let (deviations, off, ratio) = (line.deviations[t], line.off[t], line.ratio[t]);
        let episode =
            Episode { from: t, to: t, told: t, open: t + 1 == grid.days, settled: false, rises: off > 0.0, peak: deviations.abs() };
        (deviations.abs() >= LEANS).then_some(Sign { metric, episode, factor: ratio, most: ratio })
    };
    let mut signs: Vec<Sign> = FIGURES.into_iter().filter_map(sign).collect();
    signs.sort_by(|a, b| b.episode.peak.total_cmp(&a.episode.peak));
    let mut case = Case::new(Who::Account, signs[0]);
    case.signs = signs;
    case.odd = Some(rarity);
    case
}
