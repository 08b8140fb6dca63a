//! Asking the Graph API: one request, or all pages of a list.
//!
//! Paging goes by `cursors.after`, never by the `next` URL, because that one carries the access token. A list is over when `next` is
//! missing, whatever its cursors say.

use super::{GraphDialect, VERSION};
use crate::{
    Deadlines, Error,
    answer::{self, Heard},
    limits,
    paging::Pages,
};
pub(crate) use crate::{
    answer::{BadBody, Tally},
    paging::PageEnd,
};
use secrecy::SecretString;
use serde::Deserialize;
use std::{borrow::Cow, sync::Arc};
use trimtab_domain::{Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Complaint, Method, Place, Refusal, Wire};
use url::Url;

/// Named parameters of a request.
pub(crate) type Params<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Who is asked, with what credential.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    wire: Wire,
    /// Base of every path, with a trailing slash and the version.
    base: Url,
    token: Arc<SecretString>,
    /// How long answers and reports are waited for.
    pub(crate) deadlines: Deadlines,
    heard: Heard,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) account: Option<&'a AccountId>,
    pub(crate) method: Method,
    /// Below the version: `act_1/insights`.
    pub(crate) path: Cow<'a, str>,
    pub(crate) params: Params<'a>,
}

impl<'a> Ask<'a> {
    pub(crate) fn get(account: Option<&'a AccountId>, path: impl Into<Cow<'a, str>>, params: Params<'a>) -> Self {
        Self { account, method: Method::Get, path: path.into(), params }
    }
}

/// Why a request came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The platform cannot make an answer this large; asking for less may work.
    TooMuch(Error),
    /// The platform does not know the object (yet).
    Unknown(Error),
    /// The credential may not see this.
    Forbidden(Error),
    /// Anything else.
    Other(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooMuch(error) | Failure::Unknown(error) | Failure::Forbidden(error) | Failure::Other(error) => error,
        }
    }
}

impl From<trimtab_wire::Error> for Failure {
    fn from(error: trimtab_wire::Error) -> Self {
        let refusal = match &error {
            trimtab_wire::Error::Refused { refusal, complaint, .. } => Some((*refusal, complaint)),
            trimtab_wire::Error::TooLarge { .. } => return Self::TooMuch(error.into()),
            _ => None,
        };
        match refusal {
            Some((Refusal::TooMuch, _)) => Self::TooMuch(error.into()),
            Some((Refusal::Missing, Complaint { code: Some(100), subcode: Some(33), .. })) => Self::Unknown(error.into()),
            Some((Refusal::Permission, _)) => Self::Forbidden(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

/// The `paging` object of a page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paging {
    cursors: Cursors,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cursors {
    after: Option<String>,
}

impl Paging {
    /// The cursor of the next page, if there is one.
    pub(crate) fn cursor(self) -> Option<String> {
        let next = self.next?;
        self.cursors.after.or_else(|| {
            let next = Url::parse(&next).ok()?;
            let (_, cursor) = next.query_pairs().find(|(key, _)| key == "after")?;
            Some(cursor.into_owned())
        })
    }
}

impl Graph {
    pub(crate) fn new(wire: Wire, base: &Url, token: SecretString) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_path(&format!("{}/{VERSION}/", base.path().trim_end_matches('/')));
        Self { wire, base, token: Arc::new(token), deadlines: Deadlines::default(), heard: Heard::default() }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(crate) fn heard(&self) -> Option<Timestamp> {
        self.heard.at()
    }

    /// Asks once and takes the answer in.
    pub(crate) async fn ask<T>(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        self.ask_with(tally, ask, None, read).await
    }

    /// Asks what the token itself is. The only request with the token in its parameters; `debug_token` takes it nowhere else.
    pub(crate) async fn ask_about_token<T>(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        self.ask_with(tally, ask, Some("input_token"), read).await
    }

    async fn ask_with<T>(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        token_param: Option<&str>,
        mut read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let url = self.base.join(&ask.path).map_err(|error| {
            let reason = format!("'{}' cannot be part of a URL: {error}", ask.path);
            Failure::Other(Error::Rejected { platform: Source::Meta, account: ask.account.cloned(), reason })
        })?;
        // A bearer header rather than the documented `access_token` parameter: Meta accepts both, and parameters end up in the logs of
        // every proxy on the way.
        let secrets: Vec<_> =
            [Place::Bearer].into_iter().chain(token_param.map(Place::Param)).map(|place| (place, &*self.token)).collect();
        let mut malformed = 0;
        loop {
            let call = Call {
                source: Source::Meta,
                account: ask.account,
                method: ask.method,
                url: &url,
                params: &ask.params,
                json: None,
                headers: &[],
                secrets: &secrets,
                dialect: &GraphDialect,
                deadline: self.deadlines.answer,
                weight: 1,
            };
            let reply = self.wire.call(call).await?;
            self.heard.note(tally, &reply);
            match read(&reply.body) {
                Ok(answer) => return Ok(answer),
                Err(BadBody::Malformed(error)) => {
                    malformed += 1;
                    if malformed == limits::MALFORMED_ATTEMPTS_MAX {
                        return Err(self.drift(ask, format!("{} at {}", error, ask.path), &reply.body));
                    }
                    tokio::time::sleep(limits::MALFORMED_WAIT * malformed).await;
                }
                Err(BadBody::Conflict(what)) => return Err(self.drift(ask, what, &reply.body)),
            }
        }
    }

    /// Asks for every page of a list, `rows` at a time, fewer where the platform finds that too much.
    pub(crate) async fn pages(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        rows: u32,
        mut read: impl FnMut(&[u8]) -> Result<PageEnd, BadBody>,
    ) -> Result<(), Failure> {
        let (mut rows, mut pages) = (rows, Pages::default());
        loop {
            let mut page = ask.clone();
            page.params.push(("limit", rows.to_string().into()));
            page.params.extend(pages.cursor().map(|after| ("after", Cow::Owned(after.to_owned()))));
            let end = match self.ask(tally, &page, &mut read).await {
                Err(Failure::TooMuch(_)) if rows > limits::PAGE_ROWS_MIN => {
                    rows = (rows / 2).max(limits::PAGE_ROWS_MIN);
                    continue;
                }
                end => end?,
            };
            if !pages.turn(end, &ask.path).map_err(|what| self.drift(ask, what, b""))? {
                return Ok(());
            }
        }
    }

    fn drift(&self, ask: &Ask<'_>, what: String, body: &[u8]) -> Failure {
        Failure::Other(answer::drift(Source::Meta, ask.account, what, body, &[&self.token]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(json: &str) -> Option<String> {
        serde_json::from_str::<Paging>(json).unwrap().cursor()
    }

    #[test]
    fn a_list_ends_where_next_is_missing() {
        assert_eq!(cursor(r#"{"cursors":{"before":"a","after":"b"}}"#), None);
        assert_eq!(cursor("{}"), None);
        assert_eq!(cursor(r#"{"cursors":{"after":"b"},"next":"https://x/?after=b&access_token=t"}"#).as_deref(), Some("b"));
        assert_eq!(cursor(r#"{"next":"https://x/?limit=2&after=MTAw%3D&access_token=t"}"#).as_deref(), Some("MTAw="));
    }
}
