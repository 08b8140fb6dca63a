//! The account a key belongs to, and whether the key is good.

use super::{
    Klaviyo,
    dialect::Cost,
    service::{Ask, BadBody, Page, Tally},
};
use crate::{Credential, Error};
use compact_str::CompactString;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use trimtab_domain::{
    Source,
    account::{Account, Standing},
    id::AccountId,
};

/// Letters and digits of a public key. It is shown to every visitor and opens nothing.
const PUBLIC_KEY_CHARS: usize = 6;

/// The private key of a secret: the secret itself, without what pasting puts around it.
pub(super) fn key(secret: &SecretString) -> Result<SecretString, Error> {
    let key = secret.expose_secret().trim();
    let wrong = |what: &str| Err(Error::Secret { platform: Source::Klaviyo, what: what.to_owned() });
    if key.is_empty() {
        return wrong("it is empty: give a private API key (pk_…) that may read accounts, campaigns, flows and metrics");
    }
    if key.starts_with(['{', '"']) {
        return wrong("it is a JSON document: give the bare private API key (pk_…)");
    }
    if key.len() == PUBLIC_KEY_CHARS && key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return wrong("it is a public API key: give a private one (pk_…) from Settings → API keys");
    }
    Ok(key.into())
}

#[derive(Deserialize)]
struct Row {
    id: CompactString,
    attributes: Attributes,
}

#[derive(Deserialize)]
struct Attributes {
    #[serde(default)]
    contact_information: Contact,
    timezone: CompactString,
    preferred_currency: CompactString,
}

#[derive(Deserialize, Default)]
struct Contact {
    #[serde(default)]
    organization_name: CompactString,
}

impl Row {
    /// The account, or what is wrong with it.
    fn account(self) -> Result<Account, String> {
        let (id, name) = (self.id, self.attributes.contact_information.organization_name);
        Ok(Account {
            source: Source::Klaviyo,
            name: if name.is_empty() { id.clone() } else { name },
            currency: self.attributes.preferred_currency.parse().map_err(|error| format!("account {id}: {error}"))?,
            zone: self.attributes.timezone.parse().map_err(|error| format!("account {id}: {error}"))?,
            id: AccountId::new(id),
            standing: Standing::Good,
        })
    }
}

impl Klaviyo {
    async fn described(&self, tally: &Tally, wanted: Option<&AccountId>) -> Result<Vec<Account>, Error> {
        let ask = Ask { account: wanted, path: "accounts", params: Vec::new(), json: None, cost: Cost::Whole };
        let read = |body: &[u8]| {
            let page: Page<Row> = serde_json::from_slice(body)?;
            page.data.into_iter().map(|row| row.account().map_err(BadBody::Conflict)).collect()
        };
        Ok(self.service.ask(tally, &ask, read).await?)
    }

    /// The account the key belongs to. There is never another.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn own_accounts(&self) -> Result<Vec<Account>, Error> {
        self.described(&Tally::default(), None).await
    }

    /// The same, if it is the one that is meant.
    ///
    /// # Errors
    /// [`Error::Rejected`] when the key belongs to another account; else as any read.
    pub(super) async fn own_account(&self, id: &AccountId) -> Result<Account, Error> {
        let accounts = self.described(&Tally::default(), Some(id)).await?;
        let own: Vec<String> = accounts.iter().map(|account| format!("{} ({})", account.id, account.name)).collect();
        accounts.into_iter().find(|account| account.id == *id).ok_or_else(|| {
            let reason = format!("the key belongs to {}: use a key of this account, or name that one", own.join(" and "));
            Error::Rejected { platform: Source::Klaviyo, account: Some(id.clone()), reason }
        })
    }

    /// Whether the key is good and may read figures, and for whom it speaks. What else it may do is not told.
    ///
    /// # Errors
    /// [`Error::Auth`] when it is not good or may not; else as any read.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        let tally = Tally::default();
        let account = self.described(&tally, None).await?.into_iter().next();
        self.list_metrics(&tally, None).await?;
        let (user_id, user_name) = account.map_or_else(Default::default, |account| (account.id.as_str().into(), account.name));
        Ok(Credential { user_id, user_name, ..Credential::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_bare_private_key() {
        assert_eq!(key(&" pk_0123456789abcdef\n".into()).unwrap().expose_secret(), "pk_0123456789abcdef");
        for (secret, word) in [("", "empty"), ("{}", "JSON"), ("XaB12c", "public API key")] {
            let error = key(&secret.into()).unwrap_err();
            assert!(matches!(error, Error::Secret { .. }) && error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn an_account_has_its_own_zone_and_currency() {
        let json = r#"{"type":"account","id":"XaB12c","attributes":{"contact_information":{"organization_name":"Shop"},
            "timezone":"Europe/Kyiv","preferred_currency":"UAH","public_api_key":"XaB12c"}}"#;
        let account = serde_json::from_str::<Row>(json).unwrap().account().unwrap();
        assert_eq!((account.id.as_str(), account.name.as_str(), account.currency.as_str()), ("XaB12c", "Shop", "UAH"));
        let error = serde_json::from_str::<Row>(&json.replace("UAH", "??")).unwrap().account().unwrap_err();
        assert!(error.contains("account XaB12c"), "{error}");
    }
}
