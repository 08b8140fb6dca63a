//! The world reacts to changes from the instant they are made.

use crate::kit::{Kit, action, figure, sum};
use serde_json::{Value, json};

const FIELDS: (&str, &str) = ("fields", "spend,impressions,actions");

async fn active_set_with_budget(kit: &Kit) -> (String, i64) {
    let fields = ("fields", "daily_budget,effective_status");
    let sets = kit.all(&format!("act_{}/adsets", kit.account().account), &[fields, ("limit", "100")]).await;
    let set = sets
        .iter()
        .find(|s| s["effective_status"] == "ACTIVE" && s["daily_budget"].is_string())
        .expect("the retargeting campaign has some");
    (set["id"].as_str().unwrap().to_owned(), set["daily_budget"].as_str().unwrap().parse().unwrap())
}

async fn today(kit: &Kit, id: &str) -> Vec<Value> {
    kit.all(&format!("{id}/insights"), &[("date_preset", "today"), FIELDS]).await
}

#[tokio::test]
async fn a_paused_object_stops_from_that_instant() {
    let kit = Kit::small().await;
    let (id, _) = active_set_with_budget(&kit).await;
    let before = today(&kit, &id).await;
    assert!(sum(&before, "spend") > 0);
    let (_, dry) = kit.post(&id, &[("status", "PAUSED"), ("execution_options", r#"["validate_only"]"#)]).await;
    assert_eq!(dry, json!({"success": true}));
    assert_eq!(kit.get(&id, &[("fields", "status")]).await["status"], "ACTIVE");
    let (_, done) = kit.post(&id, &[("status", "PAUSED"), ("fields", "effective_status")]).await;
    assert_eq!((done["success"].clone(), done["effective_status"].clone()), (json!(true), json!("PAUSED")));
    kit.sandbox.advance("PT5H").unwrap();
    assert_eq!(sum(&today(&kit, &id).await, "spend"), sum(&before, "spend"), "nothing is spent after, nothing is taken back");
    kit.post(&id, &[("status", "ACTIVE")]).await;
    kit.sandbox.advance("PT3H").unwrap();
    assert!(sum(&today(&kit, &id).await, "spend") > sum(&before, "spend"));
    kit.post(&id, &[("status", "PAUSED")]).await;
    kit.sandbox.advance("P1D").unwrap();
    assert!(today(&kit, &id).await.is_empty(), "no delivery, no row");
    let writes = kit.sandbox.writes();
    assert_eq!(writes.len(), 3);
    assert_eq!(writes[0].changes["status"], json!({"before": "ACTIVE", "after": "PAUSED"}));
    // Hours agree with the day even on a day cut in pieces.
    let day = [("time_range", r#"{"since":"2026-11-20","until":"2026-11-20"}"#), ("fields", "spend,impressions")];
    let whole = kit.all(&format!("{id}/insights"), &day).await;
    let hours = [&day[..], &[("breakdowns", "hourly_stats_aggregated_by_advertiser_time_zone")]].concat();
    let hours = kit.all(&format!("{id}/insights"), &hours).await;
    assert_eq!(sum(&hours, "spend"), sum(&whole, "spend"));
    assert!(hours.iter().all(|h| figure(h, "impressions") > 0) && hours.len() < 24);
}

#[tokio::test]
async fn more_budget_spends_more_and_buys_ever_less_of_it() {
    let mut cost = Vec::new();
    let mut spent = Vec::new();
    for factor in [1, 3, 9] {
        let kit = Kit::small().await;
        let (id, budget) = active_set_with_budget(&kit).await;
        kit.post(&id, &[("daily_budget", &(budget * factor).to_string())]).await;
        kit.sandbox.set_now("2026-12-30T00:00:00Z").unwrap();
        let rows =
            kit.all(&format!("{id}/insights"), &[("time_range", r#"{"since":"2026-11-22","until":"2026-12-28"}"#), FIELDS]).await;
        let results: i64 = rows.iter().map(|r| action(r, "actions", "omni_purchase", "value")).sum();
        spent.push(sum(&rows, "spend"));
        cost.push(sum(&rows, "spend") / (results / 1_000_000));
    }
    assert!(spent.is_sorted() && spent[2] > spent[0] * 3 / 2, "{spent:?}");
    assert!(cost.is_sorted() && cost[2] > cost[0] * 11 / 10, "{cost:?}");
}

#[tokio::test]
async fn budgets_are_refused_where_the_platform_refuses_them() {
    let kit = Kit::small().await;
    let (id, budget) = active_set_with_budget(&kit).await;
    let set = async |value: &str| {
        let (status, body) = kit.post(&id, &[("daily_budget", value)]).await;
        (status, body["error"]["code"].as_i64().unwrap_or(0), body["error"]["error_subcode"].as_i64().unwrap_or(0))
    };
    assert_eq!(set("1").await, (400, 100, 1_885_272));
    assert_eq!(set("much").await.1, 100);
    for step in 1..=4 {
        assert_eq!(set(&(budget + step * 100).to_string()).await, (200, 0, 0), "change {step}");
    }
    assert_eq!(set(&(budget + 900).to_string()).await, (400, 613, 1_487_632));
    kit.sandbox.advance("PT61M").unwrap();
    assert_eq!(set(&(budget + 900).to_string()).await.0, 200);
    let campaign = kit.get(&id, &[("fields", "campaign_id,daily_budget")]).await;
    assert_eq!(campaign["daily_budget"], (budget + 900).to_string());
    let (_, body) = kit.post(campaign["campaign_id"].as_str().unwrap(), &[("daily_budget", "100000")]).await;
    assert_eq!(body["error"]["error_subcode"], 1_885_621);
    let (status, _) = kit.post(&id, &[("targeting", "{}")]).await;
    assert_eq!(status, 400);
    kit.post(&id, &[("status", "DELETED")]).await;
    assert_eq!(kit.post(&id, &[("name", "x")]).await.1["error"]["error_subcode"], 1_487_056);
    let listed = kit.all(&format!("act_{}/adsets", kit.account().account), &[("limit", "100")]).await;
    assert!(listed.iter().all(|s| s["id"] != id.as_str()), "deleted objects are never listed");
}
