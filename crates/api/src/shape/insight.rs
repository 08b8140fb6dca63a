//! Insights with what moves along, and the knowledge graph behind them. They read what the engine keeps.

use super::FindingShape;
use serde::{Deserialize, Serialize};
use trimtab_domain::{Timestamp, graph::Graph};
use trimtab_engine::{Analysis, KeptFinding};
use utoipa::ToSchema;

/// A named condition that holds, with what it leads to.
#[derive(Debug, Serialize, ToSchema)]
pub struct InsightShape {
    /// Its definition's id.
    pub definition: String,
    /// What people call it.
    pub name: String,
    /// `performance`, `funnel`, `creative`, `budget`, `store`, `site`, `mail`, `customers` or `tracking`.
    pub category: String,
    /// It as a finding.
    pub finding: FindingShape,
    /// What else moves with its metric; `null` where its change is no percentage.
    pub blast_radius: Option<BlastRadiusShape>,
    /// Its metrics, now and before.
    pub context: Vec<ContextFigureShape>,
    /// What to do, step by step.
    pub actions: Vec<InsightAction>,
    /// What it follows from: that insight's name.
    pub because_of: Option<String>,
    /// Insights that often follow and do not hold yet, by name.
    pub may_follow: Vec<String>,
}

/// Something to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct InsightAction {
    /// It in a few words.
    pub name: String,
    /// How, step by step.
    pub steps: Vec<String>,
}

/// A metric beside the one an insight is about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContextFigureShape {
    /// Which.
    pub metric: String,
    /// Over the window; amounts in the client's currency.
    pub now: Option<f64>,
    /// Over as many days before.
    pub before: Option<f64>,
    /// The change in percent.
    pub change: Option<f64>,
}

/// What moves when a metric moves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlastRadiusShape {
    /// The metric that moved.
    pub origin: String,
    /// By how many percent.
    pub change: f64,
    /// What moves with it, the most first.
    pub reached: Vec<ReachedShape>,
    /// The edges of all paths, for a picture.
    pub edges: Vec<BlastEdgeShape>,
}

/// A metric that moves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReachedShape {
    /// Which.
    pub metric: String,
    /// What people call it.
    pub name: String,
    /// Which parts of the business it belongs to.
    pub domains: Vec<String>,
    /// By about how many percent, all paths together.
    pub impact: f64,
    /// The paths that pull it up, together.
    pub up: f64,
    /// The paths that pull it down, together.
    pub down: f64,
    /// Steps of the shortest path to it.
    pub depth: usize,
    /// Days until the strongest path shows.
    pub lag: u16,
    /// Whether it belongs to no part of the business the origin belongs to.
    pub cross_domain: bool,
    /// Whether the graph knows of nothing it moves in turn.
    pub end: bool,
    /// Whether it can be queried.
    pub measured: bool,
    /// The strongest paths to it.
    pub paths: Vec<BlastPathShape>,
}

/// A way from the origin to a metric.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlastPathShape {
    /// The metrics on it, the origin first.
    pub metrics: Vec<String>,
    /// What it brings, in percent.
    pub impact: f64,
    /// Days until it shows.
    pub lag: u16,
}

/// An edge of the picture.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlastEdgeShape {
    /// From this metric
    pub from: String,
    /// to that one,
    pub to: String,
    /// percent for one percent.
    pub strength: f64,
    /// What that strength rests on: `arithmetic` of how the metrics are computed, or `experience`.
    pub basis: String,
}

#[derive(Debug, Default, Deserialize)]
struct Kept {
    insights: Vec<Shown>,
}

#[derive(Debug, Deserialize)]
struct Shown {
    insight: KeptInsight,
}

#[derive(Debug, Deserialize)]
struct KeptInsight {
    definition: String,
    name: String,
    category: String,
    finding: Id,
    blast_radius: Option<BlastRadiusShape>,
    context: Vec<ContextFigureShape>,
    actions: Vec<String>,
    because_of: Option<Definition>,
    may_follow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Id {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Definition {
    definition: String,
}

impl InsightShape {
    /// What is kept of the insights whose findings are given, in the findings' order.
    ///
    /// # Errors
    /// When what is kept is of another version's shape.
    pub fn all(kept: Option<Analysis>, findings: &[KeptFinding], now: Timestamp) -> Result<Vec<Self>, serde_json::Error> {
        let graph = Graph::builtin();
        let name = |id: &str| graph.insight(id).map_or_else(|| id.to_owned(), |insight| insight.name.clone());
        let mut kept: Kept = kept.map(|kept| serde_json::from_value(kept.body)).transpose()?.unwrap_or_default();
        let mut all = Vec::with_capacity(findings.len());
        for finding in findings {
            let Some(place) = kept.insights.iter().position(|shown| shown.insight.finding.id == finding.finding.id) else {
                continue;
            };
            let insight = kept.insights.swap_remove(place).insight;
            let steps = |id: &String| {
                let action = graph.action(id)?;
                Some(InsightAction { name: action.name.clone(), steps: action.steps.clone() })
            };
            all.push(Self {
                name: insight.name,
                category: insight.category,
                finding: FindingShape::at(finding, now),
                blast_radius: insight.blast_radius,
                context: insight.context,
                actions: insight.actions.iter().filter_map(steps).collect(),
                because_of: insight.because_of.map(|of| name(&of.definition)),
                may_follow: insight.may_follow.iter().map(|id| name(id)).collect(),
                definition: insight.definition,
            });
        }
        Ok(all)
    }
}
