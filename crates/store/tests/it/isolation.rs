//! Another tenant's ids, in every operation that takes one, are not found; and lists show only one's own.

use crate::{
    day_series::series,
    world::{START, TTL, World, account, account_key, at, days, failure, new_connection, new_execution},
};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    ErrorKind,
    quality::{Outcome, State},
    rates::Rate,
};
use trimtab_store::{AccountFacts, Checked, Ended, Error, Extent, FailureKind, Figures, HealthState, NewImport, Progress, Seen};

#[track_caller]
fn not_found<T: std::fmt::Debug>(result: Result<T, Error>) {
    let error = result.expect_err("this belongs to another tenant");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

#[tokio::test]
async fn strangers_find_nothing() {
    let world = World::new().await;
    let (acme, other) = (world.acme(), world.other());
    let connection = acme.connect(new_connection("11", "EAAB")).await.unwrap().connection.id;
    let execution = acme.create_execution(new_execution()).await.unwrap().id;
    acme.start_execution(&execution, TTL).await.unwrap();
    let week = days("2026-03-01..2026-03-07");
    let run = acme.begin_run(&execution, &account_key("11"), week).await.unwrap();
    let lease = acme.claim(&account_key("11"), "test", TTL).await.unwrap().unwrap();
    let now = at("2026-03-10T08:00:00Z");
    acme.mark_fetched(&lease, week, now).await.unwrap();
    let facts = AccountFacts { data_as_of: now, settled_through: None, extent: Some(Extent { days: week, rows: 5 }) };
    acme.set_facts(&lease, facts).await.unwrap();
    let import = NewImport {
        account: account_key("11"),
        name: "a.csv".to_owned(),
        hash: "aa".to_owned(),
        format: "meta".to_owned(),
        rows_read: 1,
        rows_imported: 1,
        rows_skipped: 0,
        figures: Figures::Dated,
        days: week,
        totals: serde_json::Value::Null,
    };
    acme.record_import(import.clone()).await.unwrap();
    let before = (
        acme.connection(&connection).await.unwrap(),
        acme.execution(&execution).await.unwrap(),
        acme.accounts().await.unwrap(),
        acme.fetched(&account_key("11")).await.unwrap(),
    );

    not_found(other.connection(&connection).await);
    not_found(other.secret(&connection).await);
    not_found(other.set_health(&connection, Seen::only(HealthState::Failing)).await);
    not_found(other.set_terms(&connection, &new_connection("11", "x").terms).await);
    not_found(other.remove_connection(&connection).await);
    not_found(other.execution(&execution).await);
    not_found(other.start_execution(&execution, TTL).await);
    not_found(other.report_progress(&execution, Progress::default(), TTL).await);
    not_found(other.cancel_execution(&execution).await);
    not_found(other.finish_execution(&execution, Ended::Succeeded).await);
    not_found(other.begin_run(&execution, &account_key("11"), week).await);
    not_found(other.update_run(&run.id, 1, 1).await);
    not_found(other.finish_run(&run.id, 1, 1, Some(failure(FailureKind::Internal))).await);
    not_found(other.account(&account_key("11")).await);
    not_found(other.pieces(&account_key("11"), "a").await);
    not_found(other.claim(&account_key("11"), "stranger", TTL).await);
    not_found(other.renew(&lease, TTL).await);
    not_found(other.mark_fetched(&lease, week, now).await);
    not_found(other.forget_fetched(&lease).await);
    not_found(other.set_facts(&lease, facts).await);
    not_found(other.fetched(&account_key("11")).await);
    not_found(other.put_series(&lease, "pixel 1", &[series("2026-03-02", 3.0)]).await);
    not_found(other.series(&account_key("11"), "pixel 1").await);
    not_found(other.record_import(import).await);
    other.release(lease.clone()).await.unwrap();

    assert_eq!(other.connections().await.unwrap(), []);
    assert_eq!(other.accounts().await.unwrap(), []);
    assert_eq!(other.coverage().await.unwrap(), []);
    assert_eq!(other.executions(None, 10).await.unwrap().items, []);
    assert_eq!(other.runs_of(&account_key("11"), 10).await.unwrap(), []);
    assert_eq!(other.imports(None, 10).await.unwrap().items, []);
    assert_eq!(other.import_with_hash("aa").await.unwrap(), None);
    assert_eq!(other.imports_of(&account_key("11")).await.unwrap(), []);
    assert_eq!(other.all_fetched().await.unwrap(), BTreeMap::new());
    assert_eq!(acme.all_fetched().await.unwrap(), BTreeMap::from([(account_key("11"), vec![week])]));

    let after = (
        acme.connection(&connection).await.unwrap(),
        acme.execution(&execution).await.unwrap(),
        acme.accounts().await.unwrap(),
        acme.fetched(&account_key("11")).await.unwrap(),
    );
    assert_eq!(before, after);
    acme.renew(&lease, TTL).await.expect("a stranger's release releases nothing");
}

#[tokio::test]
async fn two_tenants_may_hold_the_same_account_apart() {
    let world = World::new().await;
    let (acme, other) = (world.acme(), world.other());
    let ours = acme.connect(new_connection("11", "EAAB-acme")).await.unwrap().connection;
    let mut theirs = new_connection("11", "EAAB-other");
    theirs.account.currency = "USD".parse().unwrap();
    let theirs = other.connect(theirs).await.unwrap().connection;
    assert_ne!(ours.id, theirs.id);
    acme.claim(&account_key("11"), "a", TTL).await.unwrap().unwrap();
    other.claim(&account_key("11"), "b", TTL).await.unwrap().expect("another tenant's lease is another lease");
    acme.put_account(&account("11")).await.unwrap();
    assert_eq!(other.account(&account_key("11")).await.unwrap().account.currency.as_str(), "USD");
}

fn checked(state: State, message: &str) -> Checked {
    let days = BTreeSet::from([days("2026-03-01..2026-03-01").from()]);
    let outcome = Outcome { state, message: message.to_owned(), days };
    Checked { account: account_key("11"), check: "reconciled".to_owned(), outcome }
}

#[tokio::test]
async fn results_of_checks_belong_to_one_tenant_even_where_accounts_have_one_id() {
    let world = World::new().await;
    let (acme, other) = (world.acme(), world.other());
    for tenant in [&acme, &other] {
        tenant.put_account(&account("11")).await.unwrap();
    }
    acme.put_checks(&[checked(State::Failed, "ours differs")]).await.unwrap();
    assert_eq!(other.checks().await.unwrap(), []);
    assert_eq!(other.check_history(&account_key("11"), "reconciled").await.unwrap(), []);

    world.pass(TTL);
    other.put_checks(&[checked(State::Failed, "theirs differs")]).await.unwrap();
    let newest = acme.checks().await.unwrap().remove(0);
    assert_eq!(newest.checked.outcome.message, "ours differs");
    assert_eq!((newest.since, newest.checked_at), (at(START), at(START)), "another's check is no later look at ours");
    let history = acme.check_history(&account_key("11"), "reconciled").await.unwrap();
    assert_eq!(history, [newest]);
    assert_eq!(other.checks().await.unwrap()[0].checked.outcome.message, "theirs differs");
}

#[tokio::test]
async fn rates_belong_to_nobody_and_tell_of_nobody() {
    let world = World::new().await;
    let rate =
        Rate { currency: "CHF".parse().unwrap(), day: days("2026-03-02..2026-03-02").from(), per_euro: "0.94".parse().unwrap() };
    world.store.system().put_rates(&[rate]).await.unwrap();
    let before = (world.acme().accounts().await.unwrap(), world.other().accounts().await.unwrap());
    let corrected = Rate { per_euro: "0.95".parse().unwrap(), ..rate };
    world.store.system().put_rates(&[corrected]).await.unwrap();
    assert_eq!(world.store.system().rates().await.unwrap(), [corrected], "one rate of a day, whoever asks");
    assert_eq!((world.acme().accounts().await.unwrap(), world.other().accounts().await.unwrap()), before);
}
