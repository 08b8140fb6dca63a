//! Ad accounts: which the credential reaches, directly or through manager accounts, and what each is.
//!
//! `listAccessibleCustomers` names only what the user was given access to. Below a manager account lies a tree of others, and an account
//! there answers only to those who name the manager they come through.

use super::{
    Google,
    service::{Ask, BadBody, Failure, Route, Service, Tally, collected, drift},
};
use crate::{AuthCause, Credential, Error};
use compact_str::CompactString;
use serde::Deserialize;
use std::collections::HashSet;
use trimtab_domain::{
    Source,
    account::{Account, Standing},
    id::AccountId,
};

/// All levels below the manager at once: the answer is as large as the tree, and one operation of the quota.
const CLIENTS: &str = "SELECT customer_client.id, customer_client.level, customer_client.manager, customer_client.descriptive_name, \
    customer_client.currency_code, customer_client.time_zone, customer_client.status FROM customer_client";
const CUSTOMER: &str = "SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone, \
    customer.manager, customer.status FROM customer LIMIT 1";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accessible {
    #[serde(default)]
    resource_names: Option<Vec<CompactString>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientRow {
    customer_client: Customer,
}

#[derive(Deserialize)]
struct CustomerRow {
    customer: Customer,
}

/// A customer as both queries describe it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Customer {
    id: CompactString,
    #[serde(default)]
    descriptive_name: CompactString,
    #[serde(default)]
    currency_code: CompactString,
    #[serde(default)]
    time_zone: CompactString,
    #[serde(default)]
    manager: bool,
    #[serde(default)]
    status: CompactString,
}

impl Customer {
    /// The account, or what is wrong with it.
    fn account(&self) -> Result<Account, String> {
        let id = &self.id;
        Ok(Account {
            source: Source::Google,
            name: if self.descriptive_name.is_empty() { id.clone() } else { self.descriptive_name.clone() },
            currency: self.currency_code.parse().map_err(|error| format!("account {id}: {error}"))?,
            zone: self.time_zone.parse().map_err(|error| format!("account {id}: {error}"))?,
            id: AccountId::new(id.clone()),
            standing: match self.status.as_str() {
                "CANCELED" | "SUSPENDED" | "CLOSED" => Standing::Restricted(self.status.clone()),
                _ => Standing::Good,
            },
        })
    }
}

impl Service {
    /// The customers the user has access to, in digits.
    pub(super) async fn accessible(&self, tally: &Tally) -> Result<Vec<CompactString>, Failure> {
        let ask = Ask { account: None, login: None, path: "customers:listAccessibleCustomers".to_owned(), json: None };
        self.ask(tally, &ask, |body| {
            let listed: Accessible = serde_json::from_slice(body)?;
            let digits = |name: CompactString| name.strip_prefix("customers/").map(CompactString::from);
            let names = listed.resource_names.unwrap_or_default();
            let digits: Option<Vec<CompactString>> = names.into_iter().map(digits).collect();
            digits.ok_or_else(|| BadBody::Conflict("a customer's name does not begin with customers/".to_owned()))
        })
        .await
    }

