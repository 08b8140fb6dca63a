//! What an account consists of: campaigns, ad groups, ads and conversion actions, with the state each is in.
//!
//! A budget is an object of its own that campaigns refer to. One that serves several campaigns is nobody's own: it is told in attributes,
//! not as the campaign's budget, or it would count once for each of them. Conversion actions are the account's pixels. Removed objects
//! are listed, since they still have figures.

use super::{Google, service::Tally};
use crate::{
    Connector, Error,
    connector::of_kind,
    objects::{self, attributes, bare},
};
use compact_str::CompactString;
use jiff::civil::DateTime;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use trimtab_domain::{
    Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
};

mod rows;

use rows::{AdRow, CLICK_WINDOW, CampaignRow, ConversionActionRow, GroupRow};

/// Days after a click in which the slowest of the account's enabled conversion actions is credited to it; `None`: it has none.
pub(crate) fn longest_window_days(objects: &EntitySnapshot) -> Option<u16> {
    let actions = objects.states.iter().filter(|state| state.kind == EntityKind::Pixel && state.status == Status::Active);
    actions.filter_map(|action| action.attributes.get(CLICK_WINDOW)?.parse().ok()).max()
}

/// The circumstances of a read.
struct Seen<'a> {
    account: &'a Account,
    now: Timestamp,
}

/// One kind of object as the platform lists it.
trait Object: DeserializeOwned {
    const QUERY: &'static str;

    fn id(&self) -> CompactString;

    /// Its state, given those of the objects above it.
    fn state(self, seen: &Seen<'_>, above: &HashMap<CompactString, Status>) -> EntityState;
}

impl Google {
    /// The account itself and all its campaigns, ad groups, ads and conversion actions.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen = Seen { account, now: self.now() };
        let (campaigns, groups, ads, actions) = tokio::try_join!(
            self.list::<CampaignRow>(account, &tally),
            self.list::<GroupRow>(account, &tally),
            self.list::<AdRow>(account, &tally),
            self.list::<ConversionActionRow>(account, &tally),
        )?;
        let top = HashMap::new();
        let mut states = vec![account_state(account)];
        let campaigns = known(campaigns, &seen, &top, &mut states);
        let groups = known(groups, &seen, &campaigns, &mut states);
        known(ads, &seen, &groups, &mut states);
        known(actions, &seen, &top, &mut states);
        let complete = vec![EntityKind::Account, EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad, EntityKind::Pixel];
        Ok(EntitySnapshot { seen_at: seen.now, complete, states })
    }

    /// The objects of one kind, of which Google has no creatives apart from ads. Those above them are read too where their status counts.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects_of(&self, account: &Account, kind: EntityKind) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen = Seen { account, now: self.now() };
        let (top, mut states) = (HashMap::new(), Vec::new());
        match kind {
            EntityKind::Account => states.push(account_state(account)),
            EntityKind::Pixel => drop(known(self.list::<ConversionActionRow>(account, &tally).await?, &seen, &top, &mut states)),
            EntityKind::Creative => return Ok(of_kind(seen.now, kind, None)),
            EntityKind::Campaign | EntityKind::AdGroup | EntityKind::Ad => {
                let campaigns = known(self.list::<CampaignRow>(account, &tally).await?, &seen, &top, &mut states);
                if kind != EntityKind::Campaign {
                    let groups = known(self.list::<GroupRow>(account, &tally).await?, &seen, &campaigns, &mut states);
                    if kind == EntityKind::Ad {
                        known(self.list::<AdRow>(account, &tally).await?, &seen, &groups, &mut states);
                    }
                }
            }
        }
        Ok(of_kind(seen.now, kind, Some(states)))
    }

    async fn list<T: Object>(&self, account: &Account, tally: &Tally) -> Result<Vec<T>, Error> {
        Ok(self.service.pages(tally, &account.id, T::QUERY, T::id).await?)
    }
}

/// Adds the states of objects to those known, and gives back their statuses for the objects below.
fn known<T: Object>(
    objects: Vec<T>,
    seen: &Seen<'_>,
    above: &HashMap<CompactString, Status>,
    states: &mut Vec<EntityState>,
) -> HashMap<CompactString, Status> {
    let first = states.len();
    states.extend(objects.into_iter().map(|object| object.state(seen, above)));
    states[first..].iter().map(|state| (state.id.clone(), state.status)).collect()
}

fn account_state(account: &Account) -> EntityState {
    objects::account_state(
        account,
        "ENABLED",
        attributes([("currency_code", Some(account.currency.as_str().into())), ("time_zone", Some(account.zone.as_str().into()))]),
    )
}

/// The status of something below a campaign: its own switch, unless what is above it is off.
fn below(switch: &str, above: Option<Status>) -> Status {
    let own = match switch {
        "ENABLED" => Status::Active,
        "PAUSED" => Status::Paused,
        "REMOVED" => Status::Deleted,
        _ => Status::Unknown,
    };
    match (own, above) {
        (Status::Deleted, _) | (_, None) => own,
        (_, Some(Status::Deleted)) => Status::Deleted,
        (Status::Active, Some(above @ (Status::Paused | Status::Ended | Status::Pending))) => above,
        _ => own,
    }
}

/// A civil time as Google prints it (`2026-11-01 00:00:00`), or a date of older versions.
fn civil(text: Option<&str>) -> Option<DateTime> {
    let text = text?;
    DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", text).ok().or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests;
