//! How much money an incident is about, and so how much it matters.
//!
//! At stake is: of spend that moved, what it moved by; of a price, what the same impressions cost more; of conversions that are not
//! counted or counted twice, the spend whose results nobody can see, in proportion to what is wrong; of days without figures, what is
//! usually spent. Against what the account usually spends in those days, a quarter is critical, a twentieth a warning. Critical is what goes
//! on: what is over costs nothing any more, and is a warning at most.

use super::case::{Case, Who};
use super::cause::Verdict;
use super::explain::Totals;
use super::grid::Grid;
use trimtab_domain::finding::Severity;

/// Shares of the account's usual spend from which an incident is critical, and a warning.
const CRITICAL: f64 = 0.25;
const WARNING: f64 = 0.05;
/// Days that tell what an account usually spends.
const USUAL_DAYS: usize = 28;

/// What the account spends a day, from the four weeks before a case.
pub(crate) fn usual_spend(grid: &Grid<'_>, before: usize) -> f64 {
    let days: Vec<f64> = (0..before).rev().filter(|&t| grid.known[t]).take(USUAL_DAYS).map(|t| grid.account[t].spend).collect();
    if days.is_empty() { 0.0 } else { days.iter().sum::<f64>() / days.len() as f64 }
}

/// The money at stake.
pub(crate) fn stake(case: &Case, verdict: &Verdict, totals: &Totals, grid: &Grid<'_>) -> f64 {
    let seen = &totals.seen;
    let length = (case.to + 1 - case.from) as f64;
    match verdict.kind {
        "missing_data" => usual_spend(grid, case.from) * length,
        "tracking_loss" | "silent_pixel" | "doubled_tag" => {
            let wrong = totals.conversions().map_or(1.0, |expected| (seen.conversions / expected.max(1e-9) - 1.0).abs());
            seen.spend * wrong.min(1.0)
        }
        "cpm_shock" => totals.cpm.map_or(0.0, |cpm| (seen.spend - cpm * seen.impressions / 1000.0).max(0.0)),
        "demand" => 0.0,
        _ => totals.spend.map_or(0.0, |expected| (seen.spend - expected).abs()),
    }
}

/// How much that matters.
pub(crate) fn severity(case: &Case, verdict: &Verdict, stake: f64, grid: &Grid<'_>) -> Severity {
    if case.missing {
        return if case.open && case.to > case.from { Severity::Critical } else { Severity::Warning };
    }
    if case.odd.is_some() || verdict.kind == "demand" || verdict.kind == "unknown" && matches!(case.who, Who::Campaign(_)) {
        return Severity::Info;
    }
    let usual = usual_spend(grid, case.from) * (case.to + 1 - case.from) as f64;
    let part = if usual > 0.0 { stake / usual } else { 0.0 };
    if verdict.kind == "silent_pixel" || part >= CRITICAL {
        if case.open { Severity::Critical } else { Severity::Warning }
    } else if part >= WARNING {
        Severity::Warning
    } else {
        Severity::Info
    }
}
