//! Who acts, and by which request: what the audit log says of everything people and programs do.

use crate::{Actor, TenantCtx};
use compact_str::CompactString;
use core::net::IpAddr;

/// Characters kept of what a client calls itself.
const AGENT_CHARS: usize = 200;
/// Characters kept of a request's id.
const REQUEST_CHARS: usize = 64;

/// The request behind an act, as far as there is one: the scheduler's acts have none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// Where it came from: the other end of the connection, so a proxy's address where one stands in front.
    pub ip: Option<IpAddr>,
    /// What the client calls itself; its own word, nothing rests on it.
    pub agent: Option<CompactString>,
    /// Names the request in the log.
    pub request_id: Option<CompactString>,
}

impl Origin {
    /// No request: the scheduler, and what has no other origin.
    pub const NONE: Self = Self { ip: None, agent: None, request_id: None };

    /// A request; texts are cut to what is kept and stripped of control characters.
    #[must_use]
    pub fn of_request(ip: Option<IpAddr>, agent: Option<&str>, request_id: Option<&str>) -> Self {
        Self {
            ip,
            agent: agent.and_then(|text| clean(text, AGENT_CHARS)),
            request_id: request_id.and_then(|text| clean(text, REQUEST_CHARS)),
        }
    }

    /// A command on the machine itself.
    #[must_use]
    pub fn command(name: &str) -> Self {
        Self { agent: clean(name, AGENT_CHARS), ..Self::NONE }
    }
}

/// The text as it is kept; `None` where nothing is left of it.
fn clean(text: &str, most: usize) -> Option<CompactString> {
    let kept: CompactString = text.trim().chars().filter(|c| !c.is_control()).take(most).collect();
    (!kept.is_empty()).then_some(kept)
}

/// Who acts where no tenant is entered, and by which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// What people know them by, as it was found when they proved who they are: an address, or what a key is for.
    pub name: Option<String>,
    /// By which request.
    pub origin: Origin,
}

impl Caller {
    /// The scheduler.
    pub const SYSTEM: Self = Self { actor: Actor::System, name: None, origin: Origin::NONE };

    /// Whoever runs a command on the machine itself.
    #[must_use]
    pub fn operator(command: &str) -> Self {
        Self { actor: Actor::Operator, name: None, origin: Origin::command(command) }
    }
}

impl TenantCtx {
    /// The same, with the request that it was proven for.
    #[must_use]
    pub fn from_request(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// The same, by somebody whom people know by this name.
    #[must_use]
    pub fn named(mut self, name: Option<String>) -> Self {
        self.name = name;
        self
    }

    /// By which request.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What people know whoever acts by, where it was found.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Who acts, by which name and request.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller { actor: self.actor().clone(), name: self.name.clone(), origin: self.origin.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, id::TenantId};

    #[test]
    fn what_a_client_says_of_itself_is_cut_and_cleaned() {
        let long = format!("  curl/8\n\u{7}{}", "x".repeat(500));
        let origin = Origin::of_request(None, Some(&long), Some(" \t"));
        assert_eq!(origin.agent.as_ref().map(|agent| agent.chars().count()), Some(AGENT_CHARS));
        assert!(origin.agent.is_some_and(|agent| agent.starts_with("curl/8x")));
        assert_eq!(origin.request_id, None);
    }

    #[test]
    fn a_context_carries_its_request() {
        let ctx = TenantCtx::proven(TenantId::parse("acme").unwrap(), Actor::Operator, Role::AgencyAdmin);
        assert_eq!(ctx.origin(), &Origin::NONE);
        let origin = Origin::of_request(Some([192, 0, 2, 1].into()), Some("curl/8"), Some("r-1"));
        assert_eq!(ctx.from_request(origin.clone()).origin(), &origin);
    }
}
