//! Week against week: the last seven days against the seven before them, by rules that people agree on.
//!
//! A rule speaks where the change is as large as it says *and* ln(after/before) is [`Settings::rule_errors`] standard errors from none.
//! The error is the larger of what counts make by chance, √(1/n₁ + 1/n₀) with sums of orders scattering half as much again, and of what
//! this very figure usually does from one week to the next, from up to ten earlier pairs of weeks (1.4826 × median size; a prior of 12 %
//! counts for three pairs). Of figures that conversions are in, only final days are compared: a week that is still growing is never held
//! against one that has grown. A change that an incident covers is told with it.
//!
//! It misleads where a week holds a holiday, and where the weeks' campaigns differ: ratios are of sums, so a shift towards dearer
//! campaigns is a change of the account's ratio, and a real one.

use super::case::{Case, Who};
use super::cause::{Moves, Verdict};
use super::explain;
use super::grid::Grid;
use super::phrase;
use super::settings::{PeriodRule, Settings};
use crate::anomaly::contributions::{Part, of_ratio, of_sum};
use crate::track::Figures;
use crate::words;
use trimtab_domain::finding::{Cause, Contribution, ContributionPart, EntityRef, Evidence, Finding, FindingKind, Level, Severity};

const WEEK: usize = 7;
/// Known days a week must have.
const DAYS_LEAST: usize = 6;
/// Pairs of weeks that tell what is usual.
const PAIRS: usize = 10;
/// What is assumed of them at first, and for how many pairs it counts.
const PRIOR: (f64, f64) = (0.12, 3.0);
/// A rule that spoke so many days ago at most is the same trouble.
const BACK: usize = 21;
/// Campaigns with a smaller part of the spend are not judged.
const CAMPAIGN_WEIGHT: f64 = 0.15;
/// Counts that each week must have.
const CONVERSIONS_LEAST: f64 = 20.0;
const CLICKS_LEAST: f64 = 100.0;
const IMPRESSIONS_LEAST: f64 = 5_000.0;

/// Two weeks of an object that a rule speaks of.
#[derive(Debug, Clone, Copy)]
struct Change {
    before: Figures,
    after: Figures,
    /// ln(after/before) in standard errors.
    errors: f64,
    error: f64,
}

/// What the rules say, and the places of cases that say it already.
pub(crate) fn rules(
    grid: &Grid<'_>,
    settings: &Settings,
    cases: &[(Case, Verdict, Moves)],
) -> (Vec<Finding>, Vec<(usize, String)>) {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for who in std::iter::once(None).chain((0..grid.tracks.campaigns.len()).map(Some)) {
        let days = who.map_or(&grid.account, |c| &grid.campaigns[c]);
        if who.is_some_and(|c| super::case::share(grid, c, grid.days) < CAMPAIGN_WEIGHT) {
            continue;
        }
        for rule in &settings.rules {
            let end = if is_late(rule) { grid.open_from } else { grid.days };
            let Some(change) = holds(rule, days, grid, end, settings) else { continue };
            match teller(who, rule, end, cases) {
                Some(place) => notes.push((place, note(rule, &change, who, grid))),
                // A budget that was changed moves these by itself, and was judged.
                None if who.is_some() && is_size(rule) => {}
                // The whole account's change is told of the account.
                None if who.is_some() && found.iter().any(|f: &Finding| f.rule == rule.id && f.entity.level == Level::Account) => {}
                None => found.push(finding(rule, &change, who, (begun(rule, days, grid, end, settings), end), grid, cases)),
            }
        }
    }
    (found, notes)
}

fn is_late(rule: &PeriodRule) -> bool {
    matches!(rule.metric, "roas" | "cpa" | "cvr" | "aov" | "conversions" | "revenue")
}

fn is_size(rule: &PeriodRule) -> bool {
    matches!(rule.metric, "spend" | "impressions")
}

fn week(days: &[Figures], grid: &Grid<'_>, end: usize) -> Option<Figures> {
    let from = end.checked_sub(WEEK)?;
    let known = (from..end).filter(|&t| grid.known[t]);
    (known.clone().count() >= DAYS_LEAST).then(|| known.map(|t| days[t]).fold(Figures::default(), Figures::plus))
}

fn enough(rule: &PeriodRule, week: &Figures) -> bool {
    match rule.metric {
        "spend" => week.spend > 0.0,
        "impressions" => week.impressions >= IMPRESSIONS_LEAST,
        "ctr" => week.clicks >= CLICKS_LEAST && week.impressions >= IMPRESSIONS_LEAST,
        _ => week.conversions >= CONVERSIONS_LEAST,
    }
}

