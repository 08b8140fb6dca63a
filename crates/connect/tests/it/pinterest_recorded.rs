//! Pinterest answering from recorded bodies: the turns of the protocol the simulated platform does not take.

use crate::world::quick;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use trimtab_connect::{Ask, Connector, Detail, Error, pinterest::Pinterest};
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Standing},
    clock::testing::ManualClock,
    fact::Facts,
};
use trimtab_wire::Wire;

const TOKEN: &str = "pina_0123456789";
const TOTALS: (&str, u16, &str) =
    ("GET analytics", 200, r#"[{"AD_ACCOUNT_ID":"111","TOTAL_CHECKOUT":9,"TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR":9.0}]"#);

/// Answers by verb and last part of the path, each in order, the last one for ever. `{base}` in a body is the server's own address.
struct Recorded {
    pinterest: Pinterest,
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

type Answers = HashMap<&'static str, VecDeque<(u16, String)>>;

impl Recorded {
    async fn start(secret: &str, answers: &[(&'static str, u16, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/pinterest", listener.local_addr().unwrap());
        let mut by_key = Answers::new();
        for (key, status, body) in answers {
            by_key.entry(key).or_default().push_back((*status, body.replace("{base}", &base)));
        }
        let (answers, requests) = (Arc::new(Mutex::new(by_key)), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&log)));
            }
        });
        let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
        let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
        let pinterest = Pinterest::new(wire, &base.parse().unwrap(), &secret.into(), clock).unwrap();
        Self { pinterest, requests }
    }

    async fn facts(&self, expected_ads: usize) -> Result<Facts, Error> {
        let ask = Ask { expected_ads, detail: Detail::AdsOnly };
        let account = Account {
            source: Source::Pinterest,
            id: "111".into(),
            name: "Shop".into(),
            currency: "EUR".parse().unwrap(),
            zone: "UTC".parse().unwrap(),
            standing: Standing::Good,
        };
        Ok(self.pinterest.facts(&account, "2026-11-01..2026-11-02".parse::<DayRange>().unwrap(), ask).await?.facts)
    }

    /// The whole requests of one kind.
    fn asked(&self, key: &str) -> Vec<String> {
        self.requests.lock().unwrap().iter().filter(|(asked, _)| asked == key).map(|(_, request)| request.clone()).collect()
    }

    /// The parameters of each request of one kind, in order, decoded.
    fn params(&self, key: &str) -> Vec<Vec<(String, String)>> {
        let target = |request: &String| format!("http://x{}", request.split(' ').nth(1).unwrap());
        let urls = self.asked(key).iter().map(target).map(|url| url::Url::parse(&url).unwrap()).collect::<Vec<_>>();
        urls.into_iter().map(|url| url.query_pairs().into_owned().collect()).collect()
    }
}

