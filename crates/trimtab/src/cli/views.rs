//! `trimtab views`: the tables analysts and dbt users expect, ready to read.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};
use trimtab_api::shape::ViewShape;
use trimtab_domain::day::parse_day;
use trimtab_engine::views::{Format, View};

/// Read a ready view (an account's, campaign's, ad's, keyword's day …), or list them
#[derive(Debug, Args)]
pub(super) struct Views {
    /// The view; without one, all are listed
    view: Option<String>,
    /// The tenant's id
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// First day [default: 90 days before the last]
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day [default: today, in the tenant's zone]
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// How the rows are written
    #[arg(long, value_enum, default_value_t = Shape::Csv)]
    format: Shape,
    /// The file they are written to [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the views as statements for DuckDB, which then reads the lake itself
    #[arg(long, conflicts_with_all = ["view", "output", "format"])]
    duckdb: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// Comma-separated text with a line of names
    Csv,
    /// One JSON object per line
    Jsonl,
    /// Parquet
    Parquet,
}

impl From<Shape> for Format {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Csv => Self::Csv,
            Shape::Jsonl => Self::JsonLines,
            Shape::Parquet => Self::Parquet,
        }
    }
}

impl Views {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let view = self.view.as_deref().map(str::parse::<View>).transpose().map_err(exit::invalid)?;
        if view.is_none() && !self.duckdb {
            list(context.json).await?;
            return Ok(ExitCode::SUCCESS);
        }
        let tenant = self.tenant.clone().ok_or_else(|| exit::invalid("whose view? name the tenant with --tenant".to_owned()))?;
        let node = context.open().await?;
        let ctx = OfTenant { tenant }.enter(&node).await?;
        let day = |text: Option<&String>| text.map(|text| parse_day(text)).transpose().map_err(|e| exit::invalid(e.to_string()));
        let range = node.engine.view_days(&ctx, day(self.from.as_ref())?, day(self.to.as_ref())?).await?;
        let Some(view) = view else {
            output::plain(&node.engine.view_script(&ctx, range).await?);
            return Ok(ExitCode::SUCCESS);
        };
        let to: Box<dyn Write + Send> = match &self.output {
            Some(path) => {
                let file = File::create(path).map_err(|e| exit::invalid(format!("{} cannot be written: {e}", path.display())))?;
                Box::new(BufWriter::new(file))
            }
            None => Box::new(BufWriter::new(io::stdout())),
        };
        let rows = node.engine.write_view(&ctx, view, range, self.format.into(), to).await?;
        if let Some(path) = &self.output {
            if context.json {
                output::document(&json!({ "view": view.name, "rows": rows, "file": path }));
            } else {
                output::say(&format!("{} rows written to {}", output::grouped(rows), path.display()));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(json: bool) -> anyhow::Result<()> {
    if json {
        let views: Vec<_> = View::catalogue().await?.iter().map(ViewShape::from).collect();
        output::document(&json!({ "views": views }));
    } else {
        let rows = View::all().iter().map(|view| vec![view.name.to_owned(), view.about.to_owned()]);
        output::table(["view", "a row is"].map(str::to_owned).to_vec(), rows.collect());
    }
    Ok(())
}
