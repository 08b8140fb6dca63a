//! `trimtab forecast`: what accounts will do.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;
use trimtab_api::shape::{Ahead, ForecastMetric, ForecastShape, OfAccount};
use trimtab_domain::metric::Registry;
use trimtab_engine::AnalysisKind;

/// What ad accounts will spend and earn in the coming days, with intervals
#[derive(Debug, Args)]
pub(super) struct Forecast {
    #[command(flatten)]
    tenant: OfTenant,
    /// The metric: spend, clicks, conversions, revenue
    #[arg(long, default_value = "spend", value_name = "METRIC")]
    metric: String,
    /// Only of this account, by the platform's id [default: the one with the most forecast in it]
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Days ahead, 1 to 90
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u8).range(1..=90), value_name = "DAYS")]
    days: u8,
    /// Show what was forecast last, make nothing anew
    #[arg(long)]
    show: bool,
}

impl Forecast {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        Registry::builtin().get(&self.metric).map_err(|error| exit::invalid(error.to_string()))?;
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let failed = if self.show { 0 } else { node.engine.analyse(&ctx).await?.failed };
        let accounts = node.engine.accounts(&ctx).await?;
        let kept = node.engine.analyses(&ctx, AnalysisKind::Forecast).await?;
        let all: Vec<OfAccount<ForecastShape>> = OfAccount::all(kept, &accounts)?;
        let wanted = |of: &&OfAccount<ForecastShape>| self.account.as_ref().is_none_or(|id| *id == of.account);
        let told: Vec<_> = all
            .iter()
            .filter(wanted)
            .filter_map(|of| Some((of, of.result.metrics.iter().find(|metric| metric.metric == self.metric)?)))
            .collect();
        if told.is_empty() {
            let known: Vec<_> = all.iter().map(|of| of.account.as_str()).collect();
            return Err(exit::invalid(format!(
                "there is no forecast of {}: forecasts are of spend, clicks, conversions and revenue of the ad accounts {}",
                self.metric,
                if known.is_empty() { "(none has facts yet: sync first)".to_owned() } else { known.join(", ") }
            )));
        }
        if context.json {
            output::document(&self.document(&told));
        } else {
            self.print(&told);
        }
        Ok(ExitCode::from(if failed > 0 { exit::PARTLY } else { 0 }))
    }

    /// The contract's answer for one account at the top, all of them beside it.
    fn document(&self, told: &[(&OfAccount<ForecastShape>, &ForecastMetric)]) -> Value {
        let days = usize::from(self.days);
        let one = |(of, metric): &(&OfAccount<ForecastShape>, &ForecastMetric)| {
            let first = metric.totals.iter().find(|first| first.days == days).map(|first| &first.sum);
            let whole = metric.total.as_ref().filter(|_| metric.series.len() == days);
            json!({
                "source": of.source, "account": of.account, "name": of.name, "currency": of.currency, "metric": metric.metric,
                "series": metric.series.iter().take(days).collect::<Vec<_>>(), "total": first.or(whole), "model": metric.model, "backtest": metric.backtest,
                "notes": metric.notes, "because": metric.because, "holidays": of.result.holidays, "source_hash": of.source_hash, "made_at": of.made_at,
            })
        };
        let largest = told.iter().max_by(|a, b| level(a.1).total_cmp(&level(b.1))).map(one).unwrap_or_default();
        let mut document = largest;
        document["accounts"] = told.iter().map(one).collect();
        document
    }

    fn print(&self, told: &[(&OfAccount<ForecastShape>, &ForecastMetric)]) {
        let head = ["account", "day", "value", "80 % from", "80 % to"].map(str::to_owned).to_vec();
        let text = |figure: &Ahead| match figure {
            Ahead::Money(amount) => amount.clone(),
            Ahead::Number(number) => format!("{number:.1}"),
        };
        let mut rows = Vec::new();
        for (of, metric) in told {
            if let Some(because) = &metric.because {
                output::say(&format!("{}: cannot tell, because {because}", of.name));
            }
            let days = metric.series.iter().take(usize::from(self.days));
            rows.extend(days.map(|day| {
                vec![format!("{}: {}", of.source, of.name), day.day.clone(), text(&day.value), text(&day.lo80), text(&day.hi80)]
            }));
            if let Some(of_country) = &of.result.holidays {
                output::say(&format!("{}: holidays of {} are expected", of.name, of_country.name));
            }
            for note in &metric.notes {
                output::say(&format!("{}: {note}", of.name));
            }
        }
        output::table(head, rows);
    }
}

fn level(metric: &ForecastMetric) -> f64 {
    match metric.total.as_ref().map(|total| &total.value) {
        Some(Ahead::Money(amount)) => amount.parse().unwrap_or(0.0),
        Some(Ahead::Number(number)) => *number,
        None => -1.0,
    }
}
