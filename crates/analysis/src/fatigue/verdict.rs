//! What the answers to the three questions come to.

use super::confounders::{Case, Confounder, Ruled, Ruling, touches};
use super::course::{Course, Move, Stretch};
use super::others::{OTHERS_MOST, common};
use super::trend::Trend;
use super::{Diagnosis, Ends, Exposure, Loss, Settings, Subject, outlook};
use crate::anomaly::{ChangeSettings, level_changes};
use crate::odds::below;
use crate::track::Figures;
use std::fmt;
use trimtab_domain::{Day, finding::KnownEvent};

/// What is said of an ad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// It has lost the share of its appeal that makes it tired, and nothing else explains it.
    Fatigued,
    /// It loses its appeal, and is not tired yet.
    Wearing,
    /// Its rate may fall, and that the creative is why is not established.
    NotEstablished {
        /// Why not.
        because: Unproven,
    },
    /// It has lost little, and that is known well enough to say so.
    Fresh,
    /// The figures at hand do not carry an answer.
    CannotTell {
        /// Why.
        because: CannotTell,
    },
}

/// Why wear is not established.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unproven {
    /// Its rate scatters too much to say whether it falls.
    NoTrend,
    /// It falls by too little to matter.
    TooLittle,
    /// Something else explains it.
    Confounded(Confounder),
}

/// Why nothing can be said of an ad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CannotTell {
    /// It was not shown lately.
    NotRunning,
    /// Fewer days with impressions enough than it takes.
    TooYoung {
        /// Days that count.
        have: usize,
        /// Days it takes.
        need: usize,
    },
    /// Too few clicks at one end.
    TooFewClicks {
        /// Clicks there.
        have: f64,
        /// Clicks it takes.
        need: f64,
    },
}

impl fmt::Display for CannotTell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot tell, because ")?;
        match self {
            Self::NotRunning => f.write_str("it was not shown lately"),
            Self::TooYoung { have, need } => write!(f, "it has {have} days with impressions enough and it takes {need}"),
            Self::TooFewClicks { have, need } => write!(f, "there are {have:.0} clicks at one end and it takes {need:.0}"),
        }
    }
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTrend => f.write_str("its click rate shows no fall beyond chance"),
            Self::TooLittle => f.write_str("it falls by too little to matter"),
            Self::Confounded(Confounder::Campaign) => f.write_str("other ads of its campaign fall alike"),
            Self::Confounded(Confounder::Account) => f.write_str("ads of other campaigns fall alike"),
            Self::Confounded(Confounder::Budget) => f.write_str("a change of budget explains it"),
            Self::Confounded(Confounder::Learning) => f.write_str("a return to learning explains it"),
            Self::Confounded(Confounder::Edit) => f.write_str("an edit explains it"),
            Self::Confounded(Confounder::Step) => f.write_str("it fell in one step, and wear is gradual"),
            Self::Confounded(Confounder::Auction) => f.write_str("a step of auction prices explains it"),
            Self::Confounded(Confounder::Tracking) => f.write_str("clicks were not counted on some days"),
            Self::Confounded(Confounder::Placement) => f.write_str("a shift between placements explains it"),
        }
    }
}

/// Standard errors to either side that hold four times in five.
pub(crate) const FOUR_IN_FIVE: f64 = 1.282;
/// Conversions it takes to speak of a conversion rate's trend.
const CONVERSIONS_LEAST: f64 = 50.0;

