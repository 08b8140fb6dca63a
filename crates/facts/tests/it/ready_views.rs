//! Ready views: their sums are those of the metric query, whatever the grain; they are written in every shape.

use crate::world::*;
use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, Mutex},
};
use trimtab_domain::{
    Source,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    fact::{Custom, Facts, KeywordDaily, KeywordKind, Order, OrderState, Utm},
    query::{Cell, Dimension},
};
use trimtab_facts::{Format, TenantLake, View};

/// Somewhere to write to that can be looked at afterwards.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn written(lake: &TenantLake, view: &str, days: &str, format: Format) -> (u64, Vec<u8>) {
    let sink = Sink::default();
    let rows = lake.write_view(view.parse().unwrap(), range(days), format, Box::new(sink.clone())).await.unwrap();
    let bytes = sink.0.lock().unwrap().clone();
    (rows, bytes)
}

type Row = BTreeMap<String, String>;

/// The rows of a view, column by name; no value of these tests holds a comma.
async fn rows(lake: &TenantLake, view: &str, days: &str) -> Vec<Row> {
    let (count, bytes) = written(lake, view, days, Format::Csv).await;
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.lines();
    let names: Vec<_> = lines.next().unwrap().split(',').map(ToOwned::to_owned).collect();
    let rows: Vec<Row> = lines.map(|line| names.iter().cloned().zip(line.split(',').map(ToOwned::to_owned)).collect()).collect();
    assert_eq!(rows.len() as u64, count);
    rows
}

fn micros(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').unwrap();
    assert_eq!(part.len(), 6, "{text}");
    whole.parse::<i64>().unwrap() * 1_000_000 + part.parse::<i64>().unwrap()
}

fn state(kind: EntityKind, id: &str, name: &str) -> EntityState {
    EntityState {
        kind,
        id: id.into(),
        parent: "".into(),
        campaign: "".into(),
        name: name.into(),
        status: Status::Active,
        platform_status: "".into(),
        objective: "".into(),
        daily_budget_micros: (kind == EntityKind::Campaign).then_some(12_340_000),
        lifetime_budget_micros: None,
        starts: None,
        ends: None,
        attributes: Default::default(),
    }
}

async fn name(lake: &TenantLake, at: i64, campaign: &str) {
    let states = vec![
        state(EntityKind::Account, "1", "Shoes"),
        state(EntityKind::Campaign, "c0", campaign),
        state(EntityKind::Ad, "ad0", "Red"),
    ];
    let seen_at = jiff::Timestamp::from_second(at).unwrap();
    lake.record(&meta(), EntitySnapshot { seen_at, complete: Vec::new(), states }).await.unwrap();
}

async fn filled() -> (tempfile::TempDir, TenantLake) {
    let (folder, lake) = fresh();
    let days = range("2025-12-28..2026-01-06");
    let word = |kind, text: &str, n: i64| KeywordDaily {
        date: day("2026-01-02"),
        placing: placing("c0", "c0g", ""),
        kind,
        id: "k1".into(),
        text: text.into(),
        match_type: "broad".into(),
        measures: ad_day("c0", "ad0", day("2026-01-02"), n).measures,
    };
    let words = Facts {
        keywords: vec![word(KeywordKind::Keyword, "shoes", 3), word(KeywordKind::SearchTerm, "red shoes", 4)],
        keywords_read: KeywordKind::ALL.to_vec(),
        ..ads(days, 4, 1)
    };
    lake.replace(&meta(), days, words).await.unwrap();
    lake.replace(&account(Source::Google, "2", "USD"), days, ads(days, 3, 5)).await.unwrap();
    name(&lake, 1_770_000_000, "Old name").await;
    name(&lake, 1_770_000_060, "New name").await;
    (folder, lake)
}

