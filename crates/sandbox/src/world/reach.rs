//! How many people saw it: not a sum.
//!
//! Impressions fall on an audience at random, so an audience of A people shown I impressions has A·(1 − e^(−I/A)) of them reached.
//! Ads of one ad set share its audience; audiences of different ad sets overlap. So reach grows ever slower over days, and the reach of
//! a campaign lies between its largest ad set's and their sum.

use super::chance::whole;

/// Part of a smaller audience that also is in the largest one.
const OVERLAP: f64 = 0.3;

/// People reached of one audience.
pub(crate) fn of_audience(impressions: i64, audience: f64) -> f64 {
    let shown = impressions as f64;
    if impressions == 0 { 0.0 } else { (audience * (1.0 - (-shown / audience).exp())).clamp(1.0, shown) }
}

/// Several audiences taken together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Union {
    sum: f64,
    largest: f64,
}

impl Union {
    pub(crate) const NOBODY: Self = Self { sum: 0.0, largest: 0.0 };

    pub(crate) fn add(&mut self, reach: f64) {
        self.sum += reach;
        self.largest = self.largest.max(reach);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.sum += other.sum;
        self.largest = self.largest.max(other.largest);
    }

    /// People, between the largest audience's reach and the sum.
    pub(crate) fn people(self) -> i64 {
        whole(self.largest + (self.sum - self.largest) * (1.0 - OVERLAP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_is_less_than_its_parts_and_more_than_any() {
        let one = of_audience(5_000, 20_000.0);
        assert!(of_audience(10_000, 20_000.0) < 2.0 * one);
        assert!(of_audience(3, 20_000.0) <= 3.0);
        let mut both = Union::NOBODY;
        both.add(one);
        both.add(900.0);
        assert!(both.people() > whole(one) && both.people() < whole(one) + 900);
        let mut merged = Union::NOBODY;
        merged.merge(both);
        assert_eq!(merged.people(), both.people());
    }
}
