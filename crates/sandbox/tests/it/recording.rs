//! Traffic written down: whole, in order, and without secrets.

use crate::kit::Kit;
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

/// A sink whose content can be looked at.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn read(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[tokio::test]
async fn every_platforms_exchanges_are_kept_whole_and_secrets_are_not() {
    let kit = Kit::small().await;
    let lines = Lines::default();
    kit.get(&format!("act_{}", kit.account().account), &[]).await;
    kit.sandbox.record_to(lines.clone());
    // Pages of Meta repeat the token in their links.
    let campaigns = kit.get(&format!("act_{}/campaigns", kit.account().account), &[("limit", "1")]).await;
    let pinterest = kit.accounts_of("pinterest").remove(0);
    let parts: Value = serde_json::from_str(&pinterest.secret).unwrap();
    let part = |name: &str| parts[name].as_str().unwrap().to_owned();
    let form = [("grant_type", "refresh_token".to_owned()), ("refresh_token", part("refresh_token"))];
    let token = kit.client.post(format!("{}/v5/oauth/token", pinterest.base_url)).form(&form);
    let granted: Value =
        token.basic_auth(part("client_id"), Some(part("client_secret"))).send().await.unwrap().json().await.unwrap();
    let tiktok = kit.accounts_of("tiktok").remove(0);
    let url = format!("{}/open_api/v1.3/campaign/get/?advertiser_id={}", tiktok.base_url, tiktok.account);
    kit.client.get(url).header("access-token", &tiktok.secret).send().await.unwrap();

    let recorded = lines.read();
    let of: Vec<_> = recorded.iter().map(|line| (line["platform"].as_str().unwrap(), line["status"].as_u64().unwrap())).collect();
    assert_eq!(of, [("meta", 200), ("pinterest", 200), ("tiktok", 200)]);
    assert_eq!(recorded[0]["query"], "limit=1&access_token=redacted");
    assert_eq!(recorded[1]["body"], "grant_type=refresh_token&refresh_token=redacted");
    assert_eq!(recorded[2]["headers"], json!([["accept", "*/*"], ["access-token", "redacted"]]));
    let answer: Value = serde_json::from_str(recorded[0]["answer"].as_str().unwrap()).unwrap();
    assert_eq!(answer["data"], campaigns["data"], "but for secrets, what was sent is what is kept");
    let text = recorded.iter().map(Value::to_string).collect::<String>();
    let given = ["access_token", "refresh_token"].map(|name| granted[name].as_str().unwrap().to_owned());
    let known = kit.sandbox.accounts_at("").into_iter().map(|account| account.secret).filter(|secret| !secret.starts_with('{'));
    for secret in known.chain(given).chain([part("refresh_token"), part("client_secret")]) {
        assert!(!text.contains(&secret), "{secret}");
    }
}
