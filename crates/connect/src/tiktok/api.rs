//! Asking the API for Business: one request, or all pages of a list.
//!
//! Pages are numbered, so a list that changes while it is read shifts under the reader. A page that is not the one asked for, or that
//! brings nothing new, is asked for again; a list that ends with fewer rows than it announced is read again from its start.

use super::{TiktokDialect, VERSION};
pub(super) use crate::answer::{BadBody, Tally};
use crate::{
    Error,
    answer::{self, Heard},
    limits,
};
use secrecy::SecretString;
use serde::Deserialize;
use std::{borrow::Cow, sync::Arc, time::Duration};
use trimtab_domain::{Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Method, Place, Refusal, Wire};
use url::Url;

/// Named parameters of a request.
pub(super) type Params<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Marks a report that considered only the newest 20 000 ads.
const CUT_SHORT: &str = "x-tt-ads-throttle";

/// Who is asked, with what credential.
#[derive(Debug, Clone)]
pub(super) struct Api {
    wire: Wire,
    /// Base of every path, with the version and a trailing slash.
    base: Url,
    token: Arc<SecretString>,
    /// Longest time one request may take.
    pub(super) deadline: Duration,
    heard: Heard,
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Ask<'a> {
    account: Option<&'a AccountId>,
    /// Below the version, with the trailing slash every path of TikTok ends with: `campaign/get/`.
    path: &'static str,
    params: Params<'a>,
}

impl<'a> Ask<'a> {
    pub(super) const fn get(account: Option<&'a AccountId>, path: &'static str, params: Params<'a>) -> Self {
        Self { account, path, params }
    }
}

/// A list as TikTok takes it: JSON text.
pub(super) fn json<T: AsRef<str>>(list: &[T]) -> Cow<'static, str> {
    let list: Vec<&str> = list.iter().map(AsRef::as_ref).collect();
    serde_json::Value::from(list).to_string().into()
}

/// A good envelope.
#[derive(Deserialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
}

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct Listed<T> {
    pub(super) list: Vec<T>,
    pub(super) page_info: PageInfo,
}

/// Which page it is, and of how many.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct PageInfo {
    page: u32,
    total_page: u32,
    total_number: usize,
}

impl PageInfo {
    /// Objects or rows the whole list holds.
    pub(super) const fn total(&self) -> usize {
        self.total_number
    }

    /// The same, as of a list that ends here.
    pub(super) const fn ended(self) -> Self {
        Self { page: self.page, total_page: self.page, total_number: 0 }
    }
}

/// What came with a page.
#[derive(Debug)]
pub(super) struct PageEnd {
    pub(super) info: PageInfo,
    /// Rows on the page.
    pub(super) rows: usize,
    /// Rows not seen before.
    pub(super) fresh: usize,
}

/// Takes the pages of a list in.
pub(super) trait Gather {
    /// Takes a page in, whole or not at all where it is malformed.
    fn take(&mut self, body: &[u8]) -> Result<PageEnd, BadBody>;
    /// Rows held.
    fn held(&self) -> usize;
    /// Forgets all rows, for another go.
    fn forget(&mut self);
}

/// Why a request came to nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// The platform cannot make an answer this large; asking for less may work.
    TooMuch(Error),
    /// The answer leaves out ads because there are too many; asking for fewer campaigns may work, fewer days does not.
    CutShort(Error),
    /// The credential may not see this.
    Forbidden(Error),
    /// The platform does not understand, or no longer, what is asked.
    Unoffered(Error),
    /// Anything else.
    Other(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooMuch(error)
            | Failure::CutShort(error)
            | Failure::Forbidden(error)
            | Failure::Unoffered(error)
            | Failure::Other(error) => error,
        }
    }
}

