//! Ad accounts, campaign groups, campaigns and creatives as LinkedIn shows them. The world's campaigns are groups here, its ad sets
//! campaigns, its ads creatives. Amounts are decimals in text, instants are milliseconds, ids are numbers but for creatives'.

use super::urn::Entity;
use crate::world::{
    World,
    account::{Account, AdSet, Campaign, Format, Object, Switch},
    breakdown::seen_off_site,
    chance::{Chance, tag},
};
use serde_json::{Value, json};

/// The kinds of objects below an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Group,
    Campaign,
    Creative,
}

impl Kind {
    pub(crate) fn parse(segment: &str) -> Option<Self> {
        match segment {
            "adCampaignGroups" => Some(Self::Group),
            "adCampaigns" => Some(Self::Campaign),
            "creatives" => Some(Self::Creative),
            _ => None,
        }
    }

    pub(crate) const fn segment(self) -> &'static str {
        match self {
            Self::Group => "adCampaignGroups",
            Self::Campaign => "adCampaigns",
            Self::Creative => "creatives",
        }
    }

    pub(crate) const fn entity(self) -> Entity {
        match self {
            Self::Group => Entity::Group,
            Self::Campaign => Entity::Campaign,
            Self::Creative => Entity::Creative,
        }
    }

    pub(crate) fn object(self, account: &Account, place: usize) -> Option<&Object> {
        match self {
            Self::Group => account.campaigns.get(place).map(|c| &c.object),
            Self::Campaign => account.ad_sets.get(place).map(|s| &s.object),
            Self::Creative => account.ads.get(place).map(|a| &a.object),
        }
    }

    /// The place of the object that a path names: by number, or by URN where it is a creative.
    pub(crate) fn find(self, account: &Account, id: &str) -> Option<usize> {
        let id = if self == Self::Creative { Entity::Creative.id(id) } else { id.parse().ok() }?;
        self.all(account).into_iter().find(|(own, _)| *own == id).map(|(_, place)| place)
    }

    /// All objects as (id, place).
    pub(crate) fn all(self, account: &Account) -> Vec<(u64, usize)> {
        fn numbered<'o>(objects: impl Iterator<Item = &'o Object>) -> Vec<(u64, usize)> {
            objects.enumerate().map(|(place, object)| (object.id, place)).collect()
        }
        match self {
            Self::Group => numbered(account.campaigns.iter().map(|c| &c.object)),
            Self::Campaign => numbered(account.ad_sets.iter().map(|s| &s.object)),
            Self::Creative => numbered(account.ads.iter().map(|a| &a.object)),
        }
    }

    pub(crate) fn show(self, account: &Account, place: usize, now: i64) -> Value {
        match self {
            Self::Group => group(account, place, now),
            Self::Campaign => campaign(account, place, now),
            Self::Creative => creative(account, place, now),
        }
    }

    /// How an object was switched.
    pub(crate) fn status(self, account: &Account, place: usize, now: i64) -> &'static str {
        match self {
            Self::Group => group_status(&account.campaigns[place], now),
            Self::Campaign => campaign_status(account, place, now),
            Self::Creative => switched(&account.ads[place].object, now),
        }
    }
}

/// Minor units as a decimal in text.
pub(crate) fn amount(account: &Account, minor: i64) -> Value {
    let text =
        if account.offset == 1 { minor.to_string() } else { format!("{}.{:02}", minor / account.offset, minor % account.offset) };
    json!({"amount": text, "currencyCode": account.currency.as_str()})
}

/// An object's own switch. What others delete is cancelled here.
fn switched(object: &Object, now: i64) -> &'static str {
    match object.switch.at(now) {
        Switch::Active => "ACTIVE",
        Switch::Paused => "PAUSED",
        Switch::Archived => "ARCHIVED",
        Switch::Deleted => "CANCELED",
    }
}

fn ended(stop: Option<i64>, now: i64) -> bool {
    stop.is_some_and(|at| at <= now)
}

fn group_status(group: &Campaign, now: i64) -> &'static str {
    match switched(&group.object, now) {
        "ACTIVE" if ended(group.stop, now) => "COMPLETED",
        own => own,
    }
}

fn campaign_status(account: &Account, place: usize, now: i64) -> &'static str {
    let s = &account.ad_sets[place];
    match switched(&s.object, now) {
        "ACTIVE" if ended(s.stop, now) => "COMPLETED",
        own => own,
    }
}

/// Why a group does or does not serve.
fn group_serving(group: &Campaign, now: i64) -> Vec<&'static str> {
    match group_status(group, now) {
        "ACTIVE" => vec!["RUNNABLE"],
        "COMPLETED" => vec!["CAMPAIGN_GROUP_END_DATE_HOLD"],
        _ => vec!["STOPPED"],
    }
}

