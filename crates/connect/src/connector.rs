//! What every connector can be asked, whatever its platform.
//!
//! The scheduler knows platforms by this trait alone. A connector speaks for one credential; days are civil days of the account's zone,
//! amounts micros of its currency. It decides neither when to read nor where facts go, and it never writes to a platform.

use crate::{Error, Lifetime, limits, silence::Totals};
use async_trait::async_trait;
use compact_str::CompactString;
use jiff::ToSpan;
use secrecy::SecretString;
use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    fmt,
};
use trimtab_domain::{
    Day, DayRange, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState},
    fact::{AdHourly, Facts},
    finding::KnownEvent,
    id::AccountId,
};

/// One credential's view of a platform.
#[async_trait]
pub trait Connector: Any + fmt::Debug + Send + Sync {
    /// The platform.
    fn source(&self) -> Source;

    /// Now by the clock the platform puts on its answers, by ours before the first. It is the platform that cuts days, so a server
    /// whose clock is off must neither miss the newest nor take a day to be settled too early.
    fn now(&self) -> Timestamp;

    /// Checks the credential by real calls.
    ///
    /// # Errors
    /// [`Error::Auth`] when it is not good or may not read ads; else as any read.
    async fn check(&self) -> Result<Credential, Error>;

    /// The ad accounts the credential can see, through manager accounts too.
    ///
    /// # Errors
    /// See [`Error`].
    async fn accounts(&self) -> Result<Vec<Account>, Error>;

    /// One account as the platform describes it.
    ///
    /// # Errors
    /// [`Error::Rejected`] or [`Error::Auth`] when there is none such, or not for this credential.
    async fn account(&self, id: &AccountId) -> Result<Account, Error>;

    /// What the platform says of the account's objects now.
    ///
    /// # Errors
    /// See [`Error`]; no partial snapshot is returned.
    async fn entities(&self, account: &Account) -> Result<EntitySnapshot, Error>;

    /// The same of one kind of object. Whoever can read it without the other kinds does so.
    ///
    /// # Errors
    /// As [`Self::entities`].
    async fn entities_of(&self, account: &Account, kind: EntityKind) -> Result<EntitySnapshot, Error> {
        let mut snapshot = self.entities(account).await?;
        snapshot.complete.retain(|complete| *complete == kind);
        snapshot.states.retain(|state| state.kind == kind);
        Ok(snapshot)
    }

    /// Everything the platform reports for an account and a run of days. Days without delivery have no rows.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    async fn facts(&self, account: &Account, days: DayRange, ask: Ask) -> Result<Fetched, Error>;

    /// The hours of a few days, by campaign; `None` where the platform does not tell hours. They are a view of the same figures as the
    /// days, read for what changes within one.
    ///
    /// # Errors
    /// As [`Self::facts`].
    async fn hours(&self, _account: &Account, _days: DayRange) -> Result<Option<Hours>, Error> {
        Ok(None)
    }

