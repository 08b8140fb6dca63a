//! The same tests as in `main.rs` on a PostgreSQL server, and what is its alone. Without the environment variable
//! [`trimtab_store::testing::SERVER`] they are left out; `cargo xtask test` always sets it.
#![cfg(test)]

mod accounts;
mod analysis;
mod audit;
mod calls;
mod concurrency;
mod connections;
mod day_series;
mod executions;
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
mod server;
mod sessions;
mod sign_in;
mod tampering;
mod tenants;
mod transfer;
mod vault;
mod world;

/// Whether [`world::World`] keeps its database on a server.
const ON_SERVER: bool = true;
