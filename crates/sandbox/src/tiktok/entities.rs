//! Lists of campaigns, ad groups and ads, manual and Smart+: which objects, which fields, which page.

use super::{
    auth::Grant,
    envelope::ApiError,
    objects,
    params::{self, Page, need},
    status,
};
use crate::{
    http::Request,
    limits,
    world::{
        World,
        account::{Account, Place},
    },
};
use serde_json::{Map, Value};

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Campaigns,
    AdGroups,
    Ads,
}

/// The fields of an object that were asked for; all of them without a wish.
pub(crate) fn only(value: Value, fields: Option<&[String]>) -> Value {
    match (value, fields) {
        (Value::Object(mut all), Some(fields)) => {
            all.retain(|name, _| fields.contains(name));
            Value::Object(all)
        }
        (value, _) => value,
    }
}

/// A page of a list. Smart+ objects stand in lists of their own and in no other.
pub(crate) fn list(
    world: &World,
    grant: &Grant,
    request: &Request,
    kind: Kind,
    smart: bool,
    now: i64,
) -> Result<Vec<u8>, ApiError> {
    let account = &world.accounts[grant.advertiser(world, need(request, "advertiser_id")?)?];
    let most = if smart && kind == Kind::Ads { limits::TIKTOK_SMART_PAGE_MAX } else { limits::TIKTOK_PAGE_MAX };
    let page = Page::read(request, most)?;
    let fields = params::list(request, "fields")?;
    let conditions = Conditions::read(&params::object(request, "filtering")?, kind, smart)?;
    let all = match kind {
        Kind::Campaigns => account.campaigns.len(),
        Kind::AdGroups => account.ad_sets.len(),
        Kind::Ads => account.ads.len(),
    };
    let mut places = Vec::new();
    for i in 0..all {
        let place = match kind {
            Kind::Campaigns => Place::Campaign(i),
            Kind::AdGroups => Place::AdSet(i),
            Kind::Ads => Place::Ad(i),
        };
        if objects::is_smart(account, objects::campaign_of(account, place)) == smart && conditions.pass(account, place, now)? {
            places.push(place);
        }
    }
    if let (Some(fields), Some(sample)) = (&fields, places.first()) {
        known(fields, &objects::one(account, *sample, now))?;
    }
    let shown: Vec<Value> =
        places[page.range(places.len())].iter().map(|place| only(objects::one(account, *place, now), fields.as_deref())).collect();
    let list = Value::from(shown);
    Ok(format!(r#"{{"list":{list},"page_info":{}}}"#, page.info(places.len())).into_bytes())
}

fn known(fields: &[String], sample: &Value) -> Result<(), ApiError> {
    // Only Smart+ ads lack `modify_time`, which may be asked for all the same.
    let strange = fields.iter().find(|f| sample.get(f.as_str()).is_none() && *f != "modify_time");
    strange.map_or(Ok(()), |f| Err(ApiError::parameter(format_args!("fields: '{f}' is not a valid field."))))
}

/// Which objects a list holds.
#[derive(Debug)]
struct Conditions {
    campaigns: Option<Vec<u64>>,
    ad_groups: Option<Vec<u64>>,
    ads: Option<Vec<u64>>,
    name: Option<String>,
    objective: Option<String>,
    /// One status, primary or secondary; deleted objects are left out unless one is asked for.
    status: Vec<String>,
    created: (Option<i64>, Option<i64>),
    modified_after: Option<i64>,
}

impl Conditions {
    fn read(filtering: &Map<String, Value>, kind: Kind, smart: bool) -> Result<Self, ApiError> {
        let mut c = Self {
            campaigns: None,
            ad_groups: None,
            ads: None,
            name: None,
            objective: None,
            status: Vec::new(),
            created: (None, None),
            modified_after: None,
        };
        for (name, value) in filtering {
            let bad = || ApiError::parameter(format_args!("filtering.{name}: Not a valid value."));
            let text = || value.as_str().map(str::to_owned).ok_or_else(bad);
            let ids = || {
                let items = value.as_array().ok_or_else(bad)?;
                let texts: Vec<String> =
                    items.iter().map(|v| v.as_str().map(str::to_owned).ok_or_else(bad)).collect::<Result<_, _>>()?;
                params::ids(name, &texts, limits::TIKTOK_IDS_MAX)
            };
            match (name.as_str(), kind) {
                ("campaign_ids", _) => c.campaigns = Some(ids()?),
                ("adgroup_ids", Kind::AdGroups | Kind::Ads) => c.ad_groups = Some(ids()?),
                ("ad_ids", Kind::Ads) if !smart => c.ads = Some(ids()?),
                ("smart_plus_ad_ids", Kind::Ads) if smart => c.ads = Some(ids()?),
                ("campaign_name", Kind::Campaigns) | ("adgroup_name", Kind::AdGroups) => c.name = Some(text()?),
                ("ad_name", Kind::Ads) if !smart => c.name = Some(text()?),
                ("objective_type", _) => c.objective = Some(text()?),
                ("primary_status" | "secondary_status", _) => c.status.push(text()?),
                ("creation_filter_start_time", _) => c.created.0 = Some(instant(&text()?).ok_or_else(bad)?),
                ("creation_filter_end_time", _) => c.created.1 = Some(instant(&text()?).ok_or_else(bad)?),
                ("modified_after", Kind::Ads) => c.modified_after = Some(instant(&text()?).ok_or_else(bad)?),
                _ => return Err(ApiError::parameter(format_args!("filtering.{name}: Unknown field."))),
            }
        }
        if c.status.is_empty() {
            c.status.push("STATUS_NOT_DELETE".to_owned());
        }
        Ok(c)
    }

    fn pass(&self, account: &Account, place: Place, now: i64) -> Result<bool, ApiError> {
        let Some(object) = objects::switched(account, place) else { return Ok(false) };
        for wanted in &self.status {
            let passes = status::passes(account, place, now, wanted)
                .ok_or_else(|| ApiError::parameter(format_args!("filtering: '{wanted}' is not a valid status.")))?;
            if !passes {
                return Ok(false);
            }
        }
        let campaign = objects::campaign_of(account, place);
        let set = match place {
            Place::AdSet(s) => Some(s),
            Place::Ad(a) => Some(account.ads[a].ad_set),
            _ => None,
        };
        let within =
            |ids: &Option<Vec<u64>>, id: Option<u64>| ids.as_ref().is_none_or(|ids| id.is_some_and(|id| ids.contains(&id)));
        Ok(within(&self.campaigns, Some(account.campaigns[campaign].object.id))
            && within(&self.ad_groups, set.map(|s| account.ad_sets[s].object.id))
            && within(&self.ads, Some(object.id))
            && self.name.as_ref().is_none_or(|n| object.name.to_lowercase().contains(&n.to_lowercase()))
            && self.objective.as_ref().is_none_or(|o| objects::objective(account, campaign) == o)
            && self.created.0.is_none_or(|at| object.created >= at)
            && self.created.1.is_none_or(|at| object.created <= at)
            && self.modified_after.is_none_or(|at| object.updated >= at))
    }
}

/// An instant in UTC, without a zone.
fn instant(text: &str) -> Option<i64> {
    let at: jiff::civil::DateTime = text.parse().ok().filter(|_| text.len() == 19 && text.as_bytes()[10] == b' ')?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}
