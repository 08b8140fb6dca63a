//! Computes a page of insights: walks intervals and campaigns from a position, and stops when the page is full.
//!
//! Only one campaign's sums are held at a time, whatever the size of the account, and a page starts where the one before it stopped.

use super::{
    query::{Level, Query, row_metric},
    row::Row,
};
use crate::world::{
    account::{Account, Campaign},
    breakdown::{Family, Parts},
    delivery::{self, Delivery, Frame},
    measure::{CLICKS, LINK_CLICKS, SPEND, Tally},
    reach::{self, Union},
};
use std::ops::ControlFlow;

/// Where a row stands: interval, object (by place) and part of the breakdown.
pub(crate) type Position = [usize; 3];

/// A finished row, not yet written.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) position: Position,
    campaign: Option<usize>,
    ad_set: Option<usize>,
    ad: Option<usize>,
    group: usize,
    tally: Tally,
    reach: Option<i64>,
}

/// The parts of a query's breakdown, brought together by the names asked for.
struct Groups {
    parts: Parts,
    /// Which group each part falls into.
    group_of: Vec<usize>,
    labels: Vec<Vec<(&'static str, String)>>,
}

impl Groups {
    fn of(account: &Account, query: &Query) -> Option<Self> {
        let parts = Parts::of(account, query.family?);
        let mut labels: Vec<Vec<(&'static str, String)>> = Vec::new();
        let mut group_of = Vec::new();
        for part in &parts.labels {
            let label: Vec<_> = part
                .iter()
                .filter(|(name, _)| query.breakdowns.contains(name))
                .cloned()
                .collect();
            let group = labels.iter().position(|l| *l == label).unwrap_or_else(|| {
                labels.push(label);
                labels.len() - 1
            });
            group_of.push(group);
        }
        Some(Self { parts, group_of, labels })
    }
}

/// A walk over a query's rows.
pub(crate) struct Walk<'a> {
    account: &'a Account,
    query: &'a Query,
    groups: Option<Groups>,
    today: i32,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(account: &'a Account, query: &'a Query) -> Self {
        Self {
            account,
            query,
            groups: Groups::of(account, query),
            today: delivery::today(account, query.now),
        }
    }

    /// Parts per object.
    pub(crate) fn parts(&self) -> usize {
        self.groups.as_ref().map_or(1, |g| g.labels.len())
    }

    /// Hands out rows from a position on until told to stop.
    pub(crate) fn from(&self, start: Position, each: &mut dyn FnMut(Found) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.query.silent {
            return ControlFlow::Continue(());
        }
        let mut delivery = Delivery::default();
        let mut tallies: Vec<Tally> = Vec::new();
        for (i, interval) in self.query.intervals.iter().enumerate().skip(start[0]) {
            let first = if i == start[0] { (start[1], start[2]) } else { (0, 0) };
            let days = interval.0.max(self.account.first_day)..=interval.1.min(self.today);
            let frames: Vec<Frame> = days.map(|d| Frame::new(self.account, d, self.query.now)).collect();
            self.interval(i, first, &frames, &mut delivery, &mut tallies, each)?;
        }
        ControlFlow::Continue(())
    }

