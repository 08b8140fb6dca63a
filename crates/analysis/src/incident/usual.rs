//! What is usual: the level of a campaign's figure, the week's profile, and how much days scatter. Each is learnt day by day, from
//! days that were usual themselves, in a handful of numbers.

/// A rate learnt with fading memory: what was counted over what it was counted on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Level {
    over: f64,
    under: f64,
    /// Days learnt from, fading too.
    weight: f64,
    /// Days learnt from.
    pub(crate) seen: u32,
}

impl Level {
    /// Learns a day. `keep` is what a day is worth a day later.
    pub(crate) fn learn(&mut self, over: f64, under: f64, keep: f64) {
        self.over = self.over * keep + over;
        self.under = self.under * keep + under;
        self.weight = self.weight * keep + 1.0;
        self.seen = self.seen.saturating_add(1);
    }

    pub(crate) fn rate(&self) -> Option<f64> {
        let rate = self.over / self.under;
        (self.under > 0.0 && rate.is_finite() && rate > 0.0).then_some(rate)
    }
}

/// How a day of the week differs, as a logarithm.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Week {
    by_day: [f64; 7],
    seen: [u32; 7],
}

/// The least part of a new day in its weekday's profile.
const WEEK_LEAST: f64 = 0.15;

impl Week {
    pub(crate) const fn of(&self, weekday: usize) -> f64 {
        self.by_day[weekday]
    }

    /// Learns by how much a day was off what was expected with the profile in it.
    pub(crate) fn learn(&mut self, weekday: usize, off: f64) {
        let part = (1.0 / (f64::from(self.seen[weekday]) + 2.0)).max(WEEK_LEAST);
        self.by_day[weekday] += part * off.clamp(-0.5, 0.5);
        self.seen[weekday] = self.seen[weekday].saturating_add(1);
    }
}

/// The variance of days beyond chance, learnt with fading memory and drawn towards a prior at first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noise {
    sum: f64,
    weight: f64,
    floor: f64,
}

/// What a day is worth a day later: half of it after a month.
const NOISE_KEEP: f64 = 0.977;
/// Days the prior counts for.
const NOISE_PRIOR_DAYS: f64 = 10.0;
/// Days beyond so many deviations count as so many.
const NOISE_CLIP: f64 = 3.0;

impl Noise {
    /// Begins with a prior and a floor, both as deviations.
    pub(crate) const fn new(prior: f64, floor: f64) -> Self {
        Self { sum: prior * prior * NOISE_PRIOR_DAYS, weight: NOISE_PRIOR_DAYS, floor }
    }

    pub(crate) fn variance(&self) -> f64 {
        (self.sum / self.weight).max(self.floor * self.floor)
    }

    /// Learns how far a day was off, of which chance explains a variance.
    pub(crate) fn learn(&mut self, off: f64, chance: f64) {
        let most = NOISE_CLIP * NOISE_CLIP * (self.variance() + chance);
        self.sum = self.sum * NOISE_KEEP + (off * off).min(most) - chance;
        self.weight = self.weight * NOISE_KEEP + 1.0;
        self.sum = self.sum.max(0.0);
    }
}
