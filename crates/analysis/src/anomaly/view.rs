//! What is usual at a moment, in one of three views of the same figures.
//!
//! Figures of advertising scatter in proportion to their size (costs, ratios), with its square root (counts) or evenly; which,
//! nobody knows beforehand. So each is looked at as it is, as its root and as its logarithm, y = v/b, √(v/b), ln(v/b + 0.05) with b
//! a typical early value, and the three opinions are averaged. In a view, expected = level + profile: the level is the median of
//! the last points less their profile, the profile the median distance from the level at each place of the season, weekends with a
//! shift of their own where the season is the day. Medians throughout, so that an anomaly neither moves what is usual nor needs to
//! be taken out.
//!
//! It assumes that the season keeps its shape for weeks. After a true change of level the old one is expected until half of the
//! level's points are new.

use super::robust::median;
use super::tail::Tail;
use super::wall::{Cadence, Lengths, Wall};
use std::collections::VecDeque;

/// Values a level's median is taken of, evenly spread where there are more.
const LEVEL_VALUES_MAX: usize = 200;
/// What is added before the logarithm is taken, in typical values, so that zero has one.
const OFFSET: f64 = 0.05;
/// No opinion says more than one in a hundred million.
const OPINION_MAX: f64 = 8.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Root,
    Logarithm,
}

impl Kind {
    fn forth(self, relative: f64) -> f64 {
        match self {
            Self::Plain => relative,
            Self::Root => relative.max(0.0).sqrt(),
            Self::Logarithm => (relative.max(0.0) + OFFSET).ln(),
        }
    }

    fn back(self, seen: f64) -> f64 {
        match self {
            Self::Plain => seen,
            Self::Root => seen.max(0.0).powi(2),
            Self::Logarithm => (seen.exp() - OFFSET).max(0.0),
        }
    }
}

/// A point learnt from.
#[derive(Debug, Clone, Copy)]
struct Learnt {
    place: (usize, usize),
    seen: f64,
    level: f64,
    residual: f64,
}

/// One view and what it has learnt so far.
#[derive(Debug)]
pub(crate) struct View {
    kind: Kind,
    base: f64,
    cadence: Cadence,
    lengths: Lengths,
    past: VecDeque<Learnt>,
    count: usize,
    fitted: Option<usize>,
    profile: Vec<[f64; 2]>,
    usual: Option<Usual>,
}

/// Where residuals lie.
#[derive(Debug, Clone, Copy)]
struct Usual {
    middle: f64,
    above: Tail,
    below: Tail,
}

/// What a view expects of one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expectation {
    kind: Kind,
    base: f64,
    level: f64,
    profile: f64,
    usual: Option<Usual>,
}

impl Expectation {
    /// The expected figure.
    pub(crate) fn figure(&self) -> f64 {
        self.kind.back(self.level + self.profile + self.usual.map_or(0.0, |u| u.middle)) * self.base
    }

    /// How rare a figure so far above or below is; `None` before anything is known.
    pub(crate) fn rarity(&self, figure: f64) -> Option<f64> {
        let usual = self.usual?;
        let distance = self.kind.forth(figure / self.base) - self.level - self.profile - usual.middle;
        let rarity = if distance > 0.0 { usual.above.rarity(distance) } else { usual.below.rarity(-distance) };
        Some(rarity.min(OPINION_MAX))
    }
}

impl View {
    pub(crate) fn new(kind: Kind, cadence: Cadence, base: f64) -> Self {
        let lengths = cadence.lengths();
        Self {
            kind,
            base,
            cadence,
            lengths,
            past: VecDeque::new(),
            count: 0,
            fitted: None,
            profile: vec![[0.0; 2]; lengths.slots],
            usual: None,
        }
    }

    /// What is expected at `at`, from the points learnt so far alone.
    pub(crate) fn expect(&mut self, at: Wall) -> Expectation {
        let due = self.fitted.map_or(self.count >= self.lengths.refit, |fitted| self.count - fitted >= self.lengths.refit);
        if due {
            self.fit();
        }
        let (slot, kind_of_day) = self.cadence.place(at);
        let profile = self.profile[slot][kind_of_day];
        let level = self.level();
        Expectation { kind: self.kind, base: self.base, level, profile, usual: self.usual }
    }

    /// Takes in a point and what had been expected of it.
    pub(crate) fn learn(&mut self, at: Wall, figure: f64, expected: &Expectation) {
        let seen = self.kind.forth(figure / self.base);
        // The first point has nothing to be compared with.
        let level = if self.count == 0 { seen } else { expected.level };
        let residual = seen - expected.profile - level;
        self.past.push_back(Learnt { place: self.cadence.place(at), seen, level, residual });
        self.count += 1;
        if self.past.len() > self.lengths.tail.max(self.lengths.profile) {
            self.past.pop_front();
        }
    }

    fn level(&self) -> f64 {
        let from = self.past.len().saturating_sub(self.lengths.level);
        let step = ((self.past.len() - from) / LEVEL_VALUES_MAX).max(1);
        let plain = |p: &Learnt| p.seen - self.profile[p.place.0][p.place.1];
        median(&mut self.past.range(from..).step_by(step).map(plain).collect::<Vec<_>>())
    }

    fn fit(&mut self) {
        self.fitted = Some(self.count);
        self.fit_profile();
        let season = self.lengths.refit.max(self.lengths.slots);
        let first = self.lengths.tail.min(self.past.len()).min(self.count.saturating_sub(season));
        let residuals: Vec<f64> = self.past.range(self.past.len() - first..).map(|p| p.residual).collect();
        self.usual = (residuals.len() >= season).then(|| {
            let negated: Vec<f64> = residuals.iter().map(|r| -r).collect();
            let middle = median(&mut residuals.clone());
            Usual { middle, above: Tail::above(&residuals), below: Tail::above(&negated) }
        });
    }

    fn fit_profile(&mut self) {
        let from = self.past.len().saturating_sub(self.lengths.profile);
        let season = self.lengths.refit.max(self.lengths.slots);
        let middle = median(&mut self.past.range(from..).map(|p| p.seen).collect::<Vec<_>>());
        let gone = self.count - self.past.len();
        let mut places = vec![Vec::new(); self.lengths.slots];
        for (i, p) in self.past.iter().enumerate().skip(from) {
            // Before a season is over a level means nothing.
            let level = if gone + i >= season { p.level } else { middle };
            places[p.place.0].push(p.seen - level);
        }
        let medians: Vec<f64> = places.iter_mut().map(|values| median(values)).collect();
        let centre = median(&mut medians.clone());
        let mut days = [0.0; 2];
        if self.past.len() - from >= 14 * self.lengths.refit && self.lengths.refit > 1 {
            for (kind_of_day, shift) in days.iter_mut().enumerate() {
                let of_kind = self.past.range(from..).filter(|p| p.place.1 == kind_of_day);
                *shift = median(&mut of_kind.map(|p| p.seen - middle - medians[p.place.0]).collect::<Vec<_>>());
            }
        }
        for (profile, median) in self.profile.iter_mut().zip(&medians) {
            *profile = [median - centre + days[0], median - centre + days[1]];
        }
    }
}
