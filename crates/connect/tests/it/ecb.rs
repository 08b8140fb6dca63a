//! The central bank's files against the simulated bank.

use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_connect::{Error, ecb::Ecb};
use trimtab_domain::{
    Currency, Day, ErrorKind, Source,
    rates::{PerEuro, Rate, Rates},
};
use trimtab_sandbox::{Fault, FaultKind};
use url::Url;

/// A world, and a reader of its bank. The bank has no accounts, so one of another platform tells where the world is.
async fn scene() -> (World, Ecb) {
    let world = World::start(Source::Meta).await;
    let mut base: Url = world.accounts[0].base_url.parse().unwrap();
    base.set_path("/ecb");
    let ecb = world.connectors().rates(Some(base));
    (world, ecb)
}

fn keyed(rates: &[Rate]) -> BTreeMap<(Day, Currency), PerEuro> {
    rates.iter().map(|rate| ((rate.day, rate.currency), rate.per_euro)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_days_are_the_end_of_the_history() {
    let (world, ecb) = scene().await;
    let (all, latest) = (ecb.all().await.unwrap(), ecb.latest().await.unwrap());
    let (all, recent) = (keyed(&all), keyed(&latest));
    let first = recent.keys().next().unwrap().0;
    let end: BTreeMap<_, _> = all.range((first, "AAA".parse().unwrap())..).map(|(key, rate)| (*key, *rate)).collect();
    assert!(recent.len() > 500 && all.len() > 50_000, "{} of {}", recent.len(), all.len());
    assert_eq!(recent, end);
    let days: BTreeSet<Day> = all.keys().map(|(day, _)| *day).collect();
    let today = jiff::tz::TimeZone::UTC.to_datetime(world.clock.now()).date();
    assert_eq!(days.first().unwrap().to_string(), "1999-01-04");
    assert!(days.iter().all(|day| *day <= today && day.weekday().to_monday_one_offset() <= 5), "business days");
    let rates: Rates = latest.into_iter().collect();
    let (usd, gbp) = ("USD".parse().unwrap(), "GBP".parse().unwrap());
    assert!(rates.cross(usd, gbp, today).unwrap().convert(1_000_000).is_some_and(|micros| micros > 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_arrives_broken_is_asked_for_again() {
    let (world, ecb) = scene().await;
    let (all, latest) = (keyed(&ecb.all().await.unwrap()), keyed(&ecb.latest().await.unwrap()));
    for kind in [FaultKind::ServerError, FaultKind::Truncated, FaultKind::Malformed, FaultKind::Drop, FaultKind::Empty] {
        world.sandbox.add_fault(Fault::new("/ecb/", kind).times(2)).unwrap();
        assert_eq!(keyed(&ecb.all().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"))), all, "{kind:?}");
        assert!(world.sandbox.faults().is_empty(), "{kind:?} struck twice");
        world.sandbox.add_fault(Fault::new("/ecb/", kind).times(2)).unwrap();
        assert_eq!(keyed(&ecb.latest().await.unwrap()), latest, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_without_rates_is_no_answer_and_trouble_that_stays_is_named() {
    let (world, ecb) = scene().await;
    for kind in [FaultKind::Empty, FaultKind::Malformed, FaultKind::Drift] {
        world.sandbox.add_fault(Fault::new("/ecb/", kind)).unwrap();
        for outcome in [ecb.all().await, ecb.latest().await] {
            let error = outcome.expect_err("no rates");
            assert!(matches!(error, Error::Drift { platform: Source::Ecb, .. }), "{kind:?}: {error}");
            assert!(error.to_string().starts_with("European Central Bank answered in an unexpected shape"), "{error}");
        }
        world.sandbox.remove_faults(None, None);
    }
    world.sandbox.add_fault(Fault::new("/ecb/", FaultKind::ServerError)).unwrap();
    let error = ecb.latest().await.unwrap_err();
    assert!(matches!(error, Error::Transient { timeout: false, .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    world.sandbox.remove_faults(None, None);
    ecb.latest().await.unwrap();
}
