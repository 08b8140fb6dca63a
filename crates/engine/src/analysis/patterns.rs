//! What was always so in an account: six kinds of patterns, learnt once a week.
//!
//! A week's patterns are learnt from whole weeks that end before its Monday, the same whenever in the week they are made: 400 days are at hand of
//! campaigns, 180 of ads and 182 of hours on the day of the making, of which those are left out that the last day of the week would no longer have. Their source hash is
//! that of the Monday and of which days are known, not of the figures: patterns are of months, and what is restated within a week waits for
//! the next. A history that is still being read is learnt from as it grows.

use super::{
    Made,
    ads::{self, Ad, Ads},
    basis::Basis,
    lag::restated,
    tracks::{self, Read},
};
use crate::series;
use compact_str::CompactString;
use jiff::ToSpan;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use trimtab_analysis::{
    fatigue::{self, diagnose},
    forecast::Restated,
    patterns::{
        Because, Pattern, PatternKind, Settings,
        audience::{self, Audience},
        budget::{self, Goal},
        hours::{self, HourTrack, Rate},
        lag, season, wear,
    },
    track::{Figures, Track},
};
use trimtab_domain::{
    Currency, Day, DayRange,
    finding::{EntityRef, KnownEvent, Level},
};
use trimtab_store::{DaySeries, limits::SERIES_DAYS};

mod card;

/// Campaigns whose budgets are looked at, those that spent most of late.
const CAMPAIGNS: usize = 5;
/// Days they are chosen by.
const LATELY_DAYS: u16 = 90;
/// Days of a week, by which what is at hand differs from one end of the week to the other.
const WEEK_DAYS: u16 = 7;
/// How often a budget may be told to meet diminishing returns that does not, all campaigns taken together.
const LEVEL: f64 = 0.05;
/// Days from the first that are known within which an ad that ran may be older than what is known of it.
const OLDER_DAYS: i64 = 3;
/// The least confidence of a pattern that somebody should act on.
const SURE: f64 = 0.5;

/// The week an account's patterns are learnt for, and what they are learnt from.
#[derive(Debug)]
pub(super) struct Week {
    /// Its Monday: days before it are learnt from.
    pub(super) monday: Day,
    /// What was kept of the account's hours.
    pub(super) hours: Vec<DaySeries>,
    /// What days showed at each age.
    pub(super) restated: Arc<Vec<DaySeries>>,
    /// Days their platform may restate after they ended.
    pub(super) look_back: u16,
    /// Names of ad groups by id.
    pub(super) groups: BTreeMap<CompactString, CompactString>,
}

impl Week {
    /// What patterns are made anew by.
    pub(super) fn inputs(&self, basis: &Basis<'_>) -> String {
        let known = basis.days_known(self.first(tracks::DAYS), self.last());
        format!("{} {known} {} {}", self.monday, self.kept(&self.hours).count(), self.kept(&self.restated).count())
    }

    /// The last day that is learnt from.
    fn last(&self) -> Day {
        self.monday.yesterday().unwrap_or(self.monday)
    }

    /// The first day that is learnt from, of what so many days are at hand of.
    fn first(&self, days: u16) -> Day {
        self.monday.saturating_sub(i64::from(days - WEEK_DAYS).days())
    }

    /// Those days of a series that are learnt from.
    fn kept<'s>(&self, series: &'s [DaySeries]) -> impl Iterator<Item = &'s DaySeries> {
        let days = self.first(SERIES_DAYS)..=self.last();
        series.iter().filter(move |of| days.contains(&of.day))
    }
}

