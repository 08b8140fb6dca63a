//! Trends: does a series go one way, weekday held against the same weekday?
//!
//! Kendall's statistic counts, over all pairs of days, those that rise less those that fall. From two weeks on only days of the same weekday are
//! paired (the seasonal statistic of Hirsch and Slack), lest a weekend at one end pass for a trend. Its chance under "no trend" is exact, by
//! counting permutations; ties count as neither, which makes it cautious. Days hang together, though: what is left when the slope is taken out goes on from
//! day to day, and as far as it does (the correlation ρ of neighbours) the statistic's variance is raised by (1 + ρ) / (1 − ρ). The less sure of the two
//! chances counts. The size is the Theil–Sen slope, the median of the pairs' slopes.

use super::figure::count;
use crate::odds::below;

const WEEK: usize = 7;
/// Neighbours more alike than this are a series that only wanders; the raise stops there.
const MOST_ALIKE: f64 = 0.9;
/// Days from which weekdays are held apart.
const WEEKS_APART: usize = 2 * WEEK;

/// What a series did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trend {
    /// From the first day to the last, in percent of the first.
    pub(super) percent: f64,
    /// The chance that a series without a trend rises as clearly.
    pub(super) chance_rising: f64,
    /// The chance that one falls as clearly.
    pub(super) chance_falling: f64,
}

/// The trend of a series; `None` where too few days can be paired, or the first day is nothing to be a share of.
pub(super) fn trend(days: &[Option<f64>]) -> Option<Trend> {
    let seasons = if days.len() >= WEEKS_APART { WEEK } else { 1 };
    let mut groups: Vec<Vec<(usize, f64)>> = vec![Vec::new(); seasons];
    for (place, value) in days.iter().enumerate().filter_map(|(place, value)| Some((place, (*value)?))) {
        groups[place % seasons].push((place, value));
    }
    let (mut score, mut slopes) = (0_i64, Vec::new());
    for group in &groups {
        for (at, (from, first)) in group.iter().enumerate() {
            for (to, second) in &group[at + 1..] {
                let rise = second - first;
                score += if rise > 0.0 {
                    1
                } else if rise < 0.0 {
                    -1
                } else {
                    0
                };
                slopes.push(rise / count(to - from));
            }
        }
    }
    let slope = median(&mut slopes)?;
    let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
    let chances = score_chances(&sizes);
    let raised = hanging_together(days, slope, seasons);
    let spread = (sizes.iter().map(|n| count(*n)).map(|n| n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sum::<f64>() * raised).sqrt();
    let exact = |score: i64| chances.iter().filter(|(at, _)| *at >= score).map(|(_, chance)| chance).sum::<f64>().min(1.0);
    #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
    let tail = |score: i64| {
        // A normal variable, one step less because scores go by twos.
        let normal = below(-(score as f64 - 1.0) / spread);
        if raised > 1.0 { exact(score).max(normal) } else { exact(score) }
    };
    let centre = count(days.len() - 1) / 2.0;
    let mut values: Vec<f64> = groups.iter().flatten().map(|(_, value)| *value).collect();
    let first = median(&mut values)? - slope * centre;
    let percent = slope * count(days.len() - 1) / first * 100.0;
    let trend = Trend { percent, chance_rising: tail(score), chance_falling: tail(-score) };
    (first > 0.0 && percent.is_finite()).then_some(trend)
}

/// By how much neighbours that are alike raise a sum's variance, the slope and the weekdays' own levels taken out.
fn hanging_together(days: &[Option<f64>], slope: f64, seasons: usize) -> f64 {
    let level = |place: usize| days[place].map(|value| value - slope * count(place));
    let levels: Vec<Option<f64>> = (0..days.len()).map(level).collect();
    let of_season = |season: usize| median(&mut levels.iter().skip(season).step_by(seasons).flatten().copied().collect::<Vec<_>>());
    let medians: Vec<Option<f64>> = (0..seasons).map(of_season).collect();
    let rest: Vec<Option<f64>> =
        levels.iter().enumerate().map(|(place, level)| Some((*level)? - medians[place % seasons]?)).collect();
    let pairs = rest.windows(2).filter_map(|pair| Some((pair[0]?, pair[1]?)));
    let (mut products, mut squares) = (0.0, 0.0);
    for (one, next) in pairs {
        products += one * next;
        squares += f64::midpoint(one * one, next * next);
    }
    let correlation = if squares > 0.0 { (products / squares).clamp(0.0, MOST_ALIKE) } else { 0.0 };
    (1.0 + correlation) / (1.0 - correlation)
}

/// How likely each score is where every order of the days is as likely, groups taken apart.
fn score_chances(groups: &[usize]) -> Vec<(i64, f64)> {
    // By number of falling pairs: the product of the groups' Mahonian distributions.
    let mut chances = vec![1.0];
    let mut pairs = 0_i64;
    for size in groups {
        for places in 2..=*size {
            let mut next = vec![0.0; chances.len() + places - 1];
            for (at, chance) in chances.iter().enumerate() {
                next[at..at + places].iter_mut().for_each(|sum| *sum += chance / count(places));
            }
            chances = next;
            pairs += i64::try_from(places - 1).unwrap_or(0);
        }
    }
    chances.into_iter().zip(0..).map(|(chance, falling)| (pairs - 2 * falling, chance)).collect()
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn three_days_up_are_one_order_of_six() {
        let found = trend(&some(&[1.0, 2.0, 3.0])).unwrap();
        assert!((found.chance_rising - 1.0 / 6.0).abs() < 1e-12 && (found.chance_falling - 1.0).abs() < 1e-12);
        assert!((found.percent - 200.0).abs() < 1e-9);
    }

    #[test]
    fn a_week_is_no_trend_however_it_swings() {
        let week = [10.0, 9.0, 8.0, 7.0, 6.0, 3.0, 2.0];
        let flat: Vec<f64> = week.iter().chain(&week).chain(&week).copied().collect();
        let found = trend(&some(&flat)).unwrap();
        assert!(found.percent.abs() < 1e-9 && found.chance_falling > 0.4);
        let falling: Vec<f64> = flat.iter().enumerate().map(|(day, value)| value * (1.0 - 0.01 * count(day))).collect();
        let found = trend(&some(&falling)).unwrap();
        assert!(found.percent < -15.0 && found.chance_falling < 0.05, "{found:?}");
    }

    #[test]
    fn what_has_no_first_day_to_be_a_share_of_is_none() {
        assert_eq!(trend(&[]), None);
        assert_eq!(trend(&some(&[1.0])), None);
        assert_eq!(trend(&some(&[0.0, 0.0, 0.0])), None);
        assert_eq!(trend(&some(&[-5.0, -4.0, -9.0])), None);
        assert_eq!(trend(&[None; 30]), None);
    }
}
