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
//! the noise of its own click rate. What even the ads beside it that wore least have lost over the same days looks like a season or an
//! audience that has seen enough, on every platform: where that makes nearly half of it, figures cannot tell that the creative is why.

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
/// Days a campaign must have spent before its spend tells anything.
const KNOWN_DAYS: i32 = 28;
/// Days after which all conversions of a day are known.
const SETTLED_DAYS: i64 = 60;
/// Impressions from which a day tells an ad's click rate.
const IMPRESSIONS_LEAST: f64 = 200.0;
/// So many such days it takes to tell wear.
const AD_DAYS_LEAST: usize = 14;
/// The share of its click rate a tired ad has lost.
const TIRED: f64 = 0.25;
/// The part of an ad's wear from which on what all ads have lost over the same days may be why: nearly a half.
const SHARED: f64 = 0.4;
/// Ads it takes to speak of all.
const OTHERS_LEAST: usize = 2;
/// Days within which ads began together, and from the first day of history on which one is seen to begin.
const BEGAN_DAYS: i64 = 7;

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
    let own = campaign_of(world.account, incident);
    let parts = [None, own];
    let parts = if own.is_some() { &parts[..] } else { &parts[..1] };
    let one = |(part, figure): (Option<usize>, Figure)| of_figure((&mut *world, &mut *calm), (part, figure), incident, last);
    Some(parts.iter().flat_map(|part| FIGURES.map(|figure| (*part, figure))).map(one).fold(0.0, f64::max))
}

/// The place of the campaign an incident is in.
fn campaign_of(account: &Account, incident: &Incident) -> Option<usize> {
    let id = account.campaign_of(incident.object)?;
    account.campaigns.iter().position(|c| c.object.id.to_string() == id)
}

/// The last of an incident's days that count.
fn until(incident: &Incident, last: i32) -> i32 {
    incident.to.unwrap_or(i32::MAX).min(incident.from + DAYS - 1).min(last)
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
    let Some(off) = mean_off(incident.from, until(incident, last)) else { return 0.0 };
    let off = off - mean_off(incident.from - DAYS, incident.from - 1).unwrap_or(0.0);
    let mut steps: Vec<f64> = (incident.from - NOISE_DAYS..incident.from)
        .filter_map(|day| Some((calm.log(day, part, figure)? - calm.log(day - 7, part, figure)?).abs()))
        .collect();
    off.abs() / noise(&mut steps).unwrap_or(1.0)
}

/// What an incident does to what its own campaign spends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    /// Over what it would have spent, in the mean of its days.
    pub(crate) factor: f64,
    /// The money it moves, as a part of what the account would have spent.
    pub(crate) part: f64,
}

/// The same as figures; `None` where the campaign is too young to tell, or none.
pub(crate) fn of_spend(world: &mut Past<'_>, calm: &mut Past<'_>, incident: &Incident, last: i32) -> Option<Spent> {
    let own = campaign_of(world.account, incident);
    own?;
    calm.log(incident.from - KNOWN_DAYS, own, |d| d.spend)?;
    let (mut logs, mut moved, mut whole, mut count) = (0.0, 0.0, 0.0, 0);
    for day in incident.from..=until(incident, last) {
        let (seen, should) = (world.of(day, own)?.spend, calm.of(day, own)?.spend);
        logs += (seen.max(1.0) / should.max(1.0)).ln();
        moved += (seen - should).abs();
        whole += calm.of(day, None)?.spend;
        count += 1;
    }
    (count > 0 && whole > 0.0).then(|| Spent { factor: (logs / f64::from(count)).exp(), part: moved / whole })
}

/// The part of an account's conversions that an incident leaves, all of them being in.
pub(crate) fn left(world: &mut Past<'_>, calm: &mut Past<'_>, incident: &Incident, last: i32) -> f64 {
    let sum = |past: &mut Past<'_>| -> f64 {
        (incident.from..=until(incident, last)).filter_map(|day| past.of(day, None)).map(|d| d.conversions).sum()
    };
    let (seen, should) = (sum(world), sum(calm));
    if should > 0.0 { seen / should } else { 1.0 }
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
    let first = rates.keys().next().copied().unwrap_or(account.first_day);
    let (fresh, worn) = (appeal(account, place, first), appeal(account, place, last - DAYS / 2));
    let lost = 1.0 - worn / fresh;
    if lost < TIRED {
        return Err(format!("it lost {:.0} % since the first day it was shown enough; the rest it had lost before", lost * 100.0));
    }
    for same in [true, false] {
        let shared = shared(&mut past, place, same, (first, last - DAYS / 2));
        if shared <= SHARED * (worn / fresh).ln() {
            let whose = if same { "of its campaign" } else { "of other campaigns" };
            let all = (1.0 - shared.exp()) * 100.0;
            return Err(format!("over the same days the ads {whose} lost {all:.0} % at least, and what all do tells of none"));
        }
    }
    let mut steps: Vec<f64> = rates.iter().filter_map(|(day, rate)| Some((rate - rates.get(&(day - 7))?).abs())).collect();
    let noise = noise(&mut steps).ok_or_else(|| "too few of its days have one a week before to tell its noise by".to_owned())?;
    Ok((fresh / worn).ln() / noise)
}

/// What is left of an ad's appeal on a day.
fn appeal(account: &Account, place: usize, day: i32) -> f64 {
    let ad = &account.ads[place];
    let ran = ad.object.live.overlap(ad.object.created, account.calendar.start(day)) as f64 / 86_400.0;
    fatigue::appeal(ran, ad.fatigue_days)
}

/// What even those ads that wore least have lost between two days, as a logarithm, never above zero: the upper quartile of the others of the
/// campaign, or of all other campaigns. Siblings that were seen to begin when the ad did are as old, and wear for the same reason.
fn shared(past: &mut Past<'_>, place: usize, same: bool, (first, last): (i32, i32)) -> f64 {
    let account = past.account;
    let ad = &account.ads[place];
    let seen = account.calendar.start(account.first_day) + BEGAN_DAYS * 86_400;
    let twin = |other: usize| {
        let (one, other) = (ad.object.created, account.ads[other].object.created);
        same && one >= seen && other >= seen && (one - other).abs() <= BEGAN_DAYS * 86_400
    };
    let mut shown = |day: i32| {
        let frame = past.settled(day);
        let mut ads = Vec::new();
        for (_, campaign) in account.campaigns.iter().enumerate().filter(|(c, _)| (*c == ad.campaign) == same) {
            past.delivery.fill(account, campaign, &frame, false);
            let enough = past.delivery.ads.iter().filter(|a| a.linear[IMPRESSIONS] as f64 >= IMPRESSIONS_LEAST).map(|a| a.ad);
            ads.extend(enough.filter(|other| *other != place && !twin(*other)));
        }
        ads
    };
    let (early, late) = (shown(first), shown(last));
    let moved = |other: &usize| (appeal(account, *other, last) / appeal(account, *other, first)).ln();
    let mut moves: Vec<f64> = late.iter().filter(|other| early.contains(other)).map(moved).collect();
    moves.sort_by(|a, b| b.total_cmp(a));
    if moves.len() < OTHERS_LEAST { 0.0 } else { moves[(moves.len() - 1) / 4].min(0.0) }
}
