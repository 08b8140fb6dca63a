//! The metric registry: one definition of every metric, read from `metrics/*.yaml`.

use serde::Deserialize;
use std::{collections::HashMap, sync::LazyLock};

pub mod formula;
pub use formula::Formula;

/// What a metric's numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Whole things.
    Count,
    /// Things that platforms attribute in fractions.
    Number,
    /// Money in the result's currency.
    Money,
    /// Hundredths: 1.79 means 1.79 %.
    Percent,
    /// One thing per another.
    Ratio,
}

impl Unit {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Number => "number",
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Ratio => "ratio",
        }
    }
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Volume: neither.
    Neutral,
}

impl Direction {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Neutral => "neutral",
        }
    }
}

/// Which fact table a base metric is summed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactTable {
    /// The shared measures: `ad_daily`, or `breakdown_daily` when a breakdown dimension is asked for.
    Performance,
    /// Conversions by action and window.
    ConversionDaily,
    /// Orders of shops.
    Orders,
    /// Visits of sites.
    Sessions,
    /// Mailings.
    Emails,
    /// What sources say of accounts as a whole.
    Accounts,
}

impl FactTable {
    /// Every table.
    pub const ALL: [Self; 6] =
        [Self::Performance, Self::ConversionDaily, Self::Orders, Self::Sessions, Self::Emails, Self::Accounts];
}

/// How a metric comes about.
#[derive(Debug, Clone, PartialEq)]
pub enum Definition {
    /// A column, summed.
    Column {
        /// Column name in the fact table.
        column: String,
        /// The table.
        table: FactTable,
    },
    /// Computed from the sums of base metrics.
    Formula(Formula),
}

/// One metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// The name in queries, rules and URLs.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// What it means, in a sentence.
    pub description: String,
    /// What its numbers are.
    pub unit: Unit,
    /// Which way is good.
    pub direction: Direction,
    /// Whether it may be summed over days and objects.
    pub additive: bool,
    /// How it comes about.
    pub definition: Definition,
}

/// All metrics, in the order of their files.
#[derive(Debug)]
pub struct Registry {
    metrics: Vec<Metric>,
    by_id: HashMap<String, usize>,
}

/// The definitions, in the order they are listed.
const BUILTIN_FILES: [&str; 6] = [
    include_str!("../metrics/performance.yaml"),
    include_str!("../metrics/store.yaml"),
    include_str!("../metrics/site.yaml"),
    include_str!("../metrics/email.yaml"),
    include_str!("../metrics/blended.yaml"),
    include_str!("../metrics/account.yaml"),
];

/// A name that is no metric.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{given}' is not a metric{}", hint.as_ref().map(|h| format!(": did you mean {h}?")).unwrap_or_default())]
pub struct UnknownMetric {
    given: String,
    hint: Option<String>,
}

impl Registry {
    /// The metrics compiled into this build.
    ///
    /// # Panics
    /// Never in a build that passed its tests: they load the same file.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Registry> =
            LazyLock::new(|| Registry::parse(&BUILTIN_FILES).expect("the built-in metrics are checked by a test"));
        &BUILTIN
    }

    /// Looks a metric up.
    ///
    /// # Errors
    /// When there is none of this name; a similar name is suggested.
    pub fn get(&self, id: &str) -> Result<&Metric, UnknownMetric> {
        self.by_id.get(id).map(|i| &self.metrics[*i]).ok_or_else(|| UnknownMetric {
            given: id.to_owned(),
            hint: closest(id, self.metrics.iter().map(|m| m.id.as_str())).map(ToOwned::to_owned),
        })
    }

    /// Every metric.
    pub fn iter(&self) -> std::slice::Iter<'_, Metric> {
        self.metrics.iter()
    }

    /// The base metrics a metric is computed from (itself, if it is one).
    #[must_use]
    pub fn bases<'a>(&'a self, metric: &'a Metric) -> Vec<&'a Metric> {
        match &metric.definition {
            Definition::Column { .. } => vec![metric],
            Definition::Formula(formula) => formula.names().iter().filter_map(|name| self.get(name).ok()).collect(),
        }
    }

    fn parse(files: &[&str]) -> Result<Self, String> {
        let mut raw = Vec::<RawMetric>::new();
        for yaml in files {
            raw.extend(serde_yaml_ng::from_str::<Vec<_>>(yaml).map_err(|e| e.to_string())?);
        }
        let metrics = raw.into_iter().map(RawMetric::check).collect::<Result<Vec<_>, _>>()?;
        let by_id: HashMap<_, _> = metrics.iter().enumerate().map(|(i, m)| (m.id.clone(), i)).collect();
        if by_id.len() != metrics.len() {
            return Err("two metrics have the same id".to_owned());
        }
        let registry = Self { metrics, by_id };
        for metric in &registry.metrics {
            if let Definition::Formula(formula) = &metric.definition {
                for name in formula.names() {
                    let base = registry.get(name).map_err(|e| format!("{}: {e}", metric.id))?;
                    if matches!(base.definition, Definition::Formula(_)) {
                        return Err(format!("{}: {name} is itself a formula; use base metrics", metric.id));
                    }
                }
            }
        }
        Ok(registry)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMetric {
    id: String,
    name: String,
    description: String,
    unit: Unit,
    direction: Direction,
    column: Option<String>,
    table: Option<FactTable>,
    formula: Option<String>,
    additive: Option<bool>,
}

impl RawMetric {
    fn check(self) -> Result<Metric, String> {
        let table = self.table.unwrap_or(FactTable::Performance);
        let definition = match (self.column, self.formula) {
            (Some(column), None) => Definition::Column { column, table },
            (None, Some(text)) => Definition::Formula(Formula::parse(&text).map_err(|e| format!("{}: {e}", self.id))?),
            _ => return Err(format!("{}: give either a column or a formula", self.id)),
        };
        Ok(Metric {
            id: self.id,
            name: self.name,
            description: self.description,
            unit: self.unit,
            direction: self.direction,
            additive: self.additive.unwrap_or(true),
            definition,
        })
    }
}

/// The candidate most like `given`, if any is close enough to be a slip of the keyboard.
pub fn closest<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates.map(|c| (distance(given, c), c)).filter(|(d, c)| *d <= 1 + c.len() / 4).min().map(|(_, c)| c)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_registry_is_sound() {
        let registry = Registry::parse(&BUILTIN_FILES).unwrap();
        assert!(registry.iter().count() >= 15);
        let bases: Vec<_> = registry.bases(registry.get("roas").unwrap()).iter().map(|m| m.id.as_str()).collect();
        assert_eq!(bases, ["revenue", "spend"]);
    }

    #[test]
    fn a_slip_is_corrected_in_the_message() {
        let error = Registry::builtin().get("impresions").unwrap_err();
        assert_eq!(error.to_string(), "'impresions' is not a metric: did you mean impressions?");
        assert_eq!(Registry::builtin().get("xyzzyplugh").unwrap_err().to_string(), "'xyzzyplugh' is not a metric");
    }

    #[test]
    fn broken_definitions_are_named() {
        let broken = "- {id: x, name: X, description: d, unit: count, direction: higher, formula: missing / 2}";
        assert_eq!(Registry::parse(&[broken]).unwrap_err(), "x: 'missing' is not a metric");
    }
}
