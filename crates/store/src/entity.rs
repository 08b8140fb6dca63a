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

mod analysis;
mod identity;
mod installation;
mod logs;
mod sync;

pub use analysis::{analyses, budgets, client_knowledge, findings, known_events};
pub use identity::{
    api_keys, authenticators, challenges, grants, identities, known_devices, links, passkeys, recovery_codes, refresh_tokens,
    roles, sessions, sign_in_failures, users,
};
pub use installation::{settings, tenants};
pub use logs::{audit, audit_checkpoints, calls, data_keys, receipts, secrets};
pub use sync::{
    accounts, check_results, connections, day_series, executions, fetched_ranges, history_pieces, imports, rates, runs,
};
