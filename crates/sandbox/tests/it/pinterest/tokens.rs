//! Tokens: thirty and sixty days, and refresh tokens that turn.

use super::Pins;
use serde_json::{Value, json};

async fn renew(pins: &Pins, secret: &Value, form: &[(&str, &str)]) -> (u16, Value) {
    let of = |name: &str| secret[name].as_str().unwrap().to_owned();
    let request = pins.kit.client.post(pins.url("oauth/token")).basic_auth(of("client_id"), Some(of("client_secret"))).form(form);
    let reply = request.send().await.unwrap();
    (reply.status().as_u16(), reply.json().await.unwrap())
}

async fn status(pins: &Pins, token: &str) -> u16 {
    pins.kit.client.get(pins.url("ad_accounts")).bearer_auth(token).send().await.unwrap().status().as_u16()
}

fn refresh(token: &Value) -> [(&'static str, String); 2] {
    [("grant_type", "refresh_token".to_owned()), ("refresh_token", token.as_str().unwrap().to_owned())]
}

#[tokio::test]
async fn a_refresh_turns_both_tokens_and_kills_the_old_refresh_token() {
    let pins = Pins::new().await;
    let secret: Value = serde_json::from_str(&pins.account.secret).unwrap();
    let form = refresh(&secret["refresh_token"]);
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let (code, renewed) = renew(&pins, &secret, &form).await;
    assert_eq!(code, 200, "{renewed}");
    assert_eq!(
        (&renewed["response_type"], &renewed["token_type"], &renewed["expires_in"], &renewed["refresh_token_expires_in"]),
        (&json!("refresh_token"), &json!("bearer"), &json!(2_592_000), &json!(5_184_000))
    );
    assert!(renewed["scope"].as_str().unwrap().contains("ads:read") && renewed["refresh_token_expires_at"].is_i64());
    assert_ne!(renewed["refresh_token"], secret["refresh_token"]);
    assert_eq!(status(&pins, renewed["access_token"].as_str().unwrap()).await, 200);
    assert_eq!(status(&pins, &pins.access).await, 200, "the old access token lives out its time");
    let (code, refused) = renew(&pins, &secret, &form).await;
    assert!(code == 400 && refused["message"].as_str().unwrap().contains("invalid_grant"), "{refused}");
    let account = pins.kit.accounts_of("pinterest").into_iter().find(|a| a.account == pins.account.account).unwrap();
    let now: Value = serde_json::from_str(&account.secret).unwrap();
    assert_eq!(now["refresh_token"], renewed["refresh_token"], "whoever connects next gets tokens that work");
}

#[tokio::test]
async fn tokens_age_by_the_virtual_clock() {
    let pins = Pins::new().await;
    let secret: Value = serde_json::from_str(&pins.account.secret).unwrap();
    pins.kit.sandbox.advance("P29D").unwrap();
    assert_eq!(status(&pins, &pins.access).await, 200);
    pins.kit.sandbox.advance("P1D").unwrap();
    assert_eq!(pins.error("ad_accounts", &[]).await, (401, 2, "Authentication failed.".to_owned()));
    let form = refresh(&secret["refresh_token"]);
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let (_, renewed) = renew(&pins, &secret, &form).await;
    assert_eq!(status(&pins, renewed["access_token"].as_str().unwrap()).await, 200);
    pins.kit.sandbox.advance("P60D").unwrap();
    let form = refresh(&renewed["refresh_token"]);
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(renew(&pins, &secret, &form).await.0, 400, "a refresh token dies after sixty days");
}

#[tokio::test]
async fn the_token_endpoint_wants_basic_auth_and_a_form() {
    let pins = Pins::new().await;
    let secret: Value = serde_json::from_str(&pins.account.secret).unwrap();
    let wrong = json!({"client_id": secret["client_id"], "client_secret": "wrong"});
    assert_eq!(renew(&pins, &wrong, &[("grant_type", "refresh_token")]).await.0, 401);
    assert_eq!(renew(&pins, &secret, &[("grant_type", "password")]).await.0, 400);
    assert_eq!(renew(&pins, &secret, &[("grant_type", "refresh_token"), ("refresh_token", "pinr_strange")]).await.0, 400);
    let code = format!("code-{}", pins.account.account);
    let (_, issued) =
        renew(&pins, &secret, &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "https://x.example")])
            .await;
    assert_eq!(issued["response_type"], "authorization_code");
    let calls: Value =
        pins.kit.client.get(format!("{}/_sandbox/calls", pins.kit.origin)).send().await.unwrap().json().await.unwrap();
    assert!(!calls.to_string().contains("pinr_"), "no token is kept in the log");
}
