//! Worlds to be shown to people: every trouble is large enough to be seen by whoever looks at the platform's own screen.
//!
//! What the dice would let go wrong in an account is tried; where its effect drowns in the account's noise (a tag that fires twice in an
//! account with three purchases a day), the same trouble on another object is tried, then the next kind of trouble, on the same days. What no trouble can show
//! stays calm. Everything else about the world is the same, and its labels are of what happened.
//!
//! Plain is more than far from noise: nobody looks at a price or at sales in the weeks in which both leap for everybody, at a budget that moves
//! a campaign no further than people do every day, or at a campaign with a fiftieth of the money. Somebody outside who comes again and again is one
//! of the house, so an account has one such visit at most.

use super::{
    account::Account,
    effect::{self, Past},
    incident::{Incident, Trouble},
    market,
    trouble::{self, SLOTS, Strokes},
};

/// Effects from which a trouble is plain, in units of noise: twice what it takes to be noticed.
const PLAIN: f64 = 6.0;
/// Objects of one account that are tried.
const ATTEMPTS: u64 = 3;
/// By what a slip must raise its campaign's spend, and to what somebody's cut must bring it, to be more than people do every day.
const LEAPS: f64 = 1.6;
const FALLS: f64 = 0.75;
/// The part of the account's money that either must move.
const PART: f64 = 0.02;
/// A pixel that is silent leaves no more than this of the conversions: what comes in days later is counted for the days of the clicks.
const SILENT: f64 = 0.1;
/// Days between a trouble of prices or sales and the retail year's dates.
const RETAIL_DAYS: i32 = 2;

/// Makes an account whose troubles are plain. `make` makes it with these troubles, or calm.
pub(super) fn account(ordinal: usize, today: i32, make: impl Fn(Option<&Strokes>) -> Account) -> Account {
    let calm = make(None);
    let mut without = Past::new(&calm);
    let mut strokes = trouble::usual(ordinal);
    let mut left: [Vec<(Trouble, u64)>; SLOTS] = std::array::from_fn(|slot| alternatives(ordinal, slot));
    let mut open: Vec<usize> = (0..SLOTS).collect();
    loop {
        let account = make(Some(&strokes));
        {
            let mut with = Past::new(&account);
            open.retain(|slot| {
                let incident = account.incidents.iter().find(|i| trouble::slot(i, today) == Some(*slot));
                let plain = incident.is_some_and(|i| {
                    let effect = effect::of_incident(&mut with, &mut without, i, today - 1);
                    effect.is_none_or(|effect| effect >= PLAIN) && can_be_told((&mut with, &mut without), i, &account, today - 1)
                });
                !plain && strokes[*slot].is_some()
            });
        }
        if open.is_empty() {
            return account;
        }
        for slot in &open {
            let visited = strokes.iter().enumerate().any(|(other, stroke)| other != *slot && is_visit(stroke.as_ref()));
            strokes[*slot] = loop {
                match left[*slot].pop() {
                    next if visited && is_visit(next.as_ref()) => {}
                    next => break next,
                }
            };
        }
    }
}

fn is_visit(stroke: Option<&(Trouble, u64)>) -> bool {
    stroke.is_some_and(|(kind, _)| *kind == Trouble::OutsideEdit)
}

/// Whether figures can tell an incident from its like: where forms on the platform itself go on, a pixel that is silent looks like one that
/// loses most; and a budget is changed every day.
fn can_be_told((with, without): (&mut Past<'_>, &mut Past<'_>), incident: &Incident, account: &Account, last: i32) -> bool {
    let spent = |with: &mut Past<'_>, without: &mut Past<'_>| {
        effect::of_spend(with, without, incident, last).filter(|spent| spent.part >= PART).map(|spent| spent.factor)
    };
    let end = incident.to.unwrap_or(incident.from);
    let leaps = (incident.from - RETAIL_DAYS..=end + RETAIL_DAYS).any(market::leaps);
    match incident.kind {
        Trouble::TrackingLoss | Trouble::DoubledTag | Trouble::SilentPixel | Trouble::CpmShock if leaps => false,
        Trouble::SilentPixel => account.industry.commerce && effect::left(with, without, incident, last) <= SILENT,
        Trouble::BudgetTypo => spent(with, without).is_some_and(|factor| factor >= LEAPS),
        Trouble::OutsideEdit => spent(with, without).is_some_and(|factor| factor <= FALLS),
        _ => true,
    }
}

/// What a slot may hold beside its usual trouble, the last first: the same kind elsewhere, then the kinds that follow it.
fn alternatives(ordinal: usize, slot: usize) -> Vec<(Trouble, u64)> {
    let kinds = (0..Trouble::STRUCK.len()).map(|step| trouble::kind(ordinal, slot + step));
    let all = kinds.flat_map(|kind| (0..if kind.is_of_one() { ATTEMPTS } else { 1 }).map(move |attempt| (kind, attempt)));
    let mut all: Vec<_> = all.skip(1).collect();
    all.reverse();
    all
}
