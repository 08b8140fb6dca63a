//! Mailings: two campaigns a week and three flows, with what came of them by the day it happened.

use super::{
    Trading,
    demand::{Groups, sales},
    store::{Course, Store},
    way::Way,
};
use crate::world::{
    calendar,
    chance::{Chance, tag, whole},
};
use std::sync::Arc;

/// Days of the week on which campaigns are sent, and at what second of the day.
const SENT: ([usize; 2], i64) = ([1, 4], 36_000);
/// Part of all opens and clicks that happens so many days after the sending.
const SPREAD: [f64; 5] = [0.62, 0.2, 0.09, 0.05, 0.04];
/// Days within which an order is attributed to a mailing.
pub(crate) const ATTRIBUTED_DAYS: i32 = 5;
/// Flows: number, name, messages a day against the business's size, opens and clicks of each.
const FLOWS: [(i32, &str, f64, f64, f64); 3] =
    [(1, "Welcome", 0.02, 0.52, 0.09), (2, "Abandoned cart", 0.035, 0.44, 0.08), (3, "Win-back", 0.012, 0.28, 0.03)];
/// Opens and clicks of each message of a campaign.
const CAMPAIGN: (f64, f64) = (0.37, 0.021);

/// What a mailing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Sent once to the whole list.
    Campaign,
    /// Sent to each when something happens.
    Flow,
}

/// A campaign or a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mailing {
    /// A flow's place, or the number of the day a campaign was sent on.
    pub(crate) id: i32,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// When a campaign is sent, or a flow was switched on.
    pub(crate) from: i64,
}

/// What came of a mailing on one day, the sending aside in the business's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailDay {
    pub(crate) mailing: i32,
    /// Messages received.
    pub(crate) recipients: i64,
    /// Opened, each time counted.
    pub(crate) opens: i64,
    /// Clicked, each time counted.
    pub(crate) clicks: i64,
    /// Orders that the mailing system attributes to it, and what they came to in minor units.
    pub(crate) orders: i64,
    pub(crate) revenue: i64,
}

/// Whether a business mails at all: shops do.
pub(crate) fn mails(store: &Store) -> bool {
    store.system.is_some()
}

fn is_sent_on(store: &Store, day: i32) -> bool {
    day >= store.first_day && SENT.0.contains(&calendar::weekday(day))
}

/// The campaign sent on a day.
fn campaign(store: &Store, day: i32) -> Mailing {
    let dice = store.chance.on(tag("campaign mail")).at(i64::from(day));
    let product = dice.on(1).pick(store.industry.products);
    let angle = dice.on(2).pick(store.industry.angles);
    let name = format!("{} | {product} | {angle}", calendar::day(day));
    Mailing { id: day, kind: Kind::Campaign, name, from: store.calendar.start(day) + SENT.1 }
}

fn flow(store: &Store, (id, name): (i32, &str)) -> Mailing {
    Mailing { id, kind: Kind::Flow, name: name.to_owned(), from: store.calendar.start(store.first_day) }
}

/// A mailing by its id.
pub(crate) fn by_id(store: &Store, id: i32) -> Option<Mailing> {
    let known = FLOWS.iter().find(|f| f.0 == id).map(|f| flow(store, (f.0, f.1)));
    known.or_else(|| is_sent_on(store, id).then(|| campaign(store, id)))
}

/// Every mailing there was until an instant: flows first, then campaigns, oldest first.
pub(crate) fn all(store: &Store, now: i64) -> Vec<Mailing> {
    if !mails(store) {
        return Vec::new();
    }
    let flows = FLOWS.iter().map(|f| flow(store, (f.0, f.1)));
    let campaigns = (store.first_day..=store.calendar.day_of(now)).filter(|d| is_sent_on(store, *d)).map(|d| campaign(store, d));
    flows.chain(campaigns).filter(|m| m.from <= now).collect()
}

/// Who reads mail: grows slowly.
fn list(store: &Store, day: i32) -> f64 {
    store.size * 9.0 * (1.0 + 0.0012 * f64::from(day - store.first_day))
}

/// Messages of a mailing that were received on a day, once it is over.
fn received(store: &Store, mailing: i32, day: i32) -> f64 {
    if day < store.first_day {
        return 0.0;
    }
    let dice = store.chance.on(tag("received")).at(i64::from(mailing)).at(i64::from(day));
    match FLOWS.iter().find(|f| f.0 == mailing) {
        Some(flow) => (store.size * flow.2 * dice.factor(0.12)).floor(),
        None if mailing == day => (list(store, day) * dice.factor(0.02)).floor(),
        None => 0.0,
    }
}

