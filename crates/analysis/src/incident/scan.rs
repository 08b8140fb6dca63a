//! Every figure of the account and of its campaigns, held day by day against what earlier days lead one to expect.
//!
//! A campaign is expected to do what its own level and the account's week say. The account's index of a figure is the sum of what its
//! campaigns did over the sum of what was expected of them, so that campaigns which start, stop, grow or shrink move it by nothing. A
//! campaign is judged by how far it is off beyond what its siblings are off. Where one campaign alone makes the account's move, the
//! account is judged without it: that move is the campaign's.

use super::episode::{Bounds, Episode, Follower, Standing};
use super::grid::Grid;
use super::metric::Metric;
use super::settings::Settings;
use super::usual::{Level, Noise, Week};
use crate::track::Figures;

/// One figure of one object: what was expected of each day, how far off it was, and its episodes.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// What was expected to be counted (over); `NaN` where nothing was.
    pub(crate) expected: Vec<f64>,
    /// By how much the day was off, on the metric's own scale; of a campaign beyond its siblings. `NaN` where not judged.
    pub(crate) off: Vec<f64>,
    /// The same in deviations.
    pub(crate) deviations: Vec<f64>,
    /// What came over what was expected; of a campaign over what its siblings did.
    pub(crate) ratio: Vec<f64>,
    pub(crate) episodes: Vec<Episode>,
}

impl Line {
    fn new(days: usize) -> Self {
        let none = vec![f64::NAN; days];
        Self { expected: none.clone(), off: none.clone(), deviations: none.clone(), ratio: none, episodes: Vec::new() }
    }
}

/// All lines, by metric.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) account: Vec<Line>,
    pub(crate) campaigns: Vec<Vec<Line>>,
}

/// Days a level must have been learnt from before it is expected of anything.
const LEVEL_DAYS: u32 = 7;
/// Days the account must have been read before it is judged, and a campaign's scatter.
const ACCOUNT_DAYS: u32 = 21;
const CAMPAIGN_DAYS: u32 = 10;
/// Days without spend after which a campaign that comes back is a new one.
const REST_DAYS: usize = 8;
/// The account's move is not one campaign's where the others make so much of it.
const BROAD: f64 = 0.4;
/// Siblings that make less of what is expected tell nothing.
const SIBLINGS_LEAST: f64 = 0.1;
/// A day of which less has arrived is not learnt from.
const ARRIVED_LEAST: f64 = 0.5;
/// How uncertain the missing part of a day is, as a share of itself.
const ARRIVAL_NOISE: f64 = 0.35;
/// How much further than a fall a rise of conversions per click must be off.
const CVR_RISE: f64 = 1.2;
/// On retail dates moves must be so much larger.
const SPECIAL: f64 = 2.5;

/// What is known of one object's one figure so far.
#[derive(Debug, Clone)]
struct State {
    level: Level,
    other: Level,
    noise: Noise,
    judged: u32,
    follower: Follower,
}

impl State {
    fn new(metric: Metric, account: bool) -> Self {
        let (prior, floor) = match (metric.is_size(), account) {
            (true, _) => (0.06, 0.03),
            (false, true) => (0.07, 0.025),
            (false, false) => (0.10, 0.04),
        };
        Self {
            level: Level::default(),
            other: Level::default(),
            noise: Noise::new(prior, floor),
            judged: 0,
            follower: Follower::default(),
        }
    }
}

/// Days of a new level before another step from it can be told.
const STEP_DAYS: u32 = 3;
/// A level below this part of the old one is none to step from, nor is a day that comes to nothing a step.
const STEP_LEAST: f64 = 0.2;

impl State {
    /// Whether a size that has left its level leaves the new one too, the same way: then the new one becomes the level, and the day is told
    /// by how far it is off that.
    fn next_step(&mut self, t: usize, off: f64, bounds: &Bounds) -> f64 {
        let (Some(old), Some(new), true) = (self.level.rate(), self.other.rate(), self.follower.running()) else { return off };
        let beyond = off - (new / old).ln();
        let far = beyond.abs() >= bounds.alone * self.noise.variance().sqrt() && beyond.abs() >= 2.0 * bounds.least;
        let on = off > STEP_LEAST.ln() * 2.0 && new > STEP_LEAST * old;
        if self.other.seen < STEP_DAYS || !far || !on || beyond * (new / old).ln() <= 0.0 {
            return off;
        }
        self.follower.settle(t);
        self.level = self.other;
        self.level.seen = self.level.seen.max(LEVEL_DAYS);
        self.other = Level::default();
        beyond
    }
}

/// A new level below this part of the old one is none.
const CEASED: f64 = 0.05;

