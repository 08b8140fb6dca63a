//! The objects of a history, each in its latest version: names for people, and places for rows that do not tell theirs.

use super::{Options, limits};
use compact_str::{CompactString, format_compact};
use jiff::civil::DateTime;
use std::collections::{BTreeMap, HashMap};
use trimtab_domain::{
    Currency, Source, Zone,
    account::{Account, Standing},
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    id::AccountId,
};

/// When a version was made and when it was fetched: the later one holds.
pub(super) type Version = (Option<DateTime>, Option<DateTime>);

#[derive(Debug)]
struct Held {
    state: EntityState,
    account: CompactString,
    version: Version,
}

/// What a history says of an account.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) name: CompactString,
    pub(super) currency: Option<Currency>,
    pub(super) zone: Option<Zone>,
    pub(super) version: Version,
}

/// All objects of one platform.
#[derive(Debug, Default)]
pub(super) struct Objects {
    held: HashMap<(EntityKind, CompactString), Held>,
    accounts: BTreeMap<CompactString, Told>,
}

/// An object of which nothing is known but its id.
pub(super) fn bare(kind: EntityKind, id: &str) -> EntityState {
    EntityState {
        kind,
        id: id.into(),
        parent: CompactString::default(),
        campaign: CompactString::default(),
        name: CompactString::default(),
        status: Status::Unknown,
        platform_status: CompactString::default(),
        objective: CompactString::default(),
        daily_budget_micros: None,
        lifetime_budget_micros: None,
        starts: None,
        ends: None,
        attributes: BTreeMap::new(),
    }
}

/// The level above.
const fn above(kind: EntityKind) -> Option<EntityKind> {
    match kind {
        EntityKind::Ad => Some(EntityKind::AdGroup),
        EntityKind::AdGroup => Some(EntityKind::Campaign),
        _ => None,
    }
}

impl Objects {
    /// Takes a version of an object, unless a later one is known. `false`: there is no more room.
    pub(super) fn put(&mut self, state: EntityState, account: &str, version: Version) -> bool {
        let key = (state.kind, state.id.clone());
        match self.held.get(&key) {
            Some(held) if held.version > version => return true,
            None if self.held.len() >= limits::OBJECTS_MAX => return false,
            _ => {}
        }
        self.held.insert(key, Held { state, account: account.into(), version });
        true
    }

    /// The same of an account.
    pub(super) fn put_account(&mut self, id: &str, told: Told) -> bool {
        match self.accounts.get(id) {
            Some(held) if held.version > told.version => return true,
            None if self.accounts.len() >= limits::ACCOUNTS_MAX => return false,
            _ => {}
        }
        self.accounts.insert(id.into(), told);
        true
    }

    /// The id one level up, where it is known.
    pub(super) fn parent(&self, kind: EntityKind, id: &str) -> Option<&CompactString> {
        let held = self.held.get(&(kind, id.into()))?;
        Some(&held.state.parent).filter(|parent| !parent.is_empty())
    }

    /// The campaign an object belongs to, where it is known.
    pub(super) fn campaign(&self, kind: EntityKind, id: &str) -> Option<&CompactString> {
        if kind == EntityKind::Campaign {
            return None;
        }
        let held = self.held.get(&(kind, id.into()))?;
        if !held.state.campaign.is_empty() {
            return Some(&held.state.campaign);
        }
        match above(kind)? {
            EntityKind::Campaign => self.parent(kind, id),
            higher => self.campaign(higher, self.parent(kind, id)?),
        }
    }

    /// The account an object belongs to, by its own word or that of what stands above it.
    pub(super) fn account_of(&self, kind: EntityKind, id: &str) -> Option<&CompactString> {
        let held = self.held.get(&(kind, id.into()));
        if let Some(account) = held.map(|held| &held.account).filter(|account| !account.is_empty()) {
            return Some(account);
        }
        let of_parent = above(kind).and_then(|higher| self.account_of(higher, self.parent(kind, id)?));
        of_parent.or_else(|| self.account_of(EntityKind::Campaign, self.campaign(kind, id)?))
    }

    /// The account rows of unknown origin belong to: the only one there is, else one of no name.
    pub(super) fn fallback(&self, source: Source) -> CompactString {
        match self.accounts.keys().collect::<Vec<_>>()[..] {
            [only] => only.clone(),
            _ => unnamed(source),
        }
    }

