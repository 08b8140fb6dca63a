//! What follows from what: an insight makes those it leads to likelier for its object, the object's parts and what it is part of.

use super::{Candidate, Settings};
use std::collections::{HashMap, VecDeque};
use trimtab_domain::finding::{EntityRef, Level};

/// Follows every sure candidate to those it leads to: what is so and nearly sure becomes sure, and what is sure is told as a consequence.
pub(super) fn follow(candidates: &mut [Candidate<'_>], settings: &Settings) {
    let mut by_definition: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| candidate.judged == Ok(true)) {
        by_definition.entry(candidate.definition.id.to_string()).or_default().push(place);
    }
    let mut first: Vec<usize> = (0..candidates.len()).filter(|place| candidates[*place].sure).collect();
    first.sort_by(|a, b| candidates[*b].confidence.total_cmp(&candidates[*a].confidence));
    let mut queue: VecDeque<(usize, usize)> = first.into_iter().map(|place| (place, 0)).collect();
    // Each candidate gets a cause once and enters the queue at most twice, so this ends even if definitions went round in a circle.
    while let Some((place, depth)) = queue.pop_front() {
        if depth >= settings.cascade_depth {
            continue;
        }
        let (definition, observed) = (candidates[place].definition, candidates[place].observed);
        for next in definition.cascades_to.iter().filter_map(|id| by_definition.get(id.as_str())).flatten() {
            let from_it = leads_back(candidates, place, *next);
            let other = &mut candidates[*next];
            let likely = other.sure || other.confidence >= settings.cascade_confidence;
            if from_it || other.because_of.is_some() || !likely || !related(&observed.entity, &other.observed.entity) {
                continue;
            }
            other.because_of = Some(place);
            if !other.sure {
                other.sure = true;
                queue.push_back((*next, depth + 1));
            }
        }
    }
}

/// Whether one candidate is itself told as a consequence of another.
fn leads_back(candidates: &[Candidate<'_>], of: usize, to: usize) -> bool {
    let mut at = Some(of);
    for _ in 0..candidates.len() {
        match at {
            Some(place) if place == to => return true,
            Some(place) => at = candidates[place].because_of,
            None => return false,
        }
    }
    true
}

/// Whether one object is the other, part of it, or what it is part of.
pub(super) fn related(one: &EntityRef, other: &EntityRef) -> bool {
    holds(one, other) || holds(other, one)
}

fn holds(whole: &EntityRef, part: &EntityRef) -> bool {
    let same_source = whole.source.is_none() || part.source.is_none() || whole.source == part.source;
    match whole.level {
        Level::Tenant => true,
        Level::Platform => part.level >= Level::Platform && whole.source.is_some() && whole.source == part.source,
        Level::Account => part.level >= Level::Account && same_source && whole.account == part.account,
        _ => whole.level == part.level && same_source && (&whole.account, &whole.id) == (&part.account, &part.id),
    }
}
