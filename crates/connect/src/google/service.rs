//! Asking Google Ads: who is asked through which manager account, with a token that renews itself.
//!
//! Reports are streamed: one request, one operation of the quota, however many rows. Lists that may grow without bound are read by
//! pages, whose size the platform fixes and whose later ones are free.

use super::{
    AdsDialect, VERSION,
    dialect::renewable,
    secret::{Parts, customer_id},
    stream,
    token::Exchange,
};
use crate::{AuthCause, Error, limits, oauth::TokenKeeper};
use compact_str::CompactString;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};
use trimtab_domain::{Clock, Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Method, Place, Refusal, Reply, Wire, scrub};
use url::Url;

/// Who is asked, with what credential. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    wire: Wire,
    /// Base of every path, with a trailing slash and the version.
    base: Url,
    pub(super) parts: Arc<Parts>,
    keeper: Arc<TokenKeeper<Exchange>>,
    /// Longest time one request may take.
    pub(super) deadline: Duration,
    /// The latest instant the platform has put on an answer, in seconds since 1970.
    heard: Arc<AtomicI64>,
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

/// Requests made so far for one read.
#[derive(Debug, Default)]
pub(crate) struct Tally(AtomicU32);

impl Tally {
    pub(crate) fn total(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
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

/// Why a body was not taken in.
#[derive(Debug)]
pub(crate) enum BadBody {
    /// No JSON of the expected shape: worth asking again, since bodies get cut and mangled on the way.
    Malformed(serde_json::Error),
    /// Well-formed and contradictory.
    Conflict(String),
}

impl From<serde_json::Error> for BadBody {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error)
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

/// When the platform says it answered.
fn date(reply: &Reply) -> Option<Timestamp> {
    let text = reply.headers.get("date")?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

impl Service {
    pub(super) fn new(wire: Wire, base: &Url, token_url: Url, parts: Parts, clock: Arc<dyn Clock>) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_path(&format!("{}/{VERSION}/", base.path().trim_end_matches('/')));
        let parts = Arc::new(parts);
        let exchange = Exchange::new(wire.clone(), token_url, Arc::clone(&parts), Arc::clone(&clock));
        let keeper = Arc::new(TokenKeeper::new(exchange, clock, parts.refresh_token.clone(), None));
        let (heard, routes) = (Arc::new(AtomicI64::new(i64::MIN)), Arc::default());
        Self { wire, base, parts, keeper, deadline: limits::CALL_DEADLINE, heard, routes }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.heard.load(Ordering::Relaxed)).ok()
    }

    /// What the access token may do, in Google's words; empty before the first.
    pub(super) fn scopes(&self) -> Vec<String> {
        self.keeper.renewal().scopes()
    }

    /// The whole secret again, once the platform has exchanged the refresh token for another.
    pub(super) fn renewed_secret(&self) -> Option<SecretString> {
        self.keeper.rotated().map(|refresh| self.parts.with_refresh(&refresh))
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
        let (mut rows, mut known, mut asked) = (Vec::new(), HashSet::new(), HashSet::new());
        let (mut token, mut stale) = (None::<String>, 0);
        for _ in 0..limits::PAGES_MAX {
            let document = Query { query, page_token: token.as_deref() };
            let read = |body: &[u8]| Ok(serde_json::from_slice::<Page<T>>(body)?);
            let page = self.ask_account(tally, account, "googleAds:search", &document, read).await?;
            let (before, any) = (rows.len(), !page.results.is_empty());
            rows.extend(page.results.into_iter().filter(|row| known.insert(id(row))));
            if rows.len() > limits::ENTITIES_MAX {
                let reason =
                    format!("it has more than {} objects of one kind, which is more than is read at once", limits::ENTITIES_MAX);
                return Err(Failure::Other(Error::Rejected { platform: Source::Google, account: Some(account.clone()), reason }));
            }
            // A page that brings nothing new is asked for again: a proxy may have served the one before.
            if any && rows.len() == before && stale < limits::STALE_PAGES_MAX {
                stale += 1;
                continue;
            }
            let Some(next) = page.next_page_token.filter(|next| !next.is_empty()) else { return Ok(rows) };
            if !asked.insert(next.clone()) {
                stale += 1;
                if stale > limits::STALE_PAGES_MAX {
                    return Err(Failure::Other(drift(account, "the pages of a list go round in a circle".to_owned())));
                }
            }
            token = Some(next);
        }
        Err(Failure::Other(drift(account, format!("a list has more than {} pages", limits::PAGES_MAX))))
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
        mut read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        // A dot first, since `customers:listAccessibleCustomers` alone would be a URL of the scheme `customers`.
        let url = self.base.join(&format!("./{}", ask.path)).map_err(|error| {
            let reason = format!("'{}' cannot be part of a URL: {error}", ask.path);
            Failure::Other(Error::Rejected { platform: Source::Google, account: ask.account.cloned(), reason })
        })?;
        let named = |error| Failure::Other(of_account(error, ask.account));
        let mut token = self.keeper.token().await.map_err(named)?;
        let (mut malformed, mut renewed) = (0, false);
        loop {
            let reply = match self.send(ask, &url, &token).await {
                Err(trimtab_wire::Error::Refused { refusal: Refusal::Credential, complaint, .. })
                    if !renewed && renewable(&complaint) =>
                {
                    renewed = true;
                    token = self.keeper.after_refusal(&token).await.map_err(named)?;
                    continue;
                }
                reply => reply?,
            };
            tally.0.fetch_add(reply.attempts, Ordering::Relaxed);
            if let Some(at) = date(&reply) {
                self.heard.fetch_max(at.as_second(), Ordering::Relaxed);
            }
            let request_id = reply.headers.get("request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
            tracing::debug!(request_id, path = ask.path, "Google Ads answered");
            match read(&reply.body) {
                Ok(answer) => return Ok(answer),
                Err(BadBody::Malformed(error)) => {
                    malformed += 1;
                    if malformed == limits::MALFORMED_ATTEMPTS_MAX {
                        let what = format!("{error} at {}", ask.path);
                        return Err(self.misshapen(ask.account, what, &reply.body, &token));
                    }
                    tokio::time::sleep(limits::MALFORMED_WAIT * malformed).await;
                }
                Err(BadBody::Conflict(what)) => return Err(self.misshapen(ask.account, what, &reply.body, &token)),
            }
        }
    }

    async fn send(&self, ask: &Ask<'_>, url: &Url, token: &SecretString) -> Result<Reply, trimtab_wire::Error> {
        let developer = self.parts.developer_token.as_ref().map(|token| (Place::Header("developer-token"), token));
        let secrets: Vec<_> = [(Place::Bearer, token)].into_iter().chain(developer).collect();
        let headers: Vec<_> = ask.login.iter().map(|login| ("login-customer-id", login.as_str())).collect();
        let call = Call {
            source: Source::Google,
            account: ask.account,
            method: if ask.json.is_some() { Method::Post } else { Method::Get },
            url,
            params: &[],
            json: ask.json.as_deref(),
            headers: &headers,
            secrets: &secrets,
            dialect: &AdsDialect,
            deadline: self.deadline,
            weight: 1,
        };
        self.wire.call(call).await
    }

    /// An answer of another shape, with its beginning.
    fn misshapen(&self, account: Option<&AccountId>, what: String, body: &[u8], token: &SecretString) -> Failure {
        // Scrubbed with room to spare before it is cut: half a secret would no longer be recognised.
        let start = String::from_utf8_lossy(&body[..body.len().min(64 * limits::SAMPLE_BYTES_MAX)]);
        let secrets: Vec<&SecretString> = [token].into_iter().chain(&self.parts.developer_token).collect();
        let sample = scrub(&start, &secrets).chars().take(limits::SAMPLE_BYTES_MAX).collect();
        Failure::Other(Error::Drift { platform: Source::Google, account: account.cloned(), what, sample })
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
    Error::Drift { platform: Source::Google, account: Some(account.clone()), what, sample: "(several answers)".to_owned() }
}

/// A token that cannot be renewed is bad news for the account it was wanted for.
fn of_account(error: Error, wanted_for: Option<&AccountId>) -> Error {
    match error {
        Error::Auth { platform, account: None, cause: cause @ AuthCause::Credential, reason } => {
            Error::Auth { platform, account: wanted_for.cloned(), cause, reason }
        }
        other => other,
    }
}
