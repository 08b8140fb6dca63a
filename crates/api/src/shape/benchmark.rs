//! What is usual elsewhere.

use serde::Serialize;
use trimtab_domain::benchmark::{Benchmark, Found, Industry};
use utoipa::ToSchema;

/// An industry, or a kind of business.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct IndustryShape {
    /// Its id.
    pub id: &'static str,
    /// The name people see.
    pub name: &'static str,
}

impl From<&'static Industry> for IndustryShape {
    fn from(industry: &'static Industry) -> Self {
        Self { id: &industry.id, name: &industry.name }
    }
}

/// What is usual elsewhere, with who says so.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenchmarkShape {
    /// The metric's id.
    pub metric: &'static str,
    /// The metric's name.
    pub metric_name: &'static str,
    /// What its numbers are: `count`, `number`, `money`, `percent` or `ratio`.
    pub unit: &'static str,
    /// Which way is good: `higher`, `lower` or `neutral`.
    pub direction: &'static str,
    /// Of which industry; `null`: all.
    pub industry: Option<IndustryShape>,
    /// On which platform; `null`: all.
    pub platform: Option<&'static str>,
    /// In which network: `search`, `display` or `social`; `null`: all.
    pub network: Option<&'static str>,
    /// Most lie above this.
    pub low: Option<f64>,
    /// The middle.
    pub typical: Option<f64>,
    /// Most lie below this.
    pub high: Option<f64>,
    /// Currency of amounts.
    pub currency: Option<String>,
    /// Who published it.
    pub source: &'static str,
    /// Of when it is.
    #[schema(format = Date)]
    pub as_of: String,
    /// What else must be known of it.
    pub note: Option<&'static str>,
    /// Whether it is of the very industry and platform that were asked for.
    pub exact: bool,
    /// Of whom it is, and what it stands in for where there is none of those asked for.
    pub about: String,
}

impl From<&'static Benchmark> for BenchmarkShape {
    fn from(of: &'static Benchmark) -> Self {
        Self {
            metric: &of.metric.id,
            metric_name: &of.metric.name,
            unit: of.metric.unit.as_str(),
            direction: of.metric.direction.as_str(),
            industry: of.industry.map(Into::into),
            platform: of.platform.map(|platform| platform.as_str()),
            network: of.network.map(|network| network.as_str()),
            low: of.low,
            typical: of.typical,
            high: of.high,
            currency: of.currency.map(|currency| currency.to_string()),
            source: &of.source,
            as_of: of.as_of.to_string(),
            note: of.note.as_deref(),
            exact: true,
            about: of.place(),
        }
    }
}

impl From<Found> for BenchmarkShape {
    fn from(found: Found) -> Self {
        Self { exact: found.is_exact(), about: found.to_string(), ..Self::from(found.benchmark) }
    }
}
