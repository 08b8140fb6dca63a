//! The types that are served, and whether a selection fits them.

use super::{
    error::GraphError,
    graphql::{Field, Operation, Verb},
};
use serde_json::{Map, Value};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    Object(Type),
}

/// A type with fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Query,
    Mutation,
    Shop,
    Plan,
    Order,
    Orders,
    OrderEdge,
    PageInfo,
    Count,
    MoneyBag,
    Money,
    Customer,
    Address,
    Journey,
    Visit,
    Utm,
    Refund,
    Installation,
    Scope,
    Bulk,
    BulkPayload,
    UserError,
    Node,
}

/// One field: name, what it holds, and the arguments it takes.
type Row = (&'static str, Kind, &'static [&'static str]);

const S: Kind = Kind::Scalar;
const BAG: Kind = Kind::Object(Type::MoneyBag);
const PAGE: &[&str] = &["first", "after", "last", "before", "reverse", "sortKey", "query", "savedSearchId"];

impl Type {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Query => "QueryRoot",
            Self::Mutation => "Mutation",
            Self::Shop => "Shop",
            Self::Plan => "ShopPlan",
            Self::Order => "Order",
            Self::Orders => "OrderConnection",
            Self::OrderEdge => "OrderEdge",
            Self::PageInfo => "PageInfo",
            Self::Count => "Count",
            Self::MoneyBag => "MoneyBag",
            Self::Money => "MoneyV2",
            Self::Customer => "Customer",
            Self::Address => "CustomerEmailAddress",
            Self::Journey => "CustomerJourneySummary",
            Self::Visit => "CustomerVisit",
            Self::Utm => "UTMParameters",
            Self::Refund => "Refund",
            Self::Installation => "AppInstallation",
            Self::Scope => "AccessScope",
            Self::Bulk => "BulkOperation",
            Self::BulkPayload => "BulkOperationPayload",
            Self::UserError => "UserError",
            Self::Node => "Node",
        }
    }

    const fn fields(self) -> &'static [Row] {
        match self {
            Self::Query => &[
                ("shop", Kind::Object(Type::Shop), &[]),
                ("orders", Kind::Object(Type::Orders), PAGE),
                ("ordersCount", Kind::Object(Type::Count), &["query", "limit", "savedSearchId"]),
                ("order", Kind::Object(Type::Order), &["id"]),
                ("node", Kind::Object(Type::Node), &["id"]),
                ("bulkOperation", Kind::Object(Type::Bulk), &["id"]),
                ("currentBulkOperation", Kind::Object(Type::Bulk), &["type"]),
                ("currentAppInstallation", Kind::Object(Type::Installation), &[]),
            ],
            Self::Mutation => &[
                ("bulkOperationRunQuery", Kind::Object(Type::BulkPayload), &["query", "groupObjects"]),
                ("bulkOperationCancel", Kind::Object(Type::BulkPayload), &["id"]),
            ],
            Self::Shop => &[
                ("id", S, &[]),
                ("name", S, &[]),
                ("email", S, &[]),
                ("myshopifyDomain", S, &[]),
                ("currencyCode", S, &[]),
                ("ianaTimezone", S, &[]),
                ("timezoneAbbreviation", S, &[]),
                ("timezoneOffset", S, &[]),
                ("taxesIncluded", S, &[]),
                ("createdAt", S, &[]),
                ("plan", Kind::Object(Type::Plan), &[]),
            ],
            Self::Plan => &[("publicDisplayName", S, &[]), ("partnerDevelopment", S, &[]), ("shopifyPlus", S, &[])],
            Self::Order => ORDER,
            Self::Orders => &[
                ("nodes", Kind::Object(Type::Order), &[]),
                ("edges", Kind::Object(Type::OrderEdge), &[]),
                ("pageInfo", Kind::Object(Type::PageInfo), &[]),
            ],
            Self::OrderEdge => &[("cursor", S, &[]), ("node", Kind::Object(Type::Order), &[])],
            Self::PageInfo => {
                &[("hasNextPage", S, &[]), ("hasPreviousPage", S, &[]), ("startCursor", S, &[]), ("endCursor", S, &[])]
            }
            Self::Count => &[("count", S, &[]), ("precision", S, &[])],
            Self::MoneyBag => {
                &[("shopMoney", Kind::Object(Type::Money), &[]), ("presentmentMoney", Kind::Object(Type::Money), &[])]
            }
            Self::Money => &[("amount", S, &[]), ("currencyCode", S, &[])],
            Self::Customer => &[
                ("id", S, &[]),
                ("legacyResourceId", S, &[]),
                ("email", S, &[]),
                ("displayName", S, &[]),
                ("firstName", S, &[]),
                ("lastName", S, &[]),
                ("defaultEmailAddress", Kind::Object(Type::Address), &[]),
            ],
            Self::Address => &[("emailAddress", S, &[])],
            Self::Journey => &[
                ("ready", S, &[]),
                ("customerOrderIndex", S, &[]),
                ("daysToConversion", S, &[]),
                ("momentsCount", Kind::Object(Type::Count), &[]),
                ("firstVisit", Kind::Object(Type::Visit), &[]),
                ("lastVisit", Kind::Object(Type::Visit), &[]),
            ],
            Self::Visit => &[
                ("id", S, &[]),
                ("source", S, &[]),
                ("sourceType", S, &[]),
                ("sourceDescription", S, &[]),
                ("occurredAt", S, &[]),
                ("landingPage", S, &[]),
                ("referrerUrl", S, &[]),
                ("utmParameters", Kind::Object(Type::Utm), &[]),
            ],
            Self::Utm => &[("source", S, &[]), ("medium", S, &[]), ("campaign", S, &[]), ("content", S, &[]), ("term", S, &[])],
            Self::Refund => &[
                ("id", S, &[]),
                ("legacyResourceId", S, &[]),
                ("createdAt", S, &[]),
                ("updatedAt", S, &[]),
                ("totalRefundedSet", BAG, &[]),
            ],
            Self::Installation => &[("id", S, &[]), ("accessScopes", Kind::Object(Type::Scope), &[])],
            Self::Scope => &[("handle", S, &[]), ("description", S, &[])],
            Self::Bulk => &[
                ("id", S, &[]),
                ("status", S, &[]),
                ("errorCode", S, &[]),
                ("type", S, &[]),
                ("query", S, &[]),
                ("createdAt", S, &[]),
                ("completedAt", S, &[]),
                ("objectCount", S, &[]),
                ("rootObjectCount", S, &[]),
                ("fileSize", S, &[]),
                ("url", S, &[]),
                ("partialDataUrl", S, &[]),
            ],
            Self::BulkPayload => {
                &[("bulkOperation", Kind::Object(Type::Bulk), &[]), ("userErrors", Kind::Object(Type::UserError), &[])]
            }
            Self::UserError => &[("field", S, &[]), ("message", S, &[]), ("code", S, &[])],
            // Whatever a node is, its own fields are asked for in a fragment.
            Self::Node => &[],
        }
    }

    fn field(self, name: &str) -> Option<&'static Row> {
        let own = self.fields().iter().find(|row| row.0 == name);
        match self {
            Self::Node => [Self::Order, Self::Bulk, Self::Shop].into_iter().find_map(|t| t.field(name)),
            _ => own,
        }
    }
}

