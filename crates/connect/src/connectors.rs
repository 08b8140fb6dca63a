//! Makes connectors that share one HTTP stack, so that budgets, breakers and the call log are common to all of them.

use crate::{
    limits,
    meta::{Meta, live},
};
use secrecy::SecretString;
use std::{sync::Arc, time::Duration};
use trimtab_domain::Clock;
use trimtab_wire::Wire;
use url::Url;

/// The outside, read side. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connectors {
    wire: Wire,
    clock: Arc<dyn Clock>,
    deadlines: Deadlines,
}

/// How long a platform is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Longest time one request may take, answer included.
    pub answer: Duration,
    /// Longest time a report may take to be prepared in the background.
    pub report: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { answer: limits::CALL_DEADLINE, report: limits::REPORT_DEADLINE }
    }
}

impl Connectors {
    /// Connectors over one stack.
    #[must_use]
    pub fn new(wire: Wire, clock: Arc<dyn Clock>, deadlines: Deadlines) -> Self {
        Self { wire, clock, deadlines }
    }

    /// A Meta connector that speaks for `token`, at the live platform or at `base_url`.
    #[must_use]
    pub fn meta(&self, base_url: Option<Url>, token: SecretString) -> Meta {
        let base_url = base_url.unwrap_or_else(live);
        Meta::new(self.wire.clone(), base_url, token, Arc::clone(&self.clock)).with_deadlines(self.deadlines)
    }
}
