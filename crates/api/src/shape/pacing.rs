//! How budgets are doing.

use super::BudgetShape;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Budgets held against what is spent on them, as they stood when their accounts were last read.
#[derive(Debug, Serialize, ToSchema)]
pub struct PacingShape {
    /// When this was worked out (RFC 3339); `null`: never yet.
    pub made_at: Option<String>,
    /// Hash of the figures it was made from.
    pub source_hash: Option<String>,
    /// Every budget there are figures for.
    pub items: Vec<PacedBudget>,
}

/// A budget and how it is doing.
#[derive(Debug, Serialize, ToSchema)]
pub struct PacedBudget {
    /// The budget.
    pub budget: BudgetShape,
    /// How it is doing; `null`: not worked out yet, or there are no figures.
    pub result: Option<PaceShape>,
    /// Its days so far.
    pub days: Vec<PaceDay>,
}

/// How a budget is doing. Amounts are decimals in the budget's currency.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaceShape {
    /// First day of the budget, or of its object where that began later.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The last day that counts; `null` before the first.
    pub as_of: Option<String>,
    /// Days left after it.
    pub days_left: u32,
    /// The budget, with what rolled over.
    pub amount: String,
    /// What rolled over.
    pub rolled_over: String,
    /// What was to be spent so far.
    pub planned_to_date: String,
    /// What was.
    pub actual: String,
    /// The part of that which may still move.
    pub provisional: String,
    /// Actual less planned.
    pub variance: String,
    /// The same in percent of planned.
    pub variance_percent: Option<f64>,
    /// What each day left would have to bring.
    pub required_daily: Option<String>,
    /// Spend per day of late.
    pub recent_daily: Option<String>,
    /// What the period will come to.
    pub projected: Option<String>,
    /// Where that lies four times in five: from here …
    pub projected_low: Option<String>,
    /// … to here.
    pub projected_high: Option<String>,
    /// How far the projection is from the amount, in percent.
    pub projected_off_percent: Option<f64>,
    /// The day at whose end the amount is gone, where that comes before the last.
    pub used_up_on: Option<String>,
    /// How far, in percent, the projection may be off today; it tightens through the period.
    pub tolerance_percent: f64,
    /// `on_track`, `under`, `over` or `cannot_tell`.
    pub verdict: String,
    /// Why it cannot be told.
    pub because: Option<String>,
    /// How much it matters, where it is over or under.
    pub severity: Option<String>,
    /// How sure the verdict is, 0 to 1.
    pub confidence: f64,
    /// What to know about the figures.
    pub notes: Vec<String>,
    /// What each account would have to spend a day for the whole to come out; empty at account level and below.
    pub allocation: Vec<PaceAdvice>,
}

/// What an account would have to spend a day.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaceAdvice {
    /// Where it lives.
    pub source: Option<String>,
    /// The account.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Spend per day of late.
    pub daily: Option<String>,
    /// Spend per day it would take.
    pub needed_daily: String,
    /// By how much that differs, in percent.
    pub change_percent: Option<f64>,
    /// `increase`, `decrease` or `keep`.
    pub step: String,
    /// Why.
    pub reason: String,
}

/// A day of a budget.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaceDay {
    /// The day.
    pub day: String,
    /// What was spent; `null`: not known.
    pub actual: Option<String>,
    /// Spent up to and with this day.
    pub actual_to_date: String,
    /// Planned up to and with this day.
    pub planned_to_date: String,
}

#[derive(Debug, Deserialize)]
struct Kept {
    items: Vec<KeptItem>,
}

#[derive(Debug, Deserialize)]
struct KeptItem {
    budget: String,
    result: PaceShape,
    days: Vec<PaceDay>,
}

impl PacingShape {
    /// The budgets with what was kept of them.
    ///
    /// # Errors
    /// When what is kept is of another version's shape.
    pub fn of(budgets: &[trimtab_engine::Budget], kept: Option<trimtab_engine::Analysis>) -> Result<Self, serde_json::Error> {
        let (made_at, source_hash, mut results) = match kept {
            Some(kept) => {
                let body: Kept = serde_json::from_value(kept.body)?;
                (Some(kept.made_at.to_string()), Some(kept.source_hash), body.items)
            }
            None => (None, None, vec![]),
        };
        let item = |budget: &trimtab_engine::Budget| {
            let place = results.iter().position(|kept| kept.budget == budget.id.as_str());
            let kept = place.map(|place| results.swap_remove(place));
            let (result, days) = kept.map_or((None, vec![]), |kept| (Some(kept.result), kept.days));
            PacedBudget { budget: budget.into(), result, days }
        };
        Ok(Self { made_at, source_hash, items: budgets.iter().map(item).collect() })
    }
}
