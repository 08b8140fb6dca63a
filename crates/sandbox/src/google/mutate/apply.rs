//! One operation of a mutate: what it changes, whether it may, and the change itself.

use super::{super::attribute::structure::switch_word, Target};
use crate::{
    calls::Write,
    google::{
        budget::{Budget, micros},
        change::API_ACTOR,
        channel::Channel,
        error::Failure,
    },
    world::{
        World,
        account::{Account, Edit, Object, Switch},
        calendar::stamp,
        relearn,
    },
};
use serde_json::{Value, json};

/// What an operation is about.
#[derive(Debug, Clone)]
enum Place {
    Campaign(usize),
    AdGroup(usize),
    Ad(usize),
    Budget(Budget),
}

#[derive(Debug, Clone, Copy)]
enum To {
    Status(Switch),
    /// In minor units.
    Amount(i64),
}

/// A change that may be made.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) resource: String,
    place: Place,
    to: To,
}

/// Understands and checks an operation.
pub(super) fn understand(
    world: &World,
    account: usize,
    target: Target,
    resource: &str,
    value: Option<&Value>,
    now: i64,
) -> Result<Change, Failure> {
    let a = &world.accounts[account];
    let place = find(a, target, resource)?;
    let object = switched(a, &place);
    if object.is_some_and(|o| switch_word(o, now) == "REMOVED") {
        return Err(Failure::new("mutateError", "MUTATE_NOT_ALLOWED", "A removed resource cannot be changed.").trigger(resource));
    }
    let to = match target {
        Target::Budget => To::Amount(amount(a, value)?),
        _ => To::Status(match value.and_then(Value::as_str) {
            Some("ENABLED") => Switch::Active,
            Some("PAUSED") => Switch::Paused,
            None => return Err(at(Failure::new("fieldError", "REQUIRED", "The required field was not present."), "status")),
            Some(other) => {
                let failure = Failure::new("fieldError", "INVALID_VALUE", "The field's value is invalid.").trigger(other);
                return Err(at(failure, "status"));
            }
        }),
    };
    Ok(Change { resource: resource.to_owned(), place, to })
}

/// Blames a field of the update.
fn at(mut failure: Failure, field: &'static str) -> Failure {
    failure.operation = Some(Box::new((0, vec!["update", field])));
    failure
}

fn find(a: &Account, target: Target, resource: &str) -> Result<Place, Failure> {
    let malformed = || {
        Failure::new("requestError", "RESOURCE_NAME_MALFORMED", format_args!("Resource name '{resource}' is malformed."))
            .trigger(resource)
    };
    let parts: Vec<&str> = resource.split('/').collect();
    let ["customers", customer, collection, id] = parts[..] else { return Err(malformed()) };
    let number = |text: &str| text.parse::<u64>().map_err(|_| malformed());
    if collection != target.collection() {
        return Err(malformed());
    }
    let missing = || Failure::new("mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.").trigger(resource);
    if number(customer)? != a.id {
        return Err(missing());
    }
    let group = |id: u64| {
        let found = a.ad_sets.iter().position(|s| s.object.id == id);
        found.filter(|g| Channel::of(a, a.ad_sets[*g].campaign) != Channel::PerformanceMax)
    };
    let place = match target {
        Target::Campaign => {
            let id = number(id)?;
            a.campaigns.iter().position(|c| c.object.id == id).map(Place::Campaign)
        }
        Target::Budget => Budget::find(a, number(id)?).map(Place::Budget),
        Target::AdGroup => group(number(id)?).map(Place::AdGroup),
        Target::AdGroupAd => {
            let (set, ad) = id.split_once('~').ok_or_else(malformed)?;
            let (set, ad) = (number(set)?, number(ad)?);
            group(set).and_then(|g| a.ad_sets[g].ads.clone().find(|i| a.ads[*i].object.id == ad)).map(Place::Ad)
        }
    };
    place.ok_or_else(missing)
}

fn switched<'a>(a: &'a Account, place: &Place) -> Option<&'a Object> {
    match place {
        Place::Campaign(c) => Some(&a.campaigns[*c].object),
        Place::AdGroup(g) => Some(&a.ad_sets[*g].object),
        Place::Ad(ad) => Some(&a.ads[*ad].object),
        Place::Budget(_) => None,
    }
}

