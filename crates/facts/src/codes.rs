//! Texts as small numbers: one number per distinct id, account, country … of a tenant.
//!
//! Queries group and filter by these numbers instead of texts. They exist in memory only and mean nothing outside this process.

use compact_str::CompactString;
use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

/// The numbers given out so far. They are never taken back.
#[derive(Debug, Default)]
pub(crate) struct Codes(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_text: HashMap<CompactString, u32>,
    texts: Vec<CompactString>,
}

impl Codes {
    /// The number of a text; a new one if it was not seen before.
    pub(crate) fn code(&self, text: &str) -> u32 {
        if let Some(code) = self.known(text) {
            return code;
        }
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.give(text)
    }

    /// The number of a text, if it has one.
    pub(crate) fn known(&self, text: &str) -> Option<u32> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).by_text.get(text).copied()
    }

    /// The numbers of many texts.
    pub(crate) fn codes<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<u32> {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        texts.map(|text| inner.give(text)).collect()
    }

    /// The text of a number; empty if it was never given out.
    pub(crate) fn text(&self, code: u32) -> CompactString {
        self.0.read().unwrap_or_else(PoisonError::into_inner).texts.get(code as usize).cloned().unwrap_or_default()
    }
}

impl Inner {
    fn give(&mut self, text: &str) -> u32 {
        if let Some(code) = self.by_text.get(text) {
            return *code;
        }
        // A tenant has millions of objects at most, far below the 4 billion numbers there are.
        let code = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.into());
        self.by_text.insert(text.into(), code);
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let codes = Codes::default();
        assert_eq!(codes.codes(["a", "b", "a"].into_iter()), [0, 1, 0]);
        assert_eq!((codes.code("b"), codes.known("c"), codes.text(1).as_str()), (1, None, "b"));
    }
}
