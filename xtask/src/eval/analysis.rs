//! Anomalies, changes of level, forecasts and worn creatives on public benchmarks: what the analysis crate's own evaluations print, beside the bars set for them
//! and the best that is published. Peers of forecasts run on the same series.

use crate::{process, python, report, workspace::Workspace};
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

const PEER: &str = "xtask/src/eval/forecast_peer.py";
const PEER_PACKAGE: &str = "statsforecast==2.1.1";

/// What a figure is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Bar {
    AtLeast(f64),
    AtMost(f64),
    Between(f64, f64),
    /// Nothing: it is only told.
    None,
}

/// A figure beside its bar.
#[derive(Debug, Serialize)]
struct Measure {
    dataset: String,
    metric: String,
    ours: Option<f64>,
    bar: Bar,
    /// What others reach, by name.
    others: Vec<(String, f64)>,
}

/// Figures beside their bars.
#[derive(Debug, Default, Serialize)]
pub(super) struct Measures {
    measures: Vec<Measure>,
    notes: Vec<String>,
}

impl Bar {
    fn holds(self, ours: Option<f64>) -> Option<bool> {
        let ours = ours?;
        match self {
            Self::AtLeast(bar) => Some(ours >= bar),
            Self::AtMost(bar) => Some(ours <= bar),
            Self::Between(low, high) => Some((low..=high).contains(&ours)),
            Self::None => None,
        }
    }

    fn shown(self) -> String {
        match self {
            Self::AtLeast(bar) => format!("≥ {bar}"),
            Self::AtMost(bar) => format!("≤ {bar}"),
            Self::Between(low, high) => format!("{low} to {high}"),
            Self::None => "–".to_owned(),
        }
    }
}

impl Measures {
    fn add(&mut self, (dataset, metric): (&str, &str), ours: &Value, bar: Bar, others: Vec<(String, f64)>) {
        let (dataset, metric) = (dataset.to_owned(), metric.to_owned());
        self.measures.push(Measure { dataset, metric, ours: ours.as_f64(), bar, others });
    }

    pub(super) fn show(&self) {
        let figure = |figure: f64| format!("{figure:.3}");
        let row = |m: &Measure| {
            let verdict = match m.bar.holds(m.ours) {
                Some(true) => "held",
                Some(false) => "NOT HELD",
                None if m.bar == Bar::None => "",
                None => "NOT MEASURED",
            };
            let others = m.others.iter().map(|(name, theirs)| format!("{name} {}", figure(*theirs))).collect::<Vec<_>>().join(", ");
            let ours = m.ours.map_or("–".to_owned(), figure);
            vec![m.dataset.clone(), m.metric.clone(), ours, m.bar.shown(), verdict.to_owned(), others]
        };
        let rows: Vec<_> = self.measures.iter().map(row).collect();
        report::table(&["data set", "metric", "ours", "bar", "", "others"], &rows);
        self.notes.iter().for_each(|note| report::say(format_args!("{note}")));
        let barred = self.measures.iter().filter(|m| m.bar != Bar::None);
        let held = barred.clone().filter(|m| m.bar.holds(m.ours) == Some(true)).count();
        report::say(format_args!("{held} of {} bars held", barred.count()));
    }
}

fn example(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    process::run(&mut process::cargo(&["build", "-p", "trimtab-analysis", "--example", name]))?;
    Ok(workspace.example("dev", name))
}

/// # Errors
/// When the evaluation cannot be built or run.
pub(super) fn anomalies(workspace: &Workspace, data: &Path) -> Result<Measures> {
    let program = example(workspace, "eval_anomaly")?;
    let told: Value = serde_json::from_str(&process::capture(process::command(program).arg(data))?)?;
    Ok(of_anomalies(&told["anomaly"]))
}

fn of_anomalies(told: &Value) -> Measures {
    let mut all = Measures::default();
    for profile in told["nab"]["ads"].as_array().into_iter().flatten() {
        let name = profile["profile"].as_str().unwrap_or_default();
        let bar = if name == "standard" { Bar::AtLeast(81.3) } else { Bar::None };
        all.add(("nab, ad exchange", &format!("score, {name}")), &profile["ours"], bar, best(&profile["published"], true));
    }
    let one_out = &told["nab"]["settings_chosen_on_the_other_series"];
    all.add(("nab, ad exchange", "score, three settings chosen on the other series"), &one_out["ours"], Bar::None, Vec::new());
    let scorer = &told["nab"]["scorer"];
    all.add(
        ("nab, every series", "our scorer beside the published one, by row"),
        &scorer["largest_difference_of_a_row"],
        Bar::AtMost(1e-9),
        Vec::new(),
    );
    let changes = &told["changepoints_tcpd"];
    let published = |metric: &str| {
        let by_name = changes["published"].as_object().into_iter().flatten();
        by_name.filter_map(|(name, figures)| Some((name.clone(), figures[metric].as_f64()?))).collect::<Vec<_>>()
    };
    all.add(("tcpd", "F1"), &changes["f1"]["ours"], Bar::AtLeast(0.72), published("f1"));
    let one_out = &changes["f1"]["ours_with_penalty_chosen_on_the_other_series"];
    all.add(("tcpd", "F1, penalty chosen on the other series"), one_out, Bar::None, Vec::new());
    all.add(("tcpd", "cover"), &changes["cover"]["ours"], Bar::None, published("cover"));
    all.notes.push(
        "The structure of the detector was settled with these series in view: its documentation says what was chosen on what."
            .to_owned(),
    );
    all
}

