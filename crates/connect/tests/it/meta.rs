//! Meta: the common suite, and what is Meta's own.

use crate::{
    conformance::{Subject, Totals, conformance, sorted},
    world::World,
};
use secrecy::SecretString;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use trimtab_connect::{
    Connector, Deadlines, Error,
    meta::{BREAKDOWNS, ConversionChoice, FactsRequest, GraphDialect, Meta, Transport},
};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    day::parse_day,
    entity::{EntityKind, Status},
    fact::Breakdown,
    money::parse_micros,
};
use trimtab_sandbox::{AccountInfo, Fault, FaultKind, SandboxSettings};
use trimtab_wire::{Call, Method, Place};
use url::Url;

pub(crate) struct MetaSubject;

impl Subject for MetaSubject {
    const SOURCE: Source = Source::Meta;
    const FACTS: &'static str = "/insights";

    fn wrong_secret(_secret: &str) -> String {
        "EAAnotatoken0000000000".to_owned()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        vec![secret.to_owned()]
    }

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        let url: Url = format!("{}/v26.0/act_{}/insights", account.base_url, account.account).parse().unwrap();
        let token = SecretString::from(account.secret.as_str());
        let range = format!(r#"{{"since":"{}","until":"{}"}}"#, range.from(), range.to());
        let params = [
            ("level", "account".into()),
            ("fields", "spend,impressions,clicks".into()),
            ("time_increment", "1".into()),
            ("limit", "500".into()),
            ("time_range", range.into()),
        ];
        let call = Call {
            source: Source::Meta,
            account: None,
            method: Method::Get,
            url: &url,
            params: &params,
            json: None,
            headers: &[],
            secrets: &[(Place::Bearer, &token)],
            dialect: &GraphDialect,
            deadline: Duration::from_secs(30),
            weight: 1,
        };
        let reply = world.wire.call(call).await.unwrap();
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert!(body["paging"]["next"].is_null(), "one page holds them all");
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or("0").to_owned();
        let rows = body["data"].as_array().unwrap().iter().map(|row| {
            let day = parse_day(row["date_start"].as_str().unwrap()).unwrap();
            let count = |name: &str| text(row, name).parse::<i64>().unwrap();
            (day, (parse_micros(&text(row, "spend")).unwrap(), count("impressions"), count("clicks")))
        });
        rows.collect()
    }
}

conformance!(crate::meta::MetaSubject);

async fn open(world: &World, index: usize) -> (Meta, Account, DayRange) {
    let info = &world.accounts[index];
    let meta = Meta::new(world.wire.clone(), info.base_url.parse().unwrap(), info.secret.as_str().into(), Arc::clone(&world.clock));
    let account = meta.account(&info.account.as_str().into()).await.unwrap();
    let range = DayRange::ending(account.zone.day_at(world.clock.now()), 20);
    (meta, account, range)
}

