//! Blast radius: what else moves when a metric moves, and by roughly how much.
//!
//! A path's impact is the change times the strengths along it, times `decay` for every step after the first: each further step is less sure.
//! Strengths are signed, so signs multiply. Where several paths lead to one metric their impacts are added (Wright's rule of path coefficients);
//! what pulls up and what pulls down is kept apart, so that a sum near zero is not taken for calm. A path never meets a metric twice, nor the one
//! it began at, and has at most three steps; hence circles end. A share of a figure cannot fall by more than all of it: sums stop at -100 %.
//!
//! **Assumes** that effects are proportional and add up, which holds for small changes at best. **Misleads** where a strength is a rule of thumb
//! that does not hold for this client ([`Basis::Experience`]), and where two paths tell of one and the same cause. Read it as where to look next and which way
//! to expect it, not as a forecast.

use super::{Basis, Graph, NodeKind};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Steps a path has at most.
const DEEPEST: usize = 3;
/// Paths kept of each metric reached, the strongest.
const PATHS: usize = 3;

/// How far a blast radius goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlastSettings {
    /// Steps of a path, 1 to 3.
    pub depth: usize,
    /// What is left of an impact at every step after the first, 0 to 1.
    pub decay: f64,
    /// Paths whose impact is less than this share of the change are not followed.
    pub least: f64,
}

impl Default for BlastSettings {
    fn default() -> Self {
        Self { depth: DEEPEST, decay: 0.9, least: 0.01 }
    }
}

/// What moves when a metric moves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlastRadius {
    /// The metric that moved.
    pub origin: CompactString,
    /// By how many percent.
    pub change: f64,
    /// What moves with it, the most first.
    pub reached: Vec<Reached>,
    /// The edges of all paths told, for a picture.
    pub edges: Vec<BlastEdge>,
}

/// A metric that moves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// Which.
    pub metric: CompactString,
    /// The name people see.
    pub name: String,
    /// Which parts of the business it belongs to.
    pub domains: Vec<CompactString>,
    /// By about how many percent, all paths together.
    pub impact: f64,
    /// The paths that pull it up, together.
    pub up: f64,
    /// The paths that pull it down, together; zero or less.
    pub down: f64,
    /// Steps of the shortest path to it.
    pub depth: usize,
    /// Days until the strongest path shows.
    pub lag: u16,
    /// Whether it belongs to no part of the business the origin belongs to.
    pub cross_domain: bool,
    /// Whether the graph knows of nothing it moves in turn.
    pub end: bool,
    /// Whether the registry has it, so that one can look.
    pub measured: bool,
    /// The strongest paths to it.
    pub paths: Vec<Path>,
}

/// A way from the origin to a metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// The metrics on it, the origin first.
    pub metrics: Vec<CompactString>,
    /// What it brings, in percent.
    pub impact: f64,
    /// Days until it shows.
    pub lag: u16,
}

/// An edge of the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlastEdge {
    /// From which metric.
    pub from: CompactString,
    /// To which.
    pub to: CompactString,
    /// Percent for one percent.
    pub strength: f64,
    /// What the strength rests on.
    pub basis: Basis,
}

#[derive(Debug, Clone, Copy)]
struct Track {
    impact: f64,
    lag: u16,
    /// Places of the edges taken.
    edges: [usize; DEEPEST],
    steps: usize,
}

#[derive(Debug)]
struct Sum {
    place: usize,
    up: f64,
    down: f64,
    depth: usize,
    best: [Option<Track>; PATHS],
}

struct Walk<'a> {
    graph: &'a Graph,
    settings: BlastSettings,
    least: f64,
    /// By place of a node: one more than where its sum stands; 0: none yet.
    slots: Vec<usize>,
    sums: Vec<Sum>,
}

