//! `trimtab tenant`: clients and brands.

use super::Context;
use crate::{exit, output};
use clap::{Args, Subcommand};
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::routes::tenants::TenantShape;
use trimtab_domain::{Caller, id::TenantId};
use trimtab_engine::{NewTenant, Visitor};

/// Add and list tenants: one client or brand each
#[derive(Debug, Subcommand)]
pub(super) enum Tenant {
    /// Add a tenant
    Add(Add),
    /// List the tenants
    List,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Its id: lower-case letters, digits and dashes
    id: String,
    /// Its name
    #[arg(long)]
    name: String,
    /// The currency its totals are shown in
    #[arg(long)]
    currency: String,
    /// The zone its days are shown in
    #[arg(long)]
    timezone: String,
    /// What it does, for benchmarks
    #[arg(long)]
    industry: Option<String>,
}

impl Tenant {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        match self {
            Self::Add(add) => {
                let tenant = node.engine.add_tenant(&Caller::operator("trimtab tenant add"), add.check()?).await?;
                if context.json {
                    output::document(&TenantShape::new(&tenant, 0));
                } else {
                    output::say(&format!("Added {} ({}).", tenant.name, tenant.id));
                }
            }
            Self::List => {
                let operator = Visitor::operator("tenant list");
                let mut all = Vec::new();
                let mut after = None;
                loop {
                    let page = node.engine.tenants(operator.reach(), after.as_ref(), 200).await?;
                    all.extend(page.items.iter().map(|summary| TenantShape::new(&summary.tenant, summary.accounts)));
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                if context.json {
                    output::document(&json!({ "tenants": all }));
                } else if all.is_empty() {
                    output::say("There is no tenant yet: add one with `trimtab tenant add`.");
                } else {
                    let head = ["id", "name", "currency", "timezone", "accounts"].map(str::to_owned).to_vec();
                    let rows = all.into_iter().map(|t| vec![t.id, t.name, t.currency, t.timezone, t.accounts.to_string()]);
                    output::table(head, rows.collect());
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    fn check(self) -> anyhow::Result<NewTenant> {
        let bad = |error: &dyn std::fmt::Display| exit::invalid(error.to_string());
        Ok(NewTenant {
            id: TenantId::parse(&self.id).map_err(|e| bad(&e))?,
            name: self.name,
            currency: self.currency.parse().map_err(|e| bad(&e))?,
            zone: self.timezone.parse().map_err(|e| bad(&e))?,
            industry: self.industry,
        })
    }
}
