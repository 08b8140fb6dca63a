//! What of a history is imported, and in which pieces. Pure.

use super::HistoryChoice;
use crate::{Error, sync::runs_of};
use std::collections::BTreeSet;
use trimtab_connect::history::{Found, FoundAccount};
use trimtab_domain::DayRange;
use trimtab_store::FetchedRange;

/// The accounts that are wanted, taken out of what was found; those without rows of the grain that is asked for are noted.
///
/// # Errors
/// When there are none.
pub(super) fn chosen(found: &mut Found, choice: &HistoryChoice) -> Result<Vec<FoundAccount>, Error> {
    let tenants = tenants(found);
    let accounts = std::mem::take(&mut found.accounts);
    if accounts.is_empty() {
        return Err(Error::Invalid(
            "the history holds no figures that can be read: look at what is left out of it, and why".to_owned(),
        ));
    }
    let mut chosen = accounts;
    if let Some(wanted) = &choice.history_tenant {
        chosen.retain(|account| account.key.tenant == wanted.as_str());
        if chosen.is_empty() {
            let known = if tenants.is_empty() { "names no tenants".to_owned() } else { format!("keeps {}", tenants.join(", ")) };
            return Err(Error::Invalid(format!("the history has nothing of the tenant '{wanted}': it {known}")));
        }
    }
    if let Some(grain) = choice.grain {
        let (with, without): (Vec<_>, Vec<_>) =
            chosen.into_iter().partition(|account| account.grains.iter().any(|found| found.grain == grain));
        chosen = with;
        found
            .notes
            .extend(without.iter().map(|account| format!("{} has no rows by {grain}: nothing of it is imported", account.key)));
        if chosen.is_empty() {
            return Err(Error::Invalid(format!("the history has no rows by {grain}: choose another grain, or none")));
        }
    }
    Ok(chosen)
}

/// Two tenants of the original must not become one of ours.
///
/// # Errors
/// When there are several and none is named.
pub(super) fn one_tenant(found: &Found, choice: &HistoryChoice) -> Result<(), Error> {
    let tenants = tenants(found);
    if choice.history_tenant.is_some() || tenants.len() < 2 {
        return Ok(());
    }
    let tenants = tenants.iter().map(|tenant| if tenant.is_empty() { "(no name)" } else { tenant }).collect::<Vec<_>>().join(", ");
    Err(Error::Invalid(format!(
        "the history keeps several tenants ({tenants}): say whose figures are wanted (--history-tenant NAME), each into a tenant of its own"
    )))
}

