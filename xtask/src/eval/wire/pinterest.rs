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
    schema::Schemas,
    shape::{Book, Fields, Shape, Words, is_digits},
};
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Where the document lies below the folder of specifications.
pub(super) const DOCUMENT: &str = "pinterest/openapi_v5.23.0_ads_subset.json";
/// The version in every path, which the document has in its server's address.
const VERSION: &str = "v5";
/// The schema that lists the columns of reports.
const REPORT_COLUMNS: &str = "ReportingColumnAsync";

/// The document, ready to check by.
#[derive(Debug)]
pub(super) struct Pinterest {
    name: String,
    operations: Vec<Operation>,
    book: Book,
}

#[derive(Debug)]
struct Operation {
    method: String,
    /// `/ad_accounts/{ad_account_id}/ads`.
    path: String,
    params: Vec<Param>,
    /// By media type; empty where there is no body.
    bodies: BTreeMap<String, Shape>,
    /// By status, or `default`; `None` where nothing is said of the document.
    answers: BTreeMap<String, Option<Shape>>,
}

#[derive(Debug)]
struct Param {
    name: String,
    in_path: bool,
    required: bool,
    /// Several values travel as one, joined by commas.
    joined: bool,
    shape: Shape,
}

impl Pinterest {
    /// Reads the document.
    ///
    /// # Errors
    /// When it is not there, or of another form.
    pub(super) fn read(specs: &Path) -> Result<Self> {
        Self::of(&super::document(&specs.join(DOCUMENT))?)
    }

    fn of(document: &Value) -> Result<Self> {
        let paths = document["paths"].as_object().context("the OpenAPI document has no paths")?;
        let named = document["components"]["schemas"].as_object();
        let schemas = Schemas { named };
        let book = named.into_iter().flatten().map(|(name, schema)| (name.clone(), schemas.shape(schema, name))).collect();
        let mut operations = Vec::new();
        for (path, item) in paths {
            for (method, operation) in item.as_object().into_iter().flatten().filter(|(method, _)| *method != "parameters") {
                operations.push(Operation::read(document, schemas, (path.as_str(), item), method, operation));
            }
        }
        let name = format!("OpenAPI document {}", document["info"]["version"].as_str().unwrap_or("without a version"));
        Ok(Self { name, operations, book: Book(book) })
    }

    /// The operation of a path below the version; one with fewer parameters in its path first.
    fn operation(&self, method: &str, segments: &[&str]) -> Result<&Operation, Kind> {
        let mut at_path: Vec<&Operation> = self.operations.iter().filter(|operation| operation.is_at(segments)).collect();
        at_path.sort_by_key(|operation| operation.path.matches('{').count());
        at_path.into_iter().find(|operation| operation.method.eq_ignore_ascii_case(method)).ok_or(Kind::UnknownRoute)
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
            Shape::Named(name) => self.book.0.get(name).map(|shape| self.columns(shape)).unwrap_or_default(),
            Shape::List(item, _) => self.columns(item),
            Shape::Words(Words { text, .. }) => text.clone(),
            _ => BTreeSet::new(),
        }
    }

    fn request(&self, operation: &Operation, exchange: &Exchange, segments: &[&str], found: &mut Found) {
        let place = |name: &str| format!("{}: {name}", operation.path);
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in exchange.params() {
            given.entry(name).or_default().push(value);
        }
        for (name, values) in &given {
            let Some(param) = operation.params.iter().find(|param| !param.in_path && param.name == *name) else {
                found.add(Kind::UnknownField, place(name), "query", values.join("&"));
                continue;
            };
            self.param(param, values, &place(name), found);
        }
        for param in operation.params.iter().filter(|param| param.required && !param.in_path && !given.contains_key(&param.name)) {
            found.add(Kind::MissingRequired, place(&param.name), "query", "");
        }
        for (segment, value) in operation.path.split('/').filter(|segment| !segment.is_empty()).zip(segments) {
            let name = segment.trim_matches(['{', '}']);
            if let Some(param) = operation.params.iter().find(|param| param.in_path && param.name == name) {
                found.append(self.book.check_text(&param.shape, value, &place(name)));
            }
        }
        self.body(operation, exchange, found);
    }

    fn param(&self, param: &Param, values: &[String], place: &str, found: &mut Found) {
        let Shape::List(item, most) = &param.shape else {
            if values.len() > 1 {
                found.add(Kind::WrongType, place, "query", format!("given {} times", values.len()));
            }
            return values.iter().for_each(|value| found.append(self.book.check_text(&param.shape, value, place)));
        };
        let values: Vec<&str> = match values {
            [joined] if param.joined => joined.split(',').collect(),
            values => values.iter().map(String::as_str).collect(),
        };
        if most.is_some_and(|most| values.len() > most) {
            found.add(Kind::OutOfBounds, place, "query", format!("{} items", values.len()));
        }
        values.into_iter().for_each(|value| found.append(self.book.check_text(item, value, place)));
    }

    fn body(&self, operation: &Operation, exchange: &Exchange, found: &mut Found) {
        let place = format!("{}: body", operation.path);
        if operation.bodies.is_empty() || exchange.body.is_empty() {
            match (operation.bodies.is_empty(), exchange.body.is_empty()) {
                (true, false) => found.add(Kind::UnknownField, place, "body", ""),
                (false, true) => found.add(Kind::MissingRequired, place, "body", ""),
                _ => {}
            }
            return;
        }
        let media = exchange.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let Some(shape) = operation.bodies.get(media) else {
            return found.add(Kind::WrongType, place, "body", format!("sent as {media}"));
        };
        let document = if media == "application/x-www-form-urlencoded" {
            Value::Object(exchange.form().into_iter().map(|(name, value)| (name, Value::from(value))).collect::<Map<_, _>>())
        } else {
            match serde_json::from_str(&exchange.body) {
                Ok(document) => document,
                Err(_) => return found.add(Kind::WrongType, place, "body", "no JSON"),
            }
        };
        found.append(self.book.check(shape, &document, &place));
    }

    fn answer(&self, operation: &Operation, exchange: &Exchange, found: &mut Found) {
        let status = exchange.status.to_string();
        let Some(shape) = operation.answers.get(&status).or_else(|| operation.answers.get("default")) else {
            return found.add(Kind::UnknownRoute, format!("{}: status {status}", operation.path), "status", status);
        };
        let Some(document) = only_json(exchange, found) else { return };
        let Some(shape) = shape else { return };
        found.append(self.book.check(shape, &document, &operation.path));
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
            Shape::Named(name) => self.book.0.get(name).map(|shape| self.own_fields(shape)).unwrap_or_default(),
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
            found.append(self.book.check(&part, value, "MetricsResponse.data"));
            check_row(&value["metrics"], &columns, &format!("data[{number}].metrics"), found);
        }
    }
}

