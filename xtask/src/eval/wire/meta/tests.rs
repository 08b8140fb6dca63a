use super::*;
use serde_json::json;

fn meta() -> Meta {
    let field = |name: &str, kind: &str| json!({"name": name, "type": kind});
    let param = |name: &str, kind: &str| json!({"name": name, "type": kind, "required": false});
    let insights = json!([
        param("level", "levels"),
        param("fields", "list<string>"),
        param("filtering", "list<Object>"),
        param("time_range", "map"),
        param("breakdowns", "list<adaccountinsights_breakdowns_enum_param>")
    ]);
    let account = json!({
        "apis": [
            {"method": "GET", "endpoint": "ads", "return": "Ad", "params": [param("effective_status", "list<Ad_status>"), param("updated_since", "int")]},
            {"method": "GET", "endpoint": "insights", "return": "AdsInsights", "params": insights.clone()},
            {"method": "POST", "endpoint": "insights", "return": "AdReportRun", "params": insights},
            {"method": "GET", "name": "#get", "return": "AdAccount", "params": []},
        ],
        "fields": [field("id", "string"), field("currency", "string")],
    });
    let ad = json!({"apis": [], "fields": [field("id", "string"), field("effective_status", "Ad_status"), field("creative", "AdCreative"), field("targeting", "Targeting")]});
    let run = json!({"apis": [{"method": "GET", "endpoint": "insights", "return": "AdsInsights", "params": []}], "fields": [field("id", "string"), field("async_status", "string")]});
    Meta::of(&BTreeMap::from([
        ("AdAccount".to_owned(), account),
        ("Ad".to_owned(), ad),
        ("AdCreative".to_owned(), json!({"apis": [], "fields": [field("id", "string")]})),
        ("AdReportRun".to_owned(), run),
        ("AdsInsights".to_owned(), json!({"apis": [], "fields": [field("spend", "string"), field("date_start", "string")]})),
        (
            "enum_types".to_owned(),
            json!([
                {"name": "Ad_status", "values": ["ACTIVE", "PAUSED"]},
                {"name": "levels", "values": ["ad", "account"]},
                {"name": "adaccountinsights_breakdowns_enum_param", "values": ["country", "dma"]},
            ]),
        ),
    ]))
    .unwrap()
}

fn exchange(method: &str, path: &str, params: &[(&str, &str)], answer: &Value) -> Exchange {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    Exchange {
        platform: "meta".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        query,
        headers: vec![("authorization".to_owned(), "Bearer redacted".to_owned())],
        status: 200,
        answer_type: "application/json".to_owned(),
        answer: answer.to_string(),
        ..Exchange::default()
    }
}

/// Faults found, by kind.
type Told = Vec<(Kind, String)>;

fn told(meta: &Meta, exchange: &Exchange) -> (Told, Told) {
    let verdict = meta.check(exchange);
    (verdict.request.short(), verdict.answer.short())
}

