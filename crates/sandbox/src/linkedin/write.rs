//! Partial updates of campaign groups, campaigns and creatives: status, daily budget, unit cost, name. The world reacts from the instant
//! of the write; the answer is 204 without a body.

use super::{
    entities::{self, Kind},
    error::{ApiError, Input},
};
use crate::{
    calls::Write,
    http::Request,
    state::Shared,
    world::{
        World,
        account::{Account, Edit, Switch},
        calendar::stamp,
        catalog::units_per_euro,
        chance::whole,
    },
};
use serde_json::{Map, Value, json};
use trimtab_domain::money::parse_micros;

/// Euros that a daily budget and a unit cost must lie between, in whatever currency.
const BUDGET: (f64, f64) = (10.0, 1_000_000.0);
const UNIT_COST: (f64, f64) = (2.0, 5_000.0);

/// One understood change.
#[derive(Debug)]
enum Change {
    Status(Switch),
    Name(String),
    /// Minor units.
    Budget(i64),
    UnitCost(i64),
}

/// `POST` with `X-RestLi-Method: PARTIAL_UPDATE` to one object.
pub(crate) fn apply(
    shared: &Shared,
    world: &mut World,
    user: usize,
    (kind, place): (Kind, usize),
    request: &Request,
    now: i64,
) -> Result<(), ApiError> {
    let typed = request.header("content-type").is_some_and(|t| t.starts_with("application/json"));
    let body: Option<Value> = serde_json::from_slice(&request.body).ok().filter(|_| typed);
    let body = body.ok_or_else(|| ApiError::bad("The body must be a JSON document"))?;
    let patch = body.get("patch").and_then(Value::as_object).ok_or_else(|| ApiError::bad("The body must be {\"patch\": …}"))?;
    let a = &world.accounts[user];
    let plain = |error: ApiError| if kind == Kind::Creative { error.without_details() } else { error };
    let changes = read(a, user, (kind, place), patch, now).map_err(|inputs| plain(ApiError::inputs(inputs)))?;
    let a = &mut world.accounts[user];
    let mut noted = Map::new();
    for change in changes {
        let (name, before, after) = make(a, (kind, place), change, now);
        noted.insert(name.to_owned(), json!({"before": before, "after": after}));
    }
    a.settle(match kind {
        Kind::Group => place,
        Kind::Campaign => a.ad_sets[place].campaign,
        Kind::Creative => a.ads[place].campaign,
    });
    crate::world::relearn(a);
    let a = &world.accounts[user];
    shared.note_write(Write {
        time: stamp(now).to_string(),
        source: "linkedin",
        tenant: world.tenants[a.tenant].slug.clone(),
        account: a.id.to_string(),
        object_kind: match kind {
            Kind::Group => "campaign",
            Kind::Campaign => "ad_set",
            Kind::Creative => "ad",
        },
        object: kind.object(a, place).map_or_else(String::new, |o| o.id.to_string()),
        changes: Value::Object(noted),
    });
    Ok(())
}

fn input(code: &'static str, path: &str, description: impl Into<String>) -> Input {
    Input { code, description: description.into(), path: path.to_owned() }
}

