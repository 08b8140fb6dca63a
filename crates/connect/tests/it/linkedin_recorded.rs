//! LinkedIn answering by rule: the turns of the protocol the simulated platform does not take.

use crate::world::quick;
use secrecy::ExposeSecret;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use trimtab_connect::{Ask, AuthCause, Connector, Detail, Error, linkedin::Linkedin};
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Standing},
    clock::testing::ManualClock,
    fact::{Breakdown, Facts},
};
use trimtab_wire::Wire;

const TOKEN: &str = "AQXaccess0123456789";
const ANALYTICS: &str = "rest/adAnalytics";
const ACCOUNTS: &str = "rest/adAccounts";
const EXCHANGE: &str = "oauth/v2/accessToken";
const INTROSPECT: &str = "oauth/v2/introspectToken";

/// One request as the platform sees it.
#[derive(Debug, Clone)]
struct Asked {
    method: String,
    path: String,
    /// The query as it travelled, in the address or, behind a tunnel, in the body.
    query: String,
    head: String,
    body: String,
}

impl Asked {
    fn param(&self, name: &str) -> Option<&str> {
        self.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    /// What the rows are grouped by.
    fn pivots(&self) -> Vec<&str> {
        let list = self.param("pivots").map(|list| list.trim_start_matches("List(").trim_end_matches(')'));
        list.or(self.param("pivot")).unwrap_or_default().split(',').collect()
    }

    /// First and last day of the month asked for.
    fn days(&self) -> (u32, u32) {
        let days: Vec<u32> = self
            .param("dateRange")
            .unwrap()
            .split("day:")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap().parse().unwrap())
            .collect();
        (days[0], days[1])
    }

