//! The Google Ads API, as a client meets it.

mod access;
mod entities;
mod figures;
mod paging;
mod queries;
mod quotas;
mod writes;

use crate::kit::{Kit, small};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use trimtab_sandbox::{AccountInfo, SandboxSettings};

/// October and the days of November until the sandbox's today.
pub(crate) const DAYS: &str = "segments.date BETWEEN '2026-10-01' AND '2026-11-20'";

pub(crate) struct Google {
    pub(crate) kit: Kit,
    pub(crate) accounts: Vec<AccountInfo>,
}

impl Google {
    pub(crate) async fn small() -> Self {
        Self::with(small()).await
    }

    pub(crate) async fn with(settings: SandboxSettings) -> Self {
        let kit = Kit::with(settings).await;
        let accounts = kit.accounts_of("google");
        Self { kit, accounts }
    }

    /// A part of an account's secret.
    pub(crate) fn part(&self, account: usize, key: &str) -> String {
        let secret: Value = serde_json::from_str(&self.accounts[account].secret).unwrap();
        secret[key].as_str().unwrap().to_owned()
    }

    pub(crate) fn id(&self, account: usize) -> &str {
        &self.accounts[account].account
    }

    /// The answer of the token endpoint.
    pub(crate) async fn refresh(&self, account: usize) -> Value {
        let (id, secret, token) =
            (self.part(account, "client_id"), self.part(account, "client_secret"), self.part(account, "refresh_token"));
        let form = [("grant_type", "refresh_token"), ("client_id", &id), ("client_secret", &secret), ("refresh_token", &token)];
        self.kit.client.post(format!("{}/google/token", self.kit.origin)).form(&form).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn token(&self, account: usize) -> String {
        let answer = self.refresh(account).await;
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// A signed request below `/google/v25`, with the account's `login-customer-id`.
    pub(crate) async fn request(&self, account: usize, path: &str, body: &Value) -> RequestBuilder {
        let url = format!("{}/google/v25/customers/{}/{path}", self.kit.origin, self.id(account));
        let signed = self.kit.client.post(url).bearer_auth(self.token(account).await).json(body);
        signed.header("login-customer-id", self.part(account, "login_customer_id"))
    }

    pub(crate) async fn send(&self, account: usize, path: &str, body: &Value) -> Response {
        self.request(account, path, body).await.send().await.unwrap()
    }

    /// All rows of a query, over the stream.
    pub(crate) async fn rows_of(&self, account: usize, query: &str) -> Vec<Value> {
        let reply = self.send(account, "googleAds:searchStream", &json!({"query": query})).await;
        let status = reply.status();
        let batches: Vec<Value> = reply.json().await.unwrap();
        assert_eq!(status, 200, "{query}: {batches:?}");
        batches.iter().flat_map(|b| b["results"].as_array().cloned().unwrap_or_default()).collect()
    }

    pub(crate) async fn rows(&self, query: &str) -> Vec<Value> {
        self.rows_of(0, query).await
    }

    /// The status, category and code a query is refused with.
    pub(crate) async fn refused(&self, query: &str) -> (u16, String, String) {
        let reply = self.send(0, "googleAds:search", &json!({"query": query})).await;
        let status = reply.status().as_u16();
        failure(status, &reply.json().await.unwrap())
    }
}

/// The status, category and code of an error document.
pub(crate) fn failure(status: u16, body: &Value) -> (u16, String, String) {
    let detail = &body["error"]["details"][0];
    assert_eq!(body["error"]["code"], status, "{body}");
    assert!(detail["@type"].as_str().is_some_and(|t| t.ends_with(".errors.GoogleAdsFailure")), "{body}");
    assert!(detail["requestId"].is_string() && detail["errors"][0]["message"].is_string(), "{body}");
    let code = detail["errors"][0]["errorCode"].as_object().unwrap();
    assert_eq!(code.len(), 1);
    let (category, value) = code.iter().next().unwrap();
    (status, category.clone(), value.as_str().unwrap().to_owned())
}

/// A metric in millionths; long integers come as strings, doubles as numbers.
pub(crate) fn metric(row: &Value, name: &str) -> i64 {
    let text = match &row["metrics"][name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return 0,
    };
    trimtab_domain::money::parse_micros(&text).unwrap()
}

pub(crate) fn sum(rows: &[Value], name: &str) -> i64 {
    rows.iter().map(|row| metric(row, name)).sum()
}
