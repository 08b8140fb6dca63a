//! What an issuer says of itself: its endpoints and keys, read once and remembered for a while.

use super::{
    Error, IssuerSettings, Provider, TokenFlaw, address,
    client::{Http, accepting},
    identity::UserInfo,
    verify::is_guid,
};
use crate::limits;
use openidconnect::core::CoreJsonWebKeySet;
use serde::{Deserialize, de::DeserializeOwned};
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_domain::{Clock, Timestamp};
use trimtab_wire::{Errand, HeaderValue, Wire};
use url::Url;

/// How errands name whom they are for.
pub(super) const SERVICE: &str = "identity provider";
/// What stands for the directory in the document that Microsoft has for many of them.
const TEMPLATE: &str = "{tenantid}";

/// Reads and remembers.
#[derive(Debug)]
pub(super) struct Discovery {
    settings: Arc<IssuerSettings>,
    wire: Wire,
    clock: Arc<dyn Clock>,
    held: Mutex<Option<Arc<Discovered>>>,
}

/// What is known of an issuer.
#[derive(Debug)]
pub(super) struct Discovered {
    pub(super) document: Document,
    pub(super) keys: CoreJsonWebKeySet,
    read_at: Timestamp,
}

/// The parts of a discovery document that count here.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Document {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    #[serde(default)]
    pub(super) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Not told by everybody who can.
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl Discovery {
    pub(super) const fn new(settings: Arc<IssuerSettings>, wire: Wire, clock: Arc<dyn Clock>) -> Self {
        Self { settings, wire, clock, held: Mutex::new(None) }
    }

    pub(super) fn http(&self) -> Http {
        Http(self.wire.clone())
    }

    /// What is known, read again when it is old. Two who find it old both read it: nobody waits behind somebody who waits.
    pub(super) async fn known(&self) -> Result<Arc<Discovered>, Error> {
        let now = self.clock.now();
        let fresh = |known: &Arc<Discovered>| {
            let age = now.duration_since(known.read_at);
            !age.is_negative() && age.unsigned_abs() < limits::OIDC_DOCUMENT_KEPT
        };
        let held = self.held().clone();
        match held.filter(fresh) {
            Some(known) => Ok(known),
            None => self.anew().await,
        }
    }

    /// The same, read now.
    pub(super) async fn anew(&self) -> Result<Arc<Discovered>, Error> {
        let mut url = self.settings.issuer.clone();
        url.set_path(&format!("{}/.well-known/openid-configuration", url.path().trim_end_matches('/')));
        let document: Document = self.read(&url, None).await?;
        document.fits(&self.settings).map_err(|what| self.document(what))?;
        let keys = self.read(&document.jwks_uri, None).await?;
        Ok(self.hold(Discovered { document, keys, read_at: self.clock.now() }))
    }

    /// The same with the keys read anew, unless somebody else has done so meanwhile.
    pub(super) async fn with_keys_anew(&self, known: &Arc<Discovered>) -> Result<Arc<Discovered>, Error> {
        let held = self.held().clone();
        if let Some(newer) = held.filter(|held| !Arc::ptr_eq(held, known)) {
            return Ok(newer);
        }
        let keys = self.read(&known.document.jwks_uri, None).await?;
        Ok(self.hold(Discovered { document: known.document.clone(), keys, read_at: known.read_at }))
    }

    /// What the issuer tells of the person an access token is for.
    pub(super) async fn userinfo(&self, url: &Url, access: &str) -> Result<UserInfo, Error> {
        let unsendable = |_| Error::Token { issuer: self.settings.label.clone(), flaw: TokenFlaw::Malformed };
        let mut bearer = HeaderValue::from_str(&format!("Bearer {access}")).map_err(unsendable)?;
        bearer.set_sensitive(true);
        self.read(url, Some(bearer)).await
    }

    async fn read<T: DeserializeOwned>(&self, url: &Url, authorization: Option<HeaderValue>) -> Result<T, Error> {
        let headers = accepting(authorization);
        let errand = Errand { service: SERVICE, url, headers, body: None, deadline: limits::OIDC_DEADLINE };
        let issuer = || self.settings.label.clone();
        let reply =
            self.wire.run(errand).await.map_err(|source| Error::Unreachable { issuer: issuer(), source: Box::new(source) })?;
        match reply.status {
            200 => {}
            status @ (429 | 500..) => return Err(Error::Trouble { issuer: issuer(), status, path: url.path().to_owned() }),
            status => return Err(self.document(format!("HTTP {status} at {}", url.path()))),
        }
        serde_json::from_slice(&reply.body)
            .map_err(|error| self.document(format!("the answer at {} is not what it should be: {error}", url.path())))
    }

    fn document(&self, what: String) -> Error {
        Error::Document { issuer: self.settings.label.clone(), what }
    }

    fn hold(&self, known: Discovered) -> Arc<Discovered> {
        let known = Arc::new(known);
        *self.held() = Some(Arc::clone(&known));
        known
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Arc<Discovered>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Document {
    /// Whether it is for many issuers at once.
    pub(super) fn templated(&self) -> bool {
        self.issuer.contains(TEMPLATE)
    }

    /// The one issuer a token must be from; `tenant` is the directory it says it is of, and is asked for only where that matters.
    pub(super) fn issuer_of(&self, tenant: impl FnOnce() -> Option<String>) -> Option<String> {
        if self.templated() { Some(self.issuer.replace(TEMPLATE, &tenant()?)) } else { Some(self.issuer.clone()) }
    }

    /// Whether it is the document of the issuer in the settings, and its endpoints may be talked to.
    fn fits(&self, settings: &IssuerSettings) -> Result<(), String> {
        if !self.names(settings) {
            return Err(format!("the document names the issuer {}, not {}", super::pending::quoted(&self.issuer), settings.issuer));
        }
        let endpoints =
            [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri].into_iter().chain(&self.userinfo_endpoint);
        for endpoint in endpoints {
            // One who is spoken to encrypted must not lead anywhere in the clear.
            if !address::safe(endpoint) || (settings.issuer.scheme() == "https" && endpoint.scheme() != "https") {
                return Err(format!("{endpoint} is not encrypted (https)"));
            }
        }
        match &self.code_challenge_methods_supported {
            Some(methods) if !methods.iter().any(|method| method == "S256") => Err("it does not offer PKCE with S256".to_owned()),
            _ => Ok(()),
        }
    }

    fn names(&self, settings: &IssuerSettings) -> bool {
        let bare = |text: &str| text.trim_end_matches('/').to_owned();
        if bare(&self.issuer) == bare(settings.issuer.as_str()) {
            return true;
        }
        // Microsoft names a directory by its id whatever it was asked by, and in the document for many by a template.
        let parts = |text: &str| {
            let (origin, path) =
                text.rsplit_once("/v2.0").filter(|(_, rest)| rest.is_empty() || *rest == "/")?.0.rsplit_once('/')?;
            Some((origin.to_owned(), path.to_owned()))
        };
        let (Some((origin, asked)), Some((told_origin, told))) = (parts(settings.issuer.as_str()), parts(&self.issuer)) else {
            return false;
        };
        let may =
            if settings.provider.shared(&asked) { told == TEMPLATE || is_guid(&told) } else { is_guid(&told) && !is_guid(&asked) };
        settings.provider == Provider::Microsoft && origin == told_origin && may
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::EmailProof;

    fn settings(provider: Provider, issuer: &str) -> IssuerSettings {
        IssuerSettings {
            name: "x".into(),
            label: "X".into(),
            provider,
            issuer: issuer.parse().unwrap(),
            client_id: "id".into(),
            client_secret: None,
            client_auth: None,
            scopes: Vec::new(),
            email_proof: EmailProof::Claim,
            allowed_domains: Vec::new(),
        }
    }

    fn document(issuer: &str, endpoint: &str, methods: Option<&[&str]>) -> Document {
        let document = serde_json::json!({
            "issuer": issuer, "authorization_endpoint": endpoint, "token_endpoint": endpoint, "jwks_uri": endpoint,
            "code_challenge_methods_supported": methods,
        });
        serde_json::from_value(document).unwrap()
    }

    const GUID: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

    #[test]
    fn a_document_must_be_the_issuers_own() {
        let microsoft = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
        let (here, other) = (microsoft(GUID), microsoft("11111111-2222-3333-4444-555555555555"));
        for (provider, asked, told, good) in [
            (Provider::Standard, "https://sso.x.example/realms/a", "https://sso.x.example/realms/a", true),
            (Provider::Standard, "https://x.auth0.com", "https://x.auth0.com/", true),
            (Provider::Standard, "https://sso.x.example/realms/a", "https://sso.x.example/realms/b", false),
            (Provider::Standard, "https://sso.x.example", "https://evil.example", false),
            (Provider::Microsoft, &microsoft("agency.example"), &here, true),
            (Provider::Microsoft, &here, &here, true),
            (Provider::Microsoft, &here, &other, false),
            (Provider::Microsoft, &microsoft("common"), &microsoft(TEMPLATE), true),
            (Provider::Microsoft, &microsoft("consumers"), &here, true),
            (Provider::Microsoft, &microsoft("agency.example"), &microsoft(TEMPLATE), false),
            (Provider::Microsoft, &microsoft("common"), "https://evil.example/{tenantid}/v2.0", false),
            (Provider::Microsoft, &microsoft("common"), "https://login.microsoftonline.com/{tenantid}/v1.0", false),
            (Provider::Standard, &microsoft("common"), &microsoft(TEMPLATE), false),
        ] {
            let outcome = document(told, "https://x.example/e", None).fits(&settings(provider, asked));
            assert_eq!(outcome.is_ok(), good, "{provider} {asked} {told}: {outcome:?}");
        }
    }

    #[test]
    fn endpoints_are_encrypted_and_pkce_is_offered() {
        let issuer = "https://x.example";
        let fits = |endpoint: &str, methods| document(issuer, endpoint, methods).fits(&settings(Provider::Standard, issuer));
        assert_eq!(fits("https://x.example/e", Some(&["plain", "S256"])), Ok(()));
        assert!(fits("https://x.example/e", Some(&["plain"])).unwrap_err().contains("PKCE"));
        for bad in ["http://x.example/e", "http://127.0.0.1/e", "ftp://x.example/e"] {
            assert!(fits(bad, None).unwrap_err().contains("not encrypted"), "{bad}");
        }
        let local = document("http://127.0.0.1:9/oidc", "http://127.0.0.1:9/e", None);
        assert_eq!(local.fits(&settings(Provider::Standard, "http://127.0.0.1:9/oidc")), Ok(()));
    }

    #[test]
    fn a_template_becomes_one_issuer_by_the_tokens_directory() {
        let shared = document("https://login.microsoftonline.com/{tenantid}/v2.0", "https://x.example/e", None);
        assert_eq!(shared.issuer_of(|| Some(GUID.to_owned())), Some(format!("https://login.microsoftonline.com/{GUID}/v2.0")));
        assert_eq!(shared.issuer_of(|| None), None, "a token of no directory is of no issuer");
        let single = document("https://x.example", "https://x.example/e", None);
        assert_eq!(single.issuer_of(|| panic!("not asked for")), Some("https://x.example".to_owned()));
    }
}
