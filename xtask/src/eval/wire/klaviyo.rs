//! Klaviyo, held against its own OpenAPI document.

use super::{
    Specification,
    exchange::Exchange,
    found::{Kind, Verdict},
    openapi::OpenApi,
};
use anyhow::Result;
use serde_json::Value;
use std::path::Path;

/// Where the document lies below the folder of specifications.
const DOCUMENT: &str = "klaviyo/openapi_2026-07-15_subset.json";

/// The document, ready to check by.
#[derive(Debug)]
pub(super) struct Klaviyo(OpenApi);

impl Klaviyo {
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
}

impl Specification for Klaviyo {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn check(&self, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict::default();
        let segments = exchange.segments();
        let Some(operation) = self.0.operation(&exchange.method, &segments) else {
            verdict.route = format!("{} {}", exchange.method, exchange.path);
            verdict.request.add(Kind::UnknownRoute, verdict.route.clone(), "path", exchange.path.clone());
            return verdict;
        };
        verdict.route = format!("{} {}", operation.method.to_uppercase(), operation.path);
        // A key of one's own; the document's other scheme is for apps (its `securitySchemes`).
        if exchange.header("authorization").is_none() {
            verdict.request.add(Kind::MissingRequired, format!("{}: header authorization", operation.path), "headers", "");
        }
        self.0.request(operation, exchange, &segments, &mut verdict.request);
        if exchange.is_worded() {
            self.0.answer(operation, exchange, &mut verdict.answer);
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn klaviyo() -> Klaviyo {
        let media = |schema: Value| json!({"content": {"application/vnd.api+json": {"schema": schema}}});
        let account =
            json!({"type": "object", "properties": {"data": {"type": "array", "items": {"type": "object"}}}, "required": ["data"]});
        let errors = json!({"type": "object", "properties": {"errors": {"type": "array"}}, "required": ["errors"]});
        Klaviyo::of(&json!({
            "info": {"version": "2026-07-15"},
            "paths": {"/api/accounts": {"get": {
                "parameters": [
                    {"name": "fields[account]", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "string", "enum": ["timezone", "id"]}}},
                    {"name": "revision", "in": "header", "required": true, "schema": {"type": "string"}},
                ],
                "responses": {"200": media(account), "4XX": {"$ref": "#/components/responses/ClientError"}},
            }}},
            "components": {"responses": {"ClientError": media(errors)}},
        }))
        .unwrap()
    }

    fn exchange(query: &str, headers: &[(&str, &str)], status: u16, answer: &Value) -> Exchange {
        Exchange {
            method: "GET".to_owned(),
            path: "/api/accounts".to_owned(),
            query: query.to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            status,
            answer_type: "application/vnd.api+json".to_owned(),
            answer: answer.to_string(),
            ..Exchange::default()
        }
    }

    const HEADERS: [(&str, &str); 2] = [("authorization", "Klaviyo-API-Key redacted"), ("revision", "2026-07-15")];

    #[test]
    fn what_is_as_documented_passes() {
        for (status, answer) in [(200, json!({"data": []})), (429, json!({"errors": []}))] {
            let verdict = klaviyo().check(&exchange("fields%5Baccount%5D=timezone,id", &HEADERS, status, &answer));
            assert_eq!((verdict.request.short(), verdict.answer.short()), (Vec::new(), Vec::new()), "{status}");
            assert_eq!(verdict.route, "GET /api/accounts");
        }
    }

    #[test]
    fn what_is_not_is_told() {
        let verdict = klaviyo().check(&exchange("fields%5Baccount%5D=zone&page=1", &[], 404, &json!({"data": []})));
        let place = |name: &str| format!("/api/accounts: {name}");
        assert_eq!(
            verdict.request.short(),
            [
                (Kind::UnknownField, place("page")),
                (Kind::WrongEnum, format!("{} = 'zone'", place("fields[account]"))),
                (Kind::MissingRequired, place("header authorization")),
                (Kind::MissingRequired, place("revision")),
            ]
        );
        let told = verdict.answer.short();
        assert_eq!(told.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [Kind::UnknownField, Kind::MissingRequired]);
        let unknown = klaviyo().check(&Exchange { path: "/api/tags".to_owned(), ..exchange("", &HEADERS, 200, &json!({})) });
        assert_eq!(unknown.request.short(), [(Kind::UnknownRoute, "GET /api/tags".to_owned())]);
        let status = klaviyo().check(&exchange("", &HEADERS, 302, &json!({})));
        assert_eq!(status.answer.short(), [(Kind::UnknownRoute, place("status 302"))]);
    }
}
