//! Sums agree with each other and with the truth, by zone and currency too.

use super::{Site, asked, rows, sum};
use crate::kit::small;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use trimtab_domain::{DayRange, Source};
use trimtab_sandbox::SandboxSettings;

const METRICS: [&str; 4] = ["sessions", "keyEvents", "ecommercePurchases", "purchaseRevenue"];

async fn totals(site: &Site, from: &str, to: &str) -> Vec<Value> {
    let range = DayRange::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
    let totals = site.kit.sandbox.totals_of(Source::Ga4, &site.account.account, range).unwrap();
    totals.as_array().unwrap().clone()
}

/// Metrics in hundredths by the values of the first dimension.
fn by_first(report: &Value) -> BTreeMap<String, Vec<i64>> {
    let mut sums: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in report["rows"].as_array().unwrap() {
        let metrics = row["metricValues"].as_array().unwrap();
        let key = row["dimensionValues"][0]["value"].as_str().unwrap().to_owned();
        let sum = sums.entry(key).or_insert_with(|| vec![0; metrics.len()]);
        for (sum, metric) in sum.iter_mut().zip(metrics) {
            *sum += trimtab_domain::money::parse_micros(metric["value"].as_str().unwrap()).unwrap() / 10_000;
        }
    }
    sums
}

#[tokio::test]
async fn every_split_adds_up_to_the_truth_by_day() {
    for tenant in 0..2 {
        let site = Site::with(small(), tenant).await;
        let (from, to) = ("2026-10-10", "2026-11-19");
        let whole = by_first(&site.report(&asked(from, to, &["date"], &METRICS)).await);
        assert!(whole.len() == 41 && whole.values().all(|v| v[0] > 0 && v[3] > 0), "{whole:?}");
        for day in totals(&site, from, to).await {
            let key = day["date"].as_str().unwrap().replace('-', "");
            let told = [&day["sessions"], &day["key_events"], &day["purchases"]].map(|n| n.as_i64().unwrap() * 100);
            let revenue = trimtab_domain::money::parse_micros(day["revenue"].as_str().unwrap()).unwrap() / 10_000;
            assert_eq!(whole[&key], [&told[..], &[revenue]].concat(), "{day}");
        }
        for by in [
            &["sessionSource", "sessionMedium", "sessionCampaignName"][..],
            &["sessionDefaultChannelGroup"],
            &["firstUserSource"],
            &["deviceCategory"],
            &["country", "newVsReturning"],
        ] {
            let asked = asked(from, to, &[&["date"], by].concat(), &METRICS);
            assert_eq!(by_first(&site.report(&asked).await), whole, "{by:?}");
        }
        let events = site.report(&asked(from, to, &["date", "source"], &METRICS[1..])).await;
        let without_sessions: BTreeMap<String, Vec<i64>> = whole.iter().map(|(day, v)| (day.clone(), v[1..].to_vec())).collect();
        assert_eq!(by_first(&events), without_sessions, "what events are credited with is what happened");
        let months = site.report(&asked(from, to, &["yearMonth"], &METRICS)).await;
        assert_eq!(rows(&months).len(), 2);
        assert_eq!(by_first(&months).values().map(|v| v[0]).sum::<i64>(), whole.values().map(|v| v[0]).sum::<i64>());
    }
}

#[tokio::test]
async fn visits_follow_from_what_was_bought() {
    let site = Site::new().await;
    let (from, to) = ("2026-10-20", "2026-11-15");
    let report = site.report(&asked(from, to, &["sessionSource", "sessionMedium", "sessionCampaignName"], &METRICS)).await;
    let all = rows(&report);
    for source in ["facebook", "instagram", "google", "pinterest", "tiktok", "klaviyo", "(direct)"] {
        assert!(all.iter().any(|r| r.0[0] == source && r.1[0] > 0.0), "{source}");
    }
    // The sandbox's own Meta account tells how often its campaigns were clicked.
    let range = r#"{"since":"2026-10-20","until":"2026-11-15"}"#;
    let insights =
        site.kit.insights(&[("level", "campaign"), ("fields", "campaign_name,inline_link_clicks"), ("time_range", range)]).await;
    let mut checked = 0;
    for campaign in &insights {
        let name = campaign["campaign_name"].as_str().unwrap();
        let clicks: f64 = campaign["inline_link_clicks"].as_str().map_or(0.0, |n| n.parse().unwrap());
        if clicks < 500.0 {
            continue;
        }
        let visits: f64 =
            all.iter().filter(|r| ["facebook", "instagram"].contains(&r.0[0].as_str()) && r.0[2] == name).map(|r| r.1[0]).sum();
        assert!((0.75..=0.97).contains(&(visits / clicks)), "{name}: {visits} of {clicks}");
        checked += 1;
    }
    assert!(checked > 0, "{insights:?}");
}