#[test]
fn lists_are_held_against_their_edge_and_node() {
    let answer = json!({"data": [{"id": "1", "effective_status": "ACTIVE", "creative": {"id": "2"}}], "paging": {"cursors": {"after": "x"}}});
    let good = exchange(
        "GET",
        "/v26.0/act_1/ads",
        &[("fields", "id,effective_status,creative{id}"), ("limit", "200"), ("effective_status", r#"["ACTIVE"]"#)],
        &answer,
    );
    assert_eq!(told(&meta(), &good), (vec![], vec![]));
    assert_eq!(meta().check(&good).route, "GET {AdAccount}/ads");
    let bad = exchange(
        "GET",
        "/v26.0/act_1/ads",
        &[("fields", "id,learning,creative{hash}"), ("effective_status", r#"["GONE"]"#), ("order", "x")],
        &json!({"data": [{"id": 1, "learning": "x", "effective_status": "GONE"}]}),
    );
    let place = |name: &str| format!("GET {{AdAccount}}/ads: {name}");
    let (request, answer) = told(&meta(), &bad);
    assert_eq!(
        request,
        [
            (Kind::UnknownField, place("order")),
            (Kind::UnknownField, "fields: Ad.learning".to_owned()),
            (Kind::UnknownField, "fields: AdCreative.hash".to_owned()),
            (Kind::WrongEnum, format!("{} = 'GONE'", place("effective_status"))),
        ]
    );
    assert_eq!(
        answer,
        [
            (Kind::UnknownField, "Ad.learning".to_owned()),
            (Kind::WrongEnum, "Ad.effective_status = 'GONE'".to_owned()),
            (Kind::WrongType, "Ad.id".to_owned())
        ]
    );
}

#[test]
fn insights_take_conditions_ranges_and_breakdowns_still_served() {
    let path = "/v26.0/act_1/insights";
    let good = [
        ("fields", "spend"),
        ("level", "ad"),
        ("time_range", r#"{"since":"2026-11-01","until":"2026-11-20"}"#),
        ("filtering", r#"[{"field":"ad.effective_status","operator":"IN","value":["ACTIVE"]}]"#),
        ("breakdowns", r#"["country"]"#),
    ];
    let rows = json!({"data": [{"spend": "1.50", "country": "DE", "date_start": "2026-11-01"}]});
    assert_eq!(told(&meta(), &exchange("GET", path, &good, &rows)), (vec![], vec![]));
    let bad = [
        ("level", "adgroup"),
        ("time_range", r#"{"since":"yesterday"}"#),
        (
            "filtering",
            r#"[{"field":"ad.status","operator":"IS","value":1},{"field":"ad.effective_status","operator":"IN","value":["OFF"]}]"#,
        ),
        ("breakdowns", "dma"),
    ];
    let kinds: Vec<Kind> = told(&meta(), &exchange("GET", path, &bad, &rows)).0.into_iter().map(|told| told.0).collect();
    use Kind::{MissingRequired, UnknownField, WrongEnum, WrongType};
    assert_eq!(kinds, [UnknownField, WrongEnum, WrongEnum, WrongEnum, WrongEnum, MissingRequired, WrongType]);
}

#[test]
fn reports_are_followed_by_the_ids_that_answers_give_out() {
    let mut meta = meta();
    let ask = exchange("POST", "/v26.0/act_1/insights", &[], &json!({"report_run_id": 77}));
    let poll = exchange("GET", "/v26.0/77", &[], &json!({"id": "77", "async_status": "Job Running", "percent": 3}));
    assert_eq!(told(&meta, &ask), (vec![], vec![]));
    assert_eq!(told(&meta, &poll).0[0].0, Kind::UnknownRoute);
    meta.learn(&ask);
    assert_eq!(told(&meta, &poll), (vec![], vec![(Kind::UnknownField, "AdReportRun.percent".to_owned())]));
    let rows = exchange("GET", "/v26.0/77/insights", &[("limit", "500")], &json!({"data": []}));
    assert_eq!(told(&meta, &rows), (vec![], vec![]));
}

#[test]
fn tokens_versions_and_errors_are_known() {
    let meta = meta();
    let mut old = exchange("GET", "/v20.0/act_1/ads", &[], &json!({}));
    assert_eq!(told(&meta, &old).0[0].0, Kind::UnknownRoute);
    old.path = "/v26.0/act_1/ads".to_owned();
    old.headers.clear();
    old.status = 400;
    old.answer = json!({"error": {"message": "x", "type": "OAuthException", "code": 190, "trace": 1}}).to_string();
    let (request, answer) = told(&meta, &old);
    assert_eq!(request, [(Kind::MissingRequired, "GET {AdAccount}/ads: access_token".to_owned())]);
    assert_eq!(answer, [(Kind::UnknownField, "Error.trace".to_owned()), (Kind::MissingRequired, "Error.fbtrace_id".to_owned())]);
    let debug = exchange(
        "GET",
        "/v26.0/debug_token",
        &[("input_token", "redacted")],
        &json!({"data": {"is_valid": true, "scopes": ["ads_read"]}}),
    );
    assert_eq!(told(&meta, &debug), (vec![], vec![]));
}
