//! How late an account's conversions come in, learnt from what its days showed at each age.

use crate::series;
use trimtab_analysis::{
    forecast::{Completion, Restated},
    outlook::Lags,
};
use trimtab_store::DaySeries;

/// Conversions that days followed to their end must have had before their shares tell something.
const CONVERSIONS_LEAST: f64 = 100.0;

/// What was learnt.
#[derive(Debug, Clone, Default)]
pub(super) struct Lag {
    pub(super) lags: Lags,
    /// The share of a day's conversions that is in by whole days after its end: that of yesterday first.
    pub(super) arrived: Option<Vec<f64>>,
}

impl Lag {
    /// Learns it from the days kept of an account. After `look_back` days its platform restates nothing.
    pub(super) fn of(kept: &[DaySeries], look_back: u16) -> Self {
        // What is put right are days that are over: a day's age is counted from the morning after it.
        let Some(window) = usize::from(look_back).checked_sub(1) else { return Self::default() };
        let of = |line: &str| -> Vec<Restated> { kept.iter().map(|of| after_its_end(restated(of, line))).collect() };
        let learnt = |days: &[Restated]| Completion::learn(days, window).ok();
        let conversions = of(series::CONVERSIONS);
        let came: f64 =
            conversions.iter().filter_map(|day| day.seen.last().filter(|(age, _)| *age >= window)).map(|(_, v)| v).sum();
        if came < CONVERSIONS_LEAST {
            return Self::default();
        }
        let lags = Lags { conversions: learnt(&conversions), revenue: learnt(&of(series::REVENUE)) };
        let arrived = lags.conversions.as_ref().map(|known| (0..=window).map(|age| known.share(age)).collect());
        Self { lags, arrived }
    }

    /// What analyses that rest on it are made anew by.
    pub(super) fn inputs(&self) -> String {
        format!("{:?}", self.lags)
    }
}

/// What a figure of a day was at the ages it was read at, 0 being the day itself.
pub(super) fn restated(of: &DaySeries, figure: &str) -> Restated {
    let line = |name: &str| of.lines.get(name).map(Vec::as_slice).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ages in days, kept as whole numbers of no sign")]
    let seen = line(series::AGES).iter().zip(line(figure)).map(|(age, seen)| (*age as usize, *seen)).collect();
    Restated { seen }
}

fn after_its_end(day: Restated) -> Restated {
    Restated { seen: day.seen.into_iter().filter_map(|(age, seen)| Some((age.checked_sub(1)?, seen))).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use std::collections::BTreeMap;
    use trimtab_domain::day::parse_day;

    /// Days of which a fifth is in at noon of the day, half the morning after, four fifths after two days, all after three.
    fn kept(days: i64, conversions: f64) -> Vec<DaySeries> {
        let day = |n: i64| {
            let shares = [0.2, 0.5, 0.8, 1.0];
            let line = |last: f64| shares.iter().map(|share| share * last).collect::<Vec<f64>>();
            DaySeries {
                day: parse_day("2026-09-01").unwrap().saturating_add(n.days()),
                read_at: "2026-11-01T10:00:00Z".parse().unwrap(),
                lines: BTreeMap::from([
                    (series::AGES.to_owned(), vec![0.0, 1.0, 2.0, 3.0]),
                    (series::CONVERSIONS.to_owned(), line(conversions)),
                    (series::REVENUE.to_owned(), line(conversions * 40.0)),
                ]),
            }
        };
        (0..days).map(day).collect()
    }

    #[test]
    fn a_day_that_is_over_is_as_far_in_as_it_was_the_morning_after() {
        let lag = Lag::of(&kept(20, 10.0), 3);
        assert_eq!(lag.arrived, Some(vec![0.5, 0.8, 1.0]));
        let revenue = lag.lags.revenue.expect("learnt");
        let tail = revenue.correct_tail(&[Some(400.0), Some(400.0), Some(320.0), Some(200.0)], 0);
        assert!(tail.iter().all(|day| day.is_some_and(|value| (value - 400.0).abs() < 1e-9)), "{tail:?}");
    }

    #[test]
    fn too_few_days_or_conversions_teach_nothing() {
        for (days, conversions) in [(6, 100.0), (20, 4.0), (0, 0.0)] {
            let lag = Lag::of(&kept(days, conversions), 3);
            assert!(lag.lags.conversions.is_none() && lag.arrived.is_none(), "{days} {conversions}");
        }
        assert!(Lag::of(&kept(20, 10.0), 0).arrived.is_none());
        // Days that were not followed to their end.
        assert!(Lag::of(&kept(20, 10.0), 7).arrived.is_none());
    }
}
