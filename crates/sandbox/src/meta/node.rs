//! Objects by field: what an account, campaign, ad set, ad, creative or pixel says of itself. Absent fields are left out.

use super::{creative, entities, error::GraphError, fields::Field};
use crate::world::{
    World,
    account::{Account, Object, Place},
    calendar::stamp,
    delivery::{self, Delivery, Frame},
    learning,
    measure::SPEND,
};
use serde_json::{Map, Value, json};

/// A field's value: there, left out, or no such field.
pub(crate) type Answer = Option<Option<Value>>;

/// A field that is there.
#[expect(clippy::unnecessary_wraps, reason = "one of the three answers a field can give")]
pub(crate) fn there(value: impl Into<Value>) -> Answer {
    Some(Some(value.into()))
}

/// Renders the asked fields, `id` always among them.
pub(crate) fn render(
    node: &str,
    id: String,
    fields: &[Field],
    answer: impl Fn(&Field) -> Result<Answer, GraphError>,
) -> Result<Value, GraphError> {
    let mut out = Map::new();
    for field in fields {
        match answer(field)? {
            Some(Some(value)) => {
                out.insert(field.name.clone(), value);
            }
            Some(None) => {}
            None if field.name == "id" => {}
            None => return Err(GraphError::no_field(&field.name, node)),
        }
    }
    out.insert("id".into(), Value::from(id));
    Ok(Value::Object(out))
}

/// An ad account.
pub(crate) fn account(world: &World, place: usize, fields: &[Field], now: i64) -> Result<Value, GraphError> {
    let a = &world.accounts[place];
    let minor = |n: i64| there(n.to_string());
    render("AdAccount", format!("act_{}", a.id), fields, |field| {
        Ok(match field.name.as_str() {
            "account_id" => there(a.id.to_string()),
            "name" => there(a.name.as_str()),
            "currency" => there(a.currency.as_str()),
            "timezone_name" => there(a.calendar.zone().as_str()),
            "timezone_id" => there(1),
            "timezone_offset_hours_utc" => {
                let offset = a.calendar.zone().tz().to_offset(stamp(now)).seconds();
                there(f64::from(offset) / 3_600.0)
            }
            "account_status" => there(1),
            "disable_reason" => there(0),
            "amount_spent" => minor(spent(a, now)),
            "balance" => minor(spent_on(a, delivery::today(a, now), now)),
            "spend_cap" => minor(0),
            "min_daily_budget" => there(a.offset),
            "age" => there((delivery::today(a, now) - a.first_day + 200).max(0)),
            "created_time" => there(time(a, a.pixel.created)),
            "business" => there(json!({"id": business(a), "name": world.tenants[a.tenant].name})),
            "business_name" => there(world.tenants[a.tenant].name.as_str()),
            "owner" => there(business(a)),
            "attribution_spec" => there(attribution()),
            "funding_source" | "end_advertiser" | "media_agency" | "partner" | "tos_accepted" | "capabilities" | "user_tasks" => {
                Some(None)
            }
            _ => None,
        })
    })
}

fn business(a: &Account) -> String {
    format!("33000000{:07}", a.tenant)
}

fn attribution() -> Value {
    json!([{"event_type": "CLICK_THROUGH", "window_days": 7}, {"event_type": "VIEW_THROUGH", "window_days": 1}])
}

/// Everything the account has spent since its first day.
fn spent(a: &Account, now: i64) -> i64 {
    let today = delivery::today(a, now);
    (a.first_day..=today).map(|day| spent_on(a, day, now)).sum()
}

fn spent_on(a: &Account, day: i32, now: i64) -> i64 {
    let frame = Frame::new(a, day, now);
    let mut delivery = Delivery::default();
    let mut sum = 0;
    for campaign in &a.campaigns {
        delivery.fill(a, campaign, &frame, false);
        sum += delivery.ads.iter().map(|d| d.linear[SPEND]).sum::<i64>();
    }
    sum
}

/// An instant as Meta prints it: in the account's zone, with an offset without a colon.
pub(crate) fn time(a: &Account, at: i64) -> String {
    stamp(at).to_zoned(a.calendar.zone().tz().clone()).strftime("%Y-%m-%dT%H:%M:%S%z").to_string()
}

