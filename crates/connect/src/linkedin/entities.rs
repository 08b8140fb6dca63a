//! What an account consists of, under our names: campaign groups are campaigns, campaigns are ad groups, creatives are ads, and the posts
//! they show are creatives; each with the state it is in, archived and removed ones included.
//!
//! What moves with every read (times of change, version tags) is no part of a state: the history keeps a version per change.

use super::{
    Linkedin,
    api::{Ask, Elements},
    query::{Kind, Query},
};
use crate::{
    Connector, Error,
    answer::Tally,
    limits,
    objects::{self, attributes, bare},
    paging::PageEnd,
};
use compact_str::CompactString;
use futures::future::try_join_all;
use serde::de::DeserializeOwned;
use std::collections::{BTreeSet, HashMap, HashSet};
use trimtab_domain::{
    Source,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState},
};

mod rows;
mod status;

use rows::{Campaign, Creative, Group};

/// Every state a group or campaign may be in. A list that is not told leaves some out.
const STATES: &str = "List(ACTIVE,PAUSED,DRAFT,ARCHIVED,COMPLETED,CANCELED,PENDING_DELETION,REMOVED)";

/// One kind of object as the account lists it.
trait Object: DeserializeOwned {
    const LIST: &'static str;

    /// The number its name ends in.
    fn id(&self) -> CompactString;
    fn state(self, account: &Account) -> EntityState;
}

impl Linkedin {
    /// The account itself and all its campaign groups, campaigns, creatives and the posts these show.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen_at = self.now();
        let search = || Query::finder("search").search("status", STATES);
        let (groups, campaigns) = tokio::try_join!(
            self.list::<Group>(Ask::of(&account.id, Group::LIST, search()), &tally),
            self.list::<Campaign>(Ask::of(&account.id, Campaign::LIST, search().word("sortOrder", "ASCENDING")), &tally),
        )?;
        let groups_of: HashMap<CompactString, CompactString> = campaigns.iter().map(|c| (c.id(), c.group())).collect();
        let ids: Vec<CompactString> = campaigns.iter().map(Object::id).collect();
        let lots = ids.chunks(limits::LINKEDIN_CAMPAIGNS_AT_ONCE).map(|lot| {
            let query = Query::finder("criteria").urns("campaigns", Kind::Campaign, lot).word("sortOrder", "ASCENDING");
            self.list::<Creative>(Ask::of(&account.id, Creative::LIST, query).by_finder(), &tally)
        });
        let mut creatives: Vec<Creative> = try_join_all(lots).await?.into_iter().flatten().collect();
        for creative in &mut creatives {
            creative.group = groups_of.get(&creative.campaign()).cloned().unwrap_or_default();
        }
        let posts = posts(&creatives, account);
        let mut states: Vec<_> = [account_state(account)]
            .into_iter()
            .chain(groups.into_iter().map(|group| group.state(account)))
            .chain(campaigns.into_iter().map(|campaign| campaign.state(account)))
            .chain(creatives.into_iter().map(|creative| creative.state(account)))
            .chain(posts)
            .collect();
        inherit(&mut states);
        let complete = vec![EntityKind::Account, EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad, EntityKind::Creative];
        Ok(EntitySnapshot { seen_at, complete, states })
    }

    async fn list<T: Object>(&self, ask: Ask<'_>, tally: &Tally) -> Result<Vec<T>, Error> {
        let (mut objects, mut known) = (Vec::new(), HashSet::new());
        let mut too_many = false;
        self.api
            .pages(tally, &ask, |body| {
                let mut page: Elements<T> = serde_json::from_slice(body)?;
                let (next, items, before) = (page.next(), page.elements.len(), objects.len());
                objects.extend(page.elements.into_iter().filter(|object| known.insert(object.id())));
                too_many = objects.len() > limits::ENTITIES_MAX;
                Ok(PageEnd { next: next.filter(|_| !too_many), items, fresh: objects.len() - before })
            })
            .await?;
        if too_many {
            let reason = format!("it has more than {} {}, which is more than is read at once", limits::ENTITIES_MAX, T::LIST);
            return Err(Error::Rejected { platform: Source::Linkedin, account: ask.account.cloned(), reason });
        }
        Ok(objects)
    }
}

/// Beside what lies below: a group has no objective of its own where it predates them; that of its campaigns is taken, if they agree.
fn inherit(states: &mut [EntityState]) {
    objects::inherit(states);
    let mut objectives: HashMap<CompactString, BTreeSet<CompactString>> = HashMap::new();
    for campaign in states.iter().filter(|state| state.kind == EntityKind::AdGroup && !state.objective.is_empty()) {
        objectives.entry(campaign.parent.clone()).or_default().insert(campaign.objective.clone());
    }
    for group in states.iter_mut().filter(|state| state.kind == EntityKind::Campaign && state.objective.is_empty()) {
        if let Some(objective) = objectives.get(&group.id).filter(|all| all.len() == 1).and_then(BTreeSet::first) {
            group.objective.clone_from(objective);
        }
    }
}

/// The posts that creatives show, each once: several may show one post.
fn posts(creatives: &[Creative], account: &Account) -> Vec<EntityState> {
    let mut known = HashSet::new();
    creatives.iter().filter_map(|creative| creative.post(account)).filter(|post| known.insert(post.id.clone())).collect()
}

fn account_state(account: &Account) -> EntityState {
    objects::account_state(account, "ACTIVE", attributes([("currency", Some(account.currency.as_str().into()))]))
}

#[cfg(test)]
mod tests;
