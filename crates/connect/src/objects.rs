//! What objects of all platforms have in common: a state to fill in, attributes without the empty ones, the account above them all.

use compact_str::CompactString;
use std::collections::{BTreeMap, HashMap};
use trimtab_domain::{
    account::{Account, Standing},
    entity::{EntityKind, EntityState, Status},
};

/// A state of which only the identity is known yet.
pub(crate) fn bare(kind: EntityKind, id: CompactString, parent: CompactString) -> EntityState {
    EntityState {
        kind,
        id,
        parent,
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

/// The account itself. `good` is the platform's word for one in good standing; of the rest, its own word is known.
pub(crate) fn account_state(
    account: &Account,
    good: &'static str,
    attributes: BTreeMap<CompactString, CompactString>,
) -> EntityState {
    let (status, platform_status) = match &account.standing {
        Standing::Good => (Status::Active, CompactString::const_new(good)),
        Standing::Restricted(word) => (Status::WithIssues, word.clone()),
    };
    EntityState {
        name: account.name.clone(),
        status,
        platform_status,
        attributes,
        ..bare(EntityKind::Account, account.id.as_str().into(), CompactString::default())
    }
}

/// Attributes by name, without the empty ones.
pub(crate) fn attributes<const N: usize>(
    pairs: [(&'static str, Option<CompactString>); N],
) -> BTreeMap<CompactString, CompactString> {
    let said = pairs.into_iter().filter_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?)));
    said.map(|(name, value)| (CompactString::const_new(name), value)).collect()
}

/// An ad or ad group that is on delivers no more than what it lies in: it takes over the state from above.
pub(crate) fn inherit(states: &mut [EntityState]) {
    for kind in [EntityKind::AdGroup, EntityKind::Ad] {
        let above = if kind == EntityKind::Ad { EntityKind::AdGroup } else { EntityKind::Campaign };
        let parents: HashMap<CompactString, Status> =
            states.iter().filter(|state| state.kind == above).map(|state| (state.id.clone(), state.status)).collect();
        for state in states.iter_mut().filter(|state| state.kind == kind && state.status == Status::Active) {
            state.status = parents.get(&state.parent).copied().unwrap_or(state.status);
        }
    }
}
