//! The simulated ad world: who advertises what, and what came of it.
//!
//! It does no I/O and knows no platform's protocol. Every answer is a pure function of the seed, the settings, the instant asked for
//! and the writes made so far: nothing is simulated ahead and nothing is remembered but the writes.

pub(crate) mod account;
pub(crate) mod breakdown;
mod build;
pub(crate) mod calendar;
pub(crate) mod catalog;
pub(crate) mod chance;
pub(crate) mod commerce;
pub(crate) mod conversion;
pub(crate) mod cut;
pub(crate) mod delivery;
pub(crate) mod effect;
pub(crate) mod fatigue;
pub(crate) mod goal;
mod habit;
pub(crate) mod incident;
pub(crate) mod keyword;
pub(crate) mod learning;
pub(crate) mod ledger;
mod market;
pub(crate) mod measure;
mod names;
pub(crate) mod profession;
pub(crate) mod reach;
mod response;
mod schedule;
pub(crate) mod status;
pub(crate) mod tag;
pub(crate) mod timeline;
pub(crate) mod totals;
mod trade;
pub(crate) mod trouble;
pub(crate) mod truth;
pub(crate) mod variant;
mod visible;

use crate::SandboxSettings;
use account::{Account, Place};
use chance::Chance;
use trimtab_domain::Source;
pub(crate) use trouble::learn_from_edits as relearn;

/// A business with its ad accounts.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) industry: &'static str,
    /// Places in [`World::accounts`].
    pub(crate) accounts: Vec<usize>,
}

/// Everything there is.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) accounts: Vec<Account>,
}

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Campaign = 1,
    AdSet = 2,
    Ad = 3,
    Creative = 4,
    Pixel = 5,
}

const ID_BASE: u64 = 120_200_000_000_000_000;

/// An id of 18 digits that tells where its object is, and cannot be guessed without the seed.
pub(crate) fn object_id(kind: Kind, account: usize, ordinal: usize, chance: Chance) -> u64 {
    let place = kind as u64 * 10_000_000_000_000 + account as u64 * 1_000_000_000 + ordinal as u64 * 1_000;
    ID_BASE + place + chance.on(place).bits() % 1_000
}

impl World {
    /// The world as one platform sees it: the same businesses everywhere, with accounts and campaigns of that platform.
    pub(crate) fn new(settings: &SandboxSettings, platform: Source) -> Self {
        build::world(settings, platform, true)
    }

    /// The same world in which nothing was let go wrong: what would have been.
    pub(crate) fn calm(settings: &SandboxSettings, platform: Source) -> Self {
        build::world(settings, platform, false)
    }

    pub(crate) fn account_by_id(&self, id: u64) -> Option<usize> {
        self.accounts.iter().position(|a| a.id == id)
    }

    /// Where an object is: its account's place and its own.
    pub(crate) fn find(&self, id: u64) -> Option<(usize, Place)> {
        let rest = id.checked_sub(ID_BASE)?;
        let account = usize::try_from(rest % 10_000_000_000_000 / 1_000_000_000).ok()?;
        let ordinal = usize::try_from(rest % 1_000_000_000 / 1_000).ok()?;
        let a = self.accounts.get(account)?;
        let (place, true_id) = match rest / 10_000_000_000_000 {
            1 => (Place::Campaign(ordinal), a.campaigns.get(ordinal)?.object.id),
            2 => (Place::AdSet(ordinal), a.ad_sets.get(ordinal)?.object.id),
            3 => (Place::Ad(ordinal), a.ads.get(ordinal)?.object.id),
            4 => (Place::Creative(ordinal), a.ads.get(ordinal)?.creative),
            5 => (Place::Pixel, a.pixel.id),
            _ => return None,
        };
        (true_id == id).then_some((account, place))
    }
}

#[cfg(test)]
mod tests;
