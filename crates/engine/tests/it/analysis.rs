//! Analyses that are renewed day by day say what they would say if all were made anew.

use crate::world::{World, file, into};
use jiff::ToSpan;
use serde_json::Value;
use std::collections::BTreeMap;
use trimtab_domain::{Day, DayRange, finding::FindingKind};
use trimtab_engine::analysis::FindingsWanted;
use trimtab_store::AnalysisKind;

/// Those that do not rest on what they said before.
const KINDS: [AnalysisKind; 7] = [
    AnalysisKind::Forecast,
    AnalysisKind::Funnel,
    AnalysisKind::Anomaly,
    AnalysisKind::Pattern,
    AnalysisKind::Fatigue,
    AnalysisKind::Score,
    AnalysisKind::Pacing,
];
const FIRST: &str = "2026-05-20";
/// The last whole day when a world begins.
const LAST: &str = "2026-10-31";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// An export of some days as it is on the morning after the last of them: twelve ads of four campaigns; one tires, one is new each month, spend jumps once,
/// and conversions of the last two days are not all in.
fn export(days: DayRange) -> String {
    let mut text =
        "Day,Campaign,Ad set name,Ad name,Impressions,Clicks (all),Amount spent (EUR),Purchases,Purchases conversion value\n"
            .to_owned();
    for date in days.days() {
        let age = day(FIRST).until(date).unwrap().get_days();
        let late = if date >= days.to().saturating_sub(1.day()) { 2 } else { 0 };
        for ad in 0..12 {
            if ad == 11 && age < 100 {
                continue;
            }
            let wave = [4, 3, 0, 1, 2, 6, 7][date.weekday().to_monday_zero_offset().unsigned_abs() as usize];
            let noise = (age * 7 + ad * 13) % 5;
            let jump = if ad < 3 && age >= 158 { 900 } else { 0 };
            let shown = 2_000 + 60 * wave + 40 * noise + 100 * ad + jump;
            let tires = if ad == 4 { age / 3 } else { 0 };
            let clicks = (shown / 40 + noise - tires).max(5);
            let (spend, bought) = (shown / 100 + wave, (clicks / 9 - late).max(0));
            let group = ad / 2;
            text += &format!(
                "{date},Campaign {},Group {group},Ad {ad},{shown},{clicks},{spend}.{noise}0,{bought},{}.00\n",
                ad / 3,
                bought * 31
            );
        }
    }
    text
}

fn range(from: Day, to: Day) -> DayRange {
    DayRange::new(from, to).unwrap()
}

async fn imported(world: &World, name: &str, days: DayRange) {
    world.import(into("Shop", file(name, &export(days)))).await.unwrap();
    world.engine.finish().await;
}

/// What analyses say, and what of it shows as found.
async fn said(world: &World) -> (BTreeMap<&'static str, Vec<Value>>, Vec<String>) {
    let mut bodies = BTreeMap::new();
    for kind in KINDS {
        let of_kind = world.engine.analyses(&world.ctx, kind).await.unwrap();
        bodies.insert(kind.as_str(), of_kind.into_iter().map(|of| of.body).collect());
    }
    let found = world.engine.findings(&world.ctx, &FindingsWanted::default()).await.unwrap();
    let shown = found.into_iter().filter(|kept| kept.gone_at.is_none() && kept.finding.kind != FindingKind::Insight);
    let mut told: Vec<String> = shown
        .map(|kept| {
            let of = kept.finding;
            format!("{:?} {} {:?} {}..{} {:?} {}", of.kind, of.entity.id, of.metric, of.from, of.to, of.value, of.headline)
        })
        .collect();
    told.sort();
    (bodies, told)
}

#[tokio::test]
async fn what_is_renewed_day_by_day_is_what_is_made_anew() {
    // Over a Sunday and a Monday, so that patterns are learnt twice.
    for days in [1, 3, 9] {
        let (renewed, anew) = (World::new().await, World::new().await);
        let last = day(LAST).saturating_add(i64::from(days).days());
        imported(&renewed, "history.csv", range(day(FIRST), day(LAST))).await;
        for n in 1..=days {
            renewed.pass_days(1);
            // Each day with the three before it, of which two are others now.
            let to = day(LAST).saturating_add(i64::from(n).days());
            imported(&renewed, &format!("day {n}.csv"), range(to.saturating_sub(3.days()), to)).await;
        }
        anew.pass_days(days.into());
        imported(&anew, "everything.csv", range(day(FIRST), last)).await;

        let (renewed, anew) = (said(&renewed).await, said(&anew).await);
        for (kind, bodies) in &anew.0 {
            assert!(renewed.0[kind] == *bodies, "{kind} after {days} days:\n{:#?}\n{bodies:#?}", renewed.0[kind]);
            assert!(*kind == "pacing" || bodies.len() == 1, "{kind}: {}", bodies.len());
        }
        assert_eq!(renewed.1, anew.1, "after {days} days");
        assert!(anew.1.len() > 1, "what finds nothing proves nothing: {:?}", anew.1);
    }
}

#[tokio::test]
async fn the_same_facts_are_read_and_made_once() {
    let world = World::new().await;
    imported(&world, "history.csv", range(day(FIRST), day(LAST))).await;
    let again = world.engine.analyse(&world.ctx).await.unwrap();
    assert_eq!((again.made, again.failed), (0, 0), "{again:?}");

    // A Monday, and the day after it.
    let mut made_at = Vec::new();
    for n in 1..=2 {
        world.pass_days(1);
        let next = day(LAST).saturating_add(n.days());
        imported(&world, &format!("day {n}.csv"), range(next.saturating_sub(2.days()), next)).await;
        let patterns = world.engine.analyses(&world.ctx, AnalysisKind::Pattern).await.unwrap();
        let forecasts = world.engine.analyses(&world.ctx, AnalysisKind::Forecast).await.unwrap();
        made_at.push((patterns[0].made_at.to_string(), forecasts[0].made_at.to_string()));
    }
    let at = |day: &str| format!("2026-11-{day}T10:00:00Z");
    assert_eq!(made_at, [(at("02"), at("02")), (at("02"), at("03"))], "patterns are learnt once a week, forecasts made each day");
}
