//! Entity edges and nodes.

use crate::kit::Kit;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use trimtab_domain::Source;
use trimtab_sandbox::SandboxSettings;

#[tokio::test]
async fn a_token_sees_its_business_and_no_other() {
    let kit = Kit::small().await;
    let accounts = kit.accounts();
    let second: Vec<_> = accounts.iter().filter(|a| a.tenant == "lumen-and-loom" && a.source == "meta").collect();
    assert_eq!(second.len(), 2);
    let url = format!("{}/meta/v25.0/me/adaccounts", kit.origin);
    let ask = kit
        .client
        .get(url)
        .bearer_auth(&second[0].secret)
        .query(&[("fields", "id,account_id,name,currency,timezone_name"), ("limit", "1")]);
    let page: Value = ask.send().await.unwrap().json().await.unwrap();
    assert_eq!(page["data"][0]["id"], format!("act_{}", second[0].account));
    assert_eq!(page["data"][0]["currency"], "USD");
    let next: Value = kit.client.get(page["paging"]["next"].as_str().unwrap()).send().await.unwrap().json().await.unwrap();
    assert_eq!(next["data"][0]["account_id"], second[1].account);
    assert!(next["paging"].get("next").is_none());
    assert_eq!(kit.error(&format!("act_{}", second[0].account), &[]).await, (403, 200, 0));
    let token = kit.get("debug_token", &[("input_token", &second[1].secret)]).await;
    assert_eq!(token["data"]["is_valid"], true);
    assert!(token["data"]["scopes"].as_array().unwrap().contains(&json!("ads_read")));
}

