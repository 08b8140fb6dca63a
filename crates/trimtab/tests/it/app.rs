//! The harness: an installation in a temporary folder, a sandbox process beside it, and ways to talk to both.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::{Arc, Mutex},
};
use tempfile::TempDir;

pub(crate) const EMAIL: &str = "owner@agency.example";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A process that ends with the test.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) url: String,
    /// Where a sandbox takes mail, if it does.
    pub(crate) smtp: Option<String>,
    /// What it has said on stderr so far, once it serves.
    pub(crate) log: Arc<Mutex<Vec<u8>>>,
    _out: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
    command.env_remove("TRIMTAB_DATA").env_remove("TRIMTAB_DATABASE_URL").env("NO_COLOR", "1");
    command
}

/// A sandbox of its own, on a free port. `args` change the world.
pub(crate) fn sandbox(args: &[&str]) -> Running {
    let small = ["sandbox", "--json", "--listen", "127.0.0.1:0"];
    let mut child = binary().args(small).args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let answer: Value = serde_json::from_str(&line).expect("the sandbox answers with its URL");
    let smtp = answer["smtp"].as_str().map(str::to_owned);
    Running { child, url: answer["url"].as_str().unwrap().to_owned(), smtp, log: Arc::default(), _out: out }
}

/// The sandbox over HTTP.
impl Running {
    pub(crate) fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.url);
        http(async move { reqwest::get(url).await.unwrap().json().await.unwrap() })
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        let (url, body) = (format!("{}{path}", self.url), body.clone());
        http(async move {
            let reply = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
            assert!(reply.status().is_success(), "{} {}", reply.status(), reply.text().await.unwrap_or_default());
            reply.json().await.unwrap_or(Value::Null)
        })
    }

    pub(crate) fn delete(&self, path: &str) {
        let url = format!("{}{path}", self.url);
        http(async move { assert!(reqwest::Client::new().delete(url).send().await.unwrap().status().is_success()) });
    }

    /// Meta's accounts.
    pub(crate) fn accounts(&self) -> Vec<Account> {
        self.accounts_of("meta")
    }

    /// The accounts of one platform.
    pub(crate) fn accounts_of(&self, source: &str) -> Vec<Account> {
        let all = self.get("/_sandbox/accounts");
        all.as_array().unwrap().iter().map(Account::read).filter(|account| account.source == source).collect()
    }

    /// What is true of each day of an account: its spend.
    pub(crate) fn true_spend_by_day(&self, account: &Account, from: &str, to: &str) -> Vec<(String, String)> {
        let Account { source, id, .. } = account;
        let days = self.get(&format!("/_sandbox/totals?source={source}&account={id}&from={from}&to={to}"));
        let days = days.as_array().unwrap_or_else(|| panic!("no totals: {days}"));
        days.iter().map(|day| (text(&day["date"]), text(&day["spend"]))).collect()
    }

    pub(crate) fn fault(&self, fault: Value) {
        self.post("/_sandbox/faults", &json!([fault]));
    }

    /// Ends all faults. Fails when they struck nothing, since then the test proved nothing.
    pub(crate) fn heal(&self) {
        self.delete("/_sandbox/faults");
        assert!(self.calls(|call| !call["fault"].is_null()) > 0, "the fault struck no request");
        self.delete("/_sandbox/calls");
    }

    /// How many requests were like this.
    pub(crate) fn calls(&self, like: impl Fn(&Value) -> bool) -> usize {
        self.get("/_sandbox/calls").as_array().unwrap().iter().filter(|call| like(call)).count()
    }

    /// Spend per day as the platform's own account-level insights tell it.
    pub(crate) fn spend_by_day(&self, account: &Account, from: &str, to: &str) -> Vec<(String, String)> {
        let mut url = reqwest::Url::parse(&format!("{}/v26.0/act_{}/insights", account.base_url, account.id)).unwrap();
        url.query_pairs_mut()
            .append_pair("level", "account")
            .append_pair("fields", "spend")
            .append_pair("time_increment", "1")
            .append_pair("limit", "500")
            .append_pair("time_range", &json!({ "since": from, "until": to }).to_string());
        let token = account.secret.clone();
        let answer: Value =
            http(async move { reqwest::Client::new().get(url).bearer_auth(token).send().await.unwrap().json().await.unwrap() });
        let rows = answer["data"].as_array().unwrap_or_else(|| panic!("no data: {answer}"));
        rows.iter().map(|row| (text(&row["date_start"]), text(&row["spend"]))).collect()
    }
}

/// An account of the sandbox.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) source: String,
    pub(crate) id: String,
    pub(crate) currency: String,
    pub(crate) timezone: String,
    pub(crate) secret: String,
    pub(crate) base_url: String,
}

impl Account {
    fn read(value: &Value) -> Self {
        let field = |name: &str| text(&value[name]);
        Self {
            source: field("source"),
            id: field("account"),
            currency: field("currency"),
            timezone: field("timezone"),
            secret: field("secret"),
            base_url: field("base_url"),
        }
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("text expected, not {value}")).to_owned()
}

/// An installation of its own.
pub(crate) struct App {
    pub(crate) data: TempDir,
}

impl App {
    /// Made by `init`.
    pub(crate) fn new() -> Self {
        let app = Self { data: TempDir::new().unwrap() };
        let out = app.run_with(&["init", "--email", EMAIL, "--password-stdin", "--agency", "Harbour"], PASSWORD);
        assert!(out.status.success(), "{}", stderr(&out));
        app
    }

