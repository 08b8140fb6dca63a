//! A shop whose merchant gives it another zone or currency: from then on all its days are cut anew and its amounts told otherwise.

use crate::{magento, shopify};
use serde_json::{Value, json};
use trimtab_domain::{Source, money::parse_micros};

/// Orders that were placed, and what those that stand came to, over all days.
fn sums(totals: &[Value]) -> (i64, i64) {
    let orders = totals.iter().map(|d| d["orders"].as_i64().unwrap() + d["cancelled"].as_i64().unwrap()).sum();
    (orders, totals.iter().map(|d| parse_micros(d["revenue"].as_str().unwrap()).unwrap()).sum())
}

fn ratio(new: i64, old: i64) -> f64 {
    new as f64 / old as f64
}

#[tokio::test]
async fn a_shopify_shop_moves_and_tells_other_amounts() {
    let client = shopify::Client::one().await;
    let filter = "created_at:>='2026-11-03T00:00:00Z' AND created_at:<'2026-11-13T00:00:00Z'";
    let (whole, some) = (client.totals("2026-10-01", "2026-11-22").await, client.totals("2026-11-05", "2026-11-10").await);
    let before = client.all(filter, 250).await;
    let account = client.account.account.clone();
    let rewrite = |currency, zone| client.kit.sandbox.rewrite_account(Source::Shopify, &account, currency, zone).unwrap();
    assert!(rewrite(None, Some("Pacific/Auckland")));
    let moved = client.totals("2026-10-01", "2026-11-22").await;
    assert_eq!(sums(&moved), sums(&whole), "nothing is lost or told twice");
    assert_ne!(sums(&client.totals("2026-11-05", "2026-11-10").await), sums(&some), "days are cut elsewhere");
    assert_eq!(client.all(filter, 250).await, before, "instants are what they were");
    assert!(rewrite(Some("USD"), None));
    let shop = client.get("{ shop { ianaTimezone currencyCode } }", json!({})).await;
    assert_eq!(shop["shop"], json!({"ianaTimezone": "Pacific/Auckland", "currencyCode": "USD"}));
    let dollars = client.totals("2026-10-01", "2026-11-22").await;
    assert_eq!(sums(&dollars).0, sums(&whole).0);
    assert!((ratio(sums(&dollars).1, sums(&whole).1) - 1.1).abs() < 0.001);
    let after = client.all(filter, 250).await;
    assert_eq!(after.len(), before.len());
    for (was, is) in before.iter().zip(&after) {
        assert_eq!((&was["id"], &is["currencyCode"]), (&is["id"], &json!("USD")));
        let of = |order: &Value, set: &str| shopify::money(order, set);
        assert!((ratio(of(is, "totalPriceSet"), of(was, "totalPriceSet")) - 1.1).abs() < 0.01, "{was} {is}");
        let whole = |order: &Value| of(order, "totalRefundedSet") == of(order, "totalPriceSet");
        assert_eq!(whole(was), whole(is), "what was given back whole stays so");
    }
    let told = client.kit.accounts_of("shopify").remove(0);
    assert_eq!((told.currency.as_str(), told.timezone.as_str()), ("USD", "Pacific/Auckland"));
}

#[tokio::test]
async fn a_magento_store_moves_and_tells_other_amounts() {
    let client = magento::Client::two().await;
    let filter: [magento::Filter<'_>; 2] =
        [(0, "created_at", "gteq", "2026-11-03 00:00:00"), (1, "created_at", "lt", "2026-11-06 00:00:00")];
    let (whole, before) = (client.totals("2026-10-01", "2026-11-22").await, client.all(&filter, 200).await);
    let account = client.account.account.clone();
    let rewritten = client.kit.sandbox.rewrite_account(Source::Magento, &account, Some("JPY"), Some("Asia/Tokyo"));
    assert!(rewritten.unwrap());
    let config = client.get("rest/V1/store/storeConfigs", &[]).await;
    assert_eq!((&config[0]["timezone"], &config[0]["base_currency_code"]), (&json!("Asia/Tokyo"), &json!("JPY")));
    let (yen, after) = (client.totals("2026-10-01", "2026-11-22").await, client.all(&filter, 200).await);
    assert_eq!(sums(&yen).0, sums(&whole).0);
    assert!((ratio(sums(&yen).1, sums(&whole).1) - 150.0).abs() < 0.1, "{} {}", sums(&yen).1, sums(&whole).1);
    assert!(!before.is_empty() && before.len() == after.len());
    for (was, is) in before.iter().zip(&after) {
        assert_eq!((&was["entity_id"], &is["base_currency_code"]), (&is["entity_id"], &json!("JPY")));
        let total = is["base_grand_total"].as_f64().unwrap();
        assert!(total.fract() == 0.0 && (total / was["base_grand_total"].as_f64().unwrap() - 150.0).abs() < 2.0, "{was} {is}");
    }
    assert!(!client.kit.sandbox.rewrite_account(Source::Magento, "nobody", Some("JPY"), None).unwrap());
}
