//! How a connection is said to be doing: what is wrong, since when, what mends it; and that an answer without rows erases nothing.

use crate::freshness::Scene;
use trimtab_domain::{
    Timestamp,
    query::{Dimension, MetricQuery, QueryParts},
};
use trimtab_engine::{
    Execution, ExecutionStatus, FailureKind, Health, HealthState,
    doctor::{Check, Finding},
    sync::Sync,
};
use trimtab_sandbox::{Fault, FaultKind};

/// What counts as a conversion, the ads, and four breakdowns: all that a read of a few days asks before the account's own total.
const READS: u32 = 6;

impl Scene {
    async fn health(&self) -> Health {
        self.world.engine.connections(&self.world.ctx).await.unwrap().remove(0).health
    }

    async fn sync(&self, range: Option<&str>) -> Execution {
        let range: Option<trimtab_domain::DayRange> = range.map(|range| range.parse().unwrap());
        let sync = Sync { from: range.map(|range| range.from()), to: range.map(|range| range.to()), ..Sync::default() };
        self.world.engine.sync(&self.world.ctx, sync).await.unwrap()
    }

    fn strike(&self, fault: Fault) {
        self.sandbox.add_fault(fault).unwrap();
    }

    /// Reads of the account's own total so far.
    fn totals_asked(&self) -> usize {
        let total = |query: &str| query.contains("level=account") && query.contains("time_increment=1");
        self.sandbox.calls().iter().filter(|call| total(&call.query)).count()
    }

    async fn check(&self, about: &str) -> Check {
        let checks = self.world.engine.examine().await;
        checks.iter().find(|check| check.what.contains(about)).unwrap_or_else(|| panic!("{checks:?}")).clone()
    }
}

