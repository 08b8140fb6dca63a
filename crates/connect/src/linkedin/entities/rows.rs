//! The objects as LinkedIn lists them, field by field. Amounts are decimal text in major units, instants milliseconds since 1970.

use super::{
    Object, attributes, bare,
    status::{effective, of_creative},
};
use crate::{linkedin::query::Kind, scalar::Micros};
use compact_str::{CompactString, ToCompactString, format_compact};
use serde::Deserialize;
use trimtab_domain::{
    Day, Timestamp,
    account::Account,
    entity::{EntityKind, EntityState, Status},
    money,
};

#[derive(Deserialize)]
struct Amount {
    amount: Micros,
}

/// A budget; no object has one of nothing.
fn budget(amount: Option<Amount>) -> Option<i64> {
    amount.map(|amount| amount.amount.0).filter(|micros| *micros > 0)
}

/// The same as a plain decimal, for attributes.
fn decimal(amount: Option<Amount>) -> Option<CompactString> {
    budget(amount).map(|micros| money::decimal(micros).to_compact_string())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Schedule {
    start: Option<i64>,
    end: Option<i64>,
}

impl Schedule {
    fn day(account: &Account, millis: Option<i64>) -> Option<Day> {
        let at = Timestamp::from_millisecond(millis.filter(|millis| *millis > 0)?).ok()?;
        Some(account.zone.day_at(at))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Locale {
    country: CompactString,
    language: CompactString,
}

/// The number in a URN of a kind; a name of another kind stays as it is.
fn number(kind: Kind, urn: &str) -> CompactString {
    kind.id(urn).unwrap_or(urn).into()
}

fn yes_no(flag: Option<bool>) -> Option<CompactString> {
    flag.map(|flag| flag.to_compact_string())
}

fn joined(list: &[CompactString]) -> Option<CompactString> {
    (!list.is_empty()).then(|| list.join(",").into())
}

/// A campaign group: our campaign.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    id: u64,
    #[serde(default)]
    name: CompactString,
    #[serde(default)]
    status: CompactString,
    #[serde(default)]
    serving_statuses: Vec<CompactString>,
    objective_type: Option<CompactString>,
    daily_budget: Option<Amount>,
    total_budget: Option<Amount>,
    #[serde(default)]
    run_schedule: Schedule,
    test: Option<bool>,
}

impl Object for Group {
    const LIST: &'static str = "adCampaignGroups";

    fn id(&self) -> CompactString {
        self.id.to_compact_string()
    }

    fn state(self, account: &Account) -> EntityState {
        let id = self.id();
        let (status, word) = effective(&self.status, &self.serving_statuses);
        EntityState {
            campaign: id.clone(),
            name: self.name,
            status,
            platform_status: word,
            objective: self.objective_type.unwrap_or_default(),
            daily_budget_micros: budget(self.daily_budget),
            lifetime_budget_micros: budget(self.total_budget),
            starts: Schedule::day(account, self.run_schedule.start),
            ends: Schedule::day(account, self.run_schedule.end),
            attributes: attributes([
                ("status", Some(self.status)),
                ("servingStatuses", joined(&self.serving_statuses)),
                ("test", yes_no(self.test)),
            ]),
            ..bare(EntityKind::Campaign, id, account.id.as_str().into())
        }
    }
}

/// A campaign: our ad group.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Campaign {
    id: u64,
    campaign_group: CompactString,
    #[serde(default)]
    name: CompactString,
    #[serde(default)]
    status: CompactString,
    #[serde(default)]
    serving_statuses: Vec<CompactString>,
    objective_type: Option<CompactString>,
    #[serde(rename = "type")]
    kind: Option<CompactString>,
    format: Option<CompactString>,
    cost_type: Option<CompactString>,
    optimization_target_type: Option<CompactString>,
    creative_selection: Option<CompactString>,
    pacing_strategy: Option<CompactString>,
    daily_budget: Option<Amount>,
    total_budget: Option<Amount>,
    unit_cost: Option<Amount>,
    #[serde(default)]
    run_schedule: Schedule,
    locale: Option<Locale>,
    audience_expansion_enabled: Option<bool>,
    offsite_delivery_enabled: Option<bool>,
    test: Option<bool>,
}

impl Campaign {
    /// The number of its group.
    pub(super) fn group(&self) -> CompactString {
        number(Kind::Group, &self.campaign_group)
    }
}

impl Object for Campaign {
    const LIST: &'static str = "adCampaigns";

    fn id(&self) -> CompactString {
        self.id.to_compact_string()
    }

    fn state(self, account: &Account) -> EntityState {
        let (id, group) = (self.id(), self.group());
        let (status, word) = effective(&self.status, &self.serving_statuses);
        EntityState {
            campaign: group.clone(),
            name: self.name,
            status,
            platform_status: word,
            objective: self.objective_type.unwrap_or_default(),
            daily_budget_micros: budget(self.daily_budget),
            lifetime_budget_micros: budget(self.total_budget),
            starts: Schedule::day(account, self.run_schedule.start),
            ends: Schedule::day(account, self.run_schedule.end),
            attributes: attributes([
                ("status", Some(self.status)),
                ("servingStatuses", joined(&self.serving_statuses)),
                ("type", self.kind),
                ("format", self.format),
                ("costType", self.cost_type),
                ("unitCost", decimal(self.unit_cost)),
                ("optimizationTargetType", self.optimization_target_type),
                ("creativeSelection", self.creative_selection),
                ("pacingStrategy", self.pacing_strategy),
                ("locale", self.locale.map(|locale| format_compact!("{}_{}", locale.language, locale.country))),
                ("audienceExpansionEnabled", yes_no(self.audience_expansion_enabled)),
                ("offsiteDeliveryEnabled", yes_no(self.offsite_delivery_enabled)),
                ("test", yes_no(self.test)),
            ]),
            ..bare(EntityKind::AdGroup, id, group)
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Review {
    status: CompactString,
    rejection_reasons: Vec<CompactString>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Content {
    reference: Option<CompactString>,
}

/// A creative: our ad.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Creative {
    id: CompactString,
    campaign: CompactString,
    name: Option<CompactString>,
    #[serde(default)]
    intended_status: CompactString,
    is_serving: Option<bool>,
    #[serde(default)]
    serving_hold_reasons: Vec<CompactString>,
    #[serde(default)]
    review: Review,
    #[serde(default)]
    content: Content,
    is_test: Option<bool>,
    /// The group of its campaign, once that is known.
    #[serde(skip)]
    pub(super) group: CompactString,
}

impl Creative {
    /// The number of its campaign.
    pub(super) fn campaign(&self) -> CompactString {
        number(Kind::Campaign, &self.campaign)
    }

    /// What it shows, as far as it tells.
    pub(super) fn post(&self, account: &Account) -> Option<EntityState> {
        let urn = self.content.reference.clone().filter(|urn| !urn.is_empty())?;
        Some(EntityState {
            name: urn.strip_prefix("urn:li:").unwrap_or(&urn).into(),
            status: Status::Active,
            attributes: attributes([("link", Some(format_compact!("https://www.linkedin.com/feed/update/{urn}/")))]),
            ..bare(EntityKind::Creative, urn, account.id.as_str().into())
        })
    }
}

impl Object for Creative {
    const LIST: &'static str = "creatives";

    fn id(&self) -> CompactString {
        number(Kind::Creative, &self.id)
    }

    fn state(self, _account: &Account) -> EntityState {
        let id = self.id();
        let (status, word) = of_creative(&self.intended_status, self.is_serving, &self.serving_hold_reasons, &self.review.status);
        let campaign = self.campaign();
        EntityState {
            campaign: self.group,
            name: self.name.filter(|name| !name.is_empty()).unwrap_or_else(|| format_compact!("Creative {id}")),
            status,
            platform_status: word,
            attributes: attributes([
                ("intendedStatus", Some(self.intended_status)),
                ("servingHoldReasons", joined(&self.serving_hold_reasons)),
                ("creative.id", self.content.reference),
                ("review.status", Some(self.review.status)),
                ("review.rejectionReasons", joined(&self.review.rejection_reasons)),
                ("isTest", yes_no(self.is_test)),
            ]),
            ..bare(EntityKind::Ad, id, campaign)
        }
    }
}
