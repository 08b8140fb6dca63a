//! Sites and shops hold together with the platforms, with each other and with themselves.

use super::{Commerce, Trading, store::Store, way::Way};
use crate::{
    SandboxSettings,
    world::{
        World, calendar,
        delivery::{Delivery, Frame},
        measure::LINK_CLICKS,
    },
};
use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
    sync::{Arc, RwLock},
};
use trimtab_domain::Source;

/// A world of ads with its businesses.
struct Town {
    settings: SandboxSettings,
    worlds: Vec<(Source, RwLock<World>)>,
    commerce: Commerce,
}

impl Town {
    fn new(settings: SandboxSettings) -> Self {
        let platforms = [Source::Meta, Source::Google, Source::Pinterest, Source::Tiktok, Source::Linkedin];
        let worlds: Vec<_> = platforms.into_iter().map(|p| (p, RwLock::new(World::new(&settings, p)))).collect();
        let commerce = Commerce::new(&settings, &worlds[0].1.read().unwrap());
        Self { settings, worlds, commerce }
    }

    fn usual() -> Self {
        Self::new(SandboxSettings { seed: 3, days: 70, ..SandboxSettings::default() })
    }

    fn today(&self) -> i32 {
        calendar::number(self.settings.today)
    }

    fn noon(&self) -> i64 {
        i64::from(self.today()) * 86_400 + 43_200
    }

    fn days(&self, store: usize, days: RangeInclusive<i32>, now: i64) -> Vec<Arc<Trading>> {
        let ads: Vec<_> = self.worlds.iter().map(|(p, w)| (*p, w)).collect();
        self.commerce.days(&ads, store, days, now)
    }

    fn shops(&self) -> impl Iterator<Item = (usize, &Arc<Store>)> {
        self.commerce.stores().iter().enumerate().filter(|(_, s)| s.system.is_some())
    }
}

fn written(days: &[Arc<Trading>]) -> String {
    format!("{days:?}")
}

#[test]
fn the_same_day_is_always_the_same() {
    let (one, other) = (Town::usual(), Town::usual());
    let today = one.today();
    for store in 0..one.commerce.stores().len() {
        let all = one.days(store, today - 30..=today, one.noon());
        // Asked for in another order, piece by piece.
        let last = other.days(store, today..=today, other.noon());
        let first = other.days(store, today - 30..=today - 1, other.noon());
        assert_eq!(written(&all), written(&[first, last].concat()));
    }
}

#[test]
fn days_of_believable_size_by_system() {
    let town = Town::usual();
    let systems: Vec<_> = town.shops().map(|(_, s)| s.system.unwrap()).collect();
    assert_eq!(systems[..3], [(Source::Shopify, 0), (Source::Magento, 0), (Source::Shopify, 1)]);
    assert_eq!(town.commerce.stores().iter().filter(|s| s.system.is_none()).count(), 2, "two businesses collect leads");
    let today = town.today();
    for (place, store) in town.commerce.stores().iter().enumerate() {
        let days = town.days(place, today - 40..=today - 1, town.noon());
        let sessions: i64 = days.iter().flat_map(|d| &d.visits).map(|v| v.sessions).sum();
        let orders = days.iter().map(|d| d.orders.len()).sum::<usize>() as f64 / 40.0;
        let leads = days.iter().flat_map(|d| &d.visits).map(|v| v.leads).sum::<i64>() as f64 / 40.0;
        let rate = (orders + leads) * 40.0 / sessions as f64;
        println!("{} {orders:.0} orders, {leads:.0} leads, {} sessions a day, {rate:.4}", store.slug, sessions / 40);
        assert!((0.008..0.06).contains(&rate), "{} {rate}", store.slug);
        match store.system {
            Some(_) => assert!((15.0..900.0).contains(&orders), "{} {orders}", store.slug),
            None => assert!(orders == 0.0 && leads > 3.0, "{} {leads}", store.slug),
        }
    }
}

#[test]
fn orders_are_the_purchases_of_visits_but_for_those_nobody_saw() {
    let town = Town::usual();
    let today = town.today();
    for (place, store) in town.shops() {
        let days = town.days(place, today - 40..=today - 1, town.noon());
        let (mut seen, mut all) = (0, 0);
        for day in &days {
            let mut by_way: BTreeMap<&Way, (i64, i64)> = BTreeMap::new();
            for order in day.orders.iter().filter(|o| o.seen && !o.test) {
                let sum = by_way.entry(&order.way).or_default();
                *sum = (sum.0 + 1, sum.1 + order.total);
            }
            for visit in &day.visits {
                assert_eq!((visit.purchases, visit.revenue), by_way.remove(&*visit.way).unwrap_or_default());
                assert!(visit.engaged <= visit.sessions && visit.purchases <= visit.sessions, "{visit:?}");
                seen += visit.purchases;
            }
            assert!(by_way.is_empty(), "every order has its visit");
            all += day.orders.iter().filter(|o| !o.test).count();
        }
        let share = seen as f64 / all as f64;
        assert!((0.88..0.985).contains(&share), "{} {share}", store.slug);
    }
}

