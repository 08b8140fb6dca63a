//! Why: what the moves of all figures and the known events leave as the likeliest cause.
//!
//! Of an account: conversions per click that fall over all campaigns while prices and click rates stay are a matter of counting, not of
//! ads (`tracking_loss`, `silent_pixel` where next to nothing is left); that rise by half or more, with prices and order values as ever,
//! a tag that fires twice (`doubled_tag`). A price that rises for everybody while people buy no more than before is the auction's
//! (`cpm_shock`); where they buy more per click as well, or on retail dates not much less, it is `demand`. Of a campaign, spend follows budgets: what
//! goes up and back within days was a slip (`budget_typo`); known changes of budget, status or review name the rest, and who made them
//! tells an `outside_edit`.

use super::case::{Case, Who};
use super::events::Events;
use super::grid::Grid;
use super::metric::Metric;
use super::scan::{Line, Scan};
use trimtab_domain::finding::{EventKind, KnownEvent, Level};

/// What is held to be the cause.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    pub(crate) kind: &'static str,
    pub(crate) confidence: f64,
    pub(crate) events: Vec<KnownEvent>,
    /// Whether it is worth telling.
    pub(crate) told: bool,
    /// Campaigns that moved along with the account's figure, and all that could have.
    pub(crate) along: Option<(usize, usize)>,
}

impl Verdict {
    fn new(kind: &'static str, confidence: f64, events: Vec<KnownEvent>, told: bool) -> Self {
        Self { kind, confidence, events, told, along: None }
    }
}

/// How each figure moved over a case's days, as factors; `None` where nothing can be said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moves([Option<f64>; Metric::COUNT]);

impl Moves {
    pub(crate) fn of(case: &Case, scan: &Scan) -> Self {
        let lines = match case.who {
            Who::Account => &scan.account,
            Who::Campaign(c) => &scan.campaigns[c],
        };
        let one = |metric: Metric| {
            let line = &lines[metric.place()];
            let logs: Vec<f64> = case.days().map(|t| line.ratio[t].max(1e-2).ln()).filter(|o| o.is_finite()).collect();
            (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / logs.len() as f64).exp())
        };
        Self(Metric::ALL.map(one))
    }

    pub(crate) fn get(&self, metric: Metric) -> Option<f64> {
        self.0[metric.place()]
    }

    fn or_one(&self, metric: Metric) -> f64 {
        self.get(metric).unwrap_or(1.0)
    }
}

/// Below this part of its conversions per click an account has next to none.
const SILENT: f64 = 0.17;
/// From this factor on more conversions per click are counted twice rather than won.
const DOUBLED: f64 = 1.5;
/// Money that buys at least this part of what it bought has lost nothing; on retail dates, when everybody bids, this part.
const WORTH: f64 = 0.85;
const WORTH_SPECIAL: f64 = 0.7;
/// One day that passed is told only from so many deviations on.
const BLIP: f64 = 7.0;
/// A figure within this factor, either way, has not moved.
const STILL: f64 = 1.2;
/// A budget raised by such a factor was a slip of the hand.
const ABSURD: f64 = 4.0;
/// Days within which a slip is set back.
const SLIP_DAYS: usize = 4;
/// Spend that at once is such a multiple looks like a slip before it is set back.
const SLIP_FACTOR: f64 = 1.9;
/// What people change budgets by as a matter of course, either way.
const ORDINARY: f64 = 1.45;
/// The same downwards where nobody tells who did it.
const ORDINARY_CUT: f64 = 0.88;

/// What an event says by itself, whatever figures do: an absurd budget, a refusal, a cut by somebody who does not belong here. `None`:
/// nothing that needs to be told.
pub(crate) fn of_event(event: &KnownEvent, events: &Events<'_>) -> Option<Verdict> {
    let factor = event.factor.unwrap_or(1.0);
    let strange = events.is_strange(event);
    let (kind, confidence) = match event.kind {
        EventKind::Disapproved => ("disapproval", 0.95),
        EventKind::Budget if factor >= ABSURD => ("budget_typo", 0.9),
        EventKind::Budget if factor <= 1.0 / ORDINARY && strange => ("outside_edit", 0.9),
        EventKind::Budget if factor <= 1.0 / ORDINARY => ("budget_cut", 0.9),
        EventKind::Budget if factor >= ORDINARY => ("budget_raised", 0.9),
        _ => return None,
    };
    Some(Verdict::new(kind, confidence, vec![event.clone()], true))
}