/// How much a week's figure scatters by chance, as a variance of its logarithm.
fn chance(rule: &PeriodRule, week: &Figures) -> f64 {
    match rule.metric {
        "spend" | "impressions" => 0.0,
        "ctr" => 1.0 / week.clicks,
        "roas" | "aov" | "revenue" => 1.5 / week.conversions,
        _ => 1.0 / week.conversions,
    }
}

fn log_change(rule: &PeriodRule, before: &Figures, after: &Figures) -> Option<f64> {
    let (b, a) = (before.metric(rule.metric)?, after.metric(rule.metric)?);
    (b > 0.0 && a > 0.0).then(|| (a / b).ln()).filter(|l| l.is_finite())
}

/// Whether a rule speaks of the two weeks before a day.
fn holds(rule: &PeriodRule, days: &[Figures], grid: &Grid<'_>, end: usize, settings: &Settings) -> Option<Change> {
    let (after, before) = (week(days, grid, end)?, week(days, grid, end.checked_sub(WEEK)?)?);
    if !enough(rule, &before) || !(enough(rule, &after) || is_size(rule) && after.spend > 0.0) {
        return None;
    }
    let change = log_change(rule, &before, &after)?;
    let as_large = if rule.change < 0.0 { change <= (1.0 + rule.change).max(1e-6).ln() } else { change >= rule.change.ln_1p() };
    if !as_large {
        return None;
    }
    let error = usual(rule, days, grid, end).max((chance(rule, &before) + chance(rule, &after)).sqrt());
    let errors = change.abs() / error;
    (errors >= settings.rule_errors).then_some(Change { before, after, errors, error })
}

/// What the figure usually does from week to week.
fn usual(rule: &PeriodRule, days: &[Figures], grid: &Grid<'_>, end: usize) -> f64 {
    let pair = |k: usize| {
        let end = end.checked_sub((k + 1) * WEEK)?;
        log_change(rule, &week(days, grid, end.checked_sub(WEEK)?)?, &week(days, grid, end)?)
    };
    let mut sizes: Vec<f64> = (0..PAIRS).filter_map(pair).map(f64::abs).collect();
    sizes.sort_by(f64::total_cmp);
    let n = sizes.len() as f64;
    let seen = sizes.get(sizes.len() / 2).map_or(0.0, |middle| 1.4826 * middle);
    (n * seen + PRIOR.1 * PRIOR.0) / (n + PRIOR.1)
}

/// The first day of the weeks that the rule has spoken of without a break.
fn begun(rule: &PeriodRule, days: &[Figures], grid: &Grid<'_>, end: usize, settings: &Settings) -> usize {
    let mut first = end;
    while first > WEEK && end - first < BACK && holds(rule, days, grid, first - 1, settings).is_some() {
        first -= 1;
    }
    first.saturating_sub(WEEK)
}

/// The case that says it already: of the same object or of the whole, with days in the week and a figure that is a part of the rule's.
fn teller(who: Option<usize>, rule: &PeriodRule, end: usize, cases: &[(Case, Verdict, Moves)]) -> Option<usize> {
    let week = end.saturating_sub(WEEK)..end;
    cases.iter().position(|(case, verdict, _)| {
        let of = match (case.who, who) {
            (Who::Account, _) => true,
            (Who::Campaign(own), Some(c)) => own == c,
            // What one campaign does to the whole is said with it where it is large.
            (Who::Campaign(_), None) => is_size(rule) && verdict.told,
        };
        let parts = case.signs.iter().any(|s| explains(s.metric.id(), rule.metric));
        of && verdict.told && parts && case.from < week.end && case.to + WEEK >= week.start
    })
}

fn explains(sign: &str, metric: &str) -> bool {
    match metric {
        "roas" | "cpa" => sign != "impressions",
        "spend" => matches!(sign, "spend" | "impressions"),
        "impressions" => matches!(sign, "spend" | "impressions" | "cpm"),
        other => sign == other,
    }
}

fn said(rule: &PeriodRule, change: &Change, grid: &Grid<'_>) -> (String, f64, f64) {
    let (b, a) = (change.before.metric(rule.metric).unwrap_or(0.0), change.after.metric(rule.metric).unwrap_or(0.0));
    let figure = |v| phrase::figure(rule.metric, v, grid.tracks.currency);
    let text = format!(
        "{} {} in a week against {} in the week before ({:+.0} %)",
        phrase::name(rule.metric),
        figure(a),
        figure(b),
        (a / b - 1.0) * 100.0
    );
    (text, b, a)
}

