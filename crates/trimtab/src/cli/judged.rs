//! `trimtab pixels` and `trimtab patterns`: what analysis says of each account, with what it noticed.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::Args;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::shape::{FindingShape, OfAccount, PatternCard, PatternsShape, PixelShape, PixelsShape};
use trimtab_domain::{Timestamp, finding::FindingKind};
use trimtab_engine::{AnalysisKind, FindingFilter, analysis::FindingsWanted};

/// Which accounts, and whether anything is made anew
#[derive(Debug, Args)]
pub(super) struct Judged {
    #[command(flatten)]
    tenant: OfTenant,
    /// Show what was said last, look at nothing
    #[arg(long)]
    show: bool,
    /// Only of this account, by the platform's id
    #[arg(long, value_name = "ID")]
    account: Option<String>,
}

impl Judged {
    pub(super) async fn pixels(self, context: &Context) -> anyhow::Result<ExitCode> {
        self.run::<PixelsShape>(context, (AnalysisKind::Pixel, FindingKind::Pixel), print_pixels).await
    }

    pub(super) async fn patterns(self, context: &Context) -> anyhow::Result<ExitCode> {
        self.run::<PatternsShape>(context, (AnalysisKind::Pattern, FindingKind::Pattern), print_patterns).await
    }

    async fn run<T: DeserializeOwned + Serialize>(
        self,
        context: &Context,
        (kind, noticed): (AnalysisKind, FindingKind),
        print: fn(&[OfAccount<T>]),
    ) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let failed = if self.show { 0 } else { node.engine.analyse(&ctx).await?.failed };
        let accounts = node.engine.accounts(&ctx).await?;
        let mut all: Vec<OfAccount<T>> = OfAccount::all(node.engine.analyses(&ctx, kind).await?, &accounts)?;
        all.retain(|of| self.account.as_ref().is_none_or(|id| *id == of.account));
        if context.json {
            let filter = FindingFilter { kinds: vec![noticed], ..FindingFilter::default() };
            let wanted = FindingsWanted { filter, severity: None, account: self.account };
            let now = node.engine.now();
            let found = node.engine.findings(&ctx, &wanted).await?;
            let findings: Vec<_> = found.iter().map(|kept| FindingShape::at(kept, now)).collect();
            output::document(&json!({ "findings": findings, "accounts": all }));
        } else {
            print(&all);
        }
        if failed > 0 {
            output::say(&format!(
                "{failed} analyses failed; their former results are shown. The log says why (log.level = \"info\")."
            ));
        }
        Ok(ExitCode::from(if failed > 0 { exit::PARTLY } else { 0 }))
    }
}

fn print_pixels(all: &[OfAccount<PixelsShape>]) {
    let head = ["account", "pixel", "verdict", "sure", "silent for", "event", "today", "7 days", "30 days", "from the step before"];
    let rows: Vec<_> = all.iter().flat_map(|of| of.result.pixels.iter().flat_map(|pixel| lines(of, pixel))).collect();
    if rows.is_empty() {
        output::say("No pixel is known: sync an account that has one first.");
        return;
    }
    output::table(head.map(str::to_owned).to_vec(), rows);
    for pixel in all.iter().flat_map(|of| &of.result.pixels) {
        output::say(&format!(
            "{}: counted through {}; --json tells its hours, silences and shifts.",
            pixel.name,
            minute(&pixel.counted_until)
        ));
    }
}

/// A line for each event, the pixel's own before the first.
fn lines(of: &OfAccount<PixelsShape>, pixel: &PixelShape) -> Vec<Vec<String>> {
    let count = |count: Option<f64>| count.map_or_else(dash, |count| format!("{count:.0}"));
    let mut whose = vec![
        format!("{}: {}", of.source, of.name),
        pixel.name.clone(),
        pixel.verdict.clone(),
        if pixel.verdict == "unknown" { dash() } else { percent(pixel.confidence) },
        pixel.hours_since_event.map_or_else(dash, |hours| format!("{hours:.0} h")),
    ];
    let line = |totals: &trimtab_api::shape::PixelTotals| {
        let rate = pixel.rates.iter().find(|rate| rate.into == totals.event);
        let told = rate.map_or_else(dash, |rate| match (rate.low, rate.high) {
            (Some(low), Some(high)) => format!("{:.1} % ({low:.1} to {high:.1}) of {}", rate.rate, rate.from),
            _ => format!("{:.1} % of {}", rate.rate, rate.from),
        });
        let mut row = std::mem::replace(&mut whose, vec![String::new(); 5]);
        row.extend([totals.event.clone(), count(totals.today), count(totals.days_7), count(totals.days_30), told]);
        row
    };
    pixel.totals.iter().map(line).collect()
}

fn print_patterns(all: &[OfAccount<PatternsShape>]) {
    let head = ["account", "pattern", "of", "what", "sure", "until"];
    let row = |of: &OfAccount<PatternsShape>, card: &PatternCard| {
        let (what, sure, until) = card.pattern.as_ref().map_or_else(
            || (card.because.clone().unwrap_or_default(), dash(), dash()),
            |pattern| (pattern.headline.clone(), percent(pattern.confidence.value), pattern.valid_until.clone()),
        );
        vec![format!("{}: {}", of.source, of.name), card.kind.replace('_', " "), card.name.clone(), what, sure, until]
    };
    let rows: Vec<_> = all.iter().flat_map(|of| of.result.patterns.iter().map(|card| row(of, card))).collect();
    let Some(first) = all.first() else {
        output::say("No account has whole days of figures yet: sync first.");
        return;
    };
    output::table(head.map(str::to_owned).to_vec(), rows);
    output::say(&format!("Learnt for the week of {}; --json tells what they look like.", first.result.learned_on));
}

fn dash() -> String {
    "–".to_owned()
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// An instant to the minute, in UTC.
fn minute(instant: &str) -> String {
    instant.parse::<Timestamp>().map_or_else(|_| instant.to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}
