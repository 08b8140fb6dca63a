//! Lists of campaigns, ad sets, ads, creatives and pixels: which objects, which page.

use super::{
    auth::Grant,
    error::GraphError,
    fields::{self, Field},
    filter, node, paging,
};
use crate::{
    http::Request,
    limits,
    meta::insights::query,
    world::{
        World,
        account::{Account, Object, Place},
        status,
    },
};
use serde_json::{Value, json};

/// The edges that list objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Campaigns,
    AdSets,
    Ads,
    Creatives,
    Pixels,
}

impl Edge {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "campaigns" => Self::Campaigns,
            "adsets" => Self::AdSets,
            "ads" => Self::Ads,
            "adcreatives" => Self::Creatives,
            "adspixels" => Self::Pixels,
            _ => return None,
        })
    }
}

/// A page of an edge of an account, campaign or ad set, and how many objects it holds.
pub(crate) fn list(
    world: &World,
    grant: &Grant,
    request: &Request,
    (account, parent): (usize, Option<Place>),
    edge: Edge,
    now: i64,
) -> Result<(Vec<u8>, usize), GraphError> {
    let a = &world.accounts[account];
    let fields = fields_of(request)?;
    let conditions = Conditions::read(request)?;
    let places: Vec<Place> = within(a, parent, edge)?.into_iter().filter(|p| conditions.pass(a, *p, now)).collect();
    let limit = paging::limit(request, limits::META_PAGE_DEFAULT, limits::META_REPORT_PAGE_MAX)?;
    page(request, grant, &places, limit, |place| node::object(world, account, *place, &fields, now))
}

/// `me/adaccounts`.
pub(crate) fn accounts(world: &World, grant: &Grant, request: &Request, now: i64) -> Result<(Vec<u8>, usize), GraphError> {
    let fields = fields_of(request)?;
    let limit = paging::limit(request, limits::META_PAGE_DEFAULT, limits::META_REPORT_PAGE_MAX)?;
    page(request, grant, &grant.accounts, limit, |a| node::account(world, *a, &fields, now))
}

/// The fields asked for; `id` alone when none are.
pub(crate) fn fields_of(request: &Request) -> Result<Vec<Field>, GraphError> {
    fields::parse(request.given("fields").unwrap_or("id"))
}

/// Writes one page of a list.
pub(crate) fn page<T>(
    request: &Request,
    grant: &Grant,
    all: &[T],
    limit: usize,
    render: impl Fn(&T) -> Result<Value, GraphError>,
) -> Result<(Vec<u8>, usize), GraphError> {
    let start = request.given("after").map(paging::read::<1>).transpose()?.map_or(0, |p| p[0]);
    let shown = &all[start.min(all.len())..start.saturating_add(limit).min(all.len())];
    let items: Vec<Value> = shown.iter().map(render).collect::<Result<_, _>>()?;
    let mut out = b"{\"data\":".to_vec();
    out.extend_from_slice(Value::from(items).to_string().as_bytes());
    if !shown.is_empty() {
        let end = start + shown.len();
        paging::write(&mut out, request, &grant.token, &paging::cursor(&[start]), &paging::cursor(&[end]), end < all.len());
    }
    if request.given("summary").is_some_and(|s| s == "true" || s == "1" || s.contains("total_count")) {
        out.extend_from_slice(
            json!({"summary": {"total_count": all.len()}}).to_string().replacen('{', ",", 1).trim_end_matches('}').as_bytes(),
        );
        out.push(b'}');
    }
    out.push(b'}');
    Ok((out, shown.len()))
}

fn within(a: &Account, parent: Option<Place>, edge: Edge) -> Result<Vec<Place>, GraphError> {
    let wrong = || GraphError::parameter("Tried accessing nonexisting edge on this node type");
    Ok(match (edge, parent) {
        (Edge::Campaigns, None) => (0..a.campaigns.len()).map(Place::Campaign).collect(),
        (Edge::AdSets, None) => (0..a.ad_sets.len()).map(Place::AdSet).collect(),
        (Edge::AdSets, Some(Place::Campaign(c))) => a.campaigns[c].ad_sets.clone().map(Place::AdSet).collect(),
        (Edge::Ads, None) => (0..a.ads.len()).map(Place::Ad).collect(),
        (Edge::Ads, Some(Place::Campaign(c))) => a.campaigns[c].ads.clone().map(Place::Ad).collect(),
        (Edge::Ads, Some(Place::AdSet(s))) => a.ad_sets[s].ads.clone().map(Place::Ad).collect(),
        (Edge::Creatives, None) => (0..a.ads.len()).map(Place::Creative).collect(),
        (Edge::Creatives, Some(Place::Ad(ad))) => vec![Place::Creative(ad)],
        (Edge::Pixels, None) => vec![Place::Pixel],
        _ => return Err(wrong()),
    })
}

/// The switchable object at a place.
pub(crate) fn switched(a: &Account, place: Place) -> Option<&Object> {
    match place {
        Place::Campaign(c) => Some(&a.campaigns[c].object),
        Place::AdSet(s) => Some(&a.ad_sets[s].object),
        Place::Ad(ad) => Some(&a.ads[ad].object),
        Place::Creative(_) | Place::Pixel => None,
    }
}

/// An object's effective status; nothing for creatives and pixels.
pub(crate) fn effective(a: &Account, place: Place, now: i64) -> Option<&'static str> {
    match place {
        Place::Campaign(c) => Some(status::of_campaign(a, c, now)),
        Place::AdSet(s) => Some(status::of_ad_set(a, s, now)),
        Place::Ad(ad) => Some(status::of_ad(a, ad, now)),
        Place::Creative(_) | Place::Pixel => None,
    }
}

/// Which objects a list holds.
struct Conditions {
    statuses: Vec<String>,
    updated_since: Option<i64>,
    filters: Vec<filter::Filter>,
}

impl Conditions {
    fn read(request: &Request) -> Result<Self, GraphError> {
        let updated_since = request.given("updated_since").and_then(|t| t.parse().ok());
        Ok(Self {
            statuses: query::list(request, "effective_status")?,
            updated_since,
            filters: filter::parse(request.given("filtering"))?,
        })
    }

    fn pass(&self, a: &Account, place: Place, now: i64) -> bool {
        let (Some(object), Some(effective)) = (switched(a, place), effective(a, place, now)) else {
            return true;
        };
        let about_status = |f: &&filter::Filter| f.field.ends_with("effective_status");
        let by_status = !self.statuses.is_empty() || self.filters.iter().any(|f| about_status(&f));
        // Archived objects are listed only when asked for, deleted ones never.
        if effective == "DELETED" || (effective == "ARCHIVED" && !by_status) {
            return false;
        }
        if !self.statuses.is_empty() && !self.statuses.iter().any(|s| s == effective) {
            return false;
        }
        if self.updated_since.is_some_and(|since| object.updated < since) {
            return false;
        }
        self.filters.iter().all(|f| match f.field.rsplit('.').next().unwrap_or("") {
            "effective_status" => f.passes_text(effective),
            "status" | "configured_status" => f.passes_text(object.switch.at(now).word()),
            "name" => f.passes_text(&object.name),
            "id" => f.passes_text(&object.id.to_string()),
            "objective" => matches!(place, Place::Campaign(c) if f.passes_text(a.campaigns[c].objective)),
            "updated_time" => f.passes_number(object.updated as f64),
            _ => true,
        })
    }
}
