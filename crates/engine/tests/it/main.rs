//! The engine on a real store and lake, with a clock the test moves.
#![cfg(test)]

mod analysis;
mod bad_days;
mod custody;
mod faults;
mod freshness;
mod health;
mod history;
mod imports;
mod quality;
mod tools;
mod world;
