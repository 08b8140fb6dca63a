//! The platforms' interface versions as a calendar: when each came, when it goes, who says so, and which one this release speaks.
//!
//! Platforms close a version about a year after its release, then refuse every call to it ([`crate::Error::Retired`]). The calendar tells
//! that before it happens. Only what a platform has announced is called announced; an end that follows from its habit is an estimate.
//!
//! **Invariant.** The version spoken is the connector's own constant, and it is in the table.

use crate::{ga4, google, klaviyo, limits, linkedin, magento, meta, pinterest, shopify, tiktok};
use jiff::{civil::date, tz::TimeZone};
use std::fmt;
use trimtab_domain::{Day, Source, Timestamp};

/// One version of a platform's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// The platform.
    pub source: Source,
    /// Its name, as it stands in paths or headers.
    pub name: &'static str,
    /// When it came; `None` where that is not known.
    pub released: Option<Day>,
    /// When it goes.
    pub sunset: Sunset,
    /// Where that is said.
    pub told_by: &'static str,
}

/// The last day a version is served, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sunset {
    /// The platform has named the day.
    Announced(Day),
    /// It follows from how long the platform serves its versions.
    Estimated(Day),
    /// Nothing is said, and nothing follows.
    Unknown,
}

impl Sunset {
    /// The day, sure or not.
    #[must_use]
    pub const fn day(self) -> Option<Day> {
        match self {
            Self::Announced(day) | Self::Estimated(day) => Some(day),
            Self::Unknown => None,
        }
    }

    /// How sure it is: `announced`, `estimated` or `unknown`.
    #[must_use]
    pub const fn certainty(self) -> &'static str {
        match self {
            Self::Announced(_) => "announced",
            Self::Estimated(_) => "estimated",
            Self::Unknown => "unknown",
        }
    }
}

const META: &str = "https://developers.facebook.com/docs/graph-api/changelog/";
const GOOGLE: &str = "https://developers.google.com/google-ads/api/docs/sunset-dates";
const LINKEDIN: &str = "https://learn.microsoft.com/en-us/linkedin/marketing/integrations/migrations";
const PINTEREST: &str = "https://developers.pinterest.com/docs/api/v5/";
const MAGENTO: &str = "https://developer.adobe.com/commerce/webapi/rest/";
const SHOPIFY: &str = "https://shopify.dev/docs/api/usage/versioning";
const TIKTOK: &str = "https://business-api.tiktok.com/portal/docs";
const GA4: &str = "https://developers.google.com/analytics/devguides/reporting/data/v1/changelog";
const KLAVIYO: &str = "https://developers.klaviyo.com/en/docs/api_versioning_and_deprecation_policy";

