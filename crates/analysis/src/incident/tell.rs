//! A case as a finding: its words, its figures, its evidence.

use super::case::{Case, Sign, Who};
use super::cause::{self, Moves, Verdict};
use super::explain;
use super::grid::Grid;
use super::phrase::{self, Scene};
use super::scan::{Line, Scan};
use super::stake;
use crate::words;
use compact_str::CompactString;
use trimtab_domain::finding::{Cause, Contribution, ContributionPart, EntityRef, Evidence, Finding, FindingKind};

/// Four cases in five lie within so many deviations either way.
const FOUR_IN_FIVE: f64 = 1.2816;
/// How much of a day's distance the next one shares.
const HANDED_ON: f64 = 0.3;
/// Days shown before an incident.
const DAYS_BEFORE: i32 = 21;

pub(crate) fn finding(case: &Case, verdict: &Verdict, notes: &[String], grid: &Grid<'_>, scan: &Scan) -> Finding {
    let track = match case.who {
        Who::Campaign(c) if !grid.tracks.campaigns.is_empty() => &grid.tracks.campaigns[c],
        _ => &grid.tracks.account,
    };
    let entity: EntityRef = track.entity.clone();
    let metric = metric(case, verdict);
    let totals = explain::totals(case, grid, scan);
    let at_stake = stake::stake(case, verdict, &totals, grid);
    let (from, to) = (grid.tracks.account.day(case.from), grid.tracks.account.day(case.to));
    let (value, expected) = (totals.seen.metric(metric), totals.expected(metric).filter(|e| e.is_finite()));
    let (value, expected) = if case.missing { (None, None) } else { (value, expected) };
    let contributions = if case.missing { vec![] } else { explain::contributions(case, metric, &totals, grid, scan) };
    let moves = Moves::of(case, scan);
    let scene = Scene { case, verdict, moves: &moves, value, expected, at_stake, entity: &entity, grid };
    let detail = detail(&scene, &contributions, notes, scan);
    Finding {
        id: Finding::id_of(FindingKind::Anomaly, family(case, verdict), &entity, None, from),
        kind: FindingKind::Anomaly,
        rule: verdict.kind.into(),
        severity: stake::severity(case, verdict, at_stake, grid),
        metric: Some(metric.into()),
        from,
        to,
        ongoing: case.open,
        value,
        expected,
        interval: expected.zip(scatter(case, scan)).map(|(e, s)| (e * (-FOUR_IN_FIVE * s).exp(), e * (FOUR_IN_FIVE * s).exp())),
        currency: Some(grid.tracks.currency),
        confidence: if case.event || case.missing { verdict.confidence } else { cause::sureness(case, scan) },
        headline: phrase::headline(&scene),
        detail,
        cause: Some(Cause {
            kind: verdict.kind.into(),
            text: phrase::why(&scene),
            confidence: verdict.confidence,
            events: verdict.events.clone(),
        }),
        contributions,
        doubt: phrase::doubt(&scene).to_owned(),
        actions: phrase::actions(&scene),
        evidence: evidence(case, verdict, metric, &entity, grid),
        source_hash: String::new(),
        entity,
    }
}

/// What goes into an id beside object and day. The cause does not: it may be seen otherwise tomorrow.
fn family(case: &Case, verdict: &Verdict) -> &'static str {
    match verdict.kind {
        "missing_data" => "missing_data",
        "disapproval" if case.event => "disapproval",
        _ if case.odd.is_some() => "odd_together",
        _ => "incident",
    }
}

/// The metric a finding is about.
fn metric(case: &Case, verdict: &Verdict) -> &'static str {
    match verdict.kind {
        "tracking_loss" | "silent_pixel" | "doubled_tag" if case.who == Who::Account => "conversions",
        _ => case.signs[0].metric.id(),
    }
}

fn line<'a>(case: &Case, sign: &Sign, scan: &'a Scan) -> &'a Line {
    match case.who {
        Who::Account => &scan.account[sign.metric.place()],
        Who::Campaign(c) => &scan.campaigns[c][sign.metric.place()],
    }
}

/// How far a case's days taken together scatter by themselves, as a logarithm.
fn scatter(case: &Case, scan: &Scan) -> Option<f64> {
    let line = line(case, &case.signs[0], scan);
    let days: Vec<f64> = case.days().map(|t| line.off[t] / line.deviations[t]).filter(|s| s.is_finite() && *s > 0.0).collect();
    let n = days.len() as f64;
    (n > 0.0).then(|| days.iter().sum::<f64>() / n * (1.0 / n + HANDED_ON * (1.0 - 1.0 / n)).sqrt())
}