#[tokio::test]
async fn events_are_told_apart_and_key_events_sum_them() {
    let site = Site::new().await;
    let day = ("2026-11-10", "2026-11-12");
    let report = site.report(&asked(day.0, day.1, &["eventName"], &["eventCount", "keyEvents", "ecommercePurchases"])).await;
    let by_name: BTreeMap<String, Vec<f64>> = rows(&report).into_iter().map(|(key, v)| (key[0].clone(), v)).collect();
    let whole = rows(&site.report(&asked(day.0, day.1, &[], &["sessions", "keyEvents", "ecommercePurchases"])).await).remove(0).1;
    assert_eq!(by_name["session_start"][0], whole[0]);
    assert_eq!(by_name["purchase"][0], whole[2]);
    assert!(by_name["sign_up"][1] > 0.0, "there are key events besides purchases: {by_name:?}");
    assert_eq!(by_name.values().map(|v| v[1]).sum::<f64>(), whole[1]);
    assert_eq!(by_name["page_view"][1], 0.0);
    let filter = json!({"dimensionFilter": {"filter": {"fieldName": "eventName", "stringFilter": {"value": "purchase"}}}});
    let only = site.report(&super::with(asked(day.0, day.1, &[], &["keyEvents"]), filter)).await;
    assert_eq!(rows(&only)[0].1[0], whole[2]);
    let ratio = asked(day.0, day.1, &["eventName"], &["engagementRate"]);
    assert_eq!(site.refused(&ratio).await.0, 400);
    let leads = Site::with(SandboxSettings { tenants: 4, ..small() }, 3).await;
    let report = leads.report(&asked(day.0, day.1, &["eventName"], &["keyEvents", "purchaseRevenue"])).await;
    let key: Vec<_> = rows(&report).into_iter().filter(|r| r.1[0] > 0.0).map(|r| r.0[0].clone()).collect();
    assert_eq!((key, sum(&report, 1)), (vec!["generate_lead".to_owned()], 0.0), "a business without a shop has leads");
}

#[tokio::test]
async fn attribution_depends_on_its_scope() {
    let site = Site::new().await;
    let by = |dimension: &'static str| {
        let site = &site;
        async move {
            let report = site.report(&asked("2026-10-20", "2026-11-15", &[dimension], &["keyEvents"])).await;
            rows(&report).into_iter().map(|(key, v)| (key[0].clone(), v[0])).collect::<BTreeMap<_, _>>()
        }
    };
    let (session, event, user) = (by("sessionSource").await, by("source").await, by("firstUserSource").await);
    assert!(event["(direct)"] < session["(direct)"] * 0.6, "{event:?} {session:?}");
    assert!(event["google"] > session["google"] && user["klaviyo"] < session["klaviyo"]);
    let people = site.report(&asked("2026-11-01", "2026-11-10", &["date"], &["activeUsers", "sessions"])).await;
    let whole = rows(&site.report(&asked("2026-11-01", "2026-11-10", &[], &["activeUsers"])).await)[0].1[0];
    assert!(whole < sum(&people, 0) * 0.97 && whole > sum(&people, 0) * 0.2, "people come back: {whole} {}", sum(&people, 0));
}

