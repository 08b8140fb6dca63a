//! Real banners: 21 of them by campaign and size, with the labels of the data set's README.
//!
//! "Declines" is to be flagged (tired or wearing), "rises" and "no clear trend" are not. Campaign 1 has seven banners, three of which
//! decline: all seven must be right. A flag on any banner that does not decline is a false alarm. Camp 2 is judged on its last day.

use crate::Failure;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};
use trimtab_analysis::{
    fatigue::{Diagnosis, Settings, Subject, Verdict, diagnose},
    track::{Figures, Track},
};
use trimtab_domain::{
    Day,
    day::parse_day,
    finding::{EntityRef, Level},
};

const FILE: &str = "online_advertising_performance_april_may.csv";
const DAYS: usize = 61;

/// One banner.
struct Banner {
    campaign: String,
    track: Track,
    placements: Vec<Track>,
}

fn blank(campaign: &str, id: &str, first: Day) -> Track {
    let entity =
        EntityRef { level: Level::Ad, source: None, account: "1".into(), id: id.into(), name: format!("{campaign} {id}").into() };
    Track { entity, first, days: vec![None; DAYS] }
}

fn add(track: &mut Track, day: usize, figures: Figures) {
    let cell = &mut track.days[day];
    *cell = Some(cell.unwrap_or_default().plus(figures));
}

fn banners(text: &str) -> Result<Vec<Banner>, Failure> {
    let first = parse_day("2020-04-01")?;
    let mut all: BTreeMap<(String, String), (Track, BTreeMap<String, Track>)> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |i: usize| cells.get(i).and_then(|c| c.parse::<f64>().ok()).unwrap_or(0.0);
        let (campaign, banner, placement) = (cells[2], cells[4].trim(), cells[5]);
        let day = cells[1].parse::<usize>()? - 1 + if cells[0] == "May" { 30 } else { 0 };
        let figures = Figures {
            impressions: number(6),
            spend: number(7),
            clicks: number(8),
            revenue: number(9),
            conversions: number(10),
            reach: None,
        };
        let key = (campaign.to_owned(), banner.to_owned());
        let (track, placements) = all.entry(key).or_insert_with(|| (blank(campaign, banner, first), BTreeMap::new()));
        add(track, day, figures);
        add(placements.entry(placement.to_owned()).or_insert_with(|| blank(campaign, placement, first)), day, figures);
    }
    let banner = |((campaign, _), (track, placements)): ((String, String), (Track, BTreeMap<String, Track>))| Banner {
        campaign,
        track,
        placements: placements.into_values().collect(),
    };
    Ok(all.into_iter().map(banner).collect())
}

/// Labels by campaign and banner, from the README's table.
fn labels(readme: &str) -> BTreeMap<(String, String), String> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let labelled = cells.len() == 9 && cells[0].starts_with("camp ");
        labelled.then(|| ((cells[0].to_owned(), cells[1].to_owned()), cells[8].to_owned()))
    };
    readme.lines().filter_map(row).collect()
}

/// Everything up to a day, as it stood then.
fn judged(banners: &[Banner], days: usize, placements: bool) -> Vec<Diagnosis> {
    let cut = |track: &Track| Track { days: track.days[..days].to_vec(), ..track.clone() };
    let tracks: Vec<Track> = banners.iter().map(|b| cut(&b.track)).collect();
    let parts: Vec<Vec<Track>> =
        banners.iter().map(|b| if placements { b.placements.iter().map(cut).collect() } else { Vec::new() }).collect();
    let subject = |i: usize| Subject {
        track: &tracks[i],
        campaign: &banners[i].campaign,
        ad_group: "",
        created: None,
        placements: &parts[i],
    };
    let subjects: Vec<Subject<'_>> = (0..banners.len()).map(subject).collect();
    diagnose(&subjects, &[], None, &Settings::default())
}

fn flagged(diagnosis: &Diagnosis) -> bool {
    matches!(diagnosis.verdict, Verdict::Fatigued | Verdict::Wearing)
}

/// The last day a campaign was shown, as a number of days.
fn last(banners: &[Banner], campaign: &str) -> usize {
    let shown = |b: &Banner| b.track.days.iter().rposition(|d| d.is_some_and(|f| f.impressions >= 200.0)).map_or(0, |p| p + 1);
    banners.iter().filter(|b| b.campaign == campaign).map(shown).max().unwrap_or(DAYS)
}

