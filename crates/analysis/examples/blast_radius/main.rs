//! Holds blast radii against the example a reference works through, and times them in graphs of ten thousand nodes; prints one JSON document.
//!
//! The example: ad spend +25 % makes clicks 15 % dearer, return 12 % lower and conversions 10 % dearer with them; a quarter more of the budget
//! is used up, 5 % more impression share won. Once without fading, where the reference's own percentages should come out, and once as
//! it ships, where signs and order should.
//!
//! Four shapes are timed: edges drawn evenly (which meet in many circles), one great circle run through both ways, a hub that moves everything,
//! and layers in which every node moves every node of the next.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

use serde_json::{Value, json};
use std::{fmt::Write as _, time::Instant};
use trimtab_domain::graph::{BlastRadius, BlastSettings, Graph};

const NODES: usize = 10_000;
const ROUNDS: usize = 21;

fn text(edges: &[(usize, usize, f64)]) -> String {
    let mut text = "domains: [{id: a, name: A}, {id: b, name: B}]\nmetrics:\n".to_owned();
    for node in 0..NODES {
        let domain = if node % 2 == 0 { 'a' } else { 'b' };
        let about = "unmeasured: true, name: N, description: D, direction: higher";
        writeln!(text, "- {{id: n{node}, {about}, domains: [{domain}]}}").expect("a string takes all");
    }
    text.push_str("affects:\n");
    for (from, to, strength) in edges {
        writeln!(text, "- {{from: n{from}, to: n{to}, strength: {strength:.2}}}").expect("a string takes all");
    }
    text
}

/// Numbers that look like chance and are the same every time.
fn scrambled(seed: u64) -> usize {
    let mixed = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from((mixed ^ (mixed >> 29)) >> 33).unwrap_or_default()
}

fn even(degree: u64) -> Vec<(usize, usize, f64)> {
    let nodes = NODES as u64;
    let edge =
        |i: u64| (usize::try_from(i / degree).unwrap_or(0), scrambled(i) % NODES, if i.is_multiple_of(3) { -0.9 } else { 0.9 });
    unique((0..nodes * degree).map(edge).collect())
}

fn hub() -> Vec<(usize, usize, f64)> {
    let from_hub = (1..NODES).map(|to| (0, to, 1.0));
    let between = (0..4 * NODES as u64).map(|i| (1 + scrambled(i) % (NODES - 1), 1 + scrambled(i + 77_777) % (NODES - 1), 1.0));
    unique(from_hub.chain(between).collect())
}

fn layers(width: usize) -> Vec<(usize, usize, f64)> {
    let first = (0..width).map(|to| (0, 1 + to, 1.0));
    let between = (0..2).flat_map(move |layer| {
        let at = move |layer: usize, place: usize| 1 + layer * width + place;
        (0..width).flat_map(move |from| (0..width).map(move |to| (at(layer, from), at(layer + 1, to), 1.0)))
    });
    first.chain(between).collect()
}

fn circle() -> Vec<(usize, usize, f64)> {
    (0..NODES).flat_map(|node| [(node, (node + 1) % NODES, 1.0), ((node + 1) % NODES, node, -1.0)]).collect()
}

fn unique(mut edges: Vec<(usize, usize, f64)>) -> Vec<(usize, usize, f64)> {
    edges.retain(|(from, to, _)| from != to);
    edges.sort_by_key(|(from, to, _)| (*from, *to));
    edges.dedup_by_key(|(from, to, _)| (*from, *to));
    edges
}

/// The example's metrics with what the reference says of them, in percent, the most first.
const EXAMPLE: [(&str, f64); 5] =
    [("budget_utilization", 25.0), ("cpc", 15.0), ("roas", -12.0), ("cpa", 10.0), ("impression_share", 5.0)];
/// The metric that moves in it, and by how many percent.
const MOVES: (&str, f64) = ("spend", 25.0);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut timed = Vec::new();
    for (name, edges) in
        [("even, 6 a node", even(6)), ("one circle, both ways", circle()), ("hub", hub()), ("layers of 120", layers(120))]
    {
        timed.push(time(name, &edges)?);
    }
    println!("{}", serde_json::to_string_pretty(&json!({ "example": example()?, "nodes": NODES, "graphs": timed }))?);
    Ok(())
}

fn example() -> Result<Value, &'static str> {
    let radius = |decay: f64| {
        let told = Graph::builtin().blast_radius(MOVES.0, MOVES.1, BlastSettings { decay, ..BlastSettings::default() });
        told.ok_or("the example's metrics are not in the graph")
    };
    let (whole, shipped) = (radius(1.0)?, radius(BlastSettings::default().decay)?);
    let impact = |radius: &BlastRadius, metric: &str| radius.reached.iter().find(|r| r.metric == metric).map(|r| r.impact);
    let told = EXAMPLE.map(|(metric, theirs)| {
        json!({ "metric": metric, "reference": theirs, "without_fading": impact(&whole, metric), "as_shipped": impact(&shipped, metric) })
    });
    let order: Vec<&str> = shipped
        .reached
        .iter()
        .map(|r| r.metric.as_str())
        .filter(|metric| EXAMPLE.iter().any(|(known, _)| known == metric))
        .collect();
    let signs = EXAMPLE.iter().filter(|(metric, theirs)| impact(&shipped, metric).is_some_and(|ours| ours * theirs > 0.0)).count();
    let off = EXAMPLE.iter().map(|(metric, theirs)| impact(&whole, metric).map_or(f64::INFINITY, |ours| (ours - theirs).abs()));
    Ok(json!({
        "metrics": told, "signs_right": signs, "order_right": order == EXAMPLE.map(|(metric, _)| metric),
        "largest_difference_without_fading": off.fold(0.0, f64::max),
        "crosses_into_another_domain": shipped.reached.iter().any(|r| r.metric == "cash_flow" && r.cross_domain && r.impact < 0.0),
    }))
}

fn time(name: &str, edges: &[(usize, usize, f64)]) -> Result<Value, Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let graph = Graph::read(&[("large.yaml", &text(edges))])?;
    let read = begun.elapsed();
    let (mut took, mut reached, mut back) = (Vec::new(), 0, false);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let radius = graph.blast_radius("n0", 25.0, BlastSettings::default()).ok_or("n0 is in it")?;
        took.push(begun.elapsed().as_secs_f64() * 1_000.0);
        reached = radius.reached.len();
        back |= radius.reached.iter().any(|r| r.metric == "n0");
    }
    took.sort_by(f64::total_cmp);
    Ok(json!({
        "graph": name, "edges": edges.len(), "reached": reached, "comes_back_to_its_origin": back,
        "read_ms": read.as_secs_f64() * 1_000.0, "median_ms": took[ROUNDS / 2], "slowest_ms": took[ROUNDS - 1],
    }))
}
