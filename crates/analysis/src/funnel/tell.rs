//! A stage below as a finding.

use super::{
    Against, Benchmark, FunnelInput, FunnelSettings, Gap, Limit, Stage, Step, StepRead,
    causes::Why,
    stages::{Mark, View},
};
use crate::{untold::LASTING, words};
use compact_str::CompactString;
use jiff::ToSpan;
use trimtab_domain::{
    finding::{Evidence, Finding, FindingKind, Severity},
    query::Dimension,
};

pub(super) fn finding(
    view: &View,
    input: &FunnelInput<'_>,
    settings: &FunnelSettings,
    stage: &Stage,
    gap: &Gap,
    why: Why,
    is_bottleneck: bool,
) -> Finding {
    let entity = input.whole.entity.clone();
    let against = match gap.against {
        Against::Benchmark => "benchmark",
        Against::Past => "past",
    };
    let rule = format!("{}_below_{against}", stage.step.as_str());
    let (from, to) = (stage.days.from(), stage.days.to());
    let money = |step: Step| matches!(step, Step::Cpm | Step::Aov);
    let severity = if gap.lost_share >= settings.severities[1] { Severity::Warning } else { Severity::Info };
    Finding {
        id: Finding::id_of(FindingKind::Funnel, &rule, &entity, stage.step.metric(), LASTING),
        kind: FindingKind::Funnel,
        rule: rule.into(),
        severity,
        metric: stage.step.metric().map(CompactString::from),
        from,
        to,
        ongoing: true,
        value: Some(stage.value),
        expected: Some(gap.should),
        interval: Some(gap.range),
        currency: (money(stage.step) || gap.lost_revenue.is_some()).then_some(input.currency),
        confidence: gap.confidence,
        headline: headline(view, input, stage, gap, is_bottleneck),
        detail: detail(view, input, stage, gap, &why),
        doubt: doubt(stage, gap),
        actions: actions(stage.step, why.cause.as_ref().map(|cause| cause.kind.as_str())),
        evidence: evidence(view, input, stage, gap),
        cause: why.cause,
        contributions: why.contributions,
        entity,
        source_hash: String::new(),
    }
}

fn spoken(view: &View, step: Step) -> String {
    let link = view.links.iter().find(|link| link.step == step);
    let of = |mark: Option<Mark>| mark.map_or("", Mark::spoken);
    match step {
        Step::Cpm => "The price of impressions".to_owned(),
        Step::Aov => "Value per conversion".to_owned(),
        _ => format!("From {} to {}", of(link.map(|link| link.from)), of(link.map(|link| link.into))),
    }
}

fn from_of(view: &View, step: Step) -> &'static str {
    view.links.iter().find(|link| link.step == step).map_or("", |link| link.from.spoken())
}

fn shown(step: Step, value: f64, input: &FunnelInput<'_>) -> String {
    match step {
        Step::Cpm | Step::Aov => format!("{value:.2} {}", input.currency),
        _ if value.abs() < 10.0 => format!("{value:.2} %"),
        _ => format!("{value:.1} %"),
    }
}

fn lost(gap: &Gap, input: &FunnelInput<'_>) -> String {
    match gap.lost_revenue {
        Some(revenue) => format!("about {revenue:.0} {} of revenue", input.currency),
        None => format!("about {:.0} conversions", gap.lost_conversions),
    }
}

/// A distance from others is told as rates: what it is worth rests on an assumption, a fall against the own past does not.
fn headline(view: &View, input: &FunnelInput<'_>, stage: &Stage, gap: &Gap, is_bottleneck: bool) -> String {
    let (what, name) = (spoken(view, stage.step), &input.whole.entity.name);
    match gap.against {
        Against::Past => {
            let loses = if is_bottleneck { "loses most" } else { "loses" };
            format!("{what} {name} {loses}: {}", lost(gap, input))
        }
        Against::Benchmark => {
            let side = if stage.step == Step::Cpm { "is above" } else { "is below" };
            let show = |value: f64| shown(stage.step, value, input);
            format!("{what} {name} {side} its benchmark: {} where {} is typical", show(stage.value), show(gap.should))
        }
    }
}

/// What reaching the yardstick would have brought.
fn worth(stage: &Stage, gap: &Gap, input: &FunnelInput<'_>) -> String {
    let share = gap.lost_share * 100.0;
    let more = |at: &str| {
        format!(
            "{at}, with everything after it as it is, the period would have brought {} more, {share:.0} % of what it should have",
            lost(gap, input)
        )
    };
    match gap.limit {
        None => more("At that"),
        Some(Limit::OwnBest { value, days }) => format!(
            "{}. The benchmark itself is further than this account ever was, so no more is counted",
            more(&format!("At its own best {} days, {} from {} to {}", days.len(), shown(stage.step, value, input), days.from(), days.to()))
        ),
        Some(Limit::Doubled) => {
            format!("{}. No more is counted, however far the benchmark is", more("At twice what it is"))
        }
        Some(Limit::NeverBetter) => {
            "In no as many days before did this account do better, so no amount is put on it: the offer, price or audience may differ from those the \
             benchmark is of"
                .to_owned()
        }
        Some(Limit::NoPast) => "Too few days before are known to see what this account can reach, so no amount is put on it".to_owned(),
    }
}

