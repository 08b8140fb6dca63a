//! Who may come in, and what they hold.

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

table!(known_devices = "known_devices" {
    #[sea_orm(primary_key, auto_increment = false)]
    user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    device_hash: String,
    seen_at: i64,
});
