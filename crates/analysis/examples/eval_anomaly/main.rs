//! Holds anomalies and changes of level against what people have marked, and prints one JSON document.
//!
//! `eval_anomaly DATA` reads the folders `nab` (Numenta Anomaly Benchmark), `changepoints_tcpd` (Turing Change Point Dataset) and
//! `display_ads_daily` under DATA; a folder that is missing is left out. The scorers are first held against published scores, row
//! by row. Then come our figures at the settings that ship, beside the published ones; beside them what comes of choosing settings
//! on all series but one and scoring that one. The structure behind the settings was seen on these
//! series; `watch` says what that means. Last, made-up days of spend and conversions
//! with planted anomalies.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

mod data;
mod display;
mod marked;
mod nab;
mod planted;

use serde_json::{Map, Value, json};
use std::{error::Error, path::Path};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder] = &arguments[..] else { return Err("use: eval_anomaly DATA".into()) };
    let mut document = Map::new();
    let (benchmark, people) = (Path::new(folder).join("nab"), Path::new(folder).join("changepoints_tcpd"));
    if benchmark.is_dir() {
        document.insert("nab".to_owned(), nab::evaluate(&benchmark)?);
    }
    if people.is_dir() {
        document.insert("changepoints_tcpd".to_owned(), marked::evaluate(&people)?);
    }
    let display = Path::new(folder).join("display_ads_daily");
    if display.is_dir() {
        document.insert("display_ads_daily".to_owned(), display::evaluate(&display)?);
    }
    document.insert("planted".to_owned(), planted::evaluate());
    println!("{}", serde_json::to_string_pretty(&json!({ "anomaly": Value::Object(document) }))?);
    Ok(())
}
