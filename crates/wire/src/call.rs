//! One call and its reply.

use crate::{Dialect, HeaderMap};
use bytes::Bytes;
use secrecy::SecretString;
use std::{borrow::Cow, fmt, time::Duration};
use trimtab_domain::{Source, id::AccountId};
use url::Url;

/// What to do with a URL. The stack repeats calls after transient failures, so both must be safe to repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read; parameters travel in the query.
    Get,
    /// Ask for something to be prepared; parameters travel as a form.
    Post,
}

impl Method {
    /// Its HTTP name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What to ask whom, on whose behalf and for how long.
pub struct Call<'a> {
    /// The platform.
    pub source: Source,
    /// The account it is for; `None` for calls that concern the credential itself.
    pub account: Option<&'a AccountId>,
    /// Read or prepare.
    pub method: Method,
    /// Where to, without parameters.
    pub url: &'a Url,
    /// Parameters that are no secret.
    pub params: &'a [(&'a str, Cow<'a, str>)],
    /// The credential, sent as a bearer token.
    pub secret: &'a SecretString,
    /// A parameter that is itself a secret. It joins the URL only as the request is sent.
    pub secret_param: Option<(&'a str, &'a SecretString)>,
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
