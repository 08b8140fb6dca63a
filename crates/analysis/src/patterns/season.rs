//! Which weekdays and months are stronger.
//!
//! Weekdays: in each whole week every day is taken against the week's mean, so that growth and slow seasons fall out. Months: a month's
//! mean day, its logarithm without the growth from each month to the same one a year later; it takes two whole years, for one year
//! cannot tell a season from growth.
//!
//! Both are tested by reshuffling: within each week (year) the same values in another order, 999 times; the chance is how often the
//! reshuffled means scatter as much. That asks nothing of how values are distributed. Both tests share the chance of 5 %.
//!
//! # When it misleads
//! - Weekdays follow budgets: spend that is lower on weekends says what was planned. Ask it of rates, or of results.
//! - Two years are two examples of each month. A sale that moved from May to June is in both.

use super::{Because, Confidence, Pattern, PatternKind, Picture, Settings, Shuffler, sane, valid_until};
use crate::track::Track;
use compact_str::CompactString;
use trimtab_domain::Day;

/// A weekday or a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// 0 is Monday, or January.
    pub place: usize,
    /// Against the mean: 1.2 is a fifth more.
    pub index: f64,
    /// Between what it is four times in five.
    pub interval: (f64, f64),
    /// Weeks, or years, it was seen in.
    pub seen: usize,
}

/// Weekdays and months against the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonProfile {
    /// Of which metric.
    pub metric: CompactString,
    /// Seven weekdays; or why none.
    pub weekdays: Result<Vec<Part>, Because>,
    /// Twelve months; or why none.
    pub months: Result<Vec<Part>, Because>,
}

/// Whole weeks it takes.
const WEEKS_LEAST: usize = 6;
/// Whole months it takes.
const MONTHS_LEAST: usize = 24;
/// Days of a month that have to be known.
const MONTH_DAYS_LEAST: usize = 20;
const SHUFFLES: u32 = 999;

/// Learns the profile of one metric. Days from `provisional_from` on are left out.
///
/// # Errors
/// [`Because`]: of weekdays, where neither weekdays nor months have a profile.
pub fn learn(
    track: &Track,
    metric: &str,
    provisional_from: Option<Day>,
    today: Day,
    settings: &Settings,
) -> Result<Pattern, Because> {
    let settled =
        |(place, v): (usize, Option<f64>)| v.filter(|v| sane(*v) && provisional_from.is_none_or(|day| track.day(place) < day));
    let values: Vec<Option<f64>> = track.series(metric).into_iter().enumerate().map(settled).collect();
    let weekdays = weekdays(track.first, &values, settings);
    let months = months(track, &values, settings);
    let found = [weekdays.as_ref().ok(), months.as_ref().ok()].into_iter().flatten();
    let Some(best) = found.map(|p| p.confidence).max_by(|a, b| a.value.total_cmp(&b.value)) else {
        return Err(weekdays.err().unwrap_or(Because::NoPattern { chance: 1.0 }));
    };
    let learned_from = (track.first, track.day(track.days.len().saturating_sub(1)));
    Ok(Pattern {
        kind: PatternKind::Seasonal,
        entity: track.entity.clone(),
        currency: None,
        learned_on: today,
        learned_from,
        valid_until: valid_until(today, learned_from),
        confidence: best,
        picture: Picture::Season(SeasonProfile {
            metric: metric.into(),
            weekdays: weekdays.map(|p| p.parts),
            months: months.map(|p| p.parts),
        }),
    })
}

struct Profile {
    parts: Vec<Part>,
    confidence: Confidence,
}

fn weekdays(first: Day, values: &[Option<f64>], settings: &Settings) -> Result<Profile, Because> {
    let monday = usize::try_from(first.weekday().to_monday_zero_offset()).unwrap_or(0);
    let whole = values.get((7 - monday) % 7..).unwrap_or_default();
    let week = |days: &[Option<f64>]| {
        let known: Vec<f64> = days.iter().flatten().copied().collect();
        let mean = known.iter().sum::<f64>() / 7.0;
        (known.len() == 7 && mean > 0.0).then(|| known.iter().map(|v| v / mean - 1.0).collect::<Vec<f64>>())
    };
    let weeks: Vec<Vec<f64>> = whole.chunks_exact(7).filter_map(week).collect();
    if weeks.len() < WEEKS_LEAST {
        return Err(Because::TooShort { have: weeks.len() * 7, need: WEEKS_LEAST * 7 });
    }
    profile(weeks, settings, |away| 1.0 + away)
}

