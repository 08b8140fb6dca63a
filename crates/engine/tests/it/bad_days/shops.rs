//! Shops: orders that get other numbers, refunds that come late, lists whose last page comes again.

use super::scene::{Days, Scene, day, small};
use crate::faults::hurry::hurried;
use std::collections::BTreeSet;
use trimtab_domain::{Day, DayRange, Source};
use trimtab_engine::ExecutionStatus;
use trimtab_sandbox::{Fault, FaultKind, SandboxSettings};

async fn renumbered(source: Source) {
    let scene = Scene::read(source, 0, small()).await;
    scene.passes("unique_order_numbers").await;
    // Two days after the beginning the merchant begins at 1 again, with the orders there are.
    scene.pass_days(3);
    scene.sync_well(None).await;
    scene.is_true().await;
    scene.passes("unique_rows").await;
    let told = scene.fails("unique_order_numbers").await.message;
    assert!(told.contains("are carried by several orders") && told.contains("re-numbered"), "{told}");
    // Days that are final still have the old numbers until they are read again.
    scene.sync_well(Some(scene.all())).await;
    scene.passes("unique_order_numbers").await;
    scene.is_true().await;
}

async fn refunded_late(source: Source) {
    let scene = Scene::read(source, 0, SandboxSettings { days: 100, ..small() }).await;
    let account = scene.world.engine.accounts(&scene.world.ctx).await.unwrap().remove(0);
    let settled = account.facts.unwrap().settled_through.unwrap();
    let (known, before) = (scene.ours().await, scene.query(scene.all()).await.unwrap());
    scene.pass_days(9);
    let late = changed(&known, &scene.truth(), settled);
    assert!(!late.is_empty(), "something is given back of final days");
    scene.sync_well(None).await;
    scene.is_true().await;
    let after = scene.query(scene.all()).await.unwrap();
    assert_ne!(before.source_hash, after.source_hash, "{late:?} are others now, and so is the mark of what is computed from them");
    scene.passes("orders_in_sight").await;
}

/// Both for a shop system. Limits by the second need not be waited for.
macro_rules! shops {
    ($($name:ident: $source:expr),+ $(,)?) => {
        $(mod $name {
            use super::*;

            #[test]
            fn a_shop_that_numbers_its_orders_anew_counts_each_once() {
                hurried(renumbered($source));
            }

            #[test]
            fn a_refund_long_after_its_order_changes_the_day_of_the_order() {
                hurried(refunded_late($source));
            }
        })+
    };
}

shops! {
    shopify: Source::Shopify,
    magento: Source::Magento,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refunds_of_orders_an_app_is_no_longer_shown_are_said_to_be_missing() {
    // Of the third shop the app sees the orders of sixty days alone.
    let scene = Scene::of(Source::Shopify, 2, SandboxSettings { tenants: 8, days: 75, ..small() }).await;
    scene.sync_well(None).await;
    scene.passes("orders_in_sight").await;
    let shown = |all: Days, from: Day| -> Days { all.into_iter().filter(|(day, _)| *day >= from).collect() };
    let first = *scene.ours().await.keys().next().unwrap();
    assert!(first > day("2026-09-01"), "what the app is not shown is not read: {first}");
    assert_eq!(scene.ours().await, shown(scene.truth(), first));

    scene.pass_days(40);
    scene.sync_well(None).await;
    let (ours, truth) = (scene.ours().await, shown(scene.truth(), first));
    let wrong: BTreeSet<Day> = truth.iter().filter(|(day, row)| ours.get(day) != Some(row)).map(|(day, _)| *day).collect();
    assert!(!wrong.is_empty(), "money was given back out of the app's sight");
    let marked = scene.fails("orders_in_sight").await;
    assert!(marked.message.contains("read_all_orders"), "{}", marked.message);
    assert!(wrong.is_subset(&marked.days), "{wrong:?} of {:?}", marked.days);
    assert!(marked.days.iter().all(|day| *day < DayRange::ending(scene.today(), 59).from()), "{:?}", marked.days);
}

#[test]
fn a_last_page_that_comes_again_adds_nothing_and_ends() {
    hurried(repeating());
}

async fn repeating() {
    let scene = Scene::of(Source::Magento, 0, small()).await;
    scene.sandbox.add_fault(Fault::new("GET /magento/*/orders", FaultKind::DuplicatePage)).unwrap();
    let stuck = scene.sync(Some(scene.days)).await;
    let text = stuck.runs[0].failure.as_ref().map(|failure| failure.text.clone()).unwrap_or_default();
    assert_eq!(stuck.status, ExecutionStatus::Failed, "a list that never goes on ends the read");
    assert!(text.contains("the list of orders does not go on"), "{text}");
    scene.sandbox.remove_faults(None, None);

    // Now and then a page is the one before.
    scene.sandbox.add_fault(Fault { rate: Some(0.4), ..Fault::new("GET /magento/*/orders", FaultKind::DuplicatePage) }).unwrap();
    scene.sync_well(None).await;
    let struck = scene.sandbox.calls().iter().filter(|call| call.fault.is_some()).count();
    assert!(struck > 5, "{struck}");
    scene.is_true().await;
    scene.passes("unique_rows").await;
    scene.passes("reconciled").await;
}

/// The final days whose figures are others now.
fn changed(before: &Days, now: &Days, settled: Day) -> BTreeSet<Day> {
    now.iter().filter(|(day, row)| **day <= settled && before.get(day) != Some(row)).map(|(day, _)| *day).collect()
}
