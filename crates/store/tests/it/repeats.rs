//! One key twice in one write: a file or a platform may say a thing twice. The last word counts, on either database.

use crate::{
    day_series::series,
    world::{TTL, World, account, account_key, eur},
};
use trimtab_domain::rates::{PerEuro, Rate};

#[tokio::test]
async fn the_last_word_counts() {
    let world = World::new().await;
    let (acme, key) = (world.acme(), account_key("11"));
    acme.put_account(&account("11")).await.unwrap();
    let lease = acme.claim(&key, "test", TTL).await.unwrap().unwrap();
    acme.put_series(&lease, "pixel", &[series("2026-03-01", 1.0), series("2026-03-01", 2.0)]).await.unwrap();
    assert_eq!(acme.series(&key, "pixel").await.unwrap(), [series("2026-03-01", 2.0)]);

    let rate = |billionths| Rate {
        currency: eur(),
        day: "2026-03-02".parse().unwrap(),
        per_euro: PerEuro::from_billionths(billionths).unwrap(),
    };
    world.store.system().put_rates(&[rate(1), rate(2)]).await.unwrap();
    assert_eq!(world.store.system().rates().await.unwrap(), [rate(2)]);
}

#[tokio::test]
async fn a_character_that_one_database_does_not_keep_is_left_out_on_both() {
    let world = World::new().await;
    let mut odd = account("11");
    odd.name = "before\0after".into();
    world.acme().put_account(&odd).await.unwrap();
    assert_eq!(world.acme().account(&account_key("11")).await.unwrap().account.name.as_str(), "beforeafter");
}
