//! Ad accounts, campaigns, ad groups and ads. Every amount is in micros of the account's currency, whatever the currency.

use super::{analytics::interest, audiences, error::ApiError, paging, params::Params, pins};
use crate::{
    limits,
    world::{
        World,
        account::{Account, Campaign, Format, Object, Switch},
        learning,
    },
};
use serde_json::{Map, Value, json};

/// Minor units in micros.
pub(crate) const fn micros(account: &Account, minor: i64) -> i64 {
    minor * (1_000_000 / account.offset)
}

/// An object's own status. What others call deleted is archived here.
pub(crate) fn status(object: &Object, now: i64) -> &'static str {
    match object.switch.at(now) {
        Switch::Active => "ACTIVE",
        Switch::Paused => "PAUSED",
        Switch::Archived | Switch::Deleted => "ARCHIVED",
    }
}

/// How a campaign stands.
pub(crate) fn campaign_summary(account: &Account, campaign: usize, now: i64) -> &'static str {
    let c = &account.campaigns[campaign];
    match status(&c.object, now) {
        "ACTIVE" if c.stop.is_some_and(|at| at <= now) => "COMPLETED",
        "ACTIVE" => "RUNNING",
        own => own,
    }
}

/// How an ad group stands under its campaign.
pub(crate) fn ad_group_summary(account: &Account, ad_set: usize, now: i64) -> &'static str {
    let s = &account.ad_sets[ad_set];
    match (status(&s.object, now), campaign_summary(account, s.campaign, now)) {
        ("ARCHIVED", _) | (_, "ARCHIVED") => "ARCHIVED",
        ("PAUSED", _) | (_, "PAUSED") => "PAUSED",
        (_, "COMPLETED") => "COMPLETED",
        _ if s.stop.is_some_and(|at| at <= now) => "COMPLETED",
        _ => "RUNNING",
    }
}

/// How an ad stands under its ad group and its review.
pub(crate) fn ad_summary(account: &Account, ad: usize, now: i64) -> &'static str {
    let a = &account.ads[ad];
    match (status(&a.object, now), ad_group_summary(account, a.ad_set, now)) {
        ("ARCHIVED", _) | (_, "ARCHIVED") => "ARCHIVED",
        _ if refused(account, ad, now) => "REJECTED",
        ("PAUSED", _) | (_, "PAUSED") => "PAUSED",
        _ => "APPROVED",
    }
}

fn refused(account: &Account, ad: usize, now: i64) -> bool {
    account.ads[ad].disapproved.is_some_and(|at| at <= now)
}

pub(crate) fn objective(campaign: &Campaign) -> &'static str {
    match campaign.objective {
        "OUTCOME_AWARENESS" => "AWARENESS",
        "OUTCOME_TRAFFIC" => "CONSIDERATION",
        _ => "WEB_CONVERSION",
    }
}

/// An ad group's kind of budget and its amount in micros; none where the campaign has the money.
pub(crate) fn budget(account: &Account, ad_set: &crate::world::account::AdSet, now: i64) -> (&'static str, Option<i64>) {
    match (&ad_set.budget, ad_set.lifetime) {
        (None, _) => ("CBO_ADGROUP", None),
        (Some(_), Some(whole)) => ("LIFETIME", Some(micros(account, whole))),
        (Some(day), None) => ("DAILY", Some(micros(account, *day.at(now)))),
    }
}

/// The ad account as its lists and its own page show it.
pub(crate) fn ad_account(world: &World, account: usize) -> Value {
    let a = &world.accounts[account];
    json!({
        "id": a.id.to_string(),
        "name": a.name,
        "owner": {"id": pins::user_id(account), "username": pins::username(world, account)},
        "country": a.countries.first().map(|c| c.0),
        "currency": a.currency.as_str(),
        "permissions": ["OWNER", "ADMIN", "CAMPAIGN_MANAGER"],
        "created_time": a.pixel.created,
        "updated_time": a.edits.last().map_or(a.pixel.created, |e| e.at.max(a.pixel.created)),
        "time_zone": "UTC",
    })
}

/// `ad_accounts`: those of the token's user, which is one.
pub(crate) fn ad_accounts(world: &World, user: usize, params: &Params) -> Result<Value, ApiError> {
    params.flag("include_shared_accounts")?;
    let page = paging::cut(params, &[(world.accounts[user].id, user)])?;
    let items = page.places.iter().map(|a| ad_account(world, *a)).collect();
    Ok(page.answer(items))
}

/// The lists of objects below an ad account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Campaign,
    AdGroup,
    Ad,
}

impl Kind {
    pub(crate) fn parse(segment: &str) -> Option<Self> {
        match segment {
            "campaigns" => Some(Self::Campaign),
            "ad_groups" => Some(Self::AdGroup),
            "ads" => Some(Self::Ad),
            _ => None,
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Campaign => "Campaign",
            Self::AdGroup => "Ad group",
            Self::Ad => "Ad",
        }
    }

