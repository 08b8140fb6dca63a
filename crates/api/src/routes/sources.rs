//! What can be connected, and how.

use crate::{access::Session, error::Problem, shape::List};
use axum::Json;
use serde::Serialize;
use trimtab_domain::Source;
use trimtab_engine::CONNECTABLE;
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
}

/// List sources
#[utoipa::path(get, path = "/api/v1/sources", operation_id = "list_sources", tag = "connections",
    responses((status = 200, body = List<SourceShape>), (status = 401, body = Problem)))]
pub async fn list_sources(_session: Session) -> Json<List<SourceShape>> {
    let shape = |source: Source| {
        let connectable = CONNECTABLE.iter().find(|c| c.source == source);
        SourceShape {
            id: source.as_str(),
            label: source.label(),
            connectable: connectable.is_some(),
            account_hint: connectable.map(|c| c.account_hint),
            secret_hint: connectable.map(|c| c.secret_hint),
        }
    };
    Json(List::whole(Source::ALL.into_iter().map(shape).collect()))
}
