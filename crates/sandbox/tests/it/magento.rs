//! Magento's paths as any client meets them.

mod access;
mod orders;
mod troubles;

use crate::kit::{Kit, SEED};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, Response, Url};
use serde_json::Value;
use sha2::Sha256;
use std::sync::atomic::{AtomicU64, Ordering};
use trimtab_sandbox::{AccountInfo, SandboxSettings};

/// A client of the first store.
pub(crate) struct Client {
    pub(crate) kit: Kit,
    pub(crate) account: AccountInfo,
    pub(crate) keys: Value,
    nonce: AtomicU64,
}

/// A world whose second business runs the first store.
pub(crate) fn two() -> SandboxSettings {
    SandboxSettings { seed: SEED, tenants: 2, ads: 24, days: 40, ..SandboxSettings::default() }
}

/// One filter of a search.
pub(crate) type Filter<'a> = (usize, &'a str, &'a str, &'a str);

fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

impl Client {
    pub(crate) async fn with(settings: SandboxSettings) -> Self {
        let kit = Kit::with(settings).await;
        let account = kit.accounts_of("magento").swap_remove(0);
        let keys = serde_json::from_str(&account.secret).unwrap();
        Self { kit, account, keys, nonce: AtomicU64::new(0) }
    }

    pub(crate) async fn two() -> Self {
        Self::with(two()).await
    }

    pub(crate) fn key(&self, name: &str) -> &str {
        self.keys[name].as_str().unwrap()
    }

    /// The address of a call with its query.
    pub(crate) fn url(&self, path: &str, query: &[(String, String)]) -> Url {
        let mut url = Url::parse(&format!("{}/{path}", self.account.base_url)).unwrap();
        url.query_pairs_mut().extend_pairs(query);
        url
    }

    /// An authorization header, with what `change` does to its parameters before they are signed.
    pub(crate) fn sign(&self, url: &Url, change: impl Fn(&mut Vec<(&'static str, String)>)) -> String {
        let nonce = self.nonce.fetch_add(1, Ordering::Relaxed);
        let mut oauth: Vec<(&'static str, String)> = vec![
            ("oauth_consumer_key", self.key("consumer_key").to_owned()),
            ("oauth_token", self.key("access_token").to_owned()),
            ("oauth_signature_method", "HMAC-SHA256".to_owned()),
            ("oauth_timestamp", (1_795_000_000 + nonce).to_string()),
            ("oauth_nonce", format!("n{nonce}+/")),
            ("oauth_version", "1.0".to_owned()),
        ];
        change(&mut oauth);
        let mut all: Vec<(String, String)> = url.query_pairs().map(|(n, v)| (encode(&n), encode(&v))).collect();
        all.extend(oauth.iter().map(|(n, v)| (encode(n), encode(v))));
        all.sort();
        let all: Vec<String> = all.into_iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut bare = url.clone();
        bare.set_query(None);
        let base = format!("GET&{}&{}", encode(bare.as_str()), encode(&all.join("&")));
        let key = format!("{}&{}", encode(self.key("consumer_secret")), encode(self.key("access_token_secret")));
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(base.as_bytes());
        oauth.push(("oauth_signature", BASE64_STANDARD.encode(mac.finalize().into_bytes())));
        let pairs: Vec<String> = oauth.iter().map(|(n, v)| format!("{n}=\"{}\"", encode(v))).collect();
        format!("OAuth {}", pairs.join(", "))
    }

    pub(crate) async fn send(&self, path: &str, query: &[(String, String)]) -> Response {
        let url = self.url(path, query);
        let header = self.sign(&url, |_| {});
        self.kit.client.request(Method::GET, url).header("Authorization", header).send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, query: &[(String, String)]) -> Value {
        let reply = self.send(path, query).await;
        let status = reply.status();
        let body: Value = reply.json().await.unwrap();
        assert_eq!(status, 200, "{path} {query:?}: {body}");
        body
    }

    /// A page of orders.
    pub(crate) async fn page(&self, filters: &[Filter<'_>], size: usize, page: usize) -> Value {
        self.get("rest/default/V1/orders", &search(filters, size, page)).await
    }

    /// All orders that pass, each page beginning after the last order of the one before.
    pub(crate) async fn all(&self, filters: &[Filter<'_>], size: usize) -> Vec<Value> {
        let mut orders: Vec<Value> = Vec::new();
        loop {
            let last = orders.last().map_or(0, |o| o["entity_id"].as_u64().unwrap()).to_string();
            let page = self.page(&[filters, &[(90, "entity_id", "gt", &last)]].concat(), size, 1).await;
            let items = page["items"].as_array().unwrap();
            if items.is_empty() {
                return orders;
            }
            orders.extend(items.iter().cloned());
        }
    }

    pub(crate) async fn count(&self, filters: &[Filter<'_>]) -> u64 {
        self.page(filters, 1, 1).await["total_count"].as_u64().unwrap()
    }

    pub(crate) async fn totals(&self, from: &str, to: &str) -> Vec<Value> {
        let query = [("source", "magento"), ("account", &self.account.account), ("from", from), ("to", to)];
        let asked = self.kit.client.get(format!("{}/_sandbox/totals", self.kit.origin)).query(&query);
        asked.send().await.unwrap().json().await.unwrap()
    }
}

/// The parameters of a search: filters by group, ordered by id.
pub(crate) fn search(filters: &[Filter<'_>], size: usize, page: usize) -> Vec<(String, String)> {
    let mut query = Vec::new();
    for (place, (group, field, condition, value)) in filters.iter().enumerate() {
        let name = |what: &str| format!("searchCriteria[filter_groups][{group}][filters][{place}][{what}]");
        query.push((name("field"), (*field).to_owned()));
        query.push((name("value"), (*value).to_owned()));
        query.push((name("condition_type"), (*condition).to_owned()));
    }
    for (name, value) in [("sortOrders][0][field", "entity_id"), ("sortOrders][0][direction", "ASC")] {
        query.push((format!("searchCriteria[{name}]"), value.to_owned()));
    }
    query.push(("searchCriteria[pageSize]".to_owned(), size.to_string()));
    query.push(("searchCriteria[currentPage]".to_owned(), page.to_string()));
    query
}
