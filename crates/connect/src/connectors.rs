//! Makes connectors that share one HTTP stack, so that budgets, breakers and the call log are common to all of them.

use crate::meta::{Meta, live};
use secrecy::SecretString;
use std::sync::Arc;
use trimtab_domain::Clock;
use trimtab_wire::Wire;
use url::Url;

/// The outside, read side. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connectors {
    wire: Wire,
    clock: Arc<dyn Clock>,
}

impl Connectors {
    /// Connectors over one stack.
    #[must_use]
    pub fn new(wire: Wire, clock: Arc<dyn Clock>) -> Self {
        Self { wire, clock }
    }

    /// A Meta connector that speaks for `token`, at the live platform or at `base_url`.
    #[must_use]
    pub fn meta(&self, base_url: Option<Url>, token: SecretString) -> Meta {
        let base_url = base_url.unwrap_or_else(live);
        Meta::new(self.wire.clone(), base_url, token, Arc::clone(&self.clock))
    }
}
