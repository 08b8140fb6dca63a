//! What is said of each cause: in a line, why, what would show it is wrong, what to do.

use super::case::{Case, Who};
use super::cause::{Moves, Verdict};
use super::grid::Grid;
use super::metric::Metric;
use crate::words;
use trimtab_domain::{
    Currency,
    finding::{EntityRef, EventKind, KnownEvent, Level},
};

/// What there is to speak of.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) case: &'a Case,
    pub(crate) verdict: &'a Verdict,
    pub(crate) moves: &'a Moves,
    pub(crate) value: Option<f64>,
    pub(crate) expected: Option<f64>,
    pub(crate) at_stake: f64,
    pub(crate) entity: &'a EntityRef,
    pub(crate) grid: &'a Grid<'a>,
}

impl Scene<'_> {
    fn when(&self) -> String {
        let at = |t| self.grid.tracks.account.day(t);
        words::when(at(self.case.from), at(self.case.to), self.case.open)
    }

    /// By which factor the leading figure moved.
    fn factor(&self) -> f64 {
        let own = self.value.zip(self.expected).map(|(v, e)| v / e).filter(|f| f.is_finite());
        own.unwrap_or(self.case.signs[0].factor)
    }

    fn moved(&self, metric: Metric) -> String {
        self.moves.get(metric).map_or_else(|| "not known".to_owned(), words::moved)
    }

    /// `in all 5 campaigns at once`, of those that moved along.
    fn where_(&self) -> String {
        match self.verdict.along {
            Some((along, all)) if along == all && all > 1 => format!("in all {all} campaigns at once"),
            Some((along, all)) if along > 1 => format!("in {along} of {all} campaigns at once"),
            _ => "in the account".to_owned(),
        }
    }

    fn event(&self) -> Option<&KnownEvent> {
        self.verdict.events.first()
    }
}

/// What people call a metric.
pub(crate) fn name(metric: &str) -> &str {
    match metric {
        "ctr" => "clicks per impression",
        "cpm" => "the price of a thousand impressions",
        "cvr" => "conversions per click",
        "aov" => "revenue per conversion",
        "roas" => "return on spend",
        "cpa" => "cost per conversion",
        other => other,
    }
}

/// A figure in its unit.
pub(crate) fn figure(metric: &str, value: f64, currency: Currency) -> String {
    match metric {
        "spend" | "revenue" | "cpm" | "cpa" | "aov" | "cpc" => words::amount(value, currency),
        "ctr" | "cvr" => format!("{value:.2} %"),
        "roas" => format!("{value:.2}"),
        _ => words::number(value.round()),
    }
}

pub(crate) fn headline(scene: &Scene<'_>) -> String {
    let (who, when, factor) = (words::name(scene.entity), scene.when(), scene.factor());
    let metric = name(scene.case.signs[0].metric.id());
    if scene.case.odd.is_some() {
        return format!("{who}: several figures are odd together {when}");
    }
    match scene.verdict.kind {
        "missing_data" => format!("{who}: no figures {when}"),
        "tracking_loss" => {
            format!("{who}: {:.0} % of conversions are not counted {when}, clicks go on", (1.0 - factor).max(0.0) * 100.0)
        }
        "silent_pixel" => format!("{who}: hardly any conversion is counted {when}, clicks go on"),
        "doubled_tag" => format!("{who}: conversions are counted {factor:.1} times {when}"),
        "cpm_shock" => format!("{who}: the auction is dearer {when}, {metric} {}", words::moved(factor)),
        "demand" => format!("{who}: {metric} {} with demand {when}", words::moved(factor)),
        "budget_typo" if scene.case.event => format!("{who}: a budget looks mistyped {when}"),
        "budget_typo" => format!("{who}: spend {} {when}, a budget looks mistyped", words::moved(factor)),
        "budget_raised" => format!("{who}: a budget was raised {when}, spend {}", words::moved(factor)),
        "budget_cut" => format!("{who}: a budget was cut {when}, spend {}", words::moved(factor)),
        "outside_edit" => {
            let by = scene.event().and_then(|e| e.by.as_deref()).unwrap_or("somebody");
            format!("{who}: {by} cut a budget {when}, spend {}", words::moved(factor))
        }
        "disapproval" => format!("{who}: the platform refused an ad {when}"),
        "delivery_stopped" => format!("{who}: delivery stopped {when}"),
        _ => format!("{who}: {metric} {} {when}, cause unknown", words::moved(factor)),
    }
}

