//! The figures an ad collects and how they add up.
//!
//! Invariant: everything is a whole number (money in minor units), and sums are made by adding these numbers, never by estimating the
//! total apart. So every level, every breakdown and every hour agrees with every other to the cent.

/// Figures that lie along a day's impressions: any part of the day or of the audience has its exact share.
pub(crate) const LINEAR: usize = 27;
pub(crate) type Linear = [i64; LINEAR];

pub(crate) const IMPRESSIONS: usize = 0;
pub(crate) const SPEND: usize = 1;
pub(crate) const CLICKS: usize = 2;
pub(crate) const LINK_CLICKS: usize = 3;
pub(crate) const LANDINGS: usize = 4;
pub(crate) const REACTIONS: usize = 5;
pub(crate) const ENGAGEMENTS: usize = 6;
pub(crate) const VIDEO_PLAYS: usize = 7;
pub(crate) const VIDEO_VIEWS: usize = 8;
pub(crate) const THRUPLAYS: usize = 9;
pub(crate) const QUARTILES: usize = 10;
/// View content, add to cart, initiate checkout: each by [`WINDOWS`].
pub(crate) const FUNNEL: usize = 15;

/// 1-day click, 7-day click, 28-day click, 1-day view; the click windows contain one another.
pub(crate) const WINDOWS: usize = 4;

/// Results counted one by one, each kind by window.
pub(crate) const KINDS: usize = 4;
pub(crate) const PURCHASE_WEB: usize = 0;
pub(crate) const PURCHASE_SHOP: usize = 1;
pub(crate) const LEAD_WEB: usize = 2;
pub(crate) const LEAD_FORM: usize = 3;

/// How a conversion came about; decides in which windows it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credit {
    ClickOneDay,
    ClickSevenDays,
    ClickTwentyEightDays,
    ViewOneDay,
}

impl Credit {
    pub(crate) const fn counts(self) -> [bool; WINDOWS] {
        match self {
            Self::ClickOneDay => [true, true, true, false],
            Self::ClickSevenDays => [false, true, true, false],
            Self::ClickTwentyEightDays => [false, false, true, false],
            Self::ViewOneDay => [false, false, false, true],
        }
    }
}

/// One purchase or lead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conversion {
    pub(crate) kind: usize,
    pub(crate) credit: Credit,
    /// Value in minor units.
    pub(crate) value: i64,
    /// 2 while a doubled tag counts it twice.
    pub(crate) times: i64,
    /// Where along the day's delivery it was won, from 0 to 1.
    pub(crate) spot: f64,
    /// Decides which part of a breakdown it falls into, from 0 to 1.
    pub(crate) part: f64,
    /// Seconds from the ad to it.
    pub(crate) lag: i64,
    /// When it happened (Unix seconds).
    pub(crate) at: i64,
}

/// A sum of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) linear: Linear,
    pub(crate) counts: [[i64; WINDOWS]; KINDS],
    pub(crate) values: [[i64; WINDOWS]; KINDS],
}

impl Tally {
    pub(crate) const ZERO: Self = Self { linear: [0; LINEAR], counts: [[0; WINDOWS]; KINDS], values: [[0; WINDOWS]; KINDS] };

    pub(crate) fn add_linear(&mut self, other: &Linear) {
        for (sum, part) in self.linear.iter_mut().zip(other) {
            *sum += part;
        }
    }

