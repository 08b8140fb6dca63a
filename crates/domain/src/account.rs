//! An ad account as its platform describes it.

use crate::{Currency, Day, Source, Timestamp, Zone, id::AccountId};
use compact_str::CompactString;

/// An ad account: the unit that has one currency, one zone and one set of limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The platform it lives on.
    pub source: Source,
    /// The platform's id, without decoration.
    pub id: AccountId,
    /// Its name there.
    pub name: CompactString,
    /// The currency all its amounts are in.
    pub currency: Currency,
    /// The zone its days are cut in.
    pub zone: Zone,
    /// Whether the platform lets it spend.
    pub standing: Standing,
}

/// Whether an account may run ads, as its platform says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Good,
    /// It may not (disabled, unsettled, closed); the platform's word for why.
    Restricted(CompactString),
}

/// How far an account's facts reach and how final they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The account.
    pub account: Account,
    /// When its facts were last read from the source.
    pub data_as_of: Timestamp,
    /// Days after this one are provisional: their conversion window was still open when they were read. `None`: nothing is final.
    pub settled_through: Option<Day>,
}
