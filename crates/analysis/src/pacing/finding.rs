//! A pace that needs somebody, as a finding.

use super::{Pace, Projected, Verdict};
use crate::words::{self, amount};
use trimtab_domain::{
    DayRange,
    finding::{Evidence, Finding, FindingKind, Level},
};

/// What to tell of a pace: something only where it is over or under.
#[must_use]
pub fn finding(pace: &Pace) -> Option<Finding> {
    let over = match pace.verdict {
        Verdict::Over => true,
        Verdict::Under => false,
        Verdict::OnTrack | Verdict::CannotTell(_) => return None,
    };
    let as_of = pace.as_of.unwrap_or(pace.runs.from());
    let rule = if over { "over_pace" } else { "under_pace" };
    let projected = pace.projected.as_ref();
    Some(Finding {
        id: Finding::id_of(FindingKind::Pacing, rule, &pace.entity, Some("spend"), pace.runs.from()),
        kind: FindingKind::Pacing,
        rule: rule.into(),
        severity: pace.severity?,
        entity: pace.entity.clone(),
        metric: Some("spend".into()),
        from: pace.runs.from(),
        to: as_of,
        ongoing: pace.days_left > 0,
        value: Some(projected.map_or(pace.actual, |projected| projected.total)),
        expected: Some(pace.amount),
        interval: projected.map(|projected| projected.interval),
        currency: Some(pace.currency),
        confidence: pace.confidence,
        headline: headline(pace, over),
        detail: detail(pace),
        cause: None,
        contributions: vec![],
        doubt: doubt(pace),
        actions: actions(pace, over),
        evidence: evidence(pace, as_of),
        source_hash: String::new(),
    })
}

fn headline(pace: &Pace, over: bool) -> String {
    let total = pace.projected.as_ref().map_or(pace.actual, |projected| projected.total);
    let off = amount((total - pace.amount).abs(), pace.currency);
    let percent = ((total / pace.amount - 1.0) * 100.0).abs();
    let (name, budget) = (words::name(&pace.entity), budget_of(pace.runs));
    match (pace.days_left > 0, over) {
        (true, true) => format!("{name} will overspend its {budget} by {off} ({percent:.0} %)"),
        (true, false) => format!("{name} will leave {off} ({percent:.0} %) of its {budget} unspent"),
        (false, true) => format!("{name} overspent its {budget} by {off} ({percent:.0} %)"),
        (false, false) => format!("{name} left {off} ({percent:.0} %) of its {budget} unspent"),
    }
}

fn detail(pace: &Pace) -> String {
    let money = |value: f64| amount(value, pace.currency);
    let mut text = match pace.as_of {
        Some(day) => format!(
            "{} of {} was spent by {}, where {} was planned{}.",
            money(pace.actual),
            money(pace.amount),
            words::day(day),
            money(pace.planned_to_date),
            pace.variance_percent.map_or(String::new(), |percent| format!(" ({percent:+.0} %)"))
        ),
        None => format!("Nothing of {} is spent yet.", money(pace.amount)),
    };
    if pace.rolled_over > 0.0 {
        text += &format!(" {} of it is left from the period before.", money(pace.rolled_over));
    }
    if let (Some(projected), Some(daily), true) = (&pace.projected, pace.recent_daily, pace.days_left > 0) {
        text += &ahead(pace, projected, daily);
    }
    for note in &pace.notes {
        text += &format!(" Note: {note}.");
    }
    text
}

fn ahead(pace: &Pace, projected: &Projected, daily: f64) -> String {
    let money = |value: f64| amount(value, pace.currency);
    let (low, high) = projected.interval;
    let mut text = format!(
        " At {} a day, as of late, it comes to {} by {} (four times in five between {} and {}).",
        money(daily),
        money(projected.total),
        words::day(pace.runs.to()),
        money(low),
        money(high)
    );
    if let Some(day) = projected.used_up_on {
        text += &format!(" The budget is used up on {}.", words::day(day));
    }
    text
}

fn doubt(pace: &Pace) -> String {
    if pace.days_left == 0 {
        return "A change of the budget that is not entered here, or a restatement of the last days' spend.".to_owned();
    }
    format!(
        "A budget changed, or a campaign started or stopped, after {}; or a plan that is meant to be uneven and does not say so.",
        words::day(pace.as_of.unwrap_or(pace.runs.from()))
    )
}

fn actions(pace: &Pace, over: bool) -> Vec<String> {
    let money = |value: f64| amount(value, pace.currency);
    let name = words::name(&pace.entity);
    let Some(needed) = pace.required_daily else {
        return vec![format!("Settle with whoever owns the budget of {name} what becomes of the difference.")];
    };
    let now = pace.recent_daily.map_or(String::new(), |daily| format!(" from about {}", money(daily)));
    match over {
        true if needed <= 0.0 => vec![
            format!("Pause {name}: its budget is gone with {} days left, or have the budget raised.", pace.days_left),
            "Check for a budget that was typed wrong or raised by somebody else.".to_owned(),
        ],
        true => vec![
            format!("Lower daily budgets of {name}{now} to {}.", money(needed)),
            "Check for a budget that was typed wrong or raised by somebody else.".to_owned(),
        ],
        false => vec![
            format!("Raise daily budgets of {name}{now} to {}, in steps of a fifth so that learning is kept.", money(needed)),
            "Check for refused ads, bids or audiences too small to spend the budget, and campaigns that are paused.".to_owned(),
            "If it cannot be spent well, move what is left to where it can.".to_owned(),
        ],
    }
}

fn evidence(pace: &Pace, as_of: trimtab_domain::Day) -> Vec<Evidence> {
    // Such a budget may be of several accounts, whose currencies differ.
    let across = matches!(pace.entity.level, Level::Tenant | Level::Platform);
    let spend = |shows: &str, by: &[&str]| Evidence {
        shows: shows.to_owned(),
        metrics: vec!["spend".into()],
        by: by.iter().map(|by| (*by).into()).collect(),
        filter: words::filter(&pace.entity),
        from: pace.runs.from(),
        to: as_of,
        compare: None,
        currency: across.then_some(pace.currency),
    };
    let below = if across { "account" } else { "campaign" };
    vec![spend("spend by day of the period", &["date"]), spend("which parts spent it", &[below])]
}

/// `March budget`, or `budget for 5 March to 11 April`.
fn budget_of(period: DayRange) -> String {
    if period.from().day() == 1 && period.to() == period.from().last_of_month() {
        return format!("{} budget", period.from().strftime("%B"));
    }
    format!("budget for {} to {}", words::day(period.from()), words::day(period.to()))
}
