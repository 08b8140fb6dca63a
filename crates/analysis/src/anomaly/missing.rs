//! Days that should have been reported and were not.
//!
//! A step is expected if its place of the season (its weekday) was reported in at least three of four of the last eight seasons, of
//! which at least two must have been seen; only earlier steps decide. So an account that rests at weekends misses nothing on
//! Sundays. Expected steps that are missing are one run while no reported step lies between.
//!
//! It cannot tell a failed report from an account that was switched off; after some weeks of silence nothing is expected any more.

use super::because::CannotTell;

/// Steps that were expected and did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingRun {
    /// The first.
    pub from: usize,
    /// The last.
    pub to: usize,
    /// How many of the steps between were expected.
    pub steps: usize,
    /// Whether nothing has come since.
    pub open: bool,
}

/// Seasons looked back.
const SEASONS: usize = 8;
/// Seasons it takes.
const SEASONS_LEAST: usize = 2;
/// Share of them that must have been reported, in quarters.
const QUARTERS: usize = 3;

/// Finds missing steps among evenly spaced ones, oldest first; `season` is how many steps until the same place comes again.
///
/// # Errors
/// [`CannotTell`] where nothing was reported or fewer than two seasons have passed.
pub fn missing(reported: &[bool], season: usize) -> Result<Vec<MissingRun>, CannotTell> {
    let season = season.max(1);
    let Some(first) = reported.iter().position(|r| *r) else { return Err(CannotTell::Empty) };
    let (have, need) = (reported.len() - first, SEASONS_LEAST * season + 1);
    if have < need {
        return Err(CannotTell::TooShort { have, need });
    }
    let mut runs: Vec<MissingRun> = Vec::new();
    let mut running = false;
    for (step, came) in reported.iter().enumerate().skip(first) {
        if *came {
            running = false;
        } else if expected(&reported[first..step], season) {
            match runs.last_mut() {
                Some(run) if running => (run.to, run.steps) = (step, run.steps + 1),
                _ => runs.push(MissingRun { from: step, to: step, steps: 1, open: false }),
            }
            running = true;
        }
    }
    if let Some(run) = runs.last_mut() {
        run.open = running;
    }
    Ok(runs)
}

fn expected(before: &[bool], season: usize) -> bool {
    let same_place = before.iter().rev().skip(season - 1).step_by(season).take(SEASONS);
    let (seen, came) = same_place.fold((0, 0), |(seen, came), r| (seen + 1, came + usize::from(*r)));
    seen >= SEASONS_LEAST && came * 4 >= seen * QUARTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(count: usize) -> Vec<bool> {
        (0..count * 7).map(|i| i % 7 < 5).collect()
    }

    #[test]
    fn rest_days_are_not_missed() {
        assert_eq!(missing(&weeks(6), 7), Ok(vec![]));
    }

    #[test]
    fn a_gap_runs_over_rest_days_and_stays_open_at_the_end() {
        let mut reported = weeks(6);
        reported[18] = false; // a Friday
        reported[21] = false; // the Monday after
        for day in &mut reported[39..] {
            *day = false;
        }
        let closed = MissingRun { from: 18, to: 21, steps: 2, open: false };
        let open = MissingRun { from: 39, to: 39, steps: 1, open: true };
        assert_eq!(missing(&reported, 7), Ok(vec![closed, open]));
    }

    #[test]
    fn nothing_is_expected_of_what_never_came() {
        assert_eq!(missing(&[false; 30], 7), Err(CannotTell::Empty));
        assert_eq!(missing(&[true; 5], 7), Err(CannotTell::TooShort { have: 5, need: 15 }));
        assert_eq!(missing(&[], 0), Err(CannotTell::Empty));
    }
}