    /// The objects of an account, with all that stands above them.
    pub(super) fn snapshot(&self, source: Source, account: &str, options: &Options) -> EntitySnapshot {
        let fallback = self.fallback(source);
        let mine = |held: &&Held| self.account_of(held.state.kind, &held.state.id).unwrap_or(&fallback) == account;
        let complete = |held: &Held| {
            let mut state = held.state.clone();
            if state.campaign.is_empty() {
                let known = self.campaign(state.kind, &state.id).cloned();
                state.campaign = if state.kind == EntityKind::Campaign { state.id.clone() } else { known.unwrap_or_default() };
            }
            if state.kind == EntityKind::Campaign {
                state.parent = account.into();
            }
            state
        };
        let mut states: Vec<_> = self.held.values().filter(mine).map(complete).collect();
        states.sort_unstable_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        EntitySnapshot { seen_at: options.now, complete: Vec::new(), states }
    }

    /// An account as the tenant knows it, else as the history does, and what nobody says of it.
    pub(super) fn describe(&self, source: Source, id: &AccountId, options: &Options) -> (Account, Vec<&'static str>) {
        if let Some(known) = options.accounts.iter().find(|known| known.source == source && known.id == *id) {
            // Amounts of another currency than the account is kept in are not renamed: whoever stores them must see it.
            let told = self.accounts.get(id.as_str()).and_then(|told| told.currency);
            return (Account { currency: told.unwrap_or(known.currency), ..known.clone() }, Vec::new());
        }
        let told = self.accounts.get(id.as_str()).cloned().unwrap_or_default();
        account(source, id, told, options)
    }
}

/// An account of which this much is told, and what is assumed.
pub(super) fn account(source: Source, id: &AccountId, told: Told, options: &Options) -> (Account, Vec<&'static str>) {
    let without_id = id.as_str() == unnamed(source);
    let missing = [("account", without_id), ("currency", told.currency.is_none()), ("zone", told.zone.is_none())];
    let name = match () {
        () if !told.name.is_empty() => told.name,
        () if without_id => format_compact!("{} history", source.label()),
        () => id.as_str().into(),
    };
    let account = Account {
        source,
        id: id.clone(),
        name,
        currency: told.currency.unwrap_or(options.currency),
        zone: told.zone.unwrap_or_else(|| options.zone.clone()),
        standing: Standing::Good,
    };
    (account, missing.into_iter().filter_map(|(what, missing)| missing.then_some(what)).collect())
}

/// The account of rows that nobody says the account of.
pub(super) fn unnamed(source: Source) -> CompactString {
    format_compact!("history-{source}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::cell::moment;

    fn version(made: &str) -> Version {
        (moment(made), None)
    }

    #[test]
    fn the_later_version_holds_in_whatever_order_they_come() {
        let mut objects = Objects::default();
        let named = |name: &str| EntityState { name: name.into(), ..bare(EntityKind::Campaign, "1") };
        for (name, made) in [("second", "2021-02-01"), ("third", "2021-03-01 5:00:00"), ("first", "2021-01-01")] {
            assert!(objects.put(named(name), "9", version(made)));
        }
        let options = Options::new("UTC".parse().unwrap(), "EUR".parse().unwrap(), "2026-01-01T00:00:00Z".parse().unwrap());
        let states = objects.snapshot(Source::Google, "9", &options).states;
        assert_eq!(states.iter().map(|state| state.name.as_str()).collect::<Vec<_>>(), ["third"]);
        assert_eq!((states[0].parent.as_str(), states[0].campaign.as_str()), ("9", "1"));
    }

    #[test]
    fn an_object_belongs_where_what_stands_above_it_belongs() {
        let mut objects = Objects::default();
        let put = |objects: &mut Objects, kind, id: &str, parent: &str, account: &str| {
            assert!(objects.put(EntityState { parent: parent.into(), ..bare(kind, id) }, account, (None, None)));
        };
        put(&mut objects, EntityKind::Campaign, "c", "", "9");
        put(&mut objects, EntityKind::AdGroup, "g", "c", "");
        put(&mut objects, EntityKind::Ad, "a", "g", "");
        put(&mut objects, EntityKind::Ad, "lost", "unknown", "");
        assert_eq!(objects.account_of(EntityKind::Ad, "a").unwrap(), "9");
        assert_eq!(objects.campaign(EntityKind::Ad, "a").unwrap(), "c");
        assert_eq!(objects.account_of(EntityKind::Ad, "lost"), None);
    }
}
