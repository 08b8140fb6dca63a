use super::*;
use serde_json::json;

fn pinterest() -> Pinterest {
    let columns = json!({"name": "columns", "in": "query", "required": true, "explode": false,
        "schema": {"type": "array", "items": {"type": "string", "enum": ["CAMPAIGN_ID", "SPEND"]}}});
    let page_size = json!({"name": "page_size", "in": "query", "schema": {"type": "integer", "maximum": 250}});
    let ids = json!({"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "string", "pattern": r"^\d+$"}}});
    let types = json!({"name": "targeting_types", "in": "query", "explode": false,
        "schema": {"type": "array", "items": {"type": "string", "enum": ["GENDER"]}}});
    let json_of = |schema: Value| json!({"200": {"content": {"application/json": {"schema": schema}}}});
    Pinterest::of(&json!({
        "info": {"version": "5.0"},
        "paths": {
            "/ad_accounts/{ad_account_id}/ads": {
                "parameters": [{"name": "ad_account_id", "in": "path", "required": true, "schema": {"type": "string", "pattern": r"^\d+$"}}],
                "get": {"parameters": [page_size, ids], "responses": json_of(json!({"$ref": "#/components/schemas/Page"}))},
            },
            "/ad_accounts/{ad_account_id}/reports": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": {
                        "type": "object", "properties": {"level": {"type": "string", "enum": ["CAMPAIGN"]}}, "required": ["level"],
                    }}}},
                    "responses": {"default": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}},
                },
            },
            "/campaigns/analytics": {"get": {"parameters": [columns], "responses": json_of(json!({"$ref": "#/components/schemas/Rows"}))}},
            "/targeting_analytics": {"get": {
                "parameters": [columns, types],
                "responses": json_of(json!({"type": "object", "properties": {"data": {"type": "array", "items": {"type": "object"}}}})),
            }},
        },
        "components": {"schemas": {
            "Page": {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}}, "required": ["items"]},
            "Rows": {"type": "array", "items": {"type": "object", "properties": {"CAMPAIGN_ID": {"type": "string"}}, "additionalProperties": true}},
            "Error": {"type": "object", "properties": {"code": {"type": "integer"}}, "required": ["code"]},
            "ReportingColumnAsync": {"type": "string", "enum": ["AD_ID", "SPEND"]},
        }},
    }))
    .unwrap()
}

fn exchange(method: &str, path: &str, query: &str, answer: &Value) -> Exchange {
    Exchange {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        status: 200,
        answer_type: "application/json".to_owned(),
        answer: answer.to_string(),
        ..Exchange::default()
    }
}

/// Faults found, by kind.
type Told = Vec<(Kind, String)>;

fn told(exchange: &Exchange) -> (Told, Told) {
    let verdict = pinterest().check(exchange);
    (verdict.request.short(), verdict.answer.short())
}

#[test]
fn a_good_exchange_passes_and_its_route_has_no_ids() {
    let good = exchange("GET", "/v5/ad_accounts/7/ads", "page_size=250&ids=1&ids=2", &json!({"items": [{"id": "1"}]}));
    assert_eq!(told(&good), (vec![], vec![]));
    assert_eq!(pinterest().check(&good).route, "GET /ad_accounts/{ad_account_id}/ads");
}

#[test]
fn parameters_are_held_against_their_schemas() {
    let place = |name: &str| format!("/ad_accounts/{{ad_account_id}}/ads: {name}");
    let bad = exchange("GET", "/v5/ad_accounts/x/ads", "page_size=251&ids=a,b&status=ON", &json!({"items": []}));
    assert_eq!(
        told(&bad).0,
        [
            (Kind::UnknownField, place("status")),
            (Kind::WrongType, place("ad_account_id")),
            (Kind::WrongType, place("ids")),
            (Kind::OutOfBounds, place("page_size")),
        ]
    );
    let missing = exchange("GET", "/v5/campaigns/analytics", "", &json!([]));
    assert_eq!(told(&missing).0, [(Kind::MissingRequired, "/campaigns/analytics: columns".to_owned())]);
    let joined = exchange("GET", "/v5/campaigns/analytics", "columns=SPEND,CLICKS", &json!([]));
    assert_eq!(told(&joined).0, [(Kind::WrongEnum, "/campaigns/analytics: columns = 'CLICKS'".to_owned())]);
}

#[test]
fn bodies_and_errors_are_held_against_theirs() {
    let mut ask = exchange("POST", "/v5/ad_accounts/7/reports", "", &json!({"code": 2}));
    ask.headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    ask.body = json!({"level": "CAMPAIGN"}).to_string();
    ask.status = 400;
    assert_eq!(told(&ask), (vec![], vec![]));
    ask.body = json!({"lvl": 1}).to_string();
    ask.answer = json!({"error": "x"}).to_string();
    let (request, answer) = told(&ask);
    assert_eq!(request.iter().map(|told| told.0).collect::<Vec<_>>(), [Kind::UnknownField, Kind::MissingRequired]);
    assert_eq!(answer, [(Kind::UnknownField, "Error.error".to_owned()), (Kind::MissingRequired, "Error.code".to_owned())]);
}

#[test]
fn rows_hold_columns_that_there_are() {
    let rows = json!([{"CAMPAIGN_ID": "1", "DATE": "2026-11-20", "SPEND": 1.5}, {"CAMPAIGN_ID": "1", "CLICKS": 2, "SPEND": [1]}]);
    let answer = told(&exchange("GET", "/v5/campaigns/analytics", "columns=SPEND", &rows)).1;
    assert_eq!(
        answer,
        [(Kind::UnknownField, "row of analytics: CLICKS".to_owned()), (Kind::WrongType, "row of analytics: SPEND".to_owned())]
    );
    let parts = json!({"data": [{"targeting_type": "AGE", "targeting_value": 1.5, "metrics": {"CLICKS": 1}}]});
    let answer = told(&exchange("GET", "/v5/targeting_analytics", "columns=SPEND&targeting_types=GENDER", &parts)).1;
    assert_eq!(answer.iter().map(|told| told.0).collect::<Vec<_>>(), [Kind::UnknownField, Kind::WrongEnum, Kind::WrongType]);
    let file =
        exchange("GET", "/async_reports/abc.json", "", &json!({"1": [{"AD_ID": 1, "DATE": "2026-11-20", "CAMPAIGN_ID": 1}]}));
    assert_eq!(told(&file).1, [(Kind::UnknownField, "row of analytics: CAMPAIGN_ID".to_owned())]);
}

#[test]
fn routes_that_are_not_there_are_told() {
    let strange = exchange("DELETE", "/v5/ad_accounts/7/ads", "", &json!({}));
    assert_eq!(told(&strange).0, [(Kind::UnknownRoute, "DELETE /ad_accounts/{id}/ads".to_owned())]);
}
