//! The data sets as cases: a past, and what came after it.

use crate::Failure;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use trimtab_analysis::forecast::Rhythm;
use trimtab_domain::{Day, DayRange, day::parse_day};

/// One forecast to be made.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) dataset: String,
    pub(crate) id: String,
    pub(crate) past: Vec<Option<f64>>,
    pub(crate) came: Vec<Option<f64>>,
    pub(crate) rhythm: Rhythm,
    /// What errors are divided by: the in-sample error of this season, as the data set's own scoring has it.
    pub(crate) scale_period: usize,
    pub(crate) naive_period: usize,
    /// The season peers are told, which is the competition's own.
    pub(crate) peer_period: usize,
    /// The official forecast of Naive2.
    pub(crate) naive2: Option<Vec<f64>>,
}

pub(crate) fn read(folder: &Path) -> Result<Vec<Case>, Failure> {
    let mut cases = Vec::new();
    for (name, period) in [("Hourly", 24), ("Weekly", 1)] {
        if folder.join("m4").is_dir() {
            cases.extend(m4(&folder.join("m4"), name, period)?);
        }
    }
    if folder.join("daily_series").is_dir() {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder.join("daily_series"))?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        files.retain(|file| file.extension().is_some_and(|end| end == "csv"));
        files.sort();
        for file in files {
            cases.extend(daily(&file)?);
        }
    }
    if folder.join("display_ads_daily").is_dir() {
        cases.extend(display(&folder.join("display_ads_daily/online_advertising_performance_april_may.csv"))?);
    }
    Ok(cases)
}

/// Lines of comma-separated cells without quotes; no cell of these files holds a comma.
fn lines(file: &Path) -> Result<Vec<Vec<String>>, Failure> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let cells = |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
    Ok(text.lines().map(cells).collect())
}

fn numbers(line: &[String]) -> Result<Vec<f64>, Failure> {
    line.iter().filter(|cell| !cell.is_empty()).map(|cell| Ok(cell.parse()?)).collect()
}

fn m4(folder: &Path, name: &str, period: usize) -> Result<Vec<Case>, Failure> {
    let train = lines(&folder.join(format!("{name}-train.csv")))?;
    let test = lines(&folder.join(format!("{name}-test.csv")))?;
    let mut naive2 = BTreeMap::new();
    for line in lines(&folder.join("published_forecasts_Naive2.csv"))?.iter().skip(1) {
        let values = line[1].split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
        naive2.insert(line[0].clone(), values);
    }
    let case = |(past, came): (&Vec<String>, &Vec<String>)| {
        if past[0] != came[0] {
            return Err(format!("{name}: {} stands beside {}", past[0], came[0]).into());
        }
        Ok(Case {
            dataset: format!("m4_{}", name.to_lowercase()),
            id: past[0].clone(),
            past: numbers(&past[1..])?.into_iter().map(Some).collect(),
            came: numbers(&came[1..])?.into_iter().map(Some).collect(),
            rhythm: if period == 24 { Rhythm::hourly() } else { Rhythm::weekly() },
            scale_period: period,
            naive_period: period,
            peer_period: period,
            naive2: naive2.get(&past[0]).cloned(),
        })
    };
    train.iter().zip(&test).skip(1).map(case).collect()
}

fn of_days(dataset: String, id: String, past: &[Option<f64>], came: &[Option<f64>]) -> Case {
    let (past, came) = (past.to_vec(), came.to_vec());
    Case { dataset, id, past, came, rhythm: Rhythm::daily(), scale_period: 7, naive_period: 7, peer_period: 7, naive2: None }
}

fn steps(first: Day, day: Day) -> Result<usize, Failure> {
    Ok(usize::try_from(DayRange::new(first, day)?.len())? - 1)
}

