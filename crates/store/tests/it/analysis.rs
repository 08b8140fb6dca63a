//! Results of analyses, findings, known events and budgets: kept once, changed in place, seen by their tenant alone.

use crate::world::{World, account, account_key, days, eur};
use serde_json::json;
use std::time::Duration;
use trimtab_domain::{
    Day, DayRange, ErrorKind, Money, Source,
    day::parse_day,
    finding::{EntityRef, EventKind, Evidence, Finding, FindingKind, KnownEvent, Level, Severity},
};
use trimtab_store::{AnalysisKind, FindingFilter, NewAnalysis, NewBudget};

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn campaign(id: &str) -> EntityRef {
    EntityRef { level: Level::Campaign, source: Some(Source::Meta), account: "11".into(), id: id.into(), name: "Spring".into() }
}

fn finding(id: &str, to: &str) -> Finding {
    let (entity, from) = (campaign(id), day("2026-03-01"));
    Finding {
        id: Finding::id_of(FindingKind::Anomaly, "cpm_shock", &entity, Some("cpm"), from),
        kind: FindingKind::Anomaly,
        rule: "cpm_shock".into(),
        severity: Severity::Warning,
        entity,
        metric: Some("cpm".into()),
        from,
        to: day(to),
        ongoing: true,
        value: Some(12.0),
        expected: Some(7.0),
        interval: Some((6.0, 8.0)),
        currency: Some(eur()),
        confidence: 0.9,
        headline: "The auction got dearer".to_owned(),
        detail: String::new(),
        cause: None,
        contributions: vec![],
        doubt: String::new(),
        actions: vec![],
        evidence: vec![Evidence {
            shows: "CPM".to_owned(),
            metrics: vec!["cpm".into()],
            by: vec!["date".into()],
            filter: String::new(),
            from,
            to: day(to),
            compare: None,
            currency: None,
        }],
        source_hash: String::new(),
    }
}

fn analysis(hash: &str, findings: Vec<Finding>) -> NewAnalysis {
    NewAnalysis {
        kind: AnalysisKind::Anomaly,
        subject: "meta 11".to_owned(),
        source_hash: hash.to_owned(),
        body: json!({ "series": 3 }),
        findings,
    }
}

pub(crate) fn noticed() -> NewAnalysis {
    analysis("one", vec![finding("1", "2026-03-02")])
}

#[tokio::test]
async fn a_finding_keeps_its_beginning_and_what_was_said_of_it() {
    let world = World::new().await;
    let acme = world.acme();
    acme.put_analysis(&analysis("one", vec![finding("1", "2026-03-02"), finding("2", "2026-03-02")])).await.unwrap();
    let first = acme.findings(&FindingFilter::default()).await.unwrap();
    assert_eq!(first.len(), 2);
    assert_eq!(first[0].finding.source_hash, "one");
    let id = first[0].finding.id.clone();
    acme.put_finding_away(&id, None).await.unwrap();

    world.pass(Duration::from_secs(86_400));
    acme.put_analysis(&analysis("two", vec![finding("1", "2026-03-03"), finding("2", "2026-03-03")])).await.unwrap();
    let open = acme.findings(&FindingFilter::default()).await.unwrap();
    assert_eq!(open.len(), 1, "what was dismissed stays dismissed while it goes on");
    assert_eq!((open[0].finding.to, open[0].found_at), (day("2026-03-03"), first[0].found_at));
    assert!(open[0].seen_at > open[0].found_at);
    let all = acme.findings(&FindingFilter { put_away: true, ..FindingFilter::default() }).await.unwrap();
    assert_eq!(all.iter().find(|kept| kept.finding.id == id).unwrap().dismissed.as_ref().unwrap().1, "operator");
    assert!(acme.bring_finding_back(&id).await.unwrap().is_open(open[0].seen_at));

    acme.put_analysis(&analysis("three", vec![finding("2", "2026-03-04"), finding("2", "2026-03-04")])).await.unwrap();
    let open = acme.findings(&FindingFilter::default()).await.unwrap();
    assert_eq!(open.iter().map(|kept| kept.finding.entity.id.as_str()).collect::<Vec<_>>(), ["2"]);
    let gone = acme.findings(&FindingFilter { gone: true, ..FindingFilter::default() }).await.unwrap();
    assert!(gone.iter().any(|kept| kept.finding.entity.id == "1" && kept.gone_at.is_some()));
    let kept = acme.analysis(AnalysisKind::Anomaly, "meta 11").await.unwrap().unwrap();
    assert_eq!((kept.source_hash.as_str(), kept.body), ("three", json!({ "series": 3 })));
    let hash = |kind, subject| acme.analysis_hash(kind, subject);
    assert_eq!(hash(AnalysisKind::Anomaly, "meta 11").await.unwrap().as_deref(), Some("three"));
    assert_eq!(hash(AnalysisKind::Anomaly, "meta 12").await.unwrap(), None);
    assert_eq!(hash(AnalysisKind::Funnel, "meta 11").await.unwrap(), None);
}

