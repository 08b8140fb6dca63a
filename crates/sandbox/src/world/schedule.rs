//! When campaigns, ad sets and ads run, and which budgets they were given when.

use super::{
    calendar::Calendar,
    chance::{Chance, index, whole},
};

/// What a campaign is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Prospecting,
    Retargeting,
    Awareness,
    Traffic,
    Occasion,
    BlackFriday,
}

/// How a campaign's life went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    AlwaysOn,
    /// Started within the window and still runs.
    Launched,
    /// Ran for some weeks and was switched off.
    Ended,
    /// The same, and put away since.
    Archived,
    /// Ran until some days ago.
    Paused,
}

/// First and last day of a campaign, as day numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) role: Role,
    pub(crate) life: Life,
    pub(crate) from: i32,
    /// The first day it no longer runs.
    pub(crate) until: Option<i32>,
}

/// Decides a campaign's role and life. The first two are always a prospecting and a retargeting campaign that always run.
pub(crate) fn plan(ordinal: usize, first_day: i32, today: i32, dice: Chance) -> Plan {
    let days = f64::from(today - first_day);
    let day = |share: f64| first_day + i32::try_from(whole(days * share)).unwrap_or(0);
    let long_ago = first_day - i32::try_from(dice.on(1).below(160)).unwrap_or(0);
    let role = *dice.on(2).pick(&[Role::Prospecting, Role::Prospecting, Role::Retargeting, Role::Awareness, Role::Traffic]);
    let (life, role) = match ordinal {
        0 => (Life::AlwaysOn, Role::Prospecting),
        1 => (Life::AlwaysOn, Role::Retargeting),
        _ => match dice.on(3).unit() {
            u if u < 0.44 => (Life::AlwaysOn, role),
            u if u < 0.66 => (Life::Launched, role),
            u if u < 0.83 => (Life::Ended, Role::Occasion),
            u if u < 0.92 => (Life::Archived, Role::Occasion),
            _ => (Life::Paused, role),
        },
    };
    let (from, until) = match life {
        Life::AlwaysOn => (long_ago, None),
        Life::Launched => (day(dice.on(4).between(0.15, 0.92)), None),
        Life::Ended | Life::Archived => {
            let from = day(dice.on(4).between(-0.05, 0.7));
            let length = i32::try_from(14 + dice.on(5).below(30)).unwrap_or(14);
            (from, Some((from + length).min(today - 4).max(from + 1)))
        }
        Life::Paused => (long_ago, Some(today - 3 - i32::try_from(dice.on(5).below(18)).unwrap_or(0))),
    };
    let role =
        if life == Life::Ended && role == Role::Occasion && spans_black_friday(from, until) { Role::BlackFriday } else { role };
    Plan { role, life, from, until }
}

fn spans_black_friday(from: i32, until: Option<i32>) -> bool {
    (from..until.unwrap_or(from)).any(|d| {
        let date = super::calendar::day(d);
        date.month() == 11 && (23..=29).contains(&date.day()) && super::calendar::weekday(d) == 4
    })
}

/// An instant in the working hours of a day.
pub(crate) fn office_hours(calendar: &Calendar, day: i32, dice: Chance) -> i64 {
    calendar.start(day) + 8 * 3_600 + whole(dice.unit() * 9.0 * 60.0) * 60
}

/// A budget a person would type: two significant digits, and never below a unit.
pub(crate) fn typed(minor: f64, offset: i64) -> i64 {
    let major = (minor / offset as f64).max(1.0);
    let step = 10_f64.powf((major.log10().floor() - 1.0).max(0.0));
    let step = if step >= 10.0 { step / 2.0 } else { step };
    whole((major / step).round() * step).max(1) * offset
}

/// The budget changes of a run: (day, factor against the design). Some weeks apart, mostly small.
pub(crate) fn budget_changes(from: i32, until: i32, dice: Chance) -> Vec<(i32, f64)> {
    let mut changes = Vec::new();
    let mut day = from;
    let mut level = 1.0_f64;
    for i in 0..200 {
        let dice = dice.on(i);
        day += 16 + i32::try_from(index(dice.on(1).between(0.0, 34.0))).unwrap_or(0);
        if day >= until {
            break;
        }
        let step = if dice.on(2).whether(0.3) { dice.on(3).between(0.72, 0.92) } else { dice.on(3).between(1.08, 1.32) };
        level = (level * step).clamp(0.55, 2.1);
        changes.push((day, level));
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_look_typed() {
        assert_eq!(typed(12_345.0, 100), 12_500);
        assert_eq!(typed(1_834.0, 100), 1_800);
        assert_eq!(typed(20.0, 100), 100);
        assert_eq!(typed(48_211.0, 1), 48_000);
    }

    #[test]
    fn the_first_two_campaigns_always_run() {
        for ordinal in 0..2 {
            let plan = plan(ordinal, 1_000, 1_180, Chance::new(9));
            assert!(plan.life == Life::AlwaysOn && plan.until.is_none() && plan.from <= 1_000);
        }
    }
}
