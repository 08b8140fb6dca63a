//! Spend day by day of anything a budget is for, in the budget's currency.

use super::{
    figure::number,
    tracks::{DAYS, of_account},
};
use crate::{Engine, Error};
use std::collections::BTreeMap;
use trimtab_analysis::track::{Figures, Track};
use trimtab_domain::{
    Currency, Day, DayRange, SourceKind, TenantCtx,
    day::parse_day,
    finding::EntityRef,
    query::{Dimension, DimensionTest, Filter, MOST_ROWS, MetricQuery, QueryParts},
};
use trimtab_store::{AccountKey, AccountState};

/// Spend of something, and the hash of the answer it was made of.
#[derive(Debug, Clone)]
pub(super) struct Spend {
    pub(super) track: Track,
    /// From this day on figures may still move.
    pub(super) provisional_from: Option<Day>,
    pub(super) hash: String,
}

impl Engine {
    /// Spend of these accounts together, or of one of their campaigns. A day on which one of them was not read is not known.
    pub(super) async fn spend(
        &self,
        ctx: &TenantCtx,
        accounts: &[&AccountState],
        campaign: &str,
        entity: EntityRef,
        currency: Currency,
    ) -> Result<Option<Spend>, Error> {
        let mut range: Option<DayRange> = None;
        let (mut days, mut hash) = (BTreeMap::<Day, f64>::new(), blake3::Hasher::new());
        let (mut unread, mut provisional_from) = (Vec::new(), None::<Day>);
        for state in accounts.iter().filter(|state| state.account.source.kind() == SourceKind::Ads) {
            let Some((whole, runs)) = self.whole_days_of(ctx, state).await? else { continue };
            let question = question(state, campaign, whole, currency)?;
            let answer = self.query(ctx, &question).await?;
            hash.update(answer.source_hash.as_bytes());
            for row in &answer.rows {
                if let (Some(day), Some(spent)) = (row.keys.first().and_then(|key| parse_day(&key.id).ok()), number(row.cells[0])) {
                    *days.entry(day).or_default() += spent;
                }
            }
            let settled = state.facts.and_then(|facts| facts.settled_through).and_then(|day| day.tomorrow().ok());
            provisional_from = [provisional_from, settled].into_iter().flatten().min();
            range = Some(range.map_or(whole, |range| join(range, whole)));
            unread.push((AccountKey::from(&state.account), whole.from(), runs));
        }
        let Some(range) = range else { return Ok(None) };
        let first = days.keys().next().copied().unwrap_or(range.from());
        let known = |day: Day| {
            unread.iter().all(|(_, from, runs)| day < *from || runs.is_empty() || runs.iter().any(|run| run.contains(day)))
        };
        let day = |day: Day| {
            let spent = days.get(&day).copied();
            spent.or_else(|| (day >= first && known(day)).then_some(0.0)).map(|spend| Figures { spend, ..Figures::default() })
        };
        let track = Track { entity, first: range.from(), days: range.days().map(day).collect() };
        Ok(Some(Spend { track, provisional_from, hash: hash.finalize().to_hex()[..32].to_owned() }))
    }
}

fn join(a: DayRange, b: DayRange) -> DayRange {
    let joined = DayRange::new(a.from().min(b.from()), a.to().max(b.to())).unwrap_or(a);
    DayRange::ending(joined.to(), DAYS).intersect(&joined).unwrap_or(joined)
}

fn question(state: &AccountState, campaign: &str, days: DayRange, currency: Currency) -> Result<MetricQuery, Error> {
    let mut filters = of_account(&state.account);
    if !campaign.is_empty() {
        filters.push(Filter::Dimension { dimension: Dimension::Campaign, test: DimensionTest::In(vec![campaign.to_owned()]) });
    }
    let parts = QueryParts {
        metrics: vec!["spend".to_owned()],
        dimensions: vec![Dimension::Date],
        filters,
        limit: Some(MOST_ROWS),
        currency: Some(currency),
        ..QueryParts::default()
    };
    MetricQuery::new(days, parts).map_err(|error| Error::Invalid(error.to_string()))
}
