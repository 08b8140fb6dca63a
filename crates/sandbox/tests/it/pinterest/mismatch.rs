//! One day that does not add up, on request.

use super::{Pins, figure};
use crate::kit::small;
use serde_json::Value;
use std::collections::BTreeMap;
use trimtab_domain::{DayRange, Source};
use trimtab_sandbox::SandboxSettings;

const RANGE: [(&str, &str); 4] =
    [("start_date", "2026-09-25"), ("end_date", "2026-10-20"), ("granularity", "DAY"), ("columns", "SPEND_IN_MICRO_DOLLAR")];

/// Spend of a level by day.
async fn spend(pins: &Pins, below: Option<(&str, &str)>) -> BTreeMap<String, i64> {
    let mut params: Vec<(&str, &str)> = RANGE.to_vec();
    let objects = match below {
        Some((kind, _)) => pins.everything(kind).await,
        None => Vec::new(),
    };
    params.extend(objects.iter().filter_map(|o| Some((below?.1, o["id"].as_str()?))));
    let path = below.map_or_else(|| "analytics".to_owned(), |(kind, _)| format!("{kind}/analytics"));
    let mut days = BTreeMap::new();
    for row in pins.own(&path, &params).await.as_array().unwrap() {
        *days.entry(row["DATE"].as_str().unwrap().to_owned()).or_insert(0) += figure(row, "SPEND_IN_MICRO_DOLLAR");
    }
    days
}

fn withdrawn(pins: &Pins) -> Vec<Value> {
    let all = pins.kit.sandbox.truth();
    let of = |t: &Value| t["incidents"].as_array().unwrap().iter().filter(|i| i["kind"] == "withdrawn_ad").cloned().collect();
    all.iter()
        .filter(|t| t["account"] == pins.account.account && t["source"] == "pinterest")
        .flat_map::<Vec<Value>, _>(of)
        .collect()
}

#[tokio::test]
async fn the_second_tenants_account_spent_more_on_one_day_than_its_ads_tell() {
    const DAY: &str = "2026-10-06";
    for (tenant, mismatch) in [(1, true), (1, false), (0, true)] {
        let pins = Pins::with(SandboxSettings { mismatch, ..small() }, tenant).await;
        let struck = tenant == 1 && mismatch;
        let account = spend(&pins, None).await;
        assert!(account.len() > 20, "{account:?}");
        let mut told = account.clone();
        *told.get_mut(DAY).unwrap() -= if struck { 12_340_000 } else { 0 };
        for below in [("campaigns", "campaign_ids"), ("ad_groups", "ad_group_ids"), ("ads", "ad_ids")] {
            assert_eq!(spend(&pins, Some(below)).await, told, "{below:?}");
        }
        let split = [&RANGE[..], &[("targeting_types", "GENDER")]].concat();
        let by_gender = pins.own("targeting_analytics", &split).await;
        let rows = by_gender["data"].as_array().unwrap().iter().map(|row| &row["metrics"]).filter(|row| row["DATE"] == DAY);
        assert_eq!(rows.map(|row| figure(row, "SPEND_IN_MICRO_DOLLAR")).sum::<i64>(), told[DAY], "splits do not have it either");
        let range = DayRange::new("2026-09-25".parse().unwrap(), "2026-10-20".parse().unwrap()).unwrap();
        let truth = pins.kit.sandbox.totals(Source::Pinterest, &pins.account.account, range).unwrap();
        let truth: BTreeMap<String, i64> =
            truth.iter().map(|day| (day.date.to_string(), trimtab_domain::money::parse_micros(&day.spend).unwrap())).collect();
        assert_eq!(truth, account, "the money was spent");
        let labels = withdrawn(&pins);
        assert_eq!(labels.len(), usize::from(struck));
        assert!(labels.iter().all(|label| label["from"] == DAY && label["to"] == DAY), "{labels:?}");
        pins.kit.sandbox.advance("P10D").unwrap();
        assert_eq!(spend(&pins, None).await, account, "the day is settled");
    }
}
