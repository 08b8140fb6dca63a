//! Computes the rows of analytics: walks campaign groups, and for each its days, and cuts each ad's day by what is asked for.
//!
//! Where rows of different campaign groups are never one, each group's rows are finished before the next one is begun, and the walk
//! ends with the last row that is told.

use super::{pivot::Pivot, query::Ask};
use crate::{
    limits,
    world::{
        account::{Account, Campaign, Format},
        breakdown::{Family, Parts},
        chance::{Chance, tag},
        cut::Piece,
        delivery::{AdDay, Delivery, Frame, today},
        goal,
        measure::{Conversion, IMPRESSIONS, KINDS, Tally},
        reach::{self, Union},
    },
};
use std::collections::{BTreeMap, HashMap};

/// The figures of a row.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) tally: Tally,
    /// Leads by form that proved good.
    pub(crate) qualified: i64,
    /// Whether any video was shown.
    pub(crate) videos: bool,
    /// Impressions by ad set, where people are asked for.
    shown: BTreeMap<usize, i64>,
}

impl Cell {
    const EMPTY: Self = Self { tally: Tally::ZERO, qualified: 0, videos: false, shown: BTreeMap::new() };

    /// Whether there is anything to tell.
    fn is_empty(&self) -> bool {
        self.tally.impressions() == 0 && (0..KINDS).all(|kind| self.tally.counts[kind].iter().all(|n| *n == 0))
    }

    /// People reached, and how many there are to reach.
    pub(crate) fn people(&self, account: &Account) -> (i64, f64) {
        let (mut reached, mut audience) = (Union::NOBODY, 0.0);
        for (ad_set, shown) in &self.shown {
            let people = account.ad_sets[*ad_set].audience.max(1.0);
            reached.add(reach::of_audience(*shown, people));
            audience += people;
        }
        (reached.people(), audience)
    }

    fn add(&mut self, piece: &Piece) {
        piece.add_to(&mut self.tally);
        let good = |c: &&Conversion| goal::qualified(c);
        self.qualified += piece.conversions.iter().filter(good).map(|c| c.times).sum::<i64>();
    }
}

/// A finished row.
#[derive(Debug)]
pub(crate) struct Row {
    /// Place of the interval in the question.
    pub(crate) interval: usize,
    /// The values of the pivots, by their place in [`Rows::labels`].
    pub(crate) label: usize,
    pub(crate) cell: Cell,
}

/// All rows that are told.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Row>,
    pub(crate) labels: Vec<Vec<String>>,
}

/// A split of an ad's day.
struct Split {
    rank: u64,
    family: Family,
    parts: Parts,
    /// Shares of the parts by ad set.
    shares: Vec<Vec<f64>>,
}

/// A walk over the rows of a question.
struct Walk<'a> {
    account: &'a Account,
    ask: &'a Ask,
    splits: Vec<Split>,
    /// What ads have in common as far as rows go, by ad.
    object_of: Vec<usize>,
    /// An ad of each such object.
    objects: Vec<usize>,
    /// Leaves of the splits taken together, goals included.
    leaves: usize,
    /// Labels by object and leaf, once they were needed; the outer nothing is "not yet", the inner one "not told".
    label_of: Vec<Option<Option<usize>>>,
    known: HashMap<Vec<String>, usize>,
    told: Rows,
    converts: bool,
    reaches: bool,
}

/// The rows of a question, the most there may be.
pub(crate) fn rows(account: &Account, ask: &Ask) -> Rows {
    if ask.pivots.contains(&Pivot::Silent) || ask.intervals.is_empty() {
        return Rows::default();
    }
    let mut walk = Walk::new(account, ask);
    walk.walk();
    walk.told
}

