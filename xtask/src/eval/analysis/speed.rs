//! How long analysis takes: ten thousand series forecast, and one tenant through the shipped binary, anew and after one more day.
//!
//! A server reads a sandbox's account of 2 000 ads over HTTP, as a person would have it do; how long its analyses took is in its own log.

use super::super::installation::{Account, Installation, Sandbox};
use super::{Bar, Measures, example};
use crate::{
    loopback, process,
    server::{ADMIN, Stopped, pause},
    workspace::Workspace,
};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const ABOUT: [&str; 3] = [
    "The development profile (dependencies and our own code at `opt-level = 1`) on a machine that others used meanwhile: times are upper bounds. *10 000 series*: made-up spend of 400 days with weeks, waves and \
     jumps, 28 days ahead, two threads. *One tenant*: the real binary serves on one core (`taskset`, where there is one) and reads a sandbox's Meta account of 2 000 ads and 400 \
     days over HTTP; then the sandbox's clock goes on by a day, and the new day is read with its look-back of 28. Timed is everything that is made after a sync, from reading the facts to storing the \
     results: forecasts, funnel, incidents, wear of every ad, score, budgets, insights. The server's own log tells it (`took_ms`).",
    "*Nothing new*: `POST /api/v1/analyses/run` on the same facts again, which chooses everything, finds the same hashes, and reads and makes nothing.",
    "**What misleads.** One account with one platform; a tenant of several accounts makes most of it once for each. Many of the 2 000 ads run in a part of the 400 days only, as in any account. Patterns are learnt once a week, and the new day \
     does not begin one. The server has read the days before and holds them in memory; one that was started anew reads them again.",
];

/// A business of 2 000 ads, whose clock stands still until it is moved.
const WORLD: [&str; 10] = ["--seed", "3", "--tenants", "1", "--ads", "2000", "--days", "402", "--today", "2026-11-19"];
/// First and last day of the first sync; then of the next day's with its look-back, after the same Monday. The last day is the one that goes on.
const FIRST: (&str, &str) = ("2025-10-15", "2026-11-19");
const NEXT: (&str, &str) = ("2026-10-23", "2026-11-20");
const TENANT: &str = "large";
const READY_MAX: Duration = Duration::from_secs(60);
const SYNC_MAX: Duration = Duration::from_secs(1_800);
const LOOKED_AT_EVERY: Duration = Duration::from_millis(200);

/// # Errors
/// When something cannot be built or run.
pub(in super::super) fn speed(workspace: &Workspace, binary: &Path) -> Result<Measures> {
    let many = process::capture(process::command(example(workspace, "eval_forecast")?).args(["--speed", "10000", "400", "2"]))?;
    Ok(of(&serde_json::from_str(&many)?, &tenant(binary)?))
}

/// What a server's log says of analyses.
#[derive(Debug, Default)]
struct Told {
    /// Everything, from reading facts to storing results.
    milliseconds: f64,
    made: u64,
    /// Each analysis by name.
    parts: Vec<(String, f64)>,
}

/// A tenant's analyses anew, after one more day, and with nothing new.
#[derive(Debug, Default)]
struct Tenant {
    rows: u64,
    anew: Told,
    next: Told,
    nothing_new_ms: f64,
}

fn tenant(binary: &Path) -> Result<Tenant> {
    let sandbox = Sandbox::start(binary, &WORLD)?;
    let accounts = sandbox.accounts()?;
    let account: &Account =
        accounts.iter().find(|account| account.source == "meta").context("the sandbox has no account of Meta")?;
    let installation = Installation::new(binary, Some(sandbox.rates_url()))?;
    installation.connect(TENANT, account)?;
    let server = Server::start(binary, installation.home())?;
    let (rows, anew) = server.sync(FIRST)?;
    let begun = Instant::now();
    let again = server.ask("POST", "/api/v1/analyses/run", b"")?;
    let nothing_new_ms = begun.elapsed().as_secs_f64() * 1_000.0;
    ensure!(again["made"] == 0, "analyses of the same facts were made anew: {again}");
    sandbox.advance("P1D")?;
    let (_, next) = server.sync(NEXT)?;
    Ok(Tenant { rows, anew, next, nothing_new_ms })
}

/// A server with somebody signed in.
struct Server {
    _child: Stopped,
    origin: String,
    token: String,
    log: PathBuf,
}

impl Server {
    fn start(binary: &Path, home: &Path) -> Result<Self> {
        let origin = format!("http://127.0.0.1:{}", loopback::free_port()?);
        let pinned = process::succeeds(process::command("taskset").args(["-c", "0", "true"]));
        let mut serve = if pinned { process::command("taskset") } else { process::command(binary) };
        if pinned {
            serve.args(["-c", "0"]).arg(binary);
        }
        let log = home.join("server.log");
        serve.arg("--data").arg(home).args(["serve", "--listen", origin.trim_start_matches("http://")]);
        serve.envs([
            ("TRIMTAB_SYNC_AUTOMATIC", "false"),
            ("TRIMTAB_LOG", "info,trimtab_engine=debug"),
            ("TRIMTAB_LOG_FORMAT", "json"),
        ]);
        serve.stdout(std::process::Stdio::null()).stderr(File::create(&log).context("cannot write the server's log")?);
        let mut server = Self { _child: Stopped::start(&mut serve)?, origin, token: String::new(), log };
        let begun = Instant::now();
        while !loopback::send(&server.origin, "GET", "/ready", &[], b"").is_ok_and(|answer| answer.status == 200) {
            ensure!(begun.elapsed() < READY_MAX, "the server was not ready within {} s", READY_MAX.as_secs());
            pause(LOOKED_AT_EVERY);
        }
        let (email, password) = ADMIN;
        let session =
            server.ask("POST", "/api/v1/auth/login", json!({ "email": email, "password": password }).to_string().as_bytes())?;
        server.token = session["token"].as_str().context("a session has a token")?.to_owned();
        Ok(server)
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> Result<Value> {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("content-type", "application/json")];
        if !self.token.is_empty() {
            headers.push(("authorization", &bearer));
        }
        let target = if self.token.is_empty() { path.to_owned() } else { format!("{path}?tenant={TENANT}") };
        let answer = loopback::send(&self.origin, method, &target, &headers, body)?;
        let said = || String::from_utf8_lossy(&answer.body).into_owned();
        ensure!((200..300).contains(&answer.status), "{method} {path} answers {}: {}", answer.status, said());
        serde_json::from_slice(&answer.body).with_context(|| format!("{method} {path} answers with no document: {}", said()))
    }