pub(crate) fn all(
    ads: &[Subject<'_>],
    events: &[KnownEvent],
    provisional_from: Option<Day>,
    settings: &Settings,
) -> Vec<Diagnosis> {
    let courses: Vec<Course> = ads.iter().map(|ad| Course::new(ad.track, settings)).collect();
    let prices = price_steps(ads);
    let account = Account { ads, courses: &courses, prices, events, provisional_from, settings };
    (0..ads.len()).map(|place| account.diagnosis(place)).collect()
}

/// Days on which auction prices of the account moved to another level and did not come back: what passed is not why a rate stays low.
fn price_steps(ads: &[Subject<'_>]) -> Vec<usize> {
    let days = ads.iter().map(|ad| ad.track.days.len()).max().unwrap_or(0);
    let price = |place: usize| Figures::sum(ads.iter().filter_map(|ad| ad.track.days.get(place))).and_then(|f| f.cpm());
    let prices: Vec<Option<f64>> = (0..days).map(price).collect();
    let settings = ChangeSettings { least_change: 0.15, ..ChangeSettings::daily() };
    let changes = level_changes(&prices, &settings).unwrap_or_default();
    let levels: Vec<f64> = changes.first().map(|first| first.before).into_iter().chain(changes.iter().map(|c| c.after)).collect();
    let (mut lasting, mut place) = (Vec::new(), 0);
    while let Some(change) = changes.get(place) {
        let same = |level: &f64| (level / levels[place] - 1.0).abs() < settings.least_change;
        match levels.iter().rposition(same).filter(|back| *back > place) {
            Some(back) => place = back,
            None => {
                lasting.push(change.at);
                place += 1;
            }
        }
    }
    lasting
}

struct Account<'a> {
    ads: &'a [Subject<'a>],
    courses: &'a [Course],
    prices: Vec<usize>,
    events: &'a [KnownEvent],
    provisional_from: Option<Day>,
    settings: &'a Settings,
}

