//! What is left out, by name.

use super::limits;
use serde::Serialize;

/// A row, entry or file that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// File and line, file and entry, or table and key.
    pub place: String,
    /// Why, and what could be done about it.
    pub reason: String,
}

/// Everything that is left out: the first ones by name, the rest as a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// At most [`limits::LEFT_OUT_MAX`] of them.
    pub listed: Vec<Left>,
    /// Those beyond.
    pub more: u64,
}

impl LeftOut {
    /// Takes in one more.
    pub fn note(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        if self.listed.len() < limits::LEFT_OUT_MAX {
            self.listed.push(Left { place: place.into(), reason: reason.into() });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        for left in other.listed {
            self.note(left.place, left.reason);
        }
        self.more = self.more.saturating_add(other.more);
    }

    /// Takes in what of another list is not named here yet: a row that cannot be read is named by whoever comes across it.
    pub fn merge(&mut self, other: Self) {
        for left in other.listed {
            if !self.listed.contains(&left) {
                self.note(left.place, left.reason);
            }
        }
        self.more = self.more.saturating_add(other.more);
    }

    /// How many in all.
    #[must_use]
    pub fn len(&self) -> u64 {
        u64::try_from(self.listed.len()).unwrap_or(u64::MAX).saturating_add(self.more)
    }

    /// Whether everything was taken.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.more == 0
    }
}
