//! Finders: lists of accounts, roles, campaign groups, campaigns, creatives and conversions, with what each may be searched by.

use super::{
    entities::{self, Kind},
    error::ApiError,
    paging,
    restli::{Data, Query},
    urn::Entity,
};
use crate::world::{World, account::Account, goal};
use serde_json::{Value, json};

/// What the search of accounts, groups and campaigns may ask.
const SEARCHED: [&str; 6] = ["id", "name", "status", "type", "test", "reference"];
const PAGING: [&str; 5] = ["q", "search", "sortOrder", "pageSize", "pageToken"];

/// The finder that a list has, under its name in `q`.
fn finder(query: &Query, wanted: &str) -> Result<(), ApiError> {
    match query.need("q")? {
        q if q == wanted => Ok(()),
        other => Err(ApiError::bad(format!("Finder '{other}' is not supported by this resource"))),
    }
}

/// `adAccounts?q=search`: the accounts on which the token's user has a role, which is one.
pub(crate) fn accounts(world: &World, user: usize, query: &Query, now: i64) -> Result<Value, ApiError> {
    finder(query, "search")?;
    query.only(&PAGING)?;
    let searched = searched(query, &SEARCHED)?;
    let shown = entities::account(world, user, now);
    let own = matches(&searched, &shown, Entity::Account)?;
    let all: Vec<(u64, usize)> = own.then_some((world.accounts[user].id, user)).into_iter().collect();
    let page = paging::cut(query, &all)?;
    let elements = page.places.iter().map(|place| entities::account(world, *place, now)).collect();
    Ok(page.answer(elements))
}

/// `adAccountUsers?q=authenticatedUser`.
pub(crate) fn users(world: &World, user: usize, query: &Query) -> Result<Value, ApiError> {
    finder(query, "authenticatedUser")?;
    query.only(&["q", "start", "count"])?;
    paging::offset(query, vec![entities::user(world, user)], "/rest/adAccountUsers?q=authenticatedUser")
}

/// The three lists below an account.
pub(crate) fn objects(account: &Account, kind: Kind, query: &Query, now: i64) -> Result<Value, ApiError> {
    let all = kind.all(account).into_iter().filter(|(_, place)| kind.object(account, *place).is_some_and(|o| o.created <= now));
    let kept: Vec<(u64, usize)> = if kind == Kind::Creative {
        finder(query, "criteria")?;
        query.only(&["q", "campaigns", "creatives", "intendedStatuses", "isTestAccount", "sortOrder", "pageSize", "pageToken"])?;
        let campaigns = ids(query, "campaigns", Entity::Campaign)?;
        let creatives = ids(query, "creatives", Entity::Creative)?;
        let statuses = query.texts("intendedStatuses")?;
        if let Some(strange) = statuses.iter().flatten().find(|s| !CREATIVE_STATUSES.contains(s)) {
            return Err(ApiError::bad(format!("'{strange}' is not a value of intendedStatuses")));
        }
        let of_campaign = |place: usize| account.ad_sets[account.ads[place].ad_set].object.id;
        all.filter(|(id, place)| {
            campaigns.as_ref().is_none_or(|wanted| wanted.contains(&of_campaign(*place)))
                && creatives.as_ref().is_none_or(|wanted| wanted.contains(id))
                && statuses.as_ref().is_none_or(|wanted| wanted.contains(&kind.status(account, *place, now)))
        })
        .collect()
    } else {
        finder(query, "search")?;
        query.only(&PAGING)?;
        let known: &[&str] = if kind == Kind::Group {
            &["id", "name", "status", "test"]
        } else {
            &["id", "name", "status", "type", "test", "campaignGroup"]
        };
        let searched = searched(query, known)?;
        let mut kept = Vec::new();
        for (id, place) in all {
            if searched.is_empty() || matches(&searched, &kind.show(account, place, now), kind.entity())? {
                kept.push((id, place));
            }
        }
        kept
    };
    let page = paging::cut(query, &kept)?;
    let elements = page.places.iter().map(|place| kind.show(account, *place, now)).collect();
    Ok(page.answer(elements))
}

const CREATIVE_STATUSES: [&str; 5] = ["ACTIVE", "PAUSED", "DRAFT", "ARCHIVED", "CANCELED"];
/// Both spellings of what is cancelled are taken.
const STATUSES: [&str; 9] =
    ["ACTIVE", "PAUSED", "DRAFT", "ARCHIVED", "COMPLETED", "CANCELED", "CANCELLED", "PENDING_DELETION", "REMOVED"];

