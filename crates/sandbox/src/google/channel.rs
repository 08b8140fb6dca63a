//! What kind of campaign a campaign of the world is on this platform, and the names it therefore has.

use crate::world::{
    account::Account,
    chance::{Chance, tag},
    keyword, relearn,
};

/// `campaign.advertising_channel_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Search,
    PerformanceMax,
    Display,
    Video,
}

impl Channel {
    /// The first campaign of an account is Search and the second Performance Max; most others are Search.
    pub(crate) fn of(account: &Account, campaign: usize) -> Self {
        match campaign {
            0 => return Self::Search,
            1 => return Self::PerformanceMax,
            _ => {}
        }
        let c = &account.campaigns[campaign];
        let u = Chance::new(c.object.id).on(tag("channel")).unit();
        match c.objective {
            "OUTCOME_AWARENESS" if u < 0.6 => Self::Video,
            "OUTCOME_AWARENESS" => Self::Display,
            "OUTCOME_TRAFFIC" if u < 0.6 => Self::Search,
            "OUTCOME_TRAFFIC" => Self::Display,
            _ if u < 0.62 => Self::Search,
            _ if u < 0.84 => Self::PerformanceMax,
            _ if u < 0.93 => Self::Display,
            _ => Self::Video,
        }
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Search => "SEARCH",
            Self::PerformanceMax => "PERFORMANCE_MAX",
            Self::Display => "DISPLAY",
            Self::Video => "VIDEO",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Search => "Search",
            Self::PerformanceMax => "PMax",
            Self::Display => "Display",
            Self::Video => "YouTube",
        }
    }
}

/// Gives what an account holds the names people give it on this platform.
pub(crate) fn dress(account: &mut Account) {
    for campaign in 0..account.campaigns.len() {
        let channel = Channel::of(account, campaign);
        let object = &mut account.campaigns[campaign].object;
        object.name = format!("{} | {}", channel.label(), object.name);
        let sets = account.campaigns[campaign].ad_sets.clone();
        for (nth, set) in sets.enumerate() {
            let name = match channel {
                Channel::Search => format!("{} | {}", keyword::theme(account, set), nth + 1),
                Channel::PerformanceMax => format!("Asset group {} | {}", nth + 1, account.ad_sets[set].audience_name),
                Channel::Display | Channel::Video => continue,
            };
            account.ad_sets[set].object.name = name;
        }
    }
    // The change log names its objects too.
    relearn(account);
}
