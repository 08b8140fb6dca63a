//! What a reader of a result must know beside its figures.

use super::{Asked, Reading, cells::Metrics, gaps::Gap, quality::Flagged, sums::Groups};
use crate::file::FileEntry;
use trimtab_domain::{
    Source,
    fact::Breakdown,
    metric::{Constant, Metric, Registry},
    query::{Dimension, Filter, MetricQuery, RatesUsed, Rows},
};

/// What was found out besides the figures.
pub(super) struct Told<'a> {
    pub(super) gaps: &'a [Gap],
    pub(super) flagged: Option<&'a Flagged>,
    pub(super) rates: Option<&'a RatesUsed>,
}

pub(super) fn all(asked: &Asked<'_>, metrics: &Metrics, current: &Groups, told: &Told<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if metrics.asked.iter().any(|m| !m.additive) && current.rows.iter().flatten().any(|rows| *rows != 1) {
        let names: Vec<_> = metrics.asked.iter().filter(|m| !m.additive).map(|m| m.name.as_str()).collect();
        let plural = if names.len() == 1 { "is" } else { "are" };
        notes.push(format!(
            "{} {plural} known for one ad on one day only and cannot be added up; other cells and totals are empty",
            names.join(" and ")
        ));
    }
    let missing = asked.query.needs().into_iter().filter(|constant| asked.query.constants().get(&constant.id).is_none());
    notes.extend(missing.map(|constant| unknown(constant, asked.query)));
    for reading in &asked.readings {
        of_rows(asked, reading, &mut notes);
    }
    notes.extend(told.gaps.iter().map(ToString::to_string));
    notes.extend(told.flagged.map(ToString::to_string));
    notes.extend(told.rates.map(converted));
    notes
}

/// Which figures have no value for want of a constant.
fn unknown(constant: &Constant, query: &MetricQuery) -> String {
    let registry = Registry::builtin();
    let tested = query.filters().iter().filter_map(|filter| match filter {
        Filter::Metric { metric, .. } => registry.get(metric).ok(),
        Filter::Dimension { .. } => None,
    });
    let mut named: Vec<&Metric> = Vec::new();
    for metric in query.definitions().into_iter().chain(tested) {
        if registry.needs(metric).iter().any(|needed| needed.id == constant.id) && !named.iter().any(|known| known.id == metric.id)
        {
            named.push(metric);
        }
    }
    let need = if named.len() == 1 { "needs" } else { "need" };
    let names = named.iter().map(|metric| metric.name.as_str()).collect::<Vec<_>>().join(" and ");
    format!(
        "{names} {need} the client's {}, which is not known: write it into the client's knowledge",
        constant.name.to_lowercase()
    )
}

fn converted(rates: &RatesUsed) -> String {
    let from = rates.from.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let of = if rates.first == rates.last { rates.first.to_string() } else { format!("{} to {}", rates.first, rates.last) };
    let carried = match rates.carried_days {
        0 => String::new(),
        1 => "; one day without a rate took the last before it".to_owned(),
        days => format!("; {days} days without a rate took the last before them"),
    };
    format!("amounts in {from} are shown in {} at the European Central Bank's reference rates of {of}{carried}", rates.to)
}

/// What is to be said of the rows of one table.
fn of_rows(asked: &Asked<'_>, reading: &Reading<'_>, notes: &mut Vec<String>) {
    let files = asked.select(reading, asked.query.period()).files;
    if files.iter().any(|f| f.span_days > 1) {
        notes.push("some imported rows cover several days; they count on the last of these days".to_owned());
    }
    if let Rows::Breakdown(breakdowns) = &reading.part.rows {
        let approximate = |breakdown: &&Breakdown, source: Source| {
            let of_it = |file: &FileEntry| file.slice.platform == source.as_str() && file.slice.breakdown == breakdown.as_str();
            breakdown.is_approximate(source) && files.iter().any(of_it)
        };
        for source in Source::ALL {
            if let Some(breakdown) = breakdowns.iter().find(|breakdown| approximate(breakdown, source)) {
                notes.push(format!(
                    "{} tells figures by {} only approximately and leaves out small groups, so that they come to less than the whole",
                    source.label(),
                    breakdown.as_str().replace('_', " ")
                ));
            }
        }
    }
    let pinned = |dimension: Dimension| {
        asked.query.dimensions().contains(&dimension)
            || asked.query.filters().iter().any(|f| matches!(f, Filter::Dimension { dimension: d, .. } if *d == dimension))
    };
    match &reading.part.rows {
        Rows::Conversions if !pinned(Dimension::ActionType) || !pinned(Dimension::Window) => notes.push(
            "action types and attribution windows overlap, so that sums over several of them count actions more than once; group or filter by both"
                .to_owned(),
        ),
        Rows::Breakdown(breakdowns) if files.is_empty() => {
            let names: Vec<_> = breakdowns.iter().map(|b| b.as_str().replace('_', " ")).collect();
            notes.push(format!("no figures by {} have been read for these days", names.join(" or by ")));
        }
        Rows::Hours if files.is_empty() => notes.push("no hours have been read for these days: they are kept for recent ones".to_owned()),
        Rows::Keywords(kind) if files.is_empty() => {
            notes.push(format!("no figures by {} have been read for these days", kind.as_str().replace('_', " ")));
        }
        _ => {}
    }
}
