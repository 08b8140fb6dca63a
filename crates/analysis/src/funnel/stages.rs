//! Which stages there are, and their days.

use super::{FunnelInput, FunnelSettings, StepCounts, StepTrack};
use crate::{anomaly::robust::sane, untold::Untold};
use trimtab_domain::{Day, DayRange};

/// A stage on the way from money to revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Money to impressions: cost per thousand.
    Cpm,
    /// Impressions to clicks.
    Ctr,
    /// Clicks to clicks on the advertised link.
    LinkShare,
    /// Those to pages that loaded.
    LandingRate,
    /// Those (or clicks) to carts.
    CartRate,
    /// Carts to checkouts.
    CheckoutRate,
    /// The last known step to conversions, where there is one after clicks.
    PurchaseRate,
    /// Clicks to conversions.
    Cvr,
    /// Conversions to revenue.
    Aov,
}

/// What people are doing in a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// They see.
    Awareness,
    /// They click.
    Consideration,
    /// They buy.
    Conversion,
}

impl Step {
    /// Every stage, in the order of the way.
    pub const ALL: [Self; 9] = [
        Self::Cpm,
        Self::Ctr,
        Self::Cvr,
        Self::LinkShare,
        Self::LandingRate,
        Self::CartRate,
        Self::CheckoutRate,
        Self::PurchaseRate,
        Self::Aov,
    ];

    /// The name in tables, rules and benchmarks.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpm => "cpm",
            Self::Ctr => "ctr",
            Self::LinkShare => "link_share",
            Self::LandingRate => "landing_rate",
            Self::CartRate => "cart_rate",
            Self::CheckoutRate => "checkout_rate",
            Self::PurchaseRate => "purchase_rate",
            Self::Cvr => "cvr",
            Self::Aov => "aov",
        }
    }

    /// The metric of the registry, where it is one.
    #[must_use]
    pub const fn metric(self) -> Option<&'static str> {
        match self {
            Self::Cpm | Self::Ctr | Self::Cvr | Self::Aov => Some(self.as_str()),
            _ => None,
        }
    }

    /// Which part of the way it belongs to.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Cpm => Phase::Awareness,
            Self::Ctr => Phase::Consideration,
            _ => Phase::Conversion,
        }
    }

    pub(super) const fn is_within_cvr(self) -> bool {
        matches!(self, Self::LinkShare | Self::LandingRate | Self::CartRate | Self::CheckoutRate | Self::PurchaseRate)
    }

    /// Outcomes are people and not amounts.
    pub(super) const fn is_counted(self) -> bool {
        !matches!(self, Self::Cpm | Self::Aov)
    }

    /// Figures of provisional days do not count: carts and checkouts are attributed to ads as late as conversions are.
    pub(super) const fn settles(self) -> bool {
        matches!(self, Self::CartRate | Self::CheckoutRate | Self::PurchaseRate | Self::Cvr | Self::Aov)
    }

    /// From yield to the figure people know, and back: it is its own inverse but for percent.
    pub(super) fn shown(self, rate: f64) -> f64 {
        match self {
            Self::Cpm => 1000.0 / rate,
            Self::Aov => rate,
            _ => rate * 100.0,
        }
    }

    pub(super) fn rate(self, shown: f64) -> f64 {
        match self {
            Self::Cpm => 1000.0 / shown,
            Self::Aov => shown,
            _ => shown / 100.0,
        }
    }
}

/// A point on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Spend,
    Impressions,
    Clicks,
    LinkClicks,
    Landings,
    Carts,
    Checkouts,
    Conversions,
    Revenue,
}

impl Mark {
    pub(super) fn of(self, day: &StepCounts) -> Option<f64> {
        match self {
            Self::Spend => Some(day.spend),
            Self::Impressions => Some(day.impressions),
            Self::Clicks => Some(day.clicks),
            Self::LinkClicks => day.link_clicks,
            Self::Landings => day.landings,
            Self::Carts => day.carts,
            Self::Checkouts => day.checkouts,
            Self::Conversions => Some(day.conversions),
            Self::Revenue => Some(day.revenue),
        }
    }
}

/// A stage with the two points it is between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) step: Step,
    pub(super) from: Mark,
    pub(super) into: Mark,
    pub(super) is_whole: bool,
}

/// Places of days in question and of those before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spans {
    pub(super) period: (usize, usize),
    pub(super) past: (usize, usize),
}

impl Spans {
    const fn ending(end: usize, days: usize, past_days: usize) -> Self {
        let begin = end.saturating_sub(days);
        Self { period: (begin, end), past: (begin.saturating_sub(past_days), begin) }
    }
}

/// The days of a funnel.
#[derive(Debug)]
pub(super) struct View {
    pub(super) links: Vec<Link>,
    asked: Spans,
    /// As many days up to the last one whose conversions are final.
    settled: Spans,
    first: Day,
    pub(super) whole: Vec<Option<StepCounts>>,
}

