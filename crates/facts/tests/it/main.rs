//! The fact store on real tables in temporary folders.
#![cfg(test)]

mod blended;
mod daily;
mod entities;
mod isolation;
mod query;
mod ready_views;
mod reference;
mod replace;
mod retention;
mod rollups;
mod trouble;
mod upkeep;
mod views;
mod world;
