//! What an account consists of: campaigns, ad groups, ads, the pins they show, conversion tags, with the state each is in.
//!
//! Lists leave out archived objects unless asked for them; drafts are left out on purpose, since they cannot deliver. What moves with every
//! read (update times, when a tag last fired) is no part of a state: the history keeps a version per change.

use super::{
    Pinterest,
    service::{Ask, Failure, PageEnd, Params, Tally},
};
use crate::{
    Connector, Error,
    connector::of_kind,
    limits,
    objects::{self, attributes, bare, inherit},
};
use compact_str::{CompactString, ToCompactString};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::HashSet;
use trimtab_domain::{
    Day, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    money,
};

mod rows;

use rows::{Ad, AdGroup, Campaign, EventQuality, Tag};

/// Which objects to list. A list that is not told leaves archived ones out.
const STATUSES: [&str; 3] = ["ACTIVE", "PAUSED", "ARCHIVED"];

/// One kind of object as the account lists it.
trait Object: DeserializeOwned {
    const LIST: &'static str;

    fn id(&self) -> &CompactString;
    fn state(self, account: &Account) -> EntityState;
}

#[derive(Deserialize)]
struct ListPage<T> {
    items: Vec<T>,
    bookmark: Option<String>,
}

/// An ad of which only the id is wanted.
#[derive(Deserialize)]
struct Identified {
    id: CompactString,
}

