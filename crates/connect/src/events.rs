//! What change histories of all platforms have in common: amounts as people read them, and the order of events.
//!
//! A history says what somebody did, not what came of it. It is read to explain figures, so a platform's word that nobody here knows is
//! kept as an edit rather than refused.

use compact_str::CompactString;
use std::collections::HashSet;
use trimtab_domain::{
    Currency, Timestamp,
    account::Account,
    finding::{EntityRef, EventKind, KnownEvent, Level},
    money::Money,
};

/// Characters of a value in `before` and `after`: a targeting document has thousands, and nobody reads it there.
const VALUE_CHARS_MAX: usize = 200;

/// An event and the instant its day was made of.
#[derive(Debug, Clone)]
pub(crate) struct Dated {
    pub(crate) at: Timestamp,
    pub(crate) event: KnownEvent,
}

/// Events of `[since, until)`, oldest first, from a history that was told newest first. Edits that say the same of an object on one day
/// are told once: a keyword list changed in bulk is an event for each keyword.
pub(crate) fn in_order(mut dated: Vec<Dated>, since: Timestamp, until: Timestamp) -> Vec<KnownEvent> {
    dated.retain(|dated| (since..until).contains(&dated.at));
    dated.reverse();
    dated.sort_by_key(|dated| dated.at);
    let mut edits = HashSet::new();
    let mut events: Vec<KnownEvent> = dated.into_iter().map(|dated| dated.event).collect();
    events.retain(|event| {
        event.kind != EventKind::Edited
            || edits.insert((event.day, event.entity.clone(), event.before.clone(), event.after.clone(), event.by.clone()))
    });
    events
}

/// An object of an account. One without a name is called by its id.
pub(crate) fn entity(account: &Account, level: Level, id: impl Into<CompactString>, name: &str) -> EntityRef {
    let id = id.into();
    let name = if name.is_empty() { id.clone() } else { name.into() };
    EntityRef { level, source: Some(account.source), account: account.id.as_str().into(), id, name }
}

/// The account itself.
pub(crate) fn whole(account: &Account) -> EntityRef {
    entity(account, Level::Account, account.id.as_str(), &account.name)
}

/// What a budget of this kind is per, after its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    Day,
    Life,
    /// The platform does not say.
    Unknown,
}

/// An amount as people read it: `25.00 EUR a day`.
pub(crate) fn amount(micros: i64, currency: Currency, span: Span) -> String {
    let per = match span {
        Span::Day => " a day",
        Span::Life => " in all",
        Span::Unknown => "",
    };
    format!("{}{per}", Money::new(micros, currency))
}

/// After over before; `None` where one of them is no budget at all.
pub(crate) fn factor(before: Option<i64>, after: Option<i64>) -> Option<f64> {
    let (before, after) = (before.filter(|micros| *micros > 0)?, after.filter(|micros| *micros > 0)?);
    #[expect(clippy::cast_precision_loss, reason = "a ratio of amounts, fifteen digits of which are exact")]
    let factor = after as f64 / before as f64;
    Some(factor)
}

/// A value short enough to be read in a sentence.
pub(crate) fn short(text: &str) -> String {
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(VALUE_CHARS_MAX).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::{Source, account::Standing};

    fn account() -> Account {
        Account {
            source: Source::Meta,
            id: "1".into(),
            name: "Shop".into(),
            currency: "EUR".parse().unwrap(),
            zone: "Europe/Berlin".parse().unwrap(),
            standing: Standing::Good,
        }
    }

    fn at(second: i64, kind: EventKind, after: &str) -> Dated {
        let at = Timestamp::from_second(second).unwrap();
        let event = KnownEvent {
            day: account().zone.day_at(at),
            entity: whole(&account()),
            kind,
            before: String::new(),
            after: after.to_owned(),
            factor: None,
            by: None,
        };
        Dated { at, event }
    }

    #[test]
    fn events_come_oldest_first_and_the_same_edit_once_a_day() {
        use EventKind::{Edited, Status};
        let told = vec![
            at(90_000, Edited, "targeting"),
            at(500, Edited, "targeting"),
            at(400, Status, "on"),
            at(400, Status, "off"),
            at(300, Status, "on"),
            at(200, Edited, "targeting"),
            at(100, Edited, "bid"),
        ];
        let instant = |second| Timestamp::from_second(second).unwrap();
        let all: Vec<_> = in_order(told.clone(), instant(0), instant(100_000)).into_iter().map(|event| event.after).collect();
        assert_eq!(
            all,
            ["bid", "targeting", "on", "off", "on", "targeting"],
            "what is as old as another came before it in the list"
        );
        let part: Vec<_> = in_order(told, instant(200), instant(400)).into_iter().map(|event| event.after).collect();
        assert_eq!(part, ["targeting", "on"], "the end is left out");
    }

    #[test]
    fn factors_are_of_budgets_that_are_some() {
        assert_eq!(factor(Some(20), Some(50)), Some(2.5));
        for none in [(None, Some(1)), (Some(1), None), (Some(0), Some(1)), (Some(1), Some(0)), (Some(-1), Some(1))] {
            assert_eq!(factor(none.0, none.1), None, "{none:?}");
        }
        assert_eq!(amount(25_000_000, "EUR".parse().unwrap(), Span::Day), "25.00 EUR a day");
        assert_eq!(short(&"ä".repeat(201)).chars().count(), 201);
        assert_eq!(short("as it is"), "as it is");
    }
}