/// One campaign's day: what came and what was expected.
#[derive(Debug, Clone, Copy)]
struct Cell {
    seen: f64,
    expected: f64,
    conversions: f64,
}

/// Sums over campaigns.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    seen: f64,
    expected: f64,
    conversions: f64,
    count: usize,
}

impl Sum {
    fn add(&mut self, cell: &Cell) {
        self.seen += cell.seen;
        self.expected += cell.expected;
        self.conversions += cell.conversions;
        self.count += 1;
    }

    fn ratio(&self) -> f64 {
        (self.seen / self.expected).clamp(0.0, 1e6)
    }

    fn without(mut self, cell: &Cell) -> Self {
        self.seen -= cell.seen;
        self.expected -= cell.expected;
        self.conversions -= cell.conversions;
        self.count = self.count.saturating_sub(1);
        self
    }
}

/// How far off a day is, on the metric's own scale.
fn off(metric: Metric, sum: &Sum, variance: f64) -> f64 {
    metric.off(sum.seen, sum.expected, metric.events(sum.expected, sum.conversions), variance)
}

/// The variance of a day that the number of events makes.
fn by_number(metric: Metric, expected: f64, conversions: f64) -> f64 {
    metric.events(expected, conversions).map_or(0.0, |events| 1.0 / events)
}

pub(crate) fn scan(grid: &Grid<'_>, settings: &Settings) -> Scan {
    let mut machine = Machine::new(grid, settings);
    for t in (0..grid.days).filter(|&t| grid.known[t]) {
        machine.rest(t);
        for metric in Metric::ALL {
            machine.day(t, metric);
        }
        machine.seen += 1;
    }
    machine.finish()
}

struct Machine<'a> {
    grid: &'a Grid<'a>,
    settings: &'a Settings,
    account: Vec<State>,
    campaigns: Vec<Vec<State>>,
    weeks: [Week; Metric::COUNT],
    /// Days since each campaign last spent.
    idle: Vec<usize>,
    seen: u32,
    scan: Scan,
    cells: Vec<Option<Cell>>,
}

impl<'a> Machine<'a> {
    fn new(grid: &'a Grid<'a>, settings: &'a Settings) -> Self {
        let states = |account| Metric::ALL.map(|m| State::new(m, account)).to_vec();
        let lines = || vec![Line::new(grid.days); Metric::COUNT];
        let count = grid.campaigns.len();
        Self {
            grid,
            settings,
            account: states(true),
            campaigns: vec![states(false); count],
            weeks: [Week::default(); Metric::COUNT],
            idle: vec![0; count],
            seen: 0,
            scan: Scan { account: lines(), campaigns: vec![lines(); count] },
            cells: Vec::with_capacity(count),
        }
    }

    /// A campaign that rested for long has nothing usual any more.
    fn rest(&mut self, t: usize) {
        for (c, idle) in self.idle.iter_mut().enumerate() {
            *idle = if self.grid.campaigns[c][t].spend > 0.0 { 0 } else { *idle + 1 };
            if *idle == REST_DAYS {
                for state in &mut self.campaigns[c] {
                    (state.level, state.other, state.judged) = (Level::default(), Level::default(), 0);
                    state.follower.stop();
                }
            }
        }
    }

    fn day(&mut self, t: usize, metric: Metric) {
        let (grid, m) = (self.grid, metric.place());
        let factor = grid.share(metric, t) * self.weeks[m].of(grid.weekday[t]).exp();
        self.cells.clear();
        for c in 0..grid.campaigns.len() {
            let cell = self.cell(c, t, metric, factor);
            if let Some(cell) = cell {
                self.scan.campaigns[c][m].expected[t] = cell.expected;
            }
            self.cells.push(cell);
        }
        let active = |c: usize, cell: &Cell| !metric.is_size() || grid.campaigns[c][t].spend > 0.0 && cell.expected > 0.0;
        let mut sum = Sum::default();
        let mut top: Option<(usize, f64)> = None;
        for (c, cell) in self.cells.iter().enumerate() {
            let Some(cell) = cell.filter(|cell| active(c, cell)) else { continue };
            sum.add(&cell);
            let size = (cell.seen - cell.expected).abs();
            if top.is_none_or(|(_, most)| size > most) {
                top = Some((c, size));
            }
        }
        let variance = self.account[m].noise.variance();
        let whole = off(metric, &sum, variance);
        let top_cell = top.and_then(|(c, _)| self.cells[c]);
        let rest = top_cell.map(|cell| sum.without(&cell)).filter(|rest| rest.expected >= SIBLINGS_LEAST * sum.expected);
        let rest_off = rest.as_ref().map(|rest| off(metric, rest, variance));
        let broad = rest_off.is_none_or(|rest| rest * whole > 0.0 && rest.abs() >= BROAD * whole.abs());
        let (judged, account_off) = if broad { (sum, whole) } else { (rest.unwrap_or(sum), rest_off.unwrap_or(whole)) };
        let standing = self.judge_account(t, metric, &judged, account_off);
        for c in 0..self.cells.len() {
            let Some(cell) = self.cells[c] else {
                self.teach(c, t, metric, factor, Standing::Usual, standing);
                continue;
            };
            let mut siblings = if active(c, &cell) { sum.without(&cell) } else { sum };
            if !broad
                && top.is_some_and(|(top, _)| top != c)
                && let Some(top) = top_cell
            {
                siblings = siblings.without(&top);
            }
            let own = self.judge_campaign(c, t, metric, &cell, &siblings, sum.expected);
            self.teach(c, t, metric, factor, own, standing);
        }
    }

