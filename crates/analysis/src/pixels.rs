//! Whether a pixel tells all: how much it received, how long it has been silent, and whether its events still fit each other.
//!
//! **Silence.** What is usual of an hour is level × weekday × share of the hour: the level is the lower of the medians of the last 28
//! and the last 5 days before the silence (by weekday-free totals), so that traffic that was fading anyway raises no alarm; weekday
//! factors are medians, hour shares are sums with a little of the whole week's profile mixed into the weekend's. A silence of m hours
//! in which μ events should have come has the probability (1 + αμ)^(−1/α) (negative binomial; its hours may fall together, so they are
//! not multiplied). α is learnt by moments from the pixel's own past about the same one-step-ahead expectation, at scales of 1, 3, 6,
//! 12 and 24 hours, each raised by its own sampling error. An alarm takes one in 10^`rarity` *and* more missed events than any
//! past silence of this pixel. Where the clicks of ads are known and fell too, that much less is expected.
//!
//! **Without counts.** Where a platform tells no events but when a pixel fired last, only its silence can be judged: a click of an ad reaches
//! the site and its tag in at least `arrive` of cases, so after n clicks a working tag is silent with the probability (1 − arrive)ⁿ; clicks
//! of days that ended after it fired count.
//!
//! **Shifts.** Each event is held against the step before it on the way to a sale, the first of them against clicks of ads, purchases
//! against the shop's orders, over the last 1 to 42 whole days against the 28 before each. The expected count is the old ratio times the
//! new denominator; the tail is negative binomial with, in α, the ratio's overdispersion by day, its autocorrelation, how far its weeks
//! wander and the old ratio's own error. All pairs and windows count as tests (Bonferroni). Weeks that were off themselves are left out of
//! the 28 days, the latest three days must be off as well, and it must have come by half from one day to the next: so an outage that is
//! over neither lasts nor becomes the usual, and what people come to do by degrees is not blamed on a tag. The event whose own count moved
//! away from the others is named; events that move the same way are one trouble, and where all do, it is the whole pixel (which takes
//! clicks to see). Twice as many is a tag that fires twice; none is a tag that is gone.
//!
//! **Confidence** is Bayes' rule with one trouble in a thousand looks: 1 / (1 + 1000 p). For "healthy" it is how far a day without
//! events would go towards an alarm: a pixel too small to be missed is not called healthy with any certainty.
//!
//! Hand in at least 70 days: what a pixel did for longer than six weeks, or longer than the counts reach, has become its usual.
//!
//! **It misleads** when everybody's behaviour changes at once (a sale moves every step a little, a holiday silences a shop for good
//! reason; another mix of campaigns changes what visitors buy from one day to the next), when a site is closed at irregular times, and when hours are handed in before the source has counted them: hand in whole
//! hours only, and leave out those the platform may still be filling.

mod cells;
mod rhythm;
mod shift;
mod silence;
mod tell;

use crate::untold::Untold;
use cells::Cells;
use compact_str::CompactString;
use trimtab_domain::{
    Day,
    finding::{EntityRef, Finding},
};

/// The steps on the way to a sale, in their order.
pub const LADDER: [&str; 5] = ["PageView", "ViewContent", "AddToCart", "InitiateCheckout", "Purchase"];
/// Results of sites that sell nothing.
pub const RESULTS: [&str; 3] = ["Lead", "CompleteRegistration", "SubmitApplication"];

/// Counts of one event, hour by hour (24 to a day, by the clock on the wall) or day by day.
#[derive(Debug, Clone, PartialEq)]
pub struct EventCounts {
    /// Its name, as of [`LADDER`] or [`RESULTS`]; others count towards the total only.
    pub event: CompactString,
    /// Oldest first; `None`: not read. Zero is a count.
    pub counts: Vec<Option<f64>>,
}

