//! Figures over several sources (MER, new-customer CAC, what platforms claim beside what the shop counted) of a synced demo, beside what a
//! program that shares nothing with the product computes from the sandbox's raw answers; and reconciliation, beside the one account
//! whose own total is not the sum of its parts.
//!
//! The world stands at the present moment, as the demo's does, since days settle by the product's clock. Two shops keep their books in
//! another currency than their advertising, and every figure is asked for in a second currency: the bank's rates of each day count.

use super::{
    Figures, Row, Within,
    installation::{Account, Installation, Sandbox, by_tenant, figure},
};
use crate::process;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::Path,
};

const SCRIPT: &str = "xtask/src/eval/blended/blended.py";
/// The demo's six businesses, with fewer ads.
const WORLD: [&str; 9] = ["--seed", "1", "--tenants", "6", "--ads", "40", "--days", "100", "--mismatch"];
/// The sources whose first shop is given another currency than its business has, and which.
const FOREIGN_SHOPS: [(&str, &str); 2] = [("shopify", "SEK"), ("magento", "MXN")];
/// The second currency of every figure, which is nobody's own.
const SECOND: &str = "CHF";
/// Settled days that are looked at.
const DAYS: usize = 30;
const REFERENCE: &str = "computed in Python from raw answers";
const APART: &str = "account's totals beside its campaigns', in Python";

/// The metrics, and how near a figure must come.
const METRICS: [(&str, Within); 8] = [
    ("spend", Row::CENT),
    ("revenue", Row::CENT),
    ("store_revenue", Row::CENT),
    ("orders", Row::EXACT),
    ("new_customers", Row::EXACT),
    ("mer", Row::RATIO),
    ("ncac", Row::CENT),
    ("claimed_to_counted", Row::RATIO),
];
/// Of these, each platform's own share is compared, too.
const BY_PLATFORM: [&str; 2] = ["spend", "revenue"];

/// What the program is asked.
#[derive(Serialize)]
struct Question<'a> {
    rates: String,
    accounts: &'a [Account],
    from: &'a str,
    to: &'a str,
    currencies: BTreeMap<&'a str, [&'a str; 2]>,
}

/// What it answers.
#[derive(Deserialize)]
struct Computed {
    /// By tenant, currency and name.
    tenants: BTreeMap<String, BTreeMap<String, BTreeMap<String, Option<f64>>>>,
    apart: BTreeSet<Apart>,
}

/// A day on which an account's own total is not what its parts come to.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Apart {
    source: String,
    account: String,
    date: String,
    /// The parts less the whole.
    difference: String,
}

/// # Errors
/// When the sandbox, the product or Python does not do what it is told.
pub(super) fn run(binary: &Path) -> Result<Figures> {
    let sandbox = Sandbox::start(binary, &WORLD)?;
    for (source, currency) in FOREIGN_SHOPS {
        let shops = sandbox.accounts()?;
        let shop = shops.iter().find(|account| account.source == source).with_context(|| format!("no tenant has {source}"))?;
        sandbox.rewrite_currency(source, &shop.account, currency)?;
    }
    let accounts = sandbox.accounts()?;
    let installation = Installation::new(binary, Some(sandbox.rates_url()))?;
    installation.answer(&["rates"], None)?;
    let mut figures = Figures { binding: true, ..Figures::default() };
    figures.failures = installation.fill(&accounts, &[])?;
    let (from, to) = settled(&installation, &by_tenant(&accounts))?;
    let currencies = by_tenant(&accounts).into_iter().map(|(tenant, of)| (tenant, [of[0].currency.as_str(), SECOND])).collect();
    let rates = format!("{}/stats/eurofxref/eurofxref-hist.xml", sandbox.rates_url());
    let computed = compute(&Question { rates, accounts: &accounts, from: &from, to: &to, currencies })?;
    figures.notes.push(format!(
        "{from} to {to}; {} accounts of {} sources; shops in other currencies: {}",
        accounts.len(),
        accounts.iter().map(|account| &account.source).collect::<BTreeSet<_>>().len(),
        FOREIGN_SHOPS.map(|(source, currency)| format!("{source} {currency}")).join(", ")
    ));
    for (tenant, by_currency) in &computed.tenants {
        for (currency, truth) in by_currency {
            figures.rows.extend(compare(&installation, tenant, currency, (&from, &to), truth)?);
        }
    }
    reconcile(&installation, &by_tenant(&accounts), &computed.apart, &mut figures)?;
    Ok(figures)
}

/// The last days that are settled for every tenant. The product says which those are.
fn settled(installation: &Installation, tenants: &BTreeMap<&str, Vec<&Account>>) -> Result<(String, String)> {
    let mut common: Option<BTreeSet<String>> = None;
    for (tenant, of) in tenants {
        let reconciled = installation.answer(&["reconcile", "--tenant", tenant], None)?;
        let (from, to) = (text(&reconciled, "from")?, text(&reconciled, "to")?);
        let query = ["query", "--tenant", tenant, "--metrics", "spend", "--by", "date", "--from", from, "--to", to];
        let told = installation.answer(&[&query[..], &["--currency", &of[0].currency]].concat(), None)?;
        let open = told["provisional_from"].as_str().unwrap_or("9999");
        let days = told["rows"].as_array().into_iter().flatten().filter_map(|row| row["date"].as_str());
        let days: BTreeSet<String> = days.filter(|day| *day < open).map(ToOwned::to_owned).collect();
        common = Some(common.map_or_else(|| days.clone(), |common| common.intersection(&days).cloned().collect()));
    }
    let common: Vec<String> = common.unwrap_or_default().into_iter().collect();
    let first = common.len().checked_sub(DAYS).with_context(|| format!("only {} settled days have spend", common.len()))?;
    Ok((common[first].clone(), common[common.len() - 1].clone()))
}

