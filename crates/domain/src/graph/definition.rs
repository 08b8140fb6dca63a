//! What the nodes are: metrics with their domains, thresholds, insights, actions, dashboards.

use super::{condition::Condition, template::Template};
use crate::{
    finding::{Level, Severity},
    metric::Direction,
    query::Dimension,
};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// A metric as the graph sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricNode {
    /// Its id in the registry; of an unmeasured figure its own.
    pub id: CompactString,
    /// The name people see.
    pub name: String,
    /// What it means, in a sentence.
    pub description: String,
    /// Which parts of the business it belongs to.
    pub domains: Vec<CompactString>,
    /// Which way is good.
    pub direction: Direction,
    /// Whether the registry has it. What it has not can be told of, never asked for.
    pub measured: bool,
    /// The metric that counts the things its amounts are of: conversions of revenue.
    pub counted_by: Option<CompactString>,
    /// Whether figures of the last days still grow, because what they count is credited days later.
    pub late: bool,
}

/// A named threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdNode {
    /// Its id.
    pub id: CompactString,
    /// The name people see.
    pub name: String,
    /// How much it matters.
    pub severity: Severity,
    /// What it says.
    pub condition: Condition,
}

/// What an insight is about, for sorting pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// What advertising brings for its money.
    Performance,
    /// The way from an impression to a sale.
    Funnel,
    /// What ads show.
    Creative,
    /// How much is spent, and where.
    Budget,
    /// What the shop sells.
    Store,
    /// What visitors do.
    Site,
    /// Mailings.
    Mail,
    /// Who buys.
    Customers,
    /// Whether figures can be trusted.
    Tracking,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 9] = [
        Self::Performance,
        Self::Funnel,
        Self::Creative,
        Self::Budget,
        Self::Store,
        Self::Site,
        Self::Mail,
        Self::Customers,
        Self::Tracking,
    ];

    /// The name in files and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Funnel => "funnel",
            Self::Creative => "creative",
            Self::Budget => "budget",
            Self::Store => "store",
            Self::Site => "site",
            Self::Mail => "mail",
            Self::Customers => "customers",
            Self::Tracking => "tracking",
        }
    }
}

/// A named condition worth a word, with what to do about it.
#[derive(Debug, Clone, PartialEq)]
pub struct InsightDefinition {
    /// Its id.
    pub id: CompactString,
    /// The name people see.
    pub name: String,
    /// What it means, in a sentence.
    pub description: String,
    /// What it is about.
    pub category: Category,
    /// How much it matters.
    pub severity: Severity,
    /// What it is said of.
    pub scope: Level,
    /// How many days it looks at.
    pub days: u16,
    /// The metric it is about: where its blast radius begins.
    pub metric: CompactString,
    /// When it is said.
    pub trigger: Condition,
    /// When it is critical whatever its severity.
    pub critical: Option<Condition>,
    /// Least sums of metrics over those days; where something is compared, over the days compared with.
    pub minimum: Vec<(CompactString, f64)>,
    /// Further metrics shown with it.
    pub context: Vec<CompactString>,
    /// What to do, first things first.
    pub actions: Vec<CompactString>,
    /// Insights that often follow.
    pub cascades_to: Vec<CompactString>,
    /// Where to look on.
    pub dashboards: Vec<CompactString>,
    /// It in a line.
    pub headline: Template,
    /// It in a few sentences.
    pub detail: Template,
    /// What would show that it is wrong.
    pub doubt: Template,
}

impl InsightDefinition {
    /// Every metric it needs, each once: its own first, then those of its trigger, its context and its minimum.
    #[must_use]
    pub fn metrics(&self) -> Vec<CompactString> {
        let mut metrics = vec![self.metric.clone()];
        let triggers = self.trigger.metrics().into_iter().chain(self.critical.iter().flat_map(Condition::metrics));
        for metric in triggers.chain(&self.context).chain(self.minimum.iter().map(|(metric, _)| metric)) {
            if !metrics.contains(metric) {
                metrics.push(metric.clone());
            }
        }
        metrics
    }

    /// How many days back it looks.
    #[must_use]
    pub fn reach(&self) -> u16 {
        // Its context is always told beside the period before.
        let critical = self.critical.as_ref().map_or(0, |condition| condition.reach(self.days));
        self.trigger.reach(self.days).max(critical).max(self.days.saturating_mul(2))
    }
}

/// The dimensions that tell objects of a level apart; `None` for levels insights are not said of.
#[must_use]
pub const fn dimensions(scope: Level) -> Option<&'static [Dimension]> {
    match scope {
        Level::Tenant => Some(&[]),
        Level::Platform => Some(&[Dimension::Platform]),
        Level::Account => Some(&[Dimension::Account]),
        Level::Campaign => Some(&[Dimension::Account, Dimension::Campaign]),
        Level::AdGroup | Level::Ad | Level::Creative | Level::Pixel => None,
    }
}

/// How much an action changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Nothing but knowledge.
    Low,
    /// One object.
    Medium,
    /// Money moves.
    High,
    /// Much money moves, or something stops.
    Critical,
}

/// Who carries an action out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// A person.
    Manual,
    /// A platform's interface could.
    Api,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its id.
    pub id: CompactString,
    /// It in a few words.
    pub name: String,
    /// How much it changes.
    pub impact: Impact,
    /// Who carries it out.
    pub by: Means,
    /// Whether somebody else must agree.
    pub needs_approval: bool,
    /// How, step by step.
    pub steps: Vec<String>,
}

/// A page of metrics that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// Its id.
    pub id: CompactString,
    /// The name people see.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it shows.
    pub metrics: Vec<CompactString>,
}
