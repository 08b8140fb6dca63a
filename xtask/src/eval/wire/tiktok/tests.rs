use super::*;
use serde_json::json;

fn tiktok() -> Tiktok {
    let plain = |name: &str, required: bool, schema: Value| json!({"name": name, "encoding": "plain", "required": required, "schema": schema});
    let text = |name: &str, schema: Value| json!({"name": name, "encoding": "json-string", "required": false, "schema": schema});
    let words = |words: Value| json!({"type": "array", "items": {"type": "string", "enum": words}});
    Tiktok::of(&json!({
        "endpoints": {
            "/campaign/get/": {
                "method": "GET",
                "params": ["advertiser_id", "filtering(json)", "fields(json)", "page", "page_size"],
                "filtering_fields": {"campaign_ids": {"required": false, "type": "liststr"}, "primary_status": {"required": false, "type": "str"}},
            },
            "/campaign/update/": {"method": "POST", "body_fields": {"advertiser_id": {"required": true, "type": "str"}, "budget": {"required": false, "type": "float"}}},
            "/smart_plus/campaign/get/": {"method": "GET", "params": [
                plain("advertiser_id", true, json!({"type": "string"})),
                text("filtering", json!({"type": "object", "properties": {
                    "primary_status": {"type": "string", "enum": ["STATUS_ALL"], "x-invalid-enum": ["STATUS_OLD"]},
                    "secondary_status": {"type": "string", "enum": ["CAMPAIGN_STATUS_ENABLE"]},
                }})),
            ]},
            "/report/integrated/get/": {"method": "GET", "params": [
                plain("report_type", true, json!({"type": "string", "enum": ["BASIC"]})),
                plain("page_size", false, json!({"type": "integer", "maximum": 1000})),
                text("dimensions", json!({"type": "array", "items": {"type": "string"}})),
                text("metrics", json!({"type": "array", "items": {"type": "string"}})),
            ]},
            "/smart_plus/material_report/overview/": {"method": "GET", "params": [text("metrics", words(json!(["spend"])))]},
        },
        "numeric_return_codes": {"0": "OK", "40002": "PARAM_ERROR"},
    }))
    .unwrap()
}

fn exchange(path: &str, params: &[(&str, &str)], answer: &Value) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        path: format!("/open_api/v1.3{path}"),
        query: url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish(),
        headers: vec![("access-token".to_owned(), "redacted".to_owned())],
        status: 200,
        answer_type: "application/json".to_owned(),
        answer: answer.to_string(),
        ..Exchange::default()
    }
}

fn list(items: Value) -> Value {
    let page = json!({"page": 1, "page_size": 10, "total_number": 1, "total_page": 1});
    json!({"code": 0, "message": "OK", "request_id": "x", "data": {"list": items, "page_info": page}})
}

/// Faults found, by kind.
type Told = Vec<(Kind, String)>;

fn told(exchange: &Exchange) -> (Told, Told) {
    let verdict = tiktok().check(exchange);
    (verdict.request.short(), verdict.answer.short())
}

#[test]
fn a_list_is_held_against_what_is_said_of_its_object_anywhere() {
    let params = [
        ("advertiser_id", "7"),
        ("filtering", r#"{"primary_status":"STATUS_ALL"}"#),
        ("fields", r#"["campaign_id"]"#),
        ("page_size", "1000"),
    ];
    let object = json!({"campaign_id": "1", "budget": 50.0, "secondary_status": "CAMPAIGN_STATUS_ENABLE", "create_time": null});
    assert_eq!(told(&exchange("/campaign/get/", &params, &list(json!([object])))), (vec![], vec![]));
    let params = [
        ("filtering", r#"{"primary_status":"ALL","state":1}"#),
        ("fields", r#"["campaign_ids_x"]"#),
        ("page_size", "1001"),
        ("sort", "x"),
    ];
    let object = json!({"campaign_id": 1, "secondary_status": "ON", "is_new": true});
    let (request, answer) = told(&exchange("/campaign/get/", &params, &list(json!([object]))));
    use Kind::{MissingRequired, OutOfBounds, UnknownField, WrongEnum, WrongType};
    let kinds: Vec<Kind> = request.iter().map(|told| told.0).collect();
    assert_eq!(kinds, [UnknownField, UnknownField, UnknownField, WrongEnum, MissingRequired, OutOfBounds], "{request:?}");
    let place = |name: &str| format!("Campaign.{name}");
    assert_eq!(
        answer,
        [(UnknownField, place("is_new")), (WrongEnum, place("secondary_status = 'ON'")), (WrongType, place("campaign_id"))]
    );
}

#[test]
fn reports_give_what_was_asked_for_as_text() {
    let params = [("report_type", "BASIC"), ("dimensions", r#"["ad_id_v2"]"#), ("metrics", r#"["spend","campaign_id"]"#)];
    let row = json!({"dimensions": {"ad_id_v2": "1"}, "metrics": {"spend": "1.5", "campaign_id": "2"}});
    assert_eq!(told(&exchange(REPORT, &params, &list(json!([row])))), (vec![], vec![]));
    let params = [("report_type", "ALL"), ("dimensions", "ad_id"), ("metrics", r#"["spending"]"#)];
    let row = json!({"dimensions": {}, "metrics": {"spending": 1.5, "clicks": "1"}});
    let (request, answer) = told(&exchange(REPORT, &params, &list(json!([row]))));
    use Kind::{UnknownField, WrongEnum, WrongType};
    assert_eq!(request.iter().map(|told| told.0).collect::<Vec<_>>(), [UnknownField, WrongEnum, WrongType]);
    assert_eq!(answer, [(UnknownField, "metrics.clicks".to_owned()), (WrongType, "metrics.spending".to_owned())]);
}

#[test]
fn codes_tokens_and_paths_are_known() {
    let mut refused = exchange(
        "/campaign/get/",
        &[("advertiser_id", "7")],
        &json!({"code": 40002, "message": "x", "request_id": "y", "data": {}}),
    );
    assert_eq!(told(&refused), (vec![], vec![]));
    refused.headers.clear();
    refused.answer = json!({"code": 41, "message": "x", "data": {}}).to_string();
    let (request, answer) = told(&refused);
    assert_eq!(request, [(Kind::MissingRequired, "/campaign/get/: header access-token".to_owned())]);
    assert_eq!(
        answer,
        [(Kind::WrongEnum, "Envelope.code = 41".to_owned()), (Kind::MissingRequired, "Envelope.request_id".to_owned())]
    );
    assert_eq!(told(&exchange("/campaign/get", &[], &json!({}))).0[0].0, Kind::UnknownRoute);
}
