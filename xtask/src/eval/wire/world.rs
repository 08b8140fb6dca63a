//! The traffic that is checked: simulated platforms that record, an installation of its own, and whole syncs of every account by the shipped
//! binary, as a person would start them.

use super::{exchange::Exchange, trouble};
use crate::{
    loopback, process,
    server::{self, Stopped},
};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tempfile::TempDir;

/// How long a sandbox may take to listen.
const SANDBOX_READY_MAX: Duration = Duration::from_secs(60);
/// The day all worlds end with.
pub(super) const TODAY: &str = "2026-11-20";
/// The name of the environment variable a credential is handed over in.
const SECRET: &str = "TRIMTAB_EVAL_SECRET";

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

/// An account of a sandbox.
#[derive(Clone, Deserialize)]
pub(super) struct Account {
    tenant: String,
    pub(super) source: String,
    account: String,
    currency: String,
    timezone: String,
    secret: String,
    pub(super) base_url: String,
}

/// A sandbox that serves until it is dropped.
pub(super) struct Sandbox {
    pub(super) origin: String,
    _child: Stopped,
}

#[derive(Debug, Deserialize)]
struct Listening {
    url: String,
}

impl Sandbox {
    /// Starts one with a small world on a free port, with these arguments besides.
    pub(super) fn start(binary: &Path, args: &[&str]) -> Result<Self> {
        let mut command = process::command(binary);
        command.args(["--json", "sandbox", "--listen", "127.0.0.1:0", "--seed", SEED, "--today", TODAY]).args(args);
        let (child, Listening { url }) = server::first_document(&mut command, SANDBOX_READY_MAX)?;
        Ok(Self { origin: url, _child: child })
    }

    pub(super) fn accounts(&self) -> Result<Vec<Account>> {
        loopback::get(&self.origin, "/_sandbox/accounts")
    }
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
        let sandbox = Sandbox::start(binary, &size)?;
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
    let home = tempfile::tempdir().context("cannot create a data folder")?;
    server::init(binary, home.path())?;
    let installation = Installation { binary: binary.to_owned(), home };
    let mut failures = Vec::new();
    let mut tenants: BTreeMap<&str, Vec<&Account>> = BTreeMap::new();
    for account in accounts {
        tenants.entry(&account.tenant).or_default().push(account);
    }
    for (tenant, accounts) in tenants {
        let first = accounts.first().context("a tenant was made for an account")?;
        let new = ["tenant", "add", tenant, "--name", tenant, "--currency", &first.currency, "--timezone", &first.timezone];
        installation.answer(&new, None)?;
        for account in &accounts {
            let Account { source, account, secret, base_url, .. } = account;
            let connect =
                ["connect", source, "--tenant", tenant, "--account", account, "--secret-env", SECRET, "--base-url", base_url];
            installation.answer(&connect, Some(secret.as_str()))?;
        }
        let synced = installation.answer(&["sync", "--tenant", tenant, "--from", from, "--to", TODAY], None)?;
        let runs = synced["runs"].as_array().context("a sync tells its runs")?;
        for run in runs.iter().filter(|run| run["status"] != "succeeded") {
            failures.push(format!("the sync of {} account {} failed: {}", run["source"], run["account"], run["error"]));
        }
        failures.extend(installation.untrue(sandbox, tenant, &accounts, from)?);
    }
    Ok(failures)
}

/// An installation in a folder of its own.
struct Installation {
    binary: PathBuf,
    home: TempDir,
}

impl Installation {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = process::command(&self.binary);
        command.arg("--data").arg(self.home.path()).arg("--json").args(args);
        command
    }

    /// The document a command answers with. One that did only part of its work answers, too.
    fn answer(&self, args: &[&str], secret: Option<&str>) -> Result<Value> {
        let mut command = self.command(args);
        command.envs(secret.map(|secret| (SECRET, secret)));
        let name = process::shown(&command);
        let output = command.output().with_context(|| format!("cannot start `{name}`"))?;
        match serde_json::from_slice(&output.stdout) {
            Ok(document) => Ok(document),
            Err(_) => bail!("`{name}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim()),
        }
    }

    /// The accounts whose spend is not what the sandbox knows it to be.
    fn untrue(&self, sandbox: &Sandbox, tenant: &str, accounts: &[&Account], from: &str) -> Result<Vec<String>> {
        let query = ["query", "--tenant", tenant, "--metrics", "spend", "--by", "platform,account", "--from", from, "--to", TODAY];
        let stored = self.answer(&query, None)?;
        let mut untrue = Vec::new();
        for Account { source, account, .. } in accounts {
            let days: Vec<Value> = loopback::get(
                &sandbox.origin,
                &format!("/_sandbox/totals?source={source}&account={account}&from={from}&to={TODAY}"),
            )?;
            let truth: i64 = days.iter().map(|day| cents(&day["spend"])).sum();
            let rows = stored["rows"].as_array().into_iter().flatten();
            let ours: i64 = rows.filter(|row| of_account(row, source, account)).map(|row| cents(&row["spend"])).sum();
            if ours != truth || truth == 0 {
                untrue.push(format!("{source} account {account} has a spend of {ours} cents stored, which is {truth} in truth"));
            }
        }
        Ok(untrue)
    }
}

fn of_account(row: &Value, source: &str, account: &str) -> bool {
    row["platform"] == source && row["account_id"] == account
}

/// An amount in hundredths, rounded.
fn cents(amount: &Value) -> i64 {
    let amount = amount.as_f64().or_else(|| amount.as_str()?.parse().ok()).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "amounts of a small world")]
    let cents = (amount * 100.0).round() as i64;
    cents
}
