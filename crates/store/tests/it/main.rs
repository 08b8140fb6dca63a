//! The store on real SQLite files.
#![cfg(test)]

mod accounts;
mod analysis;
mod audit;
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
mod secrecy;
mod sign_in;
mod tenants;
mod vault;
mod world;
