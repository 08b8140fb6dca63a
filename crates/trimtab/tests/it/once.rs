//! `Idempotency-Key` over HTTP: what may come twice counts once, whatever happens in between.

use crate::{
    app::{App, Running},
    http::sign_in,
};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

const KEY: &str = "6f1c1c0e-8f0b-4a4e-9d1a-0b7f6f0f4a55";
/// What makes or does nothing, and one's own way in: links, codes and challenges count once by themselves. This list may only shrink.
const WITHOUT: [&str; 19] = [
    "login",
    "prove",
    "start_passkey_sign_in",
    "sign_in_with_passkey",
    "refresh",
    "logout",
    "forgot_password",
    "reset_password",
    "open_invitation",
    "accept_invitation",
    "change_password",
    "end_other_sessions",
    "enrol_authenticator",
    "confirm_authenticator",
    "remove_authenticator",
    "start_passkey",
    "add_passkey",
    "run_query",
    "call_tool",
];

/// Somebody who asks.
struct Caller<'a> {
    client: &'a Client,
    server: &'a Running,
    token: &'a str,
}

impl Caller<'_> {
    async fn send(&self, path: &str, key: Option<&str>, body: Option<&Value>) -> Result<Response, reqwest::Error> {
        let mut request = self.client.post(format!("{}/api/v1/{path}", self.server.url)).bearer_auth(self.token);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await
    }

    async fn post(&self, path: &str, key: &str, body: Option<&Value>) -> (StatusCode, bool, String) {
        let reply = self.send(path, Some(key), body).await.unwrap();
        let replayed = reply.headers().get("idempotency-replayed").is_some_and(|value| value == "true");
        (reply.status(), replayed, reply.text().await.unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let asked = self.client.get(format!("{}/api/v1/{path}", self.server.url)).bearer_auth(self.token);
        asked.send().await.unwrap().json().await.unwrap()
    }

    async fn budgets(&self) -> usize {
        self.get("budgets?tenant=acme").await["items"].as_array().unwrap().len()
    }
}

