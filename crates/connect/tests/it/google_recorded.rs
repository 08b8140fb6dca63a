//! Google answering from recorded bodies: the turns of the protocol the simulated platform does not take.

use crate::world::quick;
use jiff::SignedDuration;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use trimtab_connect::{
    Ask, AuthCause, Connector, Detail, Error,
    google::{self, Google, WINDOW_ALL, WINDOW_BIDDABLE},
};
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Standing},
    clock::testing::ManualClock,
    fact::Facts,
};
use trimtab_wire::{Wire, WireSettings};

const SECRET: &str =
    r#"{"developer_token":"dev-token-1","client_id":"client-1","client_secret":"hush-hush-1","refresh_token":"1//refresh-1"}"#;
const TOKEN: (&str, u16, &str) = (
    "token",
    200,
    r#"{"access_token":"ya29.first","expires_in":3599,"scope":"https://www.googleapis.com/auth/adwords","token_type":"Bearer"}"#,
);

/// Answers by what is asked (see [`key`]), each in order, the last one for ever.
struct Recorded {
    google: Google,
    clock: Arc<ManualClock>,
    requests: Arc<Mutex<Vec<Asked>>>,
}

/// One request: what it is about, its head and its body.
#[derive(Debug, Clone)]
struct Asked {
    key: String,
    head: String,
    body: String,
}

type Answers = HashMap<&'static str, VecDeque<(u16, String)>>;

impl Recorded {
    async fn start(secret: &str, answers: &[(&'static str, u16, &str)]) -> Self {
        Self::with(secret, quick(), answers).await
    }

    async fn with(secret: &str, settings: WireSettings, answers: &[(&'static str, u16, &str)]) -> Self {
        let mut by_key = Answers::new();
        for (key, status, body) in answers {
            by_key.entry(key).or_default().push_back((*status, (*body).to_owned()));
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/google", listener.local_addr().unwrap()).parse().unwrap();
        let (answers, requests) = (Arc::new(Mutex::new(by_key)), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&log)));
            }
        });
        let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
        let wire = Wire::new(settings, Arc::clone(&clock) as _).unwrap();
        let google = Google::new(wire, Some(base), &secret.into(), Arc::clone(&clock) as _).unwrap();
        Self { google, clock, requests }
    }

    /// Reads three days of ads and conversions.
    async fn facts(&self) -> Result<Facts, Error> {
        let ask = Ask { detail: Detail::AdsOnly, ..Ask::default() };
        Ok(self.google.facts(&account("111"), "2026-11-01..2026-11-03".parse::<DayRange>().unwrap(), ask).await?.facts)
    }

    fn asked(&self, key: &str) -> Vec<Asked> {
        self.requests.lock().unwrap().iter().filter(|asked| asked.key == key).cloned().collect()
    }
}

/// What a request is about: `token`, `accessible`, or the resource a query reads, with `actions` where it is split by those.
fn key(head: &str, body: &str) -> String {
    let path = head.split(' ').nth(1).unwrap_or_default();
    if path.ends_with("/token") {
        return "token".to_owned();
    }
    if path.ends_with("customers:listAccessibleCustomers") {
        return "accessible".to_owned();
    }
    let from = body.split("FROM ").nth(1).unwrap_or_default().split([' ', '"']).next().unwrap_or_default();
    let actions = if body.contains("segments.conversion_action") { " actions" } else { "" };
    format!("{from}{actions}")
}

