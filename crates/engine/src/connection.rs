//! Connecting accounts: a credential is proven by a real call before it is kept.

mod health;

pub use health::{days_until, ends_at};

use crate::{Engine, Error, live::Change};
use secrecy::SecretString;
use std::sync::Arc;
use trimtab_connect::{Connector, Connectors, Pseudonyms, missing_scopes};
use trimtab_domain::{
    Source, TenantCtx, Timestamp,
    account::Account,
    id::{AccountId, ConnectionId},
};
use trimtab_store::{AccountFacts, AccountKey, Connection, Health, NewConnection, Receipt, Run};
use url::Url;

/// An account to connect.
#[derive(Debug)]
pub struct Connect {
    /// Its platform.
    pub source: Source,
    /// Its id there; decoration the platform shows (`act_`) is understood.
    pub account: String,
    /// The token, or JSON for credentials of several parts.
    pub secret: SecretString,
    /// Where the platform is reached when not at its usual address.
    pub base_url: Option<String>,
}

/// A connection in use.
#[derive(Debug)]
pub(crate) struct Opened {
    connection: ConnectionId,
    /// What reads its account.
    pub(crate) connector: Arc<dyn Connector>,
    /// The secret as the store has it.
    secret: SecretString,
}

/// A connection with what a person wants to see beside it.
#[derive(Debug, Clone)]
pub struct ConnectionView {
    /// The connection.
    pub connection: Connection,
    /// How it is doing now: what was seen last, and what the clock has added to it.
    pub health: Health,
    /// Whole days until the credential is of no use any more, below zero when they have passed; `None` where no end is known.
    pub days_left: Option<i64>,
    /// Scopes it lacks to read ads, of those the source tells.
    pub missing_scopes: Vec<&'static str>,
    /// The facts of its account, once there are some.
    pub facts: Option<AccountFacts>,
    /// Its latest run.
    pub last_run: Option<Run>,
}

impl Engine {
    /// Checks a credential by real calls and keeps it, encrypted. Connecting an account again replaces its credential.
    ///
    /// # Errors
    /// When the source cannot be connected, refuses the credential or does not show the account.
    pub async fn connect(&self, ctx: &TenantCtx, connect: Connect) -> Result<ConnectionView, Error> {
        let base_url = connect.base_url.as_deref().map(parse_base_url).transpose()?;
        let account = account_id(connect.source, &connect.account)?;
        let connectors = self.connectors().on_behalf_of(ctx.tenant());
        let connector = connectors.open(connect.source, base_url.clone(), connect.secret.clone())?;
        let credential = connector.check().await.map_err(|error| error.about(&account))?;
        let described = connector.account(&account).await?;
        let new = NewConnection {
            account: described,
            base_url: base_url.map(String::from),
            secret: connector.renewed_secret().unwrap_or(connect.secret),
            terms: health::terms(&credential, connector.lifetime(), self.now(), self.ahead(&*connector)),
        };
        let store = self.store().tenant(ctx);
        let (facts, last_run) = self.beside(ctx, &new.account).await?;
        let now = self.now();
        let view = move |connection: &Connection| ConnectionView::at(now, connection.clone(), facts, last_run.clone());
        let connected = Receipt::seen_as(view.clone(), store.connect(new)).await?;
        let view = view(&connected.connection);
        self.live().tell(ctx.tenant(), Change::Connection(Box::new(view.clone())));
        Ok(view)
    }

