//! The HTTP API of the real binary: closed without sign-in, problems everywhere, a sync followed live.

use crate::app::{App, EMAIL, PASSWORD, Running, sandbox};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

pub(crate) async fn sign_in(server: &Running) -> (Client, String) {
    let client = Client::new();
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let reply = client.post(format!("{}/api/v1/auth/login", server.url)).json(&login).send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    let cookie = reply.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let session: Value = reply.json().await.unwrap();
    (client, session["token"].as_str().unwrap().to_owned())
}

#[test]
fn what_is_no_resource_is_open_or_closed_on_purpose() {
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let client = Client::new();
        let me = client.get(format!("{}/api/v1/me", server.url)).send().await.unwrap();
        assert_eq!(me.headers()["content-type"], "application/problem+json");
        let problem: Value = me.json().await.unwrap();
        assert_eq!(problem["code"], "unauthenticated");
        assert!(!problem["request_id"].as_str().unwrap().is_empty());
        for path in ["/health", "/ready"] {
            assert_eq!(client.get(format!("{}{path}", server.url)).send().await.unwrap().status(), StatusCode::OK);
        }
        assert_eq!(client.get(format!("{}/metrics", server.url)).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
        let missing = client.get(format!("{}/api/v1/nothing", server.url)).send().await.unwrap();
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
        let page = client.get(&server.url).send().await.unwrap();
        assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
    });
}

#[test]
fn connect_sync_and_query_by_http_with_live_progress() {
    let sandbox = sandbox(&["--seed", "41", "--tenants", "1", "--ads", "8", "--days", "60", "--today", "2026-11-20"]);
    let account = sandbox.accounts().remove(0);
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let at = |path: &str| format!("{}/api/v1/{path}", server.url);
        let post = async |path: &str, body: Value| {
            let reply = client.post(at(path)).bearer_auth(&token).json(&body).send().await.unwrap();
            (reply.status(), reply.json::<Value>().await.unwrap())
        };
        let tenant = json!({ "id": "acme", "name": "Acme", "currency": account.currency, "timezone": account.timezone });
        assert_eq!(post("tenants", tenant.clone()).await.0, StatusCode::CREATED);
        assert_eq!(post("tenants", tenant).await.0, StatusCode::CONFLICT);
        let connect =
            |secret: &str| json!({ "source": "meta", "account": account.id, "secret": secret, "base_url": account.base_url });
        let (status, problem) = post("connections?tenant=acme", connect("EAAwrong")).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("credential_refused")), "{problem}");
        let (status, connection) = post("connections?tenant=acme", connect(&account.secret)).await;
        assert_eq!((status, &connection["health"]), (StatusCode::CREATED, &json!("ok")), "{connection}");

        let mut events = client.get(at("events?tenant=acme")).bearer_auth(&token).send().await.unwrap();
        let (status, execution) = post("executions?tenant=acme", json!({ "kind": "sync" })).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{execution}");
        let mut stream = String::new();
        while !stream.contains("\"status\":\"succeeded\"") {
            let chunk = tokio::time::timeout(std::time::Duration::from_secs(60), events.chunk()).await;
            let chunk = chunk.expect("the sync ends").unwrap().expect("the stream stays open");
            stream.push_str(&String::from_utf8_lossy(&chunk));
        }
        assert!(stream.contains("event: execution") && stream.contains("rows_per_second"), "{stream}");
        let path = at(&format!("executions/{}?tenant=acme", execution["id"].as_str().unwrap()));
        let done: Value = client.get(path).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
        let (run, known) = (&done["runs"][0], &connection["account"]);
        assert!(known["name"].is_string(), "{connection}");
        assert_eq!((&run["account"], &run["account_name"]), (&known["id"], &known["name"]), "{done}");

        let question = json!({ "metrics": ["spend", "roas"], "by": ["campaign", "status"], "from": "2026-10-22", "to": "2026-11-20", "compare": "previous" });
        let (status, answer) = post("query?tenant=acme", question).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert!(answer["totals"]["spend"].is_string() && answer["compare"]["totals"]["spend"].is_string(), "{answer}");
        let (status, problem) =
            post("query?tenant=acme", json!({ "metrics": ["spent"], "from": "2026-10-22", "to": "2026-11-20" })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["detail"].as_str().unwrap().contains("did you mean spend"), "{problem}");

        let form = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n\
                    Campaign,Day,Impressions,Clicks,Cost\nA,2026-11-01,10,1,2.50\n\r\n--edge--\r\n";
        let upload = client.post(at("imports?tenant=acme&dry_run=true")).bearer_auth(&token).body(form);
        let reply = upload.header("content-type", "multipart/form-data; boundary=edge").send().await.unwrap();
        let preview: Value = reply.json().await.unwrap();
        assert_eq!((&preview["dry_run"], &preview["totals"]["spend"]), (&json!(true), &json!("2.50")), "{preview}");
        assert_eq!((&preview["sample"][0]["campaign"], &preview["sample"][0]["spend"]), (&json!("A"), &json!("2.50")), "{preview}");
        let reply = client.post(at("auth/logout")).bearer_auth(&token).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::NO_CONTENT);
        assert_eq!(client.get(at("me")).bearer_auth(&token).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    });
}
