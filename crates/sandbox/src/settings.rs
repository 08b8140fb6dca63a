//! What decides a sandbox.

use std::str::FromStr;
use trimtab_domain::Day;

/// Whether the simulated platforms refuse calls beyond their limits. Usage is counted and shown in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limits {
    /// Never refuse.
    #[default]
    Off,
    /// Refuse as the platform does for an app with full access.
    Real,
    /// Refuse as the platform does for an app in development, whose quotas are some hundred times smaller.
    Development,
}

impl FromStr for Limits {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" => Ok(Self::Off),
            "real" => Ok(Self::Real),
            "development" => Ok(Self::Development),
            _ => Err(crate::Error::BadSetting { what: "limits", given: text.to_owned(), use_instead: "off, real or development" }),
        }
    }
}

/// The settings of a sandbox. Two with equal settings give equal answers.
#[derive(Debug, Clone)]
pub struct SandboxSettings {
    /// Decides everything that is drawn.
    pub seed: u64,
    /// Businesses in the world, 1 to 400. Those after the sixth add currencies without minor units.
    pub tenants: usize,
    /// Ads of the first tenant, 1 to 100 000; the others have between a third of that and as many.
    pub ads: usize,
    /// Days of history before `today`, 1 to 1 830.
    pub days: u16,
    /// The day the clock stands at to begin with, at 12:00 UTC.
    pub today: Day,
    /// Whether limits refuse calls.
    pub limits: Limits,
    /// Whether one day does not add up: 45 days before `today`, the total of the second tenant's Pinterest account is 12.34 units of its
    /// currency higher than its ads, ad groups and campaigns show.
    pub mismatch: bool,
    /// Whether every trouble is large enough to be seen on the platform's own screen: where one would drown in an account's noise, another
    /// takes its place. Such a world takes seconds to make.
    pub visible: bool,
    /// Where links in answers point (`https://sandbox.example`), when clients come through a proxy; else where the client said it came.
    pub origin: Option<String>,
}

impl Default for SandboxSettings {
    fn default() -> Self {
        Self {
            seed: 1,
            tenants: 6,
            ads: 120,
            days: 180,
            today: jiff::civil::date(2026, 11, 20),
            limits: Limits::Off,
            mismatch: false,
            visible: false,
            origin: None,
        }
    }
}
