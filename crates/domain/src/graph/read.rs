//! Reads files of definitions: one mapping of sections, each a list of nodes or edges. Shapes only; what they refer to is checked when they are joined.

use super::{
    condition::Heading,
    definition::{Category, Impact, Means},
    fault::{Fault, Wrong},
};
use crate::{
    finding::{Level, Severity},
    metric::Direction,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_yaml_ng::Value;
use std::collections::BTreeMap;

/// Bytes a file may have: tens of thousands of nodes.
const MOST_BYTES: usize = 4 << 20;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Sections {
    domains: Vec<Value>,
    metrics: Vec<Value>,
    affects: Vec<Value>,
    thresholds: Vec<Value>,
    actions: Vec<Value>,
    dashboards: Vec<Value>,
    insights: Vec<Value>,
    off: Vec<String>,
}

/// A part of the business.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDomain {
    pub(super) id: String,
    pub(super) name: String,
}

/// What is said of a metric beside the registry, or of a figure the registry lacks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMetricNode {
    pub(super) id: String,
    #[serde(default)]
    pub(super) domains: Vec<String>,
    pub(super) counted_by: Option<String>,
    #[serde(default)]
    pub(super) late: bool,
    #[serde(default)]
    pub(super) unmeasured: bool,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) direction: Option<Direction>,
}

/// What a metric does to another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAffects {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) strength: f64,
    #[serde(default)]
    pub(super) lag: u16,
    #[serde(default)]
    pub(super) basis: super::Basis,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawThreshold {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) severity: Severity,
    pub(super) when: RawCondition,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCondition {
    #[serde(rename = "use")]
    pub(super) named: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) metric: Option<String>,
    pub(super) is: Option<String>,
    pub(super) value: Option<f64>,
    pub(super) of_target: Option<f64>,
    pub(super) change: Option<f64>,
    pub(super) within: Option<f64>,
    pub(super) direction: Option<Heading>,
    pub(super) days: Option<u16>,
    pub(super) by: Option<f64>,
    pub(super) operator: Option<String>,
    pub(super) conditions: Option<Vec<Self>>,
    #[serde(default)]
    pub(super) guard: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAction {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) impact: Impact,
    pub(super) by: Means,
    #[serde(default)]
    pub(super) needs_approval: bool,
    pub(super) steps: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDashboard {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) metrics: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInsight {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) category: Category,
    pub(super) severity: Severity,
    pub(super) scope: Level,
    pub(super) days: u16,
    pub(super) metric: Option<String>,
    pub(super) trigger: RawCondition,
    pub(super) critical: Option<RawCondition>,
    pub(super) minimum: BTreeMap<String, f64>,
    #[serde(default)]
    pub(super) context: Vec<String>,
    pub(super) actions: Vec<String>,
    #[serde(default)]
    pub(super) cascades_to: Vec<String>,
    #[serde(default)]
    pub(super) dashboards: Vec<String>,
    pub(super) headline: String,
    pub(super) detail: String,
    pub(super) doubt: String,
}

/// An item and where it stands.
#[derive(Debug)]
pub(super) struct Told<T> {
    pub(super) file: String,
    pub(super) node: String,
    pub(super) what: T,
}

impl<T> Told<T> {
    pub(super) fn fault(&self, wrong: Wrong) -> Fault {
        Fault { file: self.file.clone(), node: self.node.clone(), wrong }
    }
}

/// Everything some files say, section by section.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) domains: Vec<Told<RawDomain>>,
    pub(super) metrics: Vec<Told<RawMetricNode>>,
    pub(super) affects: Vec<Told<RawAffects>>,
    pub(super) thresholds: Vec<Told<RawThreshold>>,
    pub(super) actions: Vec<Told<RawAction>>,
    pub(super) dashboards: Vec<Told<RawDashboard>>,
    pub(super) insights: Vec<Told<RawInsight>>,
    pub(super) off: Vec<Told<String>>,
}

impl Raw {
    /// Adds what a file says; what cannot be read goes to `faults`.
    pub(super) fn read(&mut self, file: &str, text: &str, faults: &mut Vec<Fault>) {
        let whole = |wrong| Fault { file: file.to_owned(), node: String::new(), wrong };
        if text.len() > MOST_BYTES {
            faults.push(whole(Wrong::TooLarge { have: text.len(), most: MOST_BYTES }));
            return;
        }
        let sections = match serde_yaml_ng::from_str::<Option<Sections>>(text) {
            Ok(sections) => sections.unwrap_or_default(),
            Err(error) => {
                faults.push(whole(Wrong::Unreadable(error.to_string())));
                return;
            }
        };
        self.domains.extend(items(file, "domains", sections.domains, faults));
        self.metrics.extend(items(file, "metrics", sections.metrics, faults));
        self.affects.extend(items(file, "affects", sections.affects, faults));
        self.thresholds.extend(items(file, "thresholds", sections.thresholds, faults));
        self.actions.extend(items(file, "actions", sections.actions, faults));
        self.dashboards.extend(items(file, "dashboards", sections.dashboards, faults));
        self.insights.extend(items(file, "insights", sections.insights, faults));
        self.off.extend(sections.off.into_iter().map(|id| Told { file: file.to_owned(), node: format!("off {id}"), what: id }));
    }
}

fn items<T: DeserializeOwned>(file: &str, section: &str, values: Vec<Value>, faults: &mut Vec<Fault>) -> Vec<Told<T>> {
    let read = |(place, value): (usize, Value)| {
        let told = |key: &str| value.get(key).and_then(Value::as_str);
        let node = match (told("id"), told("from"), told("to")) {
            (Some(id), ..) => format!("{} {id}", section.trim_end_matches('s')),
            (None, Some(from), Some(to)) => format!("{from} affects {to}"),
            _ => format!("{section}, item {}", place + 1),
        };
        match serde_yaml_ng::from_value(value) {
            Ok(what) => Some(Told { file: file.to_owned(), node, what }),
            Err(error) => {
                faults.push(Fault { file: file.to_owned(), node, wrong: Wrong::Unreadable(error.to_string()) });
                None
            }
        }
    };
    values.into_iter().enumerate().filter_map(read).collect()
}
