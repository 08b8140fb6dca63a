//! `trimtab role`: what people may hold.

use super::Context;
use crate::{exit, output};
use clap::{Args, Subcommand};
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::shape::RoleShape;
use trimtab_domain::{
    Permission, Permissions, Role as BuiltIn,
    access::{CustomRole, RoleName},
};
use trimtab_engine::Visitor;

/// List roles, and make and remove those of the agency
#[derive(Debug, Subcommand)]
pub(super) enum Role {
    /// List the roles and what they allow
    List,
    /// Make a role of the agency, or change what it allows
    Set(Set),
    /// Remove a role of the agency that nobody holds
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// Its name: lower-case letters, digits and underscores
    name: String,
    /// What it is called
    #[arg(long)]
    label: String,
    /// What it allows, separated by commas; data:view among it
    #[arg(long, value_delimiter = ',', required = true, value_name = "NOUN:VERB")]
    permissions: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    /// Its name
    name: String,
}

impl Role {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        let operator = Visitor::operator("role");
        match self {
            Self::List => {
                let own = node.engine.roles().await?;
                if context.json {
                    let roles: Vec<_> =
                        BuiltIn::ALL.iter().map(|role| RoleShape::from(*role)).chain(own.iter().map(RoleShape::from)).collect();
                    output::document(&json!({ "roles": roles }));
                } else {
                    let head = ["name", "label", "from", "allows"].map(str::to_owned).to_vec();
                    let line = |name: &str, label: &str, from: &str, allows: Permissions| {
                        vec![name.to_owned(), label.to_owned(), from.to_owned(), told(allows)]
                    };
                    let built_in = BuiltIn::ALL.iter().map(|role| line(role.as_str(), role.label(), "product", role.permissions()));
                    let own = own.iter().map(|role| line(role.name().as_str(), &role.label, "agency", role.permissions()));
                    output::table(head, built_in.chain(own).collect());
                }
            }
            Self::Set(set) => {
                let role = CustomRole::new(name(&set.name)?, set.label, permissions(&set.permissions)?);
                let role = role.map_err(|error| exit::invalid(error.to_string()))?;
                node.engine.put_role(&operator, &role).await?;
                if context.json {
                    output::document(&RoleShape::from(&role));
                } else {
                    output::say(&format!("The role {} allows {}.", role.name(), told(role.permissions())));
                }
            }
            Self::Remove(remove) => {
                node.engine.remove_role(&operator, &name(&remove.name)?).await?;
                if context.json {
                    output::document(&json!({ "removed": remove.name }));
                } else {
                    output::say(&format!("Removed the role {}.", remove.name));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn name(text: &str) -> anyhow::Result<RoleName> {
    text.parse().map_err(|error| exit::invalid(format!("{error}: `trimtab role list` shows the roles there are")))
}

pub(super) fn permissions(names: &[String]) -> anyhow::Result<Permissions> {
    let read = names.iter().map(|name| name.trim().parse::<Permission>());
    let known = || Permission::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
    read.collect::<Result<_, _>>().map_err(|error| exit::invalid(format!("{error}: use {}", known())))
}

pub(super) fn told(permissions: Permissions) -> String {
    permissions.iter().map(Permission::as_str).collect::<Vec<_>>().join(", ")
}
