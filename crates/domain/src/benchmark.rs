//! What is usual elsewhere: benchmarks by industry, platform and metric, each with its source and its day, read from `benchmarks/*.yaml`.
//!
//! Where there is none of an industry, that of the kind of business is taken, then that of all; where there is none of a platform, that
//! of all platforms; which one it was is always said. A benchmark misleads where it counts other clicks or conversions than the client,
//! where it is of another country, and the more the older it is: hold a client against its own past and targets first.

use crate::{
    Currency, Day, Source, SourceKind,
    metric::{Direction, Metric, Registry},
};
use serde::Deserialize;
use std::fmt;

mod industry;
mod read;

pub use industry::{Industry, industries};
pub use read::benchmarks;

/// Where an ad is seen, where that makes figures differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Beside answers to what people searched for.
    Search,
    /// On other people's sites.
    Display,
    /// In the feeds of social platforms.
    Social,
}

impl Network {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Display => "display",
            Self::Social => "social",
        }
    }

    /// What most of a platform's ads are.
    #[must_use]
    pub const fn of(platform: Source) -> Option<Self> {
        match platform {
            Source::Google => Some(Self::Search),
            Source::Meta | Source::Linkedin | Source::Pinterest | Source::Tiktok => Some(Self::Social),
            _ => None,
        }
    }
}

/// What is usual.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark {
    /// The metric.
    pub metric: &'static Metric,
    /// Of which industry; `None`: all.
    pub industry: Option<&'static Industry>,
    /// On which platform; `None`: all.
    pub platform: Option<Source>,
    /// In which network; `None`: all.
    pub network: Option<Network>,
    /// Most lie above this, in the metric's unit.
    pub low: Option<f64>,
    /// The middle.
    pub typical: Option<f64>,
    /// Most lie below this.
    pub high: Option<f64>,
    /// Currency of amounts.
    pub currency: Option<Currency>,
    /// Who published it.
    pub source: String,
    /// Of when it is.
    pub as_of: Day,
    /// What else must be known of it.
    pub note: Option<String>,
}

/// How a figure stands to what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Worse than most.
    Worse,
    /// As usual.
    Usual,
    /// Better than most.
    Better,
    /// Below what is usual, of a metric that is neither good nor bad.
    Below,
    /// Above it, likewise.
    Above,
}

impl Benchmark {
    /// How a figure of the metric stands to it; an amount must be in the benchmark's currency. `None` where only the middle was
    /// published, which does not say how far from it is unusual.
    #[must_use]
    pub fn standing(&self, value: f64) -> Option<Standing> {
        let (low, high) = (self.low?, self.high?);
        Some(match (self.metric.direction, value < low, value > high) {
            (_, false, false) => Standing::Usual,
            (Direction::Higher, true, _) | (Direction::Lower, _, true) => Standing::Worse,
            (Direction::Higher, ..) | (Direction::Lower, ..) => Standing::Better,
            (Direction::Neutral, true, _) => Standing::Below,
            (Direction::Neutral, ..) => Standing::Above,
        })
    }

    /// The industry and the platform, for people: `E-commerce on Meta Ads`.
    #[must_use]
    pub fn place(&self) -> String {
        let industry = self.industry.map_or("all industries", |industry| &industry.name);
        format!("{industry} on {}", self.platform.map_or("all platforms", Source::label))
    }

    /// How closely it is about what was asked; `None`: not at all. Less is closer.
    fn distance(&self, wanted: &Wanted) -> Option<u8> {
        let industry = match self.industry {
            Some(own) => {
                let kind = wanted.industry.and_then(Industry::within);
                if wanted.industry.is_some_and(|wanted| wanted.id == own.id) {
                    0
                } else if kind.is_some_and(|kind| kind.id == own.id) {
                    1
                } else {
                    return None;
                }
            }
            None if wanted.industry.is_some() => 2,
            None => 0,
        };
        let platform = match self.platform {
            Some(own) if wanted.platform == Some(own) => 0,
            Some(_) => return None,
            None if wanted.platform.is_some() => 1,
            None => 0,
        };
        match (self.network, wanted.network) {
            (Some(own), Some(wanted)) if own != wanted => None,
            (Some(_), None) => None,
            (None, Some(_)) => Some(platform * 6 + industry * 2 + 1),
            _ => Some(platform * 6 + industry * 2),
        }
    }
}

impl fmt::Display for Benchmark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place())?;
        self.network.map_or(Ok(()), |network| write!(f, " ({})", network.as_str()))
    }
}

/// What a benchmark is wanted for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Wanted {
    industry: Option<&'static Industry>,
    platform: Option<Source>,
    network: Option<Network>,
}

/// The benchmark that is closest to what was asked, and how close that is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The benchmark.
    pub benchmark: &'static Benchmark,
    wanted: Wanted,
}

impl Found {
    /// Whether it is of the very industry and platform that were asked for.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let same = self.benchmark.industry.map(|own| &own.id) == self.wanted.industry.map(|wanted| &wanted.id);
        same && self.benchmark.platform == self.wanted.platform
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.benchmark)?;
        if self.is_exact() {
            return Ok(());
        }
        let wanted = (self.wanted.industry.map_or("all industries", |i| &i.name), self.wanted.platform.map(Source::label));
        match wanted {
            (of, Some(on)) => write!(f, "; there is none of {of} on {on}"),
            (of, None) => write!(f, "; there is none of {of}"),
        }
    }
}

/// The benchmark closest to an industry, a platform and a network (left out: what most ads there are), of a metric. The platform weighs
/// more than the industry, since figures differ more between platforms; of equally close ones the newest.
#[must_use]
pub fn lookup(
    industry: Option<&'static Industry>,
    platform: Option<Source>,
    network: Option<Network>,
    metric: &str,
) -> Option<Found> {
    let platform = platform.filter(|platform| platform.kind() == SourceKind::Ads);
    let wanted = Wanted { industry, platform, network: network.or_else(|| platform.and_then(Network::of)) };
    let of_metric = benchmarks().iter().filter(|benchmark| benchmark.metric.id == metric);
    let close = of_metric.filter_map(|benchmark| Some((benchmark.distance(&wanted)?, benchmark)));
    let closest = close.min_by_key(|(distance, benchmark)| (*distance, std::cmp::Reverse(benchmark.as_of)));
    closest.map(|(_, benchmark)| Found { benchmark, wanted })
}

/// The closest benchmark of every metric that has one, in the order of the registry.
#[must_use]
pub fn all_for(industry: Option<&'static Industry>, platform: Option<Source>, network: Option<Network>) -> Vec<Found> {
    Registry::builtin().iter().filter_map(|metric| lookup(industry, platform, network, &metric.id)).collect()
}

#[cfg(test)]
mod tests;
