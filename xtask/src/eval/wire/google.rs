//! Google Ads, held against the messages of its own protocol definition: paths, documents, and every name and word of a query.
//!
//! Of the token endpoint, which is another service, the fact sheet (§2) is all there is to go by; so it is of the envelope of errors (§5).

mod query;

use super::{
    Specification,
    exchange::Exchange,
    found::{Found, Kind, Verdict},
    only_json,
    shape::{Book, Fields, Shape, is_day, is_digits},
};
use anyhow::{Context, Result};
use query::Query;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

/// Where the specification lies below the folder of specifications.
const DOCUMENT: &str = "google-ads/googleads_v25_subset.json";
const ROW: &str = "services.GoogleAdsRow";
/// Words of `DURING` (fact sheet, §4).
const PERIODS: [&str; 14] = [
    "TODAY",
    "YESTERDAY",
    "LAST_7_DAYS",
    "LAST_14_DAYS",
    "LAST_30_DAYS",
    "LAST_BUSINESS_WEEK",
    "LAST_MONTH",
    "LAST_WEEK_MON_SUN",
    "LAST_WEEK_SUN_SAT",
    "THIS_MONTH",
    "THIS_WEEK_MON_TODAY",
    "THIS_WEEK_SUN_TODAY",
    "THIS_WEEK_MON_SUN",
    "THIS_WEEK_SUN_SAT",
];
/// Codes of `google.rpc.Code` that answers carry as words.
const STATUSES: [&str; 10] = [
    "INVALID_ARGUMENT",
    "UNAUTHENTICATED",
    "PERMISSION_DENIED",
    "NOT_FOUND",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DEADLINE_EXCEEDED",
];

/// The specification, ready to check by.
#[derive(Debug)]
pub(super) struct Google {
    name: String,
    book: Book,
    /// Of each message, its fields by their names in the protocol, and the message or list of words each holds.
    names: BTreeMap<String, BTreeMap<String, Option<String>>>,
    calls: Vec<Rpc>,
}

/// One method of a service.
#[derive(Debug)]
struct Rpc {
    name: String,
    /// `/v25/customers/*/googleAds:search`.
    path: String,
}

impl Rpc {
    fn verb(&self) -> &'static str {
        if self.reads() { "GET" } else { "POST" }
    }

    fn reads(&self) -> bool {
        self.name.starts_with("List") || self.name.starts_with("Get")
    }

    /// The stem of its messages' names.
    fn stem(&self) -> &str {
        match self.name.as_str() {
            "Search" => "SearchGoogleAds",
            "SearchStream" => "SearchGoogleAdsStream",
            name => name,
        }
    }
}

impl Google {
    /// Reads the specification.
    ///
    /// # Errors
    /// When it is not there, or of another form.
    pub(super) fn read(specs: &Path) -> Result<Self> {
        Self::of(&super::document(&specs.join(DOCUMENT))?)
    }

    fn of(document: &Value) -> Result<Self> {
        let section = |name: &str| document[name].as_object().with_context(|| format!("the specification has no {name}"));
        let (mut book, mut names) = (BTreeMap::new(), BTreeMap::new());
        for (name, fields) in section("messages")? {
            let fields: Vec<_> = fields.as_object().into_iter().flatten().collect();
            let shapes = fields.iter().map(|(json, of)| ((*json).clone(), shape(of)));
            let short = name.rsplit('.').next().unwrap_or(name).to_owned();
            book.insert(name.clone(), Shape::Fields(Fields { name: short, fields: shapes.collect(), ..Fields::default() }));
            let by_proto = fields
                .iter()
                .map(|(json, of)| (of["proto"].as_str().unwrap_or(json).to_owned(), of["ref"].as_str().map(str::to_owned)));
            names.insert(name.clone(), by_proto.collect());
        }
        for (section, prefix) in [(section("enums")?, ""), (section("errors")?, "errors.")] {
            for (name, words) in section {
                let words = words.as_array().into_iter().flatten().filter_map(Value::as_str);
                book.insert(format!("{prefix}{name}"), Shape::words(words));
            }
        }
        let calls = document["http"].as_array().into_iter().flatten();
        let calls = calls
            .filter_map(|call| Some(Rpc { name: call["method"].as_str()?.to_owned(), path: wildcards(call["path"].as_str()?) }));
        let name = format!("protocol definition {}", document["version"].as_str().unwrap_or("without a version"));
        Ok(Self { name, book: Book(book), names, calls: calls.collect() })
    }

    fn rpc(&self, exchange: &Exchange) -> Option<&Rpc> {
        let given: Vec<&str> = exchange.path.split('/').collect();
        let is_there = |path: &str| {
            let own: Vec<&str> = path.split('/').collect();
            own.len() == given.len() && own.iter().zip(&given).all(|(own, given)| *own == "*" || own == given)
        };
        self.calls.iter().find(|call| is_there(&call.path) && call.verb() == exchange.method)
    }

