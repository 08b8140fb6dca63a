//! What there is: campaigns of several kinds, their budgets, keywords, asset groups, conversion actions.

use super::Google;
use crate::kit::small;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use trimtab_sandbox::SandboxSettings;

fn count(rows: &[Value], object: &str, key: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row[object][key].as_str().unwrap_or("").to_owned()).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn every_account_has_search_and_performance_max_campaigns() {
    let google = Google::with(SandboxSettings { ads: 120, ..small() }).await;
    for account in 0..google.accounts.len() {
        let query = "SELECT campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type, campaign.start_date_time FROM campaign";
        let campaigns = google.rows_of(account, query).await;
        let kinds = count(&campaigns, "campaign", "advertisingChannelType");
        assert!(kinds["SEARCH"] >= 1 && kinds["PERFORMANCE_MAX"] >= 1, "{kinds:?}");
        let id = campaigns[0]["campaign"]["id"].as_str().unwrap();
        assert_eq!(campaigns[0]["campaign"]["resourceName"], format!("customers/{}/campaigns/{id}", google.id(account)));
        assert!(campaigns[0]["campaign"]["startDateTime"].as_str().unwrap().ends_with(" 00:00:00"));
        let groups = google.rows_of(account, "SELECT ad_group.id, campaign.advertising_channel_type FROM ad_group").await;
        assert!(!count(&groups, "campaign", "advertisingChannelType").contains_key("PERFORMANCE_MAX"));
        let assets = google
            .rows_of(account, "SELECT asset_group.id, asset_group.name, campaign.advertising_channel_type FROM asset_group")
            .await;
        assert_eq!(count(&assets, "campaign", "advertisingChannelType").keys().collect::<Vec<_>>(), ["PERFORMANCE_MAX"]);
    }
    let kinds =
        count(&google.rows("SELECT campaign.advertising_channel_type FROM campaign").await, "campaign", "advertisingChannelType");
    assert!(kinds.len() >= 3, "some Display or Video: {kinds:?}");
}

#[tokio::test]
async fn ads_and_keywords_have_the_fields_of_their_kind() {
    let google = Google::small().await;
    let query = "SELECT ad_group_ad.ad.id, ad_group_ad.ad.name, ad_group_ad.ad.type, ad_group_ad.ad.final_urls, ad_group_ad.status, \
                 ad_group_ad.ad.responsive_search_ad.headlines, ad_group_ad.policy_summary.approval_status, ad_group.id, campaign.id FROM ad_group_ad";
    let ads = google.rows(query).await;
    let search = ads.iter().find(|r| r["adGroupAd"]["ad"]["type"] == "RESPONSIVE_SEARCH_AD").unwrap();
    let ad = &search["adGroupAd"]["ad"];
    assert!(
        ad["name"].is_null() && ad["responsiveSearchAd"]["headlines"][0]["text"].is_string() && ad["finalUrls"].is_array(),
        "{ad}"
    );
    let expected = format!(
        "customers/{}/adGroupAds/{}~{}",
        google.id(0),
        search["adGroup"]["id"].as_str().unwrap(),
        ad["id"].as_str().unwrap()
    );
    assert_eq!(search["adGroupAd"]["resourceName"], expected);
    let query = "SELECT ad_group.id, ad_group_criterion.criterion_id, ad_group_criterion.keyword.text, ad_group_criterion.keyword.match_type, \
                 ad_group_criterion.quality_info.quality_score, ad_group_criterion.status FROM ad_group_criterion WHERE ad_group_criterion.type = 'KEYWORD'";
    let keywords = google.rows(query).await;
    let names: HashSet<&str> = keywords.iter().map(|k| k["adGroupCriterion"]["resourceName"].as_str().unwrap()).collect();
    assert!(names.len() == keywords.len() && keywords.len() > 10);
    assert!(keywords.iter().any(|k| k["adGroupCriterion"]["qualityInfo"]["qualityScore"].is_number()));
    assert!(keywords.iter().all(|k| k["adGroupCriterion"]["criterionId"].is_string()), "long integers are strings");
}