pub(crate) fn verdict(case: &Case, moves: &Moves, grid: &Grid<'_>, scan: &Scan, events: &Events<'_>) -> Verdict {
    let sure = sureness(case, scan);
    if case.missing {
        return Verdict::new("missing_data", 0.9, events.of_account(case, EventKind::Connection), true);
    }
    if let Some(rarity) = case.odd {
        let sure = 1.0 - 10_f64.powf(-rarity / 2.0);
        return Verdict::new("unknown", 0.3 * sure, vec![], true);
    }
    match case.who {
        Who::Account => of_account(case, moves, grid, scan, events, sure),
        Who::Campaign(c) => of_campaign(c, case, moves, (grid, scan), events, sure),
    }
}

/// How sure it is that something happened at all: the distances of the leading sign's days taken together, d, as d/(d+2).
pub(crate) fn sureness(case: &Case, scan: &Scan) -> f64 {
    let lines = match case.who {
        Who::Account => &scan.account,
        Who::Campaign(c) => &scan.campaigns[c],
    };
    let sign = &case.signs[0];
    let deviations = &lines[sign.metric.place()].deviations;
    let squares: f64 = case.days().map(|t| deviations[t]).filter(|d| d.is_finite()).map(|d| d * d).sum();
    let far = squares.sqrt().max(sign.episode.peak);
    far / (far + 2.0)
}

/// How a figure moved over the account's campaigns.
#[derive(Debug, Clone, Copy)]
struct Breadth {
    /// The part of the account, by what was expected, whose campaigns moved the same way by at least half as much.
    part: f64,
    along: usize,
    all: usize,
    /// By which factor all together moved.
    whole: f64,
}

fn breadth(case: &Case, metric: Metric, grid: &Grid<'_>, scan: &Scan) -> Breadth {
    let m = metric.place();
    let lead = case.signs[0].factor.max(1e-3).ln();
    let mut breadth = Breadth { part: 0.0, along: 0, all: 0, whole: 1.0 };
    let (mut came, mut due, mut along) = (0.0, 0.0, 0.0);
    for (c, lines) in scan.campaigns.iter().enumerate() {
        let days = case.days().filter(|&t| lines[m].expected[t].is_finite());
        let (seen, expected) =
            days.fold((0.0, 0.0), |(s, e), t| (s + metric.over(&grid.campaigns[c][t]), e + lines[m].expected[t]));
        if expected <= 0.0 {
            continue;
        }
        (came, due, breadth.all) = (came + seen, due + expected, breadth.all + 1);
        if ((seen + 0.5) / (expected + 0.5)).ln() / lead >= 0.5 {
            along += expected;
            breadth.along += 1;
        }
    }
    if due > 0.0 {
        (breadth.part, breadth.whole) = (along / due, came / due);
    }
    breadth
}

/// A move that is less than this part of what the account was judged by is one campaign's against the others.
const WHOLE_LEAST: f64 = 0.4;