/// The calendar, by platform and age. What was not announced is estimated: Meta and Google serve a version for about a year, LinkedIn for
/// at least one, Shopify for a year from its quarter, Klaviyo for two; Pinterest and Analytics change their only version in place, and
/// TikTok has named no end.
pub const VERSIONS: &[Version] = &[
    version(Source::Meta, "v23.0", None, Sunset::Announced(date(2026, 6, 9)), META),
    version(Source::Meta, "v24.0", None, Sunset::Announced(date(2026, 10, 6)), META),
    version(Source::Meta, "v25.0", Some(date(2026, 2, 18)), Sunset::Estimated(date(2027, 2, 18)), META),
    version(Source::Meta, "v26.0", Some(date(2026, 7, 29)), Sunset::Estimated(date(2027, 7, 29)), META),
    version(Source::Google, "v21", None, Sunset::Announced(date(2026, 8, 5)), GOOGLE),
    version(Source::Google, "v22", None, Sunset::Estimated(date(2026, 10, 31)), GOOGLE),
    version(Source::Google, "v24", Some(date(2026, 4, 22)), Sunset::Estimated(date(2027, 5, 1)), GOOGLE),
    version(Source::Google, "v25", Some(date(2026, 7, 22)), Sunset::Estimated(date(2027, 8, 1)), GOOGLE),
    version(Source::Google, "v26", Some(date(2026, 10, 14)), Sunset::Estimated(date(2027, 10, 14)), GOOGLE),
    version(Source::Linkedin, "202510", None, Sunset::Announced(date(2026, 10, 15)), LINKEDIN),
    version(Source::Linkedin, "202511", None, Sunset::Announced(date(2026, 11, 16)), LINKEDIN),
    version(Source::Linkedin, "202601", None, Sunset::Announced(date(2027, 1, 15)), LINKEDIN),
    version(Source::Linkedin, "202602", None, Sunset::Announced(date(2027, 2, 15)), LINKEDIN),
    version(Source::Linkedin, "202603", None, Sunset::Announced(date(2027, 3, 16)), LINKEDIN),
    version(Source::Linkedin, "202607", None, Sunset::Estimated(date(2027, 7, 15)), LINKEDIN),
    version(Source::Linkedin, "202608", None, Sunset::Estimated(date(2027, 8, 15)), LINKEDIN),
    version(Source::Linkedin, "202609", None, Sunset::Estimated(date(2027, 9, 15)), LINKEDIN),
    version(Source::Pinterest, "v5", None, Sunset::Unknown, PINTEREST),
    version(Source::Tiktok, "v1.3", None, Sunset::Unknown, TIKTOK),
    version(Source::Ga4, "v1beta", None, Sunset::Unknown, GA4),
    version(Source::Klaviyo, "2026-07-15", Some(date(2026, 7, 15)), Sunset::Estimated(date(2028, 7, 15)), KLAVIYO),
    version(Source::Klaviyo, "2026-10-15", Some(date(2026, 10, 15)), Sunset::Estimated(date(2028, 10, 15)), KLAVIYO),
    version(Source::Magento, "V1", None, Sunset::Unknown, MAGENTO),
    version(Source::Shopify, "2026-01", Some(date(2026, 1, 1)), Sunset::Estimated(date(2027, 1, 1)), SHOPIFY),
    version(Source::Shopify, "2026-04", Some(date(2026, 4, 1)), Sunset::Estimated(date(2027, 4, 1)), SHOPIFY),
    version(Source::Shopify, "2026-07", Some(date(2026, 7, 1)), Sunset::Estimated(date(2027, 7, 1)), SHOPIFY),
    version(Source::Shopify, "2026-10", Some(date(2026, 10, 1)), Sunset::Estimated(date(2027, 10, 1)), SHOPIFY),
];

const fn version(source: Source, name: &'static str, released: Option<Day>, sunset: Sunset, told_by: &'static str) -> Version {
    Version { source, name, released, sunset, told_by }
}

/// What a connector speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken {
    /// What the platform calls the interface.
    pub interface: &'static str,
    /// The version, from the connector's own constant.
    pub version: &'static str,
}

/// What the connector of a source speaks; `None` for files.
#[must_use]
pub const fn spoken(source: Source) -> Option<Spoken> {
    let (interface, version) = match source {
        Source::Meta => ("Marketing API", meta::VERSION),
        Source::Google => ("Google Ads API", google::VERSION),
        Source::Pinterest => ("Pinterest API", pinterest::VERSION),
        Source::Tiktok => ("API for Business", tiktok::VERSION),
        Source::Linkedin => ("Marketing API", linkedin::VERSION),
        Source::Ga4 => ("Data API", ga4::VERSION),
        Source::Klaviyo => ("Klaviyo API", klaviyo::VERSION),
        Source::Shopify => ("Admin API", shopify::VERSION),
        Source::Magento => ("Commerce REST API", magento::VERSION),
        Source::Ecb | Source::Csv => return None,
    };
    Some(Spoken { interface, version })
}

/// Whether a version is still served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// For longer than [`limits::SUNSET_WARN_DAYS`], or without a known end.
    Supported,
    /// It ends within that time.
    Ending,
    /// Its last day has passed.
    Ended,
}

impl Phase {
    /// The name in output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Ending => "ending",
            Self::Ended => "ended",
        }
    }
}

