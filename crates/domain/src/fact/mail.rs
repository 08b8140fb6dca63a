//! Mailings, by what was sent and the day something happened.

use crate::{Day, id::CampaignId};
use compact_str::CompactString;

/// What came of one campaign or flow on one day: the day of the event, not of the sending.
#[derive(Debug, Clone, PartialEq)]
pub struct EmailDaily {
    /// The day, in the account's zone.
    pub date: Day,
    /// Campaign or flow.
    pub kind: MailKind,
    /// The campaign or the flow; the history of objects knows its name.
    pub campaign: CampaignId,
    /// How it was sent: `email`, `sms`, `mobile_push`.
    pub channel: CompactString,
    /// Messages received.
    pub recipients: Option<i64>,
    /// Opened, each time counted.
    pub opens: Option<i64>,
    /// Clicked, each time counted.
    pub clicks: Option<i64>,
    /// Orders the mailing system attributes to it.
    pub orders: Option<i64>,
    /// What these came to, in micros.
    pub revenue_micros: Option<i64>,
}

/// What a mailing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MailKind {
    /// Sent once to many.
    Campaign,
    /// Sent to each when something happens.
    Flow,
}

impl MailKind {
    /// The name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Flow => "flow",
        }
    }
}
