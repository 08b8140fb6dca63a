//! What is going on: series and facts in, findings and forecasts out.
//!
//! Everything here is a pure function: no I/O, no clock, no chance that was not handed in. What cannot be told is said so, with the reason.

pub mod anomaly;
pub mod forecast;
pub mod incident;
pub mod track;
