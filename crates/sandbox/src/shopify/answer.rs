//! Runs an operation.

use super::{
    Shopify, bulk,
    error::GraphError,
    graphql::{Field, Operation, Verb},
    list::View,
    order, schema,
    schema::Type,
};
use crate::{
    state::lock,
    world::{calendar::stamp, commerce::store::Store},
};
use serde_json::{Map, Value, json};

/// What came of an operation.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) data: Value,
    pub(crate) errors: Vec<GraphError>,
    /// Orders in the answer, for what it cost.
    pub(crate) orders: usize,
    /// `extensions.search`: what a filter was understood as.
    pub(crate) search: Vec<Value>,
}

/// Who asks: which shop, with which rights, and where links point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) shop: usize,
    pub(crate) scopes: &'static str,
    pub(crate) base: &'a str,
}

/// Runs it. Fields that fail are null beside an error; the others are answered.
pub(crate) fn run(shopify: &Shopify, view: &View<'_>, asker: Asker<'_>, operation: &Operation) -> Outcome {
    let mut outcome = Outcome { data: Value::Null, errors: Vec::new(), orders: 0, search: Vec::new() };
    let mut data = Map::new();
    for field in &operation.fields {
        let (of, told) = match one(shopify, view, asker, operation.verb, field, &mut outcome) {
            Ok(told) => told,
            Err(error) => {
                outcome.errors.push(error);
                (Type::Query, Value::Null)
            }
        };
        let told = if field.name == "__typename" { told } else { schema::select(of, &told, &field.fields) };
        data.insert(field.key.clone(), told);
    }
    outcome.data = Value::Object(data);
    outcome
}

fn one(
    shopify: &Shopify,
    view: &View<'_>,
    asker: Asker<'_>,
    verb: Verb,
    field: &Field,
    outcome: &mut Outcome,
) -> Result<(Type, Value), GraphError> {
    let id = || field.argument("id").and_then(Value::as_str);
    if verb == Verb::Mutation {
        let mut bulks = lock(&shopify.bulks);
        return Ok(match field.name.as_str() {
            "bulkOperationRunQuery" => (Type::BulkPayload, bulks.run(view, asker.shop, asker.base, field)),
            "bulkOperationCancel" => (Type::BulkPayload, bulks.cancel(asker.shop, asker.base, field)),
            _ => (Type::Mutation, Value::from(Type::Mutation.name())),
        });
    }
    let bulk = |id: Option<&str>| {
        let asked = lock(&shopify.bulks).ask(asker.shop, id);
        asked.map_or(Value::Null, |b| bulk::show(&b, view, asker.base))
    };
    Ok(match field.name.as_str() {
        "shop" => (Type::Shop, shop(view.store)),
        "orders" => {
            let (told, orders, warnings) = view.orders(field)?;
            outcome.orders += orders;
            outcome.warn(field, &warnings);
            (Type::Orders, told)
        }
        "ordersCount" => {
            let (told, warnings) = view.count(field);
            outcome.warn(field, &warnings);
            (Type::Count, told)
        }
        "order" => (Type::Order, id().and_then(|id| by_id(view, id)).unwrap_or_default()),
        "node" => match id() {
            Some(id) if id.contains("/BulkOperation/") => (Type::Bulk, bulk(Some(id))),
            Some(id) if id == shop_id(view.store) => (Type::Shop, shop(view.store)),
            Some(id) => (Type::Order, by_id(view, id).unwrap_or_default()),
            None => return Err(GraphError::bad_argument(field, "Field 'node' is missing required arguments: id")),
        },
        "bulkOperation" => (Type::Bulk, bulk(id())),
        "currentBulkOperation" => (Type::Bulk, bulk(None)),
        "currentAppInstallation" => {
            let scopes: Vec<Value> =
                asker.scopes.split(',').map(|s| json!({"handle": s, "description": s.replace('_', " ")})).collect();
            let number = 6_600_000_000_000 + asker.shop as u64;
            (Type::Installation, json!({"id": format!("gid://shopify/AppInstallation/{number}"), "accessScopes": scopes}))
        }
        _ => (Type::Query, Value::from(Type::Query.name())),
    })
}

impl Outcome {
    fn warn(&mut self, field: &Field, fields: &[String]) {
        let told =
            |name: &String| json!({"field": name, "message": "Invalid search field for this query.", "code": "invalid_field"});
        if !fields.is_empty() {
            let query = field.argument("query").cloned().unwrap_or_default();
            self.search.push(json!({"path": [field.key], "query": query, "warnings": fields.iter().map(told).collect::<Vec<_>>()}));
        }
    }
}

fn by_id(view: &View<'_>, id: &str) -> Option<Value> {
    view.by_number(id.strip_prefix("gid://shopify/Order/")?.parse().ok()?)
}

fn shop_id(store: &Store) -> String {
    format!("gid://shopify/Shop/{}", 60_000_000_000 + store.chance.bits() % 9_000_000_000)
}

fn shop(store: &Store) -> Value {
    let zone = store.calendar.zone();
    let created = store.calendar.start(store.first_day - 400);
    let local = stamp(created).to_zoned(zone.tz().clone());
    json!({
        "id": shop_id(store), "name": store.name, "email": format!("hello@{}.example", store.slug),
        "myshopifyDomain": format!("{}.myshopify.com", store.slug), "currencyCode": store.currency.as_str(), "ianaTimezone": zone.as_str(),
        "timezoneAbbreviation": local.strftime("%Z").to_string(), "timezoneOffset": local.strftime("%z").to_string(),
        "taxesIncluded": !store.taxed_on_top(), "createdAt": order::time(created),
        "plan": {"publicDisplayName": "Basic", "partnerDevelopment": false, "shopifyPlus": false},
    })
}
