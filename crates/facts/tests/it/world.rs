//! Builders: a lake in a temporary folder, accounts, rows.

use std::path::Path;
use tempfile::TempDir;
use trimtab_domain::{
    Actor, Day, DayRange, Role, Source, TenantCtx,
    account::{Account, Coverage, Standing},
    fact::{AdDaily, Facts, Measures, Placing},
    id::TenantId,
    query::{Dimension, MetricQuery, QueryParts, filter},
};
use trimtab_facts::{Lake, LakeSettings, TenantLake};

pub(crate) fn ctx(tenant: &str) -> TenantCtx {
    TenantCtx::proven(TenantId::parse(tenant).unwrap(), Actor::Operator, Role::AgencyAdmin)
}

pub(crate) fn open(root: &Path) -> TenantLake {
    Lake::open(LakeSettings::new(root)).unwrap().tenant(&ctx("acme"))
}

/// A fresh lake and the folder it lies in.
pub(crate) fn fresh() -> (TempDir, TenantLake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path());
    (folder, lake)
}

pub(crate) fn account(source: Source, id: &str, currency: &str) -> Account {
    Account {
        source,
        id: id.into(),
        name: format!("Account {id}").as_str().into(),
        currency: currency.parse().unwrap(),
        zone: "Europe/Amsterdam".parse().unwrap(),
        standing: Standing::Good,
    }
}

pub(crate) fn meta() -> Account {
    account(Source::Meta, "1", "EUR")
}

pub(crate) fn coverage(accounts: &[&Account]) -> Vec<Coverage> {
    let cover = |account: &&Account| Coverage {
        account: (*account).clone(),
        data_as_of: "2026-03-01T06:00:00Z".parse().unwrap(),
        settled_through: Some("2026-01-31".parse().unwrap()),
    };
    accounts.iter().map(cover).collect()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn range(text: &str) -> DayRange {
    text.parse().unwrap()
}

pub(crate) fn placing(campaign: &str, ad_group: &str, ad: &str) -> Placing {
    Placing { campaign: campaign.into(), ad_group: ad_group.into(), ad: ad.into() }
}

/// An ad's day with figures that follow from `n`.
pub(crate) fn ad_day(campaign: &str, ad: &str, date: Day, n: i64) -> AdDaily {
    AdDaily {
        date,
        span_days: 1,
        placing: placing(campaign, &format!("{campaign}g"), ad),
        measures: Measures {
            impressions: n * 100,
            clicks: n,
            link_clicks: Some(n / 2),
            spend_micros: n * 1_230_000,
            reach: Some(n * 60),
            conversions: Some(f64::from(i32::try_from(n).unwrap()) / 4.0),
            revenue_micros: Some(n * 4_000_000),
            video_views: None,
            thruplays: None,
        },
    }
}

/// `ads` ads in campaigns of two, each day of `days`, with figures that follow from day, ad and `salt`.
pub(crate) fn ads(days: DayRange, ads: i64, salt: i64) -> Facts {
    let ad_daily = days
        .days()
        .flat_map(|date| {
            (0..ads).map(move |ad| {
                let n = i64::from(date.day_of_year()) % 17 + ad + 1 + salt;
                ad_day(&format!("c{}", ad / 2), &format!("ad{ad}"), date, n)
            })
        })
        .collect();
    Facts { ad_daily, ..Facts::default() }
}

pub(crate) fn only(rows: Vec<AdDaily>) -> Facts {
    Facts { ad_daily: rows, ..Facts::default() }
}

pub(crate) fn ask(days: &str, metrics: &[&str], dimensions: &[Dimension], filters: &str) -> MetricQuery {
    let parts = QueryParts {
        metrics: metrics.iter().map(ToString::to_string).collect(),
        dimensions: dimensions.to_vec(),
        filters: filter::parse(filters).unwrap(),
        ..QueryParts::default()
    };
    MetricQuery::new(range(days), parts).unwrap()
}