fn tenants(found: &Found) -> Vec<String> {
    found.accounts.iter().map(|account| account.key.tenant.to_string()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// An account's days but for those that were read from the platform, in runs without gaps.
pub(super) fn unread(days: DayRange, read: &[FetchedRange]) -> Vec<DayRange> {
    runs_of(days.days().filter(|day| !read.iter().any(|range| range.days.contains(*day))))
}

/// The others.
pub(super) fn read_already(days: DayRange, read: &[FetchedRange]) -> Vec<DayRange> {
    runs_of(days.days().filter(|day| read.iter().any(|range| range.days.contains(*day))))
}

/// Runs of days cut where a month ends.
pub(super) fn months(runs: &[DayRange]) -> Vec<DayRange> {
    let mut pieces = Vec::new();
    for run in runs {
        let mut from = run.from();
        while let Ok(piece) = DayRange::new(from, from.last_of_month().min(run.to())) {
            pieces.push(piece);
            let Ok(next) = piece.to().tomorrow() else { break };
            from = next;
            if from > run.to() {
                break;
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_connect::history::{Grain, GrainFound, Key, LeftOut, Sums};
    use trimtab_domain::{
        Source, Timestamp,
        account::{Account, Standing},
        id::AccountId,
    };

    fn text(ranges: &[DayRange]) -> Vec<String> {
        ranges.iter().map(ToString::to_string).collect()
    }

    fn found(accounts: &[(&str, &str, &[Grain])]) -> Found {
        let days: DayRange = "2026-01-01..2026-01-31".parse().unwrap();
        let account = |(tenant, id, grains): &(&str, &str, &[Grain])| FoundAccount {
            key: Key { tenant: (*tenant).into(), source: Source::Meta, account: AccountId::new(*id) },
            account: Account {
                source: Source::Meta,
                id: AccountId::new(*id),
                name: (*id).into(),
                currency: "EUR".parse().unwrap(),
                zone: "UTC".parse().unwrap(),
                standing: Standing::Good,
            },
            assumed: Vec::new(),
            days,
            grains: grains.iter().map(|grain| GrainFound { grain: *grain, days, sums: Sums::default() }).collect(),
        };
        Found { accounts: accounts.iter().map(account).collect(), left_out: LeftOut::default(), notes: Vec::new() }
    }

    fn of(tenant: Option<&str>, grain: Option<Grain>) -> HistoryChoice {
        HistoryChoice { history_tenant: tenant.map(str::to_owned), grain, ..HistoryChoice::default() }
    }

    fn ids(found: &[(&str, &str, &[Grain])], choice: &HistoryChoice) -> Result<Vec<String>, String> {
        let chosen = chosen(&mut self::found(found), choice).map_err(|error| error.to_string())?;
        Ok(chosen.into_iter().map(|account| account.key.to_string()).collect())
    }

    #[test]
    fn days_the_platform_told_are_left_out_and_months_end_pieces() {
        let days = "2025-12-30..2026-03-05".parse().unwrap();
        let read = |days: &str| FetchedRange { days: days.parse().unwrap(), read_at: Timestamp::UNIX_EPOCH };
        assert_eq!(
            text(&months(&unread(days, &[]))),
            ["2025-12-30..2025-12-31", "2026-01-01..2026-01-31", "2026-02-01..2026-02-28", "2026-03-01..2026-03-05"]
        );
        let fetched = [read("2026-01-10..2026-01-11"), read("2026-02-20..2026-04-01")];
        assert_eq!(
            text(&months(&unread(days, &fetched))),
            ["2025-12-30..2025-12-31", "2026-01-01..2026-01-09", "2026-01-12..2026-01-31", "2026-02-01..2026-02-19"]
        );
        assert_eq!(text(&read_already(days, &fetched)), ["2026-01-10..2026-01-11", "2026-02-20..2026-03-05"]);
        assert!(months(&unread(days, &[read("2020-01-01..2030-01-01")])).is_empty());
    }

    #[test]
    fn several_tenants_are_never_mixed() {
        let two: [(&str, &str, &[Grain]); 2] = [("north", "1", &[Grain::Ad]), ("south", "2", &[Grain::Ad])];
        let error = one_tenant(&found(&two), &of(None, None)).unwrap_err().to_string();
        assert!(error.contains("(north, south)") && error.contains("--history-tenant"), "{error}");
        assert!(
            one_tenant(&found(&two), &of(Some("south"), None)).is_ok() && one_tenant(&found(&two[..1]), &of(None, None)).is_ok()
        );
        assert_eq!(ids(&two, &of(Some("south"), None)).unwrap(), ["south/meta/2"]);
        let error = ids(&two, &of(Some("east"), None)).unwrap_err();
        assert!(error.contains("'east'") && error.contains("north, south"), "{error}");
    }

    #[test]
    fn accounts_without_the_grain_asked_for_are_not_emptied() {
        let two: [(&str, &str, &[Grain]); 2] = [("", "1", &[Grain::Ad, Grain::Campaign]), ("", "2", &[Grain::Campaign])];
        assert_eq!(ids(&two, &of(None, Some(Grain::Ad))).unwrap(), ["meta/1"]);
        let mut both = found(&two);
        chosen(&mut both, &of(None, Some(Grain::Ad))).unwrap();
        assert_eq!(both.notes, ["meta/2 has no rows by ad: nothing of it is imported"]);
        assert!(ids(&two, &of(None, Some(Grain::Account))).unwrap_err().contains("no rows by account"));
        assert!(ids(&[], &of(None, None)).unwrap_err().contains("no figures"));
    }
}
