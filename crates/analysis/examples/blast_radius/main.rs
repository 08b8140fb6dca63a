//! How long a blast radius takes in a graph of ten thousand nodes: `cargo run --release -p trimtab-analysis --example blast_radius`.
//!
//! Three shapes: edges drawn evenly, a hub that moves everything, and layers in which every node moves every node of the next.

use std::{fmt::Write as _, io::Write as _, time::Instant};
use trimtab_domain::graph::{BlastSettings, Graph};

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

fn unique(mut edges: Vec<(usize, usize, f64)>) -> Vec<(usize, usize, f64)> {
    edges.retain(|(from, to, _)| from != to);
    edges.sort_by_key(|(from, to, _)| (*from, *to));
    edges.dedup_by_key(|(from, to, _)| (*from, *to));
    edges
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:28} {:>8} {:>10} {:>12} {:>12} {:>12}", "graph", "edges", "reached", "read", "median", "slowest")?;
    for (name, edges) in [("even, 6 a node", even(6)), ("hub", hub()), ("layers of 120", layers(120))] {
        let begun = Instant::now();
        let graph = Graph::read(&[("large.yaml", &text(&edges))])?;
        let read = begun.elapsed();
        let mut took = Vec::new();
        let mut reached = 0;
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let radius = graph.blast_radius("n0", 25.0, BlastSettings::default()).ok_or("n0 is in it")?;
            took.push(begun.elapsed());
            reached = radius.reached.len();
        }
        took.sort_unstable();
        let (median, slowest) = (took[ROUNDS / 2], took[ROUNDS - 1]);
        writeln!(out, "{name:28} {:>8} {reached:>10} {read:>12.1?} {median:>12.1?} {slowest:>12.1?}", edges.len())?;
    }
    Ok(())
}
