//! What other ads did over the same days: what all did is nothing that one creative did.
//!
//! Creatives do not get fresher by being shown, but seasons, audiences, offers and reporting move the rate of all. So the common move
//! is looked for among those that held up best: the upper quartile of the others' moves. Where even they fell, that part of a fall is
//! common. A rise of others is not held against an ad that did not rise with them.

use super::course::{Course, Move, Stretch};
use super::{EXPLAINS, Settings};

/// A common fall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Common {
    /// Ads it was taken from.
    pub(crate) ads: usize,
    /// How many of them fell by the least that matters.
    pub(crate) fell: usize,
    /// The fall, as a logarithm, never above zero.
    pub(crate) log: f64,
    pub(crate) error: f64,
}

/// Others that are looked at, spread evenly over all there are: what is common shows in some hundred.
pub(crate) const OTHERS_MOST: usize = 300;
/// Others it takes to speak of what is common.
const OTHERS_LEAST: usize = 2;

/// The common move of some ads between two stretches; `None` where fewer than two of them can be compared.
pub(crate) fn common<'a>(
    others: impl Iterator<Item = &'a Course>,
    (early, late): (Stretch, Stretch),
    settings: &Settings,
) -> Option<Common> {
    let mut moves: Vec<Move> = others.filter_map(|other| other.moved(early, late, settings.clicks_least)).collect();
    if moves.len() < OTHERS_LEAST {
        return None;
    }
    let fell = moves.iter().filter(|m| m.log < (1.0 - settings.least_loss).ln()).count();
    let place = (moves.len() - 1) / 4;
    let upper = *moves.select_nth_unstable_by(place, |a, b| b.log.total_cmp(&a.log)).1;
    let fallen = upper.log < 0.0;
    let (log, error) = if fallen { (upper.log, upper.error) } else { (0.0, 0.0) };
    Some(Common { ads: moves.len(), fell, log, error })
}

impl Common {
    /// Whether it makes up half of a move, or leaves too little of it to matter.
    pub(crate) fn explains(&self, of: Move, settings: &Settings) -> bool {
        self.log < 0.0 && (self.log < EXPLAINS * of.log || self.left(of).log > (1.0 - settings.least_loss).ln())
    }

    /// A move without the common one.
    pub(crate) fn left(&self, of: Move) -> Move {
        Move { log: of.log - self.log, error: of.error.hypot(self.error) }
    }
}
