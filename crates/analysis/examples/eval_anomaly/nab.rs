//! The Numenta Anomaly Benchmark: its scorer against published scores, and ours against published detectors.

use crate::{Failure, data};
use data::Labelled;
use serde_json::{Map, Value, json};
use std::path::Path;
use trimtab_analysis::anomaly::scoring::nab::{PROFILES, Profile, Score, contributions, score, weights};
use trimtab_analysis::anomaly::{Cadence, Point, Settings, Sign, Verdict, Wall, watch};

const ADS: &str = "realAdExchange";
/// Folders without advertising: told for completeness, nothing is chosen by them.
const OTHERS: [&str; 4] = ["realKnownCause", "realTraffic", "artificialWithAnomaly", "artificialNoAnomaly"];
/// Detectors whose scores per row are published, and what is published beside each row: what it added to the score, or what a
/// detection in it would have weighed (as later versions of the benchmark write it).
const DETECTORS: [(&str, Beside); 3] =
    [("numenta", Beside::Contribution), ("windowedGaussian", Beside::Contribution), ("ARTime", Beside::Weight)];

#[derive(Clone, Copy, PartialEq)]
enum Beside {
    Contribution,
    Weight,
}

pub(crate) fn evaluate(folder: &Path) -> Result<Value, Failure> {
    let ads = data::labelled(folder, ADS)?;
    let mut others = Vec::new();
    for other in OTHERS.iter().filter(|other| folder.join("data").join(other).is_dir()) {
        others.extend(data::labelled(folder, other)?);
    }
    let shipped: Vec<Vec<bool>> = ads.iter().map(|series| raised(series, &Settings::hourly())).collect();
    Ok(json!({
        "scorer": scorer(folder, &ads)?,
        "ads": PROFILES.iter().map(|profile| table(folder, &ads, &shipped, profile)).collect::<Result<Vec<_>, _>>()?,
        "ads_by_series": by_series(&ads, &shipped),
        "settings_chosen_on_the_other_series": left_out(&ads),
        "series_without_ads": without_ads(&others),
    }))
}

/// Rows somebody would have heard of.
fn raised(series: &Labelled, settings: &Settings) -> Vec<bool> {
    let mut last = i64::MIN;
    let point = |(at, value): (&Wall, &f64)| {
        // A clock put back repeats times; rows stay in the benchmark's order.
        last = at.seconds().max(last.saturating_add(1));
        Point::settled(Wall::from_seconds(last), Some(*value))
    };
    let points: Vec<Point> = series.at.iter().zip(&series.values).map(point).collect();
    match watch(&points, settings) {
        Ok(report) => report.points.iter().map(|p| matches!(p.verdict, Verdict::Unusual { raised: true, .. })).collect(),
        Err(_) => vec![false; points.len()],
    }
}

fn total(series: &[Labelled], raised: &[Vec<bool>], profile: &Profile) -> Score {
    let mut sum = Score::default();
    for (series, raised) in series.iter().zip(raised) {
        sum += score(raised, &series.windows, profile);
    }
    sum
}

fn table(folder: &Path, ads: &[Labelled], shipped: &[Vec<bool>], profile: &Profile) -> Result<Value, Failure> {
    let ours = total(ads, shipped, profile);
    let asked = ["detector", "part", "profile", "normalised_score_at_published_threshold"];
    let board = data::text(&folder.join("published/realAdExchange_subset_leaderboard.csv"))?;
    let mut published = Map::new();
    for row in data::columns(&board, &asked)?.iter().filter(|row| row[1] == "dev4" && row[2] == profile.name) {
        published.insert(row[0].clone(), json!(row[3].parse::<f64>()?));
    }
    Ok(json!({
        "dataset": format!("nab/{ADS}"), "metric": "normalised score", "profile": profile.name, "series": ads.len(),
        "rarity": Settings::hourly().rarity, "ours": ours.normalised(profile), "published": published,
        "windows_hit": ours.hit, "windows": ours.windows, "false_alarms": ours.false_alarms, "rows": ours.rows,
        "false_alarms_per_30_days": ours.false_alarms as f64 / (ours.rows as f64 / 720.0),
    }))
}

fn by_series(ads: &[Labelled], shipped: &[Vec<bool>]) -> Value {
    let one = |(series, raised): (&Labelled, &Vec<bool>)| {
        let of = score(raised, &series.windows, &PROFILES[0]);
        json!({
            "series": series.name, "raw": of.raw, "windows_hit": of.hit, "windows": of.windows, "false_alarms": of.false_alarms,
        })
    };
    ads.iter().zip(shipped).map(one).collect()
}

