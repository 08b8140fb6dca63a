//! LinkedIn: the common suite, and what is LinkedIn's own.

use crate::{
    conformance::{Subject, Totals, conformance},
    world::World,
};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use trimtab_connect::{
    Ask, AuthCause, Connector, Detail, Error,
    linkedin::{BREAKDOWNS, Linkedin, LinkedinDialect, VERSION},
};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    entity::{EntityKind, Status},
    fact::Facts,
    money::parse_micros,
};
use trimtab_sandbox::{AccountInfo, Fault, FaultKind};
use trimtab_wire::{Call, Method, Place};
use url::Url;

pub(crate) struct LinkedinSubject;

fn part(secret: &str, name: &str) -> String {
    let document: Value = serde_json::from_str(secret).unwrap();
    document[name].as_str().unwrap().to_owned()
}

impl Subject for LinkedinSubject {
    const SOURCE: Source = Source::Linkedin;
    const FACTS: &'static str = "/rest/adAnalytics";
    /// A day's limit is the application's.
    const LIMITS_ARE_SHARED: bool = true;
    /// Whole answers, without pages.
    const PAGED: bool = false;
    /// Limits of a day last until midnight UTC.
    const LONGEST_LIMIT: SignedDuration = SignedDuration::from_hours(24);

    fn wrong_secret(secret: &str) -> String {
        json!({
            "client_id": part(secret, "client_id"),
            "client_secret": "not-the-secret-000000",
            "refresh_token": "AQXnotatoken00000000",
            "access_token": "AQXnotatoken11111111",
        })
        .to_string()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        ["client_secret", "refresh_token", "access_token"].map(|name| part(secret, name)).to_vec()
    }

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        let day = |day: Day| format!("(year:{},month:{},day:{})", day.year(), day.month(), day.day());
        let mut days = BTreeMap::new();
        for window in range.chunks_newest_first(30) {
            let query = format!(
                "q=analytics&pivot=ACCOUNT&timeGranularity=DAILY&dateRange=(start:{},end:{})\
                 &accounts=List(urn%3Ali%3AsponsoredAccount%3A{})&fields=dateRange,pivotValues,impressions,clicks,costInLocalCurrency",
                day(window.from()),
                day(window.to()),
                account.account
            );
            let url: Url = format!("{}/rest/adAnalytics?{query}", account.base_url).parse().unwrap();
            let token = SecretString::from(part(&account.secret, "access_token"));
            let call = Call {
                source: Source::Linkedin,
                account: None,
                method: Method::Get,
                url: &url,
                params: &[],
                json: None,
                headers: &[("linkedin-version", VERSION), ("x-restli-protocol-version", "2.0.0")],
                secrets: &[(Place::Bearer, &token)],
                dialect: &LinkedinDialect::default(),
                deadline: Duration::from_secs(30),
                weight: 1,
            };
            let reply = world.wire.call(call).await.unwrap();
            let body: Value = serde_json::from_slice(&reply.body).unwrap();
            for row in body["elements"].as_array().unwrap() {
                let date = |name: &str| row["dateRange"]["start"][name].as_i64().unwrap();
                let day =
                    Day::new(date("year").try_into().unwrap(), date("month").try_into().unwrap(), date("day").try_into().unwrap());
                let count = |name: &str| row[name].as_i64().unwrap();
                let spend = parse_micros(row["costInLocalCurrency"].as_str().unwrap()).unwrap();
                days.insert(day.unwrap(), (spend, count("impressions"), count("clicks")));
            }
        }
        days.retain(|_, figures| *figures != (0, 0, 0));
        days
    }
}

conformance!(crate::linkedin::LinkedinSubject);

fn open(world: &World, index: usize, secret: &str) -> Linkedin {
    let base = world.accounts[index].base_url.parse().unwrap();
    Linkedin::new(world.wire.clone(), &base, &secret.into(), Arc::clone(&world.clock)).unwrap()
}

async fn scene(world: &World, index: usize) -> (Linkedin, Account, DayRange) {
    let info = &world.accounts[index];
    let linkedin = open(world, index, &info.secret);
    let account = linkedin.account(&info.account.as_str().into()).await.unwrap();
    let range = DayRange::ending(account.zone.day_at(world.clock.now()), 30);
    (linkedin, account, range)
}

