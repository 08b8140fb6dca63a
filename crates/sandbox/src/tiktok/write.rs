//! Changes of status and budget. The world reacts from the instant of the write.

use super::{
    auth::Grant,
    entities::Kind,
    envelope::{Answer, ApiError},
    objects, params,
};
use crate::{
    calls::Write,
    http::Request,
    limits,
    world::{
        World,
        account::{Account, Edit, Place, Switch},
        calendar::stamp,
        delivery::{self, Delivery, Frame},
        measure::SPEND,
    },
};
use serde_json::{Map, Value, json};

/// What is written to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) smart: bool,
}

impl Object {
    const fn word(self) -> &'static str {
        match self.kind {
            Kind::Campaigns => "campaign",
            Kind::AdGroups => "ad_set",
            Kind::Ads => "ad",
        }
    }

    /// How a body names one of them, and several.
    const fn names(self) -> (&'static str, &'static str) {
        match (self.kind, self.smart) {
            (Kind::Campaigns, _) => ("campaign_id", "campaign_ids"),
            (Kind::AdGroups, _) => ("adgroup_id", "adgroup_ids"),
            (Kind::Ads, false) => ("ad_id", "ad_ids"),
            (Kind::Ads, true) => ("smart_plus_ad_id", "smart_plus_ad_ids"),
        }
    }

    /// The place of an object that can still be changed.
    fn find(self, world: &World, account: usize, id: &str, now: i64) -> Result<Place, ApiError> {
        let missing = || ApiError::no_object(self.word(), id);
        let number: u64 = id.parse().map_err(|_| missing())?;
        let (of, place) = world.find(number).filter(|(of, _)| *of == account).ok_or_else(missing)?;
        let fits = matches!(
            (place, self.kind),
            (Place::Campaign(_), Kind::Campaigns) | (Place::AdSet(_), Kind::AdGroups) | (Place::Ad(_), Kind::Ads)
        );
        let a = &world.accounts[of];
        let object = objects::switched(a, place).filter(|_| fits).ok_or_else(missing)?;
        if objects::is_smart(a, objects::campaign_of(a, place)) != self.smart {
            return Err(ApiError::parameter(format_args!(
                "{id}: Smart+ objects are changed by the endpoints below smart_plus, others are not."
            )));
        }
        if objects::is_final(*object.switch.at(now)) {
            return Err(ApiError::parameter(format_args!("{id}: A deleted {} cannot be changed.", self.word())));
        }
        Ok(place)
    }
}

/// The account a body names.
fn account_of(world: &World, grant: &Grant, body: &Map<String, Value>) -> Result<usize, ApiError> {
    let id = body.get("advertiser_id").and_then(Value::as_str).ok_or_else(|| ApiError::missing("advertiser_id"))?;
    grant.advertiser(world, id)
}

/// `…/status/update/`: switches objects on or off, or deletes them for good. Answers also what is to be remembered.
pub(crate) fn status(
    world: &mut World,
    grant: &Grant,
    request: &Request,
    what: Object,
    now: i64,
) -> Result<(Answer, Vec<Write>), ApiError> {
    let body = params::body(request)?;
    let account = account_of(world, grant, &body)?;
    let name = what.names().1;
    let items = body.get(name).and_then(Value::as_array).ok_or_else(|| ApiError::missing(name))?;
    let ids: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if ids.len() != items.len() || ids.is_empty() {
        return Err(ApiError::parameter(format_args!("{name}: Not a valid list.")));
    }
    if ids.len() > limits::TIKTOK_WRITE_IDS_MAX {
        return Err(ApiError::too_many_ids(name, limits::TIKTOK_WRITE_IDS_MAX));
    }
    let word = body.get("operation_status").and_then(Value::as_str).ok_or_else(|| ApiError::missing("operation_status"))?;
    let switch = match word {
        "ENABLE" => Switch::Active,
        "DISABLE" => Switch::Paused,
        "DELETE" => Switch::Deleted,
        other => return Err(ApiError::parameter(format_args!("operation_status: '{other}' is not a valid value."))),
    };
    let partial = body.get("allow_partial_success").and_then(Value::as_bool).unwrap_or(false);
    let found: Vec<(&String, Result<Place, ApiError>)> = ids.iter().map(|id| (id, what.find(world, account, id, now))).collect();
    if let Some(Err(error)) = found.iter().map(|f| &f.1).find(|f| f.is_err()).filter(|_| !partial) {
        return Err(error.clone());
    }
    let (mut done, mut failed, mut writes) = (Vec::new(), Vec::new(), Vec::new());
    for (id, place) in found {
        let Ok(place) = place else {
            failed.push(id.clone());
            continue;
        };
        let before = switch_to(&mut world.accounts[account], place, switch, now);
        let changes = json!({"operation_status": {"before": before, "after": word}});
        writes.push(noted(world, account, what, id, changes, now));
        done.push(id.clone());
    }
    let data = json!({name: done, "status": word, "failed_ids": failed}).to_string().into_bytes();
    Ok((if failed.is_empty() { Answer::Data(data) } else { Answer::Partial(data) }, writes))
}