impl Graph {
    /// What moves when a metric moves by so many percent; `None` where the graph has no such metric or the change is no number.
    #[must_use]
    pub fn blast_radius(&self, metric: &str, change: f64, settings: BlastSettings) -> Option<BlastRadius> {
        let origin = self.place(NodeKind::Metric, metric)?;
        if !change.is_finite() {
            return None;
        }
        let depth = settings.depth.clamp(1, DEEPEST);
        let decay = if settings.decay.is_finite() { settings.decay.clamp(0.0, 1.0) } else { 1.0 };
        let settings = BlastSettings { depth, decay, ..settings };
        let least = change.abs() * settings.least;
        let mut walk = Walk { graph: self, settings, least, slots: vec![0; self.nodes.len()], sums: Vec::new() };
        walk.follow(&mut [origin; DEEPEST + 1], Track { impact: change, lag: 0, edges: [0; DEEPEST], steps: 0 });
        let mut sums = walk.sums;
        sums.sort_by(|a, b| b.net().abs().total_cmp(&a.net().abs()).then_with(|| a.place.cmp(&b.place)));
        let edges = self.edges_of(&sums);
        let reached = sums.iter().filter_map(|sum| self.reached(origin, sum)).collect();
        Some(BlastRadius { origin: metric.into(), change, reached, edges })
    }

    fn reached(&self, origin: usize, sum: &Sum) -> Option<Reached> {
        // Metrics are the first nodes, in the order of `metrics`.
        let (from, to) = (self.metrics.get(origin)?, self.metrics.get(sum.place)?);
        let paths: Vec<Path> = sum.best.iter().flatten().map(|track| self.path(origin, track)).collect();
        Some(Reached {
            metric: to.id.clone(),
            name: to.name.clone(),
            domains: to.domains.clone(),
            impact: sum.net(),
            up: sum.up,
            down: sum.down,
            depth: sum.depth,
            lag: paths.first().map_or(0, |path| path.lag),
            cross_domain: !to.domains.iter().any(|domain| from.domains.contains(domain)),
            end: self.moves[sum.place].is_empty(),
            measured: to.measured,
            paths,
        })
    }

    fn path(&self, origin: usize, track: &Track) -> Path {
        let steps = track.edges[..track.steps].iter().map(|edge| self.edges[*edge].to);
        let metrics = [origin].into_iter().chain(steps).map(|place| self.nodes[place].id.clone()).collect();
        Path { metrics, impact: track.impact, lag: track.lag }
    }

    fn edges_of(&self, sums: &[Sum]) -> Vec<BlastEdge> {
        let tracks = sums.iter().flat_map(|sum| sum.best.iter().flatten());
        let mut places: Vec<usize> = tracks.flat_map(|track| track.edges[..track.steps].iter().copied()).collect();
        places.sort_unstable();
        places.dedup();
        let edge = |place: usize| {
            let edge = &self.edges[place];
            Some(BlastEdge {
                from: self.nodes[edge.from].id.clone(),
                to: self.nodes[edge.to].id.clone(),
                strength: edge.strength?,
                basis: edge.basis?,
            })
        };
        places.into_iter().filter_map(edge).collect()
    }
}

impl Walk<'_> {
    /// Goes on from the last of the places gone through.
    fn follow(&mut self, through: &mut [usize; DEEPEST + 1], track: Track) {
        let graph = self.graph;
        let fade = if track.steps == 0 { 1.0 } else { self.settings.decay };
        for &edge in &graph.moves[through[track.steps]] {
            let (to, strength, lag) = {
                let edge = &graph.edges[edge];
                (edge.to, edge.strength.unwrap_or(0.0), edge.lag.unwrap_or(0))
            };
            let impact = track.impact * strength * fade;
            if impact == 0.0 || impact.abs() < self.least || through[..=track.steps].contains(&to) {
                continue;
            }
            let mut next = Track { impact, lag: track.lag.saturating_add(lag), edges: track.edges, steps: track.steps + 1 };
            next.edges[track.steps] = edge;
            self.count(to, next);
            if next.steps < self.settings.depth {
                through[next.steps] = to;
                self.follow(through, next);
            }
        }
    }

    fn count(&mut self, place: usize, track: Track) {
        if self.slots[place] == 0 {
            self.sums.push(Sum { place, up: 0.0, down: 0.0, depth: track.steps, best: [None; PATHS] });
            self.slots[place] = self.sums.len();
        }
        let sum = &mut self.sums[self.slots[place] - 1];
        if track.impact > 0.0 {
            sum.up += track.impact;
        } else {
            sum.down += track.impact;
        }
        sum.depth = sum.depth.min(track.steps);
        let weaker = |kept: &Option<Track>| kept.is_none_or(|kept| kept.impact.abs() < track.impact.abs());
        if let Some(at) = sum.best.iter().position(weaker) {
            sum.best[at..].rotate_right(1);
            sum.best[at] = Some(track);
        }
    }
}

impl Sum {
    fn net(&self) -> f64 {
        (self.up + self.down).max(-100.0)
    }
}
