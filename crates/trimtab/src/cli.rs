//! The command line: what can be said, and where it leads.

mod audit;
mod checks;
mod connect;
mod demo;
mod doctor;
mod findings;
mod forecast;
mod import;
mod import_history;
mod init;
mod judged;
mod key;
mod knowledge;
mod migrate;
mod openapi;
mod query;
mod rates;
mod reconcile;
mod role;
mod sandbox;
mod serve;
mod sync;
mod tenant;
mod tools;
mod user;
mod vault;
mod views;

use crate::{
    config::{Config, LogSettings},
    folder::Folder,
    node::Node,
    telemetry,
};
use clap::{Args, Parser, Subcommand};
use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{Mutex, PoisonError},
};
use trimtab_domain::{Permission, TenantCtx, access::Scope, finding::FindingKind, id::TenantId};
use trimtab_engine::{Engine, Store, Visitor};

/// What your advertising does on every platform, on your own machine.
#[derive(Debug, Parser)]
#[command(
    name = "trimtab",
    version,
    after_help = "Exit codes: 0 done · 1 our fault · 2 usage or bad input · 3 not allowed · 4 not found · 5 an outside system failed, or only \
                  part succeeded."
)]
pub(crate) struct Cli {
    /// Data folder [default: this user's folder for application data]
    #[arg(long, global = true, value_name = "DIR", env = "TRIMTAB_DATA")]
    data: Option<PathBuf>,
    /// Settings file [default: trimtab.toml in the data folder, if there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Answer with one JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Serve(serve::Serve),
    Demo(demo::Demo),
    Sandbox(sandbox::Sandbox),
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Role(role::Role),
    #[command(subcommand)]
    Key(key::Key),
    Connect(connect::Connect),
    Sync(sync::Sync),
    Import(import::Import),
    ImportHistory(import_history::ImportHistory),
    Query(query::Query),
    Views(views::Views),
    #[command(subcommand)]
    Tools(tools::Tools),
    /// Show what is not as usual, and why
    Anomalies(findings::Findings),
    /// Show budgets that will not come out
    Pacing(findings::Findings),
    Forecast(forecast::Forecast),
    /// Show stages on the way to a sale that lose more than they should
    Funnel(findings::Findings),
    /// Show creatives that people have seen too often
    Fatigue(findings::Findings),
    /// Show what costs accounts points of their score
    Score(findings::Findings),
    /// Show what pixels received, whether one is silent or tells something else than it did
    Pixels(judged::Judged),
    /// Show what was always so in accounts, learnt once a week
    Patterns(judged::Judged),
    /// Show named conditions that hold, with what to do
    Insights(findings::Findings),
    #[command(subcommand)]
    Knowledge(knowledge::Knowledge),
    Checks(checks::Checks),
    Reconcile(reconcile::Reconcile),
    Rates(rates::Rates),
    #[command(subcommand)]
    Vault(vault::Vault),
    #[command(subcommand)]
    Audit(audit::Audit),
    Doctor(doctor::Doctor),
    Migrate(migrate::Migrate),
    Openapi(openapi::Openapi),
}

/// What every command is given.
#[derive(Debug)]
struct Context {
    folder: Folder,
    config: Config,
    json: bool,
    /// What the command opened, to be closed behind it.
    opened: Mutex<Vec<(Engine, Store)>>,
}

/// The tenant a command is about.
#[derive(Debug, Args)]
struct OfTenant {
    /// The tenant's id
    #[arg(long, value_name = "ID")]
    tenant: String,
}

/// The tenant a command is about, or the whole agency.
#[derive(Debug, Args)]
struct InScope {
    /// The tenant's id [default: the whole agency]
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
}

impl Cli {
    /// Runs the command.
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let folder = Folder::find(self.data)?;
        let mut config = Config::load(self.config.as_deref(), folder.path())?;
        // Commands answer on their own; their log is for trouble. Servers log what they do.
        let serves = matches!(self.command, Command::Serve(_) | Command::Sandbox(_));
        if !serves && config.log.level == "info" {
            config.log = LogSettings { level: "warn".to_owned(), ..config.log };
        }
        telemetry::start(&config.log);
        let context = Context { folder, config, json: self.json, opened: Mutex::default() };
        let outcome = self.command.run(&context).await;
        context.close().await;
        outcome
    }
}

