//! Worlds of many seeds and shapes hold together.

use super::{
    World,
    account::Place,
    calendar,
    delivery::{Delivery, Frame},
    measure::{CLICKS, IMPRESSIONS, LINK_CLICKS, SPEND, THRUPLAYS, VIDEO_PLAYS, VIDEO_VIEWS},
};
use crate::SandboxSettings;
use std::collections::HashSet;
use trimtab_domain::Source;

fn worlds() -> impl Iterator<Item = (SandboxSettings, World)> {
    let shapes = [(1, 1, 1), (12, 4, 3), (3, 40, 60), (1, 25, 900)];
    (0..6).flat_map(move |seed| {
        shapes.into_iter().map(move |(tenants, ads, days)| {
            let settings = SandboxSettings { seed, tenants, ads, days, ..SandboxSettings::default() };
            let world = World::new(&settings, Source::Meta);
            (settings, world)
        })
    })
}

#[test]
fn ids_lead_back_to_their_objects() {
    for (settings, world) in worlds() {
        let mut seen = HashSet::new();
        for (place, account) in world.accounts.iter().enumerate() {
            assert_eq!(world.account_by_id(account.id), Some(place), "{settings:?}");
            for (i, ad) in account.ads.iter().enumerate() {
                assert_eq!(world.find(ad.object.id), Some((place, Place::Ad(i))));
                assert_eq!(world.find(ad.creative), Some((place, Place::Creative(i))));
                assert_eq!(world.find(ad.object.id + 1), None);
                assert!(seen.insert(ad.object.id));
            }
            for (i, set) in account.ad_sets.iter().enumerate() {
                assert_eq!(world.find(set.object.id), Some((place, Place::AdSet(i))));
                assert!(set.budget.is_some() != account.campaigns[set.campaign].budget.is_some(), "{settings:?}");
            }
            let names: HashSet<_> = account.campaigns.iter().map(|c| c.object.name.as_str()).collect();
            assert_eq!(names.len(), account.campaigns.len(), "campaigns are told apart by name");
        }
        assert_eq!(world.accounts[0].ads.len(), settings.ads, "{settings:?}");
    }
}

#[test]
fn every_day_is_plausible() {
    for (settings, world) in worlds() {
        let today = calendar::number(settings.today);
        for account in &world.accounts {
            let now = account.calendar.start(today) + 50_000;
            let mut delivery = Delivery::default();
            let mut spend = 0;
            for back in [0, 1, 2, 7, 29, 59, 400] {
                let frame = Frame::new(account, today - back, now);
                for campaign in &account.campaigns {
                    delivery.fill(account, campaign, &frame, true);
                    assert!(delivery.ads.is_sorted_by(|a, b| a.ad < b.ad), "{settings:?}");
                    for ad in &delivery.ads {
                        let m = &ad.linear;
                        assert!(m[IMPRESSIONS] > 0 && m.iter().all(|n| *n >= 0), "{settings:?} {m:?}");
                        assert!(m[LINK_CLICKS] <= m[CLICKS] && m[CLICKS] <= m[IMPRESSIONS], "{settings:?} {m:?}");
                        assert!(m[THRUPLAYS] <= m[VIDEO_VIEWS] && m[VIDEO_VIEWS] <= m[VIDEO_PLAYS], "{settings:?} {m:?}");
                        spend += m[SPEND];
                    }
                    assert!(delivery.conversions.iter().all(|c| c.value > 0));
                }
            }
            assert!(spend > 0, "{settings:?} {}", account.name);
        }
    }
}

#[test]
fn nothing_is_delivered_before_the_first_day_or_after_now() {
    let settings = SandboxSettings { ads: 20, days: 30, tenants: 1, ..SandboxSettings::default() };
    let world = World::new(&settings, Source::Meta);
    let account = &world.accounts[0];
    let today = calendar::number(settings.today);
    let now = account.calendar.start(today);
    let mut delivery = Delivery::default();
    for (day, delivers) in [(today - 31, false), (today - 30, true), (today - 1, true), (today, false), (today + 1, false)] {
        let frame = Frame::new(account, day, now);
        let any = account.campaigns.iter().any(|c| {
            delivery.fill(account, c, &frame, true);
            !delivery.ads.is_empty()
        });
        assert_eq!(any, delivers, "day {}", day - today);
    }
}
