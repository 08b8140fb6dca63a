//! Asking Google Ads: who is asked through which manager account, with a token that renews itself.
//!
//! Reports are streamed: one request, one operation of the quota, however many rows. Lists that may grow without bound are read by
//! pages, whose size the platform fixes and whose later ones are free.

use super::{
    AdsDialect, VERSION,
    dialect::renewable,
    secret::{Parts, customer_id},
    stream,
};
pub(crate) use crate::answer::{BadBody, Tally};
use crate::{
    Error, answer, limits,
    oauth::{Access, Caller, Client, Endpoint, Exchange, Manner, OauthDialect, TokenKeeper, below},
    paging::{PageEnd, Pages},
};
use compact_str::CompactString;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use trimtab_domain::{Clock, Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Method, Place, Refusal, Wire};
use url::Url;

/// How Google's calls differ from others'.
const MANNER: Manner = Manner { source: Source::Google, request_id: "request-id", renewable, settles: Duration::ZERO };

/// Who is asked, with what credential. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    caller: Caller,
    /// Base of every path, with a trailing slash and the version.
    base: Url,
    pub(super) parts: Arc<Parts>,
    /// Longest time one request may take.
    pub(super) deadline: Duration,
    /// The manager account each account was found through.
    routes: Arc<Mutex<HashMap<AccountId, Route>>>,
}

/// How an account is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// The credential's user has access to the account itself.
    Direct,
    /// Through this manager account.
    Through(CompactString),
}

/// One request.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub(super) account: Option<&'a AccountId>,
    /// The manager account to go through.
    pub(super) login: Option<CompactString>,
    /// Below the version.
    pub(super) path: String,
    /// The document to send; without one, the request is a plain read.
    pub(super) json: Option<Vec<u8>>,
}

/// The document of a query.
#[derive(Serialize)]
struct Query<'a> {
    query: &'a str,
    #[serde(rename = "pageToken", skip_serializing_if = "Option::is_none")]
    page_token: Option<&'a str>,
}

