//! Computes the rows of a query: walks campaigns, and for each its days, and hands out finished rows object by object.
//!
//! Only one campaign's sums are held at a time, and one account's total, whatever the size of the account.

use super::{Level, Query, targeting::Groups};
use crate::world::{
    account::{Account, Campaign},
    calendar,
    conversion::RESTATED_DAYS,
    delivery::{AdDay, Delivery, Frame},
    incident,
    measure::{Credit, KINDS, SPEND, Tally},
    reach::{self, Union},
};
use serde_json::Value;
use std::ops::ControlFlow;

/// A finished row.
#[derive(Debug)]
pub(crate) struct Found<'w> {
    pub(crate) campaign: Option<usize>,
    pub(crate) ad_set: Option<usize>,
    pub(crate) ad: Option<usize>,
    /// Place of the interval in the query.
    pub(crate) interval: usize,
    /// The hour or the targeting value.
    pub(crate) value: Option<&'w Value>,
    /// Its counts of conversions are those of clicks in the first window and of views in the last.
    pub(crate) tally: &'w Tally,
    /// People reached; 0 where nobody asked.
    pub(crate) people: i64,
}

/// Where rows go, until the taker has enough.
type Taker<'f> = &'f mut dyn FnMut(&Found<'_>) -> ControlFlow<()>;

/// A walk over a query's rows.
pub(crate) struct Walk<'a> {
    account: &'a Account,
    query: &'a Query,
    groups: Option<Groups>,
    frames: Vec<Frame>,
}

/// Figures with the people they reached.
#[derive(Debug, Clone)]
struct Sum {
    tally: Tally,
    people: Union,
}

const NOTHING: Sum = Sum { tally: Tally::ZERO, people: Union::NOBODY };

impl<'a> Walk<'a> {
    pub(crate) fn new(account: &'a Account, query: &'a Query) -> Self {
        let groups = match query.targeting {
            Some(targeting) => Some(Groups::of(account, targeting)),
            None => (query.granularity == super::Granularity::Hour).then(|| Groups::hours(account)),
        };
        let from = query.intervals.first().map_or(0, |i| i.from);
        let to = query.intervals.last().map_or(-1, |i| i.to).min(calendar_day(query.now));
        // Conversions dated by themselves come from ads of the weeks before.
        let earlier =
            if query.attribution.by_conversion && query.converts() { i32::try_from(RESTATED_DAYS).unwrap_or(28) } else { 0 };
        let frames = ((from - earlier).max(account.first_day)..=to).map(|day| Frame::new(account, day, query.now)).collect();
        Self { account, query, groups, frames }
    }

    fn width(&self) -> usize {
        self.groups.as_ref().map_or(1, |g| g.values.len())
    }

    /// Cells per object: intervals times groups.
    fn cells(&self) -> usize {
        self.query.intervals.len() * self.width()
    }

    /// The most rows the query can have.
    pub(crate) fn rows_max(&self) -> usize {
        let objects = match self.query.level {
            Level::Account => 1,
            Level::Campaign => self.account.campaigns.len(),
            Level::AdGroup => self.account.ad_sets.len(),
            Level::Ad => self.account.ads.len(),
        };
        objects * self.cells()
    }

