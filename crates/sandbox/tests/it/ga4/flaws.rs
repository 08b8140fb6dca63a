//! What makes figures incomplete is said: withheld rows, campaigns thrown together, samples.

use super::{Site, asked, rows, sum};
use crate::kit::small;
use serde_json::json;
use trimtab_sandbox::SandboxSettings;

#[tokio::test]
async fn small_campaigns_are_thrown_together_on_busy_days() {
    let site = Site::with(SandboxSettings { ads: 120, ..small() }, 1).await;
    let whole =
        asked("2026-10-01", "2026-11-17", &["date", "sessionSource", "sessionCampaignName"], &["sessions", "purchaseRevenue"]);
    let report = site.report(&whole).await;
    assert_eq!(report["metadata"]["dataLossFromOtherRow"], true);
    let other: Vec<String> = rows(&report).into_iter().filter(|r| r.0[2] == "(other)").map(|r| r.0[0].clone()).collect();
    let days = rows(&site.report(&asked("2026-10-01", "2026-11-17", &["date"], &["sessions"])).await);
    assert!(!other.is_empty() && other.len() < days.len(), "{} of {}", other.len(), days.len());
    assert_eq!(sum(&report, 0), days.iter().map(|d| d.1[0]).sum::<f64>(), "nothing is lost but the names");
    let by_channel = asked("2026-10-01", "2026-11-17", &["date", "sessionDefaultChannelGroup"], &["sessions"]);
    assert_eq!(site.report(&by_channel).await["metadata"]["dataLossFromOtherRow"], false, "what has few values is told");
    let plain = Site::with(small(), 0).await;
    assert_eq!(plain.report(&whole).await["metadata"]["dataLossFromOtherRow"], false);
}

#[tokio::test]
async fn rows_about_few_people_are_withheld_where_signals_are_on() {
    let site = Site::with(small(), 2).await;
    let by_age = asked("2026-11-01", "2026-11-10", &["date", "sessionSource", "userAgeBracket", "userGender"], &["sessions"]);
    let report = site.report(&by_age).await;
    assert_eq!(report["metadata"]["subjectToThresholding"], true);
    let whole = sum(&site.report(&asked("2026-11-01", "2026-11-10", &["date"], &["sessions"])).await, 0);
    let told = sum(&report, 0);
    assert!(told < whole * 0.98 && told > whole * 0.2, "{told} of {whole}");
    assert!(rows(&report).iter().all(|r| r.1[0] >= 10.0), "small rows are not told");
    let plain = site.report(&asked("2026-11-01", "2026-11-10", &["date", "sessionSource"], &["sessions"])).await;
    assert!(plain["metadata"].get("subjectToThresholding").is_none());
    let open = Site::with(small(), 0).await;
    let report = open.report(&by_age).await;
    assert!(report["metadata"].get("subjectToThresholding").is_none());
    let whole = sum(&open.report(&asked("2026-11-01", "2026-11-10", &["date"], &["sessions"])).await, 0);
    assert_eq!(sum(&report, 0), whole, "without signals nothing is withheld");
}

#[tokio::test]
async fn a_site_whose_owner_switches_signals_on_withholds_small_rows_of_any_kind() {
    let site = Site::with(small(), 0).await;
    let by_source = asked("2026-11-01", "2026-11-10", &["date", "sessionSource", "sessionCampaignName"], &["sessions"]);
    let by_day = asked("2026-11-01", "2026-11-10", &["date"], &["sessions"]);
    let (whole, days) = (sum(&site.report(&by_source).await, 0), sum(&site.report(&by_day).await, 0));
    assert_eq!(whole, days);
    let switch = |account: &str, withholds: bool| {
        let body = json!({"account": account, "withholds": withholds});
        site.kit.client.post(format!("{}/_sandbox/thresholds", site.kit.origin)).json(&body).send()
    };
    assert_eq!(switch("1", true).await.unwrap().status(), 404);
    assert_eq!(switch(&site.account.account, true).await.unwrap().status(), 200);
    let report = site.report(&by_source).await;
    assert_eq!(report["metadata"]["subjectToThresholding"], true);
    assert!(sum(&report, 0) < whole && rows(&report).iter().all(|r| r.1[0] >= 10.0), "{} of {whole}", sum(&report, 0));
    assert_eq!(sum(&site.report(&by_day).await, 0), days, "days as a whole are told");
    switch(&site.account.account, false).await.unwrap();
    assert_eq!(sum(&site.report(&by_source).await, 0), whole);
}

#[tokio::test]
async fn long_reports_of_a_large_property_are_samples() {
    let site = Site::with(SandboxSettings { tenants: 4, ads: 400, days: 120, ..small() }, 3).await;
    let long = site.report(&asked("2026-08-01", "2026-11-15", &["sessionSource"], &["sessions"])).await;
    let sample = &long["metadata"]["samplingMetadatas"][0];
    let number = |name: &str| sample[name].as_str().unwrap().parse::<f64>().unwrap();
    let (read, all) = (number("samplesReadCount"), number("samplingSpaceSize"));
    assert!(read < all, "{sample}");
    assert!((sum(&long, 0) / all - 1.0).abs() < 0.01 && sum(&long, 0) != all, "about as many: {} {all}", sum(&long, 0));
    let day = site.report(&asked("2026-11-14", "2026-11-15", &["sessionSource"], &["sessions"])).await;
    assert!(day["metadata"].get("samplingMetadatas").is_none());
}
