//! When people buy after an ad and when the platform gets to know: the reason why history is restated for 28 days.

use super::{
    chance::{Chance, tag, whole},
    measure::{Conversion, Credit, LEAD_FORM, LEAD_WEB, PURCHASE_SHOP, PURCHASE_WEB},
};

/// Days after which a day's figures no longer change.
pub(crate) const RESTATED_DAYS: i64 = 28;

const DAY: f64 = 86_400.0;

/// What decides the conversions of one ad on one day.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) chance: Chance,
    /// How many there will be in the end if the whole day is delivered.
    pub(crate) expected: f64,
    pub(crate) commerce: bool,
    /// Mean value in minor units.
    pub(crate) order_value: f64,
    /// Part of web conversions that the pixel sees (above 1: seen more than once).
    pub(crate) tracking: f64,
    /// First and last second of the day.
    pub(crate) day: (i64, i64),
    /// Share of the day delivered before each hour.
    pub(crate) hours: &'a [f64; 25],
    /// The delivered part of the day.
    pub(crate) delivered: (f64, f64),
    pub(crate) now: i64,
}

impl Source<'_> {
    /// Appends what is known at `now`.
    pub(crate) fn draw(&self, into: &mut Vec<Conversion>) {
        let all = self.chance.on(tag("how many")).count(self.expected);
        let last_word = self.day.0 + RESTATED_DAYS * 86_400 - 3_600;
        let settled = self.now >= last_word;
        for i in 0..all {
            let dice = self.chance.at(i);
            let spot = dice.on(1).unit();
            if spot < self.delivered.0 || spot >= self.delivered.1 {
                continue;
            }
            let (credit, lag) = journey(dice);
            let won = reached(self.hours, self.day, spot);
            if !settled {
                let delay =
                    if dice.on(2).whether(0.88) { dice.on(3).between(0.0, 7_200.0) } else { dice.on(3).exponential(5.0 * DAY) };
                let known = (won + whole(lag + delay)).min(last_word);
                if known > self.now {
                    continue;
                }
            }
            let on_platform = dice.on(4).whether(if self.commerce { 0.06 } else { 0.38 });
            let mut times = 1;
            if !on_platform {
                if self.tracking > 1.0 {
                    times = 2;
                } else if !dice.on(5).whether(self.tracking) {
                    continue;
                }
            }
            let kind = match (self.commerce, on_platform) {
                (true, false) => PURCHASE_WEB,
                (true, true) => PURCHASE_SHOP,
                (false, false) => LEAD_WEB,
                (false, true) => LEAD_FORM,
            };
            let value = whole(self.order_value * dice.on(6).factor(0.45) * 0.904).max(1);
            let lag = whole(lag);
            into.push(Conversion { kind, credit, value, times, spot, part: dice.on(7).unit(), lag, at: won + lag });
        }
    }
}

/// When a share of a day's delivery was reached.
pub(crate) fn reached(hours: &[f64; 25], (start, end): (i64, i64), share: f64) -> i64 {
    let hour = hours.partition_point(|before| *before <= share).clamp(1, 24);
    let (before, after) = (hours[hour - 1], hours[hour]);
    let through = (hour - 1) as f64 + (share - before) / (after - before).max(1e-9);
    start + whole((end - start) as f64 * through / 24.0)
}

/// What credit a conversion gets and how many seconds after the ad it happened.
fn journey(dice: Chance) -> (Credit, f64) {
    let kind = dice.on(8).unit();
    let wait = dice.on(9);
    if kind < 0.13 {
        return (Credit::ViewOneDay, wait.between(0.0, DAY));
    }
    let lag = if kind < 0.66 {
        wait.exponential(0.06 * DAY)
    } else if kind < 0.88 {
        wait.exponential(1.8 * DAY)
    } else {
        wait.exponential(7.0 * DAY)
    };
    if lag <= DAY {
        (Credit::ClickOneDay, lag)
    } else if lag <= 7.0 * DAY {
        (Credit::ClickSevenDays, lag)
    } else {
        (Credit::ClickTwentyEightDays, lag.min(27.0 * DAY))
    }
}

/// How much of an upper-funnel event's final count is known so many seconds after its day ended: grows, and stops with the 28th day.
pub(crate) fn known_share(seconds_since_day_began: i64) -> f64 {
    let days = seconds_since_day_began as f64 / DAY;
    if days >= RESTATED_DAYS as f64 - 1.0 { 1.0 } else { 1.0 - 0.11 * (-days / 3.0).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known_at(now: i64) -> usize {
        let hours: [f64; 25] = std::array::from_fn(|i| i as f64 / 24.0);
        let source = Source {
            chance: Chance::new(5),
            expected: 400.0,
            commerce: true,
            order_value: 5_000.0,
            tracking: 1.0,
            day: (0, 86_400),
            hours: &hours,
            delivered: (0.0, 1.0),
            now,
        };
        let mut known = Vec::new();
        source.draw(&mut known);
        known.len()
    }

    #[test]
    fn history_grows_for_28_days_and_then_rests() {
        let day = 86_400;
        let growth: Vec<_> = (1..=40).map(|d| known_at(d * day)).collect();
        assert!(growth.is_sorted());
        assert!(growth[0] * 100 > growth[39] * 40 && growth[0] * 100 < growth[39] * 90, "{growth:?}");
        assert_eq!(growth[27], growth[39]);
        assert!(growth[13] < growth[27], "something is still to come after two weeks: {growth:?}");
        assert!((known_share(27 * day) - 1.0).abs() < f64::EPSILON && known_share(day) < 0.95);
    }
}
