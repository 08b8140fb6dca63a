//! Which hours of the week bring more for the same clicks or money.
//!
//! A rate (conversions per click, conversions or revenue per unit of spend, clicks per impression) is summed for each of the 168 hours of a week, and for hours
//! and weekdays as wholes. Sums count like events: variance is a constant times the mean, and the constant is learnt from how the same
//! hour differs from week to week (Pearson), so a bad week or few large orders make it wider. Each sum is
//! held against what the overall rate would bring by Poisson's law, in steps such that variance (and for revenue skewness) are those seen. What of all 199 comparisons is beyond chance is decided by Benjamini
//! and Hochberg at 5 %.
//!
//! Values are drawn to the mean as far as they are noise (empirical Bayes, gamma prior with the variance between cells by moments); the
//! interval holds four times in five.
//!
//! # When it misleads
//! - Conversions are credited to the hour of the click or of the purchase, as the platform has it: by the hour of the purchase, late hours
//!   look better than their clicks are.
//! - Who runs ads only in hours they believe in knows nothing of the others; such cells stay at the mean, with wide intervals.

use super::{Because, Confidence, Pattern, PatternKind, Picture, Settings, sane, together, valid_until};
use crate::odds::{count_either_way, discovered};
use crate::track::Figures;
use trimtab_domain::{Currency, Day, finding::EntityRef};

/// Figures of one object hour by hour, in its account's zone.
#[derive(Debug, Clone, PartialEq)]
pub struct HourTrack {
    /// What it is.
    pub entity: EntityRef,
    /// The day of `days[0]`.
    pub first: Day,
    /// Hours of each day; `None` where not read.
    pub days: Vec<[Option<Figures>; 24]>,
}

/// Which rate is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Conversions per hundred clicks.
    Cvr,
    /// Cost per conversion.
    Cpa,
    /// Revenue per unit of spend.
    Roas,
    /// Clicks per hundred impressions, where a platform tells no conversions by the hour.
    Ctr,
}

impl Rate {
    /// The metric's id.
    #[must_use]
    pub const fn metric(self) -> &'static str {
        match self {
            Self::Cvr => "cvr",
            Self::Cpa => "cpa",
            Self::Roas => "roas",
            Self::Ctr => "ctr",
        }
    }

    /// What is counted, in the plural.
    const fn counted(self) -> &'static str {
        match self {
            Self::Cvr | Self::Cpa => "conversions",
            Self::Roas => "orders' worth of revenue",
            Self::Ctr => "clicks",
        }
    }

    /// What comes of it and what it costs: more of the first for the second is better, whichever rate.
    fn parts(self, f: &Figures) -> (f64, f64) {
        match self {
            Self::Cvr => (f.conversions, f.clicks),
            Self::Cpa => (f.conversions, f.spend),
            Self::Roas => (f.revenue, f.spend),
            Self::Ctr => (f.clicks, f.impressions),
        }
    }

    /// In the metric's unit.
    fn shown(self, ratio: f64) -> f64 {
        match self {
            Self::Cvr | Self::Ctr => ratio * 100.0,
            Self::Cpa => 1.0 / ratio,
            Self::Roas => ratio,
        }
    }
}

/// An hour of the week, an hour of the day or a weekday.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// 0 is Monday.
    pub weekday: usize,
    /// 0 to 23.
    pub hour: usize,
    /// The rate, drawn to the mean as far as it is noise, in its metric's unit.
    pub value: f64,
    /// Between what it is four times in five.
    pub interval: (f64, f64),
    /// The rate against the overall one, the same way: above 1 is better.
    pub index: f64,
    /// Clicks, impressions or spend: what it rests on.
    pub weight: f64,
    /// How often chance alone is as far from the overall rate.
    pub chance: f64,
    /// Whether it truly differs, all comparisons taken together.
    pub differs: bool,
}

/// A week of hours.
#[derive(Debug, Clone, PartialEq)]
pub struct HourMap {
    /// Which rate.
    pub rate: Rate,
    /// Over everything.
    pub overall: f64,
    /// 168 hours, Monday's first.
    pub cells: Vec<Cell>,
    /// 24 hours of any day.
    pub hours: Vec<Cell>,
    /// Seven weekdays.
    pub weekdays: Vec<Cell>,
    /// Saturday and Sunday against the other days; above 1 is better.
    pub weekend: Option<f64>,
}

