//! Klaviyo as a client meets it.

mod aggregates;
mod lists;
mod reports;
mod troubles;

use crate::kit::{Kit, small};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use trimtab_sandbox::{AccountInfo, SandboxSettings};

/// A sandbox with one account and its key.
pub(crate) struct Mail {
    pub(crate) kit: Kit,
    pub(crate) account: AccountInfo,
}

impl Mail {
    pub(crate) async fn new() -> Self {
        Self::with(small(), 0).await
    }

    /// The account of one shop.
    pub(crate) async fn with(settings: SandboxSettings, shop: usize) -> Self {
        let kit = Kit::with(settings).await;
        let account = kit.accounts_of("klaviyo").into_iter().nth(shop).unwrap();
        Self { kit, account }
    }

    fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let key = format!("Klaviyo-API-Key {}", self.account.secret);
        request.header("authorization", key).header("revision", "2026-07-15").header("accept", "application/vnd.api+json")
    }

    /// `GET /api/{path}`, or a whole link.
    pub(crate) async fn send(&self, path: &str, params: &[(&str, &str)]) -> Response {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}/api/{path}", self.account.base_url) };
        self.signed(self.kit.client.get(url).query(params)).send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, params: &[(&str, &str)]) -> Value {
        ok(self.send(path, params).await).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        let request = self.kit.client.post(format!("{}/api/{path}", self.account.base_url));
        self.signed(request).header("content-type", "application/vnd.api+json").body(body.to_string()).send().await.unwrap()
    }

    /// An answer to a query of a kind of document.
    pub(crate) async fn query(&self, path: &str, attributes: Value) -> Value {
        ok(self.post(path, &json!({"data": {"type": path.trim_end_matches('s'), "attributes": attributes}})).await).await
    }

    /// The refusal of a query: status and details.
    pub(crate) async fn refused(&self, path: &str, attributes: Value) -> (u16, String) {
        error(self.post(path, &json!({"data": {"type": path.trim_end_matches('s'), "attributes": attributes}})).await).await
    }

    /// All objects of a list along its links, with the number of pages.
    pub(crate) async fn all(&self, path: &str, params: &[(&str, &str)]) -> (Vec<Value>, usize) {
        let (mut page, mut objects, mut pages) = (self.get(path, params).await, Vec::new(), 1);
        loop {
            objects.extend(page["data"].as_array().unwrap().iter().cloned());
            let Some(next) = page["links"]["next"].as_str().map(str::to_owned) else { return (objects, pages) };
            page = self.get(&next, &[]).await;
            pages += 1;
        }
    }

    /// The id of a metric by its name and integration.
    pub(crate) async fn metric(&self, name: &str, integration: &str) -> String {
        let (all, _) = self.all("metrics", &[]).await;
        let found = all.iter().find(|m| m["attributes"]["name"] == name && m["attributes"]["integration"]["name"] == integration);
        found.unwrap_or_else(|| panic!("{name} of {integration} in {all:?}"))["id"].as_str().unwrap().to_owned()
    }

    /// The id of the metric that counts the shop's orders.
    pub(crate) async fn placed_order(&self) -> String {
        let (all, _) = self.all("metrics", &[("filter", "equals(integration.category,'eCommerce')")]).await;
        all.iter().find(|m| m["attributes"]["name"] == "Placed Order").unwrap()["id"].as_str().unwrap().to_owned()
    }
}

/// The document of an answer that went well.
pub(crate) async fn ok(reply: Response) -> Value {
    let (status, kind) = (reply.status(), reply.headers()["content-type"].to_str().unwrap().to_owned());
    let body: Value = reply.json().await.unwrap();
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/vnd.api+json"), "{body}");
    body
}

/// A refusal's status and details.
pub(crate) async fn error(reply: Response) -> (u16, String) {
    let status = reply.status().as_u16();
    let body: Value = reply.json().await.unwrap();
    let error = &body["errors"][0];
    assert!(error["id"].is_string() && error["code"].is_string() && error["title"].is_string(), "{body}");
    assert_eq!(error["status"], status, "{body}");
    (status, error["detail"].as_str().unwrap().to_owned())
}

/// A query of daily sums.
pub(crate) fn daily(metric: &str, from: &str, to: &str, more: Value) -> Value {
    let mut query = json!({
        "metric_id": metric, "measurements": ["count", "sum_value", "unique"], "interval": "day",
        "filter": [format!("greater-or-equal(datetime,{from}T00:00:00)"), format!("less-than(datetime,{to}T00:00:00)")],
    });
    query.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    query
}

/// The sum of a measurement, over rows that pass.
pub(crate) fn sum(answer: &Value, name: &str, keep: impl Fn(&[String]) -> bool) -> f64 {
    let rows = answer["data"]["attributes"]["data"].as_array().unwrap();
    let key = |row: &Value| -> Vec<String> { serde_json::from_value(row["dimensions"].clone()).unwrap() };
    let of = |row: &Value| row["measurements"][name].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).sum::<f64>();
    (rows.iter().filter(|row| keep(&key(row))).map(of).sum::<f64>() * 100.0).round() / 100.0
}