impl View {
    pub(super) fn of(input: &FunnelInput<'_>, settings: &FunnelSettings, untold: &mut Vec<Untold>) -> Self {
        let days = &input.whole.days;
        let place =
            |day: Day| usize::try_from(input.first.until(day).map_or(0, |span| span.get_days())).unwrap_or(0).min(days.len());
        let begin = place(input.period.from());
        let end = place(input.period.to().saturating_add(jiff::Span::new().days(1))).max(begin);
        let provisional = input.provisional_from.map_or(end, place).min(end);
        if provisional < end {
            untold.push(Untold::new(
                "conversions",
                format!(
                    "conversions of the last {} days may still come: stages of conversions are judged over the {} days before those",
                    end - provisional,
                    (end - begin).min(provisional)
                ),
            ));
        }
        let whole: Vec<Option<StepCounts>> = days.iter().map(|day| day.filter(is_sane)).collect();
        let spans = |last: usize| Spans::ending(last, end - begin, settings.past_days);
        let links = links(&whole[begin..end]);
        Self { links, asked: spans(end), settled: spans(provisional), first: input.first, whole }
    }

    /// The days a stage is judged over: of what comes late, final ones.
    pub(super) const fn spans(&self, step: Step) -> Spans {
        if step.settles() { self.settled } else { self.asked }
    }

    /// The same as days; `None` where there are none.
    pub(super) fn range(&self, step: Step) -> Option<DayRange> {
        self.days_from(self.spans(step).period.0, self.length(step))
    }

    /// How many days a stage is judged over.
    pub(super) const fn length(&self, step: Step) -> usize {
        let (from, to) = self.spans(step).period;
        to - from
    }

    /// So many days from a place on; `None` where there are none.
    pub(super) fn days_from(&self, place: usize, length: usize) -> Option<DayRange> {
        let day = |place: usize| Some(self.first.saturating_add(jiff::Span::new().try_days(i64::try_from(place).ok()?).ok()?));
        DayRange::new(day(place)?, day((place + length).checked_sub(1)?)?).ok()
    }

    /// A stage's days of (in, out) where both are known.
    pub(super) fn days(&self, link: Link, days: &[Option<StepCounts>], (from, to): (usize, usize)) -> Vec<(f64, f64)> {
        let pair = |day: &StepCounts| Some((link.from.of(day)?, link.into.of(day)?));
        days.get(from..to.min(days.len())).unwrap_or_default().iter().flatten().filter_map(pair).collect()
    }

    pub(super) fn now(&self, link: Link) -> Vec<(f64, f64)> {
        self.days(link, &self.whole, self.spans(link.step).period)
    }

    pub(super) fn before(&self, link: Link) -> Vec<(f64, f64)> {
        self.days(link, &self.whole, self.spans(link.step).past)
    }

    /// A part's sums of a stage: the past, the period.
    pub(super) fn of_part(&self, link: Link, part: &StepTrack) -> [(f64, f64); 2] {
        let days: Vec<Option<StepCounts>> = part.days.iter().map(|day| day.filter(is_sane)).collect();
        let Spans { period, past } = self.spans(link.step);
        [past, period].map(|span| self.days(link, &days, span).iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1)))
    }
}

fn is_sane(day: &StepCounts) -> bool {
    let counts = [
        Some(day.spend),
        Some(day.impressions),
        Some(day.clicks),
        Some(day.conversions),
        day.link_clicks,
        day.landings,
        day.carts,
        day.checkouts,
        day.orders,
    ];
    counts.iter().flatten().all(|count| sane(Some(*count)).is_some_and(|count| count >= 0.0)) && sane(Some(day.revenue)).is_some()
}

/// The stages of days: steps after clicks count where four days in five know them.
fn links(days: &[Option<StepCounts>]) -> Vec<Link> {
    let known = |mark: Mark| {
        let days: Vec<&StepCounts> = days.iter().flatten().collect();
        let knowing: Vec<f64> = days.iter().filter_map(|day| mark.of(day)).collect();
        knowing.len() * 5 >= days.len() * 4 && knowing.iter().any(|count| *count > 0.0)
    };
    let finer = [
        (Mark::LinkClicks, Step::LinkShare),
        (Mark::Landings, Step::LandingRate),
        (Mark::Carts, Step::CartRate),
        (Mark::Checkouts, Step::CheckoutRate),
    ];
    let finer: Vec<(Mark, Step)> = finer.into_iter().filter(|(mark, _)| known(*mark)).collect();
    let link = |step, from, into, is_whole| Link { step, from, into, is_whole };
    let mut links = vec![
        link(Step::Cpm, Mark::Spend, Mark::Impressions, false),
        link(Step::Ctr, Mark::Impressions, Mark::Clicks, false),
        link(Step::Cvr, Mark::Clicks, Mark::Conversions, !finer.is_empty()),
    ];
    let mut from = Mark::Clicks;
    for (mark, step) in finer {
        links.push(link(step, from, mark, false));
        from = mark;
    }
    if from != Mark::Clicks {
        links.push(link(Step::PurchaseRate, from, Mark::Conversions, false));
    }
    links.push(link(Step::Aov, Mark::Conversions, Mark::Revenue, false));
    links
}
