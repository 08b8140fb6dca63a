//! Where on the way to a sale most value is lost: awareness → consideration → conversion.
//!
//! Money buys impressions (CPM), impressions bring clicks (CTR), clicks bring conversions (CVR; step by step where link clicks, landings,
//! carts and checkouts are known), conversions bring revenue (AOV). Revenue is the product of these yields, so each stage can be asked
//! what it alone costs.
//!
//! **Yields and intervals.** A stage's yield is R = Σ out / Σ in over the period's days. Its variance is that of a ratio of sums over
//! days that are not independent: residuals eₜ = outₜ − R·inₜ, Newey–West with up to seven lags (1987), divided by (Σ in)²; never less
//! than chance alone (binomial). What exceeds chance is turned into fewer effective trials, and the 80 % interval is Wilson's for them.
//!
//! **Yardsticks.** An industry benchmark of the platform (low, typical, high, with source and date, handed in): a stage is *below* it when
//! R < low with probability ≥ `sure_benchmark`; half of everybody is below typical, so that alone is no finding. The account's own past
//! (up to `past_days` before the period): below when ln R fell with probability ≥ `sure_past` and by `least_drop`; the standard error
//! holds both periods' and the spread of the past's own weeks beyond chance, so that an account which always wanders is not called ill.
//!
//! **What it costs.** Conversions lost = conversions × (R* / R − 1); where the stage let nobody through, in × R* × what the past made of the
//! rest. Revenue lost is that times AOV. It is never negative. R* is the past yield; a fall against it is told before a distance from
//! others. Of a benchmark the distance is stated as rates, and counts as value only up to what is plausible ([`Limit`]): R* is the typical
//! benchmark, the account's own best days (as many as the period's, at any time before it) or twice R, whichever is nearest. Where it never
//! did better, or has too short a past to tell, no value is named. The **bottleneck** is the stage, significantly below, that loses most
//! value; not the one with the lowest ratio.
//!
//! **Confidence** is the probability above; a benchmark's also halves every two years after its first. Severity is lost value over what
//! value should have been: 3 % and more is told (against a benchmark: a distance that would be), 10 % is a warning. A stage is judged over weeks, so it is never critical: what breaks from one day to the
//! next is [`crate::incident`]'s to tell.
//!
//! **It misleads** when stages are not independent: cheaper impressions are often worse ones, so lifting CTR at any price lowers CVR, and
//! the parts must not be added up. A benchmark is of others' mix of countries, prices and objectives. A season is not in a past of eight
//! weeks: compare with the year before where there is one (hand in those days as the past). Where conversions of the last days may still
//! come, stages that end in conversions or revenue are judged over as many days up to the last final one, and held against the past before
//! those: their days are not those of the stages before them, and each stage says which are its own.

mod causes;
mod judge;
mod limit;
mod ratio;
mod stages;
mod tell;

use crate::{track::Figures, untold::Untold};
use trimtab_domain::{
    Currency, Day, DayRange,
    finding::{EntityRef, Finding, KnownEvent},
};

pub use stages::{Phase, Step};

/// What happened in one day, step by step. `None`: the step is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StepCounts {
    /// What the platform charged, in whole units.
    pub spend: f64,
    /// Times shown.
    pub impressions: f64,
    /// All clicks.
    pub clicks: f64,
    /// Clicks that leave for the advertised link.
    pub link_clicks: Option<f64>,
    /// Pages that loaded after them: landing page views, or sessions by paid clicks.
    pub landings: Option<f64>,
    /// Carts filled.
    pub carts: Option<f64>,
    /// Checkouts begun.
    pub checkouts: Option<f64>,
    /// Conversions of the account's chosen action.
    pub conversions: f64,
    /// Their value.
    pub revenue: f64,
    /// Orders the shop itself counted after this platform's clicks: a witness for conversions, no step.
    pub orders: Option<f64>,
}

