//! The audit log and the log of calls, over HTTP and from the command line.

use crate::{
    app::{App, EMAIL, http, sandbox, stderr, stdout},
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
        let view = get("/api/v1/views/ad_reporting__campaign_report?tenant=acme&format=csv").send().await.unwrap();
        assert_eq!(view.status(), StatusCode::OK);
        let unknown = get("/api/v1/views/campaign_report?tenant=acme&format=csv").send().await.unwrap();
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
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
        let exported: Vec<_> = rows.iter().filter(|row| row["action"] == "view:export").collect();
        assert_eq!(exported.len(), 1, "{all}");
        assert_eq!(
            (&exported[0]["resource"], &exported[0]["tenant"], &exported[0]["after"]["format"]),
            (&json!("view:ad_reporting__campaign_report"), &json!("acme"), &json!("csv"))
        );
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

/// Both logs over HTTP, of an installation with an account connected to `acme`, whichever database keeps them: a key of the agency is named in
/// the log of a tenant, and calls are told page by page.
pub(crate) fn both_logs_are_told(app: &App) {
    let made = app.ok(&["key", "make", "Nightly export", "--permissions", "data:view"]);
    app.ok(&["tools", "call", "meta.list_campaigns", "--tenant", "acme"]);
    let server = app.serve();
    http(async {
        let view = format!("{}/api/v1/views/ad_reporting__campaign_report?tenant=acme", server.url);
        let exported = reqwest::Client::new().get(view).bearer_auth(made["token"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(exported.status(), StatusCode::OK);
        let (client, token) = sign_in(&server).await;
        let json = async |path: String| {
            let reply = client.get(format!("{}/api/v1/{path}", server.url)).bearer_auth(&token).send().await.unwrap();
            assert_eq!(reply.status(), StatusCode::OK, "{path}");
            reply.json::<Value>().await.unwrap()
        };
        let of_acme = json("audit?tenant=acme&action=view".to_owned()).await;
        let row = &of_acme["items"][0];
        assert_eq!((&row["actor"], &row["actor_name"]), (&made["key"]["id"], &json!("Nightly export")), "{of_acme}");

        let all = json("calls?limit=200".to_owned()).await["items"].clone();
        let (mut paged, mut path) = (Vec::new(), "calls?tenant=acme&source=meta&outcome=good&limit=1".to_owned());
        loop {
            let page = json(path).await;
            paged.extend(page["items"].as_array().unwrap().clone());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("calls?tenant=acme&source=meta&outcome=good&limit=1&cursor={cursor}");
        }
        assert!(paged.len() > 1 && json!(paged) == all, "{paged:?} {all}");
    });
}

#[test]
fn both_logs_are_told_from_a_file() {
    let sandbox = sandbox(&WORLD);
    both_logs_are_told(&App::connected(&sandbox.accounts()[..1]));
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

/// Changes the last bit of a text in the database's file; it is changed back by doing it again. Pages may hold leavings of a row they held
/// before, which nobody reads.
fn flip(app: &App, text: &str) {
    let file = app.path().join("trimtab.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let ends: Vec<_> = (text.len()..=bytes.len()).filter(|end| bytes[..*end].ends_with(text.as_bytes())).collect();
    assert!(!ends.is_empty(), "the file does not hold {text}");
    for end in ends {
        bytes[end - 1] ^= 1;
    }
    std::fs::write(&file, bytes).unwrap();
}

#[test]
fn one_bit_changed_in_the_file_is_named_with_its_row() {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Quinquereme", "--currency", "EUR", "--timezone", "UTC"]);
    app.ok(&["tenant", "add", "other", "--name", "Other", "--currency", "EUR", "--timezone", "UTC"]);
    assert!(!app.path().join("trimtab.db-wal").exists(), "a command leaves all that it wrote in the file");
    let out = stdout(&app.run(&["audit", "export", "--tenant", "acme"]));
    let row: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    for (was, is) in
        [("\"name\":\"Quinquereme", "\"name\":\"Quinqueremd"), ("tenant:createtenant:acme", "tenant:createtenant:acmd")]
    {
        flip(&app, was);
        let out = app.run(&["audit", "verify"]);
        assert_eq!(out.status.code(), Some(1), "{was}: {}{}", stdout(&out), stderr(&out));
        let found: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!((&found["sound"], &found["fault"]["seq"]), (&json!(false), &row["seq"]), "{was}: {found}");
        let mut told = crate::app::binary();
        let told = told.arg("--data").arg(app.path()).args(["audit", "verify"]).output().unwrap();
        assert!(stderr(&told).contains(&format!("broken at row {}", row["seq"])), "{}", stderr(&told));
        flip(&app, is);
        assert_eq!(app.ok(&["audit", "verify"])["sound"], json!(true), "{was}: what was put back is as it was");
    }
}