fn detail(scene: &Scene<'_>, contributions: &[Contribution], notes: &[String], scan: &Scan) -> String {
    let mut said = vec![phrase::why(scene)];
    let signs: Vec<String> = scene.case.signs.iter().filter_map(|sign| sign_said(scene, sign, scan)).collect();
    if !signs.is_empty() && !scene.case.event && !scene.case.missing {
        said.push(format!("Signs: {}.", signs.join("; ")));
    }
    said.extend(factors_said(contributions));
    said.extend(campaigns_said(contributions));
    if scene.at_stake > 0.0 && scene.at_stake.is_finite() {
        said.push(format!("At stake so far: about {}.", words::amount(scene.at_stake, scene.grid.tracks.currency)));
    }
    let late = scene.case.signs.iter().any(|s| s.metric.is_late());
    if late && scene.case.to >= scene.grid.open_from {
        let share = scene.grid.arrived[scene.case.to] * 100.0;
        said.push(format!(
            "Not all conversions of these days are in yet: they are held against what is usually in by now ({share:.0} % for the last of them)."
        ));
    }
    said.extend(notes.iter().cloned());
    said.join(" ")
}

fn sign_said(scene: &Scene<'_>, sign: &Sign, scan: &Scan) -> Option<String> {
    let case = Case::new(scene.case.who, *sign);
    let own = explain::totals(&case, scene.grid, scan);
    let (seen, expected) = (own.seen.metric(sign.metric.id())?, own.expected(sign.metric.id())?);
    let at = |t| scene.grid.tracks.account.day(t);
    let when = words::when(at(sign.episode.from), at(sign.episode.to), sign.episode.open);
    let figure = |v: f64| phrase::figure(sign.metric.id(), v, scene.grid.tracks.currency);
    let settled = if sign.episode.settled { ", which has become the usual level" } else { "" };
    Some(format!(
        "{} {} where {} was expected ({}, {when}{settled}; the day furthest off by {:.1} deviations)",
        phrase::name(sign.metric.id()),
        figure(seen),
        figure(expected),
        words::moved(seen / expected),
        sign.episode.peak,
    ))
}

fn factors_said(contributions: &[Contribution]) -> Option<String> {
    let of = |c: &Contribution| match &c.part {
        ContributionPart::Metric(id) => Some(format!("{} makes {:.0} %", phrase::name(id), c.share * 100.0)),
        ContributionPart::Entity(_) => None,
    };
    let said: Vec<String> = contributions.iter().filter_map(of).collect();
    (said.len() > 1).then(|| format!("Of the move {}.", said.join(", ")))
}

fn campaigns_said(contributions: &[Contribution]) -> Option<String> {
    let of = |c: &Contribution| match &c.part {
        ContributionPart::Entity(entity) => Some(format!("{} ({:.0} %)", words::name(entity), c.share * 100.0)),
        ContributionPart::Metric(_) => None,
    };
    let said: Vec<String> = contributions.iter().filter_map(of).take(3).collect();
    (!said.is_empty()).then(|| format!("Campaigns with the largest part in it: {}.", said.join(", ")))
}

fn evidence(case: &Case, verdict: &Verdict, metric: &str, entity: &EntityRef, grid: &Grid<'_>) -> Vec<Evidence> {
    let day = |t: usize| grid.tracks.account.day(t);
    let before = day(case.from).saturating_sub(jiff::Span::new().days(DAYS_BEFORE)).max(grid.tracks.account.first);
    let last = day((case.to + 3).min(grid.days.saturating_sub(1)));
    let mut metrics: Vec<CompactString> = vec![metric.into()];
    let also: &[&str] = match verdict.kind {
        "tracking_loss" | "silent_pixel" | "doubled_tag" => &["cvr", "clicks", "aov"],
        "cpm_shock" | "demand" => &["impressions", "cpa", "roas"],
        _ => &["impressions", "cpm", "conversions"],
    };
    metrics.extend(also.iter().filter(|id| **id != metric).map(|id| CompactString::from(*id)));
    let filter = words::filter(entity);
    let mut all = vec![Evidence {
        shows: "the days before and after".to_owned(),
        metrics: metrics.clone(),
        by: vec!["date".into()],
        filter: filter.clone(),
        from: before,
        to: last,
        compare: None,
        currency: None,
    }];
    if case.who == Who::Account && !case.missing && !grid.tracks.campaigns.is_empty() {
        all.push(Evidence {
            shows: "campaigns in these days against the same number of days before".to_owned(),
            metrics,
            by: vec!["campaign".into()],
            filter,
            from: day(case.from),
            to: day(case.to),
            compare: Some("previous".into()),
            currency: None,
        });
    }
    all
}
