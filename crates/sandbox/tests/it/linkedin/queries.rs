//! Rest.li's notation, and queries that travel in a body.

use super::Ads;
use serde_json::Value;

const DAYS: [&str; 2] = ["2026-11-01", "2026-11-19"];
const FIELDS: &str = "dateRange,pivotValues,impressions,costInLocalCurrency";

#[tokio::test]
async fn structure_stands_literally_and_values_are_encoded() {
    let ads = Ads::new().await;
    let good = ads.question("CAMPAIGN", "DAILY", DAYS, FIELDS);
    for bad in [
        good.replace('(', "%28").replace(')', "%29"),
        good.replace("List(", "List%28"),
        good.replace("dateRange=(", "dateRange=%28"),
        good.replace("%3A", ":"),
        good.replace("start:", "start%3A"),
        good.replace("pivotValues,", "pivotValues%2C"),
        good.replace("accounts=List(", "accounts=("),
        good.replace("day:1)", "day:1"),
        good.replace("day:19", "day:32"),
        good.replace("month:11,day:19", "month:11"),
        good.replace("DAILY", "WEEKLY"),
        good.replace("CAMPAIGN", "AD"),
        good.replace("year:2026,month:11,day:19", "year:2026,month:10,day:19"),
        format!("{good}&sortBy=clicks"),
        format!("{good}&pivot=ACCOUNT"),
    ] {
        let (status, body) = ads.error("adAnalytics", &bad).await;
        assert!(status == 400 && body["message"].is_string(), "{bad}: {body}");
    }
}

#[tokio::test]
async fn the_older_notation_works_without_the_protocol_header_only() {
    let ads = Ads::new().await;
    let new = ads.question("CAMPAIGN", "DAILY", DAYS, FIELDS);
    let old = format!(
        "q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&dateRange.start.year=2026&dateRange.start.month=11&dateRange.start.day=1&dateRange.end.year=2026&dateRange.end.month=11&dateRange.end.day=19&accounts[0]={}&fields={FIELDS}",
        ads.urn()
    );
    let plain = async |query: &str| {
        let request = ads.kit.client.get(format!("{}?{query}", ads.url("rest/adAnalytics")));
        let reply = request.bearer_auth(ads.token()).header("LinkedIn-Version", "202609").send().await.unwrap();
        (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
    };
    assert_eq!(plain(&old).await, (200, ads.get("adAnalytics", &new).await));
    assert_eq!(plain(&new).await.0, 400);
    assert_eq!(ads.error("adAnalytics", &old).await.0, 400);
}

#[tokio::test]
async fn long_queries_travel_in_a_body() {
    let ads = Ads::new().await;
    let short = ads.question("CAMPAIGN", "DAILY", DAYS, FIELDS);
    let strangers: Vec<String> = (0..400).map(|i| format!("urn%3Ali%3AsponsoredAccount%3A{i}")).collect();
    let long = short.replace("accounts=List(", &format!("accounts=List({},", strangers.join(",")));
    assert_eq!(ads.error("adAnalytics", &long).await.0, 414);
    let tunnel = async |query: &str, kind: &'static str| {
        let request = ads.headed(ads.kit.client.post(ads.url("rest/adAnalytics")));
        let request = request.header("X-HTTP-Method-Override", "GET").header("Content-Type", kind);
        let reply = request.body(query.to_owned()).send().await.unwrap();
        (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
    };
    let wanted = ads.get("adAnalytics", &short).await;
    assert!(!wanted["elements"].as_array().unwrap().is_empty());
    assert_eq!(tunnel(&long, "application/x-www-form-urlencoded").await, (200, wanted.clone()));
    assert_eq!(tunnel(&short, "application/json").await.0, 400);
    let untunnelled = ads.headed(ads.kit.client.post(ads.url("rest/adAnalytics"))).body("q=analytics").send().await.unwrap();
    assert_eq!(untunnelled.status(), 501, "that would create something");
    // Lists can be tunnelled as well.
    let request = ads.headed(ads.kit.client.post(ads.url(&format!("rest/{}", ads.below("creatives")))));
    let request = request.header("X-HTTP-Method-Override", "GET").header("X-RestLi-Method", "FINDER");
    let reply = request.form(&[("q", "criteria")]).send().await.unwrap();
    assert_eq!(reply.status(), 200);
}
