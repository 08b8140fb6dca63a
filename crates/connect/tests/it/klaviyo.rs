//! Klaviyo: the common suite, and what is its own.

use crate::{
    conformance::{Subject, Totals, conformance},
    world::{World, quick},
};
use jiff::{SignedDuration, ToSpan};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use trimtab_connect::{
    Ask, Connector, Error,
    klaviyo::{Klaviyo, KlaviyoDialect, ReportOf, VERSION},
};
use trimtab_domain::{
    Day, DayRange, Source, Timestamp,
    account::Account,
    entity::{EntityKind, Status},
    fact::MailKind,
};
use trimtab_sandbox::{AccountInfo, Limits, SandboxSettings};
use trimtab_wire::{Call, Method, Place, WireSettings};
use url::Url;

pub(crate) struct KlaviyoSubject;

impl Subject for KlaviyoSubject {
    const SOURCE: Source = Source::Klaviyo;
    const FACTS: &'static str = "/metric-aggregates";
    const FIGURES: &'static str = "/metric";
    const TENANTS: usize = 6;
    const STRANGER: &'static str = "ZZZZZZ";
    /// Three calls a second are all that is allowed, those included that are made again.
    const PATIENCE: Duration = Duration::from_secs(30);
    const HURRY: Duration = Duration::from_secs(4);
    const SHORTEST_LIMIT: SignedDuration = SignedDuration::from_secs(10);
    const PAGED: bool = false;

    fn wrong_secret(_secret: &str) -> String {
        "pk_000000000000000000000000000000000a".to_owned()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        vec![secret.to_owned()]
    }

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        let mut days = BTreeMap::<Day, Totals>::new();
        let zone = &account.timezone;
        for (day, count, _) in counted(world, account, zone, range, "Received Email", &json!([])).await {
            days.entry(day).or_default().2 += count;
        }
        for (day, count, value) in counted(world, account, zone, range, "Placed Order", &json!(["$attributed_message"])).await {
            let sums = days.entry(day).or_default();
            *sums = (sums.0 + value, sums.1 + count, sums.2);
        }
        days.retain(|_, sums| *sums != (0, 0, 0));
        days
    }
}

/// Events of a name by day, whoever they come from, in number and in micros, without those of no message where they are divided by one.
async fn counted(
    world: &World,
    account: &AccountInfo,
    zone: &str,
    range: DayRange,
    event: &str,
    by: &Value,
) -> Vec<(Day, i64, i64)> {
    let metrics = ask(world, account, "metrics", None).await;
    let mut found = Vec::new();
    for metric in metrics["data"].as_array().unwrap().iter().filter(|metric| metric["attributes"]["name"] == event) {
        let document = json!({ "data": { "type": "metric-aggregate", "attributes": {
            "metric_id": metric["id"], "measurements": ["count", "sum_value"], "interval": "day", "by": by, "timezone": zone, "page_size": 500,
            "filter": [
                format!("greater-or-equal(datetime,{}T00:00:00)", range.from()),
                format!("less-than(datetime,{}T00:00:00)", range.to().tomorrow().unwrap()),
            ],
        } } });
        let answer = ask(world, account, "metric-aggregates", Some(&document)).await;
        let attributes = &answer["data"]["attributes"];
        let date = |date: &Value| date.as_str().unwrap()[..10].parse::<Day>().unwrap();
        let dates: Vec<Day> = attributes["dates"].as_array().unwrap().iter().map(date).collect();
        let divided = by.as_array().is_some_and(|by| !by.is_empty());
        for row in attributes["data"].as_array().unwrap().iter().filter(|row| !divided || row["dimensions"][0] != "") {
            for (index, date) in dates.iter().enumerate() {
                let figure = |name: &str| row["measurements"][name][index].as_f64().unwrap();
                #[expect(clippy::cast_possible_truncation, reason = "figures of a test world are small")]
                found.push((*date, figure("count").round() as i64, (figure("sum_value") * 1e6).round() as i64));
            }
        }
    }
    found
}

/// Asks the platform itself, without the connector.
async fn ask(world: &World, account: &AccountInfo, path: &str, document: Option<&Value>) -> Value {
    let url: Url = format!("{}/api/{path}", account.base_url).parse().unwrap();
    let key = SecretString::from(format!("Klaviyo-API-Key {}", account.secret));
    let json = document.map(|document| document.to_string().into_bytes());
    let call = Call {
        source: Source::Klaviyo,
        account: None,
        method: if json.is_some() { Method::Post } else { Method::Get },
        url: &url,
        params: &[],
        json: json.as_deref(),
        headers: &[("revision", VERSION)],
        secrets: &[(Place::Header("authorization"), &key)],
        dialect: &KlaviyoDialect,
        deadline: Duration::from_secs(30),
        weight: 1,
    };
    serde_json::from_slice(&world.wire.call(call).await.unwrap().body).unwrap()
}

