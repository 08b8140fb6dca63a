//! Tools from the command line and over HTTP: found, described, called, and refused with the right code.

use crate::app::{App, EMAIL, PASSWORD, sandbox, stderr, stdout};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use trimtab_domain::money::parse_micros;

const WORLD: [&str; 10] = ["--seed", "7", "--tenants", "2", "--ads", "12", "--days", "40", "--today", "2026-11-20"];
const FETCH: &str = r#"{"from":"2026-11-01","to":"2026-11-14","level":"account","by_day":false}"#;

#[test]
fn tools_are_listed_described_and_called_from_the_command_line() {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts_of("google").remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let list = app.ok(&["tools", "list"]);
    let names: Vec<&str> = list["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert!(["meta.fetch_insights", "google.fetch_metrics", "pinterest.list_campaigns"].iter().all(|name| names.contains(name)));
    let few = app.ok(&["tools", "list", "--platform", "google"]);
    assert!(few["tools"].as_array().unwrap().iter().all(|tool| tool["platform"] == "google"));
    let shown = app.ok(&["tools", "show", "google.fetch_metrics"]);
    assert_eq!(shown["input_schema"]["additionalProperties"], json!(false));
    assert!(shown["example"]["from"].is_string() && shown["output_schema"].is_object());

    let truth: i64 =
        sandbox.true_spend_by_day(&account, "2026-11-01", "2026-11-14").iter().map(|(_, spend)| parse_micros(spend).unwrap()).sum();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), FETCH).unwrap();
    let at = format!("@{}", file.path().display());
    for (verb, input) in [("call", FETCH), ("run", at.as_str()), ("call", "-")] {
        let out = app.run_with(&["tools", verb, "google.fetch_metrics", "--tenant", "acme", "--input", input], FETCH);
        assert!(out.status.success(), "{}", stderr(&out));
        let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(answer["success"], json!(true), "{answer}");
        let spend = parse_micros(answer["data"]["totals"]["spend"].as_str().unwrap()).unwrap();
        assert_eq!(spend, truth, "{input}");
        let metadata = &answer["metadata"];
        assert!(metadata["api_calls"].as_u64().unwrap() > 0 && metadata["duration_ms"].is_u64(), "{metadata}");
        assert_eq!(
            (&metadata["rate_limit_remaining"], &metadata["complete"]),
            (&Value::Null, &json!(true)),
            "Google tells no limit"
        );
        assert!(answer.get("error").is_none());
    }
}

#[test]
fn what_cannot_be_called_is_refused_with_its_code() {
    let sandbox = sandbox(&WORLD);
    let app = App::connected(&[sandbox.accounts_of("meta").remove(0)]);
    let call = |name: &'static str, input: &'static str| ["tools", "call", name, "--tenant", "acme", "--input", input];
    let said = app.fails(4, &call("meta.list_campain", "{}"));
    assert!(said.contains("did you mean meta.list_campaigns?") && said.contains("\"success\":false"), "{said}");
    assert!(app.fails(4, &["tools", "show", "nothing"]).contains("trimtab tools list"));
    assert!(app.fails(2, &call("meta.list_campaigns", r#"{"colour":"red"}"#)).contains("unknown field `colour`"));
    assert!(app.fails(2, &call("meta.list_campaigns", "colour=red")).contains("the input is no JSON"));
    assert!(app.fails(2, &call("meta.list_campaigns", "@/no/such/file")).contains("cannot be opened"));
    assert!(app.fails(2, &call("meta.list_campaigns", r#"{"account":"4711"}"#)).contains("has not connected"));
    assert!(app.fails(2, &call("google.list_campaigns", "{}")).contains("no connected Google Ads account"));
    assert!(app.fails(2, &["tools", "list", "--platform", "myspace"]).contains("is not a source"));
    assert!(app.fails(4, &["tools", "call", "meta.list_campaigns", "--tenant", "nobody"]).contains("nobody"));
    sandbox.fault(json!({ "route": "*", "kind": "expired_token" }));
    let out = app.run(&call("meta.list_campaigns", "{}"));
    let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        (out.status.code(), &answer["success"], &answer["data"]),
        (Some(3), &json!(false), &Value::Null),
        "{}",
        stdout(&out)
    );
    assert!(answer["error"].as_str().unwrap().contains("connect again with a new one"), "{answer}");
    assert!(answer["metadata"]["api_calls"].as_u64().unwrap() > 0, "a refusal has a cost, too");
    assert!(app.fails(1, &["doctor"]).contains("connect the account again"), "the doctor knows of it");
}

#[test]
fn tools_are_called_over_http() {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts_of("pinterest").remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let server = app.serve();
    crate::app::http(async {
        let client = Client::new();
        let at = |path: &str| format!("{}/api/v1/{path}", server.url);
        let login = json!({ "email": EMAIL, "password": PASSWORD });
        let session: Value = client.post(at("auth/login")).json(&login).send().await.unwrap().json().await.unwrap();
        let token = session["token"].as_str().unwrap();
        let get = async |path: &str| {
            let reply = client.get(at(path)).bearer_auth(token).send().await.unwrap();
            (reply.status(), reply.json::<Value>().await.unwrap())
        };
        let post = async |path: &str, body: Value| {
            let reply = client.post(at(path)).bearer_auth(token).json(&body).send().await.unwrap();
            (reply.status(), reply.json::<Value>().await.unwrap())
        };
        let (_, list) = get("tools").await;
        assert!(list["items"].as_array().unwrap().iter().any(|tool| tool["name"] == "pinterest.list_pins"), "{list}");
        let (_, tool) = get("tools/pinterest.list_pins").await;
        assert_eq!(tool["input_schema"]["type"], "object", "{tool}");
        assert_eq!(get("tools/nothing").await.0, StatusCode::NOT_FOUND);

        let (status, answer) = post("tools/pinterest.list_pins?tenant=acme", json!({ "limit": 2 })).await;
        assert_eq!((status, &answer["success"]), (StatusCode::OK, &json!(true)), "{answer}");
        assert_eq!(answer["data"]["items"].as_array().unwrap().len(), 2);
        assert_eq!(answer["metadata"]["complete"], json!(false));
        assert!(answer["metadata"]["next_step"].as_str().unwrap().contains("a higher limit"));
        assert!(answer["metadata"]["rate_limit_remaining"].as_f64().unwrap() > 90.0, "{answer}");
        assert!(!answer.to_string().contains("pina_") && !answer.to_string().contains("pinr_"), "no token is in an answer");

        let (status, problem) = post("tools/pinterest.list_pins?tenant=acme", json!({ "colour": "red" })).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid")), "{problem}");
        let (status, problem) = post("tools/pinterest.list_dogs?tenant=acme", json!({})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{problem}");
        assert_eq!(post("tools/pinterest.list_pins?tenant=nobody", json!({})).await.0, StatusCode::NOT_FOUND);
        let fault = json!({ "route": "*", "kind": "revoked" });
        client.post(format!("{}/_sandbox/faults", sandbox.url)).json(&json!([fault])).send().await.unwrap();
        let (status, problem) = post("tools/pinterest.list_pins?tenant=acme", json!({})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("access_refused")), "{problem}");
    });
}