impl Command {
    async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::Init(command) => command.run(context).await,
            Self::Serve(command) => command.run(context).await,
            Self::Demo(command) => command.run(context).await,
            Self::Sandbox(command) => command.run(context).await,
            Self::Tenant(command) => command.run(context).await,
            Self::User(command) => command.run(context).await,
            Self::Role(command) => command.run(context).await,
            Self::Key(command) => command.run(context).await,
            Self::Connect(command) => command.run(context).await,
            Self::Sync(command) => Box::pin(command.run(context)).await,
            Self::Import(command) => command.run(context).await,
            Self::ImportHistory(command) => Box::pin(command.run(context)).await,
            Self::Query(command) => command.run(context).await,
            Self::Views(command) => command.run(context).await,
            Self::Tools(command) => command.run(context).await,
            Self::Anomalies(command) => command.run(context, FindingKind::Anomaly).await,
            Self::Pacing(command) => command.run(context, FindingKind::Pacing).await,
            Self::Forecast(command) => command.run(context).await,
            Self::Funnel(command) => command.run(context, FindingKind::Funnel).await,
            Self::Fatigue(command) => command.run(context, FindingKind::Fatigue).await,
            Self::Score(command) => command.run(context, FindingKind::Score).await,
            Self::Pixels(command) => command.pixels(context).await,
            Self::Patterns(command) => command.patterns(context).await,
            Self::Insights(command) => command.run(context, FindingKind::Insight).await,
            Self::Knowledge(command) => command.run(context).await,
            Self::Checks(command) => command.run(context).await,
            Self::Reconcile(command) => command.run(context).await,
            Self::Rates(command) => command.run(context).await,
            Self::Vault(command) => command.run(context).await,
            Self::Audit(command) => command.run(context).await,
            Self::Doctor(command) => command.run(context).await,
            Self::Migrate(command) => Box::pin(command.run(context)).await,
            Self::Openapi(command) => Ok(command.run()),
        }
    }
}

impl Context {
    async fn open(&self) -> anyhow::Result<Node> {
        Ok(self.closing(Node::open(&self.folder, self.config.clone()).await?))
    }

    /// Remembers to close it when the command has ended.
    fn closing(&self, node: Node) -> Node {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push((node.engine.clone(), node.store.clone()));
        node
    }

    /// Lets work come to a safe point and closes databases, so that a file holds all that was written: whoever copies or looks at it needs
    /// nothing beside it. Work that does not stop in time is left to the next start.
    async fn close(&self) {
        let opened = std::mem::take(&mut *self.opened.lock().unwrap_or_else(PoisonError::into_inner));
        for (engine, store) in opened {
            let closed = async {
                engine.shut_down().await;
                store.close().await;
            };
            if tokio::time::timeout(self.config.shutdown, closed).await.is_err() {
                tracing::warn!("the database could not be closed in time; nothing of it is lost");
            }
        }
    }
}

impl InScope {
    fn scope(&self) -> anyhow::Result<Scope> {
        let Some(tenant) = &self.tenant else { return Ok(Scope::Agency) };
        TenantId::parse(tenant).map(Scope::Tenant).map_err(|error| crate::exit::invalid(error.to_string()))
    }
}

impl OfTenant {
    /// Whoever can read the data folder may act for any tenant in it.
    async fn enter(&self, node: &Node) -> anyhow::Result<TenantCtx> {
        let id = TenantId::parse(&self.tenant).map_err(|e| crate::exit::invalid(e.to_string()))?;
        Ok(node.engine.enter(&id, &Visitor::operator("command"), Permission::LoadData).await?)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_whole_command_tree_is_sound() {
        super::Cli::command().debug_assert();
    }
}
