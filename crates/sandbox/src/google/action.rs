//! The conversion actions of an account, and which of the world's figures each one counts.

use crate::world::{
    account::Account,
    measure::{FUNNEL, LEAD_FORM, LEAD_WEB, PURCHASE_SHOP, PURCHASE_WEB, Tally, WINDOWS},
};

/// What an action counts.
#[derive(Debug, Clone, Copy)]
enum Counts {
    /// Results counted one by one, of one kind.
    Kind(usize),
    /// A step of the funnel before them.
    Step(usize),
}

/// A conversion action.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) origin: &'static str,
    /// Counts in `conversions`; otherwise in `all_conversions` alone.
    pub(crate) primary: bool,
    counts: Counts,
}

static SHOP: [Action; 5] = [
    Action {
        name: "Purchase",
        category: "PURCHASE",
        kind: "WEBPAGE",
        origin: "WEBSITE",
        primary: true,
        counts: Counts::Kind(PURCHASE_WEB),
    },
    Action {
        name: "Phone order (import)",
        category: "PURCHASE",
        kind: "UPLOAD_CLICKS",
        origin: "WEBSITE",
        primary: true,
        counts: Counts::Kind(PURCHASE_SHOP),
    },
    Action {
        name: "Product view",
        category: "PAGE_VIEW",
        kind: "WEBPAGE",
        origin: "WEBSITE",
        primary: false,
        counts: Counts::Step(0),
    },
    Action {
        name: "Add to cart",
        category: "ADD_TO_CART",
        kind: "WEBPAGE",
        origin: "WEBSITE",
        primary: false,
        counts: Counts::Step(1),
    },
    Action {
        name: "Begin checkout",
        category: "BEGIN_CHECKOUT",
        kind: "WEBPAGE",
        origin: "WEBSITE",
        primary: false,
        counts: Counts::Step(2),
    },
];

static LEADS: [Action; 3] = [
    Action {
        name: "Request form",
        category: "SUBMIT_LEAD_FORM",
        kind: "WEBPAGE",
        origin: "WEBSITE",
        primary: true,
        counts: Counts::Kind(LEAD_WEB),
    },
    Action {
        name: "Lead form",
        category: "SUBMIT_LEAD_FORM",
        kind: "LEAD_FORM_SUBMIT",
        origin: "GOOGLE_HOSTED",
        primary: true,
        counts: Counts::Kind(LEAD_FORM),
    },
    Action {
        name: "Landing page view",
        category: "PAGE_VIEW",
        kind: "WEBPAGE",
        origin: "WEBSITE",
        primary: false,
        counts: Counts::Step(0),
    },
];

/// An account's actions, in order.
pub(crate) fn of(account: &Account) -> &'static [Action] {
    if account.industry.commerce { &SHOP } else { &LEADS }
}

/// An action's id.
pub(crate) fn id(account: &Account, place: usize) -> u64 {
    account.chance.bits() % 800_000_000 + 100_000_000 + place as u64
}

/// Counts and values of one action or of several.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Credit {
    /// In quarters of a conversion: the model credits a click by how close the conversion followed it.
    pub(crate) quarters: i64,
    /// In quarters of a minor unit.
    pub(crate) value: i64,
    /// Steps of the funnel have none.
    pub(crate) view_through: i64,
}

impl Credit {
    fn add(&mut self, other: Self) {
        self.quarters += other.quarters;
        self.value += other.value;
        self.view_through += other.view_through;
    }

    /// What an action counts of some figures.
    pub(crate) fn of(action: &Action, tally: &Tally) -> Self {
        match action.counts {
            Counts::Kind(kind) => Self {
                quarters: quarters(&tally.counts[kind]),
                value: quarters(&tally.values[kind]),
                view_through: tally.counts[kind][3],
            },
            Counts::Step(step) => Self { quarters: 4 * tally.linear[FUNNEL + step * WINDOWS + 2], value: 0, view_through: 0 },
        }
    }

    /// What all actions count, or only those that are primary.
    pub(crate) fn total(account: &Account, tally: &Tally, all: bool) -> Self {
        let mut sum = Self::default();
        of(account).iter().filter(|action| all || action.primary).for_each(|action| sum.add(Self::of(action, tally)));
        sum
    }
}

/// A day's conversion counts whole, a week's three quarters, a later one half.
const fn quarters(windows: &[i64; WINDOWS]) -> i64 {
    let [day, week, month, _] = *windows;
    4 * day + 3 * (week - day) + 2 * (month - week)
}