/// Why a campaign does or does not serve: everything above it considered.
fn campaign_serving(account: &Account, place: usize, now: i64) -> Vec<&'static str> {
    let s = &account.ad_sets[place];
    let mut holds = Vec::new();
    match campaign_status(account, place, now) {
        "ACTIVE" => {}
        "COMPLETED" => holds.push("CAMPAIGN_END_DATE_HOLD"),
        _ => holds.push("STOPPED"),
    }
    match group_status(&account.campaigns[s.campaign], now) {
        "ACTIVE" => {}
        "COMPLETED" => holds.push("CAMPAIGN_GROUP_END_DATE_HOLD"),
        _ => holds.push("CAMPAIGN_GROUP_STATUS_HOLD"),
    }
    if holds.is_empty() {
        holds.push("RUNNABLE");
    }
    holds
}

/// What a group aims at.
pub(crate) fn objective(group: &Campaign) -> &'static str {
    match group.objective {
        "OUTCOME_AWARENESS" => "BRAND_AWARENESS",
        "OUTCOME_TRAFFIC" => "WEBSITE_VISITS",
        "OUTCOME_SALES" => "WEBSITE_CONVERSIONS",
        _ => "LEAD_GENERATION",
    }
}

/// The page that the business advertises for.
pub(crate) fn organization(account: &Account) -> String {
    format!("urn:li:organization:{}", 1_000_000 + account.chance.on(tag("organization")).bits() % 90_000_000)
}

/// The person whose token it is.
pub(crate) fn person(account: &Account) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    let dice = account.chance.on(tag("person"));
    let id: String = (0..10).map(|i| char::from(*dice.on(i).pick(LETTERS))).collect();
    format!("urn:li:person:{id}")
}

/// The post that a creative shows.
pub(crate) fn share(account: &Account, ad: usize) -> String {
    format!("urn:li:share:{}", account.ads[ad].creative)
}

/// What the token's user may do. In every seventh account he may only look.
pub(crate) fn role(ordinal: usize) -> &'static str {
    if ordinal % 7 == 4 { "VIEWER" } else { "CAMPAIGN_MANAGER" }
}

fn stamps(created: i64, updated: i64) -> Value {
    json!({"created": {"time": created * 1_000}, "lastModified": {"time": updated.max(created) * 1_000}})
}

/// How often an object was changed, as its version says.
fn version(account: &Account, object: u64, now: i64) -> Value {
    let changes = account.edits.iter().filter(|e| e.object == object && e.at <= now).count();
    json!({"versionTag": (changes + 1).to_string()})
}

fn schedule(start: i64, stop: Option<i64>) -> Value {
    let mut schedule = json!({"start": start * 1_000});
    if let Some(stop) = stop {
        schedule["end"] = json!(stop * 1_000);
    }
    schedule
}

/// An ad account.
pub(crate) fn account(world: &World, place: usize, now: i64) -> Value {
    let a = &world.accounts[place];
    let updated = a.edits.iter().map(|e| e.at).filter(|at| *at <= now).max().unwrap_or(a.pixel.created);
    json!({
        "id": a.id,
        "name": a.name,
        "currency": a.currency.as_str(),
        "status": "ACTIVE",
        "type": "BUSINESS",
        "test": false,
        "servingStatuses": ["RUNNABLE"],
        "reference": organization(a),
        "notifiedOnCreativeApproval": false,
        "notifiedOnCreativeRejection": true,
        "notifiedOnEndOfCampaign": true,
        "notifiedOnCampaignOptimization": true,
        "version": version(a, a.id, now),
        "changeAuditStamps": stamps(a.pixel.created, updated),
    })
}

fn group(account: &Account, place: usize, now: i64) -> Value {
    let c = &account.campaigns[place];
    json!({
        "id": c.object.id,
        "account": Entity::Account.urn(account.id),
        "name": c.object.name,
        "status": group_status(c, now),
        "servingStatuses": group_serving(c, now),
        "objectiveType": objective(c),
        "runSchedule": schedule(c.object.created, c.stop),
        "test": false,
        "backfilled": false,
        "version": version(account, c.object.id, now),
        "changeAuditStamps": stamps(c.object.created, c.object.updated),
    })
}

