//! Holds forecasts against series whose continuation is known, and prints one JSON document.
//!
//! `eval_forecast DATA [PEERS]` reads the folders `m4`, `daily_series` and `display_ads_daily` under DATA; a folder that is missing
//! is left out. PEERS is what a peer's program has forecast from the same series (`xtask/src/eval/forecast_peer.py`): it is scored
//! by the same functions, and where it forecast a part of the series, our own figures for that part stand beside it. `eval_forecast
//! DATA --series` prints the series for such a program instead. `eval_forecast --speed [SERIES] [DAYS] [THREADS]` times made-up
//! series.
//!
//! Nothing that comes after an origin is handed to the forecaster. Gaps stay gaps for us; a peer fills them as it likes.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

mod data;
mod score;
mod speed;

use data::Case;
use score::{Told, figures};
use serde_json::{Value, json};
use std::{collections::BTreeMap, error::Error, path::Path};
use trimtab_analysis::forecast::{Bound, Options, Outlook, forecast};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, otherwise: usize| arguments.get(at).map_or(Ok(otherwise), |text| text.parse());
    let document = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--speed", ..] => speed::run(number(1, 10_000)?, number(2, 400)?, number(3, 2)?),
        [data, "--series"] => series(&data::read(Path::new(data))?),
        [data] => evaluate(Path::new(data), &Value::Null)?,
        [data, peers] => evaluate(Path::new(data), &serde_json::from_str(&std::fs::read_to_string(peers)?)?)?,
        _ => return Err("use: eval_forecast DATA [PEERS | --series], or eval_forecast --speed [SERIES] [DAYS] [THREADS]".into()),
    };
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}

fn series(cases: &[Case]) -> Value {
    let one = |case: &Case| {
        let (horizon, period) = (case.came.len(), case.peer_period);
        json!({ "dataset": case.dataset, "id": case.id, "horizon": horizon, "period": period, "past": case.past })
    };
    cases.iter().map(one).collect()
}

/// What we forecast, or why not.
fn ours(case: &Case) -> Result<Told, String> {
    let options = Options {
        horizon: case.came.len(),
        rhythm: case.rhythm.clone(),
        bound: Bound::Zero,
        events: vec![],
        levels: vec![0.8, 0.95],
        firsts: vec![],
    };
    match forecast(&case.past, &options) {
        Outlook::CannotTell { because } => Err(because.to_string()),
        Outlook::Forecast(told) => {
            let bounds = told.intervals.into_iter().map(|interval| (interval.lower, interval.upper)).collect();
            Ok(Told { points: told.points, bounds })
        }
    }
}

fn evaluate(folder: &Path, peers: &Value) -> Result<Value, Failure> {
    let mut datasets: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in data::read(folder)? {
        datasets.entry(case.dataset.clone()).or_default().push(case);
    }
    let published = data::published(folder)?;
    let mut rows = Vec::new();
    for (dataset, cases) in &datasets {
        let mut told: BTreeMap<&str, Told> = BTreeMap::new();
        let mut refused = BTreeMap::new();
        for case in cases {
            match ours(case) {
                Ok(ours) => _ = told.insert(&case.id, ours),
                Err(because) => _ = refused.insert(case.id.clone(), because),
            }
        }
        let get = |id: &str| told.get(id).cloned();
        let all = figures(cases, &get);
        let mut beside = BTreeMap::new();
        for (name, peer) in peers["datasets"][dataset.as_str()].as_object().into_iter().flatten() {
            let theirs = |id: &str| Told::from_json(&peer["forecasts"][id]);
            let both: Vec<Case> = cases.iter().filter(|case| theirs(&case.id).is_some()).cloned().collect();
            beside.insert(
                name,
                json!({
                    "series": both.len(), "of": cases.len(), "seconds": peer["seconds"],
                    "theirs": figures(&both, &theirs), "ours_on_the_same": figures(&both, &get),
                }),
            );
        }
        rows.push(json!({
            "dataset": dataset, "series": cases.len(), "cannot_tell": refused, "ours": all,
            "published": published.get(dataset.as_str()), "peers": beside,
        }));
    }
    Ok(json!({ "peer_versions": peers["versions"], "datasets": rows }))
}