/// How the version that a connector speaks stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Support {
    /// What the platform calls the interface.
    pub interface: &'static str,
    /// The version.
    pub version: &'static Version,
    /// Days until its last one, below zero when that has passed; `None` where no end is known.
    pub days_left: Option<i64>,
    /// Whether it is still served.
    pub phase: Phase,
}

/// How the version that the connector of a source speaks stands now; `None` where there is no connector.
#[must_use]
pub fn support(source: Source, now: Timestamp) -> Option<Support> {
    let Spoken { interface, version: name } = spoken(source)?;
    let version = VERSIONS.iter().find(|version| version.source == source && version.name == name)?;
    let today = TimeZone::UTC.to_datetime(now).date();
    let days_left = version.sunset.day().map(|end| today.duration_until(end).as_hours() / 24);
    let phase = match days_left {
        Some(..0) => Phase::Ended,
        Some(..=limits::SUNSET_WARN_DAYS) => Phase::Ending,
        Some(_) | None => Phase::Supported,
    };
    Some(Support { interface, version, days_left, phase })
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.interface, self.version.name)?;
        match self.version.sunset {
            Sunset::Unknown => f.write_str(", no end announced"),
            Sunset::Announced(day) => write!(f, ", supported until {day}"),
            Sunset::Estimated(day) => write!(f, ", supported until about {day}"),
        }?;
        match (self.phase, self.days_left) {
            (Phase::Ending, Some(0)) => f.write_str(": that is today"),
            (Phase::Ending, Some(1)) => f.write_str(": one day is left"),
            (Phase::Ending, Some(days)) => write!(f, ": {days} days are left"),
            (Phase::Ended, _) => f.write_str(": that day has passed, and the platform may refuse calls at any time"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CONNECTABLE;

    fn at(day: &str) -> Timestamp {
        format!("{day}T12:00:00Z").parse().unwrap()
    }

    #[test]
    fn whatever_is_spoken_is_in_the_calendar() {
        for connectable in CONNECTABLE {
            let support = support(connectable.source, at("2026-11-25")).unwrap_or_else(|| panic!("{:?}", connectable.source));
            assert_eq!(Some(support.version.name), spoken(connectable.source).map(|spoken| spoken.version));
            assert_eq!(support.phase, Phase::Supported, "{support}");
        }
        assert_eq!(spoken(Source::Csv), None);
    }

    #[test]
    fn the_calendar_is_in_order_and_names_each_version_once() {
        for pair in VERSIONS.windows(2).filter(|pair| pair[0].source == pair[1].source) {
            assert!(pair[0].name < pair[1].name, "{} before {}", pair[0].name, pair[1].name);
            assert!(pair[0].sunset.day() < pair[1].sunset.day(), "{} goes before {}", pair[0].name, pair[1].name);
        }
        for version in VERSIONS {
            assert!(version.released.is_none_or(|day| version.sunset.day().is_none_or(|end| day < end)), "{version:?}");
            assert!(version.told_by.starts_with("https://"), "{version:?}");
        }
    }

    #[test]
    fn an_end_is_told_sixty_days_ahead_and_when_it_has_passed() {
        let told = |day: &str| {
            let support = support(Source::Meta, at(day)).unwrap();
            (support.phase, support.days_left, support.to_string())
        };
        let end = "Marketing API v26.0, supported until about 2027-07-29";
        assert_eq!(told("2027-05-29"), (Phase::Supported, Some(61), end.to_owned()));
        assert_eq!(told("2027-05-30"), (Phase::Ending, Some(60), format!("{end}: 60 days are left")));
        assert_eq!(told("2027-07-29"), (Phase::Ending, Some(0), format!("{end}: that is today")));
        let (phase, left, text) = told("2027-07-30");
        assert_eq!((phase, left), (Phase::Ended, Some(-1)));
        assert!(text.ends_with("that day has passed, and the platform may refuse calls at any time"), "{text}");
        let tiktok = support(Source::Tiktok, at("2040-01-01")).unwrap();
        assert_eq!((tiktok.phase, tiktok.to_string().as_str()), (Phase::Supported, "API for Business v1.3, no end announced"));
    }
}