fn campaign(account: &Account, place: usize, now: i64) -> Value {
    let s = &account.ad_sets[place];
    let c = &account.campaigns[s.campaign];
    let aim = objective(c);
    let (target, cost) = match (s.bid_amount, aim) {
        (Some(_), "WEBSITE_VISITS") => ("NONE", "CPC"),
        (Some(_), _) => ("NONE", "CPM"),
        (None, "BRAND_AWARENESS") => ("MAX_REACH", "CPM"),
        (None, "WEBSITE_VISITS") => ("MAX_CLICK", "CPC"),
        (None, "WEBSITE_CONVERSIONS") => ("MAX_CONVERSION", "CPM"),
        (None, _) => ("MAX_LEAD", "CPM"),
    };
    let (country, language) = locale(account);
    let mut told = json!({
        "id": s.object.id,
        "account": Entity::Account.urn(account.id),
        "campaignGroup": Entity::Group.urn(c.object.id),
        "name": s.object.name,
        "status": campaign_status(account, place, now),
        "type": "SPONSORED_UPDATES",
        "format": format(account, s),
        "objectiveType": aim,
        "costType": cost,
        "optimizationTargetType": target,
        "creativeSelection": "OPTIMIZED",
        "pacingStrategy": "LIFETIME",
        "runSchedule": schedule(s.object.created, s.stop),
        "locale": {"country": country, "language": language},
        "audienceExpansionEnabled": s.audience_name.starts_with("Broad"),
        "offsiteDeliveryEnabled": seen_off_site(s),
        "servingStatuses": campaign_serving(account, place, now),
        "test": false,
        "version": version(account, s.object.id, now),
        "changeAuditStamps": stamps(s.object.created, s.object.updated),
    });
    match (&s.budget, s.lifetime) {
        (_, Some(whole)) => told["totalBudget"] = amount(account, whole),
        (Some(day), None) => told["dailyBudget"] = amount(account, *day.at(now)),
        (None, None) => {}
    }
    if let Some(bid) = s.bid_amount {
        told["unitCost"] = amount(account, bid);
    }
    told
}

/// Country and language of an account's first market.
fn locale(account: &Account) -> (&'static str, &'static str) {
    let country = account.countries[0].0;
    let language = match country {
        "NL" => "nl",
        "DE" | "AT" | "CH" => "de",
        "FR" => "fr",
        "JP" => "ja",
        "SE" => "sv",
        "HU" => "hu",
        "BR" => "pt",
        _ => "en",
    };
    (country, language)
}

/// A campaign's format: that of its creatives where they all have one.
fn format(account: &Account, ad_set: &AdSet) -> &'static str {
    let mut formats = account.ads[ad_set.ads.clone()].iter().map(|a| a.format);
    let first = formats.next();
    match first.filter(|first| formats.all(|f| f == *first)) {
        Some(Format::Video) => "SINGLE_VIDEO",
        Some(Format::Carousel) => "CAROUSEL",
        _ => "STANDARD_UPDATE",
    }
}

fn creative(account: &Account, place: usize, now: i64) -> Value {
    let a = &account.ads[place];
    let rejected = a.disapproved.is_some_and(|at| at <= now);
    let own = switched(&a.object, now);
    let mut holds = Vec::new();
    if own != "ACTIVE" {
        holds.push("STOPPED");
    }
    if rejected {
        holds.push("REJECTED");
    }
    let above = campaign_serving(account, a.ad_set, now);
    holds.extend(above.iter().map(|hold| match *hold {
        "RUNNABLE" => "",
        "STOPPED" => "CAMPAIGN_STOPPED",
        hold => hold,
    }));
    holds.retain(|hold| !hold.is_empty());
    json!({
        "id": Entity::Creative.urn(a.object.id),
        "account": Entity::Account.urn(account.id),
        "campaign": Entity::Campaign.urn(account.ad_sets[a.ad_set].object.id),
        "name": a.object.name,
        "intendedStatus": own,
        "isServing": holds.is_empty(),
        "servingHoldReasons": holds,
        "review": {
            "status": if rejected { "REJECTED" } else { "APPROVED" },
            "rejectionReasons": if rejected { vec!["PERSONAL_ATTRIBUTES"] } else { vec![] },
        },
        "content": {"reference": share(account, place)},
        "isTest": false,
        "createdAt": a.object.created * 1_000,
        "lastModifiedAt": a.object.updated.max(a.object.created) * 1_000,
    })
}

/// The role of the token's user on the account.
pub(crate) fn user(world: &World, place: usize) -> Value {
    let a = &world.accounts[place];
    json!({
        "account": Entity::Account.urn(a.id),
        "user": person(a),
        "role": role(place),
        "version": {"versionTag": Chance::new(a.id).below(9).to_string()},
        "changeAuditStamps": stamps(a.pixel.created, a.pixel.created),
    })
}
