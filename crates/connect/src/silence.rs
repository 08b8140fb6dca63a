//! Answers that are silently empty: telling "nothing happened" from "nothing was said".
//!
//! Platforms at times answer a read without any row, in good form and without a reason: an index that lags, a breakdown withdrawn without
//! notice, a permission that fails quietly. Whoever replaces facts by such an answer deletes what is true. So an answer that leaves out
//! days is a [`Suspicion`], which is weighed against what is known and against a second, independent read of the account's own total
//! ([`Connector::totals`]). Days are taken as empty only if the total says so too. A breakdown that is gone while its ads were shown is not
//! taken, since the ads are witness enough.
//!
//! Lists of objects are weighed likewise ([`Vanished`]).
//!
//! This is the one place that decides it, for every platform. What an answer leaves out within a day it does report is not seen here; that
//! is for reconciliation.

mod objects;

pub use objects::Vanished;

use crate::{Connector, Error, Fetched};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};
use trimtab_domain::{
    Currency, Day, DayRange, Timestamp,
    account::Account,
    fact::{
        AdDaily, Breakdown, BreakdownDaily, ConversionDaily, EmailDaily, Facts, KeywordDaily, KeywordKind, Order, SessionDaily,
        Total,
    },
    money::Money,
};

/// The days of an account that rows are known of, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Of what the source is read for: ads (campaigns where there are no ads), visits, orders or mailings.
    pub main: BTreeSet<Day>,
    /// Of conversions.
    pub conversions: BTreeSet<Day>,
    /// Of each breakdown.
    pub parts: BTreeMap<Breakdown, BTreeSet<Day>>,
    /// Of keywords and search terms.
    pub words: BTreeMap<KeywordKind, BTreeSet<Day>>,
    /// Which days were read when.
    pub read: Vec<(DayRange, Timestamp)>,
}

impl Known {
    /// When the longest unread of some days was last read; `None` where one never was.
    fn as_of(&self, days: &BTreeSet<Day>) -> Option<Timestamp> {
        let read = |day: &Day| self.read.iter().filter(|(run, _)| run.contains(*day)).map(|(_, at)| *at).max();
        days.iter().map(read).min().flatten()
    }
}

/// What the account's own total says of a run of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// The days it can speak of: those asked about, as far back as the platform reaches.
    pub told: DayRange,
    /// The days it names; one it does not name had nothing.
    pub days: BTreeMap<Day, Total>,
    /// Requests made for them.
    pub api_calls: u32,
}

/// What an answer leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    range: DayRange,
    /// Days without any row.
    silent: BTreeSet<Day>,
    /// Days on which conversions are counted and none is named.
    unnamed: BTreeSet<Day>,
    /// By breakdown, days on which ads were shown to nobody.
    parts: BTreeMap<Breakdown, BTreeSet<Day>>,
    /// Kinds of words without any, while ads were shown.
    words: BTreeSet<KeywordKind>,
}

/// An answer, weighed.
#[derive(Debug)]
pub struct Heard {
    /// What was read, without what is doubted.
    pub fetched: Fetched,
    /// The runs of days to replace, oldest first; the whole range unless days are doubted.
    pub sure: Vec<DayRange>,
    /// Why the rest is not taken ([`Error::Doubtful`]).
    pub doubt: Option<Error>,
}

impl Suspicion {
    /// What `facts` leave out of `range`; `None` when they leave out nothing.
    #[must_use]
    pub fn of(range: DayRange, facts: &Facts) -> Option<Self> {
        let named: BTreeSet<Day> = facts.dates().collect();
        let shown: BTreeSet<Day> = facts.ad_daily.iter().filter(|row| row.measures.impressions > 0).map(|row| row.date).collect();
        let converted = |row: &&AdDaily| row.measures.conversions.is_some_and(|count| count > 0.0);
        let converted: BTreeSet<Day> = facts.ad_daily.iter().filter(converted).map(|row| row.date).collect();
        let conversions: BTreeSet<Day> = facts.conversions.iter().map(|row| row.date).collect();
        let told: BTreeSet<(Breakdown, Day)> = facts.breakdowns.iter().map(|row| (row.breakdown, row.date)).collect();
        let untold = |breakdown: &Breakdown| {
            let days: BTreeSet<Day> = shown.iter().copied().filter(|day| !told.contains(&(*breakdown, *day))).collect();
            (!days.is_empty()).then_some((*breakdown, days))
        };
        let wordless = |kind: &&KeywordKind| !shown.is_empty() && !facts.keywords.iter().any(|row| row.kind == **kind);
        let suspicion = Self {
            range,
            silent: range.days().filter(|day| !named.contains(day)).collect(),
            unnamed: converted.difference(&conversions).copied().collect(),
            parts: facts.breakdowns_read.iter().filter_map(untold).collect(),
            words: facts.keywords_read.iter().filter(wordless).copied().collect(),
        };
        let Self { silent, unnamed, parts, words, .. } = &suspicion;
        let any = !(silent.is_empty() && unnamed.is_empty() && parts.is_empty() && words.is_empty());
        any.then_some(suspicion)
    }