fn installation() -> App {
    let app = App::new();
    for id in ["acme", "rival"] {
        app.ok(&["tenant", "add", id, "--name", id, "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    }
    app
}

fn plan(name: &str) -> Value {
    json!({ "name": name, "level": "tenant", "amount": "5000.00", "currency": "EUR" })
}

#[test]
fn every_operation_that_makes_or_does_something_takes_a_key() {
    let document: Value = serde_json::from_str(&trimtab_api::openapi()).unwrap();
    let mut without = Vec::new();
    for operation in document["paths"].as_object().unwrap().values().filter_map(|methods| methods.get("post")) {
        let named = |parameter: &Value| parameter["name"] == "Idempotency-Key" && parameter["in"] == "header";
        let takes = operation["parameters"].as_array().is_some_and(|all| all.iter().any(named));
        if !takes {
            without.push(operation["operationId"].as_str().unwrap());
        }
    }
    without.sort_unstable();
    let mut allowed = WITHOUT;
    allowed.sort_unstable();
    assert_eq!(without, allowed);
}

#[test]
fn the_first_answer_is_given_again_byte_for_byte() {
    let app = installation();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let admin = Caller { client: &client, server: &server, token: &token };
        let (_, _, eve) =
            admin.post("invitations", KEY, Some(&json!({ "email": "eve@people.example", "role": "agency_analyst" }))).await;
        let eve: Value = serde_json::from_str(&eve).unwrap();
        let link = eve["link"].as_str().unwrap().split_once('#').unwrap().1;
        let accept = json!({ "token": link, "name": "Eve", "password": "three green parrots sing" });
        client.post(format!("{}/api/v1/auth/invitation/accept", server.url)).json(&accept).send().await.unwrap();
        let people = admin.get("users").await;
        let eve = people["items"].as_array().unwrap().iter().find(|user| user["email"] == "eve@people.example").unwrap();
        let eve = format!("users/{}", eve["id"].as_str().unwrap());
        let tenant = json!({ "id": "third", "name": "Third", "currency": "EUR", "timezone": "Europe/Amsterdam" });
        let (grants, disable, enable, out) =
            (format!("{eve}/grants"), format!("{eve}/disable"), format!("{eve}/enable"), format!("{eve}/sign-out"));
        for (n, (path, body, status)) in [
            ("tenants", Some(tenant), StatusCode::CREATED),
            ("budgets?tenant=acme", Some(plan("March")), StatusCode::CREATED),
            ("invitations?tenant=acme", Some(json!({ "email": "x@people.example", "role": "client_viewer" })), StatusCode::CREATED),
            ("api-keys?tenant=acme", Some(json!({ "name": "export", "permissions": ["data:view"] })), StatusCode::CREATED),
            (&grants, Some(json!({ "role": "auditor" })), StatusCode::NO_CONTENT),
            (&out, None, StatusCode::OK),
            (&disable, None, StatusCode::NO_CONTENT),
            (&enable, None, StatusCode::NO_CONTENT),
            ("checks/run?tenant=acme", None, StatusCode::OK),
            ("analyses/run?tenant=acme", None, StatusCode::OK),
        ]
        .into_iter()
        .enumerate()
        {
            let key = format!("{KEY}-{n}");
            let first = admin.post(path, &key, body.as_ref()).await;
            assert_eq!((first.0, first.1), (status, false), "{path}: {}", first.2);
            let again = admin.post(path, &key, body.as_ref()).await;
            assert_eq!(again, (first.0, true, first.2), "{path}");
            let (reused, _, problem) = admin.post(path, &key, Some(&json!({ "other": n }))).await;
            // What is no request at all is told so first.
            let fine = reused == StatusCode::UNPROCESSABLE_ENTITY
                || (body.is_some() && reused == StatusCode::BAD_REQUEST)
                || (body.is_none() && reused == status);
            assert!(fine, "{path} with another body: {reused} {problem}");
        }
        assert_eq!(admin.budgets().await, 1);
        assert_eq!(admin.get("api-keys?tenant=acme").await["items"].as_array().unwrap().len(), 1);
        assert_eq!(admin.get("invitations?tenant=acme").await["items"].as_array().unwrap().len(), 1);

        let (status, _, problem) = admin.post("budgets?tenant=acme", &format!("{KEY}-1"), Some(&plan("April"))).await;
        let problem: Value = serde_json::from_str(&problem).unwrap();
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("key_reused")), "{problem}");
        let (status, replayed, _) = admin.post("budgets?tenant=rival", &format!("{KEY}-1"), Some(&plan("March"))).await;
        assert_eq!((status, replayed), (StatusCode::CREATED, false), "keys of two tenants never meet");
    });
}

#[test]
fn keys_of_others_never_meet_and_bad_ones_are_told() {
    let app = installation();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let admin = Caller { client: &client, server: &server, token: &token };
        let made = json!({ "name": "buyer", "permissions": ["data:view", "budget:manage"] });
        let made: Value = admin.send("api-keys?tenant=acme", None, Some(&made)).await.unwrap().json().await.unwrap();
        let program =
            Caller { client: &client, server: &server, token: made["token"].as_str().unwrap_or_else(|| panic!("{made}")) };
        assert!(!admin.post("budgets?tenant=acme", KEY, Some(&plan("March"))).await.1);
        let (status, replayed, _) = program.post("budgets?tenant=acme", KEY, Some(&plan("March"))).await;
        assert_eq!((status, replayed), (StatusCode::CREATED, false), "a key of somebody else");
        assert_eq!(admin.budgets().await, 2);
        for bad in ["short", &"x".repeat(256), "with a space in it"] {
            let (status, _, problem) = admin.post("budgets?tenant=acme", bad, Some(&plan("March"))).await;
            assert!(status == StatusCode::BAD_REQUEST && problem.contains("Idempotency-Key"), "{bad}: {status} {problem}");
        }
        let refused = admin.post("budgets?tenant=acme", &format!("{KEY}-2"), Some(&plan(" "))).await;
        assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY);
        let (status, replayed, _) = admin.post("budgets?tenant=acme", &format!("{KEY}-2"), Some(&plan("Mended"))).await;
        assert_eq!((status, replayed), (StatusCode::CREATED, false), "a refusal leaves the key free");
    });
}

