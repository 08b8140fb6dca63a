//! Audiences, conversion tags and how good their events are.

use super::{error::ApiError, paging, params::Params};
use crate::world::{
    account::{Account, AdSet},
    incident::Trouble,
};
use serde_json::{Value, json};

/// What makes an audience's id of the id of the ad set that uses it.
const AUDIENCE: u64 = 50_000_000_000_000;

/// The audience an ad set is shown to, by its id, if it is shown to one.
pub(crate) fn included(ad_set: &AdSet) -> Option<u64> {
    let listed = !ad_set.audience_name.starts_with("Broad") && !ad_set.audience_name.starts_with("Interest");
    listed.then_some(ad_set.object.id + AUDIENCE)
}

/// `audiences`: those the account made; nobody shares any with it.
pub(crate) fn list(account: &Account, params: &Params, now: i64) -> Result<Value, ApiError> {
    let received = params.among("ownership_type", &["OWNED", "RECEIVED"])? == Some("RECEIVED");
    let made = account.ad_sets.iter().enumerate().filter(|(_, s)| !received && s.object.created <= now);
    let all: Vec<(u64, usize)> = made.filter_map(|(place, s)| Some((included(s)?, place))).collect();
    let page = paging::cut(params, &all)?;
    let items = page.places.iter().map(|s| audience(account, *s)).collect();
    Ok(page.answer(items))
}

/// `audiences/{id}`.
pub(crate) fn one(account: &Account, id: &str) -> Result<Value, ApiError> {
    let wanted: Option<u64> = id.parse().ok();
    let place = account.ad_sets.iter().position(|s| wanted.is_some() && included(s) == wanted);
    place.map(|s| audience(account, s)).ok_or_else(|| ApiError::missing("Audience"))
}

fn audience(account: &Account, ad_set: usize) -> Value {
    let s = &account.ad_sets[ad_set];
    let kind = if s.audience_name.starts_with("Lookalike") { "ACTALIKE" } else { "VISITOR" };
    json!({
        "id": included(s).map(|id| id.to_string()),
        "ad_account_id": account.id.to_string(),
        "name": s.audience_name,
        "audience_type": kind,
        "description": null,
        "rule": {"retention_days": 30},
        "size": crate::world::chance::whole(s.audience),
        "status": "READY",
        "type": "audience",
        "created_by_company_name": null,
        "created_timestamp": s.object.created,
        "updated_timestamp": s.object.updated,
    })
}

/// Whether trouble of a kind is on at an instant.
fn troubled(account: &Account, kinds: &[Trouble], now: i64) -> bool {
    let today = account.calendar.day_of(now);
    account.incidents.iter().any(|i| kinds.contains(&i.kind) && i.from <= today && i.to.is_none_or(|to| today <= to))
}

/// The account's tag.
pub(crate) fn tag(account: &Account, now: i64) -> Value {
    let silent = account.incidents.iter().find(|i| i.kind == Trouble::SilentPixel && account.calendar.start(i.from) <= now);
    let still = silent.filter(|i| i.to.is_none_or(|to| now < account.calendar.start(to + 1)));
    let fired = still.map_or(now - 240, |i| account.calendar.start(i.from));
    json!({
        "id": account.pixel.id.to_string(),
        "ad_account_id": account.id.to_string(),
        "name": account.pixel.name,
        "status": "ACTIVE",
        "enhanced_match_status": "VALIDATION_COMPLETE",
        "last_fired_time_ms": fired * 1_000,
        "version": "3",
        "code_snippet": "",
        "configs": {"aem_enabled": true, "aem_db_enabled": false, "md_frequency": 1},
    })
}

/// `conversion_tags`.
pub(crate) fn tags(account: &Account, params: &Params, now: i64) -> Result<Value, ApiError> {
    params.flag("filter_deleted")?;
    Ok(json!({"items": [tag(account, now)]}))
}

/// `conversion_eqs`: worse while the tag loses or doubles events.
pub(crate) fn event_quality(account: &Account, params: &Params, now: i64) -> Result<Value, ApiError> {
    let lookback = params.among("lookback_period", &["1d", "14d"])?;
    let lookback = lookback.ok_or_else(|| ApiError::invalid("Missing required parameter 'lookback_period'"))?;
    let source = params.among("ingestion_source", &["TAG", "MMP", "FILE_UPLOAD", "CONVERSIONS_API", "NATIVE"])?;
    if source.is_some_and(|s| s != "TAG") {
        return Ok(json!([]));
    }
    let lost = troubled(account, &[Trouble::TrackingLoss, Trouble::SilentPixel], now);
    let doubled = troubled(account, &[Trouble::DoubledTag], now);
    let coverage = if lost { 0.21 } else { 0.83 };
    let issue = json!([{"id": "low_coverage", "name": "Low coverage", "reason": "Few events carry this parameter."}]);
    let event = if account.industry.commerce { "checkout" } else { "lead" };
    let component = |share: f64| json!({event: {"coverage": share, "issues": if lost { issue.clone() } else { json!([]) }}});
    Ok(json!([{
        "ingestion_source": "TAG",
        "source_platform": "WEB",
        "lookback_period": lookback,
        "overall_status": if lost { "NEEDS_IMPROVEMENT" } else if doubled { "FAIR" } else { "GOOD" },
        "quality_components": {
            "hashed_email": component(coverage * 0.8),
            "click_id_epik": component(coverage),
            "external_event_id": component(if doubled { 0.4 } else { coverage }),
        },
    }]))
}

/// `resources/metrics_ready_state`: figures are ready some hours after their UTC day, conversions a day later.
pub(crate) fn ready(params: &Params, now: i64) -> Result<Value, ApiError> {
    let day = super::params::day("date", params.need("date")?)?;
    let since = now - i64::from(day + 1) * 86_400;
    Ok(json!({"non_conversion_metrics_ready": since >= 6 * 3_600, "conversion_metrics_ready": since >= 30 * 3_600}))
}
