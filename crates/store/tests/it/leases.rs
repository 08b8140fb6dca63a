use crate::world::{TTL, World, account, account_key, at, days};
use std::time::Duration;
use trimtab_domain::ErrorKind;
use trimtab_store::{AccountFacts, Error, Extent};

const SECOND: Duration = Duration::from_secs(1);

async fn world() -> World {
    let world = World::new().await;
    world.acme().put_account(&account("11")).await.unwrap();
    world
}

#[tokio::test]
async fn one_holder_at_a_time() {
    let world = world().await;
    let (acme, key) = (world.acme(), account_key("11"));
    let lease = acme.claim(&key, "first", TTL).await.unwrap().unwrap();
    assert_eq!(acme.claim(&key, "second", TTL).await.unwrap(), None);
    assert_eq!(acme.claim(&key, "first", TTL).await.unwrap(), None, "not even for the same owner");
    world.pass(TTL - SECOND);
    acme.renew(&lease, TTL).await.unwrap();
    world.pass(TTL - SECOND);
    assert_eq!(acme.claim(&key, "second", TTL).await.unwrap(), None, "renewed");
    let token = lease.token();
    acme.release(lease).await.unwrap();
    let next = acme.claim(&key, "second", TTL).await.unwrap().unwrap();
    assert!(next.token() > token);
    assert_eq!(acme.claim(&account_key("12"), "x", TTL).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_dead_holder_is_taken_over_and_fenced_off() {
    let world = world().await;
    let (acme, key) = (world.acme(), account_key("11"));
    let dead = acme.claim(&key, "dead", TTL).await.unwrap().unwrap();
    world.pass(TTL);
    acme.mark_fetched(&dead, days("2026-03-01..2026-03-01"), at("2026-03-10T08:00:00Z")).await.expect("late, but nobody took over");
    let alive = acme.claim(&key, "alive", TTL).await.unwrap().unwrap();

    let march = days("2026-03-02..2026-03-03");
    let now = at("2026-03-10T08:01:00Z");
    let facts = AccountFacts { data_as_of: now, settled_through: None, extent: Some(Extent { days: march, rows: 1 }) };
    let refusals = [
        acme.mark_fetched(&dead, march, now).await.unwrap_err(),
        acme.set_facts(&dead, facts).await.unwrap_err(),
        acme.renew(&dead, TTL).await.unwrap_err(),
        acme.forget_fetched(&dead).await.unwrap_err(),
    ];
    for refusal in refusals {
        assert!(matches!(refusal, Error::LeaseLost { .. }) && refusal.kind() == ErrorKind::Conflict, "{refusal}");
    }
    acme.release(dead).await.unwrap();
    acme.renew(&alive, TTL).await.expect("the old holder's release does not touch the new one");
    acme.mark_fetched(&alive, march, now).await.unwrap();
    acme.set_facts(&alive, facts).await.unwrap();
    assert_eq!(acme.fetched(&key).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_released_lease_changes_nothing_any_more() {
    let world = world().await;
    let (acme, key) = (world.acme(), account_key("11"));
    let lease = acme.claim(&key, "first", TTL).await.unwrap().unwrap();
    acme.release(lease.clone()).await.unwrap();
    assert!(matches!(acme.renew(&lease, TTL).await, Err(Error::LeaseLost { .. })));
}

#[tokio::test]
async fn a_killed_back_fill_knows_what_it_has() {
    let world = world().await;
    let (acme, key) = (world.acme(), account_key("11"));
    let whole = days("2026-01-01..2026-03-09");
    let first = acme.claim(&key, "first", TTL).await.unwrap().unwrap();
    for chunk in whole.chunks_newest_first(10).into_iter().take(3) {
        acme.mark_fetched(&first, chunk, at("2026-03-10T08:00:00Z")).await.unwrap();
    }
    drop((acme, first));
    world.pass(TTL);

    let second = world.second_handle().await.tenant(&crate::world::ctx("acme"));
    let lease = second.claim(&key, "second", TTL).await.unwrap().unwrap();
    let known = second.fetched(&key).await.unwrap();
    assert_eq!(known.len(), 1, "chunks of one reading are one range: {known:?}");
    assert_eq!((known[0].days, known[0].read_at), (days("2026-02-08..2026-03-09"), at("2026-03-10T08:00:00Z")));

    second.mark_fetched(&lease, days("2026-03-08..2026-03-09"), at("2026-03-10T08:01:00Z")).await.unwrap();
    let known = second.fetched(&key).await.unwrap();
    assert_eq!(
        known.iter().map(|range| range.days).collect::<Vec<_>>(),
        [days("2026-02-08..2026-03-07"), days("2026-03-08..2026-03-09")]
    );
    second.forget_fetched(&lease).await.unwrap();
    assert_eq!(second.fetched(&key).await.unwrap(), []);
}