fn text<'v>(document: &'v Value, name: &str) -> Result<&'v str> {
    document[name].as_str().with_context(|| format!("the answer has no '{name}'"))
}

/// Asks the program. Its question holds credentials of the sandbox, so it goes through a file of our own.
fn compute(question: &Question<'_>) -> Result<Computed> {
    let folder = tempfile::tempdir().context("cannot create a folder for the question")?;
    let file = folder.path().join("question.json");
    serde_json::to_writer(File::create(&file)?, question)?;
    let answer = process::capture(process::command("python3").args(["-B", SCRIPT]).arg(&file))?;
    let computed: Computed = serde_json::from_str(&answer).context("the program printed something unexpected")?;
    ensure!(computed.tenants.len() == question.currencies.len(), "the program left out a tenant");
    Ok(computed)
}

/// A tenant's figures in one currency beside what the program computed.
fn compare(
    installation: &Installation,
    tenant: &str,
    currency: &str,
    (from, to): (&str, &str),
    truth: &BTreeMap<String, Option<f64>>,
) -> Result<Vec<Row>> {
    let metrics = METRICS.map(|(metric, _)| metric).join(",");
    let query = |metrics: &str, by: &[&str]| {
        let query = ["query", "--tenant", tenant, "--metrics", metrics, "--from", from, "--to", to, "--currency", currency];
        installation.answer(&[&query[..], by].concat(), None)
    };
    let whole = query(&metrics, &[])?;
    let parts = query(&BY_PLATFORM.join(","), &["--by", "platform"])?;
    ensure!(whole["provisional_from"].is_null(), "{tenant}: a day between {from} and {to} is not settled");
    let mut rows = Vec::new();
    for (name, reference) in truth {
        let (metric, platform) = name.split_once(" of ").map_or((name.as_str(), None), |(metric, of)| (metric, Some(of)));
        let within = METRICS.iter().find(|(known, _)| *known == metric).with_context(|| format!("no metric is called {metric}"))?.1;
        let told = platform.map_or(&whole["totals"], |platform| of_platform(&parts, platform));
        rows.push(Row {
            dataset: format!("{tenant} {currency}"),
            metric: name.clone(),
            ours: figure(&told[metric]),
            reference: *reference,
            reference_name: REFERENCE,
            within,
        });
    }
    Ok(rows)
}

fn of_platform<'v>(answer: &'v Value, platform: &str) -> &'v Value {
    let mut rows = answer["rows"].as_array().into_iter().flatten();
    rows.find(|row| row["platform"] == platform).unwrap_or(&Value::Null)
}

/// Every day of every account must be equal, but for those the program found apart; these must be found, and by how much.
fn reconcile(
    installation: &Installation,
    tenants: &BTreeMap<&str, Vec<&Account>>,
    apart: &BTreeSet<Apart>,
    figures: &mut Figures,
) -> Result<()> {
    if apart.is_empty() {
        figures.failures.push("no account is apart from its parts, although the sandbox was told to have one".to_owned());
    }
    let mut found = BTreeSet::new();
    for (tenant, accounts) in tenants {
        let answer = installation.answer(&["reconcile", "--tenant", tenant], None)?;
        let count = |name: &str| {
            let counts = answer["summary"].as_array().into_iter().flatten().filter_map(|of| of[name].as_f64());
            counts.sum::<f64>()
        };
        let of_tenant = |apart: &&Apart| accounts.iter().any(|of| of.source == apart.source && of.account == apart.account);
        let wrong = apart.iter().filter(of_tenant).count() as f64;
        let row = |metric: &str, ours, reference| Row {
            dataset: (*tenant).to_owned(),
            metric: metric.to_owned(),
            ours: Some(ours),
            reference: Some(reference),
            reference_name: APART,
            within: Row::EXACT,
        };
        figures.rows.push(row("days reconciled and equal", count("equal"), count("days") - wrong));
        figures.rows.push(row("days mismatched", count("mismatched"), wrong));
        for line in answer["mismatched"].as_array().into_iter().flatten() {
            let [source, account, date, difference] =
                ["source", "account", "date", "difference"].map(|name| text(line, name).map(ToOwned::to_owned));
            let one = Apart { source: source?, account: account?, date: date?, difference: difference? };
            let (what, ours, theirs) = (text(line, "figure")?, text(line, "ours")?, text(line, "theirs")?);
            figures.notes.push(format!(
                "mismatched: {} account {} ({tenant}) on {}: {what} of {ours} here, {theirs} there",
                one.source, one.account, one.date
            ));
            found.insert(one);
        }
    }
    for one in found.symmetric_difference(apart) {
        let who = if found.contains(one) { "reconciliation" } else { "the program" };
        figures
            .failures
            .push(format!("only {who} finds {} {} of {} apart, by {}", one.source, one.account, one.date, one.difference));
    }
    Ok(())
}
