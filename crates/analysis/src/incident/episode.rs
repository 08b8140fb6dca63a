//! Unusual days that follow each other are one episode.

/// From where a day is unusual, in deviations, and by how much it must have moved, as a logarithm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// One day alone, or the days of a run together.
    pub(crate) alone: f64,
    /// How much further a rise must be off.
    pub(crate) rise: f64,
    /// A day that goes on with what began.
    pub(crate) on: f64,
    /// The least move.
    pub(crate) least: f64,
    /// Days after which a new level is taken for usual.
    pub(crate) settles: usize,
}

/// A stretch of days on which a figure was not as usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Episode {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The day from which it was told.
    pub(crate) told: usize,
    /// Whether it is still so on the last day.
    pub(crate) open: bool,
    /// Whether the new level was taken for usual in the end.
    pub(crate) settled: bool,
    pub(crate) rises: bool,
    /// The largest distance, in deviations.
    pub(crate) peak: f64,
}

/// What a day is to what came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Usual, and to be learnt from.
    Usual,
    /// Odd, but not enough to speak of: not learnt from.
    Odd,
    /// In an episode.
    Episode,
    /// In an episode that has lasted so long that its level is now the usual one.
    Settled,
}

/// Follows one figure day by day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Follower {
    /// The last days that leaned the same way: place, deviations, how far off.
    run: Vec<(usize, f64, f64)>,
    quiet: usize,
    running: bool,
    pub(crate) episodes: Vec<Episode>,
}

/// Usual days in a row that end an episode.
const QUIET_ENDS: usize = 2;
/// A day further off than this is not learnt from.
const ODD: f64 = 3.0;
/// Days of a run that are looked at together, and how far each must lean.
const RUN_DAYS: usize = 6;
const RUN_LEANS: f64 = 1.0;
/// Days of a run may have one unjudged between them.
const RUN_GAP: usize = 2;
/// An episode of so many days, for the first may be a part of one, is left by a day so many times as far off as its furthest.
const LEAP_DAYS: usize = 2;
const LEAP: f64 = 2.0;

impl Follower {
    /// Takes a day: how far off it is in deviations and as a logarithm.
    pub(crate) fn take(&mut self, t: usize, deviations: f64, off: f64, bounds: &Bounds) -> Standing {
        if self.running
            && let Some(last) = self.episodes.last_mut()
        {
            let along = (off > 0.0) == last.rises;
            let leapt = along && t >= last.from + LEAP_DAYS && deviations.abs() >= LEAP * last.peak;
            if leapt {
                last.to = last.to.min(t.saturating_sub(1));
                self.running = false;
                self.run.clear();
                return self.begin(t, deviations, off, bounds);
            }
            if along && deviations.abs() >= bounds.on && off.abs() >= bounds.least / 2.0 {
                (last.to, last.peak) = (t, last.peak.max(deviations.abs()));
                self.quiet = 0;
            } else {
                self.quiet += 1;
            }
            if self.quiet >= QUIET_ENDS || !along && deviations.abs() >= bounds.alone {
                self.running = false;
            } else if t + 1 - last.from >= bounds.settles && self.quiet == 0 {
                (last.settled, self.running) = (true, false);
                self.run.clear();
                return Standing::Settled;
            } else {
                return Standing::Episode;
            }
        }
        self.begin(t, deviations, off, bounds)
    }

    fn begin(&mut self, t: usize, deviations: f64, off: f64, bounds: &Bounds) -> Standing {
        let breaks = self.run.last().is_some_and(|(day, _, o)| t - day > RUN_GAP || (*o > 0.0) != (off > 0.0));
        if breaks || deviations.abs() < RUN_LEANS {
            self.run.clear();
        }
        if deviations.abs() >= RUN_LEANS {
            self.run.push((t, deviations, off));
        }
        let Some(days) = self.together(bounds) else {
            return if deviations.abs() > ODD { Standing::Odd } else { Standing::Usual };
        };
        let began = &self.run[self.run.len() - days..];
        let peak = began.iter().map(|(_, d, _)| d.abs()).fold(0.0, f64::max);
        self.episodes.push(Episode { from: began[0].0, to: t, told: t, open: false, settled: false, rises: off > 0.0, peak });
        (self.running, self.quiet) = (true, 0);
        self.run.clear();
        Standing::Episode
    }

    /// How many of the last days are too far off together: their deviations add up, and so do n deviations of chance to √n.
    fn together(&self, bounds: &Bounds) -> Option<usize> {
        let (mut sum, mut moved) = (0.0, 0.0);
        for (n, (_, deviations, off)) in self.run.iter().rev().take(RUN_DAYS).enumerate() {
            let days = (n + 1) as f64;
            sum += deviations.abs();
            moved += off.abs();
            let alone = if *off > 0.0 { bounds.alone * bounds.rise } else { bounds.alone };
            if sum / days.sqrt() >= alone && moved / days >= bounds.least {
                return Some(n + 1);
            }
        }
        None
    }

    pub(crate) const fn running(&self) -> bool {
        self.running
    }

    /// Ends what runs before a day, its level having become the usual one.
    pub(crate) fn settle(&mut self, t: usize) {
        if let Some(last) = self.episodes.last_mut() {
            (last.settled, last.to) = (true, last.to.min(t.saturating_sub(1)).max(last.from));
        }
        self.stop();
    }

    /// Ends what runs, for nothing more can be said of it.
    pub(crate) fn stop(&mut self) {
        (self.running, self.quiet) = (false, 0);
        self.run.clear();
    }

    /// The episodes, after the last day.
    pub(crate) fn finish(mut self, days: usize) -> Vec<Episode> {
        if self.running
            && let Some(last) = self.episodes.last_mut()
        {
            last.open = last.to + 1 + self.quiet >= days;
        }
        self.episodes
    }
}
