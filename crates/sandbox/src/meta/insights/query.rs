//! Reads an insights call into what is to be computed.

use super::{
    actions::{Seen, WINDOW_NAMES},
    field::{self, Field},
    range,
};
use crate::{
    http::Request,
    limits,
    meta::{error::GraphError, filter, filter::Filter},
    world::{
        account::{Account, Place},
        breakdown::Family,
        calendar, delivery, status,
    },
};

/// What one row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Account,
    Campaign,
    AdSet,
    Ad,
}

/// An insights call, understood.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) account: usize,
    pub(crate) level: Level,
    /// First and last day of each interval, as day numbers, in order.
    pub(crate) intervals: Vec<(i32, i32)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) family: Option<Family>,
    /// The breakdown names asked for, all of `family`.
    pub(crate) breakdowns: Vec<&'static str>,
    /// Places of the windows asked for.
    pub(crate) windows: Vec<usize>,
    pub(crate) action_types: Option<Vec<String>>,
    /// Ads that count, by place; `None` for all.
    pub(crate) ads: Option<Vec<bool>>,
    /// Conditions on a row's own figures.
    pub(crate) row_filters: Vec<Filter>,
    pub(crate) sort: Option<(String, bool)>,
    pub(crate) conversions: bool,
    /// Breakdowns that this account has not been let into answer with nothing.
    pub(crate) silent: bool,
    pub(crate) reach_withheld: bool,
    pub(crate) now: i64,
}

impl Query {
    /// Reads the parameters of a call on an object of an account.
    pub(crate) fn read(
        request: &Request,
        account: usize,
        of: &Account,
        object: Option<Place>,
        now: i64,
    ) -> Result<Self, GraphError> {
        let today = delivery::today(of, now);
        let own = match object {
            None => Level::Account,
            Some(Place::Campaign(_)) => Level::Campaign,
            Some(Place::AdSet(_)) => Level::AdSet,
            _ => Level::Ad,
        };
        let level = match request.given("level") {
            None => own,
            Some("account") => Level::Account,
            Some("campaign") => Level::Campaign,
            Some("adset") => Level::AdSet,
            Some("ad") => Level::Ad,
            Some(_) => {
                return Err(GraphError::parameter("level must be one of the following values: ad, adset, campaign, account"));
            }
        };
        let intervals = range::read(request, of, today)?;
        let fields = field::parse(request.given("fields"))?;
        let (family, breakdowns, silent) = breakdowns(request, &fields)?;
        let windows = windows(request)?;
        let mut ads = object.map(|place| in_object(of, place));
        let mut row_filters = Vec::new();
        let mut action_types = None;
        for f in filter::parse(request.given("filtering"))? {
            if f.field == "action_type" {
                action_types = Some(f.values().to_vec());
            } else if let Some(kept) = by_entity(of, &f, now) {
                ads = Some(ads.map_or_else(|| kept.clone(), |a| a.iter().zip(&kept).map(|(a, b)| *a && *b).collect()));
            } else if row_metric(&f.field).is_some() {
                row_filters.push(f);
            } else {
                return Err(GraphError::parameter(format_args!("Filtering field {} is invalid", f.field)));
            }
        }
        let sort = sort(request)?;
        let conversions = fields.iter().any(|f| f.needs_conversions());
        let oldest = intervals.first().map_or(today, |i| i.0);
        let reach_withheld = family.is_some() && today - oldest > 395;
        Ok(Self {
            account,
            level,
            intervals,
            fields,
            family,
            breakdowns,
            windows,
            action_types,
            ads,
            row_filters,
            sort,
            conversions,
            silent,
            reach_withheld,
            now,
        })
    }

    pub(crate) fn seen(&self) -> Seen {
        if self.family == Some(Family::Hour) { Seen::OnMeta } else { Seen::All }
    }

    pub(crate) fn counts(&self, ad: usize) -> bool {
        self.ads.as_ref().is_none_or(|kept| kept[ad])
    }

    /// How many rows it may come to at most.
    pub(crate) fn rows_max(&self, account: &Account, parts: usize) -> u64 {
        let kept = |count: usize| self.ads.as_ref().map_or(count, |a| a.iter().filter(|k| **k).count().min(count));
        let groups = match self.level {
            Level::Account => 1,
            Level::Campaign => kept(account.campaigns.len()),
            Level::AdSet => kept(account.ad_sets.len()),
            Level::Ad => kept(account.ads.len()),
        };
        groups as u64 * parts.max(1) as u64 * self.intervals.len() as u64
    }
}

/// Name of a figure that rows can be filtered and sorted by, without its level.
pub(crate) fn row_metric(field: &str) -> Option<&str> {
    let name = field.rsplit('.').next()?;
    ["spend", "impressions", "clicks", "inline_link_clicks", "reach", "ctr", "cpm", "cpc", "frequency"]
        .contains(&name)
        .then_some(name)
}