impl Pinterest {
    /// The account itself and all its campaigns, ad groups, ads, pins and conversion tags. Where the credential may not see tags, they are
    /// left out and not called complete.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen_at = self.now();
        let (campaigns, groups, ads, tags) = tokio::try_join!(
            self.list::<Campaign>(account, &tally),
            self.list::<AdGroup>(account, &tally),
            self.list::<Ad>(account, &tally),
            self.tags(account, &tally),
        )?;
        let pins = pins(&ads, account);
        let mut states: Vec<_> = [account_state(account)]
            .into_iter()
            .chain(campaigns.into_iter().map(|campaign| campaign.state(account)))
            .chain(groups.into_iter().map(|group| group.state(account)))
            .chain(ads.into_iter().map(|ad| ad.state(account)))
            .chain(pins)
            .collect();
        inherit(&mut states);
        let mut complete =
            vec![EntityKind::Account, EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad, EntityKind::Creative];
        complete.extend(tags.is_some().then_some(EntityKind::Pixel));
        states.extend(tags.unwrap_or_default());
        Ok(EntitySnapshot { seen_at, complete, states })
    }

    /// The objects of one kind. Those above them are read too where their status counts.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects_of(&self, account: &Account, kind: EntityKind) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen_at = self.now();
        let mut states = Vec::new();
        match kind {
            EntityKind::Account => states.push(account_state(account)),
            EntityKind::Pixel => return Ok(of_kind(seen_at, kind, self.tags(account, &tally).await?)),
            EntityKind::Creative => states = pins(&self.list::<Ad>(account, &tally).await?, account),
            EntityKind::Campaign | EntityKind::AdGroup | EntityKind::Ad => {
                let campaigns = self.list::<Campaign>(account, &tally).await?;
                states.extend(campaigns.into_iter().map(|campaign| campaign.state(account)));
                if kind != EntityKind::Campaign {
                    let groups = self.list::<AdGroup>(account, &tally).await?;
                    states.extend(groups.into_iter().map(|group| group.state(account)));
                }
                if kind == EntityKind::Ad {
                    let ads = self.list::<Ad>(account, &tally).await?;
                    states.extend(ads.into_iter().map(|ad| ad.state(account)));
                }
                inherit(&mut states);
            }
        }
        Ok(of_kind(seen_at, kind, Some(states)))
    }

    /// The ids of all ads that can have figures.
    pub(super) async fn ad_ids(&self, account: &Account, tally: &Tally) -> Result<Vec<CompactString>, Error> {
        let ads: Vec<Identified> = self.listed(account, Ad::LIST, |ad: &Identified| &ad.id, tally).await?;
        Ok(ads.into_iter().map(|ad| ad.id).collect())
    }

    async fn list<T: Object>(&self, account: &Account, tally: &Tally) -> Result<Vec<T>, Error> {
        self.listed(account, T::LIST, T::id, tally).await
    }

    async fn listed<T: DeserializeOwned>(
        &self,
        account: &Account,
        list: &str,
        id: impl Fn(&T) -> &CompactString,
        tally: &Tally,
    ) -> Result<Vec<T>, Error> {
        let params: Params<'_> = STATUSES.iter().map(|status| ("entity_statuses", (*status).into())).collect();
        let ask = Ask::of(&account.id, list, params);
        let (mut objects, mut known) = (Vec::new(), HashSet::new());
        let mut too_many = false;
        self.service
            .pages(tally, &ask, |body| {
                let page: ListPage<T> = serde_json::from_slice(body)?;
                let (items, before) = (page.items.len(), objects.len());
                objects.extend(page.items.into_iter().filter(|object| known.insert(id(object).clone())));
                too_many = objects.len() > limits::ENTITIES_MAX;
                Ok(PageEnd { next: page.bookmark.filter(|_| !too_many), items, fresh: objects.len() - before })
            })
            .await?;
        if too_many {
            let reason = format!("it has more than {} {list}, which is more than is read at once", limits::ENTITIES_MAX);
            return Err(Error::Rejected { platform: Source::Pinterest, account: Some(account.id.clone()), reason });
        }
        Ok(objects)
    }

    /// The account's conversion tags, which come in one answer; `None` where the credential may not see them.
    async fn tags(&self, account: &Account, tally: &Tally) -> Result<Option<Vec<EntityState>>, Error> {
        #[derive(Deserialize)]
        struct Tags {
            items: Vec<Tag>,
        }
        let ask = Ask::of(&account.id, "conversion_tags", Vec::new());
        match self.service.ask(tally, &ask, |body| Ok(serde_json::from_slice::<Tags>(body)?)).await {
            Ok(tags) if tags.items.is_empty() => Ok(Some(vec![])),
            Ok(tags) => {
                let quality = self.event_quality(account, tally).await?;
                Ok(Some(tags.items.into_iter().map(|tag| tag.state(account, quality.clone())).collect()))
            }
            Err(Failure::OutOfSight(error)) => {
                tracing::warn!(account = account.id.as_str(), error = error.to_string(), "conversion tags are left out");
                Ok(None)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Pinterest's word for how good the data of the account's tags are; `None` where it cannot be read, since a tag is one without it. A
    /// credential that has died is told.
    async fn event_quality(&self, account: &Account, tally: &Tally) -> Result<Option<CompactString>, Error> {
        let params: Params<'_> = vec![("lookback_period", "14d".into()), ("ingestion_source", "TAG".into())];
        let ask = Ask::of(&account.id, "conversion_eqs", params);
        match self.service.ask(tally, &ask, |body| Ok(serde_json::from_slice::<Vec<EventQuality>>(body)?)).await {
            Ok(all) => Ok(EventQuality::of_tags(all)),
            Err(Failure::OutOfSight(_)) => Ok(None),
            Err(failure) => match Error::from(failure) {
                error @ Error::Auth { .. } => Err(error),
                error => {
                    tracing::warn!(account = account.id.as_str(), error = error.to_string(), "event quality is left out");
                    Ok(None)
                }
            },
        }
    }
}

/// The pins that ads show, each once. An ad and its pin are different things: several ads may show one pin.
fn pins(ads: &[Ad], account: &Account) -> Vec<EntityState> {
    let mut known = HashSet::new();
    ads.iter().filter_map(|ad| ad.pin(account)).filter(|pin| known.insert(pin.id.clone())).collect()
}

fn account_state(account: &Account) -> EntityState {
    objects::account_state(account, "", attributes([("currency", Some(account.currency.as_str().into()))]))
}

/// Pinterest's summary status in the common vocabulary; where there is none, the switch's own.
fn status(word: &str) -> Status {
    match word {
        "RUNNING" | "APPROVED" | "ACTIVE" => Status::Active,
        "PAUSED" => Status::Paused,
        "PENDING" | "NOT_STARTED" | "DRAFT" => Status::Pending,
        "REJECTED" => Status::Disapproved,
        "ADVERTISER_DISABLED" => Status::WithIssues,
        "COMPLETED" => Status::Ended,
        "ARCHIVED" => Status::Archived,
        "DELETED_DRAFT" => Status::Deleted,
        _ => Status::Unknown,
    }
}

/// The day of an instant in seconds, by the account's clock. Zero stands for none.
fn day(account: &Account, seconds: Option<i64>) -> Option<Day> {
    let at = Timestamp::from_second(seconds.filter(|seconds| *seconds > 0)?).ok()?;
    Some(account.zone.day_at(at))
}

/// A budget; no object has one of nothing.
fn budget(micros: Option<i64>) -> Option<i64> {
    micros.filter(|micros| *micros > 0)
}

/// The same as a plain decimal, for attributes.
fn amount(micros: Option<i64>) -> Option<CompactString> {
    budget(micros).map(|micros| money::decimal(micros).to_compact_string())
}

fn yes_no(flag: Option<bool>) -> Option<CompactString> {
    flag.map(|flag| flag.to_compact_string())
}

#[cfg(test)]
mod tests;
