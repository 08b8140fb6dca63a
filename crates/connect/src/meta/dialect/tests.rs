use super::*;
use trimtab_wire::{HeaderName, HeaderValue};

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn verdict(status: u16, code: i64, subcode: Option<i64>, message: &str) -> Verdict {
    let subcode = subcode.map(|s| format!(r#","error_subcode":{s}"#)).unwrap_or_default();
    let body = format!(r#"{{"error":{{"message":"{message}","type":"OAuthException","code":{code}{subcode},"fbtrace_id":"A"}}}}"#);
    GraphDialect.classify(status, &HeaderMap::new(), body.as_bytes())
}

/// A verdict in one word.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Transient(_) => "transient",
        Verdict::Limited { scope: Scope::Platform, .. } => "limited: platform",
        Verdict::Limited { .. } => "limited: account",
        Verdict::Refused(Refusal::Credential, _) => "credential",
        Verdict::Refused(Refusal::Permission, _) => "permission",
        Verdict::Refused(Refusal::TooMuch, _) => "too much",
        Verdict::Refused(Refusal::Retired, _) => "retired",
        Verdict::Refused(Refusal::Missing, _) => "missing",
        Verdict::Refused(Refusal::Request, _) => "request",
    }
}

#[test]
fn every_documented_code_has_its_verdict() {
    const REDUCE: &str = "Please reduce the amount of data you're asking for, then retry your request";
    let limits = [
        (400, 4, Some(1_504_022), "limited: platform"),
        (400, 4, Some(1_504_039), "limited: platform"),
        (403, 4, None, "limited: platform"),
        (400, 17, Some(2_446_079), "limited: account"),
        (400, 17, Some(1_885_172), "request"),
        (400, 32, None, "limited: account"),
        (400, 613, Some(1_487_742), "limited: account"),
        (400, 613, Some(5_044_001), "limited: account"),
        (400, 613, Some(1_487_632), "request"),
        (400, 613, Some(1_487_225), "request"),
        (400, 613, None, "limited: account"),
        (400, 80_000, Some(2_446_079), "limited: account"),
        (400, 80_003, None, "limited: account"),
        (400, 80_004, None, "limited: account"),
        (400, 80_014, None, "limited: account"),
    ];
    let tokens = [190, 102, 104].map(|code| (400, code, None, "credential"));
    let subcodes = [458, 459, 460, 463, 464, 467, 492].map(|subcode| (400, 190, Some(subcode), "credential"));
    let permissions = [(10, None), (200, None), (294, None), (299, None), (3, None), (368, None), (100, Some(3_191_001))]
        .map(|(code, subcode)| (400, code, subcode, "permission"));
    let transient =
        [(1, None), (1, Some(99)), (2, None), (2, Some(1_504_043)), (2, Some(1_504_044)), (-2, Some(2_490_547)), (960, None)]
            .map(|(code, subcode)| (400, code, subcode, "transient"));
    let too_much = [(100, 1_487_534), (100, 1_504_018), (2, 1_504_038), (-3, 1_504_045)]
        .map(|(code, subcode)| (400, code, Some(subcode), "too much"));
    let wrong = [(100, None), (2500, None), (2642, None), (3018, None), (801, None), (2, Some(1_504_041)), (1_885_272, None)]
        .map(|(code, subcode)| (400, code, subcode, "request"));
    let others = [
        (400, 2635, None, "retired"),
        (426, 100, None, "retired"),
        (400, 100, Some(33), "missing"),
        (404, 803, None, "missing"),
        (500, 31337, None, "transient"),
        (503, 100, None, "transient"),
    ];
    let all = [&limits[..], &tokens, &subcodes, &permissions, &transient, &too_much, &wrong, &others].concat();
    for (status, code, subcode, expected) in all {
        assert_eq!(word(&verdict(status, code, subcode, "Something")), expected, "HTTP {status}, code {code}/{subcode:?}");
    }
    assert_eq!(word(&verdict(500, 1, None, REDUCE)), "too much");
    assert_eq!(word(&verdict(400, 2, Some(1_504_041), REDUCE)), "request");
}

#[test]
fn a_transient_mark_counts_where_the_code_says_nothing() {
    let body = br#"{"error":{"message":"x","code":31337,"is_transient":true}}"#;
    assert_eq!(word(&GraphDialect.classify(400, &HeaderMap::new(), body)), "transient");
    let body = br#"{"error":{"message":"x","code":190,"is_transient":true}}"#;
    assert_eq!(word(&GraphDialect.classify(400, &HeaderMap::new(), body)), "credential");
}

#[test]
fn replies_without_envelope_go_by_status() {
    for (status, expected) in [
        (200, "good"),
        (204, "good"),
        (302, "request"),
        (400, "request"),
        (401, "credential"),
        (403, "permission"),
        (404, "missing"),
        (408, "transient"),
        (426, "retired"),
        (429, "limited: account"),
        (500, "transient"),
        (502, "transient"),
        (503, "transient"),
    ] {
        assert_eq!(word(&GraphDialect.classify(status, &HeaderMap::new(), b"<html>oops</html>")), expected, "HTTP {status}");
    }
    let verdict = GraphDialect.classify(429, &headers(&[("retry-after", "7")]), b"");
    assert!(matches!(verdict, Verdict::Limited { wait: Some(wait), .. } if wait == Duration::from_secs(7)));
    let hidden = br#"{"error":{"message":"x","code":190}}"#;
    assert_eq!(word(&GraphDialect.classify(200, &HeaderMap::new(), hidden)), "credential", "an error hidden in a 200");
}

#[test]
fn complaints_carry_codes_and_the_readable_message() {
    let body = br#"{"error":{"message":"(#100) Invalid parameter","code":100,"error_subcode":1885650,"error_user_title":"Budget too low","error_user_msg":"Raise it.","error_data":"{\"a\":1}"}}"#;
    let Verdict::Refused(Refusal::Request, complaint) = GraphDialect.classify(400, &HeaderMap::new(), body) else { panic!() };
    assert_eq!(complaint.to_string(), "(#100) Invalid parameter: Budget too low: Raise it. (HTTP 400, code 100/1885650)");
}

const BUSINESS: &str = r#"{"111":[{"type":"ads_insights","call_count":28,"total_cputime":25,"total_time":95.5,"estimated_time_to_regain_access":0,"ads_api_access_tier":"standard_access"},{"type":"ads_management","call_count":100,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":7}]}"#;

#[test]
fn usage_headers_say_who_used_how_much() {
    let headers = headers(&[
        ("x-business-use-case-usage", BUSINESS),
        ("x-ad-account-usage", r#"{"acc_id_util_pct":9.67,"reset_time_duration":100,"ads_api_access_tier":"standard_access"}"#),
        ("x-app-usage", r#"{"call_count":28,"total_time":31,"total_cputime":25}"#),
        ("x-fb-ads-insights-throttle", r#"{"app_id_util_pct":10.5,"acc_id_util_pct":3.2}"#),
    ]);
    let usage = GraphDialect.usage(&headers, Some(&AccountId::from("111")));
    let account = || Scope::Account(AccountId::from("111"));
    let entry =
        |scope, percent, minutes: Option<u64>| Usage { scope, percent, regain: minutes.map(|m| Duration::from_secs(m * 60)) };
    assert_eq!(
        usage,
        [
            entry(account(), 95.5, None),
            entry(account(), 100.0, Some(7)),
            entry(account(), 9.67, None),
            entry(Scope::Platform, 31.0, None),
            entry(Scope::Platform, 10.5, None),
            entry(account(), 3.2, None),
        ]
    );
}

#[test]
fn a_spent_account_score_says_when_it_is_back() {
    let spent = headers(&[("x-ad-account-usage", r#"{"acc_id_util_pct":100,"reset_time_duration":60}"#)]);
    let usage = GraphDialect.usage(&spent, None);
    assert_eq!(usage, [Usage { scope: Scope::Call, percent: 100.0, regain: Some(Duration::from_secs(60)) }]);
}

#[test]
fn unreadable_usage_is_no_usage() {
    for header in ["", "{", "[]", r#"{"111":"x"}"#, r#"{"111":[{"call_count":"many"}]}"#] {
        let headers = headers(&[("x-business-use-case-usage", header), ("x-app-usage", header)]);
        let percent: f64 = GraphDialect.usage(&headers, None).iter().map(|u| u.percent).sum();
        assert!(percent.abs() < 1e-9, "{header}");
    }
}

#[test]
fn a_limit_waits_as_long_as_its_header_says() {
    let body = br#"{"error":{"message":"(#80000) too many calls","code":80000,"error_subcode":2446079}}"#;
    let verdict = GraphDialect.classify(400, &headers(&[("x-business-use-case-usage", BUSINESS)]), body);
    assert!(matches!(verdict, Verdict::Limited { wait: Some(wait), .. } if wait == Duration::from_secs(420)), "{verdict:?}");
}
