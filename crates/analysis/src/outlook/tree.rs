//! An account's forecast and its campaigns', made to agree.

use super::{
    series::{Asked, Said, Series},
    where_read,
};
use crate::forecast::{Bound, Forecast, Outlook, Part, agree};
use crate::track::{AccountTracks, Track};

/// The account's series, then the campaigns', then that of all that no campaign tells.
pub(super) fn forecasts(tracks: &AccountTracks, campaigns: bool, asked: &Asked<'_>) -> Vec<Series> {
    let (whole, said) = asked.ready(&tracks.account);
    let account = asked.forecast(&whole);
    let Outlook::Forecast(of_account) = &account else { return all_alike(tracks, campaigns, asked, &account) };
    if !campaigns {
        return vec![series(asked, account, said)];
    }
    let part = |track: &Track| {
        let track = where_read(track, &tracks.account);
        let values = asked.ready_part(&track, &tracks.account, &whole);
        match asked.off_since(&track, &tracks.events) {
            // What it did before says nothing any more.
            Some(since) => (asked.forecast(&vec![Some(0.0); whole.len()]), values, vec![Said::SwitchedOff { since }]),
            None => (asked.forecast(&values), values, said.clone()),
        }
    };
    let mut parts: Vec<(Outlook, Vec<Option<f64>>, Vec<Said>)> = tracks.campaigns.iter().map(part).collect();
    let left_over = left_over(&whole, &parts);
    parts.push((asked.forecast(&left_over), left_over, vec![]));
    let told = std::iter::once(of_account).chain(parts.iter().filter_map(|(made, ..)| made.forecast()));
    let mut agreed = agreed(told.cloned().collect()).into_iter();
    let all = std::iter::once((account.clone(), said)).chain(parts.into_iter().map(|(made, _, said)| (made, said)));
    let one = |(made, said): (Outlook, Vec<Said>)| match made {
        Outlook::Forecast(alone) => series(asked, Outlook::Forecast(agreed.next().unwrap_or(alone)), said),
        Outlook::CannotTell { .. } => series(asked, made, said),
    };
    all.map(one).collect()
}

/// What the account has beyond the campaigns that are told: those that are too young, and what belongs to none.
fn left_over(whole: &[Option<f64>], parts: &[(Outlook, Vec<Option<f64>>, Vec<Said>)]) -> Vec<Option<f64>> {
    let told: Vec<&Vec<Option<f64>>> =
        parts.iter().filter(|(made, ..)| made.forecast().is_some()).map(|(_, values, _)| values).collect();
    let day = |(t, value): (usize, &Option<f64>)| {
        let sum: f64 = told.iter().filter_map(|values| values.get(t).copied().flatten()).sum();
        // Sums of cents leave crumbs.
        value.map(|value| if (value - sum).abs() <= 1e-6 * value.abs() { 0.0 } else { value - sum })
    };
    whole.iter().enumerate().map(day).collect()
}

/// Forecasts that add up, the whole first.
fn agreed(forecasts: Vec<Forecast>) -> Vec<Forecast> {
    let part = |(i, forecast): (usize, Forecast)| Part { whole: (i > 0).then_some(0), forecast };
    let below_zero = forecasts.iter().any(|forecast| forecast.points.iter().any(|v| *v < 0.0));
    let bound = if below_zero { Bound::None } else { Bound::Zero };
    let parts: Vec<Part> = forecasts.into_iter().enumerate().map(part).collect();
    // All are equally long and below the first, so nothing disagrees.
    agree(&parts, bound).unwrap_or_else(|_| parts.into_iter().map(|part| part.forecast).collect())
}

fn all_alike(tracks: &AccountTracks, campaigns: bool, asked: &Asked<'_>, made: &Outlook) -> Vec<Series> {
    let count = if campaigns { tracks.campaigns.len() + 2 } else { 1 };
    (0..count).map(|_| series(asked, made.clone(), vec![])).collect()
}

fn series(asked: &Asked<'_>, made: Outlook, said: Vec<Said>) -> Series {
    let told = match made {
        Outlook::Forecast(forecast) => Ok(asked.told(forecast, said)),
        Outlook::CannotTell { because } => Err(because),
    };
    Series { figure: asked.figure, told }
}