    /// Hands out every row that is not wholly empty, object by object, intervals in order.
    pub(crate) fn each(&self, each: Taker<'_>) -> ControlFlow<()> {
        let cells = self.cells();
        let mut delivery = Delivery::default();
        let mut own: Vec<Tally> = Vec::new();
        let mut whole = vec![NOTHING; cells];
        for (c, campaign) in self.account.campaigns.iter().enumerate() {
            if !campaign.ads.clone().any(|a| self.query.counts(a)) || !self.collect(campaign, &mut delivery, &mut own) {
                continue;
            }
            let mut of_campaign = vec![NOTHING; cells];
            for s in campaign.ad_sets.clone() {
                let mut of_set = vec![NOTHING; cells];
                for ad in self.account.ad_sets[s].ads.clone() {
                    let tallies = &own[(ad - campaign.ads.start) * cells..][..cells];
                    if self.query.level == Level::Ad {
                        for (cell, tally) in tallies.iter().enumerate() {
                            let people = self.reached(s, tally).people();
                            self.give((Some(c), Some(s), Some(ad)), cell, tally, people, each)?;
                        }
                        continue;
                    }
                    of_set.iter_mut().zip(tallies).for_each(|(sum, tally)| sum.tally.add(tally));
                }
                of_set.iter_mut().for_each(|sum| sum.people = self.reached(s, &sum.tally));
                if self.query.level == Level::AdGroup {
                    self.give_all((Some(c), Some(s), None), &of_set, each)?;
                }
                add_up(&mut of_campaign, &of_set);
            }
            if self.query.level == Level::Campaign {
                self.give_all((Some(c), None, None), &of_campaign, each)?;
            }
            add_up(&mut whole, &of_campaign);
        }
        if self.query.level == Level::Account {
            self.add_withdrawn(&mut whole);
            self.give_all((None, None, None), &whole, each)?;
        }
        ControlFlow::Continue(())
    }

    /// Adds what withdrawn ads had spent: it is in the account's own figures alone, and in no split of them.
    fn add_withdrawn(&self, whole: &mut [Sum]) {
        if self.groups.is_some() {
            return;
        }
        for frame in &self.frames {
            if let Some(interval) = self.interval_of(frame.day) {
                whole[interval].tally.linear[SPEND] += incident::withdrawn(self.account, frame.day);
            }
        }
    }

    fn give_all(&self, of: Places, sums: &[Sum], each: Taker<'_>) -> ControlFlow<()> {
        for (cell, sum) in sums.iter().enumerate() {
            self.give(of, cell, &sum.tally, sum.people.people(), each)?;
        }
        ControlFlow::Continue(())
    }

    fn give(&self, (campaign, ad_set, ad): Places, cell: usize, tally: &Tally, people: i64, each: Taker<'_>) -> ControlFlow<()> {
        if tally.impressions() == 0 && (0..KINDS).all(|k| tally.counts[k] == [0; 4]) {
            return ControlFlow::Continue(());
        }
        let (interval, group) = (cell / self.width(), cell % self.width());
        let value = self.groups.as_ref().map(|g| &g.values[group]);
        each(&Found { campaign, ad_set, ad, interval, value, tally, people })
    }

    fn reached(&self, ad_set: usize, tally: &Tally) -> Union {
        let mut union = Union::NOBODY;
        if self.query.reaches() && tally.impressions() > 0 {
            union.add(reach::of_audience(tally.impressions(), self.account.ad_sets[ad_set].audience.max(1.0)));
        }
        union
    }

    /// Sums a campaign's ads, each by interval and group. False when there was nothing.
    fn collect(&self, campaign: &Campaign, delivery: &mut Delivery, own: &mut Vec<Tally>) -> bool {
        let cells = self.cells();
        let mut any = false;
        for frame in &self.frames {
            delivery.fill(self.account, campaign, frame, self.query.converts());
            if delivery.ads.is_empty() {
                continue;
            }
            if !any {
                own.clear();
                own.resize(campaign.ads.len() * cells, Tally::ZERO);
                any = true;
            }
            let mut days = std::mem::take(&mut delivery.ads);
            for day in days.iter_mut().filter(|d| self.query.counts(d.ad)) {
                self.judge(delivery, day);
                let mine = &mut own[(day.ad - campaign.ads.start) * cells..][..cells];
                self.place(delivery, day, frame, mine);
            }
            delivery.ads = days;
        }
        any
    }

