//! Changes to campaigns, ad sets and ads. The world reacts from the instant of the write.

use super::{auth::Grant, entities, error::GraphError, node};
use crate::{
    calls::Write,
    http::Request,
    limits,
    meta::insights::query,
    world::{
        World,
        account::{Edit, Place, Switch},
        calendar::stamp,
    },
};
use serde_json::{Map, Value, json};

/// One understood change.
enum Change {
    Status(Switch),
    Name(String),
    Budget(i64),
    Bid(i64),
}

const IGNORED: [&str; 7] =
    ["access_token", "execution_options", "fields", "appsecret_proof", "method", "format", "include_headers"];

/// Applies a POST to an object; answers `{"success":true}` or the fields asked for, and what is to be remembered.
pub(crate) fn apply(
    world: &mut World,
    grant: &Grant,
    request: &Request,
    (account, place): (usize, Place),
    now: i64,
) -> Result<(Value, Option<Write>), GraphError> {
    grant.check(account)?;
    let changes = read(world, request, account, place, now)?;
    let validate_only = query::list(request, "execution_options")?.iter().any(|o| o == "validate_only");
    let mut noted = Map::new();
    let a = &mut world.accounts[account];
    if !validate_only {
        for change in &changes {
            let (name, before, after) = one(a, place, change, now);
            noted.insert(name.to_owned(), json!({"before": before, "after": after}));
        }
        let campaign = match place {
            Place::Campaign(c) => c,
            Place::AdSet(s) => a.ad_sets[s].campaign,
            Place::Ad(ad) => a.ads[ad].campaign,
            Place::Creative(_) | Place::Pixel => return Err(GraphError::parameter("This object cannot be changed")),
        };
        a.settle(campaign);
    }
    let (kind, object) = match place {
        Place::Campaign(c) => ("campaign", a.campaigns[c].object.id),
        Place::AdSet(s) => ("ad_set", a.ad_sets[s].object.id),
        Place::Ad(ad) => ("ad", a.ads[ad].object.id),
        Place::Creative(_) | Place::Pixel => ("other", 0),
    };
    let write = (!validate_only).then(|| Write {
        time: stamp(now).to_string(),
        source: "meta",
        tenant: world.tenants[world.accounts[account].tenant].slug.clone(),
        account: world.accounts[account].id.to_string(),
        object_kind: kind,
        object: object.to_string(),
        changes: Value::Object(noted),
    });
    let mut answer = json!({"success": true});
    if request.given("fields").is_some() {
        let shown = node::object(world, account, place, &entities::fields_of(request)?, now)?;
        if let (Value::Object(all), Value::Object(shown)) = (&mut answer, shown) {
            all.extend(shown);
        }
    }
    Ok((answer, write))
}

/// Understands and checks every parameter before anything changes.
fn read(world: &World, request: &Request, account: usize, place: Place, now: i64) -> Result<Vec<Change>, GraphError> {
    let a = &world.accounts[account];
    let object = entities::switched(a, place).ok_or_else(|| GraphError::parameter("This object cannot be changed"))?;
    match object.switch.at(now) {
        Switch::Deleted => return Err(GraphError::new(400, 100, "(#100) The object was deleted").sub(1_487_056)),
        Switch::Archived if request.given("status") != Some("DELETED") => {
            return Err(GraphError::new(400, 100, "(#100) Archived objects cannot be edited").sub(1_885_088));
        }
        _ => {}
    }
    let whole = |name: &'static str, text: &str| {
        text.trim().parse::<i64>().map_err(|_| GraphError::parameter(format_args!("Param {name} must be an integer")).blame(name))
    };
    let mut changes = Vec::new();
    for (name, value) in &request.params {
        match (name.as_str(), place) {
            ("status", _) => {
                let switch = Switch::parse(value)
                    .ok_or_else(|| GraphError::parameter("Param status must be one of {ACTIVE, PAUSED, DELETED, ARCHIVED}"))?;
                changes.push(Change::Status(switch));
            }
            ("name", _) if value.trim().is_empty() => {
                return Err(GraphError::parameter("Param name must not be empty").blame("name"));
            }
            ("name", _) => changes.push(Change::Name(value.clone())),
            ("daily_budget", Place::Campaign(_) | Place::AdSet(_)) => {
                let budget = whole("daily_budget", value)?;
                owner(a, place)?;
                if budget < a.offset {
                    return Err(GraphError::parameter("Budget too low")
                        .sub(1_885_272)
                        .user("Budget is too low", "Your budget must be higher than the minimum for this currency.")
                        .blame("daily_budget"));
                }
                if recent_budget_changes(a, object.id, now) >= limits::META_BUDGET_CHANGES_PER_HOUR {
                    return Err(GraphError::new(400, 613, "(#613) Calls to this api have exceeded the rate limit.")
                        .sub(1_487_632)
                        .user(
                            "Ad set budget changed too often",
                            "You can only change the budget of an ad set 4 times per hour. Try again in an hour.",
                        ));
                }
                changes.push(Change::Budget(budget));
            }
            ("bid_amount", Place::AdSet(_)) => changes.push(Change::Bid(whole("bid_amount", value)?)),
            ("lifetime_budget", _) => {
                return Err(GraphError::parameter("A daily budget cannot be replaced by a lifetime budget")
                    .sub(1_885_621)
                    .blame("lifetime_budget"));
            }
            (other, _) if IGNORED.contains(&other) => {}
            (other, _) => {
                return Err(GraphError::parameter(format_args!("The parameter {other} cannot be changed here")));
            }
        }
    }
    Ok(changes)
}