/// Understands and checks every field before anything changes; all that is wrong is told together.
fn read(
    a: &Account,
    user: usize,
    (kind, place): (Kind, usize),
    patch: &Map<String, Value>,
    now: i64,
) -> Result<Vec<Change>, Vec<Input>> {
    if entities::role(user) == "VIEWER" {
        return Err(vec![input("NO_PERMISSION_TO_UPDATE", "/", "The member's role on the account does not allow updates")]);
    }
    if kind.status(a, place, now) == "CANCELED" {
        return Err(vec![input("ACTION_NOT_ALLOWED_FOR_CANCELLED_STATUS", "/", "What is cancelled cannot be changed")]);
    }
    let (mut changes, mut wrong) = (Vec::new(), Vec::new());
    let none = Map::new();
    let set = patch.get("$set").and_then(Value::as_object).unwrap_or(&none);
    for (name, value) in set {
        match change(a, (kind, place), name, value, now) {
            Ok(change) => changes.push(change),
            Err(input) => wrong.push(input),
        }
    }
    let deleted = patch.get("$delete").and_then(Value::as_array).into_iter().flatten();
    wrong.extend(deleted.map(|name| {
        let name = name.as_str().unwrap_or_default();
        input("FIELD_NOT_ALLOWED", &format!("/{name}"), format!("{name} cannot be deleted"))
    }));
    if let Some(strange) = patch.keys().find(|k| !["$set", "$delete"].contains(&k.as_str())) {
        wrong.push(input("FIELD_NOT_ALLOWED", &format!("/{strange}"), format!("{strange} is not a part of a patch")));
    }
    if changes.is_empty() && wrong.is_empty() {
        wrong.push(input("MISSING_FIELD", "/patch", "The patch changes nothing"));
    }
    if wrong.is_empty() { Ok(changes) } else { Err(wrong) }
}

fn change(a: &Account, (kind, place): (Kind, usize), name: &str, value: &Value, now: i64) -> Result<Change, Input> {
    let path = format!("/{name}");
    match (name, kind) {
        ("status", Kind::Group | Kind::Campaign) | ("intendedStatus", Kind::Creative) => {
            status(kind.status(a, place, now), &path, value).map(Change::Status)
        }
        ("name", _) => match value.as_str().filter(|n| !n.trim().is_empty()) {
            Some(name) => Ok(Change::Name(name.to_owned())),
            None => Err(input("INVALID_VALUE_BLANK_FIELD", &path, "name must not be blank")),
        },
        ("dailyBudget", Kind::Campaign) => {
            let s = &a.ad_sets[place];
            if s.budget.is_none() || s.lifetime.is_some() {
                return Err(input("CONDITIONAL_FIELD_NOT_ALLOWED", &path, "This campaign has a total budget"));
            }
            amount(a, name, value, BUDGET).map(Change::Budget)
        }
        ("unitCost", Kind::Campaign) => {
            if a.ad_sets[place].bid_amount.is_none() {
                return Err(input("CONDITIONAL_FIELD_NOT_ALLOWED", &path, "This campaign bids automatically"));
            }
            amount(a, name, value, UNIT_COST).map(Change::UnitCost)
        }
        ("totalBudget", Kind::Group | Kind::Campaign) => {
            Err(input("CONDITIONAL_FIELD_NOT_ALLOWED", &path, "The total budget cannot be changed here"))
        }
        _ => Err(input("FIELD_NOT_ALLOWED", &path, format!("{name} cannot be changed"))),
    }
}

fn status(own: &str, path: &str, value: &Value) -> Result<Switch, Input> {
    let refused = |to: &str| input("STATUS_CHANGE_NOT_ALLOWED", path, format!("status cannot change from {own} to {to}"));
    let wanted = value.as_str().ok_or_else(|| input("INVALID_VALUE_FOR_FIELD", path, "status must be a text"))?;
    let switch = match wanted {
        "ACTIVE" => Switch::Active,
        "PAUSED" => Switch::Paused,
        "ARCHIVED" => Switch::Archived,
        "CANCELED" | "CANCELLED" => Switch::Deleted,
        "PENDING_DELETION" | "REMOVED" => {
            return Err(input("DELETE_ALLOWED_ONLY_FOR_DRAFT_STATUS", path, "Only drafts can be deleted"));
        }
        "DRAFT" | "COMPLETED" => return Err(refused(wanted)),
        other => return Err(input("INVALID_VALUE_FOR_FIELD", path, format!("'{other}' is not a status"))),
    };
    match (own, switch) {
        ("ARCHIVED" | "COMPLETED", Switch::Active | Switch::Paused) => Err(refused(wanted)),
        _ => Ok(switch),
    }
}

