//! Computes the rows of a plan: campaign by campaign, so that only one campaign's sums are held at a time, whatever the account's size.

use super::{
    action,
    attribute::{Scope, criterion},
    channel::Channel,
    field::Field,
    metric::Figures,
    parts,
    plan::Plan,
    range,
    row::Tree,
    subject::{self, Block, Item, Subject},
    value::Value,
};
use crate::world::{
    account::Account,
    calendar,
    chance::{Chance, tag},
    cut::Piece,
    delivery::{self, Delivery, Frame},
    measure::Tally,
};
use std::{collections::BTreeMap, ops::ControlFlow};

/// Where a row stands: its block and its place in it.
pub(crate) type Position = [usize; 2];

/// A row as JSON, and what it is put in order by.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) position: Position,
    pub(crate) json: &'a [u8],
    pub(crate) keys: Vec<Value>,
}

/// Where a finished row and its keys go.
type Giver<'f> = &'f mut dyn FnMut(&[u8], Vec<Value>) -> ControlFlow<()>;
/// Where rows go, until the taker has enough.
type Taker<'f> = &'f mut dyn FnMut(Found<'_>) -> ControlFlow<()>;

/// What tells two rows of one resource apart. Segments not asked for are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    subject: usize,
    /// The first day of the row's period.
    day: i32,
    weekday: usize,
    hour: usize,
    network: usize,
    device: usize,
}

/// Which segments a query asks for.
#[derive(Debug)]
struct Cuts {
    periods: Vec<&'static str>,
    weekday: bool,
    hour: bool,
    network: bool,
    device: bool,
    actions: bool,
}