    fn cell(&self, c: usize, t: usize, metric: Metric, factor: f64) -> Option<Cell> {
        let day = &self.grid.campaigns[c][t];
        let level = &self.campaigns[c][metric.place()].level;
        if level.seen < LEVEL_DAYS {
            return None;
        }
        let expected = level.rate()? * metric.under(day) * factor;
        let conversions = match metric {
            Metric::Aov => day.conversions,
            Metric::Roas | Metric::Cvr => {
                let level = &self.campaigns[c][Metric::Cvr.place()].level;
                level.rate().unwrap_or(0.0) * day.clicks * self.grid.share(Metric::Cvr, t)
            }
            _ => 0.0,
        };
        (expected > 0.0 && expected.is_finite()).then_some(Cell { seen: metric.over(day), expected, conversions })
    }

    /// Whether a day has enough of what a figure rests on.
    fn enough(&self, metric: Metric, conversions: f64, impressions: f64) -> bool {
        match metric {
            Metric::Spend | Metric::Impressions => true,
            Metric::Ctr | Metric::Cpm => impressions >= self.settings.least_impressions,
            Metric::Cvr | Metric::Aov | Metric::Roas => conversions >= self.settings.least_conversions,
        }
    }

    fn chance(&self, metric: Metric, t: usize, expected: f64, conversions: f64) -> f64 {
        let missing = 1.0 - self.grid.share(metric, t);
        by_number(metric, expected, conversions) + (ARRIVAL_NOISE * missing).powi(2)
    }

    fn judge_account(&mut self, t: usize, metric: Metric, sum: &Sum, off: f64) -> Standing {
        let m = metric.place();
        let alone = metric.is_size() && sum.count < 2;
        if sum.expected <= 0.0 || alone || !self.enough(metric, sum.conversions, self.grid.account[t].impressions) {
            return Standing::Usual;
        }
        let chance = self.chance(metric, t, sum.expected, sum.conversions);
        let state = &mut self.account[m];
        let deviations = off / (state.noise.variance() + chance).sqrt();
        let line = &mut self.scan.account[m];
        (line.expected[t], line.off[t], line.deviations[t], line.ratio[t]) = (sum.expected, off, deviations, sum.ratio());
        let mut standing = Standing::Usual;
        if self.seen >= ACCOUNT_DAYS {
            let bounds = account_bounds(metric, self.settings, self.grid.special[t]);
            standing = state.follower.take(t, deviations, off, &bounds);
        }
        if matches!(standing, Standing::Usual | Standing::Odd) && !self.grid.special[t] {
            state.noise.learn(off, chance);
            self.weeks[m].learn(self.grid.weekday[t], off);
        }
        standing
    }

