//! Answers to metric queries.

use serde::Serialize;
use serde_json::{Map, Value, json};
use trimtab_domain::{
    metric::Unit,
    money::decimal,
    query::{Cell, MetricColumn, QueryResult},
};
use utoipa::ToSchema;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// What rows are grouped by.
    Dimension,
    /// A figure.
    Metric,
}

/// One column of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryColumn {
    /// The field of each row.
    pub key: String,
    /// Dimension or metric.
    pub kind: ColumnKind,
    /// What people call it.
    pub label: String,
    /// `count`, `number`, `money`, `percent` or `ratio`; metrics only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// Which way is good: `higher`, `lower` or `neutral`; metrics only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<&'static str>,
    /// Some accounts do not report what it is computed from (named in `notes`), so that it says less than it seems to; absent: no.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub partial: bool,
}

/// The period compared with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedShape {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Totals of that period.
    #[schema(value_type = Object)]
    pub totals: Map<String, Value>,
}

/// The exchange rates that went into an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatesUsedShape {
    /// The currency everything is shown in.
    pub to: String,
    /// The currencies that were converted.
    pub from: Vec<String>,
    /// The oldest day a rate used is of.
    pub first: String,
    /// The newest day a rate used is of.
    pub last: String,
    /// Days of facts without a rate of their own, for which the last before them was used.
    pub carried_days: u32,
}

/// The answer to a metric query.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryShape {
    /// The columns, dimensions first.
    pub columns: Vec<QueryColumn>,
    /// The rows: one field per column; entities have their id under `<dimension>_id`; a compared period under `compare`.
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<Map<String, Value>>,
    /// Over everything the query covers, rows cut off by the limit included.
    #[schema(value_type = Object)]
    pub totals: Map<String, Value>,
    /// The period compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<ComparedShape>,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Currency of all money.
    pub currency: Option<String>,
    /// The rates amounts were converted by; absent when nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<RatesUsedShape>,
    /// Zones the accounts cut their days in.
    pub timezones: Vec<String>,
    /// The oldest of the covered accounts' last reads (RFC 3339).
    pub freshness: Option<String>,
    /// From this day on figures may still change.
    pub provisional_from: Option<String>,
    /// Equal hashes mean equal numbers.
    pub source_hash: String,
    /// What a reader must know.
    pub notes: Vec<String>,
    /// Whether rows were cut off by the limit.
    pub truncated: bool,
}

impl From<&QueryResult> for QueryShape {
    fn from(result: &QueryResult) -> Self {
        let dimensions = result.dimensions.iter().map(|dimension| QueryColumn {
            key: dimension.as_str().to_owned(),
            kind: ColumnKind::Dimension,
            label: label(dimension.as_str()),
            unit: None,
            direction: None,
            partial: false,
        });
        let metrics = result.metrics.iter().map(|metric| QueryColumn {
            key: metric.id.clone(),
            kind: ColumnKind::Metric,
            label: metric.name.clone(),
            unit: Some(metric.unit.as_str()),
            direction: Some(metric.direction.as_str()),
            partial: metric.partial,
        });
        let rows = result.rows.iter().map(|row| {
            let mut fields = Map::new();
            for (dimension, key) in result.dimensions.iter().zip(&row.keys) {
                let name = dimension.as_str();
                if dimension.entity().is_some() {
                    fields.insert(format!("{name}_id"), key.id.clone().into());
                    fields.insert(name.to_owned(), key.name.clone().into());
                } else {
                    fields.insert(name.to_owned(), key.id.clone().into());
                }
            }
            fields.extend(figures(&result.metrics, &row.cells));
            if let Some(compared) = &row.compared {
                fields.insert("compare".to_owned(), figures(&result.metrics, compared).into());
            }
            fields
        });
        Self {
            columns: dimensions.chain(metrics).collect(),
            rows: rows.collect(),
            totals: figures(&result.metrics, &result.totals),
            compare: result.compared_period.zip(result.compared_totals.as_ref()).map(|(period, totals)| ComparedShape {
                from: period.from().to_string(),
                to: period.to().to_string(),
                totals: figures(&result.metrics, totals),
            }),
            from: result.period.from().to_string(),
            to: result.period.to().to_string(),
            currency: result.currency.map(|c| c.to_string()),
            rates: result.rates.as_ref().map(|used| RatesUsedShape {
                to: used.to.to_string(),
                from: used.from.iter().map(ToString::to_string).collect(),
                first: used.first.to_string(),
                last: used.last.to_string(),
                carried_days: used.carried_days,
            }),
            timezones: result.zones.clone(),
            freshness: result.freshness.map(|at| at.to_string()),
            provisional_from: result.provisional_from.map(|day| day.to_string()),
            source_hash: result.source_hash.clone(),
            notes: result.notes.clone(),
            truncated: result.truncated,
        }
    }
}

/// The answer as a table of text: a head and rows, entities with their id, figures unrounded.
#[must_use]
pub fn table(result: &QueryResult) -> (Vec<String>, Vec<Vec<String>>) {
    let mut head = Vec::new();
    for dimension in &result.dimensions {
        if dimension.entity().is_some() {
            head.push(format!("{dimension}_id"));
        }
        head.push(dimension.to_string());
    }
    head.extend(result.metrics.iter().map(|metric| metric.id.clone()));
    if result.compared_period.is_some() {
        head.extend(result.metrics.iter().map(|metric| format!("{}_compared", metric.id)));
    }
    let line = |row: &trimtab_domain::query::Row| {
        let mut line = Vec::with_capacity(head.len());
        for (dimension, key) in result.dimensions.iter().zip(&row.keys) {
            line.push(key.id.clone());
            if dimension.entity().is_some() {
                line.push(key.name.clone());
            }
        }
        let cells = row.cells.iter().chain(row.compared.iter().flatten());
        line.extend(cells.zip(result.metrics.iter().cycle()).map(|(cell, metric)| match figure(metric, *cell) {
            Value::Null => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        }));
        line
    };
    let rows = result.rows.iter().map(line).collect();
    (head, rows)
}

fn figures(metrics: &[MetricColumn], cells: &[Cell]) -> Map<String, Value> {
    metrics.iter().zip(cells).map(|(metric, cell)| (metric.id.clone(), figure(metric, *cell))).collect()
}

fn figure(metric: &MetricColumn, cell: Cell) -> Value {
    match cell {
        Cell::None => Value::Null,
        Cell::Count(count) => count.into(),
        Cell::Money(micros) => decimal(micros).into(),
        // A cost per something: to the millionth, as amounts are.
        Cell::Number(number) if metric.unit == Unit::Money => format!("{number:.6}").into(),
        Cell::Number(number) => json!(number),
    }
}

fn label(key: &str) -> String {
    let mut text = key.replace('_', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
