//! Pinterest: the common suite, and what is Pinterest's own.

use crate::{
    conformance::{Subject, Totals, conformance, sorted},
    world::World,
};
use jiff::ToSpan;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use trimtab_connect::{
    Ask, AuthCause, Connector, Deadlines, Detail, Error,
    pinterest::{BREAKDOWNS, Pinterest, PinterestDialect},
};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    day::parse_day,
    entity::{EntityKind, Status},
    fact::Breakdown,
    money::parse_micros,
};
use trimtab_sandbox::{AccountInfo, Fault, FaultKind};
use trimtab_wire::{Call, Method, Place};
use url::Url;

pub(crate) struct PinterestSubject;

fn part(secret: &str, name: &str) -> String {
    let document: Value = serde_json::from_str(secret).unwrap();
    document[name].as_str().unwrap().to_owned()
}

impl Subject for PinterestSubject {
    const SOURCE: Source = Source::Pinterest;
    const FACTS: &'static str = "/ads";
    const FIGURES: &'static str = "analytics";
    const MANY_ADS: usize = 1_000;

    fn wrong_secret(secret: &str) -> String {
        json!({
            "client_id": part(secret, "client_id"),
            "client_secret": "not-the-secret-000000",
            "refresh_token": "pinr_notatoken000000",
            "access_token": "pina_notatoken000000",
        })
        .to_string()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        ["client_secret", "refresh_token", "access_token"].map(|name| part(secret, name)).to_vec()
    }

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        let url: Url = format!("{}/v5/ad_accounts/{}/analytics", account.base_url, account.account).parse().unwrap();
        let token = SecretString::from(part(&account.secret, "access_token"));
        let params = [
            ("start_date", range.from().to_string().into()),
            ("end_date", range.to().to_string().into()),
            ("granularity", "DAY".into()),
            ("columns", "SPEND_IN_MICRO_DOLLAR,IMPRESSION_1,CLICKTHROUGH_1".into()),
        ];
        let call = Call {
            source: Source::Pinterest,
            account: None,
            method: Method::Get,
            url: &url,
            params: &params,
            json: None,
            headers: &[],
            secrets: &[(Place::Bearer, &token)],
            dialect: &PinterestDialect,
            deadline: Duration::from_secs(30),
            weight: 1,
        };
        let reply = world.wire.call(call).await.unwrap();
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        let rows = body.as_array().unwrap().iter().map(|row| {
            #[expect(clippy::cast_possible_truncation, reason = "figures of a test world are small")]
            let count = |name: &str| row[name].as_f64().unwrap_or(0.0).round() as i64;
            let figures = (count("SPEND_IN_MICRO_DOLLAR"), count("IMPRESSION_1"), count("CLICKTHROUGH_1"));
            (parse_day(row["DATE"].as_str().unwrap()).unwrap(), figures)
        });
        rows.filter(|(_, figures)| *figures != (0, 0, 0)).collect()
    }
}

conformance!(crate::pinterest::PinterestSubject);

fn open(world: &World, index: usize, secret: &str) -> Pinterest {
    let base = world.accounts[index].base_url.parse().unwrap();
    Pinterest::new(world.wire.clone(), &base, &secret.into(), Arc::clone(&world.clock)).unwrap()
}

async fn scene(world: &World, index: usize) -> (Pinterest, Account, DayRange) {
    let info = &world.accounts[index];
    let pinterest = open(world, index, &info.secret);
    let account = pinterest.account(&info.account.as_str().into()).await.unwrap();
    let range = DayRange::ending(account.zone.day_at(world.clock.now()), 30);
    (pinterest, account, range)
}