    pub(crate) fn object(self, account: &Account, place: usize) -> Option<&Object> {
        match self {
            Self::Campaign => account.campaigns.get(place).map(|c| &c.object),
            Self::AdGroup => account.ad_sets.get(place).map(|s| &s.object),
            Self::Ad => account.ads.get(place).map(|a| &a.object),
        }
    }

    pub(crate) fn find(self, account: &Account, id: &str) -> Option<usize> {
        let id: u64 = id.parse().ok()?;
        self.all(account).into_iter().find(|(own, _)| *own == id).map(|(_, place)| place)
    }

    fn all(self, account: &Account) -> Vec<(u64, usize)> {
        fn numbered<'o>(objects: impl Iterator<Item = &'o Object>) -> Vec<(u64, usize)> {
            objects.enumerate().map(|(place, object)| (object.id, place)).collect()
        }
        match self {
            Self::Campaign => numbered(account.campaigns.iter().map(|c| &c.object)),
            Self::AdGroup => numbered(account.ad_sets.iter().map(|s| &s.object)),
            Self::Ad => numbered(account.ads.iter().map(|a| &a.object)),
        }
    }

    pub(crate) fn show(self, account: &Account, place: usize, now: i64) -> Value {
        match self {
            Self::Campaign => campaign(account, place, now),
            Self::AdGroup => ad_group(account, place, now),
            Self::Ad => ad(account, place, now),
        }
    }

    /// The campaign and the ad group an object belongs to, where it stands below them.
    fn above(self, account: &Account, place: usize) -> (Option<u64>, Option<u64>) {
        let campaign = |c: usize| Some(account.campaigns[c].object.id);
        match self {
            Self::Campaign => (None, None),
            Self::AdGroup => (campaign(account.ad_sets[place].campaign), None),
            Self::Ad => (campaign(account.ads[place].campaign), Some(account.ad_sets[account.ads[place].ad_set].object.id)),
        }
    }
}

/// A page of one kind of object.
pub(crate) fn list(account: &Account, kind: Kind, params: &Params, now: i64) -> Result<Value, ApiError> {
    let statuses = params.entity_statuses()?;
    let ids = |name: &str| params.ids(name, limits::PINTEREST_IDS_MAX);
    let campaigns = ids("campaign_ids")?;
    let ad_groups = if kind == Kind::Campaign { None } else { ids("ad_group_ids")? };
    let ads = if kind == Kind::Ad { ids("ad_ids")? } else { None };
    if [campaigns.is_some(), ad_groups.is_some(), ads.is_some()].into_iter().filter(|given| *given).count() > 1 {
        return Err(ApiError::invalid("Provide only one of 'campaign_ids', 'ad_group_ids' and 'ad_ids'"));
    }
    let (own, group) = match kind {
        Kind::Campaign => (campaigns.clone(), None),
        Kind::AdGroup => (ad_groups, None),
        Kind::Ad => (ads, ad_groups),
    };
    let above = if kind == Kind::Campaign { None } else { campaigns };
    let among = |wanted: &Option<Vec<u64>>, id: Option<u64>| wanted.as_ref().is_none_or(|w| id.is_some_and(|id| w.contains(&id)));
    let mut all = kind.all(account);
    all.retain(|(id, place)| {
        let (campaign, ad_group) = kind.above(account, *place);
        let made = kind.object(account, *place).is_some_and(|o| o.created <= now);
        made && among(&own, Some(*id)) && among(&above, campaign) && among(&group, ad_group)
    });
    let page = paging::cut(params, &all)?;
    let listed = |place: &&usize| kind.object(account, **place).is_some_and(|o| statuses.contains(&status(o, now)));
    let items = page.places.iter().filter(listed).map(|place| kind.show(account, *place, now)).collect();
    Ok(page.answer(items))
}

fn campaign(account: &Account, place: usize, now: i64) -> Value {
    let c = &account.campaigns[place];
    let cap = c.budget.as_ref().map(|b| micros(account, *b.at(now)));
    json!({
        "id": c.object.id.to_string(),
        "ad_account_id": account.id.to_string(),
        "name": c.object.name,
        "status": status(&c.object, now),
        "summary_status": campaign_summary(account, place, now),
        "objective_type": objective(c),
        "daily_spend_cap": cap,
        "lifetime_spend_cap": null,
        "is_campaign_budget_optimization": c.budget.is_some(),
        "is_performance_plus": false,
        "is_flexible_daily_budgets": false,
        "is_automated_campaign": false,
        "order_line_id": null,
        "start_time": c.object.created,
        "end_time": c.stop,
        "bid_options": null,
        "tracking_urls": null,
        "created_time": c.object.created,
        "updated_time": c.object.updated,
        "type": "campaign",
    })
}