#[tokio::test]
async fn every_grain_adds_up_to_what_the_metric_query_says() {
    let (_folder, lake) = filled().await;
    let days = "2025-12-30..2026-01-04";
    let (google, meta) = (account(Source::Google, "2", "USD"), meta());
    for (view, grain) in [("account", 2), ("campaign", 4), ("ad_group", 4), ("ad", 7)] {
        let rows = rows(&lake, &format!("ad_reporting__{view}_report"), days).await;
        assert_eq!(rows.len(), grain * 6, "{view}");
        for account in [&google, &meta] {
            let filter = format!("platform = {}", account.source);
            let asked = ask(days, &["spend", "impressions", "clicks", "conversions", "revenue"], &[], &filter);
            let answer = lake.query(&asked, &coverage(&[&google, &meta])).await.unwrap();
            let own = || rows.iter().filter(|row| row["platform"] == account.source.as_str());
            assert!(own().all(|row| row["currency"] == account.currency.as_str()));
            let whole = |name: &str| own().map(|row| row[name].parse::<i64>().unwrap()).sum::<i64>();
            let money = |name: &str| own().map(|row| micros(&row[name])).sum::<i64>();
            let fraction = own().map(|row| row["conversions"].parse::<f64>().unwrap()).sum::<f64>();
            let told = [
                Cell::Money(money("spend")),
                Cell::Count(whole("impressions")),
                Cell::Count(whole("clicks")),
                Cell::Number(fraction),
                Cell::Money(money("conversions_value")),
            ];
            assert_eq!(answer.totals, told, "{view} {filter}");
        }
    }
    let named = &rows(&lake, "ad_reporting__ad_report", days).await;
    let ad0 = named.iter().find(|row| row["ad_id"] == "ad0" && row["platform"] == "meta").unwrap();
    assert_eq!(
        (&*ad0["campaign_name"], &*ad0["ad_name"], &*ad0["account_name"], &*ad0["ad_group_name"]),
        ("New name", "Red", "Shoes", "")
    );
}

#[tokio::test]
async fn a_tenant_sees_its_own_rows() {
    let (folder, lake) = filled().await;
    let other = trimtab_facts::Lake::open(trimtab_facts::LakeSettings::new(folder.path())).unwrap();
    let (view, days) = ("ad_reporting__ad_report", "2025-12-30..2026-01-04");
    assert!(!rows(&lake, view, days).await.is_empty());
    assert!(rows(&other.tenant(&ctx("rival")), view, days).await.is_empty());
    assert!(!rows(&other.tenant(&ctx("acme")), view, days).await.is_empty());
}

#[tokio::test]
async fn keywords_and_search_terms_are_apart() {
    let (_folder, lake) = filled().await;
    let days = "2026-01-01..2026-01-31";
    let keywords = rows(&lake, "ad_reporting__keyword_report", days).await;
    let terms = rows(&lake, "ad_reporting__search_report", days).await;
    assert_eq!((keywords.len(), terms.len()), (1, 1));
    assert_eq!((&*keywords[0]["keyword_text"], &*keywords[0]["clicks"]), ("shoes", "3"));
    assert_eq!((&*terms[0]["search_query"], &*terms[0]["clicks"]), ("red shoes", "4"));
}

#[tokio::test]
async fn summaries_have_ratios_of_sums_and_keep_currencies_apart() {
    let (_folder, lake) = filled().await;
    let days = "2025-12-30..2026-01-04";
    let campaigns = rows(&lake, "campaign_daily_summary", days).await;
    let one = campaigns
        .iter()
        .find(|row| row["date_day"] == "2026-01-01" && row["campaign_id"] == "c1" && row["platform"] == "meta")
        .unwrap();
    let number = |name: &str| one[name].parse::<f64>().unwrap();
    assert!((number("ctr") - number("clicks") / number("impressions")).abs() < 1e-12);
    assert!((number("cpa") - number("spend") / number("conversions")).abs() < 1e-9);
    assert_eq!((&*one["year"], &*one["week_of_year"]), ("2026", "1"));
    let platforms = rows(&lake, "platform_comparison", days).await;
    assert_eq!(platforms.len(), 2 * 6);
    let accounts = rows(&lake, "ad_reporting__account_report", days).await;
    for row in &platforms {
        let same = |other: &&Row| other["platform"] == row["platform"] && other["date_day"] == row["date_day"];
        let account = accounts.iter().find(same).unwrap();
        assert_eq!((micros(&row["spend"]), &row["currency"]), (micros(&account["spend"]), &account["currency"]));
        assert_eq!(micros(&row["profit"]), micros(&account["conversions_value"]) - micros(&account["spend"]));
        assert_eq!(row["active_campaigns"], "2");
    }
}

#[tokio::test]
async fn calendars_know_iso_weeks() {
    let (_folder, lake) = fresh();
    let days = rows(&lake, "dim_date", "2026-12-31..2027-01-04").await;
    let told: Vec<_> = days
        .iter()
        .map(|d| (&*d["date_day"], &*d["week_of_year"], &*d["day_of_week"], &*d["is_weekend"], &*d["week_start"]))
        .collect();
    assert_eq!(
        told,
        [
            ("2026-12-31", "53", "4", "false", "2026-12-28"),
            ("2027-01-01", "53", "5", "false", "2026-12-28"),
            ("2027-01-02", "53", "6", "true", "2026-12-28"),
            ("2027-01-03", "53", "7", "true", "2026-12-28"),
            ("2027-01-04", "1", "1", "false", "2027-01-04"),
        ]
    );
    assert_eq!((&*days[0]["quarter"], &*days[0]["month"], &*days[1]["month_start"]), ("4", "12", "2027-01-01"));
}

