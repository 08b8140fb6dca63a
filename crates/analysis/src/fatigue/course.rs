//! One ad's click rate over its days: the series every question is put to.

use super::trend::Trend;
use super::{CannotTell, Settings};
use crate::track::{Figures, Track};
use std::cell::OnceCell;

/// An ad's days that count, with sums of any stretch at once.
#[derive(Debug, Clone)]
pub(crate) struct Course {
    /// Places of days shown often enough.
    pub(crate) places: Vec<usize>,
    /// Clicks per impression of those days.
    pub(crate) rates: Vec<f64>,
    /// Their logarithms; half a click is added, so that a day without clicks has one.
    pub(crate) logs: Vec<f64>,
    /// Learnt when it is first asked for: of ads that no longer run hardly ever.
    trend: OnceCell<Option<Trend>>,
    noise: OnceCell<f64>,
    /// The first place it was shown at, where it was seen to begin: not in the first days looked at.
    began: Option<usize>,
    impressions: Vec<f64>,
    clicks: Vec<f64>,
    shown: Vec<usize>,
}

/// Days within which ads began together, and from the first day at hand on which one is seen to begin.
const BEGAN_DAYS: usize = 7;

/// A stretch of places, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Days in it that count.
    pub(crate) days: usize,
}

/// What a rate did between two stretches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Move {
    /// Logarithm of the later rate over the earlier.
    pub(crate) log: f64,
    /// Its standard error.
    pub(crate) error: f64,
}

impl Course {
    pub(crate) fn new(track: &Track, settings: &Settings) -> Self {
        let begin = track.days.len().saturating_sub(settings.look_back);
        let figures = |place: usize| track.days[place].filter(usable);
        let counts =
            |place: &usize| *place >= begin && figures(*place).is_some_and(|f| f.impressions >= settings.impressions_least);
        let places: Vec<usize> = (0..track.days.len()).filter(counts).collect();
        let of = |f: fn(Figures) -> f64| places.iter().map(|p| figures(*p).map_or(0.0, f)).collect::<Vec<f64>>();
        let rates = of(|f| f.clicks / f.impressions);
        let logs = of(|f| ((f.clicks + 0.5) / (f.impressions + 1.0)).ln());
        let running = |f: fn(&Figures) -> f64| {
            let mut sum = 0.0;
            let days = (0..track.days.len()).map(|p| {
                sum += figures(p).map_or(0.0, |day| f(&day));
                sum
            });
            std::iter::once(0.0).chain(days).collect::<Vec<f64>>()
        };
        let mut seen = 0;
        let mut next = places.iter().copied().peekable();
        let shown = (0..=track.days.len()).map(|p| {
            let before = seen;
            seen += usize::from(next.next_if_eq(&p).is_some());
            before
        });
        let shown = shown.collect();
        let first = (begin..track.days.len()).find(|p| figures(*p).is_some());
        let began = first.filter(|first| *first >= begin + BEGAN_DAYS);
        let (impressions, clicks) = (running(|f| f.impressions), running(|f| f.clicks));
        Self { began, impressions, clicks, places, rates, logs, trend: OnceCell::new(), noise: OnceCell::new(), shown }
    }

    /// What its rate does over its days.
    pub(crate) fn trend(&self) -> Option<Trend> {
        *self.trend.get_or_init(|| Trend::of(&self.days(), &self.rates, &self.logs))
    }

    /// Variance of the mean logarithm of one day, with what days hand on to the next.
    fn noise(&self) -> f64 {
        *self.noise.get_or_init(|| noise(&self.days(), &self.logs, self.trend().as_ref()))
    }

    fn days(&self) -> Vec<f64> {
        self.places.iter().map(|p| *p as f64).collect()
    }

    /// Whether another began when this one did, and both were seen to begin. Both wear over the same days then.
    pub(crate) fn began_with(&self, other: &Self) -> bool {
        self.began.zip(other.began).is_some_and(|(one, other)| one.abs_diff(other) <= BEGAN_DAYS)
    }

    /// Clicks and impressions of a stretch.
    pub(crate) fn sums(&self, stretch: Stretch) -> (f64, f64) {
        let of = |sums: &[f64]| sums.get(stretch.to + 1).zip(sums.get(stretch.from)).map_or(0.0, |(after, before)| after - before);
        (of(&self.clicks), of(&self.impressions))
    }