impl Account<'_> {
    fn diagnosis(&self, place: usize) -> Diagnosis {
        let (ad, course) = (&self.ads[place], &self.courses[place]);
        let day = |p: &usize| ad.track.day(*p);
        let mut told = Diagnosis {
            entity: ad.track.entity.clone(),
            created: ad.created,
            looked_at: course.places.first().map(day).zip(course.places.last().map(day)),
            verdict: Verdict::CannotTell { because: CannotTell::NotRunning },
            trend: None,
            ends: None,
            loss: None,
            since: None,
            tired_on: None,
            frequency: None,
            cvr: None,
            rulings: Vec::new(),
            days_left: None,
            confidence: 0.0,
        };
        let idle = ad.track.days.iter().rev().take_while(|d| d.is_none_or(|f| f.impressions <= 0.0)).count();
        if idle >= self.settings.idle_days {
            return told;
        }
        told.trend = course.trend();
        let ends = match course.ends(self.settings) {
            Ok(ends) => ends,
            Err(because) => {
                told.verdict = Verdict::CannotTell { because };
                return told;
            }
        };
        if let Some(fall) = course.moved(ends.0, ends.1, 0.0) {
            self.fill(&mut told, place, ends, surer(fall, course, ends));
        }
        told
    }

    fn fill(&self, told: &mut Diagnosis, place: usize, ends: (Stretch, Stretch), fall: Move) {
        let (ad, course, settings) = (&self.ads[place], &self.courses[place], self.settings);
        told.ends = ends_of(ad, course, ends);
        if !course.trend().is_some_and(|t| t.falls(settings.level)) {
            told.loss = Some(loss(fall, fall));
            told.verdict = steady(fall, settings).unwrap_or(Verdict::NotEstablished { because: Unproven::NoTrend });
            told.confidence = confidence(told.verdict, fall, fall, &[], settings);
            return;
        }
        let twins = self.others(place, true).filter(|other| course.began_with(other)).count();
        let siblings = common(self.others(place, true).filter(|other| !course.began_with(other)), ends, settings);
        let elsewhere = common(self.others(place, false), ends, settings);
        let deepest = [siblings, elsewhere].into_iter().flatten().min_by(|a, b| a.log.total_cmp(&b.log));
        let own = deepest.map_or(fall, |c| c.left(fall));
        told.loss = Some(loss(fall, own));
        told.frequency = exposure(ad, course, ends, settings);
        told.cvr = self.cvr(place);
        let events: Vec<&KnownEvent> = self.events.iter().filter(|e| touches(e, ad)).collect();
        told.rulings = Case { ad, course, ends, fall, settings }.rulings(&events, &self.prices, (siblings, twins), elsewhere);
        told.verdict = falling(fall, own, &told.rulings, settings);
        told.confidence = confidence(told.verdict, fall, own, &told.rulings, settings);
        if matches!(told.verdict, Verdict::Fatigued | Verdict::Wearing) {
            told.days_left = outlook::days_left(course, own, settings);
            told.since = since(course, ends.0, 2.0 * settings.least_loss).map(|p| ad.track.day(p));
        }
        if told.verdict == Verdict::Fatigued {
            told.tired_on = since(course, ends.0, settings.share).map(|p| ad.track.day(p)).or(told.looked_at.map(|days| days.1));
        }
    }

    /// Other ads with the same days, of the same campaign or of all others.
    fn others(&self, place: usize, same: bool) -> impl Iterator<Item = &Course> {
        let campaign = self.ads[place].campaign;
        let whose: Vec<usize> = (0..self.ads.len())
            .filter(|i| *i != place && (self.ads[*i].campaign == campaign) == same && self.comparable(*i, place))
            .collect();
        let apart = whose.len().div_ceil(OTHERS_MOST).max(1);
        whose.into_iter().step_by(apart).map(|i| &self.courses[i])
    }

    /// Whether two ads have the same days.
    fn comparable(&self, one: usize, other: usize) -> bool {
        let (a, b) = (self.ads[one].track, self.ads[other].track);
        a.first == b.first && a.days.len() == b.days.len()
    }

    fn cvr(&self, place: usize) -> Option<Trend> {
        let (track, course) = (self.ads[place].track, &self.courses[place]);
        let is_final = |p: &&usize| self.provisional_from.is_none_or(|day| track.day(**p) < day);
        let days: Vec<(f64, Figures)> = course
            .places
            .iter()
            .filter(is_final)
            .filter_map(|p| track.days[*p].map(|f| (*p as f64, f)))
            .filter(|(_, f)| f.clicks > 0.0 && f.conversions.is_finite() && f.conversions >= 0.0)
            .collect();
        if days.iter().map(|(_, f)| f.conversions).sum::<f64>() < CONVERSIONS_LEAST {
            return None;
        }
        let at: Vec<f64> = days.iter().map(|(t, _)| *t).collect();
        let rates: Vec<f64> = days.iter().map(|(_, f)| f.conversions / f.clicks).collect();
        let logs: Vec<f64> = days.iter().map(|(_, f)| ((f.conversions + 0.5) / (f.clicks + 1.0)).ln()).collect();
        Trend::of(&at, &rates, &logs)
    }
}

/// The same move with the smaller error of two: that of the ends, and that of the slope of all days over as long.
fn surer(fall: Move, course: &Course, (early, late): (Stretch, Stretch)) -> Move {
    let middle = |s: Stretch| f64::midpoint(s.from as f64, s.to as f64);
    let by_slope = course.trend().map_or(f64::INFINITY, |t| {
        let (low, high) = t.slope_interval;
        (high - low) / (2.0 * FOUR_IN_FIVE) * (middle(late) - middle(early))
    });
    Move { error: fall.error.min(by_slope), ..fall }
}

fn loss(fall: Move, own: Move) -> Loss {
    let lost = |log: f64| 1.0 - log.clamp(-30.0, 30.0).exp();
    let wide = FOUR_IN_FIVE * own.error;
    Loss { whole: lost(fall.log), own: lost(own.log), interval: (lost(own.log + wide), lost(own.log - wide)) }
}

