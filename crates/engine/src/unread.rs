//! Days a query asks about that have not been read yet: their figures are missing, not zero, and that is said beside the answer.

use crate::{Engine, Error, sync::Calendar};
use trimtab_domain::{
    DayRange, SourceKind, TenantCtx,
    account::Account,
    query::{Dimension, DimensionTest, Filter, MetricQuery, QueryResult},
};
use trimtab_store::AccountKey;

/// Accounts that are named before the rest are only counted.
const ACCOUNTS_NAMED: usize = 3;

impl Engine {
    /// What a reader must know of days that were due and are not there, by account. Today is never missed: freshness tells of it.
    pub(crate) async fn unread(&self, ctx: &TenantCtx, query: &MetricQuery, answer: &QueryResult) -> Result<Vec<String>, Error> {
        let store = self.store().tenant(ctx);
        let (connections, read) = (store.connections().await?, store.all_fetched().await?);
        let periods: Vec<DayRange> = [Some(answer.period), answer.compared_period].into_iter().flatten().collect();
        let mut notes = Vec::new();
        for account in connections.iter().map(|connection| &connection.account).filter(|account| is_about(query, account)) {
            let known = read.get(&AccountKey::from(account)).map_or(&[][..], Vec::as_slice);
            let missing = Calendar::unread(&account.zone, self.now(), known);
            let mut asked: Vec<DayRange> =
                missing.iter().flat_map(|run| periods.iter().filter_map(|period| period.intersect(run))).collect();
            asked.sort_by_key(DayRange::from);
            let (Some(first), Some(last)) = (asked.first(), asked.last()) else { continue };
            let (name, label) = (&account.name, account.source.label());
            notes.push(if asked.len() == 1 {
                format!(
                    "{name} ({label}) has not been read yet for {} to {}: its figures of these days are missing",
                    first.from(),
                    first.to()
                )
            } else {
                let (from, to) = (first.from(), last.to());
                format!("{name} ({label}) has not been read yet for days between {from} and {to}: their figures are missing")
            });
        }
        let more = notes.len().saturating_sub(ACCOUNTS_NAMED);
        notes.truncate(ACCOUNTS_NAMED);
        notes.extend((more > 0).then(|| format!("the same holds for {more} more accounts")));
        Ok(notes)
    }
}

/// Whether an account has a share in what is asked.
fn is_about(query: &MetricQuery, account: &Account) -> bool {
    let names = |values: &[String]| values.iter().any(|value| value == account.id.as_str() || *value == account.name);
    let passes = |filter: &Filter| match filter {
        Filter::Dimension { dimension: Dimension::Account, test } => match test {
            DimensionTest::In(values) => names(values),
            DimensionTest::NotIn(values) => !names(values),
            DimensionTest::Contains(text) => account.name.to_lowercase().contains(&text.to_lowercase()),
        },
        // Of visits and orders it is what brought them.
        Filter::Dimension { dimension: Dimension::Platform, test: DimensionTest::In(values) }
            if account.source.kind() == SourceKind::Ads =>
        {
            values.iter().any(|value| value == account.source.as_str())
        }
        _ => true,
    };
    query.plan().concerns(account.source) && query.filters().iter().all(passes)
}