    fn interval(
        &self,
        interval: usize,
        first: (usize, usize),
        frames: &[Frame],
        delivery: &mut Delivery,
        tallies: &mut Vec<Tally>,
        each: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let skip = match self.query.level {
            Level::Account => 0,
            Level::Campaign => first.0,
            Level::AdSet => self.account.ad_sets.get(first.0).map_or(usize::MAX, |s| s.campaign),
            Level::Ad => self.account.ads.get(first.0).map_or(usize::MAX, |a| a.campaign),
        };
        let groups = self.parts();
        let mut whole = vec![(Tally::ZERO, Union::default()); groups];
        for (c, campaign) in self.account.campaigns.iter().enumerate().skip(skip) {
            if !campaign.ads.clone().any(|a| self.query.counts(a)) || !self.collect(campaign, frames, delivery, tallies) {
                continue;
            }
            let mut give = |place: usize, ids: (Option<usize>, Option<usize>), sums: &[(Tally, Union)]| -> ControlFlow<()> {
                for (group, (tally, union)) in sums.iter().enumerate() {
                    if (place, group) >= first && tally.impressions() > 0 {
                        each(self.found([interval, place, group], Some(c), ids, tally, *union))?;
                    }
                }
                ControlFlow::Continue(())
            };
            let mut of_campaign = vec![(Tally::ZERO, Union::default()); groups];
            for s in campaign.ad_sets.clone() {
                let ad_set = &self.account.ad_sets[s];
                let shares = self.group_shares(s);
                let mut of_set = vec![Tally::ZERO; groups];
                for ad in ad_set.ads.clone() {
                    let own = &tallies[(ad - campaign.ads.start) * groups..][..groups];
                    of_set.iter_mut().zip(own).for_each(|(sum, t)| sum.add(t));
                    if self.query.level == Level::Ad {
                        give(ad, (Some(s), Some(ad)), &reached(own, ad_set.audience, &shares))?;
                    }
                }
                let sums = reached(&of_set, ad_set.audience, &shares);
                if self.query.level == Level::AdSet {
                    give(s, (Some(s), None), &sums)?;
                }
                for (total, (tally, union)) in of_campaign.iter_mut().zip(&sums) {
                    total.0.add(tally);
                    total.1.merge(*union);
                }
            }
            if self.query.level == Level::Campaign {
                give(c, (None, None), &of_campaign)?;
            }
            for (total, (tally, union)) in whole.iter_mut().zip(&of_campaign) {
                total.0.add(tally);
                total.1.merge(*union);
            }
        }
        if self.query.level == Level::Account {
            for (group, (tally, union)) in whole.iter().enumerate() {
                if (0, group) >= first && tally.impressions() > 0 {
                    each(self.found([interval, 0, group], None, (None, None), tally, *union))?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Sums a campaign's ads over the days, each by group. False when nothing was delivered.
    fn collect(&self, campaign: &Campaign, frames: &[Frame], delivery: &mut Delivery, tallies: &mut Vec<Tally>) -> bool {
        let groups = self.parts();
        let mut any = false;
        let mut parts = vec![Tally::ZERO; self.groups.as_ref().map_or(0, |g| g.parts.len())];
        for frame in frames {
            delivery.fill(self.account, campaign, frame, self.query.conversions);
            if delivery.ads.is_empty() {
                continue;
            }
            if !any {
                tallies.clear();
                tallies.resize(campaign.ads.len() * groups, Tally::ZERO);
                any = true;
            }
            for day in delivery.ads.iter().filter(|d| self.query.counts(d.ad)) {
                let own = &mut tallies[(day.ad - campaign.ads.start) * groups..][..groups];
                let Some(split) = &self.groups else {
                    own[0].add_linear(&day.linear);
                    delivery.conversions[day.conversions.clone()]
                        .iter()
                        .for_each(|c| own[0].add_conversion(c));
                    continue;
                };
                parts.fill(Tally::ZERO);
                let shares = split.parts.shares(&self.account.ad_sets[self.account.ads[day.ad].ad_set]);
                split.parts.split(delivery, day, frame, &shares, &mut parts);
                for (part, group) in parts.iter().zip(&split.group_of) {
                    own[*group].add(part);
                }
            }
        }
        any
    }

    /// The share of an ad set's audience in each group.
    fn group_shares(&self, ad_set: usize) -> Vec<f64> {
        let Some(split) = &self.groups else { return vec![1.0] };
        let mut shares = vec![0.0; split.labels.len()];
        for (share, group) in split.parts.shares(&self.account.ad_sets[ad_set]).iter().zip(&split.group_of) {
            shares[*group] += share;
        }
        shares
    }

    fn found(
        &self,
        position: Position,
        campaign: Option<usize>,
        (ad_set, ad): (Option<usize>, Option<usize>),
        tally: &Tally,
        union: Union,
    ) -> Found {
        let reach = match self.query.family {
            Some(Family::Hour) => Some(0),
            _ if self.query.reach_withheld => None,
            _ => Some(union.people()),
        };
        Found {
            position,
            campaign,
            ad_set,
            ad,
            group: position[2],
            tally: tally.clone(),
            reach,
        }
    }

    /// Whether a row passes the conditions on its figures.
    pub(crate) fn passes(&self, found: &Found) -> bool {
        self.query
            .row_filters
            .iter()
            .all(|f| row_metric(&f.field).is_none_or(|m| f.passes_number(self.figure(found, m))))
    }

    /// A figure of a row by name, for conditions and order.
    pub(crate) fn figure(&self, found: &Found, metric: &str) -> f64 {
        let t = &found.tally.linear;
        let shown = found.tally.impressions() as f64;
        let spend = t[SPEND] as f64 / self.account.offset as f64;
        let reach = found.reach.unwrap_or(0) as f64;
        match metric {
            "spend" => spend,
            "impressions" => shown,
            "clicks" => t[CLICKS] as f64,
            "inline_link_clicks" => t[LINK_CLICKS] as f64,
            "reach" => reach,
            "ctr" => t[CLICKS] as f64 * 100.0 / shown,
            "cpm" => spend * 1_000.0 / shown,
            "cpc" => spend / (t[CLICKS] as f64).max(1.0),
            _ => shown / reach.max(1.0),
        }
    }

    pub(crate) fn write(&self, found: &Found, out: &mut Vec<u8>) {
        let a = self.account;
        Row {
            account: a,
            campaign: found
                .campaign
                .filter(|_| self.query.level != Level::Account)
                .map(|c| &a.campaigns[c]),
            ad_set: found.ad_set.map(|s| &a.ad_sets[s]),
            ad: found.ad.map(|ad| &a.ads[ad]),
            days: self.query.intervals[found.position[0]],
            labels: self.groups.as_ref().map_or(&[], |g| g.labels[found.group].as_slice()),
            tally: &found.tally,
            reach: found.reach,
        }
        .write(self.query, out);
    }
}

/// Each group's sum with the people it reached in one ad set's audience.
fn reached(tallies: &[Tally], audience: f64, shares: &[f64]) -> Vec<(Tally, Union)> {
    let pairs = tallies.iter().zip(shares);
    pairs
        .map(|(tally, share)| {
            let mut union = Union::default();
            if tally.impressions() > 0 {
                union.add(reach::of_audience(tally.impressions(), (audience * share).max(1.0)));
            }
            (tally.clone(), union)
        })
        .collect()
}
