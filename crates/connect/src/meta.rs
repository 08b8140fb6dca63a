//! Meta Ads (Facebook, Instagram) through the Graph API's Marketing edges, read only.
//!
//! [`Meta`] is the entry point: [`Meta::check`] a credential, list [`Meta::accounts`], read [`Meta::entities`] and [`Meta::facts`]. Days are
//! Meta's own: civil dates in the account's zone. Amounts are micros of the account's currency, whichever of its two notations Meta
//! used. Meta restates a day for [`LOOK_BACK_DAYS`]; [`settled_through`] tells which days are final.
//!
//! It decides neither when to read nor where the facts go, and it never writes to the platform.

mod accounts;
mod amount;
mod counted;
mod credential;
mod dialect;
mod entities;
mod facts;
mod graph;
mod insights;
mod pixels;
mod report;
mod scalar;

pub use counted::{ConversionChoice, Counted};
pub use credential::Credential;
pub use dialect::GraphDialect;
pub use facts::{FactsRequest, Fetched, Transport, chunks};
pub use insights::parse_insights;

use crate::Deadlines;
use graph::Graph;
use jiff::ToSpan;
use secrecy::SecretString;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use trimtab_domain::{Clock, Day, Timestamp, id::AccountId};
use trimtab_wire::Wire;
use url::Url;

/// The version of the Graph API this connector speaks.
pub const VERSION: &str = "v26.0";
/// Where the live platform answers.
pub const BASE_URL: &str = "https://graph.facebook.com";
/// Days Meta may still restate after they ended: conversions keep arriving for the longest click window. Days older than this, counted
/// in the account's zone, are settled.
pub const LOOK_BACK_DAYS: u16 = 28;

/// [`BASE_URL`], parsed.
#[must_use]
pub fn live() -> Url {
    Url::parse(BASE_URL).expect("the constant is a URL")
}

/// The last settled day when it is `today` in the account's zone.
#[must_use]
pub fn settled_through(today: Day) -> Day {
    today.saturating_sub(i64::from(LOOK_BACK_DAYS + 1).days())
}

/// One credential's view of Meta. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Meta {
    graph: Graph,
    clock: Arc<dyn Clock>,
    /// What counts as a conversion, by account, once found out: every chunk of a sync must count the same action.
    counted: Arc<Mutex<HashMap<(AccountId, ConversionChoice), Counted>>>,
}

impl Meta {
    /// A connector that speaks for `token` at `base_url` ([`live`] or a simulated platform's).
    #[must_use]
    pub fn new(wire: Wire, base_url: Url, token: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self { graph: Graph::new(wire, &base_url, token), clock, counted: Arc::default() }
    }

    /// Now by the clock the platform puts on its answers, by ours before the first. It is the platform that cuts days, so a server whose
    /// clock is off must neither miss the newest nor take a day to be settled too early.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.graph.heard().unwrap_or_else(|| self.clock.now())
    }

    /// The same with other deadlines than the default ones.
    #[must_use]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.graph.deadlines = deadlines;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::day::parse_day;

    #[test]
    fn a_day_settles_when_the_look_back_has_passed_it() {
        assert_eq!(live().as_str(), "https://graph.facebook.com/");
        let today = parse_day("2026-11-21").unwrap();
        assert_eq!(settled_through(today).to_string(), "2026-10-23");
        assert_eq!(trimtab_domain::DayRange::new(settled_through(today), today).unwrap().len(), u32::from(LOOK_BACK_DAYS) + 2);
    }
}
