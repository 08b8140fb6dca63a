//! The notation in which lists are filtered: `updated_at:>='2026-11-19T00:00:00Z' AND -status:cancelled`.

use crate::world::{
    calendar,
    commerce::{
        order::{CHANGED_DAYS, Order},
        store::Store,
    },
};
use trimtab_domain::{Day, Timestamp};

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Fields that hold an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    Placed,
    Updated,
}

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// An instant against a span of them: a moment, or a whole day.
    Time(Clock, Sign, (i64, i64)),
    Id(Sign, u64),
    Customer(u64),
    Word(&'static str, String),
    /// Anything that stands in the number or the address.
    Text(String),
    /// A field that cannot be searched by: it is passed over.
    Ignored,
}

/// A filter, and the fields in it that cannot be searched by.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub(crate) filter: Filter,
    pub(crate) warnings: Vec<String>,
}

const WORDS: [&str; 6] = ["name", "email", "status", "financial_status", "test", "source_name"];

struct Reader<'a> {
    rest: &'a str,
    store: &'a Store,
    warnings: Vec<String>,
}

/// Reads a filter. Nothing is an error: what cannot be understood is passed over with a warning, as the platform does.
pub(crate) fn read(store: &Store, text: &str) -> Search {
    let mut reader = Reader { rest: text, store, warnings: Vec::new() };
    let filter = reader.any(0);
    Search { filter, warnings: reader.warnings }
}

impl Reader<'_> {
    /// Takes a word if it stands next, on its own.
    fn word(&mut self, word: &str) -> bool {
        self.rest = self.rest.trim_start();
        let Some(rest) = self.rest.strip_prefix(word) else { return false };
        let ends = rest.chars().next().is_none_or(|c| c.is_whitespace() || c == '(' || c == ')');
        if ends {
            self.rest = rest;
        }
        ends
    }

    fn any(&mut self, depth: usize) -> Filter {
        let mut parts = vec![self.all(depth)];
        while self.word("OR") {
            parts.push(self.all(depth));
        }
        if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) }
    }

    fn all(&mut self, depth: usize) -> Filter {
        let mut parts = Vec::new();
        loop {
            while self.word("AND") {}
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with(')') || self.rest.starts_with("OR ") {
                return if parts.len() == 1 { parts.remove(0) } else { Filter::All(parts) };
            }
            parts.push(self.one(depth));
        }
    }

    fn one(&mut self, depth: usize) -> Filter {
        if self.word("NOT") {
            self.rest = self.rest.trim_start();
            return Filter::Not(Box::new(self.one(depth)));
        }
        if let Some(rest) = self.rest.strip_prefix('-') {
            self.rest = rest;
            return Filter::Not(Box::new(self.one(depth)));
        }
        if let Some(rest) = self.rest.strip_prefix('(').filter(|_| depth < 20) {
            self.rest = rest;
            let inner = self.any(depth + 1);
            self.rest = self.rest.trim_start();
            self.rest = self.rest.strip_prefix(')').unwrap_or(self.rest);
            return inner;
        }
        let name_ends = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(name_ends);
        if name.is_empty() || !rest.starts_with(':') {
            return Filter::Text(self.value());
        }
        self.rest = &rest[1..];
        let sign = self.sign();
        let value = self.value();
        self.term(name, sign, value)
    }

    fn sign(&mut self) -> Sign {
        let signs = [(">=", Sign::GreaterOrEqual), ("<=", Sign::LessOrEqual), (">", Sign::Greater), ("<", Sign::Less)];
        for (text, sign) in signs {
            if let Some(rest) = self.rest.strip_prefix(text) {
                self.rest = rest;
                return sign;
            }
        }
        Sign::Equal
    }

    /// A value between quotes, or up to a blank or a parenthesis. At least one character is taken.
    fn value(&mut self) -> String {
        for quote in ['\'', '"'] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                let end = rest.find(quote).unwrap_or(rest.len());
                self.rest = rest.get(end + 1..).unwrap_or("");
                return rest[..end].to_owned();
            }
        }
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = self.rest[first..].find(|c: char| c.is_whitespace() || c == ')').map_or(self.rest.len(), |at| at + first);
        let (value, rest) = self.rest.split_at(end);
        self.rest = rest;
        value.to_owned()
    }

    fn term(&mut self, name: &str, sign: Sign, value: String) -> Filter {
        let clock = match name {
            "created_at" | "processed_at" => Some(Clock::Placed),
            "updated_at" => Some(Clock::Updated),
            _ => None,
        };
        let last = |text: &str| text.rsplit('/').next().unwrap_or_default().parse::<u64>().ok();
        let read = match (clock, name) {
            (Some(clock), _) => instants(self.store, &value).map(|span| Filter::Time(clock, sign, span)),
            (_, "id") => last(&value).map(|id| Filter::Id(sign, id)),
            (_, "customer_id") => last(&value).map(Filter::Customer),
            _ => WORDS.iter().find(|w| **w == name).map(|w| Filter::Word(w, value.to_lowercase())),
        };
        read.unwrap_or_else(|| {
            self.warnings.push(name.to_owned());
            Filter::Ignored
        })
    }
}

