//! TikTok, held against what its own software kit says of requests.
//!
//! The kit types no answer. What can be held against it are the envelope and its codes, the words it lists anywhere for a field of the same
//! name, the figures it lists for reports, and the fields that an object can be made or changed with; what the fact sheet (§3 to §5) says besides
//! stands in a table of `object`. A field that is neither there nor here is unknown. Whatever an answer holds may be null.

mod object;

use super::{
    Specification,
    exchange::Exchange,
    found::{Found, Kind, Verdict, shown},
    only_json,
    schema::Schemas,
    shape::{Book, Fields, Shape, Words},
};
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Where the specification lies below the folder of specifications.
const DOCUMENT: &str = "tiktok/tiktok_v1.3_subset.json";
const BASE: &str = "/open_api/v1.3";
/// The report that lists figures by name; the others take the same.
const METRICS_OF: &str = "/smart_plus/material_report/overview/";
const REPORT: &str = "/report/integrated/get/";
/// Figures and properties that reports give besides (fact sheet, §4).
const METRICS: [&str; 8] =
    ["ad_name", "adgroup_id", "adgroup_name", "campaign_automation_type", "campaign_id", "campaign_name", "frequency", "reach"];

/// The specification, ready to check by.
#[derive(Debug)]
pub(super) struct Tiktok {
    endpoints: BTreeMap<String, Endpoint>,
    book: Book,
    codes: BTreeSet<u64>,
    metrics: BTreeSet<String>,
}

#[derive(Debug)]
struct Endpoint {
    method: String,
    params: Vec<Param>,
    body: Option<Shape>,
}

#[derive(Debug)]
struct Param {
    name: String,
    required: bool,
    /// Travels as JSON text.
    json: bool,
    shape: Shape,
}

impl Tiktok {
    /// Reads the specification.
    ///
    /// # Errors
    /// When it is not there, or of another form.
    pub(super) fn read(specs: &Path) -> Result<Self> {
        Self::of(&super::document(&specs.join(DOCUMENT))?)
    }

    fn of(document: &Value) -> Result<Self> {
        let described = document["endpoints"].as_object().context("the specification has no endpoints")?;
        let vocabulary = object::Vocabulary::of(described);
        let endpoints = described.iter().map(|(path, of)| (path.clone(), Endpoint::read(path, of, &vocabulary)));
        let codes = document["numeric_return_codes"].as_object().into_iter().flatten();
        let metrics = described.get(METRICS_OF).and_then(|of| vocabulary.words_of_param(of, "metrics"));
        Ok(Self {
            endpoints: endpoints.collect(),
            book: Book(object::all(described, &vocabulary)),
            codes: codes.filter_map(|(code, _)| code.parse().ok()).collect(),
            metrics: metrics.into_iter().flatten().chain(METRICS.map(str::to_owned)).collect(),
        })
    }

    fn request(&self, path: &str, endpoint: &Endpoint, exchange: &Exchange, found: &mut Found) {
        let place = |name: &str| format!("{path}: {name}");
        if exchange.header("access-token").is_none() && !path.starts_with("/oauth2/access_token") {
            found.add(Kind::MissingRequired, place("header access-token"), "headers", "");
        }
        let given = exchange.params();
        for (name, value) in &given {
            let Some(param) = endpoint.params.iter().find(|param| param.name == *name) else {
                found.add(Kind::UnknownField, place(name), "query", value);
                continue;
            };
            if !param.json {
                found.append(self.book.check_text(&param.shape, value, &place(name)));
                continue;
            }
            match serde_json::from_str::<Value>(value) {
                Ok(document) => {
                    found.append(self.book.check(&param.shape, &document, &place(name)));
                    self.names(path, name, &document, found);
                }
                Err(_) => found.add(Kind::WrongType, place(name), "query", value),
            }
        }
        for param in endpoint.params.iter().filter(|param| param.required && !given.iter().any(|(name, _)| *name == param.name)) {
            found.add(Kind::MissingRequired, place(&param.name), "query", "");
        }
        match (&endpoint.body, exchange.body.is_empty()) {
            (Some(shape), false) => match serde_json::from_str(&exchange.body) {
                Ok(document) => found.append(self.book.check(shape, &document, &place("body"))),
                Err(_) => found.add(Kind::WrongType, place("body"), "body", "no JSON"),
            },
            (Some(_), true) => found.add(Kind::MissingRequired, place("body"), "body", ""),
            (None, false) => found.add(Kind::UnknownField, place("body"), "body", ""),
            (None, true) => {}
        }
    }

