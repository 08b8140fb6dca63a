//! How many days it takes until conversions are reported.
//!
//! From days that were read again and again until they were final ([`Restated`]): the share in at an age is the sum seen by then over the
//! sum in the end, over all days followed to their end; its error is that of a ratio of sums over days. Where delays of single conversions
//! are known, their distribution is the same curve ([`of_delays`]).
//!
//! # When it misleads
//! Figures also shrink (returns, invalid clicks), so a share may be above one for a while. A new attribution window makes another curve.

use super::{Because, Confidence, Pattern, PatternKind, Picture, sane, valid_until};
use crate::forecast::Restated;
use crate::odds::below;
use trimtab_domain::{Day, finding::EntityRef};

/// The share in at an age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Age in days; 0 is the day itself.
    pub age: usize,
    /// Share of the final figure that is in.
    pub share: f64,
    /// Between what it is four times in five.
    pub interval: (f64, f64),
}

/// The share of conversions reported by age.
#[derive(Debug, Clone, PartialEq)]
pub struct LagCurve {
    /// By age from 0 to the end of the window.
    pub shares: Vec<Share>,
    /// The age by which half are in.
    pub half_days: usize,
    /// The age by which nine tenths are in: younger days are not to be judged.
    pub most_days: usize,
    /// Days, or conversions, it was learnt from.
    pub learnt_from: usize,
}

/// Days followed to their end it takes.
const SETTLED_LEAST: usize = 14;
/// Conversions with a known delay it takes.
const DELAYS_LEAST: usize = 50;
/// Standard errors that hold four times in five.
const WIDE: f64 = 1.282;

/// Learns it from days that were read again. After `window` days a figure is final; `seen` are the first and last day of them.
///
/// # Errors
/// [`Because`]: too few days followed to their end, or no figure comes later.
pub fn learn(days: &[Restated], window: usize, entity: EntityRef, seen: (Day, Day), today: Day) -> Result<Pattern, Because> {
    let window = window.min(400);
    let by_age = |day: &Restated| {
        let at = |age: usize| day.seen.iter().take_while(|(read, _)| *read <= age).last().map(|(_, v)| *v).filter(|v| sane(*v));
        let settled = day.seen.last().is_some_and(|(age, _)| *age >= window);
        let last = at(window).filter(|last| settled && *last > 0.0)?;
        // Before it was first read nothing was in that anybody knew of.
        Some((last, (0..=window).map(|age| at(age).unwrap_or(0.0)).collect::<Vec<f64>>()))
    };
    let settled: Vec<(f64, Vec<f64>)> = days.iter().filter_map(by_age).collect();
    if settled.len() < SETTLED_LEAST {
        return Err(Because::TooFew { what: "days followed to their end", have: settled.len() as f64, need: SETTLED_LEAST as f64 });
    }
    let whole: f64 = settled.iter().map(|(last, _)| last).sum();
    let n = settled.len() as f64;
    let share = |age: usize| {
        let share = settled.iter().map(|(_, seen)| seen[age]).sum::<f64>() / whole;
        let squares: f64 = settled.iter().map(|(last, seen)| (seen[age] - share * last).powi(2)).sum();
        let error = (squares * n / (n - 1.0)).sqrt() / whole;
        (Share { age, share, interval: (share - WIDE * error, share + WIDE * error) }, error)
    };
    pattern((0..=window).map(share).collect(), settled.len(), entity, seen, today)
}

/// Learns it from single delays in days.
///
/// # Errors
/// [`Because`]: fewer than fifty delays, or none beyond the day itself.
pub fn of_delays(delays: &[f64], window: usize, entity: EntityRef, seen: (Day, Day), today: Day) -> Result<Pattern, Because> {
    let known: Vec<f64> = delays.iter().copied().filter(|d| d.is_finite() && *d >= 0.0).collect();
    if known.len() < DELAYS_LEAST {
        return Err(Because::TooFew {
            what: "conversions with a known delay",
            have: known.len() as f64,
            need: DELAYS_LEAST as f64,
        });
    }
    let n = known.len() as f64;
    let share = |age: usize| {
        let share = known.iter().filter(|d| **d < age as f64 + 1.0).count() as f64 / n;
        let error = (share * (1.0 - share) / n).sqrt();
        (Share { age, share, interval: ((share - WIDE * error).max(0.0), (share + WIDE * error).min(1.0)) }, error)
    };
    pattern((0..=window.min(400)).map(share).collect(), known.len(), entity, seen, today)
}

fn pattern(
    shares: Vec<(Share, f64)>,
    learnt_from: usize,
    entity: EntityRef,
    seen: (Day, Day),
    today: Day,
) -> Result<Pattern, Because> {
    let (first, error) = shares[0];
    let late = 1.0 - first.share;
    let chance = if late > 0.0 { below(-late / error.max(f64::MIN_POSITIVE)) } else { 1.0 };
    // Less than a hundredth that comes later changes no judgement.
    if late < 0.01 || chance > 0.01 {
        return Err(Because::NoPattern { chance: chance.max(if late < 0.01 { 1.0 } else { 0.0 }) });
    }
    // Above for good: figures that shrink may be above for a while.
    let by = |share: f64| shares.iter().rposition(|(s, _)| s.share < share).map_or(0, |age| age + 1).min(shares.len() - 1);
    let widest = shares.iter().map(|(s, _)| s.interval.1 - s.interval.0).fold(0.0, f64::max);
    let curve = LagCurve { half_days: by(0.5), most_days: by(0.9), learnt_from, shares: shares.iter().map(|(s, _)| *s).collect() };
    Ok(Pattern {
        kind: PatternKind::ConversionLag,
        entity,
        currency: None,
        learned_on: today,
        learned_from: seen,
        valid_until: valid_until(today, seen),
        confidence: Confidence::of(chance, 1.0 - widest, learnt_from as f64),
        picture: Picture::Lag(curve),
    })
}
