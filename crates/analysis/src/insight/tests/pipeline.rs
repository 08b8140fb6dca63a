use super::*;
use trimtab_domain::query::Dimension;

fn half_lately(metrics: &'static [&'static str], days: usize) -> impl Fn(&str, usize) -> f64 {
    move |metric, day| if metrics.contains(&metric) && day + days >= DAYS { 0.5 } else { 1.0 }
}

fn verdict<'a>(evaluation: &'a Evaluation, definition: &str) -> &'a Verdict {
    evaluation.verdicts.iter().find(|verdict| verdict.key.definition == definition).unwrap()
}

fn states(evaluation: &Evaluation) -> BTreeMap<Key, InsightState> {
    evaluation.verdicts.iter().map(|verdict| (verdict.key.clone(), verdict.state.clone())).collect()
}

fn at(text: &str) -> Now {
    let day = &text[..10];
    Now { at: text.parse().unwrap(), day_began: format!("{day}T00:00:00Z").parse().unwrap() }
}

fn run(observed: &Observed, states: &BTreeMap<Key, InsightState>, now: &str) -> Evaluation {
    evaluate(Graph::builtin(), std::slice::from_ref(observed), states, at(now), &Settings::default())
}

#[test]
fn it_is_made_anew_twice_a_day_keeps_its_id_and_ends() {
    let bad = object(Level::Tenant, "t", half_lately(&["store_revenue"], 14));
    let id = |evaluation: &Evaluation| match &verdict(evaluation, "mer_falling").outcome {
        Outcome::Shown(insight) => insight.finding.id.clone(),
        other => panic!("{other:?}"),
    };
    let first = run(&bad, &BTreeMap::new(), "2026-03-12T08:00:00Z");
    let second = run(&bad, &states(&first), "2026-03-12T12:00:00Z");
    let third = run(&bad, &states(&second), "2026-03-12T18:00:00Z");
    assert_eq!(verdict(&third, "mer_falling").outcome, Outcome::Suppressed(Suppression::Refreshed));
    assert!(verdict(&third, "mer_falling").state.shown_at.is_some());
    // A day later the window has moved on; it is the same trouble.
    let mut later = bad.clone();
    later.first = date(2026, 1, 2);
    let next = run(&later, &states(&third), "2026-03-13T08:00:00Z");
    assert_eq!([id(&first), id(&second)], [id(&next), id(&next)]);
    let over = run(&object(Level::Tenant, "t", |_, _| 1.0), &states(&next), "2026-03-14T08:00:00Z");
    assert_eq!(verdict(&over, "mer_falling").outcome, Outcome::NotSo);
    assert_eq!(verdict(&over, "mer_falling").state.shown_at, None);
}

#[test]
fn with_too_little_data_what_is_shown_stays() {
    let bad = object(Level::Tenant, "t", half_lately(&["store_revenue"], 14));
    let shown = run(&bad, &BTreeMap::new(), "2026-03-12T08:00:00Z");
    let mut poor = bad.clone();
    poor.figures.get_mut("store_revenue").unwrap()[DAYS - 10..].fill(None);
    let kept = run(&poor, &states(&shown), "2026-03-13T08:00:00Z");
    let gaps = CannotTell::Gaps { metric: "mer".into(), have: 4, of: 14 };
    assert_eq!(verdict(&kept, "mer_falling").outcome, Outcome::Kept(gaps.clone()));
    assert!(verdict(&kept, "mer_falling").state.shown_at.is_some());
    let never = run(&poor, &BTreeMap::new(), "2026-03-13T08:00:00Z");
    assert_eq!(verdict(&never, "mer_falling").outcome, Outcome::CannotTell(gaps));
}

#[test]
fn dismissed_and_snoozed_ones_are_silent_until_they_may_speak() {
    let bad = object(Level::Tenant, "t", |metric, day| if metric == "store_revenue" && day + 14 >= DAYS { 0.75 } else { 1.0 });
    let first = run(&bad, &BTreeMap::new(), "2026-03-12T08:00:00Z");
    let key = verdict(&first, "mer_falling").key.clone();
    let until = "2026-03-20T00:00:00Z".parse().unwrap();
    let mut states = states(&first);
    states.insert(key.clone(), states[&key].dismiss(until, Severity::Warning));
    let dismissed = run(&bad, &states, "2026-03-13T08:00:00Z");
    assert_eq!(verdict(&dismissed, "mer_falling").outcome, Outcome::Suppressed(Suppression::Dismissed { until }));
    let worse = object(Level::Tenant, "t", half_lately(&["store_revenue"], 14));
    let again = run(&worse, &states, "2026-03-13T08:00:00Z");
    assert!(
        matches!(&verdict(&again, "mer_falling").outcome, Outcome::Shown(insight) if insight.finding.severity == Severity::Critical)
    );
    states.insert(key.clone(), states[&key].snooze(until));
    let snoozed = run(&worse, &states, "2026-03-13T08:00:00Z");
    assert_eq!(verdict(&snoozed, "mer_falling").outcome, Outcome::Suppressed(Suppression::Snoozed { until }));
    assert!(matches!(verdict(&run(&worse, &states, "2026-03-20T08:00:00Z"), "mer_falling").outcome, Outcome::Shown(_)));
}

