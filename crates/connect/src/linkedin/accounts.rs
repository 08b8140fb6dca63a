//! Ad accounts: which the credential sees, and what each is.

use super::{
    Linkedin,
    api::{Ask, Elements},
    query::{Kind, Query, urns},
};
use crate::{
    Error,
    answer::{BadBody, Tally},
    paging::PageEnd,
};
use compact_str::{CompactString, ToCompactString};
use serde::Deserialize;
use std::collections::HashSet;
use trimtab_domain::{
    Source,
    account::{Account, Standing},
    id::AccountId,
};

/// Where accounts are listed.
pub(super) const ACCOUNTS: &str = "adAccounts";
/// Every state an account may be in. A list that is not told leaves some out.
pub(super) const STATES: &str = "List(ACTIVE,CANCELED,DRAFT,PENDING_DELETION,REMOVED)";
/// The word for an account that may deliver.
const RUNNABLE: &str = "RUNNABLE";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountRow {
    id: u64,
    #[serde(default)]
    name: CompactString,
    currency: CompactString,
    #[serde(default)]
    status: CompactString,
    #[serde(default)]
    serving_statuses: Vec<CompactString>,
}

impl AccountRow {
    /// The account, or what is wrong with it. Its days are UTC's: LinkedIn reports by those, wherever the account is.
    fn account(&self) -> Result<Account, String> {
        let id = self.id.to_compact_string();
        Ok(Account {
            source: Source::Linkedin,
            name: if self.name.is_empty() { id.clone() } else { self.name.clone() },
            currency: self.currency.parse().map_err(|error| format!("account {id}: {error}"))?,
            zone: "UTC".parse().map_err(|error| format!("account {id}: {error}"))?,
            id: AccountId::new(id),
            standing: self.standing(),
        })
    }

    fn standing(&self) -> Standing {
        let held = self.serving_statuses.iter().find(|word| *word != RUNNABLE);
        match (self.status.as_str(), held) {
            ("" | "ACTIVE", None) => Standing::Good,
            ("" | "ACTIVE", Some(hold)) => Standing::Restricted(hold.clone()),
            _ => Standing::Restricted(self.status.clone()),
        }
    }
}

impl Linkedin {
    /// Every ad account the credential sees. One whose currency is unknown here is left out with a warning.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn ad_accounts(&self) -> Result<Vec<Account>, Error> {
        let ask = Ask::new(None, ACCOUNTS, Query::finder("search").search("status", STATES));
        let (mut accounts, mut seen) = (Vec::new(), HashSet::new());
        self.api
            .pages(&Tally::default(), &ask, |body| {
                let mut page: Elements<AccountRow> = serde_json::from_slice(body)?;
                let mut end = PageEnd { next: page.next(), items: page.elements.len(), fresh: 0 };
                for row in page.elements.iter().filter(|row| seen.insert(row.id)) {
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
        let rejected =
            |reason: &str| Error::Rejected { platform: Source::Linkedin, account: Some(id.clone()), reason: reason.to_owned() };
        if id.as_str().is_empty() || !id.as_str().bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(rejected("that is no ad account id: digits only, as in the address of Campaign Manager"));
        }
        let ask = Ask::new(Some(id), ACCOUNTS, Query::finder("search").search("id", &urns(Kind::Account, [id.as_str()])));
        let read = |body: &[u8]| {
            let page: Elements<AccountRow> = serde_json::from_slice(body)?;
            let row = page.elements.iter().find(|row| row.id.to_compact_string() == id.as_str());
            row.map(AccountRow::account).transpose().map_err(BadBody::Conflict)
        };
        // An account of somebody else is not refused but not found.
        self.api.ask(&Tally::default(), &ask, read).await?.ok_or_else(|| {
            rejected("there is no such ad account, or it is not shared with the member behind this credential: check the id and the access")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(json: &str) -> Result<Account, String> {
        serde_json::from_str::<AccountRow>(json).unwrap().account()
    }

    #[test]
    fn days_are_utcs_and_standing_says_whether_it_may_spend() {
        let json = r#"{"id":507404993,"name":"","currency":"EUR","status":"ACTIVE","servingStatuses":["RUNNABLE"],"type":"BUSINESS",
            "reference":"urn:li:organization:1","test":false,"version":{"versionTag":"8"}}"#;
        let good = account(json).unwrap();
        assert_eq!((good.id.as_str(), good.name.as_str(), good.zone.as_str()), ("507404993", "507404993", "UTC"));
        assert_eq!(good.standing, Standing::Good);
        let held = account(&json.replace("RUNNABLE", "BILLING_HOLD")).unwrap();
        assert_eq!(held.standing, Standing::Restricted("BILLING_HOLD".into()));
        let canceled = account(&json.replace("ACTIVE", "CANCELED")).unwrap();
        assert_eq!(canceled.standing, Standing::Restricted("CANCELED".into()));
        let error = account(&json.replace("EUR", "€")).unwrap_err();
        assert!(error.contains("account 507404993") && error.contains('€'), "{error}");
    }
}
