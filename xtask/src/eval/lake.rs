//! Months of a synced demo, added up by DuckDB from the lake's own files, beside the product's answers: what stands in the lake is what the
//! product says, and programs of others can read it.

use super::{
    Figures, Row, Within,
    installation::{Installation, Sandbox, by_tenant, figure},
};
use crate::{process, python, workspace::Workspace};
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

const SCRIPT: &str = "xtask/src/eval/lake.py";
const PACKAGES: [&str; 2] = ["duckdb==2.0.1", "deltalake==1.6.6"];
/// The demo's six businesses, with fewer ads.
const WORLD: [&str; 8] = ["--seed", "1", "--tenants", "6", "--ads", "40", "--days", "100"];
const MICROS: f64 = 1_000_000.0;

/// The metrics, what one unit of the answer is in the lake, and how near a figure must come. Fractions of conversions are added up in
/// another order.
const METRICS: [(&str, f64, Within); 7] = [
    ("spend", MICROS, Row::EXACT),
    ("impressions", 1.0, Row::EXACT),
    ("clicks", 1.0, Row::EXACT),
    ("conversions", 1.0, Row::RATIO),
    ("revenue", MICROS, Row::EXACT),
    ("orders", 1.0, Row::EXACT),
    ("store_revenue", MICROS, Row::EXACT),
];

/// Figures by month, platform and metric.
type Months = BTreeMap<String, BTreeMap<String, BTreeMap<String, f64>>>;

/// What DuckDB makes of the lake.
#[derive(Deserialize)]
struct Added {
    version: String,
    tenants: BTreeMap<String, Months>,
}

/// # Errors
/// When DuckDB cannot be had, or the product does not do what it is told.
pub(super) fn run(workspace: &Workspace, binary: &Path) -> Result<Figures> {
    let python = python::with(workspace, "duckdb-deltalake", "duckdb, deltalake", &PACKAGES)?;
    let python = python.context("DuckDB is what the lake is read with")?;
    let sandbox = Sandbox::start(binary, &WORLD)?;
    let accounts = sandbox.accounts()?;
    let installation = Installation::new(binary, Some(sandbox.rates_url()))?;
    let mut figures = Figures { binding: true, failures: installation.fill(&accounts, &[])?, ..Figures::default() };
    // The last ninety days, whatever today is.
    let tenants = by_tenant(&accounts);
    let first = tenants.keys().next().context("the sandbox has no tenants")?;
    let reconciled = installation.answer(&["reconcile", "--tenant", first], None)?;
    let day = |name: &str| reconciled[name].as_str().context("a reconciliation tells its days");
    let (from, to) = (day("from")?, day("to")?);
    let added = process::capture(process::command(&python).args(["-B", SCRIPT]).arg(installation.lake()).args([from, to]))?;
    let added: Added = serde_json::from_str(&added).context("DuckDB's program printed something unexpected")?;
    figures.notes.push(format!("{from} to {to}, by month and platform; DuckDB {}", added.version));
    for tenant in tenants.keys() {
        let metrics = METRICS.map(|(metric, ..)| metric).join(",");
        let query = ["query", "--tenant", tenant, "--metrics", &metrics, "--by", "month,platform", "--from", from, "--to", to];
        let ours = months(&installation.answer(&query, None)?)?;
        compare(tenant, &ours, added.tenants.get(*tenant).unwrap_or(&Months::new()), &mut figures);
    }
    Ok(figures)
}

/// The product's answer in the lake's units.
fn months(answer: &Value) -> Result<Months> {
    let mut months = Months::new();
    for row in answer["rows"].as_array().context("the answer has no rows")? {
        let key = |name: &str| row[name].as_str().map(ToOwned::to_owned).with_context(|| format!("a row without its {name}"));
        let told = months.entry(key("month")?).or_default().entry(key("platform")?).or_default();
        for (metric, unit, _) in METRICS {
            let whole = |value: f64| if unit == MICROS { (value * unit).round() } else { value };
            told.extend(figure(&row[metric]).map(|value| (metric.to_owned(), whole(value))));
        }
    }
    Ok(months)
}

/// A row for each metric, and a failure for each month and platform that differs.
fn compare(tenant: &str, ours: &Months, theirs: &Months, figures: &mut Figures) {
    let keys = |months: &Months| -> BTreeSet<(String, String)> {
        let of_month = |(month, platforms): (&String, &BTreeMap<String, _>)| -> Vec<_> {
            platforms.keys().map(|platform| (month.clone(), platform.clone())).collect()
        };
        months.iter().flat_map(of_month).collect()
    };
    let cells: BTreeSet<(String, String)> = keys(ours).union(&keys(theirs)).cloned().collect();
    for (metric, unit, within) in METRICS {
        let of = |months: &Months, (month, platform): &(String, String)| months.get(month)?.get(platform)?.get(metric).copied();
        let row = |dataset: String, ours, reference| Row {
            dataset,
            metric: if unit == MICROS { format!("{metric}, micros") } else { metric.to_owned() },
            ours,
            reference,
            reference_name: "sum by DuckDB of the lake's files",
            within,
        };
        let sum = |months: &Months| {
            let known: Vec<f64> = cells.iter().filter_map(|cell| of(months, cell)).collect();
            (!known.is_empty()).then(|| known.iter().sum())
        };
        for cell in &cells {
            let row = row(String::new(), of(ours, cell), of(theirs, cell));
            if !row.is_equal() {
                let (month, platform) = cell;
                figures.failures.push(format!(
                    "{tenant} {month} '{platform}' {}: {:?} here, {:?} in the lake",
                    row.metric, row.ours, row.reference
                ));
            }
        }
        figures.rows.push(row(tenant.to_owned(), sum(ours), sum(theirs)));
    }
    if cells.is_empty() {
        figures.failures.push(format!("{tenant} has no figures at all"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_month_and_platform_is_held_against_its_own() {
        let answer = json!({"rows": [
            {"month": "2026-10-01", "platform": "meta", "spend": "12.345678", "impressions": 7, "orders": null},
            {"month": "2026-10-01", "platform": "", "orders": 3, "store_revenue": "1.5"},
        ]});
        let ours = months(&answer).unwrap();
        assert_eq!(ours["2026-10-01"]["meta"]["spend"], 12_345_678.0);
        let told = |theirs: &Months| {
            let mut figures = Figures::default();
            compare("acme", &ours, theirs, &mut figures);
            (figures.different(), figures.failures.len())
        };
        assert_eq!(told(&ours), (0, 0));
        let mut moved = ours.clone();
        // What one platform lacks another has: the sum alone would not tell.
        moved.get_mut("2026-10-01").unwrap().get_mut("meta").unwrap().remove("impressions");
        moved.get_mut("2026-10-01").unwrap().get_mut("").unwrap().insert("impressions".to_owned(), 7.0);
        assert_eq!(told(&moved), (0, 2));
        assert_eq!(told(&Months::new()), (4, 4));
    }
}