/// Any object of an account.
pub(crate) fn object(world: &World, account: usize, place: Place, fields: &[Field], now: i64) -> Result<Value, GraphError> {
    let a = &world.accounts[account];
    match place {
        Place::Campaign(c) => campaign(a, c, fields, now),
        Place::AdSet(s) => ad_set(a, s, fields, now),
        Place::Ad(ad) => self::ad(world, account, ad, fields, now),
        Place::Creative(ad) => creative::creative(a, ad, fields),
        Place::Pixel => super::pixels::pixel(world, a, fields, now),
    }
}

/// Fields that campaigns, ad sets and ads share.
fn shared(a: &Account, o: &Object, place: Place, name: &str, now: i64) -> Answer {
    match name {
        "account_id" => there(a.id.to_string()),
        "name" => there(o.name.as_str()),
        "status" | "configured_status" => there(o.switch.at(now).word()),
        "effective_status" => there(entities::effective(a, place, now).unwrap_or("ACTIVE")),
        "created_time" => there(time(a, o.created)),
        "updated_time" => there(time(a, o.updated)),
        _ => None,
    }
}

fn issue(level: &str, a: &Account, ad: usize) -> Value {
    json!([{
        "level": level,
        "error_code": 2_490_408,
        "error_summary": "Ad rejected",
        "error_message": format!("The ad {} was rejected because it does not follow the policy on personal attributes.", a.ads[ad].object.id),
        "error_type": "HARD_ERROR",
    }])
}

fn refused(a: &Account, mut ads: std::ops::Range<usize>, now: i64) -> Option<usize> {
    ads.find(|ad| a.ads[*ad].disapproved.is_some_and(|at| at <= now))
}

/// What is left of a day's budget.
fn remaining(a: &Account, campaign: usize, ads: &std::ops::Range<usize>, budget: i64, now: i64) -> Answer {
    let frame = Frame::new(a, delivery::today(a, now), now);
    let mut delivery = Delivery::default();
    delivery.fill(a, &a.campaigns[campaign], &frame, false);
    let spent: i64 = delivery.ads.iter().filter(|d| ads.contains(&d.ad)).map(|d| d.linear[SPEND]).sum();
    there((budget - spent).max(0).to_string())
}

fn campaign(a: &Account, place: usize, fields: &[Field], now: i64) -> Result<Value, GraphError> {
    let c = &a.campaigns[place];
    let budget = c.budget.as_ref().map(|b| *b.at(now));
    render("Campaign", c.object.id.to_string(), fields, |field| {
        Ok(match field.name.as_str() {
            "objective" => there(c.objective),
            "buying_type" => there("AUCTION"),
            "bid_strategy" => budget.map(|_| Value::from("LOWEST_COST_WITHOUT_CAP")).into(),
            "daily_budget" => budget.map(|b| Value::from(b.to_string())).into(),
            "budget_remaining" => match budget {
                Some(budget) => remaining(a, place, &c.ads, budget, now),
                None => Some(None),
            },
            "special_ad_categories" => there(Value::Array(Vec::new())),
            "smart_promotion_type" => there("GUIDED_CREATION"),
            "is_adset_budget_sharing_enabled" => there(false),
            "start_time" => there(time(a, c.object.created)),
            "stop_time" => c.stop.map(|at| Value::from(time(a, at))).into(),
            "issues_info" => refused(a, c.ads.clone(), now).map(|ad| issue("AD", a, ad)).into(),
            "lifetime_budget"
            | "spend_cap"
            | "advantage_state_info"
            | "special_ad_category_country"
            | "source_campaign_id"
            | "pacing_type"
            | "promoted_object"
            | "adlabels"
            | "budget_rebalance_flag"
            | "can_use_spend_cap"
            | "boosted_object_id" => Some(None),
            name => shared(a, &c.object, Place::Campaign(place), name, now),
        })
    })
}

