//! Ad accounts: which the credential sees, and what each is.

use super::{
    Meta,
    graph::{Ask, BadBody, PageEnd, Paging, Tally},
};
use crate::{
    Error, limits,
    scalar::{Count, Text},
};
use compact_str::{CompactString, format_compact};
use serde::Deserialize;
use std::collections::HashSet;
use trimtab_domain::{
    Source,
    account::{Account, Standing},
    id::AccountId,
};

const FIELDS: &str = "id,account_id,name,currency,timezone_name,account_status,disable_reason";

#[derive(Deserialize)]
struct AccountRow<'a> {
    #[serde(borrow)]
    account_id: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow)]
    currency: Text<'a>,
    #[serde(borrow)]
    timezone_name: Text<'a>,
    #[serde(default)]
    account_status: Option<Count>,
    #[serde(default)]
    disable_reason: Option<Count>,
}

#[derive(Deserialize)]
struct AccountPage<'a> {
    #[serde(borrow)]
    data: Vec<AccountRow<'a>>,
    #[serde(default)]
    paging: Paging,
}

impl AccountRow<'_> {
    /// The account, or what is wrong with it.
    fn account(&self) -> Result<Account, String> {
        let id = self.account_id.compact();
        let standing = match self.account_status.map(|status| status.0) {
            // 9 is a grace period after a failed payment: ads still run.
            None | Some(1 | 9 | 201) => Standing::Good,
            Some(status) => Standing::Restricted(restriction(status, self.disable_reason.map_or(0, |reason| reason.0))),
        };
        Ok(Account {
            source: Source::Meta,
            name: if self.name.0.is_empty() { id.clone() } else { self.name.compact() },
            currency: self.currency.0.parse().map_err(|error| format!("account {id}: {error}"))?,
            zone: self.timezone_name.0.parse().map_err(|error| format!("account {id}: {error}"))?,
            id: AccountId::new(id),
            standing,
        })
    }
}

/// Meta's word for a status that forbids spending.
fn restriction(status: i64, disable_reason: i64) -> CompactString {
    let word = match status {
        2 => "DISABLED",
        3 => "UNSETTLED",
        7 => "PENDING_RISK_REVIEW",
        8 => "PENDING_SETTLEMENT",
        100 => "PENDING_CLOSURE",
        101 => "CLOSED",
        202 => "ANY_CLOSED",
        other => return format_compact!("account_status {other}"),
    };
    if disable_reason > 0 { format_compact!("{word} (disable_reason {disable_reason})") } else { word.into() }
}

impl Meta {
    /// Every ad account the credential sees. One whose currency or zone is unknown here is left out with a warning.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn ad_accounts(&self) -> Result<Vec<Account>, Error> {
        let ask = Ask::get(None, "me/adaccounts", vec![("fields", FIELDS.into())]);
        let (mut accounts, mut seen) = (Vec::new(), HashSet::new());
        self.graph
            .pages(&Tally::default(), &ask, limits::LIST_PAGE_ROWS, |body| {
                let page: AccountPage<'_> = serde_json::from_slice(body)?;
                let mut end = PageEnd { next: page.paging.cursor(), items: page.data.len(), fresh: 0 };
                for row in page.data.iter().filter(|row| seen.insert(row.account_id.compact())) {
                    end.fresh += 1;
                    match row.account() {
                        Ok(account) => accounts.push(account),
                        Err(reason) => tracing::warn!(reason, "an ad account is left out"),
                    }
                }
                Ok(end)
            })
            .await?;
        Ok(accounts)
    }

    /// One ad account.
    ///
    /// # Errors
    /// [`Error::Auth`] or [`Error::Rejected`] when the credential does not see it; else as any read.
    pub(super) async fn ad_account(&self, id: &AccountId) -> Result<Account, Error> {
        let ask = Ask::get(Some(id), format!("act_{id}"), vec![("fields", FIELDS.into())]);
        let read = |body: &[u8]| {
            let row: AccountRow<'_> = serde_json::from_slice(body)?;
            row.account().map_err(BadBody::Conflict)
        };
        Ok(self.graph.ask(&Tally::default(), &ask, read).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(json: &str) -> Result<Account, String> {
        serde_json::from_str::<AccountRow<'_>>(json).unwrap().account()
    }

    #[test]
    fn standing_says_whether_it_may_spend() {
        let with = |status: &str| {
            let json = format!(r#"{{"id":"act_1","account_id":"1","currency":"EUR","timezone_name":"Europe/Berlin",{status}}}"#);
            account(&json).unwrap().standing
        };
        assert_eq!(with(r#""account_status":1"#), Standing::Good);
        assert_eq!(with(r#""account_status":9"#), Standing::Good);
        assert_eq!(with(r#""account_status":2,"disable_reason":3"#), Standing::Restricted("DISABLED (disable_reason 3)".into()));
        assert_eq!(with(r#""account_status":55"#), Standing::Restricted("account_status 55".into()));
    }

    #[test]
    fn unknown_money_or_zone_names_the_account() {
        let error = account(r#"{"account_id":"7","currency":"€","timezone_name":"Europe/Berlin"}"#).unwrap_err();
        assert!(error.contains("account 7") && error.contains('€'), "{error}");
        let error = account(r#"{"account_id":"7","currency":"EUR","timezone_name":"Mars/Olympus"}"#).unwrap_err();
        assert!(error.contains("Mars/Olympus"), "{error}");
    }
}
