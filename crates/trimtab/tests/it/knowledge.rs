//! What people know of a client: written and read back, refused where it cannot be, found by whoever may see the client and by nobody else, and
//! made use of by metrics and analyses.

use crate::{
    app::{App, EMAIL, Running, http, sandbox, text},
    http::sign_in,
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

/// Somebody signed in.
struct Person<'a> {
    server: &'a Running,
    client: Client,
    token: String,
}

impl<'a> Person<'a> {
    async fn at(server: &'a Running) -> Self {
        let (client, token) = sign_in(server).await;
        Self { server, client, token }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = self.client.request(method, format!("{}/api/v1/{path}", self.server.url)).bearer_auth(&self.token);
        let reply = match body {
            Some(body) => request.json(&body).send().await.unwrap(),
            None => request.send().await.unwrap(),
        };
        (reply.status(), reply.json().await.unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    async fn put(&self, tenant: &str, version: u64, knowledge: &Value) -> (StatusCode, Value) {
        let body = json!({ "version": version, "knowledge": knowledge });
        self.ask(Method::PUT, &format!("knowledge?tenant={tenant}"), Some(body)).await
    }

    async fn search(&self, tenant: &str, words: &str) -> Vec<Value> {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        self.get(&format!("knowledge/search?tenant={tenant}&{query}")).await["items"].as_array().unwrap().clone()
    }
}

fn coffee() -> Value {
    json!({
        "context": {
            "industry": "Food & drink", "business_model": "Roasts coffee and sells it online.", "products": ["Espresso"], "customer": "",
            "average_order_value": { "value": 48.5, "currency": "EUR" }, "gross_margin": 42.0,
            "notes": "The harvest festival in October doubles sales."
        },
        "targets": [
            { "metric": "roas", "bound": "at_least", "value": 3.2, "currency": null, "period": "month", "platform": null },
            { "metric": "cpa", "bound": "at_most", "value": 25.0, "currency": "EUR", "period": "week", "platform": "meta" }
        ],
        "strategy": [{ "platform": "meta", "objective": "Sales", "campaign_types": ["Advantage+"], "notes": "" }],
        "preferences": { "tone": "formal", "language": "nl", "include_benchmarks": true, "highlight_creatives": false, "notes": "" }
    })
}

fn two_clients() -> App {
    let app = App::new();
    for (id, name) in [("acme", "Acme"), ("other", "Other")] {
        app.ok(&["tenant", "add", id, "--name", name, "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    }
    app
}

#[test]
fn what_is_written_is_read_and_nobody_overwrites_what_they_have_not_read() {
    let app = two_clients();
    let server = app.serve();
    http(async {
        let person = Person::at(&server).await;
        let permissions = person.get("me").await["permissions"].as_array().unwrap().clone();
        assert!(permissions.contains(&json!("knowledge:manage")), "{permissions:?}");
        let nothing = person.get("knowledge?tenant=acme").await;
        assert_eq!((&nothing["version"], &nothing["changed_at"], &nothing["industry"]), (&json!(0), &Value::Null, &Value::Null));
        assert_eq!(nothing["knowledge"]["preferences"]["language"], "en");

        let (status, first) = person.put("acme", 0, &coffee()).await;
        assert_eq!((status, &first["version"]), (StatusCode::OK, &json!(1)), "{first}");
        assert_eq!((&first["changed_by"], &first["industry"]["id"]), (&json!(EMAIL), &json!("food")), "{first}");
        assert_eq!(first["knowledge"], coffee());
        assert_eq!(person.get("knowledge?tenant=acme").await, first);
        assert_eq!(person.put("acme", 0, &coffee()).await, (StatusCode::OK, first.clone()), "a repeated request does no harm");

        let mut other = coffee();
        other["context"]["notes"] = json!("Something else.");
        let (status, problem) = person.put("acme", 0, &other).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("conflict")), "{problem}");
        let detail = text(&problem["detail"]);
        assert!(detail.contains(EMAIL) && detail.contains("wrote version 1 at "), "{detail}");
        assert_eq!(person.get("knowledge?tenant=acme").await, first);
        let (_, second) = person.put("acme", 1, &other).await;
        assert_eq!((&second["version"], &second["knowledge"]["context"]["notes"]), (&json!(2), &json!("Something else.")));
        let history = person.get("knowledge/history?tenant=acme").await;
        assert_eq!(history["items"], json!([second, first]));
        assert_eq!(person.get("knowledge?tenant=other").await["version"], 0, "another client's is its own");
        assert_eq!(person.put("nobody", 0, &coffee()).await.0, StatusCode::NOT_FOUND);
    });
    let shown = app.ok(&["knowledge", "show", "--tenant", "acme"]);
    assert_eq!((&shown["version"], &shown["changed_by"]), (&json!(2), &json!(EMAIL)));
    let versions = app.ok(&["knowledge", "show", "--tenant", "acme", "--history"]);
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
}

#[test]
fn what_cannot_be_is_refused_with_the_field() {
    let app = two_clients();
    let server = app.serve();
    http(async {
        let person = Person::at(&server).await;
        let refused = async |change: fn(&mut Value)| {
            let mut knowledge = coffee();
            change(&mut knowledge);
            let (status, problem) = person.put("acme", 0, &knowledge).await;
            assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid")), "{problem}");
            let fields = problem["errors"].as_array().unwrap().iter();
            fields.map(|error| text(&error["field"])).collect::<Vec<_>>().join(" ")
        };
        let all_at_once = refused(|knowledge| {
            knowledge["context"]["gross_margin"] = json!(140);
            knowledge["targets"][1] = knowledge["targets"][0].clone();
            knowledge["preferences"]["language"] = json!("Dutch!");
        });
        assert_eq!(all_at_once.await, "context.gross_margin targets[1] preferences.language");
        assert_eq!(refused(|k| k["targets"][0]["metric"] = json!("raos")).await, "targets[0].metric");
        assert_eq!(refused(|k| k["targets"][1]["currency"] = Value::Null).await, "targets[1].currency");
        assert_eq!(refused(|k| k["targets"][0]["bound"] = json!("over")).await, "targets[0].bound");
        assert_eq!(refused(|k| k["strategy"][0]["platform"] = json!("shopify")).await, "strategy[0].platform");
        let mut unknown = coffee();
        unknown["unknown"] = json!(1);
        let (status, problem) = person.put("acme", 0, &unknown).await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("malformed")), "{problem}");
        assert_eq!(refused(|k| k["context"]["notes"] = json!("x".repeat(8_001))).await, "context.notes");
        assert_eq!(person.get("knowledge?tenant=acme").await["version"], 0, "nothing of it was written");
    });
}

#[test]
fn everything_known_is_found_but_nothing_of_another_client() {
    let app = two_clients();
    let server = app.serve();
    http(async {
        let person = Person::at(&server).await;
        person.put("acme", 0, &coffee()).await;
        let hits = person.search("acme", "retrun on ad spend").await;
        assert_eq!((&hits[0]["kind"], &hits[0]["id"], &hits[0]["title"]), (&json!("metric"), &json!("roas"), &json!("ROAS")));
        let hits = person.search("acme", "harvest festival").await;
        assert_eq!((&hits[0]["kind"], &hits[0]["id"]), (&json!("client"), &json!("context")), "{hits:?}");
        let marked: Vec<_> = hits[0]["snippet"].as_array().unwrap().iter().filter(|piece| piece["hit"] == true).collect();
        assert_eq!(marked.len(), 2, "{marked:?}");
        for words in ["harvest festival", "harv", "Roasts coffee", "advantage+"] {
            let clients = |hits: Vec<Value>| hits.iter().filter(|hit| hit["kind"] == "client").count();
            assert!(clients(person.search("acme", words).await) > 0, "{words}");
            assert_eq!(clients(person.search("other", words).await), 0, "{words}");
        }
        let mut other = coffee();
        other["context"]["notes"] = json!("Nothing of the kind.");
        person.put("acme", 1, &other).await;
        let hits = person.search("acme", "harvest festival").await;
        assert!(hits.iter().all(|hit| hit["kind"] != "client"), "the newest version alone is searched: {hits:?}");

        for odd in ["", " ", "☕", "\"", "roas AND (", "title:roas", "^~*?\\", &"roas ".repeat(2_000), &"é".repeat(3_000)] {
            person.search("acme", odd).await;
        }
        assert!(person.search("acme", "").await.is_empty());
        assert_eq!(person.get("knowledge/search?tenant=acme&q=spend&limit=3").await["items"].as_array().unwrap().len(), 3);
        assert!(person.get("knowledge/search?tenant=acme").await["items"].as_array().unwrap().is_empty());
    });
    let found = app.ok(&["knowledge", "search", "--tenant", "acme", "cost", "per", "lead"]);
    assert_eq!((&found["hits"][0]["kind"], &found["hits"][0]["id"]), (&json!("metric"), &json!("cpa")), "{found}");
}

#[test]
fn benchmarks_say_of_whom_they_are_and_metrics_what_they_need() {
    let app = App::new();
    let server = app.serve();
    http(async {
        let person = Person::at(&server).await;
        let all = person.get("benchmarks").await;
        let items = all["items"].as_array().unwrap();
        assert!(items.len() > 30 && items.iter().all(|item| item["exact"] == true), "{}", items.len());
        assert!(all["industries"].as_array().unwrap().contains(&json!({ "id": "food", "name": "Food & drink" })));
        let close = person.get("benchmarks?industry=food&platform=meta").await;
        let ctr = close["items"].as_array().unwrap().iter().find(|item| item["metric"] == "ctr").unwrap();
        assert!(text(&ctr["about"]).contains("there is none of Food & drink on Meta Ads"), "{ctr}");
        let (status, problem) = person.ask(Method::GET, "benchmarks?industry=submarines", None).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("industry")));
        assert_eq!(person.ask(Method::GET, "benchmarks?platform=shopify", None).await.0, StatusCode::UNPROCESSABLE_ENTITY);

        let metrics = person.get("metrics").await["items"].as_array().unwrap().clone();
        let metric = |id: &str| metrics.iter().find(|metric| metric["id"] == id).unwrap();
        assert_eq!(metric("profit")["needs"][0]["id"], "gross_margin");
        assert_eq!(metric("roas")["thresholds"][0]["text"], "falls by 20 % or more");
        assert!(metric("roas")["aliases"].as_array().unwrap().contains(&json!("return on ad spend")));
    });
}

