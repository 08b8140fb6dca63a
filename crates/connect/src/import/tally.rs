//! Rows added up to facts: one row per ad, day and split, however finely the file is cut.
//!
//! Invariant: the micros of the facts add up to the exact sum of the file's cells, rounded once. Each row is rounded to the running
//! total, so the remainder of one is carried to the next instead of being lost (291 rows with twelve decimals still give the file's
//! total to the cent). The order of rows in the file does not matter.

use super::{limits, number};
use compact_str::CompactString;
use std::collections::HashMap;
use trimtab_domain::{
    Day,
    fact::{AdDaily, Breakdown, BreakdownDaily, ConversionDaily, Facts, Measures, Placing},
};

/// Exact sums; amounts and conversions in trillionths of a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) impressions: i64,
    pub(super) clicks: i64,
    pub(super) link_clicks: Option<i64>,
    pub(super) spend: i128,
    pub(super) reach: Option<i64>,
    pub(super) conversions: Option<i128>,
    pub(super) revenue: Option<i128>,
    pub(super) video_views: Option<i64>,
    pub(super) thruplays: Option<i64>,
    /// Rows added up.
    pub(super) rows: u32,
}

fn both<T>(a: Option<T>, b: Option<T>, add: impl Fn(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(add(a, b)),
        (a, b) => a.or(b),
    }
}

impl Sums {
    pub(super) fn add(&mut self, other: &Self) {
        // People reached by two rows may be the same people.
        self.reach = if self.rows == 0 { other.reach } else { None };
        self.impressions = self.impressions.saturating_add(other.impressions);
        self.clicks = self.clicks.saturating_add(other.clicks);
        self.link_clicks = both(self.link_clicks, other.link_clicks, i64::saturating_add);
        self.spend = self.spend.saturating_add(other.spend);
        self.conversions = both(self.conversions, other.conversions, i128::saturating_add);
        self.revenue = both(self.revenue, other.revenue, i128::saturating_add);
        self.video_views = both(self.video_views, other.video_views, i64::saturating_add);
        self.thruplays = both(self.thruplays, other.thruplays, i64::saturating_add);
        self.rows = self.rows.saturating_add(other.rows);
    }
}

/// Rounds a run of exact amounts so that the micros add up to the rounded exact sum.
#[derive(Debug, Default)]
struct Carry {
    exact: i128,
    given: i64,
}

impl Carry {
    fn micros(&mut self, amount: i128) -> i64 {
        self.exact = self.exact.saturating_add(amount);
        let due = number::micros(self.exact).unwrap_or(i64::MAX);
        let micros = due.saturating_sub(self.given);
        self.given = due;
        micros
    }
}

/// The slot a row falls into: last day, days covered, placing.
pub(super) type Slot = (Day, i32, u32);

/// Texts by number, so that keys stay small.
#[derive(Debug, Default)]
pub(super) struct Words {
    numbers: HashMap<CompactString, u32>,
    texts: Vec<CompactString>,
}

impl Words {
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.into(), number);
        self.texts.push(text.into());
        number
    }

    fn text(&self, number: u32) -> CompactString {
        self.texts.get(number as usize).cloned().unwrap_or_default()
    }
}

/// Conversions and their value, both exact.
type Counted = (i128, Option<i128>);

/// All facts of a file while it is read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    ads: HashMap<Slot, Sums>,
    breakdowns: HashMap<(Slot, Breakdown, u32, u32), Sums>,
    conversions: HashMap<(Slot, u32, u32), Counted>,
    pub(super) words: Words,
    /// Everything together.
    pub(super) total: Sums,
}

impl Tally {
    /// Adds a row to its ad.
    pub(super) fn ad(&mut self, slot: Slot, sums: &Sums) {
        self.ads.entry(slot).or_default().add(sums);
        self.total.add(sums);
    }

    /// Adds a row to one part of a breakdown.
    pub(super) fn part(&mut self, slot: Slot, breakdown: Breakdown, part: &str, part2: &str, sums: &Sums) {
        let (part, part2) = (self.words.number(part), self.words.number(part2));
        self.breakdowns.entry((slot, breakdown, part, part2)).or_default().add(sums);
    }