fn note(rule: &PeriodRule, change: &Change, who: Option<usize>, grid: &Grid<'_>) -> String {
    let of = who.map_or_else(String::new, |c| format!(" of {}", words::name(&grid.tracks.campaigns[c].entity)));
    format!("Week against week{of}: {}.", said(rule, change, grid).0)
}

fn finding(
    rule: &PeriodRule,
    change: &Change,
    who: Option<usize>,
    (from, end): (usize, usize),
    grid: &Grid<'_>,
    cases: &[(Case, Verdict, Moves)],
) -> Finding {
    let entity: EntityRef = who.map_or(&grid.tracks.account, |c| &grid.tracks.campaigns[c]).entity.clone();
    let (text, before, after) = said(rule, change, grid);
    let contributions = contributions(rule, change, who, end, grid);
    let cause = cause(rule, change, who, end, grid, cases);
    let (first, last) = (grid.tracks.account.day(from), grid.tracks.account.day(end - 1));
    let spread = (-1.2816 * change.error).exp();
    let most: Vec<String> = contributions
        .iter()
        .map(|c| {
            let name = match &c.part {
                ContributionPart::Entity(e) => words::name(e),
                ContributionPart::Metric(id) => phrase::name(id),
            };
            format!("{name} ({:.0} %)", c.share * 100.0)
        })
        .take(4)
        .collect();
    let parts = if most.is_empty() { String::new() } else { format!(" Largest parts in it: {}.", most.join(", ")) };
    let final_days = if is_late(rule) { " Only days whose conversions are all in were compared." } else { "" };
    Finding {
        id: Finding::id_of(FindingKind::Anomaly, rule.id, &entity, Some(rule.metric), first),
        kind: FindingKind::Anomaly,
        rule: rule.id.into(),
        severity: severity(rule, cause.as_ref()),
        metric: Some(rule.metric.into()),
        from: first,
        to: last,
        ongoing: end == grid.days,
        value: Some(after),
        expected: Some(before),
        interval: Some((before * spread, before / spread)),
        currency: Some(grid.tracks.currency),
        confidence: change.errors / (change.errors + 1.0),
        headline: format!("{}: {text}", words::name(&entity)),
        detail: format!(
            "The seven days to {} against the seven before: {text}. That is {:.1} standard errors from no change.{parts}{final_days}",
            words::day(last),
            change.errors
        ),
        cause,
        contributions,
        doubt: "If one of the two weeks held a holiday or a sale, the weeks cannot be compared.".to_owned(),
        actions: vec![
            "See which campaign made the largest part of the change.".to_owned(),
            "Compare with the same weeks of last year before acting, where there are any.".to_owned(),
        ],
        evidence: vec![Evidence {
            shows: "the last week against the one before".to_owned(),
            metrics: vec![rule.metric.into(), "spend".into(), "impressions".into()].into_iter().fold(vec![], |mut all, id| {
                if !all.contains(&id) {
                    all.push(id);
                }
                all
            }),
            by: vec![if who.is_none() { "campaign".into() } else { "date".into() }],
            filter: words::filter(&entity),
            from: grid.tracks.account.day(end - WEEK),
            to: last,
            compare: Some("previous".into()),
            currency: None,
        }],
        source_hash: String::new(),
        entity,
    }
}

/// What is known to have been meant matters less.
fn severity(rule: &PeriodRule, cause: Option<&Cause>) -> Severity {
    let meant =
        cause.is_some_and(|c| matches!(c.kind.as_str(), "campaign_started" | "campaign_ended" | "budget_raised" | "budget_cut"));
    if meant { rule.severity.min(Severity::Info) } else { rule.severity }
}

fn parts_of(metric: &str, figures: &Figures) -> (f64, f64) {
    match metric {
        "roas" => (figures.revenue, figures.spend),
        "cpa" => (figures.spend, figures.conversions),
        "ctr" => (figures.clicks * 100.0, figures.impressions),
        "impressions" => (figures.impressions, 0.0),
        _ => (figures.spend, 0.0),
    }
}

