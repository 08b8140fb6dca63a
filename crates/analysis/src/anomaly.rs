//! Points and stretches of a series that are not what its own past leads one to expect.
//!
//! [`watch`] judges each hour or day of one series as it would have been judged when it came; [`level_changes`] finds the days at
//! which a series moved to another level; [`missing`] finds days that should have been reported and were not; [`tracking_losses`]
//! finds a result that stopped while what drives it went on; [`Forest`] finds days on which several figures are odd together;
//! [`contributions`] says which parts moved a whole. [`scoring`] measures the first two the way published benchmarks do.
//!
//! None of these knows a cause, and none looks ahead. Where a series tells nothing the answer is [`CannotTell`], with the reason.
//!
//! # How
//! - **A point**: expected = level + profile (medians of the last points, and of their distances at each place of the season), in three
//!   views: as it is, as a root, as a logarithm. A distance's rarity is −log₁₀ of its tail probability, exponential beyond the 95 %
//!   quantile of past distances: P(d > x) = 0.05 · exp(−(x − u)/β). The mean over views is the point's rarity; 3 is one in 1,000.
//! - **A level**: after season and lone spikes are taken out, w(t) = y(t) − φ·y(t−1) is split by least squares with `penalty`·ln n noise
//!   variances for each change, φ from (median |y(t+2)−y(t)| / median |y(t+1)−y(t)|)² − 1; told only where levels explain the series
//!   better than a random walk by Schwarz's criterion.
//! - **A missing step**: its weekday was reported in three of four of the last eight weeks.
//! - **A tracking loss**: days with driver x and no result have the probability Π (1 + rx/κ)^−κ, r the usual rate and 1/κ the
//!   overdispersion; at one in 10^`rarity` it is one.
//! - **Several figures**: an isolation forest over robust deviations, score = 2^(−E[depth]/c(n)).
//! - **Contributions**: of a sum, the parts' moves; of a ratio R = ΣN/ΣD, (ΔNᵢ − R₀·ΔDᵢ)/D₁, which add up exactly.
//!
//! # Sources
//! Siffer et al., "Anomaly detection in streams with extreme value theory" (KDD 2017); Chakar, Lebarbier, Lévy-Leduc and Robin, "A robust
//! approach for estimating change-points in the mean of an AR(1) process" (Bernoulli 2017); Jackson et al. (2005) for the
//! search; Zhang and Siegmund (2007) for the penalty; Liu, Ting and Zhou, "Isolation forest" (ICDM 2008). What was chosen on what data is
//! told in docs/EVALUATION.md.
//!
//! # Assumptions
//! Seasons keep their shape for weeks. Noise is even on one of the three scales. A driver brings results at a steady rate. The past
//! handed in is the same figure, counted the same way.
//!
//! # When it misleads
//! - A slow drift moves what is usual along with it: changes that take weeks are [`level_changes`]' to see, and a slow climb may be told
//!   as steps.
//! - After a true change of level points stay unusual until the level has followed (days at hourly, two weeks at daily cadence).
//! - A ratio over few events scatters with their number: give the events as [`Point::volume`] and a least volume.
//! - Where the true tail is heavier than exponential, rare events are called rarer than they are.
//! - Of random walks of two months one in four passes for a series with levels.
//! - A landing page that broke, a changed offer or a consent banner look like a lost tag; an account switched off looks like a failed report.

mod because;
mod change;
pub mod contributions;
mod forest;
mod missing;
pub(crate) mod robust;
pub mod scoring;
mod segments;
mod tail;
mod tracking;
mod view;
mod wall;
mod watch;

pub use because::CannotTell;
pub use change::{ChangeSettings, LevelChange, level_changes};
pub use forest::{Forest, ForestSettings, Odd};
pub use missing::{MissingRun, missing};
pub(crate) use robust::sane;
pub use tracking::{DrivenDay, TrackingLoss, TrackingSettings, tracking_losses};
pub use wall::{Cadence, Wall};
pub use watch::{
    Direction, Incident, Judged, Point, Provisional, Reading, Report, Settings, Sign, State, Unjudged, Verdict, watch,
};

#[cfg(test)]
mod tests;
