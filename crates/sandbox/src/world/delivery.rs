//! What one campaign's ads did on one day, as known at an instant.
//!
//! A day without changes is one stretch; a switch or a budget changed at noon makes two, each with its own plan for a whole day, of
//! which only the stretch's part is realised. The plan of a stretch depends on nothing after its start, so a write never changes what
//! was delivered before it.

use super::{
    account::{Account, AdSet, Campaign, Format},
    calendar,
    chance::{Chance, tag, whole},
    conversion::{Source, known_share, reached},
    fatigue, incident,
    market::DayFactors,
    measure::{
        CLICKS, Conversion, ENGAGEMENTS, FUNNEL, IMPRESSIONS, LANDINGS, LINEAR, LINK_CLICKS, Linear, QUARTILES, REACTIONS, SPEND,
        THRUPLAYS, VIDEO_PLAYS, VIDEO_VIEWS, WINDOWS, boundary, stretch,
    },
};
use std::ops::Range;

/// The conditions of one account-day at one instant, shared by all its campaigns.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) day: i32,
    start: i64,
    end: i64,
    now: i64,
    pub(crate) hours: [f64; 25],
    factors: DayFactors,
    tracking: f64,
    results: f64,
    shock: f64,
}

impl Frame {
    pub(crate) fn new(account: &Account, day: i32, now: i64) -> Self {
        let effects = incident::effects(&account.incidents, day);
        Self {
            day,
            start: account.calendar.start(day),
            end: account.calendar.start(day + 1),
            now,
            hours: account.market.hours(day),
            factors: account.market.day(day),
            tracking: effects.tracking,
            results: effects.results,
            shock: effects.price,
        }
    }

    /// The share of the day's delivery before an instant of it. Hours are 24ths of the day, also on the two days that are 23 or 25
    /// hours long.
    pub(crate) fn share_before(&self, instant: i64) -> f64 {
        let through = 24.0 * (instant - self.start) as f64 / (self.end - self.start) as f64;
        let hour = super::chance::index(through).min(23);
        self.hours[hour] + (self.hours[hour + 1] - self.hours[hour]) * (through - hour as f64).min(1.0)
    }

    /// When a share of the day's delivery was reached.
    pub(crate) fn instant(&self, share: f64) -> i64 {
        reached(&self.hours, (self.start, self.end), share)
    }
}

/// A stretch of an ad's day: what a whole day like it would bring, and which part of it was delivered.
#[derive(Debug)]
pub(crate) struct Stretch {
    pub(crate) plan: Linear,
    pub(crate) shift: f64,
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Results that a whole day like it brings in the end, however many of them anybody sees.
    pub(crate) expected: f64,
}

/// An ad's day.
#[derive(Debug)]
pub(crate) struct AdDay {
    pub(crate) ad: usize,
    pub(crate) linear: Linear,
    pub(crate) stretches: Range<usize>,
    pub(crate) conversions: Range<usize>,
}

/// The day of all ads of a campaign that delivered. Kept and refilled, so that reading many days allocates once.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) ads: Vec<AdDay>,
    pub(crate) stretches: Vec<Stretch>,
    pub(crate) conversions: Vec<Conversion>,
    weights: Vec<(usize, f64, f64)>,
}

impl Delivery {
    /// Refills with a campaign's day. `conversions` can be left out when nobody asked for them.
    pub(crate) fn fill(&mut self, account: &Account, campaign: &Campaign, frame: &Frame, conversions: bool) {
        self.ads.clear();
        self.stretches.clear();
        self.conversions.clear();
        let until = frame.end.min(frame.now);
        let live = &campaign.object.live;
        if frame.start >= until || frame.day < account.first_day || live.overlap(frame.start, until) == 0 {
            return;
        }
        let mut from = frame.start;
        let next = campaign.changes.partition_point(|at| *at <= from);
        for change in campaign.changes[next..].iter().copied().take_while(|at| *at < until).chain([until]) {
            for ad_set in &account.ad_sets[campaign.ad_sets.clone()] {
                self.ad_set(account, ad_set, frame, (from, change), conversions);
            }
            from = change;
        }
        if self.ads.len() > 1 {
            self.join();
        }
    }

