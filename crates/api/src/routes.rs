//! The resources, one file per noun.

pub mod accounts;
pub mod analyses;
pub mod audit;
pub mod auth;
pub mod benchmarks;
pub mod budgets;
pub mod connections;
pub mod events;
pub mod executions;
pub mod findings;
pub mod health;
pub mod imports;
pub mod insights;
pub mod knowledge;
pub mod me;
pub mod metrics;
pub mod pacing;
pub mod quality;
pub mod query;
pub mod sources;
pub mod tenants;
pub mod tools;
pub mod views;