#[test]
fn one_insight_leads_to_the_next_and_says_so() {
    let factor =
        |metric: &str, day: usize| if ["conversions", "revenue"].contains(&metric) && day + 14 >= DAYS { 0.6 } else { 1.0 };
    let objects = [
        object(Level::Campaign, "7", factor),
        object(
            Level::Account,
            "acc",
            |metric, day| {
                if ["conversions", "revenue"].contains(&metric) && day + 7 >= DAYS { 0.6 } else { 1.0 }
            },
        ),
    ];
    let evaluation = evaluated(&objects);
    let Outcome::Shown(consequence) = &verdict(&evaluation, "cpa_rising").outcome else { panic!("CPA rose") };
    let cause = consequence.because_of.as_ref().unwrap();
    assert_eq!((cause.definition.as_str(), cause.level), ("clicks_do_not_convert", Level::Campaign));
    assert_eq!(consequence.finding.cause.as_ref().unwrap().text, "It goes with this insight: Fewer clicks convert (Object 7).");
    assert_eq!(consequence.may_follow, ["cost_per_order_rising", "ncac_rising"]);
    let Outcome::Shown(first) = &verdict(&evaluation, "clicks_do_not_convert").outcome else { panic!("CVR fell") };
    assert!(first.because_of.is_none() && first.may_follow == ["ad_efficiency_declining"]);
}

#[test]
fn a_cause_makes_a_likely_consequence_sure_enough() {
    // One campaign among many whose CPC rose: alone among them not sure, after a dearer auction in its account it is.
    let graph = Graph::builtin();
    let settings = Settings { cascade_confidence: 0.0, ..Settings::default() };
    let noisy = |id: &str| {
        object(Level::Campaign, id, |metric, day| match metric {
            "clicks" if day + 14 >= DAYS && day.is_multiple_of(3) => 0.3,
            _ => 1.0,
        })
    };
    let campaigns: Vec<Observed> =
        (0..30).map(|id| if id == 3 { noisy("3") } else { object(Level::Campaign, &id.to_string(), |_, _| 1.0) }).collect();
    let is_shown = |observed: &[Observed], settings: &Settings| {
        let evaluation = evaluate(graph, observed, &BTreeMap::new(), now(), settings);
        let found =
            evaluation.verdicts.iter().find(|verdict| verdict.key.definition == "clicks_dearer" && verdict.key.id == "3").unwrap();
        matches!(&found.outcome, Outcome::Shown(insight) if insight.because_of.is_some())
    };
    assert!(!is_shown(&campaigns, &settings));
    let dearer = object(Level::Account, "acc", |metric, day| if metric == "spend" && day + 7 >= DAYS { 1.5 } else { 1.0 });
    let with_account: Vec<Observed> = campaigns.into_iter().chain([dearer]).collect();
    assert!(is_shown(&with_account, &settings));
    assert!(!is_shown(&with_account, &Settings { cascade_depth: 0, ..settings }));
}

#[test]
fn forty_alarms_are_none() {
    let campaigns: Vec<Observed> =
        (0..40).map(|id| object(Level::Campaign, &format!("c{id}"), half_lately(&["conversions", "revenue"], 14))).collect();
    let evaluation = evaluated(&campaigns);
    let of = |wanted: fn(&Outcome) -> bool| {
        evaluation.verdicts.iter().filter(|v| v.key.definition == "clicks_do_not_convert" && wanted(&v.outcome)).count()
    };
    assert_eq!(of(|outcome| matches!(outcome, Outcome::Shown(_))), 5);
    assert_eq!(of(|outcome| *outcome == Outcome::Suppressed(Suppression::TooMany)), 35);
}

#[test]
fn a_tenant_without_data_or_targets_is_told_why_nothing_is_said() {
    let tenant = entity(Level::Tenant, "t");
    let empty = assemble(&tenant, &[], |_| None);
    let evaluation = evaluated(&empty);
    assert_eq!(evaluation.unanswered.len(), Graph::builtin().insights().len());
    assert!(evaluation.unanswered.iter().all(|(_, why)| why.to_string().starts_with("cannot tell, because ")));
    let campaign = object(Level::Campaign, "7", |_, _| 1.0);
    let why =
        |id: &str| evaluated(std::slice::from_ref(&campaign)).unanswered.into_iter().find(|(of, _)| of == id).map(|(_, why)| why);
    assert_eq!(why("cpa_over_target"), Some(CannotTell::NoTarget("cpa".into())));
    assert_eq!(why("cpa_over_target").unwrap().to_string(), "cannot tell, because there is no target for cpa");
    assert_eq!(why("mer_falling"), Some(CannotTell::NoObjects));
}

