//! Two months of real display ads with a break that the data set's README names: campaign 1 falls by half about 2020-05-20.
//!
//! An anecdote, not a measure: is the break named, and on which day; how often was there an alarm otherwise.

use crate::{Failure, data};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};
use trimtab_analysis::anomaly::{ChangeSettings, Point, Settings, Wall, level_changes, watch};
use trimtab_domain::{Day, DayRange, day::parse_day};

const FILE: &str = "online_advertising_performance_april_may.csv";

pub(crate) fn evaluate(folder: &Path) -> Result<Value, Failure> {
    let text = data::text(&folder.join(FILE))?;
    let days = DayRange::new(parse_day("2020-04-01")?, parse_day("2020-05-31")?)?;
    let mut told = Vec::new();
    for measure in ["displays", "cost"] {
        let rows = data::columns(&text, &["month", "day", "campaign_number", measure])?;
        let mut sums: BTreeMap<Day, f64> = BTreeMap::new();
        for row in rows.iter().filter(|row| row[2] == "camp 1") {
            let month = if row[0] == "April" { 4 } else { 5 };
            let day = parse_day(&format!("2020-{month:02}-{:02}", row[1].parse::<u8>()?))?;
            *sums.entry(day).or_default() += row[3].parse::<f64>()?;
        }
        let values: Vec<Option<f64>> = days.days().map(|day| sums.get(&day).copied()).collect();
        let day = |at: usize| days.days().nth(at).map(|day| day.to_string());
        let changes = level_changes(&values, &ChangeSettings::daily()).map_err(|because| because.to_string());
        let changes = changes.map(|all| {
            let named = all.iter().map(|c| json!({ "day": day(c.at), "before": c.before, "after": c.after }));
            named.collect::<Vec<_>>()
        });
        let points: Vec<Point> = days.days().zip(&values).map(|(day, v)| Point::settled(Wall::day(day), *v)).collect();
        let report = watch(&points, &Settings::daily()).map_err(|because| because.to_string())?;
        let peak = |at: Wall| points.iter().position(|p| p.at == at).and_then(day);
        let incidents = report
            .incidents
            .iter()
            .map(|i| json!({ "peak": peak(i.peak), "days": i.points, "direction": format!("{:?}", i.direction) }));
        told.push(json!({
            "series": format!("camp 1 {measure}"), "break_by_readme": "2020-05-20",
            "changes": changes.unwrap_or_else(|because| vec![json!(because)]),
            "incidents": incidents.collect::<Vec<_>>(),
        }));
    }
    Ok(Value::Array(told))
}
