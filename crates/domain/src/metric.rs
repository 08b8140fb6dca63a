//! The metric registry: one definition of every metric, read from `metrics/*.yaml`.

use serde::Deserialize;
use std::{collections::HashMap, sync::LazyLock};

mod category;
mod constant;
pub mod formula;
mod read;
mod term;
mod threshold;

pub use category::Category;
pub use constant::{BadConstant, Constant, Constants};
pub use formula::Formula;
pub use term::{Term, TermError, Window};
pub use threshold::{Threshold, ThresholdOf};

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
    /// Computed from the sums of base metrics and the client's constants.
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
    /// What it belongs with.
    pub category: Category,
    /// What else people call it, in lower case.
    pub aliases: Vec<String>,
    /// When somebody should look.
    pub thresholds: Vec<Threshold>,
    /// Good practice, and when it misleads.
    pub see: Option<String>,
    /// Whether it may be summed over days and objects.
    pub additive: bool,
    /// How it comes about.
    pub definition: Definition,
}

impl Metric {
    /// Whether its figures may lie below zero: it takes one thing from another.
    #[must_use]
    pub fn may_be_negative(&self) -> bool {
        matches!(&self.definition, Definition::Formula(formula) if formula.subtracts())
    }

    /// Whether it says as much of a day as of a month: a ratio, a share, what one thing costs. Sums twice as large leave it the same.
    #[must_use]
    pub fn is_ratio(&self) -> bool {
        let Definition::Formula(formula) = &self.definition else { return false };
        let constants = Registry::builtin().constants();
        let over = |times: f64| {
            formula.evaluate(&|name| {
                let place = formula.names().iter().position(|known| *known == name)?;
                let (constant, sum) =
                    (constants.iter().any(|constant| constant.id == name), [7.0, 11.0, 13.0, 17.0, 19.0][place % 5]);
                Some(if constant { 50.0 } else { sum * times })
            })
        };
        over(1.0).zip(over(2.0)).is_some_and(|(once, twice)| (once - twice).abs() < 1e-9)
    }
}

/// All metrics, in the order of their files.
#[derive(Debug)]
pub struct Registry {
    metrics: Vec<Metric>,
    by_id: HashMap<String, usize>,
    constants: Vec<Constant>,
}

/// The definitions, in the order they are listed.
const BUILTIN_FILES: [&str; 8] = [
    include_str!("../metrics/performance.yaml"),
    include_str!("../metrics/video.yaml"),
    include_str!("../metrics/store.yaml"),
    include_str!("../metrics/site.yaml"),
    include_str!("../metrics/email.yaml"),
    include_str!("../metrics/blended.yaml"),
    include_str!("../metrics/profit.yaml"),
    include_str!("../metrics/account.yaml"),
];

/// The constants formulas may name.
const BUILTIN_CONSTANTS: &str = include_str!("../metrics/constants.yaml");

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
    /// Never in a build that passed its tests: they load the same files.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Registry> = LazyLock::new(|| {
            Registry::parse(&BUILTIN_FILES, BUILTIN_CONSTANTS).expect("the built-in metrics are checked by a test")
        });
        &BUILTIN
    }

    /// Looks a metric up.
    ///
    /// # Errors
    /// When there is none of this name; a similar name is suggested.
    pub fn get(&self, id: &str) -> Result<&Metric, UnknownMetric> {
        self.by_id
            .get(id)
            .map(|i| &self.metrics[*i])
            .ok_or_else(|| UnknownMetric { given: id.to_owned(), hint: self.hint(id).map(ToOwned::to_owned) })
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

    /// The constants of a client that formulas name.
    #[must_use]
    pub fn constants(&self) -> &[Constant] {
        &self.constants
    }

    /// The constants a metric cannot be computed without.
    #[must_use]
    pub fn needs<'a>(&'a self, metric: &'a Metric) -> Vec<&'a Constant> {
        match &metric.definition {
            Definition::Column { .. } => Vec::new(),
            Definition::Formula(formula) => {
                formula.names().iter().filter_map(|name| self.constants.iter().find(|constant| constant.id == *name)).collect()
            }
        }
    }

    /// What somebody probably meant: the metric that is also called so, else one spelt alike.
    fn hint(&self, given: &str) -> Option<&str> {
        let plain = given.to_lowercase().replace('_', " ");
        let called = self.metrics.iter().find(|metric| metric.aliases.contains(&plain));
        called.map(|metric| metric.id.as_str()).or_else(|| closest(given, self.metrics.iter().map(|m| m.id.as_str())))
    }
}

/// The candidate most like `given`, if any is close enough to be a slip of the keyboard.
pub fn closest<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates.map(|c| (distance(given, c), c)).filter(|(d, c)| *d <= 1 + c.len() / 4).min().map(|(_, c)| c)
}

