//! `pixel/list/` and `pixel/event/stats/`.

use super::{
    auth::Grant,
    envelope::ApiError,
    objects::time,
    params::{Page, list as texts, need, object},
};
use crate::{
    http::Request,
    limits,
    world::{World, calendar::number, tag::hours_of},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use trimtab_domain::day::parse_day;

/// The one pixel every account has.
pub(crate) fn list(world: &World, grant: &Grant, request: &Request) -> Result<Vec<u8>, ApiError> {
    let account = &world.accounts[grant.advertiser(world, need(request, "advertiser_id")?)?];
    let page = Page::read(request, limits::TIKTOK_PIXEL_PAGE_MAX)?;
    let pixel = &account.pixel;
    let wanted = request.given("pixel_id").is_none_or(|id| id == pixel.id.to_string())
        && request.given("name").is_none_or(|name| pixel.name.contains(name));
    let all: Vec<Value> = if wanted {
        vec![json!({
            "pixel_id": pixel.id.to_string(),
            "pixel_code": format!("C{:019X}", pixel.id),
            "pixel_name": pixel.name,
            "create_time": time(pixel.created),
            "pixel_category": "ONLINE_STORE",
            "activity_status": "ACTIVE",
        })]
    } else {
        Vec::new()
    };
    let shown = Value::from(all[page.range(all.len())].to_vec());
    Ok(format!(r#"{{"pixels":{shown},"page_info":{}}}"#, page.info(all.len())).into_bytes())
}

/// TikTok's word for an event.
fn word(event: &str) -> &'static str {
    match event {
        "PageView" => "PAGE_VIEW",
        "ViewContent" => "ON_WEB_DETAIL",
        "AddToCart" => "ON_WEB_CART",
        "InitiateCheckout" => "INITIATE_ORDER",
        "Purchase" => "SHOPPING",
        _ => "FORM",
    }
}

/// How often each event was received over a run of days, those of today so far included: one sum for all of them.
pub(crate) fn stats(world: &World, grant: &Grant, request: &Request, now: i64) -> Result<Vec<u8>, ApiError> {
    let account = &world.accounts[grant.advertiser(world, need(request, "advertiser_id")?)?];
    need(request, "pixel_ids")?;
    need(request, "date_range")?;
    let pixels = texts(request, "pixel_ids")?.unwrap_or_default();
    let range = object(request, "date_range")?;
    let day = |name: &str| {
        let text = range.get(name).and_then(Value::as_str).unwrap_or_default();
        parse_day(text).map(number).map_err(|_| ApiError::parameter(format_args!("date_range.{name}: Not a valid date.")))
    };
    let (from, to) = (day("start_date")?, day("end_date")?);
    if to < from {
        return Err(ApiError::parameter("date_range: end_date must not be before start_date."));
    }
    if let Some(stranger) = pixels.iter().find(|id| **id != account.pixel.id.to_string()) {
        return Err(ApiError::parameter(format_args!(
            "pixel_ids: Pixel {stranger} does not exist or does not belong to the advertiser."
        )));
    }
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for day in from.max(account.calendar.day_of(account.pixel.created))..=to.min(account.calendar.day_of(now)) {
        for (event, count) in hours_of(account, day, now).into_iter().flat_map(|(_, events)| events) {
            *sums.entry(event).or_default() += count;
        }
    }
    let statistics = |(event, count): (&&str, &i64)| {
        json!({
            "pixel_event_type": word(event),
            "custom_event_type": "",
            "total_count": count,
            "browser_event_total_count": count,
            "server_event_total_count": 0,
            "attributed_count": count / 3,
            "preview_count": 0,
        })
    };
    let all: Vec<Value> = sums.iter().filter(|(_, count)| **count > 0).map(statistics).collect();
    let listed: Vec<Value> = pixels.iter().map(|id| json!({"pixel_id": id, "statistics": all})).collect();
    Ok(json!({"list": listed}).to_string().into_bytes())
}
