//! Pinterest's API v5 as a client meets it.

mod answers;
mod figures;
mod mismatch;
mod reports;
mod tokens;
mod troubles;

use crate::kit::{Kit, small};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use trimtab_sandbox::{AccountInfo, SandboxSettings};

/// A sandbox with the first account on Pinterest and its access token.
pub(crate) struct Pins {
    pub(crate) kit: Kit,
    pub(crate) account: AccountInfo,
    pub(crate) access: String,
}

impl Pins {
    pub(crate) async fn new() -> Self {
        Self::with(small(), 0).await
    }

    /// The account of one tenant.
    pub(crate) async fn with(settings: SandboxSettings, tenant: usize) -> Self {
        let kit = Kit::with(settings).await;
        let account = kit.accounts_of("pinterest").into_iter().nth(tenant).unwrap();
        let secret: Value = serde_json::from_str(&account.secret).unwrap();
        let access = secret["access_token"].as_str().unwrap().to_owned();
        Self { kit, account, access }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/v5/{path}", self.account.base_url)
    }

    pub(crate) async fn send(&self, path: &str, params: &[(&str, &str)]) -> Response {
        self.kit.client.get(self.url(path)).query(params).bearer_auth(&self.access).send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, params: &[(&str, &str)]) -> Value {
        let reply = self.send(path, params).await;
        let status = reply.status();
        let body: Value = reply.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path} {params:?}: {body}");
        body
    }

    /// Below the ad account.
    pub(crate) async fn own(&self, path: &str, params: &[(&str, &str)]) -> Value {
        self.get(&self.below(path), params).await
    }

    pub(crate) fn below(&self, path: &str) -> String {
        format!("ad_accounts/{}/{path}", self.account.account)
    }

    /// All items of a list along its bookmarks, with the number of pages.
    pub(crate) async fn all(&self, path: &str, params: &[(&str, &str)]) -> (Vec<Value>, usize) {
        let (mut items, mut pages, mut bookmark) = (Vec::new(), 0, String::new());
        loop {
            let mut params = params.to_vec();
            if !bookmark.is_empty() {
                params.push(("bookmark", &bookmark));
            }
            let page = self.get(path, &params).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            pages += 1;
            match page["bookmark"].as_str() {
                Some(next) => bookmark = next.to_owned(),
                None => return (items, pages),
            }
        }
    }

    /// Every object of a kind, whatever its status.
    pub(crate) async fn everything(&self, kind: &str) -> Vec<Value> {
        let statuses = ["ACTIVE", "PAUSED", "ARCHIVED"].map(|s| ("entity_statuses", s));
        let params: Vec<(&str, &str)> = statuses.into_iter().chain([("page_size", "250")]).collect();
        self.all(&self.below(kind), &params).await.0
    }

    /// An error reply: status and Pinterest's own code and message.
    pub(crate) async fn error(&self, path: &str, params: &[(&str, &str)]) -> (u16, i64, String) {
        let reply = self.send(path, params).await;
        let status = reply.status().as_u16();
        let body: Value = reply.json().await.unwrap();
        let code = body["code"].as_i64().unwrap_or_else(|| panic!("{path} {params:?} was not refused: {body}"));
        (status, code, body["message"].as_str().unwrap().to_owned())
    }
}

/// A figure of a row in whole numbers, 0 where it is null or absent.
pub(crate) fn figure(row: &Value, name: &str) -> i64 {
    let text = row[name].to_string();
    if row[name].is_null() { 0 } else { text.trim_end_matches(".0").parse().unwrap_or_else(|_| panic!("{name} in {row}")) }
}

pub(crate) fn sum<'r>(rows: impl IntoIterator<Item = &'r Value>, name: &str) -> i64 {
    rows.into_iter().map(|row| figure(row, name)).sum()
}

/// An id of a row, which may be text or a number.
pub(crate) fn id(row: &Value, name: &str) -> String {
    row[name].as_str().map_or_else(|| row[name].to_string(), str::to_owned)
}
