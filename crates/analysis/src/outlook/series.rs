//! One figure of one object: what is known of it, made ready for a forecast, and the forecast as it is told.

use super::{Ask, Figure, HORIZON_MAX};
use crate::forecast::{
    Backtest, Because, Bound, Bounds, Completion, Event, Forecast, Note, Options, Outlook, Share, forecast, holiday_events,
};
use crate::track::{AccountTracks, Track};
use std::fmt;
use trimtab_domain::{
    Day,
    finding::{EventKind, KnownEvent, Level},
};

/// Without a learnt lag, days of which too little may be in.
const UNTRUSTED_DAYS: usize = 7;
/// Days around a holiday that shops feel as well.
const AROUND: usize = 1;
const LEVELS: [f64; 2] = [0.8, 0.95];
/// Numbers of days people ask for the sum of.
const FIRSTS: [usize; 4] = [7, 14, 30, 60];

/// A figure's coming days.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Which figure.
    pub figure: Figure,
    /// What it will do, or why that cannot be told.
    pub told: Result<Told, Because>,
}

/// What a figure will do.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Day by day.
    pub days: Vec<DayAhead>,
    /// All days together.
    pub total: Total,
    /// The first so many days together, as far as they lie within the horizon.
    pub firsts: Vec<(usize, Total)>,
    /// What the forecast is put together from, the weightiest first.
    pub models: Vec<Share>,
    /// How it would have done so far; before it was made to agree with the account's other forecasts.
    pub backtest: Backtest,
    /// What to know before relying on it.
    pub notes: Vec<Said>,
}

/// A day that is to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayAhead {
    /// Which.
    pub day: Day,
    /// The middle of what may come.
    pub value: f64,
    /// Between these four times in five.
    pub within_80: (f64, f64),
    /// Between these nineteen times in twenty.
    pub within_95: (f64, f64),
}

/// A sum of days to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Total {
    /// The sum.
    pub value: f64,
    /// Between these four times in five, as sums of so many days were off in the backtest.
    pub within_80: (f64, f64),
    /// Between these nineteen times in twenty.
    pub within_95: (f64, f64),
}

/// Something to know about a forecast.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Of the forecast itself.
    Forecast(Note),
    /// The last days were put right by how late figures come in.
    Corrected {
        /// How many.
        days: usize,
    },
    /// How late figures come in is not known, so the last days were left out.
    LagUnknown {
        /// How many.
        days: usize,
    },
    /// It was switched off and is expected to stay so.
    SwitchedOff {
        /// Since when.
        since: Day,
    },
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forecast(note) => note.fmt(f),
            Self::Corrected { days } => {
                write!(f, "the last {days} days are not all in and were put right by the lag that was learnt")
            }
            Self::LagUnknown { days } => {
                write!(f, "the last {days} days are not all in, no lag was learnt, and they were left out")
            }
            Self::SwitchedOff { since } => write!(f, "it was switched off on {since} and is expected to stay so"),
        }
    }
}

/// What is asked of one figure, whatever the object.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) figure: Figure,
    pub(super) today: Day,
    /// Days before `today`.
    over: usize,
    /// How many of them may still grow.
    provisional: usize,
    lag: Option<&'a Completion>,
    events: Vec<Event>,
    horizon: usize,
}

impl<'a> Asked<'a> {
    pub(super) fn of(tracks: &AccountTracks, ask: &'a Ask, figure: Figure) -> Self {
        let first = tracks.account.first;
        let days = |from: Day, to: Day| from.until(to).ok().and_then(|span| usize::try_from(span.get_days()).ok()).unwrap_or(0);
        let lag = match figure {
            Figure::Conversions => ask.lags.conversions.as_ref(),
            Figure::Revenue => ask.lags.revenue.as_ref(),
            Figure::Spend | Figure::Clicks => None,
        };
        let provisional = tracks.provisional_from.map_or(0, |from| days(from.max(first), ask.today));
        Self {
            figure,
            today: ask.today,
            over: days(first, ask.today),
            provisional: if figure.comes_late() { provisional } else { 0 },
            lag,
            events: holiday_events(first, &ask.holidays, AROUND, AROUND),
            horizon: ask.horizon,
        }
    }

