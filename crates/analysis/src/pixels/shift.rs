//! Ratios of events that are not what they were, and which event it is that moved.

use super::{
    LADDER, PixelSettings, RESULTS, Shift, StepRate,
    cells::{Cells, Line},
};
use crate::{
    anomaly::robust::{median, quantile},
    counts,
    untold::Untold,
};
use compact_str::CompactString;

/// Whole days that may be unlike those before, at most: a trouble stays in sight until somebody mends it, for so long.
const WINDOW_MOST: usize = 42;
/// Whole days before them.
const BASELINE_DAYS: usize = 28;
/// No two days of a ratio are alike beyond this, whatever a short past says.
const OVERDISPERSION_LEAST: f64 = 0.003;
/// Neighbouring days are no more alike than this.
const AUTOCORRELATION_MOST: f64 = 0.8;
/// Days before its beginning that it must differ from.
const DAYS_BEFORE: usize = 5;
/// The latest days, and the first, that must be off as well.
const LATEST_DAYS: usize = 3;
/// Events that all moved by this factor against clicks moved together.
const ALIKE: f64 = 1.3;
const Z_95: f64 = 1.96;

/// Days of one count.
#[derive(Debug)]
struct Days {
    name: CompactString,
    days: Vec<Option<f64>>,
    /// Something that brings or confirms events and is none itself.
    outside: bool,
}

pub(super) fn judge(cells: &Cells, settings: &PixelSettings, untold: &mut Vec<Untold>) -> Vec<Shift> {
    let all = lines(cells);
    let pairs = pairs(&all);
    if pairs.is_empty() {
        untold.push(Untold::new("shifts", "it takes two kinds of events, or events and clicks, to hold one against the other"));
        return vec![];
    }
    let tests = (pairs.len() * WINDOW_MOST) as f64;
    let mut found: Vec<Shift> = vec![];
    for (over, under) in &pairs {
        let (over, under) = (&all[*over], &all[*under]);
        let Some(moved) = worst(over, under, settings, tests) else {
            untold.push(Untold::new(
                &over.name,
                format!("there are too few days with {} to know its usual ratio to them", under.name),
            ));
            continue;
        };
        found.extend(moved.filter(|shift| shift.rarity >= settings.rarity).map(|shift| blamed(shift, &all)));
    }
    told(found)
}

/// One shift for more and one for less: what moves the same way in the same days is one trouble. The one against clicks or orders
/// speaks for all where the whole pixel moved, else the rarest.
fn told(mut found: Vec<Shift>) -> Vec<Shift> {
    found.sort_by(|a, b| b.whole.cmp(&a.whole).then(b.rarity.total_cmp(&a.rarity)));
    let mut told: Vec<Shift> = vec![];
    for shift in found {
        match told.iter_mut().find(|known| (known.factor > 1.0) == (shift.factor > 1.0)) {
            Some(known) if known.event == shift.event || known.also.contains(&shift.event) => {}
            Some(known) => known.also.push(shift.event),
            None => told.push(shift),
        }
    }
    told
}

fn lines(cells: &Cells) -> Vec<Days> {
    let whole = cells.len() / cells.per_day;
    let days = |line: &Line, per_day: usize, outside: bool| {
        let mut days = line.days(per_day);
        days.truncate(whole);
        Days { name: line.name.clone(), days, outside }
    };
    let events = LADDER.iter().chain(RESULTS.iter()).filter_map(|name| cells.event(name));
    let outside = cells.clicks.iter().chain(cells.orders.iter());
    events.map(|line| days(line, cells.per_day, false)).chain(outside.map(|line| days(line, 1, true))).collect()
}

