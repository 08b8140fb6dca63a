//! What is usual of each hour of a pixel, and how far it scatters.

use super::cells::{Cells, Line};
use crate::{anomaly::robust::median, counts};

/// Days of the lasting and of the latest level.
const LEVEL_DAYS: (usize, usize) = (28, 5);
/// How many events of the whole week's profile are mixed into that of workdays and weekends.
const PROFILE_PRIOR: f64 = 50.0;
/// Weekdays that bring less than this of a usual day tell nothing of the level.
const WEEKDAY_LEAST: f64 = 0.05;

#[derive(Debug, Clone)]
pub(super) struct Rhythm {
    per_day: usize,
    weekday: [f64; 7],
    /// Of workdays and weekends, share of each step of the day.
    shares: [Vec<f64>; 2],
    pub(super) level: f64,
    /// Overdispersion of sums of so many steps.
    scatter: Vec<(usize, f64)>,
    /// The most events that a silence of the past missed without being rare.
    pub(super) longest: f64,
}

impl Rhythm {
    /// From whole days before `until`; the reason where they do not carry it.
    pub(super) fn learn(
        cells: &Cells,
        line: &Line,
        until: usize,
        window: usize,
        least: usize,
        rarity: f64,
    ) -> Result<Self, String> {
        let days = line.days(cells.per_day);
        let until = until.min(days.len());
        let from = until.saturating_sub(window);
        let known: Vec<(usize, f64)> = (from..until).filter_map(|day| Some((day, days[day]?))).collect();
        if known.len() < least.max(7) {
            return Err(format!("{} whole days are known and it takes {}", known.len(), least.max(7)));
        }
        let middle = known.iter().map(|(_, sum)| sum).sum::<f64>() / known.len() as f64;
        if middle <= 0.0 {
            return Err("it received nothing in all the days before".to_owned());
        }
        let mut rhythm = Self {
            per_day: cells.per_day,
            weekday: weekdays(cells, &known),
            shares: shares(cells, line, &known),
            level: 0.0,
            scatter: vec![],
            longest: 0.0,
        };
        rhythm.level = rhythm.level_before(cells, &days, until).ok_or("the days before are too few to know its level")?;
        rhythm.learn_scatter(cells, line, &days, (from, until), rarity);
        Ok(rhythm)
    }

    fn level_before(&self, cells: &Cells, days: &[Option<f64>], day: usize) -> Option<f64> {
        let median_of = |count: usize, least: usize| {
            let factor = |day: usize| self.weekday[cells.weekday(day)];
            let known = (0..day).rev().filter(|day| factor(*day) >= WEEKDAY_LEAST);
            let mut levels: Vec<f64> = known.filter_map(|day| Some(days[day]? / factor(day))).take(count).collect();
            (levels.len() >= least).then(|| median(&mut levels))
        };
        Some(median_of(LEVEL_DAYS.0, 7)?.min(median_of(LEVEL_DAYS.1, 1)?))
    }

    fn learn_scatter(&mut self, cells: &Cells, line: &Line, days: &[Option<f64>], (from, until): (usize, usize), rarity: f64) {
        let per_day = self.per_day;
        let judged: Vec<(usize, f64)> = (from..until)
            .filter(|day| days[*day].is_some())
            .filter_map(|day| Some((day, self.level_before(cells, days, day)?)))
            .collect();
        let scales: &[usize] = if per_day == 24 { &[1, 3, 6, 12, 24] } else { &[1] };
        let raised = 1.0 + 2.0 * (2.0 / judged.len().max(2) as f64).sqrt();
        for scale in scales {
            let blocks = judged.iter().flat_map(|(day, level)| {
                (0..per_day / scale).map(move |block| {
                    let begin = block * scale;
                    (*day, *level, begin)
                })
            });
            let pairs = blocks.map(|(day, level, begin)| {
                let steps = begin..begin + scale;
                let count: f64 = steps.clone().filter_map(|step| line.counts[day * per_day + step]).sum();
                (count, steps.map(|step| self.at_level(cells, day, step, level)).sum())
            });
            self.scatter.push((*scale, counts::overdispersion(pairs) * raised));
        }
        let (mut missed, mut run) = (0.0_f64, 0_usize);
        for (day, level) in judged {
            for step in 0..per_day {
                if line.counts[day * per_day + step] == Some(0.0) {
                    missed += self.at_level(cells, day, step, level);
                    run += 1;
                    if counts::rarity_of_none(missed, self.overdispersion(run)) < rarity {
                        self.longest = self.longest.max(missed);
                    }
                } else {
                    (missed, run) = (0.0, 0);
                }
            }
        }
    }

    fn at_level(&self, cells: &Cells, day: usize, step: usize, level: f64) -> f64 {
        let weekday = cells.weekday(day);
        level * self.weekday[weekday] * self.shares[usize::from(weekday > 4)][step]
    }

    /// What is usual of a step, at the level of the days before.
    pub(super) fn mean(&self, cells: &Cells, step: usize) -> f64 {
        self.at_level(cells, step / self.per_day, step % self.per_day, self.level)
    }

    /// Of the sum of so many steps.
    pub(super) fn overdispersion(&self, steps: usize) -> f64 {
        let known = self.scatter.iter().rev().find(|(scale, _)| *scale <= steps);
        known.or(self.scatter.first()).map_or(0.0, |(_, alpha)| *alpha)
    }
}

fn weekdays(cells: &Cells, known: &[(usize, f64)]) -> [f64; 7] {
    let mean = known.iter().map(|(_, sum)| sum).sum::<f64>() / known.len() as f64;
    let mut factors = [1.0; 7];
    for (weekday, factor) in factors.iter_mut().enumerate() {
        let mut of: Vec<f64> = known.iter().filter(|(day, _)| cells.weekday(*day) == weekday).map(|(_, sum)| sum / mean).collect();
        let n = of.len() as f64;
        *factor = n.mul_add(median(&mut of), 0.5) / (n + 0.5);
    }
    factors
}

fn shares(cells: &Cells, line: &Line, known: &[(usize, f64)]) -> [Vec<f64>; 2] {
    let per_day = cells.per_day;
    let sum = |step: usize, of: &dyn Fn(usize) -> bool| -> f64 {
        let days = known.iter().filter(|(day, _)| of(cells.weekday(*day)));
        days.filter_map(|(day, _)| line.counts[day * per_day + step]).sum()
    };
    let profile = |of: &dyn Fn(usize) -> bool, prior: &[f64]| {
        let sums: Vec<f64> = (0..per_day).map(|step| PROFILE_PRIOR.mul_add(prior[step], sum(step, of))).collect();
        let all: f64 = sums.iter().sum();
        sums.into_iter().map(|sum| sum / all).collect::<Vec<f64>>()
    };
    let flat = vec![1.0 / per_day as f64; per_day];
    let week = profile(&|_| true, &flat);
    [profile(&|weekday| weekday <= 4, &week), profile(&|weekday| weekday > 4, &week)]
}