conformance!(crate::klaviyo::KlaviyoSubject, without ads);

async fn scene(world: &World, index: usize) -> (Klaviyo, Account, DayRange) {
    let info = &world.accounts[index];
    let base = info.base_url.parse().unwrap();
    let klaviyo = Klaviyo::new(world.wire.clone(), &base, &info.secret.as_str().into(), Arc::clone(&world.clock)).unwrap();
    let account = klaviyo.account(&info.account.as_str().into()).await.unwrap();
    let range = DayRange::ending(account.zone.day_at(world.clock.now()), 30);
    (klaviyo, account, range)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mailings_are_those_that_are_listed() {
    let world = World::start(Source::Klaviyo).await;
    let (klaviyo, account, range) = scene(&world, 0).await;
    let snapshot = klaviyo.entities(&account).await.unwrap();
    let listed = |objective: &str| -> BTreeSet<&str> {
        let of = snapshot.states.iter().filter(|state| state.kind == EntityKind::Campaign && state.objective == objective);
        of.map(|state| state.id.as_str()).collect()
    };
    let (campaigns, flows) = (listed("campaign"), listed("flow"));
    let emails = klaviyo.facts(&account, range, Ask::default()).await.unwrap().facts.emails;
    for row in &emails {
        let known = if row.kind == MailKind::Campaign { &campaigns } else { &flows };
        assert!(known.contains(row.campaign.as_str()), "{row:?}");
    }
    for kind in [MailKind::Campaign, MailKind::Flow] {
        let of: Vec<_> = emails.iter().filter(|row| row.kind == kind).collect();
        assert!(of.iter().any(|row| row.recipients > Some(0)) && of.iter().any(|row| row.revenue_micros > Some(0)), "{kind:?}");
        assert!(of.iter().any(|row| row.opens > Some(0)) && of.iter().any(|row| row.clicks > Some(0)), "{kind:?}");
    }
    assert!(snapshot.states.iter().all(|state| state.status != Status::Unknown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reports_day_is_that_of_sending() {
    let world = World::start(Source::Klaviyo).await;
    let (klaviyo, account, range) = scene(&world, 0).await;
    // Old enough that nothing is added to it any more.
    let week = DayRange::ending(range.to().saturating_sub(20.days()), 7);
    let campaigns = klaviyo.report(&account, ReportOf::Campaigns, week).await.unwrap();
    let sent: BTreeSet<&str> = campaigns.iter().map(|row| row.mailing.as_str()).collect();
    let later = DayRange::new(week.from(), range.to()).unwrap();
    let emails = klaviyo.facts(&account, later, Ask::default()).await.unwrap().facts.emails;
    let happened: i64 = emails.iter().filter(|row| sent.contains(row.campaign.as_str())).filter_map(|row| row.revenue_micros).sum();
    let reported: i64 = campaigns.iter().map(|row| row.revenue_micros).sum();
    assert!(!campaigns.is_empty() && reported > 0);
    assert_eq!(reported, happened, "what came of these campaigns on any day");
    assert!(!klaviyo.report(&account, ReportOf::Flows, week).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_windows_of_a_second_are_kept() {
    let settings = SandboxSettings { seed: 3, tenants: 3, ads: 40, days: 120, limits: Limits::Real, ..SandboxSettings::default() };
    let mut world = World::with(Source::Klaviyo, settings).await;
    world.rewire(WireSettings { patience: Duration::from_secs(60), ..quick() });
    let (klaviyo, account, range) = scene(&world, 0).await;
    world.sandbox.forget_calls();
    for _ in 0..2 {
        klaviyo.facts(&account, range, Ask::default()).await.unwrap();
        klaviyo.entities(&account).await.unwrap();
    }
    let calls = world.sandbox.calls();
    let counts = calls.iter().filter(|call| call.route.ends_with("metric-aggregates")).count();
    let refused = calls.iter().filter(|call| call.status == 429).count();
    assert!(counts >= 8 && refused == 0, "{refused} of {} calls were refused", calls.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_sees_one_account() {
    let world = World::start(Source::Klaviyo).await;
    let (klaviyo, account, _) = scene(&world, 0).await;
    assert_eq!(klaviyo.accounts().await.unwrap(), std::slice::from_ref(&account));
    let checked = klaviyo.check().await.unwrap();
    assert_eq!((checked.user_id.as_str(), checked.expires_at), (account.id.as_str(), None::<Timestamp>));
    let error = klaviyo.account(&"QQQQQQ".into()).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains(account.id.as_str())), "{error}");
}
