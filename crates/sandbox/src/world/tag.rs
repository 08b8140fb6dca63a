//! What the tag on an account's site receives, hour by hour.

use super::{
    account::Account,
    calendar::stamp,
    chance::{Chance, tag},
    conversion::RESTATED_DAYS,
    delivery::{self, Delivery, Frame},
    incident::{self, Trouble},
    measure::{FUNNEL, LANDINGS, LEAD_WEB, PURCHASE_WEB, Tally, WINDOWS},
};

/// The last instant before `now` that the pixel was not silent.
pub(crate) fn last_fired(a: &Account, now: i64) -> i64 {
    let today = delivery::today(a, now);
    let silent = |day| a.incidents.iter().any(|i| i.kind == Trouble::SilentPixel && i.on(day));
    if !silent(today) {
        return now - 60;
    }
    let last = (0..60).map(|back| today - back).find(|d| !silent(*d)).unwrap_or(today);
    a.calendar.start(last + 1) - 60
}

/// The event that the account is after.
pub(crate) const fn result(a: &Account) -> &'static str {
    if a.industry.commerce { "Purchase" } else { "Lead" }
}

/// When an hour begins (seconds of UTC), and what a tag received in it, by Meta's names of events.
pub(crate) type Hour = (i64, [(&'static str, i64); 5]);

/// The events of each hour of a day that is over: those after ads, and the visits that come without any. A pixel counts what happens
/// when it happens, so an hour that is over never changes: it is taken from the day as it will be known in the end.
pub(crate) fn hours_of(a: &Account, day: i32, now: i64) -> Vec<Hour> {
    let frame = Frame::new(a, day, a.calendar.start(day) + (RESTATED_DAYS + 1) * 86_400).unhindered();
    let mut delivery = Delivery::default();
    let mut sum = Tally::ZERO;
    for campaign in &a.campaigns {
        delivery.fill(a, campaign, &frame, true);
        delivery.ads.iter().for_each(|d| sum.add_linear(&d.linear));
        delivery.conversions.iter().for_each(|c| sum.add_conversion(c));
    }
    let effects = incident::effects(&a.incidents, day);
    let start = a.calendar.start(day);
    let length = a.calendar.start(day + 1) - start;
    // Two visits in three come by other ways than ads. What the tag misses or counts twice, it does at every step alike.
    let scale = 3.0 * effects.tracking;
    let results: i64 = [PURCHASE_WEB, LEAD_WEB].iter().map(|kind| sum.counts[*kind][1] + sum.counts[*kind][3]).sum();
    let funnel = |event: usize| sum.linear[FUNNEL + event * WINDOWS + 1];
    let dice = Chance::new(a.pixel.id).on(tag("stats")).at(i64::from(day));
    let mut hours = Vec::new();
    for hour in 0..24_i64 {
        let at = start + length * hour / 24;
        let end = start + length * (hour + 1) / 24;
        if end > now {
            break;
        }
        let place = usize::try_from(hour).unwrap_or(0);
        let share = frame.hours[place + 1] - frame.hours[place];
        let dice = dice.at(hour);
        let draw = |n: f64, what: u64| dice.on(what).count(n * share);
        hours.push((
            stamp(at).as_second(),
            [
                ("PageView", draw(sum.linear[LANDINGS] as f64 * 2.4 * scale, 1)),
                ("ViewContent", draw(funnel(0) as f64 * scale, 2)),
                ("AddToCart", draw(funnel(1) as f64 * scale, 3)),
                ("InitiateCheckout", draw(funnel(2) as f64 * scale, 4)),
                (result(a), draw(results as f64 * 2.2 * effects.tracking * effects.results, 5)),
            ],
        ));
    }
    hours
}
