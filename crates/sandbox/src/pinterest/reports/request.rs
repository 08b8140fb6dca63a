//! What a report is asked for with: a JSON document; parameters in the URL do not count.

use super::super::{
    analytics::{Attribution, Granularity, Level, Query, Reach, Targeting, Walk, calendar_day, columns, intervals},
    columns as catalogue, entities,
    error::ApiError,
    params::{self, ids},
};
use crate::{http::Request, limits, world::account::Account};
use serde_json::{Map, Value};

/// A report's question and the form of its file.
#[derive(Debug)]
pub(crate) struct Asked {
    /// None for products and keywords, of which there are none.
    pub(super) query: Option<Query>,
    /// One split after the other; a single one without targeting.
    pub(super) targetings: Vec<Option<Targeting>>,
    pub(super) format: Format,
    pub(super) by_date: bool,
    pub(super) conditions: Vec<Condition>,
    /// The first hour of the first day and the hour of the last one that no longer counts.
    pub(super) hours: (i64, i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Csv,
}

impl Format {
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    pub(super) const fn mime(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
        }
    }
}

/// A condition on a row's figures.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    /// Spend in units; else impressions.
    pub(super) on_spend: bool,
    pub(super) greater: bool,
    pub(super) value: f64,
}

type Document = Map<String, Value>;

impl Asked {
    pub(super) fn read(of: &Account, request: &Request, now: i64) -> Result<Self, ApiError> {
        let typed = request.header("content-type").is_some_and(|t| t.starts_with("application/json"));
        let document = serde_json::from_slice::<Document>(&request.body).ok().filter(|_| typed);
        let document = document.ok_or_else(|| ApiError::invalid("The body must be a JSON object"))?;
        for beta in ["reporting_timezone", "combine_targeting_types", "custom_conversion_event_metrics"] {
            if document.get(beta).is_some_and(|v| *v != Value::Bool(false) && !v.is_null()) {
                return Err(ApiError::invalid(format_args!("'{beta}' is in beta and not available to this user")));
            }
        }
        let need =
            |name: &str| text(&document, name)?.ok_or_else(|| ApiError::invalid(format_args!("Missing required field '{name}'")));
        let (start, end) = (params::day("start_date", need("start_date")?)?, params::day("end_date", need("end_date")?)?);
        let granularity = Granularity::parse(need("granularity")?)?;
        let (level, targeted, product) = level(need("level")?)?;
        let (back, span) = match granularity {
            Granularity::Hour => limits::PINTEREST_HOURLY_DAYS,
            _ if product => limits::PINTEREST_PRODUCT_DAYS,
            _ => limits::PINTEREST_REPORT_DAYS,
        };
        if product && ["ad_ids", "ad_statuses"].into_iter().any(|name| document.contains_key(name)) {
            return Err(ApiError::invalid("'ad_ids' and 'ad_statuses' are not allowed for reports on product items"));
        }
        let intervals = intervals(granularity, start, end, calendar_day(now), Reach { back, span: Some(span) })?;
        let columns = columns(texts(&document, "columns", usize::MAX)?, catalogue::of_report)?;
        let windows = attribution(&document)?;
        let attribution = Attribution::read(|name| Ok(windows.iter().find(|w| w.0 == name).map(|w| w.1.as_str())))?;
        let only = filter(&document, of, now)?;
        Ok(Self {
            targetings: targetings(&document, targeted, granularity)?,
            query: level.map(|level| Query { level, granularity, intervals, columns, attribution, targeting: None, only, now }),
            format: match text(&document, "report_format")? {
                None | Some("JSON") => Format::Json,
                Some("CSV") => Format::Csv,
                Some(other) => return Err(params::invalid("report_format", other)),
            },
            by_date: match text(&document, "primary_sort")? {
                None | Some("BY_ID") => false,
                Some("BY_DATE") => true,
                Some(other) => return Err(params::invalid("primary_sort", other)),
            },
            conditions: conditions(&document)?,
            hours: hours(&document, granularity)?,
        })
    }

    /// The most rows the file can have.
    pub(super) fn rows_max(&self, account: &Account) -> usize {
        let Some(query) = &self.query else { return 0 };
        let rows = |targeting| Walk::new(account, &Query { targeting, ..query.clone() }).rows_max();
        self.targetings.iter().map(|targeting| rows(*targeting)).sum()
    }
}

/// The level, whether it is split by targeting, and whether it is about product items.
fn level(word: &str) -> Result<(Option<Level>, bool, bool), ApiError> {
    let targeted = word.ends_with("_TARGETING");
    let level = match word.trim_end_matches("_TARGETING") {
        "ADVERTISER" => Some(Level::Account),
        "CAMPAIGN" => Some(Level::Campaign),
        "AD_GROUP" => Some(Level::AdGroup),
        "PIN_PROMOTION" => Some(Level::Ad),
        "PRODUCT_GROUP" | "PRODUCT_ITEM" => None,
        "KEYWORD" if !targeted => None,
        _ => return Err(params::invalid("level", word)),
    };
    Ok((level, targeted, word.starts_with("PRODUCT_ITEM")))
}

fn targetings(document: &Document, targeted: bool, granularity: Granularity) -> Result<Vec<Option<Targeting>>, ApiError> {
    let words = texts(document, "targeting_types", limits::PINTEREST_REPORT_TARGETINGS_MAX)?;
    if targeted == words.is_empty() {
        return Err(ApiError::invalid("'targeting_types' must be given with a level that ends in _TARGETING, and only then"));
    }
    if !targeted {
        return Ok(vec![None]);
    }
    if granularity == Granularity::Hour {
        return Err(ApiError::invalid("Targeting figures are not available by HOUR"));
    }
    words.into_iter().map(|word| Targeting::parse(word).map(Some)).collect()
}

