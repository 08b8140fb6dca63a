//! Meta answering from recorded bodies: the turns of the protocol the simulated platform does not take.

use crate::world::quick;
use secrecy::SecretString;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use trimtab_connect::{
    Connector, Error,
    meta::{ConversionChoice, FactsRequest, Insights, Meta, Transport, VERSION},
};
use trimtab_domain::{DayRange, Source, account::Account, account::Standing, clock::testing::ManualClock, entity::EntityKind};
use trimtab_wire::Wire;

const TOKEN: &str = "EAAB0123456789";

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/meta/", $name))
    };
}

/// Answers by the last part of the path, each in order, the last one for ever.
struct Recorded {
    meta: Meta,
    requests: Arc<Mutex<Vec<String>>>,
}

type Answers = HashMap<&'static str, VecDeque<(u16, String)>>;

impl Recorded {
    async fn start(answers: &[(&'static str, u16, &str)]) -> Self {
        let mut by_path = Answers::new();
        for (path, status, body) in answers {
            by_path.entry(path).or_default().push_back((*status, (*body).to_owned()));
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/meta", listener.local_addr().unwrap()).parse().unwrap();
        let (answers, requests) = (Arc::new(Mutex::new(by_path)), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&log)));
            }
        });
        let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
        let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
        Self { meta: Meta::new(wire, base, SecretString::from(TOKEN), clock), requests }
    }

    /// Reads three days of ads.
    async fn facts(&self, transport: Transport) -> Result<Insights, Error> {
        let request =
            FactsRequest { conversions: ConversionChoice::Auto, breakdowns: Vec::new(), transport, ..FactsRequest::default() };
        self.meta.insights(&account(), "2026-11-01..2026-11-03".parse::<DayRange>().unwrap(), &request).await
    }

    /// The query of each request to a path, decoded.
    fn asked(&self, path: &str) -> Vec<HashMap<String, String>> {
        let requests = self.requests.lock().unwrap();
        let targets = requests.iter().filter_map(|request| request.split(' ').nth(1));
        let urls = targets.map(|target| url::Url::parse(&format!("http://x{target}")).unwrap());
        urls.filter(|url| url.path().ends_with(path)).map(|url| url.query_pairs().into_owned().collect()).collect()
    }
}

