//! A series made even: only what is known, gaps filled, so that models see one value a step, while errors count known ones alone.
//!
//! A gap is filled with the local level plus what its place in the shortest season usually adds. Filled values are never scored.

use super::limits::{HISTORY_MAX, KNOWN_MIN, MISSING_MAX, VALUE_MAX};
use super::outlook::{Because, Note};

/// An even past.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) y: Vec<f64>,
    pub(crate) known: Vec<bool>,
    /// Where `y` begins in the series handed in.
    pub(crate) from: usize,
    /// Steps without a value between the last known one and the end of the series.
    pub(crate) silent: usize,
    pub(crate) notes: Vec<Note>,
}

pub(crate) fn even(values: &[Option<f64>], period: usize) -> Result<Past, Because> {
    let known = |v: &Option<f64>| v.is_some_and(f64::is_finite);
    let (Some(first), Some(last)) = (values.iter().position(known), values.iter().rposition(known)) else {
        return Err(Because::NothingKnown);
    };
    let first = first.max((last + 1).saturating_sub(HISTORY_MAX));
    let stretch: Vec<Option<f64>> = values[first..=last].iter().map(|v| v.filter(|v| v.is_finite())).collect();
    if let Some(value) = stretch.iter().flatten().find(|v| v.abs() > VALUE_MAX) {
        return Err(Because::Absurd { value: *value });
    }
    let count = stretch.iter().flatten().count();
    if count < KNOWN_MIN {
        return Err(Because::TooShort { known: count, needed: KNOWN_MIN });
    }
    let missing = stretch.len() - count;
    if missing as f64 > MISSING_MAX * stretch.len() as f64 {
        return Err(Because::TooManyGaps { missing, of: stretch.len() });
    }
    let mut notes = Vec::new();
    if missing > 0 {
        notes.push(Note::Filled { missing, of: stretch.len() });
    }
    let silent = values.len() - 1 - last;
    if silent > 0 {
        notes.push(Note::Silent { steps: silent });
    }
    Ok(Past {
        known: stretch.iter().map(Option::is_some).collect(),
        y: if missing > 0 { fill(&stretch, period) } else { stretch.into_iter().flatten().collect() },
        from: first,
        silent,
        notes,
    })
}

fn fill(values: &[Option<f64>], period: usize) -> Vec<f64> {
    let rough = joined(values);
    let half = period / 2;
    let level: Vec<f64> = (0..rough.len())
        .map(|t| {
            let window = &rough[t.saturating_sub(half)..(t + half + 1).min(rough.len())];
            window.iter().sum::<f64>() / window.len() as f64
        })
        .collect();
    let usual: Vec<f64> = (0..period)
        .map(|place| {
            let off = values.iter().zip(&level).skip(place).step_by(period);
            median(off.filter_map(|(value, level)| value.map(|v| v - level)).collect())
        })
        .collect();
    let lowest = values.iter().flatten().copied().fold(f64::MAX, f64::min);
    let guess = |t: usize| (level[t] + usual[t % period]).max(lowest);
    values.iter().enumerate().map(|(t, v)| v.unwrap_or_else(|| guess(t))).collect()
}

/// Known values joined by straight lines. The first and the last are known.
fn joined(values: &[Option<f64>]) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::with_capacity(values.len());
    for (t, value) in values.iter().enumerate() {
        let Some(value) = *value else { continue };
        let gap = t - out.len();
        let before = out.last().copied().unwrap_or(value);
        for step in 1..=gap {
            out.push(before + (value - before) * step as f64 / (gap + 1) as f64);
        }
        out.push(value);
    }
    out
}

/// Zero of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(t: usize) -> f64 {
        100.0 + [30.0, 20.0, 10.0, 0.0, -10.0, -20.0, -30.0][t % 7]
    }

    #[test]
    fn a_gap_is_filled_by_its_weekday() {
        let values: Vec<_> = (0..42).map(|t| (t % 11 != 4).then(|| week(t))).collect();
        let past = even(&values, 7).expect("few gaps");
        assert_eq!(past.notes, [Note::Filled { missing: 4, of: 42 }]);
        for t in [15, 26] {
            assert!(!past.known[t] && (past.y[t] - week(t)).abs() < 8.0, "{} for {}", past.y[t], week(t));
        }
    }

    #[test]
    fn silence_at_the_ends_is_no_gap() {
        let mut values = vec![None; 5];
        values.extend((0..21).map(|t| Some(week(t))));
        values.extend([None, Some(f64::NAN)]);
        let past = even(&values, 7).expect("three weeks");
        assert_eq!((past.y.len(), past.from, past.silent), (21, 5, 2));
    }

    #[test]
    fn what_cannot_be_told_is_said() {
        assert_eq!(even(&[], 7).err(), Some(Because::NothingKnown));
        assert_eq!(even(&[Some(1.0); 3], 7).err(), Some(Because::TooShort { known: 3, needed: 14 }));
        let gaps: Vec<_> = (0..60).map(|t| (t % 4 == 0).then_some(1.0)).collect();
        assert_eq!(even(&gaps, 7).err(), Some(Because::TooManyGaps { missing: 42, of: 57 }));
        assert_eq!(even(&[Some(1e300); 30], 7).err(), Some(Because::Absurd { value: 1e300 }));
    }
}
