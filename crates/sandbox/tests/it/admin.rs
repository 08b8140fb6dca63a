//! The sandbox's own endpoints.

use crate::kit::Kit;
use serde_json::{Value, json};
use std::collections::HashSet;
use trimtab_sandbox::{Sandbox, SandboxSettings};

async fn get(kit: &Kit, path: &str) -> Value {
    kit.client.get(format!("{}/_sandbox/{path}", kit.origin)).send().await.unwrap().json().await.unwrap()
}

async fn post(kit: &Kit, path: &str, body: Value) -> (u16, Value) {
    let reply = kit.client.post(format!("{}/_sandbox/{path}", kit.origin)).json(&body).send().await.unwrap();
    (reply.status().as_u16(), reply.json().await.unwrap())
}

#[tokio::test]
async fn accounts_tell_how_to_reach_them() {
    let kit = Kit::small().await;
    let accounts = get(&kit, "accounts").await;
    let first = &accounts[0];
    for key in ["tenant", "name", "source", "account", "currency", "timezone", "secret", "base_url"] {
        assert!(first[key].as_str().is_some_and(|v| !v.is_empty()), "{key}");
    }
    assert_eq!(first["base_url"], format!("{}/meta", kit.origin));
    let secrets: HashSet<_> = accounts.as_array().unwrap().iter().map(|a| a["secret"].as_str().unwrap().to_owned()).collect();
    assert_eq!(secrets.len(), accounts.as_array().unwrap().len());
}

#[tokio::test]
async fn the_clock_moves_forward_only() {
    let kit = Kit::small().await;
    assert_eq!(get(&kit, "clock").await["now"], "2026-11-20T12:00:00Z");
    assert_eq!(post(&kit, "clock", json!({"advance": "PT24H"})).await.1["now"], "2026-11-21T12:00:00Z");
    assert_eq!(post(&kit, "clock", json!({"now": "2026-12-01T08:00:00Z"})).await.1["now"], "2026-12-01T08:00:00Z");
    for bad in [json!({"advance": "soon"}), json!({"now": "2026-01-01T00:00:00Z"}), json!({})] {
        let (status, body) = post(&kit, "clock", bad).await;
        assert!(status == 400 && body["error"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn calls_are_noted_without_secrets() {
    let kit = Kit::small().await;
    kit.get(&format!("act_{}/campaigns", kit.account().account), &[("limit", "3")]).await;
    kit.error("act_1", &[]).await;
    let calls = get(&kit, "calls").await;
    assert_eq!((calls[0]["status"].clone(), calls[0]["tenant"].clone()), (json!(200), json!("north-sea-coffee")));
    assert_eq!((calls[0]["query"].clone(), calls[1]["status"].clone()), (json!("limit=3&access_token=%E2%80%A6"), json!(400)));
    let text = calls.to_string();
    assert!(kit.sandbox.accounts_at("").iter().all(|a| !text.contains(&a.secret)));
}

#[tokio::test]
async fn faults_are_set_and_removed_by_route_and_kind() {
    let kit = Kit::small().await;
    let (status, all) =
        post(&kit, "faults", json!([{"route": "insights", "kind": "429", "times": 2}, {"route": "", "kind": "slow", "rate": 0.5}]))
            .await;
    assert_eq!((status, all.as_array().unwrap().len()), (200, 2));
    assert_eq!(post(&kit, "faults", json!({"kind": "5xx", "rate": 7})).await.0, 400);
    assert!(post_text(&kit, "faults", r#"{"kind":"unheard_of"}"#).await >= 400);
    let delete = |body: Value| kit.client.delete(format!("{}/_sandbox/faults", kit.origin)).json(&body).send();
    let gone: Value = delete(json!([{"route": "insights", "kind": "429"}])).await.unwrap().json().await.unwrap();
    assert_eq!(gone["removed"], 1);
    let rest: Value = kit.client.delete(format!("{}/_sandbox/faults", kit.origin)).send().await.unwrap().json().await.unwrap();
    assert_eq!(rest["removed"], 1);
    assert_eq!(get(&kit, "messages").await, json!([]));
}

async fn post_text(kit: &Kit, path: &str, body: &str) -> u16 {
    let ask =
        kit.client.post(format!("{}/_sandbox/{path}", kit.origin)).header("content-type", "application/json").body(body.to_owned());
    ask.send().await.unwrap().status().as_u16()
}

#[test]
fn the_usual_world_has_every_kind_of_trouble() {
    let sandbox = Sandbox::new(SandboxSettings::default());
    let truth = sandbox.truth();
    let kinds: HashSet<String> =
        truth.iter().flat_map(|t| t["incidents"].as_array().unwrap()).map(|i| i["kind"].as_str().unwrap().to_owned()).collect();
    let wanted = [
        "tracking_loss",
        "doubled_tag",
        "budget_typo",
        "cpm_shock",
        "disapproval",
        "silent_pixel",
        "dead_token",
        "outside_edit",
        "creative_fatigue",
    ];
    for kind in wanted {
        assert!(kinds.contains(kind), "{kind} is missing of {kinds:?}");
    }
    assert!(truth[0]["response_curves"][0]["ceiling"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn truth_can_be_narrowed() {
    let kit = Kit::small().await;
    let one = get(&kit, "truth?tenant=harrow-cycles").await;
    let one = one.as_array().unwrap();
    assert!(one.iter().all(|a| a["tenant"] == "harrow-cycles"), "{one:?}");
    assert_eq!(one.iter().filter(|a| a["source"] == "meta").count(), 1, "an account on each platform");
}