fn contributions(rule: &PeriodRule, change: &Change, who: Option<usize>, end: usize, grid: &Grid<'_>) -> Vec<Contribution> {
    let (b, a) = (&change.before, &change.after);
    let rates = |f: &Figures| {
        (f.ctr().unwrap_or(0.0) / 100.0, f.cpm().unwrap_or(0.0) / 1000.0, f.cvr().unwrap_or(0.0) / 100.0, f.aov().unwrap_or(0.0))
    };
    let ((ctr0, cpm0, cvr0, aov0), (ctr1, cpm1, cvr1, aov1)) = (rates(b), rates(a));
    let inverse = |v: f64| if v > 0.0 { 1.0 / v } else { 0.0 };
    let mut all = match rule.metric {
        "spend" => explain::of_product(&[("impressions", b.impressions, a.impressions), ("cpm", cpm0, cpm1)]),
        "impressions" => explain::of_product(&[("spend", b.spend, a.spend), ("cpm", inverse(cpm0), inverse(cpm1))]),
        "roas" => explain::of_product(&[
            ("cpm", inverse(cpm0), inverse(cpm1)),
            ("ctr", ctr0, ctr1),
            ("cvr", cvr0, cvr1),
            ("aov", aov0, aov1),
        ]),
        "cpa" => explain::of_product(&[
            ("cpm", cpm0, cpm1),
            ("ctr", inverse(ctr0), inverse(ctr1)),
            ("cvr", inverse(cvr0), inverse(cvr1)),
        ]),
        _ => vec![],
    };
    if who.is_none() {
        let part = |c: usize| {
            let figures = |end| week(&grid.campaigns[c], grid, end).unwrap_or_default();
            let ((o0, u0), (o1, u1)) = (parts_of(rule.metric, &figures(end - WEEK)), parts_of(rule.metric, &figures(end)));
            Part { over: (o0, o1), under: (u0, u1) }
        };
        let parts: Vec<Part> = (0..grid.tracks.campaigns.len()).map(part).collect();
        let moved = if is_size(rule) { of_sum(&parts) } else { of_ratio(&parts).unwrap_or_default() };
        let entity = |place: usize| ContributionPart::Entity(grid.tracks.campaigns[place].entity.clone());
        all.extend(explain::shares(moved.into_iter().map(|m| (entity(m.part), m.change)).collect(), 6));
    }
    all
}

/// Why, as far as one campaign or one factor makes most of it.
fn cause(
    rule: &PeriodRule,
    change: &Change,
    who: Option<usize>,
    end: usize,
    grid: &Grid<'_>,
    cases: &[(Case, Verdict, Moves)],
) -> Option<Cause> {
    let say = |kind: &str, text: String, confidence: f64, events| Some(Cause { kind: kind.into(), text, confidence, events });
    if who.is_none() && is_size(rule) {
        let moved = |c: usize| {
            let of = |end| parts_of(rule.metric, &week(&grid.campaigns[c], grid, end).unwrap_or_default()).0;
            (of(end - WEEK), of(end))
        };
        let whole = parts_of(rule.metric, &change.after).0 - parts_of(rule.metric, &change.before).0;
        let part = |c: &usize| (moved(*c).1 - moved(*c).0) / whole;
        let top = (0..grid.tracks.campaigns.len()).max_by(|a, b| part(a).total_cmp(&part(b)))?;
        let (share, name) = (part(&top).clamp(0.0, 1.0), words::name(&grid.tracks.campaigns[top].entity).to_owned());
        let before = moved(top).0;
        let known = cases.iter().find(|(case, ..)| case.who == Who::Campaign(top) && case.from + 2 * WEEK >= end);
        return match known {
            _ if share < 0.4 => say("unknown", "No campaign alone makes most of it.".to_owned(), 0.3, vec![]),
            _ if before <= 0.0 => {
                say("campaign_started", format!("{name} began to run and makes {:.0} % of it.", share * 100.0), share, vec![])
            }
            Some((_, verdict, _)) => {
                let text = format!("{name} makes {:.0} % of it.", share * 100.0);
                say(verdict.kind, text, share * verdict.confidence, verdict.events.clone())
            }
            None => say("unknown", format!("{name} makes {:.0} % of it.", share * 100.0), 0.4 * share, vec![]),
        };
    }
    let factor = |of: fn(&Figures) -> Option<f64>| Some(of(&change.after)? / of(&change.before)?).filter(|f| f.is_finite());
    let (cvr, cpm) = (factor(Figures::cvr)?, factor(Figures::cpm)?);
    let text = format!("Against the week before, conversions per click are {}, prices {}.", words::moved(cvr), words::moved(cpm));
    say("unknown", text, 0.3, vec![])
}
