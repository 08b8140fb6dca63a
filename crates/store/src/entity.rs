//! The rows, one module per table, as the newest migration leaves them. Nothing outside this crate sees them.

/// Declares one table's row.
macro_rules! table {
    ($name:ident = $table:tt { $($(#[$field_attr:meta])* $field:ident: $type:ty,)* }) => {
        pub mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$field_attr])* pub $field: $type,)* }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

table!(settings = "settings" {
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
    value: String,
});

table!(users = "users" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    email: String,
    password_hash: String,
    role: String,
    created_at: i64,
    password_set_at: i64,
    name: String,
    disabled_at: Option<i64>,
});

table!(sessions = "sessions" {
    #[sea_orm(primary_key, auto_increment = false)]
    token_hash: String,
    id: String,
    user_id: String,
    created_at: i64,
    extended_at: i64,
    expires_at: i64,
    ends_at: i64,
    ip: String,
    agent: String,
    method: String,
});

table!(grants = "grants" {
    #[sea_orm(primary_key, auto_increment = false)]
    user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    role: String,
    granted_at: i64,
    granted_by: String,
});

table!(roles = "roles" {
    #[sea_orm(primary_key, auto_increment = false)]
    name: String,
    label: String,
    permissions: String,
    changed_at: i64,
    changed_by: String,
});

table!(identities = "identities" {
    #[sea_orm(primary_key, auto_increment = false)]
    issuer: String,
    #[sea_orm(primary_key, auto_increment = false)]
    subject: String,
    user_id: String,
    email: String,
    linked_at: i64,
});

table!(authenticators = "authenticators" {
    #[sea_orm(primary_key, auto_increment = false)]
    user_id: String,
    made_at: i64,
    confirmed_at: Option<i64>,
    last_step: i64,
});

table!(recovery_codes = "recovery_codes" {
    #[sea_orm(primary_key, auto_increment = false)]
    user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    code_hash: String,
});

table!(passkeys = "passkeys" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    credential: String,
    user_id: String,
    name: String,
    body: String,
    made_at: i64,
    used_at: Option<i64>,
});

table!(refresh_tokens = "refresh_tokens" {
    #[sea_orm(primary_key, auto_increment = false)]
    token_hash: String,
    session: String,
    made_at: i64,
    used_at: Option<i64>,
});

table!(links = "links" {
    #[sea_orm(primary_key, auto_increment = false)]
    token_hash: String,
    id: String,
    purpose: String,
    email: String,
    grants: String,
    made_at: i64,
    made_by: String,
    expires_at: i64,
    used_at: Option<i64>,
});

table!(challenges = "challenges" {
    #[sea_orm(primary_key, auto_increment = false)]
    token_hash: String,
    purpose: String,
    user_id: Option<String>,
    body: String,
    failures: i64,
    expires_at: i64,
});

table!(api_keys = "api_keys" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    key_hash: String,
    name: String,
    hint: String,
    tenant: String,
    permissions: String,
    made_at: i64,
    made_by: String,
    expires_at: Option<i64>,
    used_at: Option<i64>,
    revoked_at: Option<i64>,
});

table!(sign_in_failures = "sign_in_failures" {
    #[sea_orm(primary_key, auto_increment = false)]
    email_hash: String,
    failures: i64,
    last_at: i64,
    locked_until: Option<i64>,
});

table!(tenants = "tenants" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    currency: String,
    zone: String,
    industry: Option<String>,
    created_at: i64,
    branding: Option<String>,
});

table!(accounts = "accounts" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    source: String,
    #[sea_orm(primary_key, auto_increment = false)]
    account: String,
    name: String,
    currency: String,
    zone: String,
    restricted: Option<String>,
    created_at: i64,
    data_as_of: Option<i64>,
    settled_through: Option<String>,
    first_day: Option<String>,
    last_day: Option<String>,
    fact_rows: i64,
    lease_fence: i64,
    lease_owner: Option<String>,
    leased_until: Option<i64>,
    look_back_days: Option<i64>,
    changes_seen_at: Option<i64>,
    redescribed_at: Option<i64>,
    redescribed: Option<String>,
});