/// How many slips lead from one to the other: a letter more, less, wrong, or two swapped.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let wrong = last[j] + usize::from(a[i] != b[j]);
            let mut least = wrong.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_registry_is_sound() {
        let registry = Registry::parse(&BUILTIN_FILES, BUILTIN_CONSTANTS).unwrap();
        assert!(registry.iter().count() >= 15);
        let bases: Vec<_> = registry.bases(registry.get("roas").unwrap()).iter().map(|m| m.id.as_str()).collect();
        assert_eq!(bases, ["revenue", "spend"]);
    }

    #[test]
    fn a_slip_is_corrected_in_the_message() {
        let error = Registry::builtin().get("impresions").unwrap_err();
        assert_eq!(error.to_string(), "'impresions' is not a metric: did you mean impressions?");
        assert_eq!(Registry::builtin().get("raos").unwrap_err().to_string(), "'raos' is not a metric: did you mean roas?");
        assert_eq!(Registry::builtin().get("xyzzyplugh").unwrap_err().to_string(), "'xyzzyplugh' is not a metric");
    }

    #[test]
    fn a_metric_is_found_by_what_else_it_is_called() {
        let error = |given| Registry::builtin().get(given).unwrap_err().to_string();
        assert_eq!(error("cost_per_lead"), "'cost_per_lead' is not a metric: did you mean cpa?");
        assert_eq!(error("TACoS"), "'TACoS' is not a metric: did you mean cost_share?");
    }

    #[test]
    fn every_definition_says_what_pages_need() {
        for metric in Registry::builtin().iter() {
            let id = &metric.id;
            assert!(metric.description.ends_with('.') && !metric.name.is_empty(), "{id}");
            assert!(metric.see.as_ref().is_none_or(|see| see.ends_with('.')), "{id}");
            assert!(metric.aliases.iter().all(|alias| *alias == alias.to_lowercase() && !alias.is_empty()), "{id}");
        }
        for category in Category::ALL {
            assert!(Registry::builtin().iter().any(|metric| metric.category == category), "{}", category.as_str());
        }
    }

    #[test]
    fn profit_needs_the_margin_and_nothing_else() {
        let registry = Registry::builtin();
        let profit = registry.get("profit").unwrap();
        assert_eq!(registry.needs(profit).iter().map(|constant| constant.id.as_str()).collect::<Vec<_>>(), ["gross_margin"]);
        assert_eq!(registry.bases(profit).iter().map(|base| base.id.as_str()).collect::<Vec<_>>(), ["revenue", "spend"]);
        assert!(registry.needs(registry.get("roas").unwrap()).is_empty());
        assert!(profit.may_be_negative() && !registry.get("roas").unwrap().may_be_negative());
    }

    #[test]
    fn known_figures_come_out() {
        let figure = |id: &str| {
            let Definition::Formula(formula) = &Registry::builtin().get(id).unwrap().definition else { panic!("{id}") };
            formula.evaluate(&|name| match name {
                "spend" => Some(100.0),
                "revenue" => Some(400.0),
                "conversions" => Some(8.0),
                "impressions" => Some(10_000.0),
                "video_views" => Some(2_500.0),
                "thruplays" => Some(500.0),
                "gross_margin" => Some(40.0),
                "store_revenue" => Some(700.0),
                "refunds" | "store_shipping" => Some(50.0),
                "store_tax" => Some(100.0),
                _ => None,
            })
        };
        let near = |id: &str, wanted: f64| assert!((figure(id).unwrap() - wanted).abs() < 1e-9, "{id}: {:?}", figure(id));
        near("profit", 60.0);
        near("profit_margin", 15.0);
        near("poas", 1.6);
        near("break_even_roas", 2.5);
        near("break_even_cpa", 20.0);
        near("store_profit", 100.0);
        near("contribution_margin", 20.0);
        near("break_even_mer", 3.5);
        near("hook_rate", 25.0);
        near("hold_rate", 20.0);
        near("thruplay_rate", 5.0);
        near("cost_per_thruplay", 0.2);
        assert_eq!(figure("frequency"), None, "without reach there is none");
    }

    #[test]
    fn what_rests_on_reach_is_not_additive() {
        let additive = |id: &str| Registry::builtin().get(id).unwrap().additive;
        assert!(!additive("reach") && !additive("frequency") && !additive("cost_per_reach") && additive("cpm"));
    }

    #[test]
    fn ratios_are_told_from_what_grows_with_time() {
        let ratio = |id: &str| Registry::builtin().get(id).unwrap().is_ratio();
        for id in ["roas", "cpa", "ctr", "mer", "poas", "profit_margin", "break_even_cpa", "cpm"] {
            assert!(ratio(id), "{id}");
        }
        for id in ["spend", "revenue", "profit", "gross_profit", "store_profit", "conversions"] {
            assert!(!ratio(id), "{id}");
        }
    }

    #[test]
    fn broken_definitions_are_named() {
        let fault = |fields: &str| {
            let yaml = format!("- {{id: x, name: X, description: d, unit: count, direction: higher, category: clicks, {fields}}}");
            let reach = "- {id: reach, name: R, description: d, unit: count, direction: higher, category: reach, column: reach, additive: false}";
            Registry::parse(&[&yaml, reach], "- {id: k, name: K, description: d, unit: percent, least: 0, most: 100}").unwrap_err()
        };
        assert_eq!(fault("formula: missing / 2"), "x: 'missing' is not a metric");
        assert_eq!(fault("formula: reach / 2"), "x: reach is not additive, so neither is what is computed from it");
        assert_eq!(fault("formula: k / 2"), "x: it is computed from constants alone");
        assert_eq!(fault("column: a, formula: reach"), "x: give either a column or a formula");
        assert_eq!(fault("column: a, aliases: [reach]"), "x: 'reach' is the name of another metric");
        let threshold = "column: a, thresholds: [{severity: info, of: value, op: '~', than: 1}]";
        assert_eq!(fault(threshold), "x: '~' does not compare numbers: use >, >=, <, <=, = or !=");
        let currency = "column: a, thresholds: [{severity: info, of: value, op: '<', than: 1, currency: EUR}]";
        assert_eq!(fault(currency), "x: a threshold has a currency exactly where it is an amount");
    }
}