    /// What one of the account's pixels received in each hour of a few days, those without any event included; `None` where the platform
    /// does not tell it, or not to this credential. The newest hours may not be all in yet. No figure rests on it, so whoever reads facts
    /// goes on where this fails.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    async fn pixel_hours(&self, _account: &Account, _pixel: &str, _days: DayRange) -> Result<Option<PixelHours>, Error> {
        Ok(None)
    }

    /// What one of the account's pixels received on each of a few days, those without any event included, where the platform tells days
    /// and no hours; else `None`, as for [`Self::pixel_hours`]. Today's is what came so far.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    async fn pixel_days(&self, _account: &Account, _pixel: &str, _days: DayRange) -> Result<Option<PixelDays>, Error> {
        Ok(None)
    }

    /// What the account's own total says of a run of days, by the platform's cheapest call: a second witness where [`Self::facts`] is
    /// silent, so never computed from the same rows. `None` where the platform has no such call.
    ///
    /// # Errors
    /// See [`Error`].
    async fn totals(&self, _account: &Account, _days: DayRange) -> Result<Option<Totals>, Error> {
        Ok(None)
    }

    /// The days before `before` whose figures the source changed after `since`: an order refunded long after it was placed. Empty where the
    /// source restates nothing beyond its look-back, or does not tell what it changed.
    ///
    /// # Errors
    /// See [`Error`].
    async fn changed(&self, _account: &Account, _since: Timestamp, _before: Day) -> Result<BTreeSet<Day>, Error> {
        Ok(BTreeSet::new())
    }

    /// What the platform's own change history tells of `[since, until)`, oldest first; `None` where it keeps none that can be read. How far
    /// back it reaches is the platform's: Google keeps thirty days, and what it has forgotten is missing without a word. Figures do not
    /// rest on it, so whoever reads facts goes on where this fails.
    ///
    /// # Errors
    /// See [`Error`]; no partial history is returned.
    async fn events(&self, _account: &Account, _since: Timestamp, _until: Timestamp) -> Result<Option<Vec<KnownEvent>>, Error> {
        Ok(None)
    }

    /// The first day this credential can be shown anything of; `None` where nothing limits it. Earlier days are refused by [`Self::facts`],
    /// since they could not be told from days on which nothing happened.
    ///
    /// # Errors
    /// See [`Error`].
    async fn first_day(&self, _account: &Account) -> Result<Option<Day>, Error> {
        Ok(None)
    }

    /// How this credential ends, as far as its kind tells.
    fn lifetime(&self) -> Lifetime {
        Lifetime::of(self.source())
    }

    /// The secret to keep from now on, once the platform has exchanged the one this connector was opened with for another. Whoever
    /// opened the connector stores it after every use; a secret that was exchanged and not kept is lost.
    fn renewed_secret(&self) -> Option<SecretString> {
        None
    }
}

/// A snapshot of one kind of object; `None`: the credential may not see them.
pub(crate) fn of_kind(seen_at: Timestamp, kind: EntityKind, states: Option<Vec<EntityState>>) -> EntitySnapshot {
    let complete = states.is_some().then_some(kind).into_iter().collect();
    let states = states.unwrap_or_default().into_iter().filter(|state| state.kind == kind).collect();
    EntitySnapshot { seen_at, complete, states }
}

/// What to read besides the days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ask {
    /// Ads that deliver on an ordinary day, as far as known; 0 when it is not. It decides the way of reading, never the result.
    pub expected_ads: usize,
    /// How much detail to read.
    pub detail: Detail,
}

/// How much detail a read of facts takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Everything kept: ads, conversions, breakdowns, keywords.
    #[default]
    Full,
    /// Ads and conversions, without breakdowns and keywords.
    AdsOnly,
}

/// Facts and what they cost.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The facts of the whole range.
    pub facts: Facts,
    /// Requests made for them.
    pub api_calls: u32,
}

/// Hourly facts and what they cost.
#[derive(Debug, Clone)]
pub struct Hours {
    /// The facts of the whole range.
    pub rows: Vec<AdHourly>,
    /// Requests made for them.
    pub api_calls: u32,
}

/// Events of a pixel by day and name: how often each was received in each of the 24 hours by the clock on the wall. The hour a clock goes
/// through twice holds both.
pub type PixelHours = BTreeMap<Day, BTreeMap<CompactString, [i64; 24]>>;

/// What is known of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credential {
    /// When it stops working; `None` when it does not expire, renews itself, or the platform does not say.
    pub expires_at: Option<Timestamp>,
    /// When data access ends unless the user consents anew; `None` as above.
    pub data_access_expires_at: Option<Timestamp>,
    /// What it may do (`ads_read` …); empty when the platform does not say.
    pub scopes: Vec<String>,
    /// The user or system user it speaks for; empty where the platform does not say.
    pub user_id: CompactString,
    /// That user's name.
    pub user_name: CompactString,
}

