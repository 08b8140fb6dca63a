//! A result that stopped while what drives it went on: conversions at zero with clicks as ever mean a broken tag before they mean
//! bad ads.
//!
//! From the last `window` settled days come the rate r = Σ result / Σ driver and, by moments, the overdispersion 1/κ of a negative
//! binomial: days of an account scatter more than chance alone. A day with driver x and no result then has the probability (1 +
//! rx/κ)^−κ, and a run of such days their product; at one in 10^`rarity` the run is a loss. Days without a driver neither add nor
//! end it. Of a provisional day only the share of results that has usually arrived by then is expected.
//!
//! It assumes that the driver brings results at a steady rate. A landing page that broke, a changed offer or a consent banner look
//! the same; a loss of half of the results is not seen here but by [`super::watch`].

use super::because::CannotTell;
use super::robust::sane;

/// A day of a result and its driver.
#[derive(Debug, Clone, Copy)]
pub struct DrivenDay {
    /// What brings results: clicks, sessions, spend.
    pub driver: Option<f64>,
    /// What it brings: conversions, events of a pixel.
    pub result: Option<f64>,
    /// Share of the day's results that has arrived by now: 1 when settled, 0 when nothing can be expected yet.
    pub arrived: f64,
}

/// How losses are looked for.
#[derive(Debug, Clone, Copy)]
pub struct TrackingSettings {
    /// Settled days the rate is learnt from.
    pub window: usize,
    /// Settled days it takes.
    pub least_days: usize,
    /// 4 is one in 10,000.
    pub rarity: f64,
}

impl Default for TrackingSettings {
    fn default() -> Self {
        Self { window: 56, least_days: 14, rarity: 4.0 }
    }
}

/// A run of days without results that chance does not explain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackingLoss {
    /// The first day without a result.
    pub from: usize,
    /// The last so far.
    pub to: usize,
    /// The day from which chance was ruled out.
    pub certain: usize,
    /// Results that would have been expected.
    pub expected: f64,
    /// 4 is one in 10,000.
    pub rarity: f64,
    /// Whether results have not come back.
    pub open: bool,
}

/// Below this overdispersion counts scatter by chance alone.
const OVERDISPERSION_LEAST: f64 = 0.02;
/// A day expected to bring fewer results says nothing.
const EXPECTED_LEAST: f64 = 1e-9;

/// Finds losses among days, oldest first; each day is judged by the days before it.
///
/// # Errors
/// [`CannotTell`] where there are too few days with both figures, or hardly any driver or result.
pub fn tracking_losses(days: &[DrivenDay], settings: &TrackingSettings) -> Result<Vec<TrackingLoss>, CannotTell> {
    let pairs: Vec<Option<(f64, f64)>> = days.iter().map(DrivenDay::pair).collect();
    let have = pairs.iter().flatten().count();
    if have == 0 {
        return Err(CannotTell::Empty);
    }
    let need = settings.least_days.max(1) + 1;
    if have < need {
        return Err(CannotTell::TooShort { have, need });
    }
    if !pairs.iter().flatten().any(|(driver, result)| *driver > 0.0 && *result > 0.0) {
        return Err(CannotTell::NoDriver);
    }
    let (mut losses, mut past, mut run): (Vec<TrackingLoss>, Vec<(f64, f64)>, Option<Run>) = (vec![], vec![], None);
    for (at, (day, pair)) in days.iter().zip(&pairs).enumerate() {
        let Some((driver, result)) = *pair else { continue };
        if result > 0.0 {
            // Results came back before chance was ruled out: those were ordinary days.
            past.extend(run.take().filter(|run| run.certain.is_none()).into_iter().flat_map(|run| run.days));
            if let Some(last) = losses.last_mut() {
                last.open = false;
            }
            if day.arrived >= 1.0 {
                past.push((driver, result));
            }
            continue;
        }
        let Some(rate) = Rate::learn(&past, settings) else {
            past.push((driver, result));
            continue;
        };
        let expected = rate.per_driver * driver * day.arrived.clamp(0.0, 1.0);
        if expected < EXPECTED_LEAST {
            continue;
        }
        let run = run.get_or_insert_with(|| Run { from: at, expected: 0.0, rarity: 0.0, certain: None, days: vec![] });
        run.expected += expected;
        run.rarity += rate.rarity_of_none(expected);
        run.days.push((driver, result));
        if run.rarity >= settings.rarity {
            if run.certain.is_none() {
                losses.push(TrackingLoss { from: run.from, to: at, certain: at, expected: 0.0, rarity: 0.0, open: true });
            }
            run.certain = run.certain.or(Some(at));
            if let Some(last) = losses.last_mut() {
                (last.to, last.expected, last.rarity) = (at, run.expected, run.rarity);
            }
        }
    }
    Ok(losses)
}

