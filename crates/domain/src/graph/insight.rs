//! Insights of the graph: joined with what they name, and checked that their figures can be asked for.

use super::{
    EdgeKind, Node, NodeKind,
    build::Builder,
    condition::Condition,
    definition::{InsightDefinition, dimensions},
    fault::{Unknown, Wrong},
    read::{Raw, RawInsight, Told},
    template::Template,
    threshold::{Reader, measured},
};
use crate::{
    DayRange,
    metric::closest,
    query::{Dimension, MetricQuery, QueryParts},
};
use compact_str::CompactString;
use std::collections::HashSet;

/// Days an insight may look at.
const DAYS: std::ops::RangeInclusive<u16> = 3..=92;

pub(super) fn insights<'a>(builder: &mut Builder, raw: &'a Raw, reader: &Reader<'a>) {
    let off: HashSet<&str> = raw.off.iter().map(|told| told.what.as_str()).collect();
    for told in &raw.off {
        if !raw.insights.iter().any(|insight| insight.what.id == told.what) {
            let hint = closest(&told.what, raw.insights.iter().map(|insight| insight.what.id.as_str())).map(ToOwned::to_owned);
            let unknown = Unknown { given: told.what.clone(), hint };
            builder.fault(told, Wrong::UnknownNode { kind: "insight", unknown });
        }
    }
    for told in &raw.insights {
        let definition = match define(&told.what, reader) {
            Ok(definition) => definition,
            Err(wrong) => {
                builder.fault(told, wrong);
                continue;
            }
        };
        if off.contains(told.what.id.as_str()) {
            continue;
        }
        let node = Node::new(NodeKind::Insight, &definition.id, &definition.name, &definition.description);
        if let Some(place) = builder.node(told, node) {
            join(builder, told, place, &definition);
            builder.insight(definition);
        }
    }
}

fn join(builder: &mut Builder, told: &Told<RawInsight>, place: usize, definition: &InsightDefinition) {
    for metric in definition.metrics() {
        if let Some(from) = builder.find(told, NodeKind::Metric, &metric) {
            builder.edge(from, place, EdgeKind::Composes);
        }
    }
    for (kind, edge, ids) in [
        (NodeKind::Action, EdgeKind::Triggers, &definition.actions),
        (NodeKind::Dashboard, EdgeKind::BelongsTo, &definition.dashboards),
    ] {
        for id in ids {
            if let Some(to) = builder.find(told, kind, id) {
                builder.edge(place, to, edge);
            }
        }
    }
}

fn define<'a>(raw: &'a RawInsight, reader: &Reader<'a>) -> Result<InsightDefinition, Wrong> {
    if dimensions(raw.scope).is_none() {
        return Err(Wrong::Other(format!("scope {} is none of tenant, platform, account, campaign", raw.scope.as_str())));
    }
    if !DAYS.contains(&raw.days) {
        return Err(Wrong::Other(format!("an insight looks at {} to {} days, not {}", DAYS.start(), DAYS.end(), raw.days)));
    }
    let trigger = reader.condition(&raw.trigger)?;
    let critical = raw.critical.as_ref().map(|raw| reader.condition(raw)).transpose()?;
    let metric = subject(raw, &trigger)?;
    let minimum = minimum(raw)?;
    if raw.actions.is_empty() {
        return Err(Wrong::Other("an insight needs at least one action".to_owned()));
    }
    raw.context.iter().try_for_each(|metric| measured(metric))?;
    let list = |names: &[String]| names.iter().map(CompactString::from).collect::<Vec<_>>();
    let mut definition = InsightDefinition {
        id: CompactString::from(&raw.id),
        name: raw.name.clone(),
        description: raw.description.clone(),
        category: raw.category,
        severity: raw.severity,
        scope: raw.scope,
        days: raw.days,
        metric,
        trigger,
        critical,
        minimum,
        context: list(&raw.context),
        actions: list(&raw.actions),
        cascades_to: list(&raw.cascades_to),
        dashboards: list(&raw.dashboards),
        headline: Template::default(),
        detail: Template::default(),
        doubt: Template::default(),
    };
    can_be_asked(&definition)?;
    let metrics = definition.metrics();
    definition.headline = Template::parse(&raw.headline, &metrics)?;
    definition.detail = Template::parse(&raw.detail, &metrics)?;
    definition.doubt = Template::parse(&raw.doubt, &metrics)?;
    Ok(definition)
}