/// The best three.
fn best(published: &Value, most: bool) -> Vec<(String, f64)> {
    let by_name = published.as_object().into_iter().flatten();
    let mut all: Vec<(String, f64)> = by_name.filter_map(|(name, figure)| Some((name.clone(), figure.as_f64()?))).collect();
    all.sort_by(|a, b| if most { b.1.total_cmp(&a.1) } else { a.1.total_cmp(&b.1) });
    all.truncate(3);
    all
}

/// # Errors
/// When the evaluation cannot be built or run, or the peer is there and fails.
pub(super) fn forecasts(workspace: &Workspace, data: &Path) -> Result<Measures> {
    let program = example(workspace, "eval_forecast")?;
    let mut ours = process::command(&program);
    ours.arg(data);
    if let Some(peers) = peers(workspace, &program, data)? {
        ours.arg(peers);
    }
    let told: Value = serde_json::from_str(&process::capture(&mut ours)?)?;
    Ok(of_forecasts(&told))
}

/// What the peer forecasts of the same series. It takes the better part of an hour and never changes, so it is kept.
fn peers(workspace: &Workspace, program: &Path, data: &Path) -> Result<Option<PathBuf>> {
    let series = process::capture(process::command(program).arg(data).arg("--series"))?;
    let scratch = workspace.scratch()?;
    let (asked, kept) = (scratch.join("forecast-series.json"), scratch.join("forecast-peers.json"));
    let same = std::fs::read_to_string(&asked).is_ok_and(|known| known == series);
    if same && kept.exists() {
        return Ok(Some(kept));
    }
    let Some(python) = python::with(workspace, "statsforecast", "statsforecast", &[PEER_PACKAGE])? else { return Ok(None) };
    std::fs::write(&asked, series).with_context(|| format!("cannot write {}", asked.display()))?;
    let told = process::capture(process::command(python).arg(PEER).arg(&asked))?;
    std::fs::write(&kept, told).with_context(|| format!("cannot write {}", kept.display()))?;
    Ok(Some(kept))
}

fn of_forecasts(told: &Value) -> Measures {
    let mut all = Measures::default();
    for one in told["datasets"].as_array().into_iter().flatten() {
        let dataset = one["dataset"].as_str().unwrap_or_default();
        let ours = &one["ours"];
        let theirs = |metric: &str| {
            let by_name = one["peers"].as_object().into_iter().flatten();
            let figure = |(name, peer): (&String, &Value)| {
                let (series, all) = (peer["series"].as_u64()?, one["series"].as_u64()?);
                let name = if series < all { format!("{name} on {series} series") } else { name.clone() };
                Some((name, peer["theirs"][metric].as_f64()?))
            };
            by_name.filter_map(figure).collect::<Vec<_>>()
        };
        let owa = match dataset {
            "m4_hourly" => Some(0.5),
            "m4_weekly" => Some(0.8),
            _ => None,
        };
        match owa {
            Some(bar) => all.add((dataset, "OWA"), &ours["owa"], Bar::AtMost(bar), theirs("owa")),
            None => {
                let (metric, bar) = ("error_to_seasonal_naive", Bar::AtMost(1.0));
                all.add((dataset, "error ÷ seasonal naive's"), &ours[metric], bar, theirs(metric));
            }
        }
        all.add((dataset, "80 % intervals hold"), &ours["coverage_80"], Bar::Between(0.75, 0.85), theirs("coverage_80"));
        all.add((dataset, "95 % intervals hold"), &ours["coverage_95"], Bar::Between(0.92, 0.98), theirs("coverage_95"));
    }
    all
}

/// Made-up worlds are looked for beside the data sets, in a folder of their own.
const WORLDS: &str = "sandbox_ads";

/// # Errors
/// When the evaluation cannot be built or run.
pub(super) fn fatigue(workspace: &Workspace, data: &Path) -> Result<Measures> {
    let mut ours = process::command(example(workspace, "eval_fatigue")?);
    ours.arg(data);
    let worlds = data.join(WORLDS);
    if worlds.is_dir() {
        ours.arg(worlds);
    }
    let told: Value = serde_json::from_str(&process::capture(&mut ours)?)?;
    Ok(of_fatigue(&told["fatigue"]))
}

