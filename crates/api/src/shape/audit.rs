//! The audit log and the log of calls to platforms.

use serde::Serialize;
use serde_json::Value;
use trimtab_engine::{AuditRow, Call, Verification};
use utoipa::{
    ToSchema,
    openapi::schema::{Object, Schema, SchemaType},
};

/// What was there may be a text, a number or an object.
fn anything() -> Schema {
    Object::with_type(SchemaType::AnyValue).into()
}

/// A row of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditRowShape {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When (RFC 3339).
    #[schema(format = DateTime)]
    pub at: String,
    /// Who: the id of a person, `operator` (a command on the machine itself), `system` (the scheduler) or `anonymous`.
    pub actor: String,
    /// What they were known by then.
    pub actor_name: Option<String>,
    /// Whose data it was about; `null`: the installation.
    pub tenant: Option<String>,
    /// What, as `noun:verb`.
    #[schema(example = "connection:connect")]
    pub action: String,
    /// To what, as `noun:id`.
    pub resource: String,
    /// Where the request came from.
    pub ip: Option<String>,
    /// What the client called itself.
    pub agent: Option<String>,
    /// `ok`, `refused` or `failed`.
    pub outcome: String,
    /// What was there before; never a secret.
    #[schema(value_type = Option<Object>)]
    #[schema(schema_with = anything)]
    pub before: Option<Value>,
    /// What was there after; never a secret.
    #[schema(value_type = Option<Object>)]
    #[schema(schema_with = anything)]
    pub after: Option<Value>,
    /// Names the request in the server's log.
    pub request_id: Option<String>,
    /// The hash of the row before.
    pub prev_hash: String,
    /// Its own hash, over every other column.
    pub hash: String,
}

impl From<&AuditRow> for AuditRowShape {
    fn from(row: &AuditRow) -> Self {
        let row = row.clone();
        Self {
            seq: row.seq,
            at: row.at.to_string(),
            actor: row.actor,
            actor_name: row.actor_name,
            tenant: row.tenant,
            action: row.action,
            resource: row.resource,
            ip: row.ip,
            agent: row.agent,
            outcome: row.outcome,
            before: row.before,
            after: row.after,
            request_id: row.request_id,
            prev_hash: row.prev_hash,
            hash: row.hash,
        }
    }
}

/// Whether the audit log is what it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationShape {
    /// Whether every row is there and as it was.
    pub sound: bool,
    /// Rows looked at.
    pub rows: u64,
    /// The number of the first row there is.
    pub first: Option<u64>,
    /// The last row that was cut off by retention; 0: none was.
    pub cut_through: u64,
    /// The newest row that was verified; kept elsewhere, it shows later that nothing up to it was written anew.
    pub head: Option<HeadShape>,
    /// The first thing that is not as it was.
    pub fault: Option<AuditFaultShape>,
    /// When it was looked at (RFC 3339).
    #[schema(format = DateTime)]
    pub at: String,
}

/// A row of the audit log by its number and hash.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeadShape {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// Where the audit log is broken.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditFaultShape {
    /// The number of the first row that is missing or not as it was.
    pub seq: u64,
    /// What is wrong with it.
    pub why: String,
}

impl From<Verification> for VerificationShape {
    fn from(found: Verification) -> Self {
        Self {
            sound: found.fault.is_none(),
            rows: found.rows,
            first: found.first,
            cut_through: found.cut_through,
            head: found.head.map(|head| HeadShape { seq: head.seq, hash: head.hash }),
            fault: found.fault.map(|fault| AuditFaultShape { seq: fault.seq, why: fault.why }),
            at: found.at.to_string(),
        }
    }
}

/// A call to a platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallShape {
    /// Names it.
    pub id: String,
    /// When it was sent (RFC 3339).
    #[schema(format = DateTime)]
    pub at: String,
    /// On whose behalf; `null`: nobody's in particular.
    pub tenant: Option<String>,
    /// To which platform.
    pub source: &'static str,
    /// For which account, by the platform's id.
    pub account: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The path with its ids taken out.
    #[schema(example = "/v26.0/{id}/insights")]
    pub route: String,
    /// HTTP status, if an answer came.
    pub status: Option<u16>,
    /// `good`, `transient`, `limited`, `refused`, `timeout`, `network` or `too_large`.
    pub outcome: String,
    /// From sending to the last byte, in milliseconds.
    pub duration_ms: u64,
    /// Bytes of the answer's body, decompressed.
    pub bytes: u64,
    /// Which attempt of its call it was, from 1.
    pub attempt: u32,
}

impl From<&Call> for CallShape {
    fn from(kept: &Call) -> Self {
        let call = &kept.call;
        Self {
            id: kept.id.clone(),
            at: call.at.to_string(),
            tenant: call.tenant.as_ref().map(ToString::to_string),
            source: call.source.as_str(),
            account: call.account.as_ref().map(ToString::to_string),
            method: call.method.clone(),
            route: call.route.clone(),
            status: call.status,
            outcome: call.outcome.clone(),
            duration_ms: call.duration_ms,
            bytes: call.bytes,
            attempt: call.attempt,
        }
    }
}
