//! Which metric queries the definitions need, as few as there are scopes and tables; and their answers put together by object.

use super::{Settings, observed::Observed};
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    Day, DayRange, Source,
    finding::{EntityRef, Level},
    graph::{Graph, dimensions},
    metric::{Definition, FactTable, Registry},
    query::{Cell, Dimension, MetricQuery, QueryError, QueryParts, QueryResult, Row},
};

/// A query to ask: base metrics of one table by day, for every object of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Which objects.
    pub scope: Level,
    /// Base metrics.
    pub metrics: Vec<CompactString>,
    /// The scope's dimensions and the date.
    pub by: Vec<Dimension>,
    /// Days.
    pub period: DayRange,
}

impl Need {
    /// The query; amounts in this currency, so that those of several accounts can be added.
    ///
    /// # Errors
    /// Never for what [`needs`] made: definitions are checked for it when they are read.
    pub fn query(&self, currency: Option<trimtab_domain::Currency>) -> Result<MetricQuery, QueryError> {
        let metrics = self.metrics.iter().map(ToString::to_string).collect();
        MetricQuery::new(self.period, QueryParts { metrics, dimensions: self.by.clone(), currency, ..QueryParts::default() })
    }
}

/// The queries that answer for all insights of a graph, up to this last full day.
#[must_use]
pub fn needs(graph: &Graph, last: Day, settings: &Settings) -> Vec<Need> {
    let registry = Registry::builtin();
    let mut days: BTreeMap<Level, u16> = BTreeMap::new();
    let mut metrics: BTreeMap<(Level, usize), BTreeSet<CompactString>> = BTreeMap::new();
    for definition in graph.insights() {
        let reach = days.entry(definition.scope).or_default();
        *reach = definition.reach().max(*reach);
        for metric in definition.metrics().iter().filter_map(|id| registry.get(id).ok()) {
            for base in registry.bases(metric) {
                let counter = graph.metric(&base.id).and_then(|node| node.counted_by.as_deref());
                for base in counter.and_then(|id| registry.get(id).ok()).into_iter().chain([base]) {
                    let Definition::Column { table, .. } = &base.definition else { continue };
                    let place = FactTable::ALL.iter().position(|known| known == table).unwrap_or(FactTable::ALL.len());
                    metrics.entry((definition.scope, place)).or_default().insert(CompactString::from(&base.id));
                }
            }
        }
    }
    let unripe = u16::try_from(settings.unripe_days).unwrap_or(u16::MAX);
    let need = |((scope, _), metrics): ((Level, usize), BTreeSet<CompactString>)| {
        let by = dimensions(scope)?.iter().copied().chain([Dimension::Date]).collect();
        let period = DayRange::ending(last, days.get(&scope)?.saturating_add(unripe).max(settings.past_days));
        Some(Need { scope, metrics: metrics.into_iter().collect(), by, period })
    };
    metrics.into_iter().filter_map(need).collect()
}

/// Puts answers together by object. A day on which any object of an answer has a row was read, so the others had nothing that day: zero.
///
/// The tenant is always among the objects, with or without figures. `source_of` knows the source of an account by its id; targets and
/// constants are the caller's to fill in.
pub fn assemble(tenant: &EntityRef, answers: &[(Need, QueryResult)], source_of: impl Fn(&str) -> Option<Source>) -> Vec<Observed> {
    let last = answers.iter().map(|(need, _)| need.period.to()).max();
    let first = answers.iter().map(|(need, _)| need.period.from()).min();
    let (Some(first), Some(last)) = (first, last) else { return vec![observed(tenant.clone(), Day::constant(1970, 1, 1))] };
    let days = usize::try_from(first.until(last).map_or(0, |span| span.get_days())).unwrap_or(0) + 1;
    // Not by name: two tables may call one object differently.
    let who = |entity: &EntityRef| (entity.level, entity.source, entity.account.clone(), entity.id.clone());
    let mut objects = BTreeMap::from([(who(tenant), observed(tenant.clone(), first))]);
    for (need, result) in answers {
        let place = |row: &Row| place_of(row, first).filter(|place| *place < days);
        let read: BTreeSet<usize> = result.rows.iter().filter_map(&place).collect();
        for row in &result.rows {
            let (Some(place), Some(entity)) = (place(row), entity_of(need.scope, tenant, row, &source_of)) else { continue };
            let object = objects.entry(who(&entity)).or_insert_with(|| observed(entity, first));
            for (column, cell) in result.metrics.iter().zip(&row.cells) {
                let series = object
                    .figures
                    .entry(CompactString::from(&column.id))
                    .or_insert_with(|| (0..days).map(|place| read.contains(&place).then_some(0.0)).collect());
                series[place] = number(*cell);
            }
            object.currency = object.currency.or(result.currency);
            object.provisional_from = object.provisional_from.into_iter().chain(result.provisional_from).min();
        }
        for object in objects
            .values_mut()
            .filter(|object| object.entity.level == need.scope && !object.source_hash.contains(&result.source_hash))
        {
            if !object.source_hash.is_empty() {
                object.source_hash.push('+');
            }
            object.source_hash.push_str(&result.source_hash);
        }
    }
    objects.into_values().collect()
}

fn observed(entity: EntityRef, first: Day) -> Observed {
    Observed {
        entity,
        first,
        figures: BTreeMap::new(),
        constants: BTreeMap::new(),
        targets: BTreeMap::new(),
        currency: None,
        provisional_from: None,
        source_hash: String::new(),
    }
}

fn place_of(row: &Row, first: Day) -> Option<usize> {
    let day: Day = row.keys.last()?.id.parse().ok()?;
    usize::try_from(first.until(day).ok()?.get_days()).ok()
}

fn entity_of(scope: Level, tenant: &EntityRef, row: &Row, source_of: &impl Fn(&str) -> Option<Source>) -> Option<EntityRef> {
    let first = row.keys.first()?;
    let (id, name) = (CompactString::from(&first.id), CompactString::from(&first.name));
    match scope {
        Level::Tenant => Some(tenant.clone()),
        // Visits and orders that no paid click brought are nobody's.
        Level::Platform if id.is_empty() => None,
        Level::Platform => Some(EntityRef { level: scope, source: id.parse().ok(), account: CompactString::default(), id, name }),
        Level::Account => Some(EntityRef { level: scope, source: source_of(&id), account: id.clone(), id, name }),
        Level::Campaign => {
            let campaign = row.keys.get(1).filter(|key| !key.id.is_empty())?;
            let (source, account) = (source_of(&id), id);
            let (id, name) = (CompactString::from(&campaign.id), CompactString::from(&campaign.name));
            Some(EntityRef { level: scope, source, account, id, name })
        }
        Level::AdGroup | Level::Ad | Level::Creative | Level::Pixel => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums stay whole numbers; here they are compared")]
fn number(cell: Cell) -> Option<f64> {
    match cell {
        Cell::None => None,
        Cell::Count(count) => Some(count as f64),
        Cell::Money(micros) => Some(micros as f64 / 1e6),
        Cell::Number(number) => Some(number),
    }
}
