//! Accounts, roles, campaign groups, campaigns, creatives, conversions.

use super::Ads;
use crate::kit::small;
use serde_json::{Value, json};
use std::collections::HashSet;
use trimtab_sandbox::SandboxSettings;

fn ids(elements: &[Value]) -> Vec<String> {
    elements.iter().map(|e| e["id"].to_string()).collect()
}

#[tokio::test]
async fn accounts_are_searched_by_status_and_id() {
    let ads = Ads::new().await;
    let all = ads.get("adAccounts", "q=search&search=(status:(values:List(ACTIVE)))&pageSize=500").await;
    assert_eq!(all["elements"].as_array().unwrap().len(), 1);
    let one = &all["elements"][0];
    assert!(one["id"].as_u64().is_some_and(|id| id.to_string() == ads.account.account), "{one}");
    assert_eq!(one["currency"], ads.account.currency);
    assert_eq!(ads.account.timezone, "UTC");
    assert!(one["changeAuditStamps"]["created"]["time"].as_i64().unwrap() > 1_000_000_000_000, "milliseconds");
    assert!(all["metadata"].get("nextPageToken").is_none());
    let by_id = format!("q=search&search=(id:(values:List({})))", ads.urn());
    assert_eq!(ads.get("adAccounts", &by_id).await["elements"][0], *one);
    let strange = "q=search&search=(id:(values:List(urn%3Ali%3AsponsoredAccount%3A1)))";
    assert_eq!(ads.get("adAccounts", strange).await["elements"], json!([]));
    assert_eq!(ads.get("adAccounts", "q=search&search=(status:(values:List(CANCELLED)))").await["elements"], json!([]));
    assert_eq!(ads.get(&format!("adAccounts/{}", ads.account.account), "").await, *one);
    for bad in [
        "",
        "q=find",
        "q=search&search=(status:(values:List(ALIVE)))",
        "q=search&search=(colour:(values:List(RED)))",
        "q=search&search=(id:(values:List(1)))",
        "q=search&colour=red",
        "q=search&search=ACTIVE",
    ] {
        assert_eq!(ads.error("adAccounts", bad).await.0, 400, "{bad}");
    }
}

#[tokio::test]
async fn roles_are_paged_by_start_and_count() {
    let ads = Ads::new().await;
    let users = ads.get("adAccountUsers", "q=authenticatedUser&start=0&count=5").await;
    assert_eq!((&users["elements"][0]["role"], &users["paging"]["total"]), (&json!("CAMPAIGN_MANAGER"), &json!(1)));
    assert_eq!(users["elements"][0]["account"], format!("urn:li:sponsoredAccount:{}", ads.account.account));
    assert_eq!(users["paging"]["links"], json!([]));
    assert_eq!(ads.get("adAccountUsers", "q=authenticatedUser&start=1").await["elements"], json!([]));
}

#[tokio::test]
async fn strangers_and_what_does_not_exist_are_refused() {
    let ads = Ads::new().await;
    let other = ads.kit.accounts_of("linkedin").into_iter().nth(1).unwrap();
    assert_eq!(ads.error(&format!("adAccounts/{}/adCampaigns", other.account), "q=search").await.0, 403);
    assert_eq!(ads.error("adAccounts/12/adCampaigns", "q=search").await.0, 404);
    assert_eq!(ads.error(&ads.below("adCampaigns/12"), "").await.0, 404);
    assert_eq!(ads.error(&ads.below("nonsense"), "q=search").await.0, 404);
    assert_eq!(ads.error("nonsense", "").await.0, 404);
    let conversions = format!("q=account&account=urn%3Ali%3AsponsoredAccount%3A{}", other.account);
    assert_eq!(ads.error("conversions", &conversions).await.0, 403);
    let reply = ads.headed(ads.kit.client.patch(ads.url(&format!("rest/{}", ads.below("adCampaigns/12"))))).send().await.unwrap();
    assert_eq!(reply.status(), 405);
}

#[tokio::test]
async fn every_object_is_on_one_page() {
    let ads = Ads::with(SandboxSettings { ads: 400, ..small() }, 0).await;
    for (kind, size) in [("adCampaignGroups", 2), ("adCampaigns", 7), ("creatives", 9)] {
        let (whole, pages) = ads.all(kind, "&pageSize=1000").await;
        assert_eq!(pages, 1);
        let (paged, pages) = ads.all(kind, &format!("&pageSize={size}&sortOrder=ASCENDING")).await;
        assert_eq!(pages, whole.len().div_ceil(size), "{kind}");
        assert_eq!(ids(&paged), ids(&whole));
        let (mut back, _) = ads.all(kind, &format!("&pageSize={size}&sortOrder=DESCENDING")).await;
        back.reverse();
        assert_eq!(ids(&back), ids(&whole));
        let q = if kind == "creatives" { "criteria" } else { "search" };
        for bad in ["pageSize=1001", "pageSize=0", "pageToken=nonsense", "sortOrder=UP"] {
            assert_eq!(ads.error(&ads.below(kind), &format!("q={q}&{bad}")).await.0, 400, "{kind} {bad}");
        }
    }
}

