//! Prepared reports: asked for, looked after, and fetched as CSV once they are done.

use super::{Query, query::Mode, row::Row, walk::Walk};
use crate::{
    http::Request,
    limits,
    tiktok::{
        envelope::{Answer, ApiError},
        objects::time,
        params::{self, need},
    },
    world::{World, delivery::Delivery},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How a task ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Success,
    Failed,
    Canceled,
    /// Never.
    Stuck,
}

#[derive(Debug)]
struct Task {
    query: Query,
    /// Whether the header shows titles for people, as it does unless told not to.
    titles: bool,
    name: String,
    asked_at: i64,
    polls: u32,
    /// Polls until it is done.
    needs: u32,
    ends: Ending,
}

/// All tasks, by id.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    tasks: BTreeMap<u64, Task>,
    asked: u64,
}

const FIRST_TASK: u64 = 7_412_000_000_000_000_000;

impl Tasks {
    /// `report/task/create/`.
    pub(crate) fn create(
        &mut self,
        world: &World,
        request: &Request,
        account: usize,
        now: i64,
        fault: Option<Ending>,
    ) -> Result<Value, ApiError> {
        let body = params::body(request)?;
        for name in ["dimensions", "metrics", "filtering"] {
            if body.get(name).is_some_and(|v| !v.is_array()) {
                return Err(ApiError::parameter(format_args!("{name}: Not a valid list.")));
            }
        }
        match body.get("output_format").and_then(Value::as_str) {
            None | Some("CSV_STRING" | "CSV_DOWNLOAD") => {}
            Some("XLSX_DOWNLOAD") => return Err(ApiError::new(40_008, "XLSX_DOWNLOAD is not implemented here.")),
            Some(other) => return Err(ApiError::parameter(format_args!("output_format: '{other}' is not a valid value."))),
        }
        let of = &world.accounts[account];
        let query = Query::read(request, account, of, Mode::Task, now)?;
        let rows = Walk::new(of, &query)?.rows_max();
        let needs = match rows {
            0..=2_000 => 1,
            2_001..=50_000 => 2,
            _ => 4,
        };
        let ends = if rows > limits::TIKTOK_TASK_ROWS_MAX { Ending::Failed } else { fault.unwrap_or(Ending::Success) };
        let id = FIRST_TASK + self.asked * 17;
        self.asked += 1;
        let name = body.get("file_name").and_then(Value::as_str).map(str::trim).filter(|n| !n.is_empty());
        let name = name.map_or_else(|| format!("report_{id}"), |n| n.chars().filter(char::is_ascii_alphanumeric).collect());
        let titles = params::flag(request, "enable_report_title_translation", true)?;
        self.tasks.insert(id, Task { query, titles, name, asked_at: now, polls: 0, needs, ends });
        if self.tasks.len() > limits::RUNS_KEPT {
            self.tasks.pop_first();
        }
        Ok(json!({"task_id": id.to_string()}))
    }

    /// The account that a request's task is about.
    pub(crate) fn account_of(&self, request: &Request) -> Option<usize> {
        let id = request.given("task_id")?.parse().ok()?;
        self.tasks.get(&id).map(|t| t.query.account)
    }

    /// The task of a request, which must be one of this account.
    fn find(&mut self, request: &Request, account: usize) -> Result<&mut Task, ApiError> {
        let text = need(request, "task_id")?;
        let task = text.parse().ok().and_then(|id: u64| self.tasks.get_mut(&id)).filter(|t| t.query.account == account);
        task.ok_or_else(|| ApiError::no_object("task", text))
    }

    /// `report/task/check/`: each look brings the task a step further.
    pub(crate) fn check(&mut self, request: &Request, account: usize) -> Result<Value, ApiError> {
        let task = self.find(request, account)?;
        task.polls = task.polls.saturating_add(1);
        let status = match (task.polls, task.ends) {
            (1, Ending::Success | Ending::Failed | Ending::Stuck) => "QUEUING",
            (n, Ending::Success | Ending::Failed) if n <= task.needs => "PROCESSING",
            (_, Ending::Stuck) => "PROCESSING",
            (_, Ending::Success) => "SUCCESS",
            (_, Ending::Failed) => "FAILED",
            (_, Ending::Canceled) => "CANCELED",
        };
        let message = if status == "FAILED" { "The report could not be made." } else { "" };
        Ok(json!({"status": status, "message": message, "create_time": time(task.asked_at)}))
    }

    /// `report/task/cancel/`.
    pub(crate) fn cancel(&mut self, request: &Request, account: usize) -> Result<Value, ApiError> {
        self.find(request, account)?.ends = Ending::Canceled;
        Ok(json!({}))
    }

    /// `report/task/download/`: what to write, once it is done.
    pub(crate) fn finished(&mut self, request: &Request, account: usize) -> Result<Finished, ApiError> {
        let task = self.find(request, account)?;
        match task.ends {
            Ending::Success if task.polls > task.needs => {
                Ok(Finished { query: task.query.clone(), titles: task.titles, name: task.name.clone() })
            }
            Ending::Success | Ending::Stuck => Err(ApiError::new(40_201, "The task is not ready yet.")),
            Ending::Failed | Ending::Canceled => Err(ApiError::new(40_200, "The task has failed.")),
        }
    }
}

/// A task that is done.
#[derive(Debug)]
pub(crate) struct Finished {
    query: Query,
    titles: bool,
    name: String,
}

impl Finished {
    /// The whole file.
    pub(crate) fn file(&self, world: &World) -> Result<Answer, ApiError> {
        let walk = Walk::new(&world.accounts[self.query.account], &self.query)?;
        let mut out = Vec::new();
        let dimensions = self.query.dimensions.iter().map(|d| if self.titles { d.title() } else { d.name() });
        let metrics = self.query.metrics.iter().map(|m| if self.titles { m.title } else { m.name });
        for (i, name) in dimensions.chain(metrics).enumerate() {
            field(&mut out, i, name.as_bytes());
        }
        out.push(b'\n');
        let mut delivery = Delivery::default();
        for block in 0..walk.blocks() {
            walk.block(block, false, &mut delivery).iter().for_each(|row| self.line(&walk, row, &mut out));
        }
        Ok(Answer::File(out, format!("{}.csv", self.name)))
    }

    fn line(&self, walk: &Walk<'_>, row: &Row<'_>, out: &mut Vec<u8>) {
        let dimensions = self.query.dimensions.len();
        for (i, dimension) in self.query.dimensions.iter().enumerate() {
            field(out, i, walk.dimension(row, *dimension).as_bytes());
        }
        let mut value = Vec::new();
        for (i, asked) in self.query.metrics.iter().enumerate() {
            value.clear();
            asked.metric.write(row, &mut value);
            field(out, dimensions + i, &value);
        }
        out.push(b'\n');
    }
}

/// One field of a line, in quotes where it needs them.
fn field(out: &mut Vec<u8>, nth: usize, text: &[u8]) {
    if nth > 0 {
        out.push(b',');
    }
    if !text.iter().any(|b| matches!(b, b',' | b'"' | b'\n')) {
        return out.extend_from_slice(text);
    }
    out.push(b'"');
    for b in text {
        if *b == b'"' {
            out.push(b'"');
        }
        out.push(*b);
    }
    out.push(b'"');
}
