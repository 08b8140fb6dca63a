//! `trimtab audit`: what was done by whom, verified and written out; and whom we asked what.

use super::Context;
use crate::{exit, output};
use clap::{Args, Subcommand, ValueEnum};
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};
use trimtab_api::shape::{AuditRowShape, CallShape, VerificationShape};
use trimtab_domain::{Caller, Timestamp, day::parse_day};
use trimtab_engine::{AuditFilter, CallFilter, Head};

/// Verify and write out the audit log, and list calls to platforms
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Check that every row is there and as it was; exits with 1 where one is not
    Verify(Verify),
    /// Write the log out, oldest first
    Export(Export),
    /// List calls to platforms, newest first
    Calls(Calls),
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The head an earlier run told and you kept elsewhere, as SEQ:HASH; shows whether the log was put back or written anew since
    #[arg(long, value_name = "SEQ:HASH")]
    head: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// From this day or instant on (UTC)
    #[arg(long)]
    from: Option<String>,
    /// To this day, itself included, or before this instant (UTC)
    #[arg(long)]
    to: Option<String>,
    /// Only what concerns this tenant
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Shape::Jsonl)]
    format: Shape,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    /// A JSON document a line, every column as it is: what can be verified
    Jsonl,
    /// For spreadsheets; text that one would take for a formula is led by an apostrophe
    Csv,
}

#[derive(Debug, Args)]
pub(super) struct Calls {
    /// Only on behalf of this tenant
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Only to this platform
    #[arg(long)]
    source: Option<String>,
    /// Only those that went like this: good, transient, limited, refused, timeout, network or too_large
    #[arg(long)]
    outcome: Option<String>,
    /// From this day or instant on (UTC)
    #[arg(long)]
    from: Option<String>,
    /// To this day, itself included, or before this instant (UTC)
    #[arg(long)]
    to: Option<String>,
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

impl Audit {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::Verify(verify) => verify.run(context).await,
            Self::Export(export) => export.run(context).await,
            Self::Calls(calls) => calls.run(context).await,
        }
    }
}

impl Verify {
    async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let known = self.head.as_deref().map(head).transpose()?;
        let node = context.open().await?;
        let found = node.engine.verify_audit(known).await?;
        let sound = found.fault.is_none();
        if context.json {
            output::document(&VerificationShape::from(found));
        } else if let Some(fault) = &found.fault {
            output::say(&format!("The audit log is broken at row {}: {}.", fault.seq, fault.why));
            output::say(
                "Keep the database as it is and look into who could write to it; an export or backup shows what was there.",
            );
        } else if let Some(head) = &found.head {
            output::say(&format!("{} rows are there and as they were appended, up to row {}.", found.rows, head.seq));
            output::say(&format!("Keep this head elsewhere, for a later --head: {}:{}", head.seq, head.hash));
        }
        Ok(ExitCode::from(u8::from(!sound)))
    }
}

fn head(text: &str) -> anyhow::Result<Head> {
    let read = || {
        let (seq, hash) = text.split_once(':')?;
        let hex = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        hex.then_some(Head { seq: seq.parse().ok()?, hash: hash.to_ascii_lowercase() })
    };
    read()
        .ok_or_else(|| exit::invalid(format!("'{text}' is not a head: give it as verify told it, a number, a colon and 64 digits")))
}

/// An instant, or the beginning of a day or, for the end of a span, of the next one.
fn instant(text: Option<&String>, end: bool) -> anyhow::Result<Option<Timestamp>> {
    let Some(text) = text else { return Ok(None) };
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(Some(instant));
    }
    let bad = || exit::invalid(format!("'{text}' is neither a day nor an instant: write 2026-11-30 or 2026-11-30T09:00:00Z"));
    let mut day = parse_day(text).map_err(|_| bad())?;
    if end {
        day = day.tomorrow().map_err(|_| bad())?;
    }
    format!("{day}T00:00:00Z").parse().map(Some).map_err(|_| bad())
}

