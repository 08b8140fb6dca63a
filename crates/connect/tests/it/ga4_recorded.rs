//! Analytics answering from recorded bodies: the turns of the protocol the simulated platform does not take.

use crate::{
    tape::{Said, Tape, good, said},
    world::quick,
};
use std::{sync::Arc, time::Duration};
use trimtab_connect::{Ask, AuthCause, Connector, Error, ga4::Ga4};
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Standing},
    clock::testing::ManualClock,
    fact::SessionDaily,
};
use trimtab_wire::Wire;

const SECRET: &str = r#"{"client_id":"id-1","client_secret":"hush-1","refresh_token":"1//refresh-1"}"#;
const EXCHANGE: &str = "POST token";
const REPORT: &str = "POST v1beta/properties/123456:runReport";
const LIST: &str = "GET v1beta/accountSummaries";

struct Scene {
    tape: Tape,
    ga4: Ga4,
}

fn granted() -> (&'static str, Said) {
    let scope = "https://www.googleapis.com/auth/analytics.readonly";
    (EXCHANGE, good(format!(r#"{{"access_token":"ya29.token-1","expires_in":3599,"scope":"{scope}","token_type":"Bearer"}}"#)))
}

async fn scene(answers: Vec<(&'static str, Said)>) -> Scene {
    let tape = Tape::start([vec![granted()], answers].concat()).await;
    let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
    let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
    let ga4 = Ga4::new(wire, Some(tape.base.clone()), &SECRET.into(), clock).unwrap();
    Scene { tape, ga4 }
}

fn account() -> Account {
    Account {
        source: Source::Ga4,
        id: "123456".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

impl Scene {
    async fn sessions(&self, days: &str) -> Result<Vec<SessionDaily>, Error> {
        let days: DayRange = days.parse().unwrap();
        let mut rows = self.ga4.facts(&account(), days, Ask::default()).await?.facts.sessions;
        rows.sort_by_key(|row| row.date);
        Ok(rows)
    }

    /// The first and last day of each report asked for, and the row it was asked from.
    fn reports(&self) -> Vec<(String, String, String)> {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let report = |asked: &serde_json::Value| {
            let range = &asked["dateRanges"][0];
            (text(&range["startDate"]), text(&range["endDate"]), text(&asked["offset"]))
        };
        self.tape.documents(REPORT).iter().map(report).collect()
    }
}

/// A page of a table of sessions, one row a day, which says that it has `count` rows.
fn page(days: &[&str], count: usize, more: &str) -> Said {
    let row = |day: &&str| {
        format!(
            r#"{{"dimensionValues":[{{"value":"{day}"}},{{"value":"Paid Search"}},{{"value":"google"}},{{"value":"cpc"}},{{"value":"Brand"}}],
            "metricValues":[{{"value":"812"}},{{"value":"600"}},{{"value":"37"}},{{"value":"9"}},{{"value":"1043.25"}}]}}"#
        )
    };
    let names = |names: &[&str]| names.iter().map(|name| format!(r#"{{"name":"{name}"}}"#)).collect::<Vec<_>>().join(",");
    good(format!(
        r#"{{"dimensionHeaders":[{}],"metricHeaders":[{}],"rows":[{}],"rowCount":{count},
        "metadata":{{"currencyCode":"EUR","timeZone":"Europe/Berlin"{more}}},"kind":"analyticsData#runReport"}}"#,
        names(&["date", "sessionDefaultChannelGroup", "sessionSource", "sessionMedium", "sessionCampaignName"]),
        names(&["sessions", "engagedSessions", "keyEvents", "ecommercePurchases", "purchaseRevenue"]),
        days.iter().map(row).collect::<Vec<_>>().join(",")
    ))
}

const NOTHING: &str = r#"{"metadata":{"currencyCode":"EUR","timeZone":"Europe/Berlin"},"kind":"analyticsData#runReport"}"#;

#[tokio::test]
async fn pages_go_on_from_the_rows_there_are_until_there_are_as_many_as_told() {
    let (first, second) = (page(&["20261101", "20261102"], 3, ""), page(&["20261103"], 3, ""));
    let scene = scene(vec![(REPORT, first.clone()), (REPORT, first), (REPORT, second)]).await;
    let rows = scene.sessions("2026-11-01..2026-11-03").await.unwrap();
    assert_eq!((rows.len(), rows[0].sessions, rows[0].revenue_micros), (3, 812, Some(1_043_250_000)));
    let offsets: Vec<String> = scene.reports().into_iter().map(|(_, _, offset)| offset).collect();
    assert_eq!(offsets, ["0", "2", "2"], "a page served twice is asked for again");
    let document = &scene.tape.documents(REPORT)[0];
    assert_eq!((&document["limit"], &document["keepEmptyRows"]), (&"50000".into(), &false.into()), "numbers travel as text");
    assert!(scene.tape.asked(REPORT)[0].contains("authorization: Bearer ya29.token-1"));
    assert!(scene.tape.asked(EXCHANGE)[0].contains("grant_type=refresh_token") && scene.ga4.renewed_secret().is_none());
}

#[tokio::test]
async fn rows_that_go_missing_amid_a_table_are_noticed() {
    let first = page(&["20261101", "20261102"], 3, "");
    let answers = vec![(REPORT, first.clone()), (REPORT, good(NOTHING)), (REPORT, first), (REPORT, page(&["20261103"], 3, ""))];
    let healed = scene(answers).await;
    assert_eq!(healed.sessions("2026-11-01..2026-11-03").await.unwrap().len(), 3, "read anew");
    let short = scene(vec![(REPORT, page(&["20261101"], 3, ""))]).await;
    let error = short.sessions("2026-11-01..2026-11-03").await.unwrap_err();
    assert!(matches!(&error, Error::Drift { what, .. } if what.contains("as many rows as it says")), "{error}");
    let empty = scene(vec![(REPORT, good(NOTHING))]).await;
    assert_eq!(
        empty.sessions("2026-11-01..2026-11-03").await.unwrap(),
        [],
        "rows and their number are left out where there are none"
    );
}

#[tokio::test]
async fn what_is_said_of_many_days_is_asked_of_each() {
    let days = ["20261101", "20261102", "20261103"];
    let loss = r#","dataLossFromOtherRow":true"#;
    let answers = vec![
        (REPORT, page(&days, 3, loss)),
        (REPORT, page(&days[2..], 1, "")),
        (REPORT, page(&days[1..2], 1, loss)),
        (REPORT, page(&days[..1], 1, r#","subjectToThresholding":true"#)),
    ];
    let scene = scene(answers).await;
    let rows = scene.sessions("2026-11-01..2026-11-03").await.unwrap();
    assert_eq!(rows.iter().map(|row| row.quality.as_str()).collect::<Vec<_>>(), ["thresholded", "other", ""]);
    let asked: Vec<(String, String)> = scene.reports().into_iter().map(|(from, to, _)| (from, to)).collect();
    let day = |day: &str| (format!("2026-11-{day}"), format!("2026-11-{day}"));
    assert_eq!(asked, [("2026-11-01".into(), "2026-11-03".into()), day("03"), day("02"), day("01")], "newest first");
}

#[tokio::test]
async fn revenue_that_may_not_be_seen_is_not_none() {
    let hidden = r#","schemaRestrictionResponse":{"activeMetricRestrictions":[{"metricName":"purchaseRevenue","restrictedMetricTypes":["REVENUE_DATA"]}]}"#;
    let scene = scene(vec![(REPORT, page(&["20261101"], 1, hidden))]).await;
    let rows = scene.sessions("2026-11-01..2026-11-01").await.unwrap();
    assert_eq!((rows[0].revenue_micros, rows[0].purchases), (None, Some(9.0)));
}

#[tokio::test]
async fn asking_again_has_an_end() {
    // Whatever is asked, two days of the same answer with a loss: days outside are none of ours to judge.
    let scene = scene(vec![(REPORT, page(&["20261101"], 1, r#","subjectToThresholding":true"#))]).await;
    let rows = scene.sessions("2026-08-24..2026-11-21").await.unwrap();
    let asked = scene.reports().len();
    assert!(rows.iter().all(|row| row.quality.thresholded) && (20..=62).contains(&asked), "{asked} reports");
}

#[tokio::test]
async fn days_to_come_are_not_asked_for() {
    let scene = scene(vec![(REPORT, good(NOTHING))]).await;
    scene.sessions("2026-11-20..2026-11-25").await.unwrap();
    assert_eq!(scene.reports()[0].1, "2026-11-21");
    assert_eq!(scene.sessions("2026-11-23..2026-11-25").await.unwrap(), []);
    assert_eq!(scene.reports().len(), 1);
}

#[tokio::test]
async fn a_quota_that_is_used_up_names_when_it_is_back() {
    let exhausted = |what: &str| {
        said(
            429,
            format!(r#"{{"error":{{"code":429,"message":"Exhausted {what} quota. Try later.","status":"RESOURCE_EXHAUSTED"}}}}"#),
        )
    };
    let scene = scene(vec![(REPORT, exhausted("server errors"))]).await;
    let error = scene.sessions("2026-11-01..2026-11-01").await.unwrap_err();
    let Error::RateLimited { wait, account, .. } = &error else { panic!("{error}") };
    assert!(*wait > Duration::from_secs(59 * 60) && account.as_ref().unwrap().as_str() == "123456", "{error}");
    assert_eq!(scene.reports().len(), 1);
}

#[tokio::test]
async fn amounts_of_another_currency_are_not_taken() {
    let dollars = NOTHING.replace("EUR", "USD");
    let scene = scene(vec![(REPORT, good(dollars))]).await;
    let error = scene.sessions("2026-11-01..2026-11-01").await.unwrap_err();
    assert!(matches!(&error, Error::Transient { what, .. } if what.contains("were EUR") && what.contains("are USD")), "{error}");
}

#[tokio::test]
async fn a_property_is_described_by_its_reports_and_named_by_the_list() {
    let list = |token: &str, id: &str| {
        good(format!(
            r#"{{"accountSummaries":[{{"name":"accountSummaries/1","propertySummaries":[{{"property":"properties/{id}","displayName":"Shop {id}"}}]}}]{token}}}"#
        ))
    };
    let answers = vec![
        (LIST, list(r#","nextPageToken":"abc""#, "7")),
        (LIST, list("", "123456")),
        (REPORT, good(NOTHING)),
        ("POST v1beta/properties/7:runReport", said(403, r#"{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}"#)),
    ];
    let scene = scene(answers).await;
    let accounts = scene.ga4.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1, "one that will not be read is left out");
    assert_eq!(
        (accounts[0].name.as_str(), accounts[0].currency.as_str(), accounts[0].zone.as_str()),
        ("Shop 123456", "EUR", "Europe/Berlin")
    );
    assert_eq!(scene.tape.params(LIST, "pageToken"), ["", "abc"]);
    let credential = scene.ga4.check().await.unwrap();
    assert_eq!(credential.scopes, ["https://www.googleapis.com/auth/analytics.readonly"]);
    let error = scene.ga4.account(&"G-ABC123".into()).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("measurement id")), "{error}");
}

#[tokio::test]
async fn a_token_that_lasts_an_hour_is_no_credential() {
    let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
    let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
    let error = Ga4::new(wire, None, &"ya29.token-1".into(), clock).unwrap_err();
    assert!(matches!(error, Error::Secret { .. }) && error.to_string().contains("lasts an hour"), "{error}");
    assert!(!error.to_string().contains("ya29"), "{error}");
}

#[tokio::test]
async fn a_property_whose_name_is_kept_from_us_goes_by_its_number() {
    let off = r#"{"error":{"code":403,"message":"Google Analytics Admin API has not been used in project 1 before or it is disabled.","status":"PERMISSION_DENIED"}}"#;
    let scene = scene(vec![(LIST, said(403, off)), (REPORT, good(NOTHING))]).await;
    let account = scene.ga4.account(&"123456".into()).await.unwrap();
    assert_eq!(account.name, "123456");
    let error = scene.ga4.check().await.unwrap_err();
    assert!(matches!(&error, Error::Auth { cause: AuthCause::Permission, reason, .. } if reason.contains("Admin API")), "{error}");
}

#[tokio::test]
async fn a_consent_without_the_scope_is_named_and_a_dead_one_is_for_the_user() {
    let narrow = (EXCHANGE, good(r#"{"access_token":"ya29.token-1","expires_in":3599,"scope":"openid email"}"#));
    let list = r#"{"accountSummaries":[{"propertySummaries":[{"property":"properties/1"}]}]}"#;
    let tape = Tape::start(vec![narrow, (LIST, good(list))]).await;
    let connect = |tape: &Tape| {
        let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
        let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
        Ga4::new(wire, Some(tape.base.clone()), &SECRET.into(), clock).unwrap()
    };
    let error = connect(&tape).check().await.unwrap_err();
    assert!(error.to_string().contains("lacks the scope https://www.googleapis.com/auth/analytics.readonly"), "{error}");
    let dead = said(400, r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#);
    let tape = Tape::start(vec![(EXCHANGE, dead)]).await;
    let error = connect(&tape).account(&"123456".into()).await.unwrap_err();
    assert!(matches!(&error, Error::Auth { cause: AuthCause::Credential, account: Some(_), .. }), "{error}");
    assert!(!format!("{error:?}").contains("refresh-1"), "{error:?}");
}
