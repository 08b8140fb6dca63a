//! Whether a tenant's facts can be trusted: reconciliation, checks, and which days are there at all.
//!
//! Checks are made after every sync of the accounts it read, and on request. They change no fact; trouble with them ends no sync.

use crate::{Engine, Error, limits, sync::history_start};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_connect::shown_from;
use trimtab_domain::{
    Day, DayRange, TenantCtx, Timestamp,
    account::Account,
    quality::{Check, DaySummary, Evidence, Line, State, Verdict, checks, reconcile},
};
use trimtab_store::{AccountKey, AccountState, CheckResult, Checked};

/// An account's figures beside its source's own.
#[derive(Debug, Clone)]
pub struct Reconciled {
    /// The account.
    pub account: Account,
    /// Every figure both sides have, oldest day first.
    pub lines: Vec<Line>,
    /// Days with rows of ours that the source told no total of.
    pub untold: u32,
    /// When its facts were last read.
    pub read_at: Option<Timestamp>,
}

/// A check and how it came out for each account.
#[derive(Debug, Clone)]
pub struct CheckView {
    /// The check.
    pub check: &'static Check,
    /// The newest result of each account, failed ones first.
    pub results: Vec<(Account, CheckResult)>,
}

/// What a day of an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayState {
    /// Before the account's first day: nothing is missed there.
    Before,
    /// Read, final, with figures.
    Present,
    /// Read, with figures that may still change.
    Provisional,
    /// Read, and nothing happened.
    Empty,
    /// Never read.
    Missing,
    /// Final, and not what the source says of the day as a whole.
    Mismatched,
    /// The source itself says that it left something out.
    Doubtful,
}

impl DayState {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Present => "present",
            Self::Provisional => "provisional",
            Self::Empty => "empty",
            Self::Missing => "missing",
            Self::Mismatched => "mismatched",
            Self::Doubtful => "doubtful",
        }
    }
}

/// Which days of an account are there.
#[derive(Debug, Clone)]
pub struct Covered {
    /// The account and what is known of its facts.
    pub state: AccountState,
    /// Its days as runs without gaps, oldest first.
    pub runs: Vec<(DayRange, DayState)>,
}

impl Engine {
    /// Our sums of a run of days beside what each source says of its accounts as a whole.
    ///
    /// # Errors
    /// When the store or the lake fails.
    pub async fn reconciliation(&self, ctx: &TenantCtx, range: DayRange) -> Result<Vec<Reconciled>, Error> {
        let mut all = Vec::new();
        for state in self.store().tenant(ctx).accounts().await? {
            let evidence = self.evidence(ctx, &state, range).await?;
            let untold = evidence.days.values().filter(|day| day.rows > 0 && day.theirs.is_none()).count();
            all.push(Reconciled {
                lines: reconcile(&evidence),
                untold: u32::try_from(untold).unwrap_or(u32::MAX),
                read_at: evidence.data_as_of,
                account: state.account,
            });
        }
        Ok(all)
    }

