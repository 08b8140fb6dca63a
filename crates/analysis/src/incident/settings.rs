//! What can be set about incidents.

use compact_str::CompactString;
use std::collections::BTreeMap;
use trimtab_domain::{Day, finding::Severity};

/// How incidents are looked for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Only what touches days from then on is told; `None`: everything. What is found does not depend on it.
    pub since: Option<Day>,
    /// The share of a day's conversions that is in at each age in days, the last day of the tracks having age 0, as learnt from repeated
    /// readings; `None`: estimated from the tracks themselves.
    pub arrived: Option<Vec<f64>>,
    /// The campaign that an ad group or an ad belongs to, by their ids, so that what happened to it is known to have happened there.
    pub inside: BTreeMap<CompactString, CompactString>,
    /// Deviations from which one day of an account is unusual.
    pub account_deviations: f64,
    /// The least change of an account's rate or price that matters, as a share.
    pub account_change: f64,
    /// Deviations from which one day of a campaign is unusual.
    pub campaign_deviations: f64,
    /// The least change of a campaign's spend that matters, as a share.
    pub campaign_spend_change: f64,
    /// The least change of a campaign's rate or price that matters, as a share.
    pub campaign_rate_change: f64,
    /// What a campaign's incident must move of the account's spend, as a share of what the account usually spends.
    pub campaign_weight: f64,
    /// Conversions a day must lead one to expect before their number says anything.
    pub least_conversions: f64,
    /// Impressions a day must have before prices and rates say anything.
    pub least_impressions: f64,
    /// Changes from one week to the next that are told.
    pub rules: Vec<PeriodRule>,
    /// Standard errors that such a change must be apart from none.
    pub rule_errors: f64,
}

/// A change from one week to the next that is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodRule {
    /// Its name.
    pub id: &'static str,
    /// The metric, by its id.
    pub metric: &'static str,
    /// The share by which it changes; negative for a fall.
    pub change: f64,
    /// How much that matters.
    pub severity: Severity,
}

/// The rules of week against week that ship. None is critical: they compare weeks that are over, of late figures even those of a month ago.
const RULES: [PeriodRule; 5] = [
    PeriodRule { id: "roas_drop", metric: "roas", change: -0.20, severity: Severity::Warning },
    PeriodRule { id: "cpa_increase", metric: "cpa", change: 0.25, severity: Severity::Warning },
    PeriodRule { id: "ctr_drop", metric: "ctr", change: -0.15, severity: Severity::Warning },
    PeriodRule { id: "spend_spike", metric: "spend", change: 0.50, severity: Severity::Warning },
    PeriodRule { id: "impressions_drop", metric: "impressions", change: -0.30, severity: Severity::Info },
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            since: None,
            arrived: None,
            inside: BTreeMap::new(),
            account_deviations: 4.0,
            account_change: 0.2,
            campaign_deviations: 5.0,
            campaign_spend_change: 0.12,
            campaign_rate_change: 0.4,
            campaign_weight: 0.01,
            least_conversions: 3.0,
            least_impressions: 500.0,
            rules: RULES.to_vec(),
            rule_errors: 3.0,
        }
    }
}
