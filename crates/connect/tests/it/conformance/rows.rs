//! Facts of any kind of source as the suite compares them: ads, visits, orders or mailings.

use std::{collections::BTreeMap, fmt};
use trimtab_connect::silence::{Heard, Known};
use trimtab_domain::{
    Day, DayRange, Source, SourceKind,
    fact::{AdDaily, BreakdownDaily, ConversionDaily, EmailDaily, Facts, Order, OrderState, SessionDaily},
};

/// A day's figures: of ads spend in micros, impressions, clicks; of visits revenue in micros, sessions, engaged sessions; of orders what
/// those that stand came to in micros, how many they are, what was given back in micros; of mailings revenue in micros, orders, messages
/// received.
pub(crate) type Totals = (i64, i64, i64);

/// The figures of facts by day.
pub(super) fn totals(source: Source, facts: &Facts) -> BTreeMap<Day, Totals> {
    let of = |told: Option<i64>| told.unwrap_or(0);
    let rows: Vec<(Day, Totals)> = match source.kind() {
        SourceKind::Ads | SourceKind::Rates => {
            let figures = |row: &AdDaily| (row.measures.spend_micros, row.measures.impressions, row.measures.clicks);
            facts.ad_daily.iter().map(|row| (row.date, figures(row))).collect()
        }
        SourceKind::Site => {
            let figures = |row: &SessionDaily| (of(row.revenue_micros), row.sessions, of(row.engaged_sessions));
            facts.sessions.iter().map(|row| (row.date, figures(row))).collect()
        }
        SourceKind::Shop => {
            let standing = facts.orders.iter().filter(|order| order.state == OrderState::Placed);
            standing.map(|order| (order.date, (order.total_micros, 1, order.refunded_micros))).collect()
        }
        SourceKind::Mail => {
            let figures = |row: &EmailDaily| (of(row.revenue_micros), of(row.orders), of(row.recipients));
            facts.emails.iter().map(|row| (row.date, figures(row))).collect()
        }
    };
    let mut days = BTreeMap::<Day, Totals>::new();
    for (date, figures) in rows {
        let day = days.entry(date).or_default();
        *day = (day.0 + figures.0, day.1 + figures.1, day.2 + figures.2);
    }
    if source.kind() == SourceKind::Mail {
        // A day on which messages were opened and nothing else has none of these.
        days.retain(|_, sums| *sums != Totals::default());
    }
    days
}

/// Facts in an order that does not depend on how they were read.
#[derive(Clone, PartialEq)]
pub(crate) struct Sorted {
    pub(super) ads: Vec<AdDaily>,
    pub(super) conversions: Vec<ConversionDaily>,
    breakdowns: Vec<BreakdownDaily>,
    sessions: Vec<SessionDaily>,
    orders: Vec<Order>,
    emails: Vec<EmailDaily>,
}

/// In short: the rows themselves would be megabytes.
impl fmt::Debug for Sorted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spent: i64 = self.ads.iter().map(|fact| fact.measures.spend_micros).sum();
        let counted: f64 = self.conversions.iter().map(|conversion| conversion.count).sum();
        let visits: i64 = self.sessions.iter().map(|row| row.sessions).sum();
        let sold: i64 = self.orders.iter().map(|order| order.total_micros - order.refunded_micros).sum();
        let mailed: i64 = self.emails.iter().filter_map(|row| row.recipients).sum();
        let rows = [self.ads.len(), self.conversions.len(), self.breakdowns.len()];
        let more = [self.sessions.len(), self.orders.len(), self.emails.len()];
        write!(f, "{rows:?} and {more:?} rows, {spent} micros spent on ads, {counted} actions, ")?;
        write!(f, "{visits} sessions, {sold} micros of orders, {mailed} messages")
    }
}

impl Sorted {
    /// Number of rows a source is read for.
    pub(super) fn main_rows(&self) -> usize {
        self.ads.len() + self.sessions.len() + self.orders.len() + self.emails.len()
    }

