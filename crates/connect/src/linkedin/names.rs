//! What the parts of breakdowns are called.
//!
//! LinkedIn names them by words of its own or by numbers. Job functions and seniorities are few and do not change, so that they are named
//! here; countries by the code everybody uses, as far as their numbers are known. Of all else the number is kept (`industry 4`): two
//! parts must never become one.

use compact_str::{CompactString, format_compact};
use trimtab_domain::fact::Breakdown;

/// What a part is called.
pub(super) fn part(breakdown: Breakdown, value: &str) -> CompactString {
    let Some((kind, number)) = urn(value) else { return word(breakdown, value) };
    let named = match (breakdown, kind) {
        (Breakdown::Country, "geo") => COUNTRIES.iter().find(|(id, _)| *id == number).map(|(_, code)| *code),
        // Countries were once named by their code.
        (Breakdown::Country, "country") => return number.to_uppercase().into(),
        (Breakdown::JobFunction, _) => nth(&JOB_FUNCTIONS, number),
        (Breakdown::Seniority, _) => nth(&SENIORITIES, number),
        _ => None,
    };
    named.map_or_else(|| format_compact!("{kind} {number}"), CompactString::const_new)
}

/// Kind and number of a URN.
fn urn(value: &str) -> Option<(&str, &str)> {
    value.strip_prefix("urn:li:")?.split_once(':').filter(|(kind, number)| !kind.is_empty() && !number.is_empty())
}

fn nth(names: &[&'static str], number: &str) -> Option<&'static str> {
    names.get(number.parse::<usize>().ok()?.checked_sub(1)?).copied()
}

/// A word of LinkedIn's own.
fn word(breakdown: Breakdown, value: &str) -> CompactString {
    let value = value.trim();
    match (breakdown, value) {
        (_, "UNDEFINED" | "UNKNOWN" | "OTHER" | "null") => "unknown".into(),
        (Breakdown::Country, code) => code.to_uppercase().into(),
        (Breakdown::CompanySize, size) => size_band(size).unwrap_or_else(|| size.to_lowercase().into()),
        (_, word) => word.to_lowercase().into(),
    }
}

/// `SIZE_11_TO_50` as `11-50`, `SIZE_10001_OR_MORE` as `10001+`, as other bands are written.
fn size_band(size: &str) -> Option<CompactString> {
    let band = size.strip_prefix("SIZE_")?;
    let numbers = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((from, to)) = band.split_once("_TO_").filter(|(from, to)| numbers(from) && numbers(to)) {
        return Some(format_compact!("{from}-{to}"));
    }
    match band.strip_suffix("_OR_MORE").filter(|from| numbers(from)) {
        Some(from) => Some(format_compact!("{from}+")),
        None => numbers(band).then(|| band.into()),
    }
}

/// By number, from 1.
const SENIORITIES: [&str; 10] = ["unpaid", "training", "entry", "senior", "manager", "director", "vp", "cxo", "partner", "owner"];

/// By number, from 1.
const JOB_FUNCTIONS: [&str; 26] = [
    "accounting",
    "administrative",
    "arts and design",
    "business development",
    "community and social services",
    "consulting",
    "education",
    "engineering",
    "entrepreneurship",
    "finance",
    "healthcare services",
    "human resources",
    "information technology",
    "legal",
    "marketing",
    "media and communication",
    "military and protective services",
    "operations",
    "product management",
    "program and project management",
    "purchasing",
    "quality assurance",
    "real estate",
    "research",
    "sales",
    "customer success and support",
];

/// Countries by the number of their place.
const COUNTRIES: [(&str, &str); 26] = [
    ("100364837", "PT"),
    ("100456013", "FI"),
    ("100565514", "BE"),
    ("101165590", "GB"),
    ("101174742", "CA"),
    ("101282230", "DE"),
    ("101452733", "AU"),
    ("101620260", "IL"),
    ("102454443", "SG"),
    ("102713980", "IN"),
    ("102890719", "NL"),
    ("103323778", "MX"),
    ("103350119", "IT"),
    ("103644278", "US"),
    ("103819153", "NO"),
    ("103883259", "AT"),
    ("104305776", "AE"),
    ("104514075", "DK"),
    ("104738515", "IE"),
    ("105015875", "FR"),
    ("105072130", "PL"),
    ("105117694", "SE"),
    ("105490917", "NZ"),
    ("105646813", "ES"),
    ("106057199", "BR"),
    ("106693272", "CH"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_called_as_elsewhere_or_keep_their_number() {
        for (breakdown, value, name) in [
            (Breakdown::Country, "urn:li:geo:101282230", "DE"),
            (Breakdown::Country, "urn:li:geo:999", "geo 999"),
            (Breakdown::Country, "urn:li:country:nl", "NL"),
            (Breakdown::Device, "MOBILE_APP", "mobile_app"),
            (Breakdown::Device, "UNDEFINED", "unknown"),
            (Breakdown::CompanySize, "SIZE_11_TO_50", "11-50"),
            (Breakdown::CompanySize, "SIZE_10001_OR_MORE", "10001+"),
            (Breakdown::CompanySize, "SIZE_1", "1"),
            (Breakdown::CompanySize, "SELF_EMPLOYED", "self_employed"),
            (Breakdown::Seniority, "urn:li:seniority:5", "manager"),
            (Breakdown::JobFunction, "urn:li:function:25", "sales"),
            (Breakdown::JobFunction, "urn:li:function:99", "function 99"),
            (Breakdown::Industry, "urn:li:industry:4", "industry 4"),
        ] {
            assert_eq!(part(breakdown, value), name, "{value}");
        }
        let codes: std::collections::BTreeSet<_> = COUNTRIES.iter().map(|(_, code)| code).collect();
        assert!(codes.len() == COUNTRIES.len() && COUNTRIES.is_sorted(), "each country once");
    }
}
