//! The knowledge graph: what belongs together, what moves what, when it is worth a word, and what to do then. Read from `graph/*.yaml`.
//!
//! Nodes are metrics (all of the registry, and figures it lacks, which can be told of but not asked for), named thresholds, insights, actions
//! and dashboards. A client's own definitions are read by the same reader on top of the built-in ones ([`Graph::with`]); every fault in them is
//! said with file and node, and nothing of a faulty file is taken.
//!
//! `affects` edges carry a strength between -1 and 1: by how many percent the target moves when the source moves by one, everything else as
//! usual. Those of basis `arithmetic` follow from formulas; those of basis `experience` are the trade's rules of thumb and no measurement of
//! this client. They may go round in circles, as businesses do: [`Graph::blast_radius`] ends nevertheless. Insights that follow one another may not.

mod blast;
mod build;
mod condition;
mod definition;
mod fault;
mod insight;
mod metrics;
mod read;
mod template;
mod threshold;

pub use blast::{BlastEdge, BlastRadius, BlastSettings, Path, Reached};
pub use condition::{Bound, Condition, Heading, Move, Rule, Test, ThresholdType};
pub use definition::{Action, Category, Dashboard, Impact, InsightDefinition, Means, MetricNode, ThresholdNode, dimensions};
pub use fault::{Fault, Faults, Unknown, Wrong};
pub use template::{Aspect, Piece, Template};

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::LazyLock};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A figure.
    Metric,
    /// When a figure is worth a word.
    Threshold,
    /// A named condition with actions.
    Insight,
    /// Something to do.
    Action,
    /// A page.
    Dashboard,
}

impl NodeKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Metric, Self::Threshold, Self::Insight, Self::Action, Self::Dashboard];

    /// The name in files and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metric => "metric",
            Self::Threshold => "threshold",
            Self::Insight => "insight",
            Self::Action => "action",
            Self::Dashboard => "dashboard",
        }
    }
}

/// A node, as a picture needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its id, unique among its kind.
    pub id: CompactString,
    /// The name people see.
    pub name: String,
    /// What it means; empty where the name says it.
    pub description: String,
    /// Which parts of the business it belongs to; metrics alone do.
    pub domains: Vec<CompactString>,
}

/// What an edge says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// A metric or an insight is shown on a dashboard.
    BelongsTo,
    /// A metric is looked at by an insight.
    Composes,
    /// A metric moves another.
    Affects,
    /// An insight proposes an action.
    Triggers,
    /// An insight often follows another.
    CascadesTo,
    /// A metric has a threshold.
    HasThreshold,
}

impl EdgeKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::BelongsTo, Self::Composes, Self::Affects, Self::Triggers, Self::CascadesTo, Self::HasThreshold];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BelongsTo => "belongs_to",
            Self::Composes => "composes",
            Self::Affects => "affects",
            Self::Triggers => "triggers",
            Self::CascadesTo => "cascades_to",
            Self::HasThreshold => "has_threshold",
        }
    }
}

/// What the strength of an edge rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// It follows from how the metrics are computed.
    Arithmetic,
    /// A rule of thumb of the trade.
    #[default]
    Experience,
}

/// An edge between two nodes, by their places in [`Graph::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Edge {
    /// From which node.
    pub from: usize,
    /// To which.
    pub to: usize,
    /// What it says.
    pub kind: EdgeKind,
    /// Percent the target moves for one percent of the source; `affects` alone has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<f64>,
    /// Days until it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag: Option<u16>,
    /// What the strength rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// The graph.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    places: HashMap<(NodeKind, CompactString), usize>,
    edges: Vec<Edge>,
    /// By place of the source, the `affects` edges that leave it, as places in `edges`.
    moves: Vec<Vec<usize>>,
    domains: Vec<(CompactString, String)>,
    metrics: Vec<MetricNode>,
    thresholds: Vec<ThresholdNode>,
    insights: Vec<InsightDefinition>,
    actions: Vec<Action>,
    dashboards: Vec<Dashboard>,
}

