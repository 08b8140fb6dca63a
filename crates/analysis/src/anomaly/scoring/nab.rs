//! The score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015, arXiv 1510.03336; repository numenta/NAB).
//!
//! Each labelled window earns the weight of its best detection, more for an early one; each detection outside costs; a window
//! without any costs. With r a row's place relative to a window (−1 at its first row, 0 just behind its last) the weight is
//! S(r) = 2/(1 + e^(5r)) − 1, and −1 beyond r = 3. The first 15 % of rows, at most 750, are not scored.
//!
//! Known weakness: the labels are partly made by hand and disputed (Wu and Keogh 2021), and one spike outside every window costs
//! whoever sees it.

/// What hits and misses weigh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// The benchmark's own name for it.
    pub name: &'static str,
    /// Of a window found at once.
    pub hit: f64,
    /// Of a window missed.
    pub miss: f64,
    /// Of a detection far from every window.
    pub false_alarm: f64,
}

/// The benchmark's profiles.
pub const PROFILES: [Profile; 3] = [
    Profile { name: "standard", hit: 1.0, miss: 1.0, false_alarm: 0.11 },
    Profile { name: "reward_low_FP_rate", hit: 1.0, miss: 1.0, false_alarm: 0.22 },
    Profile { name: "reward_low_FN_rate", hit: 1.0, miss: 2.0, false_alarm: 0.11 },
];

/// Rows of a labelled anomaly, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its first row.
    pub first: usize,
    /// Its last row.
    pub last: usize,
}

impl Window {
    const fn holds(&self, row: usize) -> bool {
        self.first <= row && row <= self.last
    }
}

/// The score of one file, or the sum over several.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Score {
    /// As the benchmark sums it up.
    pub raw: f64,
    /// Windows with a detection.
    pub hit: usize,
    /// Windows scored.
    pub windows: usize,
    /// Detections outside windows.
    pub false_alarms: usize,
    /// Rows scored.
    pub rows: usize,
}

impl Score {
    /// From 0 (nothing detected) to 100 (each window at its first row, no false alarm); below zero where silence would have been
    /// better.
    #[must_use]
    pub fn normalised(&self, profile: &Profile) -> Option<f64> {
        let (null, perfect) = (-profile.miss * self.windows as f64, profile.hit * self.windows as f64);
        (self.windows > 0).then(|| 100.0 * (self.raw - null) / (perfect - null))
    }
}

impl std::ops::AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.hit += other.hit;
        self.windows += other.windows;
        self.false_alarms += other.false_alarms;
        self.rows += other.rows;
    }
}

/// Rows that are not scored at the start of a file.
#[must_use]
pub const fn probation(rows: usize) -> usize {
    let share = rows * 15 / 100;
    if share < 750 { share } else { 750 }
}

/// What a detection in each row weighs, were it the only one: whether it is scored is another question.
#[must_use]
pub fn weights(rows: usize, windows: &[Window], profile: &Profile) -> Vec<f64> {
    (0..rows).map(|row| weight(row, windows, profile)).collect()
}

fn weight(row: usize, windows: &[Window], profile: &Profile) -> f64 {
    let around = windows.iter().find(|w| w.holds(row));
    around.map_or_else(|| outside(row, windows, profile), |window| inside(row, *window, profile))
}

/// What each row adds to the score: a false alarm its cost, a window's best detection (or its miss) at the window's first row.
/// Windows are in order and do not overlap.
#[must_use]
pub fn contributions(detected: &[bool], windows: &[Window], profile: &Profile) -> Vec<f64> {
    let mut added = vec![0.0; detected.len()];
    let start = probation(detected.len());
    let hit = |row: &usize| *row >= start && detected.get(*row) == Some(&true);
    for row in (start..detected.len()).filter(hit).filter(|row| !windows.iter().any(|w| w.holds(*row))) {
        added[row] = weight(row, windows, profile);
    }
    for window in scored(windows, start) {
        let hits = (window.first..=window.last).filter(hit);
        let best = hits.map(|row| inside(row, *window, profile)).max_by(f64::total_cmp).unwrap_or(-profile.miss);
        if let Some(cell) = added.get_mut(window.first) {
            *cell = best;
        }
    }
    added
}

/// Scores the detections of one file.
#[must_use]
pub fn score(detected: &[bool], windows: &[Window], profile: &Profile) -> Score {
    let start = probation(detected.len());
    let found = |w: &&Window| detected.iter().take(w.last + 1).skip(w.first.max(start)).any(|d| *d);
    let free = |row: usize| !windows.iter().any(|w| w.holds(row));
    Score {
        raw: contributions(detected, windows, profile).iter().sum(),
        hit: scored(windows, start).filter(found).count(),
        windows: scored(windows, start).count(),
        false_alarms: detected.iter().enumerate().skip(start).filter(|(row, d)| **d && free(*row)).count(),
        rows: detected.len() - start,
    }
}

/// Windows that do not lie wholly in what is not scored.
fn scored(windows: &[Window], start: usize) -> impl Iterator<Item = &Window> {
    windows.iter().filter(move |w| w.last >= start)
}

fn sigmoid(place: f64) -> f64 {
    if place > 3.0 { -1.0 } else { 2.0 / (1.0 + (5.0 * place).exp()) - 1.0 }
}

fn inside(row: usize, window: Window, profile: &Profile) -> f64 {
    let width = (window.last - window.first + 1) as f64;
    profile.hit * sigmoid(-((window.last - row + 1) as f64) / width) / sigmoid(-1.0)
}

fn outside(row: usize, windows: &[Window], profile: &Profile) -> f64 {
    let Some(before) = windows.iter().rfind(|w| w.last < row) else { return -profile.false_alarm };
    let width = (before.last - before.first).max(1) as f64;
    profile.false_alarm * sigmoid((row - before.last) as f64 / width)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { first: 50, last: 59 };

    fn of(rows: &[usize]) -> Score {
        let mut detected = [false; 100];
        for row in rows {
            detected[*row] = true;
        }
        score(&detected, &[WINDOW], &PROFILES[0])
    }

    #[test]
    fn early_hits_are_worth_most_and_only_the_best_counts() {
        assert_eq!(of(&[50]).normalised(&PROFILES[0]), Some(100.0));
        assert_eq!(of(&[]).normalised(&PROFILES[0]), Some(0.0));
        assert_eq!(of(&[50, 55, 59]).raw, 1.0);
        let late = of(&[59]).raw;
        assert!(late > 0.0 && late < 0.3, "{late}");
    }

    #[test]
    fn false_alarms_cost_by_their_distance_behind_a_window() {
        assert_eq!(of(&[50, 20]).raw, 1.0 - 0.11);
        assert!(of(&[50, 60]).raw > of(&[50, 70]).raw);
        assert_eq!(of(&[50, 99]).raw, 1.0 - 0.11);
        assert_eq!(of(&[50, 14]).raw, 1.0, "probation");
    }

    #[test]
    fn profiles_weigh_misses_and_false_alarms() {
        let mut detected = [false; 100];
        detected[20] = true;
        let raw = |profile: &Profile| score(&detected, &[WINDOW], profile).raw;
        assert_eq!(PROFILES.each_ref().map(raw), [-1.11, -1.22, -2.11]);
    }

    #[test]
    fn a_window_in_probation_is_not_scored() {
        let none = score(&[true; 100], &[Window { first: 2, last: 9 }], &PROFILES[0]);
        assert_eq!((none.windows, none.normalised(&PROFILES[0])), (0, None));
    }
}
