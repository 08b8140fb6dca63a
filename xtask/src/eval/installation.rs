//! Simulated platforms in a process of their own, and an installation that reads them as a person would have it: each business a tenant, each
//! of its accounts connected and synced by the shipped binary.

use crate::{
    loopback, process,
    server::{self, Stopped},
};
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tempfile::TempDir;

/// How long a sandbox may take to listen.
const SANDBOX_READY_MAX: Duration = Duration::from_secs(60);
/// The name of the environment variable a credential is handed over in.
const SECRET: &str = "TRIMTAB_EVAL_SECRET";
/// The name of the environment variable that says where exchange rates are read.
const RATES_URL: &str = "TRIMTAB_RATES_URL";

/// An account of a sandbox.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Account {
    pub(super) tenant: String,
    pub(super) source: String,
    pub(super) account: String,
    pub(super) currency: String,
    pub(super) timezone: String,
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
    /// Starts one on a free port, with these arguments besides.
    pub(super) fn start(binary: &Path, args: &[&str]) -> Result<Self> {
        let mut command = process::command(binary);
        command.args(["--json", "sandbox", "--listen", "127.0.0.1:0"]).args(args);
        let (child, Listening { url }) = server::first_document(&mut command, SANDBOX_READY_MAX)?;
        Ok(Self { origin: url, _child: child })
    }

    pub(super) fn accounts(&self) -> Result<Vec<Account>> {
        loopback::get(&self.origin, "/_sandbox/accounts")
    }

    /// Where it serves the central bank's files.
    pub(super) fn rates_url(&self) -> String {
        format!("{}/ecb", self.origin)
    }

    /// Lets its clock go on by an ISO 8601 duration.
    pub(super) fn advance(&self, by: &str) -> Result<()> {
        let body = json!({ "advance": by }).to_string();
        let answer =
            loopback::send(&self.origin, "POST", "/_sandbox/clock", &[("content-type", "application/json")], body.as_bytes())?;
        ensure!(answer.status == 200, "the sandbox's clock does not go on by {by}");
        Ok(())
    }

    /// Gives an account another currency from now on.
    pub(super) fn rewrite_currency(&self, source: &str, account: &str, currency: &str) -> Result<()> {
        let body = json!({ "source": source, "account": account, "currency": currency }).to_string();
        let answer =
            loopback::send(&self.origin, "POST", "/_sandbox/accounts", &[("content-type", "application/json")], body.as_bytes())?;
        ensure!(answer.status == 200, "the sandbox does not make {source} account {account} one in {currency}");
        Ok(())
    }
}

/// Accounts by tenant.
pub(super) fn by_tenant(accounts: &[Account]) -> BTreeMap<&str, Vec<&Account>> {
    let mut tenants: BTreeMap<&str, Vec<&Account>> = BTreeMap::new();
    for account in accounts {
        tenants.entry(&account.tenant).or_default().push(account);
    }
    tenants
}

/// An installation in a folder of its own.
pub(super) struct Installation {
    binary: PathBuf,
    home: TempDir,
    rates_url: Option<String>,
}

impl Installation {
    /// An empty one. `rates_url` is where it reads exchange rates.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn new(binary: &Path, rates_url: Option<String>) -> Result<Self> {
        let home = tempfile::tempdir().context("cannot create a data folder")?;
        server::init(binary, home.path())?;
        Ok(Self { binary: binary.to_owned(), home, rates_url })
    }

    /// The folder of its facts.
    pub(super) fn lake(&self) -> PathBuf {
        self.home.path().join("lake")
    }

    /// Its folder.
    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Makes a tenant and connects an account to it.
    ///
    /// # Errors
    /// When a command does not answer as it should.
    pub(super) fn connect(&self, tenant: &str, account: &Account) -> Result<()> {
        let Account { source, account, currency, timezone, secret, base_url, .. } = account;
        self.answer(&["tenant", "add", tenant, "--name", tenant, "--currency", currency, "--timezone", timezone], None)?;
        let connect = ["connect", source, "--tenant", tenant, "--account", account, "--secret-env", SECRET, "--base-url", base_url];
        self.answer(&connect, Some(secret.as_str()))?;
        Ok(())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = process::command(&self.binary);
        command.arg("--data").arg(self.home.path()).arg("--json").args(args);
        command.envs(self.rates_url.as_ref().map(|url| (RATES_URL, url)));
        command
    }

    /// The document a command answers with. One that did only part of its work answers, too.
    pub(super) fn answer(&self, args: &[&str], secret: Option<&str>) -> Result<Value> {
        let mut command = self.command(args);
        command.envs(secret.map(|secret| (SECRET, secret)));
        let name = process::shown(&command);
        let output = command.output().with_context(|| format!("cannot start `{name}`"))?;
        match serde_json::from_slice(&output.stdout) {
            Ok(document) => Ok(document),
            Err(_) => bail!("`{name}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim()),
        }
    }

    /// Makes each business a tenant, connects its accounts and syncs them with these arguments; tells what failed.
    ///
    /// # Errors
    /// When a command does not answer as it should.
    pub(super) fn fill(&self, accounts: &[Account], sync: &[&str]) -> Result<Vec<String>> {
        let mut failures = Vec::new();
        for (tenant, accounts) in by_tenant(accounts) {
            let first = accounts.first().context("a tenant was made for an account")?;
            let new = ["tenant", "add", tenant, "--name", tenant, "--currency", &first.currency, "--timezone", &first.timezone];
            self.answer(&new, None)?;
            for account in accounts {
                let Account { source, account, secret, base_url, .. } = account;
                let connect =
                    ["connect", source, "--tenant", tenant, "--account", account, "--secret-env", SECRET, "--base-url", base_url];
                self.answer(&connect, Some(secret.as_str()))?;
            }
            let synced = self.answer(&[&["sync", "--tenant", tenant], sync].concat(), None)?;
            let runs = synced["runs"].as_array().context("a sync tells its runs")?;
            for run in runs.iter().filter(|run| run["status"] != "succeeded") {
                failures.push(format!("the sync of {} account {} failed: {}", run["source"], run["account"], run["error"]));
            }
        }
        Ok(failures)
    }

    /// Imports a table for a tenant by a mapping.
    ///
    /// # Errors
    /// When the product does not answer. A refusal is an answer.
    pub(super) fn import(&self, tenant: &str, file: &Path, mapping: &Path) -> Result<Value> {
        let text = |path: &Path| path.to_str().map(ToOwned::to_owned).context("the temporary folder's name is no UTF-8");
        let (file, mapping) = (text(file)?, text(mapping)?);
        self.answer(&["import", &file, "--tenant", tenant, "--mapping", &mapping], None)
    }
}

/// An amount or a count: money comes as a decimal string.
pub(super) fn figure(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_however_they_are_written() {
        assert_eq!(figure(&json!("15978.28")), Some(15_978.28));
        assert_eq!(figure(&json!(1581)), Some(1_581.0));
        assert_eq!(figure(&Value::Null), None);
    }

    #[test]
    fn accounts_stand_with_their_tenant() {
        let account = |tenant: &str, source: &str| {
            let document = json!({
                "tenant": tenant, "source": source, "account": "1", "currency": "EUR", "timezone": "UTC", "secret": "", "base_url": ""
            });
            serde_json::from_value::<Account>(document).unwrap()
        };
        let accounts = [account("a", "meta"), account("b", "meta"), account("a", "shopify")];
        let tenants = by_tenant(&accounts);
        assert_eq!(tenants["a"].iter().map(|account| account.source.as_str()).collect::<Vec<_>>(), ["meta", "shopify"]);
    }
}
