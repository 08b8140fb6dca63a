//! LinkedIn's Marketing API as a client meets it.

mod access;
mod analytics;
mod lists;
mod metrics;
mod queries;
mod troubles;
mod writes;

use crate::kit::{Kit, small};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use std::collections::BTreeMap;
use trimtab_sandbox::{AccountInfo, SandboxSettings};

/// A sandbox with an account on LinkedIn and its access token.
pub(crate) struct Ads {
    pub(crate) kit: Kit,
    pub(crate) account: AccountInfo,
    pub(crate) secret: Value,
}

impl Ads {
    pub(crate) async fn new() -> Self {
        Self::with(small(), 0).await
    }

    /// The account of one tenant.
    pub(crate) async fn with(settings: SandboxSettings, tenant: usize) -> Self {
        let kit = Kit::with(settings).await;
        let account = kit.accounts_of("linkedin").into_iter().nth(tenant).unwrap();
        let secret = serde_json::from_str(&account.secret).unwrap();
        Self { kit, account, secret }
    }

    pub(crate) fn token(&self) -> &str {
        self.secret["access_token"].as_str().unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.account.base_url)
    }

    /// The account's URN as queries write it.
    pub(crate) fn urn(&self) -> String {
        format!("urn%3Ali%3AsponsoredAccount%3A{}", self.account.account)
    }

    /// The headers of every call.
    pub(crate) fn headed(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.token()).header("LinkedIn-Version", "202609").header("X-Restli-Protocol-Version", "2.0.0")
    }

    /// `GET` below `rest`, the query as it stands.
    pub(crate) async fn send(&self, path: &str, query: &str) -> Response {
        let url = format!("{}?{query}", self.url(&format!("rest/{path}")));
        let mut request = self.headed(self.kit.client.get(url));
        if path.ends_with("creatives") {
            request = request.header("X-RestLi-Method", "FINDER");
        }
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, query: &str) -> Value {
        let reply = self.send(path, query).await;
        let status = reply.status();
        let body: Value = reply.json().await.unwrap();
        assert_eq!(status, 200, "{path}?{query}: {body}");
        body
    }

    /// An error reply: its status and body.
    pub(crate) async fn error(&self, path: &str, query: &str) -> (u16, Value) {
        let reply = self.send(path, query).await;
        let status = reply.status().as_u16();
        let body: Value = reply.json().await.unwrap();
        assert_eq!(body["status"], status, "{path}?{query}: {body}");
        (status, body)
    }

    /// Below the ad account.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("adAccounts/{}/{path}", self.account.account)
    }

    /// All elements of a list along its tokens, with the number of pages.
    pub(crate) async fn all(&self, kind: &str, query: &str) -> (Vec<Value>, usize) {
        let q = if kind == "creatives" { "criteria" } else { "search" };
        let (mut elements, mut pages, mut token) = (Vec::new(), 0, String::new());
        loop {
            let page = self.get(&self.below(kind), &format!("q={q}{query}{token}")).await;
            elements.extend(page["elements"].as_array().unwrap().iter().cloned());
            pages += 1;
            match page["metadata"]["nextPageToken"].as_str() {
                Some(next) => token = format!("&pageToken={next}"),
                None => return (elements, pages),
            }
        }
    }

    /// Rows of analytics by one pivot, or by several as a list.
    pub(crate) async fn rows(&self, pivot: &str, granularity: &str, days: [&str; 2], fields: &str) -> Vec<Value> {
        let query = self.question(pivot, granularity, days, fields);
        self.get("adAnalytics", &query).await["elements"].as_array().unwrap().clone()
    }

    pub(crate) fn question(&self, pivot: &str, granularity: &str, days: [&str; 2], fields: &str) -> String {
        let by =
            if pivot.contains(',') { format!("q=statistics&pivots=List({pivot})") } else { format!("q=analytics&pivot={pivot}") };
        let [start, end] = days.map(date);
        let fields = if fields.is_empty() { String::new() } else { format!("&fields={fields}") };
        format!("{by}&timeGranularity={granularity}&dateRange=(start:{start},end:{end})&accounts=List({}){fields}", self.urn())
    }
}

/// A date in the notation of queries.
pub(crate) fn date(day: &str) -> String {
    let day: trimtab_domain::Day = day.parse().unwrap();
    format!("(year:{},month:{},day:{})", day.year(), day.month(), day.day())
}

/// A figure of a row in whole numbers, money in millionths; 0 where it is absent.
pub(crate) fn figure(row: &Value, name: &str) -> i64 {
    match &row[name] {
        Value::Null => 0,
        Value::String(text) => micros(text),
        number => number.as_i64().unwrap_or_else(|| panic!("{name} in {row}")),
    }
}

/// A decimal in millionths, rounded.
pub(crate) fn micros(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').expect("a decimal has decimals");
    let digits = format!("{fraction:0<7}");
    let more = i64::from(digits.as_bytes()[6] >= b'5');
    whole.parse::<i64>().unwrap() * 1_000_000 + digits[..6].parse::<i64>().unwrap() + more
}

pub(crate) fn sum(rows: &[Value], name: &str) -> i64 {
    rows.iter().map(|row| figure(row, name)).sum()
}

/// The first day of a row's range.
pub(crate) fn start(row: &Value) -> String {
    let of = |name: &str| row["dateRange"]["start"][name].as_i64().unwrap();
    format!("{:04}-{:02}-{:02}", of("year"), of("month"), of("day"))
}

/// Sums of a figure by what `key` tells of a row.
pub(crate) fn by(rows: &[Value], name: &str, key: impl Fn(&Value) -> String) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        *sums.entry(key(row)).or_insert(0) += figure(row, name);
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}
