//! What an account consists of: campaigns, ad sets, ads, creatives, pixels, with the state each is in.
//!
//! Figures that move with every read (remaining budget, update times, signed image addresses) are left out on purpose: the history keeps
//! a version per change, and these change without anybody changing anything.

use super::{
    Meta,
    amount::minor_to_micros,
    graph::{Ask, PageEnd, Paging, Tally},
};
use crate::{
    Connector, Error,
    connector::of_kind,
    limits,
    objects::{self, attributes, bare},
    scalar::{Count, Decimal},
};
use compact_str::{CompactString, ToCompactString, format_compact};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::HashSet;
use trimtab_domain::{
    Day, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    money,
};

mod rows;

use rows::{Ad, AdSet, Campaign, Creative};

/// One kind of object as an edge of the account lists it.
pub(super) trait Object: DeserializeOwned {
    const EDGE: &'static str;
    const FIELDS: &'static str;
    /// Statuses to list, as a JSON array; without it archived objects are left out. Deleted ones are never listed.
    const STATUSES: Option<&'static str>;

    fn id(&self) -> &CompactString;
    fn state(self, at: &Seen<'_>) -> EntityState;
}

/// The circumstances of a read.
pub(super) struct Seen<'a> {
    pub(super) account: &'a Account,
    pub(super) now: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct ListPage<T> {
    pub(super) data: Vec<T>,
    #[serde(default = "Paging::default")]
    pub(super) paging: Paging,
}

impl Meta {
    /// The account itself and all its campaigns, ad sets, ads, creatives and pixels. Where the credential may not see pixels, they are
    /// left out and not called complete.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen = Seen { account, now: self.now() };
        let (campaigns, ad_sets, ads, creatives, pixels) = tokio::try_join!(
            self.list::<Campaign>(&seen, &tally),
            self.list::<AdSet>(&seen, &tally),
            self.list::<Ad>(&seen, &tally),
            self.list::<Creative>(&seen, &tally),
            self.pixels(&seen, &tally),
        )?;
        let mut complete =
            vec![EntityKind::Account, EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad, EntityKind::Creative];
        complete.extend(pixels.is_some().then_some(EntityKind::Pixel));
        let mut states = vec![account_state(account)];
        for list in [campaigns, ad_sets, ads, creatives, pixels.unwrap_or_default()] {
            states.extend(list);
        }
        Ok(EntitySnapshot { seen_at: seen.now, complete, states })
    }

    /// The objects of one kind; what Meta calls their effective status takes in what lies above them.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects_of(&self, account: &Account, kind: EntityKind) -> Result<EntitySnapshot, Error> {
        let tally = Tally::default();
        let seen = Seen { account, now: self.now() };
        let states = match kind {
            EntityKind::Account => Some(vec![account_state(account)]),
            EntityKind::Campaign => Some(self.list::<Campaign>(&seen, &tally).await?),
            EntityKind::AdGroup => Some(self.list::<AdSet>(&seen, &tally).await?),
            EntityKind::Ad => Some(self.list::<Ad>(&seen, &tally).await?),
            EntityKind::Creative => Some(self.list::<Creative>(&seen, &tally).await?),
            EntityKind::Pixel => self.pixels(&seen, &tally).await?,
        };
        Ok(of_kind(seen.now, kind, states))
    }

    async fn list<T: Object>(&self, seen: &Seen<'_>, tally: &Tally) -> Result<Vec<EntityState>, Error> {
        let account = &seen.account.id;
        let mut params = vec![("fields", T::FIELDS.into())];
        params.extend(T::STATUSES.map(|statuses| ("effective_status", statuses.into())));
        let ask = Ask::get(Some(account), format!("act_{account}/{}", T::EDGE), params);
        let (mut states, mut known) = (Vec::new(), HashSet::new());
        let mut too_many = false;
        self.graph
            .pages(tally, &ask, limits::LIST_PAGE_ROWS, |body| {
                let page: ListPage<T> = serde_json::from_slice(body)?;
                let mut end = PageEnd { next: page.paging.cursor(), items: page.data.len(), fresh: 0 };
                for object in page.data {
                    if known.insert(object.id().clone()) {
                        end.fresh += 1;
                        states.push(object.state(seen));
                    }
                }
                too_many = states.len() > limits::ENTITIES_MAX;
                end.next = end.next.filter(|_| !too_many);
                Ok(end)
            })
            .await?;
        if too_many {
            let reason = format!("it has more than {} {}, which is more than is read at once", limits::ENTITIES_MAX, T::EDGE);
            return Err(Error::Rejected { platform: Source::Meta, account: Some(account.clone()), reason });
        }
        Ok(states)
    }
}

fn account_state(account: &Account) -> EntityState {
    objects::account_state(
        account,
        "ACTIVE",
        attributes([("currency", Some(account.currency.as_str().into())), ("timezone_name", Some(account.zone.as_str().into()))]),
    )
}

/// Meta's effective status in the common vocabulary. It keeps calling objects active after their end.
pub(super) fn status(word: &str, ends: Option<Timestamp>, now: Timestamp) -> Status {
    match word {
        "ACTIVE" if ends.is_some_and(|end| end <= now) => Status::Ended,
        "ACTIVE" => Status::Active,
        "PAUSED" | "CAMPAIGN_PAUSED" | "ADSET_PAUSED" => Status::Paused,
        "PENDING_REVIEW" | "PREAPPROVED" | "PENDING_BILLING_INFO" | "IN_PROCESS" => Status::Pending,
        "DISAPPROVED" => Status::Disapproved,
        "WITH_ISSUES" => Status::WithIssues,
        "ARCHIVED" => Status::Archived,
        "DELETED" => Status::Deleted,
        _ => Status::Unknown,
    }
}

/// An instant as Graph prints it (`2026-11-01T00:00:00+0100`).
pub(super) fn instant(text: Option<&str>) -> Option<Timestamp> {
    let text = text?;
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).ok().or_else(|| text.parse().ok())
}

impl Seen<'_> {
    pub(super) fn day(&self, at: Option<Timestamp>) -> Option<Day> {
        at.map(|at| self.account.zone.day_at(at))
    }

    /// Micros of a budget in minor units. Lists print 0 where an object has none; no object has a budget of nothing.
    pub(super) fn budget(&self, minor: Option<Count>) -> Option<i64> {
        minor.filter(|minor| minor.0 > 0).and_then(|minor| minor_to_micros(minor.0, self.account.currency))
    }

    /// The same as a plain decimal, for attributes.
    pub(super) fn amount(&self, minor: Option<Count>) -> Option<CompactString> {
        self.budget(minor).map(|micros| money::decimal(micros).to_compact_string())
    }
}

/// One entry of `issues_info`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Issue {
    level: CompactString,
    error_code: Option<Decimal>,
    error_summary: String,
    error_type: CompactString,
}

/// All issues in one line, `AD_SET 1815869 HARD_ERROR Audience too small`.
pub(super) fn issues(issues: &[Issue]) -> Option<CompactString> {
    let lines: Vec<String> = issues
        .iter()
        .map(|Issue { level, error_code, error_summary, error_type }| {
            let code = error_code.map(|code| format_compact!("{}", code.0)).unwrap_or_default();
            let words = [level.as_str(), &code, error_type, error_summary];
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("; ").into())
}

#[cfg(test)]
mod tests;
