use super::*;
use trimtab_wire::{HeaderName, HeaderValue};

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
}

fn verdict(status: u16, body: &str) -> Verdict {
    PinterestDialect.classify(status, &HeaderMap::new(), body.as_bytes())
}

#[test]
fn the_code_is_pinterests_own_and_the_status_decides_the_rest() {
    let refusal = |status| match verdict(status, r#"{"code":2,"message":"no"}"#) {
        Verdict::Refused(refusal, complaint) => Some((refusal, complaint.code)),
        _ => None,
    };
    assert_eq!(refusal(400), Some((Refusal::Request, Some(2))));
    assert_eq!(refusal(401), Some((Refusal::Credential, Some(2))));
    assert_eq!(refusal(403), Some((Refusal::Permission, Some(2))));
    assert_eq!(refusal(404), Some((Refusal::Missing, Some(2))));
    assert!(matches!(verdict(502, "<html>"), Verdict::Transient(Complaint { code: None, .. })));
}

#[test]
fn a_passing_failure_may_be_a_400() {
    let passing = r#"{"code":12,"message":"Something went wrong on our end. Sorry about that."}"#;
    assert!(matches!(verdict(400, passing), Verdict::Transient(_)));
    assert!(matches!(verdict(400, r#"{"code":1,"message":"Invalid request"}"#), Verdict::Refused(Refusal::Request, _)));
}

#[test]
fn a_limit_says_how_long_in_words_or_in_headers() {
    let wait = |status, pairs: &[(&'static str, &'static str)], message: &str| {
        let body = format!(r#"{{"code":8,"message":"{message}"}}"#);
        match PinterestDialect.classify(status, &headers(pairs), body.as_bytes()) {
            Verdict::Limited { scope: Scope::Call, wait, .. } => wait.map(|wait| wait.as_secs()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(wait(429, &[("x-ratelimit-reset", "42")], "You have exceeded your rate limit"), Some(42));
    assert_eq!(wait(429, &[("x-ratelimit-reset", "42, 60;w=60")], "You have exceeded your rate limit"), Some(42));
    assert_eq!(wait(429, &[("retry-after", "1")], "slow down"), Some(1));
    assert_eq!(wait(429, &[], "slow down"), None);
    assert_eq!(wait(400, &[], "Too many requests. Retry after 17 seconds."), Some(17));
    let words = r#"{"code":1,"message":"Analytics are busy: retry after 9 seconds"}"#;
    assert!(matches!(verdict(400, words), Verdict::Limited { wait: Some(wait), .. } if wait.as_secs() == 9));
    for message in ["retry after a while", "retry after 5 attempts", "retry after "] {
        assert_eq!(wait_in(message), None, "{message}");
    }
}

#[test]
fn usage_is_the_share_of_the_category() {
    let usage = |limit, left| {
        let pairs = [("x-ratelimit-limit", limit), ("x-ratelimit-remaining", left), ("x-ratelimit-reset", "30")];
        PinterestDialect.usage(&headers(&pairs), Some(&"7".into())).first().cloned()
    };
    let some = usage("300, 100;w=1, 300;w=60", "60").unwrap();
    assert!((some.percent - 80.0).abs() < 1e-9 && some.regain.is_none(), "{some:?}");
    assert_eq!(some.scope, Scope::Account("7".into()));
    let none = usage("300", "0").unwrap();
    assert!(none.percent < 1e-9 && none.regain == Some(Duration::from_secs(30)), "a pause, and then full speed: {none:?}");
    assert_eq!(usage("0", "0"), None);
    assert_eq!(usage("lots", "7"), None);
    assert_eq!(PinterestDialect.usage(&HeaderMap::new(), None), Vec::new());
}

#[test]
fn a_dead_refresh_token_is_for_the_user_and_trouble_is_for_time() {
    let verdict = |status: u16, body: &str| TokenDialect.classify(status, &HeaderMap::new(), body.as_bytes());
    let dead = r#"{"code":283,"message":"Invalid refresh token"}"#;
    for status in [400, 401, 403] {
        assert!(matches!(verdict(status, dead), Verdict::Refused(Refusal::Credential, _)), "{status}");
    }
    assert!(matches!(verdict(503, "<html>"), Verdict::Transient(_)));
    let passing = r#"{"code":12,"message":"Something went wrong on our end. Sorry about that."}"#;
    assert!(matches!(verdict(400, passing), Verdict::Transient(_)));
    assert!(matches!(verdict(429, r#"{"code":8,"message":"Rate limit exceeded"}"#), Verdict::Limited { .. }));
    assert_eq!(verdict(200, "{}"), Verdict::Good);
}