#[tokio::test]
async fn objects_have_a_row_for_every_name_they_had() {
    let (_folder, lake) = filled().await;
    let objects = rows(&lake, "dim_entity", "2026-01-01..2026-01-01").await;
    let mut campaign: Vec<_> = objects.iter().filter(|row| row["id"] == "c0").collect();
    campaign.sort_by_key(|row| row["valid_from"].clone());
    let told: Vec<_> = campaign.iter().map(|row| (&*row["name"], &*row["is_current"], &*row["daily_budget"])).collect();
    assert_eq!(told, [("Old name", "false", "12.340000"), ("New name", "true", "12.340000")]);
    assert_eq!(campaign[0]["valid_to"], campaign[1]["valid_from"]);
}

#[tokio::test]
async fn shops_have_their_days_by_customers_and_marks() {
    let (_folder, lake) = fresh();
    let shop = account(Source::Shopify, "7", "EUR");
    let order = |id: &str, custom, state, total: i64| Order {
        date: day("2026-01-02"),
        id: id.into(),
        number: id.into(),
        customer: "x".into(),
        custom,
        utm: Utm { source: "facebook".into(), medium: "cpc".into(), campaign: "c".into() },
        state,
        total_micros: total,
        refunded_micros: 1_000_000,
        tax_micros: 0,
        shipping_micros: 0,
        discount_micros: 0,
    };
    let orders = vec![
        order("1", Custom::New, OrderState::Placed, 10_500_000),
        order("2", Custom::New, OrderState::Placed, 2_000_000),
        order("3", Custom::Returning, OrderState::Cancelled, 7_000_000),
    ];
    let days = range("2026-01-01..2026-01-03");
    lake.replace(&shop, days, Facts { orders, ..Facts::default() }).await.unwrap();
    let told = rows(&lake, "store_daily", "2026-01-01..2026-01-03").await;
    let lines: Vec<_> = told
        .iter()
        .map(|r| (&*r["customer_type"], &*r["orders"], &*r["cancelled_orders"], &*r["revenue"], &*r["refunds"]))
        .collect();
    assert_eq!(lines, [("new", "2", "0", "12.500000", "2.000000"), ("returning", "0", "1", "0.000000", "0.000000")]);
}

#[tokio::test]
async fn shapes_hold_the_same_rows_and_empty_views_their_columns() {
    let (_folder, lake) = filled().await;
    let view = "ad_reporting__account_report";
    let days = "2026-01-01..2026-01-02";
    let (count, lines) = written(&lake, view, days, Format::JsonLines).await;
    let lines: Vec<serde_json::Value> =
        String::from_utf8(lines).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!((count, lines.len()), (4, 4));
    assert_eq!(lines[0]["date_day"], "2026-01-01");
    let (count, parquet) = written(&lake, view, days, Format::Parquet).await;
    assert_eq!((count, &parquet[..4], &parquet[parquet.len() - 4..]), (4, &b"PAR1"[..], &b"PAR1"[..]));
    let (_other, empty) = fresh();
    for view in View::all() {
        let (count, text) = written(&empty, view.name, "2026-01-01..2026-01-01", Format::Csv).await;
        assert_eq!(count, u64::from(view.name == "dim_date"), "{}", view.name);
        assert!(!text.is_empty(), "{} has its columns", view.name);
    }
}

#[tokio::test]
async fn the_script_has_the_views_whose_tables_are_there() {
    let (folder, lake) = filled().await;
    let script = lake.view_script(range("2026-01-01..2026-01-31")).await.unwrap();
    assert!(
        script.contains("CREATE OR REPLACE VIEW ad_reporting__ad_report AS")
            && script.contains("CREATE OR REPLACE VIEW platform_comparison AS")
    );
    assert!(!script.contains("store_daily"), "there is no shop");
    assert!(script.contains(&format!("delta_scan('{}')", folder.path().join("acme/ad_daily").display())), "{script}");
    let days = lake.query(&ask("2026-01-01..2026-01-31", &["clicks"], &[Dimension::Date], ""), &[]).await.unwrap();
    assert!(!days.rows.is_empty());
    assert!("ad_reporting__url".parse::<View>().unwrap_err().contains("ad_reporting__ad_report"));
}
