//! How long many made-up series take.

use serde_json::{Value, json};
use std::{thread, time::Instant};
use trimtab_analysis::forecast::{Options, Outlook, forecast};

const HORIZON: usize = 28;

/// Spend of a made-up campaign: a week, a slow wave, noise, a jump for some, none for others. The same for the same number.
fn series(number: u64, days: usize) -> Vec<Option<f64>> {
    let mut state = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut chance = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        f64::from(u32::try_from(state >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    };
    let (level, jump_at, weekend) = (10.0_f64.powf(1.0 + 4.0 * chance()), chance(), 0.5 + 0.7 * chance());
    let jump = if chance() < 0.3 { 0.5 + chance() } else { 1.0 };
    (0..days)
        .map(|t| {
            let slow = 1.0 + 0.3 * (t as f64 / 60.0 + level).sin();
            let week = if t % 7 > 4 { weekend } else { 1.0 };
            let step = if t as f64 > jump_at * days as f64 { jump } else { 1.0 };
            Some(level * slow * week * step * (0.8 + 0.4 * chance()))
        })
        .collect()
}

pub(crate) fn run(count: usize, days: usize, threads: usize) -> Value {
    let options = Options::daily(HORIZON);
    let begun = Instant::now();
    let told: usize = thread::scope(|scope| {
        let work = |first: usize| {
            let options = &options;
            move || {
                let numbers = (first..count).step_by(threads.max(1));
                numbers.filter(|&n| matches!(forecast(&series(n as u64, days), options), Outlook::Forecast(_))).count()
            }
        };
        let running: Vec<_> = (0..threads.max(1)).map(|first| scope.spawn(work(first))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    let seconds = begun.elapsed().as_secs_f64();
    json!({
        "series": count, "days": days, "horizon": HORIZON, "threads": threads, "forecast": told,
        "seconds": seconds, "debug_assertions": cfg!(debug_assertions),
    })
}
