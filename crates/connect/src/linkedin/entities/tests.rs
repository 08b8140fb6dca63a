use super::*;
use trimtab_domain::{account::Standing, day::parse_day, entity::Status};

fn account() -> Account {
    Account {
        source: Source::Linkedin,
        id: "507".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "UTC".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn state<T: Object>(json: &str) -> EntityState {
    serde_json::from_str::<T>(json).unwrap().state(&account())
}

const GROUP: &str = r#"{"id":22,"name":"Q4","status":"ACTIVE","account":"urn:li:sponsoredAccount:507","servingStatuses":["RUNNABLE"],
    "runSchedule":{"start":1793491200000},"totalBudget":{"amount":"3000","currencyCode":"EUR"},"test":false,"backfilled":false}"#;

/// A campaign as LinkedIn documents it.
const CAMPAIGN: &str = r#"{"id":444555666,"account":"urn:li:sponsoredAccount:507","campaignGroup":"urn:li:sponsoredCampaignGroup:22",
    "name":"Q4 leads","status":"ACTIVE","type":"SPONSORED_UPDATES","format":"STANDARD_UPDATE","objectiveType":"LEAD_GENERATION",
    "costType":"CPM","optimizationTargetType":"MAX_LEAD","creativeSelection":"OPTIMIZED","pacingStrategy":"LIFETIME",
    "dailyBudget":{"amount":"50.00","currencyCode":"EUR"},"totalBudget":{"amount":"1500.00","currencyCode":"EUR"},
    "unitCost":{"amount":"8.00","currencyCode":"EUR"},"runSchedule":{"start":1793491200000,"end":1796083200000},
    "locale":{"country":"DE","language":"de"},"audienceExpansionEnabled":false,"offsiteDeliveryEnabled":false,
    "servingStatuses":["CAMPAIGN_TOTAL_BUDGET_HOLD"],"test":false,"version":{"versionTag":"7"},
    "changeAuditStamps":{"created":{"time":1793400000000},"lastModified":{"time":1795000000000}}}"#;

const CREATIVE: &str = r#"{"id":"urn:li:sponsoredCreative:7","campaign":"urn:li:sponsoredCampaign:444555666",
    "account":"urn:li:sponsoredAccount:507","intendedStatus":"ACTIVE","isServing":true,"servingHoldReasons":[],
    "review":{"status":"APPROVED","rejectionReasons":[]},"content":{"reference":"urn:li:share:6778"},"createdAt":1793400000000,
    "lastModifiedAt":1795000000000,"isTest":false}"#;

#[test]
fn a_campaign_group_is_our_campaign() {
    let group = state::<Group>(GROUP);
    assert_eq!((group.kind, group.id.as_str(), group.parent.as_str()), (EntityKind::Campaign, "22", "507"));
    assert_eq!((group.campaign.as_str(), group.status), ("22", Status::Active));
    assert_eq!((group.daily_budget_micros, group.lifetime_budget_micros), (None, Some(3_000_000_000)));
    assert_eq!((group.starts, group.ends), (Some(parse_day("2026-11-01").unwrap()), None));
}

#[test]
fn a_campaign_is_our_ad_group() {
    let campaign = state::<Campaign>(CAMPAIGN);
    assert_eq!((campaign.kind, campaign.id.as_str()), (EntityKind::AdGroup, "444555666"));
    assert_eq!((campaign.parent.as_str(), campaign.campaign.as_str()), ("22", "22"));
    assert_eq!((campaign.status, campaign.platform_status.as_str()), (Status::WithIssues, "CAMPAIGN_TOTAL_BUDGET_HOLD"));
    assert_eq!((campaign.daily_budget_micros, campaign.lifetime_budget_micros), (Some(50_000_000), Some(1_500_000_000)));
    assert_eq!(campaign.objective, "LEAD_GENERATION");
    assert_eq!(campaign.attributes["unitCost"], "8.00");
    assert_eq!(campaign.attributes["locale"], "de_DE");
    assert!(!campaign.attributes.keys().any(|name| name.contains("version") || name.contains("Audit")), "what moves is left out");
}

#[test]
fn a_creative_is_our_ad_and_the_post_it_shows_our_creative() {
    let mut creative: Creative = serde_json::from_str(CREATIVE).unwrap();
    creative.group = "22".into();
    let posts = posts(std::slice::from_ref(&creative), &account());
    let ad = creative.state(&account());
    assert_eq!((ad.kind, ad.id.as_str(), ad.parent.as_str(), ad.campaign.as_str()), (EntityKind::Ad, "7", "444555666", "22"));
    assert_eq!((ad.name.as_str(), ad.status), ("Creative 7", Status::Active));
    assert_eq!(ad.attributes["creative.id"], posts[0].id);
    assert_eq!((posts[0].kind, posts[0].name.as_str()), (EntityKind::Creative, "share:6778"));
}

#[test]
fn what_is_on_delivers_no_more_than_what_it_lies_in() {
    let paused = GROUP.replace("ACTIVE", "PAUSED");
    let mut creative: Creative = serde_json::from_str(CREATIVE).unwrap();
    creative.group = "22".into();
    let running = CAMPAIGN.replace("CAMPAIGN_TOTAL_BUDGET_HOLD", "RUNNABLE");
    let mut states = vec![state::<Group>(&paused), state::<Campaign>(&running), creative.state(&account())];
    inherit(&mut states);
    assert!(states.iter().all(|state| state.status == Status::Paused), "{states:?}");
    assert_eq!(states[0].objective, "LEAD_GENERATION", "of all its campaigns");
    assert_eq!(states[2].attributes["intendedStatus"], "ACTIVE");
}