fn of_fatigue(told: &Value) -> Measures {
    let mut all = Measures::default();
    let banners = &told["display_ads_daily"];
    let rules = |figure: &str| {
        let of = |(name, key): (&str, &str)| Some((name.to_owned(), banners[key][figure].as_f64()?));
        [("folk rule A", "rule_a"), ("folk rule B", "rule_b")].into_iter().filter_map(of).collect::<Vec<_>>()
    };
    for (metric, figure, bar) in [
        ("banners of camp 1 told right, of 7", "camp_1_right", Bar::AtLeast(7.0)),
        ("declining banners flagged, of 3", "declining_flagged", Bar::AtLeast(3.0)),
        ("false alarms, of 18 that do not decline", "false_alarms", Bar::AtMost(1.0)),
    ] {
        all.add(("display_ads_daily", metric), &banners["ours"][figure], bar, rules(figure));
    }
    let streamed = &banners["ours_on_any_day"];
    all.add(("display_ads_daily", "declining flagged, asked every day"), &streamed["declining_flagged"], Bar::None, Vec::new());
    all.add(("display_ads_daily", "false alarms, asked every day"), &streamed["false_alarms"], Bar::None, Vec::new());
    let Some(worlds) = told.get("worlds") else { return all };
    for (metric, figure, bar) in [
        ("precision", "precision", Bar::AtLeast(0.8)),
        ("recall of labelled tired ads", "recall_of_labels", Bar::AtLeast(0.7)),
        ("precision beside other incidents", "precision_beside_other_incidents", Bar::AtLeast(0.8)),
        ("truly tired, of all ads judged", "truly_tired_share_of_judged", Bar::None),
        ("recall of all tired ads", "recall_of_all_tired", Bar::None),
        ("days left: middle error", "days_left_median_error", Bar::None),
        ("days left: 80 % intervals hold", "days_left_within_80_interval", Bar::None),
    ] {
        all.add(("sandbox worlds", metric), &worlds[figure], bar, Vec::new());
    }
    all
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
        assert_eq!(Bar::AtMost(0.5).holds(None), None, "what was not measured does not hold");
        assert_eq!(Bar::Between(0.75, 0.85).shown(), "0.75 to 0.85");
    }

    #[test]
    fn anomalies_stand_beside_the_best_that_is_published() {
        let ads =
            json!([{ "profile": "standard", "ours": 86.4, "published": { "numenta": 81.29, "null": 0.0, "a": 1.0, "b": 2.0 } }]);
        let told = json!({ "nab": { "ads": ads, "scorer": { "largest_difference_of_a_row": 1e-13 } },
            "changepoints_tcpd": { "f1": { "ours": 0.8 }, "cover": { "ours": 0.7 }, "published": { "zero": { "f1": 0.703 } } } });
        let all = of_anomalies(&told);
        let first = &all.measures[0];
        assert_eq!((first.metric.as_str(), first.ours, first.bar), ("score, standard", Some(86.4), Bar::AtLeast(81.3)));
        assert_eq!(first.others.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["numenta", "b", "a"]);
        let f1 = all.measures.iter().find(|m| m.metric == "F1").unwrap();
        assert_eq!((f1.bar.holds(f1.ours), f1.others.clone()), (Some(true), vec![("zero".to_owned(), 0.703)]));
    }

    #[test]
    fn worn_creatives_stand_beside_folk_rules() {
        let score = |right: u64, flagged: u64, alarms: u64| json!({ "camp_1_right": right, "declining_flagged": flagged, "false_alarms": alarms });
        let told = json!({ "display_ads_daily": { "ours": score(7, 3, 2), "rule_a": score(6, 2, 0), "rule_b": score(3, 3, 10) } });
        let all = of_fatigue(&told);
        assert_eq!(all.measures[0].bar.holds(all.measures[0].ours), Some(true));
        assert_eq!(all.measures[2].bar.holds(all.measures[2].ours), Some(false), "two false alarms are too many");
        assert_eq!(all.measures[2].others, [("folk rule A".to_owned(), 0.0), ("folk rule B".to_owned(), 10.0)]);
        assert!(!all.measures.iter().any(|m| m.dataset == "sandbox worlds"), "worlds that are not there have no rows");
        assert_eq!(of_fatigue(&json!({ "worlds": { "precision": 0.9 } })).measures.len(), 12);
    }

    #[test]
    fn forecasts_stand_beside_their_peers() {
        let peer = |series: u64| json!({ "series": series, "of": series, "theirs": { "owa": 0.8, "coverage_80": 0.7 } });
        let told = json!({ "datasets": [{ "dataset": "m4_hourly", "series": 207, "ours": { "owa": 0.396, "coverage_80": 0.812, "coverage_95": 0.951 },
            "peers": { "AutoETS": peer(207), "AutoARIMA": peer(20) } }] });
        let all = of_forecasts(&told);
        let owa = &all.measures[0];
        assert_eq!((owa.metric.as_str(), owa.bar.holds(owa.ours)), ("OWA", Some(true)));
        assert_eq!(owa.others, [("AutoARIMA on 20 series".to_owned(), 0.8), ("AutoETS".to_owned(), 0.8)]);
        assert_eq!(all.measures.len(), 3);
    }
}
