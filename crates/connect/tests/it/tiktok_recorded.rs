//! TikTok answering by rule: the turns of the protocol the simulated platform does not take.

use crate::world::quick;
use secrecy::SecretString;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use trimtab_connect::{
    Connector, Error,
    tiktok::{Counted, FactsRequest, Insights, Tiktok},
};
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Standing},
    clock::testing::ManualClock,
    entity::EntityKind,
    fact::Breakdown,
};
use trimtab_wire::Wire;

const TOKEN: &str = "0a1b2c3d4e5f60718293";
const REPORT: &str = "report/integrated/get/";

/// One request as the platform sees it.
#[derive(Debug, Clone)]
struct Asked {
    path: String,
    query: HashMap<String, String>,
    head: String,
}

impl Asked {
    /// The campaigns a report is restricted to.
    fn campaigns(&self) -> Option<Vec<String>> {
        let filters: Vec<HashMap<String, String>> = serde_json::from_str(self.query.get("filtering")?).unwrap();
        let ids = filters.iter().find(|filter| filter["field_name"] == "campaign_ids")?;
        Some(serde_json::from_str(&ids["filter_value"]).unwrap())
    }

    fn days(&self) -> u32 {
        format!("{}..{}", self.query["start_date"], self.query["end_date"]).parse::<DayRange>().unwrap().len()
    }
}

/// An answer: a further header, and the body.
type Answer = (&'static str, String);

/// A platform that answers by a rule, given the request and its number.
struct Ruled {
    tiktok: Tiktok,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Ruled {
    async fn start(rule: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (rule, asked) = (Arc::new(rule), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (rule, log) = (Arc::clone(&rule), Arc::clone(&log));
                tokio::spawn(async move { serve(stream, &*rule, &log).await });
            }
        });
        let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
        let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
        Self { tiktok: Tiktok::new(wire, &base, &SecretString::from(TOKEN), clock).unwrap(), asked }
    }

    /// Reads four days of ads.
    async fn facts(&self) -> Result<Insights, Error> {
        let request = FactsRequest { breakdowns: Vec::new(), conversions: Some(Counted::SitePurchases) };
        self.tiktok.insights(&account(), "2026-11-01..2026-11-04".parse().unwrap(), &request).await
    }

    fn asked(&self, path: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.path == path).cloned().collect()
    }
}