#[test]
fn profit_is_known_once_the_margin_is_and_changes_with_it() {
    let app = two_clients();
    let file = app.path().join("sales.csv");
    std::fs::write(&file, "Campaign,Day,Impressions,Clicks,Cost,Conversions,Conv. value\nA,2026-11-01,1000,10,100.00,5,400.00\n")
        .unwrap();
    let imported = app.ok(&["import", file.to_str().unwrap(), "--tenant", "acme"]);
    assert_eq!(imported["totals"]["revenue"], "400.00", "{imported}");
    let server = app.serve();
    http(async {
        let person = Person::at(&server).await;
        let ask = async || {
            let question = json!({ "metrics": ["spend", "profit", "poas"], "from": "2026-11-01", "to": "2026-11-30" });
            let (status, answer) = person.ask(Method::POST, "query?tenant=acme", Some(question)).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            (answer["totals"].clone(), text(&answer["source_hash"]), answer["notes"].to_string())
        };
        let (totals, unknown, notes) = ask().await;
        assert_eq!((&totals["spend"], &totals["profit"]), (&json!("100.00"), &Value::Null));
        assert!(notes.contains("gross margin"), "{notes}");
        let with = |margin: f64| {
            let mut knowledge = coffee();
            knowledge["context"]["gross_margin"] = json!(margin);
            knowledge
        };
        person.put("acme", 0, &with(40.0)).await;
        let (totals, first, notes) = ask().await;
        assert_eq!((&totals["profit"], &totals["poas"]), (&json!("60.00"), &json!(1.6)), "{totals} {notes}");
        assert!(!notes.contains("gross margin"), "{notes}");
        person.put("acme", 1, &with(50.0)).await;
        let (totals, second, _) = ask().await;
        assert_eq!((&totals["profit"], &totals["poas"]), (&json!("100.00"), &json!(2.0)));
        assert!(unknown != first && first != second, "other constants, another hash");
        person.put("acme", 2, &with(40.0)).await;
        assert_eq!(ask().await.1, first, "the same constants, the same hash");
    });
    let shown = app.ok(&["query", "--tenant", "acme", "--metrics", "profit", "--from", "2026-11-01", "--to", "2026-11-30"]);
    assert_eq!(shown["totals"]["profit"], "60.00");
}