fn of_account(case: &Case, moves: &Moves, grid: &Grid<'_>, scan: &Scan, events: &Events<'_>, sure: f64) -> Verdict {
    let special = case.days().filter(|&t| grid.special[t]).count() * 2 > case.to + 1 - case.from;
    let lead = case.signs[0];
    let spread = breadth(case, lead.metric, grid, scan);
    let wide = spread.part;
    // Where one campaign's move was taken out, the account as a whole may not have moved at all.
    let moved = spread.whole.max(1e-3).ln() / lead.factor.max(1e-3).ln() >= WHOLE_LEAST;
    let still = |metric: Metric| (1.0 / STILL..=STILL).contains(&moves.or_one(metric));
    let along = Some((spread.along, spread.all));
    let plain = |kind, fits: f64| Verdict { along, ..Verdict::new(kind, sure * fits, vec![], moved) };
    let (cvr, cpm) = (moves.or_one(Metric::Cvr), moves.or_one(Metric::Cpm));
    // What money buys: where more is paid and no less is bought for it, people want more.
    let bought = cvr * moves.or_one(Metric::Ctr) / cpm;
    let worth = bought >= if special { WORTH_SPECIAL } else { WORTH };
    let blip = case.from == case.to && !case.open && lead.episode.peak < BLIP;
    match lead.metric {
        _ if blip => Verdict { told: false, ..plain("unknown", 0.2) },
        Metric::Cvr if case.silent || within(case, &scan.account[Metric::Cvr.place()]) <= SILENT => plain("silent_pixel", if still(Metric::Ctr) { 0.95 } else { 0.7 }),
        Metric::Cvr if lead.factor < 1.0 => {
            let fits = if still(Metric::Cpm) && still(Metric::Ctr) { 0.4 + 0.6 * wide } else { 0.3 + 0.3 * wide };
            plain("tracking_loss", fits)
        }
        Metric::Cvr if cpm > STILL && !worth && special => plain("cpm_shock", 0.4 + 0.6 * wide),
        Metric::Cvr if special || cpm > STILL && worth => plain("demand", 0.8),
        Metric::Cvr if cvr >= DOUBLED => plain("doubled_tag", if still(Metric::Aov) { 0.4 + 0.6 * wide } else { 0.3 }),
        // People who buy somewhat more are nobody's trouble.
        Metric::Cvr => Verdict { told: false, ..plain("demand", 0.5) },
        Metric::Cpm if cpm > 1.0 && worth => plain("demand", 0.8),
        Metric::Cpm if cpm > 1.0 => plain("cpm_shock", 0.4 + 0.6 * wide),
        Metric::Cpm => plain(if special { "demand" } else { "unknown" }, 0.4),
        Metric::Spend | Metric::Impressions => of_all_spend(case, grid, events, sure),
        Metric::Ctr if special => plain("demand", 0.5),
        Metric::Ctr => Verdict { told: moved && wide >= 0.6, ..plain("unknown", 0.3) },
        Metric::Aov | Metric::Roas => Verdict { told: moved && case.to > case.from, ..plain("unknown", 0.3) },
    }
}

/// By how much a case's leading figure moved on the days that moved at least half as far as the furthest, where these are most of them: the
/// days around what broke, and of what is mended slowly, are low as well.
fn within(case: &Case, line: &Line) -> f64 {
    let lead = case.signs[0].episode;
    let judged = (lead.from..=lead.to).filter(|&t| line.ratio[t].is_finite() && line.expected[t] > 0.0);
    let days: Vec<(f64, f64)> = judged.map(|t| (line.ratio[t], line.expected[t])).collect();
    let most = days.iter().map(|(ratio, _)| *ratio).fold(1.0, f64::min).max(SILENT / 2.0);
    let core = || days.iter().filter(|(ratio, _)| *ratio <= most.sqrt());
    if core().count() * 2 <= days.len() {
        return case.signs[0].factor;
    }
    let (seen, expected) = core().fold((0.0, 0.0), |(seen, all), (ratio, expected)| (seen + ratio * expected, all + expected));
    (seen / expected).min(case.signs[0].factor)
}

/// The spend of all campaigns moved at once.
fn of_all_spend(case: &Case, grid: &Grid<'_>, events: &Events<'_>, sure: f64) -> Verdict {
    let rises = case.signs[0].factor > 1.0;
    let ceased = grid.campaigns.iter().map(|c| c[case.to].spend).sum::<f64>() <= 0.0;
    let budgets: Vec<KnownEvent> = case.campaigns.iter().flat_map(|&c| events.of_campaign(case, c, EventKind::Budget)).collect();
    let told = true;
    match (rises, ceased, budgets.is_empty()) {
        (false, true, _) => Verdict::new("delivery_stopped", sure * 0.9, vec![], told),
        (true, _, false) => Verdict::new("budget_raised", sure * 0.9, budgets, told),
        (false, _, false) => Verdict::new("budget_cut", sure * 0.9, budgets, told),
        _ => Verdict::new("unknown", sure * 0.4, vec![], told),
    }
}

