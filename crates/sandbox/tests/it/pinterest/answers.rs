//! Lists and objects: names and types as the platform documents them, pages, and what lists leave out.

use super::Pins;
use crate::kit::small;
use serde_json::{Value, json};
use std::collections::HashSet;
use trimtab_sandbox::SandboxSettings;

/// Checks fields by name: `id` digits as text, `text`, `int`, `number`, `flag`, `list`, `object`; a `?` allows null; words are an enum.
fn check(object: &Value, fields: &[(&str, &str)]) {
    for (name, kind) in fields {
        let value = &object[*name];
        let (kind, nullable) = kind.strip_suffix('?').map_or((*kind, false), |k| (k, true));
        assert!(object.get(*name).is_some(), "{name} is missing: {object}");
        let fits = match kind {
            "id" => value.as_str().is_some_and(|t| !t.is_empty() && t.len() <= 18 && t.bytes().all(|b| b.is_ascii_digit())),
            "text" => value.is_string(),
            "int" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "flag" => value.is_boolean(),
            "list" => value.is_array(),
            "object" => value.is_object(),
            words => value.as_str().is_some_and(|t| words.split('|').any(|w| w == t)),
        };
        assert!(fits || (nullable && value.is_null()), "{name} should be {kind}: {object}");
    }
    let known: HashSet<&str> = fields.iter().map(|f| f.0).collect();
    let strange: Vec<_> = object.as_object().unwrap().keys().filter(|k| !known.contains(k.as_str())).collect();
    assert!(strange.is_empty(), "fields the platform does not have: {strange:?}");
}

/// An account with objects of every sort.
fn large() -> SandboxSettings {
    SandboxSettings { ads: 400, ..small() }
}

const STATUS: (&str, &str) = ("status", "ACTIVE|PAUSED|ARCHIVED|DRAFT|DELETED_DRAFT");
const SUMMARY: (&str, &str) =
    ("summary_status", "RUNNING|PAUSED|NOT_STARTED|COMPLETED|ADVERTISER_DISABLED|ARCHIVED|DRAFT|DELETED_DRAFT");

#[tokio::test]
async fn objects_have_the_documented_fields() {
    let pins = Pins::with(large(), 0).await;
    let accounts = pins.get("ad_accounts", &[]).await;
    assert!(accounts["bookmark"].is_null());
    let account = &accounts["items"][0];
    check(
        account,
        &[
            ("id", "id"),
            ("name", "text"),
            ("owner", "object"),
            ("country", "text"),
            ("currency", "EUR"),
            ("permissions", "list"),
            ("created_time", "int?"),
            ("updated_time", "int?"),
            ("time_zone", "UTC"),
        ],
    );
    assert_eq!(account["id"], pins.account.account);
    assert_eq!(pins.get(&format!("ad_accounts/{}", pins.account.account), &[]).await, *account);
    for campaign in pins.everything("campaigns").await {
        check(
            &campaign,
            &[
                ("id", "id"),
                ("ad_account_id", "id"),
                ("name", "text"),
                STATUS,
                SUMMARY,
                ("objective_type", "AWARENESS|CONSIDERATION|WEB_CONVERSION|CATALOG_SALES|VIDEO_COMPLETION"),
                ("daily_spend_cap", "int?"),
                ("lifetime_spend_cap", "int?"),
                ("is_campaign_budget_optimization", "flag?"),
                ("is_performance_plus", "flag"),
                ("is_flexible_daily_budgets", "flag?"),
                ("is_automated_campaign", "flag?"),
                ("order_line_id", "id?"),
                ("start_time", "int?"),
                ("end_time", "int?"),
                ("bid_options", "object?"),
                ("tracking_urls", "object?"),
                ("created_time", "int"),
                ("updated_time", "int"),
                ("type", "campaign"),
            ],
        );
        assert_eq!(campaign["is_campaign_budget_optimization"], !campaign["daily_spend_cap"].is_null());
    }
    for group in pins.everything("ad_groups").await {
        check(
            &group,
            &[
                ("id", "id"),
                ("ad_account_id", "id"),
                ("campaign_id", "id"),
                ("name", "text"),
                STATUS,
                SUMMARY,
                ("budget_type", "DAILY|LIFETIME|CBO_ADGROUP"),
                ("budget_in_micro_currency", "int?"),
                ("bid_in_micro_currency", "int?"),
                ("bid_strategy_type", "AUTOMATIC_BID|MAX_BID|TARGET_AVG?"),
                ("billable_event", "CLICKTHROUGH|IMPRESSION|VIDEO_V_50_MRC"),
                ("pacing_delivery_type", "STANDARD|ACCELERATED"),
                ("placement_group", "ALL|SEARCH|BROWSE|OTHER"),
                ("auto_targeting_enabled", "flag?"),
                ("targeting_spec", "object"),
                ("optimization_goal_metadata", "object?"),
                ("conversion_learning_mode_type", "NOT_ACTIVE|ACTIVE?"),
                ("tracking_urls", "object?"),
                ("start_time", "int?"),
                ("end_time", "int?"),
                ("feed_profile_id", "text"),
                ("created_time", "int"),
                ("updated_time", "int"),
                ("type", "adgroup"),
            ],
        );
        assert_eq!(group["budget_type"] == "CBO_ADGROUP", group["budget_in_micro_currency"].is_null());
    }
    for ad in pins.everything("ads").await {
        check(
            &ad,
            &[
                ("id", "id"),
                ("ad_account_id", "id"),
                ("ad_group_id", "id"),
                ("campaign_id", "id"),
                ("pin_id", "id"),
                ("creative_type", "REGULAR|VIDEO|CAROUSEL"),
                ("destination_url", "text?"),
                ("name", "text?"),
                STATUS,
                ("review_status", "OTHER|PENDING|REJECTED|APPROVED"),
                ("rejected_reasons", "list"),
                ("rejection_labels", "list"),
                ("summary_status", "APPROVED|PAUSED|PENDING|REJECTED|ADVERTISER_DISABLED|ARCHIVED|DRAFT|DELETED_DRAFT"),
                ("is_pin_deleted", "flag"),
                ("is_removable", "flag"),
                ("tracking_urls", "object?"),
                ("created_time", "int"),
                ("updated_time", "int"),
                ("type", "pinpromotion"),
            ],
        );
    }
}

