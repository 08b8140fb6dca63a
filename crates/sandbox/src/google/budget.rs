//! Budgets: resources of their own, which campaigns refer to. In each account two campaigns share one.

use super::channel::Channel;
use crate::world::account::{Account, Campaign};

/// A budget as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// Places of the campaigns that spend from it.
    pub(crate) members: Vec<usize>,
    pub(crate) shared: bool,
}

/// The distance of a budget's id from the id of the first campaign that spends from it.
const ID_STEP: u64 = 50_000_000_000_000;

impl Budget {
    /// The budget of a campaign.
    pub(crate) fn of(account: &Account, campaign: usize) -> Self {
        let pair = shared_pair(account);
        let shared = pair.contains(&campaign);
        let members = if shared { pair } else { vec![campaign] };
        let first = &account.campaigns[members[0]].object;
        let name = if shared { "Shared budget".to_owned() } else { format!("Budget of {}", first.name) };
        Self { id: first.id + ID_STEP, name, members, shared }
    }

    pub(crate) fn find(account: &Account, id: u64) -> Option<Self> {
        let first = account.campaigns.iter().position(|c| c.object.id + ID_STEP == id)?;
        Some(Self::of(account, first)).filter(|b| b.id == id)
    }

    /// The amount per day at an instant, in minor units.
    pub(crate) fn amount(&self, account: &Account, at: i64) -> i64 {
        self.members.iter().map(|c| own(account, &account.campaigns[*c], at)).sum()
    }
}

/// What a campaign has per day of its own: its budget, or those of what is in it.
fn own(account: &Account, campaign: &Campaign, at: i64) -> i64 {
    match &campaign.budget {
        Some(budget) => *budget.at(at),
        None => account.ad_sets[campaign.ad_sets.clone()].iter().filter_map(|s| s.budget.as_ref()).map(|b| *b.at(at)).sum(),
    }
}

/// The first two later campaigns that may share a budget (Performance Max may not); empty when there are none.
fn shared_pair(account: &Account) -> Vec<usize> {
    let may = (2..account.campaigns.len()).filter(|c| Channel::of(account, *c) != Channel::PerformanceMax);
    let pair: Vec<usize> = may.take(2).collect();
    if pair.len() == 2 { pair } else { Vec::new() }
}

/// Minor units in micros.
pub(crate) const fn micros(account: &Account, minor: i64) -> i64 {
    minor * (1_000_000 / account.offset)
}
