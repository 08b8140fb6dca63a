//! Requests and replies as every simulated platform sees them, apart from the HTTP library.

/// The verbs the platforms use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request below a platform's prefix.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Without the prefix and without a leading slash.
    pub(crate) path: String,
    /// Query and body together, in order.
    pub(crate) params: Vec<(String, String)>,
    /// The query as it came, for platforms whose parameters have a notation of their own.
    pub(crate) query: String,
    /// Headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body as it came.
    pub(crate) body: Vec<u8>,
    /// The bearer token of the header.
    pub(crate) bearer: Option<String>,
    /// Scheme, host and prefix (`http://127.0.0.1:9090/meta`), for links in answers.
    pub(crate) base: String,
}

impl Request {
    /// A header by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The same, where an empty value counts as none.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.param(name).filter(|v| !v.trim().is_empty())
    }
}

/// An answer of a platform.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) const fn json(status: u16, body: Vec<u8>) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    pub(crate) fn value(value: &serde_json::Value) -> Self {
        Self::json(200, value.to_string().into_bytes())
    }
}