#[tokio::test]
async fn a_snoozed_finding_comes_back_by_itself() {
    let world = World::new().await;
    let acme = world.acme();
    acme.put_analysis(&analysis("one", vec![finding("1", "2026-03-02")])).await.unwrap();
    let id = acme.findings(&FindingFilter::default()).await.unwrap()[0].finding.id.clone();
    let until = acme.finding(&id).await.unwrap().seen_at + Duration::from_secs(3600);
    acme.put_finding_away(&id, Some(until)).await.unwrap();
    assert!(acme.findings(&FindingFilter::default()).await.unwrap().is_empty());
    world.pass(Duration::from_secs(3600));
    assert_eq!(acme.findings(&FindingFilter::default()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_forecast_makes_no_findings_and_other_kinds_keep_theirs() {
    let world = World::new().await;
    let acme = world.acme();
    acme.put_analysis(&analysis("one", vec![finding("1", "2026-03-02")])).await.unwrap();
    let forecast = NewAnalysis { kind: AnalysisKind::Forecast, ..analysis("two", vec![]) };
    acme.put_analysis(&forecast).await.unwrap();
    let score = NewAnalysis { kind: AnalysisKind::Score, ..analysis("two", vec![]) };
    acme.put_analysis(&score).await.unwrap();
    assert_eq!(acme.findings(&FindingFilter::default()).await.unwrap().len(), 1);
    assert_eq!(acme.analyses(AnalysisKind::Forecast).await.unwrap().len(), 1);
}

#[tokio::test]
async fn events_are_noted_once() {
    let world = World::new().await;
    let acme = world.acme();
    acme.put_account(&account("11")).await.unwrap();
    let event = |text: &str| KnownEvent {
        day: day(text),
        entity: campaign("1"),
        kind: EventKind::Budget,
        before: "20.00".to_owned(),
        after: "200.00".to_owned(),
        factor: Some(10.0),
        by: Some("Kim".to_owned()),
    };
    acme.note_events(&account_key("11"), &[event("2026-03-04"), event("2026-03-02")]).await.unwrap();
    acme.note_events(&account_key("11"), &[event("2026-03-02"), event("2026-03-05")]).await.unwrap();
    let told: Vec<_> = acme.known_events(&account_key("11")).await.unwrap().into_iter().map(|event| event.day).collect();
    assert_eq!(told, [day("2026-03-02"), day("2026-03-04"), day("2026-03-05")]);
    let stranger = world.other().known_events(&account_key("11")).await.unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::NotFound);
}

pub(crate) fn plan(name: &str) -> NewBudget {
    NewBudget {
        name: name.to_owned(),
        level: Level::Account,
        source: Some(Source::Meta),
        account: "11".to_owned(),
        entity: String::new(),
        amount: Money::new(5_000_000_000, eur()),
        days: None,
        roll_over: false,
    }
}

#[tokio::test]
async fn budgets_are_planned_changed_and_removed() {
    let world = World::new().await;
    let acme = world.acme();
    let made = acme.put_budget(None, plan("March")).await.unwrap();
    let days: DayRange = days("2026-03-01..2026-03-31");
    let changed = NewBudget { days: Some(days), roll_over: true, ..plan("Spring") };
    let again = acme.put_budget(Some(&made.id), changed.clone()).await.unwrap();
    assert_eq!((again.id.clone(), again.plan), (made.id.clone(), changed));
    assert_eq!(acme.budgets().await.unwrap().len(), 1);

    let strange = [
        world.other().put_budget(Some(&made.id), plan("x")).await.unwrap_err(),
        world.other().remove_budget(&made.id).await.unwrap_err(),
    ];
    assert!(strange.iter().all(|error| error.kind() == ErrorKind::NotFound));
    assert!(world.other().budgets().await.unwrap().is_empty());
    acme.remove_budget(&made.id).await.unwrap();
    assert!(acme.budgets().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_budget_for_nothing_or_of_nothing_is_refused() {
    let acme = World::new().await.acme();
    let bad = [
        NewBudget { name: " ".to_owned(), ..plan("a") },
        NewBudget { amount: Money::new(0, eur()), ..plan("a") },
        NewBudget { level: Level::Campaign, ..plan("a") },
        NewBudget { level: Level::Tenant, ..plan("a") },
        NewBudget { level: Level::Ad, entity: "5".to_owned(), ..plan("a") },
    ];
    for plan in bad {
        assert_eq!(acme.put_budget(None, plan).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
}

#[tokio::test]
async fn strangers_see_no_findings() {
    let world = World::new().await;
    world.acme().put_analysis(&analysis("one", vec![finding("1", "2026-03-02")])).await.unwrap();
    let id = world.acme().findings(&FindingFilter::default()).await.unwrap()[0].finding.id.clone();
    let other = world.other();
    assert!(other.findings(&FindingFilter { gone: true, put_away: true, ..FindingFilter::default() }).await.unwrap().is_empty());
    assert!(other.analysis(AnalysisKind::Anomaly, "meta 11").await.unwrap().is_none());
    for error in [
        other.finding(&id).await.unwrap_err(),
        other.put_finding_away(&id, None).await.unwrap_err(),
        other.bring_finding_back(&id).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
    other.put_analysis(&analysis("theirs", vec![finding("1", "2026-03-02")])).await.unwrap();
    assert_eq!(world.acme().finding(&id).await.unwrap().finding.source_hash, "one");
}
