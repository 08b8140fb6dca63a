//! Which accounts of a tenant are read first: those that deliver.

use crate::Engine;
use std::collections::HashSet;
use trimtab_domain::{
    Source, TenantCtx,
    entity::{EntityKind, Status},
    id::AccountId,
};
use trimtab_store::Connection;

impl Engine {
    /// The same connections with those last whose campaigns are known to rest, all of them: when places or quota are scarce, they can wait.
    pub(super) async fn delivering_first(&self, ctx: &TenantCtx, mut connections: Vec<Connection>) -> Vec<Connection> {
        match self.lake().tenant(ctx).entities(Some(EntityKind::Campaign), None).await {
            Ok(campaigns) => {
                let resting = resting(campaigns.iter().map(|known| ((known.source, &known.account), known.state.status)));
                connections.sort_by_key(|connection| resting.contains(&(connection.account.source, &connection.account.id)));
            }
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "accounts are read in no particular order"),
        }
        connections
    }
}

/// The accounts that have campaigns and none that delivers.
fn resting<'a>(campaigns: impl Iterator<Item = ((Source, &'a AccountId), Status)>) -> HashSet<(Source, &'a AccountId)> {
    let (mut resting, mut delivering) = (HashSet::new(), HashSet::new());
    for (account, status) in campaigns {
        let of_its_kind = if matches!(status, Status::Active | Status::WithIssues) { &mut delivering } else { &mut resting };
        of_its_kind.insert(account);
    }
    resting.retain(|account| !delivering.contains(account));
    resting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_rests_when_none_of_its_campaigns_delivers() {
        let (busy, troubled, paused) = (AccountId::new("1"), AccountId::new("2"), AccountId::new("3"));
        let campaigns = [
            ((Source::Meta, &busy), Status::Paused),
            ((Source::Meta, &busy), Status::Active),
            ((Source::Meta, &troubled), Status::WithIssues),
            ((Source::Meta, &paused), Status::Paused),
            ((Source::Google, &busy), Status::Ended),
        ];
        let found = resting(campaigns.into_iter());
        assert_eq!(found, HashSet::from([(Source::Meta, &paused), (Source::Google, &busy)]));
    }
}