fn ends_of(ad: &Subject<'_>, course: &Course, (early, late): (Stretch, Stretch)) -> Option<Ends> {
    let days = |s: Stretch| (ad.track.day(s.from), ad.track.day(s.to));
    let (_, shown_after) = course.sums(late);
    Some(Ends { before: days(early), after: days(late), ctr_before: course.ctr(early)?, ctr_after: course.ctr(late)?, shown_after })
}

fn exposure(ad: &Subject<'_>, course: &Course, (early, late): (Stretch, Stretch), settings: &Settings) -> Option<Exposure> {
    let daily = ad.track.series("frequency");
    let sane = |p: &usize| daily[*p].filter(|f| f.is_finite() && *f >= 1.0).map(|f| (*p as f64, f));
    let days: Vec<(f64, f64)> = course.places.iter().filter_map(sane).collect();
    let mean = |s: Stretch| {
        let some: Vec<f64> = days.iter().filter(|(p, _)| (s.from as f64..=s.to as f64).contains(p)).map(|(_, f)| *f).collect();
        (!some.is_empty()).then(|| some.iter().sum::<f64>() / some.len() as f64)
    };
    let (at, of): (Vec<f64>, Vec<f64>) = days.iter().copied().unzip();
    let trend = Trend::of(&at, &of, &of)?;
    Some(Exposure { before: mean(early)?, after: mean(late)?, rises: trend.tau > 0.0 && trend.chance < settings.level })
}

/// The verdict on a rate that hardly fell, if that is known well enough.
fn steady(fall: Move, settings: &Settings) -> Option<Verdict> {
    (fall.log - FOUR_IN_FIVE * fall.error > (1.0 - settings.share).ln()).then_some(Verdict::Fresh)
}

/// The verdict on a rate that falls.
fn falling(fall: Move, own: Move, rulings: &[Ruling], settings: &Settings) -> Verdict {
    let (least, tired) = ((1.0 - settings.least_loss).ln(), (1.0 - settings.share).ln());
    let not = |because| Verdict::NotEstablished { because };
    if let Some(fresh) = steady(fall, settings).filter(|_| fall.log > least) {
        return fresh;
    }
    if let Some(ruling) = rulings.iter().find(|r| r.ruled == Ruled::Explains) {
        return not(Unproven::Confounded(ruling.confounder));
    }
    if own.log > least {
        return not(Unproven::TooLittle);
    }
    if own.log > -FOUR_IN_FIVE * own.error {
        return not(Unproven::NoTrend);
    }
    if own.log <= tired { Verdict::Fatigued } else { Verdict::Wearing }
}

fn confidence(verdict: Verdict, fall: Move, own: Move, rulings: &[Ruling], settings: &Settings) -> f64 {
    let beyond = |loss: f64, of: Move| {
        let far = (1.0 - loss).ln() - of.log;
        if of.error > 0.0 { below(far / of.error) } else { f64::from(u8::from(far > 0.0)) }
    };
    match verdict {
        Verdict::Fatigued | Verdict::Wearing => {
            let checked = rulings.iter().filter(|r| r.ruled != Ruled::Unknown).count() as f64;
            beyond(settings.least_loss, own) * (checked + 1.0) / (rulings.len() as f64 + 1.0)
        }
        Verdict::Fresh => 1.0 - beyond(settings.share, fall),
        Verdict::NotEstablished { .. } | Verdict::CannotTell { .. } => 0.0,
    }
}

/// The place from which on a week's rate stays below the first days' by a share.
fn since(course: &Course, early: Stretch, share: f64) -> Option<usize> {
    const WEEK: usize = 7;
    let limit = course.ctr(early)? * (1.0 - share);
    let low = |i: &usize| {
        let week = Stretch { from: course.places[i.saturating_sub(WEEK - 1)], to: course.places[*i], days: WEEK };
        course.ctr(week).is_some_and(|ctr| ctr <= limit)
    };
    let last = course.places.len().checked_sub(1)?;
    (0..=last).rev().take_while(low).last().map(|i| course.places[i])
}
