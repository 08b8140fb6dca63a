use super::*;
use crate::metric::Registry;
use proptest::prelude::*;

mod blast;
mod faults;

#[test]
fn the_builtin_graph_is_sound() {
    let graph = Graph::read(&BUILTIN_FILES).unwrap_or_else(|faults| panic!("{faults}"));
    let known = graph.metrics().iter().filter(|metric| metric.measured).count();
    assert_eq!(known, Registry::builtin().iter().count(), "every metric of the registry is in it");
    assert!(graph.metrics().iter().all(|metric| !metric.domains.is_empty()));
    assert!(graph.insights().len() >= 20);
    for category in Category::ALL {
        assert!(graph.insights().iter().any(|insight| insight.category == category), "{}", category.as_str());
    }
}

#[test]
fn nothing_in_the_builtin_graph_is_idle() {
    let graph = Graph::builtin();
    let reached = |kind| graph.edges().iter().filter(move |edge| edge.kind == kind).map(|edge| edge.to);
    for (kind, edge) in [(NodeKind::Action, EdgeKind::Triggers), (NodeKind::Threshold, EdgeKind::HasThreshold)] {
        for (place, node) in graph.nodes().iter().enumerate().filter(|(_, node)| node.kind == kind) {
            assert!(reached(edge).any(|to| to == place), "nothing leads to {}", node.id);
        }
    }
    for insight in graph.insights() {
        assert!(!insight.dashboards.is_empty() && !insight.context.is_empty(), "{}", insight.id);
        assert!(graph.blast_radius(&insight.metric, 10.0, BlastSettings::default()).is_some(), "{}", insight.id);
    }
    // What moves a lot of money is nobody's alone.
    assert!(graph.actions().iter().all(|action| action.needs_approval || action.impact < Impact::High));
}

#[test]
fn summary() {
    let graph = Graph::builtin();
    let mut lines = Vec::new();
    // Metrics come and go with the registry, which has tests of its own.
    for kind in NodeKind::ALL.into_iter().filter(|kind| *kind != NodeKind::Metric) {
        lines.push(format!("{}: {}", kind.as_str(), graph.nodes().iter().filter(|node| node.kind == kind).count()));
    }
    for kind in EdgeKind::ALL {
        lines.push(format!("{}: {}", kind.as_str(), graph.edges().iter().filter(|edge| edge.kind == kind).count()));
    }
    for insight in graph.insights() {
        let metrics = insight.trigger.metrics().iter().map(|metric| metric.as_str()).collect::<Vec<_>>().join(", ");
        let kind = insight.trigger.kind().as_str();
        let (scope, days, severity) = (insight.scope.as_str(), insight.days, insight.severity.as_str());
        let next = insight.cascades_to.join(", ");
        lines.push(format!("{} [{severity}, {scope}, {days} d] {kind} of {metrics} → {next}", insight.id));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_clients_own_definitions_come_on_top() {
    let own = "
off: [room_to_grow]
metrics:
  - {id: footfall, unmeasured: true, name: Footfall, description: People in the stores., direction: higher, domains: [store]}
affects:
  - {from: impressions, to: footfall, strength: 0.1, lag: 2}
insights:
  - id: our_cpm
    name: Our CPM
    description: CPM above what we pay.
    category: performance
    severity: warning
    scope: account
    days: 7
    trigger: {type: absolute, metric: cpm, is: '>', of_target: 1}
    minimum: {impressions: 1000}
    actions: [lower_bids]
    cascades_to: [clicks_dearer]
    headline: '{entity} pays {cpm}'
    detail: 'The target is {cpm.target}.'
    doubt: 'Targets are old.'
";
    let graph = Graph::with(&[("ours.yaml", own)]).unwrap();
    assert!(graph.insight("our_cpm").is_some() && graph.insight("room_to_grow").is_none());
    assert_eq!(graph.insights_about("cpm").filter(|insight| insight.id == "our_cpm").count(), 1);
    let radius = graph.blast_radius("spend", 10.0, BlastSettings::default()).unwrap();
    assert!(radius.reached.iter().any(|reached| reached.metric == "footfall"));
    assert!(Graph::with(&[("empty.yaml", "")]).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn mangled_definitions_are_refused_or_read_but_never_a_panic(
        file in 0..BUILTIN_FILES.len(),
        cuts in proptest::collection::vec((0.0..1.0f64, 0usize..40, "[a-z{}\\[\\]:,\\-> .\"0-9~&*\n]{0,12}"), 1..6),
    ) {
        let (_, text) = BUILTIN_FILES[file];
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, new) in &cuts {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in the text")]
            let start = (chars.len() as f64 * at) as usize;
            let end = (start + length).min(chars.len());
            chars.splice(start..end, new.chars());
        }
        let mangled: String = chars.into_iter().collect();
        let mut files = BUILTIN_FILES;
        files[file].1 = &mangled;
        if let Err(faults) = Graph::read(&files) {
            prop_assert!(!faults.0.is_empty());
            prop_assert!(faults.0.iter().all(|fault| !fault.file.is_empty() && !fault.to_string().is_empty()));
        }
    }

    #[test]
    fn any_text_at_all_is_no_panic(text in "\\PC{0,200}") {
        drop(Graph::with(&[("any.yaml", &text)]));
    }
}
