//! Things that go wrong, with labels: what happened, to which object, from when until when.

use super::account::Account;

/// The kinds of trouble a world has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Trouble {
    /// Most web conversions go unseen.
    TrackingLoss,
    /// The tag fires twice: web conversions count double.
    DoubledTag,
    /// Somebody typed a zero too many into a budget.
    BudgetTypo,
    /// The auction gets much dearer.
    CpmShock,
    /// The platform refuses an ad.
    Disapproval,
    /// The pixel stops firing.
    SilentPixel,
    /// The purchase tag is gone; the steps before it are told as ever.
    LostPurchase,
    /// The token dies.
    DeadToken,
    /// Somebody changed a budget in the platform's own screen.
    OutsideEdit,
    /// A creative is worn out.
    CreativeFatigue,
    /// An ad was withdrawn with what it had spent: the account's total has it, and nothing below the account.
    WithdrawnAd,
}

impl Trouble {
    /// What strikes accounts, in turn.
    pub(crate) const STRUCK: [Self; 7] = [
        Self::TrackingLoss,
        Self::BudgetTypo,
        Self::CpmShock,
        Self::Disapproval,
        Self::DoubledTag,
        Self::OutsideEdit,
        Self::SilentPixel,
    ];

    /// Whether it strikes one object among several that it could strike.
    pub(crate) const fn is_of_one(self) -> bool {
        matches!(self, Self::BudgetTypo | Self::OutsideEdit | Self::Disapproval)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::TrackingLoss => "tracking_loss",
            Self::DoubledTag => "doubled_tag",
            Self::BudgetTypo => "budget_typo",
            Self::CpmShock => "cpm_shock",
            Self::Disapproval => "disapproval",
            Self::SilentPixel => "silent_pixel",
            Self::LostPurchase => "lost_purchase",
            Self::DeadToken => "dead_token",
            Self::OutsideEdit => "outside_edit",
            Self::CreativeFatigue => "creative_fatigue",
            Self::WithdrawnAd => "withdrawn_ad",
        }
    }
}

/// One labelled incident.
#[derive(Debug, Clone)]
pub(crate) struct Incident {
    pub(crate) kind: Trouble,
    /// First day it shows, as a day number of the account.
    pub(crate) from: i32,
    /// Last day it shows; `None` while it goes on.
    pub(crate) to: Option<i32>,
    /// The object's id (account, campaign, ad set, ad or pixel).
    pub(crate) object: u64,
    /// How strong: the factor on the metric it moves.
    pub(crate) factor: f64,
    pub(crate) note: String,
}

impl Incident {
    pub(crate) fn on(&self, day: i32) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Units of the account's currency that a withdrawn ad had spent.
const WITHDRAWN: (i64, i64) = (1_234, 100);

/// What withdrawn ads had spent on a day, in minor units: it belongs to the account and to none of its objects.
pub(crate) fn withdrawn(account: &Account, day: i32) -> i64 {
    let ads = account.incidents.iter().filter(|i| i.kind == Trouble::WithdrawnAd && i.on(day)).count();
    i64::try_from(ads).unwrap_or(0) * (WITHDRAWN.0 * account.offset / WITHDRAWN.1)
}

/// What the day's incidents do to a whole account, each as a factor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effects {
    /// On everything the pixel sees.
    pub(crate) tracking: f64,
    /// Besides, on the results among it.
    pub(crate) results: f64,
    /// On prices of the auction.
    pub(crate) price: f64,
}

/// What the day's incidents do to a whole account.
pub(crate) fn effects(incidents: &[Incident], day: i32) -> Effects {
    let mut all = Effects { tracking: 1.0, results: 1.0, price: 1.0 };
    for incident in incidents.iter().filter(|i| i.on(day)) {
        match incident.kind {
            Trouble::TrackingLoss | Trouble::DoubledTag | Trouble::SilentPixel => all.tracking *= incident.factor,
            Trouble::LostPurchase => all.results *= incident.factor,
            Trouble::CpmShock => all.price *= incident.factor,
            _ => {}
        }
    }
    all
}
