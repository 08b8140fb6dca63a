//! What was to be spent by when, and what was.

use super::{
    Because, Budget, Note, Pace, Settings, Spending,
    ahead::Past,
    days::{later, steps, weekday},
};
use trimtab_domain::{Day, DayRange};

/// How a budget is spread over its days.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What a weekday is to have against others, Monday first; zero for days without plan.
    pub weekdays: [f64; 7],
    /// Days nothing is to be spent on.
    pub idle: Vec<DayRange>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { weekdays: [1.0; 7], idle: vec![] }
    }
}

impl Plan {
    /// The parts of a period's days. What is no number, or below zero, counts as zero.
    pub(super) fn over(&self, period: DayRange) -> Vec<f64> {
        let part = |(t, day): (usize, Day)| {
            let part = self.weekdays[weekday(period.from(), t)];
            let idle = self.idle.iter().any(|idle| idle.contains(day));
            if idle || !part.is_finite() { 0.0 } else { part.clamp(0.0, 1e6) }
        };
        period.days().enumerate().map(part).collect()
    }
}

/// Where the plan begins, and what rolls over into it.
pub(super) fn begin(pace: &mut Pace, budget: &Budget, past: &Past) {
    let period = budget.period;
    let spent = past.spend.iter().position(|v| v.is_some_and(|v| v != 0.0));
    let first = spent.or_else(|| past.spend.iter().position(Option::is_some)).map(|place| later(past.first, place));
    if let Some(on) = first.filter(|on| period.contains(*on) && *on > period.from()) {
        pace.runs = DayRange::new(on, period.to()).unwrap_or(period);
        pace.notes.push(Note::Began { on });
    }
    if let Some(before) = budget.roll_over.filter(|before| before.is_finite()) {
        let previous = previous(period);
        match spent_on(past, previous) {
            Some(spent) => pace.rolled_over = (before - spent).max(0.0),
            None => pace.notes.push(Note::RollOverUnknown),
        }
        pace.amount += pace.rolled_over;
    }
}

/// The month before a month; else the equally long period before.
fn previous(period: DayRange) -> DayRange {
    let whole = period.from().day() == 1 && period.to() == period.from().last_of_month();
    let before = period.from().saturating_sub(jiff::Span::new().days(1));
    if whole { DayRange::new(before.first_of_month(), before).unwrap_or(period) } else { period.previous() }
}

/// `None` where a day of it is not known.
fn spent_on(past: &Past, period: DayRange) -> Option<f64> {
    let from = steps(past.first, period.from())?;
    let to = steps(past.first, period.to())?;
    past.spend.get(from..=to)?.iter().copied().sum()
}

/// Planned and actual up to the last day that counts.
pub(super) fn to_date(
    pace: &mut Pace,
    plan: &[f64],
    past: &Past,
    spending: &Spending<'_>,
    today: Day,
    settings: &Settings,
) -> Result<(), Because> {
    let last = later(past.first, past.spend.len() - 1);
    let silent = steps(last, today.min(later(pace.runs.to(), 1))).unwrap_or(0).saturating_sub(1);
    if silent > settings.stale_days {
        return Err(Because::Stale { last });
    }
    if silent > 0 {
        pace.notes.push(Note::Late { last });
    }
    let gone = steps(pace.runs.from(), last).map_or(0, |days| days + 1).min(plan.len());
    pace.as_of = (gone > 0).then_some(last.min(pace.runs.to()));
    pace.days_left = plan.len() - gone;
    actual(pace, past, gone, settings)?;
    if let Some(from) = spending.provisional_from.filter(|from| pace.as_of.is_some_and(|last| *from <= last)) {
        pace.notes.push(Note::Provisional { from });
        let from = steps(past.first, from.max(pace.runs.from())).unwrap_or(0);
        pace.provisional = past.spend.get(from..).map_or(0.0, |days| days.iter().flatten().sum());
    }
    let all: f64 = plan.iter().sum();
    pace.planned_to_date = pace.amount * plan[..gone].iter().sum::<f64>() / all;
    pace.variance = pace.actual - pace.planned_to_date;
    pace.variance_percent = (pace.planned_to_date > 0.0).then(|| pace.variance / pace.planned_to_date * 100.0);
    let days_left = plan[gone..].iter().filter(|part| **part > 0.0).count();
    pace.required_daily = (days_left > 0).then(|| ((pace.amount - pace.actual) / days_left as f64).max(0.0));
    let through = if plan.len() > 1 { gone as f64 / plan.len() as f64 } else { 1.0 };
    pace.tolerance = settings.tolerance_first + (settings.tolerance_last - settings.tolerance_first) * through;
    Ok(())
}

fn actual(pace: &mut Pace, past: &Past, gone: usize, settings: &Settings) -> Result<(), Because> {
    if gone == 0 {
        return Ok(());
    }
    let end = past.spend.len();
    let inside = end.min(gone);
    let days = &past.spend[end - inside..];
    let known: Vec<f64> = days.iter().flatten().copied().collect();
    let missing = gone - known.len();
    if missing as f64 > settings.missing_share * gone as f64 {
        return Err(Because::Missing { days: missing, of: gone });
    }
    let sum: f64 = known.iter().sum();
    if missing > 0 {
        pace.bridged = sum / known.len() as f64 * missing as f64;
        pace.notes.push(Note::Bridged { days: missing });
    }
    pace.actual = sum + pace.bridged;
    Ok(())
}
