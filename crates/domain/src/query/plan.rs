//! Which fact tables answer a query: one part for each table its metrics come from, joined on dimensions that mean the same in all of them.

use super::{Dimension, QueryError};
use crate::{
    Source, SourceKind,
    fact::{Breakdown, KeywordKind},
    metric::{Definition, FactTable, Metric, Registry},
};

mod lacks;

/// How a query is answered: the sums of one or more tables, side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan(Vec<Part>);

/// What is read of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Which rows of which table.
    pub rows: Rows,
    /// The base metrics that are summed from them.
    pub bases: Vec<&'static Metric>,
}

/// Which rows of which table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rows {
    /// `ad_daily`.
    Ads,
    /// `breakdown_daily`: any of these breakdowns answers, and of each account at most one exists.
    Breakdown(Vec<Breakdown>),
    /// `keyword_daily`, one kind of its rows.
    Keywords(KeywordKind),
    /// `ad_hourly`.
    Hours,
    /// `conversion_daily`.
    Conversions,
    /// `orders`.
    Orders,
    /// `session_daily`.
    Sessions,
    /// `email_daily`.
    Emails,
    /// `account_daily`.
    Accounts,
}

impl Plan {
    /// The parts, in the order their tables are first needed; at least one.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The part that sums a base metric, by its place.
    #[must_use]
    pub fn part_of(&self, base: &str) -> Option<usize> {
        self.0.iter().position(|part| part.bases.iter().any(|metric| metric.id == base))
    }

    /// Whether any part reads such rows.
    pub fn reads(&self, rows: impl Fn(&Rows) -> bool) -> bool {
        self.0.iter().any(|part| rows(&part.rows))
    }

    /// Whether accounts of this source have a share in the answer.
    #[must_use]
    pub fn concerns(&self, source: Source) -> bool {
        self.reads(|rows| rows.come_from(source))
    }
}

impl Rows {
    /// Whether accounts of this source have such rows.
    #[must_use]
    pub fn come_from(&self, source: Source) -> bool {
        match self {
            Self::Accounts => source.kind() != SourceKind::Rates,
            Self::Orders => source.kind() == SourceKind::Shop,
            Self::Sessions => source.kind() == SourceKind::Site,
            Self::Emails => source.kind() == SourceKind::Mail,
            _ => source.kind() == SourceKind::Ads,
        }
    }
}

/// The plan for these metrics, those of filters included, and all dimensions grouped or filtered by.
pub(super) fn plan(
    registry: &'static Registry,
    named: &[&'static Metric],
    filtered: &[&'static Metric],
    touched: &[Dimension],
) -> Result<Plan, QueryError> {
    let mut parts: Vec<(FactTable, &Metric, Vec<&'static Metric>)> = Vec::new();
    for metric in named.iter().chain(filtered) {
        for base in registry.bases(metric) {
            let Definition::Column { table, .. } = &base.definition else { continue };
            match parts.iter_mut().find(|(of, ..)| of == table) {
                Some((.., bases)) if bases.iter().any(|known| known.id == base.id) => {}
                Some((.., bases)) => bases.push(base),
                None => parts.push((*table, metric, vec![base])),
            }
        }
    }
    if parts.is_empty() {
        return Err(QueryError::NoMetrics);
    }
    for (table, metric, _) in &parts {
        for dimension in touched {
            if let Some(reason) = lacks::lacks(*table, *dimension) {
                return Err(QueryError::Lacks { metric: metric.id.clone(), dimension: *dimension, reason });
            }
        }
    }
    for (place, (one, _, first)) in parts.iter().enumerate() {
        for (other, _, second) in &parts[place + 1..] {
            if let Some(dimension) = touched.iter().find(|dimension| !lacks::means_the_same(*one, *other, **dimension)) {
                let name = |bases: &[&Metric]| bases.first().map(|base| base.id.clone()).unwrap_or_default();
                return Err(QueryError::NotShared { first: name(first), second: name(second), dimension: *dimension });
            }
        }
    }
    let performance = rows_of_performance(touched)?;
    let part = |(table, _, bases): (FactTable, &Metric, Vec<&'static Metric>)| Part {
        rows: match table {
            FactTable::Performance => performance.clone(),
            FactTable::ConversionDaily => Rows::Conversions,
            FactTable::Orders => Rows::Orders,
            FactTable::Sessions => Rows::Sessions,
            FactTable::Emails => Rows::Emails,
            FactTable::Accounts => Rows::Accounts,
        },
        bases,
    };
    Ok(Plan(parts.into_iter().map(part).collect()))
}

/// Which of the tables with the shared measures has all these dimensions.
fn rows_of_performance(touched: &[Dimension]) -> Result<Rows, QueryError> {
    let split = common(touched, Dimension::breakdowns)?;
    let words = common(touched, Dimension::keywords)?;
    let other = || split.as_ref().map(|(dimension, _)| *dimension).or(words.as_ref().map(|(dimension, _)| *dimension));
    if touched.contains(&Dimension::Hour) {
        return match other() {
            Some(other) => Err(QueryError::Incompatible(Dimension::Hour, other)),
            None => match touched.iter().find(|d| matches!(d, Dimension::AdGroup | Dimension::Ad)) {
                Some(finer) => Err(QueryError::HoursByCampaign(*finer)),
                None => Ok(Rows::Hours),
            },
        };
    }
    match (split, words) {
        (Some((one, _)), Some((other, _))) => Err(QueryError::Incompatible(one, other)),
        (Some((_, breakdowns)), None) => Ok(Rows::Breakdown(breakdowns)),
        // A match type alone is that of the keyword.
        (None, Some((_, kinds))) => Ok(Rows::Keywords(kinds[0])),
        (None, None) => Ok(Rows::Ads),
    }
}

/// The ways of splitting that have all the dimensions that need one, with a dimension to name; `None` where none needs one.
fn common<T: Copy + PartialEq + 'static>(
    touched: &[Dimension],
    ways: impl Fn(Dimension) -> &'static [T],
) -> Result<Option<(Dimension, Vec<T>)>, QueryError> {
    let mut found: Option<(Dimension, Vec<T>)> = None;
    for dimension in touched.iter().copied().filter(|dimension| !ways(*dimension).is_empty()) {
        let (first, left) = found.get_or_insert_with(|| (dimension, ways(dimension).to_vec()));
        left.retain(|way| ways(dimension).contains(way));
        if left.is_empty() {
            return Err(QueryError::Incompatible(*first, dimension));
        }
    }
    Ok(found)
}
