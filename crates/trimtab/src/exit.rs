//! Exit codes: 0 done · 1 our fault · 2 usage or bad input · 3 not allowed · 4 not found · 5 an outside system failed, or only part
//! succeeded.

use crate::output;
use serde_json::json;
use std::{fmt, process::ExitCode};
use trimtab_domain::ErrorKind;

/// Only part of the work succeeded, or an outside system failed.
pub(crate) const PARTLY: u8 = 5;

/// A refusal of the command line itself.
#[derive(Debug)]
pub(crate) struct Refusal {
    kind: ErrorKind,
    text: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Refusal {}

/// The input is wrong.
pub(crate) fn invalid(text: impl Into<String>) -> anyhow::Error {
    Refusal { kind: ErrorKind::Invalid, text: text.into() }.into()
}

/// There is no such thing.
pub(crate) fn missing(text: impl Into<String>) -> anyhow::Error {
    Refusal { kind: ErrorKind::NotFound, text: text.into() }.into()
}

/// Says what went wrong, as a document too where one is wanted, and answers the code for it.
pub(crate) fn report(error: &anyhow::Error, json: bool) -> ExitCode {
    if json {
        output::document(&json!({ "error": { "exit": code(error), "detail": chain(error) } }));
    }
    say(error)
}

/// Says what went wrong to people and answers the code for it.
pub(crate) fn say(error: &anyhow::Error) -> ExitCode {
    output::say(&format!("error: {}", chain(error)));
    ExitCode::from(code(error))
}

/// The error with its causes; some repeat theirs, which is said once.
fn chain(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| match said {
        said if said.is_empty() => cause,
        said if said.contains(&cause) => said,
        said => format!("{said}: {cause}"),
    })
}

fn code(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if let Some(refusal) = cause.downcast_ref::<Refusal>() {
            return of(refusal.kind, false);
        }
        if let Some(error) = cause.downcast_ref::<trimtab_engine::Error>() {
            let outside = match error {
                trimtab_engine::Error::Store(error) => error.is_outside(),
                error => error.is_outside(),
            };
            return of(error.kind(), outside);
        }
        if let Some(error) = cause.downcast_ref::<trimtab_store::Error>() {
            return of(error.kind(), error.is_outside() || matches!(error, trimtab_store::Error::KeyHolder { .. }));
        }
        if let Some(error) = cause.downcast_ref::<trimtab_facts::Error>() {
            return of(error.kind(), false);
        }
        if cause.is::<trimtab_domain::query::QueryError>() || cause.is::<trimtab_sandbox::Error>() {
            return of(ErrorKind::Invalid, false);
        }
    }
    1
}

const fn of(kind: ErrorKind, outside: bool) -> u8 {
    match kind {
        ErrorKind::Invalid | ErrorKind::Conflict if !outside => 2,
        ErrorKind::NotFound => 4,
        ErrorKind::Unauthenticated | ErrorKind::Forbidden => 3,
        ErrorKind::RateLimited { .. } | ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Invalid | ErrorKind::Conflict
            if outside =>
        {
            PARTLY
        }
        ErrorKind::RateLimited { .. } => 3,
        _ => 1,
    }
}
