//! The tracks as detection needs them: every day of every campaign in its place, absurd figures left out.

use super::arrival;
use super::season;
use super::settings::Settings;
use crate::anomaly::sane;
use crate::track::{AccountTracks, Figures, Track};

/// Days of an account and its campaigns, in places from 0.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    pub(crate) tracks: &'a AccountTracks,
    pub(crate) days: usize,
    /// 0 is Monday.
    pub(crate) weekday: Vec<usize>,
    /// Days that were read.
    pub(crate) known: Vec<bool>,
    /// A day that is known to be unlike others: a retail date.
    pub(crate) special: Vec<bool>,
    /// The share of the day's conversions that is in.
    pub(crate) arrived: Vec<f64>,
    /// By campaign and day; nothing where there was no row.
    pub(crate) campaigns: Vec<Vec<Figures>>,
    /// The account's own figures.
    pub(crate) account: Vec<Figures>,
    /// First day whose figures may still grow.
    pub(crate) open_from: usize,
}

impl<'a> Grid<'a> {
    pub(crate) fn new(tracks: &'a AccountTracks, settings: &Settings) -> Self {
        let days = tracks.account.days.len();
        let at = |track: &Track, place: usize| track.days.get(place).copied().flatten().map(clean);
        let alone = [&tracks.account];
        let parts: Vec<&Track> = if tracks.campaigns.is_empty() { alone.to_vec() } else { tracks.campaigns.iter().collect() };
        let campaigns: Vec<Vec<Figures>> =
            parts.iter().map(|track| (0..days).map(|t| at(track, t).unwrap_or_default()).collect()).collect();
        let sum = |t: usize| campaigns.iter().map(|c| c[t]).fold(Figures::default(), Figures::plus);
        let known: Vec<bool> =
            (0..days).map(|t| parts.iter().any(|p| at(p, t).is_some()) || at(&tracks.account, t).is_some()).collect();
        let account: Vec<Figures> = (0..days).map(|t| at(&tracks.account, t).unwrap_or_else(|| sum(t))).collect();
        let open_from = tracks.provisional_from.map_or(days, |day| {
            let place = tracks.account.first.until(day).map_or(0, |span| span.get_days());
            usize::try_from(place.max(0)).unwrap_or(0).min(days)
        });
        let monday_is_0 = |t: usize| usize::try_from(tracks.account.day(t).weekday().to_monday_zero_offset()).unwrap_or(0);
        let weekday = (0..days).map(monday_is_0).collect();
        let special = (0..days).map(|t| season::is_retail_date(tracks.account.day(t))).collect();
        let arrived = arrival::shares(&account, &known, open_from, settings.arrived.as_deref());
        Self { tracks, days, weekday, known, special, arrived, campaigns, account, open_from }
    }

    /// The share of a metric's figure that is in.
    pub(crate) fn share(&self, metric: super::metric::Metric, t: usize) -> f64 {
        if metric.is_late() { self.arrived[t] } else { 1.0 }
    }
}

/// Figures that an account can have: spend and counts are not negative, none is beyond all measure.
fn clean(day: Figures) -> Figures {
    let plain = |v: f64| sane(Some(v)).unwrap_or(0.0);
    let count = |v: f64| plain(v).max(0.0);
    Figures {
        spend: count(day.spend),
        impressions: count(day.impressions),
        clicks: count(day.clicks),
        conversions: count(day.conversions),
        revenue: plain(day.revenue),
        reach: None,
    }
}
