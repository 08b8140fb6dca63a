//! The shop: what it is, what the app may do there, and how far back it is shown orders.

use super::{Shopify, query, secret::handle, service::Question};
use crate::{
    AuthCause, Connector, Credential, Error,
    access::ALL_ORDERS,
    answer::{Failure, Tally},
    limits, missing_scopes,
};
use compact_str::CompactString;
use jiff::{SignedDuration, ToSpan};
use serde::Deserialize;
use serde_json::json;
use std::sync::PoisonError;
use trimtab_domain::{
    Day, DayRange, Source,
    account::{Account, Standing},
    id::AccountId,
};

#[derive(Deserialize)]
struct ShopData {
    shop: Shop,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shop {
    #[serde(default)]
    name: CompactString,
    myshopify_domain: CompactString,
    currency_code: CompactString,
    iana_timezone: CompactString,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScopesData {
    current_app_installation: Installation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    access_scopes: Vec<Scope>,
}

#[derive(Deserialize)]
struct Scope {
    handle: String,
}

impl Shop {
    fn account(&self) -> Result<Account, String> {
        let id = handle(&self.myshopify_domain).ok_or_else(|| format!("the shop names itself '{}'", self.myshopify_domain))?;
        Ok(Account {
            source: Source::Shopify,
            name: if self.name.is_empty() { id.as_str().into() } else { self.name.clone() },
            currency: self.currency_code.parse().map_err(|error| format!("shop {id}: {error}"))?,
            zone: self.iana_timezone.parse().map_err(|error| format!("shop {id}: {error}"))?,
            id: AccountId::new(id),
            standing: Standing::Good,
        })
    }
}

impl Shopify {
    /// The shop the credential is for.
    pub(super) async fn shop(&self, wanted: Option<&AccountId>) -> Result<Account, Error> {
        let question = Question { account: wanted, kind: "shop", query: query::SHOP, variables: json!({}) };
        let data: ShopData = self.service.ask(&Tally::default(), &question).await.map_err(Error::from)?;
        let unnamed = AccountId::none();
        data.shop.account().map_err(|what| super::service::drift(wanted.unwrap_or(&unnamed), what))
    }

    /// The shop of an id: its handle, or its whole address.
    ///
    /// # Errors
    /// [`Error::Rejected`] when the credential is another shop's; else as any read.
    pub(super) async fn named_shop(&self, id: &AccountId) -> Result<Account, Error> {
        let rejected = |reason: String| Error::Rejected { platform: Source::Shopify, account: Some(id.clone()), reason };
        let wanted = handle(id.as_str())
            .ok_or_else(|| rejected("that is no shop: give its handle, the part before .myshopify.com".to_owned()))?;
        let shop = self.shop(Some(id)).await?;
        if shop.id.as_str() == wanted {
            return Ok(shop);
        }
        Err(rejected(format!("the credential is for the shop {}: connect {wanted} with its own", shop.id)))
    }

    /// Whether the credential reads orders, what else it may do, and for which shop.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        let shop = self.shop(None).await?;
        let scopes = self.scopes(None, &Tally::default()).await?;
        if let Some(scope) = missing_scopes(Source::Shopify, &scopes).first() {
            let reason = format!("the app lacks the scope {scope}");
            return Err(Error::Auth { platform: Source::Shopify, account: None, cause: AuthCause::Permission, reason });
        }
        Ok(Credential { scopes, user_id: shop.id.as_str().into(), user_name: shop.name, ..Credential::default() })
    }

    /// What the app may do, asked for once.
    async fn scopes(&self, account: Option<&AccountId>, tally: &Tally) -> Result<Vec<String>, Failure> {
        let known = self.scopes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let question = Question { account, kind: "scopes", query: query::SCOPES, variables: json!({}) };
        let data: ScopesData = self.service.ask(tally, &question).await?;
        let scopes: Vec<String> = data.current_app_installation.access_scopes.into_iter().map(|scope| scope.handle).collect();
        *self.scopes.lock().unwrap_or_else(PoisonError::into_inner) = Some(scopes.clone());
        Ok(scopes)
    }

    /// The first whole day whose orders the app is shown; `None` where it is shown all.
    pub(super) async fn reach(&self, account: &Account) -> Result<Option<Day>, Error> {
        let scopes = self.scopes(Some(&account.id), &Tally::default()).await?;
        Ok((!scopes.iter().any(|scope| scope == ALL_ORDERS)).then(|| self.first_shown(account)))
    }

    /// The day after the one that sixty days ago was in the shop.
    fn first_shown(&self, account: &Account) -> Day {
        let shown = SignedDuration::from_hours(24 * limits::SHOPIFY_SHOWN_DAYS);
        let oldest = self.now().saturating_sub(shown).unwrap_or(trimtab_domain::Timestamp::MIN);
        account.zone.day_at(oldest).saturating_add(1.day())
    }

    /// Refuses days whose orders the app is not shown: they would look like days without any.
    ///
    /// # Errors
    /// [`Error::Auth`] naming the first day that can be read and the scope that is missing.
    pub(super) async fn within_reach(&self, account: &Account, days: DayRange, tally: &Tally) -> Result<(), Error> {
        let first = self.first_shown(account);
        if days.from() >= first || self.scopes(Some(&account.id), tally).await?.iter().any(|scope| scope == ALL_ORDERS) {
            return Ok(());
        }
        let reason = format!(
            "without the scope {ALL_ORDERS} Shopify shows the orders of the last {} days alone: days before {first} cannot be told from \
             days without orders and are not read",
            limits::SHOPIFY_SHOWN_DAYS
        );
        let (platform, account) = (Source::Shopify, Some(account.id.clone()));
        Err(Error::Auth { platform, account, cause: AuthCause::Permission, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_is_known_by_its_handle() {
        let json = r#"{"name":"Acme","myshopifyDomain":"acme.myshopify.com","currencyCode":"EUR","ianaTimezone":"Europe/Berlin"}"#;
        let account = |json: &str| serde_json::from_str::<Shop>(json).unwrap().account();
        let shop = account(json).unwrap();
        assert_eq!((shop.id.as_str(), shop.name.as_str(), shop.zone.as_str()), ("acme", "Acme", "Europe/Berlin"));
        assert!(account(&json.replace("Europe/Berlin", "(GMT+01:00) Berlin")).unwrap_err().contains("shop acme"));
    }
}
