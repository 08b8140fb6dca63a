//! The levels a history tells figures at.

use std::{fmt, str::FromStr};
use trimtab_domain::{Source, entity::EntityKind};

/// What one row of figures stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grain {
    /// A whole account.
    Account,
    /// A campaign.
    Campaign,
    /// An ad group.
    AdGroup,
    /// An ad.
    Ad,
}

impl Grain {
    /// Every grain, the finest first.
    pub const FINEST_FIRST: [Self; 4] = [Self::Ad, Self::AdGroup, Self::Campaign, Self::Account];

    /// The name in commands and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.kind().as_str()
    }

    /// The object a row belongs to.
    #[must_use]
    pub const fn kind(self) -> EntityKind {
        match self {
            Self::Account => EntityKind::Account,
            Self::Campaign => EntityKind::Campaign,
            Self::AdGroup => EntityKind::AdGroup,
            Self::Ad => EntityKind::Ad,
        }
    }

    /// The platform's own word: LinkedIn's campaign is our ad group, its creative our ad.
    #[must_use]
    pub const fn word(self, source: Source) -> &'static str {
        match (source, self) {
            (Source::Linkedin, Self::Campaign) => "campaign_group",
            (Source::Linkedin, Self::AdGroup) => "campaign",
            (Source::Linkedin, Self::Ad) => "creative",
            (Source::Pinterest, Self::Ad) => "pin_promotion",
            _ => self.as_str(),
        }
    }
}

impl fmt::Display for Grain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no grain.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a grain: use one of account, campaign, ad_group, ad")]
pub struct UnknownGrain(String);

impl FromStr for Grain {
    type Err = UnknownGrain;

    fn from_str(text: &str) -> Result<Self, UnknownGrain> {
        let wanted = text.replace('-', "_");
        Self::FINEST_FIRST.into_iter().find(|grain| grain.as_str() == wanted).ok_or_else(|| UnknownGrain(text.to_owned()))
    }
}
