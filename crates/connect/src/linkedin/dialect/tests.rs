use super::*;

fn verdict(status: u16, body: &str) -> Verdict {
    LinkedinDialect::default().classify(status, &HeaderMap::new(), body.as_bytes())
}

fn refusal(status: u16, body: &str) -> Option<Refusal> {
    match verdict(status, body) {
        Verdict::Refused(refusal, _) => Some(refusal),
        _ => None,
    }
}

const DAY_LIMIT: &str = r#"{"status":429,"serviceErrorCode":101,"code":"TOO_MANY_REQUESTS",
    "message":"Resource level throttle APPLICATION DAY limit for calls to this resource is reached."}"#;

#[test]
fn statuses_say_who_must_act() {
    let expired = r#"{"message":"Expired access token","serviceErrorCode":65602,"status":401}"#;
    assert_eq!(refusal(401, expired), Some(Refusal::Credential));
    assert_eq!(
        refusal(401, r#"{"message":"Empty oauth2_access_token","serviceErrorCode":401,"status":401}"#),
        Some(Refusal::Credential)
    );
    assert_eq!(refusal(400, r#"{"message":"Expired access token","status":400}"#), Some(Refusal::Credential));
    assert_eq!(refusal(403, r#"{"message":"Not enough permissions","status":403}"#), Some(Refusal::Permission));
    assert_eq!(refusal(404, "{}"), Some(Refusal::Missing));
    assert_eq!(refusal(414, "<html>Request-URI Too Long</html>"), Some(Refusal::TooMuch));
    assert_eq!(refusal(400, r#"{"message":"Invalid query parameters","status":400}"#), Some(Refusal::Request));
    for status in [408, 409, 500, 503, 504] {
        assert!(matches!(verdict(status, "<html>"), Verdict::Transient(_)), "{status}");
    }
    assert_eq!(verdict(200, r#"{"elements":[]}"#), Verdict::Good);
}

#[test]
fn a_sunset_version_is_told_from_other_refusals() {
    assert_eq!(refusal(426, r#"{"message":"Version Header is Deprecated","status":426}"#), Some(Refusal::Retired));
    let inactive = r#"{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 20240101 is not active"}"#;
    assert_eq!(refusal(426, inactive), Some(Refusal::Retired));
    assert_eq!(refusal(400, inactive), Some(Refusal::Retired));
}

#[test]
fn a_days_limit_lasts_until_midnight_utc_and_holds_for_the_whole_application() {
    let mut headers = HeaderMap::new();
    headers.insert("date", "Sat, 21 Nov 2026 21:30:00 GMT".parse().unwrap());
    let said = LinkedinDialect::default().classify(429, &headers, DAY_LIMIT.as_bytes());
    let Verdict::Limited { scope, wait, complaint } = said else { panic!("{said:?}") };
    assert_eq!((scope, wait), (Scope::Platform, Some(Duration::from_secs(9_000))));
    assert_eq!(complaint.code, Some(101));
    let members = DAY_LIMIT.replace("APPLICATION", "MEMBER");
    let said = LinkedinDialect::default().classify(429, &headers, members.as_bytes());
    assert!(matches!(said, Verdict::Limited { scope: Scope::Call, .. }), "{said:?}");
}

#[test]
fn other_limits_pass_by_backing_off() {
    for body in ["", r#"{"message":"Too many requests","status":429}"#] {
        assert!(matches!(verdict(429, body), Verdict::Limited { scope: Scope::Call, wait: None, .. }), "{body}");
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said_whole() {
    let body = r#"{"status":400,"code":"MULTIPLE_VALIDATIONS_FAILED","message":"Multiple errors occurred.",
        "errorDetailType":"com.linkedin.common.error.BadRequest","errorDetails":{"inputErrors":[{"code":"FIELD_VALUE_TOO_LOW",
        "description":"dailyBudget value 5 can't be lower than 10","input":{"inputPath":{"fieldPath":"/dailyBudget/amount"}}}]}}"#;
    let Verdict::Refused(Refusal::Request, complaint) = verdict(400, body) else { panic!() };
    assert!(complaint.message.starts_with("MULTIPLE_VALIDATIONS_FAILED: Multiple errors"), "{complaint}");
    assert!(complaint.message.contains("FIELD_VALUE_TOO_LOW dailyBudget value 5"), "{complaint}");
}

#[test]
fn the_live_platform_is_asked_with_care() {
    assert_eq!(LinkedinDialect::default().pace(), None);
    let Pace { platform: Rate { per_second, burst }, .. } = LinkedinDialect { live: true }.pace().unwrap();
    assert!(burst + 10.0 * per_second <= 6.0, "six calls within ten seconds");
}