impl From<Figures> for StepCounts {
    fn from(day: Figures) -> Self {
        let Figures { spend, impressions, clicks, conversions, revenue, .. } = day;
        Self { spend, impressions, clicks, conversions, revenue, ..Self::default() }
    }
}

/// One object's days, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct StepTrack {
    /// What it is.
    pub entity: EntityRef,
    /// Its days; `None`: not read.
    pub days: Vec<Option<StepCounts>>,
}

/// What others reach on the same platform in the same industry, in the metric's unit; amounts in the currency of the input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benchmark<'a> {
    /// A stage's name: `cpm`, `ctr`, `cvr`, `aov`, or that of a step ([`Step::as_str`]).
    pub metric: &'a str,
    /// The lower end of what is common.
    pub low: f64,
    /// The middle.
    pub typical: f64,
    /// The upper end.
    pub high: f64,
    /// Who says so.
    pub source: &'a str,
    /// When it was so.
    pub as_of: Day,
}

/// How evidence of a step between clicks and conversions is read: a metric, or an action type in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepRead<'a> {
    /// The metric's id, as `sessions` or `action_count`.
    pub metric: &'a str,
    /// The action type where the metric is by action; else empty.
    pub action_type: &'a str,
}

/// Whose funnel, over which days, held against what.
#[derive(Debug, Clone, Copy)]
pub struct FunnelInput<'a> {
    /// The whole: an account, or a campaign.
    pub whole: &'a StepTrack,
    /// Its parts, the same days: an account's campaigns.
    pub parts: &'a [StepTrack],
    /// The day of the first of the days, in the account's zone.
    pub first: Day,
    /// The days in question; what is before them is the past. Of what comes late, as many days that are final.
    pub period: DayRange,
    /// Currency of the amounts.
    pub currency: Currency,
    /// From this day on conversions may still come.
    pub provisional_from: Option<Day>,
    /// Benchmarks of the industry on this platform; one at most of each metric.
    pub benchmarks: &'a [Benchmark<'a>],
    /// Impressions per person reached over the period, and over as long a time before, as the platform itself tells.
    pub frequency: Option<(f64, f64)>,
    /// What is known to have happened.
    pub events: &'a [KnownEvent],
    /// How landings are read again.
    pub landings: Option<StepRead<'a>>,
    /// How carts are read again.
    pub carts: Option<StepRead<'a>>,
    /// How checkouts are read again.
    pub checkouts: Option<StepRead<'a>>,
}

/// How funnels are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelSettings {
    /// Days of the past that are looked at.
    pub past_days: usize,
    /// Known days it takes on either side.
    pub least_days: usize,
    /// Outcomes the yardstick must lead to expect, after scatter, before a rate is judged.
    pub least_expected: f64,
    /// Probability of being below the benchmark's low end.
    pub sure_benchmark: f64,
    /// Probability of being below the own past.
    pub sure_past: f64,
    /// A fall of the yield by less than this part is nobody's concern.
    pub least_drop: f64,
    /// Shares of the value there should be whose loss is told, and a warning.
    pub severities: [f64; 2],
    /// Days after which a benchmark loses trust, and in which it loses half.
    pub benchmark_ages: [f64; 2],
}

impl Default for FunnelSettings {
    fn default() -> Self {
        Self {
            past_days: 56,
            least_days: 7,
            least_expected: 10.0,
            sure_benchmark: 0.95,
            sure_past: 0.998,
            least_drop: 0.1,
            severities: [0.03, 0.1],
            benchmark_ages: [365.0, 730.0],
        }
    }
}

/// Which yardstick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Against {
    /// The industry's benchmark.
    Benchmark,
    /// The account's own past.
    Past,
}

/// Why the value of reaching a benchmark is counted only so far, or not at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// Only as far as the account's own best days, which are short of the benchmark.
    OwnBest {
        /// What the stage yielded then, in its unit.
        value: f64,
        /// When.
        days: DayRange,
    },
    /// Only as far as twice what the period brought: beyond, nobody has seen this account.
    Doubled,
    /// Not at all: it never did better over as many days.
    NeverBetter,
    /// Not at all: too few days before the period are known to see what it can reach.
    NoPast,
}

