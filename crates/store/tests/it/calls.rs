//! The log of calls to platforms: who sees which, page by page, and for how long.

use crate::world::{START, World, at};
use trimtab_domain::{
    Source, Timestamp,
    id::{AccountId, TenantId},
};
use trimtab_store::{Call, CallFilter, Cursor, NewCall, limits};

fn call(n: u64, tenant: Option<&str>, source: Source, status: Option<u16>) -> NewCall {
    NewCall {
        at: at(START) + jiff::SignedDuration::from_secs(i64::try_from(n / 2).unwrap()),
        tenant: tenant.map(|id| TenantId::parse(id).unwrap()),
        source,
        account: tenant.map(|_| AccountId::new("11")),
        method: "GET".to_owned(),
        route: "/v26.0/{id}/insights".to_owned(),
        status,
        outcome: if status == Some(200) { "good" } else { "timeout" }.to_owned(),
        duration_ms: n,
        bytes: u64::from(u32::MAX) * n,
        attempt: 1,
    }
}

/// Eleven of acme's, one of other's and one of nobody's.
async fn world() -> World {
    let world = World::new().await;
    let mut calls: Vec<_> = (0..10).map(|n| call(n, Some("acme"), Source::Meta, Some(200))).collect();
    calls.push(call(10, Some("acme"), Source::Tiktok, None));
    calls.push(call(11, Some("other"), Source::Meta, Some(200)));
    calls.push(call(12, None, Source::Meta, Some(200)));
    world.store.system().add_calls(&calls).await.unwrap();
    world
}

fn numbers(calls: &[Call]) -> Vec<u64> {
    calls.iter().map(|call| call.call.duration_ms).collect()
}

#[tokio::test]
async fn calls_are_kept_as_they_were_and_told_newest_first_to_whom_they_concern() {
    let world = world().await;
    let every = CallFilter::default();
    let all = world.store.system().calls(&every, None, 100).await.unwrap().items;
    assert_eq!(numbers(&all), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    assert_eq!(all[2].call, call(10, Some("acme"), Source::Tiktok, None));
    assert_eq!(all[0].call, call(12, None, Source::Meta, Some(200)));
    let own = world.acme().calls(&every, None, 100).await.unwrap().items;
    assert_eq!(numbers(&own), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    assert_eq!(numbers(&world.other().calls(&every, None, 100).await.unwrap().items), [11]);

    let mut paged = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = world.acme().calls(&every, after.as_ref(), 3).await.unwrap();
        paged.extend(numbers(&page.items));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, numbers(&own), "two of one instant are on two pages");
}

#[tokio::test]
async fn calls_are_filtered() {
    let world = world().await;
    let list = async |filter: CallFilter| numbers(&world.store.system().calls(&filter, None, 100).await.unwrap().items);
    let every = CallFilter::default;
    assert_eq!(list(CallFilter { source: Some(Source::Tiktok), ..every() }).await, [10]);
    assert_eq!(list(CallFilter { outcome: Some("timeout".to_owned()), ..every() }).await, [10]);
    assert_eq!(list(CallFilter { account: Some("11".to_owned()), ..every() }).await.len(), 12);
    assert_eq!(list(CallFilter { account: Some("12".to_owned()), ..every() }).await, Vec::<u64>::new());
    let second = |n: i64| -> Option<Timestamp> { Some(at(START) + jiff::SignedDuration::from_secs(n)) };
    assert_eq!(list(CallFilter { from: second(5), ..every() }).await, [12, 11, 10]);
    assert_eq!(list(CallFilter { to: second(1), ..every() }).await, [1, 0]);
}

#[tokio::test]
async fn calls_are_let_go_by_age_and_many_are_written_at_once() {
    let world = world().await;
    let system = world.store.system();
    assert_eq!(system.forget_calls(at(START)).await.unwrap(), 0);
    assert_eq!(system.forget_calls(at(START) + jiff::SignedDuration::from_secs(5)).await.unwrap(), 10);
    assert_eq!(numbers(&system.calls(&CallFilter::default(), None, 100).await.unwrap().items), [12, 11, 10]);
    let many: Vec<_> = (0..2 * limits::CALLS_PER_WRITE as u64 + 1).map(|n| call(n, Some("acme"), Source::Meta, None)).collect();
    system.add_calls(&many).await.unwrap();
    system.add_calls(&[]).await.unwrap();
    assert_eq!(system.forget_calls(at("2030-01-01T00:00:00Z")).await.unwrap(), many.len() as u64 + 3);
}