impl Specification for Pinterest {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict::default();
        let segments = exchange.segments();
        let (below, operation) = match segments.as_slice() {
            ["async_reports", _] if exchange.method == "GET" => {
                self.file(exchange, &mut verdict);
                return verdict;
            }
            [VERSION, below @ ..] => (below, self.operation(&exchange.method, below)),
            below => (below, Err(Kind::UnknownRoute)),
        };
        match operation {
            Ok(operation) => {
                verdict.route = format!("{} {}", operation.method.to_uppercase(), operation.path);
                self.request(operation, exchange, below, &mut verdict.request);
                if exchange.is_worded() {
                    self.answer(operation, exchange, &mut verdict.answer);
                }
            }
            Err(kind) => {
                let ids = |segment: &&str| if is_digits(segment) { "{id}" } else { *segment }.to_owned();
                let path = below.iter().map(ids).collect::<Vec<_>>().join("/");
                verdict.route = format!("{} /{path}", exchange.method);
                verdict.request.add(kind, verdict.route.clone(), "path", exchange.path.clone());
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

impl Operation {
    fn read(document: &Value, schemas: Schemas<'_>, (path, item): (&str, &Value), method: &str, operation: &Value) -> Self {
        let all = |of: &Value| of["parameters"].as_array().cloned().unwrap_or_default();
        let params = all(operation).into_iter().chain(all(item)).map(|param| {
            let param = match param["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
                Some(pointer) => document.pointer(pointer).cloned().unwrap_or(Value::Null),
                None => param,
            };
            let name = param["name"].as_str().unwrap_or_default().to_owned();
            Param {
                in_path: param["in"] == "path",
                required: param["required"] == true,
                joined: param["explode"] == false,
                shape: schemas.shape(&param["schema"], &name),
                name,
            }
        });
        let content = |of: &Value, name: &str| -> BTreeMap<String, Shape> {
            let media = of["content"].as_object().into_iter().flatten();
            media.map(|(media, of)| (media.clone(), schemas.shape(&of["schema"], name))).collect()
        };
        let answers = operation["responses"].as_object().into_iter().flatten();
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            params: params.collect(),
            bodies: content(&operation["requestBody"], &format!("{path}: body")),
            answers: answers.map(|(status, of)| (status.clone(), content(of, path).remove("application/json"))).collect(),
        }
    }

    fn is_at(&self, segments: &[&str]) -> bool {
        let own: Vec<&str> = self.path.split('/').filter(|segment| !segment.is_empty()).collect();
        own.len() == segments.len() && own.iter().zip(segments).all(|(own, given)| own.starts_with('{') || own == given)
    }
}

#[cfg(test)]
mod tests;
