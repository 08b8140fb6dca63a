//! Ways by which visits come: what analytics call source, medium and campaign.

use std::cmp::Ordering;
use trimtab_domain::Source;

/// Where a visit came from.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) source: String,
    pub(crate) medium: String,
    /// The campaign's name; what analytics put in its place for visits by unmarked links.
    pub(crate) campaign: String,
    /// The default channel group of analytics.
    pub(crate) channel: &'static str,
    /// Whether the link was marked. A shop knows source, medium and campaign of marked links alone.
    pub(crate) marked: bool,
    /// The platform that was paid for it.
    pub(crate) platform: Option<Source>,
}

impl Way {
    /// By a marked link in an ad or a mailing.
    pub(crate) fn marked(source: &str, medium: &str, campaign: &str, channel: &'static str, platform: Option<Source>) -> Self {
        Self {
            source: source.to_owned(),
            medium: medium.to_owned(),
            campaign: campaign.to_owned(),
            channel,
            marked: true,
            platform,
        }
    }

    /// By a link that nobody marked, or none.
    pub(crate) fn unmarked(source: &str, medium: &str, campaign: &str, channel: &'static str) -> Self {
        Self { marked: false, ..Self::marked(source, medium, campaign, channel, None) }
    }

    /// The part of its visits that last or go on.
    pub(crate) fn engaged(&self) -> f64 {
        match self.channel {
            "Paid Search" => 0.68,
            "Organic Search" => 0.66,
            "Email" => 0.7,
            "Referral" => 0.6,
            "Direct" => 0.55,
            "Organic Social" => 0.5,
            _ => 0.47,
        }
    }

    /// The part of its orders that come from customers who ordered before, once there are many.
    pub(crate) fn returning(&self) -> f64 {
        match self.channel {
            "Email" => 0.85,
            "Direct" => 0.55,
            "Organic Search" | "Referral" => 0.35,
            "Paid Search" => 0.28,
            _ => 0.17,
        }
    }

    fn key(&self) -> (&str, &str, &str) {
        (&self.source, &self.medium, &self.campaign)
    }
}

impl PartialEq for Way {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Way {}

impl PartialOrd for Way {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Way {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}
