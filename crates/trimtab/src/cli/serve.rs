//! `trimtab serve`: the web client and API.

use super::Context;
use crate::{node, node::Node, output, telemetry};
use clap::{Args, ValueEnum};
use std::{net::SocketAddr, process::ExitCode};
use tokio_util::sync::CancellationToken;

/// Serve the web client and the API
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// What this process does
    #[arg(long, value_enum, default_value_t = ServeRole::All)]
    role: ServeRole,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ServeRole {
    /// Everything
    All,
}

impl Serve {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let ServeRole::All = self.role;
        let mut config = context.config.clone();
        if let Some(listen) = self.listen {
            config.listen = listen;
        }
        telemetry::count();
        let node = Node::open(&context.folder, config.clone()).await?;
        if !node.store.system().is_initialised().await? {
            return Err(crate::exit::invalid("there is no administrator yet: run `trimtab init` first"));
        }
        let listener = node::listen(config.listen).await?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() && !config.secure_cookies {
            tracing::warn!(%address, "reachable from other machines without https: put a proxy with https in front and set server.secure_cookies");
        }
        output::say(&format!("Trimtab listens on http://{address}"));
        let stop = CancellationToken::new();
        let asked = stop.clone();
        tokio::spawn(async move {
            node::asked_to_stop().await;
            asked.cancel();
        });
        node.serve(listener, stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}
