//! `trimtab vault`: the keys that stored credentials are sealed with.

use super::Context;
use crate::{config::VaultSource, exit, output, vault};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::process::ExitCode;
use trimtab_domain::{Actor, Caller, Role, TenantCtx, Timestamp};
use trimtab_engine::{Rotated, Visitor, connection::days_until};
use trimtab_store::{VaultKey, prepare_next};

/// Days ahead in which a credential that ends is shown.
const SOON_DAYS: i64 = 30;

/// Show and rotate the keys that stored credentials are sealed with
#[derive(Debug, Subcommand)]
pub(super) enum Vault {
    /// Show where the master key is, how old data keys are, and which credentials end soon
    Status,
    /// Change the master key, or with --data-keys every data key, while servers go on
    Rotate(Rotate),
    /// Print a new random key for TRIMTAB_VAULT_KEY; nothing is stored
    Key,
}

#[derive(Debug, Args)]
pub(super) struct Rotate {
    /// Make a new data key for every tenant and seal every credential anew under it
    #[arg(long, conflicts_with = "to")]
    data_keys: bool,
    /// Move the master key there: file, env or hashicorp; then set vault.source
    #[arg(long, value_name = "SOURCE")]
    to: Option<VaultSource>,
}

impl Vault {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::Status => status(context).await,
            Self::Rotate(rotate) => rotate.run(context).await,
            Self::Key => {
                let key = VaultKey::random()?;
                if context.json {
                    output::document(&json!({ "key": key.text().expose_secret(), "fingerprint": key.fingerprint() }));
                } else {
                    output::plain(&format!("{}\n", key.text().expose_secret()));
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

impl Rotate {
    async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        let caller = Caller::operator("trimtab vault rotate");
        let before = node.engine.vault_status().await?;
        if self.data_keys {
            let done = node.engine.rotate_data_keys(&caller).await?;
            return Ok(told(context, &done, &before.key, &[]));
        }
        let source = context.config.vault.source;
        let to = self.to.unwrap_or(source);
        let new = match to {
            VaultSource::File if to == source => prepare_next(&context.folder.key())?,
            VaultSource::Env if to == source => vault::next_from_environment()?,
            _ => vault::master(
                &crate::config::VaultSettings { source: to, ..context.config.vault.clone() },
                &context.folder,
                &node.wire,
                true,
            )?,
        };
        let done = node.engine.rotate_master_key(&caller, &new).await?;
        let mut next = Vec::new();
        if to == source {
            node.engine.take_up_master_key().await?;
        } else {
            next.push(format!("Set vault.source = \"{to}\" now: nothing opens this installation with the former key any more."));
        }
        match to {
            VaultSource::File => next.push(format!(
                "Keep a copy of {} apart from your backups. Backups made before still need key {}, which lies beside it until you remove it.",
                context.folder.key().display(),
                before.key
            )),
            VaultSource::Env if to == source => {
                next.push("Set TRIMTAB_VAULT_KEY to the new key and remove TRIMTAB_VAULT_KEY_NEXT, when it suits you.".to_owned());
            }
            VaultSource::Env | VaultSource::Hashicorp => {}
        }
        Ok(told(context, &done, &before.key, &next))
    }
}

fn told(context: &Context, done: &Rotated, former: &str, next: &[String]) -> ExitCode {
    if context.json {
        output::document(&json!({
            "key": done.key, "former_key": former, "data_keys": done.data_keys, "secrets": done.secrets, "unreadable": done.unreadable,
        }));
    } else {
        output::say(&format!(
            "Rotated {} data keys under key {}; {} secrets were sealed anew.",
            done.data_keys, done.key, done.secrets
        ));
        for line in next {
            output::say(line);
        }
    }
    if done.unreadable > 0 {
        output::say(&format!(
            "{} secrets could not be opened and were left as they are: connect those accounts again.",
            done.unreadable
        ));
        return ExitCode::from(exit::PARTLY);
    }
    ExitCode::SUCCESS
}

async fn status(context: &Context) -> anyhow::Result<ExitCode> {
    let node = context.open().await?;
    let status = node.engine.vault_status().await?;
    let now = node.engine.now();
    let ending = ending(&node).await?;
    let age = |at: Timestamp| days_until(now, at);
    if context.json {
        let keys: Vec<Value> = status
            .data_keys
            .iter()
            .map(|key| {
                json!({
                    "tenant": key.tenant, "version": key.version, "made_at": key.made_at.to_string(), "age_days": age(key.made_at),
                    "retired_at": key.retired_at.map(|at| at.to_string()), "secrets": key.secrets,
                })
            })
            .collect();
        output::document(&json!({
            "source": status.source, "key": status.key, "data_keys": keys, "first_layout": status.first_layout,
            "unknown_layout": status.unknown_layout, "ending": ending,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    output::plain(&format!("Master key: {} ({})\n", status.key, status.source));
    let head = ["tenant", "version", "age", "secrets", "state"].map(str::to_owned).to_vec();
    let rows = status.data_keys.iter().map(|key| {
        let tenant = key.tenant.clone().unwrap_or_else(|| "(installation)".to_owned());
        let state = key.retired_at.map_or_else(|| "in use".to_owned(), |at| format!("retired {at}"));
        vec![tenant, key.version.to_string(), format!("{} days", age(key.made_at)), key.secrets.to_string(), state]
    });
    output::table(head, rows.collect());
    if status.first_layout > 0 {
        output::say(&format!(
            "{} secrets are under the master key itself: `trimtab vault rotate --data-keys` seals them anew.",
            status.first_layout
        ));
    }
    if status.unknown_layout > 0 {
        output::say(&format!("{} secrets were sealed by a version this one does not know, or are damaged.", status.unknown_layout));
    }
    if ending.is_empty() {
        output::say(&format!("No credential ends within {SOON_DAYS} days."));
    } else {
        let head = ["tenant", "source", "account", "ends in", "renews itself"].map(str::to_owned).to_vec();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let row = |line: &Value| {
            let days = format!("{} days", line["days_left"]);
            let renews = if line["renews"] == true { "yes" } else { "no: connect it again" };
            vec![text(&line["tenant"]), text(&line["source"]), text(&line["account"]), days, renews.to_owned()]
        };
        output::table(head, ending.iter().map(row).collect());
    }
    Ok(ExitCode::SUCCESS)
}

/// The credentials that end soon, or have.
async fn ending(node: &crate::node::Node) -> anyhow::Result<Vec<Value>> {
    let operator = Visitor::operator("trimtab vault status");
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = node.engine.tenants(operator.reach(), after.as_ref(), 200).await?;
        for summary in page.items {
            let ctx = TenantCtx::proven(summary.tenant.id.clone(), Actor::Operator, Role::AgencyAdmin);
            for view in node.engine.connections(&ctx).await? {
                let Some(days) = view.days_left.filter(|days| *days <= SOON_DAYS) else { continue };
                lines.push(json!({
                    "tenant": summary.tenant.id.as_str(), "connection": view.connection.id.as_str(),
                    "source": view.connection.account.source.as_str(), "account": view.connection.account.name.as_str(),
                    "days_left": days, "renews": view.connection.terms.expiry == trimtab_engine::Expiry::Renewed,
                    "health": view.health.state.as_str(),
                }));
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(lines);
        }
    }
}
