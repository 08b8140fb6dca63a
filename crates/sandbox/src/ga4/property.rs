//! Properties: one for every business's site, with a zone and a currency of its own, and what is particular about some.

use crate::world::{
    calendar::Calendar,
    chance::{Chance, tag},
    commerce::store::Store,
};
use std::sync::Arc;
use trimtab_domain::{Currency, Zone};

/// Days of a property's calendar that are looked up rather than computed.
const CALENDAR_DAYS: i32 = 2_000;

/// What is particular about a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Nothing.
    Plain,
    /// So many campaigns that on busy days the small ones are told as `(other)`.
    Crowded,
    /// Signals of signed-in people: rows about few of them are withheld.
    Discreet,
    /// So many events that long reports read only a part of them.
    Sampled,
}

/// A property.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) id: u64,
    /// The business whose site it is.
    pub(crate) store: Arc<Store>,
    /// The business's place among all, which is also the property's.
    pub(crate) place: usize,
    pub(crate) currency: Currency,
    pub(crate) calendar: Calendar,
    pub(crate) habit: Habit,
    /// Whether rows about few people are withheld whatever is asked, but for days as a whole.
    pub(crate) withholds: bool,
    pub(crate) chance: Chance,
}

impl Property {
    pub(crate) fn new(store: &Arc<Store>, place: usize) -> Self {
        let chance = store.chance.on(tag("analytics"));
        let habit = match place % 6 {
            1 => Habit::Crowded,
            2 | 4 => Habit::Discreet,
            3 => Habit::Sampled,
            _ => Habit::Plain,
        };
        // The last digits are the place, so that no two are the same.
        let id = 300_000_000 + chance.on(tag("id")).bits() % 100_000 * 1_000 + place as u64;
        let (store, currency, calendar) = (Arc::clone(store), store.currency, store.calendar.clone());
        Self { id, store, place, currency, calendar, habit, withholds: false, chance }
    }

    /// The id of the account of Analytics that the property belongs to.
    pub(crate) const fn account(&self) -> u64 {
        self.id - 200_000_000
    }

    /// Cuts its days by another zone from now on: all of them, as the property has no other.
    pub(crate) fn move_to(&mut self, zone: Zone) {
        self.calendar = Calendar::new(zone, self.store.first_day - 2, CALENDAR_DAYS);
    }
}