/// A new amount per day in minor units.
fn amount(a: &Account, value: Option<&Value>) -> Result<i64, Failure> {
    let refuse = |code, message: &str| Err(at(Failure::new("campaignBudgetError", code, message), "amount_micros"));
    let given = match value {
        Some(Value::String(text)) => text.parse().ok(),
        Some(Value::Number(number)) => number.as_i64(),
        _ => None,
    };
    let Some(given): Option<i64> = given else {
        return Err(at(Failure::new("fieldError", "REQUIRED", "The required field was not present."), "amount_micros"));
    };
    let unit = micros(a, 1);
    if given < 0 {
        return refuse("NEGATIVE_MONEY_AMOUNT", "A money amount was negative.");
    }
    if given % unit != 0 {
        return refuse("NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", "A money amount was not a multiple of a minimum unit.");
    }
    if given > 1_000_000_000_000_000 {
        return refuse("MONEY_AMOUNT_TOO_LARGE", "A money amount was greater than the maximum allowed.");
    }
    let least = micros(a, a.offset);
    if given < least {
        let details = json!({"budgetPerDayMinimumErrorDetails": {
            "currencyCode": a.currency.as_str(), "budgetPerDayMinimumMicros": least.to_string(), "failedBudgetAmountMicros": given.to_string(),
        }});
        let failure =
            Failure::new("campaignBudgetError", "BUDGET_BELOW_PER_DAY_MINIMUM", "The budget is below the per-day minimum.");
        return Err(at(failure.details(details), "amount_micros"));
    }
    Ok(given / unit)
}

impl Change {
    /// Makes the change; answers what is to be remembered of it.
    pub(super) fn make(self, world: &mut World, account: usize, now: i64) -> Write {
        let tenant = world.tenants[world.accounts[account].tenant].slug.clone();
        let a = &mut world.accounts[account];
        let (kind, object, changes) = match (&self.place, self.to) {
            (Place::Budget(budget), To::Amount(after)) => {
                let before = budget.amount(a, now);
                set_amount(a, budget, before, after, now);
                let told = |minor: i64| micros(a, minor).to_string();
                ("campaign_budget", budget.id, json!({"amount_micros": {"before": told(before), "after": told(after)}}))
            }
            (place, To::Status(to)) => set_status(a, place, to, now),
            (_, To::Amount(_)) => ("other", 0, json!({})),
        };
        Write {
            time: stamp(now).to_string(),
            source: "google",
            tenant,
            account: world.accounts[account].id.to_string(),
            object_kind: kind,
            object: object.to_string(),
            changes,
        }
    }
}

fn set_status(a: &mut Account, place: &Place, to: Switch, now: i64) -> (&'static str, u64, Value) {
    let (kind, campaign, object) = match place {
        Place::Campaign(c) => ("campaign", *c, &mut a.campaigns[*c].object),
        Place::AdGroup(g) => ("ad_set", a.ad_sets[*g].campaign, &mut a.ad_sets[*g].object),
        Place::Ad(ad) => ("ad", a.ads[*ad].campaign, &mut a.ads[*ad].object),
        Place::Budget(budget) => return ("campaign_budget", budget.id, json!({})),
    };
    let told = switch_word(object, now);
    let before = object.switch.at(now).word().to_owned();
    object.switch.set(now, to);
    object.updated = now;
    let edit = Edit {
        at: now,
        actor: API_ACTOR.to_owned(),
        object: object.id,
        object_name: object.name.clone(),
        event: "update_run_status",
        before,
        after: to.word().to_owned(),
    };
    let (id, after) = (object.id, switch_word(object, now));
    a.edits.push(edit);
    a.settle(campaign);
    (kind, id, json!({"status": {"before": told, "after": after}}))
}

/// Gives a budget a new amount. What spends from it gets its part in the proportion it had.
fn set_amount(a: &mut Account, budget: &Budget, before: i64, after: i64, now: i64) {
    let mut left = after;
    let mut weight = before.max(1);
    for c in &budget.members {
        let campaign = &mut a.campaigns[*c];
        let (campaign_id, sets) = (campaign.object.id, campaign.ad_sets.clone());
        let own = campaign.budget.iter_mut().map(|line| (campaign_id, "update_campaign_budget", line));
        let below = a.ad_sets[sets].iter_mut().filter_map(|s| {
            let id = s.object.id;
            s.budget.as_mut().map(|line| (id, "update_ad_set_budget", line))
        });
        for (object, event, line) in own.chain(below) {
            let old = *line.at(now);
            let new = if old >= weight {
                left
            } else {
                i64::try_from(i128::from(left) * i128::from(old) / i128::from(weight)).unwrap_or(left)
            };
            left -= new;
            weight -= old.min(weight - 1);
            line.set(now, new);
            a.edits.push(Edit {
                at: now,
                actor: API_ACTOR.to_owned(),
                object,
                object_name: String::new(),
                event,
                before: old.to_string(),
                after: new.to_string(),
            });
        }
        a.settle(*c);
    }
    relearn(a);
}