    /// The checks and how they came out last.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn checks(&self, ctx: &TenantCtx) -> Result<Vec<CheckView>, Error> {
        let store = self.store().tenant(ctx);
        let accounts: BTreeMap<AccountKey, Account> =
            store.accounts().await?.into_iter().map(|state| (AccountKey::from(&state.account), state.account)).collect();
        let newest = store.checks().await?;
        let of = |check: &'static Check| {
            let own = newest.iter().filter(|result| result.checked.check == check.id);
            let mut results: Vec<_> =
                own.filter_map(|result| Some((accounts.get(&result.checked.account)?.clone(), result.clone()))).collect();
            results.sort_by_key(|(_, result)| result.checked.outcome.state != State::Failed);
            CheckView { check, results }
        };
        Ok(checks().iter().map(of).collect())
    }

    /// The account, and how one check of it came out, newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such check, else when the store fails or the tenant has no such account.
    pub async fn check_history(
        &self,
        ctx: &TenantCtx,
        account: &AccountKey,
        check: &str,
    ) -> Result<(Account, Vec<CheckResult>), Error> {
        if !checks().iter().any(|known| known.id == check) {
            let known: Vec<_> = checks().iter().map(|check| check.id.as_str()).collect();
            return Err(Error::Invalid(format!("'{check}' is not a check: use one of {}", known.join(", "))));
        }
        let store = self.store().tenant(ctx);
        let state = store.account(account).await?;
        Ok((state.account, store.check_history(account, check).await?))
    }

    /// Makes every check of every account of the tenant now.
    ///
    /// # Errors
    /// When the store or the lake fails.
    pub async fn run_checks(&self, ctx: &TenantCtx) -> Result<Vec<CheckView>, Error> {
        for state in self.store().tenant(ctx).accounts().await? {
            self.check_account(ctx, &state, self.now()).await?;
        }
        let checks = self.checks(ctx).await?;
        self.store().keep_outcome(&checks).await?;
        Ok(checks)
    }

    /// Makes the checks of the accounts that a sync read. Trouble is told in the log: the next sync checks again.
    pub(crate) async fn check_after_sync(&self, ctx: &TenantCtx, accounts: &[AccountKey]) {
        for key in accounts {
            let checked = async {
                let state = self.store().tenant(ctx).account(key).await?;
                // A reading is as fresh as can be, whatever the difference between the source's clock and ours.
                let now = state.facts.map_or(self.now(), |facts| facts.data_as_of);
                self.check_account(ctx, &state, now).await
            };
            if let Err(error) = checked.await {
                tracing::warn!(account = %key, error = &error as &dyn std::error::Error, "the account's facts could not be checked; the next sync does");
            }
        }
    }

    /// Checks the accounts that no sync has read for a day, once a day: nothing else would notice that they are not fresh.
    pub(crate) async fn check_unread(&self, ctx: &TenantCtx) -> Result<(), Error> {
        let checked = self.store().tenant(ctx).checks().await?;
        let age = |at: Timestamp| self.now().duration_since(at);
        for state in self.store().tenant(ctx).accounts().await? {
            let key = AccountKey::from(&state.account);
            let last = checked.iter().filter(|result| result.checked.account == key).map(|result| result.checked_at).max();
            let old = |at: Option<Timestamp>| at.is_some_and(|at| age(at) >= limits::UNREAD_EVERY);
            if old(state.facts.map(|facts| facts.data_as_of)) && old(last) {
                self.check_account(ctx, &state, self.now()).await?;
            }
        }
        Ok(())
    }

    async fn check_account(&self, ctx: &TenantCtx, state: &AccountState, now: Timestamp) -> Result<(), Error> {
        let today = state.account.zone.day_at(self.now());
        let evidence = self.evidence(ctx, state, DayRange::ending(today, limits::CHECKED_DAYS)).await?;
        let evidence = Evidence { now, ..evidence };
        let account = AccountKey::from(&state.account);
        let about = checks().iter().filter(|check| check.is_about(state.account.source.kind()));
        let made: Vec<Checked> = about
            .map(|check| Checked { account: account.clone(), check: check.id.clone(), outcome: check.evaluate(&evidence) })
            .collect();
        for failed in made.iter().filter(|made| made.outcome.state == State::Failed) {
            tracing::info!(%account, check = failed.check, "{}", failed.outcome.message);
        }
        Ok(self.store().tenant(ctx).put_checks(&made).await?)
    }

    /// Which days of each account are there, and in what state.
    ///
    /// # Errors
    /// When the store or the lake fails.
    pub async fn covered_days(&self, ctx: &TenantCtx, range: DayRange) -> Result<Vec<Covered>, Error> {
        let mut all = Vec::new();
        for state in self.store().tenant(ctx).accounts().await? {
            let evidence = self.evidence(ctx, &state, range).await?;
            let apart: BTreeSet<Day> =
                reconcile(&evidence).into_iter().filter(|line| line.verdict == Verdict::Mismatched).map(|line| line.day).collect();
            let last = range.to().min(state.account.zone.day_at(self.now()));
            let first = first_day(&evidence, state.facts.and_then(|facts| facts.extent).map(|extent| extent.days.from()));
            let mut runs: Vec<(DayRange, DayState)> = Vec::new();
            for day in range.days().take_while(|day| *day <= last) {
                let now = day_state(&evidence, day, first, &apart);
                match runs.last_mut() {
                    Some((run, state)) if *state == now => *run = DayRange::new(run.from(), day).unwrap_or(*run),
                    _ => runs.push((DayRange::single(day), now)),
                }
            }
            all.push(Covered { state, runs });
        }
        Ok(all)
    }

    async fn evidence(&self, ctx: &TenantCtx, state: &AccountState, range: DayRange) -> Result<Evidence, Error> {
        let store = self.store().tenant(ctx);
        let key = AccountKey::from(&state.account);
        let now = self.now();
        let summary = self.lake().tenant(ctx).summarise(&state.account, range).await?;
        let connection = store.connections().await?.into_iter().find(|connection| AccountKey::from(&connection.account) == key);
        let today = state.account.zone.day_at(now);
        Ok(Evidence {
            currency: state.account.currency,
            days: summary.days,
            // By the clock of the last reading: how long ago that was is for the check of freshness to tell.
            today: state.account.zone.day_at(state.facts.map_or(now, |facts| facts.data_as_of)),
            settled_through: state.facts.and_then(|facts| facts.settled_through),
            read: store.fetched(&key).await?.into_iter().map(|fetched| fetched.days).collect(),
            data_as_of: state.facts.map(|facts| facts.data_as_of),
            now,
            connected: connection.is_some(),
            redescribed: state.redescribed.clone(),
            shown_from: connection.and_then(|connection| shown_from(key.source, &connection.terms.scopes, today)),
            repeated_numbers: summary.repeated_numbers,
        })
    }
}