impl From<trimtab_wire::Error> for Failure {
    fn from(error: trimtab_wire::Error) -> Self {
        match error {
            trimtab_wire::Error::TooLarge { .. } | trimtab_wire::Error::Refused { refusal: Refusal::TooMuch, .. } => {
                Self::TooMuch(error.into())
            }
            trimtab_wire::Error::Refused { refusal: Refusal::Permission, .. } => Self::Forbidden(error.into()),
            trimtab_wire::Error::Refused { refusal: Refusal::Request, .. } => Self::Unoffered(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

/// Where every path begins: a base that names a version keeps it.
fn versioned(base: &Url) -> Url {
    let mut base = base.clone();
    base.set_query(None);
    let path = base.path().trim_end_matches('/').to_owned();
    let named = path.split('/').any(|segment| segment == "open_api");
    base.set_path(&if named { format!("{path}/") } else { format!("{path}/open_api/{VERSION}/") });
    base
}

impl Api {
    pub(super) fn new(wire: Wire, base: &Url, token: SecretString) -> Self {
        Self { wire, base: versioned(base), token: Arc::new(token), deadline: limits::CALL_DEADLINE, heard: Heard::default() }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        self.heard.at()
    }

    /// Asks once and takes the answer in.
    pub(super) async fn ask<T>(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        mut read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let url = self.base.join(ask.path).map_err(|error| {
            let reason = format!("'{}' cannot be part of a URL: {error}", ask.path);
            Failure::Other(Error::Rejected { platform: Source::Tiktok, account: ask.account.cloned(), reason })
        })?;
        let mut malformed = 0;
        loop {
            let call = Call {
                source: Source::Tiktok,
                account: ask.account,
                method: Method::Get,
                url: &url,
                params: &ask.params,
                json: None,
                headers: &[],
                secrets: &[(Place::Header("access-token"), &*self.token)],
                dialect: &TiktokDialect,
                deadline: self.deadline,
                weight: 1,
            };
            let reply = self.wire.call(call).await?;
            self.heard.note(tally, &reply);
            if let Some(warning) = reply.headers.get(CUT_SHORT) {
                let warning = String::from_utf8_lossy(warning.as_bytes());
                let reason =
                    format!("a single campaign has more ads than TikTok's reports cover, so figures would be missing: {warning}");
                return Err(Failure::CutShort(Error::Rejected { platform: Source::Tiktok, account: ask.account.cloned(), reason }));
            }
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

    /// Asks for every page of a list, `rows` at a time, until all it announces are there.
    pub(super) async fn pages(&self, tally: &Tally, ask: &Ask<'_>, rows: u32, into: &mut impl Gather) -> Result<(), Failure> {
        for _ in 0..limits::REREADS_MAX {
            into.forget();
            if self.through(tally, ask, rows, into).await? {
                return Ok(());
            }
        }
        let what = format!("{} kept changing while it was read", ask.path);
        let account = ask.account.cloned();
        Err(Failure::Other(Error::Transient { platform: Source::Tiktok, account, what, timeout: false, source: None }))
    }

    /// Goes through a list once; whether it came out whole.
    async fn through(&self, tally: &Tally, ask: &Ask<'_>, rows: u32, into: &mut impl Gather) -> Result<bool, Failure> {
        let (mut number, mut stale) = (1, 0);
        while number <= limits::PAGES_MAX {
            let mut page = ask.clone();
            page.params.extend([("page", number.to_string().into()), ("page_size", rows.to_string().into())]);
            let PageEnd { info, rows, fresh } = self.ask(tally, &page, |body| into.take(body)).await?;
            if info.page != number || (rows > 0 && fresh == 0) {
                stale += 1;
                if stale > limits::STALE_PAGES_MAX {
                    return Ok(false);
                }
                continue;
            }
            if number >= info.total_page {
                return Ok(into.held() >= info.total_number);
            }
            (number, stale) = (number + 1, 0);
        }
        Err(self.drift(ask, format!("{} has more than {} pages", ask.path, limits::PAGES_MAX), b""))
    }

    fn drift(&self, ask: &Ask<'_>, what: String, body: &[u8]) -> Failure {
        Failure::Other(answer::drift(Source::Tiktok, ask.account, what, body, &[&self.token]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_may_name_its_version() {
        let base = |text: &str| versioned(&text.parse().unwrap()).to_string();
        assert_eq!(base(super::super::BASE_URL), "https://business-api.tiktok.com/open_api/v1.3/");
        assert_eq!(base("http://127.0.0.1:9/tiktok/"), "http://127.0.0.1:9/tiktok/open_api/v1.3/");
        assert_eq!(base("https://x.test/open_api/v2.0"), "https://x.test/open_api/v2.0/");
    }

    #[test]
    fn lists_travel_as_json_text() {
        assert_eq!(json(&["a", "b\"c"]), r#"["a","b\"c"]"#);
        assert_eq!(json::<&str>(&[]), "[]");
    }
}