/// Weeks it takes.
const WEEKS_LEAST: usize = 4;
/// Conversions it takes, or clicks, or as many orders' worth of revenue.
const EVENTS_LEAST: f64 = 200.0;

/// Learns which hours and weekdays differ.
///
/// # Errors
/// [`Because`]: too few weeks or conversions, or nothing beyond chance.
pub fn learn(track: &HourTrack, rate: Rate, currency: Currency, today: Day, settings: &Settings) -> Result<Pattern, Because> {
    let entries = entries(track, rate);
    let days = track.days.iter().filter(|day| day.iter().any(Option::is_some)).count();
    if days < WEEKS_LEAST * 7 {
        return Err(Because::TooShort { have: days, need: WEEKS_LEAST * 7 });
    }
    let (events, cost) = entries.iter().fold((0.0, 0.0), |(n, d), e| (n + e.events, d + e.cost));
    let overall = events / cost;
    if !(overall.is_finite() && overall > 0.0) {
        return Err(Because::TooFew { what: rate.counted(), have: 0.0, need: EVENTS_LEAST });
    }
    let by_cell = Layer::new(&entries, 168, |e| e.weekday * 24 + e.hour, rate, overall);
    if events / by_cell.scale < EVENTS_LEAST {
        return Err(Because::TooFew { what: rate.counted(), have: events / by_cell.scale, need: EVENTS_LEAST });
    }
    let by_hour = Layer::new(&entries, 24, |e| e.hour, rate, overall);
    let by_day = Layer::new(&daily(&entries), 7, |e| e.weekday, rate, overall);
    let chances: Vec<f64> = [&by_cell, &by_hour, &by_day].into_iter().flat_map(Layer::chances).collect();
    let differs = discovered(&chances, settings.rate);
    let chance = together(&chances);
    if !differs.contains(&true) {
        return Err(Because::NoPattern { chance });
    }
    let weekday = by_day.cells(&differs[192..], |i| (i, 0));
    let reliability = [&by_cell, &by_hour, &by_day].into_iter().map(Layer::reliability).fold(0.0, f64::max);
    let map = HourMap {
        rate,
        overall: rate.shown(overall),
        cells: by_cell.cells(&differs[..168], |i| (i / 24, i % 24)),
        hours: by_hour.cells(&differs[168..192], |i| (0, i)),
        weekend: weekend(&by_day),
        weekdays: weekday,
    };
    let learned_from = (track.first, super::later(track.first, i32::try_from(track.days.len()).unwrap_or(1) - 1));
    Ok(Pattern {
        kind: PatternKind::TimePerformance,
        entity: track.entity.clone(),
        currency: matches!(rate, Rate::Cpa | Rate::Roas).then_some(currency),
        learned_on: today,
        learned_from,
        valid_until: valid_until(today, learned_from),
        confidence: Confidence::of(chance, reliability, days as f64 / 7.0),
        picture: Picture::Hours(map),
    })
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    day: usize,
    weekday: usize,
    hour: usize,
    events: f64,
    cost: f64,
}

fn entries(track: &HourTrack, rate: Rate) -> Vec<Entry> {
    let monday = usize::try_from(track.first.weekday().to_monday_zero_offset()).unwrap_or(0);
    let mut all = Vec::new();
    for (day, hours) in track.days.iter().enumerate() {
        for (hour, figures) in hours.iter().enumerate() {
            let Some((events, cost)) = figures.as_ref().map(|f| rate.parts(f)) else { continue };
            if sane(events) && sane(cost) && cost > 0.0 {
                all.push(Entry { day, weekday: (monday + day) % 7, hour, events, cost });
            }
        }
    }
    all
}

/// The same by whole days.
fn daily(entries: &[Entry]) -> Vec<Entry> {
    let of_day = |same: &[Entry]| {
        same.iter().skip(1).fold(same[0], |sum, e| Entry { events: sum.events + e.events, cost: sum.cost + e.cost, ..sum })
    };
    entries.chunk_by(|a, b| a.day == b.day).map(of_day).collect()
}