#[tokio::test]
async fn objects_link_up_and_budgets_are_owned_once() {
    let kit = Kit::with(SandboxSettings { ads: 60, ..crate::kit::small() }).await;
    let act = format!("act_{}", kit.account().account);
    let statuses =
        ("effective_status", r#"["ACTIVE","PAUSED","ARCHIVED","CAMPAIGN_PAUSED","WITH_ISSUES","ADSET_PAUSED","DISAPPROVED"]"#);
    let campaigns = kit
        .all(
            &format!("{act}/campaigns"),
            &[("fields", "id,name,objective,effective_status,daily_budget"), statuses, ("limit", "3")],
        )
        .await;
    let ad_sets = kit
        .all(
            &format!("{act}/adsets"),
            &[("fields", "id,campaign_id,daily_budget,lifetime_budget,effective_status,learning_stage_info,bid_amount"), statuses],
        )
        .await;
    let ads = kit
        .all(&format!("{act}/ads"), &[("fields", "id,adset_id,campaign_id,effective_status,creative{id,title}"), statuses])
        .await;
    assert_eq!(ads.len(), 60);
    let mut learning = 0;
    for set in &ad_sets {
        let campaign = campaigns.iter().find(|c| c["id"] == set["campaign_id"]).unwrap();
        let own = set["daily_budget"].is_string() || set["lifetime_budget"].is_string();
        assert!(own != campaign["daily_budget"].is_string(), "exactly one owns the budget: {set} {campaign}");
        if set["effective_status"] != "ACTIVE" {
            assert!(set.get("learning_stage_info").is_none(), "{set}");
        }
        learning += i32::from(set["learning_stage_info"]["status"].is_string());
    }
    assert!(learning > 3);
    for ad in &ads {
        assert!(ad_sets.iter().any(|s| s["id"] == ad["adset_id"] && s["campaign_id"] == ad["campaign_id"]));
        assert!(ad["creative"]["title"].is_string());
    }
    let listed = kit.all(&format!("{act}/campaigns"), &[]).await;
    let archived = campaigns.iter().filter(|c| c["effective_status"] == "ARCHIVED").count();
    assert_eq!(listed.len(), campaigns.len() - archived, "archived ones are listed only on request");
    assert_eq!(listed[0].as_object().unwrap().len(), 1, "id alone when no fields are named");
    let first = ads[0]["campaign_id"].as_str().unwrap();
    assert_eq!(kit.get(first, &[("fields", "name")]).await["id"], first);
    let below = kit.all(&format!("{first}/ads"), &[]).await;
    assert_eq!(below.len(), ads.iter().filter(|a| a["campaign_id"] == first).count());
    let creatives =
        kit.all(&format!("{act}/adcreatives"), &[("fields", "name,title,body,object_story_spec"), ("limit", "100")]).await;
    assert_eq!(creatives.len(), 60);
}

#[tokio::test]
async fn pixels_tell_their_hours() {
    let kit = Kit::small().await;
    let pixels = kit.all(&format!("act_{}/adspixels", kit.account().account), &[("fields", "name,last_fired_time")]).await;
    let id = pixels[0]["id"].as_str().unwrap();
    let stats = kit
        .get(&format!("{id}/stats"), &[("aggregation", "event"), ("start_time", "1795000000"), ("end_time", "1795086400")])
        .await;
    let bins = stats["data"].as_array().unwrap();
    assert!(bins.len() >= 20, "{stats}");
    assert!(bins[0]["start_time"].as_str().unwrap().ends_with("+0100"));
    let events: Vec<&str> = bins.iter().flat_map(|b| b["data"].as_array().unwrap()).map(|e| e["value"].as_str().unwrap()).collect();
    assert!(events.contains(&"PageView") && events.contains(&"Purchase"));
}

/// Events of the pixel by name on the days of a range (UTC), all together.
async fn events(kit: &Kit, from: &str, to: &str) -> BTreeMap<String, i64> {
    let pixels = kit.all(&format!("act_{}/adspixels", kit.account().account), &[("fields", "name")]).await;
    let path = format!("{}/stats", pixels[0]["id"].as_str().unwrap());
    let stats = kit.get(&path, &[("aggregation", "event"), ("start_time", from), ("end_time", to)]).await;
    let mut sums = BTreeMap::new();
    for event in stats["data"].as_array().unwrap().iter().flat_map(|bin| bin["data"].as_array().unwrap()) {
        *sums.entry(event["value"].as_str().unwrap().to_owned()).or_default() += event["count"].as_i64().unwrap();
    }
    sums
}

#[tokio::test]
async fn what_a_pixel_misses_it_misses_once_and_at_every_step() {
    let (calm, struck) = (Kit::small().await, Kit::small().await);
    let account = struck.account().account;
    let from = "2026-11-10".parse().unwrap();
    assert!(struck.sandbox.strike_pixel(Source::Meta, &account, "tracking_loss", from).unwrap());
    assert!(struck.sandbox.strike_pixel(Source::Meta, &account, "rain", from).is_err());
    let week = ("2026-11-11T00:00:00Z", "2026-11-18T00:00:00Z");
    let (before, after) = (events(&calm, week.0, week.1).await, events(&struck, week.0, week.1).await);
    for event in ["PageView", "ViewContent", "AddToCart", "InitiateCheckout", "Purchase"] {
        let (before, after) = (before[event] as f64, after[event] as f64);
        // Within four standard deviations of a count: what was missed twice would be at an eighth.
        let (left, chance) = (after / before, 4.0 * (0.35 / before).sqrt());
        assert!((left - 0.35).abs() < chance.max(0.02), "{event}: {left:.3} of {before} are left");
    }
}

#[tokio::test]
async fn a_lost_purchase_leaves_the_steps_before_it_and_a_silent_pixel_nothing() {
    let kit = Kit::small().await;
    let account = kit.account().account;
    let whole = events(&kit, "2026-11-16T23:00:00Z", "2026-11-17T23:00:00Z").await;
    kit.sandbox.strike_pixel(Source::Meta, &account, "lost_purchase", "2026-11-17".parse().unwrap()).unwrap();
    let lost = events(&kit, "2026-11-16T23:00:00Z", "2026-11-17T23:00:00Z").await;
    assert!(whole["Purchase"] > 0 && !lost.contains_key("Purchase"), "{whole:?} {lost:?}");
    assert_eq!(lost["InitiateCheckout"], whole["InitiateCheckout"]);
    kit.sandbox.strike_pixel(Source::Meta, &account, "silent_pixel", "2026-11-17".parse().unwrap()).unwrap();
    assert_eq!(events(&kit, "2026-11-16T23:00:00Z", "2026-11-17T23:00:00Z").await, BTreeMap::new());
}

#[tokio::test]
async fn an_hour_that_is_over_stays_as_it_was_counted() {
    let kit = Kit::small().await;
    let morning = ("2026-11-20T05:00:00Z", "2026-11-20T11:00:00Z");
    let counted = events(&kit, morning.0, morning.1).await;
    assert!(counted["PageView"] > 0);
    kit.sandbox.advance("P3D").unwrap();
    assert_eq!(events(&kit, morning.0, morning.1).await, counted);
}

#[tokio::test]
async fn currencies_without_minor_units_stay_whole() {
    let kit = Kit::with(SandboxSettings { tenants: 7, ..crate::kit::small() }).await;
    let yen = kit.accounts().into_iter().find(|a| a.currency == "JPY").unwrap();
    let url = format!("{}/meta/v26.0/act_{}/insights", kit.origin, yen.account);
    let ask = kit.client.get(url).bearer_auth(&yen.secret).query(&[("fields", "spend,account_currency")]);
    let page: Value = ask.send().await.unwrap().json().await.unwrap();
    let spend = page["data"][0]["spend"].as_str().unwrap();
    assert!(spend.parse::<i64>().unwrap() > 100_000, "{spend}");
}

#[tokio::test]
async fn the_change_log_names_what_changed() {
    let kit = Kit::small().await;
    let path = format!("act_{}/activities", kit.account().account);
    let fields = "event_time,event_type,actor_name,object_id,object_name,extra_data";
    let edits = kit.all(&path, &[("fields", fields)]).await;
    let edit = edits.iter().find(|e| e["event_type"].as_str().unwrap().contains("budget")).expect("budgets were changed");
    let extra: Value = serde_json::from_str(edit["extra_data"].as_str().unwrap()).unwrap();
    assert_ne!(extra["old_value"], extra["new_value"]);
    assert!(!edit["object_name"].as_str().unwrap().is_empty());
}