#[tokio::test]
async fn budgets_are_resources_of_their_own_and_one_is_shared() {
    let google = Google::with(SandboxSettings { ads: 120, ..small() }).await;
    let query = "SELECT campaign.id, campaign.campaign_budget, campaign_budget.id, campaign_budget.amount_micros, \
                 campaign_budget.explicitly_shared, campaign_budget.reference_count, campaign_budget.period FROM campaign";
    let rows = google.rows(query).await;
    let shared: Vec<&Value> = rows.iter().filter(|r| r["campaignBudget"]["explicitlyShared"] == true).collect();
    assert_eq!(shared.len(), 2);
    assert!(shared.iter().all(|r| r["campaignBudget"]["referenceCount"] == "2"
        && r["campaign"]["campaignBudget"] == shared[0]["campaignBudget"]["resourceName"]));
    assert!(rows.iter().all(|r| r["campaignBudget"]["amountMicros"].as_str().unwrap().parse::<i64>().unwrap() > 0));
    let budgets = google.rows("SELECT campaign_budget.id, campaign_budget.name FROM campaign_budget").await;
    assert_eq!(budgets.len(), rows.len() - 1);
}

#[tokio::test]
async fn conversion_actions_say_whether_they_count() {
    let google = Google::small().await;
    let query = "SELECT conversion_action.id, conversion_action.name, conversion_action.category, conversion_action.primary_for_goal, \
                 conversion_action.click_through_lookback_window_days, conversion_action.attribution_model_settings.attribution_model FROM conversion_action";
    let actions = google.rows(query).await;
    let primary = actions.iter().filter(|a| a["conversionAction"]["primaryForGoal"] == true).count();
    assert!(primary == 2 && actions.len() > primary);
    assert_eq!(actions[0]["conversionAction"]["category"], "PURCHASE");
    assert_eq!(actions[0]["conversionAction"]["clickThroughLookbackWindowDays"], "28");
    let countries = google.rows("SELECT geo_target_constant.id, geo_target_constant.country_code FROM geo_target_constant WHERE geo_target_constant.country_code IN ('NL','US')").await;
    assert_eq!((countries.len(), &countries[0]["geoTargetConstant"]["id"]), (2, &json!("2528")));
}

#[tokio::test]
async fn the_change_log_has_its_own_rules() {
    let google = Google::small().await;
    let select = "SELECT change_event.change_date_time, change_event.change_resource_type, change_event.change_resource_name, \
                  change_event.resource_change_operation, change_event.changed_fields, change_event.user_email, change_event.old_resource, \
                  change_event.new_resource FROM change_event";
    let range = |from: &str, to: &str| {
        format!("{select} WHERE change_event.change_date_time >= '{from}' AND change_event.change_date_time <= '{to}'")
    };
    for (query, code) in [
        (format!("{select} LIMIT 10"), "CHANGE_DATE_RANGE_INFINITE"),
        (range("2026-11-01", "2026-11-20"), "LIMIT_NOT_SPECIFIED"),
        (format!("{} LIMIT 10001", range("2026-11-01", "2026-11-20")), "INVALID_LIMIT_CLAUSE"),
        (format!("{} LIMIT 10", range("2026-10-01", "2026-11-20")), "START_DATE_TOO_OLD"),
        (format!("{} LIMIT 10", range("2026-11-20", "2026-11-19")), "CHANGE_DATE_RANGE_NEGATIVE"),
    ] {
        assert_eq!(google.refused(&query).await, (400, "changeEventError".to_owned(), code.to_owned()), "{query}");
    }
    let query = format!("{} ORDER BY change_event.change_date_time DESC LIMIT 10000", range("2026-10-25", "2026-11-20 23:59:59"));
    let mut events = Vec::new();
    for account in 0..google.accounts.len() {
        events.extend(google.rows_of(account, &query).await);
    }
    let event = &events.first().expect("budgets were changed in a month")["changeEvent"];
    assert_eq!(
        (event["changeResourceType"].clone(), event["changedFields"].clone()),
        (json!("CAMPAIGN_BUDGET"), json!("amountMicros"))
    );
    assert!(
        event["oldResource"]["campaignBudget"]["amountMicros"] != event["newResource"]["campaignBudget"]["amountMicros"],
        "{event}"
    );
    let times: Vec<String> =
        google.rows(&query).await.iter().map(|e| e["changeEvent"]["changeDateTime"].as_str().unwrap().to_owned()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b));
}