#[tokio::test]
async fn objects_name_their_parents_and_amounts_are_text() {
    let ads = Ads::with(SandboxSettings { ads: 400, ..small() }, 0).await;
    let (groups, _) = ads.all("adCampaignGroups", "").await;
    let (campaigns, _) = ads.all("adCampaigns", "").await;
    let (creatives, _) = ads.all("creatives", "&pageSize=1000").await;
    let urns = |kind: &str, elements: &[Value]| -> HashSet<String> {
        elements.iter().map(|e| format!("urn:li:{kind}:{}", e["id"])).collect()
    };
    let (of_group, of_campaign) = (urns("sponsoredCampaignGroup", &groups), urns("sponsoredCampaign", &campaigns));
    let mut daily = 0;
    for c in &campaigns {
        assert!(c["id"].is_u64() && of_group.contains(c["campaignGroup"].as_str().unwrap()), "{c}");
        let budget = if c["dailyBudget"].is_object() { &c["dailyBudget"] } else { &c["totalBudget"] };
        daily += usize::from(c["dailyBudget"].is_object());
        assert!(budget["amount"].is_string() && budget["currencyCode"] == ads.account.currency, "{c}");
        assert!(c["dailyBudget"].is_null() != c["totalBudget"].is_null());
        let group = groups.iter().find(|g| c["campaignGroup"].as_str().unwrap().ends_with(&g["id"].to_string())).unwrap();
        let holds = c["servingStatuses"].as_array().unwrap();
        if group["status"] == "PAUSED" {
            assert!(holds.contains(&json!("CAMPAIGN_GROUP_STATUS_HOLD")), "{c}");
        }
        assert_eq!(holds.contains(&json!("RUNNABLE")), c["status"] == "ACTIVE" && group["status"] == "ACTIVE", "{c} in {group}");
        assert_eq!(ads.get(&ads.below(&format!("adCampaigns/{}", c["id"])), "").await, *c);
    }
    assert!(daily > 0 && campaigns.iter().any(|c| c["unitCost"]["amount"].is_string()));
    for c in &creatives {
        let id = c["id"].as_str().unwrap();
        assert!(id.starts_with("urn:li:sponsoredCreative:") && of_campaign.contains(c["campaign"].as_str().unwrap()), "{c}");
        assert!(c["createdAt"].as_i64().unwrap() > 1_000_000_000_000);
        assert_eq!(c["isServing"], c["servingHoldReasons"].as_array().unwrap().is_empty());
    }
    let one = creatives[0]["id"].as_str().unwrap().replace(':', "%3A");
    assert_eq!(ads.get(&ads.below(&format!("creatives/{one}")), "").await, creatives[0]);
    assert!(groups.iter().any(|g| g["status"] != "ACTIVE"));
}

#[tokio::test]
async fn lists_are_narrowed() {
    let ads = Ads::with(SandboxSettings { ads: 400, ..small() }, 0).await;
    let (groups, _) = ads.all("adCampaignGroups", "").await;
    let (active, _) = ads.all("adCampaignGroups", "&search=(status:(values:List(ACTIVE)))").await;
    assert!(active.len() < groups.len() && active.iter().all(|g| g["status"] == "ACTIVE"));
    let name =
        format!("&search=(name:(values:List({})))", groups[0]["name"].as_str().unwrap().replace(' ', "%20").replace('|', "%7C"));
    assert_eq!(ads.all("adCampaignGroups", &name).await.0, groups[..1]);
    let (campaigns, _) = ads.all("adCampaigns", "").await;
    let of_group =
        format!("&search=(campaignGroup:(values:List(urn%3Ali%3AsponsoredCampaignGroup%3A{})),test:false)", groups[1]["id"]);
    let (own, _) = ads.all("adCampaigns", &of_group).await;
    assert!(!own.is_empty() && own.len() < campaigns.len());
    let (creatives, _) = ads.all("creatives", &format!("&campaigns=List(urn%3Ali%3AsponsoredCampaign%3A{})", own[0]["id"])).await;
    assert!(
        !creatives.is_empty() && creatives.iter().all(|c| c["campaign"] == format!("urn:li:sponsoredCampaign:{}", own[0]["id"]))
    );
    let (paused, _) = ads.all("creatives", "&intendedStatuses=List(PAUSED)&pageSize=1000").await;
    assert!(!paused.is_empty() && paused.iter().all(|c| c["intendedStatus"] == "PAUSED"));
    let without =
        ads.headed(ads.kit.client.get(ads.url(&format!("rest/{}?q=criteria", ads.below("creatives"))))).send().await.unwrap();
    assert_eq!(without.status(), 400, "the finder has to be named");
}

#[tokio::test]
async fn conversions_lead_on_by_links() {
    let ads = Ads::new().await;
    let first = ads.get("conversions", &format!("q=account&account={}&count=1", ads.urn())).await;
    let next = first["paging"]["links"].as_array().unwrap().iter().find(|l| l["rel"] == "next").unwrap();
    let href = next["href"].as_str().unwrap().strip_prefix("/rest/conversions?").unwrap();
    let second = ads.get("conversions", href).await;
    assert_ne!(first["elements"][0]["id"], second["elements"][0]["id"]);
    assert!(second["paging"]["links"].as_array().unwrap().iter().all(|l| l["rel"] != "next"));
    assert_eq!(first["elements"][0]["postClickAttributionWindowSize"], 30);
}
