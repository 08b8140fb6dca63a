//! `trimtab connect`: an ad account and the credential to read it.

use super::{Context, OfTenant, init::secret_from_stdin};
use crate::{exit, output};
use clap::Args;
use secrecy::SecretString;
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::shape::AccountName;

/// Connect an ad account; its credential is proven by a real call and kept encrypted
#[derive(Debug, Args)]
pub(super) struct Connect {
    /// The platform: meta
    source: String,
    #[command(flatten)]
    tenant: OfTenant,
    /// The account's id on the platform
    #[arg(long)]
    account: String,
    #[command(flatten)]
    secret: SecretFrom,
    /// Where the platform is reached when not at its usual address
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct SecretFrom {
    /// Read the secret from standard input
    #[arg(long)]
    secret_stdin: bool,
    /// Read the secret from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    secret_env: Option<String>,
}

impl SecretFrom {
    fn read(&self) -> anyhow::Result<SecretString> {
        match &self.secret_env {
            None => secret_from_stdin("secret"),
            Some(name) => match std::env::var(name) {
                Ok(secret) if !secret.is_empty() => Ok(secret.into()),
                _ => Err(exit::invalid(format!("the environment variable {name} is not set"))),
            },
        }
    }
}

impl Connect {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let secret = self.secret.read()?;
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let connect = trimtab_engine::connection::Connect {
            source: self.source.parse().map_err(|e: trimtab_domain::source::UnknownSource| exit::invalid(e.to_string()))?,
            account: self.account,
            secret,
            base_url: self.base_url,
        };
        let view = node.engine.connect(&ctx, connect).await?;
        let account = &view.connection.account;
        if context.json {
            output::document(&json!({ "connection": view.connection.id.as_str(), "account": AccountName::from(account) }));
        } else {
            output::say(&format!(
                "Connected {} account {} ({}, {}, {}). Read it with `trimtab sync --tenant {}`.",
                account.source.label(),
                account.name,
                account.id,
                account.currency,
                account.zone,
                ctx.tenant()
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}
