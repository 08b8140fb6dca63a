//! Whether a creative is worn out: a differential diagnosis, not a threshold.
//!
//! The usual rule is "frequency above 3.5 and click rate 15 % down in a week". Click rates also fall because a budget was raised and
//! ads reach people who care less, because the ad group went back to learning, because a season ends, because more is shown in cheap
//! placements, or because clicks are no longer counted. So three questions are asked, in this order.
//!
//! 1. **Does its click rate fall against its own past?** Kendall's test of the daily rate (Mann 1945, Kendall 1975), with the variance
//!    that Hamed and Rao (1998) give where days depend on one another; only days with at least 200 impressions. It falls if the test
//!    says so at the level of 1 %, either way. How much it lost is told by sums: its last week against its first one (longer where
//!    clicks are few), with an error from daily noise and its dependence, or from the slope of all days (Theil and Sen) where that is
//!    smaller.
//! 2. **Is it its own?** The fall that even the best of the others share is taken off ([`Confounder::Campaign`],
//!    [`Confounder::Account`]), and each thing that happened is held against the days it happened on (budget, learning, edits,
//!    auction prices that stayed where they went): wear is gradual, what happened on a day is a step, and steps that make up half of the fall are why; so is a
//!    sudden step that nothing known explains. A shift between placements is split off exactly, and days on
//!    which clicks were not counted are looked for. One of them that explains the fall makes the verdict
//!    [`Verdict::NotEstablished`], and names it. Frequency and conversion rate are evidence, never a verdict.
//! 3. **How much of it is lost?** At least `share` (25 %): [`Verdict::Fatigued`]; less, and at least 5 %: [`Verdict::Wearing`], with the
//!    days left at the pace of the last three weeks.
//!
//! Confidence is the chance that the ad's own loss is more than the least that matters, given its error, times (k + 1) / (n + 1),
//! where k of n confounders could be checked.
//!
//! What was chosen on what: the level of significance and 200 impressions are those of the labels of `display_ads_daily`, and customary;
//! 25 % is the product's definition of "tired". On made-up worlds (seeds 1 to 40; 141 to 180 were looked at once, at the end) were chosen: how
//! many days and clicks a comparison takes, the upper quartile of the others, and that the trend that is left out before dependence is
//! measured may level off. With the banners in view two things were changed, neither of them a number: a fall that others share must
//! make up half of it, as with every other confounder, where at first it was enough that the rest might be chance; and the error of a
//! loss is the smaller of that of both ends and that of the slope.
//!
//! # When it misleads
//! - An ad that was worn before the first day at hand has no fresh past to be compared with; it looks steady. `Subject::created` says
//!   so, and the doubt of the finding repeats it.
//! - Where all ads of a campaign were there on the first day at hand and wear alike, nothing tells wear from a campaign-wide cause: not
//!   established. Ads that were seen to begin together are as old and wear together, so they are not held against each other; an audience
//!   that has seen enough of all of them looks the same, and the ruling on the campaign says that it could not be checked.
//! - An ad that was optimised towards other people without anybody's doing (delivery systems do that) looks worn.
//! - Of steps of 30 % that nobody knows of, one in four is taken for wear.
//! - A rate that rises first and then falls back shows no trend.
//! - At the level of 1 % one of two hundred steady ads falls by chance each time it is asked; days that wander in slow waves do it more
//!   often, above all in an ad's first weeks.

mod campaign;
mod confounders;
mod course;
mod finding;
mod mix;
mod others;
mod outlook;
mod steps;
mod trend;
mod verdict;

pub use campaign::campaign_findings;
pub use confounders::{Confounder, Ruled, Ruling};
pub use trend::Trend;
pub use verdict::{CannotTell, Unproven, Verdict};

use crate::track::Track;
use trimtab_domain::{Day, finding::EntityRef, finding::KnownEvent};

/// The part of a fall that something else must make up to explain it.
const EXPLAINS: f64 = 0.5;