/// A walk over a plan's rows.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    scope: Scope<'a>,
    plan: &'a Plan,
    cuts: Cuts,
    /// Attributes written, with the resource names that come unasked.
    attributes: Vec<&'static Field>,
    of_attributes: Tree,
    of_segments: Tree,
    of_metrics: Tree,
    frames: Vec<Frame>,
    by_group: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(scope: Scope<'a>, plan: &'a Plan) -> Self {
        let has = |name: &str| plan.has_segment(name);
        let periods = plan.segments.iter().filter(|s| s.is_core_date()).map(|s| s.name).collect();
        let cuts = Cuts {
            periods,
            weekday: has("segments.day_of_week"),
            hour: has("segments.hour"),
            network: has("segments.ad_network_type"),
            device: has("segments.device"),
            actions: plan.segments.iter().any(|s| s.is_action()),
        };
        let mut attributes = plan.attributes.clone();
        for owner in plan.attributes.iter().map(|a| a.owner()).chain([plan.from.name()]) {
            let name = format!("{owner}.resource_name");
            if let Some(field) = Field::find(&name).filter(|_| !attributes.iter().any(|a| a.name == name)) {
                attributes.push(field);
            }
        }
        let frames = match scope.account().filter(|_| plan.needs_figures()) {
            Some(account) => {
                let (first, last) = (account.first_day, delivery::today(account, scope.now));
                (plan.days.from.max(first)..=plan.days.to.min(last)).map(|day| Frame::new(account, day, scope.now)).collect()
            }
            None => Vec::new(),
        };
        Self {
            by_group: plan.attributes.iter().any(|a| a.owner() == "ad_group")
                || plan.of_subject.iter().any(|t| t.field.owner() == "ad_group"),
            of_attributes: Tree::of(&attributes),
            of_segments: Tree::of(&plan.segments),
            of_metrics: Tree::of(&plan.metrics),
            scope,
            plan,
            cuts,
            attributes,
            frames,
        }
    }

    /// Hands out rows from a position on until told to stop.
    pub(crate) fn from(&self, start: Position, each: Taker<'_>) -> ControlFlow<()> {
        // A manager account has nothing delivered to tell.
        if self.plan.needs_figures() && self.scope.account().is_none() {
            return ControlFlow::Continue(());
        }
        for block in start[0]..subject::blocks(self.scope.account(), self.plan.from) {
            let skip = if block == start[0] { start[1] } else { 0 };
            self.block(block, skip, each)?;
        }
        ControlFlow::Continue(())
    }

    fn block(&self, place: usize, skip: usize, each: Taker<'_>) -> ControlFlow<()> {
        let Scope { world, node, now, .. } = self.scope;
        let block = Block::of(world, node, self.plan.from, place, self.by_group, now);
        let kept: Vec<bool> = block.subjects.iter().map(|s| self.keeps(s)).collect();
        if !kept.contains(&true) {
            return ControlFlow::Continue(());
        }
        let account = self.scope.account().filter(|_| self.plan.needs_figures());
        let mut nth = 0;
        let mut give = |json: &[u8], keys: Vec<Value>| {
            nth += 1;
            if nth > skip { each(Found { position: [place, nth - 1], json, keys }) } else { ControlFlow::Continue(()) }
        };
        let tallies = account.map(|account| self.collect(account, &block, &kept)).unwrap_or_default();
        for (s, subject) in block.subjects.iter().enumerate().filter(|(s, _)| kept[*s]) {
            let mut json = b"{".to_vec();
            let values: Vec<Value> = self.attributes.iter().map(|a| self.scope.attribute(subject, a)).collect();
            self.of_attributes.write(&values, &mut json);
            let Some(account) = account else {
                json.push(b'}');
                give(&json, self.keys(subject, &[], &[]))?;
                continue;
            };
            let first = Key { subject: s, day: i32::MIN, weekday: 0, hour: 0, network: 0, device: 0 };
            let last = Key { subject: s + 1, ..first };
            let zero = [(Key { day: 0, ..first }, Tally::ZERO)];
            let own = tallies.range(first..last).map(|(key, tally)| (*key, tally));
            if !self.plan.is_segmented() && !self.plan.from.only_shown() && !tallies.range(first..last).any(|_| true) {
                self.rows(account, subject, zero.iter().map(|(key, tally)| (*key, tally)), &json, &mut give)?;
            } else {
                self.rows(account, subject, own, &json, &mut give)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn keeps(&self, subject: &Subject) -> bool {
        self.plan.of_subject.iter().all(|test| test.passes(&self.scope.attribute(subject, test.field)))
    }

    /// Writes the rows of one subject.
    fn rows<'t>(
        &self,
        account: &Account,
        subject: &Subject,
        tallies: impl Iterator<Item = (Key, &'t Tally)>,
        attributes: &[u8],
        give: Giver<'_>,
    ) -> ControlFlow<()> {
        let actions = if self.cuts.actions { action::of(account).len() } else { 1 };
        let channel = subject.campaign.map(|c| Channel::of(account, c));
        let mut json = Vec::new();
        for (key, tally) in tallies {
            for action in (0..actions).map(|a| self.cuts.actions.then_some(a)) {
                let chance = Chance::new(subject.campaign.map_or(account.id, |c| account.campaigns[c].object.id))
                    .on(tag("share"))
                    .on(subject.group.unwrap_or(0) as u64)
                    .at(i64::from(key.day));
                let figures = Figures { account, tally, channel, action, chance };
                let metrics: Vec<Value> = self.plan.metrics.iter().map(|m| figures.value(m.name)).collect();
                let idle = if metrics.is_empty() { tally.impressions() == 0 } else { metrics.iter().all(Value::is_zero) };
                if idle && (self.plan.is_segmented() || self.plan.from.only_shown()) {
                    continue;
                }
                let segment = |name: &str| self.segment(account, subject, key, action, name);
                let passes = self.plan.of_row.iter().all(|test| {
                    let name = test.field.name;
                    test.passes(&if test.field.is_metric() { figures.value(name) } else { segment(name) })
                });
                if !passes {
                    continue;
                }
                let segments: Vec<Value> = self.plan.segments.iter().map(|s| segment(s.name)).collect();
                json.clear();
                json.extend_from_slice(attributes);
                self.of_segments.write(&segments, &mut json);
                self.of_metrics.write(&metrics, &mut json);
                json.push(b'}');
                give(&json, self.keys(subject, &segments, &metrics))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// What a row is put in order by.
    fn keys(&self, subject: &Subject, segments: &[Value], metrics: &[Value]) -> Vec<Value> {
        let of = |fields: &[&'static Field], values: &[Value], field: &Field| {
            fields.iter().position(|f| f.name == field.name).and_then(|at| values.get(at).cloned()).unwrap_or(Value::Absent)
        };
        let key = |field: &'static Field| {
            if field.is_metric() {
                of(&self.plan.metrics, metrics, field)
            } else if field.is_segment() {
                of(&self.plan.segments, segments, field)
            } else {
                self.scope.attribute(subject, field)
            }
        };
        self.plan.order.iter().map(|(field, _)| key(field)).collect()
    }

    /// The value of a segment in a row.
    fn segment(&self, account: &Account, subject: &Subject, key: Key, action: Option<usize>, name: &str) -> Value {
        const WEEKDAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
        let actions = action::of(account);
        match (name, action, &subject.item) {
            ("segments.date" | "segments.week" | "segments.month" | "segments.quarter", ..) => {
                calendar::day(range::start(name, key.day)).to_string().into()
            }
            ("segments.year", ..) => Value::Number(f64::from(calendar::day(key.day).year())),
            ("segments.day_of_week", ..) => WEEKDAYS[key.weekday].into(),
            ("segments.hour", ..) => Value::Number(key.hour as f64),
            ("segments.device", ..) => parts::DEVICES[key.device].into(),
            ("segments.ad_network_type", ..) => parts::NETWORKS[key.network].into(),
            ("segments.conversion_action", Some(a), _) => {
                format!("{}/conversionActions/{}", self.scope.customer(), action::id(account, a)).into()
            }
            ("segments.conversion_action_name", Some(a), _) => actions[a].name.into(),
            ("segments.conversion_action_category", Some(a), _) => actions[a].category.into(),
            ("segments.geo_target_country", _, Item::Country(place, _)) => {
                format!("geoTargetConstants/{}", parts::country_id(account.countries[*place].0)).into()
            }
            (_, _, Item::Term(keyword, term)) => {
                let group = subject.group.map_or(0, |g| account.ad_sets[g].object.id);
                criterion::of_term(&self.scope, keyword, term, group, name)
            }
            _ => Value::Absent,
        }
    }

    /// Sums what was delivered, by subject and segments.
    fn collect(&self, account: &Account, block: &Block, kept: &[bool]) -> BTreeMap<Key, Tally> {
        let mut tallies: BTreeMap<Key, Tally> = BTreeMap::new();
        let mut delivery = Delivery::default();
        let conversions = self.plan.needs_conversions();
        for campaign in &block.campaigns {
            let joint =
                if self.cuts.network || self.cuts.device { parts::joint(Channel::of(account, *campaign)) } else { vec![1.0] };
            for frame in &self.frames {
                delivery.fill(account, &account.campaigns[*campaign], frame, conversions);
                let (day, weekday) = self.period(frame.day);
                for ad_day in &delivery.ads {
                    let dice = subject::dice(account, self.plan.from, ad_day.ad, frame.day);
                    let pieces =
                        if self.cuts.hour { Piece::hours(&delivery, ad_day, frame) } else { vec![Piece::whole(&delivery, ad_day)] };
                    for (hour, piece) in pieces.into_iter().enumerate().filter(|(_, piece)| !piece.is_empty()) {
                        let dice = dice.on(hour as u64);
                        block.hand_out(ad_day.ad, piece, dice, &mut |subject, piece| {
                            if !kept[subject] || piece.is_empty() {
                                return;
                            }
                            let own = dice.on(tag("joint")).on(subject as u64);
                            for (place, part) in piece.cut(&joint, own).into_iter().enumerate() {
                                if part.is_empty() {
                                    continue;
                                }
                                let network = if self.cuts.network { place / parts::DEVICES.len() } else { 0 };
                                let device = if self.cuts.device { place % parts::DEVICES.len() } else { 0 };
                                let key = Key { subject, day, weekday, hour, network, device };
                                part.add_to(tallies.entry(key).or_insert(Tally::ZERO));
                            }
                        });
                    }
                }
            }
        }
        tallies
    }

    /// The period a day falls into, told by its first day, and its weekday where that is asked for.
    fn period(&self, day: i32) -> (i32, usize) {
        let first = self.cuts.periods.iter().map(|p| range::start(p, day)).max().unwrap_or(0);
        (first, if self.cuts.weekday { calendar::weekday(day) } else { 0 })
    }
}
