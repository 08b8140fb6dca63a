//! What every client shares: metrics, benchmarks, and the knowledge graph's insights, actions and groups of metrics.

use super::{Document, HitKind};
use trimtab_domain::{
    benchmark::{Benchmark, benchmarks},
    graph::Graph,
    metric::{Metric, Registry, Unit},
};

pub(super) fn documents() -> Vec<Document> {
    let (registry, graph) = (Registry::builtin(), Graph::builtin());
    let mut all: Vec<Document> = registry.iter().map(metric).collect();
    all.extend(benchmarks().iter().map(benchmark));
    let document = |kind, id: &str, title: &str, body: String| Document {
        kind,
        id: id.to_owned(),
        title: title.to_owned(),
        names: vec![id.to_owned()],
        body,
    };
    all.extend(graph.insights().iter().map(|insight| {
        let actions: Vec<&str> = insight.actions.iter().filter_map(|id| Some(graph.action(id)?.name.as_str())).collect();
        let body = format!("{} What to do: {}.", insight.description, actions.join("; "));
        document(HitKind::Insight, &insight.id, &insight.name, body)
    }));
    all.extend(graph.actions().iter().map(|action| document(HitKind::Action, &action.id, &action.name, action.steps.join(" "))));
    all.extend(graph.dashboards().iter().map(|dashboard| {
        let names: Vec<&str> = dashboard.metrics.iter().filter_map(|id| Some(graph.metric(id)?.name.as_str())).collect();
        let body = format!("{} It shows {}.", dashboard.description, names.join(", "));
        document(HitKind::Dashboard, &dashboard.id, &dashboard.name, body)
    }));
    let unmeasured = graph.metrics().iter().filter(|metric| !metric.measured);
    all.extend(unmeasured.map(|metric| document(HitKind::Unmeasured, &metric.id, &metric.name, metric.description.clone())));
    all
}

fn metric(metric: &Metric) -> Document {
    let Metric { id, name, description, aliases, see, .. } = metric;
    let mut body = description.clone();
    if !aliases.is_empty() {
        body.push_str(&format!(" Also called {}.", aliases.join(", ")));
    }
    if let Some(see) = see {
        body.push_str(&format!(" {see}"));
    }
    let names = std::iter::once(id.clone()).chain(aliases.iter().cloned()).collect();
    Document { kind: HitKind::Metric, id: id.clone(), title: name.clone(), names, body }
}

fn benchmark(of: &Benchmark) -> Document {
    let Benchmark { metric, industry, platform, network, low, typical, high, source, as_of, note, .. } = of;
    let unit = match (metric.unit, of.currency) {
        (Unit::Percent, _) => " %".to_owned(),
        (_, Some(currency)) => format!(" {currency}"),
        _ => String::new(),
    };
    let mut figures = Vec::new();
    if let (Some(low), Some(high)) = (low, high) {
        figures.push(format!("Usual are {low} to {high}{unit}"));
    }
    figures.extend(typical.map(|typical| format!("typical is {typical}{unit}")));
    let mut body = format!("Benchmark of {}. {}. {source}, as of {as_of}.", metric.name, figures.join(", "));
    if let Some(note) = note {
        body.push_str(&format!(" {note}"));
    }
    let (all, as_of) = ("all", as_of.to_string());
    let place = [
        metric.id.as_str(),
        industry.map_or(all, |industry| industry.id.as_str()),
        platform.map_or(all, |platform| platform.as_str()),
        network.map_or(all, |network| network.as_str()),
        as_of.as_str(),
    ];
    let names = industry.iter().flat_map(|industry| industry.names()).map(str::to_owned).collect();
    Document { kind: HitKind::Benchmark, id: place.join("/"), title: format!("{}: {of}", metric.name), names, body }
}