table!(rates = "rates" {
    #[sea_orm(primary_key, auto_increment = false)]
    currency: String,
    #[sea_orm(primary_key, auto_increment = false)]
    day: String,
    billionths: i64,
});

table!(check_results = "check_results" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    tenant: String,
    source: String,
    account: String,
    check_id: String,
    state: String,
    message: String,
    days: String,
    since: i64,
    checked_at: i64,
});

table!(connections = "connections" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    tenant: String,
    source: String,
    account: String,
    base_url: Option<String>,
    sealed_secret: Vec<u8>,
    secret_set_at: i64,
    expires_at: Option<i64>,
    scopes: String,
    health: String,
    health_detail: Option<String>,
    health_fix: Option<String>,
    health_since: i64,
    created_at: i64,
    health_until: Option<i64>,
    access_ends_at: Option<i64>,
    expiry: String,
});

table!(executions = "executions" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    tenant: String,
    kind: String,
    requested_by: String,
    params: String,
    status: String,
    steps_done: i64,
    steps_total: i64,
    row_count: i64,
    failure_kind: Option<String>,
    failure: Option<String>,
    failure_fix: Option<String>,
    cancel_requested: bool,
    owner: String,
    leased_until: i64,
    created_at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
});

table!(runs = "runs" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    tenant: String,
    execution: String,
    source: String,
    account: String,
    from_day: String,
    to_day: String,
    status: String,
    row_count: i64,
    api_calls: i64,
    failure_kind: Option<String>,
    failure: Option<String>,
    failure_fix: Option<String>,
    started_at: i64,
    finished_at: Option<i64>,
});

table!(fetched_ranges = "fetched_ranges" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    source: String,
    #[sea_orm(primary_key, auto_increment = false)]
    account: String,
    #[sea_orm(primary_key, auto_increment = false)]
    from_day: String,
    to_day: String,
    read_at: i64,
});

table!(history_pieces = "history_pieces" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    source: String,
    #[sea_orm(primary_key, auto_increment = false)]
    account: String,
    #[sea_orm(primary_key, auto_increment = false)]
    from_day: String,
    to_day: String,
    history: String,
    sums: String,
    stored_at: i64,
});

table!(imports = "imports" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    tenant: String,
    source: String,
    account: String,
    name: String,
    hash: String,
    format: String,
    rows_read: i64,
    rows_imported: i64,
    rows_skipped: i64,
    from_day: String,
    to_day: String,
    totals: String,
    imported_by: String,
    imported_at: i64,
    figures: String,
});

table!(analyses = "analyses" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    subject: String,
    source_hash: String,
    made_at: i64,
    body: String,
});

table!(findings = "findings" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    kind: String,
    subject: String,
    from_day: String,
    to_day: String,
    body: String,
    found_at: i64,
    seen_at: i64,
    gone_at: Option<i64>,
    dismissed_at: Option<i64>,
    dismissed_by: Option<String>,
    snoozed_until: Option<i64>,
});

table!(known_events = "known_events" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    source: String,
    #[sea_orm(primary_key, auto_increment = false)]
    account: String,
    #[sea_orm(primary_key, auto_increment = false)]
    digest: String,
    day: String,
    body: String,
    noted_at: i64,
});

table!(day_series = "day_series" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    source: String,
    #[sea_orm(primary_key, auto_increment = false)]
    account: String,
    #[sea_orm(primary_key, auto_increment = false)]
    object: String,
    #[sea_orm(primary_key, auto_increment = false)]
    day: String,
    read_at: i64,
    body: String,
});

table!(budgets = "budgets" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    tenant: String,
    name: String,
    level: String,
    source: String,
    account: String,
    entity: String,
    amount_micros: i64,
    currency: String,
    from_day: Option<String>,
    to_day: Option<String>,
    roll_over: bool,
    changed_at: i64,
    changed_by: String,
});

table!(client_knowledge = "client_knowledge" {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    version: i64,
    body: String,
    changed_at: i64,
    changed_by: String,
});

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

table!(known_devices = "known_devices" {
    #[sea_orm(primary_key, auto_increment = false)]
    user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    device_hash: String,
    seen_at: i64,
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
