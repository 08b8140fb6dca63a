//! Keys, secrets, and what is kept of what was done.

table!(receipts = "receipts" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    actor: String,
    #[sea_orm(primary_key, auto_increment = false)]
    key_hash: String,
    request_hash: String,
    sealed_answer: Vec<u8>,
    kept_at: i64,
});

table!(data_keys = "data_keys" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    version: i64,
    wrapped: Vec<u8>,
    master: String,
    made_at: i64,
    retired_at: Option<i64>,
});

table!(secrets = "secrets" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    name: String,
    sealed: Vec<u8>,
    set_at: i64,
});

table!(audit = "audit" {
    #[sea_orm(primary_key, auto_increment = false)]
    seq: i64,
    at: i64,
    actor: String,
    actor_name: Option<String>,
    tenant: Option<String>,
    action: String,
    resource: String,
    ip: Option<String>,
    agent: Option<String>,
    outcome: String,
    before: Option<String>,
    after: Option<String>,
    request_id: Option<String>,
    prev_hash: String,
    hash: String,
});

table!(audit_checkpoints = "audit_checkpoints" {
    #[sea_orm(primary_key, auto_increment = false)]
    through_seq: i64,
    hash: String,
    row_count: i64,
    made_at: i64,
    seal: String,
});

table!(calls = "calls" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    at: i64,
    tenant: Option<String>,
    source: String,
    account: Option<String>,
    method: String,
    route: String,
    status: Option<i64>,
    outcome: String,
    duration_ms: i64,
    bytes: i64,
    attempt: i64,
});
