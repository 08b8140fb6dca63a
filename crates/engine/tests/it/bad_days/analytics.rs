//! Google Analytics that leaves something out: rare campaigns thrown together, rows about few people withheld, long reports estimated.

use super::scene::{Scene, day, small};
use std::collections::BTreeSet;
use trimtab_domain::{Day, DayRange, Source, quality::Verdict, query::QueryResult};
use trimtab_engine::quality::DayState;
use trimtab_sandbox::SandboxSettings;

const OTHER: &str = "Google Analytics puts rare sources and campaigns together as \"(other)\"";
const WITHHELD: &str = "Google Analytics withholds rows of few people";

/// A world with the busiest days of the year in it.
fn busy() -> SandboxSettings {
    SandboxSettings { tenants: 4, ads: 120, days: 45, today: day("2026-12-04"), ..small() }
}

fn notes(answer: &QueryResult, what: &str) -> usize {
    answer.notes.iter().filter(|note| note.contains(what)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_with_an_other_row_are_marked_and_add_up() {
    let scene = Scene::read(Source::Ga4, 1, busy()).await;
    let flagged = scene.fails("whole_answers").await.days;
    assert!(!flagged.is_empty() && flagged.len() < 30, "{flagged:?}");
    let settled: BTreeSet<Day> = scene.in_state(DayState::Doubtful).await.into_iter().collect();
    assert_eq!(settled, flagged, "the days of the check are those of the calendar");
    let whole = scene.query(scene.all()).await.unwrap();
    assert_eq!(notes(&whole, OTHER), 1, "{:?}", whole.notes);
    let calm = DayRange::new(scene.days.from(), flagged.first().unwrap().yesterday().unwrap()).unwrap();
    assert_eq!(notes(&scene.query(calm).await.unwrap(), OTHER), 0, "nothing is left out before {}", calm.to());
    scene.passes("reconciled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visits_that_are_withheld_are_missed_by_every_mark() {
    let scene = Scene::of(Source::Ga4, 2, busy()).await;
    assert!(scene.sandbox.withhold_small_rows(&scene.account.account, true));
    scene.sync_well(None).await;
    let (ours, truth) = (scene.ours().await, scene.truth());
    let sessions = |days: &super::scene::Days| days.values().map(|row| row[0]).sum::<i64>();
    assert!(sessions(&ours) < sessions(&truth), "{} of {}", sessions(&ours), sessions(&truth));
    let less: BTreeSet<Day> =
        truth.iter().filter(|(day, row)| ours.get(day).is_none_or(|own| own[0] < row[0])).map(|(day, _)| *day).collect();
    let answer = scene.query(scene.all()).await.unwrap();
    assert_eq!(notes(&answer, WITHHELD), 1, "{:?}", answer.notes);
    let flagged = scene.fails("whole_answers").await.days;
    assert!(less.is_subset(&flagged), "{less:?} of {flagged:?}");
    // The property's own total knows of everybody.
    let lines = scene.world.engine.reconciliation(&scene.world.ctx, scene.days).await.unwrap().remove(0).lines;
    let apart: BTreeSet<Day> =
        lines.iter().filter(|line| line.verdict != Verdict::Equal && line.ours < line.theirs).map(|line| line.day).collect();
    assert!(less.is_subset(&apart), "{less:?} of {apart:?}");
    scene.fails("reconciled").await;

    assert!(scene.sandbox.withhold_small_rows(&scene.account.account, false));
    scene.sync_well(Some(scene.all())).await;
    assert_eq!(scene.ours().await, truth);
    scene.passes("whole_answers").await;
    scene.passes("reconciled").await;
}
