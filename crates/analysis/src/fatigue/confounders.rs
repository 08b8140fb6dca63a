//! What else could be why a click rate falls, ruled out one by one.

use super::course::{Course, Move, Stretch};
use super::others::Common;
use super::{EXPLAINS, Settings, Subject, mix, steps};
use crate::anomaly::{ChangeSettings, level_changes};
use crate::track::Figures;
use std::fmt;
use trimtab_domain::finding::{EventKind, KnownEvent, Level};

/// Another reason for a falling click rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Confounder {
    /// More or less money, so that other people see it.
    Budget,
    /// It, its ad group or its campaign went back to learning.
    Learning,
    /// Its audience, bid or anything else was edited, or it was switched off and on.
    Edit,
    /// It fell in one step that nothing known explains: wear is gradual.
    Step,
    /// Auction prices moved, and with them where it is shown.
    Auction,
    /// Its siblings fall alike: the campaign's audience or offer.
    Campaign,
    /// All ads of the account fall alike: season, site, reporting.
    Account,
    /// Clicks are no longer counted.
    Tracking,
    /// More of it is shown where people click less.
    Placement,
}

impl Confounder {
    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Learning => "learning",
            Self::Edit => "edit",
            Self::Step => "step",
            Self::Auction => "auction",
            Self::Campaign => "campaign",
            Self::Account => "account",
            Self::Tracking => "tracking",
            Self::Placement => "placement",
        }
    }
}

impl fmt::Display for Confounder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of a confounder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruled {
    /// It is not why.
    Out,
    /// It is why, or may well be: no verdict can be given beside it.
    Explains,
    /// It cannot be checked with what is known.
    Unknown,
}

/// A confounder and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// Which.
    pub confounder: Confounder,
    /// What became of it.
    pub ruled: Ruled,
    /// Why, as people read it.
    pub text: String,
}

/// What all rulings on one ad rest on.
pub(crate) struct Case<'a> {
    pub(crate) ad: &'a Subject<'a>,
    pub(crate) course: &'a Course,
    pub(crate) ends: (Stretch, Stretch),
    pub(crate) fall: Move,
    pub(crate) settings: &'a Settings,
}

/// Changes of a budget below this factor, or its inverse, are not looked at.
const BUDGET_FACTOR: f64 = 1.2;
/// A spend level above this factor is a budget change nobody told of. A lower one follows from a falling rate, and is no reason.
const SPEND_FACTOR: f64 = 1.3;
/// The move of auction prices that is looked at, as a share.
const PRICE_SHARE: f64 = 0.15;
/// Clicks that should have come on a day without any, for it to be a day they were not counted on.
const MISSED_CLICKS: f64 = 12.0;

