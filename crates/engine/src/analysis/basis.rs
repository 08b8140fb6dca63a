//! What an account's analyses rest on: chosen first, so that it is known by a hash, and read when the first of them is made anew.

use super::{
    ads::{self, Ads},
    steps::{self, Steps},
    tracks::{self, Read},
};
use crate::{Engine, Error};
use std::sync::Arc;
use tokio::sync::OnceCell;
use trimtab_domain::{Day, DayRange, TenantCtx, finding::KnownEvent};
use trimtab_facts::{Daily, Whose};
use trimtab_store::{AccountKey, AccountState};

/// What an account's analyses rest on.
#[derive(Debug)]
pub(super) struct Basis<'a> {
    engine: &'a Engine,
    ctx: &'a TenantCtx,
    pub(super) state: &'a AccountState,
    /// The whole days there are figures of.
    pub(super) range: DayRange,
    /// The runs of days that were read.
    runs: Vec<DayRange>,
    /// What its source's own record tells of.
    told: Vec<KnownEvent>,
    campaigns: Daily,
    ads: Daily,
    actions: Option<Daily>,
    read: OnceCell<Arc<Read>>,
    of_ads: OnceCell<Arc<Ads>>,
}

impl Engine {
    /// Chooses what an account's analyses rest on; `None` where it has no facts of whole days yet.
    pub(super) async fn basis<'a>(&'a self, ctx: &'a TenantCtx, state: &'a AccountState) -> Result<Option<Basis<'a>>, Error> {
        let Some((range, runs)) = self.whole_days_of(ctx, state).await? else { return Ok(None) };
        let (lake, account) = (self.lake().tenant(ctx), &state.account);
        let told = self.store().tenant(ctx).known_events(&AccountKey::from(account)).await?;
        let campaigns = lake.daily(account, Whose::Campaigns, range).await?;
        let ads = lake.daily(account, Whose::Ads, ads::days(range)).await?;
        let actions = match steps::actions(account.source) {
            Some(whose) => Some(lake.daily(account, whose, steps::days(range)).await?),
            None => None,
        };
        let (read, of_ads) = (OnceCell::new(), OnceCell::new());
        Ok(Some(Basis { engine: self, ctx, state, range, runs, told, campaigns, ads, actions, read, of_ads }))
    }
}

impl Basis<'_> {
    /// The last whole day.
    pub(super) const fn last(&self) -> Day {
        self.range.to()
    }

    /// Of all its tracks are made from.
    pub(super) fn hash(&self) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(self.campaigns.hash().as_bytes());
        for event in &self.told {
            hash.update(event.digest().as_bytes());
        }
        let known: Vec<u8> = self.range.days().map(|day| u8::from(self.was_read(day))).collect();
        hash.update(&known).update(format!("{:?} {:?}", self.provisional_from(), self.state.account).as_bytes());
        hash.finalize().to_hex()[..32].to_owned()
    }

    /// Of all its ads' tracks are made from.
    pub(super) fn ads_hash(&self) -> String {
        self.ads.hash()
    }

    /// Of the actions its steps are made from.
    pub(super) fn actions_hash(&self) -> String {
        self.actions.as_ref().map(Daily::hash).unwrap_or_default()
    }

    /// Whether a day was read, with or without rows.
    pub(super) fn was_read(&self, day: Day) -> bool {
        self.runs.iter().any(|run| run.contains(day))
    }

    /// How many days from one to another, both included, are known.
    pub(super) fn days_known(&self, from: Day, to: Day) -> usize {
        let held: Vec<DayRange> = self.campaigns.runs().collect();
        let known = |day: &Day| self.was_read(*day) || held.iter().any(|run| run.contains(*day));
        self.range.days().filter(|day| (from..=to).contains(day)).filter(known).count()
    }

    /// The first day that may still be restated.
    pub(super) fn provisional_from(&self) -> Option<Day> {
        let settled = self.state.facts.and_then(|facts| facts.settled_through);
        settled.map_or(Some(self.range.from()), |day| day.tomorrow().ok()).filter(|from| *from <= self.range.to())
    }

    /// Its figures by campaign.
    pub(super) async fn read(&self) -> Result<Arc<Read>, Error> {
        let read = || async {
            let events = self.engine.known_events(self.ctx, &self.state.account, self.told.clone()).await?;
            Ok(Arc::new(tracks::read(self, self.campaigns.read().await?, events)))
        };
        self.read.get_or_try_init(read).await.cloned()
    }

    /// Its ads.
    pub(super) async fn ads(&self) -> Result<Arc<Ads>, Error> {
        let read = || async {
            let objects = self.engine.objects(self.ctx, &self.state.account).await?;
            Ok(Arc::new(ads::read(&self.state.account, self.ads.range(), self.ads.read().await?, &objects)))
        };
        self.of_ads.get_or_try_init(read).await.cloned()
    }

    /// Its steps.
    pub(super) async fn steps(&self) -> Result<Steps, Error> {
        let actions = match &self.actions {
            Some(actions) => actions.read().await?,
            None => Vec::new(),
        };
        Ok(Steps::of(self.state.account.source, steps::days(self.range), &*self.read().await?, actions))
    }
}