fn detail(view: &View, input: &FunnelInput<'_>, stage: &Stage, gap: &Gap, why: &Why) -> String {
    let name = match stage.step.metric() {
        Some(metric) => metric.to_uppercase(),
        None => spoken(view, stage.step),
    };
    let show = |value: f64| shown(stage.step, value, input);
    let yardstick = match gap.against {
        Against::Past => format!("before it was {} ({} to {})", show(gap.should), show(gap.range.0), show(gap.range.1)),
        Against::Benchmark => {
            let by = input.benchmarks.iter().find(|benchmark: &&Benchmark<'_>| benchmark.metric == stage.step.as_str());
            let source = by.map_or(String::new(), |by| format!(", {} of {}", by.source, by.as_of));
            format!("{} is typical and {} to {} common{source}", show(gap.should), show(gap.range.0), show(gap.range.1))
        }
    };
    let of = match stage.step {
        Step::Cpm => format!("for {:.0} {} spent", stage.from, input.currency),
        Step::Aov => format!("over {:.0} conversions", stage.from),
        _ => format!("of {:.0} {}", stage.from, from_of(view, stage.step)),
    };
    let mut text = format!(
        "From {} to {} {name} is {} {of} ({} to {} with the scatter of its days); {yardstick}. {}.",
        stage.days.from(),
        stage.days.to(),
        show(stage.value),
        show(stage.interval.0),
        show(stage.interval.1),
        worth(stage, gap, input),
    );
    if let Some(cause) = &why.cause {
        text = format!("{text} Likeliest: {}.", cause.text);
    }
    if !why.others.is_empty() {
        text = format!("{text} Also possible: {}.", why.others.join("; "));
    }
    text
}

fn doubt(stage: &Stage, gap: &Gap) -> String {
    let yardstick = match gap.against {
        Against::Past => "If the same weeks of last year fell alike, it is the season",
        Against::Benchmark => "If countries, prices or objectives differ from those the benchmark is of, it is the wrong yardstick",
    };
    let other = match stage.step {
        Step::Cpm => "if dearer impressions are clicked and bought from more often, they are better and not dearer",
        Step::Ctr => "if conversions per impression did not fall with it, only idle clicks were lost",
        Step::Aov => "if profit per order did not fall with it, only cheap goods were sold",
        _ => "if the shop's own orders did not fall with it, they are made and not counted",
    };
    format!("{yardstick}; {other}.")
}

fn actions(step: Step, cause: Option<&str>) -> Vec<String> {
    let by_cause = match cause {
        Some("tracking_loss") => Some("Repair the tag first: compare reported conversions with the shop's orders, day by day."),
        Some("creative_fatigue") => Some("Put new creatives beside the worn ones and let the platform choose."),
        Some("spend_raised") => Some("Raise budgets in steps of a fifth and wait for learning to end before the next."),
        Some("mix_shift") => Some("Move budget back to the campaigns that convert, or judge the new ones by their own goal."),
        Some("one_campaign") => Some("Look at that campaign alone: its last edits, audience, creatives, landing page."),
        _ => None,
    };
    let by_stage = match step {
        Step::Cpm => "Widen audiences and placements, or move budget to where impressions are cheaper for the same result.",
        Step::Ctr => "Test new first seconds and headlines against the best ad; cut audiences that do not click.",
        Step::LinkShare => "Make the ad ask for the visit: button, offer and link in the first line.",
        Step::LandingRate => "Measure the page's loading time on a phone, and whether its tag fires before people leave.",
        Step::CartRate | Step::Cvr => "Hold the page against the ad: same product, price and promise; test offer and proof.",
        Step::CheckoutRate => "Show shipping and payment before the cart; shorten the way to the checkout.",
        Step::PurchaseRate => "Go through the checkout on a phone with each payment method.",
        Step::Aov => "Look at discounts, product mix and minimum for free shipping.",
    };
    by_cause.into_iter().chain([by_stage]).map(str::to_owned).collect()
}

/// The whole by day, and its parts against what they were.
fn evidence(view: &View, input: &FunnelInput<'_>, stage: &Stage, gap: &Gap) -> Vec<Evidence> {
    let entity = &input.whole.entity;
    let metrics: &[&str] = match stage.step {
        Step::Cpm => &["spend", "impressions", "cpm"],
        Step::Ctr => &["impressions", "clicks", "ctr"],
        Step::LinkShare => &["clicks", "link_clicks"],
        Step::Aov => &["conversions", "revenue", "aov"],
        _ => &["clicks", "conversions", "cvr"],
    };
    let past = view.spans(stage.step).past;
    let past = i64::try_from(past.1 - past.0).unwrap_or(0);
    let (from, to) = (stage.days.from(), stage.days.to());
    let show = |shows: &str, metrics: &[&str], by: &str, filter: String, from, compare: Option<&str>| Evidence {
        shows: shows.to_owned(),
        metrics: metrics.iter().map(|metric| CompactString::from(*metric)).collect(),
        by: vec![by.into()],
        filter,
        from,
        to,
        compare: compare.map(CompactString::from),
        currency: Some(input.currency),
    };
    let since = if gap.against == Against::Past { from.saturating_sub(past.days()) } else { from };
    let mut all = vec![show("The stage day by day", metrics, "date", words::filter(entity), since, None)];
    if !input.parts.is_empty() {
        all.push(show("Which campaigns", metrics, "campaign", words::filter(entity), from, Some("previous")));
    }
    let marks = view.links.iter().find(|link| link.step == stage.step).map(|link| [link.from, link.into]);
    for mark in marks.into_iter().flatten() {
        let Some(StepRead { metric, action_type }) = read_of(mark, input) else { continue };
        let filter = words::filter_with(entity, (!action_type.is_empty()).then_some((Dimension::ActionType, &[action_type][..])));
        let shows = format!("{} day by day", mark.spoken());
        all.push(show(&shows, &[metric], "date", filter, since, None));
    }
    all
}

fn read_of<'a>(mark: Mark, input: &FunnelInput<'a>) -> Option<StepRead<'a>> {
    match mark {
        Mark::Landings => input.landings,
        Mark::Carts => input.carts,
        Mark::Checkouts => input.checkouts,
        _ => None,
    }
}
