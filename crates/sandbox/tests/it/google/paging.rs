//! Pages of 10 000 rows, batches of a stream, and the tokens between.

use super::{Google, failure};
use crate::kit::small;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};
use trimtab_sandbox::{Fault, FaultKind, SandboxSettings};

const QUERY: &str = "SELECT segments.date, ad_group_ad.ad.id, metrics.cost_micros FROM ad_group_ad WHERE segments.date BETWEEN '2026-09-25' AND '2026-11-20'";

async fn page(google: &Google, body: &Value) -> (u16, Value) {
    let reply = google.send(0, "googleAds:search", body).await;
    (reply.status().as_u16(), reply.json().await.unwrap())
}

fn keys(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|r| format!("{} {}", r["adGroupAd"]["ad"]["id"], r["segments"]["date"])).collect()
}

#[tokio::test]
async fn pages_end_and_repeat_nothing() {
    let google = Google::with(SandboxSettings { tenants: 1, ads: 1_000, ..small() }).await;
    let whole = google.rows(QUERY).await;
    assert!(whole.len() > 20_000, "{}", whole.len());
    let mut rows = Vec::new();
    let mut token = Value::Null;
    let mut pages = 0;
    loop {
        let began = Instant::now();
        let (status, body) =
            page(&google, &json!({"query": QUERY, "pageToken": token, "searchSettings": {"returnTotalResultsCount": pages == 0}}))
                .await;
        assert_eq!(status, 200, "{body}");
        assert!(began.elapsed() < Duration::from_secs(8), "a page took {:?}", began.elapsed());
        if pages == 0 {
            assert_eq!(body["totalResultsCount"], whole.len().to_string());
        }
        rows.extend(body["results"].as_array().unwrap().iter().cloned());
        pages += 1;
        token = body["nextPageToken"].clone();
        if token.is_null() {
            break;
        }
        assert_eq!(rows.len(), pages * 10_000);
    }
    assert_eq!(keys(&rows), keys(&whole));
    assert_eq!(keys(&rows).into_iter().collect::<HashSet<_>>().len(), rows.len());
    let sorted = format!("{QUERY} ORDER BY metrics.cost_micros DESC LIMIT 12000");
    let (_, first) = page(&google, &json!({"query": sorted})).await;
    let (_, second) = page(&google, &json!({"query": sorted, "pageToken": first["nextPageToken"]})).await;
    assert_eq!((second["results"].as_array().unwrap().len(), second.get("nextPageToken")), (2_000, None));
    let batches: Vec<Value> = google.send(0, "googleAds:searchStream", &json!({"query": QUERY})).await.json().await.unwrap();
    assert_eq!(batches[0]["results"].as_array().unwrap().len(), 10_000);
    assert!(batches.len() == pages && batches.iter().all(|b| b["fieldMask"] == "segments.date,adGroupAd.ad.id,metrics.costMicros"));
}

#[tokio::test]
async fn page_tokens_belong_to_a_query_and_grow_old() {
    let google = Google::with(SandboxSettings { tenants: 1, ads: 800, ..small() }).await;
    let (_, first) = page(&google, &json!({"query": QUERY})).await;
    let token = first["nextPageToken"].as_str().unwrap();
    let refused = async |query: &str, token: &str| {
        let (status, body) = page(&google, &json!({"query": query, "pageToken": token})).await;
        failure(status, &body).2
    };
    assert_eq!(refused(QUERY, "nonsense").await, "INVALID_PAGE_TOKEN");
    assert_eq!(refused("SELECT campaign.id FROM campaign", token).await, "INVALID_PAGE_TOKEN");
    google.kit.sandbox.add_fault(Fault::new("search", FaultKind::DuplicatePage).times(1)).unwrap();
    let (_, again) = page(&google, &json!({"query": QUERY})).await;
    let (_, twice) = page(&google, &json!({"query": QUERY, "pageToken": token})).await;
    assert_eq!(again["results"], first["results"]);
    assert_eq!(twice["results"], first["results"], "the page is served twice");
    let (_, second) = page(&google, &json!({"query": QUERY, "pageToken": token})).await;
    assert_ne!(second["results"], first["results"]);
    google.kit.sandbox.advance("PT3H").unwrap();
    assert_eq!(refused(QUERY, token).await, "EXPIRED_PAGE_TOKEN");
}
