//! Metrics of the graph: everything in the registry, figures that only the graph knows of, and what they do to one another.

use super::{
    Edge, EdgeKind, Node, NodeKind,
    build::{Builder, is_id},
    definition::MetricNode,
    fault::{Unknown, Wrong},
    read::{RawAffects, RawDomain, RawMetricNode, Told},
};
use crate::metric::{Definition, FactTable, Metric, Registry, closest};
use compact_str::CompactString;
use std::collections::{HashMap, HashSet};

pub(super) fn domains(builder: &mut Builder, told: &[Told<RawDomain>]) {
    for told in told {
        let id = CompactString::from(&told.what.id);
        if !is_id(&id) {
            builder.fault(told, Wrong::BadId(id.to_string()));
        } else if builder.graph.domains.iter().any(|(known, _)| *known == id) {
            builder.fault(told, Wrong::Duplicate("domain"));
        } else {
            builder.graph.domains.push((id, told.what.name.clone()));
        }
    }
}

/// The domain of what a table holds, where no file says otherwise.
const fn domain_of(table: FactTable) -> &'static str {
    match table {
        FactTable::Performance | FactTable::ConversionDaily => "paid_media",
        FactTable::Orders => "store",
        FactTable::Sessions => "site",
        FactTable::Emails => "mail",
        FactTable::Accounts => "data",
    }
}

fn own_domains(metric: &Metric) -> Vec<CompactString> {
    let mut domains: Vec<CompactString> = Vec::new();
    for base in Registry::builtin().bases(metric) {
        if let Definition::Column { table, .. } = &base.definition {
            let domain = CompactString::const_new(domain_of(*table));
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
    }
    domains
}

/// Every metric of the registry, and after them what the registry lacks.
pub(super) fn nodes(builder: &mut Builder, raw: &[Told<RawMetricNode>]) {
    let registry = Registry::builtin();
    let mut said: HashMap<&str, &Told<RawMetricNode>> = HashMap::new();
    for told in raw {
        if said.insert(&told.what.id, told).is_some() {
            builder.fault(told, Wrong::Duplicate("metric"));
        }
        check_said(builder, told);
    }
    for metric in registry.iter() {
        let more = said.get(metric.id.as_str()).map(|told| &told.what);
        let domains = more.filter(|more| !more.domains.is_empty()).map(|more| ids(&more.domains));
        let node = MetricNode {
            id: CompactString::from(&metric.id),
            name: metric.name.clone(),
            description: metric.description.clone(),
            domains: domains.unwrap_or_else(|| own_domains(metric)),
            direction: metric.direction,
            measured: true,
            counted_by: more.and_then(|more| more.counted_by.as_deref()).map(CompactString::from),
            late: more.is_some_and(|more| more.late),
        };
        builder.graph.push(Node::of_metric(&node));
        builder.metric(node);
    }
    for told in raw.iter().filter(|told| told.what.unmeasured && registry.get(&told.what.id).is_err()) {
        let what = &told.what;
        let (Some(name), Some(description), Some(direction)) = (&what.name, &what.description, what.direction) else { continue };
        let node = MetricNode {
            id: CompactString::from(&what.id),
            name: name.clone(),
            description: description.clone(),
            domains: ids(&what.domains),
            direction,
            measured: false,
            counted_by: None,
            late: false,
        };
        if builder.graph.place(NodeKind::Metric, &node.id).is_none() && is_id(&node.id) {
            builder.graph.push(Node::of_metric(&node));
            builder.metric(node);
        }
    }
}

fn ids(names: &[String]) -> Vec<CompactString> {
    names.iter().map(CompactString::from).collect()
}

fn check_said(builder: &mut Builder, told: &Told<RawMetricNode>) {
    let (registry, what) = (Registry::builtin(), &told.what);
    for domain in &what.domains {
        if !builder.graph.domains.iter().any(|(known, _)| known == domain) {
            let hint = closest(domain, builder.graph.domains.iter().map(|(id, _)| id.as_str())).map(ToOwned::to_owned);
            builder.fault(told, Wrong::UnknownNode { kind: "domain", unknown: Unknown { given: domain.clone(), hint } });
        }
    }
    if let Some(Err(unknown)) = what.counted_by.as_deref().map(|id| registry.get(id)) {
        builder.fault(told, unknown.into());
    }
    if !is_id(&what.id) {
        builder.fault(told, Wrong::BadId(what.id.clone()));
    }
    let described = what.name.is_some() && what.description.is_some() && what.direction.is_some() && !what.domains.is_empty();
    match (registry.get(&what.id), what.unmeasured) {
        // A registry that grows must not break what was told of its gaps.
        (Ok(_), true) => {}
        (Ok(_), false) if what.name.is_some() || what.description.is_some() || what.direction.is_some() => {
            builder.fault(told, Wrong::Other("name, description and direction of a metric are the registry's".to_owned()));
        }
        (Err(_), true) if !described => {
            let need = "an unmeasured figure needs a name, a description, a direction and domains";
            builder.fault(told, Wrong::Other(need.to_owned()));
        }
        (Err(_), false) => {
            let hint = closest(&what.id, registry.iter().map(|m| m.id.as_str())).map(ToOwned::to_owned);
            builder.fault(told, Wrong::UnknownMetric(Unknown { given: what.id.clone(), hint }));
        }
        _ => {}
    }
}

pub(super) fn affects(builder: &mut Builder, raw: &[Told<RawAffects>]) {
    let mut known = HashSet::new();
    for told in raw {
        let what = &told.what;
        // Written so that what is no number fails too.
        if !(-1.0..=1.0).contains(&what.strength) {
            builder.fault(told, Wrong::Strength(what.strength));
            continue;
        }
        let from = builder.find(told, NodeKind::Metric, &what.from);
        let to = builder.find(told, NodeKind::Metric, &what.to);
        let (Some(from), Some(to)) = (from, to) else { continue };
        if from == to {
            builder.fault(told, Wrong::Circle(format!("{} → {}", what.from, what.to)));
        } else if !known.insert((from, to)) {
            builder.fault(told, Wrong::TwiceAffected { from: what.from.clone(), to: what.to.clone() });
        } else {
            let (strength, lag, basis) = (Some(what.strength), Some(what.lag), Some(what.basis));
            builder.graph.affect(Edge { from, to, kind: EdgeKind::Affects, strength, lag, basis });
        }
    }
}
