//! Requests that may come twice and count once: the answer is there exactly when what it answers for is.

use crate::{
    analysis::{noticed, plan},
    world::{World, account, ctx, new_connection, new_execution, new_tenant},
};
use std::{any::Any, time::Duration};
use trimtab_domain::{
    Actor, ErrorKind,
    access::Scope,
    id::{TenantId, UserId},
};
use trimtab_store::{
    Answer, Budget, Connection, Earlier, Execution, Figures, FindingFilter, Import, KeptFinding, NewImport, Receipt, RequestKey,
    Store, Tenant, limits,
};

const KEY: &str = "6f1c1c0e-8f0b-4a4e-9d1a-0b7f6f0f4a55";

fn request(tenant: Option<&str>, key: &str, asked: u8) -> RequestKey {
    let scope = tenant.map_or(Scope::Agency, |id| Scope::Tenant(TenantId::parse(id).unwrap()));
    RequestKey::new(&scope, &Actor::Operator, key, &[asked; 32]).unwrap()
}

fn receipt<T: Any>(request: RequestKey, say: impl Fn(&T) -> String + Send + Sync + 'static) -> Receipt {
    Receipt::new(request, move |outcome: &T| Answer { status: 201, body: say(outcome) })
}

async fn known(store: &Store, request: &RequestKey) -> Option<Earlier> {
    store.earlier(request).await.unwrap()
}

fn same(body: impl ToString) -> Option<Earlier> {
    Some(Earlier::Same(Answer { status: 201, body: body.to_string() }))
}

#[tokio::test]
async fn whoever_dies_after_the_write_has_the_answer() {
    let world = World::new().await;
    let request = request(Some("acme"), KEY, 1);
    assert_eq!(known(&world.store, &request).await, None);
    let acme = world.acme();
    let kept = receipt(request.clone(), |budget: &Budget| budget.id.to_string());
    // What is answered from here on is lost, as it is with a process that is killed.
    drop(kept.over(acme.put_budget(None, plan("March"))).await);
    let budget = acme.budgets().await.unwrap().remove(0);
    assert_eq!(known(&world.store, &request).await, same(budget.id));
    assert_eq!(known(&world.second_handle().await, &request).await, same(acme.budgets().await.unwrap()[0].id.clone()));
}

#[tokio::test]
async fn a_write_that_is_refused_leaves_no_answer() {
    let world = World::new().await;
    let request = request(Some("acme"), KEY, 1);
    let kept = receipt(request.clone(), |budget: &Budget| budget.id.to_string());
    let refused = kept.over(world.acme().put_budget(None, trimtab_store::NewBudget { name: " ".to_owned(), ..plan("") })).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(known(&world.store, &request).await, None);
    kept.over(world.acme().put_budget(None, plan("March"))).await.unwrap();
    assert!(known(&world.store, &request).await.is_some());
}

#[tokio::test]
async fn keys_of_others_and_other_requests_never_meet() {
    let world = World::new().await;
    let mine = request(Some("acme"), KEY, 1);
    let kept = receipt(mine.clone(), |budget: &Budget| budget.id.to_string());
    kept.over(world.acme().put_budget(None, plan("March"))).await.unwrap();
    let actor = Actor::User(UserId::parse("usr_01hzzzzzzzzzzzzzzzzzzzzzzz").unwrap());
    let scope = Scope::Tenant(TenantId::parse("acme").unwrap());
    let strangers = [
        request(Some("other"), KEY, 1),
        request(None, KEY, 1),
        request(Some("acme"), "6f1c1c0e-8f0b-4a4e-9d1a-0b7f6f0f4a56", 1),
        RequestKey::new(&scope, &actor, KEY, &[1; 32]).unwrap(),
    ];
    for stranger in &strangers {
        assert_eq!(known(&world.store, stranger).await, None);
    }
    assert_eq!(known(&world.store, &request(Some("acme"), KEY, 2)).await, Some(Earlier::Other));
}

#[tokio::test]
async fn of_two_at_one_moment_one_is_undone() {
    let world = World::new().await;
    let (first, second) = (world.store.clone(), world.second_handle().await);
    let request = request(Some("acme"), KEY, 1);
    let one = async |store: &Store| {
        let kept = receipt(request.clone(), |budget: &Budget| budget.id.to_string());
        kept.over(store.tenant(&ctx("acme")).put_budget(None, plan("March"))).await
    };
    let (a, b) = tokio::join!(one(&first), one(&second));
    let refused = a.err().or(b.err()).expect("one of the two is refused");
    assert!(matches!(refused, trimtab_store::Error::UnderWay), "{refused}");
    assert_eq!(world.acme().budgets().await.unwrap().len(), 1, "nothing was done twice");
}

