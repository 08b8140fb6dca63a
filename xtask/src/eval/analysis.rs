//! Anomalies, changes of level, incidents, forecasts, budgets, worn creatives and insights: what the analysis crate's own evaluations print, beside
//! the bars set for them and the best that is published. Peers of forecasts run on the same series.
//!
//! Every evaluation also says, for whoever doubts a figure, what was chosen on what and what misleads.

use crate::{process, report, workspace::Workspace};
use anyhow::Result;
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;

mod anomalies;
mod fatigue;
mod forecasts;
mod incidents;
mod insights;
mod outlook;
mod speed;
mod worlds;

pub(super) use anomalies::anomalies;
pub(super) use fatigue::fatigue;
pub(super) use forecasts::forecasts;
pub(super) use incidents::incidents;
pub(super) use insights::insights;
pub(super) use outlook::outlook;
pub(super) use speed::speed;

/// What a figure is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Bar {
    AtLeast(f64),
    AtMost(f64),
    Below(f64),
    Between(f64, f64),
    /// Nothing: it is only told.
    None,
}

/// A figure beside its bar.
#[derive(Debug, Serialize)]
pub(super) struct Measure {
    pub(super) dataset: String,
    pub(super) metric: String,
    pub(super) ours: Option<f64>,
    pub(super) bar: Bar,
    /// What others reach, by name.
    pub(super) others: Vec<(String, f64)>,
    /// Why the bar is not held, where it is not.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) reason: &'static str,
}

/// Figures beside their bars.
#[derive(Debug, Default, Serialize)]
pub(super) struct Measures {
    pub(super) measures: Vec<Measure>,
    /// What came out besides, one line each.
    pub(super) notes: Vec<String>,
    /// How it is measured, where peers' figures come from, what was chosen on what, and what misleads: one paragraph each.
    #[serde(skip)]
    pub(super) about: &'static [&'static str],
}

impl Bar {
    pub(super) fn holds(self, ours: Option<f64>) -> Option<bool> {
        let ours = ours?;
        match self {
            Self::AtLeast(bar) => Some(ours >= bar),
            Self::AtMost(bar) => Some(ours <= bar),
            Self::Below(bar) => Some(ours < bar),
            Self::Between(low, high) => Some((low..=high).contains(&ours)),
            Self::None => None,
        }
    }

    pub(super) fn shown(self) -> String {
        match self {
            Self::AtLeast(bar) => format!("≥ {bar}"),
            Self::AtMost(bar) if bar > 0.0 && bar < 1e-6 => format!("≤ {bar:e}"),
            Self::AtMost(bar) => format!("≤ {bar}"),
            Self::Below(bar) => format!("< {bar}"),
            Self::Between(low, high) => format!("{low} to {high}"),
            Self::None => "–".to_owned(),
        }
    }
}

impl Measure {
    pub(super) fn verdict(&self) -> &'static str {
        match self.bar.holds(self.ours) {
            Some(true) => "held",
            Some(false) => "NOT HELD",
            None if self.bar == Bar::None => "",
            None => "NOT MEASURED",
        }
    }

    pub(super) fn ours_shown(&self) -> String {
        match self.ours {
            None => "–".to_owned(),
            // Whatever is hidden by rounding must not look held.
            Some(ours) if self.verdict() == "NOT HELD" && ours.fract() != 0.0 => format!("{ours:.4}"),
            Some(ours) => figure(ours),
        }
    }

    pub(super) fn others_shown(&self) -> String {
        self.others.iter().map(|(name, theirs)| format!("{name} {}", figure(*theirs))).collect::<Vec<_>>().join(", ")
    }
}

/// As many decimals as tell it from its bar.
fn figure(figure: f64) -> String {
    match figure.abs() {
        _ if figure.fract() == 0.0 => format!("{figure:.0}"),
        large if large >= 1_000.0 => format!("{figure:.0}"),
        tiny if tiny < 0.000_5 => format!("{figure:.0e}"),
        small if small < 0.1 => format!("{figure:.4}"),
        large if large >= 10.0 => format!("{figure:.2}"),
        _ => format!("{figure:.3}"),
    }
}

