//! What is known of one figure of one object so far, and when its days are unusual.

use super::episode::{Bounds, Follower, Standing};
use super::metric::Metric;
use super::settings::Settings;
use super::usual::{Level, Noise};

/// Days a level must have been learnt from before anything is expected of it.
pub(crate) const LEVEL_DAYS: u32 = 7;
/// A day of which less has arrived is not learnt from.
const ARRIVED_LEAST: f64 = 0.5;
/// How much further than a fall a rise of conversions per click must be off.
const CVR_RISE: f64 = 1.2;
/// On retail dates moves must be so much larger.
const SPECIAL: f64 = 2.5;
/// A new level below this part of the old one is none.
const CEASED: f64 = 0.05;

/// A day to learn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taught {
    pub(crate) over: f64,
    pub(crate) under: f64,
    /// The share of it that is in.
    pub(crate) share: f64,
    /// Nothing was spent and nothing came.
    pub(crate) idle: bool,
    /// A retail date.
    pub(crate) special: bool,
}

/// What is known of one object's one figure so far.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) level: Level,
    /// The level since the figure left its own, in case it stays.
    pub(crate) other: Level,
    pub(crate) noise: Noise,
    pub(crate) judged: u32,
    pub(crate) follower: Follower,
}

impl State {
    pub(crate) fn new(metric: Metric, account: bool) -> Self {
        let (prior, floor) = match (metric.is_size(), account) {
            (true, _) => (0.06, 0.03),
            (false, true) => (0.07, 0.025),
            (false, false) => (0.10, 0.04),
        };
        Self {
            level: Level::default(),
            other: Level::default(),
            noise: Noise::new(prior, floor),
            judged: 0,
            follower: Follower::default(),
        }
    }
}

/// Days of a new level before another step from it can be told.
const STEP_DAYS: u32 = 3;
/// A level below this part of the old one is none to step from, nor is a day that comes to nothing a step.
const STEP_LEAST: f64 = 0.2;

impl State {
    /// Whether a size that has left its level leaves the new one too, the same way: then the new one becomes the level, and the day is told
    /// by how far it is off that.
    pub(crate) fn next_step(&mut self, t: usize, off: f64, bounds: &Bounds) -> f64 {
        let (Some(old), Some(new), true) = (self.level.rate(), self.other.rate(), self.follower.running()) else { return off };
        let beyond = off - (new / old).ln();
        let far = beyond.abs() >= bounds.alone * self.noise.variance().sqrt() && beyond.abs() >= 2.0 * bounds.least;
        let on = off > STEP_LEAST.ln() * 2.0 && new > STEP_LEAST * old;
        if self.other.seen < STEP_DAYS || !far || !on || beyond * (new / old).ln() <= 0.0 {
            return off;
        }
        self.follower.settle(t);
        self.level = self.other;
        self.level.seen = self.level.seen.max(LEVEL_DAYS);
        self.other = Level::default();
        beyond
    }

    /// Learns a day, unless it was unusual, the campaign's own or the whole account's; then the other level learns it, in case it stays.
    pub(crate) fn learn(&mut self, metric: Metric, day: &Taught, own: Standing, account: Standing) {
        let keep = match metric {
            Metric::Spend | Metric::Impressions => 0.87,
            Metric::Ctr | Metric::Cpm => 0.93,
            Metric::Cvr | Metric::Aov | Metric::Roas => 0.95,
        };
        let whole = day.share >= ARRIVED_LEAST && day.under > 0.0;
        let unusual = |s: Standing| matches!(s, Standing::Episode | Standing::Settled);
        if unusual(own) || unusual(account) {
            if whole {
                self.other.learn(day.over, day.under, keep);
            }
        } else if own != Standing::Odd && account != Standing::Odd {
            self.other = Level::default();
            if whole && !day.idle && !day.special {
                self.level.learn(day.over, day.under, keep);
            }
        }
        if own == Standing::Settled || account == Standing::Settled {
            self.settle(day.idle);
        }
    }

    /// The level since becomes the usual one. What has next to nothing left has no level to leave.
    fn settle(&mut self, idle: bool) {
        let old = self.level.rate().unwrap_or(0.0);
        let stays = !idle && self.other.rate().is_some_and(|new| new > CEASED * old);
        self.level = if stays { self.other } else { Level::default() };
        self.other = Level::default();
        if stays {
            self.level.seen = self.level.seen.max(LEVEL_DAYS);
        }
    }
}

pub(crate) fn account_bounds(metric: Metric, settings: &Settings, special: bool) -> Bounds {
    let d = settings.account_deviations;
    let (alone, change, settles) = match metric {
        Metric::Spend => (d * 1.25, settings.account_change * 1.25, 10),
        Metric::Impressions => (d * 1.25, settings.account_change * 1.25, 28),
        Metric::Cpm => (d, settings.account_change, 28),
        Metric::Cvr => (d * 0.88, settings.account_change * 1.4, 28),
        Metric::Ctr => (d * 1.25, settings.account_change * 1.5, 28),
        Metric::Aov | Metric::Roas => (d * 1.25, settings.account_change * 1.75, 28),
    };
    // More conversions are welcome: they are told where they are hardly chance.
    let rise = if metric == Metric::Cvr { CVR_RISE } else { 1.0 };
    Bounds { rise, ..bounds(alone, change, settles, special) }
}

pub(crate) fn campaign_bounds(metric: Metric, settings: &Settings, special: bool) -> Bounds {
    let d = settings.campaign_deviations;
    if metric.is_size() {
        bounds(d, settings.campaign_spend_change, 6, special)
    } else {
        bounds(d * 1.2, settings.campaign_rate_change, 14, special)
    }
}

fn bounds(alone: f64, change: f64, settles: usize, special: bool) -> Bounds {
    let by = if special { SPECIAL } else { 1.0 };
    Bounds { alone: alone * by, rise: 1.0, on: 2.0, least: change.max(0.0).ln_1p() * by, settles }
}