fn ad_set(a: &Account, place: usize, fields: &[Field], now: i64) -> Result<Value, GraphError> {
    let s = &a.ad_sets[place];
    let daily = s.budget.as_ref().filter(|_| s.lifetime.is_none()).map(|b| *b.at(now));
    render("AdSet", s.object.id.to_string(), fields, |field| {
        Ok(match field.name.as_str() {
            "campaign_id" => there(a.campaigns[s.campaign].object.id.to_string()),
            "campaign" => Some(Some(campaign(a, s.campaign, &field.below, now)?)),
            "daily_budget" => daily.map(|b| Value::from(b.to_string())).into(),
            "lifetime_budget" => s.lifetime.map(|b| Value::from(b.to_string())).into(),
            "budget_remaining" => match daily {
                Some(budget) => remaining(a, s.campaign, &s.ads, budget, now),
                None => Some(None),
            },
            "bid_amount" => s.bid_amount.map(Value::from).into(),
            "bid_strategy" => there(if s.bid_amount.is_some() { "COST_CAP" } else { "LOWEST_COST_WITHOUT_CAP" }),
            "billing_event" => there("IMPRESSIONS"),
            "optimization_goal" => there(s.optimization_goal),
            "destination_type" => there(if a.industry.commerce { "WEBSITE" } else { "ON_AD" }),
            "attribution_spec" => there(attribution()),
            "promoted_object" => there(json!({
                "pixel_id": a.pixel.id.to_string(),
                "custom_event_type": if a.industry.commerce { "PURCHASE" } else { "LEAD" },
            })),
            "targeting" => there(json!({
                "age_min": s.ages.0,
                "age_max": s.ages.1,
                "geo_locations": {"countries": a.countries.iter().map(|c| c.0).collect::<Vec<_>>(), "location_types": ["home", "recent"]},
                "flexible_spec": [{"interests": [{"id": "6003107902433", "name": s.audience_name}]}],
                "targeting_automation": {"advantage_audience": 0},
            })),
            "learning_stage_info" => learning::of(a, place, now)
                .map(|l| {
                    json!({
                        "status": l.status,
                        "conversions": l.results,
                        "last_sig_edit_ts": l.since,
                        "attribution_windows": ["1d_view", "7d_click"],
                    })
                })
                .into(),
            "issues_info" => refused(a, s.ads.clone(), now).map(|ad| issue("AD", a, ad)).into(),
            "is_incremental_attribution_enabled" => there(false),
            "start_time" => there(time(a, s.object.created)),
            "end_time" => s.stop.map(|at| Value::from(time(a, at))).into(),
            "bid_constraints"
            | "bid_info"
            | "pacing_type"
            | "source_adset_id"
            | "adlabels"
            | "frequency_control_specs"
            | "daily_spend_cap"
            | "lifetime_spend_cap"
            | "daily_min_spend_target"
            | "multi_optimization_goal_weight"
            | "use_new_app_click" => Some(None),
            name => shared(a, &s.object, Place::AdSet(place), name, now),
        })
    })
}

fn ad(world: &World, account: usize, place: usize, fields: &[Field], now: i64) -> Result<Value, GraphError> {
    let a = &world.accounts[account];
    let ad = &a.ads[place];
    let refused = ad.disapproved.is_some_and(|at| at <= now);
    render("Ad", ad.object.id.to_string(), fields, |field| {
        Ok(match field.name.as_str() {
            "adset_id" => there(a.ad_sets[ad.ad_set].object.id.to_string()),
            "campaign_id" => there(a.campaigns[ad.campaign].object.id.to_string()),
            "adset" => Some(Some(ad_set(a, ad.ad_set, &field.below, now)?)),
            "campaign" => Some(Some(campaign(a, ad.campaign, &field.below, now)?)),
            "creative" => Some(Some(creative::creative(a, place, &field.below)?)),
            "issues_info" => refused.then(|| issue("AD", a, place)).into(),
            "ad_review_feedback" => {
                let why = "This ad may not assert or imply personal attributes.";
                refused.then(|| json!({"global": {"Personal attributes": why}})).into()
            }
            "tracking_specs" => there(json!([{"action.type": ["offsite_conversion"], "fb_pixel": [a.pixel.id.to_string()]}])),
            "preview_shareable_link" => there(format!("https://fb.me/sandbox-{}", ad.object.id)),
            "conversion_domain"
            | "bid_amount"
            | "failed_delivery_checks"
            | "source_ad_id"
            | "adlabels"
            | "bid_type"
            | "last_updated_by_app_id"
            | "recommendations"
            | "engagement_audience" => Some(None),
            name => shared(a, &ad.object, Place::Ad(place), name, now),
        })
    })
}