impl Limit {
    /// Its name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnBest { .. } => "own_best",
            Self::Doubled => "doubled",
            Self::NeverBetter => "never_better",
            Self::NoPast => "no_past",
        }
    }
}

/// A stage held against a yardstick. Figures are in the stage's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Against what.
    pub against: Against,
    /// What the stage should yield: the typical benchmark, or the past.
    pub should: f64,
    /// What was common or usual: the benchmark's ends, or the past's 80 % interval.
    pub range: (f64, f64),
    /// Probability of being below: the benchmark's low end, or the past.
    pub probability: f64,
    /// How sure a finding of it is.
    pub confidence: f64,
    /// How far value is counted against a benchmark; `None`: all the way to `should`.
    pub limit: Option<Limit>,
    /// Conversions that would have come on top, had the stage been as it should, as far as the limit lets count; 0 where it is better.
    pub lost_conversions: f64,
    /// Revenue likewise; `None` where no conversion has a value.
    pub lost_revenue: Option<f64>,
    /// Lost value (revenue, else conversions) over what it should have been.
    pub lost_share: f64,
    /// Whether it is below beyond doubt and by enough.
    pub significant: bool,
}

/// One stage of the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Which.
    pub step: Step,
    /// The days it is judged over: those asked for; of conversions and revenue as many, up to the last day that is final.
    pub days: DayRange,
    /// What goes in over the period.
    pub from: f64,
    /// What comes out.
    pub into: f64,
    /// Its figure in its unit (percent, money).
    pub value: f64,
    /// Four times in five it is between these.
    pub interval: (f64, f64),
    /// Against the benchmark, where there is one.
    pub benchmark: Option<Gap>,
    /// Against the past, where there is enough.
    pub past: Option<Gap>,
    /// Whether finer steps say the same in more detail.
    pub is_whole: bool,
}

impl Stage {
    /// The gap that is told: a fall against its own past, else a distance from others. What it did itself it can do again.
    #[must_use]
    pub fn worst(&self) -> Option<&Gap> {
        self.past.iter().chain(&self.benchmark).find(|gap| gap.significant)
    }
}

/// A period's funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// Its stages, in their order.
    pub stages: Vec<Stage>,
    /// Place of the stage that loses most value; `None`: none is significantly below.
    pub bottleneck: Option<usize>,
    /// One for each stage below, the bottleneck first.
    pub findings: Vec<Finding>,
    /// What cannot be told.
    pub untold: Vec<Untold>,
}

/// Judges a funnel.
#[must_use]
pub fn funnel(input: &FunnelInput<'_>, settings: &FunnelSettings) -> Funnel {
    let mut untold = Vec::new();
    let view = stages::View::of(input, settings, &mut untold);
    let stages = judge::stages(&view, input, settings, &mut untold);
    let finer =
        |stage: &Stage| stages.iter().any(|s| !s.is_whole && s.step.is_within_cvr() && s.worst().is_some()) && stage.is_whole;
    let mut below: Vec<(usize, &Gap)> = stages
        .iter()
        .enumerate()
        .filter(|(_, stage)| !finer(stage))
        .filter_map(|(place, stage)| Some((place, stage.worst()?)))
        .collect();
    below.sort_by(|a, b| b.1.lost_share.total_cmp(&a.1.lost_share));
    let bottleneck = below.first().filter(|(_, gap)| gap.lost_share > 0.0).map(|(place, _)| *place);
    let findings = below.iter().map(|(place, gap)| {
        let cause = causes::likeliest(&view, &stages, *place, gap, input);
        tell::finding(&view, input, settings, &stages[*place], gap, cause, bottleneck == Some(*place))
    });
    let findings = findings.collect();
    Funnel { stages, bottleneck, findings, untold }
}

#[cfg(test)]
mod tests;
