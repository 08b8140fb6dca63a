//! What analyses say of accounts: forecasts, funnels, wear of creatives, scores. They read what the engine keeps.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use trimtab_engine::{AccountState, Analysis, analysis::Subject};
use utoipa::ToSchema;

/// A result and the account it is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfAccount<T> {
    /// Where the account lives.
    pub source: String,
    /// The account, by the platform's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Currency of the amounts.
    pub currency: Option<String>,
    /// When this was worked out (RFC 3339).
    pub made_at: String,
    /// Hash of the figures it was made from.
    pub source_hash: String,
    /// The result.
    pub result: T,
}

impl<T: DeserializeOwned> OfAccount<T> {
    /// The results that are about accounts the tenant has.
    ///
    /// # Errors
    /// When what is kept is of another version's shape.
    pub fn all(kept: Vec<Analysis>, accounts: &[AccountState]) -> Result<Vec<Self>, serde_json::Error> {
        let mut all = Vec::with_capacity(kept.len());
        for analysis in kept {
            let Ok(Subject::Account(key)) = analysis.subject.parse() else { continue };
            let named = accounts.iter().find(|s| s.account.source == key.source && s.account.id == key.id).map(|s| &s.account);
            let Some(account) = named else { continue };
            all.push(Self {
                source: key.source.to_string(),
                account: key.id.to_string(),
                name: account.name.to_string(),
                currency: Some(account.currency.to_string()),
                made_at: analysis.made_at.to_string(),
                source_hash: analysis.source_hash,
                result: serde_json::from_value(analysis.body)?,
            });
        }
        Ok(all)
    }
}

/// A figure of a forecast: decimal text where it is an amount, a number else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Ahead {
    /// An amount in the account's currency.
    Money(String),
    /// A number.
    Number(f64),
}

/// What an account will do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastShape {
    /// The account.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Currency of the amounts.
    pub currency: String,
    /// The last day with figures; forecasts begin with the next.
    pub last_day: String,
    /// Days ahead.
    pub horizon: usize,
    /// Whose holidays are expected; `None`: no country is known, so no holiday is.
    #[serde(default)]
    pub holidays: Option<ForecastHolidays>,
    /// By metric: spend, clicks, conversions, revenue.
    pub metrics: Vec<ForecastMetric>,
    /// Ratios of the sums.
    pub ratios: Vec<ForecastRatio>,
}

/// The country whose holidays a forecast expects.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastHolidays {
    /// Its ISO 3166-1 code.
    pub country: String,
    /// Its name, as it stands in a sentence.
    pub name: String,
    /// `spend`: most of it is spent there; `zone`: the zone and currency of the account, or of the client, agree on it.
    pub known_by: String,
}

/// What one metric will do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastMetric {
    /// The metric.
    pub metric: String,
    /// Day by day; empty where it cannot be told.
    pub series: Vec<ForecastDay>,
    /// All days together.
    pub total: Option<ForecastSum>,
    /// The first 7, 14, 30 and 60 days together, each with bounds of its own: those of days do not add up to those of their sum.
    #[serde(default)]
    pub totals: Vec<ForecastFirst>,
    /// What the forecast is put together from, the weightiest first.
    pub model: Vec<ForecastModel>,
    /// How it would have done so far.
    pub backtest: Option<ForecastBacktest>,
    /// What to know before relying on it.
    pub notes: Vec<String>,
    /// Why it cannot be told.
    pub because: Option<String>,
}

/// A day to come.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastDay {
    /// The day.
    pub day: String,
    /// The middle of what may come.
    pub value: Ahead,
    /// Four times in five it is above this …
    pub lo80: Ahead,
    /// … and below this.
    pub hi80: Ahead,
    /// Nineteen times in twenty it is above this …
    pub lo95: Ahead,
    /// … and below this.
    pub hi95: Ahead,
}

/// A sum of days to come, with the same bounds.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastSum {
    /// The sum.
    pub value: Ahead,
    /// Lower bound, four times in five.
    pub lo80: Ahead,
    /// Upper bound, four times in five.
    pub hi80: Ahead,
    /// Lower bound, nineteen times in twenty.
    pub lo95: Ahead,
    /// Upper bound, nineteen times in twenty.
    pub hi95: Ahead,
}

/// The first days of a forecast together.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastFirst {
    /// How many.
    pub days: usize,
    /// Their sum.
    pub sum: ForecastSum,
}

/// A model's share of a forecast.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastModel {
    /// Its name.
    pub model: String,
    /// Its weight; all weights are one.
    pub weight: f64,
    /// Its error in the backtest, in steps of the usual day-to-day change.
    pub error: f64,
}

/// How a forecast would have done.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastBacktest {
    /// How many days of the past it was made from.
    pub origins: usize,
    /// How many days ahead.
    pub horizon: usize,
    /// Its mean error, in steps of the usual day-to-day change.
    pub error: f64,
    /// That of repeating the last week.
    pub naive_error: f64,
}

/// A ratio of two forecasts' sums.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastRatio {
    /// Its metric.
    pub metric: String,
    /// Over all days.
    pub value: Option<f64>,
    /// Day by day.
    pub days: Vec<Option<f64>>,
}

/// An account's way to a sale over the last four weeks.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelShape {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Its stages in their order.
    pub stages: Vec<FunnelStage>,
    /// What cannot be told, and why.
    pub untold: Vec<String>,
}