    /// Days of a stretch that count.
    fn days_in(&self, stretch: Stretch) -> usize {
        self.shown.get(stretch.to + 1).zip(self.shown.get(stretch.from)).map_or(0, |(after, before)| after - before)
    }

    /// Clicks per hundred impressions of a stretch.
    pub(crate) fn ctr(&self, stretch: Stretch) -> Option<f64> {
        let (clicks, impressions) = self.sums(stretch);
        (impressions > 0.0).then(|| clicks * 100.0 / impressions)
    }

    /// The first days it had and the last: a week each, more where a week has too few clicks, a third of all days at most.
    ///
    /// # Errors
    /// Where there are too few days or clicks.
    pub(crate) fn ends(&self, settings: &Settings) -> Result<(Stretch, Stretch), CannotTell> {
        let n = self.places.len();
        if n < settings.days_least {
            return Err(CannotTell::TooYoung { have: n, need: settings.days_least });
        }
        let most = (n / 3).clamp(4, 28);
        let enough = |stretch: Stretch| self.sums(stretch).0 >= settings.clicks_wanted;
        let grown = |stretch: &dyn Fn(usize) -> Stretch| {
            let first = (7.min(most)..=most).map(stretch).find(|s| enough(*s));
            first.unwrap_or_else(|| stretch(most))
        };
        let early = grown(&|k| Stretch { from: self.places[0], to: self.places[k - 1], days: k });
        let late = grown(&|k| Stretch { from: self.places[n - k], to: self.places[n - 1], days: k });
        let (clicks, impressions) = self.sums(early);
        let due = self.sums(late).1 * clicks / impressions;
        if clicks.min(due) < settings.clicks_least {
            return Err(CannotTell::TooFewClicks { have: clicks.min(due), need: settings.clicks_least });
        }
        Ok((early, late))
    }

    /// What its rate did from one stretch to another. `None` where it was shown on less than half of the days of one, or had fewer
    /// than `clicks` in the earlier.
    pub(crate) fn moved(&self, early: Stretch, late: Stretch, clicks: f64) -> Option<Move> {
        let (first, last) = (self.days_in(early), self.days_in(late));
        let (c0, n0) = self.sums(early);
        let (c1, n1) = self.sums(late);
        if first * 2 < early.days || last * 2 < late.days || c0 < clicks || n1 <= 0.0 {
            return None;
        }
        let log = ((c1 + 0.5) / (n1 + 1.0)).ln() - ((c0 + 0.5) / (n0 + 1.0)).ln();
        let by_days = self.noise() * (1.0 / first as f64 + 1.0 / last as f64);
        let by_count = 1.0 / (c0 + 0.5) + 1.0 / (c1 + 0.5);
        Some(Move { log, error: by_days.max(by_count).sqrt() })
    }
}

fn usable(f: &Figures) -> bool {
    let sane = |v: f64| v.is_finite() && (0.0..1e15).contains(&v);
    sane(f.impressions) && sane(f.clicks) && f.impressions > 0.0 && f.clicks <= f.impressions
}

/// Long-run variance of a day's logarithm about its trend: variance × (1 + φ) / (1 − φ), φ the dependence on the day before. Both
/// are taken from differences, which a bend of the trend hardly moves.
fn noise(days: &[f64], logs: &[f64], trend: Option<&Trend>) -> f64 {
    let slope = trend.map_or(0.0, |t| t.slope);
    let flat: Vec<f64> = logs.iter().zip(days).map(|(y, t)| y - slope * t).collect();
    let apart = |lag: usize| {
        let squares: f64 = flat.iter().zip(flat.iter().skip(lag)).map(|(a, b)| (b - a).powi(2)).sum();
        squares / flat.len().saturating_sub(lag).max(1) as f64
    };
    let (one, three) = (apart(1), apart(3));
    if one <= 0.0 {
        return 0.0;
    }
    // Of an autoregression the mean square of lag k is 2σ²(1 − φᵏ): its ratio of lags three and one is 1 + φ + φ².
    let ratio = (three / one).clamp(1.0, 2.7);
    let dependence = ((4.0 * ratio - 3.0).sqrt() - 1.0) / 2.0;
    one / (2.0 * (1.0 - dependence)) * (1.0 + dependence) / (1.0 - dependence)
}