const ORDER: &[Row] = &[
    ("id", S, &[]),
    ("legacyResourceId", S, &[]),
    ("name", S, &[]),
    ("number", S, &[]),
    ("createdAt", S, &[]),
    ("processedAt", S, &[]),
    ("updatedAt", S, &[]),
    ("cancelledAt", S, &[]),
    ("cancelReason", S, &[]),
    ("closedAt", S, &[]),
    ("closed", S, &[]),
    ("confirmed", S, &[]),
    ("test", S, &[]),
    ("email", S, &[]),
    ("note", S, &[]),
    ("tags", S, &[]),
    ("currencyCode", S, &[]),
    ("presentmentCurrencyCode", S, &[]),
    ("taxesIncluded", S, &[]),
    ("displayFinancialStatus", S, &[]),
    ("displayFulfillmentStatus", S, &[]),
    ("sourceName", S, &[]),
    ("discountCode", S, &[]),
    ("discountCodes", S, &[]),
    ("currentSubtotalLineItemsQuantity", S, &[]),
    ("subtotalLineItemsQuantity", S, &[]),
    ("subtotalPriceSet", BAG, &[]),
    ("totalPriceSet", BAG, &[]),
    ("originalTotalPriceSet", BAG, &[]),
    ("currentTotalPriceSet", BAG, &[]),
    ("totalRefundedSet", BAG, &[]),
    ("totalReceivedSet", BAG, &[]),
    ("totalOutstandingSet", BAG, &[]),
    ("netPaymentSet", BAG, &[]),
    ("totalTaxSet", BAG, &[]),
    ("totalShippingPriceSet", BAG, &[]),
    ("totalDiscountsSet", BAG, &[]),
    ("customer", Kind::Object(Type::Customer), &[]),
    ("customerJourneySummary", Kind::Object(Type::Journey), &[]),
    ("refunds", Kind::Object(Type::Refund), &["first"]),
];