/// A stage on the way to a sale.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelStage {
    /// Which: `cpm`, `ctr`, `cvr`, `aov` or a finer step.
    pub step: String,
    /// `awareness`, `consideration` or `conversion`.
    pub phase: String,
    /// First day it is judged over; empty in results of before this was told.
    #[serde(default)]
    pub first_day: String,
    /// Last day. Of conversions and revenue it is the last one that is final, so it may lie before the funnel's own.
    #[serde(default)]
    pub last_day: String,
    /// What goes in.
    pub from: f64,
    /// What comes out.
    pub into: f64,
    /// Its yield in its unit.
    pub value: f64,
    /// Four times in five it is above this …
    pub low: f64,
    /// … and below this.
    pub high: f64,
    /// Against the industry's benchmark, where there is one.
    pub benchmark: Option<FunnelGap>,
    /// Against the account's own eight weeks before.
    pub past: Option<FunnelGap>,
    /// Whether it is the stage that loses most value, beyond doubt.
    pub bottleneck: bool,
}

/// A stage held against a yardstick.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelGap {
    /// What the stage should yield.
    pub should: f64,
    /// What is common or usual: from here …
    pub low: f64,
    /// … to here.
    pub high: f64,
    /// Probability of being below that.
    pub probability: f64,
    /// How sure a finding of it is.
    pub confidence: f64,
    /// Conversions that would have come on top, as far as `limit` lets count.
    pub lost_conversions: f64,
    /// Revenue likewise.
    pub lost_revenue: Option<String>,
    /// Lost value over what it should have been.
    pub lost_share: f64,
    /// Whether it is below beyond doubt, and by enough.
    pub significant: bool,
    /// Against a benchmark, why value is counted only so far; `null`: it is counted up to what the stage should yield.
    #[serde(default)]
    pub limit: Option<FunnelLimit>,
    /// Who publishes the benchmark.
    #[serde(default)]
    pub source: Option<String>,
    /// Of when it is.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// Why the value of reaching a benchmark is counted only so far.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelLimit {
    /// `own_best`: up to the account's own best days; `doubled`: up to twice what it is; `never_better`: not at all, it never did better;
    /// `no_past`: not at all, too few days before are known.
    pub kind: String,
    /// Of `own_best`: what the stage yielded then.
    pub value: Option<f64>,
    /// The first of those days …
    pub first_day: Option<String>,
    /// … and the last.
    pub last_day: Option<String>,
}

/// Wear of an account's creatives.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FatigueShape {
    /// Ads something can be said of.
    pub ads: Vec<FatigueAd>,
    /// Ads nothing can be said of: too young, too few clicks, not running.
    pub cannot_tell: usize,
}

/// What is said of an ad.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FatigueAd {
    /// The ad.
    pub ad: String,
    /// Its name.
    pub name: String,
    /// `fatigued`, `wearing`, `fresh`, `not_established` or `cannot_tell`.
    pub verdict: String,
    /// Why it is not established.
    pub because: Option<String>,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// Since when it is clearly below its first days.
    pub since: Option<String>,
    /// Clicks per hundred impressions in its first days.
    pub ctr_before: Option<f64>,
    /// And in its last.
    pub ctr_after: Option<f64>,
    /// First and last of those first days.
    pub days_before: Option<Vec<String>>,
    /// First and last of the last days.
    pub days_after: Option<Vec<String>>,
    /// What it lost of its own, as a share; negative: it gained.
    pub loss: Option<f64>,
    /// Four times in five at least this …
    pub loss_low: Option<f64>,
    /// … and at most this.
    pub loss_high: Option<f64>,
    /// Impressions per person and day in its first days.
    pub frequency_before: Option<f64>,
    /// And in its last.
    pub frequency_after: Option<f64>,
    /// Days until a quarter of its appeal is lost, at the pace of late.
    pub days_left: Option<f64>,
    /// Not sooner.
    pub days_left_from: Option<f64>,
    /// Not later; `null`: perhaps never.
    pub days_left_to: Option<f64>,
    /// What else could be why, one by one.
    pub rulings: Vec<FatigueRuling>,
}

/// Another reason, and what became of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FatigueRuling {
    /// Which.
    pub confounder: String,
    /// `out`, `explains` or `unknown`.
    pub ruled: String,
    /// Why.
    pub text: String,
}

/// An account's score.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreShape {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Spend of these days.
    pub spend: Option<String>,
    /// 0 to 100; `null`: too little is known.
    pub total: Option<f64>,
    /// Part of what it is made of that is known, 0 to 1.
    pub coverage: f64,
    /// Its four parts.
    pub parts: Vec<ScorePart>,
    /// What to do, most points first.
    pub recommendations: Vec<ScoreAdvice>,
    /// What is not known, and why.
    pub untold: Vec<String>,
}

/// A part of a score.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScorePart {
    /// `learning_health`, `performance`, `budget_efficiency` or `creative_health`.
    pub kind: String,
    /// 0 to 100; `null`: nothing of it is known.
    pub score: Option<f64>,
    /// What it comes from.
    pub subs: Vec<SubScoreShape>,
}

/// A figure of a part.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubScoreShape {
    /// Its name.
    pub name: String,
    /// 0 to 100.
    pub score: f64,
    /// Its weight within the part.
    pub weight: f64,
    /// The figure it comes from.
    pub figure: f64,
    /// At which it is 100.
    pub full_at: f64,
    /// At which it is 0.
    pub none_at: f64,
    /// How sure it is that anything is wrong.
    pub confidence: f64,
    /// What it costs in points of the total.
    pub lost_points: f64,
    /// What it is mostly about.
    pub about: Vec<String>,
}

/// What to do about a score.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreAdvice {
    /// Points to be won.
    pub points: f64,
    /// What to do.
    pub action: String,
    /// To what: `account`, `campaign`, `ad` …
    pub level: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Which sub-score says so.
    pub reason: String,
}