/// Each event by the step before it, the first by clicks, purchases by orders, other results by the first event.
fn pairs(all: &[Days]) -> Vec<(usize, usize)> {
    let place = |name: &str| all.iter().position(|line| line.name == name);
    let ladder: Vec<usize> = LADDER.iter().filter_map(|name| place(name)).collect();
    let mut pairs: Vec<(usize, usize)> = ladder.windows(2).map(|two| (two[1], two[0])).collect();
    let first = ladder.first().copied();
    pairs.extend(first.zip(place("clicks")));
    pairs.extend(place("Purchase").zip(place("orders")));
    pairs.extend(RESULTS.iter().filter_map(|name| place(name).zip(first.or(place("clicks")))));
    pairs
}

/// The window that is farthest from the days before it; `None` where no window can be judged, and an empty one where nothing moved enough.
fn worst(over: &Days, under: &Days, settings: &PixelSettings, tests: f64) -> Option<impl Iterator<Item = Shift>> {
    let end = over.days.len().min(under.days.len());
    let both = |day: usize| Some((over.days[day]?, under.days[day]?));
    let judged: Vec<Shift> = (1..=WINDOW_MOST)
        .filter(|window| *window < end)
        .filter_map(|window| {
            let split = end - window;
            let before: Vec<(f64, f64)> = (split.saturating_sub(BASELINE_DAYS)..split).filter_map(both).collect();
            let baseline = calm_weeks(&before, settings.least_factor);
            let recent: Vec<(f64, f64)> = (split..end).filter_map(both).collect();
            let ratio = Ratio::learn(&baseline, settings.least_days)?;
            let moved = ratio.judge(&recent).filter(|_| recent.len() == window)?;
            Some(Shift {
                event: over.name.clone(),
                over: over.name.clone(),
                under: under.name.clone(),
                from_day: split,
                to_day: end - 1,
                factor: moved.count / moved.expected,
                count: moved.count,
                expected: moved.expected,
                spread: moved.spread,
                rarity: moved.rarity - tests.log10(),
                also: vec![],
                whole: false,
            })
            .filter(|shift| {
                lasts(shift.factor, ratio.rate, &recent, settings.least_factor) && began(shift.factor, &before, &recent)
            })
        })
        .collect();
    if judged.is_empty() {
        return None;
    }
    let factor = settings.least_factor.max(1.0);
    let moved = judged.into_iter().filter(move |shift| shift.factor >= factor || shift.factor <= 1.0 / factor);
    Some(moved.max_by(|a, b| a.rarity.total_cmp(&b.rarity)).into_iter())
}

/// Whether the latest days are off the same way: what has ended is not what is wrong now.
fn lasts(factor: f64, rate: f64, recent: &[(f64, f64)], least_factor: f64) -> bool {
    let latest = &recent[recent.len().saturating_sub(LATEST_DAYS)..];
    let (count, under) = latest.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    let (now, half) = (count / (rate * under), least_factor.max(1.0).sqrt());
    if factor > 1.0 { now >= half } else { now <= 1.0 / half }
}

/// Whether it came from one day to the next, as tags do, by half of the way at least; what people do differently comes by degrees.
fn began(factor: f64, before: &[(f64, f64)], recent: &[(f64, f64)]) -> bool {
    let rate = |days: &[(f64, f64)]| {
        let (count, under) = days.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
        Some(count / under).filter(|rate| rate.is_finite())
    };
    let (before, after) = (&before[before.len().saturating_sub(DAYS_BEFORE)..], &recent[..recent.len().min(LATEST_DAYS)]);
    let Some((before, after)) = rate(before).zip(rate(after)).filter(|(before, _)| *before > 0.0) else { return true };
    if factor > 1.0 { after / before >= factor.sqrt() } else { after / before <= factor.sqrt() }
}

/// Variance of a week's ratio, as a part of it, beyond the scatter of its days; few weeks show it badly, so it is raised.
fn wandering(days: &[(f64, f64)], rate: f64, alpha: f64) -> f64 {
    let weeks: Vec<(f64, f64)> = days
        .rchunks(7)
        .filter(|week| week.len() == 7)
        .map(|week| week.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1)))
        .collect();
    let n = weeks.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let between = counts::overdispersion(weeks.iter().map(|week| (week.0, rate * week.1)));
    (between * (1.0 + (2.0 / (n - 1.0)).sqrt()) - alpha / 7.0).max(0.0)
}

