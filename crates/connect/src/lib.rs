//! The outside, read side: one folder per source, and the import of files people already have.
//!
//! Connectors turn what a platform says into facts and entities of the trade. They decide what to ask and what an answer means; pace,
//! retries and deadlines of single calls are `trimtab-wire`'s. Nothing here keeps state between processes, and nothing here offers to
//! send an arbitrary request: every public function is one named read.

mod access;
mod answer;
mod connector;
mod connectors;
pub mod ecb;
mod error;
mod events;
pub mod ga4;
pub mod google;
pub mod history;
pub mod import;
pub mod klaviyo;
pub mod limits;
pub mod linkedin;
pub mod magento;
pub mod mail;
pub mod meta;
mod oauth;
mod objects;
pub mod oidc;
mod paging;
pub mod pinterest;
mod pseudonym;
mod scalar;
pub mod shopify;
pub mod silence;
pub mod tiktok;
pub mod tool;
pub mod transit;
pub mod versions;

pub use access::{Lifetime, missing_scopes, shown_from};
pub use connector::{
    Ask, Connector, Credential, Detail, Fetched, Hours, PixelDays, PixelHours, PixelsTold, chunks, look_back_days, look_back_of,
    pixels_told, settled_through, tells_hours,
};
pub use connectors::{CONNECTABLE, Connectable, Connectors, Deadlines};
pub use error::{AuthCause, Error};
pub use pseudonym::Pseudonyms;
pub use trimtab_wire::Meter;
