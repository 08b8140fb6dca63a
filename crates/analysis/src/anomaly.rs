//! Points and stretches of a series that are not what its own past leads one to expect.
//!
//! [`watch`] judges each hour or day of one series as it would have been judged when it came; [`level_changes`] finds the days at
//! which a series moved to another level; [`missing`] finds days that should have been reported and were not; [`tracking_losses`]
//! finds a result that stopped while what drives it went on; [`Forest`] finds days on which several figures are odd together;
//! [`contributions`] says which parts moved a whole. [`scoring`] measures the first two the way published benchmarks do.
//!
//! None of these knows a cause, and none looks ahead. Where a series tells nothing the answer is [`CannotTell`], with the reason.

mod because;
mod change;
pub mod contributions;
mod forest;
mod missing;
mod robust;
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
