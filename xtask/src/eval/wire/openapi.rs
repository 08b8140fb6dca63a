//! Requests and answers, held against an OpenAPI document: paths, parameters, headers, bodies and answers by status.

use super::{
    exchange::Exchange,
    found::{Found, Kind},
    only_json,
    schema::Schemas,
    shape::{Book, Shape},
};
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A document, ready to check by.
#[derive(Debug)]
pub(super) struct OpenApi {
    pub(super) name: String,
    pub(super) book: Book,
    operations: Vec<Operation>,
}

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) method: String,
    /// `/ad_accounts/{ad_account_id}/ads`.
    pub(super) path: String,
    pub(super) params: Vec<Param>,
    /// By media type; empty where there is no body.
    bodies: BTreeMap<String, Shape>,
    /// By status (`200`, `4XX`), or `default`; `None` where nothing is said of the document.
    answers: BTreeMap<String, Option<Shape>>,
}

#[derive(Debug)]
pub(super) struct Param {
    pub(super) name: String,
    place: Place,
    required: bool,
    /// Several values travel as one, joined by commas.
    joined: bool,
    pub(super) shape: Shape,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
    Header,
}

impl OpenApi {
    /// Reads a document.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn of(document: &Value) -> Result<Self> {
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

    /// The operation of a path; one with fewer parameters in its path first.
    pub(super) fn operation(&self, method: &str, segments: &[&str]) -> Option<&Operation> {
        let mut at_path: Vec<&Operation> = self.operations.iter().filter(|operation| operation.is_at(segments)).collect();
        at_path.sort_by_key(|operation| operation.path.matches('{').count());
        at_path.into_iter().find(|operation| operation.method.eq_ignore_ascii_case(method))
    }

    pub(super) fn request(&self, operation: &Operation, exchange: &Exchange, segments: &[&str], found: &mut Found) {
        let place = |name: &str| format!("{}: {name}", operation.path);
        let of = |at: Place| operation.params.iter().filter(move |param| param.place == at);
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in exchange.params() {
            given.entry(name).or_default().push(value);
        }
        for (name, values) in &given {
            let Some(param) = of(Place::Query).find(|param| param.name == *name) else {
                found.add(Kind::UnknownField, place(name), "query", values.join("&"));
                continue;
            };
            self.param(param, values, &place(name), found);
        }
        for param in of(Place::Query).filter(|param| param.required && !given.contains_key(&param.name)) {
            found.add(Kind::MissingRequired, place(&param.name), "query", "");
        }
        for param in of(Place::Header) {
            match exchange.header(&param.name.to_ascii_lowercase()) {
                Some(value) => found.append(self.book.check_text(&param.shape, value, &place(&param.name))),
                None if param.required => found.add(Kind::MissingRequired, place(&param.name), "headers", ""),
                None => {}
            }
        }
        for (segment, value) in operation.path.split('/').filter(|segment| !segment.is_empty()).zip(segments) {
            let name = segment.trim_matches(['{', '}']);
            if let Some(param) = of(Place::Path).find(|param| param.name == name) {
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

    /// Holds an answer against what is said of its status; the document and its shape, where both are known.
    pub(super) fn answer<'o>(
        &self,
        operation: &'o Operation,
        exchange: &Exchange,
        found: &mut Found,
    ) -> Option<(Value, &'o Shape)> {
        let status = exchange.status.to_string();
        let class = format!("{}XX", exchange.status / 100);
        let said = [status.as_str(), &class, "default"].into_iter().find_map(|status| operation.answers.get(status));
        let Some(shape) = said else {
            found.add(Kind::UnknownRoute, format!("{}: status {status}", operation.path), "status", status);
            return None;
        };
        let document = only_json(exchange, found)?;
        let shape = shape.as_ref()?;
        found.append(self.book.check(shape, &document, &operation.path));
        Some((document, shape))
    }
}

/// What a reference stands for, or the thing itself.
fn resolved<'d>(document: &'d Value, of: &'d Value) -> &'d Value {
    let pointer = of["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.map_or(of, |pointer| document.pointer(pointer).unwrap_or(&Value::Null))
}

/// Whether a media type is JSON: `application/json`, `application/vnd.api+json`.
fn is_json(media: &str) -> bool {
    media == "application/json" || media.ends_with("+json")
}

impl Operation {
    fn read(document: &Value, schemas: Schemas<'_>, (path, item): (&str, &Value), method: &str, operation: &Value) -> Self {
        let all = |of: &Value| of["parameters"].as_array().cloned().unwrap_or_default();
        let params = all(operation).into_iter().chain(all(item)).map(|param| {
            let param = resolved(document, &param);
            let name = param["name"].as_str().unwrap_or_default().to_owned();
            Param {
                place: match param["in"].as_str() {
                    Some("path") => Place::Path,
                    Some("header") => Place::Header,
                    _ => Place::Query,
                },
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
        // What many operations share is called by its own name.
        let answer = |of: &Value| {
            let name = of["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).unwrap_or(path);
            content(resolved(document, of), name).into_iter().find(|(media, _)| is_json(media))
        };
        let answers = operation["responses"].as_object().into_iter().flatten();
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            params: params.collect(),
            bodies: content(&operation["requestBody"], &format!("{path}: body")),
            answers: answers.map(|(status, of)| (status.clone(), answer(of).map(|(_, shape)| shape))).collect(),
        }
    }

    fn is_at(&self, segments: &[&str]) -> bool {
        let own: Vec<&str> = self.path.split('/').filter(|segment| !segment.is_empty()).collect();
        own.len() == segments.len() && own.iter().zip(segments).all(|(own, given)| own.starts_with('{') || own == given)
    }
}
