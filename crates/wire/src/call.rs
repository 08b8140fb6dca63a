//! One call and its reply.

use crate::{Dialect, HeaderMap};
use bytes::Bytes;
use secrecy::SecretString;
use std::{borrow::Cow, fmt, time::Duration};
use trimtab_domain::{Source, id::AccountId};
use url::Url;

/// What to do with a URL. The stack repeats calls after transient failures, so all must be safe to repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read; parameters travel in the query.
    Get,
    /// Ask a question too long for a query, or ask for something to be prepared. Parameters travel as a form, or in the query when
    /// the call has a [`Call::json`] body.
    Post,
    /// Read by a question too long for an address: the query of the URL travels as the body of a `POST` that says it stands for a `GET`
    /// (`X-HTTP-Method-Override`). Parameters and documents have no place in it.
    Tunnel,
}

impl Method {
    /// Its HTTP name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post | Self::Tunnel => "POST",
        }
    }
}

/// Where a secret travels. It joins the request only as that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// `Authorization: Bearer …`.
    Bearer,
    /// The password of `Authorization: Basic …`, beside this user name.
    Basic(&'a str),
    /// A header of this name, in lower case.
    Header(&'static str),
    /// A parameter of this name, among the others.
    Param(&'a str),
}

/// What to ask whom, on whose behalf and for how long.
pub struct Call<'a> {
    /// The platform.
    pub source: Source,
    /// The account it is for; `None` for calls that concern the credential itself.
    pub account: Option<&'a AccountId>,
    /// Read or prepare.
    pub method: Method,
    /// Where to. A query it has already is sent as it stands, for platforms whose parameters have a notation of their own.
    pub url: &'a Url,
    /// Parameters that are no secret.
    pub params: &'a [(&'a str, Cow<'a, str>)],
    /// A JSON document to send with a [`Method::Post`].
    pub json: Option<&'a [u8]>,
    /// Headers that are no secret, names in lower case.
    pub headers: &'a [(&'static str, &'a str)],
    /// The credential's parts and where each of them travels.
    pub secrets: &'a [(Place<'a>, &'a SecretString)],
    /// How the platform speaks.
    pub dialect: &'a dyn Dialect,
    /// Longest time from sending one attempt to the last byte of its body. A call makes several attempts and may wait for quota
    /// between them, each bounded by the settings.
    pub deadline: Duration,
    /// What the call costs of the platform's budget; 1 for ordinary reads.
    pub weight: u32,
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("source", &self.source)
            .field("account", &self.account)
            .field("method", &self.method)
            .field("path", &self.url.path())
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// A good reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The decompressed body.
    pub body: Bytes,
    /// Requests made for it, the last included.
    pub attempts: u32,
}