    fn campaigns(&self) -> Option<usize> {
        Some(self.param("campaigns")?.split(',').count())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// A status and a body.
type Answer = (u16, String);

/// A platform that answers by a rule, given the request and its number among those of its path.
struct Ruled {
    linkedin: Linkedin,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Ruled {
    async fn start(rule: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(TOKEN, "", rule).await
    }

    async fn with(secret: &str, query: &str, rule: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/linkedin{query}", listener.local_addr().unwrap()).parse().unwrap();
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
        Self { linkedin: Linkedin::new(wire, &base, &secret.into(), clock).unwrap(), asked }
    }

    async fn facts(&self, detail: Detail) -> Result<Facts, Error> {
        let range: DayRange = "2026-11-01..2026-11-04".parse().unwrap();
        Ok(self.linkedin.facts(&account(), range, Ask { expected_ads: 0, detail }).await?.facts)
    }

    fn asked(&self, path: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.path == path).cloned().collect()
    }

    /// The reads of figures by the day, grouped by these.
    fn cuts(&self, pivots: &[&str]) -> Vec<Asked> {
        self.asked(ANALYTICS).into_iter().filter(|asked| asked.pivots() == pivots).collect()
    }
}

async fn serve(mut stream: TcpStream, rule: &(dyn Fn(&Asked, usize) -> Answer + Sync), log: &Mutex<Vec<Asked>>) -> Option<()> {
    let mut buffer = vec![0; 65_536];
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
    let mut words = head.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let tunnelled = head.contains("x-http-method-override: GET");
    let query = if tunnelled { body.clone() } else { query.to_owned() };
    let path = path.strip_prefix("/linkedin/").expect("every path is below the base").to_owned();
    let asked = Asked { method, path, query, head, body };
    let number = {
        let mut log = log.lock().unwrap();
        log.push(asked.clone());
        log.iter().filter(|other| other.path == asked.path).count()
    };
    let (status, body) = rule(&asked, number);
    let date = "date: Sat, 21 Nov 2026 21:30:00 GMT\r\n";
    let head = format!("HTTP/1.1 {status} X\r\n{date}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

fn account() -> Account {
    Account {
        source: Source::Linkedin,
        id: "507".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "UTC".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn elements(elements: &[String]) -> Answer {
    (200, format!(r#"{{"paging":{{"start":0,"count":10,"links":[]}},"elements":[{}],"metadata":{{}}}}"#, elements.join(",")))
}

fn nothing() -> Answer {
    elements(&[])
}

fn our_account() -> Answer {
    elements(&[r#"{"id":507,"name":"Shop","currency":"EUR","status":"ACTIVE","servingStatuses":["RUNNABLE"]}"#.to_owned()])
}

/// A row about some objects on a day of the month.
fn row(about: &[&str], day: u32, figures: &str) -> String {
    let date = format!(r#"{{"year":2026,"month":11,"day":{day}}}"#);
    let about = about.iter().map(|urn| format!("\"urn:li:{urn}\"")).collect::<Vec<_>>().join(",");
    format!(r#"{{"dateRange":{{"start":{date},"end":{date}}},"pivotValues":[{about}],{figures}}}"#)
}

fn of_campaign(campaign: usize, day: u32, figures: &str) -> String {
    row(&["sponsoredCampaignGroup:1", &format!("sponsoredCampaign:{campaign}")], day, figures)
}

fn of_creative(campaign: usize, creative: usize, day: u32, figures: &str) -> String {
    let (campaign, creative) = (format!("sponsoredCampaign:{campaign}"), format!("sponsoredCreative:{creative}"));
    row(&["sponsoredCampaignGroup:1", &campaign, &creative], day, figures)
}

const BY_CAMPAIGN: [&str; 2] = ["CAMPAIGN_GROUP", "CAMPAIGN"];
const BY_CREATIVE: [&str; 3] = ["CAMPAIGN_GROUP", "CAMPAIGN", "CREATIVE"];
const SHOWN: &str = r#""impressions":10,"clicks":1,"costInLocalCurrency":"1.25""#;

/// One campaign and its creative on the first day.
fn one_ad(asked: &Asked) -> Answer {
    match (asked.path.as_str(), asked.pivots().as_slice()) {
        (ANALYTICS, pivots) if pivots == BY_CAMPAIGN => elements(&[of_campaign(2, 1, SHOWN)]),
        (ANALYTICS, pivots) if pivots == BY_CREATIVE => elements(&[of_creative(2, 3, 1, SHOWN)]),
        (ANALYTICS, ["ACCOUNT"]) => elements(&[r#"{"impressions":10}"#.to_owned()]),
        (ACCOUNTS, _) => our_account(),
        _ => nothing(),
    }
}

#[tokio::test]
async fn questions_are_written_as_rest_li_wants_them() {
    let ruled = Ruled::start(|asked, _| one_ad(asked)).await;
    assert_eq!(ruled.facts(Detail::AdsOnly).await.unwrap().ad_daily.len(), 1);
    for asked in ruled.asked(ANALYTICS) {
        assert_eq!((asked.header("linkedin-version"), asked.header("x-restli-protocol-version")), (Some("202609"), Some("2.0.0")));
        assert_eq!(asked.header("authorization"), Some(&*format!("Bearer {TOKEN}")));
        assert!(!asked.query.contains(TOKEN) && !asked.query.contains("%28") && !asked.query.contains("%2C"), "{}", asked.query);
        assert_eq!(asked.param("accounts"), Some("List(urn%3Ali%3AsponsoredAccount%3A507)"));
        let fields: Vec<&str> = asked.param("fields").unwrap().split(',').collect();
        assert!(fields.len() <= 20 && fields.starts_with(&["dateRange", "pivotValues"]), "{fields:?}");
    }
    let campaigns = &ruled.cuts(&BY_CAMPAIGN)[0];
    assert_eq!(
        (campaigns.method.as_str(), campaigns.param("q"), campaigns.param("timeGranularity")),
        ("GET", Some("statistics"), Some("DAILY"))
    );
    assert_eq!(campaigns.param("dateRange"), Some("(start:(year:2026,month:11,day:1),end:(year:2026,month:11,day:4))"));
    let totals = &ruled.cuts(&["ACCOUNT"])[0];
    assert_eq!((totals.param("q"), totals.param("timeGranularity")), (Some("analytics"), Some("ALL")));
}

#[tokio::test]
async fn lots_of_fields_are_put_together_again() {
    let ruled = Ruled::start(|asked, _| match asked.pivots().as_slice() {
        pivots if pivots == BY_CREATIVE && !asked.query.contains(",clicks,") => {
            elements(&[of_creative(2, 3, 1, r#""impressions":10,"registrations":"4""#), of_creative(2, 3, 2, r#""follows":1"#)])
        }
        _ => one_ad(asked),
    })
    .await;
    let facts = ruled.facts(Detail::AdsOnly).await.unwrap();
    assert_eq!(ruled.cuts(&BY_CREATIVE).len(), 2);
    assert_eq!(facts.ad_daily.len(), 2, "a day may be in one lot alone");
    let actions: Vec<_> = facts.conversions.iter().map(|c| (c.action_type.as_str(), c.count)).collect();
    assert_eq!(actions, [("registrations", 4.0), ("follows", 1.0)]);
}

#[tokio::test]
async fn an_answer_at_the_limit_is_asked_for_in_halves() {
    // One campaign's creatives of a day fit, and no more.
    let ruled = Ruled::start(|asked, _| match asked.pivots().as_slice() {
        pivots if pivots == BY_CAMPAIGN => elements(&[2, 3].map(|campaign| of_campaign(campaign, 1, SHOWN))),
        pivots if pivots == BY_CREATIVE => {
            let ((from, to), campaigns) = (asked.days(), asked.campaigns());
            if from < to || campaigns != Some(1) {
                return elements(&vec![of_creative(2, 9, from, SHOWN); 15_000]);
            }
            let campaign = if asked.query.contains("sponsoredCampaign%3A2") { 2 } else { 3 };
            elements(&[of_creative(campaign, campaign * 10, from, SHOWN)])
        }
        _ => one_ad(asked),
    })
    .await;
    let facts = ruled.facts(Detail::AdsOnly).await.unwrap();
    let ads: BTreeSet<(String, &str)> =
        facts.ad_daily.iter().map(|fact| (fact.date.to_string(), fact.placing.ad.as_str())).collect();
    assert_eq!((facts.ad_daily.len(), ads.len()), (8, 8), "two campaigns on four days, nothing of what was cut short");
    assert!(ads.iter().all(|(_, ad)| ["20", "30"].contains(ad)), "{ads:?}");
}

#[tokio::test]
async fn a_campaigns_day_at_the_limit_is_an_error_and_no_figure() {
    let ruled = Ruled::start(|asked, _| match asked.pivots().as_slice() {
        pivots if pivots == BY_CREATIVE => elements(&vec![of_creative(2, 9, asked.days().0, SHOWN); 15_000]),
        _ => one_ad(asked),
    })
    .await;
    let error = ruled.facts(Detail::AdsOnly).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("15000 rows")), "{error}");
}

#[tokio::test]
async fn a_question_too_long_for_an_address_goes_through_the_tunnel() {
    let ruled = Ruled::start(|asked, _| match asked.pivots().as_slice() {
        pivots if pivots == BY_CAMPAIGN => elements(&(1..=300).map(|campaign| of_campaign(campaign, 1, SHOWN)).collect::<Vec<_>>()),
        pivots if pivots == BY_CREATIVE => {
            elements(&(1..=300).map(|campaign| of_creative(campaign, campaign, 1, SHOWN)).collect::<Vec<_>>())
        }
        ["IMPRESSION_DEVICE_TYPE" | "PLACEMENT_NAME"] => elements(&[row(&["somewhere:1"], 1, SHOWN)]),
        ["MEMBER_SENIORITY"] => elements(&[row(&["seniority:5"], 1, SHOWN)]),
        _ => one_ad(asked),
    })
    .await;
    let facts = ruled.facts(Detail::Full).await.unwrap();
    let [asked] = &ruled.cuts(&["MEMBER_SENIORITY"])[..] else { panic!("one group, one question") };
    assert_eq!((asked.method.as_str(), asked.campaigns()), ("POST", Some(300)));
    assert_eq!(asked.header("x-http-method-override"), Some("GET"));
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(!asked.head.lines().next().unwrap().contains('?') && asked.body.starts_with("q=analytics&pivot=MEMBER_SENIORITY"));
    let of_members: Vec<_> = facts.breakdowns.iter().filter(|part| part.breakdown == Breakdown::Seniority).collect();
    let [part] = of_members[..] else { panic!("{:?}", facts.breakdowns) };
    assert_eq!((part.part.as_str(), part.placing.campaign.as_str(), part.placing.ad_group.is_none()), ("manager", "1", true));
}

#[tokio::test]
async fn an_answer_without_rows_is_believed_only_of_an_account_that_is_ours() {
    let ruled = Ruled::start(|asked, _| if asked.path == ACCOUNTS { our_account() } else { nothing() }).await;
    assert_eq!(ruled.facts(Detail::Full).await.unwrap().rows(), 0);
    let ruled = Ruled::start(|_, _| nothing()).await;
    let error = ruled.facts(Detail::Full).await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error}");
    assert!(error.to_string().contains("account 507") && error.to_string().contains("not shared"), "{error}");
    let refused = Ruled::start(|asked, _| match asked.path.as_str() {
        ACCOUNTS => {
            (403, r#"{"status":403,"serviceErrorCode":100,"message":"Not enough permissions to access: adAccounts"}"#.to_owned())
        }
        _ => nothing(),
    })
    .await;
    let error = refused.facts(Detail::Full).await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error}");
}

#[tokio::test]
async fn creatives_that_are_no_longer_told_of_leave_their_figures_with_the_campaign() {
    let ruled = Ruled::start(|asked, _| match asked.pivots().as_slice() {
        pivots if pivots == BY_CAMPAIGN => {
            elements(&[of_campaign(2, 1, r#""impressions":30,"clicks":2,"costInLocalCurrency":"3.75""#)])
        }
        _ => one_ad(asked),
    })
    .await;
    let facts = ruled.facts(Detail::AdsOnly).await.unwrap();
    let short: Vec<_> =
        facts.ad_daily.iter().map(|f| (f.placing.ad.as_str(), f.measures.impressions, f.measures.spend_micros)).collect();
    assert_eq!(short, [("", 20, 2_500_000), ("3", 10, 1_250_000)]);

    let ruled = Ruled::start(|asked, _| if asked.pivots() == BY_CREATIVE { nothing() } else { one_ad(asked) }).await;
    let error = ruled.facts(Detail::AdsOnly).await.unwrap_err();
    assert!(matches!(&error, Error::Doubtful { what, .. } if what.contains("told of no creative")), "{error}");
}

#[tokio::test]
async fn conversions_go_by_the_names_of_their_rules() {
    let counts = r#""externalWebsiteConversions":3,"externalWebsitePostClickConversions":2,"externalWebsitePostViewConversions":1,"conversionValueInLocalCurrency":"30.0""#;
    let rule = move |asked: &Asked, _: usize| match (asked.path.as_str(), asked.pivots().as_slice()) {
        (ANALYTICS, ["ACCOUNT"]) => elements(&[r#"{"externalWebsiteConversions":3,"oneClickLeads":9}"#.to_owned()]),
        (ANALYTICS, pivots) if pivots == BY_CREATIVE && asked.query.contains(",clicks,") => {
            elements(&[of_creative(2, 3, 1, &format!("{SHOWN},{counts}"))])
        }
        (ANALYTICS, ["CAMPAIGN", "CREATIVE", "CONVERSION"]) => {
            let about = ["sponsoredCampaign:2", "sponsoredCreative:3", "lla:llaPartnerConversion:104"];
            elements(&[row(&about, 1, counts)])
        }
        ("rest/conversions", _) => elements(&[r#"{"id":104,"name":"Demo booked","type":"LEAD"}"#.to_owned()]),
        _ => one_ad(asked),
    };
    let ruled = Ruled::start(rule).await;
    let facts = ruled.facts(Detail::AdsOnly).await.unwrap();
    assert_eq!((facts.ad_daily[0].measures.conversions, facts.ad_daily[0].measures.revenue_micros), (Some(3.0), Some(30_000_000)));
    let of_rule: Vec<_> = facts.conversions.iter().filter(|c| c.action_type == "Demo booked").collect();
    let short: Vec<_> = of_rule.iter().map(|c| (c.window.as_str(), c.count, c.value_micros, c.placing.ad.as_str())).collect();
    assert_eq!(short, [("default", 3.0, Some(30_000_000), "3"), ("click", 2.0, None, "3"), ("view", 1.0, None, "3")]);
    assert!(
        facts.conversions.iter().any(|c| c.action_type == "externalWebsiteConversions" && c.count == 3.0),
        "all rules together"
    );
    let rules = &ruled.asked("rest/conversions")[0];
    assert_eq!((rules.param("q"), rules.param("account")), (Some("account"), Some("urn%3Ali%3AsponsoredAccount%3A507")));
}

#[tokio::test]
async fn a_sunset_version_says_to_upgrade_and_another_can_be_named() {
    let gone =
        (426, r#"{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 202609 is not active"}"#.to_owned());
    let ruled = Ruled::start(move |_, _| gone.clone()).await;
    let error = ruled.facts(Detail::AdsOnly).await.unwrap_err();
    assert!(matches!(&error, Error::Retired { version: "202609", .. }) && error.to_string().contains("upgrade Trimtab"), "{error}");
    let ruled = Ruled::with(TOKEN, "?version=202611", |asked, _| one_ad(asked)).await;
    ruled.facts(Detail::AdsOnly).await.unwrap();
    assert_eq!(ruled.asked(ANALYTICS)[0].header("linkedin-version"), Some("202611"));
    assert_eq!(ruled.asked(ANALYTICS)[0].param("version"), None, "it travels in the header alone");
}

#[tokio::test]
async fn a_days_limit_stops_reading_until_midnight_utc() {
    let limit = r#"{"status":429,"serviceErrorCode":101,"code":"TOO_MANY_REQUESTS","message":"Resource level throttle APPLICATION DAY limit for calls to this resource is reached."}"#;
    let ruled = Ruled::start(move |_, _| (429, limit.to_owned())).await;
    let error = ruled.facts(Detail::AdsOnly).await.unwrap_err();
    let Error::RateLimited { wait, .. } = error else { panic!("{error}") };
    assert!((8_990..=9_000).contains(&wait.as_secs()), "it is half past nine there: {wait:?}");
    assert!(matches!(ruled.facts(Detail::AdsOnly).await, Err(Error::RateLimited { .. })));
    assert_eq!(ruled.asked(ANALYTICS).len(), 1, "and nothing is asked meanwhile");

    let passing =
        Ruled::start(|asked, number| if number == 1 { (429, r#"{"status":429}"#.to_owned()) } else { one_ad(asked) }).await;
    assert_eq!(passing.facts(Detail::AdsOnly).await.unwrap().ad_daily.len(), 1, "other limits pass by backing off");
}

const SECRET: &str = r#"{"client_id":"id-1","client_secret":"hush-1","refresh_token":"AQXrefresh1","access_token":"AQXold"}"#;

fn refused() -> Answer {
    (401, r#"{"message":"Expired access token","serviceErrorCode":65602,"status":401}"#.to_owned())
}

/// Hands out `AQXnew`; the refresh token stays and has a hundred days left.
fn exchanged() -> Answer {
    let granted = r#"{"access_token":"AQXnew","expires_in":5184000,"refresh_token":"AQXrefresh1","refresh_token_expires_in":8640000,"scope":"r_ads,r_ads_reporting"}"#;
    (200, granted.to_owned())
}

#[tokio::test]
async fn a_token_is_exchanged_and_both_tokens_ends_are_told_apart() {
    let rule = |asked: &Asked, number: usize| match asked.path.as_str() {
        EXCHANGE => exchanged(),
        INTROSPECT => {
            (200, r#"{"active":true,"status":"active","expires_at":1800000000,"scope":"r_ads,r_ads_reporting"}"#.to_owned())
        }
        // The new token is not known everywhere at once.
        _ if number <= 2 => refused(),
        _ => our_account(),
    };
    let ruled = Ruled::with(SECRET, "", rule).await;
    assert!(ruled.linkedin.renewed_secret().is_none());
    let credential = ruled.linkedin.check().await.unwrap();
    assert_eq!(credential.scopes, ["r_ads", "r_ads_reporting"]);
    assert_eq!(credential.expires_at, None, "it renews itself");
    assert_eq!(credential.data_access_expires_at.unwrap().to_string(), "2027-03-01T12:00:00Z", "until the consent ends");
    let exchange = &ruled.asked(EXCHANGE)[..];
    let form: BTreeSet<&str> = exchange[0].body.split('&').collect();
    let expected = ["client_id=id-1", "client_secret=hush-1", "grant_type=refresh_token", "refresh_token=AQXrefresh1"];
    assert_eq!((exchange.len(), form), (1, BTreeSet::from(expected)));
    let tokens: Vec<_> = ruled.asked(ACCOUNTS).iter().map(|asked| asked.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(tokens, ["Bearer AQXold", "Bearer AQXnew", "Bearer AQXnew"]);
    let kept: serde_json::Value = serde_json::from_str(ruled.linkedin.renewed_secret().unwrap().expose_secret()).unwrap();
    let parts = ["client_id", "client_secret", "refresh_token", "access_token"].map(|name| kept[name].as_str().unwrap());
    assert_eq!(parts, ["id-1", "hush-1", "AQXrefresh1", "AQXnew"]);
}

#[tokio::test]
async fn a_token_nothing_renews_tells_its_end_to_the_app_it_belongs_to() {
    let rule = |asked: &Asked, _: usize| match asked.path.as_str() {
        INTROSPECT if asked.body.contains("token=AQXold") && asked.body.contains("client_secret=hush-1") => {
            (200, r#"{"active":true,"status":"active","expires_at":1800000000,"scope":"r_ads,r_ads_reporting"}"#.to_owned())
        }
        INTROSPECT => (400, r#"{"error":"invalid_request"}"#.to_owned()),
        _ => our_account(),
    };
    let of_an_app = r#"{"client_id":"id-1","client_secret":"hush-1","access_token":"AQXold"}"#;
    let ruled = Ruled::with(of_an_app, "", rule).await;
    let credential = ruled.linkedin.check().await.unwrap();
    assert_eq!(credential.expires_at.unwrap().as_second(), 1_800_000_000);
    let bare = Ruled::with("AQXold", "", rule).await;
    assert_eq!(bare.linkedin.check().await.unwrap().expires_at, None);
    assert!(bare.asked(INTROSPECT).is_empty());
    let narrow = |asked: &Asked, _: usize| match asked.path.as_str() {
        INTROSPECT => (200, r#"{"active":true,"scope":"r_ads"}"#.to_owned()),
        _ => our_account(),
    };
    let error = Ruled::with(of_an_app, "", narrow).await.linkedin.check().await.unwrap_err();
    assert!(
        matches!(error, Error::Auth { cause: AuthCause::Permission, .. }) && error.to_string().contains("r_ads_reporting"),
        "{error}"
    );
}

#[tokio::test]
async fn lists_follow_their_tokens_and_creatives_go_by_their_campaigns() {
    let rule = |asked: &Asked, _: usize| match asked.path.as_str() {
        "rest/adAccounts/507/adCampaignGroups" => elements(&[r#"{"id":1,"name":"Group","status":"ACTIVE"}"#.to_owned()]),
        "rest/adAccounts/507/adCampaigns" if asked.param("pageToken").is_none() => {
            let first: Vec<_> = (1..=40)
                .map(|id| format!(r#"{{"id":{id},"campaignGroup":"urn:li:sponsoredCampaignGroup:1","status":"ACTIVE"}}"#))
                .collect();
            let (status, body) = elements(&first);
            (status, body.replace(r#""metadata":{}"#, r#""metadata":{"nextPageToken":"a/b=="}"#))
        }
        "rest/adAccounts/507/adCampaigns" => {
            let second: Vec<_> = (41..=60)
                .map(|id| format!(r#"{{"id":{id},"campaignGroup":"urn:li:sponsoredCampaignGroup:1","status":"PAUSED"}}"#))
                .collect();
            elements(&second)
        }
        "rest/adAccounts/507/creatives" => {
            let campaigns = asked.param("campaigns").unwrap().trim_start_matches("List(").trim_end_matches(')');
            let creative = |urn: &str| {
                let id = urn.rsplit("%3A").next().unwrap();
                format!(
                    r#"{{"id":"urn:li:sponsoredCreative:{id}","campaign":"urn:li:sponsoredCampaign:{id}","intendedStatus":"ACTIVE","isServing":true}}"#
                )
            };
            elements(&campaigns.split(',').map(creative).collect::<Vec<_>>())
        }
        _ => (404, "{}".to_owned()),
    };
    let ruled = Ruled::start(rule).await;
    let snapshot = ruled.linkedin.entities(&account()).await.unwrap();
    assert_eq!(snapshot.states.len(), 1 + 1 + 60 + 60);
    assert_eq!(ruled.asked("rest/adAccounts/507/adCampaigns")[1].param("pageToken"), Some("a%2Fb%3D%3D"));
    let creatives = ruled.asked("rest/adAccounts/507/creatives");
    assert_eq!(creatives.iter().map(|asked| asked.campaigns().unwrap()).sum::<usize>(), 60);
    assert!(
        creatives.iter().all(|asked| asked.header("x-restli-method") == Some("FINDER") && asked.param("q") == Some("criteria"))
    );
    let states = ruled.asked("rest/adAccounts/507/adCampaignGroups")[0].param("search").unwrap().to_owned();
    assert!(states.starts_with("(status:(values:List(ACTIVE,PAUSED,") && states.contains("ARCHIVED"), "{states}");
}
