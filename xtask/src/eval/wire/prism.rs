//! A third party's opinion: Prism (`@stoplight/prism-cli`), a mock server and validating proxy made from Pinterest's own document.
//!
//! As a proxy it stands between our connector and the sandbox for a whole sync; with `--errors` whatever it finds wrong with a request or an
//! answer makes the sync fail. As a mock server it is asked everything that a recorded sync asked. The sandbox serves the platform below a
//! prefix and the version within the path, which the document has in its server's address, so paths are moved there; the files of reports,
//! which lie in a storage outside the document, are let through.

use super::{exchange::Exchange, world};
use crate::{
    loopback::{self, Answer},
    process, report, server,
};
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// The newest version for the Node that the repository asks for; later ones want Node 24.
const VERSION: &str = "5.14.2";
const PACKAGE: &str = "@stoplight/prism-cli";
const READY_MAX: Duration = Duration::from_secs(60);
/// The platform's prefix at the sandbox.
const PREFIX: &str = "/pinterest";
/// Requests told at most.
const TOLD_MAX: usize = 50;
/// A name and a password that are none, in the place of those a recording leaves out.
const STAND_IN: &str = "Basic cmVkYWN0ZWQ6cmVkYWN0ZWQ=";
/// Nothing of Pinterest's direct reads reaches back so far, so reports are asked for.
const FROM: &str = "2026-07-20";

/// What Prism said.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    version: &'static str,
    /// Requests of a whole sync that went through the proxy.
    proxied: usize,
    /// Distinct requests that the mock server accepted.
    accepted: usize,
    /// What it found wrong, by either way, each once.
    pub(super) violations: BTreeSet<String>,
}

impl Outcome {
    pub(super) fn show(&self) {
        let Self { version, proxied, accepted, violations } = self;
        report::say(format_args!(
            "Prism {version} let {proxied} requests of a whole Pinterest sync through and accepted {accepted} distinct ones as a mock server: {} violations",
            violations.len()
        ));
        violations.iter().take(TOLD_MAX).for_each(|violation| report::say(format_args!("  {violation}")));
    }
}

/// Installs Prism where it is not yet, lets it watch a sync, and asks it everything a recorded sync asked.
///
/// # Errors
/// When npm or Node fails; violations are in the answer.
pub(super) fn run(binary: &Path, document: &Path, scratch: &Path, exchanges: &[Exchange]) -> Result<Outcome> {
    let program = install(scratch)?;
    let folder = tempfile::tempdir().context("cannot create a folder for Prism's document")?;
    let served = folder.path().join("pinterest.json");
    fs::write(&served, moved(&super::document(document)?).to_string()).context("cannot write Prism's document")?;
    let mut outcome = Outcome { version: VERSION, proxied: 0, accepted: 0, violations: BTreeSet::new() };
    watch(&program, &served, binary, &mut outcome)?;
    ask(&program, &served, exchanges, &mut outcome)?;
    Ok(outcome)
}

/// The program's script, installed below `scratch`.
fn install(scratch: &Path) -> Result<PathBuf> {
    let folder = scratch.join("prism");
    let package = folder.join("node_modules").join(PACKAGE);
    let installed = fs::read_to_string(package.join("package.json")).ok();
    let installed = installed.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    if installed.is_none_or(|package| package["version"] != VERSION) {
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        fs::write(folder.join("package.json"), json!({ "private": true }).to_string())?;
        let mut npm = process::command("npm");
        npm.current_dir(&folder).args(["install", "--ignore-scripts", "--no-save"]).arg(format!("{PACKAGE}@{VERSION}"));
        process::run(&mut npm)?;
    }
    Ok(package.join("dist/index.js"))
}

