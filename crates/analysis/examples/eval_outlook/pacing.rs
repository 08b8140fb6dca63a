//! Month-end projections from the tenth day of each month, and what their intervals hold.

use crate::worlds::Account;
use serde_json::{Value, json};
use trimtab_analysis::pacing::{self, Budget, Pace, Plan, Settings, Spending};
use trimtab_analysis::track::Figures;
use trimtab_domain::{Day, DayRange};

/// Days that have gone by when a month is projected.
const GONE: i64 = 10;

struct Tried {
    off: f64,
    inside: bool,
    width: f64,
    stable: bool,
}

pub(crate) fn evaluate(accounts: &[Account], level: &str) -> Value {
    let mut tried = Vec::new();
    for account in accounts {
        let last = account.tracks.account.day(account.tracks.account.days.len() - 1);
        let mut month = account.tracks.account.first.last_of_month().saturating_add(jiff::Span::new().days(32)).first_of_month();
        while month.last_of_month() <= last {
            tried.extend(months(account, month, level));
            month = month.last_of_month().saturating_add(jiff::Span::new().days(1));
        }
    }
    let of = |stable: bool| summary(&tried.iter().filter(|t| t.stable || !stable).collect::<Vec<_>>());
    json!({ "stable": of(true), "all": of(false) })
}

fn months(account: &Account, month: Day, level: &str) -> Vec<Tried> {
    let tracks = &account.tracks;
    let parts: Vec<_> = if level == "account" { vec![&tracks.account] } else { tracks.campaigns.iter().collect() };
    let today = month.saturating_add(jiff::Span::new().days(GONE));
    let period = DayRange::new(month, month.last_of_month()).expect("a month");
    let mut tried = Vec::new();
    for track in parts {
        let came = Figures::sum(track.between(month, period.to())).map_or(0.0, |sum| sum.spend);
        let budget = Budget {
            entity: track.entity.clone(),
            amount: came.max(1.0),
            currency: tracks.currency,
            period,
            plan: Plan::default(),
            roll_over: None,
        };
        let mut changed = pacing::changed(tracks, &track.entity);
        // Nobody knows of changes to come.
        changed.iter_mut().for_each(|part| part.shifts.retain(|shift| shift.day < today));
        let spending = Spending { track, currency: tracks.currency, provisional_from: None, changed };
        let pace: Pace = pacing::pace(&budget, &spending, today, &Settings::default());
        let Some(projected) = pace.projected else { continue };
        let (low, high) = projected.interval;
        let from = tracks.account.place(month).unwrap_or(0).saturating_sub(14);
        let to = tracks.account.place(period.to()).unwrap_or(0);
        tried.push(Tried {
            off: (projected.total / came - 1.0).abs(),
            inside: low <= came && came <= high,
            width: (high - low) / came,
            stable: account.stable(from, to),
        });
    }
    tried
}

fn summary(tried: &[&Tried]) -> Value {
    let mut off: Vec<f64> = tried.iter().map(|t| t.off).filter(|off| off.is_finite()).collect();
    off.sort_by(f64::total_cmp);
    let at = |percent: usize| off.get(off.len().saturating_sub(1) * percent / 100).copied();
    let inside = tried.iter().filter(|t| t.inside).count();
    let mut width: Vec<f64> = tried.iter().map(|t| t.width).filter(|w| w.is_finite()).collect();
    width.sort_by(f64::total_cmp);
    json!({
        "months": tried.len(), "median_off": at(50), "p80_off": at(80), "p95_off": at(95),
        "coverage_80": inside as f64 / tried.len().max(1) as f64, "median_width": width.get(width.len() / 2),
    })
}
