//! What a history holds, and one piece of it.

use super::{Counted, Grain, LeftOut, Sums};
use compact_str::CompactString;
use std::fmt;
use trimtab_domain::{DayRange, Source, account::Account, fact::Facts, id::AccountId};

/// Names an account within a history.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The client it belongs to in the original, where that keeps several; else empty.
    pub tenant: CompactString,
    /// The platform.
    pub source: Source,
    /// The platform's id of the account, without decoration.
    pub account: AccountId,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.tenant.is_empty() {
            write!(f, "{}/", self.tenant)?;
        }
        write!(f, "{}/{}", self.source, self.account)
    }
}

/// Everything a history holds.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its accounts, by [`Key`].
    pub accounts: Vec<FoundAccount>,
    /// Every row and file left out.
    pub left_out: LeftOut,
    /// What a person should know: files without figures, assumptions.
    pub notes: Vec<String>,
}

/// One account of a history.
#[derive(Debug, Clone)]
pub struct FoundAccount {
    /// Its name in calls.
    pub key: Key,
    /// The account, as far as it is known.
    pub account: Account,
    /// What nobody says of it and is taken from the options: `account`, `currency`, `zone`.
    pub assumed: Vec<&'static str>,
    /// From its first day to its last.
    pub days: DayRange,
    /// What there is at each grain, the finest first.
    pub grains: Vec<GrainFound>,
}

/// What an account has at one grain, all rows as they stand in the original (rows that are there twice count twice).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrainFound {
    /// The grain.
    pub grain: Grain,
    /// From its first day to its last.
    pub days: DayRange,
    /// Rows and sums.
    pub sums: Sums,
}

/// Some days of one account.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The facts. They replace whatever is known of these days.
    pub facts: Facts,
    /// The original's own sums, the finest grain first.
    pub counted: Vec<Counted>,
    /// Rows of these days that were left out. Rows whose day or account cannot be read are named by [`Found::left_out`] alone.
    pub left_out: LeftOut,
}
