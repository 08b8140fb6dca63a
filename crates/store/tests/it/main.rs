//! The store on real SQLite files, and what is theirs alone. `postgres.rs` runs the common modules on a server: a new one is named in both.
#![cfg(test)]

mod accounts;
mod analysis;
mod audit;
mod calls;
mod concurrency;
mod connections;
mod day_series;
mod executions;
mod files;
mod history;
mod imports;
mod isolation;
mod kill;
mod knowledge;
mod leases;
mod people;
mod receipts;
mod refusals;
mod repeats;
mod schema;
mod secrecy;
mod sessions;
mod sign_in;
mod tampering;
mod tenants;
mod vault;
mod world;

/// Whether [`world::World`] keeps its database on a server.
const ON_SERVER: bool = false;
