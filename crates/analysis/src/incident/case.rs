//! Signs that belong together are one case: of one object, on days that overlap, with one cause.

use super::episode::Episode;
use super::grid::Grid;
use super::metric::Metric;
use super::scan::{Line, Scan};
use super::settings::Settings;
use crate::anomaly::{DrivenDay, TrackingSettings, missing, tracking_losses};

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Account,
    Campaign(usize),
}

/// One figure that was not as usual for a while.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sign {
    pub(crate) metric: Metric,
    pub(crate) episode: Episode,
    /// How the days came out against what was expected, all together.
    pub(crate) factor: f64,
    /// The same of the day that was furthest off.
    pub(crate) most: f64,
}

/// Signs that belong together.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) who: Who,
    /// The one that matters most first.
    pub(crate) signs: Vec<Sign>,
    /// Campaigns whose own cases went into this one.
    pub(crate) campaigns: Vec<usize>,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) open: bool,
    /// Days that were not reported.
    pub(crate) missing: bool,
    /// Conversions ceased altogether.
    pub(crate) silent: bool,
    /// Known from an event alone; figures have not moved enough to speak.
    pub(crate) event: bool,
    /// Several figures are odd together and none alone: how rare that is, in powers of ten.
    pub(crate) odd: Option<f64>,
}

impl Case {
    pub(crate) fn new(who: Who, sign: Sign) -> Self {
        let Episode { from, to, open, .. } = sign.episode;
        Self { who, signs: vec![sign], campaigns: vec![], from, to, open, missing: false, silent: false, event: false, odd: None }
    }

    /// A case that only an event tells of, on its day.
    pub(crate) fn of_event(campaign: usize, day: usize, last: usize, rises: bool) -> Self {
        let open = day + 1 >= last;
        let episode = Episode { from: day, to: day, told: day, open, settled: false, rises, peak: 0.0 };
        let sign = Sign { metric: Metric::Spend, episode, factor: 1.0, most: 1.0 };
        Self { event: true, ..Self::new(Who::Campaign(campaign), sign) }
    }

    fn add(&mut self, sign: Sign) {
        self.from = self.from.min(sign.episode.from);
        self.to = self.to.max(sign.episode.to);
        self.open |= sign.episode.open;
        self.signs.push(sign);
    }

    pub(crate) fn sign(&self, metric: Metric) -> Option<&Sign> {
        self.signs.iter().find(|sign| sign.metric == metric)
    }

    /// Days it lasted.
    pub(crate) fn days(&self) -> std::ops::RangeInclusive<usize> {
        self.from..=self.to
    }
}

/// Signs of different figures that begin within so many days of each other may be one case.
const TOGETHER: usize = 2;
/// So many campaigns that move together, with such a part of the account's spend, are the account.
const POOL: (usize, f64) = (3, 0.5);
/// A campaign that does such a part of the account's move makes it.
const MAKES: f64 = 0.6;
/// From this part of the account's move on the other campaigns move along.
const ALONG: f64 = 0.5;
/// A campaign's rates are spoken of only where it has such a part of the account's spend.
const RATE_WEIGHT: f64 = 0.1;

pub(crate) fn cases(grid: &Grid<'_>, scan: &Scan, settings: &Settings) -> Vec<Case> {
    let mut account = of_account(grid, scan);
    let mut campaigns: Vec<Case> = (0..grid.campaigns.len()).flat_map(|c| of_campaign(c, grid, scan, &account)).collect();
    let mut pooled = pool(grid, &mut campaigns);
    campaigns.retain(|case| matters(case, grid, scan, settings));
    // A move of all spend that pooled campaigns make is told once.
    account.retain(|case| {
        let size = case.signs[0].metric.is_size();
        !size || !pooled.iter().chain(&campaigns).any(|other| overlap(case, other) > 0 && other.signs[0].metric.is_size())
    });
    account.retain(|case| case.signs[0].metric.is_size() || !campaigns.iter().any(|own| makes(own, case, grid, scan)));
    account.append(&mut pooled);
    account.append(&mut campaigns);
    account.extend(gaps(grid));
    account.sort_by_key(|case| (case.from, case.who));
    account
}

