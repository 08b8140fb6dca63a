//! Pinterest, held against its own OpenAPI document.
//!
//! Two things the document leaves open are closed here by what it says elsewhere: rows of analytics hold columns that its lists of columns name,
//! and parts of targeting are made as its example shows. Files of reports lie in a storage that the document does not cover; their rows are held
//! against the columns of reports, their requests against the fact sheet (§6).

use super::{
    Specification,
    exchange::Exchange,
    found::{Found, Kind, Verdict, shown},
    only_json,
    openapi::{OpenApi, Operation},
    shape::{Fields, Shape, Words, is_digits},
};
use anyhow::Result;
use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

/// Where the document lies below the folder of specifications.
pub(super) const DOCUMENT: &str = "pinterest/openapi_v5.23.0_ads_subset.json";
/// The version in every path, which the document has in its server's address.
const VERSION: &str = "v5";
/// The schema that lists the columns of reports.
const REPORT_COLUMNS: &str = "ReportingColumnAsync";

/// The document, ready to check by.
#[derive(Debug)]
pub(super) struct Pinterest(OpenApi);

impl Pinterest {
    /// Reads the document.
    ///
    /// # Errors
    /// When it is not there, or of another form.
    pub(super) fn read(specs: &Path) -> Result<Self> {
        Self::of(&super::document(&specs.join(DOCUMENT))?)
    }

    fn of(document: &Value) -> Result<Self> {
        Ok(Self(OpenApi::of(document)?))
    }

    /// A file of a report.
    fn file(&self, exchange: &Exchange, verdict: &mut Verdict) {
        verdict.route = "GET report file".to_owned();
        if exchange.header("authorization").is_some() {
            verdict.request.add(Kind::UnknownField, "report file: header authorization", "authorization", "");
        }
        if !exchange.is_worded() || exchange.status != 200 {
            return;
        }
        let Some(document) = only_json(exchange, &mut verdict.answer) else { return };
        let columns = self.columns(&Shape::Named(REPORT_COLUMNS.to_owned()));
        let Some(lists) = document.as_object() else {
            return verdict.answer.add(Kind::WrongType, "report file", "", shown(&document));
        };
        for (id, rows) in lists {
            let Some(rows) = rows.as_array() else {
                verdict.answer.add(Kind::WrongType, "report file", id, shown(rows));
                continue;
            };
            rows.iter().for_each(|row| check_row(row, &columns, id, &mut verdict.answer));
        }
    }

    /// The words that a list of columns allows.
    fn columns(&self, shape: &Shape) -> BTreeSet<String> {
        match shape {
            Shape::Named(name) => self.0.book.0.get(name).map(|shape| self.columns(shape)).unwrap_or_default(),
            Shape::List(item, _) => self.columns(item),
            Shape::Words(Words { text, .. }) => text.clone(),
            _ => BTreeSet::new(),
        }
    }

    fn answer(&self, operation: &Operation, exchange: &Exchange, found: &mut Found) {
        let Some((document, shape)) = self.0.answer(operation, exchange, found) else { return };
        if exchange.status != 200 {
            return;
        }
        // What the document calls an object of any fields.
        if operation.path.ends_with("/targeting_analytics") {
            found.undescribed.retain(|name| !name.ends_with(".data"));
            self.parts(operation, &document, found);
        } else if operation.path.ends_with("/analytics") {
            let columns = operation.params.iter().find(|param| param.name == "columns").map(|param| self.columns(&param.shape));
            let own = self.own_fields(shape);
            let columns: BTreeSet<String> = columns.into_iter().flatten().chain(own).collect();
            for (number, row) in document.as_array().into_iter().flatten().enumerate() {
                check_row(row, &columns, &format!("[{number}]"), found);
            }
        }
    }

    /// The fields a schema of rows names itself.
    fn own_fields(&self, shape: &Shape) -> Vec<String> {
        match shape {
            Shape::Named(name) => self.0.book.0.get(name).map(|shape| self.own_fields(shape)).unwrap_or_default(),
            Shape::List(item, _) => self.own_fields(item),
            Shape::Fields(Fields { fields, .. }) => fields.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// Parts of a targeting: the document's example is all there is to go by.
    fn parts(&self, operation: &Operation, document: &Value, found: &mut Found) {
        let of = |name: &str| operation.params.iter().find(|param| param.name == name).map(|param| self.columns(&param.shape));
        let types = of("targeting_types").unwrap_or_default();
        let mut columns = of("columns").unwrap_or_default();
        columns.insert("DATE".to_owned());
        let part = Shape::fields(
            "MetricsResponse.data",
            [
                ("targeting_type", Shape::words(types)),
                ("targeting_value", Shape::AnyOf(vec![Shape::Text, Shape::Integer(None, None)])),
                ("metrics", Shape::Any),
            ],
        );
        let part = part.requiring(["targeting_type", "targeting_value", "metrics"]);
        for (number, value) in document["data"].as_array().into_iter().flatten().enumerate() {
            found.append(self.0.book.check(&part, value, "MetricsResponse.data"));
            check_row(&value["metrics"], &columns, &format!("data[{number}].metrics"), found);
        }
    }
}

impl Specification for Pinterest {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn check(&self, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict::default();
        let segments = exchange.segments();
        let (below, operation) = match segments.as_slice() {
            ["async_reports", _] if exchange.method == "GET" => {
                self.file(exchange, &mut verdict);
                return verdict;
            }
            [VERSION, below @ ..] => (below, self.0.operation(&exchange.method, below)),
            below => (below, None),
        };
        match operation {
            Some(operation) => {
                verdict.route = format!("{} {}", operation.method.to_uppercase(), operation.path);
                self.0.request(operation, exchange, below, &mut verdict.request);
                if exchange.is_worded() {
                    self.answer(operation, exchange, &mut verdict.answer);
                }
            }
            None => {
                let ids = |segment: &&str| if is_digits(segment) { "{id}" } else { *segment }.to_owned();
                let path = below.iter().map(ids).collect::<Vec<_>>().join("/");
                verdict.route = format!("{} /{path}", exchange.method);
                verdict.request.add(Kind::UnknownRoute, verdict.route.clone(), "path", exchange.path.clone());
            }
        }
        verdict
    }
}

/// A row of figures: columns that there are, each a number, a text or nothing.
fn check_row(row: &Value, columns: &BTreeSet<String>, at: &str, found: &mut Found) {
    let Some(row) = row.as_object() else {
        return found.add(Kind::WrongType, "row of analytics", at, shown(row));
    };
    for (name, value) in row {
        let at = || format!("{at}.{name}");
        if name == "DATE" {
            if !value.as_str().is_some_and(super::shape::is_day) {
                found.add(Kind::WrongType, "row of analytics: DATE", at(), shown(value));
            }
        } else if !columns.contains(name) {
            found.add(Kind::UnknownField, format!("row of analytics: {name}"), at(), shown(value));
        } else if !(value.is_number() || value.is_string() || value.is_null()) {
            found.add(Kind::WrongType, format!("row of analytics: {name}"), at(), shown(value));
        }
    }
}

#[cfg(test)]
mod tests;
