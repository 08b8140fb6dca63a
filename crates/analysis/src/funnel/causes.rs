//! Why a stage is below, by what else moved with it.
//!
//! Each candidate's confidence is the share of the gap it accounts for, times the probability that the gap is real. They are
//! associations in the same days, not proofs; the one that accounts for most is named, the others are mentioned.

use super::{
    Against, FunnelInput, Gap, Stage, Step,
    stages::{Link, Mark, Spans, View},
};
use crate::{
    anomaly::{DrivenDay, TrackingSettings, tracking_losses},
    counts,
};
use jiff::ToSpan;
use trimtab_domain::finding::{Cause, Contribution, ContributionPart, EntityRef, EventKind, KnownEvent};

/// How much more often people are shown an ad before wear is thought of, and when it accounts for all.
const FREQUENCY: (f64, f64) = (1.1, 1.5);
/// By how much spend grows before its growth is thought of, and when it accounts for all.
const SCALED: (f64, f64) = (1.15, 2.0);
/// A part that accounts for less is not named.
const SHARE_LEAST: f64 = 0.25;
/// Days before the period in which what happened may still be the reason.
const EVENT_DAYS: i64 = 3;
/// Parts named.
const PARTS: usize = 5;

/// What is said about why.
#[derive(Debug, Default)]
pub(super) struct Why {
    pub(super) cause: Option<Cause>,
    pub(super) others: Vec<String>,
    pub(super) contributions: Vec<Contribution>,
}

/// A part's sums of a stage.
#[derive(Debug)]
struct Part<'a> {
    entity: &'a EntityRef,
    before: (f64, f64),
    now: (f64, f64),
}

pub(super) fn likeliest(view: &View, stages: &[Stage], place: usize, gap: &Gap, input: &FunnelInput<'_>) -> Why {
    let stage = &stages[place];
    let Some(link) = view.links.iter().find(|link| link.step == stage.step).copied() else { return Why::default() };
    let parts: Vec<Part<'_>> = input
        .parts
        .iter()
        .map(|part| (&part.entity, view.of_part(link, part)))
        .map(|(entity, [before, now])| Part { entity, before, now })
        .filter(|part| part.now.0 > 0.0 || part.before.0 > 0.0)
        .collect();
    let (mut found, mut by_mix): (Vec<Cause>, f64) = (Vec::new(), 0.0);
    if gap.against == Against::Past {
        found.extend(tracking(view, link, gap));
        found.extend(wear(stage, input));
        let shifted = mix(&parts);
        by_mix = shifted.as_ref().map_or(0.0, |cause| cause.confidence);
        found.extend(shifted);
        found.extend(scaled(view, stage, by_mix));
    } else {
        found.extend(always(stage));
    }
    let contributions = contributions(&parts, stage, gap);
    found.extend(by_parts(&parts, &contributions, stage, gap, by_mix));
    for cause in &mut found {
        cause.confidence = (cause.confidence * gap.probability).clamp(0.0, 1.0);
        cause.events = events(cause, &contributions, stage, input);
    }
    found.retain(|cause| cause.confidence.is_finite() && cause.confidence >= SHARE_LEAST);
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let others = found.iter().skip(1).map(|cause| cause.text.clone()).collect();
    Why { cause: found.into_iter().next(), others, contributions }
}

fn cause(kind: &str, text: String, confidence: f64) -> Cause {
    Cause { kind: kind.into(), text, confidence: if confidence.is_finite() { confidence } else { 0.0 }, events: vec![] }
}

/// Conversions that were made and not counted: none at all for days, or fewer than the shop's own orders lead to expect.
fn tracking(view: &View, link: Link, gap: &Gap) -> Option<Cause> {
    if !link.step.settles() || link.step == Step::Aov {
        return None;
    }
    let Spans { period, past } = view.spans(link.step);
    let orders = |(from, to): (usize, usize)| {
        let days = view.whole[from..to].iter().flatten().filter_map(|day| Some((day.conversions, day.orders?)));
        days.fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1))
    };
    let (before, now) = (orders(past), orders(period));
    if before.0.min(before.1) > 0.0 && now.1 > 0.0 {
        let expected = now.1 * before.0 / before.1;
        let alpha = 0.01 + 1.0 / before.0 + 1.0 / before.1 + 1.0 / now.1;
        let sure = 1.0 - counts::at_most(now.0, expected, alpha).min(1.0);
        let rate = link_rate(view, link, period) / link_rate(view, link, past);
        let explained = ((now.0.max(0.5) / expected).ln() / rate.ln()).clamp(0.0, 1.0);
        if sure > 0.9 {
            let text = format!(
                "the shop counted {:.0} orders after these clicks, for which {expected:.0} conversions would be usual and {:.0} were \
                 reported: they are made and not counted",
                now.1, now.0
            );
            return Some(cause("tracking_loss", text, explained * sure));
        }
        // The shop sold less too: then it is not the counting.
        return None;
    }
    let days: Vec<DrivenDay> = view.whole[past.0..period.1]
        .iter()
        .map(|day| DrivenDay { driver: day.map(|d| d.clicks), result: day.map(|d| d.conversions), arrived: 1.0 })
        .collect();
    let losses = tracking_losses(&days, &TrackingSettings::default()).ok()?;
    let begin = period.0 - past.0;
    let loss = losses.iter().filter(|loss| loss.to >= begin).max_by(|a, b| a.expected.total_cmp(&b.expected))?;
    let explained = (loss.expected / gap.lost_conversions.max(f64::MIN_POSITIVE)).min(1.0);
    let text = format!(
        "for {} days not one conversion was counted where {:.0} would be usual: the tag broke",
        loss.to + 1 - loss.from.max(begin),
        loss.expected
    );
    Some(cause("tracking_loss", text, explained * (1.0 - 10.0_f64.powf(-loss.rarity))))
}

