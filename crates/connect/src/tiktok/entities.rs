//! What an account consists of: campaigns, ad groups and ads, with the state each is in, deleted ones included.
//!
//! Upgraded Smart+ objects have lists of their own beside the ordinary ones; an object of both is taken once. Figures that move with
//! every read (times of change, addresses of previews) are left out on purpose: the history keeps a version per change, and these change
//! without anybody changing anything.

use super::{
    Tiktok,
    api::{Ask, BadBody, Data, Failure, Gather, Listed, PageEnd, Tally},
};
use crate::{
    Connector, Error,
    connector::of_kind,
    limits,
    objects::{self, attributes, bare},
    scalar::Micros,
};
use compact_str::{CompactString, ToCompactString};
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use trimtab_domain::{
    Day, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState},
    money,
};

mod rows;
mod status;
mod word;

use rows::{Ad, AdGroup, Campaign};

/// Without it, what was deleted is left out, and with it the names of what history still shows.
const EVERYTHING: &str = r#"{"primary_status":"STATUS_ALL"}"#;

/// One kind of object.
trait Object: DeserializeOwned {
    const LIST: &'static str;
    const SMART_LIST: &'static str;
    /// Rows a page of the Smart+ list may hold.
    const SMART_ROWS: u32 = limits::TIKTOK_PAGE_ROWS;

    fn id(&self) -> &CompactString;
    fn state(self, at: &Seen<'_>) -> EntityState;
}

/// The circumstances of a read.
struct Seen<'a> {
    account: &'a Account,
    now: Timestamp,
}

impl Tiktok {
    /// The account itself and all its campaigns, ad groups, ads and pixels. Where the credential may not see Smart+ objects, they are left
    /// out and none of the kinds they are among is called complete; likewise pixels.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen = Seen { account, now: self.now() };
        let (campaigns, groups, ads, pixels) = tokio::try_join!(
            self.list::<Campaign>(account, &tally),
            self.list::<AdGroup>(account, &tally),
            self.list::<Ad>(account, &tally),
            self.pixels(account, &tally),
        )?;
        let mut complete = vec![EntityKind::Account];
        if campaigns.whole && groups.whole && ads.whole {
            complete.extend([EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad]);
        }
        complete.extend(pixels.is_some().then_some(EntityKind::Pixel));
        let mut states = vec![account_state(account)];
        states.extend(pixels.unwrap_or_default());
        states.extend(campaigns.objects.into_iter().map(|object| object.state(&seen)));
        states.extend(groups.objects.into_iter().map(|object| object.state(&seen)));
        states.extend(ads.objects.into_iter().map(|object| object.state(&seen)));
        Ok(EntitySnapshot { seen_at: seen.now, complete, states })
    }

    /// The objects of one kind. TikTok has no creatives apart from ads.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects_of(&self, account: &Account, kind: EntityKind) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen = Seen { account, now: self.now() };
        Ok(match kind {
            EntityKind::Account => of_kind(seen.now, kind, Some(vec![account_state(account)])),
            EntityKind::Campaign => of_list(self.list::<Campaign>(account, &tally).await?, &seen, kind),
            EntityKind::AdGroup => of_list(self.list::<AdGroup>(account, &tally).await?, &seen, kind),
            EntityKind::Ad => of_list(self.list::<Ad>(account, &tally).await?, &seen, kind),
            EntityKind::Creative => of_kind(seen.now, kind, None),
            EntityKind::Pixel => of_kind(seen.now, kind, self.pixels(account, &tally).await?),
        })
    }

    /// The ids of all campaigns that ever were.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn campaign_ids(&self, account: &Account, tally: &Tally) -> Result<Vec<CompactString>, Error> {
        let campaigns = self.list::<Campaign>(account, tally).await?;
        if !campaigns.whole {
            let what = "Smart+ campaigns of this account cannot be listed, so its reports cannot be read campaign by campaign";
            return Err(Error::Rejected { platform: Source::Tiktok, account: Some(account.id.clone()), reason: what.to_owned() });
        }
        Ok(campaigns.objects.iter().map(|campaign| campaign.id().clone()).collect())
    }

    async fn list<T: Object + Send>(&self, account: &Account, tally: &Tally) -> Result<Gathered<T>, Error> {
        let params = || vec![("advertiser_id", account.id.as_str().into()), ("filtering", EVERYTHING.into())];
        let mut all = Gathered::<T>::default();
        let ask = Ask::get(Some(&account.id), T::LIST, params());
        self.api.pages(tally, &ask, limits::TIKTOK_PAGE_ROWS, &mut all).await?;
        let mut smart = Gathered::<T>::default();
        let ask = Ask::get(Some(&account.id), T::SMART_LIST, params());
        match self.api.pages(tally, &ask, T::SMART_ROWS, &mut smart).await {
            Err(Failure::Forbidden(error)) => {
                tracing::warn!(account = account.id.as_str(), error = error.to_string(), "Smart+ objects are left out");
                all.whole = false;
            }
            listed => listed?,
        }
        if all.too_many || smart.too_many {
            let reason =
                format!("it has more than {} rows at {}, which is more than is read at once", limits::ENTITIES_MAX, T::LIST);
            return Err(Error::Rejected { platform: Source::Tiktok, account: Some(account.id.clone()), reason });
        }
        for object in smart.objects {
            all.add(object);
        }
        Ok(all)
    }
}