/// Whether a campaign whose spend leapt at the same time makes a move of the account's rates all by itself: what it bought with more money
/// than it was made for sells less, and its siblings sell as ever.
fn makes(own: &Case, account: &Case, grid: &Grid<'_>, scan: &Scan) -> bool {
    let Who::Campaign(c) = own.who else { return false };
    let (lead, m) = (account.signs[0], account.signs[0].metric.place());
    // More money loses at most what it grew by.
    let grew = own.signs[0].factor.max(1e-3).ln();
    if !own.signs[0].metric.is_size()
        || grew < lead.factor.max(1e-3).ln().abs()
        || own.from.abs_diff(account.from) > TOGETHER
        || overlap(own, account) == 0
    {
        return false;
    }
    let came = |c: usize| {
        let days = account.days().filter(|&t| scan.campaigns[c][m].expected[t].is_finite());
        days.fold((0.0, 0.0), |(seen, due), t| {
            (seen + lead.metric.over(&grid.campaigns[c][t]), due + scan.campaigns[c][m].expected[t])
        })
    };
    let sum = |all: (f64, f64), one: (f64, f64)| (all.0 + one.0, all.1 + one.1);
    let (one, others) = (came(c), (0..grid.campaigns.len()).filter(|other| *other != c).map(came).fold((0.0, 0.0), sum));
    let (own, whole) = (one.0 - one.1, one.0 - one.1 + others.0 - others.1);
    // What the others do as well is not its making, however large it is.
    let along = ((others.0 + 0.5) / (others.1 + 0.5)).ln() / lead.factor.max(1e-3).ln();
    whole != 0.0 && own / whole >= MAKES && along < ALONG
}

fn overlap(a: &Case, b: &Case) -> usize {
    (a.to.min(b.to) + 1).saturating_sub(a.from.max(b.from))
}

fn signs(line: &Line, metric: Metric) -> Vec<Sign> {
    let of = |episode: &Episode| {
        let days = (episode.from..=episode.to).filter(|&t| line.off[t].is_finite());
        let (mut sum, mut weight, mut most, mut furthest) = (0.0, 0.0, 1.0, 0.0);
        for t in days {
            let w = if line.expected[t].is_finite() { line.expected[t].max(1e-12) } else { 1e-12 };
            sum += w * line.ratio[t];
            weight += w;
            if line.off[t].abs() > furthest {
                (furthest, most) = (line.off[t].abs(), line.ratio[t]);
            }
        }
        let factor = if weight > 0.0 { sum / weight } else { 1.0 };
        Sign { metric, episode: *episode, factor, most }
    };
    line.episodes.iter().map(of).collect()
}

/// Figures in the order in which they speak for a case; those after the fourth only ever support one.
const ORDER: [Metric; Metric::COUNT] =
    [Metric::Cvr, Metric::Cpm, Metric::Spend, Metric::Ctr, Metric::Impressions, Metric::Roas, Metric::Aov];
const LEADING: usize = 4;

fn of_account(grid: &Grid<'_>, scan: &Scan) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (place, metric) in ORDER.into_iter().enumerate() {
        for sign in signs(&scan.account[metric.place()], metric) {
            join(&mut cases, Who::Account, sign, place < LEADING);
        }
    }
    for case in &mut cases {
        lead(case);
    }
    silences(grid, &mut cases);
    cases
}

/// Puts the leading figure that is furthest off in front; the case begins with it.
fn lead(case: &mut Case) {
    let leads = |sign: &Sign| ORDER[..LEADING].contains(&sign.metric);
    case.signs.sort_by(|a, b| leads(b).cmp(&leads(a)).then(b.episode.peak.total_cmp(&a.episode.peak)));
    let from = case.signs[0].episode.from;
    let near = case.signs.iter().filter(|s| leads(s)).map(|s| s.episode.from).filter(|f| f + TOGETHER >= from);
    case.from = near.min().unwrap_or(from);
}