async fn serve(mut stream: TcpStream, rule: &(dyn Fn(&Asked, usize) -> Answer + Sync), log: &Mutex<Vec<Asked>>) -> Option<()> {
    let mut buffer = vec![0; 16_384];
    let mut head = String::new();
    while !head.contains("\r\n\r\n") {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        head.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    let url = url::Url::parse(&format!("http://x{}", head.split(' ').nth(1)?)).unwrap();
    let path = url.path().strip_prefix("/open_api/v1.3/").expect("every path is below the version").to_owned();
    let asked = Asked { path, query: url.query_pairs().into_owned().collect(), head };
    let number = {
        let mut log = log.lock().unwrap();
        log.push(asked.clone());
        log.iter().filter(|other| other.path == asked.path).count()
    };
    let (header, body) = rule(&asked, number);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{header}connection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

fn account() -> Account {
    Account {
        source: Source::Tiktok,
        id: "7002238017842757633".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

/// A page of a list: which of how many, rows in all, and its own rows.
fn page(page: usize, of: usize, total: usize, rows: &[String]) -> String {
    format!(
        r#"{{"code":0,"message":"OK","request_id":"r","data":{{"list":[{}],"page_info":{{"page":{page},"page_size":1000,"total_number":{total},"total_page":{of}}}}}}}"#,
        rows.join(",")
    )
}

fn whole(rows: &[String]) -> String {
    page(1, usize::from(!rows.is_empty()), rows.len(), rows)
}

fn refusal(code: i64, message: &str) -> Answer {
    ("", format!(r#"{{"code":{code},"message":"{message}","request_id":"r","data":{{}}}}"#))
}

/// A row of an ad of a campaign of the same number.
fn row(number: usize, day: &str) -> String {
    format!(
        r#"{{"dimensions":{{"ad_id_v2":"{number}","stat_time_day":"{day} 00:00:00"}},"metrics":{{"campaign_id":"{number}","adgroup_id":"{number}","spend":"1.00","impressions":"10","clicks":"1","complete_payment":"0"}}}}"#
    )
}

fn campaigns(count: usize) -> String {
    whole(&(1..=count).map(|id| format!(r#"{{"campaign_id":"{id}","campaign_name":"C"}}"#)).collect::<Vec<_>>())
}

#[tokio::test]
async fn the_token_travels_in_its_header_alone() {
    let ruled = Ruled::start(|_, _| ("", whole(&[row(1, "2026-11-01")]))).await;
    ruled.facts().await.unwrap();
    let asked = ruled.asked(REPORT);
    assert!(asked[0].head.to_lowercase().contains(&format!("access-token: {TOKEN}")));
    assert!(!asked[0].head.lines().next().unwrap().contains(TOKEN));
    assert!(!asked[0].head.to_lowercase().contains("authorization:"));
    assert_eq!(asked[0].query["page_size"], "1000");
}

#[tokio::test]
async fn a_query_that_is_too_large_is_halved() {
    let ruled = Ruled::start(|asked, _| {
        if asked.days() > 1 {
            refusal(40_067, "The query is too large")
        } else {
            ("", whole(&[row(1, &asked.query["start_date"])]))
        }
    })
    .await;
    let facts = ruled.facts().await.unwrap().facts;
    assert_eq!(facts.ad_daily.len(), 4);
    let days: Vec<u32> = ruled.asked(REPORT).iter().map(Asked::days).collect();
    assert_eq!(days, [4, 2, 1, 1, 2, 1, 1]);
}

#[tokio::test]
async fn a_breakdown_that_is_not_offered_is_left_out_and_not_called_read() {
    let ruled = Ruled::start(|asked, _| match asked.query["dimensions"].as_str() {
        dimensions if dimensions.contains("platform") => refusal(40_002, "dimensions: 'platform' is not a valid dimension."),
        dimensions if dimensions.contains("campaign_id") => ("", whole(&[])),
        _ => ("", whole(&[row(1, "2026-11-01")])),
    })
    .await;
    let request = FactsRequest { conversions: Some(Counted::Goals), ..FactsRequest::default() };
    let facts = ruled.tiktok.insights(&account(), "2026-11-01..2026-11-04".parse().unwrap(), &request).await.unwrap().facts;
    assert_eq!(facts.breakdowns_read, [Breakdown::Country, Breakdown::AgeGender]);
    assert_eq!(facts.ad_daily.len(), 1);

    let ruled = Ruled::start(|_, _| refusal(40_002, "metrics: 'spend' is not a valid metric.")).await;
    let error = ruled.facts().await.unwrap_err();
    assert!(matches!(error, Error::Rejected { .. }), "ads are not left out: {error}");
}

#[tokio::test]
async fn a_report_cut_short_is_read_campaign_by_campaign() {
    let ruled = Ruled::start(|asked, _| match asked.path.as_str() {
        "campaign/get/" => ("", campaigns(150)),
        "smart_plus/campaign/get/" => ("", whole(&[])),
        _ => match asked.campaigns() {
            Some(ids) if ids.len() <= 50 => {
                let rows: Vec<String> = ids.iter().map(|id| row(id.parse().unwrap(), "2026-11-02")).collect();
                ("", whole(&rows))
            }
            _ => ("X-Tt-Ads-Throttle: Number of ad ids is equal or more than 20k\r\n", whole(&[row(1, "2026-11-02")])),
        },
    })
    .await;
    let facts = ruled.facts().await.unwrap().facts;
    let ads: BTreeSet<&str> = facts.ad_daily.iter().map(|fact| fact.placing.ad.as_str()).collect();
    assert_eq!((facts.ad_daily.len(), ads.len()), (150, 150), "every ad once, nothing of what was cut short");
    let sizes: Vec<usize> = ruled.asked(REPORT).iter().filter_map(|asked| Some(asked.campaigns()?.len())).collect();
    assert_eq!(sizes.iter().max(), Some(&100), "no filter may name more");
}

#[tokio::test]
async fn a_campaign_that_is_cut_short_by_itself_is_an_error_and_no_figure() {
    let ruled = Ruled::start(|asked, _| match asked.path.as_str() {
        "campaign/get/" => ("", campaigns(1)),
        "smart_plus/campaign/get/" => ("", whole(&[])),
        _ => ("X-Tt-Ads-Throttle: Number of ad ids is equal or more than 20k\r\n", whole(&[row(1, "2026-11-02")])),
    })
    .await;
    let error = ruled.facts().await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("20k")), "{error}");
}

#[tokio::test]
async fn a_list_that_shifts_under_the_reader_is_read_again() {
    // Between its two pages a row is added in front, so the second page begins with the last row of the first and the newcomer is missed.
    let rows = |numbers: &[usize]| -> Vec<String> { numbers.iter().map(|number| row(*number, "2026-11-03")).collect() };
    let ruled = Ruled::start(move |asked, number| {
        let body = match (number, asked.query["page"].as_str()) {
            (1, _) => page(1, 2, 3, &rows(&[1, 2])),
            (2, _) => page(2, 2, 4, &rows(&[2, 3])),
            (_, "1") => page(1, 2, 4, &rows(&[4, 1])),
            _ => page(2, 2, 4, &rows(&[2, 3])),
        };
        ("", body)
    })
    .await;
    let facts = ruled.facts().await.unwrap().facts;
    let ads: BTreeSet<&str> = facts.ad_daily.iter().map(|fact| fact.placing.ad.as_str()).collect();
    assert_eq!((facts.ad_daily.len(), ads), (4, BTreeSet::from(["1", "2", "3", "4"])));
    assert_eq!(ruled.asked(REPORT).len(), 4);
}

#[tokio::test]
async fn a_list_that_never_holds_still_is_transient() {
    let ruled = Ruled::start(|_, _| ("", page(1, 1, 9, &[row(1, "2026-11-03")]))).await;
    let error = ruled.facts().await.unwrap_err();
    assert!(matches!(&error, Error::Transient { what, .. } if what.contains("kept changing")), "{error}");
    assert!(ruled.asked(REPORT).len() < 10);
}

#[tokio::test]
async fn the_platforms_trouble_is_survived_and_a_quoted_token_masked() {
    let ruled = Ruled::start(|_, number| match number {
        1 => refusal(51_010, "Internal time out"),
        2 => refusal(40_133, "Advertiser (7)'s QPS (21) reaches QPS limit 20 for current path"),
        _ => ("", whole(&[row(1, "2026-11-01")])),
    })
    .await;
    assert_eq!(ruled.facts().await.unwrap().facts.ad_daily.len(), 1);

    let ruled = Ruled::start(|_, _| refusal(40_105, &format!("Access token {TOKEN} is incorrect or has been revoked."))).await;
    let error = ruled.tiktok.check().await.unwrap_err();
    assert!(error.to_string().contains("Access token [secret] is incorrect"), "{error}");
}

#[tokio::test]
async fn smart_objects_join_the_others_or_are_known_to_be_missing() {
    let rule = |denied: bool| {
        move |asked: &Asked, _: usize| {
            let object = |fields: &str| ("", whole(&[format!(r#"{{{fields},"operation_status":"ENABLE"}}"#)]));
            match asked.path.as_str() {
                path if denied && path.starts_with("smart_plus/") => refusal(40_118, "Not in the allowlist"),
                "campaign/get/" => object(r#""campaign_id":"1""#),
                // Both lists may name the campaign.
                "smart_plus/campaign/get/" => object(r#""campaign_id":"1""#),
                "adgroup/get/" => object(r#""adgroup_id":"11","campaign_id":"1""#),
                "smart_plus/adgroup/get/" => object(r#""adgroup_id":"12","campaign_id":"1""#),
                "ad/get/" => object(r#""ad_id":"111","adgroup_id":"11","campaign_id":"1""#),
                "smart_plus/ad/get/" => object(r#""smart_plus_ad_id":"112","adgroup_id":"12","campaign_id":"1""#),
                _ => refusal(40_002, "unexpected"),
            }
        }
    };
    let ruled = Ruled::start(rule(false)).await;
    let snapshot = ruled.tiktok.entities(&account()).await.unwrap();
    let ids: Vec<&str> = snapshot.states.iter().map(|state| state.id.as_str()).collect();
    assert_eq!(ids, ["7002238017842757633", "1", "11", "12", "111", "112"]);
    assert!(snapshot.complete.contains(&EntityKind::Ad));
    assert_eq!(ruled.asked("smart_plus/ad/get/")[0].query["page_size"], "100", "this list allows no more");
    assert_eq!(ruled.asked("ad/get/")[0].query["filtering"], r#"{"primary_status":"STATUS_ALL"}"#);

    let ruled = Ruled::start(rule(true)).await;
    let snapshot = ruled.tiktok.entities(&account()).await.unwrap();
    assert_eq!(snapshot.states.len(), 4);
    assert_eq!(snapshot.complete, [EntityKind::Account], "nothing that was not seen is called gone");
}

#[tokio::test]
async fn an_advertiser_that_is_not_ours_is_refused_by_name() {
    let ruled = Ruled::start(|_, _| ("", r#"{"code":0,"message":"OK","data":{"list":[]}}"#.to_owned())).await;
    let error = ruled.tiktok.account(&"7".into()).await.unwrap_err();
    assert!(matches!(error, Error::Rejected { .. }) && error.to_string().contains("account 7"), "{error}");
    let ruled = Ruled::start(|_, _| refusal(40_001, "No permission to operate advertiser")).await;
    let error = ruled.tiktok.account(&"7".into()).await.unwrap_err();
    assert!(matches!(error, Error::Auth { .. }) && error.to_string().contains("account 7"), "{error}");
}
