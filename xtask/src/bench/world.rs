//! A simulated world in a process of its own, and installations that read it, each in a folder of its own.

use crate::{
    process,
    server::{self, Stopped},
};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tempfile::TempDir;

/// The world's day.
pub(super) const TODAY: &str = "2026-11-20";
const TENANT: &str = "acme";
const SECRET: &str = "TRIMTAB_BENCH_SECRET";
const READY_MAX: Duration = Duration::from_secs(30);
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// An account of the world, as the world itself tells it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Account {
    pub(super) source: String,
    pub(super) account: String,
    currency: String,
    timezone: String,
    pub(super) secret: String,
    pub(super) base_url: String,
}

#[derive(Debug, Deserialize)]
struct Listening {
    url: String,
}

/// A world that is served until this is dropped.
#[derive(Debug)]
pub(super) struct World {
    _process: Stopped,
    /// Host and port.
    address: String,
    /// One account of each platform.
    pub(super) accounts: Vec<Account>,
}

impl World {
    /// One business with so many ads and days of history, behind limits that refuse nothing.
    ///
    /// # Errors
    /// When the sandbox cannot be started.
    pub(super) fn start(binary: &Path, ads: u32, days: u16) -> Result<Self> {
        let mut sandbox = process::command(binary);
        sandbox.args(["--json", "sandbox", "--listen", "127.0.0.1:0", "--seed", "3", "--tenants", "1", "--today", TODAY]);
        sandbox.args(["--ads", &ads.to_string(), "--days", &days.to_string(), "--limits", "off"]);
        let (process, Listening { url }) = server::first_document(&mut sandbox, READY_MAX)?;
        let address = url.trim_start_matches("http://").to_owned();
        let mut accounts: Vec<Account> = get(&address, "/_sandbox/accounts")?;
        accounts.sort_by(|a, b| a.source.cmp(&b.source));
        accounts.dedup_by(|again, known| again.source == known.source);
        Ok(Self { _process: process, address, accounts })
    }

    /// Its account of a platform.
    ///
    /// # Errors
    /// When it has none.
    pub(super) fn account(&self, source: &str) -> Result<&Account> {
        let found = self.accounts.iter().find(|account| account.source == source);
        found.with_context(|| format!("the sandbox has no account of {source}"))
    }

    /// What the world says of itself below `/_sandbox/`.
    ///
    /// # Errors
    /// When it does not answer.
    pub(super) fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        get(&self.address, &format!("/_sandbox/{path}"))
    }
}

/// An installation with one tenant and one account, and nothing read yet. Its folder goes with it.
#[derive(Debug)]
pub(super) struct Installation {
    folder: TempDir,
    binary: PathBuf,
}

impl Installation {
    /// # Errors
    /// When a command of its setting up fails.
    pub(super) fn of(binary: &Path, account: &Account) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot create a data folder")?;
        server::init(binary, folder.path())?;
        let installation = Self { folder, binary: binary.to_owned() };
        let (currency, zone) = (account.currency.as_str(), account.timezone.as_str());
        let tenant = ["tenant", "add", TENANT, "--name", "Acme", "--currency", currency, "--timezone", zone];
        process::capture(installation.command(&tenant).arg("--json"))?;
        let connect = ["connect", &account.source, "--tenant", TENANT, "--account", &account.account, "--secret-env", SECRET];
        let mut connect = installation.command(&connect);
        process::capture(connect.args(["--json", "--base-url", &account.base_url]).env(SECRET, &account.secret))?;
        Ok(installation)
    }

    /// `trimtab sync` of some days.
    pub(super) fn sync(&self, from: &str, to: &str) -> Command {
        self.command(&["--json", "sync", "--tenant", TENANT, "--from", from, "--to", to])
    }

    /// `trimtab query` of spend by day and ad.
    pub(super) fn spend_by_ad(&self, from: &str, to: &str) -> Command {
        let by = ["query", "--tenant", TENANT, "--metrics", "spend", "--by", "date,ad", "--from", from, "--to", to, "--json"];
        self.command(&by)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = process::command(&self.binary);
        // What it did is in the document; what it said on the way is not measured.
        command.arg("--data").arg(self.folder.path()).args(args).env("TRIMTAB_LOG", "error");
        command
    }
}

fn get<T: DeserializeOwned>(address: &str, path: &str) -> Result<T> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("nobody listens on {address}"))?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").with_context(|| format!("{address}{path} gave no whole answer"))?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    ensure!(status == "200", "{address}{path} answered with status {status}");
    serde_json::from_str(body).with_context(|| format!("{address}{path} gave an unexpected document"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn served(answer: &'static str) -> Result<Vec<u32>> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).unwrap() > 0);
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let read = get(&address, "/x");
        server.join().unwrap();
        read
    }

    #[test]
    fn a_document_is_read_and_anything_else_is_an_error() {
        assert_eq!(served("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n[1,2]").unwrap(), [1, 2]);
        let refused = served("HTTP/1.0 404 Not Found\r\n\r\n[]").unwrap_err().to_string();
        assert!(refused.ends_with("/x answered with status 404"), "{refused}");
        assert!(served("HTTP/1.0 200 OK\r\n\r\nhello").unwrap_err().to_string().ends_with("unexpected document"));
    }
}