/// What is known of a pixel. All counts begin with the same day.
#[derive(Debug, Clone, Copy)]
pub struct PixelInput<'a> {
    /// The pixel; its account is where its evidence is.
    pub pixel: &'a EntityRef,
    /// The day of the first counts, in the account's zone.
    pub first: Day,
    /// Whether there are 24 counts to a day, or one.
    pub hourly: bool,
    /// Its events.
    pub events: &'a [EventCounts],
    /// Clicks of the account's ads, day by day; of the day of the last count, those so far.
    pub clicks: Option<&'a [Option<f64>]>,
    /// Orders of the shop, day by day.
    pub orders: Option<&'a [Option<f64>]>,
    /// Match quality by event, 0 to 10, where the platform tells.
    pub match_quality: &'a [(CompactString, f64)],
    /// Hours from when the platform says it fired last to the end of the counts.
    pub fired_hours_ago: Option<f64>,
    /// The platform says that it cannot be used.
    pub unavailable: bool,
}

impl PixelInput<'_> {
    /// The event whose match quality is judged: of those the site is after the worst. Of views of pages nobody expects to know the person.
    fn worst_match(&self) -> Option<(&CompactString, f64)> {
        let known =
            || self.match_quality.iter().filter(|(_, quality)| quality.is_finite()).map(|(event, quality)| (event, *quality));
        let is_result = |(event, _): &(&CompactString, f64)| *event == "Purchase" || RESULTS.contains(&event.as_str());
        let worst = |a: &(&CompactString, f64), b: &(&CompactString, f64)| a.1.total_cmp(&b.1);
        known().filter(is_result).min_by(worst).or_else(|| known().min_by(worst))
    }
}

/// How pixels are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PixelSettings {
    /// Whole days the usual is learnt from, at most.
    pub window_days: usize,
    /// Whole days it takes.
    pub least_days: usize,
    /// An alarm is one in 10 to this power.
    pub rarity: f64,
    /// Silent hours below which nobody is called: sources count late, and one hour of a spring night does not exist.
    pub least_hours: f64,
    /// Silences and shifts that ended longer ago than this are history.
    pub recall_days: usize,
    /// A ratio that moved less than by this factor, either way, is nobody's concern.
    pub least_factor: f64,
    /// Match quality below which more customer data should be sent.
    pub match_quality_low: f64,
    /// The least part of clicks after which a working tag fires.
    pub arrive: f64,
    /// Hours a platform may be late in telling when a pixel fired.
    pub fired_late_hours: f64,
}

impl Default for PixelSettings {
    fn default() -> Self {
        Self {
            window_days: 56,
            least_days: 14,
            rarity: 4.0,
            least_hours: 3.0,
            recall_days: 7,
            least_factor: 1.5,
            match_quality_low: 6.0,
            arrive: 0.2,
            fired_late_hours: 24.0,
        }
    }
}

/// What a pixel is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It does what it always did.
    Healthy,
    /// It tells something else than it did: an event is lost, doubled or out of proportion.
    Degraded,
    /// It tells nothing where it should.
    Silent,
    /// There is too little to know what is usual.
    Unknown,
}

impl Verdict {
    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Silent => "silent",
            Self::Unknown => "unknown",
        }
    }
}

/// Counts of one event over the days people ask about. `None`: no hour of it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct EventTotals {
    /// Its name.
    pub event: CompactString,
    /// On the day of the last counts so far.
    pub today: Option<f64>,
    /// In the seven days that end with it.
    pub days_7: Option<f64>,
    /// In the thirty days that end with it.
    pub days_30: Option<f64>,
}

/// A step on the way to a sale, over the last 30 days.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRate {
    /// From this event.
    pub from: CompactString,
    /// To that one.
    pub into: CompactString,
    /// How many of the first there are of the second, per hundred; beyond 100 it is counted more often than what leads to it.
    pub rate: f64,
    /// 95 % of it, for the scatter of its days; `None` where the rate is beyond 100.
    pub interval: Option<(f64, f64)>,
}

/// Hours (or days) in a row without any event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Silence {
    /// Its first step, counted from the first count.
    pub from: usize,
    /// Its last step so far.
    pub to: usize,
    /// Hours it lasted so far.
    pub hours: f64,
    /// Events that should have come.
    pub expected: f64,
    /// How rare it is: 4 is one in 10,000.
    pub rarity: f64,
    /// Whether it lasts.
    pub ongoing: bool,
    /// Whether it is an alarm.
    pub alarm: bool,
}

