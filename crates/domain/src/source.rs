//! Where data comes from.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A system that data is read from: an ad platform, a shop, a site's analytics, a mailing system or a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Meta Ads (Facebook, Instagram).
    Meta,
    /// Google Ads.
    Google,
    /// LinkedIn Ads.
    Linkedin,
    /// Pinterest Ads.
    Pinterest,
    /// TikTok Ads.
    Tiktok,
    /// Google Analytics 4.
    Ga4,
    /// Klaviyo.
    Klaviyo,
    /// Magento (Adobe Commerce).
    Magento,
    /// Shopify.
    Shopify,
    /// The European Central Bank: exchange rates, common to all tenants.
    Ecb,
    /// A file no platform claims.
    Csv,
}

/// What a source knows about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// Advertising: spend and what the platform claims came of it.
    Ads,
    /// A site's visits.
    Site,
    /// Mailings.
    Mail,
    /// Orders of a shop.
    Shop,
    /// Exchange rates: nobody's own data.
    Rates,
}

/// A name that is no source.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a source: use one of meta, google, linkedin, pinterest, tiktok, ga4, klaviyo, magento, shopify, ecb, csv")]
pub struct UnknownSource(String);

impl Source {
    /// Every source.
    pub const ALL: [Self; 11] = [
        Self::Meta,
        Self::Google,
        Self::Linkedin,
        Self::Pinterest,
        Self::Tiktok,
        Self::Ga4,
        Self::Klaviyo,
        Self::Magento,
        Self::Shopify,
        Self::Ecb,
        Self::Csv,
    ];

    /// What it knows about. Files hold exports of ad platforms.
    #[must_use]
    pub const fn kind(self) -> SourceKind {
        match self {
            Self::Meta | Self::Google | Self::Linkedin | Self::Pinterest | Self::Tiktok | Self::Csv => SourceKind::Ads,
            Self::Ga4 => SourceKind::Site,
            Self::Klaviyo => SourceKind::Mail,
            Self::Magento | Self::Shopify => SourceKind::Shop,
            Self::Ecb => SourceKind::Rates,
        }
    }

    /// The name in commands, URLs and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Google => "google",
            Self::Linkedin => "linkedin",
            Self::Pinterest => "pinterest",
            Self::Tiktok => "tiktok",
            Self::Ga4 => "ga4",
            Self::Klaviyo => "klaviyo",
            Self::Magento => "magento",
            Self::Shopify => "shopify",
            Self::Ecb => "ecb",
            Self::Csv => "csv",
        }
    }

    /// The name people use.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Meta => "Meta Ads",
            Self::Google => "Google Ads",
            Self::Linkedin => "LinkedIn Ads",
            Self::Pinterest => "Pinterest Ads",
            Self::Tiktok => "TikTok Ads",
            Self::Ga4 => "Google Analytics",
            Self::Klaviyo => "Klaviyo",
            Self::Magento => "Magento",
            Self::Shopify => "Shopify",
            Self::Ecb => "European Central Bank",
            Self::Csv => "File",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, UnknownSource> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| UnknownSource(text.to_owned()))
    }
}
