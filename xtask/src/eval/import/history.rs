//! `trimtab import-history` on the rows of Fivetran's own packages: what is stored afterwards, beside what their models come to.

use super::super::{Row, Within, installation::figure};
use crate::{process, server};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, process::Command};

const FOLDER: &str = "fivetran_seeds";
const REFERENCE: &str = "sum of the expected unified rows";

/// Columns of the expected rows, and our metrics.
const METRICS: [(&str, &str); 5] = [
    ("clicks", "clicks"),
    ("impressions", "impressions"),
    ("spend", "spend"),
    ("conversions", "conversions"),
    ("conversions_value", "revenue"),
];

/// A platform and a level, in the words of the expected rows.
type Level = (String, String);

/// What one level is known to come to. `None`: it is told elsewhere.
type Expected = BTreeMap<Level, [Option<f64>; 5]>;

/// The stored figures of every platform and level, and what failed. Levels differ, so each is imported into a folder of its own.
///
/// # Errors
/// When the expected rows cannot be read, or no tenant can be made to import for.
pub(super) fn run(binary: &Path, data: &Path) -> Result<(Vec<Row>, Vec<String>)> {
    let folder = data.join(FOLDER);
    let rows = folder.join("expected_unified_daily.csv");
    let text = fs::read_to_string(&rows).with_context(|| format!("cannot read {}", rows.display()))?;
    let expected = sums(&text)?;
    let mut grains: Vec<&str> = expected.keys().map(|(platform, level)| grain(platform, level)).collect();
    grains.sort_unstable();
    grains.dedup();
    let (mut figures, mut failures) = (Vec::new(), Vec::new());
    for wanted in grains {
        let stored = import(binary, &folder, wanted).unwrap_or_else(|error| {
            failures.push(format!("{FOLDER} by {wanted}: {error:#}"));
            BTreeMap::new()
        });
        for ((platform, level), references) in expected.iter().filter(|((platform, level), _)| grain(platform, level) == wanted) {
            let ours = stored.get(source(platform));
            figures.extend(METRICS.iter().zip(references).enumerate().filter_map(|(at, ((_, metric), reference))| {
                let dataset = format!("{FOLDER} {platform} {level}");
                Some(Row {
                    dataset,
                    metric: metric.to_string(),
                    ours: ours.and_then(|ours| ours[at]),
                    reference: Some((*reference)?),
                    reference_name: REFERENCE,
                    within: Within::Absolute(0.01),
                })
            }));
        }
    }
    Ok((figures, failures))
}

/// Imports one grain into an installation of its own and asks what it holds of each platform.
fn import(binary: &Path, folder: &Path, grain: &str) -> Result<BTreeMap<String, [Option<f64>; 5]>> {
    let home = tempfile::tempdir().context("cannot create a data folder")?;
    server::init(binary, home.path())?;
    let trimtab = |args: &str| {
        let mut command = process::command(binary);
        command.arg("--data").arg(home.path()).arg("--json").args(args.split(' '));
        command
    };
    let answer = |command: &mut Command| -> Result<Value> { Ok(serde_json::from_str(&process::capture(command)?)?) };
    process::capture(&mut trimtab("tenant add eval --name Evaluation --currency USD --timezone UTC"))?;
    // The expected rows have LinkedIn's cost in dollars, as Fivetran's package does unless told otherwise.
    let mut import = trimtab("import-history --tenant eval --linkedin-usd --grain");
    let report = answer(import.arg(grain).arg(folder))?;
    let mut stored: BTreeMap<String, [Option<f64>; 5]> = BTreeMap::new();
    for account in report["accounts"].as_array().context("the answer lists no accounts")? {
        let word = |value: &Value| value.as_str().map(ToOwned::to_owned).context("the answer leaves something out of an account");
        let source = word(&account["source"])?;
        // Accounts are asked one by one: the expected sums know no currencies.
        let only = format!("platform = {source} and account = \"{}\"", word(&account["account"]["id"])?);
        let mut query = trimtab("query --tenant eval");
        query.args(["--metrics", &METRICS.map(|(_, metric)| metric).join(","), "--where", &only]);
        query.args(["--from", &word(&account["from"])?, "--to", &word(&account["to"])?]);
        let totals = answer(&mut query)?["totals"].take();
        let sums = stored.entry(source).or_default();
        for (sum, (_, metric)) in sums.iter_mut().zip(METRICS) {
            *sum = match (*sum, figure(&totals[metric])) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
        }
    }
    Ok(stored)
}

/// Adds up the expected rows, which hold no quotes.
fn sums(text: &str) -> Result<Expected> {
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| head.iter().position(|column| *column == name).with_context(|| format!("there is no column {name}"));
    let (platform, level) = (column("platform")?, column("level")?);
    let figures = METRICS.iter().map(|(name, _)| column(name)).collect::<Result<Vec<_>>>()?;
    let mut sums = Expected::new();
    for (number, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        ensure!(cells.len() == head.len(), "row {} has {} cells, the header {}", number + 1, cells.len(), head.len());
        let sum = sums.entry((cells[platform].to_owned(), cells[level].to_owned())).or_default();
        for (sum, at) in sum.iter_mut().zip(&figures) {
            if !cells[*at].is_empty() {
                let figure: f64 = cells[*at].parse().with_context(|| format!("row {} has '{}'", number + 1, cells[*at]))?;
                *sum = Some(sum.unwrap_or(0.0) + figure);
            }
        }
    }
    Ok(sums)
}

/// Our name of a platform.
fn source(platform: &str) -> &str {
    match platform {
        "facebook_ads" => "meta",
        other => other.strip_suffix("_ads").unwrap_or(other),
    }
}

/// Our grain of a level: LinkedIn's campaign is our ad group, its creative our ad.
fn grain<'a>(platform: &str, level: &'a str) -> &'a str {
    match (platform, level) {
        ("linkedin_ads", "campaign") => "ad_group",
        (_, "creative" | "pin_promotion") => "ad",
        (_, level) => level,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_added_up_apart_and_empty_cells_are_no_zeros() {
        let text = "platform,level,date_day,entity_id,clicks,impressions,spend,conversions,conversions_value,source_rows\n\
                    google_ads,ad,2020-12-02,1,27,100,1.5,0.25,,1\ngoogle_ads,ad,2020-12-03,1,3,10,0.25,0.5,,1\n\
                    google_ads,campaign,2020-12-03,1,9,9,9,9,9,1\n";
        let sums = sums(text).unwrap();
        let of = |level: &str| sums[&("google_ads".to_owned(), level.to_owned())];
        assert_eq!(of("ad"), [Some(30.0), Some(110.0), Some(1.75), Some(0.75), None]);
        assert_eq!(of("campaign"), [Some(9.0); 5]);
        assert!(super::sums("platform,level\na,b\n").is_err());
    }

    #[test]
    fn platforms_and_levels_have_our_names() {
        assert_eq!([source("facebook_ads"), source("tiktok_ads")], ["meta", "tiktok"]);
        assert_eq!([grain("linkedin_ads", "campaign"), grain("google_ads", "campaign")], ["ad_group", "campaign"]);
        assert_eq!([grain("linkedin_ads", "creative"), grain("pinterest_ads", "pin_promotion")], ["ad", "ad"]);
    }
}
