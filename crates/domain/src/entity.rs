//! What ads are organised in: accounts, campaigns, ad groups, ads, and what is known of each at a moment.

use crate::{Day, Timestamp};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// The kinds of object whose history is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// The ad account itself.
    Account,
    /// A campaign.
    Campaign,
    /// An ad group (Meta: ad set).
    AdGroup,
    /// An ad.
    Ad,
    /// What an ad shows.
    Creative,
    /// A pixel (dataset, tag).
    Pixel,
}

impl EntityKind {
    /// Every kind, from the top down.
    pub const ALL: [Self; 6] = [Self::Account, Self::Campaign, Self::AdGroup, Self::Ad, Self::Creative, Self::Pixel];

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Campaign => "campaign",
            Self::AdGroup => "ad_group",
            Self::Ad => "ad",
            Self::Creative => "creative",
            Self::Pixel => "pixel",
        }
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether an object delivers, in one vocabulary for all platforms. The effective status decides, not the switch's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Delivering or able to.
    Active,
    /// Switched off, here or above.
    Paused,
    /// Waiting for the platform (review, processing, billing).
    Pending,
    /// Refused by the platform.
    Disapproved,
    /// Active with errors that limit or stop delivery.
    WithIssues,
    /// Over: its end date has passed.
    Ended,
    /// Put away.
    Archived,
    /// Gone.
    Deleted,
    /// The source does not say.
    Unknown,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 9] = [
        Self::Active,
        Self::Paused,
        Self::Pending,
        Self::Disapproved,
        Self::WithIssues,
        Self::Ended,
        Self::Archived,
        Self::Deleted,
        Self::Unknown,
    ];

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Pending => "pending",
            Self::Disapproved => "disapproved",
            Self::WithIssues => "with_issues",
            Self::Ended => "ended",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
            Self::Unknown => "unknown",
        }
    }
}

/// What a source said of one object at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityState {
    /// What it is.
    pub kind: EntityKind,
    /// The platform's id.
    pub id: CompactString,
    /// The id one level up (an ad's ad group, an ad group's campaign, a campaign's account); empty for accounts.
    pub parent: CompactString,
    /// The campaign it belongs to; empty at account level and for creatives and pixels.
    pub campaign: CompactString,
    /// Its name.
    pub name: CompactString,
    /// Whether it delivers.
    pub status: Status,
    /// The platform's own word for that.
    pub platform_status: CompactString,
    /// What it optimises for, in the platform's word; empty where it has none.
    pub objective: CompactString,
    /// Budget per day in micros of the account's currency, where this object owns one.
    pub daily_budget_micros: Option<i64>,
    /// Budget for its whole life in micros, where this object owns one.
    pub lifetime_budget_micros: Option<i64>,
    /// First day it may run.
    pub starts: Option<Day>,
    /// Last day it may run.
    pub ends: Option<Day>,
    /// Everything else worth a history (learning stage, bid strategy, creative link, issues …), by the platform's field name.
    pub attributes: BTreeMap<CompactString, CompactString>,
}

/// The states of one account's objects as read at `seen_at`. `complete` kinds were listed to the end, so an object of such a kind that
/// is missing has gone.
#[derive(Debug, Clone)]
pub struct EntitySnapshot {
    /// When the source was asked.
    pub seen_at: Timestamp,
    /// Which kinds were listed to the end.
    pub complete: Vec<EntityKind>,
    /// The objects.
    pub states: Vec<EntityState>,
}