/// The instants that a value stands for. A day without a time is one of the shop's; a time without a zone is the shop's too, which is an
/// assumption.
fn instants(store: &Store, text: &str) -> Option<(i64, i64)> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some((at.as_second(), at.as_second() + 1));
    }
    if text.contains(['T', ' '])
        && let Ok(local) = text.parse::<jiff::civil::DateTime>()
    {
        let at = local.to_zoned(store.calendar.zone().tz().clone()).ok()?.timestamp().as_second();
        return Some((at, at + 1));
    }
    let day = calendar::number(text.parse::<Day>().ok()?);
    Some((store.calendar.start(day), store.calendar.start(day + 1)))
}

impl Filter {
    /// Whether an order passes, as it stands at an instant.
    pub(crate) fn passes(&self, store: &Store, order: &Order, now: i64) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.passes(store, order, now)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(store, order, now)),
            Self::Not(part) => !part.passes(store, order, now),
            Self::Time(clock, sign, (from, until)) => {
                let at = if *clock == Clock::Placed { order.placed } else { order.updated(now) };
                match sign {
                    Sign::Equal => *from <= at && at < *until,
                    Sign::Less => at < *from,
                    Sign::LessOrEqual => at < *until,
                    Sign::Greater => at >= *until,
                    Sign::GreaterOrEqual => at >= *from,
                }
            }
            Self::Id(sign, id) => {
                let own = super::order::number(order);
                match sign {
                    Sign::Equal => own == *id,
                    Sign::Less => own < *id,
                    Sign::LessOrEqual => own <= *id,
                    Sign::Greater => own > *id,
                    Sign::GreaterOrEqual => own >= *id,
                }
            }
            Self::Customer(id) => super::order::customer_number(order) == *id,
            Self::Word(name, value) => super::order::word(store, order, name, now).eq_ignore_ascii_case(value) || value == "any",
            Self::Text(text) => {
                let text = text.trim_start_matches('#').to_lowercase();
                order.number(store, now).to_string() == text || order.address(store).contains(&text)
            }
            Self::Ignored => true,
        }
    }

    /// The instants between which everything that passes was placed, as far as the filter bounds them.
    pub(crate) fn bounds(&self) -> (Option<i64>, Option<i64>) {
        let slack = if let Self::Time(Clock::Updated, ..) = self { i64::from(CHANGED_DAYS) * 86_400 } else { 0 };
        match self {
            Self::All(parts) => parts.iter().map(Self::bounds).fold((None, None), |sum, part| {
                let later = if sum.0 > part.0 { sum.0 } else { part.0 };
                (later, sum.1.into_iter().chain(part.1).min())
            }),
            Self::Time(_, Sign::Equal, (from, until)) => (Some(from - slack), Some(*until)),
            Self::Time(_, Sign::Greater | Sign::GreaterOrEqual, (from, _)) => (Some(from - slack), None),
            Self::Time(_, Sign::Less | Sign::LessOrEqual, (_, until)) => (None, Some(*until)),
            _ => (None, None),
        }
    }
}
