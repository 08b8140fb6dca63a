//! Reports that Meta prepares in the background: submit, look until it is ready, read its pages.

use super::graph::{Ask, BadBody, Failure, Graph, PageEnd, Tally};
use crate::{Error, limits, scalar::Text};
use serde::Deserialize;
use tokio::time::Instant;
use trimtab_domain::Source;
use trimtab_wire::Method;

#[derive(Deserialize)]
struct Submitted<'a> {
    /// The documentation types it a string and shows a number.
    #[serde(borrow)]
    report_run_id: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Run {
    async_status: String,
    async_percent_completion: f64,
    error_code: Option<i64>,
    error_message: Option<String>,
    error_user_msg: Option<String>,
}

/// How a report ended.
enum End {
    Ready,
    /// It expired or was dropped unprepared.
    Skipped,
    /// With Meta's reason.
    Failed(String),
}

impl Graph {
    /// Has a report prepared and reads it. `ask` is the request for its insights. A report that fails for good comes back as
    /// [`Failure::TooMuch`] since a smaller range is what helps; where the range cannot shrink (`smallest`), it is tried again first.
    pub(crate) async fn report(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        smallest: bool,
        read: impl FnMut(&[u8]) -> Result<PageEnd, BadBody>,
    ) -> Result<(), Failure> {
        let mut reason = String::new();
        for _ in 0..limits::REPORT_SUBMITS_MAX {
            let submit = Ask { method: Method::Post, ..ask.clone() };
            let id = self
                .ask(tally, &submit, |body| {
                    let submitted: Submitted<'_> = serde_json::from_slice(body)?;
                    Ok(submitted.report_run_id.0.into_owned())
                })
                .await?;
            match self.watch(tally, ask, &id).await? {
                End::Ready => {
                    let rows = Ask::get(ask.account, format!("{id}/insights"), Vec::new());
                    return self.pages(tally, &rows, limits::INSIGHTS_PAGE_ROWS, read).await;
                }
                End::Skipped => "the platform skipped it".clone_into(&mut reason),
                End::Failed(why) if smallest => reason = why,
                End::Failed(why) => return Err(Failure::TooMuch(unprepared(ask, &why, false))),
            }
        }
        Err(Failure::TooMuch(unprepared(ask, &reason, false)))
    }

    /// Looks at a report until it has ended, in growing intervals. Only this read waits for it.
    async fn watch(&self, tally: &Tally, ask: &Ask<'_>, id: &str) -> Result<End, Failure> {
        let look = Ask::get(ask.account, id, Vec::new());
        let submitted = Instant::now();
        let mut wait = limits::REPORT_POLL_FIRST;
        while submitted.elapsed() < self.deadlines.report {
            tokio::time::sleep(wait).await;
            wait = wait.mul_f64(1.5).min(limits::REPORT_POLL_CAP);
            let run = match self.ask(tally, &look, |body| Ok(serde_json::from_slice::<Run>(body)?)).await {
                // A report is known to its readers a moment after it is created.
                Err(Failure::Unknown(_)) if submitted.elapsed() < limits::REPORT_BIRTH => continue,
                run => run?,
            };
            match run.async_status.as_str() {
                // The status alone runs ahead of the rows.
                "Job Completed" if run.async_percent_completion >= 100.0 => return Ok(End::Ready),
                "Job Skipped" => return Ok(End::Skipped),
                "Job Failed" => {
                    let code = run.error_code.map(|code| format!(" (code {code})")).unwrap_or_default();
                    let why = run.error_user_msg.or(run.error_message).unwrap_or_else(|| "no reason given".to_owned());
                    return Ok(End::Failed(format!("{why}{code}")));
                }
                _ => {}
            }
        }
        let within = self.deadlines.report.as_secs();
        Err(Failure::Other(unprepared(ask, &format!("it was not ready within {within} s"), true)))
    }
}

fn unprepared(ask: &Ask<'_>, why: &str, timeout: bool) -> Error {
    let what = format!("the insights report was not prepared: {why}");
    Error::Transient { platform: Source::Meta, account: ask.account.cloned(), what, timeout, source: None }
}