    /// Adds conversions of one action and window; both exact.
    pub(super) fn conversion(&mut self, slot: Slot, action: &str, window: &str, count: i128, value: Option<i128>) {
        let key = (slot, self.words.number(action), self.words.number(window));
        let entry = self.conversions.entry(key).or_default();
        entry.0 = entry.0.saturating_add(count);
        entry.1 = both(entry.1, value, i128::saturating_add);
    }

    /// Whether one more row would be too many.
    pub(super) fn is_full(&self) -> bool {
        self.ads.len().max(self.breakdowns.len()).max(self.conversions.len()) >= limits::MAX_FACT_ROWS
    }

    /// Ads with more than one row, and the rows they have.
    pub(super) fn merged(&self) -> (usize, u64) {
        let several = self.ads.values().filter(|s| s.rows > 1);
        several.fold((0, 0), |(ads, rows), s| (ads + 1, rows + u64::from(s.rows)))
    }

    /// The facts, in order of day and placing.
    pub(super) fn facts(self, placings: &[Placing], breakdowns_read: Vec<Breakdown>) -> Facts {
        let placing = |number: u32| placings[number as usize].clone();
        let words = self.words;
        let mut ads: Vec<_> = self.ads.into_iter().map(|((date, span, at), sums)| (date, span, placing(at), sums)).collect();
        ads.sort_unstable_by(|a, b| (a.0, &a.2, a.1).cmp(&(b.0, &b.2, b.1)));
        let mut carry = (Carry::default(), Carry::default());
        let ad_daily = ads
            .into_iter()
            .map(|(date, span_days, placing, sums)| AdDaily { date, span_days, placing, measures: measures(&sums, &mut carry) })
            .collect();
        let mut parts: Vec<_> = self
            .breakdowns
            .into_iter()
            .map(|(((date, span, at), breakdown, part, part2), sums)| {
                (breakdown, date, placing(at), words.text(part), words.text(part2), span, sums)
            })
            .collect();
        parts.sort_unstable_by(|a, b| (a.0, a.1, &a.2, &a.3, &a.4, a.5).cmp(&(b.0, b.1, &b.2, &b.3, &b.4, b.5)));
        let mut current = None;
        let breakdowns = parts
            .into_iter()
            .map(|(breakdown, date, placing, part, part2, span_days, sums)| {
                if current.replace(breakdown) != Some(breakdown) {
                    carry = (Carry::default(), Carry::default());
                }
                BreakdownDaily { date, span_days, placing, breakdown, part, part2, measures: measures(&sums, &mut carry) }
            })
            .collect();
        // A day's conversions of an ad are one row, whatever the span its cells covered.
        let mut found: HashMap<(Day, u32, u32, u32), Counted> = HashMap::with_capacity(self.conversions.len());
        for (((date, _, at), action, window), (count, value)) in self.conversions {
            let entry = found.entry((date, at, action, window)).or_default();
            *entry = (entry.0.saturating_add(count), both(entry.1, value, i128::saturating_add));
        }
        let mut conversions: Vec<_> = found
            .into_iter()
            .map(|((date, at, action, window), (count, value))| ConversionDaily {
                date,
                placing: placing(at),
                action_type: words.text(action),
                window: words.text(window),
                count: number::float(count),
                value_micros: value.and_then(number::micros),
            })
            .collect();
        conversions.sort_unstable_by(|a, b| {
            (a.date, &a.placing, &a.action_type, &a.window).cmp(&(b.date, &b.placing, &b.action_type, &b.window))
        });
        Facts { ad_daily, conversions, breakdowns, breakdowns_read, ..Facts::default() }
    }
}

fn measures(sums: &Sums, (spend, revenue): &mut (Carry, Carry)) -> Measures {
    Measures {
        impressions: sums.impressions,
        clicks: sums.clicks,
        link_clicks: sums.link_clicks,
        spend_micros: spend.micros(sums.spend),
        reach: sums.reach,
        conversions: sums.conversions.map(number::float),
        revenue_micros: sums.revenue.map(|amount| revenue.micros(amount)),
        video_views: sums.video_views,
        thruplays: sums.thruplays,
    }
}
