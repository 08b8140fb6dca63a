//! What was always so in an account, as it was learnt. Amounts are plain numbers in whole units of the pattern's currency: what is drawn
//! here are estimates.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The patterns of an account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternsShape {
    /// The day they were learnt for, in the account's zone: the Monday of a week.
    pub learned_on: String,
    /// The day they are learnt anew.
    pub due_on: String,
    /// Six kinds, each at least once.
    pub patterns: Vec<PatternCard>,
}

/// A pattern, or why there is none.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternCard {
    /// `time_performance`, `creative_fatigue`, `budget_sweet_spot`, `audience_decay`, `conversion_lag` or `seasonal`.
    pub kind: String,
    /// What it is a pattern of: `account` or `campaign`.
    pub level: String,
    /// Its id on the platform.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The pattern; null: there is none.
    pub pattern: Option<PatternShape>,
    /// Why there is none; null: there is one.
    pub because: Option<String>,
    /// Whether there were figures enough; if not, nobody can tell yet.
    pub enough: bool,
}

/// A pattern.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternShape {
    /// First day it was learnt from.
    pub learned_from: String,
    /// Last day it was learnt from.
    pub learned_to: String,
    /// The last day it may be used.
    pub valid_until: String,
    /// Currency of its amounts, where it has any.
    pub currency: Option<String>,
    /// How sure it is.
    pub confidence: PatternConfidence,
    /// What it says, in a line.
    pub headline: String,
    /// What it rests on and the picture does not show; may be empty.
    pub detail: String,
    /// When it misleads.
    pub doubt: String,
    /// What to use it for.
    pub actions: Vec<String>,
    /// What it looks like.
    pub picture: PatternPicture,
}

/// How sure a pattern is, and what that rests on; each from 0 to 1.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternConfidence {
    /// The product of the three.
    pub value: f64,
    /// One less the chance of seeing as much without a pattern.
    pub sample: f64,
    /// The part of the differences that is not noise.
    pub spread: f64,
    /// One less one over how often it could have repeated.
    pub span: f64,
}

/// What a pattern looks like.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum PatternPicture {
    /// A week of hours.
    Hours {
        /// The rate that is compared: `cvr`, `cpa`, `roas` or `ctr`.
        rate: String,
        /// Over everything, in the rate's unit.
        overall: f64,
        /// 168 hours, Monday's first.
        cells: Vec<PatternCell>,
        /// 24 hours of any day.
        hours: Vec<PatternCell>,
        /// Seven weekdays.
        weekdays: Vec<PatternCell>,
        /// Saturday and Sunday against the other days; above 1 is better.
        weekend: Option<f64>,
    },
    /// How many creatives are not tired by age.
    Wear {
        /// A step for each age at which one was tired.
        curve: Vec<WearStep>,
        /// The age in days by which half are tired; null: fewer than half were, within the days seen.
        typical_days: Option<f64>,
        /// The age by which a quarter is tired.
        first_quarter_days: Option<f64>,
        /// Four times in five the typical age is above this …
        low_days: Option<f64>,
        /// … and below this.
        high_days: Option<f64>,
        /// Ads followed.
        ads: usize,
        /// Those of them that were tired.
        tired: usize,
        /// The most days any was followed; 0 in results of before this was told.
        #[serde(default)]
        seen_days: f64,
    },
    /// Results by spend per day.
    Budget {
        /// `conversions` or `revenue`.
        goal: String,
        /// Weeks as they were.
        weeks: Vec<SpendResult>,
        /// The curve over the spend that was seen.
        curve: Vec<SpendPoint>,
        /// The spend from which the next unit buys less than half of the average one; null: not nearly reached.
        diminishing_at: Option<f64>,
        /// Four times in five that is above this …
        low: f64,
        /// … and below this; null: open.
        high: Option<f64>,
        /// The spend at which the last unit earns itself back; null: nobody knows what a result is worth, or it was not reached.
        best: Option<f64>,
        /// Lowest spend per day that was seen.
        seen_low: f64,
        /// Highest.
        seen_high: f64,
    },
    /// Ad groups whose audiences answer less and less.
    Audience {
        /// How many were looked at.
        of: usize,
        /// Those that do, the fastest first.
        decays: Vec<AudienceLoss>,
    },
    /// The share of conversions reported by age.
    Lag {
        /// The age in days by which half are in.
        half_days: usize,
        /// The age by which nine tenths are in.
        most_days: usize,
        /// Days it was learnt from.
        learnt_from: usize,
        /// By age.
        shares: Vec<LagShare>,
    },
    /// Weekdays and months against the mean.
    Season {
        /// Of which metric.
        metric: String,
        /// Seven weekdays.
        weekdays: Option<Vec<SeasonPart>>,
        /// Why there are none.
        weekdays_because: Option<String>,
        /// Twelve months.
        months: Option<Vec<SeasonPart>>,
        /// Why there are none.
        months_because: Option<String>,
    },
}

/// An hour of the week, an hour of the day or a weekday.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternCell {
    /// 0 is Monday.
    pub weekday: usize,
    /// 0 to 23.
    pub hour: usize,
    /// The rate, drawn to the mean as far as it is noise.
    pub value: f64,
    /// Four times in five it is above this …
    pub low: f64,
    /// … and below this.
    pub high: f64,
    /// Against the overall rate: above 1 is better, whichever rate.
    pub index: f64,
    /// What it rests on: clicks, impressions or spend.
    pub weight: f64,
    /// Whether it truly differs, all comparisons taken together.
    pub differs: bool,
}

/// How many are not tired by an age.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WearStep {
    /// Age in days.
    pub days: f64,
    /// Share that is not tired.
    pub share: f64,
    /// Four times in five it is above this …
    pub low: f64,
    /// … and below this.
    pub high: f64,
    /// Ads that were followed so far.
    pub followed: usize,
}

/// A week's mean day.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpendResult {
    /// Spend per day.
    pub spend: f64,
    /// Result per day.
    pub result: f64,
}

/// A point of the curve.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpendPoint {
    /// Spend per day.
    pub spend: f64,
    /// Result per day.
    pub result: f64,
    /// Result of one unit more.
    pub marginal: f64,
}

/// What an ad group loses.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceLoss {
    /// The ad group.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Share of its click rate lost in a week, against the others.
    pub per_week: f64,
    /// Four times in five it is above this …
    pub low: f64,
    /// … and below this.
    pub high: f64,
    /// Weeks until half is lost.
    pub half_weeks: f64,
    /// Daily frequency in its first two weeks, where reach is known.
    pub frequency_before: Option<f64>,
    /// And in its last two.
    pub frequency_after: Option<f64>,
    /// Ads that joined it meanwhile; none: it may be its creatives that wear.
    pub new_ads: usize,
    /// How often chance alone shows as steady a fall.
    pub chance: f64,
}

/// The share in at an age.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LagShare {
    /// Age in days; 0 is the day itself.
    pub age: usize,
    /// Share of the final figure that is in.
    pub share: f64,
    /// Four times in five it is above this …
    pub low: f64,
    /// … and below this.
    pub high: f64,
}

/// A weekday or a month.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeasonPart {
    /// 0 is Monday, or January.
    pub place: usize,
    /// Against the mean: 1.2 is a fifth more.
    pub index: f64,
    /// Four times in five it is above this …
    pub low: f64,
    /// … and below this.
    pub high: f64,
    /// Weeks, or years, it was seen in.
    pub seen: usize,
}
