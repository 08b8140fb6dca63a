//! `trimtab key`: keys of programs.

use super::{Context, InScope, role};
use crate::{exit, output};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::shape::ApiKeyShape;
use trimtab_domain::{access::Scope, id::KeyId};
use trimtab_engine::{ApiKey, NewKey, Visitor};

/// List, make and revoke keys of programs
#[derive(Debug, Subcommand)]
pub(super) enum Key {
    /// List keys; revoked ones too
    List(InScope),
    /// Make a key; it is printed once and kept nowhere
    Make(Make),
    /// Revoke a key at once and for good
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Make {
    /// What it is for
    name: String,
    /// What it may do, separated by commas
    #[arg(long, value_delimiter = ',', required = true, value_name = "NOUN:VERB")]
    permissions: Vec<String>,
    /// When it ends by itself, such as 2027-01-31T00:00:00Z [default: never]
    #[arg(long, value_name = "INSTANT")]
    expires_at: Option<String>,
    #[command(flatten)]
    place: InScope,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// Its id
    id: String,
}

impl Key {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        let operator = Visitor::operator("key");
        match self {
            Self::List(place) => {
                let keys = node.engine.keys(&operator, &place.scope()?).await?;
                if context.json {
                    output::document(&json!({ "keys": keys.into_iter().map(ApiKeyShape::from).collect::<Vec<_>>() }));
                } else {
                    let head = ["id", "name", "begins", "for", "may", "last used", "state"].map(str::to_owned).to_vec();
                    let now = node.engine.now();
                    output::table(head, keys.into_iter().map(|key| row(key, now)).collect());
                }
            }
            Self::Make(make) => {
                let expires_at = make.expires_at.as_deref().map(str::parse).transpose();
                let expires_at =
                    expires_at.map_err(|_| exit::invalid("--expires-at: write a point in time such as 2027-01-31T00:00:00Z"))?;
                let (scope, permissions) = (make.place.scope()?, role::permissions(&make.permissions)?);
                let new = NewKey { name: make.name, scope, permissions, expires_at };
                let (key, token) = node.engine.add_key(&operator, new).await?;
                if context.json {
                    output::document(&json!({ "key": ApiKeyShape::from(key), "token": token.expose_secret() }));
                } else {
                    output::say(&format!("Made the key {} ({}). Keep it now: it is shown once.", key.name, key.id));
                    output::plain(&format!("{}\n", token.expose_secret()));
                }
            }
            Self::Revoke(revoke) => {
                let id = KeyId::parse(&revoke.id);
                let id = id.map_err(|error| exit::missing(format!("{error}: `trimtab key list` shows the keys there are")))?;
                node.engine.revoke_key(&operator, &Scope::Agency, &id).await?;
                if context.json {
                    output::document(&json!({ "revoked": id.as_str() }));
                } else {
                    output::say(&format!("Revoked the key {id}. Programs that use it are refused from now on."));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn row(key: ApiKey, now: trimtab_domain::Timestamp) -> Vec<String> {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(_), _) => "revoked".to_owned(),
        (None, Some(end)) if end <= now => "ended".to_owned(),
        (None, Some(end)) => format!("until {}", end.strftime("%Y-%m-%d")),
        (None, None) => "active".to_owned(),
    };
    vec![
        key.id.to_string(),
        key.name,
        key.hint,
        key.scope.tenant().map_or_else(|| "agency".to_owned(), ToString::to_string),
        role::told(key.permissions),
        key.used_at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M").to_string()),
        state,
    ]
}
