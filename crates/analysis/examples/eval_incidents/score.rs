//! Counting what was found, when, and what was told for nothing.

use crate::{
    effect::effect,
    world::{Account, Known, Label},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Instant};
use trimtab_analysis::incident::{Settings, incidents, keep_ids};
use trimtab_domain::{
    Day,
    finding::{Finding, Level},
};

/// Effects from which a label must be seen, in units of noise.
const VISIBLE: f64 = 3.0;
/// Days before and after a label's beginning within which a finding may begin.
const BEFORE: i64 = 2;
const AFTER: i64 = 3;
/// Days it is waited for.
const WAIT: i64 = 5;
/// What shows in no daily figure of campaigns, or is another analysis's.
const ELSEWHERE: [&str; 3] = ["dead_token", "withdrawn_ad", "creative_fatigue"];

#[derive(Debug, Default)]
struct Tally {
    labels: usize,
    visible: usize,
    found: usize,
    named: usize,
    found_faint: usize,
    delays: Vec<i64>,
}

#[derive(Debug, Default)]
pub(crate) struct Score {
    kinds: BTreeMap<String, Tally>,
    false_alarms: BTreeMap<String, usize>,
    findings: usize,
    explained: usize,
    account_weeks: f64,
    faults: Vec<String>,
    /// The slowest look: milliseconds, campaigns, days.
    slowest: (f64, usize, usize),
    /// Whether the share of conversions that is in is learnt from earlier readings, or from one alone.
    pub(crate) learnt: bool,
    causes: BTreeMap<String, usize>,
    /// Ongoing findings of one look that the next look, a day later, tells again; and how many had the same id by themselves, and with what was
    /// told before at hand.
    again: [usize; 4],
}

fn place(account: &Account, day: Day) -> i64 {
    account.first.until(day).map_or(0, |span| i64::from(span.get_days()))
}

/// Whether a cause that was named is the label's, as far as it could be known.
fn named(kind: &str, cause: &str, known: Known) -> bool {
    // Who changed a budget is in the platform's log alone.
    kind == cause || kind == "outside_edit" && cause == "budget_cut" && known != Known::History
}

impl Score {
    pub(crate) fn account(&mut self, account: &Account, known: Known, step: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let last = account.days().saturating_sub(1);
        let settings = Settings {
            inside: account.changes.iter().filter_map(|c| Some((c.object().into(), c.campaign.as_deref()?.into()))).collect(),
            ..Settings::default()
        };
        let learnt = self.learnt;
        let look = |day: usize| {
            let arrived = Some(account.arrived(day)).filter(|a| learnt && !a.is_empty());
            incidents(&account.known_after(day, known), &Settings { arrived, ..settings.clone() })
        };
        for label in account.labels.iter().filter(|l| !ELSEWHERE.contains(&l.kind.as_str())) {
            let size = effect(account, label);
            let tally = self.kinds.entry(label.kind.clone()).or_default();
            tally.labels += 1;
            tally.visible += usize::from(size >= VISIBLE);
            let mut hit: Option<(i64, Finding)> = None;
            for day in label.from..=label.from + WAIT {
                let Some(day) = usize::try_from(day).ok().filter(|d| *d <= last) else { continue };
                if let Some(found) = best(account, look(day), label) {
                    hit = Some((i64::try_from(day).unwrap_or(0) - label.from, found));
                    break;
                }
            }
            // What is told in the end, when everything about it is known.
            let later = usize::try_from(label.to.unwrap_or(label.from) + 10).unwrap_or(0).min(last);
            if std::env::var_os("SHOW").is_some() { for f in look(later) { if (place(account, f.from) - label.from).abs() <= 6 { eprintln!("SHOW {} {} {} at {later}: {}..{} {:?} {} | {}", account.name, label.kind, label.from, place(account, f.from), place(account, f.to), f.cause.as_ref().map(|c| &c.kind), f.entity.id, f.detail); } } }
            let end = hit.as_ref().and_then(|_| best(account, look(later), label));
            let told = end.as_ref().or(hit.as_ref().map(|(_, f)| f)).and_then(|f| f.cause.as_ref()).map(|c| c.kind.to_string());
            let right = told.as_deref().is_some_and(|cause| named(&label.kind, cause, known));
            if let Some(cause) = &told
                && !right
                && size >= VISIBLE
            {
                *self.causes.entry(format!("{} told as {cause}", label.kind)).or_default() += 1;
            }
            match &hit {
                Some((delay, _)) if size >= VISIBLE => {
                    tally.found += 1;
                    tally.delays.push(*delay);
                    tally.named += usize::from(right);
                }
                Some(_) => tally.found_faint += 1,
                None => {}
            }
            if hit.is_none() && size >= VISIBLE || hit.is_some() && !right {
                lines.push(format!(
                    "{} {} from {} ({}) to {:?} campaign {:?} effect {size:.1} {}",
                    if hit.is_none() { "MISSED" } else { "MISNAMED" },
                    label.kind,
                    label.from,
                    account.first.saturating_add(jiff::Span::new().days(label.from)),
                    label.to,
                    label.campaign,
                    hit.map_or(String::new(), |(d, f)| format!("delay {d}: {} {}", told.unwrap_or_default(), f.detail))
                ));
            }
        }
        let mut alarms: Vec<(String, i64, i64)> = Vec::new();
        let from = account.late_from.max(28);
        let mut before: Vec<Finding> = Vec::new();
        let days: Vec<usize> = (from..=last).rev().step_by(step.max(1)).collect();
        for day in days.into_iter().rev() {
            let plain = look(day);
            let found = keep_ids(plain.clone(), &before);
            if step == 1 {
                for old in before.iter().filter(|f| f.ongoing) {
                    let same = |f: &Finding| f.entity == old.entity && f.from <= old.to && f.to >= old.from;
                    self.again[0] += 1;
                    self.again[1] += usize::from(found.iter().any(same));
                    self.again[2] += usize::from(plain.iter().any(|f| f.id == old.id));
                    self.again[3] += usize::from(found.iter().any(|f| f.id == old.id));
                }
            }
            before.clone_from(&found);
            for finding in found {
                let (begin, end) = (place(account, finding.from), place(account, finding.to));
                if end < i64::try_from(from).unwrap_or(0) {
                    continue;
                }
                if let Some(fault) = finding.fault() {
                    self.faults.push(fault);
                }
                let key = finding.entity.id.to_string();
                if alarms.iter().any(|(id, a, b)| *id == key && begin <= b + 2 && end >= a - 2) {
                    continue;
                }
                alarms.push((key, begin, end));
                self.findings += 1;
                if explained(account, &finding, begin, end) {
                    self.explained += 1;
                } else {
                    let cause = finding.cause.as_ref().map_or("none", |c| c.kind.as_str());
                    *self.false_alarms.entry(format!("{} {} {cause}", finding.rule, finding.entity.level.as_str())).or_default() +=
                        1;
                    lines.push(format!(
                        "FALSE {cause} {} at {day} {}..{} {}",
                        finding.entity.level.as_str(),
                        begin,
                        end,
                        finding.detail
                    ));
                }
            }
        }
        let (tracks, begun) = (account.known_after(last, known), Instant::now());
        std::hint::black_box(incidents(&tracks, &settings));
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        if took > self.slowest.0 {
            self.slowest = ((took * 10.0).round() / 10.0, account.campaigns.len(), account.days());
        }
        self.account_weeks += (last + 1 - from) as f64 / 7.0;
        lines
    }

