//! Reading the benchmarks' files.

use crate::Failure;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::{fs, io::Read, path::Path};
use trimtab_analysis::anomaly::{Wall, scoring::nab::Window};
use trimtab_domain::day::parse_day;

/// A labelled series.
#[derive(Debug)]
pub(crate) struct Labelled {
    /// Folder and file, as the benchmark names it.
    pub(crate) name: String,
    pub(crate) at: Vec<Wall>,
    pub(crate) values: Vec<f64>,
    pub(crate) windows: Vec<Window>,
}

/// A text file, packed or not.
pub(crate) fn text(file: &Path) -> Result<String, Failure> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut text = String::new();
    if file.extension().is_some_and(|end| end == "gz") {
        GzDecoder::new(&bytes[..]).read_to_string(&mut text)?;
    } else {
        text = String::from_utf8(bytes)?;
    }
    Ok(text)
}

pub(crate) fn json(file: &Path) -> Result<Value, Failure> {
    Ok(serde_json::from_str(&text(file)?)?)
}

/// The lines of a table by the names of its columns, in the order asked for.
pub(crate) fn columns(text: &str, names: &[&str]) -> Result<Vec<Vec<String>>, Failure> {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().ok_or("a table without a head")?;
    let place = |name: &&str| head.iter().position(|h| h == name).ok_or_else(|| format!("no column {name}"));
    let places = names.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    Ok(lines.map(|cells| places.iter().map(|&p| cells.get(p).copied().unwrap_or_default().to_owned()).collect()).collect())
}

/// `2011-07-01 00:15:01`, with or without fractions of a second.
fn wall(text: &str) -> Result<Wall, Failure> {
    let (day, time) = text.split_once(' ').ok_or_else(|| format!("'{text}' is no time"))?;
    let parts = time.split('.').next().unwrap_or_default().split(':').map(str::parse::<i64>).collect::<Result<Vec<_>, _>>()?;
    let seconds = parts.iter().fold(0, |sum, part| sum * 60 + part);
    Ok(Wall::from_seconds(Wall::day(parse_day(day)?).seconds() + seconds))
}

/// The labelled series of some folders of the benchmark.
pub(crate) fn labelled(benchmark: &Path, folder: &str) -> Result<Vec<Labelled>, Failure> {
    let labels = json(&benchmark.join("labels/combined_windows.json"))?;
    let mut files: Vec<_> =
        fs::read_dir(benchmark.join("data").join(folder))?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    files.iter().map(|file| one(file, folder, &labels)).collect()
}

fn one(file: &Path, folder: &str, labels: &Value) -> Result<Labelled, Failure> {
    let base = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().trim_end_matches(".gz");
    let name = format!("{folder}/{base}");
    let (mut at, mut values) = (Vec::new(), Vec::new());
    for row in columns(&text(file)?, &["timestamp", "value"])? {
        at.push(wall(&row[0])?);
        values.push(row[1].parse()?);
    }
    let bounds = labels[&name].as_array().ok_or_else(|| format!("no labels of {name}"))?;
    let window = |bounds: &Value| -> Result<Window, Failure> {
        let end = |i: usize| wall(bounds[i].as_str().unwrap_or_default());
        let (from, to) = (end(0)?, end(1)?);
        let first = at.iter().position(|t| *t == from).ok_or("a window begins between rows")?;
        let last = at.iter().rposition(|t| *t == to).ok_or("a window ends between rows")?;
        Ok(Window { first, last })
    };
    let windows = bounds.iter().map(window).collect::<Result<_, _>>()?;
    Ok(Labelled { name, at, values, windows })
}
