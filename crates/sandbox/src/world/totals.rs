//! What an account's days come to, all campaigns together: the truth that a platform's own totals are held against.

use super::{
    account::Account,
    calendar,
    delivery::{Delivery, Frame},
    incident,
    measure::{CLICKS, IMPRESSIONS, LINEAR, SPEND},
};
use serde::Serialize;
use trimtab_domain::{Day, DayRange, money::decimal};

/// One day of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayTotals {
    /// The day, in the account's zone.
    pub date: Day,
    /// Spend as a decimal in the account's currency.
    pub spend: String,
    /// Times shown.
    pub impressions: i64,
    /// All clicks.
    pub clicks: i64,
}

/// The days of a range on which anything was delivered, as known at an instant.
pub(crate) fn of(account: &Account, days: DayRange, now: i64) -> Vec<DayTotals> {
    let mut delivery = Delivery::default();
    let day = |date: Day| {
        let frame = Frame::new(account, calendar::number(date), now);
        let mut sum = [0; LINEAR];
        for campaign in &account.campaigns {
            delivery.fill(account, campaign, &frame, false);
            for ad in &delivery.ads {
                sum.iter_mut().zip(&ad.linear).for_each(|(sum, part)| *sum += part);
            }
        }
        sum[SPEND] += incident::withdrawn(account, frame.day);
        let micros = sum[SPEND] * (1_000_000 / account.offset);
        let told = DayTotals { date, spend: decimal(micros), impressions: sum[IMPRESSIONS], clicks: sum[CLICKS] };
        (told.impressions > 0).then_some(told)
    };
    days.days().filter_map(day).collect()
}
