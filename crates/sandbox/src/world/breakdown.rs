//! How a day's figures are split by country, age and gender, placement, device or hour. Every split adds up to the whole exactly.

use super::{
    account::{Account, AdSet},
    chance::{Chance, tag, whole},
    delivery::{AdDay, Delivery, Frame},
    measure::{IMPRESSIONS, Linear, Tally, boundary, stretch},
    profession::Profession,
};

/// A family of breakdowns that are asked for together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Country,
    AgeGender,
    /// The same with narrower bands in middle age.
    BandGender,
    Placement,
    Device,
    PlacementDevice,
    /// Where on a platform of pictures and searches it was seen.
    Surface,
    /// What the people who saw it care about.
    Interest,
    /// Where in a network of professionals it was seen, or on a partner's pages.
    Network,
    /// Who the people who saw it are at work.
    Profession(Profession),
    Hour,
}

const AGES: [(&str, f64); 6] = [("18-24", 0.15), ("25-34", 0.27), ("35-44", 0.23), ("45-54", 0.17), ("55-64", 0.11), ("65+", 0.07)];
const BANDS: [(&str, f64); 7] =
    [("18-24", 0.17), ("25-34", 0.29), ("35-44", 0.21), ("45-49", 0.09), ("50-54", 0.08), ("55-64", 0.1), ("65+", 0.06)];
const SURFACES: [(&str, f64); 3] = [("browse", 0.47), ("search", 0.32), ("related", 0.21)];
/// (place, whether on the network's own pages, usual weight).
const NETWORKS: [(&str, &str, f64); 3] = [("feed", "on", 0.8), ("right_rail", "on", 0.07), ("partners", "off", 0.13)];
/// The part of ad sets that keep to the network's own pages.
const ON_SITE_ONLY: f64 = 0.4;
/// The part of people with none of the interests that a line of business counts.
const OTHER_INTERESTS: f64 = 0.3;
const GENDERS: [(&str, f64); 3] = [("female", 0.55), ("male", 0.43), ("unknown", 0.02)];
const PLACEMENTS: [(&str, &str, f64); 8] = [
    ("facebook", "feed", 0.34),
    ("facebook", "facebook_reels", 0.08),
    ("facebook", "facebook_stories", 0.05),
    ("facebook", "marketplace", 0.04),
    ("instagram", "feed", 0.2),
    ("instagram", "instagram_stories", 0.13),
    ("instagram", "instagram_reels", 0.13),
    ("audience_network", "an_classic", 0.03),
];
const DEVICES: [(&str, &str, f64); 6] = [
    ("mobile_app", "iphone", 0.44),
    ("mobile_app", "android_smartphone", 0.38),
    ("mobile_app", "ipad", 0.02),
    ("mobile_app", "android_tablet", 0.01),
    ("mobile_web", "android_smartphone", 0.05),
    ("desktop", "desktop", 0.1),
];

/// The parts of a family: their labels by breakdown name, and their usual weights.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) family: Family,
    /// (breakdown name, value) pairs of each part.
    pub(crate) labels: Vec<Vec<(&'static str, String)>>,
    weights: Vec<f64>,
}