#[tokio::test]
async fn pins_boards_and_the_rest_have_theirs() {
    let pins = Pins::with(large(), 0).await;
    let ad = &pins.everything("ads").await[0];
    let pin = pins.get(&format!("pins/{}", ad["pin_id"].as_str().unwrap()), &[]).await;
    check(
        &pin,
        &[
            ("id", "id"),
            ("title", "text?"),
            ("description", "text?"),
            ("alt_text", "text?"),
            ("link", "text?"),
            ("dominant_color", "text?"),
            ("creative_type", "REGULAR|VIDEO|CAROUSEL?"),
            ("media", "object"),
            ("board_id", "id"),
            ("board_section_id", "id?"),
            ("board_owner", "object"),
            ("parent_pin_id", "id?"),
            ("is_owner", "flag"),
            ("is_standard", "flag"),
            ("has_been_promoted", "flag"),
            ("pin_metrics", "object?"),
            ("created_at", "text"),
        ],
    );
    assert!(!pin["created_at"].as_str().unwrap().ends_with('Z'));
    let board = pins.get(&format!("boards/{}", pin["board_id"].as_str().unwrap()), &[]).await;
    let on_board = pins.get(&format!("boards/{}/pins", board["id"].as_str().unwrap()), &[("page_size", "250")]).await;
    assert_eq!(on_board["items"].as_array().unwrap().len() as u64, board["pin_count"].as_u64().unwrap());
    assert!(on_board["items"].as_array().unwrap().contains(&pin));
    let audience = pins.own("audiences", &[]).await["items"][0].clone();
    assert_eq!(pins.own(&format!("audiences/{}", audience["id"].as_str().unwrap()), &[]).await, audience);
    let tag = &pins.own("conversion_tags", &[]).await["items"][0];
    assert!(tag["last_fired_time_ms"].as_i64().unwrap() > 1_700_000_000_000, "{tag}");
    let quality = pins.own("conversion_eqs", &[("lookback_period", "14d")]).await;
    assert_eq!((&quality[0]["ingestion_source"], &quality[0]["lookback_period"]), (&json!("TAG"), &json!("14d")));
    assert_eq!(pins.own("keywords", &[]).await, json!({"items": [], "bookmark": null}));
    assert_eq!(pins.get("user_account", &[]).await["account_type"], "BUSINESS");
    let ready = |date: &'static str| async { pins.get("resources/metrics_ready_state", &[("date", date)]).await };
    assert_eq!(ready("2026-11-18").await, json!({"conversion_metrics_ready": true, "non_conversion_metrics_ready": true}));
    assert_eq!(ready("2026-11-19").await, json!({"conversion_metrics_ready": false, "non_conversion_metrics_ready": true}));
}

