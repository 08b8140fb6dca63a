//! `trimtab query`: the one metric query.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::{Args, ValueEnum};
use std::process::ExitCode;
use trimtab_api::shape::{QueryShape, table};
use trimtab_domain::{
    DayRange,
    day::parse_day,
    query::{MetricQuery, QueryParts, QueryResult, Sort, filter},
};

/// Ask any metric by any dimension, over any period
#[derive(Debug, Args)]
pub(super) struct Query {
    #[command(flatten)]
    tenant: OfTenant,
    /// Metrics, separated by commas: spend, impressions, clicks, conversions, revenue, ctr, cpc, cpm, cvr, cpa, roas …
    #[arg(long, value_delimiter = ',', required = true)]
    metrics: Vec<String>,
    /// Dimensions to group by, separated by commas: date, week, month, weekday, platform, account, campaign, ad_group, ad, country,
    /// device, age, gender, placement, objective, status
    #[arg(long, value_delimiter = ',')]
    by: Vec<String>,
    /// First day
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Last day
    #[arg(long, value_name = "DAY")]
    to: String,
    /// Conditions, for example: platform = meta and campaign ~ "brand" and spend > 100
    #[arg(long = "where", value_name = "CONDITIONS")]
    filter: Option<String>,
    /// Compare with: previous, year or DAY..DAY
    #[arg(long)]
    compare: Option<String>,
    /// Order by a metric or dimension; with - in front largest first
    #[arg(long, allow_hyphen_values = true)]
    sort: Option<String>,
    /// Most rows
    #[arg(long)]
    limit: Option<u32>,
    /// Currency of the answer [default: the accounts' own]
    #[arg(long)]
    currency: Option<String>,
    /// Shape of the answer
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Parquet,
}

impl Query {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let query = self.check()?;
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let result = node.engine.query(&ctx, &query).await?;
        match self.format {
            _ if context.json => output::document(&QueryShape::from(&*result)),
            Format::Json => output::document(&QueryShape::from(&*result)),
            Format::Csv => output::plain(&csv(&result)),
            Format::Parquet => output::bytes(&trimtab_facts::export::parquet(&result)?),
            Format::Table => {
                let (head, rows) = table(&result);
                output::table(head, rows);
                let shape = QueryShape::from(&*result);
                let amounts = result.metrics.iter().map(|m| {
                    let total = shape.totals.get(&m.id).map(|v| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned));
                    format!("{} {}", m.name, total.filter(|t| t != "null").unwrap_or_else(|| "–".to_owned()))
                });
                output::say(&format!("Total: {}", amounts.collect::<Vec<_>>().join(" · ")));
                let known = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
                output::say(&format!(
                    "{} to {} · {} · {} · data as of {} · provisional from {}",
                    shape.from,
                    shape.to,
                    known(shape.currency),
                    shape.timezones.join(", "),
                    known(shape.freshness),
                    known(shape.provisional_from)
                ));
                if result.freshness.is_some() && result.rows.is_empty() && self.filter.is_none() {
                    output::say("note: nothing was reported for these days");
                }
                for note in &result.notes {
                    output::say(&format!("note: {note}"));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn check(&self) -> anyhow::Result<MetricQuery> {
        let bad = |error: &dyn std::fmt::Display| exit::invalid(error.to_string());
        let day = |text: &str| parse_day(text).map_err(|e| bad(&e));
        let period = DayRange::new(day(&self.from)?, day(&self.to)?).map_err(|e| bad(&e))?;
        let parts = QueryParts {
            metrics: self.metrics.clone(),
            dimensions: self.by.iter().map(|d| d.parse()).collect::<Result<_, _>>()?,
            filters: filter::parse(self.filter.as_deref().unwrap_or_default())?,
            compare: self.compare.as_deref().map(str::parse).transpose()?,
            sort: self.sort.as_deref().map(Sort::from),
            limit: self.limit,
            currency: self.currency.as_deref().map(str::parse).transpose().map_err(|e| bad(&e))?,
        };
        Ok(MetricQuery::new(period, parts)?)
    }
}

fn csv(result: &QueryResult) -> String {
    let (head, rows) = table(result);
    let cell = |text: &String| {
        let text = trimtab_facts::spreadsheet_text(text);
        if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into_owned() }
    };
    let line = |cells: &Vec<String>| cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\n";
    std::iter::once(&head).chain(&rows).map(line).collect()
}
