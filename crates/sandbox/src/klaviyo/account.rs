//! Accounts: one for every business with a shop, with its private key and the ids of what it mails.

use crate::world::{
    calendar::Calendar,
    chance::{Chance, tag},
    commerce::{
        mailing::{Kind, Mailing},
        store::Store,
    },
};
use std::sync::Arc;
use trimtab_domain::{Currency, Zone};

/// Days of an account's calendar that are looked up rather than computed.
const CALENDAR_DAYS: i32 = 2_000;

/// An account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// Six letters and digits, which is the public key, too.
    pub(crate) id: String,
    /// The private key.
    pub(crate) key: String,
    /// The business, and its place among all.
    pub(crate) store: Arc<Store>,
    pub(crate) place: usize,
    pub(crate) currency: Currency,
    pub(crate) calendar: Calendar,
    pub(crate) chance: Chance,
}

impl Account {
    pub(crate) fn new(store: &Arc<Store>, place: usize) -> Self {
        let chance = store.chance.on(tag("klaviyo"));
        Self {
            id: short(chance.on(tag("account"))),
            key: format!("pk_{}", hex(chance.on(tag("key")), 34)),
            store: Arc::clone(store),
            place,
            currency: store.currency,
            calendar: store.calendar.clone(),
            chance,
        }
    }

    /// Cuts its days by another zone from now on.
    pub(crate) fn move_to(&mut self, zone: Zone) {
        self.calendar = Calendar::new(zone, self.store.first_day - 2, CALENDAR_DAYS);
    }

    /// The id of a campaign or a flow.
    pub(crate) fn id_of(&self, mailing: &Mailing) -> String {
        let dice = self.chance.on(tag("mailing")).at(i64::from(mailing.id));
        match mailing.kind {
            Kind::Campaign => long(dice),
            Kind::Flow => short(dice),
        }
    }

    /// The id of the one message of a campaign or a flow.
    pub(crate) fn message_of(&self, mailing: &Mailing) -> String {
        let dice = self.chance.on(tag("message")).at(i64::from(mailing.id));
        match mailing.kind {
            Kind::Campaign => long(dice),
            Kind::Flow => short(dice),
        }
    }

    /// An amount of the business as a number in the account's currency.
    pub(crate) fn amount(&self, minor: i64) -> f64 {
        self.store.micros(minor, self.currency) as f64 / 1_000_000.0
    }

    /// Every campaign and flow until an instant.
    pub(crate) fn mailings(&self, now: i64) -> Vec<Mailing> {
        crate::world::commerce::mailing::all(&self.store, now)
    }
}

/// Six letters and digits.
pub(crate) fn short(dice: Chance) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..6).map(|i| char::from(*dice.on(i).pick(if i == 0 { &LETTERS[..26] } else { LETTERS }))).collect()
}

/// An id of 26 letters and digits as newer objects have.
fn long(dice: Chance) -> String {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    "01J".chars().chain((0..23).map(|i| char::from(*dice.on(i).pick(LETTERS)))).collect()
}

fn hex(dice: Chance, many: u64) -> String {
    (0..many).map(|i| char::from(*dice.on(i).pick(b"0123456789abcdef"))).collect()
}
