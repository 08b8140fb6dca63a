//! What a campaign's delivery is split into on this platform, with usual shares.

use super::channel::Channel;

/// (device, usual share, connected televisions only where videos run).
pub(crate) const DEVICES: [&str; 4] = ["MOBILE", "DESKTOP", "TABLET", "CONNECTED_TV"];
pub(crate) const NETWORKS: [&str; 7] = ["SEARCH", "SEARCH_PARTNERS", "CONTENT", "YOUTUBE", "DISCOVER", "GMAIL", "MAPS"];

const fn devices(channel: Channel) -> [f64; 4] {
    match channel {
        Channel::Search => [0.58, 0.37, 0.05, 0.0],
        Channel::Display => [0.71, 0.22, 0.07, 0.0],
        Channel::PerformanceMax => [0.66, 0.24, 0.05, 0.05],
        Channel::Video => [0.49, 0.16, 0.07, 0.28],
    }
}

const fn networks(channel: Channel) -> [f64; 7] {
    match channel {
        Channel::Search => [0.87, 0.13, 0.0, 0.0, 0.0, 0.0, 0.0],
        Channel::Display => [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        Channel::PerformanceMax => [0.42, 0.04, 0.2, 0.16, 0.11, 0.04, 0.03],
        Channel::Video => [0.0, 0.0, 0.12, 0.88, 0.0, 0.0, 0.0],
    }
}

/// Shares of each network on each device: network by network, devices within. One table for both, so that either alone agrees with both.
pub(crate) fn joint(channel: Channel) -> Vec<f64> {
    networks(channel).iter().flat_map(|n| devices(channel).map(|d| n * d)).collect()
}

/// (value, criterion id, share).
pub(crate) const AGES: [(&str, u64, f64); 7] = [
    ("AGE_RANGE_18_24", 503_001, 0.12),
    ("AGE_RANGE_25_34", 503_002, 0.2),
    ("AGE_RANGE_35_44", 503_003, 0.18),
    ("AGE_RANGE_45_54", 503_004, 0.13),
    ("AGE_RANGE_55_64", 503_005, 0.08),
    ("AGE_RANGE_65_UP", 503_006, 0.05),
    ("AGE_RANGE_UNDETERMINED", 503_999, 0.24),
];

/// (value, criterion id, share).
pub(crate) const GENDERS: [(&str, u64, f64); 3] = [("MALE", 10, 0.37), ("FEMALE", 11, 0.42), ("UNDETERMINED", 20, 0.21)];

/// Whether people were there or only interested.
pub(crate) const LOCATION_TYPES: [(&str, f64); 2] = [("LOCATION_OF_PRESENCE", 0.94), ("AREA_OF_INTEREST", 0.06)];

/// (ISO 3166-1 alpha-2, criterion id, name) of every country the world advertises in.
pub(crate) const COUNTRIES: [(&str, u64, &str); 28] = [
    ("AT", 2040, "Austria"),
    ("AU", 2036, "Australia"),
    ("BE", 2056, "Belgium"),
    ("BR", 2076, "Brazil"),
    ("CA", 2124, "Canada"),
    ("CH", 2756, "Switzerland"),
    ("DE", 2276, "Germany"),
    ("DK", 2208, "Denmark"),
    ("ES", 2724, "Spain"),
    ("FI", 2246, "Finland"),
    ("FR", 2250, "France"),
    ("GB", 2826, "United Kingdom"),
    ("HU", 2348, "Hungary"),
    ("IE", 2372, "Ireland"),
    ("IT", 2380, "Italy"),
    ("JP", 2392, "Japan"),
    ("LU", 2442, "Luxembourg"),
    ("MX", 2484, "Mexico"),
    ("NL", 2528, "Netherlands"),
    ("NO", 2578, "Norway"),
    ("NZ", 2554, "New Zealand"),
    ("PL", 2616, "Poland"),
    ("PT", 2620, "Portugal"),
    ("SE", 2752, "Sweden"),
    ("SK", 2703, "Slovakia"),
    ("SG", 2702, "Singapore"),
    ("TW", 2158, "Taiwan"),
    ("US", 2840, "United States"),
];

/// A country's criterion id; 0 for one not in the table.
pub(crate) fn country_id(code: &str) -> u64 {
    COUNTRIES.iter().find(|c| c.0 == code).map_or(0, |c| c.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::catalog::BRANDS;

    #[test]
    fn every_country_of_the_world_has_an_id() {
        for brand in &BRANDS {
            assert!(brand.countries.iter().all(|(code, _)| country_id(code) > 0), "{}", brand.slug);
        }
        for channel in [Channel::Search, Channel::PerformanceMax, Channel::Display, Channel::Video] {
            assert!((joint(channel).iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