    /// Another installation with the same content. No process may have this one open.
    pub(crate) fn twin(&self) -> Self {
        let twin = Self { data: TempDir::new().unwrap() };
        for file in self.files() {
            let copy = twin.path().join(file.strip_prefix(self.path()).unwrap());
            std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
            std::fs::copy(&file, copy).unwrap();
        }
        twin
    }

    /// With a tenant `acme` that has these accounts connected. Whether the credentials are good is checked.
    pub(crate) fn connected(accounts: &[Account]) -> Self {
        let app = Self::new();
        let (currency, zone) = (accounts[0].currency.as_str(), accounts[0].timezone.as_str());
        app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", currency, "--timezone", zone]);
        for account in accounts {
            let out = app.connect(account);
            assert!(out.status.success(), "{}", stderr(&out));
        }
        app
    }

    pub(crate) fn connect(&self, account: &Account) -> Output {
        let args = [
            "connect",
            &account.source,
            "--tenant",
            "acme",
            "--account",
            &account.id,
            "--secret-stdin",
            "--base-url",
            &account.base_url,
        ];
        self.run_with(&args, &account.secret)
    }

    pub(crate) fn path(&self) -> &Path {
        self.data.path()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = binary();
        command.arg("--data").arg(self.path()).arg("--json").args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.run_with(args, "")
    }

    pub(crate) fn run_with(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that refuses its arguments does not read its input.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed and answers its JSON.
    pub(crate) fn ok(&self, args: &[&str]) -> Value {
        let out = self.run(args);
        assert!(out.status.success(), "{args:?} exits {:?}\n{}{}", out.status.code(), stdout(&out), stderr(&out));
        serde_json::from_slice(&out.stdout).unwrap_or(Value::Null)
    }

    /// Runs a command that must fail with this code and answers what it said.
    pub(crate) fn fails(&self, code: i32, args: &[&str]) -> String {
        let out = self.run(args);
        assert_eq!(out.status.code(), Some(code), "{args:?}\n{}{}", stdout(&out), stderr(&out));
        stderr(&out) + &stdout(&out)
    }

    /// Asserts that the doctor finds nothing wrong, but for versions of interfaces: they age with the calendar.
    pub(crate) fn is_well(&self, why: &str) {
        let doctor = self.ok(&["doctor"]);
        for check in doctor["checks"].as_array().unwrap() {
            assert!(check["finding"] == "ok" || text(&check["what"]).ends_with(": version"), "{why}: {check}");
        }
    }

    pub(crate) fn sync(&self, range: Option<(&str, &str)>) -> Output {
        let mut args = vec!["sync", "--tenant", "acme"];
        if let Some((from, to)) = range {
            args.extend(["--from", from, "--to", to]);
        }
        self.run(&args)
    }

    /// The metrics every comparison of two states of the lake looks at, by campaign and day.
    pub(crate) fn everything(&self, from: &str, to: &str) -> Value {
        let metrics = "spend,impressions,clicks,link_clicks,conversions,revenue,video_views,roas";
        self.ok(&["query", "--tenant", "acme", "--metrics", metrics, "--by", "date,ad", "--from", from, "--to", to])
    }

    pub(crate) fn spend_by_day(&self, from: &str, to: &str) -> Vec<(String, String)> {
        let answer = self.ok(&["query", "--tenant", "acme", "--metrics", "spend", "--by", "date", "--from", from, "--to", to]);
        answer["rows"].as_array().unwrap().iter().map(|row| (text(&row["date"]), text(&row["spend"]))).collect()
    }

    /// Settings in its folder.
    pub(crate) fn set(&self, settings: &str) {
        std::fs::write(self.path().join("trimtab.toml"), settings).unwrap();
    }

    /// Serves this installation on a free port.
    pub(crate) fn serve(&self) -> Running {
        self.serve_at("warn")
    }

    /// The same, logging as told.
    pub(crate) fn serve_at(&self, level: &str) -> Running {
        let mut command = binary();
        command
            .arg("--data")
            .arg(self.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("TRIMTAB_LOG", level)
            .env("TRIMTAB_SYNC_AUTOMATIC", "false");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let log = Arc::new(Mutex::new(Vec::new()));
        while !line.contains("listens on http://") {
            line.clear();
            assert!(err.read_line(&mut line).unwrap() > 0, "the server ended before it listened");
            log.lock().unwrap().extend_from_slice(line.as_bytes());
        }
        let url = line[line.find("http://").unwrap()..].trim().to_owned();
        // Keeps reading, so that the server never waits for a full pipe.
        let heard = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut line = Vec::new();
            while err.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                heard.lock().unwrap().append(&mut line);
            }
        });
        let out = BufReader::new(child.stdout.take().unwrap());
        Running { child, url, smtp: None, log, _out: out }
    }

    /// Every file of the installation.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, files) } else { files.push(path) }
            }
        }
        let mut files = Vec::new();
        walk(self.path(), &mut files);
        files
    }
}

pub(crate) fn http<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

pub(crate) fn stdout(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned()
}

pub(crate) fn stderr(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

/// The same amounts, however many digits they are written with.
pub(crate) fn cents(rows: &[(String, String)]) -> Vec<(String, String)> {
    let amount = |text: &String| trimtab_domain::money::decimal(trimtab_domain::money::parse_micros(text).unwrap());
    rows.iter().map(|(day, spend)| (day.clone(), amount(spend))).collect()
}
