//! Changes to campaigns, ad groups and ads: a list of items, each of which succeeds or fails by itself under one status 200.

use super::{
    entities::{Kind, micros, status},
    error::ApiError,
};
use crate::{
    calls::Write,
    http::Request,
    limits,
    state::Shared,
    world::{
        World,
        account::{Account, Edit, Switch},
        calendar::stamp,
    },
};
use serde_json::{Map, Value, json};

/// One understood change.
enum Change {
    Status(Switch),
    Name(String),
    /// Minor units.
    Budget(i64),
    Bid(i64),
}

/// `PATCH` of one kind of object.
pub(crate) fn apply(
    shared: &Shared,
    world: &mut World,
    account: usize,
    kind: Kind,
    request: &Request,
    now: i64,
) -> Result<Value, ApiError> {
    let typed = request.header("content-type").is_some_and(|t| t.starts_with("application/json"));
    let items: Option<Vec<Map<String, Value>>> = serde_json::from_slice(&request.body).ok().filter(|_| typed);
    let items = items.ok_or_else(|| ApiError::invalid("The body must be a JSON array of objects"))?;
    if items.is_empty() || items.len() > limits::PINTEREST_ITEMS_MAX {
        return Err(ApiError::invalid(format_args!("Between 1 and {} items can be changed at once", limits::PINTEREST_ITEMS_MAX)));
    }
    let mut answers = Vec::new();
    for item in &items {
        let done = one(shared, world, account, kind, item, now);
        let place = item.get("id").and_then(Value::as_str).and_then(|id| kind.find(&world.accounts[account], id));
        let data = place.map_or_else(|| Value::Object(item.clone()), |place| kind.show(&world.accounts[account], place, now));
        let exceptions = match (done, kind) {
            (Ok(()), Kind::Ad) => Value::Null,
            (Ok(()), _) => json!([]),
            // Ads have a single exception where the others have a list.
            (Err(error), Kind::Ad) => error.exception(),
            (Err(error), _) => json!([error.exception()]),
        };
        answers.push(json!({"data": data, "exceptions": exceptions}));
    }
    Ok(json!({"items": answers}))
}

fn one(
    shared: &Shared,
    world: &mut World,
    account: usize,
    kind: Kind,
    item: &Map<String, Value>,
    now: i64,
) -> Result<(), ApiError> {
    let a = &world.accounts[account];
    let id = item.get("id").and_then(Value::as_str).ok_or_else(|| ApiError::invalid("'id' is required"))?;
    let named = item.get("ad_account_id").map(|id| id.as_str() == Some(a.id.to_string().as_str()));
    if named == Some(false) || (named.is_none() && kind == Kind::Campaign) {
        return Err(ApiError::invalid("'ad_account_id' must be the ad account's id"));
    }
    let place = kind.find(a, id).ok_or_else(|| ApiError::missing(kind.title()))?;
    let changes = read(a, kind, place, item, now)?;
    let object_kind = match kind {
        Kind::Campaign => "campaign",
        Kind::AdGroup => "ad_set",
        Kind::Ad => "ad",
    };
    let mut noted = Map::new();
    let a = &mut world.accounts[account];
    for change in changes {
        let (name, before, after) = make(a, kind, place, change, now);
        noted.insert(name.to_owned(), json!({"before": before, "after": after}));
    }
    a.settle(match kind {
        Kind::Campaign => place,
        Kind::AdGroup => a.ad_sets[place].campaign,
        Kind::Ad => a.ads[place].campaign,
    });
    crate::world::relearn(a);
    shared.note_write(Write {
        time: stamp(now).to_string(),
        source: "pinterest",
        tenant: world.tenants[world.accounts[account].tenant].slug.clone(),
        account: world.accounts[account].id.to_string(),
        object_kind,
        object: id.to_owned(),
        changes: Value::Object(noted),
    });
    Ok(())
}

