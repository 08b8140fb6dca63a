//! Cuts an ad's day along its impressions, as often as wanted: by hour, then by keyword, then by device.
//!
//! Invariant: the pieces of a cut add up to what was cut, figure by figure and conversion by conversion. The shares decide the order of
//! magnitude, never the sum.

use super::{
    chance::{Chance, whole},
    delivery::{AdDay, Delivery, Frame},
    measure::{Conversion, IMPRESSIONS, Linear, Tally, boundary, stretch},
};

/// An ad's day or a part of it.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) linear: Linear,
    pub(crate) conversions: Vec<Conversion>,
}

impl Piece {
    /// The whole day.
    pub(crate) fn whole(delivery: &Delivery, day: &AdDay) -> Self {
        Self { linear: day.linear, conversions: delivery.conversions[day.conversions.clone()].to_vec() }
    }

    /// The day by hour, as it was planned, so that an hour once delivered never changes.
    pub(crate) fn hours(delivery: &Delivery, day: &AdDay, frame: &Frame) -> Vec<Self> {
        let mut hours = vec![Self { linear: Tally::ZERO.linear, conversions: Vec::new() }; 24];
        for s in &delivery.stretches[day.stretches.clone()] {
            let edge = |share: f64| if share <= 0.0 { 0 } else { boundary(s.plan[IMPRESSIONS], share, s.shift) };
            for (hour, piece) in hours.iter_mut().enumerate() {
                let (from, to) = (frame.hours[hour].clamp(s.from, s.to), frame.hours[hour + 1].clamp(s.from, s.to));
                let part = stretch(&s.plan, edge(from), edge(to));
                piece.linear.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            }
        }
        for conversion in &delivery.conversions[day.conversions.clone()] {
            let hour = frame.hours.partition_point(|share| *share <= conversion.spot).clamp(1, 24) - 1;
            hours[hour].conversions.push(*conversion);
        }
        hours
    }

    /// Cuts into as many pieces as there are shares. `dice` stands for what is cut and by what.
    pub(crate) fn cut(self, shares: &[f64], dice: Chance) -> Vec<Self> {
        if shares.len() <= 1 {
            return vec![self];
        }
        let all = self.linear[IMPRESSIONS];
        let weights: Vec<f64> = shares.iter().enumerate().map(|(i, s)| s * dice.on(i as u64).factor(0.08)).collect();
        let total: f64 = weights.iter().sum();
        let last = weights.iter().rposition(|w| *w > 0.0).unwrap_or(0);
        let shift = dice.unit();
        let (mut sum, mut from) = (0.0, 0);
        let mut edges = Vec::with_capacity(shares.len());
        let mut pieces = Vec::with_capacity(shares.len());
        for (i, weight) in weights.iter().enumerate() {
            sum += weight;
            let to = if i >= last {
                all
            } else if *weight == 0.0 {
                from
            } else {
                boundary(all, sum / total, shift).max(from)
            };
            pieces.push(Self { linear: stretch(&self.linear, from, to), conversions: Vec::new() });
            edges.push(to);
            from = to;
        }
        let largest = weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |w| w.0);
        for conversion in self.conversions {
            let spot = dice.on(conversion.part.to_bits()).unit();
            let at = whole(spot * all as f64).min(all - 1);
            let place = if all == 0 { largest } else { edges.partition_point(|edge| *edge <= at).min(last) };
            pieces[place].conversions.push(conversion);
        }
        pieces
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.linear[IMPRESSIONS] == 0 && self.conversions.is_empty()
    }

    pub(crate) fn add_to(&self, tally: &mut Tally) {
        tally.add_linear(&self.linear);
        self.conversions.iter().for_each(|c| tally.add_conversion(c));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::measure::{CLICKS, Credit, SPEND};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_add_up(
            shown in 0_i64..100_000, spend in 0_i64..1_000_000, shares in prop::collection::vec(0.0..1.0_f64, 2..20),
            bought in prop::collection::vec(0.0..1.0_f64, 0..20), seed in 0_u64..1_000,
        ) {
            let mut linear = Tally::ZERO.linear;
            (linear[IMPRESSIONS], linear[CLICKS], linear[SPEND]) = (shown, shown / 9, if shown == 0 { 0 } else { spend });
            let conversion = |part: &f64| {
                Conversion { kind: 0, credit: Credit::ClickOneDay, value: 7, times: 1, spot: *part, part: *part, lag: 60, at: 0 }
            };
            let piece = Piece { linear, conversions: bought.iter().map(conversion).collect() };
            let (mut before, mut after) = (Tally::ZERO, Tally::ZERO);
            piece.add_to(&mut before);
            let dice = Chance::new(seed);
            for part in piece.cut(&shares, dice) {
                for smaller in part.cut(&[0.5, 0.2, 0.3], dice.on(1)) {
                    prop_assert!(smaller.linear[CLICKS] <= smaller.linear[IMPRESSIONS]);
                    smaller.add_to(&mut after);
                }
            }
            prop_assert_eq!(before, after);
        }
    }
}
