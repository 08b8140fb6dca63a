//! Series of days: replaced day by day, let go in time, and cut anew where an account's days are.

use crate::world::{TTL, World, account, account_key, at};
use std::collections::BTreeMap;
use trimtab_domain::day::parse_day;
use trimtab_store::{DaySeries, Error};

pub(crate) fn series(day: &str, count: f64) -> DaySeries {
    let lines = BTreeMap::from([("Purchase".to_owned(), vec![count; 24])]);
    DaySeries { day: parse_day(day).unwrap(), read_at: at("2026-03-10T08:00:00Z"), lines }
}

#[tokio::test]
async fn a_day_read_again_replaces_itself_and_no_other() {
    let world = World::new().await;
    let (acme, key) = (world.acme(), account_key("11"));
    acme.put_account(&account("11")).await.unwrap();
    let lease = acme.claim(&key, "test", TTL).await.unwrap().unwrap();
    acme.put_series(&lease, "pixel 1", &[series("2026-03-02", 1.0), series("2026-03-03", 2.0)]).await.unwrap();
    acme.put_series(&lease, "pixel 2", &[series("2026-03-03", 9.0)]).await.unwrap();
    for _ in 0..2 {
        acme.put_series(&lease, "pixel 1", &[series("2026-03-03", 5.0), series("2026-03-04", 0.5)]).await.unwrap();
    }
    let kept = acme.series(&key, "pixel 1").await.unwrap();
    assert_eq!(kept, [series("2026-03-02", 1.0), series("2026-03-03", 5.0), series("2026-03-04", 0.5)]);
    assert_eq!(acme.series(&key, "pixel 2").await.unwrap(), [series("2026-03-03", 9.0)]);

    acme.release(lease.clone()).await.unwrap();
    let next = acme.claim(&key, "next", TTL).await.unwrap().unwrap();
    let late = acme.put_series(&lease, "pixel 1", &[series("2026-03-04", 7.0)]).await.unwrap_err();
    assert!(matches!(late, Error::LeaseLost { .. }), "{late}");
    assert_eq!(acme.series(&key, "pixel 1").await.unwrap(), kept);
    acme.release(next).await.unwrap();
}

#[tokio::test]
async fn what_is_older_than_half_a_year_is_let_go() {
    let world = World::new().await;
    let (acme, key) = (world.acme(), account_key("11"));
    acme.put_account(&account("11")).await.unwrap();
    let lease = acme.claim(&key, "test", TTL).await.unwrap().unwrap();
    acme.put_series(&lease, "pixel gone", &[series("2025-09-08", 1.0), series("2025-09-09", 1.0)]).await.unwrap();
    acme.put_series(&lease, "pixel 1", &[series("2026-03-10", 1.0)]).await.unwrap();
    assert_eq!(acme.series(&key, "pixel gone").await.unwrap(), [series("2025-09-09", 1.0)], "182 days before the newest");
}

#[tokio::test]
async fn an_account_whose_zone_changes_forgets_days_that_were_cut_otherwise() {
    let world = World::new().await;
    let (acme, key) = (world.acme(), account_key("11"));
    let mut described = account("11");
    acme.put_account(&described).await.unwrap();
    let lease = acme.claim(&key, "test", TTL).await.unwrap().unwrap();
    acme.put_series(&lease, "pixel 1", &[series("2026-03-02", 1.0)]).await.unwrap();
    acme.describe_account(&lease, &described).await.unwrap();
    assert_eq!(acme.series(&key, "pixel 1").await.unwrap().len(), 1);
    described.zone = "Asia/Tokyo".parse().unwrap();
    acme.describe_account(&lease, &described).await.unwrap();
    assert_eq!(acme.series(&key, "pixel 1").await.unwrap(), []);
}
