//! The analyses of one account.

use super::{Analysed, Subject};
use crate::Engine;
use trimtab_domain::{SourceKind, TenantCtx};
use trimtab_store::{AccountKey, AccountState};

impl Engine {
    /// Makes the analyses of one account that its new figures call for.
    pub(super) async fn analyse_account(&self, ctx: &TenantCtx, state: &AccountState) -> Analysed {
        if state.account.source.kind() != SourceKind::Ads {
            return Analysed::default();
        }
        let subject = Subject::Account(AccountKey::from(&state.account));
        let read = match self.tracks(ctx, state).await {
            Ok(Some(read)) => read,
            Ok(None) => return Analysed::default(),
            Err(error) => {
                tracing::warn!(tenant = %ctx.tenant(), %subject, error = &error as &dyn std::error::Error, "an account's figures could not be read for analysis");
                return Analysed { failed: 1, ..Analysed::default() };
            }
        };
        let _ = read;
        Analysed::default()
    }
}