    /// One ad set between two changes.
    fn ad_set(&mut self, account: &Account, ad_set: &AdSet, frame: &Frame, (from, to): (i64, i64), conversions: bool) {
        let Some(budget) = account.budget_of(ad_set, from) else {
            return;
        };
        let dice = Chance::new(ad_set.object.id).on(account.chance.bits()).at(i64::from(frame.day));
        let curve = &ad_set.curve;
        let today = curve.spent(budget);
        let spend = (today * frame.factors.pace * dice.on(tag("pace")).factor(0.03)).min(budget * 1.25);
        let adstocked = curve.adstocked(|back| if back == 0 { spend } else { planned(account, ad_set, frame.day - back) });
        let since_edit = (from - ad_set.last_significant_edit.at(from)) as f64 / 86_400.0;
        let price = frame.factors.price * frame.shock * curve.price(spend);
        let results = curve.results(adstocked)
            * frame.factors.demand
            * fatigue::learning(since_edit)
            * (frame.factors.price * frame.shock).powf(-0.8)
            * dice.on(tag("results")).factor(0.06);

        self.weights.clear();
        let mut sum = 0.0;
        for index in ad_set.ads.clone() {
            let ad = &account.ads[index];
            if ad.object.live.covers(from) {
                let days = ad.object.live.overlap(ad.object.created, from) as f64 / 86_400.0;
                let appeal = fatigue::appeal(days, ad.fatigue_days);
                let weight = ad.preference * appeal * dice.on(ad.object.id).factor(0.12);
                sum += weight;
                self.weights.push((index, weight, appeal));
            }
        }
        let share_from = frame.share_before(from);
        let share_to = if to >= frame.end { 1.0 } else { frame.share_before(to) };
        for i in 0..self.weights.len() {
            let (index, weight, appeal) = self.weights[i];
            let ad = &account.ads[index];
            let share = weight / sum;
            let dice = dice.on(ad.object.id);
            let cpm = account.market.cpm * ad_set.cpm * price * dice.on(tag("cpm")).factor(0.05);
            let shown = whole(spend * share / cpm * 1000.0 + 0.5);
            if shown == 0 {
                continue;
            }
            let known = known_share(frame.now - frame.start) * frame.tracking.min(2.0);
            let ctr = account.market.ctr * ad_set.ctr * ad.ctr * appeal * frame.factors.ctr;
            let plan = plan_of(ad.format, account.industry.commerce, shown, whole(spend * share), ctr, known, dice);
            let shift = dice.on(tag("shift")).unit();
            let range = (boundary(shown, share_from, shift), boundary(shown, share_to, shift));
            let range = if share_from == 0.0 { (0, range.1) } else { range };
            if range.0 >= range.1 {
                continue;
            }
            let before = self.conversions.len();
            let expected = (results * share * ad.quality * appeal.sqrt()).min(plan[LINK_CLICKS] as f64 * 0.45);
            if conversions {
                Source {
                    chance: dice.on(tag("conversions")).at(from.max(frame.start) - frame.start),
                    expected,
                    commerce: account.industry.commerce,
                    order_value: account.market.order_value * frame.factors.basket,
                    tracking: frame.tracking * frame.results,
                    day: (frame.start, frame.end),
                    hours: &frame.hours,
                    delivered: (share_from, share_to),
                    now: frame.now,
                }
                .draw(&mut self.conversions);
            }
            let stretches = self.stretches.len()..self.stretches.len() + 1;
            let linear = stretch(&plan, range.0, range.1);
            self.stretches.push(Stretch { plan, shift, from: share_from, to: share_to, expected });
            self.ads.push(AdDay { ad: index, linear, stretches, conversions: before..self.conversions.len() });
        }
    }

