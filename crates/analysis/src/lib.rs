//! What is going on: series and facts in, findings and forecasts out.
//!
//! Everything here is a pure function: no I/O, no clock, no chance that was not handed in. What cannot be told is said so, with the reason.

pub mod anomaly;
mod counts;
#[cfg(test)]
mod dice;
pub mod fatigue;
pub mod forecast;
pub mod funnel;
pub mod incident;
pub mod insight;
mod odds;
pub mod outlook;
pub mod pacing;
pub mod patterns;
pub mod pixels;
pub mod refusal;
pub mod score;
pub mod track;
pub mod untold;
mod words;