fn failure(execution: &Execution) -> (FailureKind, &str) {
    let failure = execution.runs[0].failure.as_ref().unwrap_or_else(|| panic!("{execution:?}"));
    (failure.kind, &failure.text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_answer_is_doubted_keeps_what_is_known_and_mends_itself() {
    let scene = Scene::new().await;
    scene.look().await.expect("the history is due");
    let before = scene.world.spend().await;
    assert!(before.len() > 20, "the account delivers: {before:?}");
    scene.pass_minutes(61);
    scene.strike(Fault::new("/insights", FaultKind::Empty).times(READS));
    let doubted = scene.look().await.expect("an hour has passed");
    assert_eq!(doubted.runs[0].days.to_string(), "2026-10-31..2026-11-01");
    let (kind, text) = failure(&doubted);
    assert_eq!(kind, FailureKind::Doubtful);
    assert!(text.contains("answered nothing for 2026-10-31 to 2026-11-01, although its own total says that"), "{text}");
    assert!(text.ends_with("the figures known of this are kept as of 2026-11-01T12:00:00Z"), "{text}");
    assert_eq!(scene.world.spend().await, before, "no day is lost");
    let health = scene.health().await;
    assert_eq!((health.state, health.detail.as_deref()), (HealthState::Doubtful, Some(text)));
    let check = scene.check("Meta Ads ").await;
    assert_eq!((check.finding, check.since), (Finding::Warning, Some(health.since)), "{check:?}");
    scene.pass_minutes(16);
    let mended = scene.look().await.expect("the days are still due");
    assert_eq!((mended.status, scene.health().await.state), (ExecutionStatus::Succeeded, HealthState::Ok));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_are_empty_where_the_accounts_own_total_says_so_too() {
    let scene = Scene::new().await;
    // Before the account's first ad.
    let early = scene.sync(Some("2026-05-01..2026-05-07")).await;
    assert_eq!((early.status, early.runs[0].rows), (ExecutionStatus::Succeeded, 0));
    assert_eq!(scene.totals_asked(), 2, "nobody is believed alone, and what was read is held against the total");
    assert_eq!(scene.health().await.state, HealthState::Ok);

    let days = "2026-10-01..2026-10-02";
    assert_eq!(scene.sync(Some(days)).await.status, ExecutionStatus::Succeeded);
    assert_eq!(scene.totals_asked(), 3, "days with figures need no witness to be believed");
    assert_eq!(scene.world.spend().await.len(), 2);
    // Everything was withdrawn, the total too.
    scene.strike(Fault::new("/insights", FaultKind::Empty));
    assert_eq!(scene.sync(Some(days)).await.status, ExecutionStatus::Succeeded);
    assert_eq!(scene.world.spend().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn objects_that_are_silently_not_listed_stay_known() {
    let scene = Scene::new().await;
    scene.look().await.expect("the history is due");
    // Statuses are those of now, whatever days the figures are of.
    let live = async || {
        let dimensions = vec![Dimension::Campaign, Dimension::Status];
        let parts = QueryParts { metrics: vec!["spend".to_owned()], dimensions, ..QueryParts::default() };
        let query = MetricQuery::new("2026-10-01..2026-10-31".parse().unwrap(), parts).unwrap();
        let answer = scene.world.engine.query(&scene.world.ctx, &query).await.unwrap();
        answer.rows.iter().filter(|row| row.keys[1].id != "deleted").count()
    };
    let before = live().await;
    assert!(before > 0, "{before}");
    scene.pass_minutes(61);
    scene.strike(Fault::new("/campaigns", FaultKind::Empty));
    let doubted = scene.look().await.expect("an hour has passed");
    let (kind, text) = failure(&doubted);
    assert_eq!(kind, FailureKind::Doubtful);
    assert!(text.contains("lists no campaign, of which "), "{text}");
    assert_eq!(live().await, before, "none is closed");
    assert!(doubted.runs[0].rows > 0, "the figures are true and are stored");
    scene.sandbox.remove_faults(None, None);
    scene.pass_minutes(61);
    assert_eq!(scene.look().await.expect("the next hour").status, ExecutionStatus::Succeeded);
    assert_eq!((live().await, scene.health().await.state), (before, HealthState::Ok));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trouble_has_one_beginning_however_often_it_is_met() {
    let scene = Scene::new().await;
    scene.strike(Fault::new("/insights", FaultKind::Revoked));
    let mut beginnings = Vec::new();
    for _ in 0..3 {
        scene.pass_minutes(30);
        let run = scene.sync(Some("2026-10-20..2026-10-21")).await;
        assert_eq!(failure(&run).0, FailureKind::Auth);
        let health = scene.health().await;
        assert_eq!(health.state, HealthState::NeedsReauth);
        beginnings.push(health.since);
    }
    assert_eq!(beginnings, [beginnings[0]; 3], "the token is good each time, but the first refusal still stands");
    scene.sandbox.remove_faults(None, None);
    scene.sync(Some("2026-10-20..2026-10-21")).await;
    assert_eq!(scene.health().await.state, HealthState::Ok);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_refused_before_any_account_was_asked_for_names_the_account() {
    let scene = Scene::new().await;
    scene.strike(Fault::new("/me", FaultKind::ExpiredToken));
    let refused = scene.sync(None).await;
    let (kind, text) = failure(&refused);
    let account = refused.runs[0].account.id.as_str();
    assert_eq!(kind, FailureKind::Auth);
    assert!(text.contains(&format!("Meta Ads account {account}: ")), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_at_its_limit_waits_and_is_not_called_failing() {
    let scene = Scene::new().await;
    scene.strike(Fault::new("/insights", FaultKind::Throttle));
    let limited = scene.sync(None).await;
    assert_eq!(failure(&limited).0, FailureKind::RateLimited);
    let health = scene.health().await;
    assert_eq!(health.state, HealthState::Limited);
    let until = health.until.expect("the platform says until when");
    assert!(until > scene.world.engine.now(), "{until}");
    let check = scene.check("Meta Ads ").await;
    assert_eq!(check.finding, Finding::Ok, "nobody has to act: {check:?}");
    assert!(scene.world.engine.freshen().await.unwrap() == 0, "it is left alone until then");
    scene.pass_minutes(24 * 60);
    assert_eq!(scene.health().await.state, HealthState::Ok, "the limit is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_is_no_longer_served_is_its_own_trouble() {
    let scene = Scene::new().await;
    scene.strike(Fault::new("", FaultKind::Sunset));
    let refused = scene.sync(None).await;
    let (kind, text) = failure(&refused);
    assert_eq!(kind, FailureKind::Unsupported);
    assert!(text.starts_with("Meta Ads no longer supports version v26.0 of its interface: upgrade Trimtab"), "{text}");
    assert_eq!(scene.health().await.state, HealthState::Unsupported);
    let check = scene.check("Meta Ads ").await;
    assert_eq!(check.finding, Finding::Broken, "{check:?}");
    assert!(check.fix.as_deref().unwrap().starts_with("upgrade Trimtab"), "{check:?}");
    scene.sandbox.remove_faults(None, None);
    scene.sync(Some("2026-10-20..2026-10-21")).await;
    assert_eq!(scene.health().await.state, HealthState::Ok);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_version_is_told_before_it_comes() {
    let scene = Scene::new().await;
    let told = async || {
        let check = scene.check("Meta Ads: version").await;
        (check.finding, check.detail)
    };
    let end = "Marketing API v26.0, supported until about 2027-07-29";
    assert_eq!(told().await, (Finding::Ok, end.to_owned()));
    let days_to = |day: &str| {
        let then: Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
        then.duration_since(scene.world.engine.now()).as_hours() / 24
    };
    scene.world.pass_days(days_to("2027-07-01"));
    assert_eq!(told().await, (Finding::Warning, format!("{end}: 28 days are left")));
    scene.world.pass_days(days_to("2027-08-15"));
    let (finding, text) = told().await;
    assert!(finding == Finding::Warning && text.contains("that day has passed"), "{finding:?} {text}");
}
