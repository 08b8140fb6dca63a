//! How well anomalies and changes were found, as published benchmarks measure it.
//!
//! For evaluations: nothing in the product is decided here.

pub mod nab;
pub mod tcpd;