fn subject(raw: &RawInsight, trigger: &Condition) -> Result<CompactString, Wrong> {
    let claims: Vec<&CompactString> = trigger.tests().iter().filter(|test| !test.guard).map(|test| &test.metric).collect();
    let Some(first) = claims.first() else {
        return Err(Wrong::Threshold("every part of the trigger is a guard, so it claims nothing".to_owned()));
    };
    match raw.metric.as_deref() {
        None => Ok((*first).clone()),
        Some(metric) if claims.iter().any(|claim| *claim == metric) => Ok(metric.into()),
        Some(metric) => Err(Wrong::Other(format!("it is about {metric}, which its trigger claims nothing of"))),
    }
}

fn minimum(raw: &RawInsight) -> Result<Vec<(CompactString, f64)>, Wrong> {
    if raw.minimum.is_empty() {
        return Err(Wrong::Other("an insight needs a minimum of data, such as minimum: {clicks: 200}".to_owned()));
    }
    let one = |(metric, least): (&String, &f64)| {
        measured(metric)?;
        let fine = least.is_finite() && *least > 0.0;
        let wrong = || Wrong::Other(format!("a minimum of {least} {metric} is none: use a positive number"));
        fine.then(|| (CompactString::from(metric), *least)).ok_or_else(wrong)
    };
    raw.minimum.iter().map(one).collect()
}

/// That one metric query answers for all its figures day by day, as evidence will ask it.
fn can_be_asked(definition: &InsightDefinition) -> Result<(), Wrong> {
    let by = dimensions(definition.scope).unwrap_or_default();
    let parts = QueryParts {
        metrics: definition.metrics().iter().map(ToString::to_string).collect(),
        dimensions: by.iter().copied().chain([Dimension::Date]).collect(),
        ..QueryParts::default()
    };
    MetricQuery::new(DayRange::single(jiff::civil::date(2026, 1, 1)), parts)?;
    Ok(())
}

/// Joins insights that follow one another; none may lead back to itself.
pub(super) fn cascades(builder: &mut Builder, raw: &Raw) {
    let off: HashSet<&str> = raw.off.iter().map(|told| told.what.as_str()).collect();
    for told in raw.insights.iter().filter(|told| !off.contains(told.what.id.as_str())) {
        let Some(from) = builder.graph.place(NodeKind::Insight, &told.what.id) else { continue };
        for id in told.what.cascades_to.iter().filter(|id| !off.contains(id.as_str())) {
            let meant = raw.insights.iter().any(|insight| insight.what.id == *id);
            match builder.graph.place(NodeKind::Insight, id) {
                Some(to) => builder.edge(from, to, EdgeKind::CascadesTo),
                // One that is told of and has a fault of its own has been named already.
                None if meant => {}
                None => drop(builder.find(told, NodeKind::Insight, id)),
            }
        }
    }
    if let Some(circle) = circle(builder) {
        let first = circle[0].clone();
        if let Some(told) = raw.insights.iter().find(|told| first == told.what.id) {
            builder.fault(told, Wrong::Circle(circle.join(" → ")));
        }
    }
    for insight in &mut builder.graph.insights {
        insight.cascades_to.retain(|id| !off.contains(id.as_str()));
    }
}

/// One circle of insights that follow one another, its first named again at the end.
fn circle(builder: &Builder) -> Option<Vec<CompactString>> {
    let graph = &builder.graph;
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in graph.edges.iter().filter(|edge| edge.kind == EdgeKind::CascadesTo) {
        next[edge.from].push(edge.to);
    }
    let mut done = vec![false; next.len()];
    for start in 0..next.len() {
        // Walked by hand: a chain of thousands of insights must not end the process.
        let (mut path, mut on_path) = (vec![(start, 0)], HashSet::from([start]));
        while let Some((node, step)) = path.last_mut() {
            let following = next[*node].get(*step).copied();
            *step += 1;
            match following {
                Some(node) if on_path.contains(&node) => {
                    let from = path.iter().position(|(known, _)| *known == node)?;
                    let ids = path[from..].iter().map(|(place, _)| *place).chain([node]);
                    return Some(ids.map(|place| graph.nodes[place].id.clone()).collect());
                }
                Some(node) if done[node] => {}
                Some(node) => {
                    path.push((node, 0));
                    on_path.insert(node);
                }
                None => {
                    done[*node] = true;
                    on_path.remove(node);
                    path.pop();
                }
            }
        }
    }
    None
}
