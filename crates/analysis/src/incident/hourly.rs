//! Hours of an account that are not what its own past leads one to expect: spend, impressions and clicks by the hour, which are there
//! within minutes and are hardly ever restated. Conversions by the hour are too few and too late to judge.
//!
//! Each figure is watched by [`crate::anomaly::watch`] at its own settings for hours; what is raised of several figures at the same time
//! is one finding. It misleads where hours are read before they are over: hand in whole hours only.

use super::phrase;
use crate::anomaly::{CannotTell, Direction, Incident, Point, Settings, Wall, watch};
use crate::track::Figures;
use crate::words;
use trimtab_domain::{
    Currency, Day,
    finding::{Cause, EntityRef, Evidence, Finding, FindingKind, Severity},
};

/// An object's hours without a gap, oldest first, by the clock on the wall.
#[derive(Debug, Clone, PartialEq)]
pub struct HourlyTrack {
    /// An account or a campaign.
    pub entity: EntityRef,
    /// Currency of its amounts.
    pub currency: Currency,
    /// The day of the first hour, which is its midnight.
    pub first: Day,
    /// Its hours; `None`: not read.
    pub hours: Vec<Option<Figures>>,
}

/// What is watched.
const FIGURES: [&str; 3] = ["spend", "impressions", "clicks"];
/// The least change of an hour that matters, as a share.
const LEAST_CHANGE: f64 = 0.4;
/// Unusual hours it takes, so that one odd hour is nobody's alarm.
const HOURS_LEAST: usize = 2;
/// From this rarity on one hour is enough: one in ten million.
const ALONE: f64 = 7.0;
/// Incidents of several figures within so many seconds are one.
const TOGETHER: i64 = 6 * 3_600;
const DAY: i64 = 86_400;

/// Finds incidents among the hours, oldest first. With `since`, those that touch days from then on.
///
/// # Errors
/// [`CannotTell`] where no figure can be watched: too few hours, all the same, or mostly missing.
pub fn hourly(track: &HourlyTrack, since: Option<Day>) -> Result<Vec<Finding>, CannotTell> {
    let mut found: Vec<(&'static str, Incident)> = Vec::new();
    let mut refusal = None;
    for metric in FIGURES {
        match watch(&points(track, metric), &Settings { least_change: LEAST_CHANGE, ..Settings::hourly() }) {
            Ok(report) => found.extend(report.incidents.into_iter().map(|incident| (metric, incident))),
            Err(why) => refusal = Some(why),
        }
    }
    if found.is_empty() {
        return refusal.map_or(Ok(vec![]), Err);
    }
    found.retain(|(_, i)| i.points >= HOURS_LEAST || i.reading.rarity >= ALONE);
    found.sort_by_key(|(_, incident)| incident.from);
    let mut groups: Vec<Vec<(&'static str, Incident)>> = Vec::new();
    for one in found {
        match groups.last_mut() {
            Some(group) if one.1.from.seconds() - group[0].1.from.seconds() <= TOGETHER => group.push(one),
            _ => groups.push(vec![one]),
        }
    }
    let told = groups.iter().map(|group| finding(track, group));
    Ok(told.filter(|f| since.is_none_or(|since| f.to >= since)).collect())
}

fn points(track: &HourlyTrack, metric: &str) -> Vec<Point> {
    let start = Wall::day(track.first).seconds();
    let point = |(place, hour): (usize, &Option<Figures>)| {
        let at = Wall::from_seconds(start + i64::try_from(place).unwrap_or(0) * 3_600);
        Point::settled(at, hour.as_ref().and_then(|figures| figures.metric(metric)))
    };
    track.hours.iter().enumerate().map(point).collect()
}

fn day_of(track: &HourlyTrack, at: Wall) -> Day {
    let days = (at.seconds() - Wall::day(track.first).seconds()).div_euclid(DAY);
    track.first.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
}

fn finding(track: &HourlyTrack, group: &[(&'static str, Incident)]) -> Finding {
    let rarest = group.iter().max_by(|a, b| a.1.reading.rarity.total_cmp(&b.1.reading.rarity)).unwrap_or(&group[0]);
    let (metric, lead) = (rarest.0, &rarest.1);
    let (from, to) =
        (group.iter().map(|g| g.1.from).min().unwrap_or(lead.from), group.iter().map(|g| g.1.to).max().unwrap_or(lead.to));
    let (first, last) = (day_of(track, from), day_of(track, to));
    let hour = |at: Wall| format!("{}, {}:00", words::day(day_of(track, at)), at.seconds().rem_euclid(DAY) / 3_600);
    let end = Wall::day(track.first).seconds() + i64::try_from(track.hours.len()).unwrap_or(0) * 3_600;
    let reading = lead.reading;
    let (seen, expected) =
        (phrase::figure(metric, reading.value, track.currency), phrase::figure(metric, reading.expected, track.currency));
    let way = if lead.direction == Direction::Rise { "above" } else { "below" };
    let others: Vec<&str> = group.iter().map(|g| phrase::name(g.0)).collect();
    let sure = 1.0 - 10_f64.powf(-reading.rarity / 2.0);
    let ceased = lead.direction == Direction::Drop && reading.value <= 0.0;
    let kind = if ceased { "delivery_stopped" } else { "unknown" };
    Finding {
        id: Finding::id_of(FindingKind::Anomaly, "hourly", &track.entity, None, first),
        kind: FindingKind::Anomaly,
        rule: "hourly".into(),
        severity: if ceased { Severity::Critical } else { Severity::Warning },
        metric: Some(metric.into()),
        from: first,
        to: last,
        ongoing: end - to.seconds() <= 2 * 3_600,
        value: Some(reading.value),
        expected: Some(reading.expected),
        interval: reading.low.zip(reading.high),
        currency: Some(track.currency),
        confidence: sure,
        headline: format!("{}: {} far {way} the usual since {}", words::name(&track.entity), phrase::name(metric), hour(from)),
        detail: format!(
            "In the hour from {} {} was {seen} where about {expected} is usual at this hour; one hour in {} is as far off. Figures concerned: {}.",
            hour(lead.peak),
            phrase::name(metric),
            words::number(10_f64.powf(reading.rarity).min(1e8)),
            others.join(", ")
        ),
        cause: Some(Cause {
            kind: kind.into(),
            text: if ceased {
                "Nothing was delivered in hours in which something always is.".to_owned()
            } else {
                "Hours alone do not tell why.".to_owned()
            },
            confidence: if ceased { sure * 0.8 } else { sure * 0.3 },
            events: vec![],
        }),
        contributions: vec![],
        doubt: "If the hours were read before they were over, or a schedule was changed, nothing is wrong.".to_owned(),
        actions: vec![
            "Look at the account's budgets, schedules and payment now; the day's own figures will say more tomorrow.".to_owned(),
        ],
        evidence: vec![Evidence {
            shows: "the hours of these days".to_owned(),
            metrics: FIGURES.iter().map(|id| (*id).into()).collect(),
            by: vec!["date".into(), "hour".into()],
            filter: words::filter(&track.entity),
            from: first,
            to: last,
            compare: None,
            currency: None,
        }],
        source_hash: String::new(),
        entity: track.entity.clone(),
    }
}