    /// The same without what a merchant may change of an old order at any time.
    pub(super) fn unnumbered(mut self) -> Self {
        for order in &mut self.orders {
            order.number = compact_str::CompactString::default();
        }
        self
    }

    /// The days of what a source is read for.
    pub(super) fn dates(&self) -> impl Iterator<Item = Day> + '_ {
        let ads = self.ads.iter().map(|row| row.date);
        let (visits, mailings) = (self.sessions.iter().map(|row| row.date), self.emails.iter().map(|row| row.date));
        ads.chain(visits).chain(self.orders.iter().map(|row| row.date)).chain(mailings)
    }

    /// What a source is read for, of the days wanted: without conversions and breakdowns.
    pub(super) fn main_of(&self, wanted: impl Fn(Day) -> bool) -> Self {
        Self {
            ads: self.ads.iter().filter(|row| wanted(row.date)).cloned().collect(),
            conversions: Vec::new(),
            breakdowns: Vec::new(),
            sessions: self.sessions.iter().filter(|row| wanted(row.date)).cloned().collect(),
            orders: self.orders.iter().filter(|row| wanted(row.date)).cloned().collect(),
            emails: self.emails.iter().filter(|row| wanted(row.date)).cloned().collect(),
        }
    }
}

pub(crate) fn sorted(mut facts: Facts) -> Sorted {
    facts.ad_daily.sort_by_cached_key(|f| (f.date, f.placing.clone()));
    facts.conversions.sort_by_cached_key(|f| (f.date, f.placing.clone(), f.action_type.clone(), f.window.clone()));
    facts.breakdowns.sort_by_cached_key(|f| (f.date, f.placing.clone(), f.breakdown, f.part.clone(), f.part2.clone()));
    facts.sessions.sort_by_cached_key(|f| (f.date, f.channel.clone(), f.utm.clone()));
    facts.orders.sort_by_cached_key(|f| (f.date, f.id.clone()));
    facts.emails.sort_by_cached_key(|f| (f.date, f.kind, f.campaign.clone(), f.channel.clone()));
    Sorted {
        ads: facts.ad_daily,
        conversions: facts.conversions,
        breakdowns: facts.breakdowns,
        sessions: facts.sessions,
        orders: facts.orders,
        emails: facts.emails,
    }
}

/// All facts of several reads.
pub(super) fn append(facts: &mut Facts, more: Facts) {
    facts.ad_daily.extend(more.ad_daily);
    facts.conversions.extend(more.conversions);
    facts.breakdowns.extend(more.breakdowns);
    facts.keywords.extend(more.keywords);
    facts.sessions.extend(more.sessions);
    facts.orders.extend(more.orders);
    facts.emails.extend(more.emails);
}

/// What whoever stored `facts` knows.
pub(super) fn known(facts: &Facts) -> Known {
    let mut known = Known {
        main: facts.dates().collect(),
        conversions: facts.conversions.iter().map(|row| row.date).collect(),
        ..Known::default()
    };
    for row in &facts.breakdowns {
        known.parts.entry(row.breakdown).or_default().insert(row.date);
    }
    for row in &facts.keywords {
        known.words.entry(row.kind).or_default().insert(row.date);
    }
    known
}

/// Known facts after an answer took the place of what it may.
pub(super) fn replaced(known: &Facts, range: DayRange, heard: Heard) -> Facts {
    let mut facts = known.clone();
    for (run, new) in heard.pieces(range) {
        facts.ad_daily.retain(|row| !run.contains(row.date));
        facts.conversions.retain(|row| !run.contains(row.date));
        facts.breakdowns.retain(|row| !(run.contains(row.date) && new.breakdowns_read.contains(&row.breakdown)));
        facts.keywords.retain(|row| !(run.contains(row.date) && new.keywords_read.contains(&row.kind)));
        facts.sessions.retain(|row| !run.contains(row.date));
        facts.orders.retain(|row| !run.contains(row.date));
        facts.emails.retain(|row| !run.contains(row.date));
        append(&mut facts, new);
    }
    facts
}