/// Refuses a budget on the level that does not own it.
fn owner(a: &crate::world::account::Account, place: Place) -> Result<(), GraphError> {
    let owns = match place {
        Place::Campaign(c) => a.campaigns[c].budget.is_some(),
        Place::AdSet(s) => a.ad_sets[s].budget.is_some() && a.ad_sets[s].lifetime.is_none(),
        _ => false,
    };
    if owns {
        return Ok(());
    }
    Err(GraphError::parameter("You can only set one budget: on the campaign or on its ad sets")
        .sub(1_885_621)
        .user("Only one budget can be set", "The campaign and its ad sets cannot both have a budget.")
        .blame("daily_budget"))
}

fn recent_budget_changes(a: &crate::world::account::Account, object: u64, now: i64) -> usize {
    let recent = a.edits.iter().rev().take_while(|e| e.at > now - 3_600);
    recent.filter(|e| e.object == object && e.event.ends_with("_budget")).count()
}

/// Makes one change; answers the parameter's name with the values before and after.
fn one(a: &mut crate::world::account::Account, place: Place, change: &Change, now: i64) -> (&'static str, String, String) {
    let object = match place {
        Place::Campaign(c) => &mut a.campaigns[c].object,
        Place::AdSet(s) => &mut a.ad_sets[s].object,
        Place::Ad(ad) | Place::Creative(ad) => &mut a.ads[ad].object,
        Place::Pixel => return ("", String::new(), String::new()),
    };
    let (id, title) = (object.id, object.name.clone());
    let (name, event, before, after) = match change {
        Change::Status(switch) => {
            let before = object.switch.at(now).word();
            object.switch.set(now, *switch);
            object.updated = now;
            ("status", "update_run_status", before.to_owned(), switch.word().to_owned())
        }
        Change::Name(new) => {
            let before = std::mem::replace(&mut object.name, new.clone());
            object.updated = now;
            ("name", "update_name", before, new.clone())
        }
        // A budget does not move `updated_time`: that is how the platform is.
        Change::Budget(new) => {
            let (line, event) = match place {
                Place::Campaign(c) => (a.campaigns[c].budget.as_mut(), "update_campaign_budget"),
                Place::AdSet(s) => (a.ad_sets[s].budget.as_mut(), "update_ad_set_budget"),
                _ => (None, ""),
            };
            let before = line.as_ref().map_or(0, |l| *l.at(now));
            if let Some(line) = line {
                line.set(now, *new);
            }
            ("daily_budget", event, before.to_string(), new.to_string())
        }
        Change::Bid(new) => {
            let Place::AdSet(s) = place else {
                return ("", String::new(), String::new());
            };
            let before = a.ad_sets[s].bid_amount.replace(*new).unwrap_or(0);
            a.ad_sets[s].object.updated = now;
            ("bid_amount", "update_ad_set_bid_strategy", before.to_string(), new.to_string())
        }
    };
    a.edits.push(Edit {
        at: now,
        actor: "Sandbox App".to_owned(),
        object: id,
        object_name: title,
        event,
        before: before.clone(),
        after: after.clone(),
    });
    if matches!(change, Change::Budget(_)) {
        crate::world::relearn(a);
    }
    (name, before, after)
}
