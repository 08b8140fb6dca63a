//! How a business advertises on each platform against how it does on Meta, which the catalogue's figures describe.

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
}

/// The one zone a platform cuts days by, where that is not each account's own.
pub(crate) const fn zone_of_days(platform: Source) -> Option<&'static str> {
    match platform {
        Source::Pinterest => Some("UTC"),
        _ => None,
    }
}

impl Habit {
    pub(crate) const fn of(platform: Source) -> Self {
        match platform {
            Source::Google => {
                Self { ads: 0.8, ads_least: 16, spend: 1.1, cpm: 1.9, ctr: 2.6, first_id: 1_000_000_000, ids: 800_000 }
            }
            Source::Linkedin => {
                Self { ads: 0.25, ads_least: 1, spend: 0.9, cpm: 3.6, ctr: 0.45, first_id: 500_000_000, ids: 40_000 }
            }
            Source::Pinterest => {
                Self { ads: 0.35, ads_least: 1, spend: 0.6, cpm: 0.55, ctr: 0.6, first_id: 549_700_000_000, ids: 20_000_000 }
            }
            Source::Tiktok => Self {
                ads: 0.45,
                ads_least: 1,
                spend: 0.8,
                cpm: 0.6,
                ctr: 0.8,
                first_id: 7_000_000_000_000_000_000,
                ids: 40_000_000_000_000,
            },
            _ => {
                Self { ads: 1.0, ads_least: 1, spend: 1.0, cpm: 1.0, ctr: 1.0, first_id: 700_000_000_000_000, ids: 10_000_000_000 }
            }
        }
    }
}