const BUILTIN_FILES: [(&str, &str); 5] = [
    ("metrics.yaml", include_str!("../graph/metrics.yaml")),
    ("thresholds.yaml", include_str!("../graph/thresholds.yaml")),
    ("actions.yaml", include_str!("../graph/actions.yaml")),
    ("dashboards.yaml", include_str!("../graph/dashboards.yaml")),
    ("insights.yaml", include_str!("../graph/insights.yaml")),
];

impl Graph {
    /// The graph compiled into this build.
    ///
    /// # Panics
    /// Never in a build that passed its tests: they load the same files.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Graph> =
            LazyLock::new(|| Graph::read(&BUILTIN_FILES).expect("the built-in graph is checked by a test"));
        &BUILTIN
    }

    /// The built-in graph and a client's own definitions on top of it: a mapping with any of `domains`, `metrics`, `affects`, `thresholds`,
    /// `actions`, `dashboards`, `insights`, and `off`, a list of insights not wanted.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with file and node.
    pub fn with(files: &[(&str, &str)]) -> Result<Self, Faults> {
        Self::read(&[&BUILTIN_FILES, files].concat())
    }

    /// A graph of these files alone; the registry's metrics are in it all the same.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with file and node.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, Faults> {
        build::build(files)
    }

    /// Every node.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Every edge.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Where a node stands in [`Graph::nodes`].
    #[must_use]
    pub fn place(&self, kind: NodeKind, id: &str) -> Option<usize> {
        self.places.get(&(kind, CompactString::from(id))).copied()
    }

    /// The edges that begin or end at a node.
    pub fn edges_at(&self, place: usize) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.from == place || edge.to == place)
    }

    /// Parts of the business: id and name.
    #[must_use]
    pub fn domains(&self) -> &[(CompactString, String)] {
        &self.domains
    }

    /// Every metric.
    #[must_use]
    pub fn metrics(&self) -> &[MetricNode] {
        &self.metrics
    }

    /// A metric by its id.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<&MetricNode> {
        // Metrics are the first nodes, in the order of `metrics`.
        self.place(NodeKind::Metric, id).and_then(|place| self.metrics.get(place))
    }

    /// Every named threshold.
    #[must_use]
    pub fn thresholds(&self) -> &[ThresholdNode] {
        &self.thresholds
    }

    /// Every insight.
    #[must_use]
    pub fn insights(&self) -> &[InsightDefinition] {
        &self.insights
    }

    /// An insight by its id.
    #[must_use]
    pub fn insight(&self, id: &str) -> Option<&InsightDefinition> {
        self.insights.iter().find(|insight| insight.id == id)
    }

    /// The insights that look at a metric.
    pub fn insights_about<'a>(&'a self, metric: &'a str) -> impl Iterator<Item = &'a InsightDefinition> {
        self.insights.iter().filter(move |insight| insight.trigger.metrics().iter().any(|known| *known == metric))
    }

    /// Every action.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// An action by its id.
    #[must_use]
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// Every dashboard.
    #[must_use]
    pub fn dashboards(&self) -> &[Dashboard] {
        &self.dashboards
    }

    fn push(&mut self, node: Node) -> usize {
        let place = self.nodes.len();
        self.places.insert((node.kind, node.id.clone()), place);
        self.nodes.push(node);
        self.moves.push(Vec::new());
        place
    }

    fn affect(&mut self, edge: Edge) {
        self.moves[edge.from].push(self.edges.len());
        self.edges.push(edge);
    }
}

impl Node {
    fn new(kind: NodeKind, id: &str, name: &str, description: &str) -> Self {
        let (name, description) = (name.to_owned(), description.to_owned());
        Self { kind, id: id.into(), name, description, domains: Vec::new() }
    }

    fn of_metric(metric: &MetricNode) -> Self {
        let node = Self::new(NodeKind::Metric, &metric.id, &metric.name, &metric.description);
        Self { domains: metric.domains.clone(), ..node }
    }
}

#[cfg(test)]
mod tests;