    fn judge_campaign(&mut self, c: usize, t: usize, metric: Metric, cell: &Cell, siblings: &Sum, all: f64) -> Standing {
        let m = metric.place();
        let day: &Figures = &self.grid.campaigns[c][t];
        if !self.enough(metric, cell.conversions, day.impressions) {
            return Standing::Usual;
        }
        let tell = siblings.expected >= SIBLINGS_LEAST * all && siblings.count > 0;
        if !tell && !metric.is_size() {
            // The account's own index says it.
            return Standing::Usual;
        }
        let variance = self.campaigns[c][m].noise.variance();
        let by_siblings = if tell { off(metric, siblings, variance) } else { 0.0 };
        let mut own = Sum::default();
        own.add(cell);
        let off = off(metric, &own, variance) - by_siblings;
        let ratio = own.ratio() / if tell { siblings.ratio().max(1e-3) } else { 1.0 };
        let mut chance = self.chance(metric, t, cell.expected, cell.conversions);
        if tell {
            chance += by_number(metric, siblings.expected, siblings.conversions);
        }
        let state = &mut self.campaigns[c][m];
        let off = if metric.is_size() {
            state.next_step(t, off, &campaign_bounds(metric, self.settings, self.grid.special[t]))
        } else {
            off
        };
        let deviations = off / (state.noise.variance() + chance).sqrt();
        let line = &mut self.scan.campaigns[c][m];
        (line.off[t], line.deviations[t], line.ratio[t]) = (off, deviations, ratio);
        let mut standing = Standing::Usual;
        if state.judged >= CAMPAIGN_DAYS {
            standing = state.follower.take(t, deviations, off, &campaign_bounds(metric, self.settings, self.grid.special[t]));
        }
        state.judged += 1;
        if matches!(standing, Standing::Usual | Standing::Odd) && !self.grid.special[t] {
            state.noise.learn(off, chance);
        }
        standing
    }

    /// Lets a campaign's level learn the day, unless the day was unusual; then another level learns it, in case it stays.
    fn teach(&mut self, c: usize, t: usize, metric: Metric, factor: f64, own: Standing, account: Standing) {
        let day = &self.grid.campaigns[c][t];
        let share = self.grid.share(metric, t);
        let (over, under) = (metric.over(day), metric.under(day) * factor);
        let idle = day.spend <= 0.0 && over <= 0.0;
        let state = &mut self.campaigns[c][metric.place()];
        let keep = match metric {
            Metric::Spend | Metric::Impressions => 0.87,
            Metric::Ctr | Metric::Cpm => 0.93,
            Metric::Cvr | Metric::Aov | Metric::Roas => 0.95,
        };
        let unusual = |s: Standing| matches!(s, Standing::Episode | Standing::Settled);
        if unusual(own) || unusual(account) {
            if share >= ARRIVED_LEAST && under > 0.0 {
                state.other.learn(over, under, keep);
            }
        } else if own != Standing::Odd && account != Standing::Odd {
            state.other = Level::default();
            if share >= ARRIVED_LEAST && under > 0.0 && !idle && !self.grid.special[t] {
                state.level.learn(over, under, keep);
            }
        }
        if own == Standing::Settled || account == Standing::Settled {
            let old = state.level.rate().unwrap_or(0.0);
            state.level = state.other;
            state.other = Level::default();
            // What has next to nothing left has no level to leave.
            if !idle && state.level.rate().is_some_and(|new| new > CEASED * old) {
                state.level.seen = state.level.seen.max(LEVEL_DAYS);
            } else {
                state.level = Level::default();
            }
        }
    }

    fn finish(mut self) -> Scan {
        let days = self.grid.days;
        let close = |line: &mut Line, state: State| line.episodes = state.follower.finish(days);
        self.scan.account.iter_mut().zip(self.account).for_each(|(line, state)| close(line, state));
        for (lines, states) in self.scan.campaigns.iter_mut().zip(self.campaigns) {
            lines.iter_mut().zip(states).for_each(|(line, state)| close(line, state));
        }
        self.scan
    }
}

fn account_bounds(metric: Metric, settings: &Settings, special: bool) -> Bounds {
    let d = settings.account_deviations;
    let (alone, change, settles) = match metric {
        Metric::Spend => (d * 1.25, settings.account_change * 1.25, 10),
        Metric::Impressions => (d * 1.25, settings.account_change * 1.25, 28),
        Metric::Cpm => (d, settings.account_change, 28),
        Metric::Cvr => (d * 0.88, settings.account_change * 1.4, 28),
        Metric::Ctr => (d * 1.25, settings.account_change * 1.5, 28),
        Metric::Aov | Metric::Roas => (d * 1.25, settings.account_change * 1.75, 28),
    };
    // More conversions are welcome: they are told where they are hardly chance.
    let rise = if metric == Metric::Cvr { CVR_RISE } else { 1.0 };
    Bounds { rise, ..bounds(alone, change, settles, special) }
}

fn campaign_bounds(metric: Metric, settings: &Settings, special: bool) -> Bounds {
    let d = settings.campaign_deviations;
    if metric.is_size() {
        bounds(d, settings.campaign_spend_change, 6, special)
    } else {
        bounds(d * 1.2, settings.campaign_rate_change, 14, special)
    }
}

fn bounds(alone: f64, change: f64, settles: usize, special: bool) -> Bounds {
    let by = if special { SPECIAL } else { 1.0 };
    Bounds { alone: alone * by, rise: 1.0, on: 2.0, least: change.max(0.0).ln_1p() * by, settles }
}
