//! The creatives that an automated ad tries in turn, and which part of the ad's figures each of them had.
//!
//! Invariant: the parts of an ad's creatives add up to the ad exactly, whatever else it is split by.

use super::{
    account::Ad,
    chance::{Chance, tag},
    measure::{Conversion, IMPRESSIONS, Linear, boundary, stretch},
};

/// Most creatives of one ad.
pub(crate) const VARIANTS_MAX: usize = 3;

/// The ids of an ad's creatives, at least two.
pub(crate) fn ids(ad: &Ad) -> Vec<u64> {
    let count = 2 + Chance::new(ad.creative).on(tag("variants")).below(VARIANTS_MAX - 1);
    (0..count as u64).map(|i| ad.creative * 10 + i).collect()
}

/// How the creatives of an ad share what it delivers.
#[derive(Debug)]
pub(crate) struct Shares {
    dice: Chance,
    /// Where each creative's share begins, from 0; the last ends at 1.
    begins: Vec<f64>,
}

impl Shares {
    pub(crate) fn of(ad: &Ad) -> Self {
        let dice = Chance::new(ad.creative).on(tag("shares"));
        let weights: Vec<f64> = (0..ids(ad).len()).map(|i| dice.on(i as u64).factor(0.6)).collect();
        let sum: f64 = weights.iter().sum();
        let mut begin = 0.0;
        let begins = weights
            .iter()
            .map(|w| {
                let own = begin;
                begin += w / sum;
                own
            })
            .collect();
        Self { dice, begins }
    }

    pub(crate) fn len(&self) -> usize {
        self.begins.len()
    }

    /// One creative's part of some figures of the ad.
    pub(crate) fn part(&self, whole: &Linear, variant: usize) -> Linear {
        let all = whole[IMPRESSIONS];
        let shift = self.dice.on(tag("shift")).at(all).unit();
        let edge = |i: usize| match self.begins.get(i) {
            Some(share) if i > 0 => boundary(all, *share, shift),
            Some(_) => 0,
            None => all,
        };
        stretch(whole, edge(variant), edge(variant + 1))
    }

    /// The creative that won a conversion.
    pub(crate) fn winner(&self, conversion: &Conversion) -> usize {
        let dice = self.dice.on(conversion.part.to_bits()).on(conversion.spot.to_bits()).unit();
        self.begins.partition_point(|begin| *begin <= dice).max(1) - 1
    }
}
