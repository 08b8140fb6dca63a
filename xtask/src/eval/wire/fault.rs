//! Faults as they are told: each distinct one once, with an example and how often it came.

use super::found::{Departure, Kind};
use serde::Serialize;
use std::fmt;

/// Whose fault it is: the connector's, or the sandbox's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    Request,
    Answer,
}

/// One distinct fault.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fault {
    pub(super) platform: &'static str,
    pub(super) side: Side,
    pub(super) kind: Kind,
    /// In the specification's words.
    pub(super) place: String,
    /// Where it came first.
    route: String,
    at: String,
    value: String,
    pub(super) times: usize,
}

impl Fault {
    pub(super) fn new(platform: &'static str, side: Side, route: &str, departure: Departure) -> Self {
        let Departure { kind, place, at, value } = departure;
        Self { platform, side, kind, place, route: route.to_owned(), at, value, times: 1 }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { platform, side, kind, place, route, at, value, times } = self;
        let side = match side {
            Side::Request => "request",
            Side::Answer => "answer",
        };
        write!(f, "{platform} {side}: {}: {place} ({times} times), first at {route}: {at}", kind.title())?;
        if value.is_empty() { Ok(()) } else { write!(f, " = {value}") }
    }
}

/// Counts a fault in.
pub(super) fn count(faults: &mut Vec<Fault>, fault: Fault) {
    let same = |known: &&mut Fault| {
        (known.platform, known.side, known.kind, known.place.as_str())
            == (fault.platform, fault.side, fault.kind, fault.place.as_str())
    };
    match faults.iter_mut().find(same) {
        Some(known) => known.times += 1,
        None => faults.push(fault),
    }
}
