//! A part of an answer that cannot be given, and why.

use compact_str::CompactString;
use std::fmt;
use trimtab_domain::Day;

/// In ids of findings that are looked for over days that move on: whatever its period, the same trouble is the same. One that was gone
/// and is back is too.
pub(crate) const LASTING: Day = Day::constant(1970, 1, 1);

/// What is left out of an answer. It is left out of every mean too: nothing stands in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// Which part: a stage, a sub-score, an event.
    pub about: CompactString,
    /// Why, as the end of "cannot tell, because …".
    pub why: String,
}

impl Untold {
    pub(crate) fn new(about: &str, why: impl Into<String>) -> Self {
        Self { about: about.into(), why: why.into() }
    }
}

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: cannot tell, because {}", self.about, self.why)
    }
}