    fn request(&self, rpc: &Rpc, exchange: &Exchange, found: &mut Found) {
        for (name, _) in exchange.params() {
            found.add(Kind::UnknownField, format!("{}: parameter {name}", rpc.stem()), "query", "");
        }
        if exchange.header("authorization").is_none_or(|value| !value.starts_with("Bearer ")) {
            found.add(Kind::MissingRequired, "header authorization", "headers", "");
        }
        if exchange.header("developer-token").is_some_and(str::is_empty) {
            found.add(Kind::WrongType, "header developer-token", "headers", "empty");
        }
        if let Some(login) = exchange.header("login-customer-id").filter(|login| !is_digits(login)) {
            found.add(Kind::WrongType, "header login-customer-id", "headers", login);
        }
        if rpc.reads() {
            return;
        }
        let Ok(document) = serde_json::from_str::<Value>(&exchange.body) else {
            return found.add(Kind::WrongType, format!("{}Request", rpc.stem()), "body", "no JSON");
        };
        found.append(self.book.check(&Shape::Named(format!("services.{}Request", rpc.stem())), &document, rpc.stem()));
        if rpc.name.starts_with("Search") {
            match document["query"].as_str().map(Query::parse) {
                None => found.add(Kind::MissingRequired, format!("{}Request.query", rpc.stem()), "body", ""),
                Some(Err(why)) => found.add(Kind::WrongType, "query", "query", why),
                Some(Ok(query)) => self.query(&query, found),
            }
        }
    }

    /// Every name and word of a query.
    fn query(&self, query: &Query, found: &mut Found) {
        if !self.names.get(ROW).is_some_and(|row| row.contains_key(&query.from)) {
            found.add(Kind::UnknownField, format!("query: FROM {}", query.from), "query", "");
        }
        for field in query.select.iter().chain(&query.order) {
            self.field(field, found);
        }
        for condition in &query.conditions {
            let words = self.field(&condition.field, found);
            let place = format!("query: {}", condition.field);
            for value in &condition.values {
                let fits = match (condition.operator.as_str(), &words) {
                    ("DURING", _) => PERIODS.contains(&value.as_str()),
                    (_, Some(Shape::Words(words))) => words.text.contains(value),
                    _ if condition.field == "segments.date" => is_day(value),
                    _ => true,
                };
                if !fits {
                    found.add(Kind::WrongEnum, format!("{place} = '{value}'"), "query", value);
                }
            }
        }
    }

    /// What a dotted name of a query stands for; `None` where it is not described, or there is no such name.
    fn field(&self, path: &str, found: &mut Found) -> Option<&Shape> {
        let mut message = ROW.to_owned();
        let mut steps = path.split('.').peekable();
        while let Some(step) = steps.next() {
            let Some(fields) = self.names.get(&message) else {
                found.undescribed.insert(message);
                return None;
            };
            match (fields.get(step), steps.peek()) {
                (Some(holds), None) => return holds.as_ref().and_then(|holds| self.book.0.get(holds)),
                (Some(Some(holds)), Some(_)) => message.clone_from(holds),
                // No such field, or nothing below it.
                (None, _) | (Some(None), Some(_)) => {
                    found.add(Kind::UnknownField, format!("query: {path}"), "query", "");
                    return None;
                }
            }
        }
        None
    }

    fn answer(&self, rpc: &Rpc, exchange: &Exchange, found: &mut Found) {
        let Some(document) = only_json(exchange, found) else { return };
        let listed = rpc.name == "SearchStream";
        if exchange.status != 200 {
            let envelope = error();
            let envelope = if listed { Shape::list(envelope) } else { envelope };
            found.append(self.book.check(&envelope, &document, "error"));
            let one = if listed { &document[0] } else { &document };
            for detail in one["error"]["details"].as_array().into_iter().flatten() {
                self.detail(detail, found);
            }
            return;
        }
        let answer = Shape::Named(format!("services.{}Response", rpc.stem()));
        let answer = if listed { Shape::list(answer) } else { answer };
        found.append(self.book.check(&answer, &document, rpc.stem()));
    }

