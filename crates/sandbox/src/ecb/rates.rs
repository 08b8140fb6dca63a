//! A currency's rate on a day: its level, and about it a wander whose steps of a day, a week or a year are as large as those of a random
//! walk. It is a sum of slow and quick waves of chance, so that any day can be told without the days before it. No real rate is copied.

use super::{currencies::Quoted, days::FIRST};
use crate::world::{
    calendar::number,
    chance::{Chance, tag},
};
use trimtab_domain::Day;

/// From when on the present levels hold.
pub(crate) const SETTLED: Day = jiff::civil::date(2026, 1, 1);
/// Waves of 1, 2, 4 … days; the slowest takes almost three years.
const WAVES: u32 = 10;

/// The rates of one world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    chance: Chance,
}

impl Rates {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { chance: Chance::new(seed).on(tag("exchange rates")) }
    }

    /// Units of a currency per euro on a day, as the bank writes it: without zeros at the end.
    pub(crate) fn text(self, of: &Quoted, day: i32) -> String {
        let text = format!("{:.*}", of.digits, self.rate(of, day));
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }

    fn rate(self, of: &Quoted, day: i32) -> f64 {
        let (from, to) = (number(FIRST), number(SETTLED));
        let way = f64::from((day - from).clamp(0, to - from)) / f64::from(to - from);
        let level = of.then * (of.now / of.then).powf(way);
        level * (of.moves * self.wander(of, day)).exp()
    }

    /// Steps of a day have a deviation of about 1, and the whole never leaves ± 40.
    fn wander(self, of: &Quoted, day: i32) -> f64 {
        let own = self.chance.on(tag(of.code));
        let wave = |k: u32| {
            let (width, dice) = (1_i32 << k, own.on(u64::from(k)));
            let place = day.div_euclid(width);
            let between = f64::from(day.rem_euclid(width)) / f64::from(width);
            let (left, right) = (dice.at(i64::from(place)).normal(), dice.at(i64::from(place) + 1).normal());
            (left + (right - left) * between) * f64::from(width).sqrt()
        };
        // Each wave adds to the steps of a day; together they come to the deviation of one.
        0.4 * (0..=WAVES).map(wave).sum::<f64>().clamp(-100.0, 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecb::currencies::CURRENCIES;

    #[test]
    fn rates_wander_about_believable_levels() {
        let rates = Rates::new(3);
        let end = number(jiff::civil::date(2026, 11, 20));
        for of in &CURRENCIES {
            let steps: Vec<f64> = (end - 2_000..end).map(|d| (rates.rate(of, d + 1) / rates.rate(of, d)).ln()).collect();
            let deviation = (steps.iter().map(|s| s * s).sum::<f64>() / steps.len() as f64).sqrt();
            assert!((of.moves * 0.4..=of.moves * 1.6 + 0.001).contains(&deviation), "{}: {deviation}", of.code);
            let last = rates.rate(of, end);
            assert!((of.now * 0.7..of.now * 1.4).contains(&last), "{}: {last}", of.code);
        }
        let usd = |d| rates.text(&CURRENCIES[0], d);
        assert_ne!(usd(end), usd(end - 1));
        assert_ne!(usd(end), Rates::new(4).text(&CURRENCIES[0], end));
        assert!(CURRENCIES.iter().all(|c| !rates.text(c, end).ends_with(".0")));
    }
}
