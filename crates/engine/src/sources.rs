//! The sources: what can be connected, and how the platform's interface that we speak stands.

use crate::{Connectable, Engine};
use trimtab_connect::{
    CONNECTABLE,
    versions::{Support, support},
};
use trimtab_domain::Source;

/// A source and what can be done with it.
#[derive(Debug, Clone, Copy)]
pub struct SourceView {
    /// The source.
    pub source: Source,
    /// How it is connected; `None` where only its files can be imported.
    pub connectable: Option<&'static Connectable>,
    /// The interface version spoken, and how long it is served; `None` as above.
    pub support: Option<Support>,
}

impl Engine {
    /// Every source.
    #[must_use]
    pub fn sources(&self) -> Vec<SourceView> {
        Source::ALL.into_iter().map(|source| self.source(source)).collect()
    }

    /// One source.
    #[must_use]
    pub fn source(&self, source: Source) -> SourceView {
        let connectable = CONNECTABLE.iter().find(|connectable| connectable.source == source);
        SourceView { source, connectable, support: support(source, self.now()) }
    }
}