async fn serve(mut stream: TcpStream, answers: Arc<Mutex<Answers>>, log: Arc<Mutex<Vec<Asked>>>) -> Option<()> {
    let mut buffer = [0; 16_384];
    let mut request = String::new();
    let (head, body) = loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        request.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let key = key(&head, &body);
    log.lock().unwrap().push(Asked { key: key.clone(), head, body });
    let (status, body) = {
        let mut answers = answers.lock().unwrap();
        match answers.get_mut(key.as_str()) {
            Some(answers) if answers.len() > 1 => answers.pop_front()?,
            Some(answers) => answers.front()?.clone(),
            None => (404, format!(r#"{{"error":{{"code":404,"status":"NOT_FOUND","message":"nothing recorded for {key}"}}}}"#)),
        }
    };
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

fn account(id: &str) -> Account {
    Account {
        source: Source::Google,
        id: id.into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn campaign(id: &str, channel: &str, cost: u32) -> String {
    format!(
        r#"{{"campaign":{{"resourceName":"customers/111/campaigns/{id}","id":"{id}","advertisingChannelType":"{channel}"}},
        "segments":{{"date":"2026-11-01"}},"metrics":{{"impressions":"100","clicks":"3","costMicros":"{cost}","conversions":2,
        "conversionsValue":50.5,"videoTrueviewViews":"0"}}}}"#
    )
}

fn ad(campaign: &str, id: &str, cost: u32) -> String {
    format!(
        r#"{{"campaign":{{"id":"{campaign}"}},"adGroup":{{"id":"31"}},"adGroupAd":{{"ad":{{"id":"{id}","type":"RESPONSIVE_SEARCH_AD"}}}},
        "segments":{{"date":"2026-11-01"}},"metrics":{{"impressions":"100","clicks":"3","costMicros":"{cost}","conversions":2,
        "conversionsValue":50.5}}}}"#
    )
}

fn action(place: &str, conversions: f64, all: f64) -> String {
    format!(
        r#"{{{place},"segments":{{"date":"2026-11-01","conversionAction":"customers/111/conversionActions/7",
        "conversionActionName":"Purchase"}},"metrics":{{"conversions":{conversions},"conversionsValue":{conversions},
        "allConversions":{all},"allConversionsValue":{all}}}}}"#
    )
}

fn stream(rows: &[String]) -> String {
    format!(r#"[{{"results":[{}],"fieldMask":"campaign.id","requestId":"Aq1"}}]"#, rows.join(","))
}

fn failure(code: u16, status: &str, category: &str, value: &str) -> String {
    format!(
        r#"[{{"error":{{"code":{code},"message":"m","status":"{status}","details":[{{
        "@type":"type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure","requestId":"Zx9",
        "errors":[{{"errorCode":{{"{category}":"{value}"}},"message":"{value} it is."}}]}}]}}}}]"#
    )
}

const EXPIRED: &str = r#"{"error":{"code":401,"message":"Invalid authentication credentials.","status":"UNAUTHENTICATED",
    "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_EXPIRED"}]}}"#;
const EMPTY: &str = "[]";