#[test]
fn an_account_is_scored_against_the_clients_target() {
    let sandbox = sandbox(&["--seed", "41", "--tenants", "1", "--ads", "8", "--days", "90", "--today", "2026-11-20"]);
    let app = App::connected(&sandbox.accounts()[..1]);
    app.ok(&["sync", "--tenant", "acme"]);
    let server = app.serve();
    http(async {
        let person = Person::at(&server).await;
        let scored = async || {
            let (status, done) = person.ask(Method::POST, "analyses/run?tenant=acme", None).await;
            assert_eq!((status, &done["failed"]), (StatusCode::OK, &json!(0)), "{done}");
            let score = person.get("scores?tenant=acme").await["items"][0].clone();
            let against = score["result"]["parts"].to_string().contains("against_target");
            (against, text(&score["source_hash"]), done["made"].clone())
        };
        let (against, before, _) = scored().await;
        assert!(!against, "nobody has set a target");
        let mut knowledge = coffee();
        knowledge["targets"] = json!([{ "metric": "roas", "bound": "at_least", "value": 3.0, "period": "month" }]);
        let (status, answer) = person.put("acme", 0, &knowledge).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let (against, first, _) = scored().await;
        assert!(against && first != before, "the target is one of its inputs");
        assert_eq!(scored().await.2, json!(0), "nothing is made anew from the same");
        knowledge["targets"][0]["value"] = json!(9.0);
        person.put("acme", 1, &knowledge).await;
        assert_ne!(scored().await.1, first, "another target, another result");
    });
}
