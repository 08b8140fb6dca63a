//! From facts to findings: what went wrong in a simulated account is noticed, explained, and shown by queries anybody can ask again.

use crate::{
    app::{Account, App, Running, binary, http, sandbox, text},
    http::sign_in,
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

const WORLD: [&str; 10] = ["--seed", "3", "--tenants", "1", "--ads", "24", "--days", "180", "--today", "2026-11-20"];

/// A world with one account read, and the labels of what went wrong in it.
fn read() -> (Running, App, Account, Vec<Value>) {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    app.ok(&["sync", "--tenant", "acme"]);
    let truth = sandbox.get("/_sandbox/truth");
    let of_account = truth.as_array().unwrap().iter().find(|truth| truth["account"] == account.id.as_str()).unwrap();
    let labels = of_account["incidents"].as_array().unwrap().clone();
    (sandbox, app, account, labels)
}

fn findings(app: &App, kind: &str, more: &[&str]) -> Vec<Value> {
    let args: Vec<&str> = [kind, "--tenant", "acme"].into_iter().chain(more.iter().copied()).collect();
    app.ok(&args)["findings"].as_array().unwrap().clone()
}

#[test]
fn what_went_wrong_is_found_with_its_cause_and_evidence_that_can_be_asked_again() {
    let (_sandbox, app, account, labels) = read();
    let found = findings(&app, "anomalies", &["--show"]);
    let seen = |kinds: &[&str], causes: &[&str]| {
        let labels: Vec<&Value> = labels.iter().filter(|label| kinds.contains(&text(&label["kind"]).as_str())).collect();
        let hit = |label: &&&Value| {
            found.iter().any(|finding| {
                let near =
                    text(&finding["from"]).as_str() <= text(&label["to"]).as_str() && text(&finding["to"]) >= text(&label["from"]);
                near && causes.contains(&text(&finding["cause"]["kind"]).as_str())
            })
        };
        (labels.iter().filter(hit).count(), labels.len())
    };
    let (hit, of) = seen(&["tracking_loss", "silent_pixel"], &["tracking_loss", "silent_pixel"]);
    let (hit_2, of_2) = seen(&["budget_typo", "cpm_shock"], &["budget_typo", "budget_raised", "cpm_shock"]);
    assert!(of + of_2 >= 2, "the world has troubles: {labels:?}");
    assert_eq!(hit + hit_2, of + of_2, "{labels:#?}\n{found:#?}");

    for finding in &found {
        assert_eq!(finding["entity"]["account"], account.id.as_str());
        assert!(finding["confidence"].as_f64().is_some_and(|sure| (0.0..=1.0).contains(&sure)), "{finding}");
        assert!(!text(&finding["headline"]).is_empty() && !text(&finding["source_hash"]).is_empty(), "{finding}");
        for evidence in finding["evidence"].as_array().unwrap() {
            let list = |value: &Value| value.as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(",");
            let (metrics, by) = (list(&evidence["metrics"]), list(&evidence["by"]));
            let (from, to, filter) = (text(&evidence["from"]), text(&evidence["to"]), evidence["where"].as_str().unwrap_or(""));
            let mut ask = vec!["query", "--tenant", "acme", "--metrics", &metrics, "--from", &from, "--to", &to, "--where", filter];
            if !by.is_empty() {
                ask.extend(["--by", &by]);
            }
            let compare = evidence["compare"].as_str().unwrap_or_default();
            if !compare.is_empty() {
                ask.extend(["--compare", compare]);
            }
            let answer = app.ok(&ask);
            assert!(!answer["rows"].as_array().unwrap().is_empty(), "{finding:#}\n{answer}");
        }
    }
}

#[test]
fn the_same_figures_say_the_same_and_new_ones_keep_what_was_found() {
    let (sandbox, app, _, _) = read();
    let first = findings(&app, "anomalies", &["--show"]);
    assert_eq!(findings(&app, "anomalies", &[]), first, "nothing is made anew from the same figures");
    sandbox.post("/_sandbox/clock", &json!({ "advance": "P1D" }));
    app.ok(&["sync", "--tenant", "acme"]);
    let later = findings(&app, "anomalies", &["--all"]);
    for old in first.iter().filter(|finding| finding["ongoing"] == false) {
        let same = later.iter().find(|finding| finding["id"] == old["id"]);
        assert!(same.is_some_and(|same| same["found_at"] == old["found_at"]), "what is over stays as it was: {old:#}");
    }
    let forecast = app.ok(&["forecast", "--tenant", "acme", "--days", "7"]);
    let days = forecast["series"].as_array().unwrap();
    assert_eq!((days.len(), &days[0]["day"]), (7, &json!("2026-11-21")), "{forecast}");
    let amount = |day: &Value, key: &str| text(&day[key]).parse::<f64>().unwrap();
    assert!(days.iter().all(|day| amount(day, "lo80") <= amount(day, "value") && amount(day, "value") <= amount(day, "hi80")));
    assert!(
        forecast["holidays"]["country"].as_str().is_some_and(|code| code.len() == 2),
        "somebody's holidays are expected: {forecast}"
    );
    assert!(forecast["backtest"]["error"].as_f64() < forecast["backtest"]["naive_error"].as_f64(), "{forecast}");
    assert!(app.fails(2, &["forecast", "--tenant", "acme", "--metric", "clics"]).contains("did you mean clicks"));
    assert!(app.fails(2, &["anomalies", "--tenant", "acme", "--severity", "grave"]).contains("critical"));
}

fn call(server: &Running, who: &(Client, String), method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    let url = format!("{}/api/v1/{path}", server.url);
    let request = who.0.request(method.parse().unwrap(), url).bearer_auth(&who.1);
    let request = if body.is_null() { request } else { request.json(body) };
    http(async move {
        let reply = request.send().await.unwrap();
        (reply.status(), reply.json().await.unwrap_or(Value::Null))
    })
}

#[test]
fn findings_and_budgets_over_http_belong_to_their_tenant() {
    let (_sandbox, app, account, _) = read();
    app.ok(&["tenant", "add", "other", "--name", "Other", "--currency", "EUR", "--timezone", "Europe/Berlin"]);
    let server = app.serve();
    let who = http(sign_in(&server));
    let get = |path: &str| call(&server, &who, "GET", path, &Value::Null);
    let post = |path: &str, body: &Value| call(&server, &who, "POST", path, body);

    let (status, list) = get("findings?tenant=acme&kind=anomaly&limit=2");
    assert_eq!(status, StatusCode::OK, "{list}");
    let id = text(&list["items"][0]["id"]);
    assert_eq!(get("findings?tenant=other").1["items"], json!([]));
    assert_eq!(get(&format!("findings/{id}?tenant=other")).0, StatusCode::NOT_FOUND);
    assert_eq!(post(&format!("findings/{id}/dismiss?tenant=other"), &Value::Null).0, StatusCode::NOT_FOUND);
    let (_, gone) = post(&format!("findings/{id}/dismiss?tenant=acme"), &Value::Null);
    assert_eq!(gone["state"], "dismissed", "{gone}");
    let listed = |state: &str| {
        let (_, list) = get(&format!("findings?tenant=acme&kind=anomaly&limit=1000{state}"));
        list["items"].as_array().unwrap().iter().any(|finding| finding["id"] == id.as_str())
    };
    assert!(!listed("") && listed("&state=put_away"));
    assert_eq!(post(&format!("findings/{id}/restore?tenant=acme"), &Value::Null).1["state"], "open");
    let past = json!({ "until": "2020-01-01T00:00:00Z" });
    assert_eq!(post(&format!("findings/{id}/snooze?tenant=acme"), &past).0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(get("findings?tenant=acme&kind=anomalies").0, StatusCode::UNPROCESSABLE_ENTITY);

    for resource in ["forecasts", "funnel", "fatigue", "scores"] {
        let (status, all) = get(&format!("{resource}?tenant=acme"));
        assert_eq!((status, &all["items"][0]["account"]), (StatusCode::OK, &json!(account.id)), "{resource}: {all}");
        assert_eq!(get(&format!("{resource}?tenant=other")).1["items"], json!([]), "{resource}");
    }
    assert_eq!(get("insights?tenant=acme").0, StatusCode::OK);

    let plan = |amount: &str, currency: &str| json!({ "name": "Month", "level": "account", "source": "meta", "account": account.id, "amount": amount, "currency": currency });
    assert_eq!(post("budgets?tenant=acme", &plan("-5", &account.currency)).0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post("budgets?tenant=acme", &plan("5000", "ISK")).0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post("budgets?tenant=other", &plan("5000", &account.currency)).0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, budget) = post("budgets?tenant=acme", &plan("1", &account.currency));
    assert_eq!(status, StatusCode::CREATED, "{budget}");
    let (_, pacing) = get("pacing?tenant=acme");
    let paced = &pacing["items"][0];
    assert_eq!((&paced["budget"]["id"], &paced["result"]["verdict"]), (&budget["id"], &json!("over")), "{pacing}");
    assert_eq!(get("findings?tenant=acme&kind=pacing").1["items"].as_array().unwrap().len(), 1);
    let id = text(&budget["id"]);
    assert_eq!(call(&server, &who, "DELETE", &format!("budgets/{id}?tenant=other"), &Value::Null).0, StatusCode::NOT_FOUND);
    assert_eq!(call(&server, &who, "DELETE", &format!("budgets/{id}?tenant=acme"), &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(get("findings?tenant=acme&kind=pacing").1["items"], json!([]), "what is said of it goes with it");
}

#[test]
fn a_tenant_without_facts_has_no_findings_and_no_trouble() {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Berlin"]);
    for kind in ["anomalies", "funnel", "fatigue", "score", "pacing", "insights"] {
        assert!(findings(&app, kind, &[]).is_empty(), "{kind}");
    }
    assert!(app.fails(2, &["forecast", "--tenant", "acme"]).contains("sync first"));
    assert!(binary().arg("--data").arg(app.path()).args(["anomalies", "--tenant", "nobody"]).status().unwrap().code() == Some(4));
}
