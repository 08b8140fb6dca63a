//! Input that is wrong on purpose: each is refused in words, nothing breaks, and nobody sees what is not theirs.

use crate::{
    app::{App, EMAIL, PASSWORD},
    http::sign_in,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, StatusCode, Url};
use serde_json::{Value, json};

fn installation() -> App {
    let app = App::new();
    for id in ["acme", "rival"] {
        app.ok(&["tenant", "add", id, "--name", id, "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    }
    let file = app.path().join("rival.csv");
    std::fs::write(&file, "Campaign,Day,Impressions,Clicks,Cost\nSecret of the rival,2026-11-01,10,1,2.50\n").unwrap();
    app.ok(&["import", file.to_str().unwrap(), "--tenant", "rival"]);
    app
}

fn plan(name: &str) -> Value {
    json!({ "name": name, "level": "tenant", "amount": "5000.00", "currency": "EUR" })
}

#[test]
fn bodies_that_are_too_large_too_deep_or_none_at_all() {
    let app = installation();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let send = async |path: &str, kind: Option<&str>, body: Vec<u8>| {
            let mut request = client.post(format!("{}/api/v1/{path}", server.url)).bearer_auth(&token).body(body);
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let reply = request.send().await.unwrap();
            (reply.status(), reply.json::<Value>().await.unwrap())
        };
        const JSON: Option<&str> = Some("application/json");
        let deep =
            |open: &str, close: &str| format!("{{\"name\":{}1{}}}", open.repeat(100_000), close.repeat(100_000)).into_bytes();
        let budgets = "budgets?tenant=acme";
        for (what, kind, body, status, code) in [
            ("oversized", JSON, plan(&"x".repeat(300_000)).to_string().into_bytes(), StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            ("deep lists", JSON, deep("[", "]"), StatusCode::BAD_REQUEST, "malformed"),
            ("deep objects", JSON, deep("{\"a\":", "}"), StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            ("shallower objects", JSON, "{\"a\":".repeat(10_000).into_bytes(), StatusCode::BAD_REQUEST, "malformed"),
            ("nothing", JSON, Vec::new(), StatusCode::BAD_REQUEST, "malformed"),
            ("half", JSON, b"{\"name\":".to_vec(), StatusCode::BAD_REQUEST, "malformed"),
            ("two", JSON, b"{} {}".to_vec(), StatusCode::BAD_REQUEST, "malformed"),
            ("not UTF-8", JSON, b"{\"name\":\"\xff\xfe\"}".to_vec(), StatusCode::BAD_REQUEST, "malformed"),
            ("a list", JSON, b"[]".to_vec(), StatusCode::BAD_REQUEST, "malformed"),
            (
                "a form",
                Some("application/x-www-form-urlencoded"),
                b"name=x".to_vec(),
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media_type",
            ),
            ("text", Some("text/plain"), plan("x").to_string().into_bytes(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"),
            ("no type", None, plan("x").to_string().into_bytes(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"),
        ] {
            let (got, problem) = send(budgets, kind, body).await;
            assert_eq!((got, &problem["code"]), (status, &json!(code)), "{what}: {problem}");
        }
        let (got, problem) = send("imports?tenant=acme", JSON, b"{}".to_vec()).await;
        assert_eq!((got, &problem["code"]), (StatusCode::UNSUPPORTED_MEDIA_TYPE, &json!("media_type")), "{problem}");
        let (got, _) = send("query?tenant=acme", JSON, deep("[", "]")).await;
        assert_eq!(got, StatusCode::BAD_REQUEST);
        let (got, _) = send("tools/meta_list_campaigns?tenant=acme", JSON, "[".repeat(100_000).into_bytes()).await;
        assert_ne!(got, StatusCode::INTERNAL_SERVER_ERROR);
        let health = client.get(format!("{}/health", server.url)).send().await.unwrap();
        assert_eq!(health.status(), StatusCode::OK, "it is still there");
    });
}

#[test]
fn wrong_types_and_texts_that_disguise_themselves() {
    let app = installation();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let post = async |path: &str, body: &Value| {
            let request = client.post(format!("{}/api/v1/{path}", server.url)).bearer_auth(&token).json(body);
            let reply = request.send().await.unwrap();
            (reply.status(), reply.json::<Value>().await.unwrap_or_default())
        };
        for (field, wrong) in [
            ("name", json!(7)),
            ("name", json!(null)),
            ("name", json!(["x"])),
            ("name", json!("")),
            ("name", json!("x".repeat(121))),
            ("name", json!("Budget\u{202e}sdrawkcab")),
            ("name", json!("Budget\u{2066}hidden")),
            ("name", json!("nul\0nul")),
            ("name", json!("two\nlines")),
            ("amount", json!(5_000)),
            ("amount", json!("1e400")),
            ("amount", json!("-1.00")),
            ("amount", json!("99999999999999999999999.00")),
            ("currency", json!("EURO")),
            ("currency", json!("€")),
            ("level", json!("galaxy")),
            ("from", json!("2026-02-30")),
            ("roll_over", json!("yes")),
            ("surprise", json!(true)),
        ] {
            let mut body = plan("Budget");
            body[field] = wrong.clone();
            let (status, problem) = post("budgets?tenant=acme", &body).await;
            // A value of another type is no request of this form; one that breaks a rule is.
            let malformed = !wrong.is_string() || ["roll_over", "surprise"].contains(&field);
            let refused = if malformed { StatusCode::BAD_REQUEST } else { StatusCode::UNPROCESSABLE_ENTITY };
            assert_eq!(status, refused, "{field} = {wrong}: {problem}");
        }
        for good in ["مقهى البحر", "北海咖啡", "O'Neil; DROP TABLE budgets; --", "👩‍👩‍👧 Family", "</script><script>alert(1)</script>"]
        {
            let (status, made) = post("budgets?tenant=acme", &plan(good)).await;
            assert_eq!((status, &made["name"]), (StatusCode::CREATED, &json!(good)), "{made}");
        }
        let tenant = |id: &str, name: &str| json!({ "id": id, "name": name, "currency": "EUR", "timezone": "Europe/Amsterdam" });
        for (id, name) in [
            ("../acme", "x"),
            ("..", "x"),
            ("a/b", "x"),
            ("ACME", "x"),
            ("acme\u{202e}", "x"),
            ("*", "x"),
            ("", "x"),
            ("con", "\u{202e}live"),
            ("long", &"x".repeat(121)),
            ("empty", "  "),
            (&"x".repeat(49), "x"),
        ] {
            assert_eq!(post("tenants", &tenant(id, name)).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{id:?} {name:?}");
        }
    });
}

#[test]
fn filters_are_values_and_never_statements() {
    let app = installation();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let get = async |path: &str, parameters: &[(&str, &str)]| {
            let url = Url::parse_with_params(&format!("{}/api/v1/{path}", server.url), parameters).unwrap();
            let reply = client.get(url).bearer_auth(&token).send().await.unwrap();
            (reply.status(), reply.text().await.unwrap())
        };
        for trick in [
            "' OR '1'='1",
            "x' UNION SELECT name FROM tenants --",
            "acme'; DROP TABLE tenants; --",
            "\"; DELETE FROM ad_daily; --",
            "1) OR (1=1",
            "\\' OR 1=1 #",
            "%27%20OR%201=1",
            "Secret of the rival",
        ] {
            let filters = [format!("campaign = '{trick}'"), format!("campaign = {trick}"), trick.to_owned()];
            for filter in filters {
                let query =
                    json!({ "metrics": ["spend"], "by": ["campaign"], "from": "2026-11-01", "to": "2026-11-02", "where": filter });
                let url = format!("{}/api/v1/query?tenant=acme", server.url);
                let reply = client.post(url).bearer_auth(&token).json(&query).send().await.unwrap();
                let (status, body) = (reply.status(), reply.text().await.unwrap());
                assert!(status == StatusCode::OK || status == StatusCode::UNPROCESSABLE_ENTITY, "{filter}: {status} {body}");
                assert!(!body.contains("Secret") || filter.contains("Secret"), "{filter}: {body}");
                if status == StatusCode::OK {
                    assert!(body.contains("\"rows\":[]"), "{filter}: {body}");
                }
            }
            for (path, name) in [
                ("findings", "account"),
                ("findings", "kind"),
                ("knowledge/search", "q"),
                ("checks/not-a-check/history", "account"),
                ("benchmarks", "industry"),
                ("views/campaigns_daily", "from"),
                ("reconciliation", "verdict"),
            ] {
                let asked = [("tenant", "acme"), (name, trick), ("source", "meta"), ("to", "2026-11-02")];
                let (status, body) = get(path, &asked).await;
                assert!(status.is_success() || status.is_client_error(), "{path}?{name}={trick}: {status} {body}");
                assert!(!body.contains("Secret of the rival") || trick.starts_with("Secret"), "{path}?{name}={trick}: {body}");
            }
        }
        assert_eq!(get("accounts", &[("tenant", "rival")]).await.1.matches("\"id\":").count(), 1, "all is still there");
        for path in [
            "findings/..%2f..%2fetc%2fpasswd",
            "views/..%2f..%2fstore",
            "tools/%2e%2e",
            "executions/%00",
            "budgets/%ff%fe",
            "views/%e2%80%ae",
        ] {
            let url = format!("{}/api/v1/{path}?tenant=acme", server.url);
            let status = client.get(url).bearer_auth(&token).send().await.unwrap().status();
            assert!(
                matches!(status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST | StatusCode::METHOD_NOT_ALLOWED),
                "{path}: {status}"
            );
        }
    });
}

#[test]
fn tokens_of_others_open_nothing() {
    let app = installation();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let jwt = |head: Value, says: Value, seal: &str| {
            format!("{}.{}.{seal}", URL_SAFE_NO_PAD.encode(head.to_string()), URL_SAFE_NO_PAD.encode(says.to_string()))
        };
        let says = json!({ "sub": EMAIL, "aud": "trimtab", "iss": server.url, "exp": 4_102_444_800_u64, "role": "agency_admin" });
        let sealed = URL_SAFE_NO_PAD.encode([7; 32]);
        let mut changed = token.clone();
        changed.replace_range(10..11, if &token[10..11] == "A" { "B" } else { "A" });
        for (what, forged) in [
            ("alg none", jwt(json!({ "alg": "none" }), says.clone(), "")),
            ("alg None", jwt(json!({ "alg": "None", "typ": "JWT" }), says.clone(), "")),
            ("another key", jwt(json!({ "alg": "HS256" }), says.clone(), &sealed)),
            (
                "another key by name",
                jwt(json!({ "alg": "RS256", "kid": "../../key", "jku": "https://evil.example" }), says.clone(), &sealed),
            ),
            ("another audience", jwt(json!({ "alg": "HS256" }), json!({ "sub": EMAIL, "aud": "another" }), &sealed)),
            ("ended", jwt(json!({ "alg": "HS256" }), json!({ "sub": EMAIL, "exp": 1 }), &sealed)),
            ("one letter changed", changed),
            ("cut short", token[..token.len() - 1].to_owned()),
            ("longer", format!("{token}A")),
            ("in capitals", token.to_uppercase()),
            ("of another kind", token.replacen("tta_", "ttk_", 1)),
            ("a refresh token's letters", token.replacen("tta_", "ttr_", 1)),
            ("a hash", "0".repeat(64)),
            ("empty", String::new()),
        ] {
            let asked = client.get(format!("{}/api/v1/me", server.url)).header("authorization", format!("Bearer {forged}"));
            let reply = asked.send().await.unwrap();
            assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "{what}");
            assert_eq!(reply.headers()["www-authenticate"], "Bearer", "{what}");
        }
        for scheme in ["Basic", "Token", "bearerx"] {
            let asked = client.get(format!("{}/api/v1/me", server.url)).header("authorization", format!("{scheme} {token}"));
            assert_eq!(asked.send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "{scheme}");
        }
        let me = client.get(format!("{}/api/v1/me?token={token}&access_token={token}", server.url));
        assert_eq!(me.send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "no token in an address");
    });
}

#[test]
fn a_refresh_token_that_was_copied_ends_the_session_and_no_other() {
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let client = Client::new();
        let at = |path: &str| format!("{}/api/v1/{path}", server.url);
        let post = async |path: &str, body: Value| -> (StatusCode, Value) {
            let reply = client.post(at(path)).json(&body).send().await.unwrap();
            (reply.status(), reply.json().await.unwrap_or_default())
        };
        let login = || post("auth/login", json!({ "email": EMAIL, "password": PASSWORD }));
        let ((_, one), (_, two)) = (login().await, login().await);
        let (status, fresh) = post("auth/refresh", json!({ "refresh_token": one["refresh_token"] })).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            post("auth/refresh", json!({ "refresh_token": one["token"] })).await.0,
            StatusCode::UNAUTHORIZED,
            "another kind"
        );
        let me = async |token: &Value| client.get(at("me")).bearer_auth(token.as_str().unwrap()).send().await.unwrap().status();
        assert_eq!(me(&one["token"]).await, StatusCode::UNAUTHORIZED, "the former access token ended with the exchange");
        assert_eq!((me(&fresh["token"]).await, me(&two["token"]).await), (StatusCode::OK, StatusCode::OK));
        // A moment later it may be another window of the same browser; that a copy ends the session is tested where time can pass.
        assert_eq!(post("auth/refresh", json!({ "refresh_token": one["refresh_token"] })).await.0, StatusCode::CONFLICT);
        assert_eq!(me(&two["token"]).await, StatusCode::OK);
    });
}
