//! The first schema: eleven tables and the indexes their lists need; and what was added to them since.

use super::{Change, Step, analysis, audit, identity, knowledge, receipt};
use sea_orm_migration::{
    schema::{big_integer, big_integer_null, boolean, string, string_null, text, text_null},
    sea_query::{
        ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, IntoColumnDef, Table, TableCreateStatement,
    },
};

/// In order of application.
pub(super) const STEPS: &[Step] = &[
    step("0001_settings", settings),
    step("0002_users", users),
    step("0003_sessions", sessions),
    step("0004_sessions_by_user", || index("sessions_by_user", "sessions", &["user_id"])),
    step("0005_sign_in_failures", sign_in_failures),
    step("0006_tenants", tenants),
    step("0007_tenants_by_age", || index("tenants_by_age", "tenants", &["created_at", "id"])),
    step("0008_accounts", accounts),
    step("0009_connections", connections),
    step("0010_connections_by_account", || unique("connections_by_account", "connections", &["tenant", "source", "account"])),
    step("0011_executions", executions),
    step("0012_executions_by_age", || index("executions_by_age", "executions", &["tenant", "created_at", "id"])),
    step("0013_executions_by_lease", || index("executions_by_lease", "executions", &["status", "leased_until"])),
    step("0014_runs", runs),
    step("0015_runs_by_execution", || index("runs_by_execution", "runs", &["execution", "started_at"])),
    step("0016_runs_by_account", || index("runs_by_account", "runs", &["tenant", "source", "account", "started_at"])),
    step("0017_fetched_ranges", fetched_ranges),
    step("0018_imports", imports),
    step("0019_imports_by_age", || index("imports_by_age", "imports", &["tenant", "imported_at", "id"])),
    step("0020_imports_by_hash", || index("imports_by_hash", "imports", &["tenant", "hash"])),
    step("0021_imports_figures", || column("imports", "figures", string("figures").default("dated").take())),
    step("0022_imports_by_account", || {
        index("imports_by_account", "imports", &["tenant", "source", "account", "imported_at", "id"])
    }),
    step("0023_accounts_look_back", || column("accounts", "look_back_days", big_integer_null("look_back_days"))),
    step("0024_connections_health_until", || column("connections", "health_until", big_integer_null("health_until").take())),
    step("0025_connections_access_ends_at", || column("connections", "access_ends_at", big_integer_null("access_ends_at").take())),
    step("0026_connections_expiry", || column("connections", "expiry", string("expiry").default("unknown").take())),
    step("0027_accounts_changes_seen", || column("accounts", "changes_seen_at", big_integer_null("changes_seen_at").take())),
    step("0028_accounts_redescribed_at", || column("accounts", "redescribed_at", big_integer_null("redescribed_at").take())),
    step("0029_accounts_redescribed", || column("accounts", "redescribed", text_null("redescribed").take())),
    step("0030_rates", rates),
    step("0031_check_results", check_results),
    step("0032_check_results_by_check", || {
        index("check_results_by_check", "check_results", &["tenant", "source", "account", "check_id", "checked_at"])
    }),
    step("0033_history_pieces", history_pieces),
    step("0034_analyses", analysis::analyses),
    step("0035_findings", analysis::findings),
    step("0036_findings_by_kind", || index("findings_by_kind", "findings", &["tenant", "kind", "subject", "gone_at"])),
    step("0037_known_events", analysis::known_events),
    step("0038_budgets", analysis::budgets),
    step("0039_budgets_by_tenant", || index("budgets_by_tenant", "budgets", &["tenant", "name", "id"])),
    step("0040_client_knowledge", knowledge::client_knowledge),
    step("0041_day_series", analysis::day_series),
    step("0042_users_name", || column("users", "name", string("name").default("").take())),
    step("0043_users_disabled_at", || column("users", "disabled_at", big_integer_null("disabled_at").take())),
    step("0044_sessions_ip", || column("sessions", "ip", string("ip").default("").take())),
    step("0045_sessions_agent", || column("sessions", "agent", string("agent").default("").take())),
    step("0046_sessions_method", || column("sessions", "method", string("method").default("password").take())),
    step("0047_grants", identity::grants),
    step("0048_first_grants", identity::first_grants),
    step("0049_grants_by_tenant", || index("grants_by_tenant", "grants", &["tenant", "user_id"])),
    step("0050_roles", identity::roles),
    step("0051_identities", identity::identities),
    step("0052_authenticators", identity::authenticators),
    step("0053_recovery_codes", identity::recovery_codes),
    step("0054_passkeys", identity::passkeys),
    step("0055_passkeys_by_user", || index("passkeys_by_user", "passkeys", &["user_id"])),
    step("0056_refresh_tokens", identity::refresh_tokens),
    step("0057_refresh_tokens_by_session", || index("refresh_tokens_by_session", "refresh_tokens", &["session"])),
    step("0058_links", identity::links),
    step("0059_challenges", identity::challenges),
    step("0060_api_keys", identity::api_keys),
    step("0061_tenants_branding", || column("tenants", "branding", text_null("branding").take())),
    step("0062_receipts", receipt::receipts),
    step("0063_receipts_by_age", || index("receipts_by_age", "receipts", &["kept_at"])),
    step("0064_known_devices", identity::known_devices),
    step("0065_data_keys", audit::data_keys),
    step("0066_secrets", audit::secrets),
    step("0067_audit", audit::log),
    step("0068_audit_by_tenant", || index("audit_by_tenant", "audit", &["tenant", "seq"])),
    step("0069_audit_by_actor", || index("audit_by_actor", "audit", &["actor", "seq"])),
    step("0070_audit_checkpoints", audit::checkpoints),
    step("0071_audit_unchanged", audit::unchanged),
    step("0072_audit_unremoved", audit::unremoved),
    step("0073_audit_unreplaced", audit::unreplaced),
    step("0074_audit_checkpoints_unchanged", audit::checkpoints_unchanged),
    step("0075_audit_checkpoints_unremoved", audit::checkpoints_unremoved),
    step("0076_calls", audit::calls),
    step("0077_calls_by_age", || index("calls_by_age", "calls", &["at", "id"])),
    step("0078_calls_by_tenant", || index("calls_by_tenant", "calls", &["tenant", "at", "id"])),
    step("0079_audit_untruncated", audit::untruncated),
    step("0080_audit_checkpoints_untruncated", audit::checkpoints_untruncated),
];

