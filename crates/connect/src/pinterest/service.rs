//! Asking Pinterest: one request with a token that renews itself, all pages of a list, or a file from an address of its own.

use super::{
    PinterestDialect, VERSION,
    dialect::{PACE, TokenDialect},
};
use crate::{
    Deadlines, Error, answer, limits,
    oauth::{Caller, Endpoint, Login, Manner, Secret, below},
    paging::Pages,
};
pub(super) use crate::{
    answer::{BadBody, Failure, Tally},
    paging::PageEnd,
};
use secrecy::SecretString;
use std::{borrow::Cow, sync::Arc, time::Duration};
use trimtab_domain::{Clock, Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Complaint, Dialect, HeaderMap, Method, Pace, Refusal, Usage, Verdict, Wire};
use url::Url;

/// How Pinterest's calls differ from others'.
const MANNER: Manner =
    Manner { source: Source::Pinterest, request_id: "x-pinterest-rid", renewable: |_| true, settles: Duration::ZERO };

/// Named parameters of a request; a list is its name several times.
pub(super) type Params<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Who is asked, with what credential. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Service {
    caller: Caller,
    login: Login,
    /// Base of every path, with a trailing slash and the version.
    base: Url,
    pub(super) deadlines: Deadlines,
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

impl Service {
    pub(super) fn new(wire: Wire, base: &Url, secret: Secret, clock: Arc<dyn Clock>) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_path(&format!("{}/{VERSION}/", base.path().trim_end_matches('/')));
        let mut url = base.clone();
        url.set_path(&format!("{}oauth/token", base.path()));
        let endpoint = Endpoint { source: Source::Pinterest, url, dialect: &TokenDialect, basic: true };
        let login = Login::new(wire.clone(), clock, endpoint, secret);
        let caller = Caller::new(wire, login.access.clone(), MANNER);
        Self { caller, login, base, deadlines: Deadlines::default() }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        self.caller.heard()
    }

    /// What the access token may do, in Pinterest's words; empty while it is not known.
    pub(super) fn scopes(&self) -> Vec<String> {
        self.login.access.told().map(|told| told.scopes).unwrap_or_default()
    }

    /// Whether the credential can renew its access token.
    pub(super) fn renews(&self) -> bool {
        self.login.access.keeper().is_some()
    }

    /// The whole secret again, once the platform has exchanged its tokens for others.
    pub(super) fn renewed_secret(&self) -> Option<SecretString> {
        self.login.renewed_secret()
    }

    /// Asks once and takes the answer in. A refused token is renewed once.
    pub(super) async fn ask<T>(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let url = below(&self.base, &ask.path, Source::Pinterest, ask.account)?;
        let call = Call {
            source: Source::Pinterest,
            account: ask.account,
            method: if ask.json.is_some() { Method::Post } else { Method::Get },
            url: &url,
            params: &ask.params,
            json: ask.json.as_deref(),
            headers: &[],
            secrets: &[],
            dialect: &PinterestDialect,
            deadline: self.deadlines.answer,
            weight: 1,
        };
        self.caller.ask(tally, &call, read).await
    }

    /// Asks for every page of a list.
    pub(super) async fn pages(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        mut read: impl FnMut(&[u8]) -> Result<PageEnd, BadBody>,
    ) -> Result<(), Failure> {
        let mut pages = Pages::default();
        loop {
            let mut page = ask.clone();
            page.params.push(("page_size", limits::BOOKMARK_PAGE_ITEMS.to_string().into()));
            page.params.extend(pages.cursor().map(|bookmark| ("bookmark", Cow::Owned(bookmark.to_owned()))));
            let end = self.ask(tally, &page, &mut read).await?;
            if !pages.turn(end, &ask.path).map_err(|what| Failure::Other(drift(ask.account, what, b"")))? {
                return Ok(());
            }
        }
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
            return Err(Failure::Other(drift(Some(account), what, b"")));
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
            let reply = match self.caller.wire.call(call).await {
                Err(trimtab_wire::Error::Refused { refusal: Refusal::Missing, .. }) => return Ok(None),
                reply => reply?,
            };
            self.caller.note(tally, &reply);
            let broken = |what: String| Failure::Other(drift(Some(account), what, &reply.body));
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
pub(super) fn drift(account: Option<&AccountId>, what: String, body: &[u8]) -> Error {
    answer::drift(Source::Pinterest, account, what, body, &[])
}
