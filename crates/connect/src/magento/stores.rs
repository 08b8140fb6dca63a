//! Store views: what an installation consists of, and which of it an account is.

use super::{
    Magento,
    search::Search,
    service::{Page, drift},
};
use crate::{Credential, Error, answer::Tally};
use compact_str::CompactString;
use serde::{Deserialize, de::IgnoredAny};
use std::sync::{Arc, PoisonError};
use trimtab_domain::{
    Source,
    account::{Account, Standing},
    id::AccountId,
};
use url::Url;

/// Where store views are described.
const CONFIGS: &str = "store/storeConfigs";

/// A store view.
#[derive(Debug, Deserialize)]
struct View {
    id: u64,
    code: CompactString,
    base_currency_code: CompactString,
    timezone: CompactString,
    #[serde(default)]
    base_url: CompactString,
}

impl View {
    /// The host of its address.
    fn host(&self) -> Option<String> {
        Url::parse(&self.base_url).ok()?.host_str().map(str::to_owned)
    }

    fn account(&self, id: &str) -> Result<Account, String> {
        let host = self.host().unwrap_or_default();
        let name = match (host.as_str(), id == self.code) {
            ("", _) | (_, false) => id.to_owned(),
            (host, true) => format!("{host} ({})", self.code),
        };
        Ok(Account {
            source: Source::Magento,
            name: name.into(),
            currency: self.base_currency_code.parse().map_err(|error| format!("store view {}: {error}", self.code))?,
            zone: self.timezone.parse().map_err(|error| format!("store view {}: {error}", self.code))?,
            id: AccountId::new(id),
            standing: Standing::Good,
        })
    }
}

/// The views an account stands for: the one of this code, else all at this host.
fn chosen<'v>(views: &'v [View], id: &str) -> Result<Vec<&'v View>, String> {
    let by_code: Vec<&View> = views.iter().filter(|view| view.code == id).collect();
    if !by_code.is_empty() {
        return Ok(by_code);
    }
    let wanted = id.to_ascii_lowercase();
    let at_host: Vec<&View> = views.iter().filter(|view| view.host().is_some_and(|host| host == wanted)).collect();
    let codes = || views.iter().map(|view| view.code.as_str()).collect::<Vec<_>>().join(", ");
    let Some(first) = at_host.first() else {
        return Err(format!("there is no such store view: use the code of one ({}) or the host of the store", codes()));
    };
    let same = |view: &&View| (&view.base_currency_code, &view.timezone) == (&first.base_currency_code, &first.timezone);
    if at_host.iter().all(same) {
        Ok(at_host)
    } else {
        Err(format!("the store views at this host differ in currency or zone: connect each by its code ({})", codes()))
    }
}

impl Magento {
    async fn views(&self, account: Option<&AccountId>, tally: &Tally) -> Result<Vec<View>, Error> {
        let views: Vec<View> = self.service.get(tally, account, CONFIGS, &[]).await.map_err(Error::from)?;
        // What is left out of a list of one installation is the installation.
        if views.is_empty() { Err(drift(account, "an installation without store views".to_owned())) } else { Ok(views) }
    }

    /// Every store view. One whose currency or zone is unknown here is left out with a warning.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn store_views(&self) -> Result<Vec<Account>, Error> {
        let mut accounts = Vec::new();
        for view in self.views(None, &Tally::default()).await? {
            match view.account(&view.code) {
                Ok(account) => accounts.push(account),
                Err(reason) => tracing::warn!(reason, "a store view is left out"),
            }
        }
        Ok(accounts)
    }

    /// The store of an id.
    ///
    /// # Errors
    /// [`Error::Rejected`] when there is none such; else as any read.
    pub(super) async fn store(&self, id: &AccountId) -> Result<Account, Error> {
        let views = self.views(Some(id), &Tally::default()).await?;
        let rejected = |reason: String| Error::Rejected { platform: Source::Magento, account: Some(id.clone()), reason };
        let chosen = chosen(&views, id.as_str()).map_err(rejected)?;
        self.remember(id, &chosen);
        let first = chosen.first().ok_or_else(|| drift(Some(id), "no store view".to_owned()))?;
        first.account(id.as_str()).map_err(|what| drift(Some(id), what))
    }

    /// The ids of an account's store views, as a search names them.
    pub(super) async fn view_ids(&self, account: &Account, tally: &Tally) -> Result<Arc<str>, Error> {
        let known = self.views.lock().unwrap_or_else(PoisonError::into_inner).get(&account.id).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let views = self.views(Some(&account.id), tally).await?;
        let rejected = |reason: String| Error::Rejected { platform: Source::Magento, account: Some(account.id.clone()), reason };
        Ok(self.remember(&account.id, &chosen(&views, account.id.as_str()).map_err(rejected)?))
    }

    fn remember(&self, id: &AccountId, views: &[&View]) -> Arc<str> {
        let ids: Vec<String> = views.iter().map(|view| view.id.to_string()).collect();
        let ids: Arc<str> = ids.join(",").into();
        self.views.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), Arc::clone(&ids));
        ids
    }

    /// A search for orders of an account.
    pub(super) async fn search(&self, account: &Account, tally: &Tally) -> Result<Search, Error> {
        Ok(Search::default().with("store_id", "in", &*self.view_ids(account, tally).await?))
    }

    /// Whether the credential reads stores and orders. What else it may do is not told.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        let tally = Tally::default();
        self.views(None, &tally).await?;
        let params = Search::default().params(1, "total_count");
        let _: Page<IgnoredAny> = self.service.get(&tally, None, "orders", &params).await.map_err(Error::from)?;
        Ok(Credential::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(zone: &str) -> Vec<View> {
        let view = |id: u32, code: &str, zone: &str| {
            format!(
                r#"{{"id":{id},"code":"{code}","website_id":1,"locale":"de_DE","base_currency_code":"EUR","timezone":"{zone}",
                "base_url":"https://shop.example/","secure_base_url":"https://shop.example/"}}"#
            )
        };
        let json = format!("[{},{}]", view(1, "default", "Europe/Berlin"), view(2, "de_at", zone));
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn an_account_is_a_view_by_its_code_or_all_of_a_host() {
        let ids = |views: &[View], id: &str| chosen(views, id).map(|views| views.iter().map(|view| view.id).collect::<Vec<_>>());
        let same = views("Europe/Berlin");
        assert_eq!(ids(&same, "de_at"), Ok(vec![2]));
        assert_eq!(ids(&same, "Shop.example"), Ok(vec![1, 2]));
        assert!(ids(&same, "nothing").unwrap_err().contains("use the code of one (default, de_at)"));
        assert!(ids(&views("Europe/Vienna"), "shop.example").unwrap_err().contains("connect each by its code"));
        let account = same[1].account("de_at").unwrap();
        assert_eq!((account.name.as_str(), account.zone.as_str()), ("shop.example (de_at)", "Europe/Berlin"));
        assert_eq!(same[0].account("shop.example").unwrap().name, "shop.example");
    }
}
