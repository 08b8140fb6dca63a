//! Demand and auction prices of one account, day by day: trend, season, weekday, weather-like swings, holidays.

use super::{
    calendar,
    catalog::Industry,
    chance::{Chance, tag},
};
use std::f64::consts::TAU;

/// The conditions an account advertises in.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    pub(crate) chance: Chance,
    pub(crate) industry: &'static Industry,
    /// Growth of demand per year (0.2 = +20 %).
    pub(crate) growth: f64,
    /// The day growth is counted from.
    pub(crate) anchor: i32,
    /// Base price of a thousand impressions in minor units.
    pub(crate) cpm: f64,
    /// Link clicks per impression.
    pub(crate) ctr: f64,
    /// Mean value of an order in minor units.
    pub(crate) order_value: f64,
}

/// Factors of one day, all around 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayFactors {
    pub(crate) demand: f64,
    pub(crate) price: f64,
    pub(crate) ctr: f64,
    pub(crate) pace: f64,
    pub(crate) basket: f64,
}

impl Market {
    pub(crate) fn day(&self, day: i32) -> DayFactors {
        let dice = self.chance.on(tag("day")).at(i64::from(day));
        let date = calendar::day(day);
        let weekday = calendar::weekday(day);
        let weekend = if weekday >= 5 { self.industry.weekend } else { (7.0 - 2.0 * self.industry.weekend) / 5.0 };
        let trend = (self.growth * f64::from(day - self.anchor) / 365.25).exp();
        let (sale, auction) = holiday(date.month(), date.day(), weekday);
        let month = self.season(date);
        DayFactors {
            demand: trend * month * weekend * sale * self.swing(day, "demand", 0.07) * dice.on(tag("demand")).factor(0.05),
            price: auction * month.powf(0.35) * self.swing(day, "price", 0.06) * dice.on(tag("price")).factor(0.035),
            ctr: (0.6 + 0.4 * weekend) * self.swing(day, "ctr", 0.04) * dice.on(tag("ctr")).factor(0.02),
            pace: (0.75 + 0.25 * weekend).min(1.06) * dice.on(tag("pace")).factor(0.015),
            basket: sale.powf(0.15) * dice.on(tag("basket")).factor(0.03),
        }
    }

    /// The month's factor, blended from the middle of one month to the middle of the next.
    fn season(&self, date: jiff::civil::Date) -> f64 {
        let month = usize::try_from(date.month() - 1).unwrap_or(0);
        let through = (f64::from(date.day()) - 15.5) / 30.5;
        let other = if through < 0.0 { (month + 11) % 12 } else { (month + 1) % 12 };
        let weight = through.abs();
        self.industry.months[month] * (1.0 - weight) + self.industry.months[other] * weight
    }

    /// Slow swings of some weeks: three sines of fixed periods and drawn phases.
    fn swing(&self, day: i32, what: &str, size: f64) -> f64 {
        let dice = self.chance.on(tag("swing")).on(tag(what));
        let wave: f64 = [(11.0, 0.5), (29.0, 0.8), (67.0, 1.0)]
            .iter()
            .enumerate()
            .map(|(i, (period, weight))| weight * (TAU * (f64::from(day) / period + dice.on(i as u64).unit())).sin())
            .sum();
        (size * wave / 1.4).exp()
    }

    /// How the day's delivery is spread: the share delivered before each hour, from 0 to 1.
    pub(crate) fn hours(&self, day: i32) -> [f64; 25] {
        let dice = self.chance.on(tag("hours")).at(i64::from(day));
        let late = if calendar::weekday(day) >= 5 { 1.3 } else { 0.0 };
        let mut shares = [0.0; 25];
        let mut sum = 0.0;
        for hour in 0..24_u32 {
            let h = f64::from(hour);
            let bump = |at: f64, width: f64| (-((h - at) / width).powi(2)).exp();
            let peak = self.industry.peak_hour + late;
            let weight = 0.12 + 0.9 * bump(peak, 3.2) + 0.55 * bump(13.0 + late, 3.5) + 0.35 * bump(20.5, 2.6);
            sum += weight * dice.on(u64::from(hour)).factor(0.08);
            shares[hour as usize + 1] = sum;
        }
        for share in &mut shares {
            *share /= sum;
        }
        shares[24] = 1.0;
        shares
    }
}

/// Whether a day is one of those weeks in which demand and prices leap from one day to the next.
pub(super) fn leaps(day: i32) -> bool {
    let date = calendar::day(day);
    matches!((date.month(), date.day()), (11, 20..) | (12, 1..=3 | 20..) | (1, ..=6))
}

/// How much more is bought and how much dearer the auction is around the retail year's dates.
fn holiday(month: i8, day: i8, weekday: usize) -> (f64, f64) {
    match (month, day) {
        // Black Friday falls on 23 to 29 November; the Monday after belongs to it.
        (11, 23..=29) if weekday == 4 => (2.3, 1.7),
        (11, 24..=30) if weekday >= 5 => (1.7, 1.5),
        (11, 26..=30) | (12, 1..=2) if weekday == 0 => (1.9, 1.55),
        (11, 20..=29) => (1.2, 1.3),
        (12, 3..=19) => (1.15, 1.22),
        (12, 20..=26) => (0.8, 0.95),
        (12, 27..=31) | (1, 1..=6) => (0.95, 0.8),
        (2, 8..=13) => (1.06, 1.04),
        _ => (1.0, 1.0),
    }
}
