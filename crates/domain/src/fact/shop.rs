//! Orders of a shop, one row each: days and customers are counted from them, nothing is counted twice.

use crate::{Day, Source};
use compact_str::CompactString;

/// One order as it stands now. A refund or a cancellation changes the order, and so the day it was placed on.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The day it was placed, in the shop's zone.
    pub date: Day,
    /// The shop system's own id, which never changes.
    pub id: CompactString,
    /// The number the merchant shows the customer (`#1001`). Merchants re-number; nothing is told apart by it.
    pub number: CompactString,
    /// Who ordered, as a keyed hash; empty where the shop does not tell.
    pub customer: CompactString,
    /// Whether it is the customer's first.
    pub custom: Custom,
    /// How the visit that brought it was marked.
    pub utm: Utm,
    /// Whether it still stands.
    pub state: OrderState,
    /// What the customer was charged, tax and shipping included, before refunds; in micros.
    pub total_micros: i64,
    /// Given back of that, so far.
    pub refunded_micros: i64,
    /// Tax within the total.
    pub tax_micros: i64,
    /// Shipping within the total.
    pub shipping_micros: i64,
    /// Taken off before the total.
    pub discount_micros: i64,
}

/// Whether an order is its customer's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Custom {
    /// The first.
    New,
    /// A later one.
    Returning,
    /// The shop does not tell (yet).
    Unknown,
}

/// Whether an order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrderState {
    /// It does, whatever was refunded of it.
    Placed,
    /// It was cancelled: it counts as such and brings no revenue.
    Cancelled,
}

/// The marks that links carry so that whoever is led by them can be told apart; as the shop or site reports them, empty where it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Utm {
    /// Who led here (`facebook`).
    pub source: CompactString,
    /// By what means (`paid_social`).
    pub medium: CompactString,
    /// For which campaign.
    pub campaign: CompactString,
}

impl Custom {
    /// The name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returning => "returning",
            Self::Unknown => "unknown",
        }
    }
}

impl OrderState {
    /// The name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Words that mark a medium as paid for, as a whole or as a part between separators.
const PAID: [&str; 9] = ["cpc", "ppc", "cpm", "cpv", "cpa", "paid", "ads", "ad", "paidsocial"];

impl Utm {
    /// The ad platform whose click brought this visit: the source is one of its names and the medium says that it was paid for. Visits by
    /// unpaid links of the same sites belong to none.
    #[must_use]
    pub fn platform(&self) -> Option<Source> {
        let medium = self.medium.to_lowercase();
        let words = || medium.split(|c: char| !c.is_alphanumeric());
        if !words().any(|word| PAID.contains(&word)) {
            return None;
        }
        let source = self.source.to_lowercase();
        let site = source.strip_prefix("www.").unwrap_or(&source).split('.').next().unwrap_or_default();
        match site {
            "facebook" | "fb" | "instagram" | "ig" | "meta" | "messenger" | "an" => Some(Source::Meta),
            "google" | "adwords" | "googleads" | "youtube" => Some(Source::Google),
            "linkedin" => Some(Source::Linkedin),
            "pinterest" => Some(Source::Pinterest),
            "tiktok" => Some(Source::Tiktok),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(source: &str, medium: &str) -> Option<Source> {
        Utm { source: source.into(), medium: medium.into(), campaign: CompactString::default() }.platform()
    }

    #[test]
    fn a_paid_visit_belongs_to_the_platform_its_source_names() {
        assert_eq!(platform("facebook", "paid_social"), Some(Source::Meta));
        assert_eq!(platform("IG", "Paid"), Some(Source::Meta));
        assert_eq!(platform("google", "cpc"), Some(Source::Google));
        assert_eq!(platform("www.linkedin.com", "paid-social"), Some(Source::Linkedin));
        assert_eq!(platform("tiktok", "paidsocial"), Some(Source::Tiktok));
    }

    #[test]
    fn an_unpaid_visit_belongs_to_none() {
        assert_eq!(platform("google", "organic"), None);
        assert_eq!(platform("facebook", "referral"), None);
        assert_eq!(platform("klaviyo", "email"), None);
        assert_eq!(platform("facebook", "adventure"), None, "'ad' is a word of its own or none");
        assert_eq!(platform("partner", "cpc"), None);
        assert_eq!(platform("", ""), None);
    }
}
