//! Google Analytics as a client meets it.

mod access;
mod figures;
mod flaws;
mod quotas;
mod requests;

use crate::kit::{Kit, small};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use trimtab_sandbox::{AccountInfo, SandboxSettings};

/// A sandbox with one property and an access token of its user.
pub(crate) struct Site {
    pub(crate) kit: Kit,
    pub(crate) account: AccountInfo,
    pub(crate) access: String,
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with(small(), 0).await
    }

    /// The property of one tenant.
    pub(crate) async fn with(settings: SandboxSettings, tenant: usize) -> Self {
        let kit = Kit::with(settings).await;
        let account = kit.accounts_of("ga4").into_iter().nth(tenant).unwrap();
        let mut site = Self { kit, account, access: String::new() };
        let (status, granted) = site.token(&[]).await;
        assert_eq!(status, 200, "{granted}");
        site.access = granted["access_token"].as_str().unwrap().to_owned();
        site
    }

    /// Asks for an access token, with some fields changed.
    pub(crate) async fn token(&self, changed: &[(&str, &str)]) -> (u16, Value) {
        let parts: Value = serde_json::from_str(&self.account.secret).unwrap();
        let mut form: BTreeMap<&str, &str> = [("grant_type", "refresh_token")].into();
        form.extend(["client_id", "client_secret", "refresh_token"].map(|name| (name, parts[name].as_str().unwrap())));
        form.extend(changed.iter().copied());
        let reply = self.kit.client.post(format!("{}/token", self.account.base_url)).form(&form).send().await.unwrap();
        (reply.status().as_u16(), reply.json().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let url = format!("{}/v1beta/{path}", self.account.base_url);
        self.kit.client.get(url).bearer_auth(&self.access).send().await.unwrap()
    }

    /// `POST properties/{id}:{method}`.
    pub(crate) async fn send(&self, method: &str, body: &Value) -> Response {
        let url = format!("{}/v1beta/properties/{}:{method}", self.account.base_url, self.account.account);
        self.kit.client.post(url).bearer_auth(&self.access).json(body).send().await.unwrap()
    }

    pub(crate) async fn report(&self, body: &Value) -> Value {
        let reply = self.send("runReport", body).await;
        let status = reply.status();
        let answer: Value = reply.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{body}: {answer}");
        assert_eq!(answer["kind"], "analyticsData#runReport");
        answer
    }

    /// A refusal's status, word and message.
    pub(crate) async fn refused(&self, body: &Value) -> (u16, String, String) {
        let reply = self.send("runReport", body).await;
        let status = reply.status().as_u16();
        let answer: Value = reply.json().await.unwrap();
        let error = &answer["error"];
        assert_eq!(error["code"], status, "{body}: {answer}");
        (status, error["status"].as_str().unwrap().to_owned(), error["message"].as_str().unwrap().to_owned())
    }
}

/// A request for a range of days.
pub(crate) fn asked(from: &str, to: &str, dimensions: &[&str], metrics: &[&str]) -> Value {
    let names = |names: &[&str]| names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>();
    json!({"dateRanges": [{"startDate": from, "endDate": to}], "dimensions": names(dimensions), "metrics": names(metrics)})
}

/// The same with more fields.
pub(crate) fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// The rows of a report: values of dimensions, then of metrics.
pub(crate) fn rows(report: &Value) -> Vec<(Vec<String>, Vec<f64>)> {
    let values = |row: &Value, name: &str| -> Vec<String> {
        let of = |value: &Value| value["value"].as_str().expect("every value is text").to_owned();
        row[name].as_array().map(|values| values.iter().map(of).collect()).unwrap_or_default()
    };
    let row =
        |row: &Value| (values(row, "dimensionValues"), values(row, "metricValues").iter().map(|v| v.parse().unwrap()).collect());
    report["rows"].as_array().map(|all| all.iter().map(row).collect()).unwrap_or_default()
}

/// The sum of a metric over all rows.
pub(crate) fn sum(report: &Value, metric: usize) -> f64 {
    (rows(report).iter().map(|row| row.1[metric]).sum::<f64>() * 100.0).round() / 100.0
}
