//! Limits that end for the day: what was read stays, what was not is missing by name, and the next day goes on.

use super::scene::{Scene, small};
use crate::faults::hurry::{hurried, pass};
use serde_json::json;
use std::time::Duration;
use trimtab_domain::{ErrorKind, Source};
use trimtab_engine::{ExecutionStatus, FailureKind, HealthState};
use trimtab_sandbox::{Fault, FaultKind, SandboxSettings};

/// Klaviyo's own: reports of a day.
const REPORTS: usize = 225;

impl Scene {
    /// Enforces this part of every limit from now on.
    fn enforce(&self, part: f64) {
        self.sandbox.add_fault(Fault { factor: Some(part), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    }

    /// Lets time pass by which limits recover.
    fn rest(&self, seconds: u64) {
        pass(Duration::from_secs(seconds));
    }

    /// Asks for a report of the campaigns of a week; answers how many rows it has.
    async fn report(&self) -> Result<usize, trimtab_engine::Error> {
        let input = json!({ "from": "2026-10-20", "to": "2026-10-26" });
        let call = self.world.engine.run_tool(&self.world.ctx, "klaviyo.campaign_report", input).await;
        Ok(call.outcome?.data["rows"].as_array().unwrap().len())
    }

    fn asked(&self, route: &str) -> usize {
        self.sandbox.calls().iter().filter(|call| call.route.contains(route)).count()
    }

    async fn health(&self) -> trimtab_engine::Health {
        self.world.engine.connections(&self.world.ctx).await.unwrap().remove(0).health
    }
}

#[test]
fn the_reports_of_a_day_end_politely_and_cost_no_facts() {
    hurried(reports_of_a_day());
}

async fn reports_of_a_day() {
    let scene = Scene::read(Source::Klaviyo, 0, small()).await;
    scene.enforce(1.0);
    let mut rows = Vec::new();
    for _ in 0..REPORTS {
        scene.rest(31);
        rows.push(scene.report().await.unwrap());
    }
    assert!(rows[0] > 0 && rows.iter().all(|many| *many == rows[0]), "each is whole: {rows:?}");
    scene.rest(31);
    let ended = scene.report().await.unwrap_err();
    assert!(matches!(ended.kind(), ErrorKind::RateLimited { .. }), "{ended}");
    let asked = scene.asked("campaign-values-reports");
    assert!(asked <= REPORTS + 1, "{asked}");
    scene.rest(31);
    scene.report().await.unwrap_err();
    assert_eq!(scene.asked("campaign-values-reports"), asked, "nobody is asked again before the day is over");

    // Facts are made of other questions.
    scene.rest(120);
    scene.sync_well(None).await;
    scene.is_true().await;
    assert_eq!(scene.health().await.state, HealthState::Ok);

    scene.rest(24 * 3_600);
    scene.pass_days(1);
    assert_eq!(scene.report().await.unwrap(), rows[0], "the next day goes on");
}

#[test]
fn a_sync_that_meets_a_limit_names_what_is_missing_and_goes_on_the_next_day() {
    hurried(sync_of_several_days());
}

async fn sync_of_several_days() {
    let scene = Scene::of(Source::Klaviyo, 0, SandboxSettings { days: 390, ..small() }).await;
    scene.rest(120);
    scene.enforce(0.3);
    let (mut days, mut known) = (0, 0);
    loop {
        days += 1;
        assert!(days < 10, "every day brings it further");
        let sync = scene.sync(None).await;
        let run = &sync.runs[0];
        if sync.status == ExecutionStatus::Succeeded {
            break;
        }
        let failure = run.failure.as_ref().unwrap();
        println!("day {days}: {} calls, {} days known: {}", run.api_calls, scene.ours().await.len(), failure.text);
        assert_eq!(failure.kind, FailureKind::RateLimited, "{failure:?}");
        let health = scene.health().await;
        assert!(health.state == HealthState::Limited && health.until.is_some(), "{health:?}");
        // What is there is true, and what is not is said to be missing wherever figures are.
        let (ours, truth) = (scene.ours().await, scene.truth());
        assert!(ours.iter().all(|(day, row)| truth.get(day) == Some(row)));
        assert!(ours.len() >= known && ours.len() < truth.len());
        known = ours.len();
        let answer = scene.query(scene.all()).await.unwrap();
        let first = truth.keys().next().unwrap();
        assert!(answer.notes.iter().any(|note| note.contains("has not been read yet")), "{first}: {:?}", answer.notes);
        scene.rest(24 * 3_600);
        scene.pass_days(1);
    }
    assert!(days > 1, "the limit was met");
    scene.is_true().await;
    let answer = scene.query(scene.all()).await.unwrap();
    assert!(answer.notes.iter().all(|note| !note.contains("has not been read yet")), "{:?}", answer.notes);
    assert_eq!(scene.health().await.state, HealthState::Ok);
}
