//! `advertiser/info/`: ad accounts.

use super::{auth::Grant, entities, envelope::ApiError, params};
use crate::{
    http::Request,
    limits,
    world::{World, account::Account},
};
use serde_json::{Value, json};

/// The zone whose ad account counts days by a fixed offset, as accounts do that were opened before TikTok knew zones by place.
const FIXED: (&str, &str) = ("America/Los_Angeles", "Etc/GMT+8");

/// The zone an account is given when its business sits in this one. The sign of `Etc` zones is inverted: `Etc/GMT+8` is UTC−8.
pub(crate) fn zone_of(business: &str) -> Option<&'static str> {
    (business == FIXED.0).then_some(FIXED.1)
}

/// The zone shown to people, which may differ from the one days are cut by.
fn shown_zone(account: &Account) -> &str {
    let zone = account.calendar.zone().as_str();
    if zone == FIXED.1 { FIXED.0 } else { zone }
}

/// The accounts asked for.
pub(crate) fn info(world: &World, grant: &Grant, request: &Request) -> Result<Value, ApiError> {
    let ids = params::list(request, "advertiser_ids")?.ok_or_else(|| ApiError::missing("advertiser_ids"))?;
    if ids.len() > limits::TIKTOK_IDS_MAX {
        return Err(ApiError::too_many_ids("advertiser_ids", limits::TIKTOK_IDS_MAX));
    }
    let fields = params::list(request, "fields")?;
    let list: Vec<Value> = ids
        .iter()
        .map(|id| {
            let account = &world.accounts[grant.advertiser(world, id)?];
            Ok(entities::only(one(world, account), fields.as_deref()))
        })
        .collect::<Result<_, _>>()?;
    Ok(json!({"list": list}))
}

fn one(world: &World, account: &Account) -> Value {
    let tenant = &world.tenants[account.tenant];
    json!({
        "advertiser_id": account.id.to_string(),
        "name": account.name,
        "company": tenant.name,
        "currency": account.currency.as_str(),
        "timezone": account.calendar.zone().as_str(),
        "display_timezone": shown_zone(account),
        "status": "STATUS_ENABLE",
        "role": "ROLE_ADVERTISER",
        "advertiser_account_type": "AUCTION",
        "industry": tenant.industry,
        "country": account.countries[0].0,
        "language": "en",
        "balance": 0.0,
        "create_time": account.pixel.created,
        "owner_bc_id": null,
        "rejection_reason": "",
    })
}