#[test]
fn paid_visits_are_what_landed_of_the_platforms_clicks() {
    let town = Town::usual();
    let today = town.today();
    for (place, store) in town.commerce.stores().iter().enumerate() {
        let days = town.days(place, today - 30..=today - 1, town.noon());
        for (platform, world) in &town.worlds {
            let world = world.read().unwrap();
            let mut clicks = 0;
            let mut delivery = Delivery::default();
            for account in world.tenants[store.tenant].accounts.iter().map(|a| &world.accounts[*a]) {
                for day in today - 30..today {
                    let frame = Frame::new(account, day, i64::MAX / 4);
                    for campaign in &account.campaigns {
                        delivery.fill(account, campaign, &frame, false);
                        clicks += delivery.ads.iter().map(|ad| ad.linear[LINK_CLICKS]).sum::<i64>();
                    }
                }
            }
            let visits = days.iter().flat_map(|d| &d.visits).filter(|v| v.way.platform == Some(*platform));
            let sessions: i64 = visits.map(|v| v.sessions).sum();
            let share = sessions as f64 / clicks as f64;
            assert!((0.78..0.96).contains(&share), "{} {platform} {share}", store.slug);
        }
    }
}

#[test]
fn shops_count_fewer_orders_than_platforms_claim() {
    let town = Town::usual();
    let today = town.today();
    for (place, store) in town.shops() {
        let days = town.days(place, today - 60..=today - 31, town.noon());
        for (platform, world) in town.worlds.iter().take(4) {
            let world = world.read().unwrap();
            let mut claimed = 0.0;
            let mut delivery = Delivery::default();
            for account in world.tenants[store.tenant].accounts.iter().map(|a| &world.accounts[*a]) {
                for day in today - 60..today - 30 {
                    let frame = Frame::new(account, day, i64::MAX / 4);
                    for campaign in &account.campaigns {
                        delivery.fill(account, campaign, &frame, false);
                        claimed += delivery.stretches.iter().map(|s| s.expected * (s.to - s.from)).sum::<f64>();
                    }
                }
            }
            let orders = days.iter().flat_map(|d| &d.orders).filter(|o| o.way.platform == Some(*platform)).count();
            let ratio = claimed / orders as f64;
            assert!((1.1..1.75).contains(&ratio), "{} {platform} {ratio}", store.slug);
        }
    }
}

#[test]
fn the_day_goes_on_without_changing_what_was() {
    let town = Town::usual();
    let today = town.today();
    for (place, store) in town.shops() {
        let start = store.calendar.start(today);
        let mut before = town.days(place, today..=today, start).remove(0);
        assert!(before.orders.is_empty() && before.visits.is_empty(), "nothing happens before the day begins");
        for hour in [3, 9, 15, 20, 26] {
            let after = town.days(place, today..=today, start + hour * 3_600).remove(0);
            let known = before.orders.len();
            assert!(known <= after.orders.len(), "{} {hour}", store.slug);
            for (was, is) in before.orders.iter().zip(&after.orders) {
                assert_eq!(format!("{was:?}"), format!("{is:?}"), "{} {hour}", store.slug);
            }
            let sessions = |t: &Trading| t.visits.iter().map(|v| v.sessions).sum::<i64>();
            assert!(sessions(&before) <= sessions(&after));
            before = after;
        }
        assert!(before.orders.len() > 8);
    }
}

#[test]
fn a_write_changes_nothing_that_was_before_it() {
    let town = Town::usual();
    let (today, now) = (town.today(), town.noon());
    let before = town.days(0, today..=today, now).remove(0);
    {
        let mut world = town.worlds[0].1.write().unwrap();
        let account = &mut world.accounts[0];
        for campaign in 0..account.campaigns.len() {
            account.campaigns[campaign].object.switch.set(now, crate::world::account::Switch::Paused);
            account.settle(campaign);
        }
    }
    let after = town.days(0, today..=today, now).remove(0);
    assert_eq!(format!("{:?}", before.orders), format!("{:?}", after.orders));
    let later = town.days(0, today + 1..=today + 1, now + 3 * 86_400).remove(0);
    assert!(later.visits.iter().all(|v| v.way.platform != Some(Source::Meta)), "nobody comes by ads that rest");
    assert!(later.visits.iter().any(|v| v.way.platform == Some(Source::Google)));
}

