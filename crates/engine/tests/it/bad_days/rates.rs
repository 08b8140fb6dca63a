//! Exchange rates on days without any, and currencies that have none.

use super::scene::{Scene, by_day, day, small};
use trimtab_domain::{Currency, Day, DayRange, ErrorKind, Source, rates::Rates};
use trimtab_sandbox::SandboxSettings;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn holidays_take_the_rate_of_the_day_before_and_say_so() {
    let scene = Scene::read(Source::Meta, 0, SandboxSettings { days: 40, today: day("2026-12-30"), ..small() }).await;
    scene.world.engine.read_rates().await.unwrap();
    let rates: Rates = scene.world.store.system().rates().await.unwrap().into_iter().collect();
    let franc: Currency = "CHF".parse().unwrap();
    // Christmas was a Friday: four days in a row without rates.
    let days: DayRange = "2026-12-23..2026-12-28".parse().unwrap();
    let of = |of: Day| match of {
        of if of >= day("2026-12-25") && of <= day("2026-12-27") => day("2026-12-24"),
        of => of,
    };
    let truth = scene.truth();
    let worth = |of_day: Day, euro: i64| {
        let (per_euro, published) = rates.at(franc, of(of_day)).unwrap();
        assert_eq!(published, of(of_day));
        i128::from(euro) * i128::from(per_euro.billionths()) / 1_000_000_000
    };
    let answer = scene.query_in(days, Some("CHF")).await.unwrap();
    let ours = by_day(&answer);
    assert_eq!(ours.len(), 6);
    for (date, row) in &ours {
        // Each row is rounded on its own.
        assert!((i128::from(row[0]) - worth(*date, truth[date][0])).abs() < 1_000, "{date}: {row:?}");
    }
    let used = answer.rates.as_ref().unwrap();
    assert_eq!((used.first, used.last, used.carried_days), (day("2026-12-23"), day("2026-12-28"), 3));
    let told = "amounts in EUR are shown in CHF at the European Central Bank's reference rates of 2026-12-23 to 2026-12-28; 3 days without a \
        rate took the last before them";
    assert!(answer.notes.iter().any(|note| note == told), "{:?}", answer.notes);
    let christmas = scene.query_in(DayRange::single(day("2026-12-26")), Some("CHF")).await.unwrap();
    let used = christmas.rates.as_ref().unwrap();
    assert_eq!(
        (used.first, used.last),
        (day("2026-12-24"), day("2026-12-24")),
        "the day the rate is of is told, not the day asked about"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_currency_without_rates_is_refused_by_name() {
    let scene = Scene::read(Source::Meta, 0, SandboxSettings { days: 10, ..small() }).await;
    scene.world.engine.read_rates().await.unwrap();
    // The dirham was never quoted; the lev ended with the year before.
    for (currency, why) in [
        ("AED", "there is no reference rate for AED"),
        ("BGN", "the last before it is of 2025-12-31, which is too old to be carried forward"),
    ] {
        let refused = scene.query_in(scene.days, Some(currency)).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid, "somebody asked for what cannot be had: {refused}");
        assert!(refused.to_string().contains(why) && refused.to_string().contains("ask for EUR"), "{refused}");
    }
    assert_eq!(by_day(&scene.query(scene.days).await.unwrap()), scene.ours().await, "in its own currency everything is there");
}
