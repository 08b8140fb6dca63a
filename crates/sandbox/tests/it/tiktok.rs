//! TikTok's paths as any client meets them.

mod access;
mod entities;
mod faults;
mod reports;
mod tasks;
mod writes;

use crate::kit::{Kit, figure};
use reqwest::Response;
use serde_json::{Value, json};
use trimtab_sandbox::{AccountInfo, SandboxSettings};

/// Days that the small world has wholly behind it.
pub(crate) const DAYS: [(&str, &str); 2] = [("start_date", "2026-10-20"), ("end_date", "2026-11-18")];
/// What lets deleted ads into a report.
pub(crate) const ALL_ADS: &str = r#"[{"field_name":"ad_status","filter_type":"IN","filter_value":"[\"STATUS_ALL\"]"}]"#;

/// A client of one TikTok account.
pub(crate) struct Client {
    pub(crate) kit: Kit,
    pub(crate) account: AccountInfo,
}

/// A world whose first account has several campaigns, a Smart+ one and a deleted one among them.
pub(crate) fn several() -> SandboxSettings {
    SandboxSettings { seed: 11, tenants: 2, ads: 160, days: 90, ..SandboxSettings::default() }
}

impl Client {
    pub(crate) async fn with(settings: SandboxSettings) -> Self {
        let kit = Kit::with(settings).await;
        let account = kit.accounts_of("tiktok").swap_remove(0);
        Self { kit, account }
    }

    pub(crate) async fn several() -> Self {
        Self::with(several()).await
    }

    /// `GET` below the version, with the account's token and id.
    pub(crate) async fn send(&self, path: &str, params: &[(&str, &str)]) -> Response {
        let url = format!("{}/open_api/v1.3/{path}", self.account.base_url);
        let id = [("advertiser_id", self.account.account.as_str())];
        let asked = self.kit.client.get(url).header("Access-Token", &self.account.secret).query(&id).query(params);
        asked.send().await.unwrap()
    }

    /// The whole envelope of an answer with HTTP 200.
    pub(crate) async fn envelope(&self, path: &str, params: &[(&str, &str)]) -> Value {
        let reply = self.send(path, params).await;
        assert_eq!(reply.status(), 200, "{path}");
        let body: Value = reply.json().await.unwrap();
        assert!(body["code"].is_u64() && body["message"].is_string() && body["request_id"].is_string(), "{body}");
        body
    }

    /// The data of a good answer.
    pub(crate) async fn get(&self, path: &str, params: &[(&str, &str)]) -> Value {
        let mut body = self.envelope(path, params).await;
        assert_eq!((body["code"].clone(), body["message"].clone()), (json!(0), json!("OK")), "{path} {params:?}: {body}");
        body["data"].take()
    }

    /// The code of an answer.
    pub(crate) async fn code(&self, path: &str, params: &[(&str, &str)]) -> u64 {
        self.envelope(path, params).await["code"].as_u64().unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/open_api/v1.3/{path}", self.account.base_url);
        let mut whole = json!({"advertiser_id": self.account.account});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let reply = self.kit.client.post(url).header("Access-Token", &self.account.secret).json(&whole).send().await.unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        reply.json().await.unwrap()
    }

    /// Deletes the last of the campaigns that run.
    pub(crate) async fn delete_one(&self) -> Value {
        let running = ("filtering", r#"{"secondary_status":"CAMPAIGN_STATUS_ENABLE"}"#);
        let campaign = self.all("campaign/get/", &[running], 100).await.pop().unwrap();
        let told = self
            .post("campaign/status/update/", json!({"campaign_ids": [campaign["campaign_id"]], "operation_status": "DELETE"}))
            .await;
        assert_eq!(told["code"], 0, "{told}");
        campaign
    }

    /// All items of a list, page by page.
    pub(crate) async fn all(&self, path: &str, params: &[(&str, &str)], size: usize) -> Vec<Value> {
        let (mut items, mut page) = (Vec::new(), 1);
        loop {
            let (number, size) = (page.to_string(), size.to_string());
            let params = [params, &[("page", number.as_str()), ("page_size", size.as_str())]].concat();
            let data = self.get(path, &params).await;
            items.extend(data["list"].as_array().unwrap().iter().cloned());
            let info = &data["page_info"];
            assert_eq!(info["page"], page);
            if info["total_page"].as_u64().unwrap() <= page {
                assert_eq!(info["total_number"], items.len());
                return items;
            }
            page += 1;
        }
    }

    /// All rows of a basic report.
    pub(crate) async fn report(&self, level: &str, dimensions: Value, metrics: Value, extra: &[(&str, &str)]) -> Vec<Value> {
        let (dimensions, metrics) = (dimensions.to_string(), metrics.to_string());
        let base = [("data_level", level), ("dimensions", dimensions.as_str()), ("metrics", metrics.as_str())];
        let mut params: Vec<(&str, &str)> = base.to_vec();
        for default in [("report_type", "BASIC"), DAYS[0], DAYS[1]] {
            if !extra.iter().any(|e| e.0 == default.0) {
                params.push(default);
            }
        }
        params.extend_from_slice(extra);
        self.all("report/integrated/get/", &params, 1_000).await
    }
}

/// The sum of a metric over rows, in millionths; `-` counts as nothing.
pub(crate) fn sum(rows: &[Value], metric: &str) -> i64 {
    rows.iter().filter(|r| r["metrics"][metric] != "-").map(|r| figure(&r["metrics"], metric)).sum()
}
