//! How far labelled trouble moves figures, in units of their own noise: whether anybody could see it.
//!
//! The effect of an incident is the mean distance of its first week's days from the same world without trouble, as a logarithm, less the
//! distance of the week before (what earlier troubles still do is not this one's). The noise is that of the calm world's same figure: 1.4826
//! times the median absolute deviation of a day from the same weekday a week before, over √2. Told is the largest over the figures of the
//! account and of the incident's own campaign. Conversions are those that are known in the end.
//!
//! A refused ad is seen by its status, whatever figures do.
//!
//! A creative wears in every world, so its effect is what its last week has lost of its click rate since the first day of history, over
//! the noise of its own click rate.

use super::{
    account::Account,
    delivery::{Delivery, Frame},
    fatigue,
    incident::{Incident, Trouble},
    ledger::{self, DayFigures},
    measure::{CLICKS, IMPRESSIONS},
};
use std::collections::BTreeMap;

/// Days of a trouble that count.
const DAYS: i32 = 7;
/// Days that noise is taken from, and the fewest pairs of days that tell it.
const NOISE_DAYS: i32 = 35;
const NOISE_LEAST_PAIRS: usize = 7;
/// No series is quieter than this.
const NOISE_LEAST: f64 = 0.01;
/// A figure that ceased is so far off, as a logarithm.
const CEASED: f64 = -4.0;
/// Days after which all conversions of a day are known.
const SETTLED_DAYS: i64 = 60;
/// Impressions from which a day tells an ad's click rate.
const IMPRESSIONS_LEAST: f64 = 200.0;
/// So many such days it takes to tell wear.
const AD_DAYS_LEAST: usize = 14;
/// The share of its click rate a tired ad has lost.
const TIRED: f64 = 0.25;

/// A figure of a day.
type Figure = fn(&DayFigures) -> f64;

const FIGURES: [Figure; 5] = [
    |d| d.spend,
    |d| d.impressions,
    |d| d.spend / d.impressions,
    |d| d.clicks / d.impressions,
    |d| (d.conversions + 0.5) / (d.clicks + 1.0),
];

/// An account's days, computed when asked for.
#[derive(Debug)]
pub(crate) struct Past<'a> {
    account: &'a Account,
    days: BTreeMap<i32, Vec<Option<DayFigures>>>,
    delivery: Delivery,
}

impl<'a> Past<'a> {
    pub(crate) fn new(account: &'a Account) -> Self {
        Self { account, days: BTreeMap::new(), delivery: Delivery::default() }
    }

    fn settled(&self, day: i32) -> Frame {
        let calendar = &self.account.calendar;
        Frame::new(self.account, day, calendar.start(day + 1) + SETTLED_DAYS * 86_400)
    }

    /// A campaign's figures of a day, or those of all; `None` without delivery.
    fn of(&mut self, day: i32, campaign: Option<usize>) -> Option<DayFigures> {
        if !self.days.contains_key(&day) {
            let frame = self.settled(day);
            let Self { account, delivery, .. } = self;
            let offset = account.offset as f64;
            let mut one = |campaign| {
                delivery.fill(account, campaign, &frame, true);
                (!delivery.ads.is_empty()).then(|| ledger::figures(delivery, offset))
            };
            let figures = account.campaigns.iter().map(&mut one).collect();
            self.days.insert(day, figures);
        }
        let of_day = self.days.get(&day)?;
        match campaign {
            Some(place) => of_day.get(place).copied().flatten(),
            None => of_day.iter().flatten().copied().reduce(DayFigures::plus),
        }
    }

    fn log(&mut self, day: i32, campaign: Option<usize>, figure: Figure) -> Option<f64> {
        let value = figure(&self.of(day, campaign)?);
        (value > 0.0 && value.is_finite()).then(|| value.ln())
    }
}

/// The largest effect of an incident, in units of noise, as far as the days up to `last` show it. `None`: its kind shows elsewhere than in
/// daily figures of campaigns.
pub(crate) fn of_incident(world: &mut Past<'_>, calm: &mut Past<'_>, incident: &Incident, last: i32) -> Option<f64> {
    if !matches!(
        incident.kind,
        Trouble::TrackingLoss
            | Trouble::DoubledTag
            | Trouble::SilentPixel
            | Trouble::LostPurchase
            | Trouble::CpmShock
            | Trouble::BudgetTypo
            | Trouble::OutsideEdit
    ) {
        return None;
    }
    let own = world.account.campaign_of(incident.object);
    let own = own.and_then(|id| world.account.campaigns.iter().position(|c| c.object.id.to_string() == id));
    let parts = [None, own];
    let parts = if own.is_some() { &parts[..] } else { &parts[..1] };
    let one = |(part, figure): (Option<usize>, Figure)| of_figure((&mut *world, &mut *calm), (part, figure), incident, last);
    Some(parts.iter().flat_map(|part| FIGURES.map(|figure| (*part, figure))).map(one).fold(0.0, f64::max))
}