#[tokio::test]
async fn lists_end_hide_the_archived_and_may_be_short() {
    let pins = Pins::with(large(), 0).await;
    let everything = pins.everything("ads").await;
    let shown = |all: &[Value]| all.iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect::<HashSet<_>>();
    let of_status = |status: &str| everything.iter().filter(|a| a["status"] == status).cloned().collect::<Vec<_>>();
    let live: Vec<Value> = everything.iter().filter(|a| a["status"] != "ARCHIVED").cloned().collect();
    assert!(everything.len() > 100 && !of_status("PAUSED").is_empty());
    for order in ["ASCENDING", "DESCENDING"] {
        let (usual, pages) = pins.all(&pins.below("ads"), &[("order", order)]).await;
        assert_eq!((shown(&usual), usual.len()), (shown(&live), live.len()));
        assert_eq!(pages, everything.len().div_ceil(25));
    }
    let mut short = 0;
    let mut bookmark = String::new();
    loop {
        let page = pins.own("ads", &[("entity_statuses", "PAUSED"), ("page_size", "10"), ("bookmark", &bookmark)]).await;
        short += usize::from(page["items"].as_array().unwrap().len() < 10 && page["bookmark"].is_string());
        let Some(next) = page["bookmark"].as_str() else { break };
        bookmark = next.to_owned();
    }
    assert!(short > 0, "a short page is no last page");
    let campaigns = pins.everything("campaigns").await;
    let archived = campaigns.iter().filter(|c| c["status"] == "ARCHIVED").count();
    assert!(archived > 0, "the world has archived campaigns");
    assert_eq!(pins.all(&pins.below("campaigns"), &[("page_size", "250")]).await.0.len(), campaigns.len() - archived);
    let campaign = campaigns[0]["id"].as_str().unwrap();
    let (below, _) = pins.all(&pins.below("ad_groups"), &[("campaign_ids", campaign)]).await;
    assert!(!below.is_empty() && below.iter().all(|g| g["campaign_id"] == campaign));
    let both = [("campaign_ids", campaign), ("ad_group_ids", below[0]["id"].as_str().unwrap())];
    assert_eq!(pins.error(&pins.below("ad_groups"), &both).await.0, 400);
}

#[tokio::test]
async fn changes_succeed_or_fail_item_by_item() {
    let pins = Pins::with(large(), 0).await;
    let campaigns = pins.everything("campaigns").await;
    let capped = campaigns.iter().find(|c| c["daily_spend_cap"].is_i64() && c["status"] == "ACTIVE").unwrap();
    let uncapped = campaigns.iter().find(|c| c["daily_spend_cap"].is_null() && c["status"] == "ACTIVE").unwrap();
    let account = &pins.account.account;
    let patch = |kind: &'static str, body: Value| {
        let request = pins.kit.client.patch(pins.url(&pins.below(kind))).bearer_auth(&pins.access).json(&body);
        async move {
            let reply = request.send().await.unwrap();
            (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
        }
    };
    let (status, answer) = patch(
        "campaigns",
        json!([
            {"id": capped["id"], "ad_account_id": account, "daily_spend_cap": 25_000_000},
            {"id": uncapped["id"], "ad_account_id": account, "daily_spend_cap": 25_000_000},
            {"id": uncapped["id"], "status": "PAUSED"},
        ]),
    )
    .await;
    assert_eq!(status, 200);
    let items = answer["items"].as_array().unwrap();
    assert_eq!((&items[0]["data"]["daily_spend_cap"], &items[0]["exceptions"]), (&json!(25_000_000), &json!([])));
    assert!(items[1..].iter().all(|i| i["exceptions"][0]["message"].is_string()), "{answer}");
    let ad = pins.own("ads", &[("entity_statuses", "ACTIVE")]).await["items"][0].clone();
    let (_, answer) = patch("ads", json!([{"id": ad["id"], "status": "PAUSED"}, {"id": "1", "status": "PAUSED"}])).await;
    assert_eq!(answer["items"][0]["data"]["status"], "PAUSED");
    assert!(answer["items"][0]["exceptions"].is_null() && answer["items"][1]["exceptions"]["code"].is_i64(), "{answer}");
    let writes: Value =
        pins.kit.client.get(format!("{}/_sandbox/writes", pins.kit.origin)).send().await.unwrap().json().await.unwrap();
    assert_eq!(writes.as_array().unwrap().len(), 2, "{writes}");
    assert_eq!(writes[0]["changes"]["daily_spend_cap"]["after"], "25000000");
    assert_eq!(patch("campaigns", json!({})).await.0, 400);
}
