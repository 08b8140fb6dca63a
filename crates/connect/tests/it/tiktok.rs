//! TikTok: the common suite, and what is TikTok's own.

use crate::{
    conformance::{Subject, Totals, conformance},
    world::World,
};
use secrecy::SecretString;
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeMap, sync::Arc, time::Duration};
use trimtab_connect::{
    Connector, Error,
    tiktok::{Counted, FactsRequest, Tiktok, TiktokDialect},
};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    day::parse_day,
    entity::{EntityKind, Status},
    fact::{AdHourly, Breakdown, Facts},
    money::parse_micros,
};
use trimtab_sandbox::AccountInfo;
use trimtab_wire::{Call, Method, Place};
use url::Url;

pub(crate) struct TiktokSubject;

impl Subject for TiktokSubject {
    const SOURCE: Source = Source::Tiktok;
    const FACTS: &'static str = "/report/integrated/get/";
    /// A page holds 1 000 rows.
    const MANY_ADS: usize = 800;
    /// The app's limit of calls per second makes calls wait for each other.
    const HURRY: Duration = Duration::from_secs(2);
    /// Limits are the app's.
    const LIMITS_ARE_SHARED: bool = true;

    fn wrong_secret(_secret: &str) -> String {
        "0123456789abcdef0123456789abcdef01234567".to_owned()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        vec![secret.to_owned()]
    }

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        let mut days = BTreeMap::new();
        for window in range.chunks_newest_first(30) {
            let params = [
                ("advertiser_id", account.account.clone().into()),
                ("report_type", "BASIC".into()),
                ("service_type", "AUCTION".into()),
                ("data_level", "AUCTION_ADVERTISER".into()),
                ("dimensions", r#"["advertiser_id","stat_time_day"]"#.into()),
                ("metrics", r#"["spend","impressions","clicks"]"#.into()),
                ("start_date", window.from().to_string().into()),
                ("end_date", window.to().to_string().into()),
                ("page_size", "1000".into()),
            ];
            let body = ask(world, account, "report/integrated/get/", &params).await;
            assert!(body["data"]["page_info"]["total_page"].as_u64().unwrap() <= 1, "one page holds them all");
            for row in body["data"]["list"].as_array().unwrap() {
                let text = |name: &str| row["metrics"][name].as_str().unwrap();
                let day = parse_day(&row["dimensions"]["stat_time_day"].as_str().unwrap()[..10]).unwrap();
                let count = |name: &str| text(name).parse::<i64>().unwrap();
                days.insert(day, (parse_micros(text("spend")).unwrap(), count("impressions"), count("clicks")));
            }
        }
        days
    }
}

conformance!(crate::tiktok::TiktokSubject);

/// Asks the platform without the connector.
async fn ask(world: &World, account: &AccountInfo, path: &str, params: &[(&str, Cow<'_, str>)]) -> Value {
    let url: Url = format!("{}/open_api/v1.3/{path}", account.base_url).parse().unwrap();
    let token = SecretString::from(account.secret.as_str());
    let call = Call {
        source: Source::Tiktok,
        account: None,
        method: Method::Get,
        url: &url,
        params,
        json: None,
        headers: &[],
        secrets: &[(Place::Header("access-token"), &token)],
        dialect: &TiktokDialect,
        deadline: Duration::from_secs(30),
        weight: 1,
    };
    let reply = world.wire.call(call).await.unwrap();
    serde_json::from_slice(&reply.body).unwrap()
}

async fn open(world: &World, index: usize) -> (Tiktok, Account, DayRange) {
    let info = &world.accounts[index];
    let (base, secret) = (info.base_url.parse().unwrap(), info.secret.as_str().into());
    let tiktok = Tiktok::new(world.wire.clone(), &base, &secret, Arc::clone(&world.clock)).unwrap();
    let account = tiktok.account(&info.account.as_str().into()).await.unwrap();
    let range = DayRange::ending(account.zone.day_at(world.clock.now()), 20);
    (tiktok, account, range)
}

fn spent(facts: &Facts) -> i64 {
    facts.ad_daily.iter().map(|fact| fact.measures.spend_micros).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_range_is_read_in_windows_the_platform_allows() {
    let world = World::start(Source::Tiktok).await;
    let (tiktok, account, range) = open(&world, 0).await;
    let long = DayRange::ending(range.to(), 75);
    world.sandbox.forget_calls();
    let ads = FactsRequest { breakdowns: Vec::new(), conversions: Some(Counted::SitePurchases) };
    let facts = tiktok.insights(&account, long, &ads).await.unwrap().facts;
    let reads = world.sandbox.calls().iter().filter(|call| call.route.contains(TiktokSubject::FACTS)).count();
    assert!(reads >= 3, "{reads} reads of 30 days at most");
    let own = TiktokSubject::own_totals(&world, &world.accounts[0], long).await;
    assert_eq!(spent(&facts), own.values().map(|totals| totals.0).sum::<i64>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_event_counts_for_all_days_and_can_be_named() {
    let world = World::start(Source::Tiktok).await;
    for index in 0..world.accounts.len() {
        let (tiktok, account, range) = open(&world, index).await;
        let auto = tiktok.insights(&account, range, &FactsRequest { breakdowns: Vec::new(), conversions: None }).await.unwrap();
        let counted: f64 = auto.facts.ad_daily.iter().filter_map(|fact| fact.measures.conversions).sum();
        let rows = auto.facts.conversions.iter().filter(|c| c.action_type == auto.counted.action() && c.window == "default");
        let reported: f64 = rows.map(|c| c.count).sum();
        assert!(counted > 0.0 && (counted - reported).abs() < 1e-6, "{:?}: {counted} counted, {reported} reported", auto.counted);
        let goals = FactsRequest { breakdowns: Vec::new(), conversions: Some(Counted::Goals) };
        let goals = tiktok.insights(&account, range, &goals).await.unwrap();
        assert_eq!(goals.counted.action(), "conversion");
        assert!(goals.facts.ad_daily.iter().all(|fact| fact.measures.revenue_micros.is_none()), "goals have no value");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breakdowns_add_up_to_the_ads() {
    let world = World::start(Source::Tiktok).await;
    let (tiktok, account, range) = open(&world, 0).await;
    let facts = tiktok.insights(&account, range, &FactsRequest::default()).await.unwrap().facts;
    assert_eq!(facts.breakdowns_read, [Breakdown::Country, Breakdown::AgeGender]);
    for breakdown in facts.breakdowns_read.iter().copied() {
        let rows: Vec<_> = facts.breakdowns.iter().filter(|fact| fact.breakdown == breakdown).collect();
        let sum: i64 = rows.iter().map(|fact| fact.measures.spend_micros).sum();
        let off = (sum - spent(&facts)).abs();
        assert!(off * 200 <= spent(&facts), "{breakdown:?}: {sum} of {}", spent(&facts));
        assert!(rows.iter().all(|fact| (breakdown == Breakdown::AgeGender) != fact.part2.is_empty()), "{breakdown:?}");
        assert!(rows.iter().any(|fact| ["NL", "25-34"].contains(&fact.part.as_str())), "{breakdown:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_add_up_to_their_days() {
    let world = World::start(Source::Tiktok).await;
    let (tiktok, account, range) = open(&world, 0).await;
    let days = DayRange::ending(range.to(), 3);
    let hours: Vec<AdHourly> = tiktok.hours(&account, days).await.unwrap().unwrap().rows;
    let ads = FactsRequest { breakdowns: Vec::new(), conversions: None };
    let facts = tiktok.insights(&account, days, &ads).await.unwrap().facts;
    assert!(hours.len() > facts.ad_daily.len());
    let sum = |of: fn(&AdHourly) -> i64| hours.iter().map(of).sum::<i64>();
    assert_eq!(sum(|hour| hour.measures.spend_micros), spent(&facts));
    assert_eq!(sum(|hour| hour.measures.impressions), facts.ad_daily.iter().map(|fact| fact.measures.impressions).sum::<i64>());
    assert!(hours.iter().all(|hour| hour.hour < 24 && days.contains(hour.date) && hour.measures.reach.is_none()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_is_good_and_lists_no_accounts() {
    let world = World::start(Source::Tiktok).await;
    let (tiktok, _, _) = open(&world, 0).await;
    let credential = tiktok.check().await.unwrap();
    assert_eq!((credential.expires_at, tiktok.renewed_secret().is_none()), (None, true), "it never ends and never changes");
    let error = tiktok.accounts().await.unwrap_err();
    assert!(matches!(error, Error::Rejected { .. }) && error.to_string().contains("advertiser id"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entities_carry_budgets_and_stay_as_they_are() {
    let world = World::start(Source::Tiktok).await;
    let (tiktok, account, _) = open(&world, 0).await;
    let snapshot = tiktok.entities(&account).await.unwrap();
    let complete = [EntityKind::Account, EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad, EntityKind::Pixel];
    assert_eq!(snapshot.complete, complete);
    let of = |kind: EntityKind| snapshot.states.iter().filter(move |state| state.kind == kind);
    let budgets = of(EntityKind::Campaign).chain(of(EntityKind::AdGroup)).filter(|s| s.daily_budget_micros.is_some()).count();
    assert!(budgets > 0);
    assert!(of(EntityKind::Ad).any(|ad| ad.status == Status::Active), "something delivers");
    let again = tiktok.entities(&account).await.unwrap();
    assert_eq!(again.states, snapshot.states, "nothing changes by being looked at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pixel_tells_its_events_by_day_and_those_of_today_so_far() {
    let world = World::start(Source::Tiktok).await;
    let (tiktok, account, range) = open(&world, 0).await;
    let pixels = tiktok.entities_of(&account, EntityKind::Pixel).await.unwrap().states;
    let pixel = &pixels[0];
    assert!(pixel.attributes["creation_time"].parse::<jiff::Timestamp>().is_ok(), "{pixel:?}");
    let today = account.zone.day_at(world.clock.now());
    let days = DayRange::ending(today, 3);
    let told = tiktok.pixel_days(&account, &pixel.id, days).await.unwrap().unwrap();
    assert_eq!(told.keys().copied().collect::<Vec<_>>(), days.days().collect::<Vec<_>>(), "every day is told");
    let of = |day: Day, name: &str| told[&day].get(name).copied().unwrap_or_default();
    let whole = days.from();
    assert!(of(whole, "PageView") > of(whole, "ViewContent") && of(whole, "ViewContent") > of(whole, "AddToCart"), "{told:?}");
    assert!(of(today, "PageView") > 0 && of(today, "PageView") < of(whole, "PageView"), "half of today is to come: {told:?}");
    assert_eq!(tiktok.pixel_hours(&account, &pixel.id, range).await.unwrap(), None, "and none by the hour");
    // The pixel of somebody else is none of this account's.
    let foreign = tiktok.pixel_days(&account, "4711", DayRange::single(today)).await;
    assert!(foreign.is_err() || foreign.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unusable_secret_is_refused_before_any_call() {
    let world = World::start(Source::Tiktok).await;
    let base = world.accounts[0].base_url.parse().unwrap();
    world.sandbox.forget_calls();
    let error = world.connectors().open(Source::Tiktok, Some(base), " ".into()).unwrap_err();
    assert!(matches!(error, Error::Secret { platform: Source::Tiktok, .. }), "{error}");
    assert!(world.sandbox.calls().is_empty());
}