async fn serve(mut stream: TcpStream, answers: Arc<Mutex<Answers>>, log: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut buffer = [0; 16_384];
    let mut request = String::new();
    // A form may follow its head in a packet of its own; nobody here reads forms.
    while !request.contains("\r\n\r\n") {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        request.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    let mut words = request.split(' ');
    let verb = words.next()?;
    let path = words.next()?.split('?').next()?.trim_start_matches("/meta/v26.0/").to_owned();
    let probe = verb == "GET" && request.contains("level=account");
    let key = if probe {
        "probe".to_owned()
    } else if verb == "POST" {
        format!("POST {path}")
    } else {
        path
    };
    log.lock().unwrap().push(request.clone());
    let (status, body) = {
        let mut answers = answers.lock().unwrap();
        let answers = answers.get_mut(key.as_str());
        match answers {
            Some(answers) if answers.len() > 1 => answers.pop_front()?,
            Some(answers) => answers.front()?.clone(),
            None => (404, format!(r#"{{"error":{{"message":"nothing recorded for {key}","code":803}}}}"#)),
        }
    };
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

fn account() -> Account {
    Account {
        source: Source::Meta,
        id: "111".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

const INSIGHTS: &str = "act_111/insights";
const PROBE: (&str, u16, &str) = ("probe", 200, fixture!("insights_account.json"));
const ONE: &str = fixture!("insights_page_1.json");
const TWO: &str = fixture!("insights_page_2.json");
const REDUCE: &str = fixture!("error_reduce_data.json");

fn failure(code: i64, subcode: i64, message: &str) -> String {
    format!(
        r#"{{"error":{{"message":"{message}","type":"OAuthException","code":{code},"error_subcode":{subcode},"fbtrace_id":"A"}}}}"#
    )
}

#[tokio::test]
async fn pages_follow_the_cursor_and_never_the_next_address() {
    let meta = Recorded::start(&[PROBE, (INSIGHTS, 200, ONE), (INSIGHTS, 200, TWO)]).await;
    let fetched = meta.facts(Transport::Direct).await.unwrap();
    assert_eq!((fetched.facts.ad_daily.len(), fetched.api_calls), (3, 3));
    assert_eq!(fetched.counted.actions(), ["omni_purchase"]);
    let asked = meta.asked(INSIGHTS);
    assert_eq!(asked[2]["after"], "MTAw", "from the cursors of the first page");
    for request in meta.requests.lock().unwrap().iter() {
        assert!(request.contains(&format!("authorization: Bearer {TOKEN}")));
        assert!(!request.lines().next().unwrap().contains(TOKEN), "{request}");
    }
}

#[tokio::test]
async fn too_much_data_halves_the_page_and_then_the_range() {
    let meta =
        Recorded::start(&[PROBE, (INSIGHTS, 500, REDUCE), (INSIGHTS, 500, REDUCE), (INSIGHTS, 200, ONE), (INSIGHTS, 200, TWO)])
            .await;
    assert_eq!(meta.facts(Transport::Direct).await.unwrap().facts.ad_daily.len(), 3);
    let limits: Vec<_> = meta.asked(INSIGHTS)[1..].iter().map(|query| query["limit"].clone()).collect();
    assert_eq!(limits, ["500", "250", "125", "125"]);

    let mut answers = vec![PROBE];
    answers.extend([(INSIGHTS, 500, REDUCE); 6]);
    answers.push((INSIGHTS, 200, r#"{"data":[]}"#));
    let meta = Recorded::start(&answers).await;
    assert_eq!(meta.facts(Transport::Direct).await.unwrap().facts.rows(), 0);
    let asked = meta.asked(INSIGHTS);
    let ranges: Vec<_> = asked[1..].iter().map(|query| (query["limit"].as_str(), query["time_range"].as_str())).collect();
    assert_eq!(ranges[5], ("25", r#"{"since":"2026-11-01","until":"2026-11-03"}"#));
    let pieces: Vec<_> = ranges[6..].iter().map(|(_, range)| *range).collect();
    assert_eq!(pieces, [r#"{"since":"2026-11-01","until":"2026-11-01"}"#, r#"{"since":"2026-11-02","until":"2026-11-03"}"#]);
}

#[tokio::test]
async fn a_single_day_that_is_too_large_goes_by_report() {
    let meta = Recorded::start(&[
        PROBE,
        (INSIGHTS, 500, REDUCE),
        ("POST act_111/insights", 200, r#"{"report_run_id":6023920149050}"#),
        ("6023920149050", 400, &failure(100, 33, "Unsupported get request")),
        ("6023920149050", 200, r#"{"id":"6023920149050","async_status":"Job Completed","async_percent_completion":90}"#),
        ("6023920149050", 200, r#"{"id":"6023920149050","async_status":"Job Completed","async_percent_completion":100}"#),
        ("6023920149050/insights", 200, r#"{"data":[]}"#),
    ])
    .await;
    meta.facts(Transport::Direct).await.unwrap();
    let looks = meta.asked("6023920149050").len();
    assert!(looks >= 3, "unknown at first, then ahead of its rows, then ready: {looks}");
    assert_eq!(meta.asked("6023920149050/insights").len(), 3, "one report for each of the three days");
}

#[tokio::test]
async fn cursors_that_go_in_circles_are_drift() {
    let circle = ONE.replace("120210003", "120210009");
    let meta = Recorded::start(&[PROBE, (INSIGHTS, 200, ONE), (INSIGHTS, 200, &circle)]).await;
    let error = meta.facts(Transport::Direct).await.unwrap_err();
    assert!(matches!(&error, Error::Drift { what, .. } if what.contains("circle")), "{error}");
    assert!(meta.asked(INSIGHTS).len() < 20);
}

#[tokio::test]
async fn contradicting_pages_are_drift_without_the_token() {
    let other = ONE.replace("15230", "15231");
    let meta = Recorded::start(&[PROBE, (INSIGHTS, 200, ONE), (INSIGHTS, 200, &other)]).await;
    let error = meta.facts(Transport::Direct).await.unwrap_err();
    assert!(error.to_string().contains("two different rows for ad 120210003 on 2026-11-01"), "{error}");
    assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
}

#[tokio::test]
async fn a_retired_version_asks_for_an_upgrade() {
    for (status, body) in
        [(400, failure(2635, 0, "(#2635) You are calling a deprecated version of the Ads API")), (426, String::new())]
    {
        let meta = Recorded::start(&[("probe", status, &body), ("me", status, &body)]).await;
        for error in [meta.facts(Transport::Direct).await.unwrap_err(), meta.meta.check().await.unwrap_err()] {
            assert!(matches!(&error, Error::Retired { version: VERSION, .. }), "{error:?}");
            assert!(error.to_string().contains("no longer supports version v26.0 of its interface: upgrade Trimtab"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_quoted_token_is_masked() {
    let body = failure(190, 467, &format!("Malformed access token {TOKEN}"));
    let meta = Recorded::start(&[("me", 400, &body)]).await;
    let error = meta.meta.check().await.unwrap_err();
    assert!(error.to_string().contains("Malformed access token [secret] (HTTP 400, code 190/467)"), "{error}");
}

#[tokio::test]
async fn a_token_nobody_may_inspect_is_still_good() {
    let me = ("me", 200, r#"{"id":"77","name":"System user"}"#);
    let meta = Recorded::start(&[me, ("debug_token", 400, &failure(100, 0, "(#100) You must provide an app access token"))]).await;
    let credential = meta.meta.check().await.unwrap();
    assert_eq!((credential.user_name.as_str(), credential.expires_at, credential.scopes.len()), ("System user", None, 0));

    let meta = Recorded::start(&[me, ("debug_token", 200, fixture!("debug_token.json"))]).await;
    let credential = meta.meta.check().await.unwrap();
    assert_eq!(credential.expires_at.map(|at| at.to_string()).as_deref(), Some("2027-01-20T00:00:00Z"));
    assert_eq!(credential.data_access_expires_at, None, "zero means never");

    let narrow = fixture!("debug_token.json").replace("ads_read", "pages_show_list");
    let meta = Recorded::start(&[me, ("debug_token", 200, &narrow)]).await;
    assert!(meta.meta.check().await.unwrap_err().to_string().contains("lacks the permission ads_read"));
}

#[tokio::test]
async fn an_hour_the_clock_goes_through_twice_holds_both() {
    let bins = r#"{"data":[
        {"start_time":"2026-10-25T02:00:00+0200","data":[{"value":"Purchase","count":3}]},
        {"start_time":"2026-10-25T02:00:00+0100","data":[{"value":"Purchase","count":"4"},{"value":"PageView","count":9}]},
        {"start_time":"2026-10-25T23:00:00+0100","data":[]}]}"#;
    let meta = Recorded::start(&[("77/stats", 200, bins)]).await;
    let berlin = Account { zone: "Europe/Berlin".parse().unwrap(), ..account() };
    let hours = meta.meta.pixel_hours(&berlin, "77", "2026-10-25..2026-10-26".parse().unwrap()).await.unwrap().unwrap();
    let (day, next) = ("2026-10-25".parse().unwrap(), "2026-10-26".parse().unwrap());
    assert_eq!((hours[&day]["Purchase"][2], hours[&day]["PageView"][2], hours[&day]["Purchase"].iter().sum::<i64>()), (7, 9, 7));
    assert!(hours[&next].is_empty(), "a day without events is one that was read");
}

#[tokio::test]
async fn events_a_credential_may_not_see_are_not_told() {
    let meta = Recorded::start(&[("77/stats", 403, &failure(200, 0, "(#200) Requires business_management permission"))]).await;
    let told = meta.meta.pixel_hours(&account(), "77", "2026-10-25..2026-10-26".parse().unwrap()).await.unwrap();
    assert!(told.is_none(), "{told:?}");
}

#[tokio::test]
async fn pixels_out_of_sight_are_left_out_and_not_called_complete() {
    let empty = r#"{"data":[]}"#;
    let meta = Recorded::start(&[
        ("act_111/campaigns", 200, empty),
        ("act_111/adsets", 200, empty),
        ("act_111/ads", 200, empty),
        ("act_111/adcreatives", 200, empty),
        ("act_111/adspixels", 403, &failure(200, 0, "(#200) Requires business_management permission")),
    ])
    .await;
    let snapshot = meta.meta.entities(&account()).await.unwrap();
    assert!(!snapshot.complete.contains(&EntityKind::Pixel) && snapshot.complete.contains(&EntityKind::Ad));
    assert_eq!(snapshot.states.len(), 1, "the account itself");
}
