//! Analytics: levels and splits agree, members are told approximately, ranges, what is silently left out.

use super::{Ads, by, figure, start, sum};
use crate::kit::small;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use trimtab_domain::{DayRange, Source};
use trimtab_sandbox::SandboxSettings;

const DAYS: [&str; 2] = ["2026-10-10", "2026-11-20"];
const FIELDS: &str = "dateRange,pivotValues,impressions,clicks,costInLocalCurrency,externalWebsiteConversions,conversionValueInLocalCurrency,oneClickLeads,oneClickLeadFormOpens,qualifiedLeads,totalEngagements,videoViews";
const ADDED: [&str; 10] = [
    "impressions",
    "clicks",
    "costInLocalCurrency",
    "externalWebsiteConversions",
    "conversionValueInLocalCurrency",
    "oneClickLeads",
    "oneClickLeadFormOpens",
    "qualifiedLeads",
    "totalEngagements",
    "videoViews",
];

fn value(row: &Value, place: usize) -> String {
    row["pivotValues"][place].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_pivot_adds_up_to_the_truth_by_day() {
    let settings = SandboxSettings { tenants: 7, ..small() };
    for tenant in [0, 1, 6] {
        let ads = Ads::with(settings.clone(), tenant).await;
        let range = DayRange::new(DAYS[0].parse().unwrap(), DAYS[1].parse().unwrap()).unwrap();
        let truth = ads.kit.sandbox.totals(Source::Linkedin, &ads.account.account, range).unwrap();
        assert!(truth.len() > 35, "{truth:?}");
        let account = ads.rows("ACCOUNT", "DAILY", DAYS, FIELDS).await;
        let of = |name: &str| by(&account, name, start);
        for day in &truth {
            let key = day.date.to_string();
            assert_eq!(of("impressions")[&key], day.impressions);
            assert_eq!(of("clicks").get(&key).copied().unwrap_or(0), day.clicks);
            assert_eq!(of("costInLocalCurrency")[&key], trimtab_domain::money::parse_micros(&day.spend).unwrap(), "{key}");
        }
        assert_eq!(account.len(), truth.len());
        for pivot in [
            "CAMPAIGN_GROUP",
            "CAMPAIGN",
            "CREATIVE",
            "COMPANY",
            "SHARE",
            "OBJECTIVE_TYPE",
            "PLACEMENT_NAME",
            "SERVING_LOCATION",
            "IMPRESSION_DEVICE_TYPE",
        ] {
            let rows = ads.rows(pivot, "DAILY", DAYS, FIELDS).await;
            for name in ADDED {
                assert_eq!(by(&rows, name, start), of(name), "{pivot} {name}");
            }
            let keys: HashSet<(String, String)> = rows.iter().map(|r| (start(r), value(r, 0))).collect();
            assert_eq!(keys.len(), rows.len(), "{pivot}");
        }
        assert!(sum(&account, "oneClickLeads") > 0 && sum(&account, "externalWebsiteConversions") > 0);
        for row in &account {
            assert!(figure(row, "oneClickLeadFormOpens") >= figure(row, "oneClickLeads"), "{row}");
            assert!(figure(row, "qualifiedLeads") <= figure(row, "oneClickLeads"), "{row}");
        }
    }
}

#[tokio::test]
async fn several_pivots_agree_with_each_alone() {
    let ads = Ads::new().await;
    let campaigns = ads.rows("CAMPAIGN", "ALL", DAYS, FIELDS).await;
    let rows = ads.rows("CAMPAIGN,PLACEMENT_NAME,IMPRESSION_DEVICE_TYPE", "ALL", DAYS, FIELDS).await;
    assert!(rows.iter().all(|r| r["pivotValues"].as_array().unwrap().len() == 3));
    for name in ADDED {
        assert_eq!(by(&rows, name, |r| value(r, 0)), by(&campaigns, name, |r| value(r, 0)), "{name}");
    }
    let places = ads.rows("PLACEMENT_NAME", "ALL", DAYS, FIELDS).await;
    assert_eq!(by(&rows, "costInLocalCurrency", |r| value(r, 1)), by(&places, "costInLocalCurrency", |r| value(r, 0)));
    let nested = ads.rows("CAMPAIGN_GROUP,CAMPAIGN,CREATIVE", "DAILY", DAYS, FIELDS).await;
    let creatives = ads.rows("CREATIVE", "DAILY", DAYS, FIELDS).await;
    assert_eq!(by(&nested, "costInLocalCurrency", |r| value(r, 2)), by(&creatives, "costInLocalCurrency", |r| value(r, 0)));
    for bad in ["CAMPAIGN,CAMPAIGN", "ACCOUNT,CAMPAIGN,CREATIVE,SHARE", "CAMPAIGN,COLOUR"] {
        assert_eq!(ads.error("adAnalytics", &ads.question(bad, "ALL", DAYS, "")).await.0, 400, "{bad}");
    }
}

#[tokio::test]
async fn granularities_add_up_and_ranges_include_both_ends() {
    let ads = Ads::new().await;
    let days = ads.rows("CAMPAIGN", "DAILY", DAYS, FIELDS).await;
    for (granularity, ranges) in [("ALL", 1), ("MONTHLY", 2), ("YEARLY", 1)] {
        let rows = ads.rows("CAMPAIGN", granularity, DAYS, FIELDS).await;
        for name in ADDED {
            assert_eq!(by(&rows, name, |r| value(r, 0)), by(&days, name, |r| value(r, 0)), "{granularity} {name}");
        }
        assert_eq!(rows.iter().map(start).collect::<HashSet<_>>().len(), ranges, "{granularity}");
    }
    let all = ads.rows("ACCOUNT", "ALL", DAYS, FIELDS).await;
    assert_eq!(
        all[0]["dateRange"],
        json!({"start": {"year": 2026, "month": 10, "day": 10}, "end": {"year": 2026, "month": 11, "day": 20}})
    );
    let one = ads.rows("ACCOUNT", "DAILY", ["2026-11-18", "2026-11-18"], FIELDS).await;
    assert_eq!(one.len(), 1);
    assert_eq!(one[0]["dateRange"]["start"], one[0]["dateRange"]["end"]);
    let open = format!(
        "q=analytics&pivot=(value:ACCOUNT)&timeGranularity=(value:DAILY)&dateRange=(start:(year:2026,month:11,day:18))&accounts=List({})&fields=dateRange,impressions",
        ads.urn()
    );
    assert_eq!(ads.get("adAnalytics", &open).await["elements"].as_array().unwrap().len(), 3, "until today");
}

#[tokio::test]
async fn members_are_told_late_and_not_all_of_them() {
    let ads = Ads::with(SandboxSettings { ads: 200, ..small() }, 0).await;
    let days = ["2026-10-20", "2026-11-18"];
    let account = ads.rows("ACCOUNT", "DAILY", days, FIELDS).await;
    for (pivot, begins) in [
        ("MEMBER_COMPANY_SIZE", "SIZE_"),
        ("MEMBER_INDUSTRY", "urn:li:industry:"),
        ("MEMBER_SENIORITY", "urn:li:seniority:"),
        ("MEMBER_JOB_TITLE", "urn:li:title:"),
        ("MEMBER_JOB_FUNCTION", "urn:li:function:"),
        ("MEMBER_COUNTRY_V2", "urn:li:geo:"),
        ("MEMBER_REGION_V2", "urn:li:geo:"),
    ] {
        let rows = ads.rows(pivot, "DAILY", days, FIELDS).await;
        assert!(rows.iter().all(|r| value(r, 0).starts_with(begins) && figure(r, "impressions") >= 10), "{pivot}");
        let (told, whole) = (sum(&rows, "impressions"), sum(&account, "impressions"));
        assert!(told < whole && told * 10 > whole * 8, "{pivot}: {told} of {whole}");
        assert!(sum(&rows, "costInLocalCurrency") < sum(&account, "costInLocalCurrency"));
    }
    // The finer the question, the more is kept back.
    let fine = ads.rows("CREATIVE,MEMBER_JOB_TITLE", "DAILY", days, FIELDS).await;
    let coarse = ads.rows("MEMBER_JOB_TITLE", "DAILY", days, FIELDS).await;
    assert!(sum(&fine, "impressions") < sum(&coarse, "impressions"));
    let recent = |rows: Vec<Value>| sum(&rows, "impressions");
    let late = ["2026-11-19", "2026-11-20"];
    let members = ads.rows("MEMBER_SENIORITY", "DAILY", late, FIELDS).await;
    assert!(members.iter().all(|r| start(r) == "2026-11-19"), "today is not known yet");
    let before = recent(members);
    ads.kit.sandbox.advance("P1D").unwrap();
    let after = recent(ads.rows("MEMBER_SENIORITY", "DAILY", ["2026-11-19", "2026-11-19"], FIELDS).await);
    assert!(after > before, "{before} {after}");
    assert_eq!(ads.rows("MEMBER_COMPANY", "ALL", days, FIELDS).await, Vec::<Value>::new());
}

#[tokio::test]
async fn conversions_by_goal_add_up_to_those_of_the_site() {
    let ads = Ads::with(SandboxSettings { ads: 200, ..small() }, 0).await;
    let fields = "dateRange,pivotValues,impressions,clicks,costInLocalCurrency,externalWebsiteConversions,externalWebsitePostClickConversions,externalWebsitePostViewConversions,conversionValueInLocalCurrency";
    let goals = ads.rows("CONVERSION", "DAILY", DAYS, fields).await;
    let account = ads.rows("ACCOUNT", "DAILY", DAYS, fields).await;
    for name in ["externalWebsiteConversions", "conversionValueInLocalCurrency", "externalWebsitePostViewConversions"] {
        assert_eq!(by(&goals, name, start), by(&account, name, start), "{name}");
    }
    assert!(goals.iter().all(|r| r["impressions"].is_null() && r["costInLocalCurrency"].is_null()), "nobody sees a conversion");
    let listed = ads.get("conversions", &format!("q=account&account={}", ads.urn())).await;
    let ids: HashSet<String> =
        listed["elements"].as_array().unwrap().iter().map(|c| format!("urn:lla:llaPartnerConversion:{}", c["id"])).collect();
    assert_eq!(goals.iter().map(|r| value(r, 0)).collect::<HashSet<_>>(), ids);
    for row in &account {
        let of = |name| figure(row, name);
        let parts = of("externalWebsitePostClickConversions") + of("externalWebsitePostViewConversions");
        assert_eq!(of("externalWebsiteConversions"), parts, "{row}");
    }
    assert!(sum(&account, "externalWebsitePostViewConversions") > 0);
}

#[tokio::test]
async fn conversions_come_late_for_a_month() {
    let ads = Ads::with(SandboxSettings { ads: 200, ..small() }, 0).await;
    let days = ["2026-11-10", "2026-11-19"];
    let known = async || {
        let rows = ads.rows("CAMPAIGN", "DAILY", days, FIELDS).await;
        ["costInLocalCurrency", "oneClickLeads", "externalWebsiteConversions"].map(|name| sum(&rows, name))
    };
    // The token has to outlive the wait.
    let mut seen = vec![known().await];
    for wait in ["P7D", "P24D", "P20D"] {
        ads.kit.sandbox.advance(wait).unwrap();
        seen.push(known().await);
    }
    assert!(seen.iter().all(|s| s[0] == seen[0][0]), "what was spent stays: {seen:?}");
    let leads: Vec<i64> = seen.iter().map(|s| s[1] + s[2]).collect();
    assert!(leads[0] < leads[1] && leads[1] < leads[2], "{leads:?}");
    assert_eq!(leads[2], leads[3], "and then it rests: {leads:?}");
}

#[tokio::test]
async fn what_is_not_yours_is_empty_and_facets_narrow() {
    let ads = Ads::new().await;
    let other = ads.kit.accounts_of("linkedin").into_iter().nth(1).unwrap();
    let question = ads.question("ACCOUNT", "DAILY", DAYS, FIELDS);
    let foreign = question.replace(&ads.account.account, &other.account);
    let reply = ads.get("adAnalytics", &foreign).await;
    assert_eq!(reply, json!({"paging": {"start": 0, "count": 10, "links": []}, "elements": []}));
    let campaigns = ads.rows("CAMPAIGN", "ALL", DAYS, FIELDS).await;
    let urn = value(&campaigns[0], 0);
    let only = question.replace("pivot=ACCOUNT", "pivot=CAMPAIGN").replace("DAILY", "ALL")
        + &format!("&campaigns=List({})", urn.replace(':', "%3A"));
    assert_eq!(ads.get("adAnalytics", &only).await["elements"], json!([campaigns[0]]));
    let creatives = ads.rows("CREATIVE", "ALL", DAYS, FIELDS).await;
    let two: Vec<String> = creatives[..2].iter().map(|r| value(r, 0).replace(':', "%3A")).collect();
    let some = question
        .replace("pivot=ACCOUNT", "pivot=CREATIVE")
        .replace("DAILY", "ALL")
        .replace(&format!("accounts=List({})", ads.urn()), &format!("creatives=List({})", two.join(",")));
    assert_eq!(ads.get("adAnalytics", &some).await["elements"].as_array().unwrap(), &creatives[..2]);
    let without = question.replace(&format!("&accounts=List({})", ads.urn()), "");
    assert_eq!(ads.error("adAnalytics", &without).await.0, 400, "some facet is needed");
    let wrong = question.replace("sponsoredAccount", "sponsoredCampaign");
    assert_eq!(ads.error("adAnalytics", &wrong).await.0, 400, "a URN of another kind");
}

#[tokio::test]
async fn there_are_no_pages_and_no_more_than_so_many_elements() {
    let ads = Ads::new().await;
    let question = ads.question("CREATIVE", "DAILY", DAYS, FIELDS);
    let whole = ads.get("adAnalytics", &question).await;
    assert!(whole["elements"].as_array().unwrap().len() > 10);
    assert_eq!(ads.get("adAnalytics", &format!("{question}&start=5&count=3")).await, whole, "start and count are ignored");
    let ads = Ads::with(SandboxSettings { ads: 4_000, tenants: 1, days: 60, ..small() }, 0).await;
    let rows = ads.rows("CREATIVE", "DAILY", ["2026-09-21", "2026-11-20"], "dateRange,pivotValues,impressions").await;
    assert_eq!(rows.len(), 15_000, "the rest is left out without a word");
    let days: BTreeMap<String, i64> = by(&rows, "impressions", start);
    assert!(days.len() > 50);
    let parts = ads.rows("CREATIVE", "DAILY", ["2026-11-18", "2026-11-20"], "dateRange,pivotValues,impressions").await;
    assert!(parts.len() < 15_000 && parts.len() > 500, "{}", parts.len());
}
