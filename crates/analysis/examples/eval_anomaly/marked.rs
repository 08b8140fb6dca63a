//! The Turing Change Point Dataset: our changes of level against five people's, beside published methods.

use crate::{Failure, data};
use serde_json::{Value, json};
use std::path::Path;
use trimtab_analysis::anomaly::scoring::tcpd::{MARGIN, cover, f1};
use trimtab_analysis::anomaly::{ChangeSettings, level_changes};

/// Penalties to choose from where the choice is checked.
const PENALTIES: [f64; 8] = [2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];

struct Series {
    name: String,
    values: Vec<Option<f64>>,
    people: Vec<Vec<usize>>,
}

pub(crate) fn evaluate(folder: &Path) -> Result<Value, Failure> {
    let series = read(folder)?;
    let shipped = ChangeSettings::plain();
    let mean = |of: &dyn Fn(&Series) -> f64| series.iter().map(of).sum::<f64>() / series.len() as f64;
    let by_series = series.iter().map(|s| {
        let at = found(s, &shipped);
        json!({ "series": s.name, "f1": f1(&s.people, &at, MARGIN), "cover": cover(&s.people, &at, s.values.len()), "found": at })
    });
    Ok(json!({
        "dataset": "changepoints_tcpd", "series": series.len(), "penalty": shipped.penalty,
        "f1": {
            "ours": mean(&|s| f1(&s.people, &found(s, &shipped), MARGIN)),
            "ours_with_penalty_chosen_on_the_other_series": left_out(&series),
        },
        "cover": { "ours": mean(&|s| cover(&s.people, &found(s, &shipped), s.values.len())) },
        "scorer_zero": { "f1": mean(&|s| f1(&s.people, &[], MARGIN)), "cover": mean(&|s| cover(&s.people, &[], s.values.len())) },
        // Computed for the data set's README, on these series; `zero` is also the scorers' own check.
        "published": {
            "zero": { "f1": 0.703, "cover": 0.615 },
            "pelt_l2": { "f1": 0.697, "cover": 0.692 },
            "pelt_rbf": { "f1": 0.667, "cover": 0.626 },
        },
        // The dataset's paper, over 35 series of which these are a part, each method at its defaults.
        "published_over_35_series": { "binseg": { "f1": 0.680, "cover": 0.706 }, "pelt": { "f1": 0.653, "cover": 0.689 } },
        "every_penalty": PENALTIES.map(|penalty| {
            let settings = ChangeSettings { penalty, ..shipped };
            json!({ "penalty": penalty, "f1": mean(&|s| f1(&s.people, &found(s, &settings), MARGIN)) })
        }),
        "by_series": by_series.collect::<Vec<_>>(),
    }))
}

/// Changes of level; none where the answer is that it cannot be told.
fn found(series: &Series, settings: &ChangeSettings) -> Vec<usize> {
    level_changes(&series.values, settings).map_or_else(|_| vec![], |changes| changes.iter().map(|c| c.at).collect())
}

/// Each series scored with the penalty that is best on all others.
fn left_out(series: &[Series]) -> f64 {
    let of = |penalty: f64| {
        let settings = ChangeSettings { penalty, ..ChangeSettings::plain() };
        series.iter().map(|s| f1(&s.people, &found(s, &settings), MARGIN)).collect::<Vec<f64>>()
    };
    let all = PENALTIES.map(of);
    let chosen = |left: usize| {
        let on_others = |scores: &&Vec<f64>| scores.iter().sum::<f64>() - scores[left];
        all.iter().max_by(|a, b| on_others(a).total_cmp(&on_others(b))).map_or(0.0, |scores| scores[left])
    };
    (0..series.len()).map(chosen).sum::<f64>() / series.len() as f64
}

fn read(folder: &Path) -> Result<Vec<Series>, Failure> {
    let annotations = data::json(&folder.join("annotations.json"))?;
    let mut series = Vec::new();
    for (name, people) in annotations.as_object().ok_or("no annotations")? {
        let file = folder.join(format!("{name}.json"));
        if !file.is_file() {
            continue;
        }
        let raw = data::json(&file)?["series"][0]["raw"].as_array().cloned().ok_or("no values")?;
        let points = |list: &Value| -> Vec<usize> {
            let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
            list.iter().filter_map(Value::as_u64).filter_map(|p| usize::try_from(p).ok()).collect()
        };
        let people = people.as_object().ok_or("no people")?.values().map(points).collect();
        series.push(Series { name: name.clone(), values: raw.iter().map(Value::as_f64).collect(), people });
    }
    Ok(series)
}