    /// The object's days before today.
    fn seen(&self, track: &Track) -> Vec<Option<f64>> {
        let mut values = track.series(self.figure.metric());
        values.resize(self.over, None);
        values
    }

    /// The account's days before today, with the last ones put right or left out.
    pub(super) fn ready(&self, account: &Track) -> (Vec<Option<f64>>, Vec<Said>) {
        let mut values = self.seen(account);
        if self.provisional == 0 {
            return (values, vec![]);
        }
        if let Some(lag) = self.lag {
            // The last day ended this morning: its age is zero whole days.
            let right = lag.correct_tail(&values, 0);
            return (right, vec![Said::Corrected { days: self.provisional }]);
        }
        let days = self.provisional.min(UNTRUSTED_DAYS).min(values.len());
        let from = values.len() - days;
        values[from..].fill(None);
        (values, vec![Said::LagUnknown { days }])
    }

    /// A campaign's days, each put right as the account's was: a campaign has too few conversions to learn a lag from.
    pub(super) fn ready_part(&self, campaign: &Track, account: &Track, right: &[Option<f64>]) -> Vec<Option<f64>> {
        let (own, whole) = (self.seen(campaign), self.seen(account));
        let day = |((own, whole), right): ((&Option<f64>, &Option<f64>), &Option<f64>)| match (own, whole, right) {
            (Some(own), Some(whole), Some(right)) if *whole > 0.0 => Some(own * right / whole),
            (Some(own), _, Some(_)) => Some(*own),
            _ => None,
        };
        own.iter().zip(&whole).zip(right).map(day).collect()
    }

    /// Whether it was switched off: nothing came since something happened to its switch.
    pub(super) fn off_since(&self, campaign: &Track, events: &[KnownEvent]) -> Option<Day> {
        let spend = campaign.series(Figure::Spend.metric());
        let last = spend.iter().take(self.over).rposition(|v| v.is_some_and(|v| v > 0.0))?;
        let silent = (last + 1 < self.over).then(|| campaign.day(last))?;
        let of_it = |event: &&KnownEvent| event.entity.level == Level::Campaign && event.entity.id == campaign.entity.id;
        let switched = events.iter().filter(of_it).filter(|event| event.kind == EventKind::Status && event.day < self.today);
        switched.map(|event| event.day).filter(|day| *day >= silent).max()
    }

    pub(super) fn forecast(&self, values: &[Option<f64>]) -> Outlook {
        if self.horizon > HORIZON_MAX {
            return Outlook::CannotTell { because: Because::TooFar { horizon: self.horizon, most: HORIZON_MAX } };
        }
        let bound = if values.iter().flatten().any(|v| *v < 0.0) { Bound::None } else { Bound::Zero };
        let options = Options {
            bound,
            events: self.events.clone(),
            levels: LEVELS.to_vec(),
            firsts: FIRSTS.to_vec(),
            ..Options::daily(self.horizon)
        };
        forecast(values, &options)
    }

    pub(super) fn told(&self, forecast: Forecast, said: Vec<Said>) -> Told {
        let within =
            |level: usize, h: usize| forecast.intervals.get(level).map_or((f64::NAN, f64::NAN), |i| (i.lower[h], i.upper[h]));
        let day = |(h, value): (usize, &f64)| DayAhead {
            day: self.today.saturating_add(jiff::Span::new().days(i64::try_from(h).unwrap_or(0))),
            value: *value,
            within_80: within(0, h),
            within_95: within(1, h),
        };
        let total = |steps: usize, told: &[Bounds]| {
            let sum = |level: usize| told.get(level).map_or((f64::NAN, f64::NAN), |bounds| (bounds.lower, bounds.upper));
            Total { value: forecast.points.iter().take(steps).sum(), within_80: sum(0), within_95: sum(1) }
        };
        Told {
            days: forecast.points.iter().enumerate().map(day).collect(),
            total: total(forecast.points.len(), &forecast.total),
            firsts: forecast.firsts.iter().map(|first| (first.steps, total(first.steps, &first.bounds))).collect(),
            notes: said.into_iter().chain(forecast.notes.iter().cloned().map(Said::Forecast)).collect(),
            models: forecast.models,
            backtest: forecast.backtest,
        }
    }
}