#[tokio::test]
async fn performance_max_has_days_without_ads_and_everything_adds_up() {
    let campaigns = stream(&[campaign("1", "SEARCH", 700), campaign("2", "PERFORMANCE_MAX", 900)]);
    let ads = stream(&[ad("1", "11", 700)]);
    let of_ad = r#""campaign":{"id":"1"},"adGroup":{"id":"31"},"adGroupAd":{"ad":{"id":"11"}}"#;
    let by_ad = stream(&[action(of_ad, 2.0, 2.5)]);
    let by_campaign = stream(&[action(r#""campaign":{"id":"1"}"#, 2.0, 2.5), action(r#""campaign":{"id":"2"}"#, 0.0, 1.0)]);
    let google = Recorded::start(
        SECRET,
        &[
            TOKEN,
            ("campaign", 200, &campaigns),
            ("ad_group_ad", 200, &ads),
            ("ad_group_ad actions", 200, &by_ad),
            ("campaign actions", 200, &by_campaign),
        ],
    )
    .await;
    let facts = google.facts().await.unwrap();
    let told: Vec<_> = facts
        .ad_daily
        .iter()
        .map(|fact| (fact.placing.campaign.as_str(), fact.placing.ad.as_str(), fact.measures.spend_micros))
        .collect();
    assert_eq!(told, [("1", "11", 700), ("2", "", 900)]);
    assert!(facts.ad_daily[1].placing.ad_group.is_none());
    assert_eq!((facts.ad_daily[0].measures.video_views, facts.ad_daily[1].measures.video_views), (None, Some(0)));
    let counted: Vec<_> =
        facts.conversions.iter().map(|c| (c.placing.campaign.as_str(), c.window.as_str(), c.count, c.value_micros)).collect();
    assert_eq!(
        counted,
        [
            ("1", WINDOW_BIDDABLE, 2.0, Some(2_000_000)),
            ("1", WINDOW_ALL, 2.5, Some(2_500_000)),
            ("2", WINDOW_ALL, 1.0, Some(1_000_000)),
        ]
    );
}

#[tokio::test]
async fn requests_are_queries_with_a_token_and_no_empty_headers() {
    let google = Recorded::start(SECRET, &[TOKEN, ("campaign", 200, EMPTY), ("ad_group_ad", 200, EMPTY)]).await;
    assert_eq!(google.facts().await.unwrap().rows(), 0, "no campaign and no ad is an answer");
    let asked = google.asked("campaign").remove(0);
    assert!(asked.head.starts_with("POST /google/v25/customers/111/googleAds:searchStream HTTP"), "{}", asked.head);
    assert!(asked.head.contains("authorization: Bearer ya29.first") && asked.head.contains("developer-token: dev-token-1"));
    assert!(!asked.head.contains("login-customer-id"), "{}", asked.head);
    assert!(asked.body.contains("BETWEEN '2026-11-01' AND '2026-11-03'") && !asked.body.contains("pageSize"), "{}", asked.body);
    let token = google.asked("token").remove(0);
    assert!(token.head.starts_with("POST /google/token HTTP"), "{}", token.head);
    for part in ["grant_type=refresh_token", "client_id=client-1", "client_secret=hush-hush-1", "refresh_token=1%2F%2Frefresh-1"] {
        assert!(token.body.contains(part), "{part}");
    }

    let bare = SECRET.replace("dev-token-1", "");
    let google = Recorded::start(&bare, &[TOKEN, ("campaign", 200, EMPTY), ("ad_group_ad", 200, EMPTY)]).await;
    google.facts().await.unwrap();
    assert!(!google.asked("campaign")[0].head.contains("developer-token"), "never sent empty");
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end_and_after_a_refusal() {
    let second = TOKEN.2.replace("first", "second");
    let empty = [TOKEN, ("token", 200, &second), ("campaign", 200, EMPTY), ("ad_group_ad", 200, EMPTY)];
    let google = Recorded::start(SECRET, &empty).await;
    google.facts().await.unwrap();
    google.clock.advance(SignedDuration::from_mins(54));
    google.facts().await.unwrap();
    assert_eq!(google.asked("token").len(), 1, "it is good for another six minutes");
    google.clock.advance(SignedDuration::from_mins(2));
    google.facts().await.unwrap();
    assert_eq!(google.asked("token").len(), 2);
    assert!(google.asked("campaign")[2].head.contains("Bearer ya29.second"));
    assert!(google.google.renewed_secret().is_none(), "the refresh token stays the same");

    let answers =
        [TOKEN, ("token", 200, &second), ("campaign", 401, EXPIRED), ("campaign", 200, EMPTY), ("ad_group_ad", 200, EMPTY)];
    let google = Recorded::start(SECRET, &answers).await;
    google.facts().await.unwrap();
    assert!(google.asked("campaign")[1].head.contains("Bearer ya29.second"));
}

#[tokio::test]
async fn a_refusal_that_stays_or_cannot_be_cured_is_for_the_user() {
    let google = Recorded::start(SECRET, &[TOKEN, ("campaign", 401, EXPIRED)]).await;
    let error = google.facts().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, account: Some(_), .. }), "{error}");
    assert_eq!((google.asked("campaign").len(), google.asked("token").len()), (2, 2), "renewed once");

    let revoked = failure(401, "UNAUTHENTICATED", "authenticationError", "OAUTH_TOKEN_REVOKED");
    let google = Recorded::start(SECRET, &[TOKEN, ("campaign", 401, &revoked)]).await;
    assert!(matches!(google.facts().await, Err(Error::Auth { .. })));
    assert_eq!((google.asked("campaign").len(), google.asked("token").len()), (1, 1), "another token would be no better");

    let dead = r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked. 1//refresh-1"}"#;
    let google = Recorded::start(SECRET, &[("token", 400, dead)]).await;
    let error = google.facts().await.unwrap_err();
    assert!(error.to_string().contains("Google Ads account 111: invalid_grant: Token has been expired or revoked"), "{error}");
    assert!(!format!("{error:?}").contains("refresh-1"), "{error:?}");
}

#[tokio::test]
async fn an_exchanged_refresh_token_is_kept_in_the_whole_secret() {
    let rotated = TOKEN.2.replace(r#""token_type""#, r#""refresh_token":"1//refresh-2","token_type""#);
    let google = Recorded::start(SECRET, &[("token", 200, &rotated), ("campaign", 200, EMPTY), ("ad_group_ad", 200, EMPTY)]).await;
    google.facts().await.unwrap();
    let kept = secrecy::ExposeSecret::expose_secret(&google.google.renewed_secret().unwrap()).to_owned();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!((&kept["refresh_token"], &kept["client_secret"]), (&"1//refresh-2".into(), &"hush-hush-1".into()));
}

#[tokio::test]
async fn answers_that_are_empty_without_a_reason_are_not_taken() {
    let campaigns = stream(&[campaign("1", "SEARCH", 700)]);
    let answers = [TOKEN, ("campaign", 200, &*campaigns), ("ad_group_ad", 200, EMPTY), ("ad_group_ad actions", 200, EMPTY)];
    let error = Recorded::start(SECRET, &answers).await.facts().await.unwrap_err();
    assert!(matches!(&error, Error::Doubtful { what, .. } if what.contains("campaign 1 was shown on 2026-11-01")), "{error}");
    let ads = stream(&[ad("1", "11", 700)]);
    let error = Recorded::start(SECRET, &[TOKEN, ("campaign", 200, EMPTY), ("ad_group_ad", 200, &ads)]).await.facts().await;
    let error = error.unwrap_err();
    assert!(matches!(&error, Error::Doubtful { what, .. } if what.contains("ad 11 has figures")), "{error}");
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_asked_for_again() {
    let good = stream(&[campaign("2", "PERFORMANCE_MAX", 900)]);
    let broken = good.replace("}]", r#"},{"error":{"code":500,"message":"Internal error encountered.","status":"INTERNAL"}}]"#);
    let broken = broken.replacen(r#"},{"error""#, r#"}],"fieldMask":"a"},{"error""#, 1);
    let named = stream(&[action(r#""campaign":{"id":"2"}"#, 2.0, 2.0)]);
    let google = Recorded::start(
        SECRET,
        &[
            TOKEN,
            ("campaign", 200, &broken),
            ("campaign", 200, &good),
            ("ad_group_ad", 200, EMPTY),
            ("ad_group_ad actions", 200, EMPTY),
            ("campaign actions", 200, &named),
        ],
    )
    .await;
    assert_eq!(google.facts().await.unwrap().ad_daily.len(), 1);
    assert_eq!(google.asked("campaign").len(), 2);
}

#[tokio::test]
async fn what_is_too_large_to_keep_is_read_in_halves() {
    let large = stream(&vec![campaign("2", "PERFORMANCE_MAX", 900); 20]);
    let settings = WireSettings { body_bytes_max: 1_000, ..quick() };
    let google = Recorded::with(
        SECRET,
        settings,
        &[TOKEN, ("campaign", 200, &large), ("campaign", 200, EMPTY), ("ad_group_ad", 200, EMPTY)],
    )
    .await;
    assert_eq!(google.facts().await.unwrap().rows(), 0);
    let ranges: Vec<_> =
        google.asked("campaign").iter().map(|asked| asked.body.split("BETWEEN ").nth(1).unwrap().to_owned()).collect();
    let expected = ["'2026-11-01' AND '2026-11-03'\"}", "'2026-11-01' AND '2026-11-01'\"}", "'2026-11-02' AND '2026-11-03'\"}"];
    assert_eq!(ranges, expected);
}

#[tokio::test]
async fn a_retired_version_asks_for_an_upgrade() {
    let retired = failure(400, "INVALID_ARGUMENT", "requestError", "UNSUPPORTED_VERSION");
    let google = Recorded::start(SECRET, &[TOKEN, ("campaign", 400, &retired), ("accessible", 400, &retired)]).await;
    for error in [google.facts().await.unwrap_err(), google.google.check().await.unwrap_err()] {
        assert!(matches!(&error, Error::Retired { version: google::VERSION, .. }), "{error:?}");
        assert!(error.to_string().contains("no longer supports version v25 of its interface: upgrade Trimtab"), "{error}");
    }
}

#[tokio::test]
async fn accounts_below_managers_are_found_with_the_way_to_them() {
    let client = |id: &str, manager: bool| {
        format!(
            r#"{{"customerClient":{{"resourceName":"customers/900/customerClients/{id}","id":"{id}","manager":{manager},"level":"1",
            "descriptiveName":"Account {id}","currencyCode":"EUR","timeZone":"Europe/Berlin","status":"ENABLED"}}}}"#
        )
    };
    let accessible = r#"{"resourceNames":["customers/900","customers/555","customers/222"]}"#;
    let closed = failure(403, "PERMISSION_DENIED", "authorizationError", "CUSTOMER_NOT_ENABLED");
    let denied = failure(403, "PERMISSION_DENIED", "authorizationError", "USER_PERMISSION_DENIED");
    let answers = [
        TOKEN,
        ("accessible", 200, accessible),
        ("customer_client", 200, &*stream(&[client("900", true), client("111", false), client("222", false)])),
        ("customer_client", 403, &*closed),
        ("customer_client", 200, &*stream(&[client("222", false)])),
        ("campaign", 403, &*denied),
        ("campaign", 200, EMPTY),
        ("ad_group_ad", 200, EMPTY),
    ];
    let google = Recorded::start(SECRET, &answers).await;
    google.facts().await.unwrap();
    let asked = google.asked("campaign");
    assert!(!asked[0].head.contains("login-customer-id") && asked[1].head.contains("login-customer-id: 900"), "{asked:?}");
    assert!(google.asked("ad_group_ad")[0].head.contains("login-customer-id: 900"), "the way is remembered");

    let google = Recorded::start(SECRET, &answers).await;
    let accounts = google.google.accounts().await.unwrap();
    let ids: Vec<_> = accounts.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(ids, ["111", "222"], "managers have no ads, a closed account hides nobody, and each is told once");

    let named = SECRET.replace(r#""client_id""#, r#""login_customer_id":"900","client_id""#);
    let google = Recorded::start(&named, &[TOKEN, ("campaign", 403, &denied)]).await;
    let error = google.facts().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error}");
    assert_eq!(google.asked("campaign").len(), 1, "the way was given, nothing is searched");
    assert!(google.asked("campaign")[0].head.contains("login-customer-id: 900"));
}

#[tokio::test]
async fn lists_go_by_pages_and_each_object_counts_once() {
    let group = |id: u32| format!(r#"{{"campaign":{{"id":"1"}},"adGroup":{{"id":"{id}","name":"G","status":"ENABLED"}}}}"#);
    let page = |groups: &[u32], next: &str| {
        let rows: Vec<_> = groups.iter().map(|id| group(*id)).collect();
        format!(r#"{{"results":[{}],"fieldMask":"adGroup.id"{next}}}"#, rows.join(","))
    };
    let next = |token: &str| format!(r#","nextPageToken":"{token}""#);
    let (first, second) = (page(&[1, 2], &next("P2")), page(&[3], ""));
    let nothing = r#"{"fieldMask":"campaign.id"}"#;
    let answers = [
        TOKEN,
        ("campaign", 200, nothing),
        ("ad_group", 200, &*first),
        ("ad_group", 200, &*first),
        ("ad_group", 200, &*second),
        ("ad_group_ad", 200, nothing),
        ("conversion_action", 200, nothing),
    ];
    let google = Recorded::start(SECRET, &answers).await;
    let snapshot = google.google.entities(&account("111")).await.unwrap();
    assert_eq!(snapshot.states.len(), 1 + 3, "the account and its groups, though a page was served twice");
    let asked = google.asked("ad_group");
    assert!(asked[0].head.contains("googleAds:search HTTP") && !asked[0].body.contains("pageToken"), "{asked:?}");
    assert!(asked[1].body.contains(r#""pageToken":"P2""#) && asked[2].body.contains(r#""pageToken":"P2""#), "{asked:?}");
}

#[tokio::test]
async fn changes_beyond_what_is_given_at_once_are_read_on() {
    let event = |id: u32, at: &str| {
        format!(
            r#"{{"changeEvent":{{"resourceName":"customers/111/changeEvents/{id}","changeDateTime":"{at}","changeResourceType":"CAMPAIGN",
            "resourceChangeOperation":"UPDATE","changedFields":"status","oldResource":{{"campaign":{{"status":"ENABLED"}}}},
            "newResource":{{"campaign":{{"status":"PAUSED"}}}}}}}}"#
        )
    };
    let full: Vec<_> =
        (0..10_000).map(|id| event(id, if id < 9_990 { "2026-11-20 12:00:00.5" } else { "2026-11-19 08:00:00" })).collect();
    let rest = [event(9_999, "2026-11-19 08:00:00"), event(10_000, "2026-11-18 08:00:00")];
    let google =
        Recorded::start(SECRET, &[TOKEN, ("change_event", 200, &stream(&full)), ("change_event", 200, &stream(&rest))]).await;
    let changes = google.google.changes(&account("111"), "2026-01-01..2026-11-21".parse().unwrap()).await.unwrap();
    assert_eq!(changes.len(), 10_001);
    assert_eq!(changes[0].fields[0].after.as_deref(), Some("PAUSED"));
    let asked = google.asked("change_event");
    assert!(asked[0].body.contains(">= '2026-10-23 00:00:00'"), "thirty days are kept: {}", asked[0].body);
    assert!(asked[0].body.contains("LIMIT 10000") && asked[1].body.contains("<= '2026-11-19 08:00:00'"), "{}", asked[1].body);
}
