//! GA4's Data API, held against the messages of its own protocol definition. Which dimensions and metrics there are is not part of it.
//!
//! The token endpoint and the envelope of errors are Google's, as for its ads.

use super::{
    Specification,
    exchange::Exchange,
    found::{Found, Kind, Verdict},
    google, only_json,
    shape::{Book, Fields, Shape, is_digits},
};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

/// Where the specification lies below the folder of specifications.
const DOCUMENT: &str = "ga4/ga4_data_v1beta_fields.json";

/// Methods of a property: the verb, what follows its id, the message that is sent, and the one that is answered (fact sheet A).
const METHODS: [(&str, &str, Option<&str>, &str); 4] = [
    ("POST", ":runReport", Some("RunReportRequest"), "RunReportResponse"),
    ("POST", ":batchRunReports", Some("BatchRunReportsRequest"), "BatchRunReportsResponse"),
    ("POST", ":checkCompatibility", Some("CheckCompatibilityRequest"), "CheckCompatibilityResponse"),
    ("GET", "/metadata", None, "Metadata"),
];

/// The specification, ready to check by.
#[derive(Debug)]
pub(super) struct Ga4(Book);

impl Ga4 {
    /// Reads the specification.
    ///
    /// # Errors
    /// When it is not there, or of another form.
    pub(super) fn read(specs: &Path) -> Result<Self> {
        Self::of(&super::document(&specs.join(DOCUMENT))?)
    }

    fn of(document: &Value) -> Result<Self> {
        let messages = document.as_object().context("the specification is no list of messages")?;
        let mut book = BTreeMap::new();
        for (name, message) in messages {
            let shape = match message["enum"].as_array() {
                Some(words) => Shape::words(words.iter().filter_map(Value::as_str)),
                None => {
                    let fields = message["fields"].as_object().into_iter().flatten();
                    let fields = fields.map(|(json, of)| (json.clone(), field(messages, name, of)));
                    Shape::Fields(Fields { name: name.clone(), fields: fields.collect(), ..Fields::default() })
                }
            };
            book.insert(name.clone(), shape);
        }
        Ok(Self(Book(book)))
    }

    fn request(&self, message: Option<&str>, exchange: &Exchange, found: &mut Found) {
        for (name, _) in exchange.params() {
            found.add(Kind::UnknownField, format!("parameter {name}"), "query", "");
        }
        if exchange.header("authorization").is_none_or(|value| !value.starts_with("Bearer ")) {
            found.add(Kind::MissingRequired, "header authorization", "headers", "");
        }
        let Some(message) = message else { return };
        match serde_json::from_str::<Value>(&exchange.body) {
            Ok(document) => found.append(self.0.check(&Shape::Named(message.to_owned()), &document, message)),
            Err(_) => found.add(Kind::WrongType, message, "body", "no JSON"),
        }
    }

    fn answer(&self, message: &str, exchange: &Exchange, found: &mut Found) {
        let Some(document) = only_json(exchange, found) else { return };
        let (shape, place) =
            if exchange.status == 200 { (Shape::Named(message.to_owned()), message) } else { (google::error(), "error") };
        found.append(self.0.check(&shape, &document, place));
    }
}

/// A field of a message as JSON has it. A type is one of the message's own, or one of all.
fn field(messages: &serde_json::Map<String, Value>, message: &str, of: &Value) -> Shape {
    let one = match of["type"].as_str().unwrap_or_default() {
        "string" | "bytes" | "google.protobuf.Timestamp" | "google.protobuf.Duration" => Shape::Text,
        "bool" => Shape::Boolean,
        "int32" | "uint32" => Shape::Integer(None, None),
        // Written as text; read as a number, too (fact sheet A).
        "int64" | "uint64" => Shape::AnyOf(vec![Shape::Digits, Shape::Integer(None, None)]),
        "double" | "float" => Shape::Number,
        name => {
            let own = message.match_indices('.').map(|(at, _)| &message[..at]).chain([message]);
            let known =
                own.map(|outer| format!("{outer}.{name}")).chain([name.to_owned()]).find(|name| messages.contains_key(name));
            known.map_or_else(|| Shape::Undescribed(format!("{message}: {name}")), Shape::Named)
        }
    };
    if of["repeated"] == true { Shape::list(one) } else { one }
}

