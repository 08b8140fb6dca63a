//! `trimtab demo`: a simulated world, an agency of its own, and everything filled.
//!
//! It keeps its installation beside the real one and can be run again: the world goes on, what was read stays, only what is due is read anew.

mod fill;
mod knowledge;

use super::{Context, sandbox::World};
use crate::{config::Config, node, node::Node, output, system, telemetry};
use clap::Args;
use serde_json::json;
use std::{net::SocketAddr, process::ExitCode, time::Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trimtab_engine::{Admin, IfInitialised};
use trimtab_sandbox::LabelsMet;

const EMAIL: &str = "demo@trimtab.example";
const AGENCY: &str = "Lighthouse Media";
/// The file of the demo's folder that remembers which world it shows.
const WORLD: &str = "world.json";

/// Show Trimtab with simulated agencies' advertising
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    #[command(flatten)]
    world: World,
    /// Exit when all is filled
    #[arg(long)]
    once: bool,
}

impl Demo {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let begun = Instant::now();
        telemetry::count();
        let folder = context.folder.demo();
        // Whatever the real one uses: the demo keeps out of it.
        let mut config = Config { database: None, ..context.config.clone() };
        let stop = CancellationToken::new();
        let listener = node::listen(self.listen).await?;
        // Links and passkeys name the address people reach it at, which --listen may leave to the system.
        config.listen = listener.local_addr()?;
        let url = format!("http://{}", config.listen);

        folder.make()?;
        let sandbox = self.world.shown(&folder.path().join(WORLD))?;
        let platforms = TcpListener::bind("127.0.0.1:0").await?;
        let outside = format!("http://{}", platforms.local_addr()?);
        let accounts = sandbox.accounts_at(&outside);
        config.rates_url = Some(format!("{outside}/ecb").parse()?);
        let serving = (sandbox.clone(), stop.clone());
        let platforms = tokio::spawn(async move { serving.0.serve(platforms, serving.1).await });
        output::say(&format!("Simulated platforms with {} accounts are up.", accounts.len()));

        let node = context.closing(Node::create(&folder, config).await?);
        let password = system::password();
        let admin = Admin { email: EMAIL.to_owned(), password: password.clone().into(), agency: Some(AGENCY.to_owned()) };
        let caller = trimtab_domain::Caller::operator("trimtab demo");
        node.store.system().by(&caller).create_admin(admin, IfInitialised::AddOrReset).await?;
        let (asked, serving) = (stop.clone(), stop.clone());
        tokio::spawn(async move {
            node::asked_to_stop().await;
            asked.cancel();
        });
        node.engine.read_rates().await?;
        let filled = tokio::select! {
            filled = fill::fill(&node.engine, accounts) => filled?,
            () = stop.cancelled() => return Ok(ExitCode::from(130)),
        };
        // The world knows what went wrong in it. The engine does not, and what it found is already kept.
        let labels = tokio::task::spawn_blocking(move || sandbox.labels()).await?;
        let labels = filled.held_against(&labels);
        let duration = begun.elapsed();
        let answer = json!({
            "url": url,
            "email": EMAIL,
            "password": password,
            "tenants": filled.tenants,
            "rows": filled.rows,
            "checks": filled.checks,
            "failed_checks": filled.failed_checks,
            "findings": filled.findings.len(),
            "labels": labels,
            "duration_ms": u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        });
        output::say(&format!(
            "{} tenants, {} rows of facts, {} checks of which {} failed, {} findings, {:.1} s.",
            filled.tenants,
            output::grouped(filled.rows),
            filled.checks,
            filled.failed_checks,
            filled.findings.len(),
            duration.as_secs_f64()
        ));
        say_labels(&labels);
        if context.json {
            output::document(&answer);
        }
        if self.once {
            stop.cancel();
        } else {
            output::say(&format!("Open {url} and sign in as {EMAIL} with the password {password}\nCtrl-C ends the demonstration."));
            node.serve(listener, serving).await?;
        }
        drop(platforms.await);
        Ok(if filled.failed { ExitCode::from(crate::exit::PARTLY) } else { ExitCode::SUCCESS })
    }
}

fn say_labels(labels: &LabelsMet) {
    output::say(&format!(
        "Of {} troubles this world was given, {} were found with their cause; {} are too small for anybody to see, {} are not due.",
        labels.told, labels.right_cause, labels.too_small, labels.not_due
    ));
    for missing in &labels.missing {
        output::say(&format!("Not told: {} of {} on {} ({})", missing.kind, missing.account_name, missing.day, missing.why));
    }
}
