//! Connectors against the simulated platforms, over real sockets.
#![cfg(test)]

mod conformance;
mod google;
mod google_recorded;
mod history;
mod history_fivetran;
mod history_json;
mod history_postgres;
mod import;
mod import_accounts;
mod import_faults;
mod import_properties;
mod linkedin;
mod linkedin_recorded;
mod meta;
mod pinterest;
mod pinterest_recorded;
mod postgres;
mod recorded;
mod schema;
mod tiktok;
mod tiktok_recorded;
mod tools;
mod world;
