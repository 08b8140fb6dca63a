//! Where data comes from.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A system that data is read from: an ad platform or a file.
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
    /// A file no platform claims.
    Csv,
}

/// A name that is no source.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a source: use one of meta, google, linkedin, pinterest, tiktok, csv")]
pub struct UnknownSource(String);

impl Source {
    /// Every source.
    pub const ALL: [Self; 6] = [Self::Meta, Self::Google, Self::Linkedin, Self::Pinterest, Self::Tiktok, Self::Csv];

    /// The name in commands, URLs and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Google => "google",
            Self::Linkedin => "linkedin",
            Self::Pinterest => "pinterest",
            Self::Tiktok => "tiktok",
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
