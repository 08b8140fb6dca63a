//! Asking Pinterest: one request with a token that renews itself, all pages of a list, or a file from an address of its own.

use super::{
    PinterestDialect, VERSION,
    dialect::PACE,
    secret::{Parts, Secret},
    token::{Exchange, Known},
};
use crate::{AuthCause, Deadlines, Error, limits, oauth::TokenKeeper};
use secrecy::SecretString;
use std::{
    borrow::Cow,
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};
use trimtab_domain::{Clock, Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Complaint, Dialect, HeaderMap, Method, Pace, Place, Refusal, Reply, Usage, Verdict, Wire, scrub};
use url::Url;

/// Named parameters of a request; a list is its name several times.
pub(super) type Params<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Who is asked, with what credential. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Service {
    wire: Wire,
    /// Base of every path, with a trailing slash and the version.
    base: Url,
    token: Token,
    pub(super) deadlines: Deadlines,
    /// The latest instant the platform has put on an answer, in seconds since 1970.
    heard: Arc<AtomicI64>,
}

#[derive(Debug, Clone)]
enum Token {
    Renewing { keeper: Arc<TokenKeeper<Exchange>>, parts: Arc<Parts>, known: Arc<Mutex<Known>> },
    Bare(Arc<SecretString>),
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Ask<'a> {
    pub(super) account: Option<&'a AccountId>,
    /// Below the version: `ad_accounts/1/ads`.
    pub(super) path: String,
    pub(super) params: Params<'a>,
    /// The document to send; without one, the request is a plain read.
    pub(super) json: Option<Vec<u8>>,
}

impl<'a> Ask<'a> {
    /// A read of something that concerns the credential.
    pub(super) fn bare(path: &str, params: Params<'a>) -> Self {
        Self { account: None, path: path.to_owned(), params, json: None }
    }

    /// A read below an account; `""` is the account itself.
    pub(super) fn of(account: &'a AccountId, below: &str, params: Params<'a>) -> Self {
        let slash = if below.is_empty() { "" } else { "/" };
        Self { account: Some(account), path: format!("ad_accounts/{account}{slash}{below}"), params, json: None }
    }
}

/// Requests made so far for one read.
#[derive(Debug, Default)]
pub(super) struct Tally(AtomicU32);

impl Tally {
    pub(super) fn total(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why a request came to nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// The answer is too large; asking for less may work.
    TooMuch(Error),
    /// The credential may not see this, or it does not exist.
    OutOfSight(Error),
    /// Anything else.
    Other(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooMuch(error) | Failure::OutOfSight(error) | Failure::Other(error) => error,
        }
    }
}