type Breakdowns = (Option<Family>, Vec<&'static str>, bool);

fn breakdowns(request: &Request, fields: &[Field]) -> Result<Breakdowns, GraphError> {
    const KNOWN: [(&str, Family); 8] = [
        ("country", Family::Country),
        ("age", Family::AgeGender),
        ("gender", Family::AgeGender),
        ("publisher_platform", Family::Placement),
        ("platform_position", Family::Placement),
        ("device_platform", Family::Device),
        ("impression_device", Family::Device),
        ("hourly_stats_aggregated_by_advertiser_time_zone", Family::Hour),
    ];
    // Need an opt-in that no simulated account has: the answer is empty, without an error.
    const OPT_IN: [&str; 3] = ["impression_device", "hourly_stats_aggregated_by_audience_time_zone", "frequency_value"];
    let asked = list(request, "breakdowns")?;
    let (mut names, mut families, mut silent) = (Vec::new(), Vec::new(), false);
    for name in &asked {
        silent |= OPT_IN.contains(&name.as_str());
        match KNOWN.iter().find(|(known, _)| known == name) {
            Some((known, family)) => {
                names.push(*known);
                if !families.contains(family) {
                    families.push(*family);
                }
            }
            None if OPT_IN.contains(&name.as_str()) => {}
            None => {
                return Err(GraphError::parameter(format_args!("breakdowns[0] must be a supported value, got {name}")));
            }
        }
    }
    let wrong = || {
        GraphError::new(400, 2, format!("(#2) Current combination of data breakdown columns ({}) is invalid", asked.join(", ")))
            .sub(1_504_041)
    };
    let family = match families.as_slice() {
        [] => None,
        [one] => Some(*one),
        [Family::Placement, Family::Device] | [Family::Device, Family::Placement] => Some(Family::PlacementDevice),
        _ => return Err(wrong()),
    };
    if names.contains(&"platform_position") && !names.contains(&"publisher_platform") {
        return Err(wrong());
    }
    if family == Some(Family::Hour) && fields.iter().any(|f| f.is_video()) {
        return Err(wrong());
    }
    for action in list(request, "action_breakdowns")? {
        if action != "action_type" {
            return Err(GraphError::parameter(format_args!("action_breakdowns {action} is not available for this ad account")));
        }
    }
    Ok((family, names, silent))
}

/// Windows that still exist. Those dropped in January 2026 are answered with an error.
fn windows(request: &Request) -> Result<Vec<usize>, GraphError> {
    let mut windows = Vec::new();
    for name in list(request, "action_attribution_windows")? {
        match WINDOW_NAMES.iter().position(|w| *w == name) {
            Some(w) if !windows.contains(&w) => windows.push(w),
            Some(_) => {}
            None if matches!(name.as_str(), "default" | "1d_ev" | "incrementality") => {}
            None => {
                return Err(GraphError::parameter(format_args!("action_attribution_windows {name} is no longer supported")));
            }
        }
    }
    Ok(windows)
}

/// A list given as JSON or as comma-separated text.
pub(crate) fn list(request: &Request, name: &str) -> Result<Vec<String>, GraphError> {
    let Some(text) = request.given(name) else {
        return Ok(Vec::new());
    };
    if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(|_| GraphError::parameter(format_args!("Param {name} must be an array of strings")))
    } else {
        Ok(text.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect())
    }
}

fn sort(request: &Request) -> Result<Option<(String, bool)>, GraphError> {
    let asked = list(request, "sort")?;
    let Some(first) = asked.first() else { return Ok(None) };
    let (name, down) = match (first.strip_suffix("_descending"), first.strip_suffix("_ascending")) {
        (Some(name), _) => (name, true),
        (_, Some(name)) => (name, false),
        _ => (first.as_str(), false),
    };
    match (asked.len(), row_metric(name)) {
        (1, Some(metric)) => Ok(Some((metric.to_owned(), down))),
        _ => Err(GraphError::parameter(format_args!("sort by {} is not supported", asked.join(", ")))),
    }
}

fn in_object(account: &Account, place: Place) -> Vec<bool> {
    let within = match place {
        Place::Campaign(c) => account.campaigns[c].ads.clone(),
        Place::AdSet(s) => account.ad_sets[s].ads.clone(),
        Place::Ad(a) | Place::Creative(a) => a..a + 1,
        Place::Pixel => 0..0,
    };
    (0..account.ads.len()).map(|a| within.contains(&a)).collect()
}

/// Which ads pass a condition on an object; `None` when it is not about one.
fn by_entity(account: &Account, filter: &Filter, now: i64) -> Option<Vec<bool>> {
    let (level, what) = filter.field.split_once('.')?;
    let text = |ad: usize| -> Option<String> {
        let a = &account.ads[ad];
        let (object, place) = match level {
            "ad" => (&a.object, Place::Ad(ad)),
            "adset" => (&account.ad_sets[a.ad_set].object, Place::AdSet(a.ad_set)),
            "campaign" => (&account.campaigns[a.campaign].object, Place::Campaign(a.campaign)),
            _ => return None,
        };
        match (what, place) {
            ("id", _) => Some(object.id.to_string()),
            ("name", _) => Some(object.name.clone()),
            ("effective_status", Place::Campaign(c)) => Some(status::of_campaign(account, c, now).to_owned()),
            ("effective_status", Place::AdSet(s)) => Some(status::of_ad_set(account, s, now).to_owned()),
            ("effective_status", _) => Some(status::of_ad(account, ad, now).to_owned()),
            ("objective", Place::Campaign(c)) => Some(account.campaigns[c].objective.to_owned()),
            _ => None,
        }
    };
    (0..account.ads.len()).map(|ad| text(ad).map(|t| filter.passes_text(&t))).collect()
}

/// The oldest day that may be asked for.
pub(crate) fn oldest(today: i32) -> i32 {
    let months = jiff::Span::new().months(limits::META_MONTHS_BACK);
    calendar::number(calendar::day(today).saturating_sub(months))
}