impl Parts {
    pub(crate) fn of(account: &Account, family: Family) -> Self {
        let mut labels = Vec::new();
        let mut weights = Vec::new();
        match family {
            Family::Country => {
                for (country, weight) in account.countries {
                    labels.push(vec![("country", (*country).to_owned())]);
                    weights.push(*weight);
                }
            }
            Family::AgeGender | Family::BandGender => {
                let ages = if family == Family::AgeGender { &AGES[..] } else { &BANDS[..] };
                for (age, a) in ages {
                    for (gender, g) in GENDERS {
                        labels.push(vec![("age", (*age).to_owned()), ("gender", gender.to_owned())]);
                        weights.push(a * g);
                    }
                }
            }
            Family::Placement | Family::PlacementDevice => {
                for (publisher, position, p) in PLACEMENTS {
                    let place = [("publisher_platform", publisher.to_owned()), ("platform_position", position.to_owned())];
                    if family == Family::Placement {
                        labels.push(place.to_vec());
                        weights.push(p);
                        continue;
                    }
                    for (device, impression, d) in DEVICES {
                        let device = [("device_platform", device.to_owned()), ("impression_device", impression.to_owned())];
                        labels.push(place.iter().cloned().chain(device).collect());
                        weights.push(p * d);
                    }
                }
            }
            Family::Device => {
                for (device, impression, weight) in DEVICES {
                    labels.push(vec![("device_platform", device.to_owned()), ("impression_device", impression.to_owned())]);
                    weights.push(weight);
                }
            }
            Family::Surface => {
                for (surface, weight) in SURFACES {
                    labels.push(vec![("surface", surface.to_owned())]);
                    weights.push(weight);
                }
            }
            Family::Interest => {
                for (i, interest) in account.industry.interests.iter().enumerate() {
                    labels.push(vec![("interest", (*interest).to_owned())]);
                    weights.push(1.0 / (1.0 + i as f64));
                }
                labels.push(vec![("interest", "Other".to_owned())]);
                let known: f64 = weights.iter().sum();
                weights.push(known * OTHER_INTERESTS / (1.0 - OTHER_INTERESTS));
            }
            Family::Network => {
                for (place, site, weight) in NETWORKS {
                    labels.push(vec![("network_place", place.to_owned()), ("network_site", site.to_owned())]);
                    weights.push(weight);
                }
            }
            Family::Profession(profession) => {
                for (answer, weight) in profession.answers(account) {
                    labels.push(vec![(profession.name(), answer)]);
                    weights.push(weight);
                }
            }
            Family::Hour => {
                for hour in 0..24 {
                    let label = format!("{hour:02}:00:00 - {hour:02}:59:59");
                    labels.push(vec![("hourly_stats_aggregated_by_advertiser_time_zone", label)]);
                    weights.push(1.0);
                }
            }
        }
        Self { family, labels, weights }
    }

    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Each part's usual share of an ad set's audience.
    pub(crate) fn shares(&self, ad_set: &AdSet) -> Vec<f64> {
        let dice = Chance::new(ad_set.object.id).on(tag("parts"));
        let mut shares: Vec<f64> = self.weights.iter().enumerate().map(|(i, w)| w * dice.on(i as u64).factor(0.25)).collect();
        if matches!(self.family, Family::AgeGender | Family::BandGender) {
            for (share, label) in shares.iter_mut().zip(&self.labels) {
                let low: u8 = label[0].1.get(..2).and_then(|a| a.parse().ok()).unwrap_or(18);
                if low < ad_set.ages.0 || low > ad_set.ages.1 {
                    *share = 0.0;
                }
            }
        }
        if self.family == Family::Network && !seen_off_site(ad_set) {
            for (share, label) in shares.iter_mut().zip(&self.labels) {
                if label[1].1 == "off" {
                    *share = 0.0;
                }
            }
        }
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|s| *s /= sum);
        shares
    }

    /// Adds an ad's day to one tally per part.
    pub(crate) fn split(&self, delivery: &Delivery, day: &AdDay, frame: &Frame, shares: &[f64], into: &mut [Tally]) {
        if self.family == Family::Hour {
            return by_hour(delivery, day, frame, into);
        }
        let dice = Chance::new(day.ad as u64).on(tag("split")).at(i64::from(frame.day)).at(self.len() as i64);
        let shift = dice.unit();
        let all = day.linear[IMPRESSIONS];
        let mut sum = 0.0;
        let wobbly: Vec<f64> = shares.iter().enumerate().map(|(i, s)| s * dice.on(i as u64).factor(0.08)).collect();
        let total: f64 = wobbly.iter().sum();
        let last = wobbly.iter().rposition(|w| *w > 0.0).unwrap_or(0);
        let mut edges = vec![0; wobbly.len() + 1];
        for (i, weight) in wobbly.iter().enumerate() {
            sum += weight;
            edges[i + 1] = if i >= last { all } else { boundary(all, sum / total, shift) };
            edges[i + 1] = if *weight == 0.0 { edges[i] } else { edges[i + 1].max(edges[i]) };
        }
        spread(&day.linear, &edges, into);
        for conversion in &delivery.conversions[day.conversions.clone()] {
            let at = whole(conversion.part * all as f64).min(all - 1);
            let part = edges[1..].partition_point(|edge| *edge <= at);
            into[part].add_conversion(conversion);
        }
    }
}

/// Whether an ad set may be seen on partners' pages, too.
pub(crate) fn seen_off_site(ad_set: &AdSet) -> bool {
    !Chance::new(ad_set.object.id).on(tag("off site")).whether(ON_SITE_ONLY)
}

/// Hours come from the plan itself, so that an hour once delivered never changes.
fn by_hour(delivery: &Delivery, day: &AdDay, frame: &Frame, into: &mut [Tally]) {
    for s in &delivery.stretches[day.stretches.clone()] {
        let all = s.plan[IMPRESSIONS];
        let edge = |share: f64| if share <= 0.0 { 0 } else { boundary(all, share, s.shift) };
        for (hour, tally) in into.iter_mut().enumerate() {
            let (from, to) = (frame.hours[hour].clamp(s.from, s.to), frame.hours[hour + 1].clamp(s.from, s.to));
            tally.add_linear(&stretch(&s.plan, edge(from), edge(to)));
        }
    }
    for conversion in &delivery.conversions[day.conversions.clone()] {
        let hour = frame.hours.partition_point(|share| *share <= conversion.spot).clamp(1, 24) - 1;
        into[hour].add_conversion(conversion);
    }
}

fn spread(whole: &Linear, edges: &[i64], into: &mut [Tally]) {
    for (i, tally) in into.iter_mut().enumerate() {
        if edges[i] < edges[i + 1] {
            tally.add_linear(&stretch(whole, edges[i], edges[i + 1]));
        }
    }
}
