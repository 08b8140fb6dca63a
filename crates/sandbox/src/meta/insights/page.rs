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
#[derive(Debug)]
pub(crate) struct Found<'t> {
    pub(crate) position: Position,
    of: Ids,
    tally: &'t Tally,
    reach: Option<i64>,
}

/// The places of the objects a row belongs to, as far down as its level goes.
#[derive(Debug, Clone, Copy, Default)]
struct Ids {
    campaign: Option<usize>,
    ad_set: Option<usize>,
    ad: Option<usize>,
}

/// Figures with the people they reached.
#[derive(Debug, Clone)]
struct Sum {
    tally: Tally,
    people: Union,
}

impl Sum {
    const ZERO: Self = Self { tally: Tally::ZERO, people: Union::NOBODY };

    fn add(&mut self, other: &Self) {
        self.tally.add(&other.tally);
        self.people.merge(other.people);
    }
}

/// Where rows go, until the taker has enough.
type Taker<'f> = &'f mut dyn FnMut(Found<'_>) -> ControlFlow<()>;

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
            let label: Vec<_> = part.iter().filter(|(name, _)| query.breakdowns.contains(name)).cloned().collect();
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
        Self { account, query, groups: Groups::of(account, query), today: delivery::today(account, query.now) }
    }

    /// Parts per object.
    pub(crate) fn parts(&self) -> usize {
        self.groups.as_ref().map_or(1, |g| g.labels.len())
    }

    /// Hands out rows from a position on until told to stop.
    pub(crate) fn from(&self, start: Position, each: Taker<'_>) -> ControlFlow<()> {
        if self.query.silent {
            return ControlFlow::Continue(());
        }
        let mut delivery = Delivery::default();
        let mut tallies: Vec<Tally> = Vec::new();
        for (i, interval) in self.query.intervals.iter().enumerate().skip(start[0]) {
            let first = if i == start[0] { start } else { [i, 0, 0] };
            let days = interval.0.max(self.account.first_day)..=interval.1.min(self.today);
            let frames: Vec<Frame> = days.map(|d| Frame::new(self.account, d, self.query.now)).collect();
            self.interval(first, &frames, &mut delivery, &mut tallies, each)?;
        }
        ControlFlow::Continue(())
    }

    fn interval(
        &self,
        first: Position,
        frames: &[Frame],
        delivery: &mut Delivery,
        tallies: &mut Vec<Tally>,
        each: Taker<'_>,
    ) -> ControlFlow<()> {
        let skip = match self.query.level {
            Level::Account => 0,
            Level::Campaign => first[1],
            Level::AdSet => self.account.ad_sets.get(first[1]).map_or(usize::MAX, |s| s.campaign),
            Level::Ad => self.account.ads.get(first[1]).map_or(usize::MAX, |a| a.campaign),
        };
        let groups = self.parts();
        let mut whole = vec![Sum::ZERO; groups];
        for (c, campaign) in self.account.campaigns.iter().enumerate().skip(skip) {
            if !campaign.ads.clone().any(|a| self.query.counts(a)) || !self.collect(campaign, frames, delivery, tallies) {
                continue;
            }
            let mut of_campaign = vec![Sum::ZERO; if self.query.level == Level::Ad { 0 } else { groups }];
            for s in campaign.ad_sets.clone() {
                let of = Ids { campaign: Some(c), ad_set: Some(s), ad: None };
                let shares = self.group_shares(s);
                let ads = self.account.ad_sets[s].ads.clone();
                let own = |ad: usize| &tallies[(ad - campaign.ads.start) * groups..][..groups];
                if self.query.level == Level::Ad {
                    for ad in ads {
                        let rows = own(ad).iter().enumerate().map(|(g, tally)| (tally, self.reached(s, tally, shares[g])));
                        self.give(first, ad, Ids { ad: Some(ad), ..of }, rows, each)?;
                    }
                    continue;
                }
                let mut of_set = vec![Sum::ZERO; groups];
                for ad in ads {
                    of_set.iter_mut().zip(own(ad)).for_each(|(sum, tally)| sum.tally.add(tally));
                }
                for (sum, share) in of_set.iter_mut().zip(&shares) {
                    sum.people = self.reached(s, &sum.tally, *share);
                }
                if self.query.level == Level::AdSet {
                    self.give(first, s, of, of_set.iter().map(|sum| (&sum.tally, sum.people)), each)?;
                }
                of_campaign.iter_mut().zip(&of_set).for_each(|(total, sum)| total.add(sum));
            }
            if self.query.level == Level::Campaign {
                let of = Ids { campaign: Some(c), ..Ids::default() };
                self.give(first, c, of, of_campaign.iter().map(|sum| (&sum.tally, sum.people)), each)?;
            }
            whole.iter_mut().zip(&of_campaign).for_each(|(total, sum)| total.add(sum));
        }
        if self.query.level == Level::Account {
            self.give(first, 0, Ids::default(), whole.iter().map(|sum| (&sum.tally, sum.people)), each)?;
        }
        ControlFlow::Continue(())
    }

    /// Hands out an object's rows, one per group, from the first position on.
    fn give<'t>(
        &self,
        first: Position,
        place: usize,
        of: Ids,
        rows: impl Iterator<Item = (&'t Tally, Union)>,
        each: Taker<'_>,
    ) -> ControlFlow<()> {
        for (group, (tally, people)) in rows.enumerate() {
            if [place, group] < [first[1], first[2]] || tally.impressions() == 0 {
                continue;
            }
            let reach = match self.query.family {
                Some(Family::Hour) => Some(0),
                _ if self.query.reach_withheld => None,
                _ => Some(people.people()),
            };
            each(Found { position: [first[0], place, group], of, tally, reach })?;
        }
        ControlFlow::Continue(())
    }

    /// The people of one ad set's audience, or of a share of it, that some figures reached.
    fn reached(&self, ad_set: usize, tally: &Tally, share: f64) -> Union {
        let mut union = Union::NOBODY;
        if tally.impressions() > 0 {
            union.add(reach::of_audience(tally.impressions(), (self.account.ad_sets[ad_set].audience * share).max(1.0)));
        }
        union
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
                    delivery.conversions[day.conversions.clone()].iter().for_each(|c| own[0].add_conversion(c));
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

    /// Whether a row passes the conditions on its figures.
    pub(crate) fn passes(&self, found: &Found<'_>) -> bool {
        self.query.row_filters.iter().all(|f| row_metric(&f.field).is_none_or(|m| f.passes_number(self.figure(found, m))))
    }

    /// A figure of a row by name, for conditions and order.
    pub(crate) fn figure(&self, found: &Found<'_>, metric: &str) -> f64 {
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

    pub(crate) fn write(&self, found: &Found<'_>, out: &mut Vec<u8>) {
        let a = self.account;
        Row {
            account: a,
            campaign: found.of.campaign.map(|c| &a.campaigns[c]),
            ad_set: found.of.ad_set.map(|s| &a.ad_sets[s]),
            ad: found.of.ad.map(|ad| &a.ads[ad]),
            days: self.query.intervals[found.position[0]],
            labels: self.groups.as_ref().map_or(&[], |g| g.labels[found.position[2]].as_slice()),
            tally: found.tally,
            reach: found.reach,
        }
        .write(self.query, out);
    }
}