/// A list of URNs of one entity; nothing without the parameter.
pub(crate) fn ids(query: &Query, name: &str, entity: Entity) -> Result<Option<Vec<u64>>, ApiError> {
    let Some(urns) = query.texts(name)? else { return Ok(None) };
    let id = |urn: &&str| entity.id(urn).ok_or_else(|| ApiError::bad(format!("'{urn}' is not a URN that {name} takes")));
    urns.iter().map(id).collect::<Result<_, _>>().map(Some)
}

/// The criteria of `search=(status:(values:List(…)),test:false)`, by field.
fn searched<'q>(query: &'q Query, known: &[&str]) -> Result<Vec<(&'q str, Vec<&'q str>)>, ApiError> {
    let fields = match query.get("search") {
        None => return Ok(Vec::new()),
        Some(Data::Record(fields)) => fields,
        Some(_) => return Err(ApiError::parameter("search")),
    };
    let mut criteria = Vec::new();
    for (name, data) in fields {
        if !known.contains(&name.as_str()) {
            return Err(ApiError::bad(format!("search.{name} is not supported by this resource")));
        }
        let values = match data {
            Data::Text(text) if name == "test" && ["true", "false"].contains(&text.as_str()) => vec![text.as_str()],
            data => data.field("values").and_then(Data::texts).ok_or_else(|| ApiError::parameter("search"))?,
        };
        if let Some(strange) = values.iter().find(|v| name == "status" && !STATUSES.contains(v)) {
            return Err(ApiError::bad(format!("'{strange}' is not a value of search.status")));
        }
        criteria.push((name.as_str(), values));
    }
    Ok(criteria)
}

/// Whether an object as shown passes the criteria. Ids are asked for as URNs.
fn matches(criteria: &[(&str, Vec<&str>)], shown: &Value, entity: Entity) -> Result<bool, ApiError> {
    for (name, values) in criteria {
        let passes = match *name {
            "id" => {
                let mut wanted = Vec::new();
                for urn in values {
                    wanted.push(entity.id(urn).ok_or_else(|| ApiError::bad(format!("'{urn}' is not a URN that search.id takes")))?);
                }
                shown["id"].as_u64().is_some_and(|id| wanted.contains(&id))
            }
            "test" => values.iter().any(|v| shown["test"].as_bool() == v.parse::<bool>().ok()),
            name => {
                let own = shown[name].as_str().unwrap_or_default();
                values.iter().any(|v| *v == own || (*v == "CANCELLED" && own == "CANCELED"))
            }
        };
        if !passes {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The URN of a conversion.
pub(crate) fn conversion_urn(id: u64) -> String {
    format!("urn:lla:llaPartnerConversion:{id}")
}

/// `conversions?q=account`: what counts as one on the site.
pub(crate) fn conversions(world: &World, user: usize, query: &Query) -> Result<Value, ApiError> {
    finder(query, "account")?;
    query.only(&["q", "account", "start", "count"])?;
    let urn = query.need("account")?;
    let id = Entity::Account.id(urn).ok_or_else(|| ApiError::parameter("account"))?;
    let a = &world.accounts[user];
    if id != a.id {
        return Err(ApiError::forbidden("GET /conversions"));
    }
    let groups =
        || a.ad_sets.iter().filter(|s| s.optimization_goal == "LEAD_GENERATION" || s.optimization_goal == "OFFSITE_CONVERSIONS");
    let campaigns: Vec<String> = groups().map(|s| Entity::Campaign.urn(s.object.id)).collect();
    let show = |goal: &goal::Goal| {
        json!({
            "id": goal.id,
            "name": goal.name,
            "account": Entity::Account.urn(a.id),
            "type": "LEAD",
            "conversionMethod": "INSIGHT_TAG",
            "enabled": true,
            "attributionType": "LAST_TOUCH_BY_CAMPAIGN",
            "postClickAttributionWindowSize": 30,
            "viewThroughAttributionWindowSize": 7,
            "campaigns": campaigns,
            "created": a.pixel.created * 1_000,
            "lastModified": a.pixel.created * 1_000,
        })
    };
    let elements = goal::of(a).iter().map(show).collect();
    let path = format!("/rest/conversions?q=account&account={}", urn.replace(':', "%3A"));
    paging::offset(query, elements, &path)
}
