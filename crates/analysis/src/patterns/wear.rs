//! After how many days creatives of an account are tired.
//!
//! Each ad whose first day is known is followed to the day its own click rate had lost a quarter ([`crate::fatigue`]), or to the last day
//! it was seen not tired. Kaplan and Meier (1958) make of both kinds how many are not tired by an age; the interval is Greenwood's on the
//! doubly logarithmic scale, four times in five. The typical age is the one by which half are tired.
//!
//! Ads are diagnosed with [`crate::fatigue::diagnose`]; to count those that no longer run, set `idle_days` to `usize::MAX`, which looks at
//! each up to its last day.
//!
//! # When it misleads
//! - Ads are paused because they are tired: where the diagnosis comes after the pause, it is not seen, and ads seem to last longer.
//! - Ads whose fall is explained by something else tell nothing and are left out.

use super::{Because, Confidence, Pattern, PatternKind, Picture, days_between, valid_until};
use crate::fatigue::{Diagnosis, Unproven, Verdict};
use crate::odds::normal_at;
use trimtab_domain::{Day, finding::EntityRef};

/// How long an ad lasted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lifetime {
    /// Days from its first to the day it was tired, or the last day it was seen.
    pub days: f64,
    /// Whether it was tired then.
    pub tired: bool,
}

/// How many are not tired by an age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fresh {
    /// Age in days.
    pub days: f64,
    /// Share that is not tired.
    pub share: f64,
    /// Between what it is four times in five.
    pub interval: (f64, f64),
    /// Ads that were followed so far.
    pub followed: usize,
}

/// How many creatives are not tired by age.
#[derive(Debug, Clone, PartialEq)]
pub struct WearCurve {
    /// A step for each age at which an ad was tired.
    pub curve: Vec<Fresh>,
    /// The age by which half are tired; `None` where more than half outlast all that was seen.
    pub typical_days: Option<f64>,
    /// The age by which a quarter is tired: when a new creative should be ready.
    pub first_quarter_days: Option<f64>,
    /// Between what the typical age is four times in five; the end is open where it was not reached.
    pub interval: (Option<f64>, Option<f64>),
    /// The most days any ad was followed.
    pub seen_days: f64,
    /// Ads followed.
    pub ads: usize,
    /// Those of them that were tired.
    pub tired: usize,
}

/// Tired ads it takes.
const TIRED_LEAST: usize = 5;

/// Lifetimes from diagnoses: of ads that began within the days looked at.
#[must_use]
pub fn lifetimes(diagnoses: &[Diagnosis]) -> Vec<Lifetime> {
    diagnoses.iter().filter_map(lifetime).collect()
}

fn lifetime(of: &Diagnosis) -> Option<Lifetime> {
    let (first, last) = of.looked_at?;
    let born = of.created.unwrap_or(first);
    let age = |day: Day| f64::from(days_between(born, day));
    // Older ones have been tired before anybody looked, or have outlived those that have.
    if days_between(born, first) > 3 {
        return None;
    }
    match of.verdict {
        Verdict::Fatigued => Some(Lifetime { days: age(of.tired_on?).max(1.0), tired: true }),
        Verdict::CannotTell { .. } | Verdict::NotEstablished { because: Unproven::Confounded(_) } => None,
        _ => Some(Lifetime { days: age(last).max(1.0), tired: false }),
    }
}

/// Learns how long creatives last.
///
/// # Errors
/// [`Because`]: fewer than five tired ads.
pub fn learn(lifetimes: &[Lifetime], entity: EntityRef, seen: (Day, Day), today: Day) -> Result<Pattern, Because> {
    let mut all: Vec<Lifetime> = lifetimes.iter().copied().filter(|l| l.days.is_finite() && l.days > 0.0).collect();
    all.sort_by(|a, b| a.days.total_cmp(&b.days));
    let tired = all.iter().filter(|l| l.tired).count();
    if tired < TIRED_LEAST {
        return Err(Because::TooFew {
            what: "creatives that tired within the days at hand",
            have: tired as f64,
            need: TIRED_LEAST as f64,
        });
    }
    let curve = curve(&all);
    let reached = |share: f64, of: fn(&Fresh) -> f64| curve.iter().find(|step| of(step) <= share).map(|step| step.days);
    let typical = reached(0.5, |s| s.share);
    let wide = curve.iter().map(|s| s.interval.1 - s.interval.0).sum::<f64>() / curve.len() as f64;
    let wear = WearCurve {
        typical_days: typical,
        first_quarter_days: reached(0.75, |s| s.share),
        interval: (reached(0.5, |s| s.interval.0), reached(0.5, |s| s.interval.1)),
        seen_days: all.last().map_or(0.0, |longest| longest.days),
        ads: all.len(),
        tired,
        curve,
    };
    Ok(Pattern {
        kind: PatternKind::CreativeFatigue,
        entity,
        currency: None,
        learned_on: today,
        learned_from: seen,
        valid_until: valid_until(today, seen),
        // Tired ads are established one by one, so that there are any is hardly chance; how well ages are known is the curve's width.
        confidence: Confidence::of(0.05_f64.powf(tired as f64 / TIRED_LEAST as f64), 1.0 - wide, tired as f64),
        picture: Picture::Wear(wear),
    })
}

fn curve(ascending: &[Lifetime]) -> Vec<Fresh> {
    let mut at_risk = ascending.len();
    let (mut share, mut greenwood) = (1.0, 0.0);
    let mut curve = Vec::new();
    for same in ascending.chunk_by(|a, b| a.days == b.days) {
        let (n, d) = (at_risk as f64, same.iter().filter(|l| l.tired).count() as f64);
        if d > 0.0 {
            share *= 1.0 - d / n;
            greenwood += d / (n * (n - d));
            curve.push(Fresh { days: same[0].days, share, interval: interval(share, greenwood), followed: at_risk });
        }
        at_risk -= same.len();
    }
    curve
}

fn interval(share: f64, greenwood: f64) -> (f64, f64) {
    if share <= 0.0 || share >= 1.0 || !greenwood.is_finite() {
        return (0.0, share.max(0.0));
    }
    let far = normal_at(0.9) * greenwood.sqrt() / share.ln().abs();
    let bound = |sign: f64| share.powf((sign * far).exp());
    (bound(1.0), bound(-1.0))
}