#[test]
fn days_that_are_not_all_in_are_left_out_and_told() {
    let mut account =
        object(Level::Account, "acc", |metric, day| if metric == "conversions" && day + 3 >= DAYS { 0.1 } else { 1.0 });
    assert!(shown(std::slice::from_ref(&account)).contains(&"conversions_stopped".to_owned()));
    account.provisional_from = Some(account.day(DAYS - 3));
    assert!(shown(std::slice::from_ref(&account)).is_empty());
    // Long restated days count; only the last three are too green.
    account.provisional_from = Some(account.day(DAYS - 28));
    account.figures.insert("conversions".into(), (0..DAYS).map(|day| Some(if day + 10 >= DAYS { 20.0 } else { 50.0 })).collect());
    let evaluation = evaluated(std::slice::from_ref(&account));
    let cpa = evaluation.shown().find(|insight| insight.definition == "cpa_rising").unwrap();
    assert!(cpa.finding.doubt.ends_with("7 days of these may still grow."), "{}", cpa.finding.doubt);
    assert_eq!(cpa.finding.to, account.day(DAYS - 4));
}

#[test]
fn few_queries_answer_for_all() {
    let needs = needs(Graph::builtin(), date(2026, 3, 11), &Settings::default());
    assert!(needs.len() <= 10, "{} queries", needs.len());
    for need in &needs {
        assert!(need.query(None).is_ok(), "{need:?}");
        assert_eq!(need.by.last(), Some(&Dimension::Date));
        assert_eq!(need.period.to(), date(2026, 3, 11));
    }
    assert!(needs.iter().any(|need| need.scope == Level::Tenant && need.metrics.contains(&"email_orders".into())));
}

#[test]
fn answers_are_put_together_by_object() {
    use trimtab_domain::query::{Cell, Key as RowKey, MetricColumn, QueryResult, Row};
    let need = needs(Graph::builtin(), date(2026, 3, 11), &Settings::default())
        .into_iter()
        .find(|need| need.scope == Level::Campaign)
        .unwrap();
    let registry = Registry::builtin();
    let column = |id: &str| {
        let metric = registry.get(id).unwrap();
        MetricColumn {
            id: id.to_owned(),
            name: metric.name.clone(),
            unit: metric.unit,
            direction: metric.direction,
            partial: false,
        }
    };
    let key = |id: &str| RowKey { id: id.to_owned(), name: format!("Name {id}") };
    let row = |campaign: &str, day: &str, spend| Row {
        keys: vec![key("1"), key(campaign), key(day)],
        cells: vec![spend, Cell::Count(5)],
        compared: None,
    };
    let result = QueryResult {
        dimensions: need.by.clone(),
        metrics: vec![column("spend"), column("clicks")],
        rows: vec![
            row("a", "2026-03-10", Cell::Money(1_500_000)),
            row("a", "2026-03-11", Cell::None),
            row("b", "2026-03-11", Cell::Money(1)),
        ],
        truncated: false,
        totals: vec![],
        compared_totals: None,
        period: need.period,
        compared_period: None,
        currency: Some("EUR".parse().unwrap()),
        rates: None,
        zones: vec![],
        freshness: None,
        provisional_from: Some(date(2026, 3, 9)),
        source_hash: "abc".to_owned(),
        notes: vec![],
    };
    let objects = assemble(&entity(Level::Tenant, "t"), &[(need, result)], |account| (account == "1").then_some(Source::Tiktok));
    assert_eq!(objects.len(), 3);
    let of = |id: &str| objects.iter().find(|object| object.entity.id == id).unwrap();
    let last = |id: &str, metric: &str| of(id).figures[metric][of(id).days() - 3..].to_vec();
    assert_eq!(last("a", "spend"), [None, Some(1.5), None]);
    assert_eq!(last("b", "clicks"), [None, Some(0.0), Some(5.0)]);
    assert_eq!(
        (of("a").entity.source, of("a").entity.name.as_str(), of("a").source_hash.as_str()),
        (Some(Source::Tiktok), "Name a", "abc")
    );
    assert_eq!(of("a").day(of("a").days() - 1), date(2026, 3, 11));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn absurd_figures_bring_sound_findings_or_reasons(
        days in 0usize..90,
        scale in prop_oneof![Just(0.0), Just(1.0), Just(1e9), Just(-3.0), Just(1e-9), Just(f64::NAN)],
        values in proptest::collection::vec(prop_oneof![3 => -10.0..1000.0f64, 1 => Just(0.0), 1 => Just(7.0)], 1..40),
        holes in 0usize..5,
        target in prop_oneof![Just(f64::NAN), Just(0.0), Just(-1.0), 0.1..100.0f64],
        level in prop_oneof![Just(Level::Tenant), Just(Level::Platform), Just(Level::Account), Just(Level::Campaign)],
    ) {
        let mut observed = object(level, "7", |_, _| 1.0);
        let names: Vec<CompactString> = observed.figures.keys().cloned().collect();
        for (place, name) in names.into_iter().enumerate() {
            let value = |day: usize| (holes == 0 || !(day + place).is_multiple_of(holes + 1)).then(|| values[(day * 3 + place) % values.len()] * scale);
            observed.figures.insert(name, (0..days).map(value).collect());
        }
        for metric in ["cpa", "roas", "mer"] {
            observed.targets.insert(metric.into(), target);
        }
        for insight in evaluated(&[observed]).shown() {
            prop_assert_eq!(insight.finding.fault(), None);
        }
    }
}