/// When a verdict is given. The defaults are documented with the module.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The share of its appeal an ad has lost when it is tired.
    pub share: f64,
    /// The least loss that matters.
    pub least_loss: f64,
    /// Level of significance of the fall.
    pub level: f64,
    /// Impressions a day counts with.
    pub impressions_least: f64,
    /// Days that count it takes.
    pub days_least: usize,
    /// Clicks either end has to have, or would have at the first rate.
    pub clicks_least: f64,
    /// Clicks an end is lengthened for, as far as there are days.
    pub clicks_wanted: f64,
    /// Days looked back at most.
    pub look_back: usize,
    /// After so many days without delivery an ad no longer runs.
    pub idle_days: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            share: 0.25,
            least_loss: 0.05,
            level: 0.01,
            impressions_least: 200.0,
            days_least: 14,
            clicks_least: 30.0,
            clicks_wanted: 200.0,
            look_back: 180,
            idle_days: 7,
        }
    }
}

/// An ad or a creative, with what it is a part of.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its days. All subjects of a call have the same days; the last one is the last whole day.
    pub track: &'a Track,
    /// Its campaign's id.
    pub campaign: &'a str,
    /// Its ad group's id; empty where unknown.
    pub ad_group: &'a str,
    /// When it was made, where known.
    pub created: Option<Day>,
    /// The same figures by placement, with the same days; empty where not read.
    pub placements: &'a [Track],
}

/// Days until so much is lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DaysLeft {
    /// At the pace of the last weeks; zero when it is lost already.
    pub days: f64,
    /// Not sooner, four times in five.
    pub from: f64,
    /// Not later, four times in five; `None`: perhaps never.
    pub to: Option<f64>,
}

/// A rate at the beginning and at the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends {
    /// First and last day of the beginning.
    pub before: (Day, Day),
    /// First and last day of the end.
    pub after: (Day, Day),
    /// Clicks per hundred impressions at the beginning.
    pub ctr_before: f64,
    /// And at the end.
    pub ctr_after: f64,
    /// Impressions at the end, over all its days.
    pub shown_after: f64,
}

/// What an ad lost of its click rate, as shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Against its own first days; negative: it gained.
    pub whole: f64,
    /// Without what the others lost over the same days.
    pub own: f64,
    /// What `own` is between, four times in five.
    pub interval: (f64, f64),
}

/// Impressions per person and day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// At the beginning.
    pub before: f64,
    /// At the end.
    pub after: f64,
    /// Whether it rises, at the same level of significance.
    pub rises: bool,
}

/// All that is said of one ad.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The ad.
    pub entity: EntityRef,
    /// When it was made, where known.
    pub created: Option<Day>,
    /// First and last day looked at.
    pub looked_at: Option<(Day, Day)>,
    /// What it comes to.
    pub verdict: Verdict,
    /// The trend of its click rate; `None` of an ad that was not shown lately, too.
    pub trend: Option<Trend>,
    /// Its click rate at both ends.
    pub ends: Option<Ends>,
    /// What it lost.
    pub loss: Option<Loss>,
    /// Since when it is clearly below its first days.
    pub since: Option<Day>,
    /// The day a tired ad had lost `share`, as far as noise lets it be known.
    pub tired_on: Option<Day>,
    /// Daily frequency of an ad whose rate falls, where reach is known.
    pub frequency: Option<Exposure>,
    /// The trend of the conversion rate of an ad whose rate falls, over days that are final; only evidence.
    pub cvr: Option<Trend>,
    /// What else could be why its rate falls, one by one.
    pub rulings: Vec<Ruling>,
    /// Days until `share` is lost, for an ad whose rate falls.
    pub days_left: Option<DaysLeft>,
    /// How sure, 0 to 1; zero where nothing was established.
    pub confidence: f64,
}

/// Diagnoses the ads of one account, one answer for each, in their order.
///
/// `events` are those of the account and what is in it; `provisional_from` is the first day whose conversions may still grow.
#[must_use]
pub fn diagnose(ads: &[Subject<'_>], events: &[KnownEvent], provisional_from: Option<Day>, settings: &Settings) -> Vec<Diagnosis> {
    verdict::all(ads, events, provisional_from, settings)
}

#[cfg(test)]
mod tests;
