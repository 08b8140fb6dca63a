//! Asking Klaviyo: one request with the key, or all pages of a list.
//!
//! Assumed, since nothing says otherwise: answers come as JSON:API whatever `accept` names, as the platform's own examples with `accept:
//! application/json` have it.

use super::{KlaviyoDialect, VERSION, dialect::Cost};
pub(super) use crate::answer::{BadBody, Failure, Tally};
use crate::{
    Error,
    answer::{self, Heard},
    limits,
    oauth::below,
    paging::{PageEnd, Pages},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use std::{borrow::Cow, sync::Arc, time::Duration};
use trimtab_domain::{Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Method, Place, Wire};
use url::Url;

/// Named parameters of a request.
pub(super) type Params = Vec<(&'static str, Cow<'static, str>)>;

/// Who is asked, with what key. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Service {
    wire: Wire,
    /// Base of every path, with a trailing slash.
    base: Url,
    /// The key as the header has it.
    signature: Arc<SecretString>,
    key: Arc<SecretString>,
    /// Longest time one request may take.
    pub(super) deadline: Duration,
    heard: Heard,
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Ask<'a> {
    pub(super) account: Option<&'a AccountId>,
    /// Below `/api`: `metric-aggregates`.
    pub(super) path: &'static str,
    pub(super) params: Params,
    /// The document to send; without one, the request is a plain read.
    pub(super) json: Option<Vec<u8>>,
    pub(super) cost: Cost,
}

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    #[serde(default)]
    links: Links,
}

/// Where a list goes on.
#[derive(Deserialize, Default)]
pub(super) struct Links {
    next: Option<String>,
}

impl Links {
    /// The cursor of the next page. The address it stands in is not followed: it names a host, and the key goes to one host alone.
    pub(super) fn cursor(&self) -> Option<String> {
        let next = Url::parse(self.next.as_deref()?).ok()?;
        let named = |name: &str| next.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        named("page[cursor]").or_else(|| named("page_cursor"))
    }
}

impl Service {
    pub(super) fn new(wire: Wire, base: &Url, key: &SecretString) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_path(&format!("{}/api/", base.path().trim_end_matches('/')));
        let signature = SecretString::from(format!("Klaviyo-API-Key {}", key.expose_secret()));
        let (signature, key) = (Arc::new(signature), Arc::new(key.clone()));
        Self { wire, base, signature, key, deadline: limits::CALL_DEADLINE, heard: Heard::default() }
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
        let url = below(&self.base, ask.path, Source::Klaviyo, ask.account)?;
        let mut malformed = 0;
        loop {
            let call = Call {
                source: Source::Klaviyo,
                account: ask.account,
                method: if ask.json.is_some() { Method::Post } else { Method::Get },
                url: &url,
                params: &ask.params,
                json: ask.json.as_deref(),
                headers: if ask.json.is_some() {
                    &[("revision", VERSION), ("content-type", "application/vnd.api+json")]
                } else {
                    &[("revision", VERSION)]
                },
                secrets: &[(Place::Header("authorization"), &self.signature)],
                dialect: &KlaviyoDialect,
                deadline: self.deadline,
                weight: ask.cost.weight(),
            };
            let reply = self.wire.call(call).await?;
            self.heard.note(tally, &reply);
            let what = match read(&reply.body) {
                Ok(answer) => return Ok(answer),
                Err(BadBody::Malformed(_)) if malformed + 1 < limits::MALFORMED_ATTEMPTS_MAX => {
                    malformed += 1;
                    tokio::time::sleep(limits::MALFORMED_WAIT * malformed).await;
                    continue;
                }
                Err(BadBody::Malformed(error)) => format!("{error} at {}", ask.path),
                Err(BadBody::Conflict(what)) => what,
            };
            return Err(Failure::Other(self.drift(ask.account, what, &reply.body)));
        }
    }

    /// Asks for every page of a list. `keep` takes the items of a page and says how many were new.
    pub(super) async fn pages<T: DeserializeOwned>(
        &self,
        tally: &Tally,
        ask: &Ask<'_>,
        mut keep: impl FnMut(Vec<T>) -> usize,
    ) -> Result<(), Failure> {
        let mut pages = Pages::default();
        loop {
            let mut page = ask.clone();
            page.params.extend(pages.cursor().map(|cursor| ("page[cursor]", Cow::Owned(cursor.to_owned()))));
            let Page { data, links } = self.ask(tally, &page, |body| Ok(serde_json::from_slice::<Page<T>>(body)?)).await?;
            let items = data.len();
            let end = PageEnd { next: links.cursor(), items, fresh: keep(data) };
            if !pages.turn(end, ask.path).map_err(|what| Failure::Other(self.drift(ask.account, what, b"")))? {
                return Ok(());
            }
        }
    }

    /// An answer of another shape, with its beginning.
    pub(super) fn drift(&self, account: Option<&AccountId>, what: String, body: &[u8]) -> Error {
        answer::drift(Source::Klaviyo, account, what, body, &[&self.signature, &self.key])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_by_the_cursor_in_its_link() {
        let cursor = |json: &str| serde_json::from_str::<Links>(json).unwrap().cursor();
        let next = "https://a.klaviyo.com/api/flows?page%5Bcursor%5D=bmV4dDo6aWQ6Olhx&page%5Bsize%5D=50";
        assert_eq!(cursor(&format!(r#"{{"self":"x","next":"{next}"}}"#)).as_deref(), Some("bmV4dDo6aWQ6Olhx"));
        assert_eq!((cursor(r#"{"next":null}"#), cursor("{}")), (None, None));
    }
}