impl<'a> Walk<'a> {
    fn new(account: &'a Account, ask: &'a Ask) -> Self {
        // Always in the same order, so that a split does not depend on how it is asked for.
        let families = [Pivot::PlacementName, Pivot::ServingLocation, Pivot::ImpressionDeviceType];
        let fixed = families.into_iter().filter(|p| ask.pivots.contains(p));
        let members = ask.pivots.iter().copied().filter(|p| p.is_member());
        let mut splits: Vec<Split> = Vec::new();
        for family in fixed.chain(members).filter_map(Pivot::family) {
            if splits.iter().any(|s| s.family == family) {
                continue;
            }
            let parts = Parts::of(account, family);
            let rank = match family {
                Family::Network => 1,
                Family::Device => 2,
                Family::Profession(profession) => tag(profession.name()),
                _ => 0,
            };
            let shares = account.ad_sets.iter().map(|s| parts.shares(s)).collect();
            splits.push(Split { rank, family, parts, shares });
        }
        let goals = if ask.by_conversion() { goal::GOALS } else { 1 };
        let leaves = splits.iter().map(|s| s.parts.len()).product::<usize>() * goals;
        let mut objects: Vec<usize> = Vec::new();
        let mut places: HashMap<Vec<Option<String>>, usize> = HashMap::new();
        let object_of = (0..account.ads.len())
            .map(|ad| {
                let values: Vec<Option<String>> = ask.pivots.iter().map(|p| p.of_ad(account, ad)).collect();
                *places.entry(values).or_insert_with(|| {
                    objects.push(ad);
                    objects.len() - 1
                })
            })
            .collect();
        Self {
            account,
            ask,
            splits,
            object_of,
            label_of: vec![None; objects.len() * leaves],
            objects,
            leaves,
            known: HashMap::new(),
            told: Rows::default(),
            converts: ask.by_conversion() || ask.metrics().any(|(_, base)| base.converts()),
            reaches: ask.metrics().any(|(_, base)| base.is_reach()),
        }
    }

    fn walk(&mut self) {
        let (account, ask) = (self.account, self.ask);
        let from = ask.intervals.first().map_or(0, |i| i.0).max(account.first_day);
        let to = ask.intervals.last().map_or(-1, |i| i.1).min(today(account, ask.now));
        let frames: Vec<Frame> = (from..=to).map(|day| Frame::new(account, day, ask.now)).collect();
        let apart = ask.pivots.iter().any(|p| p.parts_groups());
        let mut delivery = Delivery::default();
        let mut cells: HashMap<(usize, usize), Cell> = HashMap::new();
        for campaign in &account.campaigns {
            if !campaign.ads.clone().any(|ad| ask.only[ad]) {
                continue;
            }
            self.collect(campaign, &frames, &mut delivery, &mut cells);
            if apart {
                self.finish(&mut cells);
                if self.told.rows.len() >= limits::LINKEDIN_ELEMENTS_MAX {
                    return;
                }
            }
        }
        self.finish(&mut cells);
    }

    /// Tells what was collected, in order, as far as there is room.
    fn finish(&mut self, cells: &mut HashMap<(usize, usize), Cell>) {
        let (account, ask) = (self.account, self.ask);
        let by_conversion = ask.by_conversion();
        let told = |cell: &Cell| {
            let private = ask.by_member() && cell.tally.impressions() < limits::LINKEDIN_MEMBER_IMPRESSIONS_MIN;
            let mut metrics = ask.metrics().peekable();
            let figures = metrics.peek().is_none() || metrics.any(|(_, base)| base.of(cell, account, by_conversion).is_some());
            !cell.is_empty() && !private && figures
        };
        let mut finished: Vec<((usize, usize), Cell)> = cells.drain().filter(|(_, cell)| told(cell)).collect();
        finished.sort_unstable_by_key(|(key, _)| *key);
        let room = limits::LINKEDIN_ELEMENTS_MAX - self.told.rows.len();
        self.told.rows.extend(finished.into_iter().take(room).map(|((interval, label), cell)| Row { interval, label, cell }));
    }

