//! Worlds to be shown to people: every trouble is large enough to be seen by whoever looks at the platform's own screen.
//!
//! What the dice would let go wrong in an account is tried; where its effect drowns in the account's noise (a tag that fires twice in an
//! account with three purchases a day), the same trouble on another object is tried, then the next kind of trouble, on the same days. What no trouble can show
//! stays calm. Everything else about the world is the same, and its labels are of what happened.

use super::{
    account::Account,
    effect::{self, Past},
    incident::{Incident, Trouble},
    trouble::{self, SLOTS, Strokes},
};

/// Effects from which a trouble is plain, in units of noise: twice what it takes to be noticed.
const PLAIN: f64 = 6.0;
/// Objects of one account that are tried.
const ATTEMPTS: u64 = 3;

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
                    effect.is_none_or(|effect| effect >= PLAIN) && can_be_told(i, &account)
                });
                !plain && strokes[*slot].is_some()
            });
        }
        if open.is_empty() {
            return account;
        }
        for slot in &open {
            strokes[*slot] = left[*slot].pop();
        }
    }
}

/// Whether figures can tell an incident from its like: where forms on the platform itself go on, a pixel that is silent looks like one that
/// loses most.
fn can_be_told(incident: &Incident, account: &Account) -> bool {
    incident.kind != Trouble::SilentPixel || account.industry.commerce
}

/// What a slot may hold beside its usual trouble, the last first: the same kind elsewhere, then the kinds that follow it.
fn alternatives(ordinal: usize, slot: usize) -> Vec<(Trouble, u64)> {
    let kinds = (0..Trouble::STRUCK.len()).map(|step| trouble::kind(ordinal, slot + step));
    let all = kinds.flat_map(|kind| (0..if kind.is_of_one() { ATTEMPTS } else { 1 }).map(move |attempt| (kind, attempt)));
    let mut all: Vec<_> = all.skip(1).collect();
    all.reverse();
    all
}
