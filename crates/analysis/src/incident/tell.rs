//! A case as a finding.

use super::case::{Case, Who};
use super::cause::{self, Verdict};
use super::explain;
use super::grid::Grid;
use super::scan::Scan;
use super::stake;
use super::words;
use compact_str::CompactString;
use trimtab_domain::finding::{Cause, EntityRef, Evidence, Finding, FindingKind};

pub(crate) fn finding(case: &Case, verdict: &Verdict, grid: &Grid<'_>, scan: &Scan) -> Finding {
    let track = match case.who {
        Who::Campaign(c) if !grid.tracks.campaigns.is_empty() => &grid.tracks.campaigns[c],
        _ => &grid.tracks.account,
    };
    let entity: EntityRef = track.entity.clone();
    let metric: CompactString = metric(case, verdict).into();
    let totals = explain::totals(case, grid, scan);
    let stake = stake::stake(case, verdict, &totals, grid);
    let (from, to) = (grid.tracks.account.day(case.from), grid.tracks.account.day(case.to));
    let when = words::when(from, to, case.open);
    let filter = words::filter(&entity);
    Finding {
        id: Finding::id_of(FindingKind::Anomaly, "incident", &entity, None, from),
        kind: FindingKind::Anomaly,
        rule: verdict.kind.into(),
        severity: stake::severity(case, verdict, stake, grid),
        metric: Some(metric.clone()),
        from,
        to,
        ongoing: case.open,
        value: totals.seen.metric(&metric),
        expected: totals.expected(&metric),
        interval: None,
        currency: Some(grid.tracks.currency),
        confidence: cause::sureness(case, scan),
        headline: format!("{} {} {when}", words::name(&entity), verdict.kind),
        detail: format!("{:?}", case.signs),
        cause: Some(Cause {
            kind: verdict.kind.into(),
            text: String::new(),
            confidence: verdict.confidence,
            events: verdict.events.clone(),
        }),
        contributions: explain::contributions(case, &metric, &totals, grid, scan),
        doubt: String::new(),
        actions: vec![],
        evidence: vec![Evidence {
            shows: String::new(),
            metrics: vec![metric],
            by: vec!["date".into()],
            filter,
            from,
            to,
            compare: None,
            currency: None,
        }],
        source_hash: String::new(),
        entity,
    }
}

fn metric(case: &Case, verdict: &Verdict) -> &'static str {
    match verdict.kind {
        "tracking_loss" | "silent_pixel" | "doubled_tag" => "conversions",
        _ => case.signs[0].metric.id(),
    }
}