fn of_campaign(c: usize, case: &Case, moves: &Moves, (grid, scan): (&Grid<'_>, &Scan), events: &Events<'_>, sure: f64) -> Verdict {
    let lead = case.signs[0];
    if !lead.metric.is_size() {
        let kind = match lead.metric {
            Metric::Cvr if lead.factor <= SILENT => "tracking_loss",
            _ => "unknown",
        };
        return Verdict::new(kind, sure * 0.5, vec![], true);
    }
    let budgets = events.of_campaign(case, c, EventKind::Budget);
    let factor = moves.or_one(Metric::Spend);
    let spent = &scan.campaigns[c][Metric::Spend.place()].ratio;
    if lead.factor > 1.0 { raised(case, (factor, spent), budgets, events, sure) } else { cut(c, case, factor, budgets, grid, events, sure) }
}

/// `factor` is by how much spend moved over the case's days, `spent` by how much each day.
fn raised(case: &Case, (factor, spent): (f64, &[f64]), budgets: Vec<KnownEvent>, events: &Events<'_>, sure: f64) -> Verdict {
    let lead = case.signs[0];
    let days = case.to + 1 - case.from;
    let by_event = budgets.iter().filter_map(|e| e.factor).fold(1.0, f64::max);
    let set_back = !case.open && !lead.episode.settled && days <= SLIP_DAYS || came_back(case, spent);
    let looks = case.open && days < SLIP_DAYS && lead.most >= SLIP_FACTOR;
    let known = budgets.iter().any(|e| e.factor.is_some_and(|f| f > 1.0));
    if !known && events.cover(case.from) {
        // No budget was changed: something else spends more.
        return Verdict::new("unknown", sure * 0.4, vec![], lead.most >= ORDINARY);
    }
    if by_event >= ABSURD || set_back || (looks && !known) {
        let fits = if by_event >= ABSURD {
            0.98
        } else if set_back && known {
            0.9
        } else {
            0.7
        };
        return Verdict::new("budget_typo", sure * fits, budgets, true);
    }
    let usual_hand = known && !budgets.iter().any(|e| events.is_strange(e));
    let told = factor >= ORDINARY && !(usual_hand && by_event <= ORDINARY);
    Verdict::new("budget_raised", sure * if known { 0.95 } else { 0.6 }, budgets, told)
}

/// Whether spend leapt and was back near the usual within days, whatever smaller move came before or followed it: a raise that stays is one
/// level.
fn came_back(case: &Case, spent: &[f64]) -> bool {
    let days = &spent[case.from..=case.to];
    let most = days.iter().copied().filter(|ratio| ratio.is_finite()).fold(1.0, f64::max);
    let high = |ratio: &f64| *ratio >= most.sqrt();
    let Some((first, last)) = days.iter().position(high).zip(days.iter().rposition(high)) else { return false };
    let stays = case.open || case.signs[0].episode.settled;
    most >= ORDINARY && last - first < SLIP_DAYS && (case.from + last < case.to || !stays)
}

fn cut(c: usize, case: &Case, factor: f64, budgets: Vec<KnownEvent>, grid: &Grid<'_>, events: &Events<'_>, sure: f64) -> Verdict {
    let ceased = grid.campaigns[c][case.to].spend <= 0.0;
    let refused = events.of_campaign(case, c, EventKind::Disapproved);
    if !refused.is_empty() {
        return Verdict::new("disapproval", sure * 0.9, refused, true);
    }
    // An ad that is switched off leaves its budget to its siblings.
    let mut switched = events.of_campaign(case, c, EventKind::Status);
    switched.retain(|event| event.entity.level != Level::Ad);
    if ceased {
        return if switched.is_empty() {
            Verdict::new("delivery_stopped", sure * 0.7, vec![], true)
        } else {
            Verdict::new("campaign_ended", sure * 0.95, switched, false)
        };
    }
    let lowered: Vec<KnownEvent> = budgets.into_iter().filter(|e| e.factor.is_none_or(|f| f < 1.0)).collect();
    if let Some(strange) = lowered.iter().find(|e| events.is_strange(e)).cloned() {
        return Verdict::new("outside_edit", sure * 0.9, vec![strange], true);
    }
    let deepest = lowered.iter().filter_map(|e| e.factor).fold(1.0, f64::min);
    if !lowered.is_empty() {
        let told = deepest <= 1.0 / ORDINARY;
        return Verdict::new("budget_cut", sure * 0.95, lowered, told);
    }
    if !switched.is_empty() {
        return Verdict::new("campaign_ended", sure * 0.6, switched, false);
    }
    if events.cover(case.from) {
        return Verdict::new("unknown", sure * 0.4, vec![], factor <= 1.0 / ORDINARY);
    }
    let lasts = case.to > case.from;
    Verdict::new("budget_cut", sure * 0.5, vec![], lasts && factor <= ORDINARY_CUT)
}