    /// A detail of an error, by the type it names.
    fn detail(&self, detail: &Value, found: &mut Found) {
        let kind = detail["@type"].as_str().unwrap_or_default();
        let shape = match kind.rsplit('.').next() {
            Some("GoogleAdsFailure") => Shape::Named("errors.GoogleAdsFailure".to_owned()),
            Some("ErrorInfo") => Shape::fields(
                "ErrorInfo",
                [
                    ("reason", Shape::Text),
                    ("domain", Shape::Text),
                    ("metadata", Shape::Undescribed("ErrorInfo.metadata".to_owned())),
                ],
            ),
            Some("BadRequest") => {
                let violation = Shape::fields("FieldViolation", [("field", Shape::Text), ("description", Shape::Text)]);
                Shape::fields("BadRequest", [("fieldViolations", Shape::list(violation))])
            }
            _ => return found.add(Kind::UnknownField, format!("error detail {kind}"), "error.details", kind),
        };
        let mut bare = detail.clone();
        if let Some(fields) = bare.as_object_mut() {
            fields.remove("@type");
        }
        found.append(self.book.check(&shape, &bare, kind));
    }
}

impl Specification for Google {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict::default();
        if exchange.path == "/token" {
            token(exchange, &mut verdict);
            return verdict;
        }
        let ids = |segment: &str| if is_digits(segment) { "*".to_owned() } else { segment.to_owned() };
        let path: Vec<String> = exchange.path.split('/').map(ids).collect();
        verdict.route = format!("{} {}", exchange.method, path.join("/"));
        match self.rpc(exchange) {
            None => verdict.request.add(Kind::UnknownRoute, verdict.route.clone(), "path", exchange.path.clone()),
            Some(rpc) => {
                self.request(rpc, exchange, &mut verdict.request);
                if exchange.is_worded() {
                    self.answer(rpc, exchange, &mut verdict.answer);
                }
            }
        }
        verdict
    }
}

/// Holds an exchange with Google's token endpoint against the fact sheet.
pub(super) fn token(exchange: &Exchange, verdict: &mut Verdict) {
    verdict.route = "POST token".to_owned();
    let given = exchange.form();
    const PARAMS: [&str; 4] = ["grant_type", "client_id", "client_secret", "refresh_token"];
    for (name, _) in given.iter().filter(|(name, _)| !PARAMS.contains(&name.as_str())) {
        verdict.request.add(Kind::UnknownField, format!("token: {name}"), "body", "");
    }
    for name in PARAMS.iter().filter(|name| !given.iter().any(|(given, _)| given == *name)) {
        verdict.request.add(Kind::MissingRequired, format!("token: {name}"), "body", "");
    }
    if let Some((_, grant)) = given.iter().find(|(name, value)| name == "grant_type" && value != "refresh_token") {
        verdict.request.add(Kind::WrongEnum, format!("token: grant_type = '{grant}'"), "body", grant);
    }
    if !exchange.is_worded() {
        return;
    }
    let Some(document) = only_json(exchange, &mut verdict.answer) else { return };
    let good = [
        ("access_token", Shape::Text),
        ("expires_in", Shape::Integer(Some(0), None)),
        ("scope", Shape::Text),
        ("token_type", Shape::words(["Bearer"])),
    ];
    let good = Shape::fields("Token", good).requiring(["access_token", "expires_in", "token_type"]);
    let bad = Shape::fields("TokenError", [("error", Shape::Text), ("error_description", Shape::Text)]).requiring(["error"]);
    let shape = if exchange.status == 200 { good } else { bad };
    verdict.answer.append(Book::default().check(&shape, &document, "token"));
}

/// The envelope of an error. Its details are looked at by the type they name.
pub(super) fn error() -> Shape {
    let fields = [
        ("code", Shape::Integer(Some(400), Some(599))),
        ("message", Shape::Text),
        ("status", Shape::words(STATUSES)),
        ("details", Shape::list(Shape::Any)),
    ];
    Shape::fields("ErrorEnvelope", [("error", Shape::fields("Error", fields).requiring(["code", "message", "status"]))])
        .requiring(["error"])
}

/// A field of a message as JSON has it.
fn shape(field: &Value) -> Shape {
    let named = || field["ref"].as_str().unwrap_or_default();
    let one = match field["type"].as_str().unwrap_or_default() {
        "message" => match named() {
            ".google.protobuf.FieldMask" | ".google.protobuf.Duration" | ".google.protobuf.Timestamp" => Shape::Text,
            name => Shape::Named(name.to_owned()),
        },
        "enum" => Shape::Named(named().to_owned()),
        "int64" | "uint64" => Shape::Digits,
        "int32" | "uint32" => Shape::Integer(None, None),
        "double" | "float" => Shape::Number,
        "bool" => Shape::Boolean,
        _ => Shape::Text,
    };
    if field["repeated"] == true { Shape::list(one) } else { one }
}

/// `/v25/customers/{customer_id=*}/x` as `/v25/customers/*/x`.
fn wildcards(path: &str) -> String {
    let mut plain = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}').unwrap_or((after, ""));
        plain.push_str(before);
        plain.push_str(inside.split_once('=').map_or("*", |(_, pattern)| pattern));
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests;