/// The attribution fields as the text that direct analytics have them in.
fn attribution(document: &Document) -> Result<Vec<(&'static str, String)>, ApiError> {
    let mut given = Vec::new();
    for name in ["click_window_days", "engagement_window_days", "view_window_days"] {
        match document.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::Number(days)) => given.push((name, days.to_string())),
            Some(other) => return Err(params::invalid(name, &other.to_string())),
        }
    }
    given.extend(text(document, "conversion_report_time")?.map(|time| ("conversion_report_time", time.to_owned())));
    Ok(given)
}

/// Which ads pass the lists of ids and statuses.
fn filter(document: &Document, of: &Account, now: i64) -> Result<Option<Vec<bool>>, ApiError> {
    const CAMPAIGN: [&str; 8] =
        ["RUNNING", "PAUSED", "NOT_STARTED", "COMPLETED", "ADVERTISER_DISABLED", "ARCHIVED", "DRAFT", "DELETED_DRAFT"];
    const AD: [&str; 8] =
        ["APPROVED", "PAUSED", "PENDING", "REJECTED", "ADVERTISER_DISABLED", "ARCHIVED", "DRAFT", "DELETED_DRAFT"];
    const OBJECTIVES: [&str; 5] = ["AWARENESS", "CONSIDERATION", "WEB_CONVERSION", "CATALOG_SALES", "VIDEO_COMPLETION"];
    let mut only = vec![true; of.ads.len()];
    let mut filtered = false;
    let mut keep = |passes: &dyn Fn(usize) -> bool| {
        filtered = true;
        only.iter_mut().enumerate().for_each(|(ad, counts)| *counts = *counts && passes(ad));
    };
    for (name, level) in [("campaign_ids", Level::Campaign), ("ad_group_ids", Level::AdGroup), ("ad_ids", Level::Ad)] {
        let given = texts(document, name, limits::PINTEREST_REPORT_IDS_MAX)?;
        let wanted = ids(name, given.into_iter(), limits::PINTEREST_REPORT_IDS_MAX)?;
        if wanted.is_empty() {
            continue;
        }
        // An id of somebody else simply has no rows.
        keep(&|ad| {
            let a = &of.ads[ad];
            wanted.contains(&match level {
                Level::Campaign => of.campaigns[a.campaign].object.id,
                Level::AdGroup => of.ad_sets[a.ad_set].object.id,
                _ => a.object.id,
            })
        });
    }
    let mut words = |name: &str, known: &[&str], most: usize, told: &dyn Fn(usize) -> &'static str| {
        let wanted = texts(document, name, most)?;
        if let Some(strange) = wanted.iter().find(|w| !known.contains(*w)) {
            return Err(params::invalid(name, strange));
        }
        if !wanted.is_empty() {
            keep(&|ad| wanted.contains(&told(ad)));
        }
        Ok(())
    };
    let most = limits::PINTEREST_STATUSES_MAX;
    words("campaign_statuses", &CAMPAIGN, most, &|ad| entities::campaign_summary(of, of.ads[ad].campaign, now))?;
    words("ad_group_statuses", &CAMPAIGN, most, &|ad| entities::ad_group_summary(of, of.ads[ad].ad_set, now))?;
    words("ad_statuses", &AD, most, &|ad| entities::ad_summary(of, ad, now))?;
    words("campaign_objective_types", &OBJECTIVES, 7, &|ad| entities::objective(&of.campaigns[of.ads[ad].campaign]))?;
    Ok(filtered.then_some(only))
}

fn conditions(document: &Document) -> Result<Vec<Condition>, ApiError> {
    let Some(given) = document.get("metrics_filters").filter(|v| !v.is_null()) else {
        return Ok(Vec::new());
    };
    let bad = || params::invalid("metrics_filters", &given.to_string());
    let read = |item: &Value| {
        let on_spend = match item["field"].as_str() {
            Some("SPEND_IN_DOLLAR") => true,
            Some("TOTAL_IMPRESSION") => false,
            _ => return Err(bad()),
        };
        let greater = match item["operator"].as_str() {
            Some("GREATER_THAN") => true,
            Some("LESS_THAN") => false,
            _ => return Err(bad()),
        };
        Ok(Condition { on_spend, greater, value: item["values"][0].as_f64().ok_or_else(bad)? })
    };
    given.as_array().ok_or_else(bad)?.iter().map(read).collect()
}

fn hours(document: &Document, granularity: Granularity) -> Result<(i64, i64), ApiError> {
    let of = |name: &str, usual: i64| match document.get(name) {
        None | Some(Value::Null) => Ok(usual),
        Some(_) if granularity != Granularity::Hour => {
            Err(ApiError::invalid(format_args!("'{name}' is only allowed for hourly reports")))
        }
        Some(hour) => {
            let hour = hour.as_i64().filter(|h| (0..24).contains(h));
            hour.ok_or_else(|| ApiError::invalid(format_args!("'{name}' must be between 0 and 23")))
        }
    };
    Ok((of("start_hour", 0)?, of("end_hour", 24)?))
}

fn text<'d>(document: &'d Document, name: &str) -> Result<Option<&'d str>, ApiError> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(params::invalid(name, &other.to_string())),
    }
}

/// A list of texts; empty without the field.
fn texts<'d>(document: &'d Document, name: &str, most: usize) -> Result<Vec<&'d str>, ApiError> {
    let list = match document.get(name) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) if !list.is_empty() => list,
        Some(other) => return Err(params::invalid(name, &other.to_string())),
    };
    if list.len() > most {
        return Err(ApiError::invalid(format_args!("'{name}' may hold at most {most} values")));
    }
    list.iter().map(|v| v.as_str().ok_or_else(|| params::invalid(name, &v.to_string()))).collect()
}
