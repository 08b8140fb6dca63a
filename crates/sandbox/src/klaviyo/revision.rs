//! Revisions of the interface: every call names one, and each is served for two years.

use super::error::ApiError;
use crate::{http::Request, world::calendar::stamp};
use jiff::{Span, civil::Date};

/// Revisions so far. Those to come are not known.
const REVISIONS: [Date; 19] = [
    jiff::civil::date(2023, 2, 22),
    jiff::civil::date(2023, 6, 15),
    jiff::civil::date(2023, 7, 15),
    jiff::civil::date(2023, 8, 15),
    jiff::civil::date(2023, 9, 15),
    jiff::civil::date(2023, 10, 15),
    jiff::civil::date(2023, 12, 15),
    jiff::civil::date(2024, 2, 15),
    jiff::civil::date(2024, 5, 15),
    jiff::civil::date(2024, 6, 15),
    jiff::civil::date(2024, 7, 15),
    jiff::civil::date(2024, 10, 15),
    jiff::civil::date(2025, 1, 15),
    jiff::civil::date(2025, 4, 15),
    jiff::civil::date(2025, 7, 15),
    jiff::civil::date(2025, 10, 15),
    jiff::civil::date(2026, 1, 15),
    jiff::civil::date(2026, 4, 15),
    jiff::civil::date(2026, 7, 15),
];

/// Refuses a request that names no revision, a strange one, or one that has been retired. That they live two years is an assumption.
pub(super) fn check(request: &Request, now: i64) -> Result<(), ApiError> {
    let named = request.header("revision").ok_or_else(|| ApiError::revision("The 'revision' header is required."))?;
    let bad = || ApiError::revision(format_args!("'{named}' is not a valid revision."));
    let date: Date = named.split('.').next().unwrap_or_default().parse().map_err(|_| bad())?;
    if !REVISIONS.contains(&date) {
        return Err(bad());
    }
    let today = stamp(now).to_zoned(jiff::tz::TimeZone::UTC).date();
    if date.saturating_add(Span::new().years(2)) <= today && Some(&date) != REVISIONS.last() {
        return Err(ApiError::retired(named));
    }
    Ok(())
}
