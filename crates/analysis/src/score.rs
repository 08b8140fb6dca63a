//! An account's score, 0 to 100, of four parts: learning health, performance, budget efficiency, creative health.
//!
//! Each part is the weighted mean of its sub-scores, the total that of the parts (weights in [`ScoreSettings`]). What is not known is
//! named in `untold` and left out of both means; where less than `least_coverage` of the weights is known there is no total. A sub-score
//! is a straight line between the value at which nothing is wrong (100) and the one at which everything is (0), cut off at both:
//!
//! | sub-score | figure | 100 | 0 |
//! |---|---|---|---|
//! | `learning_stage` | (learned + 0.6 · learning) ÷ ad groups whose stage is told, by spend where told | 1 | 0 |
//! | `learning_resets` | edits that sent ad groups back to learning, per ad group and week | 0 | 1 |
//! | `against_target` | ROAS ÷ target, or target ÷ CPA | 1.1 | 0.5 |
//! | `against_past` | the same against the account's own past | 1.1 | 0.5 |
//! | `pacing` | how far the projected spend is off the budget | 5 % | 30 % |
//! | `waste` | share of spend on ads with no conversion where `waste_conversions` or more would be usual | 0 | 30 % |
//! | `underperforming` | share of spend in campaigns beyond doubt worse than the goal by a quarter | 0 | 50 % |
//! | `concentration` | share of spend on the largest ad, of accounts with five ads or more | 40 % | 90 % |
//! | `fatigue` | (fatigued + ½ wearing) ÷ ads with a verdict | 0 | 60 % |
//! | `frequency` | impressions per person in seven days | 2.5 | 6 |
//! | `disapproved` | ads refused ÷ ads | 0 | 20 % |
//! | `ctr_trend` | change of CTR against the weeks before | ≥ 0 | −40 % |
//!
//! Sources: parts and their meaning [5] 3.5 and 4.5; a frequency of 3.5 as the usual warning [5] 8.3, at which the line gives 71. The
//! lines themselves are a convention: a score orders accounts and weeks, it measures nothing in money.
//!
//! **Waste** asks how many conversions an ad's spend should have brought at the account's own CPA: with none where three were due, chance
//! alone explains one ad in twenty (e⁻³), so an account of many small ads is not punished for chance.
//!
//! **Confidence** of an issue: of sub-scores that rest on conversions, the probability that the figure is on the wrong side at all (log
//! ratio of counts, variance 2 (1/n + 1/m)); of shares, 1 − (1 − share)ⁿ, how surely so many objects are not none; all others are counts
//! of what the platform itself says, and as sure as the share of objects it says it of.
//!
//! **It misleads** where goals are not comparable (brand campaigns judged by ROAS), and when parts are missing: 80 of two parts is not 80
//! of four, so `coverage` belongs beside it.

mod parts;
mod tell;
mod trend;

use crate::untold::Untold;
use compact_str::CompactString;
use trimtab_domain::{
    Currency, DayRange,
    finding::{EntityRef, Finding},
};

pub use trend::{Course, Trend, trend};

/// How many ad groups that deliver are in which stage of learning.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LearningCounts {
    /// Through with it.
    pub learned: u32,
    /// In it.
    pub learning: u32,
    /// In it for good: too few conversions ("learning limited").
    pub limited: u32,
    /// Of which the platform tells nothing.
    pub unknown: u32,
    /// Spend of the period of learned, learning and limited ones, where known.
    pub spend: Option<[f64; 3]>,
    /// Edits of the period that sent one back to learning, where edits are read.
    pub resets: Option<u32>,
}

/// What performance is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Goal {
    /// Revenue per unit of spend: the more the better.
    Roas,
    /// Spend per conversion: the less the better.
    Cpa,
}

/// How the account does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Performance {
    /// What it is judged by.
    pub goal: Goal,
    /// What it reached.
    pub value: Option<f64>,
    /// What it should reach.
    pub target: Option<f64>,
    /// What it reached in the weeks before.
    pub past: Option<f64>,
    /// Conversions of the period.
    pub conversions: f64,
    /// Conversions of the weeks before.
    pub past_conversions: f64,
}

/// An ad's or campaign's share of the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Spender {
    /// What it is.
    pub entity: EntityRef,
    /// Spend.
    pub spend: f64,
    /// Conversions.
    pub conversions: f64,
    /// Revenue.
    pub revenue: f64,
}

/// What is known of the creatives.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Creatives {
    /// Ads with the verdict that they are worn out.
    pub fatigued: u32,
    /// Ads with the verdict that they are wearing.
    pub wearing: u32,
    /// Ads with the verdict that they are fine.
    pub fresh: u32,
    /// Impressions per person over the last seven days, as the platform tells.
    pub frequency: Option<f64>,
    /// Ads that are on, those refused included.
    pub ads: Option<u32>,
    /// Ads the platform refused.
    pub disapproved: Option<u32>,
    /// CTR of the period over that of the weeks before, less one.
    pub ctr_change: Option<f64>,
}

