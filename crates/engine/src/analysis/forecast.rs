//! What an account will do in the coming weeks.

use super::{Made, country, figure::money, tracks::Read};
use jiff::ToSpan;
use serde_json::{Value, json};
use trimtab_analysis::outlook::{Ask, Figure, Lags, Series, Told, Total, outlook};
use trimtab_domain::{
    DayRange,
    metric::{Registry, Unit},
};

/// Days ahead that are kept ready.
const HORIZON: usize = 90;
/// Days beyond the horizon whose holidays are felt before they come.
const BEYOND: i64 = 7;

/// What is known beside the figures.
#[derive(Debug)]
pub(super) struct Beside {
    /// How late conversions come in.
    pub(super) lags: Lags,
    /// Where the customers are.
    pub(super) country: Option<country::Known>,
}

pub(super) fn made(read: &Read, beside: &Beside) -> Made {
    let today = read.last.tomorrow().unwrap_or(read.last);
    let ends = today.saturating_add((i64::try_from(HORIZON).unwrap_or(0) + BEYOND).days());
    let within = DayRange::new(read.tracks.account.first, ends).ok();
    let holidays = beside.country.zip(within).map(|((country, _), within)| country.holidays(within)).unwrap_or_default();
    let ask = Ask { today, horizon: HORIZON, figures: Figure::ALL.to_vec(), campaigns: false, holidays, lags: beside.lags.clone() };
    let ahead = outlook(&read.tracks, &ask);
    let body = json!({
        "account": read.tracks.account.entity.id,
        "name": read.tracks.account.entity.name,
        "currency": read.tracks.currency,
        "last_day": read.last.to_string(),
        "horizon": HORIZON,
        "holidays": beside.country.map(|(country, by)| json!({ "country": country.code, "name": country.name, "known_by": by.as_str() })),
        "metrics": ahead.account.series.iter().map(series).collect::<Vec<_>>(),
        "ratios": ahead.account.ratios.iter().map(|ratio| json!({
            "metric": ratio.metric, "value": ratio.value, "days": ratio.days,
        })).collect::<Vec<_>>(),
    });
    Made { body, findings: vec![] }
}

fn series(series: &Series) -> Value {
    let metric = series.figure.metric();
    let is_money = Registry::builtin().get(metric).is_ok_and(|metric| metric.unit == Unit::Money);
    match &series.told {
        Ok(told) => known(metric, told, is_money),
        Err(because) => json!({
            "metric": metric, "series": [], "total": null, "totals": [], "model": [], "backtest": null, "notes": [], "because": because.to_string(),
        }),
    }
}

fn known(metric: &str, told: &Told, is_money: bool) -> Value {
    let figure = |value: f64| if is_money { json!(money(value)) } else { json!((value * 1e4).round() / 1e4) };
    let sum = |total: &Total| {
        json!({
            "value": figure(total.value),
            "lo80": figure(total.within_80.0),
            "hi80": figure(total.within_80.1),
            "lo95": figure(total.within_95.0),
            "hi95": figure(total.within_95.1),
        })
    };
    json!({
        "metric": metric,
        "series": told.days.iter().map(|ahead| json!({
            "day": ahead.day.to_string(),
            "value": figure(ahead.value),
            "lo80": figure(ahead.within_80.0),
            "hi80": figure(ahead.within_80.1),
            "lo95": figure(ahead.within_95.0),
            "hi95": figure(ahead.within_95.1),
        })).collect::<Vec<_>>(),
        "total": sum(&told.total),
        "totals": told.firsts.iter().map(|(days, total)| json!({ "days": days, "sum": sum(total) })).collect::<Vec<_>>(),
        "model": told.models.iter().map(|share| json!({ "model": share.model, "weight": share.weight, "error": share.error })).collect::<Vec<_>>(),
        "backtest": {
            "origins": told.backtest.origins,
            "horizon": told.backtest.horizon,
            "error": told.backtest.error,
            "naive_error": told.backtest.naive_error,
        },
        "notes": told.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "because": null,
    })
}
