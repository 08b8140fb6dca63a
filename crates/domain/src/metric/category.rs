//! What metrics belong with on pages and in search.

use serde::Deserialize;

/// What a metric belongs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// What was bought and at which price.
    Delivery,
    /// People reached.
    Reach,
    /// Clicks on ads.
    Clicks,
    /// What becomes of videos.
    Video,
    /// Conversions the platforms claim.
    Conversion,
    /// What those are worth.
    Revenue,
    /// What is left.
    Profit,
    /// Several sources beside each other.
    Blended,
    /// Orders of shops.
    Orders,
    /// Who placed them.
    Customers,
    /// Visits of sites.
    Visits,
    /// Mailings.
    Mail,
    /// What sources say of accounts as a whole.
    Reported,
}

impl Category {
    /// Every category, in the order of pages.
    pub const ALL: [Self; 13] = [
        Self::Delivery,
        Self::Reach,
        Self::Clicks,
        Self::Video,
        Self::Conversion,
        Self::Revenue,
        Self::Profit,
        Self::Blended,
        Self::Orders,
        Self::Customers,
        Self::Visits,
        Self::Mail,
        Self::Reported,
    ];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Reach => "reach",
            Self::Clicks => "clicks",
            Self::Video => "video",
            Self::Conversion => "conversion",
            Self::Revenue => "revenue",
            Self::Profit => "profit",
            Self::Blended => "blended",
            Self::Orders => "orders",
            Self::Customers => "customers",
            Self::Visits => "visits",
            Self::Mail => "mail",
            Self::Reported => "reported",
        }
    }
}