    /// Reads some days, and tells how many rows came and what the log says of the analyses that followed.
    fn sync(&self, (from, to): (&str, &str)) -> Result<(u64, Told)> {
        let known = self.lines()?.len();
        let asked = json!({ "kind": "sync", "from": from, "to": to }).to_string();
        let execution = self.ask("POST", "/api/v1/executions", asked.as_bytes())?;
        let path = format!("/api/v1/executions/{}", execution["id"].as_str().context("an execution has an id")?);
        let begun = Instant::now();
        loop {
            let execution = self.ask("GET", &path, b"")?;
            match execution["status"].as_str() {
                Some("queued" | "running") if begun.elapsed() < SYNC_MAX => pause(LOOKED_AT_EVERY),
                Some("succeeded") => {
                    let lines = self.lines()?;
                    return Ok((execution["progress"]["rows"].as_u64().unwrap_or(0), told(&lines[known..])?));
                }
                _ => bail!("the sync from {from} to {to} did not succeed: {execution}"),
            }
        }
    }

    fn lines(&self) -> Result<Vec<Value>> {
        let text = fs::read_to_string(&self.log).context("cannot read the server's log")?;
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }
}

fn told(lines: &[Value]) -> Result<Told> {
    let mut told = Told::default();
    let said = |line: &&Value, what: &str| line["fields"]["message"] == what;
    for line in lines.iter().filter(|line| said(line, "an analysis was made")) {
        let name = line["fields"]["analysis"].as_str().unwrap_or_default().to_owned();
        told.parts.push((name, line["fields"]["took_ms"].as_f64().unwrap_or(f64::NAN)));
    }
    let whole = lines.iter().find(|line| said(line, "analyses were made")).context("the server's log tells of no analyses")?;
    told.milliseconds = whole["fields"]["took_ms"].as_f64().context("the server's log does not tell how long analyses took")?;
    told.made = whole["fields"]["made"].as_u64().unwrap_or(0);
    Ok(told)
}

fn of(many: &Value, tenant: &Tenant) -> Measures {
    let mut all = Measures::about(&ABOUT);
    all.add(("10 000 series of 400 days", "forecast on two threads, s"), &many["seconds"], Bar::AtMost(60.0), vec![]);
    let name = "one tenant, 2 000 ads, 400 days";
    let seconds = |milliseconds: f64| json!(milliseconds / 1_000.0);
    all.add((name, "all analyses anew, s"), &seconds(tenant.anew.milliseconds), Bar::AtMost(5.0), vec![]);
    all.add((name, "all analyses after one new day, s"), &seconds(tenant.next.milliseconds), Bar::AtMost(1.0), vec![]);
    all.add((name, "nothing new, s"), &seconds(tenant.nothing_new_ms), Bar::None, vec![]);
    for (what, told) in [("Anew", &tenant.anew), ("After one new day", &tenant.next)] {
        let made: f64 = told.parts.iter().map(|(_, took)| took).sum();
        let parts: Vec<String> = told.parts.iter().map(|(name, took)| format!("{name} {took:.0}")).collect();
        all.notes.push(format!(
            "{what}: {} results; {:.0} ms in all, of which {} ms making ({}), the rest reading facts and storing results.",
            told.made,
            told.milliseconds,
            made,
            parts.join(", ")
        ));
    }
    all.notes.push(format!("The account's first sync brought {} rows.", tenant.rows));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_how_long_analyses_took() {
        let part =
            |name: &str, took: u64| json!({ "fields": { "message": "an analysis was made", "analysis": name, "took_ms": took } });
        let whole = json!({ "fields": { "message": "analyses were made", "made": 2, "took_ms": 900 } });
        let told = told(&[part("forecast", 100), json!({}), part("fatigue", 500), whole]).unwrap();
        assert_eq!((told.milliseconds, told.made, told.parts.len()), (900.0, 2, 2));
        let tenant = Tenant { anew: Told { milliseconds: 4_000.0, ..Told::default() }, next: told, ..Tenant::default() };
        let all = of(&json!({ "seconds": 61.0 }), &tenant);
        assert_eq!(all.measures.iter().map(super::super::Measure::verdict).collect::<Vec<_>>(), ["NOT HELD", "held", "held", ""]);
        assert!(all.notes[1].contains("600 ms making (forecast 100, fatigue 500)"), "{}", all.notes[1]);
    }

    #[test]
    fn a_log_without_analyses_is_an_error() {
        assert!(told(&[json!({ "fields": { "message": "x" } })]).is_err());
    }
}
