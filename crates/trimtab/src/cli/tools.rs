//! `trimtab tools`: reads of platforms by name.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{self, Read},
    process::ExitCode,
};
use trimtab_api::shape::{ToolCallShape, ToolMetadata, ToolShape, ToolSummary};
use trimtab_domain::Source;
use trimtab_engine::{
    Error,
    tool::{Tool, catalogue, find},
};

/// Longest input in bytes.
const INPUT_BYTES_MAX: u64 = 256 * 1024;

/// Read a platform by name: every operation is a tool with a typed input
#[derive(Debug, Subcommand)]
pub(super) enum Tools {
    /// List the tools
    List(List),
    /// Describe a tool: what it answers, the JSON Schema of its input, an example
    Show(Show),
    /// Call a tool on a connected account of a tenant; it answers JSON
    #[command(visible_alias = "run")]
    Call(Call),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those of this platform
    #[arg(long)]
    platform: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Its name, for example meta.list_campaigns
    name: String,
}

#[derive(Debug, Args)]
pub(super) struct Call {
    /// Its name, for example meta.list_campaigns
    name: String,
    #[command(flatten)]
    tenant: OfTenant,
    /// The input: a JSON object, @FILE that holds one, or - for standard input
    #[arg(long, value_name = "JSON", default_value = "{}")]
    input: String,
}

impl Tools {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run(context),
            Self::Show(show) => show.run(context),
            Self::Call(call) => call.run(context).await,
        }
    }
}

impl List {
    fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let platform: Option<Source> = self
            .platform
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|e: trimtab_domain::source::UnknownSource| exit::invalid(e.to_string()))?;
        let wanted = |tool: &&Tool| platform.is_none_or(|platform| tool.platform() == platform);
        let tools: Vec<ToolSummary> = catalogue().iter().filter(wanted).map(ToolSummary::from).collect();
        if context.json {
            output::document(&json!({ "tools": tools }));
        } else {
            let rows = tools.into_iter().map(|tool| vec![tool.name.to_owned(), tool.description.to_owned()]);
            output::table(["name", "what it answers"].map(str::to_owned).to_vec(), rows.collect());
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let tool = ToolShape::from(find(&self.name).map_err(Error::from)?);
        if context.json {
            output::document(&tool);
        } else {
            output::plain(&format!(
                "{}\n{}.\n\nInput:\n{:#}\n\nExample:\n  trimtab tools call {} --tenant … --input '{}'\n",
                tool.name, tool.description, tool.input_schema, tool.name, tool.example
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Call {
    async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let input = self.input()?;
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let work = node.engine.run_tool(&ctx, &self.name, input);
        tokio::pin!(work);
        let call = tokio::select! {
            call = &mut work => call,
            () = crate::node::asked_to_stop() => {
                node.engine.ask_to_stop();
                work.await
            }
        };
        let shape = ToolCallShape::from(&call);
        if context.json {
            output::document(&shape);
        } else if shape.success {
            output::plain(&format!("{:#}\n", shape.data));
        }
        tell(&shape.metadata);
        match call.outcome {
            Ok(_) => Ok(ExitCode::SUCCESS),
            // Its document has been written.
            Err(error) if context.json => Ok(exit::say(&anyhow::Error::from(error))),
            Err(error) => Err(error.into()),
        }
    }

    fn input(&self) -> anyhow::Result<Value> {
        let text = match self.input.strip_prefix('@') {
            Some(path) => {
                let file = File::open(path).map_err(|e| exit::invalid(format!("the input {path} cannot be opened: {e}")))?;
                whole(file, path)?
            }
            None if self.input == "-" => whole(io::stdin(), "on standard input")?,
            None => self.input.clone(),
        };
        serde_json::from_str(&text)
            .map_err(|e| exit::invalid(format!("the input is no JSON: {e}; `trimtab tools show {}` gives an example", self.name)))
    }
}

fn whole(from: impl Read, name: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = from.take(INPUT_BYTES_MAX + 1).read_to_string(&mut text);
    read.map_err(|e| exit::invalid(format!("the input {name} cannot be read: {e}")))?;
    if text.len() as u64 > INPUT_BYTES_MAX {
        return Err(exit::invalid(format!("the input {name} is longer than {INPUT_BYTES_MAX} bytes")));
    }
    Ok(text)
}

/// What a person wants to know beside the answer.
fn tell(metadata: &ToolMetadata) {
    let left = metadata.rate_limit_remaining.map(|left| format!(" · {left:.0} % of the platform's limit left")).unwrap_or_default();
    output::say(&format!("{} requests · {} ms{left}", metadata.api_calls, metadata.duration_ms));
    for warning in &metadata.warnings {
        output::say(&format!("note: {warning}"));
    }
    if let Some(step) = &metadata.next_step {
        output::say(&format!("incomplete: {step}"));
    }
}