/// Understands and checks every field before anything changes.
fn read(a: &Account, kind: Kind, place: usize, item: &Map<String, Value>, now: i64) -> Result<Vec<Change>, ApiError> {
    let object = kind.object(a, place).ok_or_else(|| ApiError::missing(kind.title()))?;
    if status(object, now) == "ARCHIVED" {
        return Err(ApiError::invalid("Archived objects cannot be changed"));
    }
    let mut changes = Vec::new();
    for (name, value) in item {
        let change = match (name.as_str(), kind) {
            ("id" | "ad_account_id", _) => continue,
            // Ad groups may name what they belong to, which cannot change.
            ("campaign_id", Kind::AdGroup) | ("ad_group_id" | "campaign_id", Kind::Ad) => continue,
            ("status", _) => Change::Status(match value.as_str() {
                Some("ACTIVE") => Switch::Active,
                Some("PAUSED") => Switch::Paused,
                Some("ARCHIVED") => Switch::Archived,
                _ => return Err(ApiError::invalid("'status' must be ACTIVE, PAUSED or ARCHIVED")),
            }),
            ("name", _) => match value.as_str().filter(|n| !n.trim().is_empty()) {
                Some(name) => Change::Name(name.to_owned()),
                None => return Err(ApiError::invalid("'name' must not be empty")),
            },
            ("daily_spend_cap", Kind::Campaign) if a.campaigns[place].budget.is_some() => Change::Budget(minor(a, name, value)?),
            ("daily_spend_cap", Kind::Campaign) => {
                return Err(ApiError::invalid("The budget of this campaign lies with its ad groups"));
            }
            ("lifetime_spend_cap", Kind::Campaign) => {
                return Err(ApiError::invalid("'daily_spend_cap' and 'lifetime_spend_cap' exclude each other"));
            }
            ("budget_in_micro_currency", Kind::AdGroup) => {
                let s = &a.ad_sets[place];
                if s.budget.is_none() || s.lifetime.is_some() {
                    return Err(ApiError::invalid("This ad group has no daily budget of its own"));
                }
                Change::Budget(minor(a, name, value)?)
            }
            ("budget_type", Kind::AdGroup) if value == "DAILY" => continue,
            ("bid_in_micro_currency", Kind::AdGroup) => Change::Bid(minor(a, name, value)?),
            (other, _) => return Err(ApiError::invalid(format_args!("'{other}' cannot be changed here"))),
        };
        changes.push(change);
    }
    Ok(changes)
}

/// An amount in micros as minor units, of which it must be a whole number.
fn minor(a: &Account, name: &str, value: &Value) -> Result<i64, ApiError> {
    let unit = micros(a, 1);
    let amount = value.as_i64().ok_or_else(|| ApiError::invalid(format_args!("'{name}' must be an integer in micro currency")))?;
    if amount < 1_000_000 || amount % unit != 0 {
        return Err(ApiError::invalid(format_args!("'{name}' must be at least 1000000 and a multiple of {unit}")));
    }
    Ok(amount / unit)
}

/// Makes one change; answers the field with the values before and after.
fn make(a: &mut Account, kind: Kind, place: usize, change: Change, now: i64) -> (&'static str, String, String) {
    let unit = micros(a, 1);
    let shown = |minor: i64| (minor * unit).to_string();
    let object = match kind {
        Kind::Campaign => &mut a.campaigns[place].object,
        Kind::AdGroup => &mut a.ad_sets[place].object,
        Kind::Ad => &mut a.ads[place].object,
    };
    let (id, title) = (object.id, object.name.clone());
    object.updated = now;
    let (name, event, before, after) = match change {
        Change::Status(switch) => {
            let before = status(object, now);
            object.switch.set(now, switch);
            ("status", "update_run_status", before.to_owned(), status(object, now).to_owned())
        }
        Change::Name(new) => {
            let before = std::mem::replace(&mut object.name, new.clone());
            ("name", "update_name", before, new)
        }
        Change::Budget(new) => {
            let (line, name, event) = match kind {
                Kind::Campaign => (a.campaigns[place].budget.as_mut(), "daily_spend_cap", "update_campaign_budget"),
                _ => (a.ad_sets[place].budget.as_mut(), "budget_in_micro_currency", "update_ad_set_budget"),
            };
            let before = line.as_ref().map_or(0, |l| *l.at(now));
            if let Some(line) = line {
                line.set(now, new);
            }
            (name, event, shown(before), shown(new))
        }
        Change::Bid(new) => {
            let before = a.ad_sets[place].bid_amount.replace(new).unwrap_or(0);
            ("bid_in_micro_currency", "update_ad_set_bid_strategy", shown(before), shown(new))
        }
    };
    // The log keeps amounts in minor units, as the world has them.
    let plain = |text: &str| match event {
        "update_run_status" | "update_name" => text.to_owned(),
        _ => text.parse::<i64>().map_or_else(|_| text.to_owned(), |micros| (micros / unit).to_string()),
    };
    let (logged_before, logged_after) = (plain(&before), plain(&after));
    a.edits.push(Edit {
        at: now,
        actor: "Sandbox App".to_owned(),
        object: id,
        object_name: title,
        event,
        before: logged_before,
        after: logged_after,
    });
    (name, before, after)
}
