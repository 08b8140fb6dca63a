//! Every figure of the account and of its campaigns, held day by day against what earlier days lead one to expect.
//!
//! A campaign is expected to do what its own level and the account's week say. The account's index of a figure is the sum of what its
//! campaigns did over the sum of what was expected of them, so that campaigns which start, stop, grow or shrink move it by nothing. A
//! campaign is judged by how far it is off beyond what its siblings are off. Where one campaign alone makes the account's move, the
//! account is judged without it: that move is the campaign's.

use super::episode::{Episode, Standing};
use super::grid::Grid;
use super::metric::Metric;
use super::settings::Settings;
use super::state::{LEVEL_DAYS, State, Taught, account_bounds, campaign_bounds};
use super::sum::{Cell, Sum, by_number, off};
use super::usual::{Level, Week};
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

/// Days the account must have been read before it is judged, and a campaign's scatter.
const ACCOUNT_DAYS: u32 = 21;
const CAMPAIGN_DAYS: u32 = 10;
/// Days without spend after which a campaign that comes back is a new one.
const REST_DAYS: usize = 8;
/// The account's move is not one campaign's where the others make so much of it.
const BROAD: f64 = 0.4;
/// Siblings that make less of what is expected tell nothing.
const SIBLINGS_LEAST: f64 = 0.1;
/// How uncertain the missing part of a day is, as a share of itself.
const ARRIVAL_NOISE: f64 = 0.35;

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
        let whole = off;
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
            // Where it is all the account has, its week is the account's, of which a size says nothing then.
            if siblings.count == 0 && metric.is_size() {
                self.weeks[m].learn(self.grid.weekday[t], whole);
            }
        }
        standing
    }

    /// Lets a campaign's level learn the day.
    fn teach(&mut self, c: usize, t: usize, metric: Metric, factor: f64, own: Standing, account: Standing) {
        let day = &self.grid.campaigns[c][t];
        let taught = Taught {
            over: metric.over(day),
            under: metric.under(day) * factor,
            share: self.grid.share(metric, t),
            idle: day.spend <= 0.0 && metric.over(day) <= 0.0,
            special: self.grid.special[t],
        };
        self.campaigns[c][metric.place()].learn(metric, &taught, own, account);
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