/// Folk rule B: the rate of a week under four fifths of the first week's, on any day; A: on the last day.
fn folk(track: &Track, any: bool) -> bool {
    let days: Vec<Figures> = track.days.iter().flatten().copied().filter(|f| f.impressions >= 200.0).collect();
    let rate = |days: &[Figures]| {
        let (clicks, shown) = days.iter().fold((0.0, 0.0), |(c, n), f| (c + f.clicks, n + f.impressions));
        clicks / shown
    };
    if days.len() < 14 {
        return false;
    }
    let first = rate(&days[..7]);
    let mut weeks = days.windows(7).skip(if any { 1 } else { days.len() - 7 });
    weeks.any(|week| rate(week) < 0.8 * first)
}

pub(crate) fn evaluate(folder: &Path) -> Result<Value, Failure> {
    let banners = banners(&fs::read_to_string(folder.join(FILE))?)?;
    let labels = labels(&fs::read_to_string(folder.join("README.md"))?);
    let ends: BTreeMap<&str, usize> = banners.iter().map(|b| (b.campaign.as_str(), last(&banners, &b.campaign))).collect();
    let known: BTreeMap<usize, Vec<Diagnosis>> = ends.values().map(|days| (*days, judged(&banners, *days, true))).collect();
    let blind: BTreeMap<usize, Vec<Diagnosis>> = ends.values().map(|days| (*days, judged(&banners, *days, false))).collect();
    let streamed: Vec<Vec<bool>> = (14..=DAYS).map(|days| judged(&banners, days, true).iter().map(flagged).collect()).collect();
    let mut rows = Vec::new();
    for (i, banner) in banners.iter().enumerate() {
        let key = (banner.campaign.clone(), banner.track.entity.id.to_string());
        let Some(label) = labels.get(&key) else { continue };
        let days = ends[banner.campaign.as_str()];
        let (told, without) = (&known[&days][i], &blind[&days][i]);
        rows.push(json!({
            "campaign": key.0, "banner": key.1, "label": label, "flagged": flagged(told), "verdict": format!("{:?}", told.verdict),
            "flagged_without_placements": flagged(without), "verdict_without_placements": format!("{:?}", without.verdict),
            "flagged_days": streamed.iter().take(days - 13).enumerate().filter(|(_, day)| day[i]).map(|(d, _)| d + 14).collect::<Vec<_>>(),
            "flagged_on_any_day": streamed.iter().take(days - 13).any(|day| day[i]),
            "lost": told.loss.map(|l| l.whole), "lost_by_itself": told.loss.map(|l| l.own), "confidence": told.confidence,
            "chance": told.trend.map(|t| t.chance), "days_left": told.days_left.map(|d| d.days),
            "rule_a": folk(&banner.track, false), "rule_b": folk(&banner.track, true),
            "rulings": told.rulings.iter().map(|r| format!("{} {:?}: {}", r.confounder, r.ruled, r.text)).collect::<Vec<_>>(),
        }));
    }
    Ok(
        json!({ "banners": rows, "ours": score(&rows, "flagged"), "ours_without_placements": score(&rows, "flagged_without_placements"),
        "ours_on_any_day": score(&rows, "flagged_on_any_day"), "rule_a": score(&rows, "rule_a"), "rule_b": score(&rows, "rule_b") }),
    )
}

fn score(rows: &[Value], by: &str) -> Value {
    let count = |wanted: &dyn Fn(&Value) -> bool| rows.iter().filter(|r| wanted(r)).count();
    let declines = |r: &Value| r["label"] == "declines";
    let flagged = |r: &Value| r[by] == true;
    json!({
        "camp_1_right": count(&|r| r["campaign"] == "camp 1" && declines(r) == flagged(r)),
        "camp_1_banners": count(&|r| r["campaign"] == "camp 1"),
        "declining_flagged": count(&|r| declines(r) && flagged(r)), "declining": count(&declines),
        "false_alarms": count(&|r| !declines(r) && flagged(r)), "not_declining": count(&|r| !declines(r)),
        "rising_flagged": count(&|r| r["label"] == "rises" && flagged(r)),
    })
}