#[test]
fn many_at_one_moment_are_done_once() {
    let app = installation();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let admin = Caller { client: &client, server: &server, token: &token };
        let plan = plan("March");
        let all = futures::future::join_all((0..16).map(|_| admin.send("budgets?tenant=acme", Some(KEY), Some(&plan)))).await;
        let mut done = 0;
        for reply in all {
            let reply = reply.unwrap();
            match reply.status() {
                StatusCode::CREATED => done += usize::from(!reply.headers().contains_key("idempotency-replayed")),
                StatusCode::CONFLICT => assert_eq!(reply.headers()["retry-after"], "1"),
                other => panic!("{other}"),
            }
        }
        assert_eq!((done, admin.budgets().await), (1, 1));
    });
}

#[test]
fn an_import_that_comes_twice_with_another_boundary_is_the_same() {
    let app = installation();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let import = async |edge: &str, cost: &str, query: &str| {
            let form = format!(
                "--{edge}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../etc/a.csv\"\r\n\r\n\
                 Campaign,Day,Impressions,Clicks,Cost\nA,2026-11-01,10,1,{cost}\n\r\n--{edge}--\r\n"
            );
            let url = format!("{}/api/v1/imports?tenant=acme{query}", server.url);
            let upload = client.post(url).bearer_auth(&token).header("idempotency-key", KEY).body(form);
            let reply = upload.header("content-type", format!("multipart/form-data; boundary={edge}")).send().await.unwrap();
            (reply.status(), reply.headers().contains_key("idempotency-replayed"), reply.text().await.unwrap())
        };
        let preview = import("edge", "2.50", "&dry_run=true").await;
        assert_eq!((preview.0, preview.1), (StatusCode::OK, false), "{}", preview.2);
        let first = import("edge", "2.50", "").await;
        assert_eq!((first.0, first.1), (StatusCode::OK, false), "looking leaves nothing: {}", first.2);
        assert!(first.2.contains("\"import\":\"imp_") && !first.2.contains("etc"), "{}", first.2);
        let again = import("another", "2.50", "").await;
        assert_eq!(again, (first.0, true, first.2));
        assert_eq!(import("edge", "3.50", "").await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let admin = Caller { client: &client, server: &server, token: &token };
        assert_eq!(admin.get("imports?tenant=acme").await["items"].as_array().unwrap().len(), 1);
    });
}

/// A server that is killed at any moment of a request has done it once or not at all, and the retry is answered as the first was to be.
#[test]
fn a_server_killed_in_the_middle_does_nothing_twice() {
    const MOMENTS: u32 = 8;
    let app = installation();
    let mut replayed_some = 0;
    for moment in 0..MOMENTS {
        let key = format!("{KEY}-{moment}");
        let name = format!("Budget {moment}");
        let mut server = app.serve();
        let (url, token) = crate::app::http(async {
            let (client, token) = sign_in(&server).await;
            let caller = Caller { client: &client, server: &server, token: &token };
            let body = plan(&name);
            // The last one goes away after the answer.
            let patience = if moment + 1 < MOMENTS { u64::from(moment * moment) } else { 60_000 };
            let patience = Duration::from_millis(patience);
            drop(tokio::time::timeout(patience, caller.send("budgets?tenant=acme", Some(&key), Some(&body))).await);
            (server.url.clone(), token)
        });
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        let server = app.serve();
        assert_ne!(url, "", "it listened");
        crate::app::http(async {
            let client = Client::new();
            let caller = Caller { client: &client, server: &server, token: &token };
            let first = caller.post("budgets?tenant=acme", &key, Some(&plan(&name))).await;
            assert_eq!(first.0, StatusCode::CREATED, "{}", first.2);
            replayed_some += u32::from(first.1);
            assert_eq!(caller.post("budgets?tenant=acme", &key, Some(&plan(&name))).await, (first.0, true, first.2));
            let budgets = caller.get("budgets?tenant=acme").await;
            let same = budgets["items"].as_array().unwrap().iter().filter(|budget| budget["name"] == name.as_str()).count();
            assert_eq!(same, 1, "moment {moment}");
        });
    }
    assert!(replayed_some > 0, "no request was done before its server was killed, so the test proved nothing");
}
