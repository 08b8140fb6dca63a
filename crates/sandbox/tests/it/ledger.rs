//! The world read straight, against what the sandbox says of itself.

use crate::kit::small;
use trimtab_domain::{Day, DayRange, Source};
use trimtab_sandbox::{DayFigures, Ledger, Sandbox};

fn back(day: Day, days: i32) -> Day {
    day.saturating_sub(jiff::Span::new().days(days))
}

#[test]
fn campaigns_add_up_to_the_accounts_totals() {
    let settings = small();
    println!("seed {}", settings.seed);
    let (ledger, sandbox) = (Ledger::new(&settings, Source::Meta), Sandbox::new(settings.clone()));
    let days = DayRange::new(back(settings.today, 20), back(settings.today, 2)).unwrap();
    for account in ledger.accounts() {
        let totals = sandbox.totals(Source::Meta, &account.id, days).unwrap();
        let campaigns = ledger.days(&account.id, days, back(settings.today, 1));
        for (place, total) in totals.iter().enumerate() {
            let of = campaigns.iter().filter_map(|c| c.days[place]);
            let (spend, impressions) = of.fold((0.0, 0.0), |(s, i), d| (s + d.spend, i + d.impressions));
            assert!((spend - total.spend.parse::<f64>().unwrap()).abs() < 0.005, "{} on {}", account.name, total.date);
            assert!((impressions - total.impressions as f64).abs() < 0.5);
        }
    }
}

#[test]
fn the_calm_world_is_the_same_until_trouble_begins() {
    let settings = small();
    println!("seed {}", settings.seed);
    let (world, calm) = (Ledger::new(&settings, Source::Meta), Ledger::calm(&settings, Source::Meta));
    let mut differ = 0;
    for (account, truth) in world.accounts().iter().zip(world.truth()) {
        let days = DayRange::new(account.first, back(settings.today, 1)).unwrap();
        let long_after = back(settings.today, -60);
        let (seen, without) = (world.days(&account.id, days, long_after), calm.days(&account.id, days, long_after));
        let begins =
            truth["incidents"].as_array().unwrap().iter().map(|i| i["from"].as_str().unwrap().parse::<Day>().unwrap()).min();
        for (day, place) in days.days().zip(0..) {
            let same = seen.iter().zip(&without).all(|(a, b)| a.days[place] == b.days[place]);
            assert!(same || begins.is_some_and(|begins| day >= begins), "{} on {day}", account.name);
            differ += usize::from(!same);
        }
    }
    assert!(differ > 0, "something went wrong somewhere");
}

#[test]
fn conversions_come_in_for_weeks_and_then_stay() {
    let settings = small();
    println!("seed {}", settings.seed);
    let ledger = Ledger::new(&settings, Source::Meta);
    let account = &ledger.accounts()[0];
    let day = back(settings.today, 40);
    let known = |age: i32| {
        let days = ledger.days(&account.id, DayRange::single(day), back(day, -age));
        days.iter().filter_map(|c| c.days[0]).map(|d| d.conversions).sum::<f64>()
    };
    let by_age: Vec<f64> = [0, 1, 3, 7, 14, 27, 35].into_iter().map(known).collect();
    assert!(by_age.is_sorted(), "{by_age:?}");
    assert!(by_age[0] < by_age[5] && (by_age[5] - by_age[6]).abs() < f64::EPSILON, "{by_age:?}");
}

#[test]
fn changes_are_told_with_their_campaign() {
    let ledger = Ledger::new(&small(), Source::Meta);
    for account in ledger.accounts() {
        let changes = ledger.changes(&account.id);
        assert!(changes.is_sorted_by_key(|c| c.day));
        assert!(changes.iter().all(|c| c.campaign.is_some()));
        assert!(changes.iter().any(|c| c.kind == "budget" && c.by.is_some()));
    }
    assert!(ledger.changes("nobody's").is_empty());
}

#[test]
fn ads_add_up_to_their_campaigns_and_wear() {
    let settings = small();
    println!("seed {}", settings.seed);
    let ledger = Ledger::new(&settings, Source::Meta);
    let days = DayRange::new(back(settings.today, 40), back(settings.today, 2)).unwrap();
    let read = back(settings.today, 1);
    let mut worn = 0;
    for account in ledger.accounts() {
        let ads = ledger.ads(&account.id, days, read);
        for campaign in ledger.days(&account.id, days, read) {
            for (place, day) in campaign.days.iter().enumerate() {
                let of: Vec<_> = ads.iter().filter(|ad| ad.campaign == campaign.id).filter_map(|ad| ad.days[place]).collect();
                assert_eq!(day.is_some(), !of.is_empty(), "{} on day {place}", campaign.name);
                let sum = |figure: fn(&DayFigures) -> f64| of.iter().map(|(day, _)| figure(day)).sum::<f64>();
                let whole = day.unwrap_or_default();
                assert!((sum(|d| d.spend) - whole.spend).abs() < 1e-6 && (sum(|d| d.revenue) - whole.revenue).abs() < 1e-6);
                assert!((sum(|d| d.clicks) - whole.clicks).abs() < 0.5 && (sum(|d| d.conversions) - whole.conversions).abs() < 0.5);
                assert!(of.iter().all(|(day, people)| (1.0..=day.impressions).contains(people)));
            }
        }
        for ad in &ads {
            assert!(
                ad.appeal.is_sorted_by(|a, b| a >= b) && ad.appeal.iter().all(|left| (0.4..=1.0).contains(left)),
                "{}",
                ad.name
            );
            worn += usize::from(ad.appeal.first() > ad.appeal.last());
        }
    }
    assert!(worn > 0, "something wears");
    assert!(ledger.ads("nobody's", days, read).is_empty());
}
