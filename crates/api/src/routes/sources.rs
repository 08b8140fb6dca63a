//! What can be connected, and how.

use crate::{Api, access::SignedIn, shape::List};
use axum::{Json, extract::State};
use serde::Serialize;
use trimtab_engine::{sources::SourceView, versions::Support};
use utoipa::ToSchema;

/// A system that data comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceShape {
    /// The name in commands and URLs.
    id: &'static str,
    /// The name people use.
    label: &'static str,
    /// Whether its accounts can be connected; files of all can be imported.
    connectable: bool,
    /// What an account id looks like and where to find it.
    account_hint: Option<&'static str>,
    /// Where the secret comes from.
    secret_hint: Option<&'static str>,
    /// The platform's interface that is spoken; `null` where only files are imported.
    interface: Option<InterfaceShape>,
}

/// A platform's interface: the version spoken, and how long it is served.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterfaceShape {
    /// What the platform calls it.
    #[schema(example = "Marketing API")]
    name: &'static str,
    /// The version.
    #[schema(example = "v26.0")]
    version: &'static str,
    /// When the version came (YYYY-MM-DD); `null` where that is not known.
    released: Option<String>,
    /// The last day it is served (YYYY-MM-DD); `null` where no end is known.
    supported_until: Option<String>,
    /// How sure that day is: `announced`, `estimated` or `unknown`.
    certainty: &'static str,
    /// Days until it, below zero when it has passed.
    days_left: Option<i64>,
    /// `supported`, `ending` within sixty days, or `ended`.
    phase: &'static str,
    /// Where the platform says so.
    told_by: &'static str,
}

impl From<Support> for InterfaceShape {
    fn from(support: Support) -> Self {
        let version = support.version;
        Self {
            name: support.interface,
            version: version.name,
            released: version.released.map(|day| day.to_string()),
            supported_until: version.sunset.day().map(|day| day.to_string()),
            certainty: version.sunset.certainty(),
            days_left: support.days_left,
            phase: support.phase.as_str(),
            told_by: version.told_by,
        }
    }
}

impl From<SourceView> for SourceShape {
    fn from(SourceView { source, connectable, support }: SourceView) -> Self {
        Self {
            id: source.as_str(),
            label: source.label(),
            connectable: connectable.is_some(),
            account_hint: connectable.map(|c| c.account_hint),
            secret_hint: connectable.map(|c| c.secret_hint),
            interface: support.map(InterfaceShape::from),
        }
    }
}

/// List sources
#[utoipa::path(get, path = "/api/v1/sources", operation_id = "list_sources", tag = "connections",
    responses((status = 200, body = List<SourceShape>)))]
pub async fn list_sources(State(api): State<Api>, _anybody: SignedIn) -> Json<List<SourceShape>> {
    Json(List::whole(api.engine.sources().into_iter().map(SourceShape::from).collect()))
}
