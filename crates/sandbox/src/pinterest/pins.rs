//! The token's user, Pins and boards. A Pin is an ad's creative; each campaign keeps its Pins on a board of its own.

use super::{entities, error::ApiError, paging, params::Params};
use crate::world::{
    World,
    account::{Account, Format, Place},
    calendar::stamp,
};
use serde_json::{Value, json};

/// What makes a board's id of its campaign's.
const BOARD: u64 = 50_000_000_000_000;

pub(crate) fn user_id(account: usize) -> String {
    format!("5497558{account:08}")
}

pub(crate) fn username(world: &World, account: usize) -> String {
    world.tenants[world.accounts[account].tenant].slug.replace('-', "")
}

/// Where an ad leads.
pub(crate) fn link(account: &Account, ad: usize) -> String {
    format!("https://shop.example/{}?utm_source=pinterest", account.ads[ad].creative)
}

/// `user_account`.
pub(crate) fn user_account(world: &World, account: usize) -> Value {
    let tenant = &world.tenants[world.accounts[account].tenant];
    let a = &world.accounts[account];
    json!({
        "account_type": "BUSINESS",
        "id": user_id(account),
        "username": username(world, account),
        "business_name": tenant.name,
        "about": tenant.industry,
        "profile_image": format!("https://i.pinimg.example/60x60_RS/{}.jpg", user_id(account)),
        "website_url": "https://shop.example",
        "board_count": a.campaigns.len(),
        "pin_count": a.ads.len(),
        "follower_count": 1_200 + a.ads.len() * 37,
        "following_count": 12,
        "monthly_views": 48_000 + a.ads.len() * 910,
    })
}

/// The object behind the id of a board.
fn board_of(world: &World, account: usize, id: &str) -> Option<usize> {
    match world.find(id.parse::<u64>().ok()?.checked_sub(BOARD)?)? {
        (a, Place::Campaign(c)) if a == account => Some(c),
        _ => None,
    }
}

/// Whose an id of a Pin, a board or an audience is.
pub(crate) fn owner(world: &World, id: u64) -> Option<usize> {
    let board = || id.checked_sub(BOARD).and_then(|id| world.find(id));
    world.find(id).or_else(board).map(|found| found.0)
}

/// `boards`.
pub(crate) fn boards(world: &World, account: usize, params: &Params, now: i64) -> Result<Value, ApiError> {
    let privacy = params.among("privacy", &["ALL", "PUBLIC", "PROTECTED", "SECRET", "PUBLIC_AND_SECRET"])?;
    let a = &world.accounts[account];
    let wanted = !matches!(privacy, Some("PROTECTED" | "SECRET"));
    let all = a.campaigns.iter().enumerate().filter(|(_, c)| wanted && c.object.created <= now);
    let page = paging::cut(params, &all.map(|(place, c)| (c.object.id + BOARD, place)).collect::<Vec<_>>())?;
    let items = page.places.iter().map(|c| board(world, account, *c)).collect();
    Ok(page.answer(items))
}

/// `boards/{id}`.
pub(crate) fn one_board(world: &World, account: usize, id: &str) -> Result<Value, ApiError> {
    let campaign = board_of(world, account, id).ok_or_else(|| ApiError::missing("Board"))?;
    Ok(board(world, account, campaign))
}

fn board(world: &World, account: usize, campaign: usize) -> Value {
    let a = &world.accounts[account];
    let c = &a.campaigns[campaign];
    let thumbs: Vec<String> = c.ads.clone().take(3).map(|ad| image(a, ad, "150x150")).collect();
    json!({
        "id": (c.object.id + BOARD).to_string(),
        "name": c.object.name,
        "description": null,
        "owner": {"username": username(world, account)},
        "privacy": "PUBLIC",
        "is_ads_only": true,
        "pin_count": c.ads.len(),
        "follower_count": 0,
        "collaborator_count": 0,
        "created_at": date_time(c.object.created),
        "board_pins_modified_at": date_time(c.object.updated),
        "media": {"image_cover_url": c.ads.clone().next().map(|ad| image(a, ad, "400x300")), "pin_thumbnail_urls": thumbs},
    })
}

