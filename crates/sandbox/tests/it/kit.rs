//! A sandbox on a free port and a client that speaks to it.

use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use tokio_util::sync::{CancellationToken, DropGuard};
use trimtab_sandbox::{AccountInfo, Sandbox, SandboxSettings};

/// The seed of every test that does not choose another.
pub(crate) const SEED: u64 = 3;

pub(crate) struct Kit {
    pub(crate) sandbox: Sandbox,
    pub(crate) origin: String,
    pub(crate) client: Client,
    _stop: DropGuard,
}

pub(crate) fn small() -> SandboxSettings {
    SandboxSettings { seed: SEED, tenants: 3, ads: 24, days: 60, ..SandboxSettings::default() }
}

impl Kit {
    pub(crate) async fn small() -> Self {
        Self::with(small()).await
    }

    pub(crate) async fn with(settings: SandboxSettings) -> Self {
        println!("seed {}", settings.seed);
        let sandbox = Sandbox::new(settings);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let serving = sandbox.clone();
        let until = stop.clone();
        tokio::spawn(async move { serving.serve(listener, until).await });
        Self { sandbox, origin, client: Client::new(), _stop: stop.drop_guard() }
    }

    /// Meta's accounts.
    pub(crate) fn accounts(&self) -> Vec<AccountInfo> {
        self.accounts_of("meta")
    }

    pub(crate) fn accounts_of(&self, source: &str) -> Vec<AccountInfo> {
        self.sandbox.accounts_at(&self.origin).into_iter().filter(|a| a.source == source).collect()
    }

    pub(crate) fn account(&self) -> AccountInfo {
        self.accounts().swap_remove(0)
    }

    /// `GET /meta/v26.0/{path}` with the first account's token.
    pub(crate) async fn send(&self, path: &str, params: &[(&str, &str)]) -> Response {
        let url = format!("{}/meta/v26.0/{path}", self.origin);
        self.client.get(url).query(params).query(&[("access_token", self.account().secret.as_str())]).send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, params: &[(&str, &str)]) -> Value {
        let reply = self.send(path, params).await;
        let status = reply.status();
        let body: Value = reply.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path} {params:?}: {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let url = format!("{}/meta/v26.0/{path}", self.origin);
        let token = self.account().secret;
        let form: Vec<(&str, &str)> = form.iter().copied().chain([("access_token", token.as_str())]).collect();
        let reply = self.client.post(url).form(&form).send().await.unwrap();
        (reply.status().as_u16(), reply.json().await.unwrap())
    }

    /// All rows of a list, page by page along `next`.
    pub(crate) async fn all(&self, path: &str, params: &[(&str, &str)]) -> Vec<Value> {
        let mut page = self.get(path, params).await;
        let mut rows = Vec::new();
        loop {
            rows.extend(page["data"].as_array().unwrap().iter().cloned());
            let Some(next) = page["paging"]["next"].as_str().map(str::to_owned) else {
                return rows;
            };
            page = self.client.get(next).send().await.unwrap().json().await.unwrap();
            assert!(page["data"].is_array(), "{page}");
        }
    }

    /// Insights of the first account.
    pub(crate) async fn insights(&self, params: &[(&str, &str)]) -> Vec<Value> {
        self.all(&format!("act_{}/insights", self.account().account), params).await
    }

    /// An error reply: status, code and subcode.
    pub(crate) async fn error(&self, path: &str, params: &[(&str, &str)]) -> (u16, i64, i64) {
        let reply = self.send(path, params).await;
        let status = reply.status().as_u16();
        let body: Value = reply.json().await.unwrap();
        let error = &body["error"];
        assert!(error["fbtrace_id"].is_string() && error["message"].is_string(), "{path} {params:?}: {body}");
        (status, error["code"].as_i64().unwrap(), error["error_subcode"].as_i64().unwrap_or(0))
    }
}

/// A figure of a row in millionths, 0 where absent.
pub(crate) fn figure(row: &Value, name: &str) -> i64 {
    row[name].as_str().map_or(0, |text| trimtab_domain::money::parse_micros(text).unwrap())
}

pub(crate) fn sum(rows: &[Value], name: &str) -> i64 {
    rows.iter().map(|r| figure(r, name)).sum()
}

/// The value of an action, 0 where absent. `key` is `value` or a window.
pub(crate) fn action(row: &Value, list: &str, kind: &str, key: &str) -> i64 {
    let items = row[list].as_array().map_or(&[][..], Vec::as_slice);
    items.iter().find(|i| i["action_type"] == kind).map_or(0, |i| figure(i, key))
}
