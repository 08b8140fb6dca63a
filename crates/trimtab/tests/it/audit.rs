//! The audit log and the log of calls, over HTTP and from the command line.

use crate::{
    app::{App, EMAIL, http, sandbox, stdout},
    http::sign_in,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

const WORLD: [&str; 10] = ["--seed", "7", "--tenants", "1", "--ads", "6", "--days", "10", "--today", "2026-11-20"];

#[test]
fn what_people_do_is_told_with_where_it_came_from() {
    let sandbox = sandbox(&WORLD);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    app.ok(&["tools", "call", "meta.list_campaigns", "--tenant", "acme"]);
    let server = app.serve();
    http(async {
        let (client, token) = sign_in(&server).await;
        let get =
            |path: &'static str| client.get(format!("{}{path}", server.url)).bearer_auth(&token).header("user-agent", "checker/1");
        let json = async |path: &'static str| get(path).send().await.unwrap().json::<Value>().await.unwrap();
        assert_eq!(get("/api/v1/accounts?tenant=nowhere").send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let reply = get("/api/v1/views/ad_performance?tenant=acme&format=csv").send().await.unwrap();
        let known = reply.status().is_success();
        let change = client
            .patch(format!("{}/api/v1/tenants/acme?tenant=acme", server.url))
            .bearer_auth(&token)
            .json(&json!({ "name": "Acme AG" }));
        assert!(change.send().await.unwrap().status().is_success());

        let all = json("/api/v1/audit").await;
        let rows = all["items"].as_array().unwrap();
        let find = |action: &str| rows.iter().find(|row| row["action"] == action).unwrap_or_else(|| panic!("{action}: {all}"));
        let refused = find("tenant:enter");
        assert_eq!((&refused["outcome"], &refused["resource"]), (&json!("refused"), &json!("tenant:nowhere")));
        assert_eq!(
            (&refused["actor_name"], &refused["ip"], &refused["agent"]),
            (&json!(EMAIL), &json!("127.0.0.1"), &json!("checker/1"))
        );
        assert!(refused["request_id"].as_str().is_some_and(|id| id.len() > 20), "{refused}");
        assert_eq!(find("secret:read")["actor"], "operator");
        assert_eq!(find("session:open")["outcome"], "ok");
        assert_eq!(rows.iter().any(|row| row["action"] == "view:export" && row["tenant"] == "acme"), known, "{all}");
        let changed = find("tenant:change");
        assert_eq!((&changed["after"]["name"], &changed["actor_name"]), (&json!("Acme AG"), &json!(EMAIL)));
        assert_ne!(changed["before"]["name"], changed["after"]["name"]);
        let text = all.to_string();
        assert!(!text.contains(&account.secret) && !text.contains(&token), "no secret is in the log");

        let of_acme = json("/api/v1/audit?tenant=acme&action=connection&limit=1").await;
        assert_eq!(of_acme["items"][0]["action"], "connection:connect");
        assert_eq!(get("/api/v1/audit?action=connection:eat").send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(get("/api/v1/audit?from=yesterday").send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
        let first = json("/api/v1/audit?limit=2").await;
        let cursor = first["next_cursor"].as_str().unwrap();
        let next: Value = client
            .get(format!("{}/api/v1/audit?limit=2&cursor={cursor}", server.url))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(next["items"][0]["seq"].as_u64().unwrap() + 1, first["items"][1]["seq"].as_u64().unwrap());

        let found = json("/api/v1/audit/verification").await;
        assert_eq!((&found["sound"], &found["fault"]), (&json!(true), &Value::Null));
        assert_eq!(found["head"]["hash"].as_str().map(str::len), Some(64));

        let calls = json("/api/v1/calls?tenant=acme&source=meta").await;
        let call = &calls["items"][0];
        assert!(call["route"].as_str().is_some_and(|route| !route.contains(&account.id)), "{call}");
        assert!(!calls.to_string().contains(&account.secret), "a call is kept without its credential");
        assert!(call["bytes"].as_u64() > Some(0) && call["status"] == 200 && call["tenant"] == "acme", "{call}");
    });
}

#[test]
fn the_log_is_verified_and_written_out_from_the_command_line() {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "=Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    let sound = app.ok(&["audit", "verify"]);
    let head = format!("{}:{}", sound["head"]["seq"], sound["head"]["hash"].as_str().unwrap());
    app.ok(&["tenant", "add", "other", "--name", "Other", "--currency", "EUR", "--timezone", "UTC"]);
    assert_eq!(app.ok(&["audit", "verify", "--head", &head])["sound"], json!(true));

    let out = app.run(&["audit", "export", "--tenant", "acme"]);
    let lines: Vec<Value> = stdout(&out).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["action"], &lines[0]["actor"], &lines[0]["agent"]),
        (&json!("tenant:create"), &json!("operator"), &json!("trimtab tenant add"))
    );
    let out = app.run(&["audit", "export", "--format", "csv"]);
    let text = stdout(&out);
    assert!(text.starts_with("seq,at,actor,") && text.contains("audit:export") && text.lines().count() > 5, "{text}");
    assert_eq!(stdout(&app.run(&["audit", "export", "--to", "2020-01-01"])), "");
    app.fails(2, &["audit", "export", "--from", "soon"]);
    app.fails(2, &["audit", "verify", "--head", "nonsense"]);
    let rows = app.ok(&["audit", "export", "--output", app.path().join("log.jsonl").to_str().unwrap()]);
    let written = std::fs::read_to_string(app.path().join("log.jsonl")).unwrap();
    assert_eq!(rows["rows"].as_u64(), Some(written.lines().count() as u64));

    let said = app.run(&["doctor"]);
    assert!(stdout(&said).contains("audit log"), "{}", stdout(&said));
}