    /// The tenant's connections.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn connections(&self, ctx: &TenantCtx) -> Result<Vec<ConnectionView>, Error> {
        let mut views = Vec::new();
        for connection in self.store().tenant(ctx).connections().await? {
            views.push(self.view(ctx, connection).await?);
        }
        Ok(views)
    }

    /// Removes a connection and its secret; its account and facts stay.
    ///
    /// # Errors
    /// When the tenant has none such.
    pub async fn disconnect(&self, ctx: &TenantCtx, id: &ConnectionId) -> Result<(), Error> {
        Ok(self.store().tenant(ctx).remove_connection(id).await?)
    }

    /// A reader for a connection, with its secret opened, through connectors that count what is asked. Whoever uses it calls
    /// [`Self::keep_secret`] afterwards.
    pub(crate) async fn open_connection(
        &self,
        connectors: &Connectors,
        ctx: &TenantCtx,
        connection: &Connection,
    ) -> Result<Opened, Error> {
        let secret = self.store().tenant(ctx).secret(&connection.id).await?;
        let base_url = connection.base_url.as_deref().map(parse_base_url).transpose()?;
        let pseudonyms = Pseudonyms::new(self.store().tenant(ctx).pseudonym_key().await?);
        let connectors = connectors.on_behalf_of(ctx.tenant()).naming_customers_by(pseudonyms);
        let connector = connectors.open(connection.account.source, base_url, secret.clone())?;
        Ok(Opened { connection: connection.id.clone(), connector, secret })
    }

    /// Keeps the secret that the platform gave in exchange for the one a connection was opened with, if it did.
    pub(crate) async fn keep_secret(&self, ctx: &TenantCtx, opened: &mut Opened) -> Result<(), Error> {
        if let Some(new) = opened.connector.renewed_secret() {
            self.store().tenant(ctx).exchange_secret(&opened.connection, &opened.secret, &new).await?;
            opened.secret = new;
        }
        Ok(())
    }

    pub(crate) async fn tell_connection(&self, ctx: &TenantCtx, id: &ConnectionId) -> Result<ConnectionView, Error> {
        let view = self.view(ctx, self.store().tenant(ctx).connection(id).await?).await?;
        self.live().tell(ctx.tenant(), Change::Connection(Box::new(view.clone())));
        Ok(view)
    }

    async fn view(&self, ctx: &TenantCtx, connection: Connection) -> Result<ConnectionView, Error> {
        let (facts, last_run) = self.beside(ctx, &connection.account).await?;
        Ok(ConnectionView::at(self.now(), connection, facts, last_run))
    }

    /// What is known of a connection's account, so far as it is.
    async fn beside(&self, ctx: &TenantCtx, account: &Account) -> Result<(Option<AccountFacts>, Option<Run>), Error> {
        let store = self.store().tenant(ctx);
        let key = AccountKey::from(account);
        let facts = match store.account(&key).await {
            Err(trimtab_store::Error::NotFound { .. }) => None,
            known => known?.facts,
        };
        Ok((facts, store.runs_of(&key, 1).await?.pop()))
    }
}

impl ConnectionView {
    fn at(now: Timestamp, connection: Connection, facts: Option<AccountFacts>, last_run: Option<Run>) -> Self {
        Self {
            health: health::standing(&connection, now),
            days_left: ends_at(&connection.terms).map(|end| days_until(end, now)),
            missing_scopes: missing_scopes(connection.account.source, &connection.terms.scopes),
            connection,
            facts,
            last_run,
        }
    }
}

/// An account id without the decoration its platform shows it with.
pub(crate) fn bare(source: Source, given: &str) -> String {
    let given = given.trim();
    match source {
        Source::Meta => given.strip_prefix("act_").unwrap_or(given).to_owned(),
        // Shown as 123-456-7890.
        Source::Google => given.replace('-', ""),
        Source::Linkedin => given.strip_prefix("urn:li:sponsoredAccount:").unwrap_or(given).to_owned(),
        Source::Ga4 => given.strip_prefix("properties/").unwrap_or(given).to_owned(),
        Source::Shopify => given.strip_suffix(".myshopify.com").unwrap_or(given).to_owned(),
        Source::Pinterest | Source::Tiktok | Source::Klaviyo | Source::Magento | Source::Ecb | Source::Csv => given.to_owned(),
    }
}

fn account_id(source: Source, given: &str) -> Result<AccountId, Error> {
    let bare = bare(source, given);
    if bare.is_empty() || bare.len() > 64 || !bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(Error::Invalid(format!("'{}' is not an account id of {}", given.trim(), source.label())));
    }
    Ok(AccountId::new(bare))
}

fn parse_base_url(text: &str) -> Result<Url, Error> {
    let refuse = |why: &str| Error::Invalid(format!("base URL '{text}' {why}"));
    let url: Url = text.parse().map_err(|_| refuse("is not a URL: write for example http://127.0.0.1:9090/meta"))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(Error::Invalid("the base URL must hold neither a credential nor a query".to_owned()));
    }
    let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match url.scheme() {
        "https" => Ok(url),
        "http" if local => Ok(url),
        "http" => Err(refuse("would send the credential in the clear: use https")),
        _ => Err(refuse("is not an http URL")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_travel_in_the_clear() {
        assert!(parse_base_url("http://127.0.0.1:9090/meta").is_ok());
        assert!(parse_base_url("https://graph.example.com").is_ok());
        for bad in
            ["http://example.com", "ftp://127.0.0.1", "not a url", "https://u:p@example.com", "https://example.com/?access_token=x"]
        {
            let error = parse_base_url(bad).unwrap_err().to_string();
            assert!(!error.contains("u:p"), "{error}");
        }
    }

    #[test]
    fn account_ids_are_taken_with_or_without_decoration() {
        assert_eq!(account_id(Source::Meta, " act_123 ").unwrap(), AccountId::from("123"));
        assert_eq!(account_id(Source::Google, "123-456-7890").unwrap(), AccountId::from("1234567890"));
        assert_eq!(account_id(Source::Linkedin, "urn:li:sponsoredAccount:507").unwrap(), AccountId::from("507"));
        assert!(account_id(Source::Meta, "act_").is_err());
        assert!(account_id(Source::Meta, "1/../2").is_err());
    }
}
