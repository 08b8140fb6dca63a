//! One entry: a campaign, or a campaign's day.

use super::metrics::{self, Measured};
use crate::{
    history::{
        cell,
        counted::Figures,
        objects::{Version, bare},
        platform::{bare_account, platform},
    },
    import::status,
};
use compact_str::CompactString;
use serde_json::{Map, Value};
use trimtab_domain::{
    Day, DayRange, Source,
    entity::{EntityKind, EntityState},
};

/// An entry, as far as it is understood.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) source: Source,
    /// The store's own id of it.
    pub(super) store_id: Option<&'a str>,
    /// The campaign, by the platform's id where the entry has it, else by the store's.
    pub(super) campaign: CompactString,
    pub(super) account: Option<CompactString>,
    pub(super) version: Version,
    entry: &'a Map<String, Value>,
    is_campaign: bool,
}

/// Figures of a campaign.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// The last day they cover.
    pub(super) day: Day,
    /// How many they cover.
    pub(super) span: i32,
    /// Whether the entry names the day itself.
    pub(super) dated: bool,
    pub(super) version: Version,
    pub(super) figures: Figures,
}

/// A text field under one of its names, in the case of databases or of scripts.
pub(super) fn text<'a>(entry: &'a Map<String, Value>, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| entry.get(*name)?.as_str()).map(str::trim).filter(|text| !cell::is_nothing(text))
}

/// An id, which may be a number.
fn id(entry: &Map<String, Value>, names: &[&str]) -> Option<CompactString> {
    let number = || names.iter().find_map(|name| entry.get(*name)?.as_number()).map(|number| number.to_string().into());
    text(entry, names).map(CompactString::from).or_else(number)
}

impl<'a> Record<'a> {
    /// Reads an entry of the campaigns, or of their days.
    ///
    /// # Errors
    /// When it does not say which campaign of which platform it is about; the text says what is missing.
    pub(super) fn read(entry: &'a Map<String, Value>, is_campaign: bool) -> Result<Self, String> {
        let word = text(entry, &["platform", "channel", "source"]).ok_or("has no platform")?;
        let source = platform(word).ok_or_else(|| {
            format!("has '{}' as platform: meta, google, linkedin, pinterest and tiktok are known", cell::short(word))
        })?;
        let own: &[&str] = if is_campaign { &["id"] } else { &["campaign_id", "campaignId"] };
        let campaign = id(entry, &["external_id", "externalId"]).or_else(|| id(entry, own));
        let campaign = campaign.ok_or_else(|| format!("has no external_id and no {}", own[0]))?;
        let account = id(entry, &["account_id", "accountId", "ad_account_id", "adAccountId", "customer_id", "customerId"]);
        let moment = |names: &[&str]| text(entry, names).and_then(cell::moment);
        Ok(Self {
            source,
            store_id: text(entry, &["id"]),
            campaign,
            account: account.map(|account| bare_account(source, &account).into()),
            version: (moment(&["synced_at", "syncedAt"]), moment(&["updated_at", "updatedAt", "created_at", "createdAt"])),
            entry,
            is_campaign,
        })
    }

    /// The campaign as an object.
    pub(super) fn state(&self) -> EntityState {
        let word = text(self.entry, &["status"]).unwrap_or_default();
        let mut state = EntityState {
            name: text(self.entry, &["name", "campaign_name", "campaignName"]).unwrap_or_default().into(),
            status: status(word),
            platform_status: word.into(),
            objective: text(self.entry, &["objective"]).unwrap_or_default().into(),
            starts: self.day(&["start_date", "startDate"]),
            ends: self.day(&["end_date", "endDate"]),
            ..bare(EntityKind::Campaign, &self.campaign)
        };
        // The store does not say whether its budget is one of a day or of a life.
        if let Some(budget) = self.entry.get("budget").and_then(Value::as_number) {
            state.attributes.insert("budget".into(), budget.to_string().into());
        }
        state
    }

    fn day(&self, names: &[&str]) -> Option<Day> {
        text(self.entry, names).and_then(cell::day)
    }

    /// The figures the entry tells, or why one of them is none.
    pub(super) fn rows(&self) -> Vec<Result<Told, String>> {
        let measured = if self.is_campaign {
            match self.entry.get("metrics") {
                None | Some(Value::Null) => Vec::new(),
                Some(value) => metrics::measured(value),
            }
        } else {
            vec![metrics::of_entry(self.entry)]
        };
        measured.into_iter().map(|measured| self.told(measured?)).collect()
    }

    fn told(&self, measured: Measured) -> Result<Told, String> {
        let Measured { days, figures } = measured;
        let (days, dated) = match days {
            Some(days) => (days, true),
            None if !self.is_campaign => return Err("has no date".to_owned()),
            None => (self.life()?, false),
        };
        let span = i32::try_from(days.len()).unwrap_or(i32::MAX);
        Ok(Told { day: days.to(), span, dated, version: self.version, figures })
    }

    /// The days a total covers that names none.
    fn life(&self) -> Result<DayRange, String> {
        let to = self.day(&["synced_at", "syncedAt", "updated_at", "updatedAt"]);
        let to = to.ok_or("has metrics without days and no synced_at to put them on")?;
        let from = self.day(&["start_date", "startDate"]).or_else(|| self.day(&["created_at", "createdAt"])).unwrap_or(to);
        DayRange::new(from.min(to), to).map_err(|error| error.to_string())
    }
}