    /// Weighs the answer against what is known and, where days are silent, against the account's own total.
    ///
    /// # Errors
    /// When the total cannot be read.
    pub async fn weigh(
        self,
        connector: &dyn Connector,
        account: &Account,
        known: &Known,
        mut fetched: Fetched,
    ) -> Result<Heard, Error> {
        let mut doubts = Doubts { currency: account.currency, texts: Vec::new(), days: BTreeSet::new(), told_of: BTreeSet::new() };
        let today = account.zone.day_at(connector.now());
        // The day that is under way may be silent for want of time, and days ahead always are.
        let silent: Vec<Day> = self.silent.into_iter().filter(|day| *day < today || known.main.contains(day)).collect();
        if let (Some(first), Some(last)) = (silent.first(), silent.last())
            && let Ok(asked) = DayRange::new(*first, *last)
        {
            let totals = connector.totals(account, asked).await?;
            fetched.api_calls += totals.as_ref().map_or(0, |totals| totals.api_calls);
            doubts.silent(&silent, known, totals.as_ref());
        }
        doubts.unnamed(&self.unnamed, known);
        for (breakdown, days) in self.parts {
            let lost: BTreeSet<Day> = known.parts.get(&breakdown).map_or_else(BTreeSet::new, |known| &days & known);
            if !lost.is_empty() {
                doubts.texts.push(format!(
                    "told nothing by {} of {}, although ads were shown",
                    spaced(breakdown.as_str()),
                    runs(&lost)
                ));
                doubts.told_of.extend(lost);
                fetched.facts.breakdowns_read.retain(|read| *read != breakdown);
                fetched.facts.breakdowns.retain(|row| row.breakdown != breakdown);
            }
        }
        for kind in self.words {
            let lost = known.words.get(&kind).map_or_else(BTreeSet::new, |days| inside(days, self.range));
            if !lost.is_empty() {
                doubts.texts.push(format!("told no {} of {}, although ads were shown", spaced(kind.as_str()), runs(&lost)));
                doubts.told_of.extend(lost);
                fetched.facts.keywords_read.retain(|read| *read != kind);
            }
        }
        let sure = ranges(self.range.days().filter(|day| !doubts.days.contains(day)));
        let doubt =
            doubts.told(known).map(|what| Error::Doubtful { platform: account.source, account: Some(account.id.clone()), what });
        Ok(Heard { fetched, sure, doubt })
    }
}

impl Heard {
    /// An answer that leaves out nothing.
    #[must_use]
    pub fn whole(range: DayRange, fetched: Fetched) -> Self {
        Self { fetched, sure: vec![range], doubt: None }
    }

    /// Each run of days with its facts.
    #[must_use]
    pub fn pieces(self, range: DayRange) -> Vec<(DayRange, Facts)> {
        if self.sure == [range] {
            return vec![(range, self.fetched.facts)];
        }
        let facts = &self.fetched.facts;
        self.sure.iter().map(|run| (*run, cut(facts, *run))).collect()
    }
}

/// Several doubts of one account as one; `None` where there are none.
#[must_use]
pub fn together(doubts: Vec<Error>) -> Option<Error> {
    let more = doubts.len().saturating_sub(1);
    let first = doubts.into_iter().next()?;
    Some(match first {
        Error::Doubtful { platform, account, what } if more > 0 => {
            Error::Doubtful { platform, account, what: format!("{what} (and {more} more like this)") }
        }
        first => first,
    })
}

/// Two answers of which one knows of no delivery ever and the other tells some: what counts as a conversion cannot be settled by them.
pub(crate) fn contradicted(account: &Account) -> Error {
    let what = "answered nothing for the account's whole past, although its ads have figures; what is known is kept".to_owned();
    Error::Doubtful { platform: account.source, account: Some(account.id.clone()), what }
}

/// What speaks against an answer, and the days that are not taken.
struct Doubts {
    currency: Currency,
    texts: Vec<String>,
    /// Days that are not taken.
    days: BTreeSet<Day>,
    /// Days of which anything is missing.
    told_of: BTreeSet<Day>,
}

