//! Holidays and sales: what a day like this adds to the usual, learnt from when it was seen.
//!
//! An event's effect is the mean distance of its days from the median of the same place in the nearest three seasons to either
//! side, by ratio where all is above zero. It is shrunk by what ordinary days scatter (James and Stein 1961): 1 − (σ²/n)/effect²,
//! and nothing is believed within two standard errors σ/√n, where ordinary days get by chance; where k events are looked at, chance gets
//! as far as √(2 ln k) of them (Donoho and Johnstone 1994). It is taken out before models see the series and put back where the event
//! comes again. An event that was seen once and does not come again is no event: whatever that day was, it is part of what happens, and
//! taking it out would make forecasts look surer than they are.
//!
//! It assumes that an event does the same each time. Seen once, it may have been something else that day; the note tells how often.
//! Models are tested with effects learnt from all of the past, so errors on event days look a little too kind.

use super::outlook::Note;
use super::past::{Past, median};

/// Something that happens on known days, past and to come: a holiday, a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// For people.
    pub name: String,
    /// Steps from the series' first value, zero for itself; those at or beyond its length lie ahead.
    pub at: Vec<usize>,
}

/// What events add, on the scale of `relative`.
#[derive(Debug)]
pub(crate) struct Effects {
    /// Place in the past's own count, and what is added there.
    at: Vec<(usize, f64)>,
    relative: bool,
}

const SEASONS_ASIDE: usize = 3;

/// Learns the events' effects and takes them out of the past.
pub(crate) fn take_out(past: &mut Past, events: &[Event], period: usize) -> Effects {
    let relative = past.y.iter().all(|v| *v > 0.0);
    let scaled: Vec<f64> = past.y.iter().map(|&v| if relative { v.ln() } else { v }).collect();
    let mut special = vec![false; scaled.len()];
    for at in events.iter().flat_map(|event| &event.at) {
        if let Some(place) = at.checked_sub(past.from).and_then(|at| special.get_mut(at)) {
            *place = true;
        }
    }
    let off = |t: usize| usual(&scaled, &special, t, period).map(|usual| scaled[t] - usual);
    let noise = {
        let sizes: Vec<f64> = (0..scaled.len()).filter(|&t| !special[t] && past.known[t]).filter_map(off).map(f64::abs).collect();
        // The mean size of a normal error is 0.7979 of its standard deviation.
        sizes.iter().sum::<f64>() / sizes.len().max(1) as f64 / 0.7979
    };
    let looked_at = events.iter().filter_map(|event| {
        let places: Vec<usize> = event.at.iter().filter_map(|at| at.checked_sub(past.from)).collect();
        let seen: Vec<f64> = places.iter().filter(|&&t| past.known.get(t) == Some(&true)).filter_map(|&t| off(t)).collect();
        let again = places.iter().any(|place| *place >= past.y.len());
        (seen.len() > 1 || (again && !seen.is_empty())).then_some((event, places, seen))
    });
    let looked_at: Vec<_> = looked_at.collect();
    let by_luck = (2.0 * (looked_at.len().max(1) as f64).ln()).sqrt().max(2.0);
    let mut at = Vec::new();
    for (event, places, seen) in looked_at {
        let mean = seen.iter().sum::<f64>() / seen.len() as f64;
        let by_chance = noise / (seen.len() as f64).sqrt();
        let kept = if mean.abs() > by_luck * by_chance { 1.0 - (by_chance / mean).powi(2) } else { 0.0 };
        let effect = mean * kept;
        if effect != 0.0 {
            let told = if relative { effect.exp_m1() } else { effect };
            past.notes.push(Note::Event { name: event.name.clone(), effect: told, relative, seen: seen.len() });
            at.extend(places.into_iter().map(|place| (place, effect)));
        }
    }
    let effects = Effects { at, relative };
    for &(place, effect) in &effects.at {
        if let Some(v) = past.y.get_mut(place) {
            *v = effects.add(*v, -effect);
        }
    }
    effects
}

/// The median of the same place in the seasons around, event days left out.
fn usual(y: &[f64], special: &[bool], t: usize, period: usize) -> Option<f64> {
    let aside = (1..=SEASONS_ASIDE).flat_map(|k| [t.checked_sub(k * period), t.checked_add(k * period)]).flatten();
    let values: Vec<f64> = aside.filter(|&at| special.get(at) == Some(&false)).map(|at| y[at]).collect();
    (values.len() >= 2).then(|| median(values))
}

impl Effects {
    fn add(&self, value: f64, effect: f64) -> f64 {
        if self.relative { value * effect.exp() } else { value + effect }
    }

    /// Puts effects on values that follow `from` values of the past.
    pub(crate) fn put_on(&self, values: &mut [f64], from: usize) {
        for &(place, effect) in &self.at {
            if let Some(v) = place.checked_sub(from).and_then(|h| values.get_mut(h)) {
                *v = self.add(*v, effect);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(y: Vec<f64>) -> Past {
        Past { known: vec![true; y.len()], y, from: 0, silent: 0, notes: vec![] }
    }

    fn sale() -> Event {
        Event { name: "sale".to_owned(), at: vec![20, 41, 64] }
    }

    #[test]
    fn a_day_that_doubles_is_learnt_and_comes_again() {
        let mut y: Vec<f64> = (0..60).map(|t| 100.0 + [5.0, 4.0, 3.0, 0.0, -3.0, -4.0, -5.0][t % 7]).collect();
        let ordinary = y.clone();
        y[20] *= 2.0;
        y[41] *= 2.0;
        let mut past = past(y);
        let effects = take_out(&mut past, &[sale()], 7);
        assert!((past.y[20] - ordinary[20]).abs() < 1e-9);
        let mut ahead = vec![100.0; 10];
        effects.put_on(&mut ahead, 60);
        assert!((ahead[4] - 200.0).abs() < 1e-9 && ahead.iter().filter(|v| **v != 100.0).count() == 1, "{ahead:?}");
        assert!(matches!(&past.notes[..], [Note::Event { seen: 2, relative: true, effect, .. }] if (effect - 1.0).abs() < 1e-9));
    }

    #[test]
    fn what_is_within_the_noise_is_no_effect() {
        let y: Vec<f64> = (0..60_u32).map(|t| 100.0 + f64::from(t.wrapping_mul(2_654_435_769) >> 26)).collect();
        let before = y.clone();
        let mut past = past(y);
        let effects = take_out(&mut past, &[sale()], 7);
        assert!(past.y == before && effects.at.is_empty());
    }

    #[test]
    fn what_one_of_many_is_by_luck_is_no_effect() {
        let usual = |t: usize| 100.0 + [6.0, -4.0, 3.0, -5.0, 4.0, -6.0, 2.0, 5.0, -3.0, -2.0, 1.0][t * 7 % 11];
        let mut y: Vec<f64> = (0..200).map(usual).collect();
        // Two and a half standard errors: enough of one event, and what the luckiest of fifty is anyway.
        y[50] = 113.0;
        let event = |t: usize| Event { name: format!("{t}"), at: vec![t, t + 200] };
        let learnt = |events: &[Event]| take_out(&mut past(y.clone()), events, 7).at.len();
        assert_eq!(learnt(&[event(50)]), 2);
        assert_eq!(learnt(&[Event { at: vec![50], ..event(50) }]), 0, "seen once and never again: it was no event");
        let many: Vec<Event> = (0..50).map(|n| event(n * 3 + 2)).collect();
        assert_eq!((many[16].at[0], learnt(&many)), (50, 0));
    }
}
