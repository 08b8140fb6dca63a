//! Holds the diagnosis of tired creatives against labels, and prints one JSON document.
//!
//! `eval_fatigue DATA [WORLDS]` reads the folder `display_ads_daily` under DATA: two months of real banners, labelled by a trend test
//! in its README. WORLDS is a folder of made-up worlds with known appeal, one JSON file each; `worlds` says what is in one.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

mod display;
mod worlds;

use serde_json::{Map, Value, json};
use std::{error::Error, path::Path};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, made_up) = match &arguments[..] {
        [folder] => (folder, None),
        [folder, worlds] => (folder, Some(worlds)),
        _ => return Err("use: eval_fatigue DATA [WORLDS]".into()),
    };
    let mut document = Map::new();
    let display = Path::new(folder).join("display_ads_daily");
    if display.is_dir() {
        document.insert("display_ads_daily".to_owned(), display::evaluate(&display)?);
    }
    if let Some(folder) = made_up {
        document.insert("worlds".to_owned(), worlds::evaluate(Path::new(folder))?);
    }
    println!("{}", serde_json::to_string_pretty(&json!({ "fatigue": Value::Object(document) }))?);
    Ok(())
}