#[test]
fn customers_come_back_and_their_orders_are_counted() {
    let town = Town::usual();
    let today = town.today();
    for (place, store) in town.shops() {
        let days = town.days(place, store.first_day..=today, town.noon());
        let mut orders: HashMap<u32, u32> = HashMap::new();
        let (mut first, mut all) = (0, 0_u64);
        let mut last = 0;
        for order in days.iter().flat_map(|d| &d.orders) {
            if order.test {
                all += 1;
                continue;
            }
            let nth = orders.entry(order.customer).or_default();
            *nth += 1;
            assert_eq!((order.nth, order.ordinal), (*nth, all), "{}", store.slug);
            assert!(order.placed >= last);
            last = order.placed;
            first += u32::from(order.nth == 1);
            all += 1;
        }
        let share = f64::from(first) / all as f64;
        assert!((0.5..0.9).contains(&share), "{} {share}", store.slug);
    }
}

#[test]
fn refunds_change_orders_long_after_and_move_only_their_day() {
    let town = Town::usual();
    let today = town.today();
    let (place, store) = town.shops().next().unwrap();
    let days = town.days(place, store.first_day..=today - 1, town.noon());
    let totals = |now: i64| days.iter().map(|d| super::totals::of(store, d, now)).collect::<Vec<_>>();
    let (before, after) = (totals(town.noon()), totals(town.noon() + 86_400));
    let mut moved = 0;
    for (day, (before, after)) in days.iter().zip(before.iter().zip(&after)) {
        let touched = day.orders.iter().any(|o| o.updated(town.noon() + 86_400) > town.noon());
        assert!(touched || before == after, "a day without a changed order rests");
        moved += usize::from(before != after);
    }
    assert!((1..days.len()).contains(&moved), "{moved}");
    let orders: Vec<_> = days.iter().flat_map(|d| &d.orders).filter(|o| !o.test).collect();
    let share = |n: usize| n as f64 / orders.len() as f64;
    let late = |o: &&&super::order::Order| o.cancelled.is_none() && o.refunds.iter().any(|r| r.0 - o.placed > 35 * 86_400);
    assert!((0.012..0.032).contains(&share(orders.iter().filter(|o| o.cancelled.is_some()).count())));
    assert!((0.005..0.03).contains(&share(orders.iter().filter(late).count())));
    for order in &orders {
        assert!(order.refunds.iter().map(|r| r.1).sum::<i64>() <= order.total, "{order:?}");
        assert!(order.total > 0 && order.tax < order.total && order.discount < order.items);
        let end = order.placed + i64::from(super::order::CHANGED_DAYS) * 86_400;
        assert!(order.updated(i64::MAX) < end && order.updated(order.placed) == order.placed);
    }
}

#[test]
fn mailings_are_sent_twice_a_week_and_bring_visits_and_orders() {
    let town = Town::usual();
    let today = town.today();
    let (place, store) = town.shops().next().unwrap();
    let mailings = super::mailing::all(store, town.noon());
    let campaigns = mailings.iter().filter(|m| m.kind == super::mailing::Kind::Campaign).count();
    assert!((18..=22).contains(&campaigns), "{campaigns}");
    let days = town.days(place, today - 28..=today - 1, town.noon());
    let (mut recipients, mut opens, mut clicks, mut claimed) = (0, 0, 0, 0);
    for day in &days {
        for mail in &day.mail {
            assert!(mailings.iter().any(|m| m.id == mail.mailing));
            recipients += mail.recipients;
            opens += mail.opens;
            clicks += mail.clicks;
            claimed += mail.orders;
        }
        let marked = day.orders.iter().filter(|o| o.mailing.is_some()).count();
        assert_eq!(day.mail.iter().map(|m| m.orders).sum::<i64>(), marked as i64);
    }
    let orders = days.iter().map(|d| d.orders.len()).sum::<usize>();
    assert!((0.3..0.5).contains(&(opens as f64 / recipients as f64)), "{opens} of {recipients}");
    assert!((0.015..0.045).contains(&(clicks as f64 / recipients as f64)), "{clicks} of {recipients}");
    assert!((0.08..0.4).contains(&(claimed as f64 / orders as f64)), "{claimed} of {orders}");
}

#[test]
fn numbers_begin_anew_and_ids_stay() {
    let town = Town::usual();
    let (place, store) = town.shops().next().unwrap();
    let at = store.renumbered.unwrap();
    assert_eq!(calendar::stamp(at).to_string(), "2026-11-22T06:00:00Z");
    let day = town.days(place, town.today() - 3..=town.today() - 3, town.noon()).remove(0);
    let (order, other) = (&day.orders[0], |number: u64| number - 1_001);
    assert_eq!(order.number(store, at - 1) - order.number(store, at), 1_000, "as if the first had been the first of all");
    assert!(other(order.number(store, at - 1)) == order.ordinal && order.ordinal > 1_000, "an earlier order had the number before");
    assert_eq!(town.shops().filter(|(_, s)| s.renumbered.is_some()).count(), 2, "one of each system");
}