impl Case<'_> {
    /// Every confounder's ruling.
    pub(crate) fn rulings(
        &self,
        events: &[&KnownEvent],
        prices: &[usize],
        (siblings, twins): (Option<Common>, usize),
        others: Option<Common>,
    ) -> Vec<Ruling> {
        vec![
            self.budget(events),
            self.events(Confounder::Learning, "a return to learning", events, |e| e.kind == EventKind::Learning),
            self.events(Confounder::Edit, "an edit", events, |e| matches!(e.kind, EventKind::Edited | EventKind::Status)),
            self.auction(prices),
            self.step(),
            self.alike(Confounder::Campaign, "of its campaign", siblings, twins),
            self.alike(Confounder::Account, "of other campaigns", others, 0),
            self.tracking(),
            self.placement(),
        ]
    }

    fn place(&self, event: &KnownEvent) -> Option<usize> {
        self.ad.track.place(event.day)
    }

    fn budget(&self, events: &[&KnownEvent]) -> Ruling {
        let large = |e: &&&KnownEvent| e.factor.is_none_or(|f| !(1.0 / BUDGET_FACTOR..=BUDGET_FACTOR).contains(&f));
        let mut cuts: Vec<usize> =
            events.iter().filter(|e| e.kind == EventKind::Budget).filter(large).filter_map(|e| self.place(e)).collect();
        let spend = self.ad.track.series("spend");
        let first = self.course.places.first().copied().unwrap_or(0);
        let levels = level_changes(&spend[first..], &ChangeSettings::daily()).unwrap_or_default();
        cuts.extend(levels.iter().filter(|c| c.after > c.before * SPEND_FACTOR).map(|c| c.at + first));
        self.happened(Confounder::Budget, "a change of its budget or spend", &cuts)
    }

    fn events(&self, of: Confounder, what: &str, events: &[&KnownEvent], wanted: fn(&KnownEvent) -> bool) -> Ruling {
        let cuts: Vec<usize> = events.iter().filter(|e| wanted(e)).filter_map(|e| self.place(e)).collect();
        self.happened(of, what, &cuts)
    }

    fn happened(&self, of: Confounder, what: &str, cuts: &[usize]) -> Ruling {
        let ruling = |ruled, text| Ruling { confounder: of, ruled, text };
        if cuts.is_empty() {
            return ruling(Ruled::Out, format!("no day with {what} is known."));
        }
        match steps::at(self.course, cuts, self.fall) {
            None => ruling(Ruled::Out, format!("{what} fell on its first or last days, too near the end to be why.")),
            Some(steps) if steps.explain => ruling(
                Ruled::Explains,
                format!("its click rate moved {} with {what}, in steps rather than between such days.", percent(steps.log)),
            ),
            Some(steps) if steps.falls_between => ruling(Ruled::Out, format!("its click rate falls between days with {what} too.")),
            Some(steps) => ruling(Ruled::Out, format!("its click rate moved only {} with {what}.", percent(steps.log))),
        }
    }

    fn step(&self) -> Ruling {
        let first = self.course.places.first().copied().unwrap_or(0);
        let rates = self.ad.track.series("ctr");
        let levels = level_changes(&rates[first..], &ChangeSettings::daily()).unwrap_or_default();
        let fell = levels.iter().filter(|c| c.after < c.before).map(|c| c.at + first);
        let cuts: Vec<usize> = fell.filter(|cut| steps::sudden(self.course, *cut)).collect();
        let mut ruling = self.happened(Confounder::Step, "a step", &cuts);
        match (ruling.ruled, cuts.as_slice()) {
            (Ruled::Explains, [day, ..]) => {
                ruling.text =
                    format!("its click rate fell in a step on {} and is steady since; wear is gradual.", self.ad.track.day(*day));
            }
            (_, []) => ruling.text = "its click rate falls gradually, without a step.".to_owned(),
            _ => {}
        }
        ruling
    }

    fn auction(&self, prices: &[usize]) -> Ruling {
        let cpm = |s: Stretch| Figures::sum(self.ad.track.days.get(s.from..=s.to).unwrap_or_default()).and_then(|f| f.cpm());
        let moved = cpm(self.ends.0).zip(cpm(self.ends.1)).filter(|(before, _)| *before > 0.0).map(|(a, b)| b / a - 1.0);
        match moved {
            None => Ruling {
                confounder: Confounder::Auction,
                ruled: Ruled::Unknown,
                text: "its price per thousand impressions is not known.".to_owned(),
            },
            Some(share) if prices.is_empty() || share.abs() < PRICE_SHARE => Ruling {
                confounder: Confounder::Auction,
                ruled: Ruled::Out,
                text: format!("its price per thousand impressions moved {:+.0} %, without a step.", share * 100.0),
            },
            Some(_) => self.happened(Confounder::Auction, "a step of the account's auction prices", prices),
        }
    }

    /// `twins` are others that began with it: they wear over the same days, so they tell nothing of what else was at work on them.
    fn alike(&self, of: Confounder, whose: &str, common: Option<Common>, twins: usize) -> Ruling {
        let ruling = |ruled, text| Ruling { confounder: of, ruled, text };
        let Some(common) = common else {
            if twins > 0 {
                return ruling(
                    Ruled::Unknown,
                    format!(
                        "hardly any other ad {whose} was there before it or came after it; {twins} began with it and are as old."
                    ),
                );
            }
            return ruling(Ruled::Unknown, format!("fewer than two other ads {whose} ran on the same days."));
        };
        let fell = format!("{} of {} other ads {whose} fell over the same days", common.fell, common.ads);
        if common.explains(self.fall, self.settings) {
            return ruling(
                Ruled::Explains,
                format!("{fell}, even the best of them by {}: as much as this one.", percent(common.log)),
            );
        }
        if common.log < 0.0 {
            return ruling(Ruled::Out, format!("{fell}, the best of them by {}: less than this one.", percent(common.log)));
        }
        ruling(Ruled::Out, format!("{fell}, and the best of them not at all."))
    }

    /// Days at the end on which clicks should have come and none did.
    fn tracking(&self) -> Ruling {
        let (early, late) = self.ends;
        let rate = self.course.ctr(early).unwrap_or(0.0) / 100.0;
        let days = self.ad.track.days.get(late.from..=late.to).unwrap_or_default();
        let silent = days.iter().flatten().filter(|f| f.clicks <= 0.0 && f.impressions * rate >= MISSED_CLICKS).count();
        let lost = days.iter().flatten().filter(|f| f.clicks <= 0.0).map(|f| f.impressions).sum::<f64>();
        let all: f64 = days.iter().flatten().map(|f| f.impressions).sum();
        // What is left when those days are left out must still be a fall.
        let explains =
            silent > 0 && all > 0.0 && self.fall.log - (1.0 - lost / all).max(0.01).ln() > (1.0 - self.settings.least_loss).ln();
        let text = match silent {
            0 => "clicks were counted on every day.".to_owned(),
            1 => "no click was counted on one of its last days.".to_owned(),
            _ => format!("no click was counted on {silent} of its last days."),
        };
        Ruling { confounder: Confounder::Tracking, ruled: if explains { Ruled::Explains } else { Ruled::Out }, text }
    }

    fn placement(&self) -> Ruling {
        let ruling = |ruled, text| Ruling { confounder: Confounder::Placement, ruled, text };
        let Some(split) = mix::split(self.ad.placements, self.ends.0, self.ends.1) else {
            return ruling(Ruled::Unknown, "its figures by placement are not known.".to_owned());
        };
        let whole = split.within + split.between;
        if whole < 0.0 && split.between < EXPLAINS * whole {
            let share = (split.between / whole).min(1.0) * 100.0;
            return ruling(Ruled::Explains, format!("a shift between placements makes {share:.0} % of the fall."));
        }
        ruling(Ruled::Out, "its click rate fell within placements, not by a shift between them.".to_owned())
    }
}

/// A logarithm as people read it.
pub(crate) fn percent(log: f64) -> String {
    format!("{:+.0} %", (log.exp() - 1.0) * 100.0)
}

/// Whether an event touches an ad: it is of the ad, or of what the ad is a part of.
pub(crate) fn touches(event: &KnownEvent, ad: &Subject<'_>) -> bool {
    let own = &ad.track.entity;
    let e = &event.entity;
    match e.level {
        Level::Account => own.account == e.id,
        Level::Campaign => e.id == ad.campaign,
        Level::AdGroup => !ad.ad_group.is_empty() && e.id == ad.ad_group,
        Level::Ad | Level::Creative => e.id == own.id,
        _ => false,
    }
}
