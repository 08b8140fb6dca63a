//! Accounts that change their currency or zone: amounts and days then mean something else, and nothing of both may meet in one figure.

use super::scene::{Scene, small};
use crate::faults::hurry::hurried;
use trimtab_domain::{
    DayRange, ErrorKind, Source,
    query::{MetricQuery, QueryParts},
};
use trimtab_engine::{RunStatus, quality::DayState};
use trimtab_sandbox::SandboxSettings;

/// Half a unit: what the cents of a day's rows may come to that are rounded one by one.
const ROUNDED: u64 = 500_000;

/// Days that are final and days that are not.
fn short() -> SandboxSettings {
    SandboxSettings { days: 38, ..small() }
}

async fn another_currency(source: Source) {
    let scene = Scene::read(source, 0, short()).await;
    scene.passes("steady_account").await;
    let (before, own) = (scene.truth(), scene.account.currency.as_str());
    assert!(scene.sandbox.rewrite_account(source, &scene.account.account, Some("CHF"), None).unwrap());
    // Of a week alone the new amounts are known.
    scene.sync_well(Some(DayRange::ending(scene.today(), 7))).await;
    let refused = scene.query(scene.all()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert!(refused.to_string().contains(&format!("are in CHF, {own}: name the currency")), "{refused}");
    let told = scene.fails("steady_account").await.message;
    assert!(told.contains(&format!("the currency changed from {own} to CHF")), "{told}");
    assert!(scene.fails("continuity").await.days.len() > 20, "what was read before is to be read again");

    scene.sync_well(None).await;
    let answer = scene.query(scene.all()).await.unwrap();
    assert_eq!(answer.currency.unwrap().as_str(), "CHF");
    scene.is_true_within(ROUNDED).await;
    assert_ne!(scene.truth(), before);
    scene.passes("continuity").await;
    scene.passes("unique_rows").await;
    scene.fails("steady_account").await;
}

async fn another_zone(source: Source) {
    let scene = Scene::read(source, 0, short()).await;
    let (before, zone) = (scene.truth(), "Asia/Tokyo");
    assert!(scene.sandbox.rewrite_account(source, &scene.account.account, None, Some(zone)).unwrap());
    let execution = scene.sync_well(None).await;
    assert_eq!(execution.runs[0].status, RunStatus::Succeeded);
    // Which days are due is decided before the source has said that they are cut anew.
    scene.sync_well(None).await;
    assert_ne!(scene.truth(), before);
    scene.is_true().await;
    assert_eq!(scene.query(scene.days).await.unwrap().zones, [zone]);
    let told = scene.fails("steady_account").await.message;
    assert!(told.contains(&format!("the time zone changed from {} to {zone}", scene.account.timezone)), "{told}");
    scene.passes("unique_rows").await;
    scene.passes("continuity").await;
    assert_eq!(scene.in_state(DayState::Missing).await, []);
}

/// Both changes for a source. Limits by the second need not be waited for.
macro_rules! redescribed {
    ($($name:ident: $source:expr),+ $(,)?) => {
        $(mod $name {
            use super::*;

            #[test]
            fn another_currency_is_marked_and_never_mixed() {
                hurried(another_currency($source));
            }

            #[test]
            fn another_zone_is_marked_and_counts_nothing_twice() {
                hurried(another_zone($source));
            }
        })+
    };
}

redescribed! {
    shopify: Source::Shopify,
    magento: Source::Magento,
    ga4: Source::Ga4,
    klaviyo: Source::Klaviyo,
}

#[tokio::test]
async fn counts_are_told_whatever_amounts_are_in_and_the_mark_ends_in_time() {
    let scene = Scene::read(Source::Ga4, 0, short()).await;
    scene.sandbox.rewrite_account(Source::Ga4, &scene.account.account, Some("USD"), None).unwrap();
    scene.sync_well(Some(DayRange::ending(scene.today(), 2))).await;
    let parts = QueryParts { metrics: vec!["sessions".to_owned()], ..QueryParts::default() };
    let query = MetricQuery::new(scene.all(), parts).unwrap();
    let answer = scene.world.engine.query(&scene.world.ctx, &query).await.unwrap();
    let sessions: i64 = scene.truth().values().map(|row| row[0]).sum();
    assert!(matches!(answer.totals[0], trimtab_domain::query::Cell::Count(all) if all == sessions), "{:?}", answer.totals);
    scene.pass_days(29);
    scene.sync_well(None).await;
    scene.passes("steady_account").await;
    scene.is_true_within(ROUNDED).await;
}