/// The event, as a sentence.
fn event_said(event: &KnownEvent) -> String {
    let what = match event.kind {
        EventKind::Budget => "the budget",
        EventKind::Status => "the status",
        EventKind::Disapproved => "the review",
        EventKind::Learning => "the learning phase",
        EventKind::Connection => "the connection",
        EventKind::Created | EventKind::Edited => "something",
    };
    let of = match event.entity.level {
        Level::AdGroup => "ad set ",
        Level::Ad => "ad ",
        Level::Campaign => "campaign ",
        _ => "",
    };
    let change = match (event.before.is_empty(), event.after.is_empty()) {
        (false, false) => format!(" from {} to {}", event.before, event.after),
        (true, false) => format!(" to {}", event.after),
        _ => String::new(),
    };
    let by = event.by.as_ref().map_or_else(String::new, |by| format!(", by {by}"));
    format!("On {} {what} of {of}{} went{change}{by}.", words::day(event.day), words::name(&event.entity))
}

pub(crate) fn why(scene: &Scene<'_>) -> String {
    let moved = |metric| scene.moved(metric);
    let known: Vec<String> = scene.verdict.events.iter().take(3).map(event_said).collect();
    let known = known.join(" ");
    let said = match scene.verdict.kind {
        "missing_data" => "Days that are usually reported have not been.".to_owned(),
        "tracking_loss" => format!(
            "A click brings fewer conversions {} (conversions per click {}), while clicks per impression ({}) and prices ({}) are near the usual: that is what a tag that misses conversions looks like, not what worse ads do.",
            scene.where_(), moved(Metric::Cvr), moved(Metric::Ctr), moved(Metric::Cpm)
        ),
        "silent_pixel" => "Clicks go on and next to no conversion is counted: the pixel or its tag does not fire.".to_owned(),
        "doubled_tag" => format!(
            "Conversions per click are {} {}, with revenue per conversion {} and prices {}: that is what a tag that fires twice looks like. Conversions, revenue and return on spend of these days are too high.",
            moved(Metric::Cvr), scene.where_(), moved(Metric::Aov), moved(Metric::Cpm)
        ),
        "cpm_shock" => format!(
            "A thousand impressions cost more {} ({}), and money buys fewer results than before (conversions per click {}): the auction, not the account, has changed.",
            scene.where_(), moved(Metric::Cpm), moved(Metric::Cvr)
        ),
        "demand" => format!(
            "Campaigns move together ({}): prices {}, conversions per click {}. People want more or less than they did, as around holidays and sales.",
            scene.where_(), moved(Metric::Cpm), moved(Metric::Cvr)
        ),
        "budget_typo" if known.is_empty() => format!(
            "Spend leapt ({}) while the other campaigns' did not{}: that is what a zero too many looks like.",
            moved(Metric::Spend),
            if scene.case.open { "" } else { " and was back within days" }
        ),
        "budget_typo" => format!("{known} So large a step is hardly meant."),
        "budget_raised" | "budget_cut" if known.is_empty() => format!(
            "Spend moved to another level ({}) while the other campaigns' did not, as after a change of budget; no such change is on record.",
            moved(Metric::Spend)
        ),
        "outside_edit" => format!("{known} Whoever did it hardly ever changes anything in this account."),
        "delivery_stopped" => "It spent nothing any more, and no switch on record explains it: a limit of the account, a failed payment, an ended schedule or a review may.".to_owned(),
        _ if let Some(rarity) = scene.case.odd => format!(
            "None of these figures alone is far enough off to speak of; all of them together are so on one day in {}.",
            words::number(10_f64.powf(rarity).min(1e8))
        ),
        _ if known.is_empty() => "Neither the other figures nor a known event explains it.".to_owned(),
        _ => String::new(),
    };
    if said.contains(&known) || known.is_empty() { said } else { format!("{said} {known}").trim().to_owned() }
}

