//! Joins what files say into one graph, and says everything that does not fit.

use super::{
    Edge, EdgeKind, Graph, Node, NodeKind,
    definition::{Action, Dashboard, InsightDefinition, MetricNode, ThresholdNode},
    fault::{Fault, Faults, Unknown, Wrong},
    insight, metrics,
    read::{Raw, RawCondition, Told},
    threshold::Reader,
};
use crate::metric::closest;
use compact_str::CompactString;
use std::collections::HashMap;

/// Faults after which no name is suggested any more.
const MOST_HINTS: usize = 100;

/// What has been joined so far.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) graph: Graph,
    pub(super) faults: Vec<Fault>,
}

/// Reads files, each with its name, into one graph.
pub(super) fn build(files: &[(&str, &str)]) -> Result<Graph, Faults> {
    let mut builder = Builder::default();
    let mut raw = Raw::default();
    for (file, text) in files {
        raw.read(file, text, &mut builder.faults);
    }
    metrics::domains(&mut builder, &raw.domains);
    metrics::nodes(&mut builder, &raw.metrics);
    metrics::affects(&mut builder, &raw.affects);
    let named: HashMap<&str, &RawCondition> = raw.thresholds.iter().map(|told| (told.what.id.as_str(), &told.what.when)).collect();
    let reader = Reader { named: &named };
    builder.thresholds(&raw, &reader);
    builder.actions(&raw);
    builder.dashboards(&raw);
    insight::insights(&mut builder, &raw, &reader);
    insight::cascades(&mut builder, &raw);
    if builder.faults.is_empty() { Ok(builder.graph) } else { Err(Faults(builder.faults)) }
}

impl Builder {
    pub(super) fn fault<T>(&mut self, told: &Told<T>, wrong: Wrong) {
        self.faults.push(told.fault(wrong));
    }

    /// Adds a node; a bad or taken id is a fault.
    pub(super) fn node<T>(&mut self, told: &Told<T>, node: Node) -> Option<usize> {
        if !is_id(&node.id) {
            self.fault(told, Wrong::BadId(node.id.to_string()));
            return None;
        }
        if self.graph.place(node.kind, &node.id).is_some() {
            self.fault(told, Wrong::Duplicate(node.kind.as_str()));
            return None;
        }
        Some(self.graph.push(node))
    }

    /// Adds an edge of no strength.
    pub(super) fn edge(&mut self, from: usize, to: usize, kind: EdgeKind) {
        self.graph.edges.push(Edge { from, to, kind, strength: None, lag: None, basis: None });
    }

    /// Where a node stands; an unknown one is a fault.
    pub(super) fn find<T>(&mut self, told: &Told<T>, kind: NodeKind, id: &str) -> Option<usize> {
        let place = self.graph.place(kind, id);
        if place.is_none() {
            // Looking for what was meant takes time; nobody reads the hundredth hint.
            let of_kind = self
                .graph
                .nodes
                .iter()
                .filter(|node| node.kind == kind)
                .map(|node| node.id.as_str())
                .take(if self.faults.len() < MOST_HINTS { usize::MAX } else { 0 });
            let unknown = Unknown { given: id.to_owned(), hint: closest(id, of_kind).map(ToOwned::to_owned) };
            let wrong = match kind {
                NodeKind::Metric => Wrong::UnknownMetric(unknown),
                _ => Wrong::UnknownNode { kind: kind.as_str(), unknown },
            };
            self.fault(told, wrong);
        }
        place
    }

    fn thresholds<'a>(&mut self, raw: &'a Raw, reader: &Reader<'a>) {
        for told in &raw.thresholds {
            let what = &told.what;
            let condition = match reader.threshold(&what.id, &what.when) {
                Ok(condition) => condition,
                Err(wrong) => {
                    self.fault(told, wrong);
                    continue;
                }
            };
            let Some(place) = self.node(told, Node::new(NodeKind::Threshold, &what.id, &what.name, "")) else { continue };
            for metric in condition.metrics() {
                if let Some(from) = self.graph.place(NodeKind::Metric, metric) {
                    self.edge(from, place, EdgeKind::HasThreshold);
                }
            }
            let id = CompactString::from(&what.id);
            let node = ThresholdNode { id, name: what.name.clone(), severity: what.severity, condition };
            self.graph.thresholds.push(node);
        }
    }

    fn actions(&mut self, raw: &Raw) {
        for told in &raw.actions {
            let what = &told.what;
            if what.steps.is_empty() || what.steps.iter().any(|step| step.trim().is_empty()) {
                self.fault(told, Wrong::Other("an action needs steps".to_owned()));
            }
            if self.node(told, Node::new(NodeKind::Action, &what.id, &what.name, "")).is_some() {
                self.graph.actions.push(Action {
                    id: CompactString::from(&what.id),
                    name: what.name.clone(),
                    impact: what.impact,
                    by: what.by,
                    needs_approval: what.needs_approval,
                    steps: what.steps.clone(),
                });
            }
        }
    }

    fn dashboards(&mut self, raw: &Raw) {
        for told in &raw.dashboards {
            let what = &told.what;
            let node = Node::new(NodeKind::Dashboard, &what.id, &what.name, &what.description);
            let Some(place) = self.node(told, node) else { continue };
            let metrics = what.metrics.iter().filter_map(|metric| {
                let from = self.find(told, NodeKind::Metric, metric)?;
                self.edge(from, place, EdgeKind::BelongsTo);
                Some(CompactString::from(metric))
            });
            let metrics = metrics.collect();
            let (name, description) = (what.name.clone(), what.description.clone());
            self.graph.dashboards.push(Dashboard { id: CompactString::from(&what.id), name, description, metrics });
        }
    }

    pub(super) fn metric(&mut self, metric: MetricNode) {
        self.graph.metrics.push(metric);
    }

    pub(super) fn insight(&mut self, insight: InsightDefinition) {
        self.graph.insights.push(insight);
    }
}

/// Whether something can stand as an id in files, URLs and commands.
pub(super) fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=64).contains(&id.len()) && id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(plain)
}