/// Days without results in a row.
#[derive(Debug)]
struct Run {
    from: usize,
    expected: f64,
    rarity: f64,
    certain: Option<usize>,
    days: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, Copy)]
struct Rate {
    per_driver: f64,
    overdispersion: f64,
}

impl Rate {
    fn learn(past: &[(f64, f64)], settings: &TrackingSettings) -> Option<Self> {
        let past = &past[past.len().saturating_sub(settings.window)..];
        if past.len() < settings.least_days {
            return None;
        }
        let (driver, result) = past.iter().fold((0.0, 0.0), |(x, y), day| (x + day.0, y + day.1));
        if driver <= 0.0 || result <= 0.0 {
            return None;
        }
        let per_driver = result / driver;
        let (over, scale) = past.iter().fold((0.0, 0.0), |(over, scale), (x, y)| {
            let mean = per_driver * x;
            (over + (y - mean).powi(2) - mean, scale + mean * mean)
        });
        let overdispersion = if scale > 0.0 { (over / scale).max(OVERDISPERSION_LEAST) } else { OVERDISPERSION_LEAST };
        Some(Self { per_driver, overdispersion })
    }

    fn rarity_of_none(self, expected: f64) -> f64 {
        (expected * self.overdispersion).ln_1p() / self.overdispersion / std::f64::consts::LN_10
    }
}

impl DrivenDay {
    fn pair(&self) -> Option<(f64, f64)> {
        let plausible = |v: Option<f64>| sane(v).filter(|v| *v >= 0.0);
        plausible(self.driver).zip(plausible(self.result)).filter(|_| self.arrived.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 clicks a day bring 8, 12 or 10 conversions.
    fn healthy(days: usize) -> Vec<DrivenDay> {
        let result = |i: usize| [8.0, 12.0, 10.0][i % 3];
        (0..days).map(|i| DrivenDay { driver: Some(200.0), result: Some(result(i)), arrived: 1.0 }).collect()
    }

    fn found(days: &[DrivenDay]) -> Vec<TrackingLoss> {
        tracking_losses(days, &TrackingSettings::default()).unwrap()
    }

    #[test]
    fn a_tag_that_breaks_is_found_within_days_and_its_return_seen() {
        let mut days = healthy(40);
        assert!(found(&days).is_empty());
        for day in &mut days[30..35] {
            day.result = Some(0.0);
        }
        let losses = found(&days);
        assert_eq!(losses.len(), 1);
        let loss = losses[0];
        assert_eq!((loss.from, loss.to, loss.open), (30, 34, false));
        assert!(loss.certain <= 31);
        assert!((loss.expected - 50.0).abs() < 1.0);
        assert!(found(&days[..35])[0].open);
    }

    #[test]
    fn no_clicks_no_loss() {
        let mut days = healthy(40);
        for day in &mut days[30..] {
            (day.driver, day.result) = (Some(0.0), Some(0.0));
        }
        assert!(found(&days).is_empty());
    }

    #[test]
    fn a_small_account_goes_days_without_and_nobody_is_alarmed() {
        let result = |i: usize| if i.is_multiple_of(4) { 1.0 } else { 0.0 };
        let days: Vec<_> = (0..90).map(|i| DrivenDay { driver: Some(20.0), result: Some(result(i)), arrived: 1.0 }).collect();
        assert!(found(&days).is_empty());
    }

    #[test]
    fn what_has_not_arrived_is_not_missed() {
        let mut days = healthy(40);
        for day in &mut days[37..] {
            (day.result, day.arrived) = (Some(0.0), 0.0);
        }
        assert!(found(&days).is_empty());
        for day in &mut days[37..] {
            day.arrived = 0.8;
        }
        assert_eq!(found(&days).len(), 1);
    }

    #[test]
    fn nothing_to_go_by_is_said() {
        let settings = TrackingSettings::default();
        assert_eq!(tracking_losses(&[], &settings), Err(CannotTell::Empty));
        assert_eq!(tracking_losses(&healthy(3), &settings), Err(CannotTell::TooShort { have: 3, need: 15 }));
        let idle = DrivenDay { driver: Some(0.0), result: Some(0.0), arrived: 1.0 };
        assert_eq!(tracking_losses(&[idle; 30], &settings), Err(CannotTell::NoDriver));
    }
}