    fn collect(
        &mut self,
        campaign: &Campaign,
        frames: &[Frame],
        delivery: &mut Delivery,
        cells: &mut HashMap<(usize, usize), Cell>,
    ) {
        for frame in frames {
            let Some(interval) = self.interval_of(frame.day) else { continue };
            delivery.fill(self.account, campaign, frame, self.converts);
            for day in delivery.ads.iter().filter(|d| self.ask.only[d.ad]) {
                let whole = Piece::whole(delivery, day);
                let ad = &self.account.ads[day.ad];
                for (leaf, piece) in self.leaves_of(whole, day, frame) {
                    if piece.is_empty() {
                        continue;
                    }
                    let Some(label) = self.label(self.object_of[day.ad], leaf) else { continue };
                    let cell = cells.entry((interval, label)).or_insert(Cell::EMPTY);
                    cell.add(&piece);
                    cell.videos |= ad.format == Format::Video;
                    if self.reaches {
                        *cell.shown.entry(ad.ad_set).or_default() += piece.linear[IMPRESSIONS];
                    }
                }
            }
        }
    }

    /// Cuts an ad's day by every split, one after the other, and then by goal.
    fn leaves_of(&self, whole: Piece, day: &AdDay, frame: &Frame) -> Vec<(usize, Piece)> {
        let ad_set = self.account.ads[day.ad].ad_set;
        let dice = Chance::new(self.account.ads[day.ad].object.id).on(tag("seen by")).at(i64::from(frame.day));
        let mut pieces = vec![(0, whole)];
        for split in &self.splits {
            let width = split.parts.len();
            let cut = |(leaf, piece): (usize, Piece)| {
                let parts = piece.cut(&split.shares[ad_set], dice.on(split.rank).on(leaf as u64));
                parts.into_iter().enumerate().map(move |(part, piece)| (leaf * width + part, piece))
            };
            pieces = pieces.into_iter().flat_map(cut).collect();
        }
        if !self.ask.by_conversion() {
            return pieces;
        }
        let by_goal = |(leaf, piece): (usize, Piece)| {
            (0..goal::GOALS).map(move |goal| {
                let own = piece.conversions.iter().filter(|c| goal::reached(c) == Some(goal)).copied().collect();
                (leaf * goal::GOALS + goal, Piece { linear: Tally::ZERO.linear, conversions: own })
            })
        };
        pieces.into_iter().flat_map(by_goal).collect()
    }

    /// Where the values of an object's leaf are kept; nothing where they are not told.
    fn label(&mut self, object: usize, leaf: usize) -> Option<usize> {
        let at = object * self.leaves + leaf;
        if let Some(label) = self.label_of[at] {
            return label;
        }
        let values = self.values(self.objects[object], leaf);
        let label = values.map(|values| {
            *self.known.entry(values).or_insert_with_key(|values| {
                self.told.labels.push(values.clone());
                self.told.labels.len() - 1
            })
        });
        self.label_of[at] = Some(label);
        label
    }

    /// The values of the pivots, in the order they were asked for.
    fn values(&self, ad: usize, leaf: usize) -> Option<Vec<String>> {
        let goals = if self.ask.by_conversion() { goal::GOALS } else { 1 };
        let (mut rest, reached) = (leaf / goals, leaf % goals);
        let mut places: Vec<(Family, usize)> = Vec::new();
        for split in self.splits.iter().rev() {
            places.push((split.family, rest % split.parts.len()));
            rest /= split.parts.len();
        }
        let value = |pivot: &Pivot| match pivot.family() {
            Some(family) => {
                let part = places.iter().find(|(own, _)| *own == family)?.1;
                let split = self.splits.iter().find(|s| s.family == family)?;
                pivot.of_part(&split.parts.labels[part])
            }
            None if *pivot == Pivot::Conversion => Some(super::super::lists::conversion_urn(goal::of(self.account)[reached].id)),
            None => pivot.of_ad(self.account, ad),
        };
        self.ask.pivots.iter().map(value).collect()
    }

    fn interval_of(&self, day: i32) -> Option<usize> {
        let at = self.ask.intervals.partition_point(|i| i.1 < day);
        self.ask.intervals.get(at).filter(|i| i.0 <= day).map(|_| at)
    }
}
