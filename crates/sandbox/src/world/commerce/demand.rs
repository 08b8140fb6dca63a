//! What makes up a day before anybody is named: ways with their visits, and what was bought in them.

use super::{
    Ads, mailing,
    paid::{self, Bought},
    store::{Course, Store},
    way::Way,
};
use crate::world::chance::{Chance, tag, whole};
use std::{collections::BTreeMap, sync::Arc};
use trimtab_domain::Source;

/// Something bought, or a lead, at an instant of the day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sale {
    pub(super) at: i64,
    pub(super) dice: Chance,
    /// The mailing whose link was followed.
    pub(super) mailing: Option<i32>,
}

/// Visits that came one way.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) sessions: i64,
    pub(super) sales: Vec<Sale>,
}

/// Every way by which anybody came, in a fixed order.
pub(super) type Groups = BTreeMap<Arc<Way>, Group>;

/// Ways that nobody pays for: source, medium, campaign, channel, visits against what is bought on Meta, orders against those of paid visits.
const UNPAID: [(&str, &str, &str, &str, f64, f64); 8] = [
    ("google", "organic", "(organic)", "Organic Search", 0.5, 0.5),
    ("bing", "organic", "(organic)", "Organic Search", 0.04, 0.5),
    ("duckduckgo", "organic", "(organic)", "Organic Search", 0.02, 0.45),
    ("(direct)", "(none)", "(direct)", "Direct", 0.34, 0.55),
    ("facebook.com", "referral", "(referral)", "Organic Social", 0.03, 0.2),
    ("instagram.com", "referral", "(referral)", "Organic Social", 0.05, 0.22),
    ("pinterest.com", "referral", "(referral)", "Organic Social", 0.012, 0.2),
    ("tiktok.com", "referral", "(referral)", "Organic Social", 0.01, 0.12),
];
/// Sites that link here.
const SITES: [&str; 6] = [
    "bestofthebest.example",
    "slowliving.example",
    "thegiftlist.example",
    "cityguide.example",
    "couponcorner.example",
    "reviewed.example",
];

/// All ways of a day.
pub(super) fn groups(store: &Store, course: &Course, ads: &Ads<'_>) -> Groups {
    let mut groups = Groups::new();
    for (platform, world) in ads {
        paid::add(store, course, *platform, world, &mut |bought| add(&mut groups, bought));
    }
    unpaid(store, course, &mut groups);
    mailing::add_visits(store, course, &mut groups);
    // Whoever bought was there, and the last to come are still on their way.
    groups.values_mut().for_each(|g| g.sessions = g.sessions.max(i64::try_from(g.sales.len()).unwrap_or(0)));
    groups.retain(|_, g| g.sessions > 0);
    groups
}

fn add(groups: &mut Groups, bought: Bought) {
    let group = groups.entry(Arc::new(bought.way)).or_default();
    group.sessions += bought.sessions;
    group.sales.extend(bought.sales);
}

fn unpaid(store: &Store, course: &Course, groups: &mut Groups) {
    let site = |nth: u64| store.chance.on(tag("sites")).on(nth).below(SITES.len());
    let referrals = [(site(0), 0.03), ((site(0) + 1 + site(1) % 5) % SITES.len(), 0.018)];
    let referrals = referrals.map(|(site, share)| (SITES[site], "referral", "(referral)", "Referral", share, 0.4));
    for (source, medium, campaign, channel, visits, orders) in UNPAID.into_iter().chain(referrals) {
        let dice = store.chance.on(tag(source)).at(i64::from(course.day));
        let all = store.size * visits * course.demand * dice.factor(0.07);
        let way = Way::unmarked(source, medium, campaign, channel);
        add(
            groups,
            Bought { way, sessions: come(all, course, dice), sales: sales(all * store.rate() * orders, course, dice, None) },
        );
    }
}

/// The part of a day's visits that has come.
pub(super) fn come(all: f64, course: &Course, dice: Chance) -> i64 {
    whole(dice.on(1).count(all) as f64 * course.passed())
}

/// What was bought so far in visits that come over the whole day.
pub(super) fn sales(expected: f64, course: &Course, dice: Chance, mailing: Option<i32>) -> Vec<Sale> {
    let all = dice.on(2).count(expected);
    let sale = |i: i64| {
        let dice = dice.on(3).at(i);
        Sale { at: course.instant(dice.on(tag("spot")).unit()), dice, mailing }
    };
    (0..all).map(sale).filter(|sale| sale.at < course.until).collect()
}

/// Whether what is brought about by a way is a lead rather than an order.
pub(super) fn is_lead(store: &Store, way: &Way) -> bool {
    store.system.is_none() || way.platform == Some(Source::Linkedin)
}
