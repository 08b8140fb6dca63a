//! The same incident keeps its id as days are added and figures grow.
//!
//! An id is made of the object and the first day. When late conversions come in, that day may move by one or two, or what showed in one
//! campaign may turn out to be the whole account's. So whoever stores findings hands in what was told before: what is found again, on the
//! same object (or on the account after one of its campaigns, with the same cause), on days that meet, is the same.

use std::collections::BTreeSet;
use trimtab_domain::finding::{Finding, Level};

/// Days that may lie between what was told and what is told of the same incident.
const APART: i32 = 2;

/// Gives what was found the ids under which it was told before. Each id is given once, to what begins nearest.
#[must_use]
pub fn keep_ids(mut found: Vec<Finding>, told: &[Finding]) -> Vec<Finding> {
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let mut pairs: Vec<(i32, usize, usize)> = Vec::new();
    for (f, new) in found.iter().enumerate() {
        pairs.extend(told.iter().enumerate().filter(|(_, old)| same(new, old)).map(|(t, old)| (away(new, old), f, t)));
    }
    pairs.sort_unstable();
    let mut done = vec![false; found.len()];
    for (_, f, t) in pairs {
        if !done[f] && taken.insert(&told[t].id) {
            done[f] = true;
            found[f].id.clone_from(&told[t].id);
        }
    }
    found
}

fn days(from: trimtab_domain::Day, to: trimtab_domain::Day) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

fn away(new: &Finding, old: &Finding) -> i32 {
    days(old.from, new.from).abs()
}

/// Rules of week against week are the same only as themselves; incidents may change their cause as more is known.
fn same(new: &Finding, old: &Finding) -> bool {
    let cause = |f: &Finding| f.cause.as_ref().map(|c| c.kind.clone());
    let incident = |f: &Finding| cause(f).is_some_and(|kind| kind == f.rule);
    let kind = new.kind == old.kind && (new.rule == old.rule || incident(new) && incident(old));
    let account = |f: &Finding| (f.entity.source, f.entity.account.clone());
    let object = new.entity.level == old.entity.level && new.entity.id == old.entity.id
        || new.rule == old.rule
            && account(new) == account(old)
            && (new.entity.level == Level::Account || old.entity.level == Level::Account);
    kind && object && days(old.to, new.from) <= APART && days(new.to, old.from) <= APART
}