/// A ratio of two counts that is not what it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// The event that moved.
    pub event: CompactString,
    /// What is counted,
    pub over: CompactString,
    /// and per what.
    pub under: CompactString,
    /// First whole day of it, counted from the first day.
    pub from_day: usize,
    /// Last whole day there is.
    pub to_day: usize,
    /// How many times the old ratio.
    pub factor: f64,
    /// Counted.
    pub count: f64,
    /// What the old ratio leads to.
    pub expected: f64,
    /// Standard deviation of the factor's logarithm.
    pub spread: f64,
    /// How rare it is, all tests considered.
    pub rarity: f64,
    /// Other events that moved the same way in the same days.
    pub also: Vec<CompactString>,
    /// Whether all events of the pixel moved the same way against clicks.
    pub whole: bool,
}

/// All there is to say of a pixel.
#[derive(Debug, Clone, PartialEq)]
pub struct PixelHealth {
    /// In a word.
    pub verdict: Verdict,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// By event, in the order given.
    pub totals: Vec<EventTotals>,
    /// Hours from the last event to the end of the counts, by the counts themselves.
    pub hours_since_event: Option<f64>,
    /// Step by step.
    pub rates: Vec<StepRate>,
    /// The silence at the end of the counts, alarming or not, and alarming ones of the last days.
    pub silences: Vec<Silence>,
    /// After how many silent hours an alarm would come, usually; `None`: never, or not known.
    pub noticed_after_hours: Option<f64>,
    /// Ratios that moved.
    pub shifts: Vec<Shift>,
    /// The match quality of the event the site is after, the worst of several; where the platform tells none of those, the worst of all.
    pub match_quality: Option<f64>,
    /// What somebody should know.
    pub findings: Vec<Finding>,
    /// What cannot be told.
    pub untold: Vec<Untold>,
}

/// Judges a pixel at the end of its counts.
#[must_use]
pub fn pixel_health(input: &PixelInput<'_>, settings: &PixelSettings) -> PixelHealth {
    let cells = Cells::of(input);
    let mut untold = Vec::new();
    let quiet = silence::judge(&cells, input, settings, &mut untold);
    let shifts = shift::judge(&cells, settings, &mut untold);
    let unfired = silence::unfired(&cells, input, settings);
    if input.match_quality.is_empty() {
        untold.push(Untold::new("match_quality", "the platform's match quality is not read"));
    }
    let mut health = PixelHealth {
        verdict: Verdict::Unknown,
        confidence: 0.0,
        totals: cells.totals(),
        hours_since_event: cells.hours_since_event(),
        rates: shift::rates(&cells),
        silences: quiet.silences,
        noticed_after_hours: quiet.noticed_after_hours,
        shifts,
        match_quality: input.worst_match().map(|(_, quality)| quality),
        findings: vec![],
        untold,
    };
    health.findings = tell::findings(&health, &cells, input, settings, unfired);
    (health.verdict, health.confidence) = verdict(&health, input, quiet.sight);
    health
}

/// `sight`: how far a day without events would go towards an alarm; `None` where the usual is not known.
fn verdict(health: &PixelHealth, input: &PixelInput<'_>, sight: Option<f64>) -> (Verdict, f64) {
    let surest = |rules: &dyn Fn(&Finding) -> bool| {
        health.findings.iter().filter(|f| f.ongoing && rules(f)).map(|f| f.confidence).reduce(f64::max)
    };
    if let Some(confidence) = surest(&|f| f.rule == "silence") {
        return (Verdict::Silent, confidence);
    }
    if let Some(confidence) = surest(&|f| f.rule != "match_quality") {
        return (Verdict::Degraded, confidence);
    }
    match sight {
        Some(sight) if !input.unavailable => (Verdict::Healthy, sight.clamp(0.0, 1.0)),
        _ => (Verdict::Unknown, 0.0),
    }
}

/// Bayes' rule with one trouble in a thousand looks.
fn confidence_of(rarity: f64) -> f64 {
    1.0 / (1.0 + 1000.0 * 10.0_f64.powf(-rarity.max(0.0)))
}

#[cfg(test)]
mod tests;