/// The day an account begins with: the first that was read, has facts, or is due because the account is connected. `None`: nothing is known of it.
fn first_day(evidence: &Evidence, stored: Option<Day>) -> Option<Day> {
    let due = evidence.connected.then(|| history_start(evidence.today));
    evidence.read.iter().map(|run| run.from()).chain(stored).chain(due).chain(evidence.days.keys().next().copied()).min()
}

fn day_state(evidence: &Evidence, day: Day, first: Option<Day>, apart: &BTreeSet<Day>) -> DayState {
    let summary = evidence.days.get(&day).copied().unwrap_or_default();
    let read = evidence.read.iter().any(|run| run.contains(day)) || summary.rows > 0;
    let settled = evidence.settled_through.is_some_and(|through| day <= through);
    match summary {
        _ if first.is_some_and(|first| day < first) => DayState::Before,
        _ if !read => DayState::Missing,
        _ if apart.contains(&day) => DayState::Mismatched,
        DaySummary { flagged: 1.., .. } => DayState::Doubtful,
        DaySummary { rows: 0, .. } if settled => DayState::Empty,
        _ if !settled => DayState::Provisional,
        _ => DayState::Present,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::{day::parse_day, fact::Total};

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    /// An account without a connection of which these days were read, with rows on the 12th and no others.
    fn evidence(read: &[&str]) -> Evidence {
        let rows = DaySummary { rows: 3, ours: Total::ads(1, 1), ..DaySummary::default() };
        Evidence {
            currency: "EUR".parse().unwrap(),
            days: BTreeMap::from([(day("2026-11-12"), rows)]),
            today: day("2026-11-20"),
            settled_through: Some(day("2026-11-20")),
            read: read.iter().map(|days| days.parse().unwrap()).collect(),
            data_as_of: None,
            now: "2026-11-20T12:00:00Z".parse().unwrap(),
            connected: false,
            redescribed: None,
            shown_from: None,
            repeated_numbers: BTreeMap::new(),
        }
    }

    fn states(evidence: &Evidence, stored: Option<&str>, days: &[&str]) -> Vec<DayState> {
        let first = first_day(evidence, stored.map(day));
        days.iter().map(|d| day_state(evidence, day(&format!("2026-11-{d}")), first, &BTreeSet::new())).collect()
    }

    #[test]
    fn days_before_the_first_known_one_are_not_missed() {
        let facts = evidence(&["2026-11-10..2026-11-13", "2026-11-15..2026-11-20"]);
        let told = states(&facts, None, &["09", "10", "12", "14", "15"]);
        assert_eq!(told, [DayState::Before, DayState::Empty, DayState::Present, DayState::Missing, DayState::Empty]);
        // A file nobody read as a whole: its first day may lie before the days asked about.
        let imported = evidence(&[]);
        assert_eq!(
            states(&imported, Some("2026-11-12"), &["11", "12", "13"]),
            [DayState::Before, DayState::Present, DayState::Missing]
        );
        assert_eq!(states(&imported, Some("2025-01-01"), &["11"]), [DayState::Missing]);
    }

    #[test]
    fn history_that_is_still_to_be_read_is_missed() {
        let facts = Evidence { connected: true, ..evidence(&["2026-11-10..2026-11-20"]) };
        assert_eq!(states(&facts, None, &["09", "10"]), [DayState::Missing, DayState::Empty]);
        let first = first_day(&facts, None);
        let long_ago = day_state(&facts, day("2025-09-01"), first, &BTreeSet::new());
        assert_eq!(long_ago, DayState::Before, "a connected account is read back for 400 days");
    }

    #[test]
    fn of_an_account_nothing_is_known_of_all_days_are_missed() {
        let facts = Evidence { days: BTreeMap::new(), ..evidence(&[]) };
        assert_eq!(states(&facts, None, &["09", "12"]), [DayState::Missing, DayState::Missing]);
    }
}
