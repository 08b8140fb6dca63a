use super::*;

fn figures(names: &[&str]) -> String {
    let figure =
        |id: &&str| format!("  - {{id: {id}, unmeasured: true, name: N, description: D, direction: higher, domains: [d]}}\n");
    format!("domains: [{{id: d, name: D}}, {{id: e, name: E}}]\nmetrics:\n{}", names.iter().map(figure).collect::<String>())
}

fn graph(names: &[&str], edges: &[(&str, &str, f64)]) -> Graph {
    let edge = |(from, to, strength): &(&str, &str, f64)| format!("  - {{from: {from}, to: {to}, strength: {strength}}}\n");
    let text = format!("{}affects:\n{}", figures(names), edges.iter().map(edge).collect::<String>());
    Graph::read(&[("test.yaml", &text)]).unwrap_or_else(|faults| panic!("{faults}"))
}

fn impacts(graph: &Graph, origin: &str, change: f64, settings: BlastSettings) -> Vec<(String, f64)> {
    let radius = graph.blast_radius(origin, change, settings).unwrap();
    radius.reached.iter().map(|reached| (reached.metric.to_string(), (reached.impact * 100.0).round() / 100.0)).collect()
}

fn of<'a>(radius: &'a BlastRadius, metric: &str) -> &'a Reached {
    radius.reached.iter().find(|reached| reached.metric == metric).unwrap()
}

#[test]
fn the_references_example_comes_out() {
    // Spend +25 %: clicks dearer, return down and conversions dearer with them; budget used up, a little more impression share.
    let radius = Graph::builtin().blast_radius("spend", 25.0, BlastSettings { decay: 1.0, ..BlastSettings::default() }).unwrap();
    let impact = |metric| (of(&radius, metric).impact * 10.0).round() / 10.0;
    let told = ["budget_utilization", "cpc", "roas", "cpa", "impression_share"];
    assert_eq!(told.map(impact), [25.0, 15.0, -12.0, 10.5, 5.0]);
    let decayed = Graph::builtin().blast_radius("spend", 25.0, BlastSettings::default()).unwrap();
    let order: Vec<&str> =
        decayed.reached.iter().map(|reached| reached.metric.as_str()).filter(|metric| told.contains(metric)).collect();
    assert_eq!(order, told);
    assert!(
        told.map(|metric| of(&decayed, metric).impact)
            .iter()
            .zip([25.0, 15.0, -12.0, 10.5, 5.0])
            .all(|(ours, theirs)| { ours.signum() == f64::signum(theirs) && ours.abs() <= f64::abs(theirs) + 1e-9 })
    );
    let cash = of(&decayed, "cash_flow");
    assert!(cash.cross_domain && cash.end && !cash.measured && cash.impact < 0.0);
    assert!(!of(&decayed, "cpc").cross_domain && !of(&decayed, "cpc").end);
    assert_eq!(of(&decayed, "roas").paths[0].metrics, ["spend", "cpc", "roas"]);
}

#[test]
fn signs_multiply_and_impacts_fade() {
    let graph = graph(&["a", "b", "c", "dd"], &[("a", "b", -0.5), ("b", "c", -0.5), ("c", "dd", 1.0)]);
    let settings = BlastSettings { decay: 0.8, ..BlastSettings::default() };
    let expected = [("b", -5.0), ("c", 2.0), ("dd", 1.6)].map(|(id, impact)| (id.to_owned(), impact));
    assert_eq!(impacts(&graph, "a", 10.0, settings), expected);
}

#[test]
fn paths_add_up_and_what_they_pull_apart_is_told() {
    let graph = graph(&["a", "b", "c"], &[("a", "b", 1.0), ("b", "c", 0.5), ("a", "c", -0.5)]);
    let radius = graph.blast_radius("a", 10.0, BlastSettings { decay: 1.0, ..BlastSettings::default() }).unwrap();
    let end = of(&radius, "c");
    assert_eq!((end.impact, end.up, end.down, end.paths.len(), end.depth), (0.0, 5.0, -5.0, 2, 1));
    assert_eq!(radius.edges.len(), 3);
}

#[test]
fn circles_end_and_nothing_is_further_than_three_steps() {
    let circle = graph(&["a", "b", "c"], &[("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0), ("c", "b", 1.0)]);
    let settings = BlastSettings { decay: 1.0, ..BlastSettings::default() };
    assert_eq!(impacts(&circle, "a", 10.0, settings), [("b".to_owned(), 10.0), ("c".to_owned(), 10.0)]);
    let chain = graph(&["a", "b", "c", "dd", "ee"], &[("a", "b", 1.0), ("b", "c", 1.0), ("c", "dd", 1.0), ("dd", "ee", 1.0)]);
    assert_eq!(impacts(&chain, "a", 10.0, settings).len(), 3);
    assert_eq!(impacts(&chain, "a", 10.0, BlastSettings { depth: 99, ..settings }).len(), 3);
    assert_eq!(impacts(&chain, "a", 10.0, BlastSettings { depth: 1, ..settings }).len(), 1);
}

#[test]
fn a_figure_falls_by_all_of_it_at_most_and_a_change_is_a_number() {
    let graph = graph(&["a", "b", "c"], &[("a", "b", 1.0), ("a", "c", 1.0), ("b", "c", 1.0)]);
    assert_eq!(impacts(&graph, "a", -80.0, BlastSettings { decay: 1.0, ..BlastSettings::default() })[0], ("c".to_owned(), -100.0));
    assert_eq!(graph.blast_radius("a", f64::NAN, BlastSettings::default()), None);
    assert_eq!(graph.blast_radius("nothing", 1.0, BlastSettings::default()), None);
    assert!(graph.blast_radius("a", 0.0, BlastSettings::default()).unwrap().reached.is_empty());
}

proptest! {
    #[test]
    fn any_graph_ends_with_finite_impacts(
        edges in proptest::collection::btree_map((0usize..12, 0usize..12), -1.0..=1.0f64, 0..60),
        change in -1e9..1e9f64,
        decay in prop_oneof![0.0..=1.0f64, Just(f64::NAN), Just(7.0)],
    ) {
        let names: Vec<String> = (0..12).map(|place| format!("f{place}")).collect();
        let edges: Vec<_> = edges
            .iter()
            .filter(|((from, to), _)| from != to)
            .map(|((from, to), strength)| (names[*from].as_str(), names[*to].as_str(), *strength))
            .collect();
        let graph = graph(&names.iter().map(String::as_str).collect::<Vec<_>>(), &edges);
        let radius = graph.blast_radius("f0", change, BlastSettings { decay, ..BlastSettings::default() }).unwrap();
        for reached in &radius.reached {
            prop_assert!(reached.impact.is_finite() && reached.up >= 0.0 && reached.down <= 0.0);
            prop_assert!(reached.metric != "f0" && (1..=3).contains(&reached.depth) && !reached.paths.is_empty());
            for path in &reached.paths {
                prop_assert_eq!(path.metrics.iter().collect::<std::collections::BTreeSet<_>>().len(), path.metrics.len());
                prop_assert!(path.impact.abs() <= change.abs());
            }
        }
    }
}
