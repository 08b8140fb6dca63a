//! `trimtab sandbox`: an ad world with known truth, served over the platforms' own wire APIs.

use super::Context;
use crate::{exit, node, output, system::SystemClock};
use clap::Args;
use serde_json::json;
use std::{fs::File, net::SocketAddr, path::PathBuf, process::ExitCode};
use tokio_util::sync::CancellationToken;
use trimtab_domain::{Clock, Day, Zone, day::parse_day};
use trimtab_sandbox::{Limits, SandboxSettings};

/// Serve simulated ad platforms
#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:9090", value_name = "ADDRESS")]
    listen: SocketAddr,
    #[command(flatten)]
    world: World,
    /// The day at whose noon (UTC) the simulated clock stands [default: it stands at the present moment]
    #[arg(long, value_name = "DAY")]
    today: Option<String>,
    /// Whether the platforms' limits refuse calls: real, development or off
    #[arg(long, default_value = "off")]
    limits: String,
    /// Let one account's own total of one day differ from the sum of its ads, so that reconciliation has something to find
    #[arg(long)]
    mismatch: bool,
    /// Write every exchange with a platform to this file, one JSON document a line, without secrets
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Where links in answers point, when clients come through a proxy [default: the address they asked]
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
}

/// The size of a simulated world.
#[derive(Debug, Args)]
pub(super) struct World {
    /// Decides everything that is drawn
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Businesses
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=400))]
    pub(super) tenants: u16,
    /// Ads of the largest business
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) ads: u32,
    /// Days of history
    #[arg(long, default_value_t = 180, value_parser = clap::value_parser!(u16).range(1..=1830))]
    pub(super) days: u16,
}

impl World {
    /// A world whose clock stands at the present moment; with `mismatch`, one account's own total of one day is not the sum of its ads.
    pub(super) fn build(&self, limits: Limits, origin: Option<String>, mismatch: bool) -> anyhow::Result<trimtab_sandbox::Sandbox> {
        let utc: Zone = "UTC".parse()?;
        let now = SystemClock.now();
        // A world begins at noon; the clock only moves forward.
        let settings = self.settings(utc.day_at(now).yesterday()?, limits, origin)?;
        let sandbox = trimtab_sandbox::Sandbox::new(SandboxSettings { mismatch, ..settings });
        sandbox.set_now(&now.to_string())?;
        Ok(sandbox)
    }

    fn settings(&self, today: Day, limits: Limits, origin: Option<String>) -> anyhow::Result<SandboxSettings> {
        let (tenants, ads) = (usize::from(self.tenants), usize::try_from(self.ads)?);
        Ok(SandboxSettings { seed: self.seed, tenants, ads, days: self.days, today, limits, origin, mismatch: false })
    }
}

impl Sandbox {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let limits = self.limits.parse()?;
        let sandbox = match &self.today {
            None => self.world.build(limits, self.origin, self.mismatch)?,
            Some(today) => {
                let today = parse_day(today).map_err(|e| exit::invalid(e.to_string()))?;
                let settings = self.world.settings(today, limits, self.origin)?;
                trimtab_sandbox::Sandbox::new(SandboxSettings { mismatch: self.mismatch, ..settings })
            }
        };
        if let Some(path) = &self.record {
            let file = File::create(path).map_err(|e| exit::invalid(format!("{} cannot be written: {e}", path.display())))?;
            sandbox.record_to(file);
        }
        let listener = node::listen(self.listen).await?;
        let url = format!("http://{}", listener.local_addr()?);
        if context.json {
            output::document(&json!({ "url": url }));
        }
        output::say(&format!("The sandbox listens on {url}; {url}/_sandbox/accounts lists its accounts and their secrets."));
        let stop = CancellationToken::new();
        let asked = stop.clone();
        tokio::spawn(async move {
            node::asked_to_stop().await;
            asked.cancel();
        });
        sandbox.serve(listener, stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}
