//! Tools: one read of a platform by name, for a person, a workflow or an agent, over the tenant's own connections.
//!
//! A call reads the account it names, or the tenant's only one of the platform, and no other: an account that is not connected is refused
//! even where the credential of another would reach it. What a call says of a credential is recorded as a sync does; its other failures
//! are its own, since what a tool reads is not what keeps facts fresh.

use crate::{Engine, Error, connection, limits};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_connect::{AuthCause, Connectors, Error as E, tool::Desk};
use trimtab_domain::{Source, TenantCtx, id::AccountId};
use trimtab_store::Connection;

pub use trimtab_connect::tool::{Refusal, Told, Tool, catalogue, find};

/// A call that has ended. A failed one has a cost, too.
#[derive(Debug)]
pub struct ToolCall {
    /// What was told, or why nothing was.
    pub outcome: Result<Told, Error>,
    /// What it took.
    pub cost: Cost,
}

/// What a call took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Requests made to the platform, repeated ones too.
    pub api_calls: u32,
    /// From the call to its end.
    pub duration: Duration,
    /// The share of the platform's limit that is left, in percent; `None` where the platform did not tell.
    pub limit_left_percent: Option<f64>,
}

impl Engine {
    /// Calls a tool with an input. The outcome is an error when there is no such tool, the input is wrong, the tenant has no connection that
    /// fits, or the platform cannot be read.
    pub async fn run_tool(&self, ctx: &TenantCtx, name: &str, input: Value) -> ToolCall {
        let begun = Instant::now();
        let (connectors, meter) = self.connectors().metered();
        let (engine, ctx, name) = (self.clone(), ctx.clone(), name.to_owned());
        // On its own, since a caller who goes away must not take along a secret the platform has just exchanged for another.
        let work = self.tasks().spawn(async move { engine.call_tool(&ctx, &connectors, &name, input).await });
        let outcome = work.await.unwrap_or(Err(Error::Lost("the tool")));
        self.keep_calls().await;
        let cost = Cost { api_calls: meter.requests(), duration: begun.elapsed(), limit_left_percent: meter.left_percent() };
        ToolCall { outcome, cost }
    }

    async fn call_tool(&self, ctx: &TenantCtx, connectors: &Connectors, name: &str, input: Value) -> Result<Told, Error> {
        let tool = find(name)?;
        let prepared = tool.prepare(input)?;
        let connection = self.connection_for(ctx, tool.platform(), prepared.account()).await?;
        let account = &connection.account;
        let late = || {
            let what = format!("{name} was not done within {} s: ask for less", limits::TOOL_DEADLINE.as_secs());
            Error::Source(E::Transient {
                platform: account.source,
                account: Some(account.id.clone()),
                what,
                timeout: true,
                source: None,
            })
        };
        let mut opened = self.open_connection(connectors, ctx, &connection).await?;
        let read = async {
            let _slot = self.tool_slots().acquire().await.map_err(|_| Error::Lost("the queue of tools"))?;
            Ok::<Told, Error>(prepared.run(Desk { connector: &*opened.connector, account }).await?)
        };
        let outcome = tokio::select! {
            read = tokio::time::timeout(limits::TOOL_DEADLINE, read) => read.unwrap_or_else(|_elapsed| Err(late())),
            () = self.stop().cancelled() => Err(Error::Busy("the server is stopping: call the tool again once it is back".to_owned())),
        };
        // A call may have renewed the token, whatever came of it.
        let kept = self.keep_secret(ctx, &mut opened).await;
        if let Err(Error::Source(trouble @ (E::Auth { cause: AuthCause::Credential, .. } | E::Secret { .. }))) = &outcome {
            self.note_trouble(ctx, &connection.id, trouble).await?;
        }
        let told = outcome?;
        kept?;
        Ok(told)
    }

    /// The connection of the account named, or the only one of the platform.
    async fn connection_for(&self, ctx: &TenantCtx, platform: Source, named: Option<&AccountId>) -> Result<Connection, Error> {
        let tenant = ctx.tenant();
        let all = self.store().tenant(ctx).connections().await?;
        let mut fitting: Vec<Connection> = all.into_iter().filter(|connection| connection.account.source == platform).collect();
        let known: Vec<String> =
            fitting.iter().map(|connection| format!("{} ({})", connection.account.id, connection.account.name)).collect();
        let label = platform.label();
        if let Some(named) = named {
            let bare = connection::bare(platform, named.as_str());
            fitting.retain(|connection| connection.account.id.as_str() == bare);
        }
        match (fitting.pop(), fitting.is_empty()) {
            (Some(connection), true) => Ok(connection),
            _ if known.is_empty() => Err(Error::Invalid(format!(
                "{tenant} has no connected {label} account: connect one first (trimtab connect {platform} --tenant {tenant} --account …)"
            ))),
            (Some(_), false) => Err(Error::Invalid(format!(
                "{tenant} has connected {} {label} accounts: name one in the input as \"account\": {}",
                known.len(),
                known.join(", ")
            ))),
            (None, _) => {
                let named = named.map_or("", AccountId::as_str);
                Err(Error::Invalid(format!(
                    "{tenant} has not connected the {label} account '{named}': name one of {}, or connect it first",
                    known.join(", ")
                )))
            }
        }
    }
}