fn by(transport: Transport) -> FactsRequest {
    FactsRequest { transport, ..FactsRequest::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_gives_the_same_facts_as_a_direct_read() {
    let world = World::start(Source::Meta).await;
    let (meta, account, range) = open(&world, 0).await;
    let direct = meta.insights(&account, range, &by(Transport::Direct)).await.unwrap();
    let report = meta.insights(&account, range, &by(Transport::Report)).await.unwrap();
    assert!(report.api_calls > direct.api_calls, "it had to be watched");
    assert_eq!(sorted(report.facts), sorted(direct.facts));
    assert!(world.sandbox.calls().iter().any(|call| call.method == "POST" && call.route.ends_with("/insights")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn size_decides_the_way() {
    let world = World::start(Source::Meta).await;
    let (meta, account, range) = open(&world, 0).await;
    for (expected_ads, posts) in [(0, 0), (400, 0), (600, 5)] {
        world.sandbox.forget_calls();
        let request = FactsRequest { expected_ads, ..FactsRequest::default() };
        meta.insights(&account, range, &request).await.unwrap();
        let submitted = world.sandbox.calls().iter().filter(|call| call.method == "POST").count();
        assert_eq!(submitted, posts, "{expected_ads} ads × 20 days, one read of ads and four of breakdowns");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_reports_are_split_and_skipped_ones_asked_for_again() {
    let world = World::start(Source::Meta).await;
    let (meta, account, range) = open(&world, 0).await;
    let request = FactsRequest { breakdowns: Vec::new(), ..by(Transport::Report) };
    let calm = sorted(meta.insights(&account, range, &request).await.unwrap().facts);
    for (kind, times, submits) in [(FaultKind::ReportFailed, 1, 3), (FaultKind::ReportSkipped, 2, 3)] {
        world.sandbox.add_fault(Fault::new("POST", kind).times(times)).unwrap();
        world.sandbox.forget_calls();
        let facts = meta.insights(&account, range, &request).await.unwrap().facts;
        assert_eq!(sorted(facts), calm, "{kind:?}");
        assert_eq!(world.sandbox.calls().iter().filter(|call| call.method == "POST").count(), submits, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_that_never_come_are_transient_with_the_reason() {
    let world = World::start(Source::Meta).await;
    let (meta, account, range) = open(&world, 0).await;
    let request = FactsRequest { breakdowns: Vec::new(), ..by(Transport::Report) };
    world.sandbox.add_fault(Fault::new("POST", FaultKind::ReportFailed)).unwrap();
    let error = meta.insights(&account, DayRange::single(range.from()), &request).await.unwrap_err();
    assert!(matches!(error, Error::Transient { timeout: false, .. }), "{error}");
    assert!(error.to_string().contains("the insights report was not prepared: Ask for fewer days"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_hangs_is_given_up_at_its_deadline_and_delays_nobody_else() {
    let world = World::start(Source::Meta).await;
    let (meta, account, range) = open(&world, 0).await;
    let (other, of_other, _) = open(&world, 1).await;
    let request = FactsRequest { breakdowns: Vec::new(), ..by(Transport::Report) };
    let calm = sorted(meta.insights(&account, range, &request).await.unwrap().facts);
    let hasty = meta.with_deadlines(Deadlines { report: Duration::from_secs(2), ..Deadlines::default() });
    let hangs = Fault::new("POST", FaultKind::ReportStuck).account(account.id.as_str());
    world.sandbox.add_fault(hangs.clone().times(1)).unwrap();
    world.sandbox.forget_calls();
    let started = std::time::Instant::now();
    let (error, others_took) = tokio::join!(hasty.insights(&account, range, &request), async {
        other.insights(&of_other, range, &request).await.unwrap();
        started.elapsed()
    });
    let error = error.unwrap_err();
    assert!(matches!(error, Error::Transient { timeout: true, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(account.id.as_str()) && text.contains("it was not ready within 2 s"), "{text}");
    assert!(others_took < started.elapsed(), "the other account's report was read first");
    let looks = world.sandbox.calls().iter().filter(|call| call.account.as_deref() == Some(account.id.as_str())).count();
    assert!((3..8).contains(&looks), "one question, one order and few looks: {looks} requests within the deadline");
    assert_eq!(sorted(hasty.insights(&account, range, &request).await.unwrap().facts), calm, "another report is prepared in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_action_counts_for_all_days_and_can_be_named() {
    let world = World::start(Source::Meta).await;
    for index in 0..world.accounts.len() {
        let (meta, account, range) = open(&world, index).await;
        let auto = meta.insights(&account, range, &FactsRequest::default()).await.unwrap();
        let [action] = auto.counted.actions() else { panic!("{:?}", auto.counted) };
        let counted: f64 = auto.facts.ad_daily.iter().filter_map(|fact| fact.measures.conversions).sum();
        let default = auto.facts.conversions.iter().filter(|c| c.action_type == *action && c.window == "default");
        let reported: f64 = default.map(|c| c.count).sum();
        assert!(counted > 0.0 && (counted - reported).abs() < 1e-6, "{action}: {counted} counted, {reported} reported");
        let named = FactsRequest { conversions: ConversionChoice::Action("link_click".into()), ..FactsRequest::default() };
        let clicks = meta.insights(&account, range, &named).await.unwrap();
        assert_eq!(clicks.counted.actions(), ["link_click"]);
        assert!(clicks.facts.ad_daily.iter().filter_map(|f| f.measures.conversions).sum::<f64>() > counted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breakdowns_are_read_as_asked() {
    let world = World::start(Source::Meta).await;
    let (meta, account, range) = open(&world, 0).await;
    let one = FactsRequest { breakdowns: vec![Breakdown::Country], ..FactsRequest::default() };
    let facts = meta.insights(&account, range, &one).await.unwrap().facts;
    assert_eq!(facts.breakdowns_read, [Breakdown::Country]);
    assert!(!facts.breakdowns.is_empty());
    assert!(facts.breakdowns.iter().all(|f| f.breakdown == Breakdown::Country && f.part.len() == 2 && f.part2.is_empty()));
    let all = meta.insights(&account, range, &FactsRequest::default()).await.unwrap().facts;
    let spent =
        |of: Breakdown| -> i64 { all.breakdowns.iter().filter(|f| f.breakdown == of).map(|f| f.measures.spend_micros).sum() };
    let whole: i64 = all.ad_daily.iter().map(|f| f.measures.spend_micros).sum();
    for breakdown in BREAKDOWNS {
        let off = (spent(breakdown) - whole).abs();
        assert!(off * 200 <= whole, "{breakdown:?}: {} of {whole}", spent(breakdown));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_knows_its_user_scopes_and_end() {
    let world = World::start(Source::Meta).await;
    let (meta, account, _) = open(&world, 0).await;
    let credential = meta.check().await.unwrap();
    assert!(credential.scopes.iter().any(|scope| scope == "ads_read"), "{credential:?}");
    assert!(!credential.user_id.is_empty());
    assert!(credential.expires_at.is_none_or(|end| end > world.clock.now()));
    let accounts = meta.accounts().await.unwrap();
    assert!(accounts.contains(&account), "{accounts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entities_carry_budgets_learning_creatives_and_pixels() {
    let world = World::start(Source::Meta).await;
    let (meta, account, _) = open(&world, 0).await;
    let snapshot = meta.entities(&account).await.unwrap();
    assert_eq!(snapshot.complete, EntityKind::ALL);
    let of = |kind: EntityKind| snapshot.states.iter().filter(move |state| state.kind == kind);
    let budgets = of(EntityKind::Campaign).chain(of(EntityKind::AdGroup)).filter(|s| s.daily_budget_micros.is_some()).count();
    assert!(budgets > 0);
    for ad_set in of(EntityKind::AdGroup) {
        let learning = ad_set.attributes.contains_key("learning_stage_info.status");
        assert!(!learning || ad_set.status != Status::Paused, "{ad_set:?}");
    }
    assert!(of(EntityKind::AdGroup).any(|s| s.attributes.contains_key("learning_stage_info.status")));
    let creatives: Vec<_> = of(EntityKind::Creative).map(|creative| &creative.id).collect();
    for ad in of(EntityKind::Ad) {
        assert!(creatives.contains(&&ad.attributes["creative.id"]), "{ad:?}");
    }
    let pixel = of(EntityKind::Pixel).next().expect("a pixel");
    assert!(pixel.attributes["stats.events_7d"].parse::<i64>().unwrap() > 0, "{pixel:?}");
    let scores: Vec<f64> =
        pixel.attributes["match_quality_by_name"].split(',').map(|one| one.split_once('=').unwrap().1.parse().unwrap()).collect();
    assert!(scores.len() == 5 && scores.iter().all(|score| (0.0..=10.0).contains(score)), "{pixel:?}");
    let again = meta.entities(&account).await.unwrap();
    assert_eq!(again.states, snapshot.states, "nothing changes by being looked at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn budgets_are_of_the_size_of_what_is_spent_in_any_currency() {
    let world =
        World::with(Source::Meta, SandboxSettings { seed: 3, tenants: 9, ads: 20, days: 30, ..SandboxSettings::default() }).await;
    let mut currencies = Vec::new();
    for index in 0..world.accounts.len() {
        let (meta, account, range) = open(&world, index).await;
        currencies.push(account.currency.to_string());
        let snapshot = meta.entities(&account).await.unwrap();
        let active = snapshot.states.iter().filter(|state| state.status == Status::Active);
        let budget: i64 = active.filter_map(|state| state.daily_budget_micros).sum();
        let request = FactsRequest { breakdowns: Vec::new(), ..FactsRequest::default() };
        let facts = meta.insights(&account, range, &request).await.unwrap().facts;
        let spent: i64 = facts.ad_daily.iter().map(|fact| fact.measures.spend_micros).sum::<i64>() / i64::from(range.len());
        if budget > 0 && spent > 0 {
            let times = budget.max(spent) / budget.min(spent).max(1);
            assert!(times < 20, "{}: budget {budget} and spend {spent} a day differ {times} times", account.currency);
        }
    }
    assert!(
        currencies.iter().any(|currency| ["JPY", "HUF", "KRW", "IDR", "TWD", "CLP"].contains(&currency.as_str())),
        "{currencies:?}"
    );
}
