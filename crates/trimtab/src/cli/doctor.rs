//! `trimtab doctor`: what is wrong, since when, and what mends it.

use super::Context;
use crate::{node::Node, output};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use trimtab_connect::mail::Delivery;
use trimtab_engine::doctor::{Check, Finding};

/// Look for what is wrong with this installation
#[derive(Debug, Args)]
pub(super) struct Doctor {}

impl Doctor {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let mut checks = vec![folder(context)];
        match context.open().await {
            Ok(node) => {
                checks.extend(node.engine.examine().await);
                checks.extend(outside(&node).await);
            }
            Err(error) => checks.push(Check::failed("installation", &*error)),
        }
        let worst = checks.iter().map(|check| check.finding).max().unwrap_or(Finding::Ok);
        if context.json {
            let shape = |c: &Check| json!({ "what": c.what, "finding": c.finding.as_str(), "detail": c.detail, "since": c.since.map(|at| at.to_string()), "fix": c.fix });
            output::document(&json!({ "finding": worst.as_str(), "checks": checks.iter().map(shape).collect::<Vec<_>>() }));
        } else {
            for check in &checks {
                let mark = match check.finding {
                    Finding::Ok => "✓",
                    Finding::Warning => "!",
                    Finding::Broken => "✗",
                };
                let since = check.since.map(|at| format!(" (since {at})")).unwrap_or_default();
                output::plain(&format!("{mark} {}: {}{since}\n", check.what, check.detail));
                if let Some(fix) = check.fix.as_ref().filter(|fix| !fix.is_empty()) {
                    output::plain(&format!("  → {fix}\n"));
                }
            }
        }
        Ok(ExitCode::from(u8::from(worst == Finding::Broken)))
    }
}

/// Whether the mail server and the issuers of sign-ins can be reached, as far as any are set up.
async fn outside(node: &Node) -> Vec<Check> {
    let mut checks = Vec::new();
    match node.mailer.check().await {
        Ok(Delivery::Sent) => checks.push(Check::ok("mail", "the server answers and takes user and password".to_owned())),
        Ok(Delivery::NotSetUp) => {}
        Err(error) => checks.push(Check::failed("mail", &error)),
    }
    for issuer in &node.issuers {
        let label = &issuer.settings().label;
        checks.push(match issuer.check().await {
            Ok(()) => Check::ok("sign-in", format!("{label} can be reached, and its document and keys can be read")),
            Err(error) => Check::failed("sign-in", &error),
        });
    }
    checks
}

/// Whether the data folder can be written: a file is made, written through to the disk and removed.
fn folder(context: &Context) -> Check {
    let path = context.folder.path();
    let probe = path.join(".doctor");
    let written = std::fs::write(&probe, b"probe")
        .and_then(|()| std::fs::File::open(&probe)?.sync_all())
        .and_then(|()| std::fs::remove_file(&probe));
    match written {
        Ok(()) => Check::ok("data folder", format!("{} can be written", path.display())),
        Err(error) => Check::found(
            Finding::Broken,
            "data folder",
            format!("{} cannot be written: {error}", path.display()),
            "make room on the disk, mend its permissions, or name another folder with --data",
        ),
    }
}
