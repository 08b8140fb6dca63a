//! Which ad groups' audiences answer less and less, whatever is shown to them.
//!
//! An ad group's click rate over all its ads, new ones too, against that of all other ad groups on the same days (the difference of their
//! logarithms), so that seasons and sites fall out. Its fall is tested as that of a creative is ([`crate::fatigue`]: Kendall, with the
//! variance of Hamed and Rao), and of all ad groups those are told that Benjamini and Hochberg name at 5 %. Pace is Theil and Sen's slope.
//!
//! # When it misleads
//! - Where an ad group never gets new creatives, its audience and its creatives wear together; `new_ads` says which it may be.
//! - It is relative: if all audiences wear alike, none is told.

use super::{Because, Confidence, Pattern, PatternKind, Picture, Settings, sane, together, valid_until};
use crate::fatigue::Trend;
use crate::odds::discovered;
use crate::track::{Figures, Track};
use trimtab_domain::{Day, finding::EntityRef};

/// An ad group, or whatever has one audience.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    /// Its days; those of all audiences are the same.
    pub track: &'a Track,
    /// Ads that joined it within those days.
    pub new_ads: usize,
}

/// What an ad group loses.
#[derive(Debug, Clone, PartialEq)]
pub struct Decay {
    /// Which.
    pub entity: EntityRef,
    /// Share of its click rate lost in a week, against the others.
    pub per_week: f64,
    /// Between what it is four times in five.
    pub interval: (f64, f64),
    /// Weeks until half is lost.
    pub half_weeks: f64,
    /// Daily frequency in its first and last two weeks, where reach is known.
    pub frequency: Option<(f64, f64)>,
    /// Ads that joined it meanwhile; none: it may be its creatives that wear.
    pub new_ads: usize,
    /// How often chance alone shows as steady a fall.
    pub chance: f64,
}

/// Ad groups that lose their audience.
#[derive(Debug, Clone, PartialEq)]
pub struct AudienceDecay {
    /// Those that do, the fastest first.
    pub decays: Vec<Decay>,
    /// How many were looked at.
    pub of: usize,
}

/// Days it takes.
const DAYS_LEAST: usize = 42;
/// Impressions a day counts with.
const IMPRESSIONS_LEAST: f64 = 500.0;
/// Ad groups it takes to compare one with the others.
const GROUPS_LEAST: usize = 3;
/// The least loss in a week that matters.
const LOSS_LEAST: f64 = 0.01;

/// Learns which audiences of an account decay.
///
/// # Errors
/// [`Because`]: fewer than three ad groups with six weeks, or none that falls beyond chance.
pub fn learn(groups: &[Audience<'_>], account: EntityRef, today: Day, settings: &Settings) -> Result<Pattern, Because> {
    let days = groups.iter().map(|g| g.track.days.len()).max().unwrap_or(0);
    let all: Vec<Figures> =
        (0..days).map(|day| Figures::sum(groups.iter().filter_map(|g| g.track.days.get(day))).unwrap_or_default()).collect();
    let judged: Vec<(&Audience<'_>, Trend)> = groups.iter().filter_map(|g| Some((g, trend(g.track, &all)?))).collect();
    if judged.len() < GROUPS_LEAST {
        return Err(Because::TooFew {
            what: "ad groups with six weeks of delivery",
            have: judged.len() as f64,
            need: GROUPS_LEAST as f64,
        });
    }
    let one_sided = |t: &Trend| if t.tau < 0.0 { t.chance / 2.0 } else { 1.0 - t.chance / 2.0 };
    let chances: Vec<f64> = judged.iter().map(|(_, t)| one_sided(t)).collect();
    let falls = discovered(&chances, settings.rate);
    let chance = together(&chances);
    let mut decays: Vec<Decay> =
        judged.iter().zip(&falls).zip(&chances).filter(|((_, falls), _)| **falls).map(|(((g, t), _), p)| decay(g, t, *p)).collect();
    decays.retain(|d| d.per_week >= LOSS_LEAST);
    decays.sort_by(|a, b| b.per_week.total_cmp(&a.per_week));
    if decays.is_empty() {
        return Err(Because::NoPattern { chance });
    }
    let first = groups[0].track.first;
    let learned_from = (first, super::later(first, i32::try_from(days).unwrap_or(1) - 1));
    let noise = decays.iter().map(|d| ((d.interval.1 - d.interval.0) / 2.564).powi(2)).sum::<f64>() / decays.len() as f64;
    let size = decays.iter().map(|d| d.per_week.powi(2)).sum::<f64>() / decays.len() as f64;
    Ok(Pattern {
        kind: PatternKind::AudienceDecay,
        entity: account,
        currency: None,
        learned_on: today,
        learned_from,
        valid_until: valid_until(today, learned_from),
        confidence: Confidence::of(chance, size / (size + noise), days as f64 / 7.0),
        picture: Picture::Audience(AudienceDecay { of: judged.len(), decays }),
    })
}

/// The trend of a group's click rate against that of all others.
fn trend(track: &Track, all: &[Figures]) -> Option<Trend> {
    let (mut days, mut logs) = (Vec::new(), Vec::new());
    for (day, own) in track.days.iter().enumerate().filter_map(|(day, f)| f.map(|f| (day, f))) {
        let (clicks, impressions) = (all[day].clicks - own.clicks, all[day].impressions - own.impressions);
        let usable = |c: f64, n: f64| sane(c) && sane(n) && c >= 0.0 && n >= IMPRESSIONS_LEAST && c <= n;
        if usable(own.clicks, own.impressions) && usable(clicks, impressions) {
            let log = |c: f64, n: f64| ((c + 0.5) / (n + 1.0)).ln();
            days.push(day as f64);
            logs.push(log(own.clicks, own.impressions) - log(clicks, impressions));
        }
    }
    if days.len() < DAYS_LEAST { None } else { Trend::of(&days, &logs, &logs) }
}

fn decay(of: &Audience<'_>, trend: &Trend, chance: f64) -> Decay {
    let weekly = |slope: f64| 1.0 - (7.0 * slope).exp();
    let seen = of.track.series("frequency");
    let mean = |some: &[Option<f64>]| {
        let known: Vec<f64> = some.iter().flatten().copied().filter(|f| f.is_finite()).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    let fortnight = seen.len().min(14);
    Decay {
        entity: of.track.entity.clone(),
        per_week: weekly(trend.slope),
        interval: (weekly(trend.slope_interval.1), weekly(trend.slope_interval.0)),
        half_weeks: if trend.slope < 0.0 { 0.5_f64.ln() / trend.slope / 7.0 } else { f64::INFINITY },
        frequency: mean(&seen[..fortnight]).zip(mean(&seen[seen.len() - fortnight..])),
        new_ads: of.new_ads,
        chance,
    }
}
