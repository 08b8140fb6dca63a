use super::*;
use trimtab_wire::{HeaderName, HeaderValue};

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn verdict(code: i64, message: &str) -> Verdict {
    let body = format!(r#"{{"code":{code},"message":"{message}","request_id":"2026","data":{{}}}}"#);
    let headers = headers(&[("date", "Sat, 21 Nov 2026 23:00:00 GMT")]);
    TiktokDialect.classify(200, &headers, body.as_bytes())
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
    for (codes, expected) in [
        (&[0][..], "good"),
        (&[40_016, 40_100, 61_000], "limited: platform"),
        (&[40_133], "limited: account"),
        (&[40_102, 40_104, 40_105, 40_106], "credential"),
        (&[40_001, 40_117, 40_118, 40_125, 40_130, 40_301], "permission"),
        (&[40_067, 40_011], "too much"),
        (&[40_006, 40_051], "retired"),
        (&[40_007, 40_300], "missing"),
        (&[50_000, 50_002, 51_010, 51_099, 52_103, 60_001, 40_201, 40_202, 20_001], "transient"),
        (&[40_000, 40_002, 40_050, 40_200, 40_101, 40_110, 40_115], "request"),
    ] {
        for code in codes {
            assert_eq!(word(&verdict(*code, "Something")), expected, "{code}");
        }
    }
}

#[test]
fn the_limit_that_is_named_says_how_long_it_lasts() {
    let wait = |code, message| match verdict(code, message) {
        Verdict::Limited { wait, .. } => wait.map(|wait| wait.as_secs()),
        other => panic!("{other:?}"),
    };
    assert_eq!(wait(40_133, "Advertiser (7)'s QPS (21) reaches QPS limit 20 for current path"), Some(1));
    assert_eq!(wait(40_100, "App reaches the QPM limit 600"), Some(300));
    assert_eq!(wait(40_100, "Too many requests per day"), Some(3600), "the day ends in an hour");
    assert_eq!(wait(40_100, "Too many requests. Please retry in some time."), Some(300), "which is not said");
}

#[test]
fn the_code_decides_wherever_it_stands() {
    let late = br#"{"message":"Access token is incorrect or has been revoked.","request_id":"2","data":{},"code":40105}"#;
    let Verdict::Refused(Refusal::Credential, complaint) = TiktokDialect.classify(200, &HeaderMap::new(), late) else { panic!() };
    assert_eq!(complaint.to_string(), "Access token is incorrect or has been revoked. (HTTP 200, code 40105)");
    let spaced = br#"{ "code": 0, "message": "OK", "data": {} }"#;
    assert_eq!(word(&TiktokDialect.classify(200, &HeaderMap::new(), spaced)), "good");
}

#[test]
fn replies_without_envelope_go_by_status() {
    for (status, expected) in [
        (200, "good"),
        (302, "request"),
        (400, "request"),
        (401, "credential"),
        (403, "permission"),
        (404, "retired"),
        (405, "request"),
        (408, "transient"),
        (429, "limited: account"),
        (500, "transient"),
        (503, "transient"),
    ] {
        assert_eq!(word(&TiktokDialect.classify(status, &HeaderMap::new(), b"404 page not found")), expected, "HTTP {status}");
    }
    let body = br#"{"code":40100,"message":"Too many requests","data":{}}"#;
    let verdict = TiktokDialect.classify(429, &headers(&[("retry-after", "7")]), body);
    assert!(matches!(verdict, Verdict::Limited { wait: Some(wait), .. } if wait == Duration::from_secs(7)));
    assert_eq!(word(&TiktokDialect.classify(500, &HeaderMap::new(), br#"{"code":40002,"message":"x"}"#)), "transient");
}

#[test]
fn the_pace_stays_below_both_limits_of_an_app() {
    let pace = TiktokDialect.pace().unwrap().platform;
    // A bucket lets no more whole calls through in a span than its burst and what comes in meanwhile.
    let most = |seconds: f64| (pace.burst + seconds * pace.per_second).floor();
    assert!(most(1.0) <= 10.0 && most(60.0) <= 600.0);
}
