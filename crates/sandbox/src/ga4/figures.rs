//! What a property counts, as whole numbers that can be cut into parts which add up to the whole.

use crate::world::{
    chance::{Chance, tag, whole},
    commerce::visit::Visit,
};

/// How many figures there are.
const FIGURES: usize = 12;
pub(crate) const SESSIONS: usize = 0;
pub(crate) const ENGAGED: usize = 1;
pub(crate) const NEW: usize = 2;
pub(crate) const VIEWS: usize = 3;
pub(crate) const SECONDS: usize = 4;
pub(crate) const CARTS: usize = 5;
pub(crate) const CHECKOUTS: usize = 6;
pub(crate) const SIGNUPS: usize = 7;
pub(crate) const LEADS: usize = 8;
pub(crate) const PURCHASES: usize = 9;
/// In minor units of the business's currency.
pub(crate) const REVENUE: usize = 10;

/// Events of every kind.
pub(crate) const COUNT: usize = 11;

/// Figures of any part of the visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Figures(pub(crate) [i64; FIGURES]);

/// Names of events with the figure that counts them, and whether they are key events.
pub(crate) const EVENTS: [(&str, usize, bool); 9] = [
    ("page_view", VIEWS, false),
    ("session_start", SESSIONS, false),
    ("user_engagement", ENGAGED, false),
    ("first_visit", NEW, false),
    ("add_to_cart", CARTS, false),
    ("begin_checkout", CHECKOUTS, false),
    ("sign_up", SIGNUPS, true),
    ("generate_lead", LEADS, true),
    ("purchase", PURCHASES, true),
];

impl Figures {
    /// All that is counted of a way's visits on a day.
    pub(crate) fn of(visit: &Visit, dice: Chance) -> Self {
        let dice = dice.on(tag(&visit.way.source)).on(tag(&visit.way.campaign));
        let part = |of: i64, rate: f64, what: u64| whole(of as f64 * rate * dice.on(what).factor(0.05));
        let mut figures = [0; FIGURES];
        figures[SESSIONS] = visit.sessions;
        // Whoever did what counts was engaged.
        figures[ENGAGED] = visit.engaged.max(visit.key_events()).min(visit.sessions);
        let new = if visit.way.platform.is_some() { 0.74 } else { 0.46 };
        figures[NEW] = part(visit.sessions, new, 1).min(visit.sessions);
        figures[VIEWS] = visit.sessions + part(figures[ENGAGED], 2.6, 2);
        figures[SECONDS] = part(figures[ENGAGED], 74.0, 3);
        let sells = visit.purchases > 0 || visit.signups > 0;
        figures[CHECKOUTS] = visit.purchases + if sells { part(figures[ENGAGED], 0.018, 4) } else { 0 };
        figures[CARTS] = figures[CHECKOUTS] + if sells { part(figures[ENGAGED], 0.05, 5) } else { 0 };
        (figures[SIGNUPS], figures[LEADS]) = (visit.signups, visit.leads);
        (figures[PURCHASES], figures[REVENUE]) = (visit.purchases, visit.revenue);
        let mut figures = Self(figures);
        figures.count();
        figures
    }

    pub(crate) const fn get(&self, figure: usize) -> i64 {
        self.0[figure]
    }

    pub(crate) const fn is_nothing(&self) -> bool {
        let mut i = 0;
        while i < FIGURES {
            if self.0[i] != 0 {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Counts the events of all kinds together anew.
    pub(crate) fn count(&mut self) {
        self.0[COUNT] = EVENTS.iter().map(|(_, figure, _)| self.0[*figure]).sum();
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, part)| *sum += part);
    }

    /// What is left of the whole without a part of it.
    pub(crate) fn without(&self, part: &Self) -> Self {
        let mut rest = *self;
        rest.0.iter_mut().zip(part.0).for_each(|(sum, part)| *sum -= part);
        rest
    }

    /// What belongs to the first `sessions` of the visits: everything else in proportion, and revenue by purchases.
    pub(crate) fn first(&self, sessions: i64) -> Self {
        let all = self.0[SESSIONS];
        if sessions >= all {
            return *self;
        }
        let mut part = [0; FIGURES];
        for (part, whole) in part.iter_mut().zip(self.0) {
            *part = whole * sessions / all;
        }
        part[REVENUE] = match self.0[PURCHASES] {
            0 => 0,
            purchases => self.0[REVENUE] * part[PURCHASES] / purchases,
        };
        let mut part = Self(part);
        part.count();
        part
    }

    /// Cuts the visits by shares that add up to 1. `shift` in [0, 1) decides the rounding.
    pub(crate) fn cut(&self, shares: &[f64], shift: f64) -> Vec<Self> {
        let (mut so_far, mut before) = (0.0, Self::default());
        let last = shares.len().saturating_sub(1);
        let part = |(i, share): (usize, &f64)| {
            so_far += share;
            let edge = if i == last { 1.0 } else { so_far };
            let until = self.first(crate::world::measure::boundary(self.0[SESSIONS], edge, shift));
            let part = until.without(&before);
            before = until;
            part
        };
        shares.iter().enumerate().map(part).collect()
    }

    /// The part that one event makes up. Sessions are those it happened in, so that events do not add up to the sessions of all.
    pub(crate) fn of_event(&self, figure: usize) -> Self {
        let mut part = [0; FIGURES];
        (part[figure], part[COUNT]) = (self.0[figure], self.0[figure]);
        part[SESSIONS] = self.0[figure].min(self.0[SESSIONS]);
        part[ENGAGED] = self.0[ENGAGED].min(part[SESSIONS]);
        part[NEW] = if figure == NEW { self.0[NEW] } else { 0 };
        if figure == PURCHASES {
            part[REVENUE] = self.0[REVENUE];
        }
        Self(part)
    }

    /// Key events of every kind.
    pub(crate) const fn key_events(&self) -> i64 {
        self.0[SIGNUPS] + self.0[LEADS] + self.0[PURCHASES]
    }

    /// Every figure as a sample of this part of all events tells it.
    pub(crate) fn sampled(&self, ratio: f64) -> Self {
        let mut told = *self;
        for figure in &mut told.0 {
            *figure = whole((*figure as f64 * ratio).round() / ratio + 0.5);
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_add_up_and_nobody_buys_without_a_visit(
            sessions in 1_i64..40_000, purchases in 0_i64..900, cuts in prop::collection::vec(0.01..1.0_f64, 1..12), shift in 0.0..1.0_f64,
        ) {
            let mut figures = Figures::default();
            figures.0[SESSIONS] = sessions;
            figures.0[PURCHASES] = purchases.min(sessions);
            figures.0[REVENUE] = figures.0[PURCHASES] * 4_999;
            figures.count();
            let sum: f64 = cuts.iter().sum();
            let shares: Vec<f64> = cuts.iter().map(|c| c / sum).collect();
            let mut all = Figures::default();
            for part in figures.cut(&shares, shift) {
                prop_assert!(part.0.iter().all(|n| *n >= 0), "{part:?}");
                prop_assert!(part.get(PURCHASES) <= part.get(SESSIONS) && (part.get(REVENUE) == 0 || part.get(PURCHASES) > 0), "{part:?}");
                all.add(&part);
            }
            prop_assert_eq!(all, figures);
        }
    }
}
