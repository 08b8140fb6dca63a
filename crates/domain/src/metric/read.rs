//! From the files of definitions to a registry whose parts fit together; what does not is named.

use super::{Category, Constant, Definition, Direction, FactTable, Formula, Metric, Registry, Unit, threshold::RawThreshold};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMetric {
    id: String,
    name: String,
    description: String,
    unit: Unit,
    direction: Direction,
    category: Category,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    thresholds: Vec<RawThreshold>,
    see: Option<String>,
    column: Option<String>,
    table: Option<FactTable>,
    formula: Option<String>,
    additive: Option<bool>,
}

impl RawMetric {
    fn check(self) -> Result<Metric, String> {
        let table = self.table.unwrap_or(FactTable::Performance);
        let named = |why: String| format!("{}: {why}", self.id);
        let definition = match (self.column, self.formula) {
            (Some(column), None) => Definition::Column { column, table },
            (None, Some(text)) => Definition::Formula(Formula::parse(&text).map_err(|e| named(e.to_string()))?),
            _ => return Err(named("give either a column or a formula".to_owned())),
        };
        let thresholds = self.thresholds.into_iter().map(|raw| raw.check(self.unit)).collect::<Result<_, _>>().map_err(named)?;
        Ok(Metric {
            id: self.id,
            name: self.name,
            description: self.description,
            unit: self.unit,
            direction: self.direction,
            category: self.category,
            aliases: self.aliases,
            thresholds,
            see: self.see,
            additive: self.additive.unwrap_or(true),
            definition,
        })
    }
}

impl Registry {
    pub(super) fn parse(files: &[&str], constants: &str) -> Result<Self, String> {
        let mut raw = Vec::<RawMetric>::new();
        for yaml in files {
            raw.extend(serde_yaml_ng::from_str::<Vec<_>>(yaml).map_err(|e| e.to_string())?);
        }
        let constants: Vec<Constant> = serde_yaml_ng::from_str(constants).map_err(|e| e.to_string())?;
        let metrics = raw.into_iter().map(RawMetric::check).collect::<Result<Vec<_>, _>>()?;
        let by_id: HashMap<_, _> = metrics.iter().enumerate().map(|(i, m)| (m.id.clone(), i)).collect();
        if by_id.len() != metrics.len() {
            return Err("two metrics have the same id".to_owned());
        }
        let registry = Self { metrics, by_id, constants };
        if let Some(constant) = registry.constants.iter().find(|constant| registry.by_id.contains_key(&constant.id)) {
            return Err(format!("{} is both a metric and a constant", constant.id));
        }
        registry.metrics.iter().try_for_each(|metric| registry.fits(metric).map_err(|why| format!("{}: {why}", metric.id)))?;
        Ok(registry)
    }

    /// Whether a metric stands on what is there.
    fn fits(&self, metric: &Metric) -> Result<(), String> {
        if let Some(taken) = metric.aliases.iter().find(|alias| self.by_id.contains_key(*alias) && **alias != metric.id) {
            return Err(format!("'{taken}' is the name of another metric"));
        }
        let Definition::Formula(formula) = &metric.definition else { return Ok(()) };
        let mut bases = 0;
        for name in formula.names().into_iter().filter(|name| !self.constants.iter().any(|constant| constant.id == *name)) {
            let base = self.get(name).map_err(|e| e.to_string())?;
            bases += 1;
            if matches!(base.definition, Definition::Formula(_)) {
                return Err(format!("{name} is itself a formula; use base metrics"));
            }
            if metric.additive && !base.additive {
                return Err(format!("{name} is not additive, so neither is what is computed from it"));
            }
        }
        if bases == 0 { Err("it is computed from constants alone".to_owned()) } else { Ok(()) }
    }
}
