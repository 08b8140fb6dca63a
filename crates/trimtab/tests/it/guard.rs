//! What browsers are told with every answer, and which other sites' pages may read one.

use crate::{app::App, http::sign_in};
use reqwest::{Client, Method, Response, StatusCode, header::HeaderMap};
use serde_json::Value;

const SITE: &str = "https://reports.example.com";

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn guarded(what: &str, headers: &HeaderMap) {
    for (name, wanted) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(text(headers, name), wanted, "{what}: {name}");
    }
    let policy = text(headers, "content-security-policy");
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(text(headers, "permissions-policy").contains("camera=()"), "{what}");
    assert!(!text(headers, "x-request-id").is_empty(), "{what}: the request's id");
    assert_eq!(text(headers, "access-control-allow-origin"), "", "{what}: no other site is named");
}

#[test]
fn every_answer_carries_the_headers_and_every_refusal_is_a_problem() {
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let (_, token) = sign_in(&server).await;
        // Where an answer sends on to is no answer of the operation.
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let document: Value = client.get(format!("{}/api/openapi.json", server.url)).send().await.unwrap().json().await.unwrap();
        let mut asked = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            let url = format!("{}{}", server.url, path.replace("{id}", "x").replace("{name}", "x"));
            for (method, operation) in methods.as_object().unwrap() {
                let method: Method = method.to_ascii_uppercase().parse().unwrap();
                for token in [None, Some(&token)] {
                    let mut request = client.request(method.clone(), &url);
                    if let Some(token) = token {
                        request = request.bearer_auth(token);
                    }
                    if operation["operationId"] == "logout" && token.is_some() {
                        continue;
                    }
                    let reply = request.send().await.unwrap();
                    let what = format!("{method} {path}");
                    guarded(&what, reply.headers());
                    let stored = text(reply.headers(), "cache-control");
                    assert!(stored.contains("no-store"), "{what}: {stored}");
                    let declared = &operation["responses"][reply.status().as_str()];
                    assert!(declared.is_object(), "{what} answers {}, which its document does not say", reply.status());
                    problem(&what, reply, declared).await;
                    asked += 1;
                }
            }
            let never = client.request(Method::from_bytes(b"PROPFIND").unwrap(), &url).send().await.unwrap();
            assert_eq!(never.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
            let allowed: Vec<String> =
                text(never.headers(), "allow").split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
            for method in methods.as_object().unwrap().keys() {
                assert!(allowed.contains(method), "{path}: {allowed:?} lacks {method}");
            }
            guarded(path, never.headers());
            problem(path, never, &Value::Null).await;
        }
        assert!(asked > 100, "{asked}");
        for path in
            ["/", "/health", "/ready", "/metrics", "/api/docs/", "/api/openapi.json", "/api/nothing", "/no/page", "/no/file.js"]
        {
            let reply = client.get(format!("{}{path}", server.url)).send().await.unwrap();
            guarded(path, reply.headers());
        }
    });
}

/// A refusal is a problem that names its request, of the type the document says.
async fn problem(what: &str, reply: Response, declared: &Value) {
    let (status, headers) = (reply.status(), reply.headers().clone());
    if !status.is_client_error() {
        return;
    }
    assert_eq!(text(&headers, "content-type"), "application/problem+json", "{what}: {status}");
    if declared.is_object() {
        assert!(declared["content"]["application/problem+json"].is_object(), "{what}: {status} is declared otherwise");
    }
    let problem: Value = reply.json().await.unwrap();
    assert_eq!(problem["status"], status.as_u16(), "{what}");
    assert_eq!(problem["request_id"], text(&headers, "x-request-id"), "{what}");
    assert!(!problem["detail"].as_str().unwrap().is_empty(), "{what}");
}

async fn preflight(client: &Client, url: &str, origin: &str) -> Response {
    let asked = client.request(Method::OPTIONS, format!("{url}/api/v1/budgets?tenant=acme")).header("origin", origin);
    let asked = asked.header("access-control-request-method", "POST");
    asked.header("access-control-request-headers", "authorization,content-type,idempotency-key").send().await.unwrap()
}

#[test]
fn no_other_site_reads_answers_unless_it_is_named() {
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let me = format!("{}/api/v1/me", server.url);
        let reply = client.get(&me).bearer_auth(&token).header("origin", SITE).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK);
        guarded("me from elsewhere", reply.headers());
        let reply = preflight(&client, &server.url, SITE).await;
        assert!(!reply.headers().contains_key("access-control-allow-methods"));
    });
}

#[test]
fn a_site_that_is_named_reads_answers_with_a_key_of_its_own() {
    let app = App::new();
    app.set(&format!("[server]\ncors_origins = [\"{SITE}\"]\n"));
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let me = format!("{}/api/v1/me", server.url);
        let reply = client.get(&me).bearer_auth(&token).header("origin", SITE).send().await.unwrap();
        assert_eq!((reply.status(), text(reply.headers(), "access-control-allow-origin")), (StatusCode::OK, SITE));
        assert!(reply.headers().get_all("vary").iter().any(|value| value.to_str().unwrap().to_lowercase().contains("origin")));
        assert!(text(reply.headers(), "access-control-expose-headers").contains("idempotency-replayed"));
        assert!(!reply.headers().contains_key("access-control-allow-credentials"), "cookies are not for other sites");

        let reply = preflight(&client, &server.url, SITE).await;
        assert!(reply.status().is_success());
        assert_eq!(text(reply.headers(), "access-control-allow-origin"), SITE);
        for (name, wanted) in [("access-control-allow-methods", "POST"), ("access-control-allow-headers", "idempotency-key")] {
            assert!(text(reply.headers(), name).contains(wanted), "{name}: {:?}", reply.headers());
        }
        for other in ["https://evil.example", "https://reports.example.com.evil.example", "http://reports.example.com", "null"] {
            let reply = preflight(&client, &server.url, other).await;
            assert_eq!(text(reply.headers(), "access-control-allow-origin"), "", "{other}");
            let reply = client.get(&me).bearer_auth(&token).header("origin", other).send().await.unwrap();
            assert_eq!(text(reply.headers(), "access-control-allow-origin"), "", "{other}");
        }
    });
}

#[test]
fn settings_name_sites_or_are_refused() {
    let app = App::new();
    for bad in ["*", "reports.example.com", "https://reports.example.com/"] {
        app.set(&format!("[server]\ncors_origins = [\"{bad}\"]\n"));
        let said = app.fails(2, &["tenant", "list"]);
        assert!(said.contains("server.cors_origins") && said.contains("https://reports.example.com"), "{said}");
    }
}
