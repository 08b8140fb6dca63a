//! What is to be thought of a pace.

use super::{
    Because, LEVEL, Note, Pace, Projected, Settings, Verdict,
    ahead::{KNOWN_MIN, Rest},
    days::later,
};
use crate::odds::student_below;
use trimtab_domain::finding::Severity;

pub(super) fn judge(pace: &mut Pace, rest: Option<&Rest>, known: usize, settings: &Settings) -> Result<Verdict, Because> {
    let projected = project(pace, rest);
    pace.projected.clone_from(&projected);
    // What is spent stays spent, whatever is not known of the days to come.
    let gone = pace.actual > pace.amount * (1.0 + settings.tolerance_last / 100.0);
    let Some(projected) = projected else {
        if !gone {
            return Err(Because::TooShort { known, needed: KNOWN_MIN });
        }
        return Ok(certain(pace, (pace.actual / pace.amount - 1.0) * 100.0, settings));
    };
    if gone && projected.off_percent > pace.tolerance {
        return Ok(certain(pace, projected.off_percent, settings));
    }
    let above = rest.map_or(1.0, |rest| chance_above(pace, rest, pace.amount));
    let (low, high) = projected.interval;
    let verdict = if projected.off_percent > pace.tolerance {
        pace.confidence = above;
        if low <= pace.amount {
            return Err(Because::Chance);
        }
        Verdict::Over
    } else if projected.off_percent < -pace.tolerance {
        pace.confidence = rest.map_or(1.0, |_| 1.0 - above);
        if high >= pace.amount {
            return Err(Because::Chance);
        }
        Verdict::Under
    } else {
        let bound = |sign: f64| pace.amount * (1.0 + sign * pace.tolerance / 100.0);
        pace.confidence = rest.map_or(1.0, |rest| chance_above(pace, rest, bound(-1.0)) - chance_above(pace, rest, bound(1.0)));
        return Ok(Verdict::OnTrack);
    };
    pace.severity = Some(severity(projected.off_percent, settings));
    Ok(verdict)
}

fn certain(pace: &mut Pace, off_percent: f64, settings: &Settings) -> Verdict {
    pace.confidence = 1.0;
    pace.severity = Some(severity(off_percent, settings));
    Verdict::Over
}

fn severity(off_percent: f64, settings: &Settings) -> Severity {
    let critical = if off_percent > 0.0 { settings.critical_over } else { settings.critical_under };
    match off_percent.abs() {
        off if off >= critical => Severity::Critical,
        off if off >= settings.warning => Severity::Warning,
        _ => Severity::Info,
    }
}

/// How likely the period comes to more than an amount.
fn chance_above(pace: &Pace, rest: &Rest, amount: f64) -> f64 {
    let (doubt, degrees) = rest.doubt();
    let spread = rest.sum() * doubt;
    let room = pace.actual + rest.sum() - amount;
    if spread > 0.0 {
        student_below(room / spread, degrees)
    } else if room > 0.0 {
        1.0
    } else {
        0.0
    }
}

fn project(pace: &mut Pace, rest: Option<&Rest>) -> Option<Projected> {
    if pace.days_left == 0 {
        let off_percent = (pace.actual / pace.amount - 1.0) * 100.0;
        let (total, interval) = (pace.actual, (pace.actual, pace.actual));
        return Some(Projected { total, interval, off_percent, used_up_on: None, tests: 0.0 });
    }
    let rest = rest?;
    if rest.tested < rest.days.len() {
        pace.notes.push(Note::TestedShorter { days: rest.tested });
    }
    let (sum, reach) = (rest.sum(), rest.reach(LEVEL));
    let total = pace.actual + sum;
    let low = pace.actual + (sum * (1.0 - reach)).max(0.0);
    Some(Projected {
        total,
        interval: (low.min(total), total + sum * reach),
        off_percent: (total / pace.amount - 1.0) * 100.0,
        used_up_on: used_up(pace, rest),
        tests: rest.apart,
    })
}

fn used_up(pace: &Pace, rest: &Rest) -> Option<trimtab_domain::Day> {
    let begins = pace.as_of.map_or(pace.runs.from(), |day| later(day, 1));
    let mut sum = pace.actual;
    let place = rest.days.iter().position(|day| {
        sum += day;
        sum >= pace.amount
    })?;
    (place + 1 < rest.days.len()).then(|| later(begins, place))
}
