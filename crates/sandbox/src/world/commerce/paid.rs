//! Visits that were bought: an ad platform's link clicks, campaign by campaign, and what they led to.

use super::{
    demand::Sale,
    store::{Course, Store},
    way::Way,
};
use crate::world::{
    World,
    account::{Account, Campaign},
    chance::{Chance, tag, whole},
    delivery::{Delivery, Frame},
    measure::{IMPRESSIONS, LINK_CLICKS, boundary, stretch},
};
use std::sync::{PoisonError, RwLock};
use trimtab_domain::Source;

/// An instant after all that anybody asks about.
const ALWAYS: i64 = i64::MAX / 4;

/// Visits of a campaign by one way.
#[derive(Debug)]
pub(super) struct Bought {
    pub(super) way: Way,
    pub(super) sessions: i64,
    pub(super) sales: Vec<Sale>,
}

/// Every campaign of a business on one platform that brought visits on a day.
pub(super) fn add(store: &Store, course: &Course, platform: Source, world: &RwLock<World>, into: &mut dyn FnMut(Bought)) {
    let world = world.read().unwrap_or_else(PoisonError::into_inner);
    let Some(tenant) = world.tenants.get(store.tenant) else { return };
    let mut delivery = Delivery::default();
    for account in tenant.accounts.iter().map(|a| &world.accounts[*a]) {
        let mut campaigns: Vec<(i64, Vec<Sale>)> = account.campaigns.iter().map(|_| (0, Vec::new())).collect();
        // The platform may cut its days elsewhere: two of them then have a part in this one.
        for day in account.calendar.day_of(course.span.0)..=account.calendar.day_of(course.until - 1) {
            let frame = Frame::new(account, day, ALWAYS);
            for (campaign, sum) in account.campaigns.iter().zip(&mut campaigns) {
                clicks(store, course, platform, (account, campaign), &frame, &mut delivery, sum);
            }
        }
        for (campaign, (clicks, sales)) in account.campaigns.iter().zip(campaigns) {
            if clicks > 0 || !sales.is_empty() {
                let landed = whole(clicks as f64 * store.landing(platform, course.day));
                ways(store, platform, campaign, landed, sales, into);
            }
        }
    }
}

/// Adds a campaign's clicks within the course of the day, and the sales that follow.
fn clicks(
    store: &Store,
    course: &Course,
    platform: Source,
    (account, campaign): (&Account, &Campaign),
    frame: &Frame,
    delivery: &mut Delivery,
    (clicks, sales): &mut (i64, Vec<Sale>),
) {
    let bounds = |instant: i64| frame.share_before(instant).clamp(0.0, 1.0);
    let (from, to) = (bounds(course.span.0), bounds(course.until));
    delivery.fill(account, campaign, frame, false);
    for ad in &delivery.ads {
        for part in &delivery.stretches[ad.stretches.clone()] {
            let (from, to) = (part.from.max(from), part.to.min(to));
            if from >= to {
                continue;
            }
            let all = part.plan[IMPRESSIONS];
            let first = if from <= 0.0 { 0 } else { boundary(all, from, part.shift) };
            let last = boundary(all, to, part.shift);
            *clicks += stretch(&part.plan, first, last)[LINK_CLICKS];
            // Drawn for the whole stretch, so that a part of it never changes what happened before.
            let dice =
                Chance::new(account.ads[ad.ad].object.id).on(store.chance.bits()).at(i64::from(frame.day)).on(part.from.to_bits());
            for i in 0..dice.count(part.expected * store.counted(platform, frame.day)) {
                let dice = dice.at(i);
                let spot = dice.on(tag("spot")).unit();
                let at = frame.instant(spot);
                if part.from <= spot && spot < part.to && course.span.0 <= at && at < course.until {
                    sales.push(Sale { at, dice, mailing: None });
                }
            }
        }
    }
}

/// Hands a campaign's visits over by their marks: Meta's links tell Facebook and Instagram apart.
fn ways(store: &Store, platform: Source, campaign: &Campaign, landed: i64, sales: Vec<Sale>, into: &mut dyn FnMut(Bought)) {
    let name = &campaign.object.name;
    let way = |source, medium, channel| Way::marked(source, medium, name, channel, Some(platform));
    let one = match platform {
        Source::Google => way("google", "cpc", "Paid Search"),
        Source::Meta => {
            let share = store.chance.on(tag("facebook")).on(campaign.object.id).between(0.45, 0.7);
            let (on_facebook, on_instagram) = sales.into_iter().partition(|s| s.dice.on(tag("facebook")).whether(share));
            let facebook = whole(landed as f64 * share);
            let way = |source| way(source, "paid_social", "Paid Social");
            into(Bought { way: way("facebook"), sessions: facebook, sales: on_facebook });
            into(Bought { way: way("instagram"), sessions: landed - facebook, sales: on_instagram });
            return;
        }
        other => way(other.as_str(), "paid_social", "Paid Social"),
    };
    into(Bought { way: one, sessions: landed, sales });
}