/// For each series the settings that are best on the others, and the sum of what it scores where they were not chosen by it.
/// Settings are judged with the mean over the neighbouring rarities, since of three series the very best number is mostly luck.
fn left_out(ads: &[Labelled]) -> Value {
    let standard = &PROFILES[0];
    let (rarities, days, changes) = ((8..=16).map(|q| f64::from(q) / 4.0), [1, 2, 3], [0.0, 0.1, 0.2]);
    let all: Vec<Settings> = days
        .iter()
        .flat_map(|&days| changes.iter().map(move |&change| (days, change)))
        .flat_map(|(days, least_change)| {
            let with = move |rarity| Settings { rarity, least_change, quiet_seconds: days * 86_400, ..Settings::hourly() };
            rarities.clone().map(with)
        })
        .collect();
    let scores: Vec<Vec<Score>> =
        all.iter().map(|settings| ads.iter().map(|s| score(&raised(s, settings), &s.windows, standard)).collect()).collect();
    let alike = |a: &Settings, b: &Settings| {
        a.quiet_seconds == b.quiet_seconds && a.least_change == b.least_change && (a.rarity - b.rarity).abs() < 0.3
    };
    let (mut sum, mut chosen) = (Score::default(), Vec::new());
    for (left, series) in ads.iter().enumerate() {
        let on_others = |c: usize| scores[c].iter().enumerate().filter(|(i, _)| *i != left).map(|(_, s)| s.raw).sum::<f64>();
        let around = |c: usize| {
            let near: Vec<f64> = (0..all.len()).filter(|&other| alike(&all[c], &all[other])).map(on_others).collect();
            near.iter().sum::<f64>() / near.len() as f64
        };
        let Some(best) = (0..all.len()).max_by(|&a, &b| around(a).total_cmp(&around(b))) else { continue };
        let settings = &all[best];
        chosen.push(json!({
            "series": series.name, "rarity": settings.rarity, "quiet_days": settings.quiet_seconds / 86_400,
            "least_change": settings.least_change, "raw": scores[best][left].raw,
        }));
        sum += scores[best][left];
    }
    let of = |c: usize| scores[c].iter().fold(Score::default(), |mut sum, s| (sum += *s, sum).1).normalised(standard);
    let shipped = |s: &Settings| alike(s, &Settings { rarity: s.rarity, ..Settings::hourly() });
    let everywhere: Vec<Value> =
        (0..all.len()).filter(|&c| shipped(&all[c])).map(|c| json!({ "rarity": all[c].rarity, "ours": of(c) })).collect();
    json!({
        "dataset": format!("nab/{ADS}"), "metric": "normalised score", "profile": standard.name, "settings_tried": all.len(),
        "chosen": chosen, "ours": sum.normalised(standard), "windows_hit": sum.hit, "false_alarms": sum.false_alarms,
        "every_rarity_at_shipped_settings": everywhere,
    })
}

fn without_ads(others: &[Labelled]) -> Value {
    let groups = OTHERS.iter().filter_map(|group| {
        let of_group: Vec<&Labelled> = others.iter().filter(|series| series.name.starts_with(group)).collect();
        let mut sum = Score::default();
        for series in of_group {
            let settings = Settings { cadence: cadence(series), sign: sign(series), ..Settings::hourly() };
            sum += score(&raised(series, &settings), &series.windows, &PROFILES[0]);
        }
        (sum.rows > 0).then(|| {
            json!({
                "dataset": format!("nab/{group}"), "profile": PROFILES[0].name, "ours": sum.normalised(&PROFILES[0]),
                "windows_hit": sum.hit, "windows": sum.windows, "false_alarms": sum.false_alarms, "rows": sum.rows,
            })
        })
    });
    groups.collect()
}

/// By the middle distance of the first rows.
fn cadence(series: &Labelled) -> Cadence {
    let mut steps: Vec<i64> = series.at.windows(2).take(200).map(|pair| pair[1].seconds() - pair[0].seconds()).collect();
    steps.sort_unstable();
    let minutes = steps.get(steps.len() / 2).map_or(60, |seconds| (seconds + 30) / 60);
    if minutes >= 60 { Cadence::Hourly } else { Cadence::Minutes(u8::try_from(minutes.max(1)).unwrap_or(60)) }
}

fn sign(series: &Labelled) -> Sign {
    if series.values.iter().any(|v| *v < 0.0) { Sign::Either } else { Sign::NeverNegative }
}

/// Our scorer on other people's detections, against the weight of each row and the score of each file that they published.
fn scorer(folder: &Path, ads: &[Labelled]) -> Result<Value, Failure> {
    let thresholds = data::json(&folder.join("config/thresholds.json"))?;
    let published =
        data::columns(&data::text(&folder.join("published/per_file_scores.csv"))?, &["Detector", "Profile", "File", "Score"])?;
    let (mut rows, mut files, mut worst_row, mut worst_file) = (0, 0, 0.0_f64, 0.0_f64);
    for ((detector, beside), series) in DETECTORS.iter().flat_map(|d| ads.iter().map(move |series| (*d, series))) {
        let base = series.name.split('/').next_back().unwrap_or_default();
        let text = data::text(&folder.join(format!("published/anomaly_scores/{detector}_{base}.gz")))?;
        for profile in &PROFILES {
            let threshold = thresholds[detector][profile.name]["threshold"].as_f64().ok_or("no threshold")?;
            let table = data::columns(&text, &["anomaly_score", &format!("S(t)_{}", profile.name)])?;
            // Published scores are rounded to twelve digits.
            let detected =
                table.iter().map(|row| Ok(row[0].parse::<f64>()? >= threshold - 1e-9)).collect::<Result<Vec<_>, Failure>>()?;
            let ours = contributions(&detected, &series.windows, profile);
            let by_row = match beside {
                Beside::Contribution => ours.clone(),
                Beside::Weight => weights(table.len(), &series.windows, profile),
            };
            for (row, ours) in table.iter().zip(&by_row) {
                worst_row = worst_row.max((row[1].parse::<f64>()? - ours).abs());
                rows += 1;
            }
            let file = |row: &&Vec<String>| row[..3] == [detector, profile.name, &series.name];
            let told: f64 = published.iter().find(file).ok_or("no published score")?[3].parse()?;
            worst_file = worst_file.max((told - ours.iter().sum::<f64>()).abs());
            files += 1;
        }
    }
    Ok(json!({
        "rows_compared": rows, "largest_difference_of_a_row": worst_row,
        "files_compared": files, "largest_difference_of_a_file": worst_file,
    }))
}
