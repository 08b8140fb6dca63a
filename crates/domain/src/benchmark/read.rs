//! From the files of benchmarks to a list whose every entry can be trusted; what cannot is named.

use super::{Benchmark, Industry, Network, industries};
use crate::{
    Currency, Day, Source, SourceKind,
    metric::{Registry, Unit},
};
use serde::Deserialize;
use std::sync::LazyLock;

const BUILTIN_FILES: [&str; 2] = [include_str!("../../benchmarks/platforms.yaml"), include_str!("../../benchmarks/shops.yaml")];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSet {
    source: String,
    as_of: Day,
    currency: Option<Currency>,
    entries: Vec<RawEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    industry: Option<String>,
    platform: Option<Source>,
    network: Option<Network>,
    metric: String,
    low: Option<f64>,
    typical: Option<f64>,
    high: Option<f64>,
    note: Option<String>,
}

impl RawEntry {
    fn check(self, set: &RawSet) -> Result<Benchmark, String> {
        let metric = Registry::builtin().get(&self.metric).map_err(|e| e.to_string())?;
        let named = |why: &str| format!("{} of {}: {why}", self.metric, set.source);
        let known = |id: &String| industries().iter().find(|industry| industry.id == *id).ok_or_else(|| named("unknown industry"));
        let industry: Option<&'static Industry> = self.industry.as_ref().map(known).transpose()?;
        let figures: Vec<f64> = [self.low, self.typical, self.high].into_iter().flatten().collect();
        if !figures.is_sorted_by(|a, b| a < b) || figures.iter().any(|figure| !figure.is_finite() || *figure <= 0.0) {
            return Err(named("figures are above zero, low below typical below high"));
        }
        if self.typical.is_none() && (self.low.is_none() || self.high.is_none()) {
            return Err(named("give the middle, or both ends"));
        }
        if self.platform.is_some_and(|platform| platform.kind() != SourceKind::Ads) {
            return Err(named("not an ad platform"));
        }
        let currency = set.currency.filter(|_| metric.unit == Unit::Money);
        if metric.unit == Unit::Money && currency.is_none() {
            return Err(named("an amount needs a currency"));
        }
        Ok(Benchmark {
            metric,
            industry,
            platform: self.platform,
            network: self.network,
            low: self.low,
            typical: self.typical,
            high: self.high,
            currency,
            source: set.source.clone(),
            as_of: set.as_of,
            note: self.note,
        })
    }
}

pub(super) fn parse(files: &[&str]) -> Result<Vec<Benchmark>, String> {
    let mut all = Vec::<Benchmark>::new();
    for yaml in files {
        for mut set in serde_yaml_ng::from_str::<Vec<RawSet>>(yaml).map_err(|e| e.to_string())? {
            for entry in std::mem::take(&mut set.entries) {
                let one = entry.check(&set)?;
                let place = |b: &Benchmark| (b.metric.id.clone(), b.industry.map(|i| i.id.clone()), b.platform, b.network, b.as_of);
                if all.iter().any(|other| place(other) == place(&one)) {
                    return Err(format!("{} of {}: there are two", one.metric.id, one.source));
                }
                all.push(one);
            }
        }
    }
    Ok(all)
}

/// Every benchmark that is known.
///
/// # Panics
/// Never in a build that passed its tests: they load the same files.
#[must_use]
pub fn benchmarks() -> &'static [Benchmark] {
    static BUILTIN: LazyLock<Vec<Benchmark>> =
        LazyLock::new(|| parse(&BUILTIN_FILES).expect("the built-in benchmarks are checked by a test"));
    &BUILTIN
}
