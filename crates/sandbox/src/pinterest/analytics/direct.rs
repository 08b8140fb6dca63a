//! Direct analytics: a bare array without pages, and splits by targeting.

use super::{
    super::{columns, error::ApiError, params, params::Params},
    Attribution, Granularity, Ids, Level, Query, Reach, Targeting, Walk, Writer, ads_of, columns as read_columns, intervals,
    refuse_beta,
    walk::calendar_day,
};
use crate::{
    limits,
    world::{World, account::Account},
};
use serde_json::Value;
use std::ops::ControlFlow;

/// `…/analytics` of a level.
pub(crate) fn answer(world: &World, account: usize, level: Level, params: &Params, now: i64) -> Result<Vec<u8>, ApiError> {
    let of = &world.accounts[account];
    let query = read(of, level, params, now)?;
    let writer = Writer { account: of, query: &query, ids: Ids::Text, nulls: true };
    let mut out = vec![b'['];
    collect(&writer, &mut out, &[]);
    out.push(b']');
    Ok(out)
}

/// `…/targeting_analytics` of a level: one split after the other.
pub(crate) fn targeted(world: &World, account: usize, level: Level, params: &Params, now: i64) -> Result<Vec<u8>, ApiError> {
    let of = &world.accounts[account];
    params.need("targeting_types")?;
    for kind in params.joined("attribution_types")? {
        if !["INDIVIDUAL", "HOUSEHOLD"].contains(&kind) {
            return Err(params::invalid("attribution_types", kind));
        }
    }
    let mut types: Vec<Targeting> = Vec::new();
    for name in params.joined("targeting_types")? {
        let targeting = Targeting::parse(name)?;
        if !types.contains(&targeting) {
            types.push(targeting);
        }
    }
    let mut query = read(of, level, params, now)?;
    if query.granularity == Granularity::Hour {
        return Err(ApiError::invalid("Targeting figures are not available by HOUR"));
    }
    let mut out = br#"{"data":["#.to_vec();
    for targeting in types {
        query.targeting = Some(targeting);
        let writer = Writer { account: of, query: &query, ids: Ids::Number, nulls: false };
        collect(&writer, &mut out, &[("targeting_type", Value::from(targeting.word()))]);
    }
    out.extend_from_slice(b"]}");
    Ok(out)
}

/// Appends every row; those of a split stand in an envelope that names type and value.
fn collect(writer: &Writer<'_>, out: &mut Vec<u8>, envelope: &[(&str, Value)]) {
    // The walk is never stopped, so there is nothing to tell of its end.
    let _whole: ControlFlow<()> = Walk::new(writer.account, writer.query).each(&mut |found| {
        if writer.is_empty(found) {
            return ControlFlow::Continue(());
        }
        if !out.ends_with(b"[") {
            out.push(b',');
        }
        for (name, value) in envelope {
            out.extend_from_slice(format!("{{\"{name}\":{value},\"targeting_value\":").as_bytes());
            out.extend_from_slice(found.value.unwrap_or(&Value::Null).to_string().as_bytes());
            out.extend_from_slice(b",\"metrics\":");
        }
        writer.json(found, &[], out);
        if !envelope.is_empty() {
            out.push(b'}');
        }
        ControlFlow::Continue(())
    });
}

fn read(of: &Account, level: Level, params: &Params, now: i64) -> Result<Query, ApiError> {
    refuse_beta(params)?;
    let (start, end) = (params::day("start_date", params.need("start_date")?)?, params::day("end_date", params.need("end_date")?)?);
    let granularity = Granularity::parse(params.need("granularity")?)?;
    let columns = read_columns(params.joined("columns")?, columns::direct)?;
    let attribution = Attribution::read(|name| params.one(name))?;
    let hourly = limits::PINTEREST_HOURLY_DAYS;
    let reach = match (granularity, level) {
        // The account's own hours have no limit of length.
        (Granularity::Hour, Level::Account) => Reach { back: hourly.0, span: None },
        (Granularity::Hour, _) => Reach { back: hourly.0, span: Some(hourly.1) },
        _ => Reach { back: limits::PINTEREST_DIRECT_DAYS, span: Some(limits::PINTEREST_DIRECT_DAYS) },
    };
    let intervals = intervals(granularity, start, end.min(start.saturating_add(2 * 366)), calendar_day(now), reach)?;
    let need = |name: &str| {
        let ids = params.ids(name, limits::PINTEREST_IDS_MAX)?;
        ids.ok_or_else(|| ApiError::invalid(format_args!("Missing required parameter '{name}'")))
    };
    let only = match level {
        Level::Account => None,
        Level::Campaign => Some(ads_of(of, level, &need("campaign_ids")?)?),
        Level::AdGroup => Some(ads_of(of, level, &need("ad_group_ids")?)?),
        Level::Ad => Some(ads(of, params)?),
    };
    Ok(Query { level, granularity, intervals, columns, attribution, targeting: None, only, now })
}

/// Ads by their ids, or by campaigns and Pins together.
fn ads(of: &Account, params: &Params) -> Result<Vec<bool>, ApiError> {
    if let Some(ids) = params.ids("ad_ids", limits::PINTEREST_IDS_MAX)? {
        return ads_of(of, Level::Ad, &ids);
    }
    let campaigns = params.ids("campaign_ids", limits::PINTEREST_IDS_MAX)?;
    let (Some(campaigns), Some(pins)) = (campaigns, params.ids("pin_ids", limits::PINTEREST_PINS_MAX)?) else {
        return Err(ApiError::invalid("Give either 'ad_ids' or both 'campaign_ids' and 'pin_ids'"));
    };
    let mut only = ads_of(of, Level::Campaign, &campaigns)?;
    only.iter_mut().zip(&of.ads).for_each(|(counts, ad)| *counts &= pins.contains(&ad.creative));
    Ok(only)
}