/// The days before without weeks that were off themselves: an outage of last month is not what is usual.
fn calm_weeks(days: &[(f64, f64)], least_factor: f64) -> Vec<(f64, f64)> {
    let sum = |week: &[(f64, f64)]| week.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    let mut rates: Vec<f64> =
        days.chunks(7).map(sum).filter(|(_, under)| *under > 0.0).map(|(count, under)| count / under).collect();
    let usual = median(&mut rates);
    let calm = |week: &&[(f64, f64)]| {
        let (count, under) = sum(week);
        let (due, factor) = (usual * under, least_factor.max(1.0).sqrt());
        let far = count > due * factor || count < due / factor;
        // Four standard deviations of chance alone.
        !(far && (count - due).powi(2) > 16.0 * due)
    };
    days.chunks(7).filter(calm).flatten().copied().collect()
}

/// What a ratio was, and how far its days scattered.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    rate: f64,
    count: f64,
    days: f64,
    alpha: f64,
    alike: f64,
    wandering: f64,
}

impl Ratio {
    fn learn(days: &[(f64, f64)], least_days: usize) -> Option<Self> {
        let (count, under) = days.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
        let known = days.iter().filter(|day| day.1 > 0.0).count();
        if known < least_days.max(2) || count <= 0.0 || under <= 0.0 {
            return None;
        }
        let rate = count / under;
        let alpha = counts::overdispersion(days.iter().map(|day| (day.0, rate * day.1)));
        let raised = 1.0 + 2.0 * (2.0 / known as f64).sqrt();
        let wandering = wandering(days, rate, alpha);
        let alpha = (alpha * raised).max(OVERDISPERSION_LEAST);
        Some(Self { rate, count, days: known as f64, alpha, alike: alike(days, rate), wandering })
    }

    /// Later days held against it; `None` where nothing is expected of them.
    fn judge(self, recent: &[(f64, f64)]) -> Option<Moved> {
        let (count, under) = recent.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
        let expected = self.rate * under;
        if expected <= 0.0 {
            return None;
        }
        // Each day has its own scatter; days that are alike have less between them, and the old ratio is only known so well.
        let squares = recent.iter().map(|day| (self.rate * day.1).powi(2)).sum::<f64>() / (expected * expected);
        let alpha = (self.alpha * self.alike * (squares + 1.0 / self.days)).min(self.alpha * self.alike);
        let alpha = alpha + self.wandering + 1.0 / self.count;
        let tail =
            if count < expected { counts::at_most(count, expected, alpha) } else { counts::at_least(count, expected, alpha) };
        let (spread, rarity) = ((alpha + 1.0 / (count + 0.5)).sqrt(), -tail.max(1e-300).log10());
        Some(Moved { count, expected, spread, rarity })
    }
}

/// What came where so much was expected.
#[derive(Debug, Clone, Copy)]
struct Moved {
    count: f64,
    expected: f64,
    /// Of the logarithm of one over the other.
    spread: f64,
    rarity: f64,
}

/// By what the variance of a mean of days is raised since neighbouring days are alike: (1 + ρ) / (1 − ρ).
fn alike(days: &[(f64, f64)], rate: f64) -> f64 {
    let off = |day: &(f64, f64)| (day.1 > 0.0).then(|| (day.0 - rate * day.1) / (rate * day.1).sqrt());
    let off: Vec<f64> = days.iter().filter_map(off).collect();
    let (with, own) = (off.windows(2).map(|two| two[0] * two[1]).sum::<f64>(), off.iter().map(|v| v * v).sum::<f64>());
    // A short past shows less likeness than there is, by about 4/n (Marriott and Pope 1954).
    let rho = if own > 0.0 { with / own + 4.0 / off.len().max(8) as f64 } else { 0.0 };
    let rho = rho.clamp(0.0, AUTOCORRELATION_MOST);
    (1.0 + rho) / (1.0 - rho)
}

