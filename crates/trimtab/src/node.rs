//! Builds a running node from settings: the wiring used by the commands and by whole-app tests alike.

use crate::{
    config::{Config, SignInIssuer},
    exit,
    folder::Folder,
    system::{SystemClock, SystemIds, seed},
    telemetry, vault,
};
use anyhow::Context;
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trimtab_api::Api;
use trimtab_connect::{mail::Mailer, oidc::Issuer};
use trimtab_domain::Clock;
use trimtab_engine::{Connectors, Deadlines, Engine, Parts, Retention};
use trimtab_facts::{Lake, LakeSettings};
use trimtab_store::{Place, Store, StoreSettings};
use trimtab_wire::{Wire, WireSettings};

/// Everything of one process.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) engine: Engine,
    pub(crate) store: Store,
    /// Sends mail, or says that nothing is set up to.
    pub(crate) mailer: Mailer,
    /// Issuers people may sign in with.
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) wire: Wire,
    config: Config,
}

impl Node {
    /// Opens an installation that `init` made.
    pub(crate) async fn open(folder: &Folder, config: Config) -> anyhow::Result<Self> {
        let database = database(folder, &config);
        if !Store::exists(&database).await? {
            let (path, place) = (folder.path().display(), &database.place);
            return Err(exit::invalid(match place {
                Place::File(_) => {
                    format!("there is no installation in {path}: run `trimtab init` first, or name its folder with --data")
                }
                Place::Server(_) => format!(
                    "there is no installation in {place} yet: run `trimtab init` first, or `trimtab migrate --move-to` to bring one there, or \
                     correct database.url"
                ),
            }));
        }
        Self::build(folder, config, database, false).await
    }

    /// Opens an installation, making it when missing.
    pub(crate) async fn create(folder: &Folder, config: Config) -> anyhow::Result<Self> {
        folder.make()?;
        let database = database(folder, &config);
        // Of a database that is there already, only the key that belongs to it will do.
        if Store::exists(&database).await? {
            return Self::open(folder, config).await;
        }
        Self::build(folder, config, database, true).await
    }

    async fn build(folder: &Folder, config: Config, database: StoreSettings, create: bool) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let wire = Wire::new(
            WireSettings {
                attempts: config.wire.attempts,
                patience: config.wire.patience(),
                limit_wait: config.wire.limit_wait(),
                jitter_seed: seed(),
                ..WireSettings::default()
            },
            Arc::clone(&clock),
        )?;
        let master = vault::master(&config.vault, folder, &wire, create)?;
        let store = Store::open(database, master, Arc::clone(&clock), Arc::new(SystemIds)).await?;
        let lake = Lake::open(LakeSettings {
            threads: config.lake.threads,
            query_memory_bytes: config.lake.query_mib << 20,
            column_cache_bytes: config.lake.columns_mib << 20,
            result_cache_bytes: config.lake.results_mib << 20,
            ..LakeSettings::new(folder.lake())
        })?;
        let deadlines = Deadlines { answer: config.wire.answer(), report: config.wire.report() };
        let mailer = match config.mail.clone() {
            Some(settings) => Mailer::new(settings, Arc::clone(&clock), Arc::new(SystemIds))?,
            None => Mailer::none(),
        };
        let issuer = |one: &SignInIssuer| Issuer::new(one.settings.clone(), wire.clone(), Arc::clone(&clock), Arc::new(SystemIds));
        let issuers: Vec<Issuer> = config.oidc.iter().map(issuer).collect();
        let newcomer = |one: &SignInIssuer| Some((one.settings.name.clone(), one.newcomers.clone()?));
        let newcomers = config.oidc.iter().filter_map(newcomer).collect();
        let connectors = Connectors::new(wire.clone(), Arc::clone(&clock), deadlines);
        let owner = format!("process {}", std::process::id());
        let kept = config.retention;
        let retention = Retention { hourly_days: kept.hourly_days, call_days: kept.call_days, audit_days: kept.audit_days };
        let rates_url = config.rates_url.clone();
        let engine = Engine::new(Parts {
            store: store.clone(),
            lake,
            connectors,
            clock,
            rates_url,
            retention,
            site: config.site()?,
            mailer: mailer.clone(),
            issuers: issuers.clone(),
            newcomers,
            owner,
        });
        engine.load_rates().await?;
        Ok(Self { engine, store, wire, mailer, issuers, config })
    }

    /// Serves HTTP until `stop`, then lets running work come to a safe point.
    pub(crate) async fn serve(&self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        // Before anybody looks, so that nothing passes for running that is not.
        self.engine.recover().await?;
        self.engine.keep_time(self.config.sync.automatic);
        let api = Api {
            engine: self.engine.clone(),
            secure_cookies: self.config.secure_cookies,
            version: env!("CARGO_PKG_VERSION"),
            limits: trimtab_api::Limits::new(self.config.limits),
            turns: trimtab_api::Turns::default(),
            cors_origins: self.config.cors_origins.clone(),
            render_metrics: telemetry::render,
        };
        // Event streams have no end of their own, so waiting for them is bounded by the same deadline as the work.
        let graceful = stop.clone();
        let server = trimtab_api::serve(api, listener, graceful);
        let deadline = async {
            stop.cancelled().await;
            tokio::time::sleep(self.config.shutdown).await;
        };
        tokio::select! {
            served = server => served.context("the server stopped")?,
            () = deadline => {}
        }
        let stopped = tokio::time::timeout(self.config.shutdown, self.engine.shut_down()).await;
        self.store.close().await;
        if stopped.is_err() {
            anyhow::bail!(
                "{} pieces of work did not stop in time; they are marked as interrupted at the next start",
                self.engine.stuck()
            );
        }
        Ok(())
    }
}

/// Where an installation's operational state is.
pub(crate) fn database(folder: &Folder, config: &Config) -> StoreSettings {
    let place = config.database.clone().map_or_else(|| Place::File(folder.database()), Place::Server);
    StoreSettings { breached_passwords: config.breached_passwords.clone(), ..StoreSettings::at(place) }
}

/// Binds an address, with advice when that fails.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            exit::invalid(format!("{address} is taken by another program: choose another address with --listen"))
        }
        _ => exit::invalid(format!("cannot listen on {address}: {error}")),
    })
}

/// Ends when the user or the system asks the process to stop.
pub(crate) async fn asked_to_stop() {
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            drop(tokio::signal::ctrl_c().await);
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}
