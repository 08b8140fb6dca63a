//! What is looked after once a day: credentials that only their use renews, those nobody can renew, and the age of logs.

use crate::{
    freshness::Scene,
    world::{START, World},
};
use trimtab_domain::{ErrorKind, Source, Timestamp};
use trimtab_engine::{CallFilter, Custody, HealthState, Retention};
use trimtab_store::{Connection, Expiry, NewCall, Terms};

const KEPT: Retention = Retention { hourly_days: 0, call_days: 30, audit_days: 90 };
const DAY: i64 = 24 * 60;

impl Scene {
    async fn keeping(retention: Retention, source: Source) -> Self {
        Self::of(World::keeping(retention).await, source).await
    }

    async fn connection(&self) -> Connection {
        self.world.store.tenant(&self.world.ctx).connections().await.unwrap().remove(0)
    }

    async fn end(&self) -> Timestamp {
        self.connection().await.terms.expires_at.unwrap()
    }

    async fn state(&self) -> HealthState {
        self.world.engine.connections(&self.world.ctx).await.unwrap().remove(0).health.state
    }

    /// To so many minutes before an instant.
    fn pass_until(&self, minutes: i64, end: Timestamp) {
        self.pass_minutes(end.duration_since(self.world.engine.now()).as_mins() - minutes);
    }

    async fn calls(&self) -> usize {
        self.world.engine.calls(&CallFilter::default(), None, 200).await.unwrap().items.len()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_that_only_its_use_renews_is_used_before_it_ends() {
    let scene = Scene::keeping(Retention::default(), Source::Pinterest).await;
    let engine = &scene.world.engine;
    assert_eq!(scene.connection().await.terms.expiry, Expiry::Renewed);
    let end = scene.end().await;
    scene.pass_until(21 * DAY, end);
    assert_eq!(engine.take_care().await.unwrap(), Custody::default(), "it is good for three weeks");
    scene.pass_minutes(2 * DAY);
    assert_eq!(engine.take_care().await.unwrap(), Custody { renewed: 1, ..Custody::default() });
    let renewed = scene.end().await;
    assert!(renewed.duration_since(end).as_hours() > 24 * 30, "it goes on: {end} became {renewed}");
    assert_eq!(engine.take_care().await.unwrap(), Custody::default(), "once");
    assert_eq!(scene.state().await, HealthState::Ok);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_a_credential_nobody_can_renew_ends_is_told_a_week_before() {
    let scene = Scene::keeping(Retention::default(), Source::Meta).await;
    let (engine, ctx) = (&scene.world.engine, &scene.world.ctx);
    let id = scene.connection().await.id;
    let end = engine.now().checked_add(jiff::SignedDuration::from_hours(24 * 40)).unwrap();
    let terms = Terms { expires_at: Some(end), access_ends_at: None, expiry: Expiry::Told, scopes: Vec::new() };
    scene.world.store.tenant(ctx).set_terms(&id, &terms).await.unwrap();
    scene.pass_until(7 * DAY + 1, end);
    assert_eq!((engine.take_care().await.unwrap(), scene.state().await), (Custody::default(), HealthState::Ok));
    scene.pass_minutes(2);
    assert_eq!((engine.take_care().await.unwrap(), scene.state().await), (Custody::default(), HealthState::Expiring));
    scene.pass_minutes(7 * DAY);
    assert_eq!((engine.take_care().await.unwrap(), scene.state().await), (Custody::default(), HealthState::NeedsReauth));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_are_kept_for_their_days_and_what_is_left_verifies() {
    let scene = Scene::keeping(KEPT, Source::Meta).await;
    let engine = &scene.world.engine;
    let calls = scene.calls().await;
    assert!(calls > 0, "connecting asks the platform");
    scene.pass_minutes(30 * DAY - 1);
    assert_eq!((engine.take_care().await.unwrap(), scene.calls().await), (Custody::default(), calls));
    scene.pass_minutes(2);
    let done = engine.take_care().await.unwrap();
    assert_eq!((done.calls, done.audit, scene.calls().await), (calls as u64, 0, 0));

    scene.pass_minutes(60 * DAY);
    let before = engine.verify_audit(None).await.unwrap();
    let done = engine.take_care().await.unwrap();
    let after = engine.verify_audit(None).await.unwrap();
    assert!(done.audit > 0 && done.audit == after.cut_through, "{done:?} {after:?}");
    assert_eq!((after.fault, after.first), (None, Some(done.audit + 1)));
    // The newest row stays, and the cut is a row itself.
    assert_eq!((before.rows, after.rows), (done.audit + 1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zero_days_keep_everything() {
    let scene = Scene::keeping(Retention::default(), Source::Meta).await;
    let calls = scene.calls().await;
    scene.pass_minutes(2_000 * DAY);
    assert_eq!((scene.world.engine.take_care().await.unwrap(), scene.calls().await), (Custody::default(), calls));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_part_is_done_once_a_day_and_what_failed_again_in_an_hour() {
    let scene = Scene::keeping(Retention { audit_days: 30, ..KEPT }, Source::Meta).await;
    let (engine, system) = (&scene.world.engine, scene.world.store.system());
    assert_eq!(engine.look_after().await.unwrap(), Custody::default(), "nothing is old");
    scene.calls().await;
    scene.pass_minutes(31 * DAY);

    // A look that is ended half-way, as by a kill, counts for nothing.
    let ended = tokio::time::timeout(std::time::Duration::ZERO, engine.look_after()).await;
    assert!(ended.is_err());

    // The audit log is broken: nothing is cut from it, and the other parts are done.
    let head = system.setting("audit_head").await.unwrap().unwrap();
    system.note("audit_head", "nonsense").await.unwrap();
    assert_eq!(engine.look_after().await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(scene.calls().await, 0, "calls were let go all the same");
    scene.pass_minutes(59);
    assert_eq!(engine.look_after().await.unwrap(), Custody::default(), "it is not tried every minute");
    system.note("audit_head", &head).await.unwrap();
    scene.pass_minutes(2);
    let done = engine.look_after().await.unwrap();
    assert!(done.audit > 0 && done.calls == 0, "{done:?}");
    assert_eq!(engine.verify_audit(None).await.unwrap().fault, None);

    // What a day brings is for the next day.
    let old = NewCall {
        at: START.parse().unwrap(),
        tenant: None,
        source: Source::Meta,
        account: None,
        method: "GET".to_owned(),
        route: "/me".to_owned(),
        status: Some(200),
        outcome: "good".to_owned(),
        duration_ms: 1,
        bytes: 2,
        attempt: 1,
    };
    system.add_calls(&[old]).await.unwrap();
    scene.pass_minutes(22 * 60);
    assert_eq!(engine.look_after().await.unwrap(), Custody::default());
    scene.pass_minutes(DAY);
    assert_eq!(engine.look_after().await.unwrap().calls, 1);
}