    pub(crate) fn document(&self) -> Value {
        let median = |delays: &[i64]| {
            let mut sorted = delays.to_vec();
            sorted.sort_unstable();
            sorted.get(sorted.len() / 2).copied()
        };
        let share = |a: usize, b: usize| if b > 0 { (a as f64 / b as f64 * 1000.0).round() / 1000.0 } else { 0.0 };
        let row = |t: &Tally| {
            json!({"labels": t.labels, "visible": t.visible, "found": t.found, "recall": share(t.found, t.visible), "cause_right": share(t.named, t.found),
            "median_delay_days": median(&t.delays), "found_though_faint": t.found_faint})
        };
        let kinds: BTreeMap<&String, Value> = self.kinds.iter().map(|(kind, tally)| (kind, row(tally))).collect();
        let mut all = Tally::default();
        for tally in self.kinds.values() {
            all.labels += tally.labels;
            all.visible += tally.visible;
            all.found += tally.found;
            all.named += tally.named;
            all.found_faint += tally.found_faint;
            all.delays.extend(&tally.delays);
        }
        let false_alarms: usize = self.false_alarms.values().sum();
        json!({"incidents": {
            "all": row(&all), "by_kind": kinds, "wrong_causes": self.causes,
            "findings": self.findings, "explained_by_label_change_or_date": self.explained, "false_alarms": false_alarms,
            "account_weeks": self.account_weeks.round(), "false_alarms_per_account_week": (false_alarms as f64 / self.account_weeks.max(1.0) * 1000.0).round() / 1000.0,
            "slowest_look": {"milliseconds": self.slowest.0, "campaigns": self.slowest.1, "days": self.slowest.2},
            "ongoing_told_again_next_day": {"ongoing": self.again[0], "told_again": self.again[1], "same_id_by_itself": self.again[2], "same_id_kept": self.again[3]},
            "false_alarms_by": self.false_alarms, "faults": self.faults,
        }})
    }
}

/// The finding that meets a label, of the label's own object where there is one.
fn best(account: &Account, findings: Vec<Finding>, label: &Label) -> Option<Finding> {
    let own = |f: &Finding| match &label.campaign {
        None => f.entity.level == Level::Account,
        Some(id) => f.entity.id == id.as_str(),
    };
    findings.into_iter().filter(|f| meets(account, f, label)).min_by_key(|f| (!own(f), (place(account, f.from) - label.from).abs()))
}

fn meets(account: &Account, finding: &Finding, label: &Label) -> bool {
    let begin = place(account, finding.from);
    let inside = finding.entity.level == Level::Account
        || label.campaign.is_none()
        || label.campaign.as_deref() == Some(finding.entity.id.as_str());
    inside && (label.from - BEFORE..=label.from + AFTER).contains(&begin)
}

/// Whether something true stands behind a finding.
fn explained(account: &Account, finding: &Finding, begin: i64, end: i64) -> bool {
    let of_label = |l: &Label| {
        let inside = finding.entity.level == Level::Account
            || l.campaign.is_none()
            || l.campaign.as_deref() == Some(finding.entity.id.as_str());
        inside && begin >= l.from - BEFORE && begin <= l.to.unwrap_or(l.from + 7) + AFTER
    };
    if account.labels.iter().filter(|l| !ELSEWHERE.contains(&l.kind.as_str())).any(of_label) {
        return true;
    }
    let cause = finding.cause.as_ref().map_or("", |c| c.kind.as_str());
    if finding.entity.level == Level::Campaign {
        return account
            .changes
            .iter()
            .any(|c| c.campaign.as_deref() == Some(finding.entity.id.as_str()) && (begin - 2..=begin + 1).contains(&c.place));
    }
    let retail = |t: i64| {
        let day = account.first.saturating_add(jiff::Span::new().days(t));
        matches!((day.month(), day.day()), (11, 20..=30) | (12, _) | (1, 1..=6))
    };
    cause == "demand" && (begin..=end).any(retail)
}
