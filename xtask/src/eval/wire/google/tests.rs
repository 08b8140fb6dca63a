use super::*;
use serde_json::json;

fn google() -> Google {
    let field = |kind: &str| json!({"type": kind});
    let proto = |kind: &str, proto: &str| json!({"type": kind, "proto": proto});
    let holds = |kind: &str, proto: &str, of: &str| json!({"type": kind, "proto": proto, "ref": of});
    Google::of(&json!({
        "version": "v25",
        "messages": {
            "services.GoogleAdsRow": {
                "campaign": holds("message", "campaign", "resources.Campaign"),
                "adGroup": holds("message", "ad_group", "resources.AdGroup"),
                "segments": holds("message", "segments", "common.Segments"),
            },
            "resources.Campaign": {
                "id": proto("int64", "id"),
                "status": holds("enum", "status", "enums.Status"),
                "startDateTime": proto("string", "start_date_time"),
            },
            "common.Segments": {"date": proto("string", "date")},
            "services.SearchGoogleAdsStreamRequest": {"query": field("string")},
            "services.SearchGoogleAdsStreamResponse": {
                "results": {"type": "message", "ref": "services.GoogleAdsRow", "repeated": true},
                "fieldMask": {"type": "message", "ref": ".google.protobuf.FieldMask"},
            },
            "services.ListAccessibleCustomersResponse": {"resourceNames": {"type": "string", "repeated": true}},
            "errors.GoogleAdsFailure": {"errors": {"type": "message", "ref": "errors.GoogleAdsError", "repeated": true}},
            "errors.GoogleAdsError": {"errorCode": {"type": "message", "ref": "errors.ErrorCode"}, "message": field("string")},
            "errors.ErrorCode": {"quotaError": {"type": "enum", "ref": "errors.QuotaErrorEnum.QuotaError"}},
        },
        "enums": {"enums.Status": ["ENABLED", "PAUSED"]},
        "errors": {"QuotaErrorEnum.QuotaError": ["RESOURCE_EXHAUSTED"]},
        "http": [
            {"method": "SearchStream", "path": "/v25/customers/{customer_id=*}/googleAds:searchStream", "service": "x"},
            {"method": "ListAccessibleCustomers", "path": "/v25/customers:listAccessibleCustomers", "service": "x"},
        ],
    }))
    .unwrap()
}

fn stream(query: &str, status: u16, answer: &Value) -> Exchange {
    Exchange {
        method: "POST".to_owned(),
        path: "/v25/customers/123/googleAds:searchStream".to_owned(),
        headers: vec![("authorization".to_owned(), "Bearer redacted".to_owned())],
        body: json!({"query": query}).to_string(),
        status,
        answer_type: "application/json".to_owned(),
        answer: answer.to_string(),
        ..Exchange::default()
    }
}

/// Faults found, by kind.
type Told = Vec<(Kind, String)>;

fn told(exchange: &Exchange) -> (Told, Told) {
    let verdict = google().check(exchange);
    (verdict.request.short(), verdict.answer.short())
}

const GOOD: &str = "SELECT segments.date, campaign.id, campaign.start_date_time FROM campaign WHERE campaign.status != 'PAUSED'";

#[test]
fn a_good_exchange_passes() {
    let answer = json!([{"results": [{"campaign": {"id": "1", "status": "ENABLED"}, "segments": {"date": "2026-11-20"}}], "fieldMask": "campaign.id"}]);
    assert_eq!(told(&stream(GOOD, 200, &answer)), (vec![], vec![]));
    assert_eq!(google().check(&stream(GOOD, 200, &answer)).route, "POST /v25/customers/*/googleAds:searchStream");
}

#[test]
fn every_name_and_word_of_a_query_is_known() {
    let query = "SELECT campaign.name, ad_group.id FROM campaigns WHERE campaign.status IN ('ENABLED', 'GONE') AND segments.date DURING LAST_90_DAYS";
    let verdict = google().check(&stream(query, 200, &json!([])));
    assert_eq!(
        verdict.request.short(),
        [
            (Kind::UnknownField, "query: FROM campaigns".to_owned()),
            (Kind::UnknownField, "query: campaign.name".to_owned()),
            (Kind::WrongEnum, "query: campaign.status = 'GONE'".to_owned()),
            (Kind::WrongEnum, "query: segments.date = 'LAST_90_DAYS'".to_owned()),
        ]
    );
    assert!(verdict.request.undescribed.contains("resources.AdGroup"), "named and not described");
}

#[test]
fn documents_are_held_against_their_messages() {
    let answer = json!([{"results": [{"campaign": {"id": 1, "status": "ON", "name": "x"}}]}]);
    assert_eq!(
        told(&stream(GOOD, 200, &answer)).1,
        [
            (Kind::UnknownField, "Campaign.name".to_owned()),
            (Kind::WrongEnum, "Campaign.status = 'ON'".to_owned()),
            (Kind::WrongType, "Campaign.id".to_owned()),
        ]
    );
}

#[test]
fn errors_come_in_their_envelope_with_known_codes() {
    let error = |code: &str| {
        let failure = json!({"@type": "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure",
            "errors": [{"errorCode": {"quotaError": code}, "message": "x"}]});
        json!([{"error": {"code": 429, "message": "x", "status": "RESOURCE_EXHAUSTED", "details": [failure]}}])
    };
    assert_eq!(told(&stream(GOOD, 429, &error("RESOURCE_EXHAUSTED"))).1, []);
    assert_eq!(told(&stream(GOOD, 429, &error("GONE"))).1, [(Kind::WrongEnum, "ErrorCode.quotaError = 'GONE'".to_owned())]);
}

#[test]
fn paths_and_headers_are_known() {
    let mut list = stream(GOOD, 200, &json!({"resourceNames": ["customers/1"]}));
    (list.method, list.path) = ("GET".to_owned(), "/v25/customers:listAccessibleCustomers".to_owned());
    assert_eq!(told(&list), (vec![], vec![]));
    list.headers = vec![("developer-token".to_owned(), String::new()), ("login-customer-id".to_owned(), "1-2".to_owned())];
    assert_eq!(
        told(&list).0.iter().map(|told| told.0).collect::<Vec<_>>(),
        [Kind::MissingRequired, Kind::WrongType, Kind::WrongType]
    );
    list.path = "/v20/customers:listAccessibleCustomers".to_owned();
    assert_eq!(told(&list).0[0].0, Kind::UnknownRoute);
}

#[test]
fn tokens_are_asked_for_as_the_fact_sheet_says() {
    let mut token = stream("", 200, &json!({"access_token": "redacted", "expires_in": 3599, "scope": "x", "token_type": "Bearer"}));
    token.path = "/token".to_owned();
    token.body = "grant_type=refresh_token&client_id=x&client_secret=redacted&refresh_token=redacted".to_owned();
    assert_eq!(told(&token), (vec![], vec![]));
    token.body = "grant_type=password&client_id=x&client_secret=redacted".to_owned();
    assert_eq!(told(&token).0.iter().map(|told| told.0).collect::<Vec<_>>(), [Kind::WrongEnum, Kind::MissingRequired]);
}
