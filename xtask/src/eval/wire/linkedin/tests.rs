use super::*;
use serde_json::json;

fn linkedin() -> Linkedin {
    Linkedin::of(&json!({
        "analytics_metrics": {"impressions": "integer", "costInLocalCurrency": "string", "dateRange": "object", "pivotValues": "array"},
        "analytics_extra_metrics_documented": ["qualifiedLeads"],
        "analytics_fields_max": 4,
        "pivots": ["CREATIVE"],
        "time_granularity": ["DAILY"],
        "campaign_status": ["ACTIVE", "PAUSED"],
        "creative_intended_status": ["ACTIVE"],
        "error_codes": {"NOT_FOUND": 404},
    }))
    .unwrap()
}

fn exchange(path: &str, query: &str, answer: &Value) -> Exchange {
    let headers = [("authorization", "Bearer redacted"), ("linkedin-version", "202609"), ("x-restli-protocol-version", "2.0.0")];
    Exchange {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        status: 200,
        answer_type: "application/json".to_owned(),
        answer: answer.to_string(),
        ..Exchange::default()
    }
}

/// Faults found, by kind.
type Told = Vec<(Kind, String)>;

fn told(exchange: &Exchange) -> (Told, Told) {
    let verdict = linkedin().check(exchange);
    (verdict.request.short(), verdict.answer.short())
}

const RANGE: &str =
    "dateRange=(start:(year:2026,month:11,day:1),end:(year:2026,month:11,day:2))&accounts=List(urn%3Ali%3AsponsoredAccount%3A1)";

#[test]
fn figures_are_asked_for_in_the_platforms_notation() {
    let day = json!({"year": 2026, "month": 11, "day": 1});
    let row = json!({"dateRange": {"start": day, "end": day}, "pivotValues": ["urn:li:sponsoredCreative:7"], "impressions": 3, "costInLocalCurrency": "1.5"});
    let query = format!(
        "q=analytics&pivot=CREATIVE&timeGranularity=(value:DAILY)&{RANGE}&fields=dateRange,pivotValues,impressions,costInLocalCurrency"
    );
    assert_eq!(told(&exchange("/rest/adAnalytics", &query, &json!({"elements": [row]}))), (vec![], vec![]));
    let row = json!({"pivotValues": [], "dateRange": {"start": day, "end": day}, "impressions": "3", "clicks": 1});
    let query =
        format!("q=analytics&pivot=SHARE&timeGranularity=DAILY&{RANGE}&fields=pivotValues%2Cimpressions,clicks,x,y&start=0");
    let (request, answer) = told(&exchange("/rest/adAnalytics", &query, &json!({"elements": [row]})));
    let kinds: Vec<Kind> = request.iter().map(|told| told.0).collect();
    use Kind::{MissingRequired, OutOfBounds, UnknownField, WrongEnum, WrongType};
    assert_eq!(
        kinds,
        [UnknownField, UnknownField, UnknownField, UnknownField, WrongEnum, MissingRequired, WrongType, OutOfBounds],
        "{request:?}"
    );
    let kinds: Vec<Kind> = answer.iter().map(|told| told.0).collect();
    assert_eq!(kinds, [UnknownField, UnknownField, WrongType], "{answer:?}");
}

#[test]
fn a_long_query_may_travel_as_a_form() {
    let mut tunnelled = exchange("/rest/adAnalytics", "", &json!({"elements": []}));
    tunnelled.method = "POST".to_owned();
    tunnelled.headers.push(("x-http-method-override".to_owned(), "GET".to_owned()));
    tunnelled.body = format!("q=analytics&pivot=CREATIVE&timeGranularity=DAILY&{RANGE}&fields=dateRange,pivotValues");
    assert_eq!(told(&tunnelled), (vec![], vec![]));
}

#[test]
fn lists_need_their_headers_and_hold_known_objects() {
    let campaign = json!({"id": 1, "account": "urn:li:sponsoredAccount:1", "campaignGroup": "urn:li:sponsoredCampaignGroup:2", "status": "ACTIVE"});
    let query = "q=search&search=(status:(values:List(ACTIVE,PAUSED)))&pageSize=500";
    let mut list =
        exchange("/rest/adAccounts/1/adCampaigns", query, &json!({"elements": [campaign], "metadata": {"nextPageToken": "x"}}));
    assert_eq!(told(&list), (vec![], vec![]));
    list.headers.clear();
    list.query = "q=find&search=(status:(values:List(GONE)))&pageSize=1001".to_owned();
    list.answer = json!({"elements": [{"id": "1", "status": "GONE", "budget": 1}]}).to_string();
    let (request, answer) = told(&list);
    use Kind::{MissingRequired, OutOfBounds, UnknownField, WrongEnum, WrongType};
    let kinds: Vec<Kind> = request.iter().map(|told| told.0).collect();
    assert_eq!(kinds, [WrongEnum, WrongEnum, MissingRequired, MissingRequired, MissingRequired, OutOfBounds], "{request:?}");
    let kinds: Vec<Kind> = answer.iter().map(|told| told.0).collect();
    assert_eq!(kinds, [UnknownField, WrongEnum, MissingRequired, MissingRequired, WrongType], "{answer:?}");
    let creatives = exchange("/rest/adAccounts/1/creatives", "q=criteria", &json!({"elements": []}));
    assert_eq!(told(&creatives).0, [(MissingRequired, "adAccounts/*/creatives: header x-restli-method".to_owned())]);
}

#[test]
fn fields_the_fact_sheet_does_not_list_are_told_as_unchecked() {
    let account = json!({"id": 1, "currency": "EUR", "status": "ACTIVE", "type": "BUSINESS"});
    let verdict = linkedin().check(&exchange("/rest/adAccounts/1", "", &account));
    assert!(verdict.answer.departures.is_empty(), "{verdict:?}");
    assert!(verdict.answer.undescribed.contains("other fields of Account"));
}

#[test]
fn errors_tokens_and_paths_are_known() {
    let mut missing = exchange("/rest/adAccounts/1", "", &json!({"status": 404, "code": "NOT_FOUND", "message": "x"}));
    missing.status = 404;
    assert_eq!(told(&missing).1, []);
    missing.answer = json!({"status": 400, "code": "NO"}).to_string();
    assert_eq!(
        told(&missing).1.iter().map(|told| told.0).collect::<Vec<_>>(),
        [Kind::WrongEnum, Kind::WrongEnum, Kind::MissingRequired]
    );
    let mut token = exchange("/oauth/v2/accessToken", "", &json!({"access_token": "redacted", "expires_in": 5184000}));
    token.method = "POST".to_owned();
    token.body = "grant_type=refresh_token&refresh_token=redacted&client_id=x&client_secret=redacted".to_owned();
    assert_eq!(told(&token), (vec![], vec![]));
    let mut stands = exchange("/oauth/v2/introspectToken", "", &json!({"active": false, "status": "expired"}));
    stands.method = "POST".to_owned();
    stands.body = "client_id=x&client_secret=redacted&token=redacted".to_owned();
    assert_eq!(told(&stands), (vec![], vec![]));
    stands.body = "client_id=x&token=redacted".to_owned();
    assert_eq!(told(&stands).0[0].0, Kind::MissingRequired);
    assert_eq!(told(&exchange("/v2/adAccounts", "", &json!({}))).0[0].0, Kind::UnknownRoute);
}