#[tokio::test]
async fn days_are_restated_for_two_days_and_then_rest() {
    let site = Site::new().await;
    let whole = asked("2026-11-18", "2026-11-19", &["date"], &["sessions", "purchaseRevenue"]);
    let marks = asked("2026-11-19", "2026-11-19", &["sessionCampaignName"], &["sessions"]);
    let unknown = |report: &Value| rows(report).iter().find(|r| r.0[0] == "(not set)").map_or(0.0, |r| r.1[0]);
    let (first, first_marks) = (by_first(&site.report(&whole).await), site.report(&marks).await);
    assert!(unknown(&first_marks) > 0.0, "what brought some is not known at once");
    let today = asked("today", "today", &[], &["sessions"]);
    assert!(sum(&site.report(&today).await, 0) > 0.0, "today is told as far as it has passed");
    site.kit.sandbox.advance("P1D").unwrap();
    let renewed = Site { access: site.token(&[]).await.1["access_token"].as_str().unwrap().to_owned(), ..site };
    let second = by_first(&renewed.report(&whole).await);
    renewed.kit.sandbox.advance("P2D").unwrap();
    let renewed = Site { access: renewed.token(&[]).await.1["access_token"].as_str().unwrap().to_owned(), ..renewed };
    let settled = by_first(&renewed.report(&whole).await);
    let day = |report: &BTreeMap<String, Vec<i64>>| report["20261119"][0];
    assert!(day(&first) < day(&second) && day(&second) < day(&settled), "{first:?} {second:?} {settled:?}");
    assert!(second["20261118"][0] <= settled["20261118"][0]);
    assert_eq!(unknown(&renewed.report(&marks).await), 0.0);
    renewed.kit.sandbox.advance("P10D").unwrap();
    let renewed = Site { access: renewed.token(&[]).await.1["access_token"].as_str().unwrap().to_owned(), ..renewed };
    assert_eq!(by_first(&renewed.report(&whole).await), settled);
}

#[tokio::test]
async fn another_zone_cuts_days_anew_and_another_currency_tells_other_amounts() {
    let site = Site::new().await;
    let account = site.account.account.clone();
    let (long, one) = (asked("2026-10-10", "2026-11-10", &["date"], &METRICS), asked("2026-11-05", "2026-11-05", &[], &METRICS));
    let (before, day) = (site.report(&long).await, site.report(&one).await);
    let url = format!("{}/_sandbox/accounts", site.kit.origin);
    let post = |body: Value| site.kit.client.post(&url).json(&body).send();
    let moved = post(json!({"source": "ga4", "account": account, "timezone": "America/Los_Angeles"})).await.unwrap();
    assert_eq!(moved.status(), 200);
    let (after, moved_day) = (site.report(&long).await, site.report(&one).await);
    assert_eq!(after["metadata"]["timeZone"], "America/Los_Angeles");
    assert_ne!(rows(&moved_day), rows(&day), "days are cut elsewhere");
    for metric in 0..4 {
        let (before, after) = (sum(&before, metric), sum(&after, metric));
        assert!((after / before - 1.0).abs() < 0.05, "{metric}: {before} {after}");
    }
    // Between two instants at which both zones begin a day there is nothing lost: compare with the truth.
    let told: i64 = totals(&site, "2026-10-10", "2026-11-10").await.iter().map(|d| d["sessions"].as_i64().unwrap()).sum();
    assert_eq!(told as f64, sum(&after, 0));
    let changed = post(json!({"source": "ga4", "account": account, "currency": "USD"})).await.unwrap();
    assert_eq!(changed.status(), 200);
    let dollars = site.report(&long).await;
    assert_eq!(dollars["metadata"]["currencyCode"], "USD");
    assert!((sum(&dollars, 3) / sum(&after, 3) - 1.1).abs() < 0.001, "{} {}", sum(&dollars, 3), sum(&after, 3));
    assert_eq!(sum(&dollars, 2), sum(&after, 2));
    let told = site.kit.accounts_of("ga4").remove(0);
    assert_eq!((told.currency.as_str(), told.timezone.as_str()), ("USD", "America/Los_Angeles"));
    for (body, status) in [
        (json!({"source": "ga4", "account": "1", "currency": "USD"}), 404),
        (json!({"source": "meta", "account": account, "currency": "USD"}), 404),
        (json!({"source": "ga4", "account": account}), 400),
        (json!({"source": "ga4", "account": account, "timezone": "Mars"}), 400),
        (json!({"source": "ga4", "account": account, "currency": "dollars"}), 400),
    ] {
        assert_eq!(post(body.clone()).await.unwrap().status().as_u16(), status, "{body}");
    }
}
