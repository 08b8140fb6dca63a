//! Many orders at once: Shopify prepares a file of one line an order, which costs none of the bucket's points.

use super::{
    Shopify, query,
    row::{Gathered, Node},
    service::{Question, drift},
};
use crate::{
    Error,
    answer::{BadBody, Failure, Tally},
    limits,
    scalar::Count,
};
use compact_str::CompactString;
use serde::{Deserialize, de::Error as _};
use serde_json::json;
use tokio::time::Instant;
use trimtab_domain::{Source, account::Account};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PrepareData {
    bulk_operation_run_query: Prepare,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prepare {
    bulk_operation: Option<Begun>,
    #[serde(default)]
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct Begun {
    id: CompactString,
}

#[derive(Deserialize)]
struct UserError {
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct PreparedData {
    node: Option<Operation>,
}

/// A file being prepared.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Operation {
    status: CompactString,
    error_code: Option<CompactString>,
    /// Lines of the file.
    object_count: Option<Count>,
    url: Option<String>,
}

/// How a preparation ended.
enum End {
    /// With a file of so many lines; none where it would be empty.
    Ready(Option<String>, usize),
    /// With nothing; it may be asked for again.
    Lost(String),
}

impl Shopify {
    /// Has the orders of a question prepared, waits, and takes the file in.
    pub(super) async fn prepared<'a>(
        &self,
        account: &'a Account,
        query: &str,
        fresh: impl Fn() -> Gathered<'a>,
        tally: &Tally,
    ) -> Result<Gathered<'a>, Failure> {
        let until = Instant::now() + self.service.deadlines.report;
        let mut lost = String::new();
        for _ in 0..limits::REPORT_SUBMITS_MAX {
            let id = self.submit(account, query, until, tally).await?;
            match self.wait(account, &id, until, tally).await? {
                End::Ready(None, 0) => return Ok(fresh()),
                End::Ready(None, _) => "the file has no address".clone_into(&mut lost),
                End::Ready(Some(address), lines) => {
                    let read = |body: &[u8]| take(body, lines, fresh());
                    match self.service.download(tally, &account.id, &address, read).await? {
                        Some(gathered) => return Ok(gathered),
                        None => "the address of the file went stale".clone_into(&mut lost),
                    }
                }
                End::Lost(why) => lost = why,
            }
        }
        Err(transient(account, format!("a prepared file of orders came to nothing {} times: {lost}", limits::REPORT_SUBMITS_MAX)))
    }

    /// Asks for a preparation. Where as many as a shop may have are under way, it is asked for again until one has ended.
    async fn submit(&self, account: &Account, query: &str, until: Instant, tally: &Tally) -> Result<CompactString, Failure> {
        let mut pause = limits::REPORT_POLL_FIRST;
        loop {
            let variables = json!({ "query": query });
            let question = Question { account: Some(&account.id), kind: "prepare", query: query::PREPARE, variables };
            let data: PrepareData = self.service.ask(tally, &question).await?;
            let Prepare { bulk_operation, user_errors } = data.bulk_operation_run_query;
            let said: Vec<String> = user_errors.into_iter().map(|error| error.message).collect();
            let said = said.join("; ");
            match bulk_operation {
                Some(begun) if said.is_empty() => return Ok(begun.id),
                _ if is_busy(&said) => {}
                _ => {
                    let (platform, account) = (Source::Shopify, Some(account.id.clone()));
                    let reason = format!("it prepares no file of orders: {said}");
                    return Err(Error::Rejected { platform, account, reason }.into());
                }
            }
            if Instant::now() + pause > until {
                return Err(transient(account, format!("no file of orders could be prepared in time: {said}")));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(limits::REPORT_POLL_CAP);
        }
    }

    /// Looks at a preparation until it has ended.
    async fn wait(&self, account: &Account, id: &str, until: Instant, tally: &Tally) -> Result<End, Failure> {
        let mut pause = limits::REPORT_POLL_FIRST;
        loop {
            let variables = json!({ "id": id });
            let question = Question { account: Some(&account.id), kind: "prepared", query: query::PREPARED, variables };
            let data: PreparedData = self.service.ask(tally, &question).await?;
            let Some(operation) = data.node else { return Ok(End::Lost("it is no longer known".to_owned())) };
            let lines = usize::try_from(operation.object_count.unwrap_or_default().0).unwrap_or(0);
            match operation.status.as_str() {
                "COMPLETED" => return Ok(End::Ready(operation.url.filter(|url| !url.is_empty()), lines)),
                "CREATED" | "RUNNING" | "CANCELING" => {}
                "FAILED" if operation.error_code.as_deref() == Some("ACCESS_DENIED") => {
                    let (platform, account) = (Source::Shopify, Some(account.id.clone()));
                    let reason = "a field of the prepared file is not for this app".to_owned();
                    let cause = crate::AuthCause::Permission;
                    return Err(Failure::OutOfSight(Error::Auth { platform, account, cause, reason }));
                }
                "FAILED" | "CANCELED" | "EXPIRED" => {
                    let code = operation.error_code.unwrap_or_default();
                    return Ok(End::Lost(format!("{} {code}", operation.status.to_lowercase()).trim().to_owned()));
                }
                other => return Err(drift(&account.id, format!("a preparation in the unknown state {other}")).into()),
            }
            if Instant::now() + pause > until {
                return Err(transient(account, "a file of orders was not prepared in time".to_owned()));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(limits::REPORT_POLL_CAP);
        }
    }
}

/// Whether a refusal says no more than that other files are being prepared. Its words are not documented as such.
fn is_busy(said: &str) -> bool {
    let said = said.to_lowercase();
    said.contains("already in progress") || said.contains("already running") || said.contains("limit")
}

/// The lines of a file. One with fewer than were prepared was cut short on the way.
fn take<'a>(body: &[u8], lines: usize, mut gathered: Gathered<'a>) -> Result<Gathered<'a>, BadBody> {
    let mut read = 0;
    for line in body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        gathered.add(serde_json::from_slice::<Node>(line)?)?;
        read += 1;
    }
    if read < lines {
        return Err(BadBody::Malformed(serde_json::Error::custom(format!("{read} of {lines} lines"))));
    }
    Ok(gathered)
}

fn transient(account: &Account, what: String) -> Failure {
    let (platform, account) = (Source::Shopify, Some(account.id.clone()));
    Failure::Other(Error::Transient { platform, account, what, timeout: false, source: None })
}
