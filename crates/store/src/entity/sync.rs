//! What is connected, what ran and what was read.

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
