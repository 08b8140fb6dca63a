//! `trimtab init`: makes an installation and its first administrator.

use super::Context;
use crate::{exit, node::Node, output};
use clap::Args;
use secrecy::SecretString;
use serde_json::json;
use std::{io::Read, process::ExitCode};
use trimtab_engine::{Admin, IfInitialised};

/// Make an installation: database, lake, keys and the first administrator
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The administrator's e-mail address
    #[arg(long)]
    email: String,
    /// Read the password (at least 12 characters) from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// The agency's name
    #[arg(long)]
    agency: Option<String>,
    /// Add another administrator, or give this one a new password
    #[arg(long)]
    again: bool,
}

impl Init {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let password = secret_from_stdin("password")?;
        let node = context.closing(Node::create(&context.folder, context.config.clone()).await?);
        let again = if self.again { IfInitialised::AddOrReset } else { IfInitialised::Refuse };
        let admin = Admin { email: self.email, password, agency: self.agency };
        let email = admin.email.clone();
        let caller = trimtab_domain::Caller::operator("trimtab init");
        node.store.system().by(&caller).create_admin(admin, again).await?;
        let data = context.folder.path().display().to_string();
        if context.json {
            output::document(&json!({ "data": data, "admin": email }));
        } else {
            output::say(&format!("Trimtab is ready in {data}. Start it with `trimtab serve` and sign in as {email}."));
            if context.config.vault.source == crate::config::VaultSource::File {
                output::say(&format!(
                    "Keep a copy of {} apart from your backups: without it, stored credentials cannot be read.",
                    context.folder.key().display()
                ));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// One secret from standard input, without its line end.
pub(super) fn secret_from_stdin(what: &str) -> anyhow::Result<SecretString> {
    const MOST: u64 = 64 * 1024;
    let mut text = String::new();
    std::io::stdin()
        .take(MOST)
        .read_to_string(&mut text)
        .map_err(|e| exit::invalid(format!("the {what} on standard input cannot be read: {e}")))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(exit::invalid(format!("standard input is empty: pipe the {what} in, for example with printf '%s' …")));
    }
    Ok(text.into())
}