    /// The names a request asks for, of fields and of figures.
    fn names(&self, path: &str, param: &str, list: &Value, found: &mut Found) {
        let of_object = object::of(path).and_then(|object| match self.book.0.get(object) {
            Some(Shape::Fields(fields)) => Some(fields.fields.keys().cloned().collect()),
            _ => None,
        });
        let known: Option<BTreeSet<String>> = match param {
            "fields" => of_object,
            "metrics" if path == REPORT => Some(self.metrics.clone()),
            _ => None,
        };
        let Some(known) = known else { return };
        for name in list.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|name| !known.contains(*name)) {
            found.add(Kind::UnknownField, format!("{path}: {param} {name}"), param, name);
        }
    }

    fn answer(&self, path: &str, exchange: &Exchange, found: &mut Found) {
        let Some(document) = only_json(exchange, found) else { return };
        let data = match object::of(path) {
            _ if document["code"] != 0 => Shape::Any,
            _ if path == REPORT => listed(self.row(exchange)),
            Some("Advertiser") => Shape::fields("Advertisers", [("list", Shape::list(Shape::Named("Advertiser".to_owned())))]),
            Some(object) => listed(Shape::Named(object.to_owned())),
            None => Shape::Undescribed(format!("{path}: data")),
        };
        let fields = [("code", Shape::Integer(None, None)), ("message", Shape::Text), ("request_id", Shape::Text), ("data", data)];
        let envelope = Shape::fields("Envelope", fields).requiring(["code", "message", "request_id", "data"]);
        found.append(self.book.check(&envelope, &document, "answer"));
        if !document["code"].as_u64().is_some_and(|code| self.codes.contains(&code)) {
            found.add(Kind::WrongEnum, format!("Envelope.code = {}", document["code"]), "code", shown(&document["code"]));
        }
    }

    /// A row of a report: the dimensions and figures that were asked for, each a text.
    fn row(&self, exchange: &Exchange) -> Shape {
        let params = exchange.params();
        let asked = |name: &str| -> Vec<String> {
            let text = params.iter().find(|(param, _)| param == name).map_or("[]", |(_, text)| text.as_str());
            serde_json::from_str(text).unwrap_or_default()
        };
        let texts = |name: &str, of: Vec<String>| {
            let required = of.iter().cloned().collect();
            let fields = of.into_iter().map(|field| (field, Shape::Text)).collect();
            Shape::Fields(Fields { name: name.to_owned(), fields, required, rest: None })
        };
        let row = [("dimensions", texts("dimensions", asked("dimensions"))), ("metrics", texts("metrics", asked("metrics")))];
        Shape::fields("Row", row).requiring(["dimensions", "metrics"])
    }
}

impl Specification for Tiktok {
    fn name(&self) -> &str {
        "software kit of v1.3"
    }

    fn check(&self, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict { route: format!("{} {}", exchange.method, exchange.path), ..Verdict::default() };
        let path = exchange.path.strip_prefix(BASE).unwrap_or_default();
        let endpoint = self.endpoints.get(path).filter(|endpoint| endpoint.method == exchange.method);
        match endpoint {
            None => verdict.request.add(Kind::UnknownRoute, verdict.route.clone(), "path", exchange.path.clone()),
            Some(endpoint) => {
                verdict.route = format!("{} {path}", exchange.method);
                self.request(path, endpoint, exchange, &mut verdict.request);
                if exchange.is_worded() {
                    self.answer(path, exchange, &mut verdict.answer);
                }
            }
        }
        verdict
    }
}

impl Endpoint {
    fn read(path: &str, of: &Value, vocabulary: &object::Vocabulary) -> Self {
        let schemas = Schemas { named: None };
        let fields = |name: &str, of: &Map<String, Value>| {
            let shapes = of.iter().map(|(field, said)| (field.clone(), vocabulary.shape(path, field, &said["type"])));
            let required = of.iter().filter(|(_, said)| said["required"] == true).map(|(field, _)| field.clone());
            Shape::Fields(Fields {
                name: format!("{path}: {name}"),
                fields: shapes.collect(),
                required: required.collect(),
                rest: None,
            })
        };
        let filtering = of["filtering_fields"].as_object().map(|of| fields("filtering", of));
        let params = of["params"].as_array().into_iter().flatten().map(|param| match param.as_str() {
            // A name alone, with its notation behind it.
            Some(text) => {
                let name = text.trim_end_matches("(json)");
                let shape = match name {
                    "filtering" => filtering.clone().unwrap_or(Shape::Any),
                    "page" => Shape::Integer(Some(1), None),
                    "page_size" => Shape::Integer(Some(1), Some(1_000)),
                    "advertiser_id" => Shape::Digits,
                    _ => Shape::list(Shape::Text),
                };
                Param { name: name.to_owned(), required: name == "advertiser_id", json: text.ends_with("(json)"), shape }
            }
            None => {
                let name = param["name"].as_str().unwrap_or_default().to_owned();
                let shape = schemas.shape(&param["schema"], &format!("{path}: {name}"));
                Param { required: param["required"] == true, json: param["encoding"] == "json-string", shape, name }
            }
        });
        let body = match (&of["body"], of["body_fields"].as_object()) {
            (schema, _) if schema.is_object() => Some(schemas.shape(schema, &format!("{path}: body"))),
            (_, Some(of)) => Some(fields("body", of)),
            _ => None,
        };
        Self { method: of["method"].as_str().unwrap_or("GET").to_owned(), params: params.collect(), body }
    }
}

/// A list with the page it is.
fn listed(item: Shape) -> Shape {
    let number = || Shape::Integer(Some(0), None);
    let page = [("page", number()), ("page_size", number()), ("total_number", number()), ("total_page", number())];
    let page = Shape::fields("PageInfo", page).requiring(["page", "page_size", "total_number", "total_page"]);
    Shape::fields("Data", [("list", Shape::list(item)), ("page_info", page)]).requiring(["list", "page_info"])
}

/// Two lists of words as one.
fn joined(one: Option<Words>, other: Words) -> Words {
    let mut whole = one.unwrap_or_default();
    whole.text.extend(other.text);
    whole
}

#[cfg(test)]
mod tests;
