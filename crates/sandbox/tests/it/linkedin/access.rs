//! Versions, tokens, consent.

use super::Ads;
use serde_json::{Value, json};

async fn status_of(ads: &Ads, version: Option<&str>, token: Option<&str>) -> (u16, Value) {
    let mut request = ads.kit.client.get(ads.url("rest/adAccounts?q=search")).header("X-Restli-Protocol-Version", "2.0.0");
    if let Some(version) = version {
        request = request.header("LinkedIn-Version", version);
    }
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let reply = request.send().await.unwrap();
    let headers = reply.headers();
    assert!(["x-li-uuid", "x-li-request-id", "x-li-fabric"].iter().all(|name| headers.contains_key(*name)));
    (reply.status().as_u16(), reply.json().await.unwrap())
}

#[tokio::test]
async fn a_version_must_be_named_and_lives_a_year() {
    let ads = Ads::new().await;
    let token = Some(ads.token());
    assert_eq!(status_of(&ads, None, token).await.0, 400);
    for (version, wanted) in [("202609", 200), ("202511", 426), ("202401", 426), ("202512", 426), ("202701", 426), ("2026-09", 426)]
    {
        assert_eq!(status_of(&ads, Some(version), token).await.0, wanted, "{version}");
    }
    assert_eq!(status_of(&ads, Some("202510"), token).await.1["message"], "Version Header is Deprecated");
    assert_eq!(status_of(&ads, Some("202701"), token).await.1["code"], "NONEXISTENT_VERSION");
    ads.kit.sandbox.set_now("2027-09-15T00:00:00Z").unwrap();
    assert_eq!(status_of(&ads, Some("202609"), token).await.0, 426, "a year later it is gone");
    assert_eq!(status_of(&ads, Some("202701"), token).await.0, 401, "and others have come: only the token has died");
}

#[tokio::test]
async fn tokens_are_told_apart_by_what_is_wrong_with_them() {
    let ads = Ads::new().await;
    let code = async |token: Option<&str>| {
        let (status, body) = status_of(&ads, Some("202609"), token).await;
        (status, body["serviceErrorCode"].clone(), body["message"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(code(None).await, (401, json!(401), "Empty oauth2_access_token".to_owned()));
    assert_eq!(code(Some("AQnonsense")).await.1, 65_600);
    ads.kit.sandbox.advance("P59D").unwrap();
    assert_eq!(code(Some(ads.token())).await.0, 200);
    ads.kit.sandbox.advance("P1D").unwrap();
    assert_eq!(code(Some(ads.token())).await, (401, json!(65_602), "Expired access token".to_owned()));
}

async fn form(ads: &Ads, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let of = |name: &str| ads.secret[name].as_str().unwrap();
    let mut whole = vec![("client_id", of("client_id")), ("client_secret", of("client_secret"))];
    whole.retain(|(name, _)| !form.iter().any(|(own, _)| own == name));
    whole.extend(form);
    let reply = ads.kit.client.post(ads.url(path)).form(&whole).send().await.unwrap();
    (reply.status().as_u16(), reply.json().await.unwrap())
}

async fn refresh(ads: &Ads, token: &str) -> (u16, Value) {
    form(ads, "oauth/v2/accessToken", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

#[tokio::test]
async fn a_refresh_renews_access_but_not_itself() {
    let ads = Ads::new().await;
    let own = ads.secret["refresh_token"].as_str().unwrap();
    ads.kit.sandbox.advance("P290D").unwrap();
    let (status, renewed) = refresh(&ads, own).await;
    assert_eq!(status, 200, "{renewed}");
    assert_eq!(renewed["expires_in"], 5_184_000);
    assert_eq!(renewed["refresh_token"], own, "it stays the same");
    assert_eq!(renewed["refresh_token_expires_in"], 75 * 86_400, "and lives on no longer");
    assert!(renewed["scope"].as_str().unwrap().contains("r_ads_reporting"));
    let access = renewed["access_token"].as_str().unwrap();
    assert_ne!(access, ads.token());
    assert_eq!(status_of(&ads, Some("202609"), Some(access)).await.0, 200);
    let account = ads.kit.accounts_of("linkedin").swap_remove(0);
    assert!(account.secret.contains(access), "whoever connects next gets tokens that work");
    ads.kit.sandbox.advance("P75D").unwrap();
    let (status, refused) = refresh(&ads, own).await;
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_grant")), "{refused}");
    let code = format!("code-{}", ads.account.account);
    let consent = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", "https://x.example")];
    let (_, anew) = form(&ads, "oauth/v2/accessToken", &consent).await;
    assert_eq!(anew["refresh_token_expires_in"], 31_536_000, "consent begins a new year");
    assert_ne!(anew["refresh_token"], own);
}

#[tokio::test]
async fn the_token_endpoint_knows_its_app() {
    let ads = Ads::new().await;
    let own = ads.secret["refresh_token"].as_str().unwrap();
    let wrong = [("grant_type", "refresh_token"), ("refresh_token", own), ("client_secret", "wrong")];
    assert_eq!(form(&ads, "oauth/v2/accessToken", &wrong).await.0, 401);
    assert_eq!(refresh(&ads, "AQstrange").await.0, 400);
    assert_eq!(form(&ads, "oauth/v2/accessToken", &[("grant_type", "password")]).await.0, 400);
    let reply = ads.kit.client.get(ads.url("oauth/v2/accessToken")).send().await.unwrap();
    assert_eq!(reply.status(), 405);
}

#[tokio::test]
async fn introspection_tells_how_a_token_stands() {
    let ads = Ads::new().await;
    let told = async |token: &str| form(&ads, "oauth/v2/introspectToken", &[("token", token)]).await.1;
    let access = told(ads.token()).await;
    assert_eq!((&access["active"], &access["status"]), (&json!(true), &json!("active")));
    assert_eq!(access["expires_at"].as_i64().unwrap() - access["created_at"].as_i64().unwrap(), 5_184_000);
    assert_eq!(told("AQstrange").await, json!({"active": false}));
    ads.kit.sandbox.advance("P60D").unwrap();
    assert_eq!(told(ads.token()).await["status"], "expired");
    let refresh = told(ads.secret["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refresh["active"], true);
    let calls = serde_json::to_string(&ads.kit.sandbox.calls()).unwrap();
    assert!(!calls.contains(ads.token()), "no token is kept in the log");
}