/// The document with paths as the sandbox serves them.
fn moved(document: &Value) -> Value {
    let version = document["servers"][0]["url"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let mut paths: Map<String, Value> = paths.into_iter().map(|(path, item)| (format!("{PREFIX}/{version}{path}"), item)).collect();
    let param = |name: &str, place: &str| json!({"name": name, "in": place, "required": true, "schema": {"type": "string"}});
    let file = json!({"get": {
        "parameters": [param("file", "path"), param("Expires", "query"), param("Signature", "query")],
        "responses": {"200": {"description": "the file of a report"}, "default": {"description": "no such file"}},
    }});
    paths.insert(format!("{PREFIX}/async_reports/{{file}}"), file);
    let mut moved = document.clone();
    moved["paths"] = Value::Object(paths);
    moved["servers"] = json!([]);
    moved
}

fn node(program: &Path) -> Command {
    let mut node = process::command("node");
    node.arg(program).env("NO_COLOR", "1").env("FORCE_COLOR", "0");
    node
}

/// A whole sync through the proxy. It must end with the truth.
fn watch(program: &Path, document: &Path, binary: &Path, outcome: &mut Outcome) -> Result<()> {
    let port = loopback::free_port()?;
    let origin = format!("http://127.0.0.1:{port}");
    let size = ["--tenants", "2", "--ads", "24", "--days", "130", "--origin", &origin];
    let sandbox = world::sandbox(binary, &size)?;
    let mut proxy = node(program);
    proxy.arg("proxy").arg(document).arg(&sandbox.origin).args(["--errors", "--host", "127.0.0.1", "--port", &port.to_string()]);
    let (prism, lines) = server::once_it_says(&mut proxy, "Prism is listening", READY_MAX)?;
    let mut accounts = sandbox.accounts()?;
    accounts.retain(|account| account.source == "pinterest");
    accounts.iter_mut().for_each(|account| account.base_url = format!("{origin}{PREFIX}"));
    let failures = world::synced(binary, &sandbox, &accounts, FROM)?;
    drop(prism);
    // All it said is there once it has ended.
    for line in lines.iter() {
        if line.contains("Forwarding \"") {
            outcome.proxied += 1;
        } else if let Some(said) = violation(&line) {
            outcome.violations.insert(format!("proxy: {said}"));
        }
    }
    outcome.violations.extend(failures.into_iter().map(|failure| format!("proxy: {failure}")));
    if outcome.proxied == 0 {
        outcome.violations.insert("proxy: no request went through".to_owned());
    }
    Ok(())
}

/// What a line of its log complains of.
fn violation(line: &str) -> Option<&str> {
    ["Violation: ", "Request terminated with error: "].iter().find_map(|start| Some(&line[line.find(start)?..]))
}

/// Everything a recorded sync asked, asked of the mock server.
fn ask(program: &Path, document: &Path, exchanges: &[Exchange], outcome: &mut Outcome) -> Result<()> {
    let port = loopback::free_port()?;
    let origin = format!("http://127.0.0.1:{port}");
    let mut mock = node(program);
    // Without `--errors`: what it makes up itself does not always match the patterns of its document, and is not what is asked here.
    mock.arg("mock").arg(document).args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    let (_prism, _lines) = server::once_it_says(&mut mock, "Prism is listening", READY_MAX)?;
    let own = exchanges.iter().filter(|exchange| exchange.platform == "pinterest" && !exchange.provoked);
    let mut asked = BTreeSet::new();
    for Exchange { method, path, query, headers, body, .. } in own.filter(|exchange| exchange.path.starts_with("/v")) {
        if !asked.insert((method, path, query, body)) {
            continue;
        }
        let target = format!("{PREFIX}{path}{}{query}", if query.is_empty() { "" } else { "?" });
        let whole = |value: &str| if value == "Basic redacted" { STAND_IN.to_owned() } else { value.to_owned() };
        let headers: Vec<(&str, String)> = headers.iter().map(|(name, value)| (name.as_str(), whole(value))).collect();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = loopback::send(&origin, method, &target, &headers, body.as_bytes())?;
        match refused(&answer) {
            None => outcome.accepted += 1,
            Some(why) => {
                outcome.violations.insert(format!("mock server: {method} {path}: {why}"));
            }
        }
    }
    if outcome.accepted == 0 {
        outcome.violations.insert("mock server: no request was accepted".to_owned());
    }
    Ok(())
}

/// Why the mock server refused a request, if it did.
fn refused(answer: &Answer) -> Option<String> {
    let told: Vec<Value> = answer.header("sl-violations").and_then(|told| serde_json::from_str(told).ok()).unwrap_or_default();
    let of_request = told.iter().filter(|violation| violation["location"][0] == "request");
    let said: Vec<String> = of_request.map(|violation| format!("{} at {}", violation["message"], violation["location"])).collect();
    if !said.is_empty() {
        return Some(said.join("; "));
    }
    (answer.status >= 300).then(|| format!("status {}: {}", answer.status, String::from_utf8_lossy(&answer.body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_move_to_where_the_sandbox_has_them() {
        let document = json!({"servers": [{"url": "https://api.example/v5"}], "paths": {"/ads": {"get": {}}}});
        let moved = moved(&document);
        let paths: Vec<&String> = moved["paths"].as_object().unwrap().keys().collect();
        assert!(
            paths.contains(&&"/pinterest/v5/ads".to_owned()) && paths.contains(&&"/pinterest/async_reports/{file}".to_owned()),
            "{paths:?}"
        );
        assert_eq!(moved["servers"], json!([]));
    }

    #[test]
    fn a_mock_server_answers_for_its_requests_alone() {
        let answer = |status, told: &str| Answer {
            status,
            headers: vec![("sl-violations".to_owned(), told.to_owned())],
            body: b"x".to_vec(),
        };
        assert_eq!(refused(&answer(200, "")), None);
        assert_eq!(refused(&answer(200, r#"[{"location":["response","body"],"message":"m"}]"#)), None);
        assert_eq!(
            refused(&answer(422, r#"[{"location":["request","query"],"message":"m"}]"#)).unwrap(),
            r#""m" at ["request","query"]"#
        );
        assert_eq!(refused(&answer(404, "")).unwrap(), "status 404: x");
    }

    #[test]
    fn complaints_are_told_from_chatter() {
        assert_eq!(
            violation("[VALIDATOR] ✖  error     Violation: request.query.x must be integer"),
            Some("Violation: request.query.x must be integer")
        );
        assert_eq!(violation("[HTTP SERVER] get /pinterest ℹ  info      Request received"), None);
    }
}
