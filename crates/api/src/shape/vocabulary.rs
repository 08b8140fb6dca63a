//! The closed lists from which texts in requests are taken. They are written into the document from the domain, which knows them, so that
//! whoever reads it sees every word, and a new one appears by itself. `x-grows` tells makers of clients that a later version may know
//! more of them.

use serde_json::Value;
use trimtab_domain::{
    Permission, Source, SourceKind,
    finding::Severity,
    knowledge::{Bound, Period, Tone},
    metric::Registry,
    query::Dimension,
};
use utoipa::openapi::{
    OpenApi, RefOr, Schema,
    extensions::Extensions,
    path::Operation,
    schema::{ArrayItems, Object, SchemaType, Type},
};

/// A currency, as [`trimtab_domain::Currency`] reads it.
const CURRENCY: &str = "^[A-Za-z]{3}$";
/// A role's name, as [`trimtab_domain::access::RoleName`] reads it, but for its length.
const ROLE: &str = "^[a-z](_?[a-z0-9])+$";

/// Every word that a field of a body, or a parameter of an operation, may be.
fn words(place: &str, field: &str) -> Option<Vec<&'static str>> {
    Some(match (place, field) {
        ("CreateConnection" | "Plan" | "list_calls" | "get_check_history" | "create_import", "source") => {
            Source::ALL.into_iter().map(Source::as_str).collect()
        }
        ("ChannelBody" | "TargetBody" | "list_benchmarks", "platform") => {
            Source::ALL.into_iter().filter(|source| source.kind() == SourceKind::Ads).map(Source::as_str).collect()
        }
        ("CreateApiKey" | "PutRole", "permissions") => Permission::ALL.iter().map(|permission| permission.as_str()).collect(),
        ("Question", "metrics") | ("TargetBody", "metric") => Registry::builtin().iter().map(|metric| &*metric.id).collect(),
        ("Question", "by") => Dimension::ALL.into_iter().map(Dimension::as_str).collect(),
        ("TargetBody", "bound") => Bound::ALL.into_iter().map(Bound::as_str).collect(),
        ("TargetBody", "period") => Period::ALL.into_iter().map(Period::as_str).collect(),
        ("PreferencesBody", "tone") => Tone::ALL.into_iter().map(Tone::as_str).collect(),
        ("list_findings", "severity") => Severity::ALL.into_iter().map(Severity::as_str).collect(),
        ("list_findings", "state") => vec!["open", "put_away", "all"],
        ("list_audit", "outcome") => vec!["ok", "refused", "failed"],
        ("Plan", "level") => vec!["tenant", "platform", "account", "campaign"],
        _ => return None,
    })
}

/// The form a text has that is taken from no list.
fn pattern(place: &str, field: &str) -> Option<&'static str> {
    match (place, field) {
        ("Plan" | "CreateTenant" | "UpdateTenant" | "Question" | "AmountBody" | "TargetBody", "currency") => Some(CURRENCY),
        ("CreateInvitation" | "GrantBody" | "revoke_role", "role") => Some(ROLE),
        _ => None,
    }
}

/// Writes them into the document.
pub(super) fn complete(document: &mut OpenApi) {
    for (name, schema) in document.components.iter_mut().flat_map(|known| known.schemas.iter_mut()) {
        if let RefOr::T(Schema::Object(body)) = schema {
            body.properties.iter_mut().for_each(|(field, schema)| narrow(name, field, schema));
        }
    }
}

/// Writes those of its parameters into an operation.
pub(super) fn of_parameters(operation: &mut Operation) {
    let name = operation.operation_id.clone().unwrap_or_default();
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(schema) = &mut parameter.schema
        {
            narrow(&name, &parameter.name, schema);
        }
    }
}

fn narrow(place: &str, field: &str, schema: &mut RefOr<Schema>) {
    let text = match schema {
        RefOr::T(Schema::Object(text)) => text,
        RefOr::T(Schema::Array(list)) => match &mut list.items {
            ArrayItems::RefOrSchema(item) => return narrow(place, field, item),
            ArrayItems::False => return,
        },
        _ => return,
    };
    if let Some(words) = words(place, field) {
        let null = may_be_null(text).then_some(Value::Null);
        text.enum_values = Some(words.into_iter().map(Value::from).chain(null).collect());
        text.extensions = Some(Extensions::builder().add("x-grows", true).build());
    }
    if let Some(pattern) = pattern(place, field) {
        text.pattern = Some(pattern.to_owned());
    }
}

fn may_be_null(text: &Object) -> bool {
    matches!(&text.schema_type, SchemaType::Array(types) if types.contains(&Type::Null))
}
