//! How visible a label is: its effect against the noise of the figures it shows in.

use crate::world::{Account, Campaign, Label};

/// Days of a label's effect that count.
const DAYS: i64 = 7;
/// Weeks the noise is taken from.
const NOISE_DAYS: i64 = 35;
/// No series is quieter than this.
const NOISE_LEAST: f64 = 0.01;

/// A figure of a day.
type Figure = fn(&[f64; 5]) -> f64;

const FIGURES: [Figure; 5] = [|d| d[0], |d| d[1], |d| d[0] / d[1], |d| d[2] / d[1], |d| (d[3] + 0.5) / (d[2] + 1.0)];

/// The largest effect over the account's figures and those of the label's campaign, in units of noise.
pub(crate) fn effect(account: &Account, label: &Label) -> f64 {
    let all: Vec<&Campaign> = account.campaigns.iter().collect();
    let own: Vec<&Campaign> = account.campaigns.iter().filter(|c| label.campaign.as_ref() == Some(&c.id)).collect();
    let of = |campaigns: &[&Campaign]| FIGURES.iter().map(|f| of_figure(campaigns, *f, label, account.days())).fold(0.0, f64::max);
    if own.is_empty() { of(&all) } else { of(&all).max(of(&own)) }
}

fn sum(campaigns: &[&Campaign], t: usize, calm: bool) -> Option<[f64; 5]> {
    let cells = campaigns.iter().filter_map(|c| if calm { c.calm[t] } else { c.days[t] });
    cells.reduce(|a, b| std::array::from_fn(|i| a[i] + b[i]))
}

fn of_figure(campaigns: &[&Campaign], figure: Figure, label: &Label, days: usize) -> f64 {
    let place = |t: i64| usize::try_from(t).ok().filter(|t| *t < days);
    let log = |t: i64, calm: bool| {
        let value = place(t).and_then(|t| sum(campaigns, t, calm)).map(|cells| figure(&cells))?;
        (value > 0.0).then(|| value.ln())
    };
    let until = label.to.unwrap_or(i64::MAX).min(label.from + DAYS - 1);
    let mean_off = |from: i64, to: i64| {
        let of = |t: i64| match (log(t, false), log(t, true)) {
            (Some(seen), Some(calm)) => Some(seen - calm),
            // To nothing at all.
            (None, Some(_)) => place(t).map(|_| -4.0),
            _ => None,
        };
        let off: Vec<f64> = (from..=to).filter_map(of).collect();
        (!off.is_empty()).then(|| off.iter().sum::<f64>() / off.len() as f64)
    };
    let Some(off) = mean_off(label.from, until) else { return 0.0 };
    // What earlier troubles still do is not this one's.
    let off = off - mean_off(label.from - DAYS, label.from - 1).unwrap_or(0.0);
    let mut noise: Vec<f64> =
        (label.from - NOISE_DAYS..label.from).filter_map(|t| Some((log(t, true)? - log(t - 7, true)?).abs())).collect();
    noise.sort_by(f64::total_cmp);
    let noise = noise.get(noise.len() / 2).map_or(1.0, |m| (1.4826 * m / std::f64::consts::SQRT_2).max(NOISE_LEAST));
    off.abs() / noise
}