const fn step(name: &'static str, change: fn() -> Change) -> Step {
    Step { name, change }
}

fn settings() -> Change {
    table("settings", [string("key").primary_key().take(), text("value")], [])
}

fn users() -> Change {
    table(
        "users",
        [
            string("id").primary_key().take(),
            string("email").unique_key().take(),
            string("password_hash"),
            string("role"),
            big_integer("created_at"),
            big_integer("password_set_at"),
        ],
        [],
    )
}

fn sessions() -> Change {
    table(
        "sessions",
        [
            string("token_hash").primary_key().take(),
            string("id").unique_key().take(),
            string("user_id"),
            big_integer("created_at"),
            big_integer("extended_at"),
            big_integer("expires_at"),
            big_integer("ends_at"),
        ],
        [ForeignKey::create()
            .name("sessions_user")
            .from("sessions", "user_id")
            .to("users", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .take()],
    )
}

fn sign_in_failures() -> Change {
    table(
        "sign_in_failures",
        [
            string("email_hash").primary_key().take(),
            big_integer("failures"),
            big_integer("last_at"),
            big_integer_null("locked_until"),
        ],
        [],
    )
}

fn tenants() -> Change {
    table(
        "tenants",
        [
            string("id").primary_key().take(),
            string("name"),
            string("currency"),
            string("zone"),
            string_null("industry"),
            big_integer("created_at"),
        ],
        [],
    )
}

fn accounts() -> Change {
    let mut change = table(
        "accounts",
        [
            string("tenant"),
            string("source"),
            string("account"),
            string("name"),
            string("currency"),
            string("zone"),
            text_null("restricted"),
            big_integer("created_at"),
            big_integer_null("data_as_of"),
            string_null("settled_through"),
            string_null("first_day"),
            string_null("last_day"),
            big_integer("fact_rows"),
            big_integer("lease_fence"),
            string_null("lease_owner"),
            big_integer_null("leased_until"),
        ],
        [of_tenant("accounts")],
    );
    primary_key(&mut change, &["tenant", "source", "account"]);
    change
}

fn connections() -> Change {
    table(
        "connections",
        [
            string("id").primary_key().take(),
            string("tenant"),
            string("source"),
            string("account"),
            text_null("base_url"),
            sea_orm_migration::schema::blob("sealed_secret"),
            big_integer("secret_set_at"),
            big_integer_null("expires_at"),
            text("scopes"),
            string("health"),
            text_null("health_detail"),
            text_null("health_fix"),
            big_integer("health_since"),
            big_integer("created_at"),
        ],
        [of_account("connections")],
    )
}

fn executions() -> Change {
    table(
        "executions",
        [
            string("id").primary_key().take(),
            string("tenant"),
            string("kind"),
            string("requested_by"),
            text("params"),
            string("status"),
            big_integer("steps_done"),
            big_integer("steps_total"),
            big_integer("row_count"),
            string_null("failure_kind"),
            text_null("failure"),
            text_null("failure_fix"),
            boolean("cancel_requested"),
            string("owner"),
            big_integer("leased_until"),
            big_integer("created_at"),
            big_integer_null("started_at"),
            big_integer_null("finished_at"),
        ],
        [of_tenant("executions")],
    )
}

fn runs() -> Change {
    table(
        "runs",
        [
            string("id").primary_key().take(),
            string("tenant"),
            string("execution"),
            string("source"),
            string("account"),
            string("from_day"),
            string("to_day"),
            string("status"),
            big_integer("row_count"),
            big_integer("api_calls"),
            string_null("failure_kind"),
            text_null("failure"),
            text_null("failure_fix"),
            big_integer("started_at"),
            big_integer_null("finished_at"),
        ],
        [ForeignKey::create()
            .name("runs_execution")
            .from("runs", "execution")
            .to("executions", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .take()],
    )
}

fn fetched_ranges() -> Change {
    let mut change = table(
        "fetched_ranges",
        [string("tenant"), string("source"), string("account"), string("from_day"), string("to_day"), big_integer("read_at")],
        [of_account("fetched_ranges")],
    );
    primary_key(&mut change, &["tenant", "source", "account", "from_day"]);
    change
}

fn imports() -> Change {
    table(
        "imports",
        [
            string("id").primary_key().take(),
            string("tenant"),
            string("source"),
            string("account"),
            string("name"),
            string("hash"),
            string("format"),
            big_integer("rows_read"),
            big_integer("rows_imported"),
            big_integer("rows_skipped"),
            string("from_day"),
            string("to_day"),
            text("totals"),
            string("imported_by"),
            big_integer("imported_at"),
        ],
        [of_account("imports")],
    )
}

fn rates() -> Change {
    let mut change = table("rates", [string("currency"), string("day"), big_integer("billionths")], []);
    primary_key(&mut change, &["currency", "day"]);
    change
}

fn check_results() -> Change {
    table(
        "check_results",
        [
            string("id").primary_key().take(),
            string("tenant"),
            string("source"),
            string("account"),
            string("check_id"),
            string("state"),
            text("message"),
            text("days"),
            big_integer("since"),
            big_integer("checked_at"),
        ],
        [of_account("check_results")],
    )
}

fn history_pieces() -> Change {
    let mut change = table(
        "history_pieces",
        [
            string("tenant"),
            string("source"),
            string("account"),
            string("from_day"),
            string("to_day"),
            string("history"),
            text("sums"),
            big_integer("stored_at"),
        ],
        [of_account("history_pieces")],
    );
    primary_key(&mut change, &["tenant", "source", "account", "from_day"]);
    change
}

pub(super) fn table<const F: usize>(
    name: &'static str,
    columns: impl IntoIterator<Item = impl IntoColumnDef>,
    mut foreign_keys: [ForeignKeyCreateStatement; F],
) -> Change {
    let mut statement = Table::create();
    statement.table(name);
    for column in columns {
        statement.col(column);
    }
    for key in &mut foreign_keys {
        statement.foreign_key(key);
    }
    Change::Table(name, statement)
}

/// A column more. Rows there already get its default.
fn column(table: &'static str, name: &'static str, definition: ColumnDef) -> Change {
    Change::Column { table, name, definition }
}

pub(super) fn primary_key(change: &mut Change, columns: &[&'static str]) {
    if let Change::Table(_, statement) = change {
        let mut key = Index::create();
        for column in columns {
            key.col(*column);
        }
        TableCreateStatement::primary_key(statement, &mut key);
    }
}

fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> Change {
    let mut statement = Index::create();
    statement.name(name).table(table);
    for column in columns {
        statement.col(*column);
    }
    Change::Index { name, table, statement }
}

fn unique(name: &'static str, table: &'static str, columns: &[&'static str]) -> Change {
    let mut change = index(name, table, columns);
    if let Change::Index { statement, .. } = &mut change {
        statement.unique();
    }
    change
}

pub(super) fn of_tenant(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("{table}_tenant")).from(table, "tenant").to("tenants", "id").take()
}

pub(super) fn of_account(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_account"))
        .from(table, ("tenant", "source", "account"))
        .to("accounts", ("tenant", "source", "account"))
        .take()
}
