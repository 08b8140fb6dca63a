//! What a simulated platform is to the rest of the sandbox: a prefix, a world, answers, and its own words for trouble.
//!
//! A platform owns everything that is its alone (its view of the world, quotas, report runs). What all of them share (clock, faults, the
//! log of calls) is [`Shared`]. Adding one is a folder and a line in [`all`].

use crate::{
    SandboxSettings,
    ecb::Ecb,
    google::Google,
    http::{Reply, Request},
    linkedin::Linkedin,
    meta::Meta,
    pinterest::Pinterest,
    state::Shared,
    tiktok::Tiktok,
    world::{World, account::Account},
};
use serde_json::json;
use std::{fmt, sync::RwLock};
use trimtab_domain::Source;

/// One simulated platform.
pub(crate) trait Platform: fmt::Debug + Send + Sync {
    /// Which.
    fn source(&self) -> Source;

    /// Where its paths begin.
    fn prefix(&self) -> &'static str;

    /// Who advertises on it, and how.
    fn world(&self) -> &RwLock<World>;

    /// What `connect` takes as the secret of an account: a token, or JSON where the platform wants several parts.
    fn secret(&self, account: &Account) -> String;

    /// The account a request is about, by its place in the world, where that can be told.
    fn identify(&self, request: &Request) -> Option<usize>;

    /// Answers a request.
    fn answer(&self, shared: &Shared, request: &Request) -> Reply;

    /// Answers a request with trouble, in the platform's own words.
    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply;

    /// Refuses the version a request names as one that is no longer served. Platforms with words of their own for that use them; the
    /// others say what HTTP says.
    fn sunset(&self, _shared: &Shared, request: &Request) -> Reply {
        let version = request.path.split('/').next().unwrap_or_default();
        let mut reply = Reply::value(&json!({"status": 426, "message": format!("Version {version} is no longer supported.")}));
        reply.status = 426;
        reply
    }

    /// What the pages of one list have in common, and whether this request asks for a page after the first.
    fn list(&self, request: &Request) -> (String, bool);

    /// Takes note of the part of its quotas that faults have left; `None` for all of them.
    fn cut_quotas(&self, left: Option<f64>);

    /// Lets the report that a request asks for end badly. Platforms without reports have nothing to do.
    fn doom_report(&self, _request: &Request, _doom: Doom) {}

    /// Whether a request asks for a report to be prepared.
    fn asks_for_report(&self, _request: &Request) -> bool {
        false
    }
}

/// How a report ends badly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doom {
    /// It fails.
    Failed,
    /// It is skipped.
    Skipped,
    /// It is never done.
    Stuck,
}

/// Trouble that every platform has its own words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Too many calls, in the status and envelope the platform uses for that.
    Throttled,
    /// The same as a plain 429 with `Retry-After: 1`.
    TooManyRequests,
    /// A passing failure of the platform, in its own envelope.
    Failing,
    /// The token has expired.
    ExpiredToken,
    /// The account's owner has taken the permission away.
    Revoked,
    /// A good answer without any row.
    Empty,
    /// A good answer of another shape.
    Drift,
}

/// Every simulated platform.
pub(crate) fn all(settings: &SandboxSettings) -> Vec<Box<dyn Platform>> {
    vec![
        Box::new(Meta::new(settings)),
        Box::new(Google::new(settings)),
        Box::new(Pinterest::new(settings)),
        Box::new(Tiktok::new(settings)),
        Box::new(Linkedin::new(settings)),
        Box::new(Ecb::new(settings)),
    ]
}
