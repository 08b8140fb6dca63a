//! Reports: asked for with a document, polled until done, then fetched from a signed link that lives five minutes.
//!
//! Figures are those of the moment a report was asked for. A file is made when its report is first seen to be finished, held until it is
//! fetched, and made anew if it is fetched again.

mod file;
mod request;

use super::error::ApiError;
use crate::{
    http::{Reply, Request},
    limits,
    state::lock,
    world::{
        World,
        chance::{Chance, tag},
    },
};
use request::Asked;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

/// How a report ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Finished,
    Failed,
    Cancelled,
    /// Never.
    Stuck,
}

/// The reports asked for so far.
#[derive(Debug)]
pub(crate) struct Reports {
    chance: Chance,
    asked: u64,
    order: VecDeque<String>,
    runs: HashMap<String, Run>,
    /// Tokens of the reports whose files are held.
    held: VecDeque<String>,
}

#[derive(Debug, Clone)]
struct Run {
    account: usize,
    asked: Arc<Asked>,
    asked_at: i64,
    polls: u32,
    /// Polls until it is done: more for more rows.
    needs: u32,
    ends: Ending,
    size: Option<usize>,
    file: Option<Arc<Vec<u8>>>,
}

impl Reports {
    pub(crate) fn new(seed: u64) -> Self {
        let chance = Chance::new(seed).on(tag("pinterest reports"));
        Self { chance, asked: 0, order: VecDeque::new(), runs: HashMap::new(), held: VecDeque::new() }
    }

    /// The account a report is about, by its token or the name of its file.
    pub(crate) fn account_of(&self, token: &str) -> Option<usize> {
        self.runs.get(token.split('.').next().unwrap_or(token)).map(|run| run.account)
    }

    fn hold(&mut self, token: &str, file: Arc<Vec<u8>>) {
        if self.held.len() >= limits::PINTEREST_FILES_KEPT {
            let oldest = self.held.pop_front();
            if let Some(run) = oldest.and_then(|t| self.runs.get_mut(&t)) {
                run.file = None;
            }
        }
        self.held.push_back(token.to_owned());
        if let Some(run) = self.runs.get_mut(token) {
            run.size = Some(file.len());
            run.file = Some(file);
        }
    }

    fn signature(&self, token: &str, expires: i64) -> String {
        format!("{:016x}", self.chance.on(tag("link")).on(tag(token)).at(expires).bits())
    }
}

/// `POST reports`.
pub(crate) fn ask(
    reports: &Mutex<Reports>,
    world: &World,
    account: usize,
    request: &Request,
    now: i64,
    fault: Option<Ending>,
) -> Result<Value, ApiError> {
    let asked = Asked::read(&world.accounts[account], request, now)?;
    let rows = asked.rows_max(&world.accounts[account]);
    let needs = match rows {
        0..=2_000 => 1,
        2_001..=50_000 => 2,
        _ => 4,
    };
    let ends = if rows > limits::PINTEREST_REPORT_ROWS_MAX { Ending::Failed } else { fault.unwrap_or(Ending::Finished) };
    let mut reports = lock(reports);
    let number = reports.asked;
    reports.asked += 1;
    let dice = reports.chance.on(number);
    let token: String = (0..6).map(|i| format!("{:016x}", dice.on(i).bits())).collect();
    let run = Run { account, asked: Arc::new(asked), asked_at: now, polls: 0, needs, ends, size: None, file: None };
    reports.runs.insert(token.clone(), run);
    reports.order.push_back(token.clone());
    if reports.order.len() > limits::RUNS_KEPT {
        let oldest = reports.order.pop_front().unwrap_or_default();
        reports.runs.remove(&oldest);
    }
    Ok(json!({"report_status": "IN_PROGRESS", "token": token, "message": null}))
}

/// `GET reports?token=…`: each poll brings the report a step further.
pub(crate) fn poll(reports: &Mutex<Reports>, world: &World, account: usize, token: &str, base: &str, now: i64) -> Value {
    let told = |status: &str| json!({"report_status": status, "url": null, "size": null});
    let run = {
        let mut reports = lock(reports);
        let Some(run) = reports.runs.get_mut(token).filter(|r| r.account == account) else {
            return told("DOES_NOT_EXIST");
        };
        run.polls = run.polls.saturating_add(1);
        run.clone()
    };
    if now - run.asked_at >= limits::PINTEREST_REPORT_SECONDS {
        return told("EXPIRED");
    }
    if run.polls <= run.needs {
        return told("IN_PROGRESS");
    }
    match run.ends {
        Ending::Failed => return told("FAILED"),
        Ending::Cancelled => return told("CANCELLED"),
        Ending::Stuck => return told("IN_PROGRESS"),
        Ending::Finished => {}
    }
    let size = run.size.unwrap_or_else(|| {
        let file = Arc::new(file::make(&world.accounts[account], &run.asked));
        let size = file.len();
        lock(reports).hold(token, file);
        size
    });
    let expires = now + limits::PINTEREST_LINK_SECONDS;
    let signature = lock(reports).signature(token, expires);
    let name = format!("{token}.{}", run.asked.format.extension());
    let url = format!("{base}/async_reports/{name}?Expires={expires}&Signature={signature}");
    json!({"report_status": "FINISHED", "url": url, "size": size})
}

/// The file behind a signed link. The link is all the proof it takes: with a token beside it the store refuses.
pub(crate) fn fetch(reports: &Mutex<Reports>, world: &World, name: &str, request: &Request, now: i64) -> Reply {
    let token = name.split('.').next().unwrap_or(name);
    if request.header("authorization").is_some() {
        let message = "Only one auth mechanism allowed; only the Signature query string parameter or the Authorization header should be specified";
        return refusal(400, "InvalidArgument", message);
    }
    let expires: i64 = request.given("Expires").and_then(|e| e.parse().ok()).unwrap_or(0);
    let run = {
        let reports = lock(reports);
        let signed = request.given("Signature") == Some(reports.signature(token, expires).as_str());
        reports.runs.get(token).filter(|_| signed && now < expires).cloned()
    };
    let Some(run) = run else {
        return refusal(403, "AccessDenied", "Request has expired");
    };
    let made = || Arc::new(file::make(&world.accounts[run.account], &run.asked));
    let body = run.file.unwrap_or_else(made);
    {
        // Fetched: no longer held.
        let mut reports = lock(reports);
        reports.held.retain(|t| t != token);
        if let Some(run) = reports.runs.get_mut(token) {
            run.file = None;
        }
    }
    let body = Arc::try_unwrap(body).unwrap_or_else(|shared| shared.to_vec());
    Reply { status: 200, headers: vec![("content-type", run.asked.format.mime().to_owned())], body }
}

/// A refusal of the store that the files lie in.
fn refusal(status: u16, code: &str, message: &str) -> Reply {
    let body =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    Reply { status, headers: vec![("content-type", "application/xml".to_owned())], body: body.into_bytes() }
}
