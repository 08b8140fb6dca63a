//! From sums to figures: units, ratios of sums, and what must not be summed.

use super::sums::{Groups, Sums, base_column};
use crate::schema::Table;
use trimtab_domain::{
    metric::{Constants, Definition, Metric, Unit},
    query::{Cell, MetricQuery, Part, Rows},
};

const MICROS: f64 = 1_000_000.0;

/// The metrics of a query and the base metrics they are computed from.
pub(super) struct Metrics {
    pub(super) asked: Vec<&'static Metric>,
    /// In the order of the parts that sum them.
    pub(super) bases: Vec<&'static Metric>,
    /// Which part sums each.
    pub(super) parts: Vec<usize>,
    /// What formulas name beside base metrics.
    constants: Constants,
}

impl Metrics {
    pub(super) fn of(query: &MetricQuery) -> Self {
        let parts = query.plan().parts();
        Self {
            asked: query.definitions(),
            bases: parts.iter().flat_map(|part| part.bases.iter().copied()).collect(),
            parts: parts.iter().enumerate().flat_map(|(place, part)| part.bases.iter().map(move |_| place)).collect(),
            constants: query.constants().clone(),
        }
    }

    /// Base metrics of one part alone.
    pub(super) fn bare(bases: Vec<&'static Metric>) -> Self {
        Self { asked: Vec::new(), parts: vec![0; bases.len()], bases, constants: Constants::default() }
    }

    /// Whether any figure is, or is computed from, money.
    pub(super) fn money(&self) -> bool {
        self.bases.iter().any(|b| b.unit == Unit::Money)
    }

    /// The places, among the base metrics of a part, of those that a source may leave unreported and that would mislead if it does: a
    /// part of a ratio asked for, or a count of orders.
    pub(super) fn watched(&self, part: &Part, table: Table) -> Vec<usize> {
        let counted = |base: &Metric| part.rows == Rows::Orders && self.asked.iter().any(|m| m.id == base.id);
        let needed = |base: &Metric| self.asked.iter().any(|m| m.additive && is_part(base, m)) || counted(base);
        let optional = |base: &'static Metric| base_column(base).is_some_and(|column| table.is_optional(column));
        (0..part.bases.len()).filter(|i| needed(part.bases[*i]) && optional(part.bases[*i])).collect()
    }

    /// The figures asked for, of one group.
    pub(super) fn cells(&self, groups: &Groups, group: usize) -> Vec<Cell> {
        self.asked.iter().map(|metric| self.cell(metric, groups, group)).collect()
    }

    pub(super) fn cell(&self, metric: &Metric, groups: &Groups, group: usize) -> Cell {
        match &metric.definition {
            Definition::Column { .. } => {
                let Some(at) = self.bases.iter().position(|b| b.id == metric.id) else {
                    return Cell::None;
                };
                if !metric.additive && groups.rows[self.parts[at]][group] != 1 {
                    return Cell::None;
                }
                match (&groups.sums[at], metric.unit) {
                    (Sums::Whole(values), Unit::Money) => values[group].map_or(Cell::None, Cell::Money),
                    (Sums::Whole(values), _) => values[group].map_or(Cell::None, Cell::Count),
                    (Sums::Fraction(values), _) => values[group].map_or(Cell::None, |v| Cell::Number(to_millionth(v))),
                }
            }
            Definition::Formula(formula) => {
                let value = formula.evaluate(&|name| {
                    let base = self.bases.iter().find(|b| b.id == name);
                    base.map_or_else(|| self.constants.get(name), |base| number(self.cell(base, groups, group)))
                });
                match (value, metric.unit) {
                    (None, _) => Cell::None,
                    (Some(value), Unit::Money) => micros(value).map_or(Cell::None, Cell::Money),
                    (Some(value), _) => Cell::Number(value),
                }
            }
        }
    }
}

/// Whether a metric is a formula over this base metric.
pub(super) fn is_part(base: &Metric, of: &Metric) -> bool {
    matches!(&of.definition, Definition::Formula(formula) if formula.names().iter().any(|name| *name == base.id))
}

/// The figure as a number, money in units.
#[expect(clippy::cast_precision_loss, reason = "only ratios and comparisons are computed from it; sums stay whole numbers")]
pub(super) fn number(cell: Cell) -> Option<f64> {
    match cell {
        Cell::None => None,
        Cell::Count(count) => Some(count as f64),
        Cell::Money(micros) => Some(micros as f64 / MICROS),
        Cell::Number(number) => Some(number),
    }
}

/// Fractions are attributed to six decimals at most; the rest is the noise of adding them in some order.
pub(crate) fn to_millionth(value: f64) -> f64 {
    let rounded = (value * MICROS).round() / MICROS;
    if rounded.is_finite() { rounded } else { value }
}

/// Micros of an amount in units, rounded half away from zero.
#[expect(clippy::cast_possible_truncation, reason = "checked to be within the range of whole numbers first")]
fn micros(units: f64) -> Option<i64> {
    let micros = (units * MICROS).round();
    (micros.abs() < 9.0e18).then_some(micros as i64)
}

/// Everything in these groups as one.
pub(super) fn total(groups: &Groups, members: impl Iterator<Item = usize> + Clone) -> Groups {
    let whole = |values: &[Option<i64>]| members.clone().filter_map(|i| values[i]).reduce(i64::saturating_add);
    let fraction = |values: &[Option<f64>]| members.clone().filter_map(|i| values[i]).reduce(|a, b| a + b);
    Groups {
        rows: groups.rows.iter().map(|rows| vec![members.clone().map(|i| rows[i]).sum()]).collect(),
        sums: groups
            .sums
            .iter()
            .map(|sums| match sums {
                Sums::Whole(values) => Sums::Whole(vec![whole(values)]),
                Sums::Fraction(values) => Sums::Fraction(vec![fraction(values)]),
            })
            .collect(),
        ..Groups::default()
    }
}