fn months(track: &Track, values: &[Option<f64>], settings: &Settings) -> Result<Profile, Because> {
    let month = |place: usize| {
        let day = track.day(place);
        i32::from(day.year()) * 12 + i32::from(day.month()) - 1
    };
    let places: Vec<usize> = (0..values.len()).collect();
    let mean = |places: &[usize]| {
        let known: Vec<f64> = places.iter().filter_map(|p| values[*p]).collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        (known.len() >= MONTH_DAYS_LEAST && mean > 0.0).then(|| mean.ln())
    };
    let logs: Vec<(i32, Option<f64>)> =
        places.chunk_by(|a, b| month(*a) == month(*b)).map(|days| (month(days[0]), mean(days))).collect();
    let known = logs.iter().filter(|(_, log)| log.is_some()).count();
    let too_short = Because::TooShort { have: known * 30, need: MONTHS_LEAST * 30 };
    let begin = logs.iter().position(|(_, log)| log.is_some()).unwrap_or(0);
    let whole: Vec<(i32, f64)> = logs[begin.min(logs.len())..].iter().map_while(|(m, log)| log.map(|log| (*m, log))).collect();
    let years = whole.len() / 12;
    if years * 12 < MONTHS_LEAST {
        return Err(too_short);
    }
    let whole = &whole[whole.len() - years * 12..];
    let growth = whole.iter().zip(&whole[12..]).map(|((_, a), (_, b))| (b - a) / 12.0).sum::<f64>() / (whole.len() - 12) as f64;
    let year = |months: &[(i32, f64)]| {
        let mut flat = [0.0; 12];
        for (m, log) in months {
            flat[usize::try_from(m.rem_euclid(12)).unwrap_or(0)] = log - growth * f64::from(*m);
        }
        let mean = flat.iter().sum::<f64>() / 12.0;
        flat.iter().map(|v| v - mean).collect::<Vec<f64>>()
    };
    profile(whole.chunks_exact(12).map(year).collect(), settings, f64::exp)
}

/// Means by place over rows, if they scatter beyond what the same rows in another order do.
fn profile(rows: Vec<Vec<f64>>, settings: &Settings, shown: fn(f64) -> f64) -> Result<Profile, Because> {
    let n = rows.len() as f64;
    let places = rows.first().map_or(0, Vec::len);
    let means = |rows: &[Vec<f64>]| (0..places).map(|p| rows.iter().map(|row| row[p]).sum::<f64>() / n).collect::<Vec<f64>>();
    let scatter = |means: &[f64]| means.iter().map(|m| m * m).sum::<f64>();
    let own = means(&rows);
    let mut shuffler = Shuffler(settings.seed);
    let mut reshuffled = rows.clone();
    let mut as_much = 0_u32;
    for _ in 0..SHUFFLES {
        reshuffled.iter_mut().for_each(|row| shuffler.shuffle(row));
        as_much += u32::from(scatter(&means(&reshuffled)) >= scatter(&own));
    }
    let chance = f64::from(as_much + 1) / f64::from(SHUFFLES + 1);
    // Weekdays and months are two chances to tell something.
    if chance > settings.rate / 2.0 {
        return Err(Because::NoPattern { chance });
    }
    let error = |p: usize| (rows.iter().map(|row| (row[p] - own[p]).powi(2)).sum::<f64>() / (n - 1.0).max(1.0) / n).sqrt();
    let errors: Vec<f64> = (0..places).map(error).collect();
    let noise = errors.iter().map(|e| e * e).sum::<f64>() / places as f64;
    let all = scatter(&own) / places as f64;
    let part = |p: usize| Part {
        place: p,
        index: shown(own[p]),
        interval: (shown(own[p] - 1.282 * errors[p]), shown(own[p] + 1.282 * errors[p])),
        seen: rows.len(),
    };
    let reliability = if all > 0.0 { 1.0 - noise / all } else { 0.0 };
    Ok(Profile { parts: (0..places).map(part).collect(), confidence: Confidence::of(chance, reliability, n) })
}