#[tokio::test]
async fn answers_are_let_go_after_a_day() {
    let world = World::new().await;
    let acme = world.acme();
    let kept = |n: usize| {
        let key = format!("{KEY}-{n}");
        (request(Some("acme"), &key, 1), receipt(request(Some("acme"), &key, 1), |budget: &Budget| budget.id.to_string()))
    };
    let (old, receipt) = kept(1);
    receipt.over(acme.put_budget(None, plan("March"))).await.unwrap();
    world.pass(limits::RECEIPT_AGE - Duration::from_secs(1));
    let (young, receipt) = kept(2);
    receipt.over(acme.put_budget(None, plan("April"))).await.unwrap();
    assert_eq!(world.store.system().forget_receipts().await.unwrap(), 0);
    assert!(known(&world.store, &old).await.is_some());
    world.pass(Duration::from_secs(1));
    assert_eq!(known(&world.store, &old).await, None, "before anybody cleared up");
    let (_, receipt) = kept(1);
    receipt.over(acme.put_budget(None, plan("May"))).await.unwrap();
    assert!(known(&world.store, &old).await.is_some(), "a key may be used again");
    world.pass(limits::RECEIPT_AGE);
    assert_eq!(world.store.system().forget_receipts().await.unwrap(), 2);
    assert_eq!((known(&world.store, &young).await, world.store.system().forget_receipts().await.unwrap()), (None, 0));
}

#[tokio::test]
async fn every_write_that_makes_something_offers_it() {
    let world = World::new().await;
    let (acme, system) = (world.acme(), world.store.system());
    let mut n = 0;
    let mut next = |tenant| {
        n += 1;
        request(tenant, &format!("{KEY}-{n}"), 1)
    };

    let key = next(None);
    let kept = receipt(key.clone(), |tenant: &Tenant| tenant.name.clone());
    kept.over(system.add_tenant(new_tenant("third"))).await.unwrap();
    assert_eq!(known(&world.store, &key).await, same("The third company"));

    let key = next(Some("acme"));
    let kept = receipt(key.clone(), |connection: &Connection| connection.id.to_string());
    let connected = kept.over(acme.connect(new_connection("11", "EAAB"))).await.unwrap();
    assert_eq!(known(&world.store, &key).await, same(&connected.connection.id));
    assert_eq!(acme.connection(&connected.connection.id).await.unwrap(), connected.connection, "as it is read again");

    let key = next(Some("acme"));
    let kept = receipt(key.clone(), |execution: &Execution| execution.id.to_string());
    let execution = kept.over(acme.create_execution(new_execution())).await.unwrap();
    assert_eq!(known(&world.store, &key).await, same(&execution.id));

    let key = next(Some("acme"));
    let kept = receipt(key.clone(), |execution: &Execution| execution.status.to_string());
    kept.over(acme.cancel_execution(&execution.id)).await.unwrap();
    assert_eq!(known(&world.store, &key).await, same("cancelled"));

    acme.put_analysis(&noticed()).await.unwrap();
    let id = acme.findings(&FindingFilter::default()).await.unwrap()[0].finding.id.clone();
    let key = next(Some("acme"));
    let kept = receipt(key.clone(), |finding: &KeptFinding| finding.dismissed.is_some().to_string());
    kept.over(acme.put_finding_away(&id, None)).await.unwrap();
    assert_eq!(known(&world.store, &key).await, same("true"));

    acme.put_account(&account("11")).await.unwrap();
    let file = NewImport {
        account: crate::world::account_key("11"),
        name: "a.csv".to_owned(),
        hash: "h".to_owned(),
        format: "csv".to_owned(),
        rows_read: 1,
        rows_imported: 1,
        rows_skipped: 0,
        figures: Figures::Dated,
        days: crate::world::days("2026-03-01..2026-03-02"),
        totals: serde_json::json!({}),
    };
    let key = next(Some("acme"));
    let kept = receipt(key.clone(), |(name, twice): &(String, u8)| format!("{name} {twice}"));
    let seen = Receipt::seen_as(|import: &Import| (import.file.name.clone(), 2_u8), acme.record_import(file));
    Box::pin(kept.over(seen)).await.unwrap();
    assert_eq!(known(&world.store, &key).await, same("a.csv 2"), "as whoever asked sees it");

    // Work without a write of its own, and what came of a write afterwards.
    let key = next(Some("acme"));
    let kept = receipt(key.clone(), |count: &usize| count.to_string());
    kept.over(async {
        world.store.keep_outcome(&7_usize).await.unwrap();
        world.store.amend_outcome(&8_usize).await.unwrap();
        world.store.amend_outcome(&"of another type").await.unwrap();
    })
    .await;
    assert_eq!((known(&world.store, &key).await, kept.kept().map(|answer| answer.body)), (same("8"), Some("8".to_owned())));
}