/// Twice: from the whole past at Prophet's cut-offs, up to 37 days ahead, as its documentation measures; and from 400 days, four
/// weeks ahead, every thirty days, as a business would ask.
fn daily(file: &Path) -> Result<Vec<Case>, Failure> {
    let name = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().replace("example_", ""));
    let rows = lines(file)?;
    let days =
        rows.iter().skip(1).map(|row| Ok((parse_day(&row[0])?, row[1].parse()?))).collect::<Result<Vec<(Day, f64)>, Failure>>()?;
    let (first, last) = (days[0].0, days[days.len() - 1].0);
    let mut values = vec![None; steps(first, last)? + 1];
    for (day, value) in days {
        values[steps(first, day)?] = Some(value);
    }
    let mut cases = Vec::new();
    for (what, horizon, window, apart) in [("prophet", 37, usize::MAX, 180), ("400_days", 28, 400, 30)] {
        let mut cut = values.len().checked_sub(366);
        while let Some(at) = cut.filter(|at| *at >= 730) {
            let end = at + 1;
            let past = &values[end.saturating_sub(window)..end];
            cases.push(of_days(format!("daily_{what}_{name}"), format!("{name}@{at}"), past, &values[end..end + horizon]));
            cut = at.checked_sub(apart);
        }
    }
    Ok(cases)
}

/// Sums by campaign, and by campaign and banner; a week ahead from each of the days that leave a week of May's second half.
fn display(file: &Path) -> Result<Vec<Case>, Failure> {
    const DAYS: usize = 61;
    let rows = lines(file)?;
    let column = |name: &str| rows[0].iter().position(|cell| cell.trim() == name).ok_or_else(|| format!("no column {name}"));
    let (month, day, campaign, banner) = (column("month")?, column("day")?, column("campaign_number")?, column("banner")?);
    let mut cases = Vec::new();
    for metric in ["displays", "cost", "clicks", "revenue", "post_click_conversions"] {
        let measure = column(metric)?;
        let mut sums: BTreeMap<(&str, String), Vec<f64>> = BTreeMap::new();
        for row in &rows[1..] {
            let at = row[day].trim().parse::<usize>()? - 1 + if row[month].trim() == "May" { 30 } else { 0 };
            let value: f64 = row[measure].trim().parse()?;
            let keys = [("campaign", row[campaign].clone()), ("banner", format!("{} {}", row[campaign], row[banner]))];
            for key in keys {
                sums.entry(key).or_insert_with(|| vec![0.0; DAYS])[at] += value;
            }
        }
        for ((level, name), values) in &sums {
            let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
            for at in 44..=DAYS - 7 {
                let id = format!("{metric} {name}@{at}");
                cases.push(of_days(format!("display_{level}_{metric}"), id, &values[..at], &values[at..at + 7]));
            }
        }
    }
    Ok(cases)
}

/// Figures others have published, by data set. Those of M4 are of all series; the files hold every other one.
pub(crate) fn published(folder: &Path) -> Result<BTreeMap<&'static str, Value>, Failure> {
    let mut published = BTreeMap::new();
    let official = folder.join("m4/official_results.csv");
    if official.is_file() {
        let rows = fs::read_to_string(&official)?;
        for (dataset, from_the_end) in [("m4_hourly", 2), ("m4_weekly", 4)] {
            published.insert(dataset, official_figures(&rows, from_the_end));
        }
    }
    let prophet = json!({ "rmse": 0.702_395, "mae": 0.503_977, "mape": 0.058_376, "smape": 5.867_7, "coverage_80": 0.676_565 });
    published.insert("daily_prophet_wp_log_peyton_manning", json!({ "Prophet": prophet }));
    Ok(published)
}

/// The winner, the best single method of each frequency, and benchmarks. A team's name may hold commas, so columns count from the
/// end.
fn official_figures(rows: &str, from_the_end: usize) -> Value {
    let mut figures: BTreeMap<&str, BTreeMap<String, f64>> = BTreeMap::new();
    for row in rows.lines() {
        let cells: Vec<&str> = row.split(',').collect();
        let wanted = ["118", "238", "235", "Theta", "Damped", "sNaive"].contains(&cells[0]);
        let (Some(measure), Some(value)) = (cells.len().checked_sub(8), cells.len().checked_sub(from_the_end)) else { continue };
        if let (true, Ok(value)) = (wanted, cells[value].parse()) {
            figures.entry(cells[0]).or_default().insert(cells[measure].to_lowercase(), value);
        }
    }
    json!(figures)
}
