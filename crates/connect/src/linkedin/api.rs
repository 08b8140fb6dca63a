//! Asking LinkedIn: one request, or all pages of a list.
//!
//! Lists of objects name their next page by a token, and none on the last; some older ones go by numbers of elements instead. A query too
//! long for an address travels as the body of the request.

use super::{LinkedinDialect, OAUTH_URL, VERSION, query::Query};
use crate::{
    answer::{self, BadBody, Failure, Tally},
    limits,
    oauth::{Caller, Endpoint, Login, Manner, OauthDialect, Secret, below},
    paging::{PageEnd, Pages},
};
use secrecy::SecretString;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use trimtab_domain::{Clock, Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Method, Place, Wire};
use url::Url;

/// How LinkedIn's calls differ from others'.
const MANNER: Manner =
    Manner { source: Source::Linkedin, request_id: "x-li-uuid", renewable: |_| true, settles: limits::LINKEDIN_TOKEN_SETTLES };

/// Who is asked, with what credential. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Api {
    caller: Caller,
    pub(super) login: Login,
    /// Base of every resource, with a trailing slash.
    base: Url,
    /// Base of what concerns tokens, likewise.
    oauth: Url,
    version: Arc<str>,
    dialect: LinkedinDialect,
    /// Longest time one request may take.
    pub(super) deadline: Duration,
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Ask<'a> {
    pub(super) account: Option<&'a AccountId>,
    /// Below `/rest/`.
    path: String,
    query: Query,
    /// Whether the finder has to be named in a header too.
    finder: bool,
}

impl<'a> Ask<'a> {
    pub(super) fn new(account: Option<&'a AccountId>, path: &str, query: Query) -> Self {
        Self { account, path: path.to_owned(), query, finder: false }
    }

    /// A list below an account.
    pub(super) fn of(account: &'a AccountId, list: &str, query: Query) -> Self {
        Self::new(Some(account), &format!("adAccounts/{account}/{list}"), query)
    }

    /// The same, of a resource that wants its finder named in a header.
    pub(super) fn by_finder(self) -> Self {
        Self { finder: true, ..self }
    }
}

/// What a list answers.
#[derive(Deserialize)]
pub(super) struct Elements<T> {
    pub(super) elements: Vec<T>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata {
    #[serde(rename = "nextPageToken")]
    next_page_token: Option<String>,
}

impl<T> Elements<T> {
    /// The token of the next page.
    pub(super) fn next(&mut self) -> Option<String> {
        self.metadata.next_page_token.take()
    }
}

impl Api {
    pub(super) fn new(wire: Wire, base: &Url, secret: Secret, clock: Arc<dyn Clock>) -> Self {
        let (live, version) = (base.host_str() == super::live().host_str(), version(base));
        let at = |base: &Url, path: &str| {
            let mut url = base.clone();
            url.set_query(None);
            url.set_path(&format!("{}/{path}/", base.path().trim_end_matches('/')));
            url
        };
        let tokens = Url::parse(OAUTH_URL).ok().filter(|_| live);
        let oauth = at(tokens.as_ref().unwrap_or(base), "oauth/v2");
        let mut exchange = oauth.clone();
        exchange.set_path(&format!("{}accessToken", oauth.path()));
        let endpoint = Endpoint { source: Source::Linkedin, url: exchange, dialect: &OauthDialect, basic: false };
        let login = Login::new(wire.clone(), clock, endpoint, secret);
        Self {
            caller: Caller::new(wire, login.access.clone(), MANNER),
            login,
            base: at(base, "rest"),
            oauth,
            version,
            dialect: LinkedinDialect { live },
            deadline: limits::CALL_DEADLINE,
        }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        self.caller.heard()
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
        let mut url = below(&self.base, &ask.path, Source::Linkedin, ask.account)?;
        url.set_query(Some(&ask.query.to_string()));
        let mut headers = vec![("linkedin-version", &*self.version), ("x-restli-protocol-version", "2.0.0")];
        headers.extend(ask.finder.then_some(("x-restli-method", "FINDER")));
        let call = Call {
            source: Source::Linkedin,
            account: ask.account,
            method: if url.as_str().len() > limits::LINKEDIN_URL_BYTES_MAX { Method::Tunnel } else { Method::Get },
            url: &url,
            params: &[],
            json: None,
            headers: &headers,
            secrets: &[],
            dialect: &self.dialect,
            deadline: self.deadline,
            weight: 1,
        };
        self.caller.ask(tally, &call, read).await
    }