    pub(crate) fn add_conversion(&mut self, conversion: &Conversion) {
        for (window, counted) in conversion.credit.counts().into_iter().enumerate() {
            if counted {
                self.counts[conversion.kind][window] += conversion.times;
                self.values[conversion.kind][window] += conversion.value * conversion.times;
            }
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.add_linear(&other.linear);
        for kind in 0..KINDS {
            for window in 0..WINDOWS {
                self.counts[kind][window] += other.counts[kind][window];
                self.values[kind][window] += other.values[kind][window];
            }
        }
    }

    pub(crate) const fn impressions(&self) -> i64 {
        self.linear[IMPRESSIONS]
    }
}

/// Each figure with the one it is a part of, parents first. A link click is a click, a landing is a link click, a 1-day conversion is
/// a 7-day conversion: what holds of a whole then holds of every stretch of it.
const PART_OF: [(usize, usize); LINEAR - 1] = [
    (SPEND, IMPRESSIONS),
    (CLICKS, IMPRESSIONS),
    (LINK_CLICKS, CLICKS),
    (LANDINGS, LINK_CLICKS),
    (REACTIONS, IMPRESSIONS),
    (ENGAGEMENTS, IMPRESSIONS),
    (VIDEO_PLAYS, IMPRESSIONS),
    (VIDEO_VIEWS, VIDEO_PLAYS),
    (THRUPLAYS, VIDEO_VIEWS),
    (QUARTILES, VIDEO_VIEWS),
    (QUARTILES + 1, QUARTILES),
    (QUARTILES + 2, QUARTILES + 1),
    (QUARTILES + 3, QUARTILES + 2),
    (QUARTILES + 4, QUARTILES + 3),
    (FUNNEL + 2, IMPRESSIONS),
    (FUNNEL + 1, FUNNEL + 2),
    (FUNNEL, FUNNEL + 1),
    (FUNNEL + 3, IMPRESSIONS),
    (FUNNEL + 6, IMPRESSIONS),
    (FUNNEL + 5, FUNNEL + 6),
    (FUNNEL + 4, FUNNEL + 5),
    (FUNNEL + 7, IMPRESSIONS),
    (FUNNEL + 10, IMPRESSIONS),
    (FUNNEL + 9, FUNNEL + 10),
    (FUNNEL + 8, FUNNEL + 9),
    (FUNNEL + 11, IMPRESSIONS),
];

/// The figures of the first `shown` impressions of a whole.
fn first(whole: &Linear, shown: i64) -> Linear {
    let mut part = [0; LINEAR];
    part[IMPRESSIONS] = shown;
    for (figure, parent) in PART_OF {
        if whole[figure] != 0 {
            part[figure] = whole[figure] * part[parent] / whole[parent];
        }
    }
    part
}

/// The figures of impressions `from..to` of a whole of `whole[IMPRESSIONS]`. Adjacent stretches add up to the whole exactly.
pub(crate) fn stretch(whole: &Linear, from: i64, to: i64) -> Linear {
    if to <= from {
        return [0; LINEAR];
    }
    let mut part = if to == whole[IMPRESSIONS] { *whole } else { first(whole, to) };
    if from > 0 {
        part.iter_mut().zip(first(whole, from)).for_each(|(part, before)| *part -= before);
    }
    part
}

/// Where a share of 0 to 1 lies among `all` impressions. `shift` in [0, 1) decides the rounding, the same for every share of one whole;
/// 0 maps to 0 and 1 to `all`.
pub(crate) fn boundary(all: i64, share: f64, shift: f64) -> i64 {
    if share >= 1.0 {
        return all;
    }
    super::chance::whole(all as f64 * share + shift).clamp(0, all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn stretches_add_up_and_stay_plausible(
            all in 1_i64..2_000_000, clicks in 0_i64..50_000, spend in 0_i64..9_000_000_000, cuts in prop::collection::vec(0.0..1.0_f64, 0..30), shift in 0.0..1.0_f64,
        ) {
            let mut whole = [0; LINEAR];
            (whole[IMPRESSIONS], whole[CLICKS], whole[SPEND]) = (all, clicks.min(all), spend);
            whole[LINK_CLICKS] = whole[CLICKS] * 3 / 4;
            let mut shares = cuts;
            shares.push(1.0);
            shares.sort_by(f64::total_cmp);
            let mut sum = [0; LINEAR];
            let mut from = 0;
            for share in shares {
                let to = boundary(all, share, shift);
                let part = stretch(&whole, from, to);
                prop_assert!(part[LINK_CLICKS] <= part[CLICKS] && part[CLICKS] <= part[IMPRESSIONS], "{part:?}");
                for (s, p) in sum.iter_mut().zip(part) { *s += p; }
                from = to;
            }
            prop_assert_eq!(sum, whole);
        }
    }
}