impl From<trimtab_wire::Error> for Failure {
    fn from(error: trimtab_wire::Error) -> Self {
        use trimtab_wire::Error as E;
        match &error {
            E::TooLarge { .. } | E::Refused { refusal: Refusal::TooMuch, .. } => Self::TooMuch(error.into()),
            E::Refused { refusal: Refusal::Permission | Refusal::Missing, .. } => Self::OutOfSight(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

/// Why a body was not taken in.
#[derive(Debug)]
pub(super) enum BadBody {
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

/// What is next after a page, and how much of it was new.
#[derive(Debug)]
pub(super) struct PageEnd {
    /// Bookmark of the next page.
    pub(super) next: Option<String>,
    /// Items on the page.
    pub(super) items: usize,
    /// Items not seen before.
    pub(super) fresh: usize,
}

/// When the platform says it answered.
fn date(reply: &Reply) -> Option<Timestamp> {
    let text = reply.headers.get("date")?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

impl Service {
    pub(super) fn new(wire: Wire, base: &Url, secret: Secret, clock: Arc<dyn Clock>) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_path(&format!("{}/{VERSION}/", base.path().trim_end_matches('/')));
        let token = match secret {
            Secret::Bare(token) => Token::Bare(Arc::new(token)),
            Secret::Whole(parts) => {
                let mut url = base.clone();
                url.set_path(&format!("{}oauth/token", base.path()));
                let (parts, known) = (Arc::new(parts), Arc::new(Mutex::new(Known::default())));
                let exchange = Exchange {
                    wire: wire.clone(),
                    url,
                    parts: Arc::clone(&parts),
                    clock: Arc::clone(&clock),
                    deadline: limits::CALL_DEADLINE,
                    known: Arc::clone(&known),
                };
                let keeper = TokenKeeper::new(exchange, clock, parts.refresh_token.clone(), parts.access_token.clone());
                Token::Renewing { keeper: Arc::new(keeper), parts, known }
            }
        };
        Self { wire, base, token, deadlines: Deadlines::default(), heard: Arc::new(AtomicI64::new(i64::MIN)) }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.heard.load(Ordering::Relaxed)).ok()
    }

    /// What the access token may do, in Pinterest's words; empty while it is not known.
    pub(super) fn scopes(&self) -> Vec<String> {
        match &self.token {
            Token::Renewing { known, .. } => known.lock().unwrap_or_else(PoisonError::into_inner).scopes.clone(),
            Token::Bare(_) => Vec::new(),
        }
    }

    /// Whether the credential can renew its access token.
    pub(super) const fn renews(&self) -> bool {
        matches!(self.token, Token::Renewing { .. })
    }

    /// The whole secret again, once the platform has exchanged the refresh token for another.
    pub(super) fn renewed_secret(&self) -> Option<SecretString> {
        let Token::Renewing { keeper, parts, known } = &self.token else { return None };
        let refresh = keeper.rotated()?;
        Some(parts.with_tokens(&refresh, known.lock().unwrap_or_else(PoisonError::into_inner).access.as_ref()))
    }

    /// Asks once and takes the answer in. A refused token is renewed once.
    pub(super) async fn ask<T>(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        mut read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let url = self.base.join(&ask.path).map_err(|error| {
            let reason = format!("'{}' cannot be part of a URL: {error}", ask.path);
            Failure::Other(Error::Rejected { platform: Source::Pinterest, account: ask.account.cloned(), reason })
        })?;
        let named = |error| Failure::Other(of_account(error, ask.account));
        let mut token = match &self.token {
            Token::Renewing { keeper, .. } => keeper.token().await.map_err(named)?,
            Token::Bare(token) => Arc::clone(token),
        };
        let (mut malformed, mut renewed) = (0, false);
        loop {
            let reply = match (self.send(ask, &url, &token).await, &self.token) {
                (Err(trimtab_wire::Error::Refused { refusal: Refusal::Credential, .. }), Token::Renewing { keeper, .. })
                    if !renewed =>
                {
                    renewed = true;
                    token = keeper.after_refusal(&token).await.map_err(named)?;
                    continue;
                }
                (reply, _) => reply?,
            };
            self.note(tally, &reply);
            match read(&reply.body) {
                Ok(answer) => return Ok(answer),
                Err(BadBody::Malformed(error)) => {
                    malformed += 1;
                    if malformed == limits::MALFORMED_ATTEMPTS_MAX {
                        let what = format!("{error} at {}", ask.path);
                        return Err(Failure::Other(drift(ask.account, what, &reply.body, Some(&token))));
                    }
                    tokio::time::sleep(limits::MALFORMED_WAIT * malformed).await;
                }
                Err(BadBody::Conflict(what)) => {
                    return Err(Failure::Other(drift(ask.account, what, &reply.body, Some(&token))));
                }
            }
        }
    }

    async fn send(&self, ask: &Ask<'_>, url: &Url, token: &SecretString) -> Result<Reply, trimtab_wire::Error> {
        let call = Call {
            source: Source::Pinterest,
            account: ask.account,
            method: if ask.json.is_some() { Method::Post } else { Method::Get },
            url,
            params: &ask.params,
            json: ask.json.as_deref(),
            headers: &[],
            secrets: &[(Place::Bearer, token)],
            dialect: &PinterestDialect,
            deadline: self.deadlines.answer,
            weight: 1,
        };
        self.wire.call(call).await
    }

    /// Asks for every page of a list. A list is over when it has no bookmark, never because a page is short. A page that brings nothing
    /// new is asked for again: a proxy may have served the one before.
    pub(super) async fn pages(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        mut read: impl FnMut(&[u8]) -> Result<PageEnd, BadBody>,
    ) -> Result<(), Failure> {
        let (mut bookmark, mut stale) = (None::<String>, 0);
        let mut asked = HashSet::new();
        let broken = |what| Failure::Other(drift(ask.account, what, b"", None));
        for _ in 0..limits::PAGES_MAX {
            let mut page = ask.clone();
            page.params.push(("page_size", limits::BOOKMARK_PAGE_ITEMS.to_string().into()));
            page.params.extend(bookmark.iter().map(|bookmark| ("bookmark", Cow::Owned(bookmark.clone()))));
            let end = self.ask(tally, &page, &mut read).await?;
            if end.items > 0 && end.fresh == 0 && stale < limits::STALE_PAGES_MAX {
                stale += 1;
                continue;
            }
            let Some(next) = end.next.filter(|next| !next.is_empty()) else { return Ok(()) };
            if asked.insert(next.clone()) {
                stale = 0;
            } else {
                stale += 1;
                if stale > limits::STALE_PAGES_MAX {
                    return Err(broken(format!("the pages of {} go round in a circle", ask.path)));
                }
            }
            bookmark = Some(next);
        }
        Err(broken(format!("{} has more than {} pages", ask.path, limits::PAGES_MAX)))
    }

    /// Fetches a prepared file. `Ok(None)`: the address has gone stale, a fresh one may work. No token goes along: the address is itself
    /// the permission, and it may belong to somebody else's storage.
    pub(super) async fn download<T>(
        &self,
        tally: &Tally,
        account: &AccountId,
        address: &str,
        mut read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<Option<T>, Failure> {
        let trusted = |url: &Url| url.scheme() == "https" || url.origin() == self.base.origin();
        let Some(url) = Url::parse(address).ok().filter(trusted) else {
            let what = "the address of a report is no https address".to_owned();
            return Err(Failure::Other(drift(Some(account), what, b"", None)));
        };
        for malformed in 1..=limits::MALFORMED_ATTEMPTS_MAX {
            let call = Call {
                source: Source::Pinterest,
                account: Some(account),
                method: Method::Get,
                url: &url,
                params: &[],
                json: None,
                headers: &[],
                secrets: &[],
                dialect: &FileDialect,
                deadline: self.deadlines.answer,
                weight: 1,
            };
            let reply = match self.wire.call(call).await {
                Err(trimtab_wire::Error::Refused { refusal: Refusal::Missing, .. }) => return Ok(None),
                reply => reply?,
            };
            self.note(tally, &reply);
            let broken = |what: String| Failure::Other(drift(Some(account), what, &reply.body, None));
            match read(&reply.body) {
                Ok(answer) => return Ok(Some(answer)),
                Err(BadBody::Malformed(error)) if malformed == limits::MALFORMED_ATTEMPTS_MAX => {
                    return Err(broken(format!("{error} in the file of a report")));
                }
                Err(BadBody::Malformed(_)) => tokio::time::sleep(limits::MALFORMED_WAIT * malformed).await,
                Err(BadBody::Conflict(what)) => return Err(broken(what)),
            }
        }
        Ok(None)
    }

    fn note(&self, tally: &Tally, reply: &Reply) {
        tally.0.fetch_add(reply.attempts, Ordering::Relaxed);
        if let Some(at) = date(reply) {
            self.heard.fetch_max(at.as_second(), Ordering::Relaxed);
        }
    }
}

/// How storage speaks that holds prepared files: whatever it refuses, the address is no longer good.
#[derive(Debug, Clone, Copy)]
struct FileDialect;

impl Dialect for FileDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        match status {
            // The complaint of a storage is a page of XML that may repeat the signed address.
            400..=407 | 409..=428 | 430..=499 => {
                let message = "the address of the report is no longer good".to_owned();
                Verdict::Refused(Refusal::Missing, Complaint { status, message, ..Complaint::default() })
            }
            _ => PinterestDialect.classify(status, headers, body),
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }

    fn pace(&self) -> Option<Pace> {
        Some(PACE)
    }
}

/// An answer of another shape, with its beginning.
pub(super) fn drift(account: Option<&AccountId>, what: String, body: &[u8], token: Option<&SecretString>) -> Error {
    // Scrubbed with room to spare before it is cut: half a secret would no longer be recognised.
    let start = String::from_utf8_lossy(&body[..body.len().min(64 * limits::SAMPLE_BYTES_MAX)]);
    let secrets: Vec<&SecretString> = token.into_iter().collect();
    let sample = scrub(&start, &secrets).chars().take(limits::SAMPLE_BYTES_MAX).collect();
    Error::Drift { platform: Source::Pinterest, account: account.cloned(), what, sample }
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
