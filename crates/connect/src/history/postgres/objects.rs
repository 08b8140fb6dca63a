//! Campaigns, ad groups, ads and creatives of one account.

use super::{
    Written,
    schema::{Schema, Table, quoted},
    session::database,
};
use crate::{
    history::{HistoryError, Key, Options, cell, limits, objects::bare},
    import::status,
};
use compact_str::CompactString;
use futures::TryStreamExt as _;
use std::collections::{BTreeMap, HashMap};
use tokio_postgres::{Row, Transaction};
use trimtab_domain::{
    Day, Timestamp, Zone,
    entity::{EntityKind, EntityState},
};

/// Objects by kind and id.
type States = BTreeMap<(EntityKind, CompactString), EntityState>;

/// The ad group of every ad that tells it.
///
/// # Errors
/// When the database does not answer, or there are too many.
pub(super) async fn groups(
    reading: &Transaction<'_>,
    schema: &Schema,
    written: &Written,
) -> Result<HashMap<CompactString, CompactString>, HistoryError> {
    let mut groups = HashMap::new();
    let Some(ads) = schema.ads.as_ref().filter(|ads| ads.has("adset_id")) else { return Ok(groups) };
    each(reading, ads, &[ads.text("ad_id"), ads.text("adset_id")], written, |row| {
        let (ad, group) = (text(row, 0), text(row, 1));
        if !ad.is_empty() && !group.is_empty() && groups.len() < limits::OBJECTS_MAX {
            groups.insert(ad.into(), group.into());
        }
    })
    .await?;
    Ok(groups)
}

/// Adds what the tables say of an account's objects.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn read(
    reading: &Transaction<'_>,
    schema: &Schema,
    written: &Written,
    key: &Key,
    options: &Options,
    states: &mut States,
) -> Result<(), HistoryError> {
    let known = options.accounts.iter().find(|known| known.source == key.source && known.id == key.account);
    let zone = known.map_or(&options.zone, |known| &known.zone);
    let account = key.account.as_str();
    let mut put = |state: EntityState| {
        if states.len() < limits::OBJECTS_MAX && !state.id.is_empty() {
            states.insert((state.kind, state.id.clone()), state);
        }
    };
    names(reading, schema, written, ["campaign_id", "campaign_name"], |campaign, _, name| {
        let state = bare(EntityKind::Campaign, campaign);
        put(EntityState { parent: account.into(), campaign: campaign.into(), name: name.into(), ..state });
    })
    .await?;
    names(reading, schema, written, ["ad_id", "ad_name"], |ad, campaign, name| {
        put(EntityState { campaign: campaign.into(), name: name.into(), ..bare(EntityKind::Ad, ad) });
    })
    .await?;
    if let Some(table) = &schema.campaigns {
        let more = ["buying_type", "bid_strategy"];
        let columns = columns(table, ["campaign_id", "campaign_name", "null", "campaign_id", "objective", "stop_time"], &more);
        each(reading, table, &columns, written, |row| {
            put(EntityState { parent: account.into(), ..state(row, EntityKind::Campaign, zone, &more) });
        })
        .await?;
    }
    if let Some(table) = &schema.ad_groups {
        let more = ["billing_event", "bid_strategy", "bid_amount"];
        let columns =
            columns(table, ["adset_id", "adset_name", "campaign_id", "campaign_id", "optimization_goal", "end_time"], &more);
        each(reading, table, &columns, written, |row| put(state(row, EntityKind::AdGroup, zone, &more))).await?;
    }
    if let Some(table) = &schema.ads {
        let more = ["creative_id"];
        let ads = columns(table, ["ad_id", "ad_name", "adset_id", "campaign_id", "null", "null"], &more);
        each(reading, table, &ads, written, |row| put(state(row, EntityKind::Ad, zone, &more))).await?;
        let more = ["title", "body", "description", "image_url", "video_id", "link_url", "call_to_action_type"];
        let creatives = columns(table, ["creative_id", "creative_name", "null", "null", "null", "null"], &more);
        each(reading, table, &creatives, written, |row| {
            // The status is the ad's; several ads may show one creative.
            let state = state(row, EntityKind::Creative, zone, &more);
            let unknown = bare(EntityKind::Creative, &state.id);
            put(EntityState { parent: account.into(), status: unknown.status, platform_status: unknown.platform_status, ..state });
        })
        .await?;
    }
    Ok(())
}