/// What an account is scored by.
#[derive(Debug, Clone, Copy)]
pub struct ScoreInput<'a> {
    /// The account.
    pub account: &'a EntityRef,
    /// Currency of its amounts.
    pub currency: Currency,
    /// The days scored.
    pub period: DayRange,
    /// Stages of learning, where the platform has any.
    pub learning: Option<LearningCounts>,
    /// How it does.
    pub performance: Performance,
    /// Projected spend over budget, less one, where there is a budget.
    pub pacing: Option<f64>,
    /// Its ads.
    pub ads: &'a [Spender],
    /// Its campaigns.
    pub campaigns: &'a [Spender],
    /// Its creatives.
    pub creatives: Creatives,
}

/// How accounts are scored.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreSettings {
    /// Weights of learning health, performance, budget efficiency and creative health.
    pub weights: [f64; 4],
    /// Conversions below which performance is not judged.
    pub least_conversions: f64,
    /// Conversions an ad's spend should have brought before having none is waste.
    pub waste_conversions: f64,
    /// Part of the weights that must be known for a total.
    pub least_coverage: f64,
    /// Points of the total whose loss is told, and a warning. It is never critical: a score sums up weeks.
    pub points: [f64; 2],
}

impl Default for ScoreSettings {
    fn default() -> Self {
        Self {
            weights: [0.2, 0.4, 0.2, 0.2],
            least_conversions: 10.0,
            waste_conversions: 3.0,
            least_coverage: 0.5,
            points: [2.0, 6.0],
        }
    }
}

/// A part of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartKind {
    /// Whether ad groups get through their learning.
    Learning,
    /// Whether goals are met.
    Performance,
    /// Whether money goes where it works.
    Budget,
    /// Whether what is shown still works.
    Creative,
}

impl PartKind {
    /// Every part.
    pub const ALL: [Self; 4] = [Self::Learning, Self::Performance, Self::Budget, Self::Creative];

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Learning => "learning_health",
            Self::Performance => "performance",
            Self::Budget => "budget_efficiency",
            Self::Creative => "creative_health",
        }
    }
}

/// One figure of a part, 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct SubScore {
    /// Its name.
    pub name: &'static str,
    /// 0 to 100.
    pub score: f64,
    /// Its weight within the part.
    pub weight: f64,
    /// The figure it comes from.
    pub figure: f64,
    /// At which it is 100, and at which 0.
    pub line: (f64, f64),
    /// How sure it is that anything is wrong, 0 to 1.
    pub confidence: f64,
    /// What it is mostly about, most first.
    pub about: Vec<EntityRef>,
    /// What it costs in points of the total.
    pub lost_points: f64,
}

/// A part with what it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Which.
    pub kind: PartKind,
    /// 0 to 100; `None`: nothing of it is known.
    pub score: Option<f64>,
    /// What it comes from.
    pub subs: Vec<SubScore>,
}

/// What to do about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// Points of the total to be won.
    pub points: f64,
    /// What to do.
    pub action: String,
    /// To what.
    pub entity: EntityRef,
    /// Which sub-score says so.
    pub reason: CompactString,
}

/// An account's score.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// 0 to 100; `None`: too little is known.
    pub total: Option<f64>,
    /// Part of the weights that is known, 0 to 1.
    pub coverage: f64,
    /// The four parts.
    pub parts: Vec<Part>,
    /// What costs points, most first.
    pub findings: Vec<Finding>,
    /// What to do, most points first.
    pub recommendations: Vec<Recommendation>,
    /// What is not known.
    pub untold: Vec<Untold>,
}

/// Scores an account.
#[must_use]
pub fn score(input: &ScoreInput<'_>, settings: &ScoreSettings) -> Score {
    let mut untold = Vec::new();
    let mut parts = parts::all(input, settings, &mut untold);
    let weight = |kind: PartKind| Some(settings.weights[kind as usize]).filter(|w| w.is_finite() && *w > 0.0).unwrap_or(0.0);
    let known = parts.iter().filter_map(|part| Some((weight(part.kind), part.score?)));
    let (weights, points) = known.fold((0.0, 0.0), |sum, (weight, score)| (sum.0 + weight, sum.1 + weight * score));
    let all: f64 = PartKind::ALL.into_iter().map(weight).sum();
    let coverage = if all > 0.0 { (weights / all).min(1.0) } else { 0.0 };
    let total = (weights > 0.0 && coverage >= settings.least_coverage).then(|| (points / weights).clamp(0.0, 100.0));
    if total.is_none() {
        untold.push(Untold::new("score", format!("only {:.0} % of what it is made of is known", coverage * 100.0)));
    }
    for part in &mut parts {
        let of_part: f64 = part.subs.iter().map(|sub| sub.weight).sum();
        let share = if weights > 0.0 { weight(part.kind) / weights } else { 0.0 };
        for sub in &mut part.subs {
            sub.lost_points = (100.0 - sub.score) * share * sub.weight / of_part;
        }
    }
    let (findings, recommendations) = if total.is_some() { tell::all(&parts, input, settings) } else { (vec![], vec![]) };
    Score { total, coverage, parts, findings, recommendations, untold }
}

#[cfg(test)]
mod tests;