async fn serve(mut stream: TcpStream, answers: Arc<Mutex<Answers>>, log: Arc<Mutex<Vec<(String, String)>>>) -> Option<()> {
    let mut buffer = [0; 16_384];
    let mut request = String::new();
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        request.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break;
        }
    }
    let mut words = request.split(' ');
    let verb = words.next()?;
    let path = words.next()?.split('?').next()?;
    let key = format!("{verb} {}", path.trim_start_matches("/pinterest/v5/").trim_start_matches("ad_accounts/111/"));
    log.lock().unwrap().push((key.clone(), request));
    let (status, body) = {
        let mut answers = answers.lock().unwrap();
        match answers.get_mut(key.as_str()) {
            Some(answers) if answers.len() > 1 => answers.pop_front()?,
            Some(answers) => answers.front()?.clone(),
            None => (404, format!(r#"{{"code":4,"message":"nothing recorded for {key}"}}"#)),
        }
    };
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

const LIST: &str = "GET ads";
const DIRECT: &str = "GET ads/analytics";
const ROW: &str = r#"{"CAMPAIGN_ID":"1","AD_GROUP_ID":"2","AD_ID":"3","DATE":"2026-11-01","SPEND_IN_MICRO_DOLLAR":12340000.0,"IMPRESSION_1":9876}"#;

fn rows() -> String {
    format!("[{ROW}]")
}

fn listed(ids: std::ops::Range<u32>, bookmark: &str) -> String {
    let items: Vec<String> = ids.map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    format!(r#"{{"items":[{}],"bookmark":{bookmark}}}"#, items.join(","))
}

#[tokio::test]
async fn lists_follow_the_bookmark_past_short_pages_and_ids_go_in_batches() {
    let (first, second) = (listed(0..3, r#""abc""#), listed(3..300, "null"));
    let answers = [TOTALS, (LIST, 200, first.as_str()), (LIST, 200, &second), (DIRECT, 200, "[]")];
    let recorded = Recorded::start(TOKEN, &answers).await;
    assert_eq!(recorded.facts(0).await.unwrap().rows(), 0);
    let lists = recorded.params(LIST);
    let values = |params: &[(String, String)], name: &str| -> Vec<String> {
        params.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    };
    assert_eq!(values(&lists[0], "entity_statuses"), ["ACTIVE", "PAUSED", "ARCHIVED"], "a name repeated, archived ones too");
    assert_eq!((values(&lists[0], "bookmark").len(), values(&lists[1], "bookmark")), (0, vec!["abc".to_owned()]));
    let reads = recorded.params(DIRECT);
    let sizes: Vec<usize> = reads.iter().map(|params| values(params, "ad_ids").len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 300);
    assert!(sizes.iter().all(|size| *size <= 250), "{sizes:?}");
    for params in &reads {
        assert!(values(params, "columns")[0].contains("SPEND_IN_MICRO_DOLLAR,IMPRESSION_1"), "joined by commas");
        let windows = ["click_window_days", "engagement_window_days", "view_window_days", "conversion_report_time"];
        assert_eq!(windows.map(|name| values(params, name).concat()), ["30", "30", "1", "TIME_OF_AD_ACTION"]);
    }
    for request in recorded.requests.lock().unwrap().iter().map(|(_, request)| request) {
        assert!(request.contains(&format!("authorization: Bearer {TOKEN}")), "{request}");
        assert!(!request.lines().next().unwrap().contains(TOKEN), "{request}");
    }
}

#[tokio::test]
async fn trouble_in_a_400_is_waited_out_and_repeated() {
    let rows = rows();
    let list = listed(3..4, "null");
    let answers = [
        TOTALS,
        (LIST, 200, list.as_str()),
        (DIRECT, 400, r#"{"code":12,"message":"Something went wrong on our end. Sorry about that."}"#),
        (DIRECT, 400, r#"{"code":1,"message":"Too many requests for this advertiser. Retry after 1 seconds."}"#),
        (DIRECT, 200, &rows),
    ];
    let recorded = Recorded::start(TOKEN, &answers).await;
    let facts = recorded.facts(0).await.unwrap();
    assert_eq!((facts.ad_daily.len(), facts.ad_daily[0].measures.spend_micros), (1, 12_340_000));
    assert_eq!(facts.ad_daily[0].measures.conversions, Some(0.0), "of an account that reports checkouts");
    assert_eq!(recorded.asked(DIRECT).len(), 3);
    let refused = [TOTALS, (LIST, 200, list.as_str()), (DIRECT, 400, r#"{"code":1,"message":"Invalid column FOO"}"#)];
    let recorded = Recorded::start(TOKEN, &refused).await;
    let error = recorded.facts(0).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("Invalid column FOO")), "{error}");
    assert_eq!(recorded.asked(DIRECT).len(), 1);
}

#[tokio::test]
async fn bookmarks_that_go_in_circles_are_drift() {
    let answers =
        [TOTALS, (LIST, 200, &listed(0..3, r#""a""#)), (LIST, 200, &listed(3..5, r#""a""#)), (LIST, 200, &listed(5..6, r#""a""#))];
    let recorded = Recorded::start(TOKEN, &answers).await;
    let error = recorded.facts(0).await.unwrap_err();
    assert!(matches!(&error, Error::Drift { what, .. } if what.contains("circle")), "{error}");
    assert!(recorded.asked(LIST).len() < 20);
}

const LARGE: usize = 1_000_000;
const SUBMIT: &str = "POST reports";
const LOOK: &str = "GET reports";
const TAKEN: (&str, u16, &str) = (SUBMIT, 200, r#"{"report_status":"IN_PROGRESS","token":"tok-1","message":null}"#);
const READY: (&str, u16, &str) = (LOOK, 200, r#"{"report_status":"FINISHED","url":"{base}/v5/files/1?signature=sss","size":7}"#);
const FILE: &str = "GET files/1";

#[tokio::test]
async fn a_report_is_fetched_without_the_token_and_looked_up_again_when_its_address_is_stale() {
    let file = format!(r#"{{"3":[{ROW}]}}"#);
    let answers = [
        TOTALS,
        TAKEN,
        (LOOK, 200, r#"{"report_status":"DOES_NOT_EXIST","url":null}"#),
        (LOOK, 200, r#"{"report_status":"IN_PROGRESS","url":null,"size":null}"#),
        READY,
        (FILE, 403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
        (FILE, 200, &file),
    ];
    let recorded = Recorded::start(TOKEN, &answers).await;
    assert_eq!(recorded.facts(LARGE).await.unwrap().ad_daily.len(), 1);
    assert_eq!((recorded.asked(SUBMIT).len(), recorded.asked(LOOK).len()), (1, 4));
    let files = recorded.asked(FILE);
    assert!(
        files.len() == 2 && files.iter().all(|request| !request.contains("authorization") && request.contains("signature=sss"))
    );
    let submitted = &recorded.asked(SUBMIT)[0];
    let document: serde_json::Value = serde_json::from_str(submitted.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&document["level"], &document["granularity"]), (&"PIN_PROMOTION".into(), &"DAY".into()));
    assert_eq!((&document["start_date"], &document["end_date"]), (&"2026-11-01".into(), &"2026-11-02".into()));
    assert!(submitted.starts_with("POST /pinterest/v5/ad_accounts/111/reports HTTP"), "no parameters in the address");
}

#[tokio::test]
async fn an_account_of_very_many_ads_goes_by_report() {
    let list = listed(0..2_001, "null");
    let recorded = Recorded::start(TOKEN, &[TOTALS, (LIST, 200, &list), TAKEN, READY, (FILE, 200, "{}")]).await;
    assert_eq!(recorded.facts(0).await.unwrap().rows(), 0);
    assert_eq!((recorded.asked(SUBMIT).len(), recorded.asked(DIRECT).len()), (1, 0));
}

#[tokio::test]
async fn a_failed_report_is_asked_for_by_the_day_and_a_lost_one_anew() {
    let failed = (LOOK, 200, r#"{"report_status":"FAILED","url":null}"#);
    let answers = [TOTALS, TAKEN, failed, READY, (FILE, 200, "{}")];
    let recorded = Recorded::start(TOKEN, &answers).await;
    assert_eq!(recorded.facts(LARGE).await.unwrap().rows(), 0);
    assert_eq!(recorded.asked(SUBMIT).len(), 3, "two days at once, then each alone");

    let lost = (LOOK, 200, r#"{"report_status":"EXPIRED","url":null}"#);
    let recorded = Recorded::start(TOKEN, &[TOTALS, TAKEN, lost]).await;
    let error = recorded.facts(LARGE).await.unwrap_err();
    assert!(matches!(&error, Error::Transient { what, .. } if what.contains("no longer has it")), "{error}");
    assert_eq!(recorded.asked(SUBMIT).len(), 3);
}

#[tokio::test]
async fn a_report_at_a_strange_address_is_not_fetched() {
    let strange = (LOOK, 200, r#"{"report_status":"FINISHED","url":"http://127.0.0.1:9/files/1"}"#);
    let recorded = Recorded::start(TOKEN, &[TOTALS, TAKEN, strange]).await;
    let error = recorded.facts(LARGE).await.unwrap_err();
    assert!(matches!(&error, Error::Drift { what, .. } if what.contains("no https address")), "{error}");
}

const SECRET: &str = r#"{"client_id":"id-1","client_secret":"hush-1","refresh_token":"pinr_1","access_token":"pina_old"}"#;
const EXCHANGE: &str = "POST oauth/token";

#[tokio::test]
async fn a_token_is_exchanged_with_basic_credentials_and_its_scopes_are_looked_at() {
    let granted = |scope: &str| {
        format!(
            r#"{{"response_type":"refresh_token","access_token":"pina_new","token_type":"bearer","expires_in":2592000,"scope":"{scope}",
            "refresh_token":"pinr_2","refresh_token_expires_in":5184000,"refresh_token_expires_at":1800000000}}"#
        )
    };
    let good = granted("ads:read user_accounts:read");
    let accounts = r#"{"items":[],"bookmark":null}"#;
    let refused = ("GET ad_accounts", 401, r#"{"code":2,"message":"Authentication failed."}"#);
    let answers = [refused, ("GET ad_accounts", 200, accounts), (EXCHANGE, 200, &good)];
    let recorded = Recorded::start(SECRET, &answers).await;
    let credential = recorded.pinterest.check().await.unwrap();
    assert_eq!(credential.scopes, ["ads:read", "user_accounts:read"]);
    assert_eq!(credential.user_name, "", "nothing recorded for the user: that takes a scope of its own");
    let exchange = &recorded.asked(EXCHANGE)[0];
    assert!(exchange.contains("authorization: Basic aWQtMTpodXNoLTE="), "{exchange}");
    assert!(exchange.ends_with("grant_type=refresh_token&refresh_token=pinr_1"), "{exchange}");

    let narrow = granted("pins:read,boards:read");
    let answers = [refused, ("GET ad_accounts", 200, accounts), (EXCHANGE, 200, &narrow)];
    let error = Recorded::start(SECRET, &answers).await.pinterest.check().await.unwrap_err();
    assert!(error.to_string().contains("lacks the scope ads:read"), "{error}");

    let broken = [refused, (EXCHANGE, 200, r#"{"token_type":"bearer","refresh_token":"pinr_2"}"#)];
    let error = Recorded::start(SECRET, &broken).await.pinterest.check().await.unwrap_err();
    assert!(matches!(error, Error::Drift { .. }) && !format!("{error:?}").contains("pinr_2"), "{error:?}");
}
