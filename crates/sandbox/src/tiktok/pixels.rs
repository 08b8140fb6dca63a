//! `pixel/list/`.

use super::{
    auth::Grant,
    envelope::ApiError,
    objects::time,
    params::{Page, need},
};
use crate::{http::Request, limits, world::World};
use serde_json::{Value, json};

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
