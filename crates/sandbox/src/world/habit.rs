//! How a business advertises on each platform against how it does on Meta, which the catalogue's figures describe.

use super::{
    catalog::{INDUSTRIES, Industry},
    trade::TRADES,
};
use trimtab_domain::Source;

/// A platform's place in the mix.
#[derive(Debug)]
pub(crate) struct Habit {
    /// Ads, against Meta's.
    pub(crate) ads: f64,
    /// The fewest ads of an account: where a platform has several kinds of campaigns, each account has some of them.
    pub(crate) ads_least: usize,
    /// Spend for as many ads.
    pub(crate) spend: f64,
    /// What a thousand impressions cost.
    pub(crate) cpm: f64,
    /// Clicks per impression.
    pub(crate) ctr: f64,
    /// The smallest account id, in the platform's usual number of digits.
    pub(crate) first_id: u64,
    /// Ten-thousandth part of the room for ids above it.
    pub(crate) ids: u64,
    /// Which side of each line of business advertises there, in the catalogue's order.
    pub(crate) industries: &'static [Industry; 8],
    /// Whether a campaign's ad sets may share a budget.
    pub(crate) shared_budgets: bool,
    /// Audiences that know the business already.
    pub(crate) warm: [&'static str; 5],
    /// Audiences that resemble its customers.
    pub(crate) alike: [&'static str; 2],
}

/// The one zone a platform cuts days by, where that is not each account's own.
pub(crate) const fn zone_of_days(platform: Source) -> Option<&'static str> {
    match platform {
        Source::Pinterest | Source::Linkedin => Some("UTC"),
        _ => None,
    }
}

impl Habit {
    /// Meta's.
    const USUAL: Self = Self {
        ads: 1.0,
        ads_least: 1,
        spend: 1.0,
        cpm: 1.0,
        ctr: 1.0,
        first_id: 700_000_000_000_000,
        ids: 10_000_000_000,
        industries: &INDUSTRIES,
        shared_budgets: true,
        warm: ["Site visitors 30d", "Cart abandoners 14d", "Engaged Instagram 90d", "Past customers 180d", "Video viewers 75%"],
        alike: ["Lookalike 1% customers", "Lookalike 3% customers"],
    };

    pub(crate) const fn of(platform: Source) -> Self {
        match platform {
            Source::Google => Self {
                ads: 0.8,
                ads_least: 16,
                spend: 1.1,
                cpm: 1.9,
                ctr: 2.6,
                first_id: 1_000_000_000,
                ids: 800_000,
                ..Self::USUAL
            },
            Source::Linkedin => Self {
                ads: 0.25,
                ads_least: 14,
                spend: 0.9,
                cpm: 3.6,
                ctr: 0.45,
                first_id: 500_000_000,
                ids: 40_000,
                industries: &TRADES,
                shared_budgets: false,
                warm: [
                    "Site visitors 30d",
                    "Lead form openers 90d",
                    "Company page visitors 90d",
                    "Contact list",
                    "Video viewers 75%",
                ],
                alike: ["Predictive audience", "Lookalike customers"],
            },
            Source::Pinterest => {
                Self { ads: 0.35, spend: 0.6, cpm: 0.55, ctr: 0.6, first_id: 549_700_000_000, ids: 20_000_000, ..Self::USUAL }
            }
            Source::Tiktok => Self {
                ads: 0.45,
                spend: 0.8,
                cpm: 0.6,
                ctr: 0.8,
                first_id: 7_000_000_000_000_000_000,
                ids: 40_000_000_000_000,
                ..Self::USUAL
            },
            _ => Self::USUAL,
        }
    }
}