    /// Brings the stretches of one ad together: one entry per ad, ads in order.
    fn join(&mut self) {
        if self.ads.is_sorted_by(|a, b| a.ad < b.ad) {
            return;
        }
        let mut order: Vec<usize> = (0..self.ads.len()).collect();
        order.sort_by_key(|i| self.ads[*i].ad);
        let (mut ads, mut stretches, mut conversions): (Vec<AdDay>, Vec<Stretch>, Vec<Conversion>) =
            (Vec::new(), Vec::new(), Vec::new());
        for i in order {
            let piece = &self.ads[i];
            if ads.last().is_none_or(|last| last.ad != piece.ad) {
                let (s, c) = (stretches.len(), conversions.len());
                ads.push(AdDay { ad: piece.ad, linear: [0; LINEAR], stretches: s..s, conversions: c..c });
            }
            for s in &self.stretches[piece.stretches.clone()] {
                stretches.push(Stretch { plan: s.plan, ..*s });
            }
            conversions.extend_from_slice(&self.conversions[piece.conversions.clone()]);
            if let Some(day) = ads.last_mut() {
                day.linear.iter_mut().zip(&piece.linear).for_each(|(sum, part)| *sum += part);
                day.stretches.end = stretches.len();
                day.conversions.end = conversions.len();
            }
        }
        (self.ads, self.stretches, self.conversions) = (ads, stretches, conversions);
    }
}

/// What an ad set was to spend on an earlier day, without the day's noise: all that adstock needs.
fn planned(account: &Account, ad_set: &AdSet, day: i32) -> f64 {
    let (start, end) = (account.calendar.start(day), account.calendar.start(day + 1));
    let live = ad_set.object.live.overlap(start, end);
    if live == 0 {
        return 0.0;
    }
    let noon = start + (end - start) / 2;
    let budget = account.budget_of(ad_set, noon).or_else(|| account.budget_of(ad_set, start)).unwrap_or(0.0);
    ad_set.curve.spent(budget) * live as f64 / (end - start) as f64
}

/// A whole day's figures of an ad from its impressions, spend and click rate.
fn plan_of(format: Format, commerce: bool, shown: i64, spend: i64, ctr: f64, known: f64, dice: Chance) -> Linear {
    let mut plan = [0; LINEAR];
    let times = |count: i64, rate: f64, what: u64| dice.on(what).count(count as f64 * rate).min(count);
    plan[IMPRESSIONS] = shown;
    plan[SPEND] = spend;
    let links = times(shown, ctr, 11);
    plan[LINK_CLICKS] = links;
    plan[CLICKS] = (links + times(shown, ctr * 0.38, 12)).min(shown);
    plan[LANDINGS] = times(links, 0.81, 13);
    plan[REACTIONS] = times(shown, 0.0021, 14);
    if format == Format::Video {
        plan[VIDEO_PLAYS] = times(shown, 0.87, 15);
        plan[VIDEO_VIEWS] = times(plan[VIDEO_PLAYS], 0.29 + ctr * 4.0, 16);
        plan[QUARTILES] = times(plan[VIDEO_VIEWS], 0.78, 17);
        plan[QUARTILES + 1] = times(plan[QUARTILES], 0.56, 18);
        plan[QUARTILES + 2] = times(plan[QUARTILES + 1], 0.62, 19);
        plan[QUARTILES + 3] = times(plan[QUARTILES + 2], 0.66, 20);
        plan[QUARTILES + 4] = times(plan[QUARTILES + 3], 0.86, 21);
        plan[THRUPLAYS] = plan[QUARTILES + 1];
    }
    plan[ENGAGEMENTS] = (plan[CLICKS] + plan[REACTIONS] + plan[VIDEO_VIEWS]).min(shown);
    let funnel: &[f64] = if commerce { &[0.64, 0.12, 0.068] } else { &[0.58] };
    for (event, rate) in funnel.iter().enumerate() {
        let clicked = whole(times(links, *rate, 22 + event as u64) as f64 * known).min(shown);
        let part = |share: f64| whole(clicked as f64 * share).min(shown);
        plan[FUNNEL + event * WINDOWS..][..WINDOWS].copy_from_slice(&[part(0.86), clicked, part(1.05), part(0.09)]);
    }
    plan
}

/// The number of the day an instant falls on.
pub(crate) fn today(account: &Account, now: i64) -> i32 {
    account.calendar.day_of(now)
}

/// The civil day of a number, for dates in answers.
pub(crate) fn civil(day: i32) -> trimtab_domain::Day {
    calendar::day(day)
}