/// The Monday of the week a day is in.
pub(super) fn monday(day: Day) -> Day {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

pub(super) fn made(read: &Read, ads: &Ads, week: &Week) -> Made {
    let learner = Learner::new(read, ads, week);
    let account = || read.tracks.account.entity.clone();
    let mut told: Vec<(PatternKind, EntityRef, Result<Pattern, Because>)> =
        vec![(PatternKind::TimePerformance, account(), learner.hours()), (PatternKind::CreativeFatigue, account(), learner.wear())];
    told.extend(learner.budgets().into_iter().map(|(of, found)| (PatternKind::BudgetSweetSpot, of, found)));
    told.push((PatternKind::AudienceDecay, account(), learner.audiences()));
    told.push((PatternKind::ConversionLag, account(), learner.lag()));
    told.push((PatternKind::Seasonal, account(), learner.season()));

    let acted_on = |pattern: &&Pattern| {
        let calls =
            matches!(pattern.kind, PatternKind::TimePerformance | PatternKind::BudgetSweetSpot | PatternKind::AudienceDecay);
        calls && pattern.confidence.value >= SURE
    };
    let findings = told.iter().filter_map(|(.., found)| found.as_ref().ok()).filter(acted_on).map(Pattern::finding).collect();
    let cards: Vec<Value> = told.iter().map(|(kind, of, found)| card::card(*kind, of, found)).collect();
    let due = week.monday.saturating_add(7.days());
    Made { body: json!({ "learned_on": week.monday.to_string(), "due_on": due.to_string(), "patterns": cards }), findings }
}

struct Learner<'a> {
    account: Track,
    campaigns: Vec<Track>,
    /// Those that had figures on days that are learnt from.
    ads: Vec<(&'a Ad, Track)>,
    events: &'a [KnownEvent],
    currency: Currency,
    week: &'a Week,
    settings: Settings,
}

impl<'a> Learner<'a> {
    fn new(read: &'a Read, ads: &'a Ads, week: &'a Week) -> Self {
        let of = |track: &Track, days: u16| {
            let first = week.first(days).max(track.first);
            Track { entity: track.entity.clone(), first, days: track.between(first, week.last()).to_vec() }
        };
        let ads = ads.ads.iter().map(|ad| (ad, of(&ad.track, ads::DAYS)));
        Self {
            account: of(&read.tracks.account, tracks::DAYS),
            campaigns: read.tracks.campaigns.iter().map(|track| of(track, tracks::DAYS)).collect(),
            ads: ads.filter(|(_, track)| track.days.iter().any(Option::is_some)).collect(),
            events: &read.tracks.events,
            currency: read.tracks.currency,
            week,
            settings: Settings::default(),
        }
    }

    /// The first day that could still be restated when the week began.
    fn provisional_from(&self) -> Option<Day> {
        Some(self.week.monday.saturating_sub(i64::from(self.week.look_back).days()))
    }

    fn account(&self) -> EntityRef {
        self.account.entity.clone()
    }

    /// First and last day that figures are known of.
    fn seen(&self) -> (Day, Day) {
        let first = self.ads.first().map_or(self.account.first, |(_, track)| track.first);
        (first, self.week.last().max(first))
    }

    fn sum(&self, of: fn(&Figures) -> f64) -> f64 {
        Figures::sum(&self.account.days).map_or(0.0, |sum| of(&sum))
    }

    fn earns(&self) -> bool {
        self.sum(|f| f.revenue) > 0.0
    }

    fn hours(&self) -> Result<Pattern, Because> {
        let known: BTreeMap<Day, &DaySeries> = self.week.kept(&self.week.hours).map(|of| (of.day, of)).collect();
        let first = known.keys().next().copied().unwrap_or(self.week.monday);
        let range = DayRange::new(first, self.week.last().max(first)).unwrap_or(DayRange::single(first));
        let day = |day: Day| -> [Option<Figures>; 24] { std::array::from_fn(|hour| known.get(&day).map(|of| figures(of, hour))) };
        let track = HourTrack { entity: self.account(), first, days: range.days().map(day).collect() };
        let tells = known.values().any(|of| of.lines.contains_key(series::CONVERSIONS));
        let rate = if tells { Rate::Cvr } else { Rate::Ctr };
        hours::learn(&track, rate, self.currency, self.week.monday, &self.settings)
    }

    fn wear(&self) -> Result<Pattern, Because> {
        let subjects: Vec<fatigue::Subject<'_>> = self
            .ads
            .iter()
            .map(|(ad, track)| fatigue::Subject {
                track,
                campaign: &ad.campaign,
                ad_group: &ad.ad_group,
                created: born(track),
                placements: &[],
            })
            .collect();
        let settings = fatigue::Settings { idle_days: usize::MAX, ..fatigue::Settings::default() };
        let diagnoses = diagnose(&subjects, self.events, self.provisional_from(), &settings);
        wear::learn(&wear::lifetimes(&diagnoses), self.account(), self.seen(), self.week.monday)
    }

    /// The campaigns that meet diminishing returns; where none does, why the largest does not.
    fn budgets(&self) -> Vec<(EntityRef, Result<Pattern, Because>)> {
        let lately = DayRange::ending(self.week.last(), LATELY_DAYS);
        let spent = |track: &Track| Figures::sum(track.between(lately.from(), lately.to())).map_or(0.0, |sum| sum.spend);
        let mut largest: Vec<(f64, &Track)> =
            self.campaigns.iter().map(|track| (spent(track), track)).filter(|(spent, _)| *spent > 0.0).collect();
        largest.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.entity.id.cmp(&b.1.entity.id)));
        largest.truncate(CAMPAIGNS);
        let goal = if self.earns() { Goal::Revenue } else { Goal::Conversions };
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let tests = largest.len() as f64;
        let learnt = |track: &Track| {
            let found = budget::learn(track, goal, None, self.provisional_from(), self.currency, self.week.monday)?;
            // Each campaign is a chance to tell something.
            let chance = ((1.0 - found.confidence.sample) * tests).min(1.0);
            if chance <= LEVEL { Ok(found) } else { Err(Because::NoPattern { chance }) }
        };
        let mut all: Vec<_> = largest.iter().map(|(_, track)| (track.entity.clone(), learnt(track))).collect();
        if all.iter().any(|(_, found)| found.is_ok()) {
            all.retain(|(_, found)| found.is_ok());
        }
        if all.is_empty() {
            let none = Because::TooFew { what: "campaigns that spent of late", have: 0.0, need: 1.0 };
            return vec![(self.account(), Err(none))];
        }
        // Where none does, one reason is enough: that of the largest.
        if all[0].1.is_err() {
            all.truncate(1);
        }
        all
    }

    fn audiences(&self) -> Result<Pattern, Because> {
        let mut groups: BTreeMap<&str, Vec<&Track>> = BTreeMap::new();
        for (ad, track) in self.ads.iter().filter(|(ad, _)| !ad.ad_group.is_empty()) {
            groups.entry(&ad.ad_group).or_default().push(track);
        }
        let begun = |track: &Track| track.days.iter().position(Option::is_some);
        let summed: Vec<(Track, usize)> = groups
            .into_iter()
            .map(|(id, ads)| {
                let days = ads.iter().map(|ad| ad.days.len()).max().unwrap_or(0);
                let of_day = |day: usize| Figures::sum(ads.iter().filter_map(|ad| ad.days.get(day)));
                let first = ads.iter().filter_map(|track| begun(track)).min();
                let new_ads = ads.iter().filter(|track| begun(track) > first).count();
                let name = self.week.groups.get(id).filter(|name| !name.is_empty()).map_or(id, CompactString::as_str);
                let account = self.account();
                let entity = EntityRef { level: Level::AdGroup, id: id.into(), name: name.into(), ..account };
                (Track { entity, first: ads[0].first, days: (0..days).map(of_day).collect() }, new_ads)
            })
            .collect();
        let audiences: Vec<Audience<'_>> = summed.iter().map(|(track, new_ads)| Audience { track, new_ads: *new_ads }).collect();
        audience::learn(&audiences, self.account(), self.week.monday, &self.settings)
    }

    fn lag(&self) -> Result<Pattern, Because> {
        let kept: Vec<&DaySeries> = self.week.kept(&self.week.restated).collect();
        let days: Vec<Restated> = kept.iter().map(|of| restated(of, series::CONVERSIONS)).collect();
        let seen = kept.first().zip(kept.last()).map_or_else(|| self.seen(), |(first, last)| (first.day, last.day));
        lag::learn(&days, usize::from(self.week.look_back), self.account(), seen, self.week.monday)
    }

    fn season(&self) -> Result<Pattern, Because> {
        let metric = if self.earns() {
            "revenue"
        } else if self.sum(|f| f.conversions) > 0.0 {
            "conversions"
        } else {
            "clicks"
        };
        season::learn(&self.account, metric, self.provisional_from(), self.week.monday, &self.settings)
    }
}

/// An hour of an account as it was kept. Hours without a line had nothing of it.
fn figures(of: &DaySeries, hour: usize) -> Figures {
    let at = |name: &str| of.lines.get(name).and_then(|line| line.get(hour)).copied().unwrap_or(0.0);
    Figures {
        spend: at(series::SPEND),
        impressions: at(series::IMPRESSIONS),
        clicks: at(series::CLICKS),
        conversions: at(series::CONVERSIONS),
        revenue: at(series::REVENUE),
        reach: None,
    }
}

/// The day an ad began: its first with figures, or some day before, where it ran when what is known begins.
fn born(track: &Track) -> Option<Day> {
    let first = track.day(track.days.iter().position(Option::is_some)?);
    let older = first <= track.first.saturating_add(OLDER_DAYS.days());
    Some(if older { track.first.saturating_sub((OLDER_DAYS * 4).days()) } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::day::parse_day;

    #[test]
    fn a_week_begins_on_its_monday() {
        for (day, expected) in [("2026-11-16", "2026-11-16"), ("2026-11-22", "2026-11-16"), ("2026-11-23", "2026-11-23")] {
            assert_eq!(monday(parse_day(day).unwrap()).to_string(), expected);
        }
    }
}
