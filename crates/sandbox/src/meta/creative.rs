//! What an ad shows.

use super::{
    error::GraphError,
    fields::Field,
    node::{render, there},
};
use crate::world::account::{Account, Format};
use serde_json::{Value, json};

/// The creative of an ad.
pub(crate) fn creative(a: &Account, place: usize, fields: &[Field]) -> Result<Value, GraphError> {
    let ad = &a.ads[place];
    let id = ad.creative;
    let page = format!("10{:013}", a.id % 10_000_000_000_000);
    let link = format!("https://shop.example/{}", ad.headline.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    let call = if a.industry.commerce { "SHOP_NOW" } else { "SIGN_UP" };
    // Signed and short-lived, as the platform's own addresses are.
    let image = format!("https://scontent.example/v/t45/{id}.jpg?oh={:x}&oe=6A0F", id ^ a.id);
    let video = ad.format == Format::Video;
    render("AdCreative", id.to_string(), fields, |field| {
        Ok(match field.name.as_str() {
            "account_id" => there(a.id.to_string()),
            "name" => there(format!("{} {}", ad.object.name, id % 10_000)),
            "status" => there("ACTIVE"),
            "title" => there(ad.headline.as_str()),
            "body" => there(ad.body.as_str()),
            "object_type" => there(if video { "VIDEO" } else { "SHARE" }),
            "object_story_id" | "effective_object_story_id" => there(format!("{page}_{id}")),
            "object_story_spec" => there(json!({
                "page_id": page,
                if video { "video_data" } else { "link_data" }: {"message": ad.body, "link": link, "call_to_action": {"type": call}},
            })),
            "image_url" | "thumbnail_url" => there(image.as_str()),
            "image_hash" => (!video).then(|| Value::from(format!("{:032x}", u128::from(id) * 0x9e37_79b9))).into(),
            "video_id" => video.then(|| Value::from(format!("{}", id % 1_000_000_000_000_000 + 900_000_000_000_000))).into(),
            "call_to_action_type" => there(call),
            "link_url" => there(link.as_str()),
            "url_tags" => there("utm_source=facebook&utm_medium=paid&utm_campaign={{campaign.name}}&utm_content={{ad.name}}"),
            "instagram_user_id" => there(format!("178{:012}", a.id % 1_000_000_000_000)),
            "asset_feed_spec"
            | "effective_instagram_media_id"
            | "source_instagram_media_id"
            | "actor_id"
            | "adlabels"
            | "template_url"
            | "product_set_id"
            | "link_og_id"
            | "object_url"
            | "object_id" => Some(None),
            _ => None,
        })
    })
}