pub(crate) fn doubt(scene: &Scene<'_>) -> &'static str {
    match scene.verdict.kind {
        "missing_data" => "An account that was switched off on these days reports nothing either.",
        "tracking_loss" | "silent_pixel" => {
            "Orders in the shop or the site's own analytics that fell just as much would show that people do buy less."
        }
        "doubled_tag" => "Orders in the shop that rose just as much would show that more was sold.",
        "cpm_shock" => "If results per unit of spend are as before, dearer impressions were worth it.",
        "demand" => "If the site's visits and the shop's orders from other channels did not move the same way, it is not demand.",
        "budget_typo" | "budget_raised" => "If somebody planned the larger budget, for a sale or a test, it is no trouble.",
        "budget_cut" | "outside_edit" => "If the cut was agreed, it is no trouble.",
        "disapproval" => "If the ad's review has been passed since, or another ad does its work, nothing is lost.",
        "delivery_stopped" => "If it was paused or had run its time, nothing is wrong.",
        _ => "If the figures return to the usual by themselves, it was chance.",
    }
}

pub(crate) fn actions(scene: &Scene<'_>) -> Vec<String> {
    let steps: &[&str] = match scene.verdict.kind {
        "missing_data" => &[
            "Check whether the connection still works, and read these days again.",
            "Until then, leave these days out of comparisons.",
        ],
        "tracking_loss" => &[
            "Hold conversions against the shop's orders of the same days.",
            "Look for a new consent banner, tag or shop release about the first day, and test a purchase with the pixel's own test tool.",
            "Do not lower budgets or bids on these figures, and hold rules that act on conversions.",
        ],
        "silent_pixel" => &[
            "Test a purchase with the pixel's own test tool today; put the pixel back where a theme or release removed it.",
            "Hold rules that act on conversions, and bid strategies where possible, until it fires again.",
        ],
        "doubled_tag" => &[
            "Test a purchase: if two events come without the same event id, remove one tag or let them be matched by id.",
            "Read return on spend of these days at about half, and raise no budget on it.",
        ],
        "cpm_shock" => &[
            "Move spend to campaigns whose cost per conversion held.",
            "Widen audiences and placements, or wait if the date explains it.",
        ],
        "demand" => &["Check that budgets suit the demand: raise them where return on spend held, lower them where it fell."],
        "budget_typo" => {
            &["Set the budget back now if nobody meant it.", "Put a limit on the account or a rule on leaps of spend."]
        }
        "budget_raised" => &["Ask who raised the budget and why, and see whether the added spend sells."],
        "budget_cut" => &["Ask who cut the budget and why; set it back if nobody meant it."],
        "outside_edit" => {
            &["Ask whoever made the edit; set the budget back if it was not agreed.", "Review who may change this account."]
        }
        "disapproval" => {
            &["Read the platform's reason, mend the ad or ask for another review.", "Give its ad set another ad meanwhile."]
        }
        "delivery_stopped" => &["Look at the account's payment, spending limit, schedules and reviews."],
        _ => match scene.case.who {
            Who::Account => &["Look at the campaigns with the largest part in it."],
            Who::Campaign(_) => &["Look at what changed in its ads and audiences about the first day."],
        },
    };
    steps.iter().map(|step| (*step).to_owned()).collect()
}
