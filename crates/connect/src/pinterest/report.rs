//! Reports that Pinterest prepares in the background: ask, look until it is ready, fetch the file before its address goes stale.

use super::{
    columns::{CLICK_WINDOW_DAYS, ENGAGEMENT_WINDOW_DAYS, REPORT_TIME, VIEW_WINDOW_DAYS, of_ads},
    service::{Ask, BadBody, Failure, Service, Tally},
};
use crate::{Error, limits};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use trimtab_domain::{DayRange, Source, id::AccountId};

/// The document that asks for a report. Everything travels in it: parameters in the address are ignored.
#[derive(Serialize)]
struct Wanted {
    start_date: String,
    end_date: String,
    granularity: &'static str,
    /// Pinterest's name for the level of ads.
    level: &'static str,
    report_format: &'static str,
    columns: Vec<&'static str>,
    click_window_days: u8,
    engagement_window_days: u8,
    view_window_days: u8,
    conversion_report_time: &'static str,
}

impl Wanted {
    fn ads(range: DayRange) -> Self {
        Self {
            start_date: range.from().to_string(),
            end_date: range.to().to_string(),
            granularity: "DAY",
            level: "PIN_PROMOTION",
            report_format: "JSON",
            columns: of_ads(),
            click_window_days: CLICK_WINDOW_DAYS,
            engagement_window_days: ENGAGEMENT_WINDOW_DAYS,
            view_window_days: VIEW_WINDOW_DAYS,
            conversion_report_time: REPORT_TIME,
        }
    }
}

#[derive(Deserialize)]
struct Accepted {
    token: String,
}

#[derive(Deserialize)]
struct Run {
    report_status: String,
    #[serde(default)]
    url: Option<String>,
}

/// How a report ended.
enum End {
    /// With the address of its file.
    Ready(String),
    /// It was dropped or is no longer kept.
    Gone,
    /// For good.
    Failed,
}

impl Service {
    /// Has a report of ads prepared and reads its file. One that fails for good comes back as [`Failure::TooMuch`] since a smaller range
    /// is what helps; where the range cannot shrink, it is tried again first.
    pub(super) async fn report<T>(
        &self,
        tally: &Tally,
        account: &AccountId,
        range: DayRange,
        mut read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let smallest = range.len() == 1;
        let json = serde_json::to_vec(&Wanted::ads(range)).map_err(|error| {
            let reason = format!("the report could not be asked for: {error}");
            Failure::Other(Error::Rejected { platform: Source::Pinterest, account: Some(account.clone()), reason })
        })?;
        let submit = Ask { json: Some(json), ..Ask::of(account, "reports", Vec::new()) };
        let mut reason = "";
        for _ in 0..limits::REPORT_SUBMITS_MAX {
            let accepted = self.ask(tally, &submit, |body| Ok(serde_json::from_slice::<Accepted>(body)?)).await?;
            // A stale address is renewed by looking again; a report is kept for an hour.
            for _ in 0..limits::REPORT_SUBMITS_MAX {
                match self.watch(tally, account, &accepted.token).await? {
                    End::Ready(address) => {
                        reason = "the address of its file was no longer good";
                        if let Some(answer) = self.download(tally, account, &address, &mut read).await? {
                            return Ok(answer);
                        }
                    }
                    End::Gone => {
                        reason = "the platform no longer has it";
                        break;
                    }
                    End::Failed if smallest => {
                        reason = "the platform failed to prepare it";
                        break;
                    }
                    End::Failed => {
                        return Err(Failure::TooMuch(unprepared(account, "the platform failed to prepare it", false)));
                    }
                }
            }
        }
        Err(Failure::Other(unprepared(account, reason, false)))
    }

    /// Looks at a report until it has ended, in growing intervals. Only this read waits for it.
    async fn watch(&self, tally: &Tally, account: &AccountId, token: &str) -> Result<End, Failure> {
        let look = Ask::of(account, "reports", vec![("token", token.into())]);
        let submitted = Instant::now();
        let mut wait = limits::REPORT_POLL_FIRST;
        while submitted.elapsed() < self.deadlines.report {
            tokio::time::sleep(wait).await;
            wait = wait.mul_f64(1.5).min(limits::REPORT_POLL_CAP);
            let run = self
                .ask(tally, &look, |body| {
                    let run: Run = serde_json::from_slice(body)?;
                    let known = ["IN_PROGRESS", "FINISHED", "DOES_NOT_EXIST", "EXPIRED", "CANCELLED", "FAILED"];
                    if known.contains(&run.report_status.as_str()) {
                        Ok(run)
                    } else {
                        Err(BadBody::Conflict(format!("a report with the status '{}'", run.report_status)))
                    }
                })
                .await?;
            match (run.report_status.as_str(), run.url.filter(|url| !url.is_empty())) {
                ("FINISHED", Some(address)) => return Ok(End::Ready(address)),
                ("EXPIRED" | "CANCELLED", _) => return Ok(End::Gone),
                ("FAILED", _) => return Ok(End::Failed),
                // A report is known to its readers a moment after it is created.
                ("DOES_NOT_EXIST", _) if submitted.elapsed() >= limits::REPORT_BIRTH => return Ok(End::Gone),
                _ => {}
            }
        }
        let within = self.deadlines.report.as_secs();
        Err(Failure::Other(unprepared(account, &format!("it was not ready within {within} s"), true)))
    }
}

fn unprepared(account: &AccountId, why: &str, timeout: bool) -> Error {
    let what = format!("the report was not prepared: {why}");
    Error::Transient { platform: Source::Pinterest, account: Some(account.clone()), what, timeout, source: None }
}