/// Names the one of a pair whose own count moved away from all others.
fn blamed(mut shift: Shift, all: &[Days]) -> Shift {
    let moved: Vec<(usize, f64)> =
        all.iter().enumerate().filter_map(|(place, line)| Some((place, line.moved(shift.from_day, shift.to_day)?))).collect();
    let of = |name: &str| moved.iter().find(|(place, _)| all[*place].name == name).map(|(_, factor)| *factor);
    let mut events: Vec<f64> = moved.iter().filter(|(place, _)| !all[*place].outside).map(|(_, factor)| *factor).collect();
    let (Some(over), Some(under)) = (of(&shift.over), of(&shift.under)) else { return shift };
    if all.iter().any(|line| line.outside && line.name == shift.under) {
        let with_all = |event: &f64| if shift.factor > 1.0 { event / under >= ALIKE } else { event / under <= 1.0 / ALIKE };
        shift.whole = events.len() > 1 && shift.under == "clicks" && events.iter().all(with_all);
        return shift;
    }
    let others = of("clicks").unwrap_or_else(|| median(&mut events));
    let off = |factor: f64| (factor.max(1e-6) / others.max(1e-6)).ln().abs();
    if off(under) > off(over) {
        shift.event = shift.under.clone();
        std::mem::swap(&mut shift.over, &mut shift.under);
        shift.factor = 1.0 / shift.factor.max(1e-9);
    }
    shift
}

impl Days {
    /// A day's mean of the stretch over the middle day of the same weekdays before it.
    fn moved(&self, from: usize, to: usize) -> Option<f64> {
        let known =
            |days: std::ops::Range<usize>| days.filter_map(|day| self.days.get(day).copied().flatten()).collect::<Vec<f64>>();
        let recent = known(from..to + 1);
        let usual: Vec<f64> = (from..=to)
            .filter_map(|day| {
                let before = (1..=BASELINE_DAYS / 7 + 2).filter_map(|weeks| day.checked_sub(7 * weeks)).filter(|day| *day < from);
                let mut same: Vec<f64> = before.filter_map(|day| self.days.get(day).copied().flatten()).collect();
                same.sort_unstable_by(f64::total_cmp);
                (!same.is_empty()).then(|| quantile(&same, 0.5))
            })
            .collect();
        let (usual, days) = (usual.iter().sum::<f64>() / usual.len().max(1) as f64, recent.len() as f64);
        (usual > 0.0 && days > 0.0).then(|| recent.iter().sum::<f64>() / days / usual)
    }
}

/// Rates of the steps over the last 30 whole days.
pub(super) fn rates(cells: &Cells) -> Vec<StepRate> {
    const DAYS: usize = 30;
    let all: Vec<Days> = lines(cells).into_iter().filter(|line| !line.outside).collect();
    let rate = |(over, under): (usize, usize)| {
        let (over, under) = (&all[over], &all[under]);
        let end = over.days.len().min(under.days.len());
        let days: Vec<(f64, f64)> =
            (end.saturating_sub(DAYS)..end).filter_map(|day| Some((over.days[day]?, under.days[day]?))).collect();
        let (hits, trials) = days.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
        if trials <= 0.0 {
            return None;
        }
        let share = hits / trials;
        // Trials count for less where days scatter more than chance.
        let alpha = counts::overdispersion(days.iter().map(|day| (day.0, share * day.1)));
        let squares = days.iter().map(|day| (share * day.1).powi(2)).sum::<f64>();
        let fewer = if hits > 0.0 { 1.0 + alpha * squares / hits } else { 1.0 };
        let (low, high) = counts::wilson(hits / fewer, trials / fewer, Z_95);
        Some(StepRate {
            from: under.name.clone(),
            into: over.name.clone(),
            rate: share * 100.0,
            interval: (share <= 1.0).then_some((low * 100.0, high * 100.0)),
        })
    };
    pairs(&all).into_iter().filter_map(rate).collect()
}