    /// What the platform knows of the token in use; `None` where the credential has no app that may ask.
    pub(super) async fn introspect<T>(
        &self,
        tally: &Tally,
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<Option<T>, Failure> {
        let Some(client) = &self.login.client else { return Ok(None) };
        let url = below(&self.oauth, "introspectToken", Source::Linkedin, None)?;
        let token = self.login.access.token().await?;
        let secrets = [
            (Place::Param("client_id"), &client.id),
            (Place::Param("client_secret"), &client.secret),
            (Place::Param("token"), &*token),
        ];
        let call = Call {
            source: Source::Linkedin,
            account: None,
            method: Method::Post,
            url: &url,
            params: &[],
            json: None,
            headers: &[],
            secrets: &secrets,
            dialect: &OauthDialect,
            deadline: limits::TOKEN_DEADLINE,
            weight: 1,
        };
        self.caller.ask(tally, &call, read).await.map(Some)
    }

    /// Asks for every page of a list that names its next one.
    pub(super) async fn pages(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        mut read: impl FnMut(&[u8]) -> Result<PageEnd, BadBody>,
    ) -> Result<(), Failure> {
        let mut pages = Pages::default();
        loop {
            let mut page = ask.clone();
            page.query = page.query.word("pageSize", &limits::LINKEDIN_PAGE_ITEMS.to_string());
            if let Some(token) = pages.cursor() {
                page.query = page.query.text("pageToken", token);
            }
            let end = self.ask(tally, &page, &mut read).await?;
            if !pages.turn(end, &ask.path).map_err(|what| drift(ask.account, what))? {
                return Ok(());
            }
        }
    }

    /// Asks for every page of a list that goes by numbers of elements. It is over where a page has none.
    pub(super) async fn offsets(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        mut read: impl FnMut(&[u8]) -> Result<PageEnd, BadBody>,
    ) -> Result<(), Failure> {
        let (mut pages, mut start) = (Pages::default(), 0);
        loop {
            let mut page = ask.clone();
            page.query = page.query.word("start", &start.to_string()).word("count", &limits::LINKEDIN_OFFSET_ITEMS.to_string());
            let end = self.ask(tally, &page, &mut read).await?;
            if end.items == 0 || end.items < limits::LINKEDIN_OFFSET_ITEMS && end.next.is_none() {
                return Ok(());
            }
            let known = end.items - end.fresh;
            start += end.items;
            // A page known already was served again, or the list ends where it began.
            let end = PageEnd { next: Some(start.to_string()), ..end };
            if known == end.items || !pages.turn(end, &ask.path).map_err(|what| drift(ask.account, what))? {
                return Ok(());
            }
        }
    }
}

/// The version a base URL names, else [`VERSION`].
fn version(base: &Url) -> Arc<str> {
    let named = base.query_pairs().find(|(name, _)| name == "version").map(|(_, version)| version.into_owned());
    named.as_deref().filter(|version| !version.is_empty()).unwrap_or(VERSION).into()
}

/// Answers that are each well-formed and together make no sense.
pub(super) fn drift(account: Option<&AccountId>, what: String) -> Failure {
    Failure::Other(answer::drift(Source::Linkedin, account, what, b"(several answers)", &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_may_name_another_version() {
        let of = |base: &str| version(&base.parse().unwrap());
        assert_eq!(&*of("https://api.linkedin.com"), VERSION);
        assert_eq!(&*of("http://127.0.0.1:1/linkedin?version=202611"), "202611");
        assert_eq!(&*of("http://127.0.0.1:1/linkedin?version="), VERSION);
    }
}
