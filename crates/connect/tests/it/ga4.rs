//! Google Analytics: the common suite, and what is its own.

use crate::{
    conformance::{Subject, Totals, conformance, sorted},
    world::World,
};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use trimtab_connect::{
    Ask, Connector,
    ga4::{AnalyticsDialect, Ga4},
};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    day::parse_day,
    entity::EntityKind,
    fact::{Quality, SessionDaily},
    money::parse_micros,
};
use trimtab_sandbox::AccountInfo;
use trimtab_wire::{Call, Method, Place};
use url::Url;

pub(crate) struct Ga4Subject;

fn part(secret: &str, name: &str) -> String {
    let document: Value = serde_json::from_str(secret).unwrap();
    document[name].as_str().unwrap().to_owned()
}

impl Subject for Ga4Subject {
    const SOURCE: Source = Source::Ga4;
    const FACTS: &'static str = ":runReport";
    /// What is tried is the quota of requests at once.
    const SHORTEST_LIMIT: SignedDuration = SignedDuration::from_secs(20);
    const PAGED: bool = false;
    const REQUESTS: u32 = 1;

    fn wrong_secret(secret: &str) -> String {
        let mut parts: Value = serde_json::from_str(secret).unwrap();
        parts["refresh_token"] = "1//0not-a-refresh-token-0000".into();
        parts.to_string()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        ["client_secret", "refresh_token"].map(|name| part(secret, name)).to_vec()
    }

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        let question = json!({
            "dateRanges": [{ "startDate": range.from().to_string(), "endDate": range.to().to_string() }],
            "dimensions": [{ "name": "date" }],
            "metrics": [{ "name": "purchaseRevenue" }, { "name": "sessions" }, { "name": "engagedSessions" }],
        });
        let answer = ask(world, account, &question).await;
        let day = |row: &Value| {
            let date = row["dimensionValues"][0]["value"].as_str().unwrap();
            let text = |index: usize| row["metricValues"][index]["value"].as_str().unwrap();
            let count = |index: usize| text(index).parse::<i64>().unwrap();
            let date = parse_day(&format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..])).unwrap();
            (date, (parse_micros(text(0)).unwrap(), count(1), count(2)))
        };
        answer["rows"].as_array().into_iter().flatten().map(day).collect()
    }
}

/// Asks the platform itself, without the connector.
async fn ask(world: &World, account: &AccountInfo, question: &Value) -> Value {
    let token: Url = format!("{}/token", account.base_url).parse().unwrap();
    let report: Url = format!("{}/v1beta/properties/{}:runReport", account.base_url, account.account).parse().unwrap();
    let parts = ["client_id", "client_secret", "refresh_token"].map(|name| SecretString::from(part(&account.secret, name)));
    let secrets = [
        (Place::Param("client_id"), &parts[0]),
        (Place::Param("client_secret"), &parts[1]),
        (Place::Param("refresh_token"), &parts[2]),
    ];
    let exchange = Call { params: &[("grant_type", "refresh_token".into())], secrets: &secrets, ..call(&token) };
    let granted: Value = serde_json::from_slice(&world.wire.call(exchange).await.unwrap().body).unwrap();
    let access = SecretString::from(granted["access_token"].as_str().unwrap());
    let json = question.to_string().into_bytes();
    let asked = Call { json: Some(&json), secrets: &[(Place::Bearer, &access)], ..call(&report) };
    serde_json::from_slice(&world.wire.call(asked).await.unwrap().body).unwrap()
}

fn call(url: &Url) -> Call<'_> {
    Call {
        source: Source::Ga4,
        account: None,
        method: Method::Post,
        url,
        params: &[],
        json: None,
        headers: &[],
        secrets: &[],
        dialect: &AnalyticsDialect,
        deadline: Duration::from_secs(30),
        weight: 1,
    }
}

conformance!(crate::ga4::Ga4Subject, without ads);

async fn scene(world: &World, index: usize) -> (Ga4, Account, DayRange) {
    let info = &world.accounts[index];
    let base = info.base_url.parse().unwrap();
    let ga4 = Ga4::new(world.wire.clone(), Some(base), &info.secret.as_str().into(), Arc::clone(&world.clock)).unwrap();
    let account = ga4.account(&info.account.as_str().into()).await.unwrap();
    let range = DayRange::ending(account.zone.day_at(world.clock.now()), 30);
    (ga4, account, range)
}

async fn sessions(ga4: &Ga4, account: &Account, range: DayRange) -> Vec<SessionDaily> {
    ga4.facts(account, range, Ask::default()).await.unwrap().facts.sessions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_property_is_listed_as_it_describes_itself() {
    let world = World::start(Source::Ga4).await;
    for (index, info) in world.accounts.iter().enumerate() {
        let (ga4, account, _) = scene(&world, index).await;
        assert_eq!((account.currency.as_str(), account.zone.as_str()), (info.currency.as_str(), info.timezone.as_str()));
        assert_eq!(account.name, info.name.as_str());
        assert!(ga4.accounts().await.unwrap().contains(&account));
        let snapshot = ga4.entities(&account).await.unwrap();
        assert_eq!((snapshot.complete.as_slice(), snapshot.states.len()), ([EntityKind::Account].as_slice(), 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_tell_who_led_there() {
    let world = World::start(Source::Ga4).await;
    let (ga4, account, range) = scene(&world, 0).await;
    let rows = sessions(&ga4, &account, range).await;
    let channels: BTreeSet<&str> = rows.iter().map(|row| row.channel.as_str()).collect();
    assert!(channels.len() > 3, "{channels:?}");
    let led: BTreeSet<Source> = rows.iter().filter_map(|row| row.utm.platform()).collect();
    assert!(led.contains(&Source::Meta), "clicks of ads become sessions: {led:?}");
    assert!(rows.iter().any(|row| row.utm.source == "(direct)"), "words of Analytics stand as they are");
    assert!(rows.iter().all(|row| row.engaged_sessions.is_some_and(|engaged| engaged <= row.sessions)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_that_leave_something_out_are_the_same_however_they_are_asked_for() {
    let world = World::start(Source::Ga4).await;
    let (mut marked, mut clean) = (0, 0);
    for index in 0..world.accounts.len() {
        let (ga4, account, range) = scene(&world, index).await;
        let whole = ga4.facts(&account, range, Ask::default()).await.unwrap().facts;
        let mut alone = Vec::new();
        for day in range.days() {
            alone.extend(sessions(&ga4, &account, DayRange::single(day)).await);
        }
        let days: BTreeMap<Day, Quality> = whole.sessions.iter().map(|row| (row.date, row.quality)).collect();
        marked += days.values().filter(|quality| **quality != Quality::default()).count();
        clean += days.values().filter(|quality| **quality == Quality::default()).count();
        let alone = trimtab_domain::fact::Facts { sessions: alone, ..Default::default() };
        assert_eq!(sorted(whole), sorted(alone), "{}", account.id);
    }
    assert!(clean > 0, "{marked} days are marked and {clean} are not");
}