const ADS: Ask = Ask { expected_ads: 0, detail: Detail::AdsOnly };

fn by_day(facts: &Facts) -> BTreeMap<Day, Totals> {
    let mut days = BTreeMap::<Day, Totals>::new();
    for fact in &facts.ad_daily {
        let day = days.entry(fact.date).or_default();
        *day = (day.0 + fact.measures.spend_micros, day.1 + fact.measures.impressions, day.2 + fact.measures.clicks);
    }
    days
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_come_to_the_truth_behind_the_platform() {
    let world = World::start(Source::Linkedin).await;
    for index in 0..world.accounts.len() {
        let (linkedin, account, range) = scene(&world, index).await;
        let ours = by_day(&linkedin.facts(&account, range, ADS).await.unwrap().facts);
        let truth = world.sandbox.totals(Source::Linkedin, account.id.as_str(), range).unwrap();
        let truth: BTreeMap<Day, Totals> =
            truth.into_iter().map(|day| (day.date, (parse_micros(&day.spend).unwrap(), day.impressions, day.clicks))).collect();
        assert!(truth.len() > 5, "{truth:?}");
        assert_eq!(ours, truth);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_range_is_read_in_windows() {
    let world = World::start(Source::Linkedin).await;
    let (linkedin, account, range) = scene(&world, 0).await;
    let long = DayRange::ending(range.to(), 75);
    let facts = linkedin.facts(&account, long, ADS).await.unwrap().facts;
    assert_eq!(by_day(&facts), LinkedinSubject::own_totals(&world, &world.accounts[0], long).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breakdowns_come_to_their_groups_or_to_less_where_they_are_approximate() {
    let world = World::start(Source::Linkedin).await;
    let (linkedin, account, range) = scene(&world, 0).await;
    let facts = linkedin.facts(&account, range, Ask::default()).await.unwrap().facts;
    assert_eq!(facts.breakdowns_read, BREAKDOWNS);
    let mut whole = BTreeMap::<_, (i64, i64)>::new();
    for fact in &facts.ad_daily {
        let sum = whole.entry((fact.date, fact.placing.campaign.clone())).or_default();
        *sum = (sum.0 + fact.measures.spend_micros, sum.1 + fact.measures.impressions);
    }
    for breakdown in BREAKDOWNS {
        let mut parts = BTreeMap::<_, (i64, i64)>::new();
        for fact in facts.breakdowns.iter().filter(|fact| fact.breakdown == breakdown) {
            let sum = parts.entry((fact.date, fact.placing.campaign.clone())).or_default();
            *sum = (sum.0 + fact.measures.spend_micros, sum.1 + fact.measures.impressions);
        }
        assert!(!parts.is_empty(), "{breakdown:?}");
        if breakdown.is_approximate(Source::Linkedin) {
            let impressions = |days: &BTreeMap<_, (i64, i64)>| days.values().map(|sum| sum.1).sum::<i64>();
            let (told, all) = (impressions(&parts), impressions(&whole));
            assert!(told > all / 4 && told <= all, "{breakdown:?}: {told} of {all} impressions");
        } else {
            assert_eq!(parts, whole, "{breakdown:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_event_counts_and_rules_add_up_to_it() {
    let world = World::start(Source::Linkedin).await;
    for index in 0..world.accounts.len() {
        let (linkedin, account, range) = scene(&world, index).await;
        let facts = linkedin.facts(&account, range, ADS).await.unwrap().facts;
        let counted: f64 = facts.ad_daily.iter().filter_map(|fact| fact.measures.conversions).sum();
        let of = |action: &str, window: &str| -> f64 {
            facts.conversions.iter().filter(|c| c.action_type == action && c.window == window).map(|c| c.count).sum()
        };
        let (website, leads) = (of("externalWebsiteConversions", "default"), of("oneClickLeads", "default"));
        let best = if website > 0.0 { website } else { leads };
        assert!(counted > 0.0 && (counted - best).abs() < 1e-6, "{counted} counted of {website} and {leads}");
        let windows = of("externalWebsiteConversions", "click") + of("externalWebsiteConversions", "view");
        assert!((website - windows).abs() < 1e-6, "{website} in all, {windows} after clicks and views");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_object_is_listed_with_budgets_in_micros() {
    let world = World::start(Source::Linkedin).await;
    let mut statuses = BTreeSet::new();
    for index in 0..world.accounts.len() {
        let (linkedin, account, _) = scene(&world, index).await;
        let snapshot = linkedin.entities(&account).await.unwrap();
        let of = |kind| snapshot.states.iter().filter(move |state| state.kind == kind);
        for kind in [EntityKind::Account, EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad] {
            assert!(snapshot.complete.contains(&kind) && of(kind).count() > 0, "{kind}");
        }
        statuses.extend(snapshot.states.iter().map(|state| state.status.as_str()));
        let budgets = of(EntityKind::Campaign).chain(of(EntityKind::AdGroup));
        let budgets: Vec<i64> = budgets.filter_map(|s| s.daily_budget_micros.or(s.lifetime_budget_micros)).collect();
        assert!(!budgets.is_empty() && budgets.iter().all(|micros| *micros >= 1_000_000), "{budgets:?}");
        let again = linkedin.entities(&account).await.unwrap();
        assert_eq!(again.states, snapshot.states, "nothing changes by being looked at");
    }
    assert!(statuses.contains(Status::Active.as_str()) && statuses.len() > 1, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_listed_with_days_of_utc() {
    let world = World::start(Source::Linkedin).await;
    for (index, info) in world.accounts.iter().enumerate() {
        let linkedin = open(&world, index, &info.secret);
        let accounts = linkedin.accounts().await.unwrap();
        let ours = accounts.iter().find(|account| account.id.as_str() == info.account).expect("it sees its account");
        assert_eq!((ours.zone.as_str(), ours.source), ("UTC", Source::Linkedin));
        assert_eq!(*ours, linkedin.account(&ours.id).await.unwrap());
    }
    let error = open(&world, 0, &world.accounts[0].secret).account(&"act_7".into()).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("digits only")), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_renewed_after_a_refusal_until_the_consent_ends() {
    let world = World::start(Source::Linkedin).await;
    let (linkedin, account, _) = scene(&world, 0).await;
    let credential = linkedin.check().await.unwrap();
    assert!(credential.scopes.iter().any(|scope| scope == "r_ads_reporting"), "{credential:?}");
    assert!(linkedin.renewed_secret().is_none());
    world.sandbox.advance("P61D").unwrap();
    let refused = |world: &World| world.sandbox.calls().iter().filter(|call| call.status == 401).count();
    world.sandbox.forget_calls();
    linkedin.account(&account.id).await.unwrap();
    assert_eq!(refused(&world), 1, "the old token was tried once");
    let renewed = linkedin.renewed_secret().expect("there is another access token");
    let (old, new) = (world.accounts[0].secret.as_str(), renewed.expose_secret());
    assert_eq!(part(old, "client_secret"), part(new, "client_secret"));
    assert_ne!(part(old, "access_token"), part(new, "access_token"));
    assert!(linkedin.check().await.unwrap().data_access_expires_at.is_some(), "the exchange tells when the consent ends");
    let kept = open(&world, 0, new);
    kept.account(&account.id).await.unwrap();
    assert!(kept.renewed_secret().is_none(), "the kept access token is the newest");
    world.sandbox.advance("P366D").unwrap();
    let error = kept.check().await.unwrap_err();
    assert!(matches!(&error, Error::Retired { .. }), "the version is retired: {error}");
    let later = format!("{}?version=202711", world.accounts[0].base_url).parse().unwrap();
    let later = Linkedin::new(world.wire.clone(), &later, &new.into(), Arc::clone(&world.clock)).unwrap();
    let error = later.check().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, .. }), "and so is the consent: {error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_no_longer_shared_is_not_taken_for_an_idle_one() {
    let world = World::start(Source::Linkedin).await;
    let (linkedin, account, range) = scene(&world, 0).await;
    assert!(!linkedin.facts(&account, range, ADS).await.unwrap().facts.ad_daily.is_empty());
    world.sandbox.add_fault(Fault::new("", FaultKind::Revoked).account(account.id.as_str())).unwrap();
    let error = linkedin.facts(&account, range, ADS).await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error}");
    let foreign = Account { id: world.accounts[1].account.as_str().into(), ..account };
    let error = linkedin.facts(&foreign, range, ADS).await.unwrap_err();
    assert!(matches!(error, Error::Auth { .. } | Error::Rejected { .. }), "{error}");
}
