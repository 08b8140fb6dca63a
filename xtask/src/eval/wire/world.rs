//! The traffic that is checked: simulated platforms that record, an installation of its own, and whole syncs of every account by the shipped
//! binary, as a person would start them.

use super::{exchange::Exchange, trouble};
use crate::{
    eval::installation::{Account, Installation, Sandbox, by_tenant, figure},
    loopback,
};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

/// The day all worlds end with.
pub(super) const TODAY: &str = "2026-11-20";

/// A world, and what is read of it.
struct World {
    tenants: &'static str,
    ads: &'static str,
    days: &'static str,
    /// The first day that is read; history before it is not.
    from: &'static str,
    /// The platforms that are read; all of them when empty.
    only: &'static [&'static str],
}

const SEED: &str = "7";
/// Two businesses on every platform, long enough that what is old has to be prepared as a report.
const BROAD: World = World { tenants: "2", ads: "24", days: "130", from: "2026-07-20", only: &[] };
/// One business with so many ads that Meta's insights are read as a report.
const DEEP: World = World { tenants: "1", ads: "12000", days: "3", from: "2026-11-19", only: &["meta"] };

/// What was recorded.
#[derive(Debug)]
pub(super) struct Traffic {
    pub(super) exchanges: Vec<Exchange>,
    /// The platforms there are accounts of.
    pub(super) served: BTreeSet<String>,
    /// Syncs that failed and sums that differ from the truth, one line each.
    pub(super) failures: Vec<String>,
}

/// A sandbox with a small world, with these arguments besides.
pub(super) fn sandbox(binary: &Path, args: &[&str]) -> Result<Sandbox> {
    Sandbox::start(binary, &[&["--seed", SEED, "--today", TODAY], args].concat())
}

/// Records a whole sync of every account there is, and what each platform says in trouble.
///
/// # Errors
/// When the binary cannot be started or does not do what it is told.
pub(super) fn record(binary: &Path) -> Result<Traffic> {
    let mut traffic = Traffic { exchanges: Vec::new(), served: BTreeSet::new(), failures: Vec::new() };
    for world in [BROAD, DEEP] {
        let folder = tempfile::tempdir().context("cannot create a folder for the recording")?;
        let file = folder.path().join("traffic.jsonl");
        let recording = file.to_str().context("the temporary folder's name is no UTF-8")?;
        let size = ["--tenants", world.tenants, "--ads", world.ads, "--days", world.days, "--record", recording];
        let sandbox = sandbox(binary, &size)?;
        let mut accounts = sandbox.accounts()?;
        accounts.retain(|account| world.only.is_empty() || world.only.contains(&account.source.as_str()));
        traffic.served.extend(accounts.iter().map(|account| account.source.clone()));
        traffic.failures.extend(synced(binary, &sandbox, &accounts, world.from)?);
        let made = Exchange::read_all(&file)?;
        if world.only.is_empty() {
            trouble::provoke(&sandbox.origin, &made)?;
        }
        let all = Exchange::read_all(&file)?;
        let provoked = made.len();
        traffic
            .exchanges
            .extend(all.into_iter().enumerate().map(|(at, exchange)| Exchange { provoked: at >= provoked, ..exchange }));
    }
    Ok(traffic)
}

/// Connects accounts and syncs them from a day on, each business a tenant of its own; tells what failed, and which sums differ from the
/// sandbox's truth.
///
/// # Errors
/// When a command does not answer as it should.
pub(super) fn synced(binary: &Path, sandbox: &Sandbox, accounts: &[Account], from: &str) -> Result<Vec<String>> {
    let installation = Installation::new(binary, None)?;
    let mut failures = installation.fill(accounts, &["--from", from, "--to", TODAY])?;
    for (tenant, accounts) in by_tenant(accounts) {
        failures.extend(untrue(&installation, sandbox, tenant, &accounts, from)?);
    }
    Ok(failures)
}

/// What tells whether an account was read whole: our metric, the sandbox's word for it, and for what of that may be left out.
fn told(source: &str) -> (&'static str, &'static str, Option<&'static str>) {
    match source {
        "shopify" => ("store_revenue", "revenue", None),
        // An order whose payment has been begun and not made is none yet; the sandbox counts it among those not paid.
        "magento" => ("store_revenue", "revenue", Some("unpaid_revenue")),
        "ga4" => ("sessions", "sessions", None),
        "klaviyo" => ("email_recipients", "recipients", None),
        _ => ("spend", "spend", None),
    }
}

/// The accounts whose figures are not what the sandbox knows them to be.
fn untrue(installation: &Installation, sandbox: &Sandbox, tenant: &str, accounts: &[&Account], from: &str) -> Result<Vec<String>> {
    let mut untrue = Vec::new();
    for Account { source, account, .. } in accounts {
        let (metric, word, open) = told(source);
        let query = ["query", "--tenant", tenant, "--metrics", metric, "--by", "account", "--from", from, "--to", TODAY];
        let stored = installation.answer(&query, None)?;
        let days: Vec<Value> =
            loopback::get(&sandbox.origin, &format!("/_sandbox/totals?source={source}&account={account}&from={from}&to={TODAY}"))?;
        let truth: i64 = days.iter().map(|day| cents(&day[word])).sum();
        let open: i64 = open.map_or(0, |word| days.iter().map(|day| cents(&day[word])).sum());
        let rows = stored["rows"].as_array().into_iter().flatten();
        let ours: i64 = rows.filter(|row| row["account_id"] == account.as_str()).map(|row| cents(&row[metric])).sum();
        if !(truth - open..=truth).contains(&ours) || truth == 0 {
            untrue.push(format!("{source} account {account} has {ours} hundredths of {metric} stored, which are {truth} in truth"));
        }
    }
    Ok(untrue)
}

/// An amount in hundredths, rounded.
fn cents(amount: &Value) -> i64 {
    let amount = figure(amount).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "amounts of a small world")]
    let cents = (amount * 100.0).round() as i64;
    cents
}