/// Puts a sign to the case it overlaps most, or begins one.
fn join(cases: &mut Vec<Case>, who: Who, sign: Sign, leading: bool) {
    let mut alone = Case::new(who, sign);
    let near = |case: &&mut Case| {
        let apart = case.from.abs_diff(alone.from);
        // People who see dearer ads are fewer and buy more: what rises within a dearer week belongs to it.
        let dearer = [&case.signs[0], &sign].iter().all(|s| matches!(s.metric, Metric::Cvr | Metric::Cpm) && s.factor > 1.0);
        // A dearer auction takes no conversions off a click: where both happen there are two troubles.
        let unlike = leads_apart(&case.signs[0], &sign) || leads_apart(&sign, &case.signs[0]);
        let together = apart <= TOGETHER || dearer && overlap(case, &alone) * 2 > (alone.to - alone.from).min(case.to - case.from);
        overlap(case, &alone) > 0 && (!leading || together && !unlike) && case.signs.iter().all(|s| s.metric != sign.metric)
    };
    match cases.iter_mut().filter(near).max_by_key(|case| overlap(case, &alone)) {
        Some(case) if leading => case.add(sign),
        // What only supports does not stretch a case.
        Some(case) => case.signs.push(sign),
        None => {
            alone.open = sign.episode.open;
            cases.push(alone);
        }
    }
}

/// Whether the price of an impression rises while a click brings fewer conversions.
fn leads_apart(price: &Sign, rate: &Sign) -> bool {
    price.metric == Metric::Cpm && price.factor > 1.0 && rate.metric == Metric::Cvr && rate.factor < 1.0
}

/// Runs of days without any conversion, which small accounts show best.
fn silences(grid: &Grid<'_>, cases: &mut Vec<Case>) {
    let day = |t: usize| {
        let figures = grid.known[t].then_some(&grid.account[t]);
        DrivenDay { driver: figures.map(|f| f.clicks), result: figures.map(|f| f.conversions), arrived: grid.arrived[t] }
    };
    let days: Vec<DrivenDay> = (0..grid.days).map(day).collect();
    let Ok(losses) = tracking_losses(&days, &TrackingSettings::default()) else { return };
    for loss in losses {
        let open = loss.open && loss.to + 1 == grid.days;
        let episode =
            Episode { from: loss.from, to: loss.to, told: loss.certain, open, settled: false, rises: false, peak: loss.rarity };
        let case = Case::new(Who::Account, Sign { metric: Metric::Cvr, episode, factor: 0.0, most: 0.0 });
        match cases.iter_mut().find(|other| overlap(other, &case) > 0 && other.sign(Metric::Cvr).is_some_and(|s| s.factor < 1.0)) {
            Some(other) => other.silent = loss.to + 1 - loss.from >= other.to + 1 - other.from,
            None => cases.push(Case { silent: true, ..case }),
        }
    }
}

fn of_campaign(c: usize, grid: &Grid<'_>, scan: &Scan, account: &[Case]) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for metric in [Metric::Spend, Metric::Impressions, Metric::Cpm, Metric::Cvr, Metric::Ctr, Metric::Roas, Metric::Aov] {
        for sign in signs(&scan.campaigns[c][metric.place()], metric) {
            let alone = Case::new(Who::Campaign(c), sign);
            let told = |case: &Case| overlap(case, &alone) > 0 && case.sign(metric).is_some();
            if !metric.is_size() && account.iter().any(told) {
                continue;
            }
            match cases.iter_mut().filter(|case| overlap(case, &alone) > 0).max_by_key(|case| overlap(case, &alone)) {
                Some(case) if metric.is_size() && case.signs.iter().all(|s| s.metric != metric) => case.add(sign),
                Some(case) => case.signs.push(sign),
                None if metric == Metric::Roas || metric == Metric::Aov => {}
                None => cases.push(alone),
            }
        }
    }
    cases.retain(|case| grid.campaigns[c][case.from..=case.to].iter().any(|d| d.spend > 0.0) || case.signs[0].metric.is_size());
    cases
}

