//! Whether an ad set is still learning: results since its last significant edit, against what ends the phase.

use super::{
    account::Account,
    delivery::{self, Delivery, Frame},
    fatigue::{LEARNING_DAYS, LEARNING_RESULTS},
};

/// The learning phase of an ad set that delivers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Learning {
    pub(crate) status: &'static str,
    pub(crate) results: i64,
    pub(crate) since: i64,
}

/// `None` for an ad set that does not deliver.
pub(crate) fn of(account: &Account, ad_set: usize, now: i64) -> Option<Learning> {
    let s = &account.ad_sets[ad_set];
    if !s.object.live.covers(now) {
        return None;
    }
    let since = *s.last_significant_edit.at(now);
    let first = account.calendar.day_of(since);
    let last = delivery::today(account, now).min(first + i32::try_from(LEARNING_DAYS).unwrap_or(7));
    let mut day = Delivery::default();
    let mut results = 0;
    for number in first..=last {
        day.fill(account, &account.campaigns[s.campaign], &Frame::new(account, number, now), true);
        for ad in day.ads.iter().filter(|a| s.ads.contains(&a.ad)) {
            results += day.conversions[ad.conversions.clone()].iter().map(|c| c.times).sum::<i64>();
        }
    }
    let status = if results as f64 >= LEARNING_RESULTS {
        "SUCCESS"
    } else if now - since < LEARNING_DAYS * 86_400 {
        "LEARNING"
    } else {
        "FAIL"
    };
    Some(Learning { status, results, since })
}