impl Doubts {
    /// Days without rows: doubted where the total names something, or where nothing can be asked and figures are known.
    fn silent(&mut self, silent: &[Day], known: &Known, totals: Option<&Totals>) {
        let (mut denied, mut unheard) = (BTreeSet::new(), BTreeSet::new());
        let mut whole = Total::default();
        for day in silent {
            match totals.filter(|totals| totals.told.contains(*day)) {
                Some(totals) => {
                    let total = totals.days.get(day).copied().unwrap_or_default();
                    if !total.is_nothing() {
                        denied.insert(*day);
                        whole = whole.plus(&total);
                    }
                }
                None if known.main.contains(day) => {
                    unheard.insert(*day);
                }
                None => {}
            }
        }
        if !denied.is_empty() {
            let own = what_happened(&whole, self.currency);
            self.texts.push(format!("answered nothing for {}, although its own total says that {own}", runs(&denied)));
        }
        if !unheard.is_empty() {
            self.texts
                .push(format!("answered nothing for {}, of which figures are known, and has no total to ask", runs(&unheard)));
        }
        for days in [denied, unheard] {
            self.told_of.extend(&days);
            self.days.extend(days);
        }
    }

    /// Days whose conversions are counted but not named. Ads and conversions are replaced together, so such days are not taken.
    fn unnamed(&mut self, unnamed: &BTreeSet<Day>, known: &Known) {
        let lost = unnamed & &known.conversions;
        if !lost.is_empty() {
            self.texts.push(format!("named no conversions of {}, although its ads count some", runs(&lost)));
            self.told_of.extend(&lost);
            self.days.extend(lost);
        }
    }

    /// All of it as one text, with what is kept.
    fn told(&self, known: &Known) -> Option<String> {
        if self.texts.is_empty() {
            return None;
        }
        let mut text = self.texts.join("; it ");
        let unknown = !self.days.is_empty() && self.days.is_disjoint(&known.main) && self.texts.len() == 1;
        text.push_str(if unknown { "; the days stay open" } else { "; the figures known of this are kept" });
        if let (false, Some(at)) = (unknown, known.as_of(&self.told_of)) {
            write!(text, " as of {at}").ok()?;
        }
        Some(text)
    }
}

/// A total in words, by the first figure that says anything.
fn what_happened(total: &Total, currency: Currency) -> String {
    let some = |figure: Option<i64>| figure.filter(|figure| *figure != 0);
    let money = |micros| Money::new(micros, currency);
    let told = some(total.spend_micros).map(|spend| format!("{} were spent", money(spend)));
    let told = told.or_else(|| some(total.impressions).map(|shown| format!("ads were shown {shown} times")));
    let told = told.or_else(|| some(total.orders).map(|orders| format!("{orders} orders were placed")));
    let told = told.or_else(|| some(total.sessions).map(|sessions| format!("there were {sessions} sessions")));
    let told = told.or_else(|| some(total.recipients).map(|recipients| format!("{recipients} messages were received")));
    let told = told.or_else(|| some(total.revenue_micros).map(|revenue| format!("{} came in", money(revenue))));
    told.unwrap_or_else(|| "nothing happened".to_owned())
}

fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

fn inside(days: &BTreeSet<Day>, range: DayRange) -> BTreeSet<Day> {
    days.range(range.from()..=range.to()).copied().collect()
}

/// Days as runs without gaps, oldest first; they come in order.
fn ranges(days: impl Iterator<Item = Day>) -> Vec<DayRange> {
    let mut runs: Vec<DayRange> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some(last) if last.to().tomorrow().is_ok_and(|next| next == day) => {
                if let Ok(longer) = DayRange::new(last.from(), day) {
                    *last = longer;
                }
            }
            _ => runs.push(DayRange::single(day)),
        }
    }
    runs
}

/// Days in words: `2026-11-12 to 2026-11-18 and 2026-11-20`.
fn runs(days: &BTreeSet<Day>) -> String {
    let word = |run: &DayRange| if run.len() == 1 { run.from().to_string() } else { format!("{} to {}", run.from(), run.to()) };
    let words: Vec<String> = ranges(days.iter().copied()).iter().map(word).collect();
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => words.concat(),
    }
}

/// The facts of a run of days.
fn cut(facts: &Facts, run: DayRange) -> Facts {
    fn of<T: Clone>(rows: &[T], run: DayRange, day: fn(&T) -> Day) -> Vec<T> {
        rows.iter().filter(|row| run.contains(day(row))).cloned().collect()
    }
    Facts {
        ad_daily: of(&facts.ad_daily, run, |row: &AdDaily| row.date),
        conversions: of(&facts.conversions, run, |row: &ConversionDaily| row.date),
        breakdowns: of(&facts.breakdowns, run, |row: &BreakdownDaily| row.date),
        breakdowns_read: facts.breakdowns_read.clone(),
        keywords: of(&facts.keywords, run, |row: &KeywordDaily| row.date),
        keywords_read: facts.keywords_read.clone(),
        sessions: of(&facts.sessions, run, |row: &SessionDaily| row.date),
        orders: of(&facts.orders, run, |row: &Order| row.date),
        emails: of(&facts.emails, run, |row: &EmailDaily| row.date),
    }
}

#[cfg(test)]
mod tests;
