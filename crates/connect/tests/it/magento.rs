//! Magento: the common suite, and what is Magento's own.

use crate::{
    conformance::{Subject, Totals, conformance},
    shopify::truth,
    world::World,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_connect::{Ask, Connector, Pseudonyms};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    fact::{Custom, OrderState},
};
use trimtab_sandbox::{AccountInfo, SandboxSettings};

pub(crate) struct MagentoSubject;

impl Subject for MagentoSubject {
    const SOURCE: Source = Source::Magento;
    const FACTS: &'static str = "V1/orders";
    /// Every second shop is one, and some businesses have none.
    const TENANTS: usize = 8;
    /// A page, and a look for earlier orders.
    const REQUESTS: u32 = 2;
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

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        truth(world, account, range, false)
    }
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
