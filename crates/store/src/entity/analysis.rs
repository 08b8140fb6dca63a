//! What is made of the figures, and what people say of them.

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