/// A list as a snapshot of its kind, complete unless Smart+ objects are missing.
fn of_list<T: Object>(list: Gathered<T>, seen: &Seen<'_>, kind: EntityKind) -> EntitySnapshot {
    let complete = list.whole.then_some(kind).into_iter().collect();
    EntitySnapshot { seen_at: seen.now, complete, states: list.objects.into_iter().map(|object| object.state(seen)).collect() }
}

/// The objects of a list, each once.
struct Gathered<T> {
    objects: Vec<T>,
    known: HashSet<CompactString>,
    /// Whether there are no others.
    whole: bool,
    /// Whether there are more than are held in memory.
    too_many: bool,
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self { objects: Vec::new(), known: HashSet::new(), whole: true, too_many: false }
    }
}

impl<T: Object> Gathered<T> {
    /// Whether it is new.
    fn add(&mut self, object: T) -> bool {
        let new = self.known.insert(object.id().clone());
        if new {
            self.objects.push(object);
        }
        new
    }
}

impl<T: Object> Gather for Gathered<T> {
    fn take(&mut self, body: &[u8]) -> Result<PageEnd, BadBody> {
        let Data { data }: Data<Listed<T>> = serde_json::from_slice(body)?;
        let rows = data.list.len();
        if data.list.iter().any(|object| object.id().is_empty()) {
            return Err(BadBody::Conflict(format!("an object of {} without its id", T::LIST)));
        }
        let fresh = data.list.into_iter().map(|object| self.add(object)).filter(|new| *new).count();
        self.too_many = data.page_info.total() > limits::ENTITIES_MAX;
        let info = if self.too_many { data.page_info.ended() } else { data.page_info };
        Ok(PageEnd { info, rows, fresh })
    }

    fn held(&self) -> usize {
        self.objects.len()
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

fn account_state(account: &Account) -> EntityState {
    objects::account_state(
        account,
        "STATUS_ENABLE",
        attributes([("currency", Some(account.currency.as_str().into())), ("timezone", Some(account.zone.as_str().into()))]),
    )
}

impl Seen<'_> {
    fn day(&self, at: Option<Timestamp>) -> Option<Day> {
        at.map(|at| self.account.zone.day_at(at))
    }
}

/// An amount as a plain decimal, for attributes; TikTok prints 0 where there is none.
fn amount(amount: Option<Micros>) -> Option<CompactString> {
    amount.filter(|amount| amount.0 > 0).map(|amount| money::decimal(amount.0).to_compact_string())
}

#[cfg(test)]
mod tests;