/// Why a request came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The answer is too large; asking for less may work.
    TooMuch(Error),
    /// The credential may not see this, or not this way.
    Forbidden(Error),
    /// Anything else.
    Other(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooMuch(error) | Failure::Forbidden(error) | Failure::Other(error) => error,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<trimtab_wire::Error> for Failure {
    fn from(error: trimtab_wire::Error) -> Self {
        use trimtab_wire::Error as E;
        match &error {
            E::TooLarge { .. } | E::Refused { refusal: Refusal::TooMuch, .. } => Self::TooMuch(error.into()),
            E::Refused { refusal: Refusal::Permission, .. } => Self::Forbidden(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

/// One page of a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    #[serde(default = "Vec::new")]
    results: Vec<T>,
    next_page_token: Option<String>,
    /// Every page has it, so a document without is another one.
    #[serde(rename = "fieldMask")]
    _field_mask: String,
}

impl Service {
    pub(super) fn new(wire: Wire, base: &Url, token_url: Url, parts: Parts, clock: Arc<dyn Clock>) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_path(&format!("{}/{VERSION}/", base.path().trim_end_matches('/')));
        let endpoint = Endpoint { source: Source::Google, url: token_url, dialect: &OauthDialect, basic: false };
        let client = Client { id: parts.client_id.clone(), secret: parts.client_secret.clone() };
        let exchange = Exchange::new(wire.clone(), Arc::clone(&clock), endpoint, client);
        let keeper = TokenKeeper::new(exchange, clock, parts.refresh_token.clone(), None);
        let caller = Caller::new(wire, Access::Renewing(Arc::new(keeper)), MANNER);
        Self { caller, base, parts: Arc::new(parts), deadline: limits::CALL_DEADLINE, routes: Arc::default() }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        self.caller.heard()
    }

    /// What the access token may do, in Google's words; empty before the first.
    pub(super) fn scopes(&self) -> Vec<String> {
        self.caller.access.told().map(|told| told.scopes).unwrap_or_default()
    }

    /// The whole secret again, once the platform has exchanged the refresh token for another.
    pub(super) fn renewed_secret(&self) -> Option<SecretString> {
        self.caller.access.keeper()?.rotated().map(|refresh| self.parts.with_refresh(&refresh))
    }

    /// Streams the rows of a query. `read` makes of a body what is wanted; a body it finds malformed is asked for again.
    pub(super) async fn stream<T>(
        &self,
        tally: &Tally,
        account: &AccountId,
        query: &str,
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let document = Query { query, page_token: None };
        self.ask_account(tally, account, "googleAds:searchStream", &document, read).await
    }

    /// The rows of a query, streamed and kept whole: for small answers.
    pub(super) async fn rows<T: DeserializeOwned>(
        &self,
        tally: &Tally,
        account: &AccountId,
        query: &str,
    ) -> Result<Vec<T>, Failure> {
        self.stream(tally, account, query, collected).await
    }

    /// The rows of a query, page by page, each row once by its `id`. More than `limits::ENTITIES_MAX` are refused.
    pub(super) async fn pages<T: DeserializeOwned>(
        &self,
        tally: &Tally,
        account: &AccountId,
        query: &str,
        id: impl Fn(&T) -> CompactString,
    ) -> Result<Vec<T>, Failure> {
        let (mut rows, mut known, mut pages) = (Vec::new(), HashSet::new(), Pages::default());
        loop {
            let document = Query { query, page_token: pages.cursor() };
            let read = |body: &[u8]| Ok(serde_json::from_slice::<Page<T>>(body)?);
            let page = self.ask_account(tally, account, "googleAds:search", &document, read).await?;
            let (before, items) = (rows.len(), page.results.len());
            rows.extend(page.results.into_iter().filter(|row| known.insert(id(row))));
            if rows.len() > limits::ENTITIES_MAX {
                let reason =
                    format!("it has more than {} objects of one kind, which is more than is read at once", limits::ENTITIES_MAX);
                return Err(Failure::Other(Error::Rejected { platform: Source::Google, account: Some(account.clone()), reason }));
            }
            let end = PageEnd { next: page.next_page_token, items, fresh: rows.len() - before };
            if !pages.turn(end, "a list").map_err(|what| Failure::Other(drift(account, what)))? {
                return Ok(rows);
            }
        }
    }

    /// Asks about one account, through the manager account it needs; where that is unknown and access is refused, it is looked for.
    async fn ask_account<T>(
        &self,
        tally: &Tally,
        account: &AccountId,
        method: &str,
        document: &Query<'_>,
        mut read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let Some(customer) = customer_id(account.as_str()) else {
            let reason = format!("'{account}' is no customer id: ten digits, with or without dashes (123-456-7890)");
            return Err(Failure::Other(Error::Rejected { platform: Source::Google, account: Some(account.clone()), reason }));
        };
        let json = serde_json::to_vec(document).map_err(|error| Failure::Other(drift(account, error.to_string())))?;
        let id = AccountId::new(customer.clone());
        let known = self.route(&id);
        let searched = known.is_some();
        let mut ask = Ask { account: Some(account), login: None, path: format!("customers/{customer}/{method}"), json: Some(json) };
        ask.login = self.login(known);
        match self.ask(tally, &ask, &mut read).await {
            Err(Failure::Forbidden(refused)) if !searched && self.parts.login_customer_id.is_none() => {
                // Whatever goes wrong in the search, the first refusal is what there is to say.
                let found = self.tree(tally).await.is_ok().then(|| self.route(&id)).flatten();
                let Some(Route::Through(manager)) = found else { return Err(Failure::Forbidden(refused)) };
                ask.login = Some(manager);
                self.ask(tally, &ask, read).await
            }
            answer => answer,
        }
    }

    fn login(&self, route: Option<Route>) -> Option<CompactString> {
        match route {
            Some(Route::Through(manager)) => Some(manager),
            Some(Route::Direct) => None,
            None => self.parts.login_customer_id.clone(),
        }
    }

    fn route(&self, account: &AccountId) -> Option<Route> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned()
    }

    /// Takes note of how an account is reached. The first way found is kept.
    pub(super) fn found(&self, account: AccountId, route: Route) {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_insert(route);
    }

    /// Asks once and takes the answer in. A refused token is renewed once.
    pub(super) async fn ask<T>(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let url = below(&self.base, &ask.path, Source::Google, ask.account)?;
        let developer: Vec<_> = self.parts.developer_token.iter().map(|token| (Place::Header("developer-token"), token)).collect();
        let headers: Vec<_> = ask.login.iter().map(|login| ("login-customer-id", login.as_str())).collect();
        let call = Call {
            source: Source::Google,
            account: ask.account,
            method: if ask.json.is_some() { Method::Post } else { Method::Get },
            url: &url,
            params: &[],
            json: ask.json.as_deref(),
            headers: &headers,
            secrets: &developer,
            dialect: &AdsDialect,
            deadline: self.deadline,
            weight: 1,
        };
        self.caller.ask(tally, &call, read).await
    }
}

/// Every row of a stream, once.
pub(super) fn collected<T: DeserializeOwned>(body: &[u8]) -> Result<Vec<T>, BadBody> {
    let mut rows = Vec::new();
    stream::each_row(body, |row: T| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// Answers that are each well-formed and together make no sense: there is no one body to show.
pub(super) fn drift(account: &AccountId, what: String) -> Error {
    answer::drift(Source::Google, Some(account), what, b"(several answers)", &[])
}