/// An amount of money in minor units, between bounds in euros.
fn amount(a: &Account, name: &str, value: &Value, (least, most): (f64, f64)) -> Result<i64, Input> {
    let path = format!("/{name}/amount");
    let bad = |why: &str| input("INVALID_VALUE_FOR_FIELD", &path, format!("{name}: {why}"));
    let text = value.get("amount").and_then(Value::as_str).ok_or_else(|| bad("amount must be a decimal in text"))?;
    match value.get("currencyCode").and_then(Value::as_str) {
        Some(code) if code == a.currency.as_str() => {}
        Some(code) => {
            let description = format!("{code} is not the account's currency {}", a.currency);
            return Err(input("CURRENCY_MISMATCH", &format!("/{name}/currencyCode"), description));
        }
        None => return Err(input("MISSING_FIELD", &format!("/{name}/currencyCode"), "currencyCode is missing")),
    }
    let unit = 1_000_000 / a.offset;
    let micros = parse_micros(text).ok().filter(|m| m % unit == 0).ok_or_else(|| bad("amount has too many decimals"))?;
    let minor = micros / unit;
    let bound = |euros: f64| whole((euros * units_per_euro(a.currency.as_str())).max(1.0).round());
    if minor < bound(least) * a.offset {
        return Err(input("FIELD_VALUE_TOO_LOW", &path, format!("{name} value {text} can't be lower than {}", bound(least))));
    }
    if minor > bound(most) * a.offset {
        return Err(input("FIELD_VALUE_TOO_HIGH", &path, format!("{name} value {text} can't be higher than {}", bound(most))));
    }
    Ok(minor)
}

/// Makes one change; answers the field with the values before and after.
fn make(a: &mut Account, (kind, place): (Kind, usize), change: Change, now: i64) -> (&'static str, Value, Value) {
    let own = kind.status(a, place, now);
    let shown = |a: &Account, minor: i64| entities::amount(a, minor);
    let (name, event, logged, before, after) = match change {
        Change::Status(switch) => {
            let name = if kind == Kind::Creative { "intendedStatus" } else { "status" };
            object(a, kind, place).switch.set(now, switch);
            let after = kind.status(a, place, now);
            (name, "update_run_status", (own.to_owned(), after.to_owned()), Value::from(own), Value::from(after))
        }
        Change::Name(new) => {
            let before = std::mem::replace(&mut object(a, kind, place).name, new.clone());
            ("name", "update_name", (before.clone(), new.clone()), Value::from(before), Value::from(new))
        }
        Change::Budget(new) => {
            let line = a.ad_sets[place].budget.as_mut();
            let before = line.as_ref().map_or(0, |l| *l.at(now));
            if let Some(line) = line {
                line.set(now, new);
            }
            ("dailyBudget", "update_ad_set_budget", (before.to_string(), new.to_string()), shown(a, before), shown(a, new))
        }
        Change::UnitCost(new) => {
            let before = a.ad_sets[place].bid_amount.replace(new).unwrap_or(0);
            let logged = (before.to_string(), new.to_string());
            ("unitCost", "update_ad_set_bid_strategy", logged, shown(a, before), shown(a, new))
        }
    };
    let object = object(a, kind, place);
    object.updated = now;
    let edit = Edit {
        at: now,
        actor: "Sandbox App".to_owned(),
        object: object.id,
        object_name: object.name.clone(),
        event,
        before: logged.0,
        after: logged.1,
    };
    a.edits.push(edit);
    (name, before, after)
}

fn object(a: &mut Account, kind: Kind, place: usize) -> &mut crate::world::account::Object {
    match kind {
        Kind::Group => &mut a.campaigns[place].object,
        Kind::Campaign => &mut a.ad_sets[place].object,
        Kind::Creative => &mut a.ads[place].object,
    }
}