/// Days a platform usually may restate after they ended, since conversions keep arriving for its longest click window. Older days,
/// counted in the account's zone, are settled.
#[must_use]
pub const fn look_back_days(source: Source) -> u16 {
    match source {
        Source::Meta | Source::Tiktok => 28,
        // Windows may be set longer, which [`look_back_of`] sees; 30 is the default of Google, LinkedIn and Pinterest.
        Source::Google | Source::Linkedin | Source::Pinterest => 30,
        // Refunds and late attribution change older days too; [`Connector::changed`] tells which.
        Source::Ga4 => 12,
        Source::Klaviyo => 7,
        Source::Magento | Source::Shopify => 30,
        Source::Ecb | Source::Csv => 0,
    }
}

/// Events of a pixel by day and name: how often each was received.
pub type PixelDays = BTreeMap<Day, BTreeMap<CompactString, i64>>;

/// What a platform tells of its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelsTold {
    /// Their events by the hour ([`Connector::pixel_hours`]).
    Hours,
    /// Their events by the day ([`Connector::pixel_days`]).
    Days,
    /// When each fired last, and no events.
    LastFired,
    /// Nothing.
    Nothing,
}

/// What a platform tells of its pixels.
#[must_use]
pub const fn pixels_told(source: Source) -> PixelsTold {
    match source {
        Source::Meta => PixelsTold::Hours,
        Source::Tiktok => PixelsTold::Days,
        Source::Pinterest => PixelsTold::LastFired,
        _ => PixelsTold::Nothing,
    }
}

/// Whether a platform tells hours ([`Connector::hours`]).
#[must_use]
pub const fn tells_hours(source: Source) -> bool {
    matches!(source, Source::Meta | Source::Google | Source::Tiktok)
}

/// The same for an account whose objects are known: never less than usual, more where one of its conversion actions is credited longer.
#[must_use]
pub fn look_back_of(account: &Account, objects: &EntitySnapshot) -> u16 {
    let usual = look_back_days(account.source);
    let longest = match account.source {
        Source::Google => crate::google::longest_window_days(objects),
        _ => None,
    };
    longest.map_or(usual, |days| days.clamp(usual, limits::LOOK_BACK_DAYS_MAX))
}

/// The last settled day of an account with this look-back when it is `today` in its zone.
#[must_use]
pub fn settled_through(look_back_days: u16, today: Day) -> Day {
    today.saturating_sub((i64::from(look_back_days) + 1).days())
}

/// Cuts a backfill into reads that each fit in memory, newest first, so that what people look at is there first.
#[must_use]
pub fn chunks(range: DayRange, expected_ads: usize) -> Vec<DayRange> {
    let days = limits::CHUNK_AD_DAYS_MAX / expected_ads.max(1);
    let days = u16::try_from(days).unwrap_or(u16::MAX).clamp(1, limits::CHUNK_DAYS_MAX);
    range.chunks_newest_first(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::day::parse_day;

    #[test]
    fn chunks_are_bounded_by_ads_and_days() {
        let range: DayRange = "2024-01-01..2025-12-31".parse().unwrap();
        let sizes = |ads| chunks(range, ads).iter().map(DayRange::len).max().unwrap();
        assert_eq!(sizes(0), u32::from(limits::CHUNK_DAYS_MAX));
        assert_eq!(sizes(2_000), 2);
        assert_eq!(sizes(5_000_000), 1);
        assert_eq!(chunks(range, 2_000)[0].to(), range.to(), "newest first");
    }

    #[test]
    fn a_day_settles_when_the_look_back_has_passed_it() {
        let today = parse_day("2026-11-21").unwrap();
        let settled = settled_through(look_back_days(Source::Meta), today);
        assert_eq!(settled.to_string(), "2026-10-23");
        assert_eq!(DayRange::new(settled, today).unwrap().len(), u32::from(look_back_days(Source::Meta)) + 2);
    }
}