/// Campaigns whose spend moves the same way on the same day are the account.
fn pool(grid: &Grid<'_>, campaigns: &mut Vec<Case>) -> Vec<Case> {
    let mut pooled: Vec<Case> = Vec::new();
    campaigns.sort_by_key(|case| (case.from, case.who));
    let mut first = 0;
    while first < campaigns.len() {
        let (from, rises, metric) =
            (campaigns[first].from, campaigns[first].signs[0].factor > 1.0, campaigns[first].signs[0].metric);
        let along = |case: &Case| {
            case.from <= from + 1 && case.signs[0].metric == metric && (case.signs[0].factor > 1.0) == rises && metric.is_size()
        };
        let members: Vec<usize> =
            (first..campaigns.len()).take_while(|&i| campaigns[i].from <= from + 1).filter(|&i| along(&campaigns[i])).collect();
        let part = |i: usize| match campaigns[i].who {
            Who::Campaign(c) => share(grid, c, from),
            Who::Account => 0.0,
        };
        if members.len() >= POOL.0 && members.iter().map(|&i| part(i)).sum::<f64>() >= POOL.1 {
            let mut whole = Case { who: Who::Account, ..campaigns[members[0]].clone() };
            for &i in &members {
                let case = &campaigns[i];
                whole.to = whole.to.max(case.to);
                whole.open |= case.open;
                whole.campaigns.extend(match case.who {
                    Who::Campaign(c) => Some(c),
                    Who::Account => None,
                });
            }
            pooled.push(whole);
            let mut place = 0;
            campaigns.retain(|_| {
                place += 1;
                !members.contains(&(place - 1))
            });
        } else {
            first += 1;
        }
    }
    pooled
}

/// A campaign's part of the account's spend in the two weeks before a day.
pub(crate) fn share(grid: &Grid<'_>, c: usize, t: usize) -> f64 {
    let days = t.saturating_sub(14)..t;
    let of = |figures: &[crate::track::Figures]| figures[days.clone()].iter().map(|d| d.spend).sum::<f64>();
    let whole: f64 = grid.campaigns.iter().map(|c| of(c)).sum();
    if whole > 0.0 { of(&grid.campaigns[c]) / whole } else { 0.0 }
}

/// Whether a campaign's case moves enough of the account's money.
fn matters(case: &Case, grid: &Grid<'_>, scan: &Scan, settings: &Settings) -> bool {
    let Who::Campaign(c) = case.who else { return true };
    if !case.signs[0].metric.is_size() {
        return share(grid, c, case.from) >= RATE_WEIGHT;
    }
    let spend = Metric::Spend.place();
    let (mut moved, mut whole) = (0.0, 0.0);
    for t in case.days() {
        let expected = scan.campaigns[c][spend].expected[t];
        if expected.is_finite() {
            moved += grid.campaigns[c][t].spend - expected;
            whole += scan.campaigns.iter().map(|lines| lines[spend].expected[t]).filter(|e| e.is_finite()).sum::<f64>();
        }
    }
    whole <= 0.0 || moved.abs() >= settings.campaign_weight * whole
}

/// Days that should have been reported.
fn gaps(grid: &Grid<'_>) -> Vec<Case> {
    let Ok(runs) = missing(&grid.known, 7) else { return vec![] };
    let case = |run: crate::anomaly::MissingRun| {
        let open = run.open && run.to + 1 == grid.days;
        let episode = Episode { from: run.from, to: run.to, told: run.from, open, settled: false, rises: false, peak: 0.0 };
        Case { missing: true, ..Case::new(Who::Account, Sign { metric: Metric::Spend, episode, factor: 0.0, most: 0.0 }) }
    };
    runs.into_iter().map(case).collect()
}
