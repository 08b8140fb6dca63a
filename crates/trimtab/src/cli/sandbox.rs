//! `trimtab sandbox`: an ad world with known truth, served over the platforms' own wire APIs.

use super::Context;
use crate::{exit, node, output, system::SystemClock};
use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};
use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};
use tokio_util::sync::CancellationToken;
use trimtab_domain::{Clock, Day, Zone, day::parse_day};
use trimtab_sandbox::SandboxSettings;

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
    /// Let every trouble be large enough to be seen on the platform's own screen
    #[arg(long)]
    visible: bool,
    /// Write every exchange with a platform to this file, one JSON document a line, without secrets
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Address of a mail server that keeps what it is given and delivers nothing; `/_sandbox/messages` tells what came
    #[arg(long, value_name = "ADDRESS")]
    mail_listen: Option<SocketAddr>,
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
    /// A world to be shown: its clock stands at the present moment, its troubles are plain, and one account's own total of one day is not the
    /// sum of its ads. A file remembers the day it began, so that it is the same world when it is shown again on another day.
    pub(super) fn shown(&self, remembered: &Path) -> anyhow::Result<trimtab_sandbox::Sandbox> {
        let rest = SandboxSettings { mismatch: true, visible: true, ..SandboxSettings::default() };
        let newest = latest_start()?;
        let of = |today: Day| json!({ "seed": self.seed, "tenants": self.tenants, "ads": self.ads, "days": self.days, "today": today.to_string() });
        let kept: Option<Value> = std::fs::read(remembered).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let began = kept.and_then(|kept| Some((parse_day(kept["today"].as_str()?).ok()?, kept)));
        let began = began.filter(|(day, kept)| *day <= newest && of(*day) == *kept).map(|(day, _)| day);
        let today = began.unwrap_or(newest);
        std::fs::write(remembered, of(today).to_string())
            .with_context(|| format!("cannot write {}: choose another data folder with --data", remembered.display()))?;
        self.begun(today, &rest)
    }

    /// A world whose clock stands at the present moment.
    fn now(&self, rest: &SandboxSettings) -> anyhow::Result<trimtab_sandbox::Sandbox> {
        self.begun(latest_start()?, rest)
    }

    /// A world that began on a day and whose clock stands at the present moment.
    fn begun(&self, today: Day, rest: &SandboxSettings) -> anyhow::Result<trimtab_sandbox::Sandbox> {
        let sandbox = trimtab_sandbox::Sandbox::new(self.settings(today, rest)?);
        sandbox.set_now(&SystemClock.now().to_string())?;
        Ok(sandbox)
    }

    fn settings(&self, today: Day, rest: &SandboxSettings) -> anyhow::Result<SandboxSettings> {
        let (tenants, ads) = (usize::from(self.tenants), usize::try_from(self.ads)?);
        Ok(SandboxSettings { seed: self.seed, tenants, ads, days: self.days, today, ..rest.clone() })
    }
}

/// The last day a world may begin on to be at the present moment: worlds begin at noon, and clocks only move forward.
fn latest_start() -> anyhow::Result<Day> {
    let utc: Zone = "UTC".parse()?;
    Ok(utc.day_at(SystemClock.now()).yesterday()?)
}

impl Sandbox {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let Self { mismatch, visible, origin, .. } = &self;
        let origin = origin.clone();
        let rest = SandboxSettings {
            limits: self.limits.parse()?,
            mismatch: *mismatch,
            visible: *visible,
            origin,
            ..SandboxSettings::default()
        };
        let sandbox = match &self.today {
            None => self.world.now(&rest)?,
            Some(today) => {
                let today = parse_day(today).map_err(|e| exit::invalid(e.to_string()))?;
                trimtab_sandbox::Sandbox::new(self.world.settings(today, &rest)?)
            }
        };
        if let Some(path) = &self.record {
            let file = File::create(path).map_err(|e| exit::invalid(format!("{} cannot be written: {e}", path.display())))?;
            sandbox.record_to(file);
        }
        let listener = node::listen(self.listen).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let mail = match self.mail_listen {
            Some(address) => Some(node::listen(address).await?),
            None => None,
        };
        let smtp = mail.as_ref().map(|mail| mail.local_addr()).transpose()?;
        if context.json {
            let mut document = json!({ "url": url });
            if let Some(smtp) = smtp {
                document["smtp"] = smtp.to_string().into();
            }
            output::document(&document);
        }
        output::say(&format!("The sandbox listens on {url}; {url}/_sandbox/accounts lists its accounts and their secrets."));
        output::say(&format!("Sign-in is simulated at {url}/oidc; {url}/_sandbox/oidc lists applications and people."));
        if let Some(smtp) = smtp {
            output::say(&format!("Mail is kept at {smtp}; {url}/_sandbox/messages shows it."));
        }
        let stop = CancellationToken::new();
        let asked = stop.clone();
        tokio::spawn(async move {
            node::asked_to_stop().await;
            asked.cancel();
        });
        let mail_until = stop.clone();
        let serve_mail = async {
            match mail {
                Some(mail) => sandbox.serve_mail(mail, mail_until).await,
                None => Ok(()),
            }
        };
        tokio::try_join!(sandbox.serve(listener, stop), serve_mail)?;
        Ok(ExitCode::SUCCESS)
    }
}