fn link_rate(view: &View, link: Link, span: (usize, usize)) -> f64 {
    let sum = view.days(link, &view.whole, span).iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    sum.1.max(0.5) / sum.0
}

/// People have seen it too often.
fn wear(stage: &Stage, input: &FunnelInput<'_>) -> Option<Cause> {
    let (now, before) = input.frequency.filter(|(now, before)| stage.step == Step::Ctr && *now > 0.0 && *before > 0.0)?;
    let risen = now / before;
    (risen >= FREQUENCY.0).then(|| {
        let text = format!("each person saw {now:.1} ads instead of {before:.1}: the creative is worn");
        cause("creative_fatigue", text, (risen.ln() / FREQUENCY.1.ln()).min(1.0))
    })
}

/// More money after the same people buys dearer and worse impressions; what the mix explains it does not.
fn scaled(view: &View, stage: &Stage, by_mix: f64) -> Option<Cause> {
    let mean = |(from, to): (usize, usize)| {
        let days: Vec<f64> = view.whole[from..to].iter().flatten().map(|day| day.spend).collect();
        days.iter().sum::<f64>() / days.len().max(1) as f64
    };
    let spans = view.spans(stage.step);
    let grown = mean(spans.period) / mean(spans.past);
    let fits = matches!(stage.step, Step::Cpm | Step::Ctr | Step::Cvr) && grown.is_finite() && grown >= SCALED.0;
    fits.then(|| {
        let text = format!(
            "spend per day is {:.0} % higher than before: the next best people cost more and buy less",
            (grown - 1.0) * 100.0
        );
        cause("spend_raised", text, (grown.ln() / SCALED.1.ln()).min(1.0) * (1.0 - by_mix))
    })
}

