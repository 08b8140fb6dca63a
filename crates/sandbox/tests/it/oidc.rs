//! The issuer as a browser and an application meet it.

use crate::kit::Kit;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use trimtab_sandbox::{Fault, FaultKind, Person};
use url::Url;

const BACK: &str = "http://127.0.0.1:7777/api/v1/auth/oidc/callback";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";

fn browser() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()))
}

/// A request for a code, with parameters that take the place of the usual ones; an empty one is left out.
async fn authorize(kit: &Kit, changed: &[(&str, &str)]) -> Response {
    let challenge = challenge();
    let mut params: HashMap<&str, &str> = HashMap::from([
        ("client_id", "trimtab-public"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("state", "st&te"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("login_hint", "ada@agency.example"),
    ]);
    params.extend(changed.iter().copied());
    params.retain(|_, value| !value.is_empty());
    browser().get(format!("{}/oidc/authorize", kit.origin)).query(&params).send().await.unwrap()
}

/// The parameters a browser is sent back with.
fn sent_back(reply: &Response) -> HashMap<String, String> {
    assert_eq!(reply.status(), 302);
    let location: Url = reply.headers()["location"].to_str().unwrap().parse().unwrap();
    assert!(location.as_str().starts_with(BACK), "{location}");
    location.query_pairs().into_owned().collect()
}

async fn code(kit: &Kit, changed: &[(&str, &str)]) -> String {
    sent_back(&authorize(kit, changed).await)["code"].clone()
}

async fn exchange(kit: &Kit, code: &str, changed: &[(&str, &str)]) -> (u16, Value) {
    let mut form: HashMap<&str, &str> = HashMap::from([
        ("client_id", "trimtab-public"),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ]);
    form.extend(changed.iter().copied());
    form.retain(|_, value| !value.is_empty());
    let reply = kit.client.post(format!("{}/oidc/token", kit.origin)).form(&form).send().await.unwrap();
    (reply.status().as_u16(), reply.json().await.unwrap())
}

/// Header and claims of a token.
fn opened(token: &Value) -> (Value, Value) {
    let mut parts = token.as_str().unwrap().split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut json = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (json(), json())
}

async fn get(kit: &Kit, path: &str) -> Value {
    kit.client.get(format!("{}{path}", kit.origin)).send().await.unwrap().json().await.unwrap()
}

async fn steer(kit: &Kit, to: Value) -> (u16, Value) {
    let reply = kit.client.post(format!("{}/_sandbox/oidc", kit.origin)).json(&to).send().await.unwrap();
    (reply.status().as_u16(), reply.json().await.unwrap_or_default())
}

#[tokio::test]
async fn a_sign_in_from_discovery_to_userinfo() {
    let kit = Kit::small().await;
    let document = get(&kit, "/oidc/.well-known/openid-configuration").await;
    assert_eq!(document["issuer"], format!("{}/oidc", kit.origin));
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    let back = sent_back(&authorize(&kit, &[]).await);
    assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("st&te", document["issuer"].as_str().unwrap()));
    let (status, tokens) = exchange(&kit, &back["code"], &[]).await;
    assert_eq!((status, tokens["token_type"].as_str()), (200, Some("Bearer")), "{tokens}");
    let (header, claims) = opened(&tokens["id_token"]);
    let keys = get(&kit, "/oidc/keys").await;
    assert_eq!((header["alg"].as_str(), &header["kid"]), (Some("RS256"), &keys["keys"][0]["kid"]));
    let access = tokens["access_token"].as_str().unwrap();
    let half = URL_SAFE_NO_PAD.encode(&Sha256::digest(access.as_bytes())[..16]);
    assert_eq!((claims["nonce"].as_str(), claims["at_hash"].as_str()), (Some("n-1"), Some(half.as_str())));
    assert_eq!((claims["aud"].as_str(), claims["email"].as_str()), (Some("trimtab-public"), Some("ada@agency.example")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3_600);
    let told = kit.client.get(format!("{}/oidc/userinfo", kit.origin)).bearer_auth(access).send().await.unwrap();
    assert_eq!(told.json::<Value>().await.unwrap()["sub"], claims["sub"]);
    let turned_away = kit.client.get(format!("{}/oidc/userinfo", kit.origin)).bearer_auth("other").send().await.unwrap();
    assert!(turned_away.status() == 401 && turned_away.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_known() {
    let kit = Kit::small().await;
    for (name, value) in [
        ("client_id", "another"),
        ("client_id", ""),
        ("redirect_uri", "https://attacker.example/callback"),
        ("redirect_uri", "http://127.0.0.1.attacker.example/"),
        ("redirect_uri", "javascript:alert(1)"),
    ] {
        let reply = authorize(&kit, &[(name, value)]).await;
        assert_eq!((reply.status().as_u16(), reply.headers().contains_key("location")), (400, false), "{name}={value}");
    }
    let far = "https://trimtab.agency.example/callback";
    kit.sandbox.allow_redirect(far);
    let reply = authorize(&kit, &[("redirect_uri", far)]).await;
    assert!(reply.headers()["location"].to_str().unwrap().starts_with(far));
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_to_the_application() {
    let kit = Kit::small().await;
    for (changed, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "email"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("refuse", "1"), "access_denied"),
    ] {
        let back = sent_back(&authorize(&kit, &[changed]).await);
        assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "st&te"), "{changed:?}");
    }
    let back = sent_back(&authorize(&kit, &[("login_hint", ""), ("prompt", "none")]).await);
    assert_eq!(back["error"], "login_required");
}

#[tokio::test]
async fn people_are_chosen_on_a_page() {
    let kit = Kit::small().await;
    kit.sandbox.admit(Person {
        subject: "p-9".to_owned(),
        email: Some("eve@agency.example".to_owned()),
        email_verified: true,
        name: "<b>Eve</b>".to_owned(),
        hd: None,
    });
    for hint in ["", "nobody@agency.example"] {
        let page = authorize(&kit, &[("login_hint", hint)]).await;
        assert_eq!(page.status(), 200);
        let text = page.text().await.unwrap();
        assert!(text.contains("Ada Lindqvist") && text.contains("&lt;b&gt;Eve") && !text.contains("<b>Eve"), "{text}");
        let link = text.split('"').find(|part| part.contains("login_hint=eve")).unwrap().replace("&amp;", "&");
        let reply = browser().get(format!("{}/oidc/authorize{link}", kit.origin)).send().await.unwrap();
        let (_, tokens) = exchange(&kit, &sent_back(&reply)["code"], &[]).await;
        assert_eq!(opened(&tokens["id_token"]).1["sub"], "p-9");
    }
}

#[tokio::test]
async fn a_code_serves_once_and_only_who_asked_for_it() {
    let kit = Kit::small().await;
    for (name, value, error) in [
        ("code", "another", "invalid_grant"),
        ("code_verifier", "another-verifier-of-at-least-forty-three-characters", "invalid_grant"),
        ("code_verifier", "", "invalid_grant"),
        ("redirect_uri", "http://127.0.0.1:7777/other", "invalid_grant"),
        ("grant_type", "password", "unsupported_grant_type"),
        ("client_id", "trimtab-basic", "invalid_client"),
        ("client_id", "", "invalid_client"),
        ("client_secret", "guess", "invalid_client"),
    ] {
        let code = code(&kit, &[]).await;
        let (status, answer) = exchange(&kit, &code, &[(name, value)]).await;
        assert!(status >= 400 && answer["error"] == error, "{name}={value}: {answer}");
        assert_eq!(exchange(&kit, &code, &[]).await.0, 200, "what was refused has not used up the code");
    }
    let used = code(&kit, &[]).await;
    let access = exchange(&kit, &used, &[]).await.1["access_token"].as_str().unwrap().to_owned();
    assert_eq!(exchange(&kit, &used, &[]).await.1["error"], "invalid_grant");
    let told = kit.client.get(format!("{}/oidc/userinfo", kit.origin)).bearer_auth(access).send().await.unwrap();
    assert_eq!(told.status(), 401, "a code that comes again takes back what it gave");
    let late = code(&kit, &[]).await;
    kit.sandbox.advance("PT11M").unwrap();
    assert_eq!(exchange(&kit, &late, &[]).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn keys_and_algorithm_change_when_told() {
    let kit = Kit::small().await;
    let before = get(&kit, "/oidc/keys").await;
    let (status, told) = steer(&kit, json!({"rotate": true, "algorithm": "ES256"})).await;
    assert_eq!((status, told["algorithm"].as_str()), (200, Some("ES256")));
    let after = get(&kit, "/oidc/keys").await;
    assert_ne!(before["keys"][0]["kid"], after["keys"][0]["kid"]);
    assert_eq!(before["keys"][1], after["keys"][1]);
    let (_, tokens) = exchange(&kit, &code(&kit, &[]).await, &[]).await;
    let (header, _) = opened(&tokens["id_token"]);
    assert_eq!((header["alg"].as_str(), &header["kid"]), (Some("ES256"), &after["keys"][1]["kid"]));
    assert_eq!(steer(&kit, json!({"algorithm": "none"})).await.0, 400);
    assert!(steer(&kit, json!({"rotation": true})).await.0 >= 400, "unknown keys are refused");
}

#[tokio::test]
async fn faults_bear_on_the_answer_they_are_about() {
    let kit = Kit::small().await;
    kit.sandbox.add_fault(Fault::new("", FaultKind::WrongNonce).times(1)).unwrap();
    kit.sandbox.add_fault(Fault::new("", FaultKind::WrongState).times(1)).unwrap();
    get(&kit, "/oidc/keys").await;
    kit.get("me", &[]).await;
    assert_eq!(kit.sandbox.faults().len(), 2, "neither platforms nor keys have a nonce");
    let back = sent_back(&authorize(&kit, &[]).await);
    assert_eq!(back["state"], "forged");
    let (_, tokens) = exchange(&kit, &back["code"], &[]).await;
    assert_ne!(opened(&tokens["id_token"]).1["nonce"], "n-1");
    assert!(kit.sandbox.faults().is_empty());
    for (kind, status) in [(FaultKind::ServerError, 500), (FaultKind::Http429, 429), (FaultKind::Revoked, 403)] {
        kit.sandbox.add_fault(Fault::new("/oidc/token", kind).times(1)).unwrap();
        assert_eq!(exchange(&kit, "any", &[]).await.0, status, "{kind:?}");
    }
    let calls = get(&kit, "/_sandbox/calls").await;
    let posted = calls.as_array().unwrap().iter().find(|call| call["route"] == "/oidc/token").unwrap();
    assert!(posted["source"] == "oidc" && !posted.to_string().contains(VERIFIER), "{posted}");
}