impl Measures {
    fn about(about: &'static [&'static str]) -> Self {
        Self { about, ..Self::default() }
    }

    fn add(&mut self, (dataset, metric): (&str, &str), ours: &Value, bar: Bar, others: Vec<(String, f64)>) {
        let (dataset, metric) = (dataset.to_owned(), metric.to_owned());
        self.measures.push(Measure { dataset, metric, ours: ours.as_f64(), bar, others, reason: "" });
    }

    /// Why the bar of the figure added last is not held, told where it is not.
    fn because(&mut self, reason: &'static str) {
        if let Some(last) = self.measures.last_mut().filter(|m| matches!(m.verdict(), "NOT HELD" | "NOT MEASURED")) {
            last.reason = reason;
        }
    }

    /// Bars held, and bars there are.
    pub(super) fn held(&self) -> (usize, usize) {
        let barred = self.measures.iter().filter(|m| m.bar != Bar::None);
        (barred.clone().filter(|m| m.verdict() == "held").count(), barred.count())
    }

    pub(super) fn show(&self) {
        let row = |m: &Measure| {
            vec![m.dataset.clone(), m.metric.clone(), m.ours_shown(), m.bar.shown(), m.verdict().to_owned(), m.others_shown()]
        };
        let rows: Vec<_> = self.measures.iter().map(row).collect();
        report::table(&["data set", "metric", "ours", "bar", "", "others"], &rows);
        for m in self.measures.iter().filter(|m| !m.reason.is_empty()) {
            report::say(format_args!("{}, {}: {}", m.dataset, m.metric, m.reason));
        }
        self.notes.iter().for_each(|note| report::say(format_args!("{note}")));
        let (held, of) = self.held();
        report::say(format_args!("{held} of {of} bars held"));
    }
}

fn example(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    process::run(&mut process::cargo(&["build", "-p", "trimtab-analysis", "--example", name]))?;
    Ok(workspace.example("dev", name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bars_hold_or_do_not() {
        assert_eq!(Bar::AtLeast(81.3).holds(Some(86.4)), Some(true));
        assert_eq!(Bar::AtMost(0.5).holds(Some(0.51)), Some(false));
        assert_eq!(Bar::Between(0.75, 0.85).holds(Some(0.75)), Some(true));
        assert_eq!([0.999, 1.0].map(|ours| Bar::Below(1.0).holds(Some(ours))), [Some(true), Some(false)]);
        assert_eq!(Bar::AtMost(0.5).holds(None), None, "what was not measured does not hold");
        assert_eq!([Bar::Between(0.75, 0.85), Bar::AtMost(1e-9)].map(Bar::shown), ["0.75 to 0.85", "≤ 1e-9"]);
    }

    #[test]
    fn a_reason_is_told_only_where_a_bar_is_not_held() {
        let mut all = Measures::default();
        for (ours, bar) in [(json!(1.0), Bar::AtMost(2.0)), (json!(3.0), Bar::AtMost(2.0)), (Value::Null, Bar::AtMost(2.0))] {
            all.add(("x", "y"), &ours, bar, vec![]);
            all.because("too much");
        }
        assert_eq!(all.measures.iter().map(|m| m.reason).collect::<Vec<_>>(), ["", "too much", "too much"]);
        assert_eq!(all.held(), (1, 3));
        all.add(("x", "y"), &json!(0.850_2), Bar::Between(0.75, 0.85), vec![]);
        assert_eq!(all.measures.last().map(Measure::ours_shown).as_deref(), Some("0.8502"), "0.850 would look held");
    }

    #[test]
    fn figures_have_the_decimals_that_matter() {
        let shown = [18.0, 0.396_4, 81.294, 2e-13, 12_345.6, 0.0, 0.058_37].map(figure);
        assert_eq!(shown, ["18", "0.396", "81.29", "2e-13", "12346", "0", "0.0584"]);
    }
}