    /// Leaves only the conversions that the windows count, under the window that stands for their way.
    fn judge(&self, delivery: &mut Delivery, day: &mut AdDay) {
        let attribution = &self.query.attribution;
        let range = day.conversions.clone();
        for conversion in &mut delivery.conversions[range] {
            if !attribution.counts(conversion) {
                conversion.times = 0;
            }
            if !attribution.viewed(conversion) {
                conversion.credit = Credit::ClickOneDay;
            }
        }
    }

    /// Puts an ad's day into its cells: what was delivered on the day itself, conversions there or on their own day.
    fn place(&self, delivery: &mut Delivery, day: &AdDay, frame: &Frame, cells: &mut [Tally]) {
        let home = self.interval_of(frame.day);
        if !self.query.attribution.by_conversion || day.conversions.is_empty() {
            if let Some(home) = home {
                self.split(delivery, day, frame, cells, (home, true));
            }
            return;
        }
        let ad = day.ad;
        let of = |conversions| AdDay { ad, linear: day.linear, stretches: day.stretches.clone(), conversions };
        if let Some(home) = home {
            let none = day.conversions.start..day.conversions.start;
            self.split(delivery, &of(none), frame, cells, (home, true));
        }
        let range = day.conversions.clone();
        delivery.conversions[range.clone()].sort_by_key(|c| c.at);
        let mut from = range.start;
        while from < range.end {
            let interval = self.interval_of(calendar_day(delivery.conversions[from].at));
            let same = |c: &crate::world::measure::Conversion| self.interval_of(calendar_day(c.at)) == interval;
            let many = delivery.conversions[from..range.end].iter().take_while(|c| same(c)).count().max(1);
            if let Some(interval) = interval {
                self.split(delivery, &of(from..from + many), frame, cells, (interval, false));
            }
            from += many;
        }
    }

    /// Adds an ad's day, or its conversions only, to the groups of one interval.
    fn split(&self, delivery: &Delivery, day: &AdDay, frame: &Frame, cells: &mut [Tally], (interval, delivered): (usize, bool)) {
        let width = self.width();
        let Some(groups) = &self.groups else {
            return add_whole(&mut cells[interval], delivery, day, delivered);
        };
        let cells = &mut cells[interval * width..][..width];
        let ad_set = self.account.ads[day.ad].ad_set;
        let Some(parts) = &groups.parts else {
            if let Some(group) = groups.of_ad_set(ad_set) {
                add_whole(&mut cells[group], delivery, day, delivered);
            }
            return;
        };
        let mut split = vec![Tally::ZERO; parts.len()];
        parts.split(delivery, day, frame, &parts.shares(&self.account.ad_sets[ad_set]), &mut split);
        for (part, tally) in split.iter_mut().enumerate() {
            if !delivered {
                tally.linear = Tally::ZERO.linear;
            }
            if let Some(group) = groups.of_part(part) {
                cells[group].add(tally);
            }
        }
    }

    fn interval_of(&self, day: i32) -> Option<usize> {
        let at = self.query.intervals.partition_point(|i| i.to < day);
        self.query.intervals.get(at).filter(|i| i.from <= day).map(|_| at)
    }
}

/// Places of campaign, ad set and ad, as far down as a row goes.
type Places = (Option<usize>, Option<usize>, Option<usize>);

fn add_whole(cell: &mut Tally, delivery: &Delivery, day: &AdDay, delivered: bool) {
    if delivered {
        cell.add_linear(&day.linear);
    }
    delivery.conversions[day.conversions.clone()].iter().for_each(|c| cell.add_conversion(c));
}

fn add_up(total: &mut [Sum], sums: &[Sum]) {
    for (total, sum) in total.iter_mut().zip(sums) {
        total.tally.add(&sum.tally);
        total.people.merge(sum.people);
    }
}

/// The UTC day of an instant.
pub(crate) fn calendar_day(instant: i64) -> i32 {
    i32::try_from(instant.div_euclid(86_400)).unwrap_or_else(|_| calendar::number(trimtab_domain::Day::MAX))
}
