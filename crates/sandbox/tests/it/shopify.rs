//! Shopify's paths as any client meets them.

mod access;
mod bulk;
mod orders;
mod queries;
mod troubles;

use crate::kit::{Kit, SEED};
use reqwest::Response;
use serde_json::{Value, json};
use trimtab_sandbox::{AccountInfo, SandboxSettings};

/// What a reader of orders asks for.
pub(crate) const ORDERS: &str = "query($after: String, $query: String, $first: Int = 250) {
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {
    pageInfo { hasNextPage endCursor }
    nodes { id name createdAt processedAt updatedAt cancelledAt test currencyCode displayFinancialStatus sourceName
      totalPriceSet { shopMoney { amount currencyCode } } currentTotalPriceSet { shopMoney { amount } }
      totalRefundedSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } }
      totalShippingPriceSet { shopMoney { amount } } totalDiscountsSet { shopMoney { amount } }
      customer { id email }
      customerJourneySummary { ready customerOrderIndex daysToConversion
        lastVisit { source utmParameters { source medium campaign content term } } } } } }";

/// A client of one shop.
pub(crate) struct Client {
    pub(crate) kit: Kit,
    pub(crate) account: AccountInfo,
    pub(crate) token: String,
}

/// Twelve businesses, so that the shops of all kinds of tokens are among them.
pub(crate) fn several() -> SandboxSettings {
    SandboxSettings { seed: SEED, tenants: 12, ads: 24, days: 90, ..SandboxSettings::default() }
}

/// A world with the first shop alone.
pub(crate) fn one() -> SandboxSettings {
    SandboxSettings { seed: SEED, tenants: 1, ads: 24, days: 40, ..SandboxSettings::default() }
}

impl Client {
    /// A client of a shop by its place, with a token fetched as its secret asks for.
    pub(crate) async fn of(settings: SandboxSettings, place: usize) -> Self {
        let kit = Kit::with(settings).await;
        let account = kit.accounts_of("shopify").swap_remove(place);
        let token = token(&kit, &account).await;
        Self { kit, account, token }
    }

    pub(crate) async fn one() -> Self {
        Self::of(one(), 0).await
    }

    pub(crate) async fn send_to(&self, version: &str, query: &str, variables: Value) -> Response {
        let url = format!("{}/admin/api/{version}/graphql.json", self.account.base_url);
        let body = json!({"query": query, "variables": variables});
        self.kit.client.post(url).header("X-Shopify-Access-Token", &self.token).json(&body).send().await.unwrap()
    }

    /// The whole document of an answer with status 200.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        let reply = self.send_to("2026-10", query, variables).await;
        assert_eq!(reply.status(), 200, "{query}");
        reply.json().await.unwrap()
    }

    /// The data of a good answer.
    pub(crate) async fn get(&self, query: &str, variables: Value) -> Value {
        let mut told = self.ask(query, variables).await;
        assert!(told["errors"].is_null(), "{query}: {told}");
        told["data"].take()
    }

    /// The message and the code of the first error.
    pub(crate) async fn error(&self, query: &str) -> (String, Value) {
        let told = self.ask(query, json!({})).await;
        let error = &told["errors"][0];
        (error["message"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned(), error["extensions"]["code"].clone())
    }

    /// All orders that pass a filter, page by page.
    pub(crate) async fn all(&self, filter: &str, first: usize) -> Vec<Value> {
        let (mut orders, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = self.get(ORDERS, json!({"after": after, "query": filter, "first": first})).await;
            orders.extend(page["orders"]["nodes"].as_array().unwrap().iter().cloned());
            if page["orders"]["pageInfo"]["hasNextPage"] == false {
                return orders;
            }
            after = page["orders"]["pageInfo"]["endCursor"].clone();
        }
    }

    pub(crate) async fn count(&self, filter: &str) -> u64 {
        let told = self.get("query($q: String) { ordersCount(query: $q, limit: null) { count } }", json!({"q": filter})).await;
        told["ordersCount"]["count"].as_u64().unwrap()
    }

    pub(crate) async fn totals(&self, from: &str, to: &str) -> Vec<Value> {
        let query = [("source", "shopify"), ("account", &self.account.account), ("from", from), ("to", to)];
        let asked = self.kit.client.get(format!("{}/_sandbox/totals", self.kit.origin)).query(&query);
        asked.send().await.unwrap().json().await.unwrap()
    }
}

/// Asks for a token.
pub(crate) async fn grant(kit: &Kit, account: &AccountInfo, body: &Value) -> (u16, Value) {
    let url = format!("{}/admin/oauth/access_token", account.base_url);
    let reply = kit.client.post(url).json(body).send().await.unwrap();
    (reply.status().as_u16(), reply.json().await.unwrap())
}

/// A token by whatever the secret is.
pub(crate) async fn token(kit: &Kit, account: &AccountInfo) -> String {
    let Ok(Value::Object(mut parts)) = serde_json::from_str(&account.secret) else { return account.secret.clone() };
    let kind = if parts.contains_key("refresh_token") { "refresh_token" } else { "client_credentials" };
    parts.insert("grant_type".to_owned(), json!(kind));
    let (status, told) = grant(kit, account, &Value::Object(parts)).await;
    assert_eq!(status, 200, "{told}");
    told["access_token"].as_str().unwrap().to_owned()
}

/// An amount of an order, in millionths.
pub(crate) fn money(order: &Value, set: &str) -> i64 {
    trimtab_domain::money::parse_micros(order[set]["shopMoney"]["amount"].as_str().unwrap()).unwrap()
}