impl Export {
    async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let filter = AuditFilter {
            tenant: self.tenant.clone(),
            from: instant(self.from.as_ref(), false)?,
            to: instant(self.to.as_ref(), true)?,
            ..AuditFilter::default()
        };
        let node = context.open().await?;
        let mut to: Box<dyn Write + Send> = match &self.output {
            Some(path) => {
                let file = File::create(path).map_err(|e| exit::invalid(format!("{} cannot be written: {e}", path.display())))?;
                Box::new(BufWriter::new(file))
            }
            None => Box::new(BufWriter::new(io::stdout())),
        };
        node.engine.begin_audit_export(&Caller::operator("trimtab audit export"), &filter).await?;
        let (mut rows, mut seq) = (0_u64, 0);
        if let Shape::Csv = self.format {
            writeln!(to, "{}", COLUMNS.join(","))?;
        }
        loop {
            let some = node.engine.audit_after(&filter, seq).await?;
            let Some(last) = some.last() else { break };
            seq = last.seq;
            for row in &some {
                let shape = AuditRowShape::from(row);
                match self.format {
                    Shape::Jsonl => writeln!(to, "{}", serde_json::to_string(&shape)?)?,
                    Shape::Csv => writeln!(to, "{}", csv(&shape))?,
                }
                rows += 1;
            }
        }
        to.flush()?;
        if let Some(path) = &self.output {
            if context.json {
                output::document(&serde_json::json!({ "rows": rows, "file": path }));
            } else {
                output::say(&format!("{} rows written to {}", output::grouped(rows), path.display()));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

const COLUMNS: [&str; 15] = [
    "seq",
    "at",
    "actor",
    "actor_name",
    "tenant",
    "action",
    "resource",
    "ip",
    "agent",
    "outcome",
    "before",
    "after",
    "request_id",
    "prev_hash",
    "hash",
];

fn csv(row: &AuditRowShape) -> String {
    let json = |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        row.seq.to_string(),
        row.at.clone(),
        row.actor.clone(),
        text(&row.actor_name),
        text(&row.tenant),
        row.action.clone(),
        row.resource.clone(),
        text(&row.ip),
        text(&row.agent),
        row.outcome.clone(),
        json(&row.before),
        json(&row.after),
        text(&row.request_id),
        row.prev_hash.clone(),
        row.hash.clone(),
    ];
    cells.map(|cell| quoted(&cell)).join(",")
}

/// A cell that no spreadsheet takes for a formula: what a client calls itself is its own word.
fn quoted(cell: &str) -> String {
    let safe = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() };
    if safe.contains([',', '"', '\n', '\r', '\'']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

impl Calls {
    async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let filter = CallFilter {
            source: self
                .source
                .as_deref()
                .map(str::parse)
                .transpose()
                .map_err(|e: trimtab_domain::source::UnknownSource| exit::invalid(e.to_string()))?,
            account: None,
            outcome: self.outcome,
            from: instant(self.from.as_ref(), false)?,
            to: instant(self.to.as_ref(), true)?,
        };
        let node = context.open().await?;
        let ctx = match self.tenant {
            Some(tenant) => Some(super::OfTenant { tenant }.enter(&node).await?),
            None => None,
        };
        let (mut calls, mut after) = (Vec::new(), None);
        let most = usize::try_from(self.limit)?;
        while calls.len() < most {
            let limit = u32::try_from(most - calls.len())?.min(200);
            let page = match &ctx {
                Some(ctx) => node.engine.calls_of(ctx, &filter, after.as_ref(), limit).await?,
                None => node.engine.calls(&filter, after.as_ref(), limit).await?,
            };
            calls.extend(page.items.iter().map(CallShape::from));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if context.json {
            output::document(&serde_json::json!({ "calls": calls }));
            return Ok(ExitCode::SUCCESS);
        }
        let head = ["at", "tenant", "platform", "account", "route", "status", "ms", "bytes"].map(str::to_owned).to_vec();
        let rows = calls.into_iter().map(|call| {
            let status = call.status.map_or(call.outcome, |status| status.to_string());
            let (tenant, account) = (call.tenant.unwrap_or_default(), call.account.unwrap_or_default());
            let route = format!("{} {}", call.method, call.route);
            let at = call.at.chars().take(19).collect();
            vec![at, tenant, call.source.to_owned(), account, route, status, call.duration_ms.to_string(), call.bytes.to_string()]
        });
        output::table(head, rows.collect());
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas_and_keep_their_commas() {
        assert_eq!(quoted("curl/8"), "curl/8");
        assert_eq!(quoted("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
        assert_eq!(quoted("-1"), "\"'-1\"");
        assert_eq!(quoted("{\"a\": 1}"), "\"{\"\"a\"\": 1}\"");
    }

    #[test]
    fn spans_include_the_day_they_end_on() {
        let at = |text: &str, end| instant(Some(&text.to_owned()), end).unwrap().unwrap().to_string();
        assert_eq!(at("2026-11-30", false), "2026-11-30T00:00:00Z");
        assert_eq!(at("2026-11-30", true), "2026-12-01T00:00:00Z");
        assert_eq!(at("2026-11-30T09:00:00Z", true), "2026-11-30T09:00:00Z");
        assert!(instant(Some(&"yesterday".to_owned()), true).is_err());
    }

    #[test]
    fn heads_are_read_as_they_are_told() {
        let hash = "ab".repeat(32);
        assert_eq!(head(&format!("12:{hash}")).unwrap(), Head { seq: 12, hash });
        for bad in ["12", "x:ab", "12:abc", &format!("12:{}", "z".repeat(64))] {
            assert!(head(bad).is_err(), "{bad}");
        }
    }
}