/// The part of a mailing's first day that has passed since it was sent.
fn since_sent(course: &Course, mailing: i32) -> f64 {
    if mailing != course.day {
        return course.passed();
    }
    let (sent, end) = (course.span.0 + SENT.1, course.span.1);
    ((course.until - sent) as f64 / (end - sent) as f64).clamp(0.0, 1.0)
}

/// Opens and clicks of a mailing on a day: (whole day, so far).
fn reactions(store: &Store, course: &Course, mailing: i32) -> [(f64, i64); 2] {
    let (opens, clicks) = FLOWS.iter().find(|f| f.0 == mailing).map_or(CAMPAIGN, |f| (f.3, f.4));
    let reach: f64 = SPREAD
        .iter()
        .enumerate()
        .map(|(back, part)| part * received(store, mailing, course.day - i32::try_from(back).unwrap_or(0)))
        .sum();
    let dice = store.chance.on(tag("reactions")).at(i64::from(mailing)).at(i64::from(course.day));
    let passed = since_sent(course, mailing);
    [(opens, 1), (clicks, 2)].map(|(rate, what)| {
        let all = (reach * rate * dice.on(what).factor(0.06)).floor();
        (all, whole(all * passed))
    })
}

/// The mailings that anybody may still react to on a day.
fn current(store: &Store, day: i32) -> impl Iterator<Item = i32> + '_ {
    let campaigns = (day + 1 - ATTRIBUTED_DAYS..=day).filter(|d| is_sent_on(store, *d));
    FLOWS.iter().map(|f| f.0).chain(campaigns)
}

/// Adds the visits by links in mailings.
pub(super) fn add_visits(store: &Store, course: &Course, groups: &mut Groups) {
    if !mails(store) {
        return;
    }
    for id in current(store, course.day) {
        let Some(mailing) = by_id(store, id) else { continue };
        let [_, (all, so_far)] = reactions(store, course, id);
        let way = Way::marked("klaviyo", "email", &mailing.name, "Email", None);
        let dice = store.chance.on(tag("mail visits")).at(i64::from(id)).at(i64::from(course.day));
        let landing = dice.between(0.88, 0.96);
        let group = groups.entry(Arc::new(way)).or_default();
        group.sessions += whole(so_far as f64 * landing);
        let mut bought = sales(all * landing * store.rate() * 0.9, course, dice, Some(id));
        bought.retain(|sale| sale.at >= mailing.from);
        group.sales.extend(bought);
    }
}

/// The mailing that claims an order which another way brought: its customer had opened one within the last days.
pub(super) fn claims(store: &Store, placed: i64, nth: u32, dice: Chance) -> Option<i32> {
    if !mails(store) || !dice.on(1).whether(0.11) {
        return None;
    }
    let day = store.calendar.day_of(placed);
    let newest =
        (day + 1 - ATTRIBUTED_DAYS..=day).rev().find(|d| is_sent_on(store, *d) && store.calendar.start(*d) + SENT.1 <= placed);
    let flow = if nth > 1 { 3 } else { 1 + i32::from(dice.on(2).whether(0.5)) };
    if dice.on(3).whether(0.7) { newest } else { Some(flow) }
}

/// What came of each mailing on a day, with the orders of that day.
pub(super) fn day(store: &Store, course: &Course, trading: &Trading) -> Vec<MailDay> {
    if !mails(store) {
        return Vec::new();
    }
    let of = |id: i32| {
        let [(_, opens), (_, clicks)] = reactions(store, course, id);
        let all = received(store, id, course.day);
        let recipients = match FLOWS.iter().any(|f| f.0 == id) {
            true => whole(all * course.passed()),
            false if course.until >= course.span.0 + SENT.1 => whole(all),
            false => 0,
        };
        let claimed = || trading.orders.iter().filter(|o| o.mailing == Some(id));
        let (orders, revenue) = (claimed().count(), claimed().map(|o| o.total).sum());
        MailDay { mailing: id, recipients, opens, clicks, orders: i64::try_from(orders).unwrap_or(0), revenue }
    };
    let told = |m: &MailDay| m.recipients + m.opens + m.clicks + m.orders > 0;
    current(store, course.day).map(of).filter(told).collect()
}