/// More of what goes in comes by parts that were always poor: no part got worse.
fn mix(parts: &[Part<'_>]) -> Option<Cause> {
    let sum = |of: fn(&Part<'_>) -> (f64, f64)| parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + of(part).0, sum.1 + of(part).1));
    let (before, now) = (sum(|p| p.before), sum(|p| p.now));
    let (old, new) = (before.1 / before.0, now.1 / now.0);
    let moved = |part: &Part<'_>| {
        let rate = if part.before.0 > 0.0 { part.before.1 / part.before.0 } else { old };
        (part.now.0 / now.0 - part.before.0 / before.0) * (rate - old)
    };
    let share = parts.iter().map(moved).sum::<f64>() / (new - old);
    (parts.len() > 1 && share.is_finite() && share >= SHARE_LEAST).then(|| {
        let text = format!("{:.0} % of the fall is that more goes to campaigns that always did worse", share.min(1.0) * 100.0);
        cause("mix_shift", text, share.min(1.0))
    })
}

/// What [1]'s framework says of a stage that is poor by itself.
fn always(stage: &Stage) -> Option<Cause> {
    // The less it moved, the more it was always so.
    let same = stage.past.as_ref().map_or(0.5, |past| 1.0 - past.probability.max(0.5)) * 2.0;
    let (kind, text) = match stage.step {
        Step::Cpm => ("audience", "the audience is narrow or contested, or the placements are dear"),
        Step::Ctr => ("creative_or_audience", "the creative does not speak to those who see it"),
        Step::LinkShare => ("creative_or_audience", "people click the ad and not its link: it entertains and does not sell"),
        Step::LandingRate => ("landing_page", "people leave before the page has loaded, or its tag fires too late"),
        Step::CartRate | Step::Cvr => ("landing_page_or_offer", "the page or the offer does not keep what the ad promises"),
        Step::CheckoutRate | Step::PurchaseRate => ("checkout", "shipping costs, payment or the form turn buyers away"),
        Step::Aov => ("offer", "baskets are small: cheap entry products, discounts, nothing to add"),
    };
    Some(cause(kind, text.to_owned(), same.clamp(0.0, 1.0)))
}

/// One part, or all of them alike.
fn by_parts(parts: &[Part<'_>], contributions: &[Contribution], stage: &Stage, gap: &Gap, by_mix: f64) -> Option<Cause> {
    let first = contributions.first().filter(|_| parts.len() > 1)?;
    let ContributionPart::Entity(entity) = &first.part else { return None };
    let part = parts.iter().find(|part| part.entity == entity)?;
    let rate = |(into, out): (f64, f64)| out / into;
    let worse = |part: &Part<'_>| match gap.against {
        Against::Past => part.before.0 > 0.0 && rate(part.now) < rate(part.before),
        Against::Benchmark => rate(part.now) < stage.step.rate(gap.should),
    };
    let all: f64 = parts.iter().map(|part| part.now.0).sum();
    let share = first.share;
    if share >= 0.6 && worse(part) && others_hold(parts, part, stage, gap) {
        let text = format!("campaign {} alone accounts for {:.0} % of it", entity.name, share.min(1.0) * 100.0);
        return Some(cause("one_campaign", text, share.min(1.0) * (1.0 - by_mix)));
    }
    let worsened = parts.iter().filter(|part| worse(part)).map(|part| part.now.0).sum::<f64>() / all;
    let (kind, text) = match stage.step {
        Step::Cpm => ("auction_or_season", "it is dearer in nearly all campaigns: the auction or the season, not one setting"),
        Step::Ctr | Step::LinkShare => {
            ("audience_or_creative", "nearly all campaigns are clicked less: what they share is creative style, audience or season")
        }
        _ => ("site_or_offer", "nearly all campaigns convert less: what they share is the site, the offer and the tracking"),
    };
    (gap.against == Against::Past && parts.len() > 2 && worsened >= 0.8)
        .then(|| cause(kind, text.to_owned(), worsened * (1.0 - share.clamp(0.0, 1.0) / 2.0)))
}

/// Whether the stage would be nearly as it should without one part: the others lost less than a third of what all lost.
fn others_hold(parts: &[Part<'_>], one: &Part<'_>, stage: &Stage, gap: &Gap) -> bool {
    let off = |left_out: Option<&EntityRef>| {
        let of = |days: fn(&Part<'_>) -> (f64, f64)| {
            let kept = parts.iter().filter(|part| Some(part.entity) != left_out).map(days);
            let (into, out) = kept.fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
            out / into
        };
        let should = match gap.against {
            Against::Past => of(|part| part.before),
            Against::Benchmark => stage.step.rate(gap.should),
        };
        (should / of(|part| part.now)).ln()
    };
    let (others, whole) = (off(Some(one.entity)), off(None));
    others.is_finite() && whole > 0.0 && others < whole / 3.0
}

/// What each part did to the figure, in its unit; shares are of the whole gap.
fn contributions(parts: &[Part<'_>], stage: &Stage, gap: &Gap) -> Vec<Contribution> {
    // Of a cost per thousand, money is above and impressions below.
    let turned = |(into, out): (f64, f64)| match stage.step {
        Step::Cpm => (into * 1000.0, out),
        Step::Aov => (out, into),
        _ => (out * 100.0, into),
    };
    let now: Vec<(f64, f64)> = parts.iter().map(|part| turned(part.now)).collect();
    let under: f64 = now.iter().map(|part| part.1).sum();
    let before: (f64, f64) = parts.iter().map(|part| turned(part.before)).fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    let scale = under / before.1;
    let changes: Vec<f64> = parts
        .iter()
        .zip(&now)
        .map(|(part, now)| match gap.against {
            Against::Benchmark => (now.0 - gap.should * now.1) / under,
            Against::Past => {
                let (old, earlier) = (before.0 / before.1, turned(part.before));
                ((now.0 - earlier.0 * scale) - old * (now.1 - earlier.1 * scale)) / under
            }
        })
        .collect();
    let whole: f64 = changes.iter().sum();
    if !whole.is_finite() || whole == 0.0 {
        return vec![];
    }
    let mut all: Vec<Contribution> = parts
        .iter()
        .zip(changes)
        .map(|(part, change)| Contribution { part: ContributionPart::Entity(part.entity.clone()), change, share: change / whole })
        .collect();
    all.sort_by(|a, b| b.share.total_cmp(&a.share));
    all.truncate(PARTS);
    all
}

/// Events of the days in question on the whole or on the part that moved it most.
fn events(cause: &Cause, contributions: &[Contribution], stage: &Stage, input: &FunnelInput<'_>) -> Vec<KnownEvent> {
    let since = stage.days.from().saturating_sub(EVENT_DAYS.days());
    let first = contributions.first().map(|contribution| &contribution.part);
    let concerns = |event: &&KnownEvent| {
        let here = event.entity == input.whole.entity || first == Some(&ContributionPart::Entity(event.entity.clone()));
        let fits = match cause.kind.as_str() {
            "spend_raised" => event.kind == EventKind::Budget,
            "tracking_loss" => event.kind == EventKind::Connection,
            "creative_fatigue" => false,
            _ => true,
        };
        here && fits && event.day >= since && event.day <= stage.days.to()
    };
    input.events.iter().filter(concerns).cloned().collect()
}

impl Mark {
    /// What people call it.
    pub(super) const fn spoken(self) -> &'static str {
        match self {
            Self::Spend => "spend",
            Self::Impressions => "impressions",
            Self::Clicks => "clicks",
            Self::LinkClicks => "link clicks",
            Self::Landings => "landings",
            Self::Carts => "carts",
            Self::Checkouts => "checkouts",
            Self::Conversions => "conversions",
            Self::Revenue => "revenue",
        }
    }
}
