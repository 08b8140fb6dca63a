//! Ad accounts: which the credential sees, and what each is; and whether the credential is good.

use super::{
    Pinterest,
    service::{Ask, BadBody, Failure, PageEnd, Tally},
};
use crate::{AuthCause, Credential, Error, scalar::Text};
use compact_str::CompactString;
use serde::Deserialize;
use std::collections::HashSet;
use trimtab_domain::{
    Source,
    account::{Account, Standing},
    id::AccountId,
};

/// What a token must be allowed to do.
const READING_SCOPES: [&str; 2] = ["ads:read", "ads:write"];

#[derive(Deserialize)]
struct AccountRow<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow)]
    currency: Text<'a>,
}

#[derive(Deserialize)]
struct AccountPage<'a> {
    #[serde(borrow)]
    items: Vec<AccountRow<'a>>,
    bookmark: Option<String>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    id: CompactString,
    #[serde(default)]
    username: CompactString,
    business_name: Option<CompactString>,
}

impl AccountRow<'_> {
    /// The account, or what is wrong with it. Its days are UTC's: Pinterest reports by those, wherever the account is.
    fn account(&self) -> Result<Account, String> {
        let id = self.id.compact();
        let currency = match self.currency.0.as_ref() {
            "UNK" | "" => return Err(format!("account {id}: Pinterest does not know its currency")),
            code => code.parse().map_err(|error| format!("account {id}: {error}"))?,
        };
        Ok(Account {
            source: Source::Pinterest,
            name: if self.name.0.is_empty() { id.clone() } else { self.name.compact() },
            currency,
            zone: "UTC".parse().map_err(|error| format!("account {id}: {error}"))?,
            id: AccountId::new(id),
            standing: Standing::Good,
        })
    }
}

impl Pinterest {
    /// Whether the credential reads ads, and for whom it speaks.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        let tally = Tally::default();
        let first = Ask::bare("ad_accounts", vec![("page_size", "1".into())]);
        self.service.ask(&tally, &first, |body| Ok(serde_json::from_slice::<AccountPage<'_>>(body).map(drop)?)).await?;
        let scopes = self.service.scopes();
        if !scopes.is_empty() && !READING_SCOPES.iter().any(|scope| scopes.iter().any(|s| s == scope)) {
            let reason = "the token lacks the scope ads:read".to_owned();
            return Err(Error::Auth { platform: Source::Pinterest, account: None, cause: AuthCause::Permission, reason });
        }
        let me = Ask::bare("user_account", Vec::new());
        let user = match self.service.ask(&tally, &me, |body| Ok(serde_json::from_slice::<User>(body)?)).await {
            // It takes a scope of its own, which reading ads does without.
            Err(Failure::OutOfSight(_)) => None,
            user => Some(user?),
        };
        let (user_id, user_name) = user.map_or_else(Default::default, |user| {
            let name = user.business_name.filter(|name| !name.is_empty()).unwrap_or(user.username);
            (user.id, name)
        });
        // A token that renews itself does not expire; of one alone, nothing tells when it does.
        Ok(Credential { expires_at: None, data_access_expires_at: None, scopes, user_id, user_name })
    }

    /// Every ad account the credential sees, shared ones too. One whose currency is unknown is left out with a warning.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn ad_accounts(&self) -> Result<Vec<Account>, Error> {
        let ask = Ask::bare("ad_accounts", vec![("include_shared_accounts", "true".into())]);
        let (mut accounts, mut seen) = (Vec::new(), HashSet::new());
        self.service
            .pages(&Tally::default(), &ask, |body| {
                let page: AccountPage<'_> = serde_json::from_slice(body)?;
                let mut end = PageEnd { next: page.bookmark, items: page.items.len(), fresh: 0 };
                for row in page.items.iter().filter(|row| seen.insert(row.id.compact())) {
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
        if id.as_str().is_empty() || !id.as_str().bytes().all(|byte| byte.is_ascii_digit()) {
            let reason = "that is no ad account id: digits only, as in the address of Ads Manager".to_owned();
            return Err(Error::Rejected { platform: Source::Pinterest, account: Some(id.clone()), reason });
        }
        let ask = Ask::of(id, "", Vec::new());
        let read = |body: &[u8]| {
            let row: AccountRow<'_> = serde_json::from_slice(body)?;
            row.account().map_err(BadBody::Conflict)
        };
        Ok(self.service.ask(&Tally::default(), &ask, read).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(json: &str) -> Result<Account, String> {
        serde_json::from_str::<AccountRow<'_>>(json).unwrap().account()
    }

    #[test]
    fn days_are_utcs_and_a_currency_must_be_known() {
        let good =
            account(r#"{"id":"549755885175","name":"Shop","currency":"JPY","country":"JP","time_zone":"Asia/Tokyo"}"#).unwrap();
        assert_eq!((good.zone.as_str(), good.currency.as_str(), good.name.as_str()), ("UTC", "JPY", "Shop"));
        let error = account(r#"{"id":"7","currency":"UNK"}"#).unwrap_err();
        assert!(error.contains("account 7") && error.contains("currency"), "{error}");
    }
}
