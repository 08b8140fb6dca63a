//! Days and periods as exports print them, in the languages the platforms' screens come in.
//!
//! Whether `03/04/2026` is March or April is decided over all dates of the file ([`Evidence`]), never cell by cell.

use super::names::fold;
use jiff::{ToSpan, civil::Date};
use trimtab_domain::{Day, DayRange};

/// Which number comes first in `03/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Day first.
    DayFirst,
    /// Month first.
    MonthFirst,
}

/// Month names and their short forms, without accents.
const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "januar", "janner", "janvier", "janv", "enero", "ene", "janeiro", "gennaio", "gen", "januari"],
    &["feb", "february", "februar", "fevrier", "fevr", "fev", "febrero", "fevereiro", "febbraio", "februari"],
    &["mar", "march", "marz", "maerz", "mrz", "mars", "marzo", "marco", "maart", "mrt"],
    &["apr", "april", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maio", "maggio", "mag", "mei"],
    &["jun", "june", "juni", "juin", "junio", "junho", "giugno", "giu"],
    &["jul", "july", "juli", "juillet", "juil", "julio", "julho", "luglio", "lug"],
    &["aug", "august", "aout", "agosto", "ago", "augustus"],
    &["sep", "sept", "september", "septembre", "septiembre", "setembro", "set", "settembre"],
    &["oct", "october", "oktober", "okt", "octobre", "octubre", "outubro", "out", "ottobre", "ott"],
    &["nov", "november", "novembre", "noviembre", "novembro"],
    &["dec", "december", "dezember", "dez", "decembre", "dic", "diciembre", "dezembro", "dicembre"],
];

#[derive(Debug, Clone, Copy)]
enum Token {
    Number { value: i32, digits: usize },
    Month(i8),
}

/// Numbers and month names of a text in order; times of day and all else are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, after) = rest.split_at(end);
            // `16:43:02` and what follows it is a time of day.
            if after.starts_with(':') && after[1..].starts_with(|c: char| c.is_ascii_digit()) {
                rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
                continue;
            }
            if let Ok(value) = number.parse() {
                found.push(Token::Number { value, digits: number.len() });
            }
            rest = after;
        } else if c.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let word = fold(&rest[..end]);
            if let Some(month) = (1_i8..).zip(MONTHS).find_map(|(i, names)| names.contains(&word.as_str()).then_some(i)) {
                found.push(Token::Month(month));
            }
            rest = &rest[end..];
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    found
}

