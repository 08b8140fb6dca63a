//! Magento: the common suite, and what is Magento's own.

use crate::{
    conformance::{Subject, Totals, conformance},
    shopify::truth,
    world::World,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use serde_json::Value;
use sha2::Sha256;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use trimtab_connect::{Ask, Connector, Pseudonyms, magento::MagentoDialect};
use trimtab_domain::{
    Day, DayRange, Source, Timestamp, Zone,
    account::Account,
    fact::{Custom, OrderState},
    money::parse_micros,
};
use trimtab_sandbox::{AccountInfo, SandboxSettings};
use trimtab_wire::{Call, Method, Place};
use url::Url;

pub(crate) struct MagentoSubject;

impl Subject for MagentoSubject {
    const SOURCE: Source = Source::Magento;
    const FACTS: &'static str = "V1/orders";
    /// Every second shop is one, and some businesses have none.
    const TENANTS: usize = 8;
    /// A page, and a look for earlier orders.
    const REQUESTS: u32 = 2;
    /// A month takes more than a hundred.
    const SILENCE_STEP: u32 = 19;
    const STRANGER: &'static str = "somebody_elses";
    /// Its only version is part of the shop.
    const RETIRES: bool = false;

    fn wrong_secret(secret: &str) -> String {
        let parts: BTreeMap<String, String> = serde_json::from_str(secret).unwrap();
        let wrong = parts.into_keys().map(|name| (name.clone(), Value::from(format!("wrong_{name}_0000"))));
        Value::Object(wrong.collect()).to_string()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        serde_json::from_str::<BTreeMap<String, String>>(secret).unwrap().into_values().collect()
    }

    /// Of the orders the world says stand, those whose payment has only been begun are none yet: the store itself says which.
    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        let mut days = truth(world, account, range);
        for (day, micros) in unpaid(world, account).await {
            if let Some(figures) = days.get_mut(&day) {
                *figures = (figures.0 - micros, figures.1 - 1, figures.2);
            }
        }
        days.retain(|_, figures| *figures != (0, 0, 0));
        days
    }
}

/// A text as signatures have it.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The day and the amount of every order in the state `pending_payment`, asked without the connector and signed by hand.
async fn unpaid(world: &World, account: &AccountInfo) -> Vec<(Day, i64)> {
    static NONCE: AtomicU32 = AtomicU32::new(0);
    let part = |name: &str| serde_json::from_str::<Value>(&account.secret).unwrap()[name].as_str().unwrap().to_owned();
    let filter = "searchCriteria[filter_groups][0][filters][0]";
    let asked = [
        (format!("{filter}[field]"), "state".to_owned()),
        (format!("{filter}[value]"), "pending_payment".to_owned()),
        ("searchCriteria[pageSize]".to_owned(), "5000".to_owned()),
    ];
    let own = [
        ("oauth_consumer_key", part("consumer_key")),
        ("oauth_nonce", format!("test{}", NONCE.fetch_add(1, Ordering::Relaxed))),
        ("oauth_signature_method", "HMAC-SHA256".to_owned()),
        ("oauth_timestamp", world.clock.now().as_second().to_string()),
        ("oauth_token", part("access_token")),
        ("oauth_version", "1.0".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let pair = |(name, value): &(String, String)| format!("{}={}", encoded(name), encoded(value));
    let mut url: Url = format!("{}/rest/V1/orders", account.base_url).parse().unwrap();
    let mut pairs: Vec<String> = asked.iter().chain(&own).map(pair).collect();
    pairs.sort();
    let base = format!("GET&{}&{}", encoded(url.as_str()), encoded(&pairs.join("&")));
    let key = format!("{}&{}", encoded(&part("consumer_secret")), encoded(&part("access_token_secret")));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(base.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let mut parts: Vec<String> = own.iter().map(|(name, value)| format!("{name}=\"{}\"", encoded(value))).collect();
    parts.push(format!("oauth_signature=\"{}\"", encoded(&signature)));
    url.set_query(Some(&asked.iter().map(pair).collect::<Vec<_>>().join("&")));
    let header = SecretString::from(format!("OAuth {}", parts.join(", ")));
    let call = Call {
        source: Source::Magento,
        account: None,
        method: Method::Get,
        url: &url,
        params: &[],
        json: None,
        headers: &[],
        secrets: &[(Place::Header("authorization"), &header)],
        dialect: &MagentoDialect::default(),
        deadline: Duration::from_secs(30),
        weight: 1,
    };
    let reply = world.wire.call(call).await.unwrap();
    let page: Value = serde_json::from_slice(&reply.body).unwrap();
    let zone: Zone = account.timezone.parse().unwrap();
    let row = |order: &Value| {
        let at: Timestamp = format!("{}Z", order["created_at"].as_str().unwrap().replace(' ', "T")).parse().unwrap();
        (zone.day_at(at), parse_micros(&order["base_grand_total"].to_string()).unwrap())
    };
    page["items"].as_array().map(|items| items.iter().map(row).collect()).unwrap_or_default()
}

conformance!(crate::magento::MagentoSubject, without ads);

async fn start() -> World {
    let settings = SandboxSettings { seed: 3, tenants: 8, ads: 40, days: 120, ..SandboxSettings::default() };
    World::with(Source::Magento, settings).await
}

async fn scene(world: &World) -> (std::sync::Arc<dyn Connector>, Account, DayRange) {
    let info = &world.accounts[0];
    let connectors = world.connectors().naming_customers_by(Pseudonyms::new([9; 32]));
    let connector = connectors.open(Source::Magento, Some(info.base_url.parse().unwrap()), info.secret.as_str().into()).unwrap();
    let account = connector.account(&info.account.as_str().into()).await.unwrap();
    let month = DayRange::ending(account.zone.day_at(world.clock.now()), 30);
    (connector, account, month)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_is_new_once_and_marks_are_kept() {
    let world = start().await;
    let (connector, account, month) = scene(&world).await;
    let rows = connector.facts(&account, month, Ask::default()).await.unwrap().facts.orders;
    let standing = || rows.iter().filter(|order| order.state == OrderState::Placed && !order.customer.is_empty());
    let (mut news, mut olds) = (BTreeSet::new(), BTreeSet::new());
    for order in standing() {
        match order.custom {
            Custom::New => assert!(news.insert(order.customer.clone()), "a customer has one first order"),
            _ => drop(olds.insert(order.customer.clone())),
        }
    }
    assert!(news.len() > 10 && olds.len() > 3, "{} new, {} returning", news.len(), olds.len());
    assert!(rows.iter().any(|order| !order.utm.source.is_empty()) && rows.iter().any(|order| order.state == OrderState::Cancelled));
    assert!(rows.iter().all(|order| order.customer.is_empty() || order.customer.len() == 32));
    let text = format!("{rows:?} {connector:?} {:?}", world.wire.recent_calls());
    assert!(!text.contains('@'), "no address is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_is_among_those_the_credential_sees() {
    let world = start().await;
    for info in &world.accounts {
        let connector = world.connectors();
        let connector = connector.open(Source::Magento, Some(info.base_url.parse().unwrap()), info.secret.as_str().into()).unwrap();
        let account = connector.account(&info.account.as_str().into()).await.unwrap();
        assert_eq!((account.currency.as_str(), account.zone.as_str()), (info.currency.as_str(), info.timezone.as_str()));
        assert!(connector.accounts().await.unwrap().contains(&account));
    }
}
