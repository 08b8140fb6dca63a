//! The nouns and rules of the advertising trade: ids, money, days, facts, metrics, the metric query, who may do what.
//!
//! Everything else stands on this crate. It does no I/O, is never async and never asks the time: whoever needs an instant or a
//! fresh id is handed a [`Clock`] or [`Ids`].

pub mod access;
pub mod account;
pub mod audit;
pub mod benchmark;
pub mod clock;
pub mod day;
pub mod entity;
pub mod error;
pub mod fact;
pub mod finding;
pub mod graph;
pub mod id;
pub mod insight;
pub mod knowledge;
pub mod metric;
pub mod money;
pub mod quality;
pub mod query;
pub mod rates;
pub mod source;

pub use access::{Actor, Permission, Role, TenantCtx};
pub use audit::{Caller, Origin};
pub use clock::{Clock, Ids};
pub use day::{Day, DayRange, Zone};
pub use error::ErrorKind;
pub use jiff::Timestamp;
pub use money::{Currency, Money};
pub use source::{Source, SourceKind};
