//! The `filtering` of a report: a list of `{field_name, filter_type, filter_value}`, whose value is JSON text within the JSON.

use super::{metric::Asked, query::Level, row::Row};
use crate::{
    http::Request,
    limits,
    tiktok::{envelope::ApiError, objects, params, status},
    world::account::{Account, Place},
};
use serde_json::Value;

/// What a report leaves out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    campaigns: Option<Vec<u64>>,
    ad_groups: Option<Vec<u64>>,
    ads: Option<Vec<u64>>,
    /// The statuses wanted at a level, any of them.
    statuses: Vec<(Level, Vec<String>)>,
    objectives: Option<Vec<String>>,
    /// Parts of a campaign's name, ad group's name or ad's name.
    names: Vec<(Level, String)>,
    figures: Vec<(Asked, Compare, f64)>,
}

#[derive(Debug, Clone, Copy)]
enum Compare {
    AtLeast,
    Above,
    AtMost,
    Below,
}

impl Filter {
    /// Reads the parameter. Without a word on the status of the report's own level, deleted objects are left out.
    pub(crate) fn read(request: &Request, level: Level) -> Result<Self, ApiError> {
        let mut filter = Self::default();
        let text = request.given("filtering").unwrap_or("[]");
        let bad = || ApiError::parameter("filtering: Not a valid list of {field_name, filter_type, filter_value}.");
        let Ok(Value::Array(items)) = serde_json::from_str(text) else {
            return Err(bad());
        };
        for item in &items {
            let part = |name: &str| item.get(name).and_then(Value::as_str).ok_or_else(bad);
            filter.take(part("field_name")?, part("filter_type")?, part("filter_value")?)?;
        }
        if level != Level::Advertiser && !filter.statuses.iter().any(|s| s.0 == level) {
            filter.statuses.push((level, vec!["STATUS_NOT_DELETE".to_owned()]));
        }
        Ok(filter)
    }

    fn take(&mut self, field: &str, kind: &str, value: &str) -> Result<(), ApiError> {
        let bad = |why: &str| ApiError::parameter(format_args!("filtering.{field}: {why}"));
        let list = || -> Result<Vec<String>, ApiError> {
            let why = "filter_value must be the text of a JSON list, such as \"[\\\"1\\\"]\".";
            let Ok(Value::Array(items)) = serde_json::from_str(value) else { return Err(bad(why)) };
            items
                .iter()
                .map(|v| v.as_str().map(str::to_owned).or_else(|| v.as_u64().map(|n| n.to_string())).ok_or_else(|| bad(why)))
                .collect()
        };
        let level = match field.split('_').next() {
            Some("campaign") => Level::Campaign,
            Some("adgroup") => Level::AdGroup,
            _ => Level::Ad,
        };
        match (field, kind) {
            ("campaign_ids", "IN") => self.campaigns = Some(params::ids(field, &list()?, limits::TIKTOK_IDS_MAX)?),
            ("adgroup_ids", "IN") => self.ad_groups = Some(params::ids(field, &list()?, limits::TIKTOK_IDS_MAX)?),
            ("ad_ids", "IN") => self.ads = Some(params::ids(field, &list()?, limits::TIKTOK_IDS_MAX)?),
            ("campaign_status" | "adgroup_status" | "ad_status", "IN") => self.statuses.push((level, list()?)),
            ("objective_type", "IN") => self.objectives = Some(list()?),
            ("campaign_name" | "adgroup_name" | "ad_name", "MATCH") => self.names.push((level, value.to_lowercase())),
            (_, "GREATER_EQUAL" | "GREATER_THAN" | "LOWER_EQUAL" | "LOWER_THAN" | "BETWEEN") => {
                let asked = Asked::parse(field).filter(|a| a.metric.depth() == 0).ok_or_else(|| bad("Unknown field."))?;
                if kind == "BETWEEN" {
                    let ends: Vec<f64> =
                        serde_json::from_str(value).map_err(|_| bad("filter_value must be the text of a list of two numbers."))?;
                    let [low, high] = ends[..] else { return Err(bad("filter_value must hold two numbers.")) };
                    self.figures.push((asked, Compare::AtLeast, low));
                    self.figures.push((asked, Compare::AtMost, high));
                    return Ok(());
                }
                let compare = match kind {
                    "GREATER_EQUAL" => Compare::AtLeast,
                    "GREATER_THAN" => Compare::Above,
                    "LOWER_EQUAL" => Compare::AtMost,
                    _ => Compare::Below,
                };
                let number = value.trim().parse().map_err(|_| bad("filter_value must be a number."))?;
                self.figures.push((asked, compare, number));
            }
            _ => return Err(bad("Unknown field, or this filter_type does not go with it.")),
        }
        Ok(())
    }

    pub(crate) fn needs_conversions(&self) -> bool {
        self.figures.iter().any(|f| f.0.metric.needs_conversions())
    }

    /// Which ads count, by place.
    pub(crate) fn mask(&self, account: &Account, now: i64) -> Result<Vec<bool>, ApiError> {
        (0..account.ads.len()).map(|ad| self.counts(account, ad, now)).collect()
    }

    fn counts(&self, account: &Account, ad: usize, now: i64) -> Result<bool, ApiError> {
        let a = &account.ads[ad];
        let (campaign, set) = (&account.campaigns[a.campaign].object, &account.ad_sets[a.ad_set].object);
        let within = |ids: &Option<Vec<u64>>, id: u64| ids.as_ref().is_none_or(|ids| ids.contains(&id));
        if !(within(&self.campaigns, campaign.id) && within(&self.ad_groups, set.id) && within(&self.ads, a.object.id)) {
            return Ok(false);
        }
        if self.objectives.as_ref().is_some_and(|o| !o.iter().any(|o| objects::objective(account, a.campaign) == o)) {
            return Ok(false);
        }
        let named = |level: Level| match level {
            Level::Campaign => &campaign.name,
            Level::AdGroup => &set.name,
            _ => &a.object.name,
        };
        if self.names.iter().any(|(level, part)| !named(*level).to_lowercase().contains(part)) {
            return Ok(false);
        }
        for (level, wanted) in &self.statuses {
            let place = match level {
                Level::Campaign => Place::Campaign(a.campaign),
                Level::AdGroup => Place::AdSet(a.ad_set),
                _ => Place::Ad(ad),
            };
            let mut any = false;
            for word in wanted {
                any |= status::passes(account, place, now, word)
                    .ok_or_else(|| ApiError::parameter(format_args!("filtering: '{word}' is not a valid status.")))?;
            }
            if !any {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a row passes the conditions on its figures.
    pub(crate) fn passes(&self, row: &Row<'_>) -> bool {
        self.figures.iter().all(|(asked, compare, bound)| {
            let value = asked.metric.value(row);
            match compare {
                Compare::AtLeast => value >= *bound,
                Compare::Above => value > *bound,
                Compare::AtMost => value <= *bound,
                Compare::Below => value < *bound,
            }
        })
    }
}