    /// Every ad account the credential reaches, each once; takes note of the way to each. What cannot be looked into is left out with
    /// a warning: an account that was closed must not hide the others.
    pub(super) async fn tree(&self, tally: &Tally) -> Result<Vec<Account>, Failure> {
        let accessible = self.accessible(tally).await?;
        // The manager the credential names comes first, so that its way is the one taken.
        let login = self.parts.login_customer_id.clone();
        let mut roots: Vec<CompactString> = login.iter().cloned().collect();
        roots.extend(accessible.iter().filter(|root| Some(*root) != login.as_ref()).cloned());
        let (mut accounts, mut seen) = (Vec::new(), HashSet::new());
        for root in &roots {
            let customer = AccountId::new(root.clone());
            let path = format!("customers/{root}/googleAds:searchStream");
            let through = login.clone().filter(|login| login == root);
            let json = serde_json::json!({ "query": CLIENTS }).to_string().into_bytes();
            let ask = Ask { account: Some(&customer), login: through, path, json: Some(json) };
            let clients = match self.ask(tally, &ask, collected::<ClientRow>).await {
                Ok(clients) => clients,
                Err(Failure::Forbidden(error) | Failure::Other(error @ Error::Rejected { .. })) => {
                    tracing::warn!(customer = root.as_str(), error = error.to_string(), "a customer is left out");
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            for client in clients.iter().map(|row| &row.customer_client).filter(|client| !client.manager) {
                let id = AccountId::new(client.id.clone());
                let direct = client.id == *root;
                self.found(id, if direct { Route::Direct } else { Route::Through(root.clone()) });
                if seen.insert(client.id.clone()) {
                    match client.account() {
                        Ok(account) => accounts.push(account),
                        Err(reason) => tracing::warn!(reason, "an ad account is left out"),
                    }
                }
            }
        }
        Ok(accounts)
    }
}

impl Google {
    /// Every ad account the credential reaches. One whose currency or zone is unknown here is left out with a warning.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn ad_accounts(&self) -> Result<Vec<Account>, Error> {
        Ok(self.service.tree(&Tally::default()).await?)
    }

    /// One ad account.
    ///
    /// # Errors
    /// [`Error::Auth`] or [`Error::Rejected`] when the credential does not reach it or it is a manager account; else as any read.
    pub(super) async fn ad_account(&self, id: &AccountId) -> Result<Account, Error> {
        let rows: Vec<CustomerRow> = self.service.rows(&Tally::default(), id, CUSTOMER).await?;
        let rejected = |reason: String| Error::Rejected { platform: Source::Google, account: Some(id.clone()), reason };
        let customer = rows.into_iter().next().map(|row| row.customer);
        let customer = customer.ok_or_else(|| rejected("the platform does not describe it: check the id".to_owned()))?;
        if customer.manager {
            return Err(rejected("it is a manager account, which has no ads of its own: connect the accounts below it".to_owned()));
        }
        customer.account().map_err(|what| drift(id, what))
    }

    /// What the token may do, and whether it reaches any customer at all.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        if self.service.accessible(&Tally::default()).await?.is_empty() {
            let reason = "the Google account behind it has access to no Google Ads account".to_owned();
            return Err(Error::Auth { platform: Source::Google, account: None, cause: AuthCause::Permission, reason });
        }
        let scopes = self.service.scopes();
        // An answer without scopes says nothing; one with others than this could not have been given.
        if !scopes.is_empty() && !scopes.iter().any(|scope| scope.ends_with("/auth/adwords")) {
            let reason = "the consent lacks the scope https://www.googleapis.com/auth/adwords".to_owned();
            return Err(Error::Auth { platform: Source::Google, account: None, cause: AuthCause::Permission, reason });
        }
        Ok(Credential { scopes, ..Credential::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(json: &str) -> Result<Account, String> {
        serde_json::from_str::<Customer>(json).unwrap().account()
    }

    #[test]
    fn standing_says_whether_it_may_spend() {
        let with = |status: &str| {
            let json = format!(r#"{{"id":"1","currencyCode":"EUR","timeZone":"Europe/Berlin","status":"{status}"}}"#);
            account(&json).unwrap().standing
        };
        assert_eq!(with("ENABLED"), Standing::Good);
        assert_eq!(with("SUSPENDED"), Standing::Restricted("SUSPENDED".into()));
    }

    #[test]
    fn unknown_money_or_zone_names_the_account() {
        let error = account(r#"{"id":"7","timeZone":"Europe/Berlin"}"#).unwrap_err();
        assert!(error.contains("account 7"), "{error}");
        let error = account(r#"{"id":"7","currencyCode":"EUR","timeZone":"Mars/Olympus"}"#).unwrap_err();
        assert!(error.contains("Mars/Olympus"), "{error}");
    }
}
