//! Import of another system's history, the reading side: what somebody's former tool has kept becomes facts and objects of ours.
//!
//! Three shapes are understood: folders of CSV files as Fivetran lands them, JSON-file stores, and PostgreSQL tables. [`open`] recognises
//! what it is given; [`History::accounts`] says what there is, [`History::read`] gives one account's facts of some days, so that whoever
//! stores them can go account by account and month by month and never needs the whole. Nothing is kept here between two calls but the
//! objects' names and places.
//!
//! Invariants: originals are only ever opened for reading; a broken row or file never stops the rest, and what is left out is named with
//! its place and reason; the sums in [`Counted`] are added up from the original's cells, apart from the facts, so that what is stored can
//! be held against them.

mod cell;
mod counted;
mod error;
mod files;
mod fivetran;
mod found;
mod grain;
mod json;
mod left;
pub mod limits;
mod objects;
mod platform;
mod postgres;
mod survey;
mod tally;

pub use counted::{Counted, Sums};
pub use error::HistoryError;
pub use files::{Entry, Files};
pub use found::{Found, FoundAccount, GrainFound, Key, Piece};
pub use grain::Grain;
pub use left::{Left, LeftOut};

use async_trait::async_trait;
use secrecy::SecretString;
use std::{fmt, sync::Arc};
use trimtab_domain::{Currency, DayRange, Timestamp, Zone, account::Account, entity::EntitySnapshot};

/// Where another system keeps its history.
#[derive(Debug, Clone)]
pub enum Location {
    /// Files: CSV as Fivetran lands it, or a JSON-file store.
    Files(Arc<dyn Files>),
    /// A PostgreSQL database, by its connection string (`postgres://user:password@host/database`).
    Postgres(SecretString),
}

/// What the original itself may not say, and what to choose from it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The zone days are cut in, where the original does not say.
    pub zone: Zone,
    /// The currency of amounts, where the original does not say.
    pub currency: Currency,
    /// When the objects count as seen.
    pub now: Timestamp,
    /// The accounts the tenant has: what they say goes before `zone` and `currency`, and before the original's word but for the currency.
    pub accounts: Vec<Account>,
    /// The grain to read facts of; `None`: of each day the finest there is.
    pub grain: Option<Grain>,
    /// Whether LinkedIn's cost is read in US dollars instead of the account's own currency.
    pub linkedin_usd: bool,
}

impl Options {
    /// Options that leave everything to the original.
    #[must_use]
    pub const fn new(zone: Zone, currency: Currency, now: Timestamp) -> Self {
        Self { zone, currency, now, accounts: Vec::new(), grain: None, linkedin_usd: false }
    }
}

/// Which shape a history has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// CSV files as Fivetran lands them.
    Fivetran,
    /// One JSON file per kind of record.
    JsonStore,
    /// PostgreSQL tables with a row per ad and day.
    Postgres,
}

impl Shape {
    /// The name in records and commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fivetran => "fivetran",
            Self::JsonStore => "json",
            Self::Postgres => "postgres",
        }
    }
}

/// Another system's history, opened.
#[async_trait]
pub trait History: fmt::Debug + Send + Sync {
    /// Which shape it has.
    fn shape(&self) -> Shape;

    /// Goes through everything once and says what there is, storing none of it.
    ///
    /// # Errors
    /// See [`HistoryError`]; a broken file or row is none, but named in the answer.
    async fn accounts(&self) -> Result<Found, HistoryError>;

    /// What the original says of an account's objects, each in its latest version. They are listed as far as the original knows them, so no
    /// kind is complete.
    ///
    /// # Errors
    /// See [`HistoryError`].
    async fn entities(&self, key: &Key) -> Result<EntitySnapshot, HistoryError>;

    /// The facts of one account and some days, with the original's own sums. Days the original has nothing of have no rows. The same call
    /// gives the same answer as long as the original does not change.
    ///
    /// # Errors
    /// See [`HistoryError`].
    async fn read(&self, key: &Key, days: DayRange) -> Result<Piece, HistoryError>;
}

/// Opens a history and recognises its shape.
///
/// # Errors
/// When it cannot be reached, or is in none of the shapes understood.
pub async fn open(location: &Location, options: Options) -> Result<Box<dyn History>, HistoryError> {
    match location {
        Location::Files(files) => {
            let files = Arc::clone(files);
            blocking(move || {
                let entries = files::listed(files.as_ref())?;
                if fivetran::is_store(&entries) {
                    Ok(Box::new(fivetran::Fivetran::open(files, &entries, options)) as Box<dyn History>)
                } else if entries.iter().any(json::is_store) {
                    Ok(Box::new(json::JsonStore::open(files, &entries, options)) as Box<dyn History>)
                } else {
                    Err(HistoryError::Unknown { found: files::named(entries.iter().map(|entry| entry.path.as_str())) })
                }
            })
            .await
        }
        Location::Postgres(address) => Ok(Box::new(postgres::Postgres::open(address, options).await?)),
    }
}

/// Reads files on a thread that may wait for them.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, HistoryError> + Send + 'static) -> Result<T, HistoryError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| HistoryError::Lost)?
}
