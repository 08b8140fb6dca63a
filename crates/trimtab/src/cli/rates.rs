//! `trimtab rates`: the exchange rates that amounts are converted by.

use super::Context;
use crate::{exit, output};
use clap::Args;
use serde_json::json;
use std::{path::PathBuf, process::ExitCode};
use trimtab_api::shape::RatesShape;
use trimtab_engine::rates_of_file;

/// Read the European Central Bank's exchange rates, and show what is known of them
#[derive(Debug, Args)]
pub(super) struct Rates {
    /// Show only, read nothing
    #[arg(long)]
    show: bool,
    /// Take the rates from a file of the bank's (eurofxref-hist.csv) instead of asking it
    #[arg(long, value_name = "FILE", conflicts_with = "show")]
    import: Option<PathBuf>,
}

impl Rates {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        let new = match &self.import {
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|e| exit::invalid(format!("cannot read {}: {e}", path.display())))?;
                Some(node.engine.import_rates(rates_of_file(&text)?).await?)
            }
            None if self.show => None,
            None => Some(node.engine.read_rates().await?),
        };
        let view = node.engine.rates().await?;
        if context.json {
            output::document(&json!({ "new": new, "rates": RatesShape::from(view) }));
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(new) = new {
            output::say(&format!("{new} rates are new or corrected."));
        }
        if let Some(message) = &view.message {
            output::say(message);
        }
        if let Some(day) = view.last_day {
            let names = view.currencies.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            output::plain(&format!("{} currencies up to {day}: {names}\n", view.currencies.len()));
        }
        Ok(ExitCode::SUCCESS)
    }
}
