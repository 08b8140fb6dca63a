//! Fields: which there are, how many, and in what form.

use super::{Ads, figure};
use crate::kit::small;
use serde_json::{Value, json};
use trimtab_sandbox::SandboxSettings;

const DAYS: [&str; 2] = ["2026-11-01", "2026-11-19"];

#[tokio::test]
async fn fields_are_at_most_twenty_and_known() {
    let ads = Ads::new().await;
    let twenty = "dateRange,pivotValues,impressions,clicks,costInLocalCurrency,costInUsd,likes,reactions,comments,shares,follows,totalEngagements,oneClickLeads,oneClickLeadFormOpens,qualifiedLeads,externalWebsiteConversions,landingPageClicks,companyPageClicks,videoViews,videoStarts";
    let rows = ads.rows("CAMPAIGN", "ALL", DAYS, twenty).await;
    assert!(!rows.is_empty());
    let many = format!("{twenty},videoCompletions");
    let (status, body) = ads.error("adAnalytics", &ads.question("CAMPAIGN", "ALL", DAYS, &many)).await;
    assert!(status == 400 && body["message"].as_str().unwrap().contains("20 fields"), "{body}");
    for bad in ["impressions,pivotValue", "impressions,pivot", "impressions,ctr"] {
        assert_eq!(ads.error("adAnalytics", &ads.question("CAMPAIGN", "ALL", DAYS, bad)).await.0, 400, "{bad}");
    }
    let bare = ads.rows("CAMPAIGN", "DAILY", DAYS, "").await;
    assert!(bare.iter().all(|r| r.as_object().unwrap().len() == 2 && r["impressions"].is_u64() && r["clicks"].is_u64()));
    let unkeyed = ads.rows("CAMPAIGN", "DAILY", DAYS, "costInLocalCurrency").await;
    assert!(unkeyed.iter().all(|r| r["dateRange"].is_null() && r["pivotValues"].is_null()), "what is not asked for is not told");
}

#[tokio::test]
async fn counts_are_numbers_and_money_is_text_with_many_digits() {
    let ads = Ads::with(SandboxSettings { ads: 200, tenants: 4, ..small() }, 3).await;
    let rows = ads
        .rows("CREATIVE", "DAILY", DAYS, "dateRange,pivotValues,impressions,clicks,costInLocalCurrency,costInUsd,conversionValueInLocalCurrency,costPerQualifiedLead,qualifiedLeads")
        .await;
    let mut long = 0;
    for row in &rows {
        assert!(row["impressions"].is_u64() && row["clicks"].is_u64() && row["qualifiedLeads"].is_u64(), "{row}");
        let cost = row["costInLocalCurrency"].as_str().unwrap();
        long += usize::from(cost.len() > 15);
        assert_eq!(figure(row, "costInLocalCurrency") % 10_000, 0, "whole cents: {cost}");
        assert!(row["costInUsd"].is_string() && row["conversionValueInLocalCurrency"].is_string());
        assert_eq!(row["costPerQualifiedLead"].is_string(), figure(row, "qualifiedLeads") > 0, "{row}");
    }
    assert!(long * 2 > rows.len(), "{long} of {}", rows.len());
}

#[tokio::test]
async fn what_does_not_apply_is_absent_and_a_row_of_it_too() {
    let ads = Ads::with(SandboxSettings { ads: 200, ..small() }, 0).await;
    let fields = "pivotValues,impressions,videoViews,videoCompletions,sends,viralImpressions";
    let rows = ads.rows("CREATIVE", "ALL", DAYS, fields).await;
    let (with, without): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(|r| r["videoViews"].is_u64());
    assert!(!with.is_empty() && !without.is_empty());
    assert!(without.iter().all(|r| r.get("videoViews").is_none() && r.get("videoCompletions").is_none()));
    assert!(rows.iter().all(|r| r.get("sends").is_none() && r.get("viralImpressions").is_none()));
    let videos = ads.rows("CREATIVE", "ALL", DAYS, "pivotValues,videoViews").await;
    assert_eq!(videos.len(), with.len(), "rows with nothing but absent metrics are absent");
    assert_eq!(ads.rows("CREATIVE", "ALL", DAYS, "pivotValues,sends").await, Vec::<Value>::new());
    assert_eq!(
        ads.rows("CREATIVE", "ALL", ["2026-08-01", "2026-08-31"], fields).await,
        Vec::<Value>::new(),
        "before the first day"
    );
}

#[tokio::test]
async fn people_are_counted_for_a_quarter_at_most_and_not_by_member() {
    let ads = Ads::with(SandboxSettings { days: 150, ..small() }, 0).await;
    let fields = "pivotValues,impressions,approximateMemberReach,audiencePenetration";
    let rows = ads.rows("CAMPAIGN", "ALL", ["2026-08-21", "2026-11-20"], fields).await;
    for row in &rows {
        assert!(figure(row, "approximateMemberReach") <= figure(row, "impressions") && figure(row, "approximateMemberReach") > 0);
        assert!((0.0..=1.0).contains(&row["audiencePenetration"].as_f64().unwrap()), "{row}");
    }
    let account = ads.rows("ACCOUNT", "ALL", ["2026-08-21", "2026-11-20"], fields).await;
    let parts: i64 = rows.iter().map(|r| figure(r, "approximateMemberReach")).sum();
    assert!(figure(&account[0], "approximateMemberReach") < parts, "it is not a sum");
    let long = ads.question("CAMPAIGN", "ALL", ["2026-08-20", "2026-11-20"], fields);
    assert_eq!(ads.error("adAnalytics", &long).await.0, 400, "93 days");
    let members = ads.question("MEMBER_SENIORITY", "ALL", DAYS, fields);
    assert_eq!(ads.error("adAnalytics", &members).await.0, 400);
    assert_eq!(ads.error("adAnalytics", "q=attributedRevenueMetrics").await.1["code"], json!("NOT_IMPLEMENTED"));
}