/// The columns of a table of objects, in the order [`state`] takes them: `plain` are those of id, name, parent, campaign, objective and end.
fn columns(table: &Table, plain: [&str; 6], more: &[&str]) -> Vec<String> {
    let [id, name, parent, campaign, objective, ends] = plain.map(|column| table.text(column));
    let status = table.first(&["effective_status", "status"]);
    let [daily, lifetime, starts] = ["daily_budget", "lifetime_budget", "start_time"].map(|column| table.text(column));
    let mut columns = vec![id, name, parent, campaign, objective, status, daily, lifetime, starts, ends];
    columns.extend(more.iter().map(|column| table.text(column)));
    columns
}

fn state(row: &Row, kind: EntityKind, zone: &Zone, more: &[&str]) -> EntityState {
    let budget = |at: usize| cell::amount(&text(row, at)).ok().flatten().map(crate::scalar::Fine::micros);
    let word = text(row, 5);
    let attributes = more.iter().zip(10..).map(|(name, at)| (CompactString::from(*name), CompactString::from(text(row, at))));
    EntityState {
        name: text(row, 1).into(),
        parent: text(row, 2).into(),
        campaign: text(row, 3).into(),
        objective: text(row, 4).into(),
        status: status(&word),
        platform_status: word.into(),
        daily_budget_micros: budget(6),
        lifetime_budget_micros: budget(7),
        starts: day_in(&text(row, 8), zone),
        ends: day_in(&text(row, 9), zone),
        attributes: attributes.filter(|(_, value)| !value.is_empty()).collect(),
        ..bare(kind, &text(row, 0))
    }
}

/// The day of an instant in the account's zone; of a date without a time, that date.
fn day_in(text: &str, zone: &Zone) -> Option<Day> {
    text.parse::<Timestamp>().map(|at| zone.day_at(at)).ok().or_else(|| cell::day(text))
}

/// A column's text; empty where it is null.
fn text(row: &Row, at: usize) -> String {
    row.try_get::<_, Option<String>>(at).ok().flatten().unwrap_or_default()
}

/// Hands over an account's rows of a table.
async fn each(
    reading: &Transaction<'_>,
    table: &Table,
    columns: &[String],
    written: &Written,
    mut take: impl FnMut(&Row),
) -> Result<(), HistoryError> {
    let question = format!("select {} from {} where {}", columns.join(", "), table.name, table.of_account());
    let stream = reading.query_raw(&question, [&written.platform, &written.tenant, &written.account]).await.map_err(database)?;
    let mut stream = std::pin::pin!(stream);
    while let Some(row) = stream.try_next().await.map_err(database)? {
        take(&row);
    }
    Ok(())
}

/// The names that stand beside the figures, the latest of each id, with the campaign they are in.
async fn names(
    reading: &Transaction<'_>,
    schema: &Schema,
    written: &Written,
    [id, name]: [&str; 2],
    mut take: impl FnMut(&str, &str, &str),
) -> Result<(), HistoryError> {
    let table = &schema.figures;
    let [id, campaign, name] = [id, "campaign_id", name].map(|column| table.text(column));
    let (of_account, date) = (table.of_account(), quoted("date"));
    let question = format!(
        "select distinct on ({id}) {id}, {campaign}, {name} from {} where {of_account} order by {id}, {date} desc",
        table.name
    );
    let stream = reading.query_raw(&question, [&written.platform, &written.tenant, &written.account]).await.map_err(database)?;
    let mut stream = std::pin::pin!(stream);
    while let Some(row) = stream.try_next().await.map_err(database)? {
        take(&text(&row, 0), &text(&row, 1), &text(&row, 2));
    }
    Ok(())
}