fn of_figure(
    (world, calm): (&mut Past<'_>, &mut Past<'_>),
    (part, figure): (Option<usize>, Figure),
    incident: &Incident,
    last: i32,
) -> f64 {
    let mut mean_off = |from: i32, to: i32| {
        let (mut sum, mut count) = (0.0, 0);
        for day in from..=to.min(last) {
            let Some(should) = calm.log(day, part, figure) else { continue };
            sum += world.log(day, part, figure).map_or(CEASED, |seen| seen - should);
            count += 1;
        }
        (count > 0).then(|| sum / f64::from(count))
    };
    let until = incident.to.unwrap_or(i32::MAX).min(incident.from + DAYS - 1);
    let Some(off) = mean_off(incident.from, until) else { return 0.0 };
    let off = off - mean_off(incident.from - DAYS, incident.from - 1).unwrap_or(0.0);
    let mut steps: Vec<f64> = (incident.from - NOISE_DAYS..incident.from)
        .filter_map(|day| Some((calm.log(day, part, figure)? - calm.log(day - 7, part, figure)?).abs()))
        .collect();
    off.abs() / noise(&mut steps).unwrap_or(1.0)
}

/// A series' noise from the sizes of its steps from week to week.
fn noise(steps: &mut [f64]) -> Option<f64> {
    steps.sort_by(f64::total_cmp);
    let median = steps.get(steps.len() / 2).filter(|_| steps.len() >= NOISE_LEAST_PAIRS)?;
    Some((1.4826 * median / std::f64::consts::SQRT_2).max(NOISE_LEAST))
}

/// What a worn creative's last week has lost, in units of the noise of its click rate; or why its wear is not due to be told.
pub(crate) fn of_wear(account: &Account, ad_id: u64, last: i32) -> Result<f64, String> {
    let Some(place) = account.ads.iter().position(|a| a.object.id == ad_id) else { return Err("the ad is gone".to_owned()) };
    let ad = &account.ads[place];
    let campaign = &account.campaigns[ad.campaign];
    let mut past = Past::new(account);
    let mut rate = |day: i32| {
        let frame = past.settled(day);
        past.delivery.fill(account, campaign, &frame, false);
        let of = past.delivery.ads.iter().find(|a| a.ad == place)?;
        let (shown, clicks) = (of.linear[IMPRESSIONS] as f64, of.linear[CLICKS] as f64);
        (shown >= IMPRESSIONS_LEAST && clicks > 0.0).then(|| (clicks / shown).ln())
    };
    let rates: BTreeMap<i32, f64> = (account.first_day..=last).filter_map(|day| Some((day, rate(day)?))).collect();
    if rates.len() < AD_DAYS_LEAST {
        return Err(format!("{} of its days have {IMPRESSIONS_LEAST:.0} impressions, and it takes {AD_DAYS_LEAST}", rates.len()));
    }
    if rates.keys().next_back().is_none_or(|day| *day <= last - DAYS) {
        return Err("it was hardly shown in the last week".to_owned());
    }
    let appeal = |day: i32| {
        let ran = ad.object.live.overlap(ad.object.created, account.calendar.start(day)) as f64 / 86_400.0;
        fatigue::appeal(ran, ad.fatigue_days)
    };
    let first = rates.keys().next().copied().unwrap_or(account.first_day);
    let (fresh, worn) = (appeal(first), appeal(last - DAYS / 2));
    let lost = 1.0 - worn / fresh;
    if lost < TIRED {
        return Err(format!("it lost {:.0} % since the first day it was shown enough; the rest it had lost before", lost * 100.0));
    }
    let mut steps: Vec<f64> = rates.iter().filter_map(|(day, rate)| Some((rate - rates.get(&(day - 7))?).abs())).collect();
    let noise = noise(&mut steps).ok_or_else(|| "too few of its days have one a week before to tell its noise by".to_owned())?;
    Ok((fresh / worn).ln() / noise)
}
