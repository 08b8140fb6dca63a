//! The manager accounts above the world's accounts, and who may see what through whom.
//!
//! Every third account stands alone and belongs to a user of its own. The others are clients of an agency: directly below its manager
//! account, or below a second manager account under that. Their users are people of the agency, whose access comes through the manager.

use crate::world::{
    World,
    account::Account,
    chance::{Chance, tag},
};

/// A customer of any sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    /// By its place in the world.
    Account(usize),
    /// By its place in the tree.
    Manager(usize),
    /// The client that left: still listed, no longer to be read.
    Closed,
}

/// A customer without campaigns.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
}

/// All customers that hold no campaigns.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) managers: [Named; 2],
    pub(crate) closed: Named,
}

/// Place of the agency's own manager account.
pub(crate) const TOP: usize = 0;
const DESK: usize = 1;
pub(crate) const MANAGER_CURRENCY: &str = "EUR";
pub(crate) const MANAGER_ZONE: &str = "Europe/Amsterdam";

impl Tree {
    pub(crate) fn new(seed: u64) -> Self {
        let dice = Chance::new(seed).on(tag("google managers"));
        // Accounts end in their place, which is below 9 000.
        let id = |nth: u64| 1_000_000_000 + dice.on(nth).bits() % 800_000 * 10_000 + 9_000 + nth;
        Self {
            managers: [Named { id: id(0), name: "Beacon Row Agency" }, Named { id: id(1), name: "Beacon Row | Growth desk" }],
            closed: Named { id: id(2), name: "Old Mill Bakery" },
        }
    }

    /// The customer with an id.
    pub(crate) fn find(&self, world: &World, id: u64) -> Option<Node> {
        if id == self.closed.id {
            return Some(Node::Closed);
        }
        let manager = self.managers.iter().position(|m| m.id == id).map(Node::Manager);
        manager.or_else(|| world.account_by_id(id).map(Node::Account))
    }

    pub(crate) fn id(&self, world: &World, node: Node) -> u64 {
        match node {
            Node::Account(place) => world.accounts[place].id,
            Node::Manager(place) => self.managers[place].id,
            Node::Closed => self.closed.id,
        }
    }

    /// The manager account right above.
    pub(crate) const fn parent(node: Node) -> Option<Node> {
        match node {
            Node::Account(place) => match place % 3 {
                1 => Some(Node::Manager(TOP)),
                2 => Some(Node::Manager(DESK)),
                _ => None,
            },
            Node::Manager(DESK) | Node::Closed => Some(Node::Manager(TOP)),
            Node::Manager(_) => None,
        }
    }

    /// How far a customer is below another; 0 for itself.
    pub(crate) fn depth(above: Node, below: Node) -> Option<i64> {
        let (mut at, mut depth) = (below, 0);
        while at != above {
            at = Self::parent(at)?;
            depth += 1;
        }
        Some(depth)
    }

    /// What the user who holds an account's refresh token can reach without naming a manager.
    pub(crate) const fn direct(user: usize) -> Node {
        match Self::parent(Node::Account(user)) {
            None => Node::Account(user),
            Some(_) => Node::Manager(TOP),
        }
    }

    /// Itself and everything below, nearest first.
    pub(crate) fn below(world: &World, above: Node) -> Vec<(Node, i64)> {
        let managers = [Node::Manager(TOP), Node::Manager(DESK), Node::Closed];
        let all = managers.into_iter().chain((0..world.accounts.len()).map(Node::Account));
        let mut found: Vec<(Node, i64)> = all.filter_map(|node| Some((node, Self::depth(above, node)?))).collect();
        found.sort_by_key(|f| f.1);
        found
    }

    /// What the user of an account sends as `login-customer-id`. Accounts end in their place.
    pub(crate) fn login(&self, account: &Account) -> u64 {
        let place = usize::try_from(account.id % 10_000).unwrap_or(0);
        match Self::direct(place) {
            Node::Manager(manager) => self.managers[manager].id,
            Node::Account(_) | Node::Closed => account.id,
        }
    }
}
