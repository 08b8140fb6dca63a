use super::*;

/// Factors a base metric may take in the last window.
const FACTORS: [f64; 7] = [1.0, 0.1, 0.5, 0.8, 1.35, 2.2, 4.0];

fn bases(definition: &InsightDefinition) -> Vec<&'static str> {
    let registry = Registry::builtin();
    let mut bases: Vec<&'static str> = Vec::new();
    for metric in definition.trigger.metrics().iter().filter_map(|id| registry.get(id).ok()) {
        for base in registry.bases(metric) {
            assert!(matches!(base.definition, Definition::Column { .. }));
            if !bases.contains(&base.id.as_str()) {
                bases.push(&base.id);
            }
        }
    }
    bases
}

fn targets(condition: &Condition) -> BTreeMap<CompactString, f64> {
    let usual = |name: &str| ORDINARY.iter().find(|(metric, _)| *metric == name).map(|(_, usual)| *usual);
    let with_target = condition
        .tests()
        .into_iter()
        .filter(|test| matches!(test.rule, Rule::Absolute(_, trimtab_domain::graph::Bound::OfTarget(_))));
    with_target
        .filter_map(|test| {
            let metric = Registry::builtin().get(&test.metric).ok()?;
            let value = match &metric.definition {
                Definition::Column { .. } => usual(&metric.id)?,
                Definition::Formula(formula) => formula.evaluate(&usual)?,
            };
            Some((test.metric.clone(), value))
        })
        .collect()
}

/// The definition alone, over an object whose trigger's base metrics are these times their ordinary figures of late; trends creep there.
fn found(graph: &Graph, definition: &InsightDefinition, factors: &[(&str, f64)]) -> Option<Insight> {
    let days = usize::from(definition.days);
    let trend = definition.trigger.tests().iter().any(|test| matches!(test.rule, Rule::Trend { .. }));
    let mut observed = object(definition.scope, "7", |metric, day| {
        let factor = factors.iter().find(|(known, _)| *known == metric).map_or(1.0, |(_, factor)| *factor);
        let reach = if trend { 28 } else { days };
        if day + reach < DAYS {
            1.0
        } else if trend {
            factor.powf((day + reach - DAYS) as f64 / 28.0)
        } else {
            factor
        }
    });
    observed.targets = targets(&definition.trigger);
    let evaluation = evaluate(graph, std::slice::from_ref(&observed), &BTreeMap::new(), now(), &Settings::default());
    evaluation.shown().find(|insight| insight.definition == definition.id).cloned()
}

fn firing(graph: &Graph, definition: &InsightDefinition) -> Option<Insight> {
    let bases = bases(definition);
    let mut combination = vec![0_usize; bases.len()];
    loop {
        let factors: Vec<(&str, f64)> = bases.iter().copied().zip(combination.iter().map(|place| FACTORS[*place])).collect();
        if let Some(insight) = found(graph, definition, &factors) {
            return Some(insight);
        }
        let turned = combination.iter().position(|place| *place + 1 < FACTORS.len())?;
        combination[..turned].fill(0);
        combination[turned] += 1;
    }
}

/// A graph of one definition, so that trying thousands of figures is quick.
fn alone(id: &str) -> Graph {
    let off: Vec<&str> =
        Graph::builtin().insights().iter().map(|insight| insight.id.as_str()).filter(|other| *other != id).collect();
    Graph::with(&[("alone.yaml", &format!("off: [{}]", off.join(", ")))]).unwrap()
}

#[test]
fn every_definition_can_fire_and_what_it_says_is_in_order() {
    for definition in Graph::builtin().insights() {
        let graph = alone(&definition.id);
        let insight = firing(&graph, definition).unwrap_or_else(|| panic!("nothing makes {} fire", definition.id));
        let finding = &insight.finding;
        assert_eq!(finding.fault(), None, "{}", definition.id);
        assert_eq!(finding.kind, FindingKind::Insight);
        assert!(finding.confidence >= 0.9 && finding.confidence <= 1.0, "{}: {}", definition.id, finding.confidence);
        assert!(finding.evidence.len() == 2, "{} is not taken apart", definition.id);
        for text in [&finding.headline, &finding.detail, &finding.doubt] {
            assert!(
                !text.contains("no figure") && !text.contains("not comparable") && !text.contains('{'),
                "{}: {text}",
                definition.id
            );
        }
        assert!(!finding.actions.is_empty() && !finding.doubt.is_empty());
        let radius = insight.blast_radius.as_ref().unwrap_or_else(|| panic!("{}: no blast radius", definition.id));
        assert!(!radius.reached.is_empty(), "{}: nothing moves with {}", definition.id, definition.metric);
    }
}

#[test]
fn every_definition_stays_silent_over_ordinary_figures() {
    for level in [Level::Tenant, Level::Platform, Level::Account, Level::Campaign] {
        let mut observed = object(level, "7", |_, _| 1.0);
        for definition in Graph::builtin().insights() {
            observed.targets.extend(targets(&definition.trigger));
        }
        let evaluation = evaluated(&[observed]);
        assert_eq!(evaluation.shown().count(), 0, "{:?}", evaluation.shown().map(|i| &i.finding.headline).collect::<Vec<_>>());
        let judged = evaluation.verdicts.iter().all(|verdict| matches!(verdict.outcome, Outcome::NotSo | Outcome::Chance { .. }));
        assert!(judged, "{:?}", evaluation.unanswered);
    }
}

#[test]
fn what_it_says_reads_like_this() {
    let campaign = object(Level::Campaign, "Spring", |metric, day| match metric {
        "conversions" | "revenue" if day >= DAYS - 14 => 0.55,
        _ => 1.0,
    });
    let evaluation = evaluated(&[campaign]);
    let insight = evaluation.shown().find(|insight| insight.definition == "clicks_do_not_convert").unwrap();
    let finding = &insight.finding;
    insta::assert_snapshot!(
        [
            finding.headline.as_str(),
            &finding.detail,
            &finding.doubt,
            &finding.actions.join("\n"),
            &finding
                .evidence
                .iter()
                .map(|e| format!("{}: {} by {} where {}", e.shows, e.metrics.join(", "), e.by.join(", "), e.filter))
                .collect::<Vec<_>>()
                .join("\n"),
        ]
        .join("\n\n")
    );
}