/// Sums by hour of the week, by hour or by weekday, with what they scatter.
struct Layer {
    rate: Rate,
    overall: f64,
    sums: Vec<(f64, f64)>,
    /// Variance over mean.
    scale: f64,
    /// Third cumulant over variance: the size of a step that has the skewness of the sums. That of counts is their scale; few large
    /// orders make it larger.
    step: f64,
    /// Variance between cells, as a share of the overall rate squared.
    between: f64,
}

impl Layer {
    fn new(entries: &[Entry], cells: usize, cell: fn(&Entry) -> usize, rate: Rate, overall: f64) -> Self {
        let mut sums = vec![(0.0, 0.0); cells];
        for e in entries {
            let sum: &mut (f64, f64) = &mut sums[cell(e)];
            *sum = (sum.0 + e.events, sum.1 + e.cost);
        }
        let (mut squares, mut cubes, mut expected) = (0.0, 0.0, 0.0);
        for e in entries {
            let (events, cost) = sums[cell(e)];
            let away = e.events - events / cost * e.cost;
            squares += away.powi(2);
            cubes += away.powi(3);
            expected += overall * e.cost * (1.0 - e.cost / cost);
        }
        let least = if rate == Rate::Roas { f64::MIN_POSITIVE } else { 1.0 };
        let scale = if expected > 0.0 { (squares / expected).max(least) } else { least };
        let skewed = cubes / squares;
        let step = if rate == Rate::Roas && skewed > scale { skewed } else { scale };
        let (mut beyond, mut weight) = (0.0, 0.0);
        for (events, cost) in &sums {
            let mean = overall * cost / scale;
            beyond += (events / scale - mean).powi(2) - mean;
            weight += mean * mean;
        }
        let between = if weight > 0.0 { (beyond / weight).max(0.0) } else { 0.0 };
        Self { rate, overall, sums, scale, step, between }
    }

    /// What came and what should have come, in events of variance one.
    fn counts(&self, (events, cost): (f64, f64)) -> (f64, f64) {
        ((events / self.scale).max(0.0), self.overall * cost / self.scale)
    }

    fn chances(&self) -> Vec<f64> {
        let chance = |(events, cost): &(f64, f64)| {
            let mean = self.overall * cost;
            let due = self.scale * mean / self.step.powi(2);
            count_either_way((due + (events - mean) / self.step).max(0.0), due)
        };
        self.sums.iter().map(chance).collect()
    }

    /// Variance between cells over variance between and within.
    fn reliability(&self) -> f64 {
        let within: Vec<f64> = self.sums.iter().map(|s| self.counts(*s).1).filter(|due| *due > 0.0).map(|due| 1.0 / due).collect();
        let mean = within.iter().sum::<f64>() / within.len().max(1) as f64;
        if self.between > 0.0 { self.between / (self.between + mean) } else { 0.0 }
    }

    fn cells(&self, differs: &[bool], place: fn(usize) -> (usize, usize)) -> Vec<Cell> {
        let prior = if self.between > 0.0 { 1.0 / self.between } else { f64::INFINITY };
        let chances = self.chances();
        let cell = |(i, sum): (usize, &(f64, f64))| {
            let (came, due) = self.counts(*sum);
            let at = |count: f64| if prior.is_finite() { count / (due + prior) } else { 1.0 };
            let root = (came + prior).sqrt();
            let (low, high) = (at((root - 0.641).max(0.0).powi(2)), at((root + 0.641).powi(2)));
            let (index, shown) = (at(came + prior), |index: f64| self.rate.shown(self.overall * index.max(1e-9)));
            let (a, b) = (shown(low), shown(high));
            let (weekday, hour) = place(i);
            let interval = (a.min(b), a.max(b));
            Cell { weekday, hour, value: shown(index), interval, index, weight: sum.1, chance: chances[i], differs: differs[i] }
        };
        self.sums.iter().enumerate().map(cell).collect()
    }
}

fn weekend(days: &Layer) -> Option<f64> {
    let ratio = |places: std::ops::Range<usize>| {
        let (events, cost) = days.sums[places].iter().fold((0.0, 0.0), |(n, d), s| (n + s.0, d + s.1));
        (cost > 0.0).then(|| events / cost)
    };
    ratio(5..7).zip(ratio(0..5)).map(|(end, week)| end / week).filter(|r| r.is_finite())
}