fn ad_group(account: &Account, place: usize, now: i64) -> Value {
    let s = &account.ad_sets[place];
    let c = &account.campaigns[s.campaign];
    let (kind, amount) = budget(account, s, now);
    let bid = s.bid_amount.map(|b| micros(account, b));
    let converts = objective(c) == "WEB_CONVERSION";
    let learning = if converts {
        let active = learning::of(account, place, now).is_some_and(|l| l.status == "LEARNING");
        Some(if active { "ACTIVE" } else { "NOT_ACTIVE" })
    } else {
        None
    };
    let mut goal = Map::new();
    if converts {
        let event = if account.industry.commerce { "CHECKOUT" } else { "LEAD" };
        let mut metadata = json!({
            "conversion_event": event,
            "conversion_tag_id": account.pixel.id.to_string(),
            "attribution_windows": {"click_window_days": 30, "engagement_window_days": 30, "view_window_days": 1},
            "is_roas_optimized": false,
            "learning_mode_type": learning,
        });
        if let Some(bid) = bid {
            metadata["cpa_goal_value_in_micro_currency"] = json!(bid.to_string());
        }
        goal.insert("conversion_tag_v3_goal_metadata".to_owned(), metadata);
    }
    let mut targeting = json!({
        "LOCATION": account.countries.iter().map(|country| country.0).collect::<Vec<_>>(),
        "AGE_BUCKET": AGES.iter().filter(|(_, low)| (s.ages.0..=s.ages.1).contains(low)).map(|(age, _)| *age).collect::<Vec<_>>(),
    });
    if let Some(interest) = interest(s) {
        targeting["INTEREST"] = json!([interest]);
    }
    if let Some(audience) = audiences::included(s) {
        targeting["AUDIENCE_INCLUDE"] = json!([audience.to_string()]);
    }
    json!({
        "id": s.object.id.to_string(),
        "ad_account_id": account.id.to_string(),
        "campaign_id": c.object.id.to_string(),
        "name": s.object.name,
        "status": status(&s.object, now),
        "summary_status": ad_group_summary(account, place, now),
        "budget_type": kind,
        "budget_in_micro_currency": amount,
        "bid_in_micro_currency": if converts { None } else { bid },
        "bid_strategy_type": if bid.is_some() { "MAX_BID" } else { "AUTOMATIC_BID" },
        "billable_event": match s.optimization_goal { "LANDING_PAGE_VIEWS" => "CLICKTHROUGH", _ => "IMPRESSION" },
        "pacing_delivery_type": "STANDARD",
        "placement_group": "ALL",
        "auto_targeting_enabled": s.audience_name.starts_with("Broad"),
        "targeting_spec": targeting,
        "optimization_goal_metadata": if goal.is_empty() { Value::Null } else { Value::Object(goal) },
        "conversion_learning_mode_type": learning,
        "tracking_urls": null,
        "start_time": s.object.created,
        "end_time": s.stop,
        "feed_profile_id": "0",
        "created_time": s.object.created,
        "updated_time": s.object.updated,
        "type": "adgroup",
    })
}

/// The age buckets with the lowest age of each.
const AGES: [(&str, u8); 7] =
    [("18-24", 18), ("25-34", 25), ("35-44", 35), ("45-49", 45), ("50-54", 50), ("55-64", 55), ("65+", 65)];

fn ad(account: &Account, place: usize, now: i64) -> Value {
    let a = &account.ads[place];
    let refused = refused(account, place, now);
    json!({
        "id": a.object.id.to_string(),
        "ad_account_id": account.id.to_string(),
        "ad_group_id": account.ad_sets[a.ad_set].object.id.to_string(),
        "campaign_id": account.campaigns[a.campaign].object.id.to_string(),
        "pin_id": a.creative.to_string(),
        "creative_type": creative_type(a.format),
        "destination_url": pins::link(account, place),
        "name": a.object.name,
        "status": status(&a.object, now),
        "review_status": if refused { "REJECTED" } else { "APPROVED" },
        "rejected_reasons": if refused { vec!["LANDING_PAGE"] } else { vec![] },
        "rejection_labels": if refused { vec!["Landing page"] } else { vec![] },
        "summary_status": ad_summary(account, place, now),
        "is_pin_deleted": false,
        "is_removable": false,
        "tracking_urls": null,
        "created_time": a.object.created,
        "updated_time": a.object.updated,
        "type": "pinpromotion",
    })
}

pub(crate) const fn creative_type(format: Format) -> &'static str {
    match format {
        Format::Video => "VIDEO",
        Format::Image => "REGULAR",
        Format::Carousel => "CAROUSEL",
    }
}