/// `pins`, or those of one board.
pub(crate) fn list(world: &World, account: usize, on: Option<&str>, params: &Params, now: i64) -> Result<Value, ApiError> {
    let a = &world.accounts[account];
    let range = match on {
        None => 0..a.ads.len(),
        Some(id) => a.campaigns[board_of(world, account, id).ok_or_else(|| ApiError::missing("Board"))?].ads.clone(),
    };
    let kinds = params.each("creative_types");
    let wanted = |ad: &usize| {
        let own = &a.ads[*ad];
        own.object.created <= now && (kinds.is_empty() || kinds.contains(&entities::creative_type(own.format)))
    };
    let all: Vec<(u64, usize)> = range.filter(wanted).map(|ad| (a.ads[ad].creative, ad)).collect();
    let page = paging::cut(params, &all)?;
    let items = page.places.iter().map(|ad| pin(world, account, *ad)).collect();
    Ok(page.answer(items))
}

/// `pins/{id}`.
pub(crate) fn one(world: &World, account: usize, id: &str) -> Result<Value, ApiError> {
    let found = id.parse().ok().and_then(|id| world.find(id));
    match found {
        Some((a, Place::Creative(ad))) if a == account => Ok(pin(world, account, ad)),
        _ => Err(ApiError::missing("Pin")),
    }
}

fn pin(world: &World, account: usize, ad: usize) -> Value {
    let a = &world.accounts[account];
    let own = &a.ads[ad];
    json!({
        "id": own.creative.to_string(),
        "title": own.headline,
        "description": own.body,
        "alt_text": null,
        "link": link(a, ad),
        "dominant_color": "#6E7874",
        "creative_type": entities::creative_type(own.format),
        "media": media(a, ad),
        "board_id": (a.campaigns[own.campaign].object.id + BOARD).to_string(),
        "board_section_id": null,
        "board_owner": {"username": username(world, account)},
        "parent_pin_id": null,
        "is_owner": true,
        "is_standard": false,
        "has_been_promoted": true,
        "pin_metrics": null,
        "created_at": date_time(own.object.created),
    })
}

fn media(account: &Account, ad: usize) -> Value {
    let sizes = [("150x150", 150, 150), ("400x300", 400, 300), ("600x", 600, 900), ("1200x", 1_200, 1_800)];
    let images = || -> Value {
        sizes
            .iter()
            .map(|(name, width, height)| {
                ((*name).to_owned(), json!({"width": width, "height": height, "url": image(account, ad, name)}))
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    match account.ads[ad].format {
        Format::Image => json!({"media_type": "image", "images": images()}),
        Format::Video => json!({
            "media_type": "video",
            "images": images(),
            "cover_image_url": image(account, ad, "600x"),
            "video_url": null,
            "duration": 15_000.0,
            "width": 1_080,
            "height": 1_920,
        }),
        Format::Carousel => {
            let items: Vec<Value> = (1..=3)
                .map(|card| {
                    json!({
                        "item_type": "image",
                        "title": format!("{} {card}", account.ads[ad].headline),
                        "description": null,
                        "link": link(account, ad),
                        "images": images(),
                    })
                })
                .collect();
            json!({"media_type": "multiple_images", "items": items})
        }
    }
}

fn image(account: &Account, ad: usize, size: &str) -> String {
    format!("https://i.pinimg.example/{size}/{}.jpg", account.ads[ad].creative)
}

/// A date and time in the notation of boards and Pins, which leaves the zone out.
fn date_time(instant: i64) -> String {
    let text = stamp(instant).to_string();
    text.trim_end_matches('Z').to_owned()
}