/// Whether an operation fits the schema; what does not, one error each.
pub(crate) fn check(operation: &Operation) -> Result<(), Vec<GraphError>> {
    let (root, verb) = match operation.verb {
        Verb::Query => (Type::Query, "query"),
        Verb::Mutation => (Type::Mutation, "mutation"),
    };
    let mut errors = Vec::new();
    walk(root, &operation.fields, &mut vec![verb.to_owned()], &mut errors);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn walk(of: Type, fields: &[Field], path: &mut Vec<String>, errors: &mut Vec<GraphError>) {
    for field in fields.iter().filter(|f| f.name != "__typename") {
        path.push(field.key.clone());
        match of.field(&field.name) {
            None => errors.push(GraphError::undefined_field(of.name(), field, path)),
            Some((_, kind, arguments)) => {
                for (argument, _) in field.arguments.iter().filter(|(name, _)| !arguments.contains(&name.as_str())) {
                    errors.push(GraphError::undefined_argument(field, argument, path));
                }
                match kind {
                    Kind::Scalar if !field.fields.is_empty() => errors.push(GraphError::selected_scalar(field, path)),
                    Kind::Object(inner) if field.fields.is_empty() => {
                        errors.push(GraphError::bare_object(field, inner.name(), path))
                    }
                    Kind::Object(inner) => walk(*inner, &field.fields, path, errors),
                    Kind::Scalar => {}
                }
            }
        }
        path.pop();
    }
}

/// What is selected of a whole object, or of each object of a list.
pub(crate) fn select(of: Type, whole: &Value, fields: &[Field]) -> Value {
    match whole {
        Value::Array(items) => items.iter().map(|item| select(of, item, fields)).collect(),
        Value::Object(object) => Value::Object(pick(of, object, fields)),
        other => other.clone(),
    }
}

fn pick(of: Type, object: &Map<String, Value>, fields: &[Field]) -> Map<String, Value> {
    let chosen = |field: &Field| {
        if field.name == "__typename" {
            return Some((field.key.clone(), Value::from(of.name())));
        }
        // A fragment on another type selects nothing of this one.
        let value = object.get(&field.name)?;
        let value = match of.field(&field.name) {
            Some((_, Kind::Object(inner), _)) => select(*inner, value, &field.fields),
            _ => value.clone(),
        };
        Some((field.key.clone(), value))
    };
    fields.iter().filter_map(chosen).collect()
}