const BY_REPORT: Ask = Ask { expected_ads: 1_000_000, detail: Detail::AdsOnly };
const ADS: Ask = Ask { expected_ads: 0, detail: Detail::AdsOnly };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_gives_the_same_facts_as_a_direct_read() {
    let world = World::start(Source::Pinterest).await;
    let (pinterest, account, range) = scene(&world, 0).await;
    let direct = pinterest.facts(&account, range, ADS).await.unwrap();
    world.sandbox.forget_calls();
    let report = pinterest.facts(&account, range, BY_REPORT).await.unwrap();
    assert!(world.sandbox.calls().iter().any(|call| call.method == "POST" && call.route.ends_with("/reports")));
    assert!(!direct.facts.ad_daily.is_empty());
    assert_eq!(sorted(report.facts), sorted(direct.facts));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_out_of_direct_reach_come_by_report_and_without_breakdowns() {
    let world = World::start(Source::Pinterest).await;
    let (pinterest, account, range) = scene(&world, 0).await;
    let old = DayRange::ending(range.to().saturating_sub(95.days()), 10);
    let facts = pinterest.facts(&account, old, Ask::default()).await.unwrap().facts;
    assert!(!facts.ad_daily.is_empty() && facts.ad_daily.iter().all(|fact| old.contains(fact.date)));
    assert!(facts.breakdowns.is_empty() && facts.breakdowns_read.is_empty(), "what was not read replaces nothing");
    let ancient = DayRange::ending(range.to().saturating_sub(920.days()), 10);
    let error = pinterest.facts(&account, ancient, Ask::default()).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("it tells no day before")), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_and_forgotten_reports_are_asked_for_again() {
    let world = World::start(Source::Pinterest).await;
    let (pinterest, account, range) = scene(&world, 0).await;
    let calm = sorted(pinterest.facts(&account, range, BY_REPORT).await.unwrap().facts);
    for kind in [FaultKind::ReportFailed, FaultKind::ReportSkipped] {
        world.sandbox.add_fault(Fault::new("/reports", kind).times(1)).unwrap();
        let facts = pinterest.facts(&account, range, BY_REPORT).await.unwrap().facts;
        assert!(world.sandbox.faults().is_empty(), "{kind:?} struck");
        assert_eq!(sorted(facts), calm, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_is_never_ready_is_given_up() {
    let world = World::start(Source::Pinterest).await;
    let (pinterest, account, range) = scene(&world, 0).await;
    let pinterest = pinterest.with_deadlines(Deadlines { report: Duration::from_millis(600), ..Deadlines::default() });
    world.sandbox.add_fault(Fault::new("/reports", FaultKind::ReportStuck)).unwrap();
    let error = pinterest.facts(&account, range, BY_REPORT).await.unwrap_err();
    assert!(matches!(error, Error::Transient { timeout: true, .. }), "{error}");
    assert!(error.to_string().contains(account.id.as_str()), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_come_to_the_truth_behind_the_platform() {
    let world = World::start(Source::Pinterest).await;
    for index in 0..world.accounts.len() {
        let (pinterest, account, range) = scene(&world, index).await;
        let facts = pinterest.facts(&account, range, ADS).await.unwrap().facts;
        let mut ours = BTreeMap::<Day, Totals>::new();
        for fact in &facts.ad_daily {
            let day = ours.entry(fact.date).or_default();
            *day = (day.0 + fact.measures.spend_micros, day.1 + fact.measures.impressions, day.2 + fact.measures.clicks);
        }
        let truth = world.sandbox.totals(Source::Pinterest, account.id.as_str(), range).unwrap();
        let truth: BTreeMap<Day, Totals> =
            truth.into_iter().map(|day| (day.date, (parse_micros(&day.spend).unwrap(), day.impressions, day.clicks))).collect();
        assert!(truth.len() > 20, "{truth:?}");
        assert_eq!(ours, truth);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_breakdown_adds_up_to_its_campaigns() {
    let world = World::start(Source::Pinterest).await;
    let (pinterest, account, range) = scene(&world, 0).await;
    let facts = pinterest.facts(&account, range, Ask::default()).await.unwrap().facts;
    assert_eq!(facts.breakdowns_read, BREAKDOWNS);
    let mut ads = BTreeMap::<_, (i64, i64)>::new();
    for fact in &facts.ad_daily {
        let sum = ads.entry((fact.date, fact.placing.campaign.clone())).or_default();
        *sum = (sum.0 + fact.measures.spend_micros, sum.1 + fact.measures.impressions);
    }
    for breakdown in BREAKDOWNS {
        let mut parts = BTreeMap::<_, (i64, i64)>::new();
        for fact in facts.breakdowns.iter().filter(|fact| fact.breakdown == breakdown) {
            let sum = parts.entry((fact.date, fact.placing.campaign.clone())).or_default();
            *sum = (sum.0 + fact.measures.spend_micros, sum.1 + fact.measures.impressions);
            assert_eq!(fact.part.is_empty(), breakdown == Breakdown::Gender, "{fact:?}");
            assert_eq!(fact.part2.is_empty(), breakdown != Breakdown::Gender, "{fact:?}");
        }
        assert!(parts == ads, "{breakdown:?}: {} campaign days of {}", parts.len(), ads.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conversions_are_dated_by_window_and_add_up_to_their_total() {
    let world = World::start(Source::Pinterest).await;
    let (pinterest, account, range) = scene(&world, 0).await;
    let facts = pinterest.facts(&account, range, ADS).await.unwrap().facts;
    let mut sums = BTreeMap::<_, (f64, f64)>::new();
    for row in facts.conversions.iter().filter(|row| ["CHECKOUT", "SIGNUP", "LEAD"].contains(&row.action_type.as_str())) {
        let sum = sums.entry((row.date, row.placing.clone(), row.action_type.clone())).or_default();
        if row.window == "default" { sum.0 += row.count } else { sum.1 += row.count }
    }
    assert!(!sums.is_empty());
    for (key, (total, windows)) in &sums {
        assert!((total - windows).abs() < 1e-6, "{key:?}: {total} in total, {windows} in the windows");
    }
    let counted: f64 = facts.ad_daily.iter().filter_map(|fact| fact.measures.conversions).sum();
    let totals = |action: &str| -> f64 {
        facts.conversions.iter().filter(|row| row.action_type == action && row.window == "default").map(|row| row.count).sum()
    };
    let best = ["CHECKOUT", "LEAD", "SIGNUP", "CUSTOM"].into_iter().map(totals).find(|total| *total > 0.0).unwrap();
    assert!((counted - best).abs() < 1e-6, "one event is counted: {counted} of {best}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_renewed_after_a_refusal_and_then_before_their_end() {
    let world = World::start(Source::Pinterest).await;
    let (pinterest, account, _) = scene(&world, 0).await;
    assert!(pinterest.renewed_secret().is_none());
    world.sandbox.advance("P31D").unwrap();
    let refused = |world: &World| world.sandbox.calls().iter().filter(|call| call.status == 401).count();
    world.sandbox.forget_calls();
    pinterest.check().await.unwrap();
    assert_eq!(refused(&world), 1, "the old token was tried once");
    let renewed = pinterest.renewed_secret().expect("the refresh token was exchanged");
    let (old, new) = (world.accounts[0].secret.as_str(), renewed.expose_secret());
    for name in ["client_id", "client_secret"] {
        assert_eq!(part(old, name), part(new, name));
    }
    for name in ["refresh_token", "access_token"] {
        assert_ne!(part(old, name), part(new, name), "{name}");
    }
    world.sandbox.forget_calls();
    world.sandbox.advance("P29DT23H58M").unwrap();
    pinterest.account(&account.id).await.unwrap();
    assert_eq!(refused(&world), 0, "renewed before its end");

    let kept = open(&world, 0, pinterest.renewed_secret().unwrap().expose_secret());
    kept.check().await.unwrap();
    assert!(kept.renewed_secret().is_none(), "the kept access token is the newest");
    world.sandbox.advance("P61D").unwrap();
    let error = open(&world, 0, old).check().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, .. }), "spent and too old: {error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_token_alone_reads_until_it_ends() {
    let world = World::start(Source::Pinterest).await;
    let info = &world.accounts[0];
    let pinterest = open(&world, 0, &part(&info.secret, "access_token"));
    let account = pinterest.account(&info.account.as_str().into()).await.unwrap();
    pinterest.facts(&account, DayRange::ending(account.zone.day_at(world.clock.now()), 3), ADS).await.unwrap();
    world.sandbox.advance("P31D").unwrap();
    world.sandbox.forget_calls();
    let error = pinterest.check().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, .. }), "{error}");
    assert_eq!(world.sandbox.calls().len(), 1, "there is nothing to renew it with");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_object_is_listed_with_budgets_in_micros() {
    let world = World::start(Source::Pinterest).await;
    let mut statuses = BTreeSet::new();
    for index in 0..world.accounts.len() {
        let (pinterest, account, range) = scene(&world, index).await;
        let snapshot = pinterest.entities(&account).await.unwrap();
        let of = |kind| snapshot.states.iter().filter(move |state| state.kind == kind);
        for kind in EntityKind::ALL {
            assert!(snapshot.complete.contains(&kind), "{kind}");
            assert!(of(kind).count() > 0, "{kind}");
        }
        statuses.extend(snapshot.states.iter().map(|state| (state.kind.as_str(), state.status.as_str())));
        let tag = of(EntityKind::Pixel).next().unwrap();
        assert!(tag.attributes["last_fired_time"].parse::<jiff::Timestamp>().is_ok(), "{tag:?}");
        assert!(["GOOD", "FAIR", "NEEDS_IMPROVEMENT"].contains(&tag.attributes["event_quality"].as_str()), "{tag:?}");
        let pins: BTreeSet<_> = of(EntityKind::Creative).map(|state| state.id.as_str()).collect();
        assert!(of(EntityKind::Ad).all(|ad| pins.contains(ad.attributes["creative.id"].as_str())));
        let facts = pinterest.facts(&account, range, ADS).await.unwrap().facts;
        let budget: i64 = snapshot.states.iter().filter_map(|state| state.daily_budget_micros).sum();
        let spent = facts.ad_daily.iter().map(|fact| fact.measures.spend_micros).sum::<i64>() / i64::from(range.len());
        if budget > 0 && spent > 0 {
            let times = budget.max(spent) / budget.min(spent).max(1);
            assert!(times < 20, "{}: budget {budget} and spend {spent} a day differ {times} times", account.currency);
        }
    }
    for status in [Status::Active, Status::Paused, Status::Disapproved] {
        assert!(statuses.contains(&("ad", status.as_str())), "{status:?} in {statuses:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tag_whose_quality_cannot_be_read_is_a_tag_nevertheless() {
    let world = World::start(Source::Pinterest).await;
    let (pinterest, account, _) = scene(&world, 0).await;
    world.sandbox.add_fault(Fault::new("/conversion_eqs", FaultKind::ServerError)).unwrap();
    let tags = pinterest.entities_of(&account, EntityKind::Pixel).await.unwrap().states;
    assert!(tags.len() == 1 && !tags[0].attributes.contains_key("event_quality"), "{tags:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_have_days_of_utc() {
    let world = World::start(Source::Pinterest).await;
    for (index, info) in world.accounts.iter().enumerate() {
        let pinterest = open(&world, index, &info.secret);
        let accounts = pinterest.accounts().await.unwrap();
        let ours = accounts.iter().find(|account| account.id.as_str() == info.account).expect("it sees its account");
        assert_eq!((ours.zone.as_str(), ours.source), ("UTC", Source::Pinterest));
        assert_eq!(*ours, pinterest.account(&ours.id).await.unwrap());
    }
    let error = open(&world, 0, &world.accounts[0].secret).account(&"act_7".into()).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("digits only")), "{error}");
}