fn switch_to(account: &mut Account, place: Place, switch: Switch, now: i64) -> &'static str {
    let campaign = objects::campaign_of(account, place);
    let object = match place {
        Place::Campaign(c) => &mut account.campaigns[c].object,
        Place::AdSet(s) => &mut account.ad_sets[s].object,
        Place::Ad(a) => &mut account.ads[a].object,
        Place::Creative(_) | Place::Pixel => return "",
    };
    let before = *object.switch.at(now);
    object.switch.set(now, switch);
    object.updated = now;
    let edit = Edit {
        at: now,
        actor: "Sandbox App".to_owned(),
        object: object.id,
        object_name: object.name.clone(),
        event: "update_run_status",
        before: before.word().to_owned(),
        after: switch.word().to_owned(),
    };
    account.edits.push(edit);
    account.settle(campaign);
    super::status::operation(before)
}

/// `campaign/update/` and `adgroup/update/`: a budget per day, from now on. Answers the whole object.
pub(crate) fn budget(
    world: &mut World,
    grant: &Grant,
    request: &Request,
    what: Object,
    now: i64,
) -> Result<(Answer, Vec<Write>), ApiError> {
    let body = params::body(request)?;
    let account = account_of(world, grant, &body)?;
    let name = what.names().0;
    let id = body.get(name).and_then(Value::as_str).ok_or_else(|| ApiError::missing(name))?;
    let place = what.find(world, account, id, now)?;
    if let Some(other) = body.keys().find(|k| !["advertiser_id", "budget", name].contains(&k.as_str())) {
        return Err(ApiError::parameter(format_args!("{other}: The sandbox changes budgets only.")));
    }
    let Some(wanted) = body.get("budget") else {
        return Err(ApiError::new(40_012, "There is nothing to update."));
    };
    let a = &mut world.accounts[account];
    let wanted = wanted.as_f64().filter(|b| *b > 0.0).ok_or_else(|| ApiError::parameter("budget: Not a valid number."))?;
    let minor = crate::world::chance::whole(wanted * a.offset as f64 + 0.5);
    let least = spent_today(a, place, now) * 105;
    let (line, event) = match place {
        Place::Campaign(c) => (a.campaigns[c].budget.as_mut(), "update_campaign_budget"),
        Place::AdSet(s) if a.ad_sets[s].lifetime.is_none() => (a.ad_sets[s].budget.as_mut(), "update_ad_set_budget"),
        _ => (None, ""),
    };
    let Some(line) = line else {
        return Err(ApiError::parameter("budget: The budget of this object is set on another level, or is one for its whole run."));
    };
    if minor * 100 < least {
        return Err(ApiError::parameter("budget: The new budget must be at least 105% of the current spend."));
    }
    let before = *line.at(now);
    line.set(now, minor);
    a.edits.push(Edit {
        at: now,
        actor: "Sandbox App".to_owned(),
        object: id.parse().unwrap_or(0),
        object_name: String::new(),
        event,
        before: before.to_string(),
        after: minor.to_string(),
    });
    crate::world::relearn(a);
    let campaign = objects::campaign_of(a, place);
    a.settle(campaign);
    let (before, after) = (objects::major(a, before), objects::major(a, minor));
    let answer = Answer::value(&objects::one(a, place, now));
    let changes = json!({"budget": {"before": before, "after": after}});
    Ok((answer, vec![noted(world, account, what, id, changes, now)]))
}

/// What an object has spent today, in minor units.
fn spent_today(account: &Account, place: Place, now: i64) -> i64 {
    let frame = Frame::new(account, delivery::today(account, now), now);
    let mut day = Delivery::default();
    day.fill(account, &account.campaigns[objects::campaign_of(account, place)], &frame, false);
    let own = |ad: usize| match place {
        Place::AdSet(s) => account.ads[ad].ad_set == s,
        _ => true,
    };
    day.ads.iter().filter(|d| own(d.ad)).map(|d| d.linear[SPEND]).sum()
}

fn noted(world: &World, account: usize, what: Object, id: &str, changes: Value, now: i64) -> Write {
    let a = &world.accounts[account];
    Write {
        time: stamp(now).to_string(),
        source: "tiktok",
        tenant: world.tenants[a.tenant].slug.clone(),
        account: a.id.to_string(),
        object_kind: what.word(),
        object: id.to_owned(),
        changes,
    }
}