fn civil(year: i32, month: i32, day: i32) -> Option<Day> {
    let year = if (0..100).contains(&year) { year + 2000 } else { year };
    if !(1990..=2100).contains(&year) {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Every date in a text, in order. Ranges that share a year (`1–30 April 2026`) give both ends.
pub(super) fn scan(text: &str, order: Order) -> Vec<Day> {
    use Token::{Month, Number};
    let tokens = tokens(text);
    let mut days = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let short = |d: usize| d <= 2;
        let found: Option<(usize, Vec<Option<Day>>)> = match tokens[at..] {
            [
                Month(m),
                Number { value: d, digits },
                Month(n),
                Number { value: e, digits: more },
                Number { value: y, digits: 4 },
                ..,
            ]
            | [
                Number { value: d, digits },
                Month(m),
                Number { value: e, digits: more },
                Month(n),
                Number { value: y, digits: 4 },
                ..,
            ] if short(digits) && short(more) => Some((5, vec![civil(y, m.into(), d), civil(y, n.into(), e)])),
            [Month(m), Number { value: d, digits }, Number { value: e, digits: more }, Number { value: y, digits: 4 }, ..]
            | [Number { value: d, digits }, Number { value: e, digits: more }, Month(m), Number { value: y, digits: 4 }, ..]
                if short(digits) && short(more) =>
            {
                Some((4, vec![civil(y, m.into(), d), civil(y, m.into(), e)]))
            }
            [Number { value: y, digits: 4 }, Number { value: m, digits }, Number { value: d, digits: more }, ..]
                if short(digits) && short(more) =>
            {
                Some((3, vec![civil(y, m, d)]))
            }
            [Number { value: d, digits }, Month(m), Number { value: y, digits: 2 | 4 }, ..]
            | [Month(m), Number { value: d, digits }, Number { value: y, digits: 2 | 4 }, ..]
                if short(digits) =>
            {
                Some((3, vec![civil(y, m.into(), d)]))
            }
            [Number { value: a, digits }, Number { value: b, digits: more }, Number { value: y, digits: 2 | 4 }, ..]
                if short(digits) && short(more) =>
            {
                let (d, m) = if order == Order::DayFirst { (a, b) } else { (b, a) };
                Some((3, vec![civil(y, m, d)]))
            }
            [Number { value, digits: 8 }, ..] => Some((1, vec![civil(value / 10_000, value / 100 % 100, value % 100)])),
            _ => None,
        };
        match found {
            Some((used, parts)) if parts.iter().all(Option::is_some) => {
                days.extend(parts.into_iter().flatten());
                at += used;
            }
            _ => at += 1,
        }
    }
    days
}

/// One day: a date in any notation, with or without a time, or a spreadsheet's day number.
pub(super) fn day(text: &str, order: Order) -> Option<Day> {
    let text = text.trim();
    if let Some(iso) = text.get(..10)
        && iso.as_bytes()[4] == b'-'
        && let Ok(day) = iso.parse::<Day>()
    {
        return (1990..=2100).contains(&day.year()).then_some(day);
    }
    match scan(text, order)[..] {
        [day] => Some(day),
        [] => text.parse::<f64>().ok().and_then(serial),
        _ => None,
    }
}

/// A spreadsheet's day number (days since 1899-12-30), between 1990 and 2100.
pub(super) fn serial(number: f64) -> Option<Day> {
    if !(32_874.0..73_416.0).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be between 32 874 and 73 416")]
    let days = number.floor() as i64;
    jiff::civil::date(1899, 12, 30).checked_add(days.days()).ok()
}

/// A whole month: `2026-04`, `April 2026`, `4/2026`, or any day in it.
pub(super) fn month(text: &str, order: Order) -> Option<DayRange> {
    let first = day(text, order).or_else(|| match tokens(text)[..] {
        [Token::Month(m), Token::Number { value: y, digits: 4 }] | [Token::Number { value: y, digits: 4 }, Token::Month(m)] => {
            civil(y, m.into(), 1)
        }
        [Token::Number { value: y, digits: 4 }, Token::Number { value: m, .. }]
        | [Token::Number { value: m, .. }, Token::Number { value: y, digits: 4 }] => civil(y, m, 1),
        _ => None,
    })?;
    DayRange::new(first.first_of_month(), first.last_of_month()).ok()
}

/// A week: a range, or its first day.
pub(super) fn week(text: &str, order: Order) -> Option<DayRange> {
    match scan(text, order)[..] {
        [from, to] => DayRange::new(from, to).ok(),
        [from] => DayRange::new(from, from.saturating_add(6.days())).ok(),
        _ => None,
    }
}

/// The period a line above the header names: two dates, or a single date standing alone.
pub(super) fn period(line: &str, order: Order) -> Option<DayRange> {
    match scan(line, order)[..] {
        [from, to] => DayRange::new(from, to).ok(),
        [only] => {
            let words = line.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() > 2);
            let strangers = words.filter(|w| !tokens(w).iter().any(|t| matches!(t, Token::Month(_)))).count();
            (strangers == 0).then(|| DayRange::single(only))
        }
        _ => None,
    }
}

/// What the dates of a file say about the order of day and month.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    day_first: u64,
    month_first: u64,
    either: u64,
    dotted: u64,
    spans: [Option<(Day, Day)>; 2],
}

impl Evidence {
    /// Weighs one cell.
    pub(super) fn see(&mut self, text: &str) {
        let text = text.trim();
        if text.as_bytes().get(4) == Some(&b'-') || text.len() < 6 {
            return;
        }
        let mut parts = text.split(['/', '.', '-', ' ']);
        let mut number = || parts.next().filter(|p| p.len() <= 2).and_then(|p| p.parse::<u8>().ok());
        let (Some(a), Some(b)) = (number(), number()) else { return };
        match (a > 12, b > 12) {
            (true, false) => self.day_first += 1,
            (false, true) => self.month_first += 1,
            (false, false) => self.either += 1,
            (true, true) => return,
        }
        self.dotted += u64::from(text[..3].contains('.'));
        for (slot, order) in self.spans.iter_mut().zip([Order::DayFirst, Order::MonthFirst]) {
            if let [day] = scan(text, order)[..] {
                *slot = Some(slot.map_or((day, day), |(from, to)| (from.min(day), to.max(day))));
            }
        }
    }

    /// The order, and a note where it had to be guessed.
    pub(super) fn decide(&self, english: bool) -> (Order, Option<String>) {
        if self.day_first != self.month_first {
            return (if self.day_first > self.month_first { Order::DayFirst } else { Order::MonthFirst }, None);
        }
        let length = |i: usize| self.spans[i].map_or(i64::MAX, |(from, to)| i64::from(from.until(to).map_or(0, |s| s.get_days())));
        let (order, why) = if self.dotted > 0 {
            (Order::DayFirst, "dates with points put the day first")
        } else if length(0) != length(1) && self.either > 1 {
            (if length(0) < length(1) { Order::DayFirst } else { Order::MonthFirst }, "the dates then lie closer together")
        } else if english {
            (Order::MonthFirst, "the header is in English")
        } else {
            (Order::DayFirst, "the header is not in English")
        };
        let first = if order == Order::DayFirst { "day" } else { "month" };
        let note = (self.either > 0)
            .then(|| format!("dates could be read with the day or the month first: read with the {first} first, since {why}"));
        (order, note)
    }
}