impl Specification for Ga4 {
    fn name(&self) -> &str {
        "protocol definition v1beta"
    }

    fn check(&self, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict::default();
        if exchange.path == "/token" {
            google::token(exchange, &mut verdict);
            return verdict;
        }
        let below = exchange.path.strip_prefix("/v1beta/properties/").unwrap_or_default();
        let (id, method) = below.split_at(below.find([':', '/']).unwrap_or(below.len()));
        let known = METHODS.iter().find(|(verb, of, ..)| *verb == exchange.method && *of == method && is_digits(id));
        match known {
            Some((verb, method, sent, answered)) => {
                verdict.route = format!("{verb} /v1beta/properties/*{method}");
                self.request(*sent, exchange, &mut verdict.request);
                if exchange.is_worded() {
                    self.answer(answered, exchange, &mut verdict.answer);
                }
            }
            None => {
                verdict.route = format!("{} {}", exchange.method, exchange.path);
                verdict.request.add(Kind::UnknownRoute, verdict.route.clone(), "path", exchange.path.clone());
            }
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ga4() -> Ga4 {
        let of = |kind: &str, repeated: bool| json!({"type": kind, "repeated": repeated});
        Ga4::of(&json!({
            "RunReportRequest": {"fields": {"limit": of("int64", false), "dimensions": of("Dimension", true), "filter": of("Filter", false)}},
            "RunReportResponse": {"fields": {"rowCount": of("int32", false), "kind": of("string", false)}},
            "Dimension": {"fields": {"name": of("string", false)}},
            "Filter": {"fields": {"match": of("MatchType", false), "empty": of("EmptyFilter", false)}},
            "Filter.MatchType": {"enum": ["EXACT"]},
        }))
        .unwrap()
    }

    fn exchange(body: &Value, status: u16, answer: &Value) -> Exchange {
        Exchange {
            method: "POST".to_owned(),
            path: "/v1beta/properties/123:runReport".to_owned(),
            headers: vec![("authorization".to_owned(), "Bearer redacted".to_owned())],
            body: body.to_string(),
            status,
            answer_type: "application/json".to_owned(),
            answer: answer.to_string(),
            ..Exchange::default()
        }
    }

    #[test]
    fn what_is_as_defined_passes() {
        let request = json!({"limit": "100", "dimensions": [{"name": "date"}], "filter": {"match": "EXACT", "empty": {}}});
        let verdict = ga4().check(&exchange(&request, 200, &json!({"rowCount": 3, "kind": "analyticsData#runReport"})));
        assert_eq!((verdict.request.short(), verdict.answer.short()), (Vec::new(), Vec::new()));
        assert_eq!(verdict.request.undescribed.into_iter().collect::<Vec<_>>(), ["Filter: EmptyFilter"]);
        let refused = json!({"error": {"code": 429, "message": "Exhausted.", "status": "RESOURCE_EXHAUSTED"}});
        assert_eq!(ga4().check(&exchange(&json!({}), 429, &refused)).answer.short(), []);
    }

    #[test]
    fn what_is_not_is_told() {
        let request = json!({"limits": 1, "dimensions": {"name": "date"}, "filter": {"match": "exact"}});
        let verdict = ga4().check(&exchange(&request, 200, &json!({"rowCount": "3"})));
        assert_eq!(
            verdict.request.short(),
            [
                (Kind::UnknownField, "RunReportRequest.limits".to_owned()),
                (Kind::WrongEnum, "Filter.match = 'exact'".to_owned()),
                (Kind::WrongType, "RunReportRequest.dimensions".to_owned()),
            ]
        );
        assert_eq!(verdict.answer.short(), [(Kind::WrongType, "RunReportResponse.rowCount".to_owned())]);
        let path = "/v1alpha/properties/123:runReport";
        let other = ga4().check(&Exchange { path: path.to_owned(), ..exchange(&json!({}), 200, &json!({})) });
        assert_eq!(other.request.short(), [(Kind::UnknownRoute, format!("POST {path}"))]);
    }
}
