//! Report runs: asked for, polled until done, then read page by page. Figures are those of the moment it was asked for.

use super::{Query, Walk, write_page};
use crate::{
    http::Request,
    limits,
    meta::{auth::Grant, error::GraphError, paging},
    world::{World, account::Place, calendar::stamp, delivery::civil},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The runs asked for so far.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    asked: u64,
    runs: BTreeMap<u64, Run>,
}

#[derive(Debug, Clone)]
struct Run {
    query: Query,
    asked_at: i64,
    polls: u32,
    /// Polls until it is done: more for more rows.
    needs: u32,
    ends: Ending,
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Completed,
    Failed,
    Skipped,
    /// Not at all.
    Stuck,
}

const FIRST_RUN: u64 = 6_023_920_149_050;

impl Runs {
    /// Starts a run; answers its id, as text or as a number by turns, since Meta does both.
    pub(crate) fn start(
        &mut self,
        world: &World,
        request: &Request,
        (account, object): (usize, Option<Place>),
        now: i64,
        fault: Option<Ending>,
    ) -> Result<Value, GraphError> {
        let of = &world.accounts[account];
        let query = Query::read(request, account, of, object, now)?;
        let rows = query.rows_max(of, Walk::new(of, &query).parts());
        let needs = match rows {
            0..=2_000 => 1,
            2_001..=50_000 => 2,
            _ => 4,
        };
        let ends = if rows > limits::META_REPORT_ROWS_MAX { Ending::Failed } else { fault.unwrap_or(Ending::Completed) };
        let id = FIRST_RUN + self.asked * 17;
        self.asked += 1;
        self.runs.insert(id, Run { query, asked_at: now, polls: 0, needs, ends });
        if self.runs.len() > limits::RUNS_KEPT {
            self.runs.pop_first();
        }
        let id_text = Value::from(id.to_string());
        Ok(json!({"report_run_id": if self.asked % 2 == 1 { id_text } else { Value::from(id) }}))
    }

    /// The account a run is about, if there is such a run.
    pub(crate) fn account_of(&self, id: u64) -> Option<usize> {
        self.runs.get(&id).map(|r| r.query.account)
    }

    /// One poll: each brings the run a step further.
    pub(crate) fn poll(&mut self, world: &World, id: u64, now: i64) -> Option<Value> {
        let run = self.runs.get_mut(&id)?;
        let expired = now - run.asked_at > limits::META_RUN_DAYS * 86_400;
        run.polls = run.polls.saturating_add(1);
        let (status, percent) = match (run.polls, run.ends) {
            _ if expired => ("Job Skipped", 0),
            (n, _) if n <= run.needs => {
                let percent = (n - 1) * 90 / run.needs;
                (
                    if n == 1 {
                        "Job Not Started"
                    } else if percent < 40 {
                        "Job Started"
                    } else {
                        "Job Running"
                    },
                    percent,
                )
            }
            (_, Ending::Completed) => ("Job Completed", 100),
            (_, Ending::Failed) => ("Job Failed", 45),
            (_, Ending::Skipped) => ("Job Skipped", 0),
            (_, Ending::Stuck) => ("Job Running", 90),
        };
        let (first, last) = (run.query.intervals.first(), run.query.intervals.last());
        let mut answer = json!({
            "id": id.to_string(),
            "account_id": world.accounts[run.query.account].id.to_string(),
            "time_ref": run.asked_at,
            "async_status": status,
            "async_percent_completion": percent,
            "date_start": first.map(|i| civil(i.0).to_string()),
            "date_stop": last.map(|i| civil(i.1).to_string()),
        });
        if status == "Job Completed" {
            answer["time_completed"] = json!(now);
        }
        if status == "Job Failed" {
            answer["error_code"] = json!(-3);
            answer["error_subcode"] = json!(1_504_045);
            answer["error_message"] = json!("The report is too large to be made");
            answer["error_user_title"] = json!("Report too large");
            answer["error_user_msg"] = json!(format!("Ask for fewer days or fewer objects. Asked at {}.", stamp(run.asked_at)));
        }
        Some(answer)
    }

    /// The query of a run that is done.
    pub(crate) fn finished(&self, id: u64) -> Result<Query, GraphError> {
        match self.runs.get(&id) {
            Some(run) if run.ends == Ending::Completed && run.polls > run.needs => Ok(run.query.clone()),
            Some(_) => Err(GraphError::new(400, 2601, "(#2601) Error loading the report: the job is not completed")),
            None => Err(GraphError::no_object(&id.to_string())),
        }
    }
}

/// A page of a finished run.
pub(crate) fn page(world: &World, grant: &Grant, request: &Request, query: &Query) -> Result<(Vec<u8>, usize), GraphError> {
    let limit = paging::limit(request, limits::META_PAGE_DEFAULT, limits::META_REPORT_PAGE_MAX)?;
    let walk = Walk::new(&world.accounts[query.account], query);
    write_page(&walk, query, grant, request, limit)
}
