//! Sign-in by somebody else's word: an OpenID Connect issuer (Google, Microsoft, Keycloak, any) says who a person is.
//!
//! [`Issuer::begin`] gives the address to send the browser to, and a [`Pending`] to keep until it comes back; [`Issuer::finish`] makes of that
//! and of what the browser brings an [`Identity`], or refuses with an [`Error`] that says who must act. Only the code flow with PKCE (`S256`)
//! is spoken. Nothing is stored here: documents and keys of the issuer are remembered for a while, no more.
//!
//! It does not decide who may use the installation: an identity is a proved name and address, nothing else. People are to be recognised by
//! `issuer` and `subject`, which never change; an address may find an account once, when the two are first brought together.
//!
//! **Invariant.** An identity comes of a token that the issuer signed for this application and for this very request, with an address that
//! somebody vouches for. **Invariant.** Nobody is sent to an address that is not a page of ours ([`ReturnTo`]).

mod address;
mod client;
mod discovery;
mod error;
mod identity;
mod pending;
mod return_to;
mod settings;
mod verify;

pub use error::{Error, TokenFlaw};
pub use identity::Identity;
pub use pending::{Callback, Pending};
pub use return_to::{NotLocal, ReturnTo};
pub use settings::{ClientAuth, EmailProof, IssuerSettings, Provider};

use crate::limits;
use discovery::{Discovered, Discovery};
use openidconnect::{
    AuthorizationCode, CsrfToken, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse, core::CoreAuthenticationFlow,
};
use secrecy::{ExposeSecret, SecretString};
use std::{borrow::Cow, fmt, sync::Arc};
use trimtab_domain::{Clock, Ids};
use trimtab_wire::Wire;
use url::Url;

/// An issuer people may sign in with. Cheap to clone; clones share what is remembered of it.
#[derive(Clone)]
pub struct Issuer {
    settings: Arc<IssuerSettings>,
    discovery: Arc<Discovery>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where to send the browser.
    pub url: Url,
    /// What to keep until it comes back, where only this browser's next request finds it: it holds secrets.
    pub pending: Pending,
}

impl Issuer {
    /// An issuer by its settings. Nothing is asked yet.
    #[must_use]
    pub fn new(settings: IssuerSettings, wire: Wire, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let settings = Arc::new(settings);
        let discovery = Arc::new(Discovery::new(Arc::clone(&settings), wire, Arc::clone(&clock)));
        Self { settings, discovery, clock, ids }
    }

    /// What it was made with.
    #[must_use]
    pub fn settings(&self) -> &IssuerSettings {
        &self.settings
    }

    /// Whether the issuer can be reached and says of itself what it should, for `doctor` and for an administrator who has just set it up.
    ///
    /// # Errors
    /// [`Error::Unreachable`] or [`Error::Document`].
    pub async fn check(&self) -> Result<(), Error> {
        self.discovery.anew().await.map(|_| ())
    }

    /// Begins a sign-in. `callback` is our address the browser comes back to, registered at the issuer letter by letter; `hint` an address to
    /// suggest there, where one is known.
    ///
    /// # Errors
    /// [`Error::Unreachable`] or [`Error::Document`] when the issuer's document cannot be read.
    pub async fn begin(&self, callback: &Url, return_to: ReturnTo, hint: Option<&str>) -> Result<Begun, Error> {
        let known = self.discovery.known().await?;
        let (state, nonce, verifier) = (self.secret("state"), self.secret("nonce"), self.secret("verifier"));
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        let client = client::client(&self.settings, &known, callback)?;
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (given_state, given_nonce) = (state.clone(), nonce.clone());
        let mut request = client
            .authorize_url(flow, || CsrfToken::new(given_state), || Nonce::new(given_nonce))
            .add_scopes(self.settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        if let Some(hint) = hint.filter(|hint| hint.len() <= limits::OIDC_TEXT_MAX) {
            request = request.add_extra_param("login_hint", hint.to_owned());
        }
        let (url, ..) = request.url();
        let pending = Pending {
            issuer: self.settings.name.clone(),
            state: state.into(),
            nonce: nonce.into(),
            verifier: verifier.into(),
            callback: callback.clone(),
            return_to,
            begun_at: self.clock.now(),
        };
        Ok(Begun { url, pending })
    }

    /// Ends a sign-in: `pending` is what [`Self::begin`] gave, `callback` what the browser came back with. Forget `pending` before calling this,
    /// so that it serves once.
    ///
    /// # Errors
    /// See [`Error`]: each variant says who must act.
    pub async fn finish(&self, pending: &Pending, callback: &Callback) -> Result<Identity, Error> {
        pending.belongs(&self.settings, callback, self.clock.now())?;
        let known = self.discovery.known().await?;
        self.came_from(&known, callback)?;
        let code = callback.code(&self.settings)?;
        let client = client::client(&self.settings, &known, &pending.callback)?;
        let http = self.discovery.http();
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.expose_secret().to_owned()))
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(pending.callback.clone())))
            .request_async(&http)
            .await
            .map_err(|error| client::refused(&self.settings, error))?;
        let flaw = |flaw| Error::Token { issuer: self.settings.label.clone(), flaw };
        let token = tokens.id_token().ok_or_else(|| flaw(TokenFlaw::Missing))?;
        let expected = verify::Expected {
            settings: &self.settings,
            nonce: pending.nonce.expose_secret(),
            now: self.clock.now(),
            access: tokens.access_token(),
        };
        let claims = match verify::claims(token, &expected, &known) {
            // A key that is not known may be new.
            Err(TokenFlaw::UnknownKey) => verify::claims(token, &expected, &*self.discovery.with_keys_anew(&known).await?),
            claims => claims,
        }
        .map_err(flaw)?;
        let told = identity::Told::of_token(claims);
        let told = match (&told.email, &known.document.userinfo_endpoint) {
            (None, Some(userinfo)) => {
                let more = self.discovery.userinfo(userinfo, tokens.access_token().secret()).await?;
                told.with(more).map_err(flaw)?
            }
            _ => told,
        };
        told.accepted(&self.settings)
    }

    /// Whether the answer is from this issuer (RFC 9207), where the issuer says so at all. A template names no one issuer.
    fn came_from(&self, known: &Discovered, callback: &Callback) -> Result<(), Error> {
        let document = &known.document;
        let same = match &callback.iss {
            Some(iss) => document.templated() || *iss == document.issuer,
            None => !document.authorization_response_iss_parameter_supported,
        };
        same.then_some(()).ok_or_else(|| Error::MixedUp { issuer: self.settings.label.clone() })
    }

    /// 43 letters nobody can guess: a SHA-256 over more randomness than it can hold.
    fn secret(&self, purpose: &str) -> String {
        let random: Vec<[u8; 16]> = (0..limits::OIDC_SECRET_DRAWS).map(|_| self.ids.fresh()).collect();
        pending::secret(purpose, &random)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A secret of an application, for whoever hands one to the library.
fn plain(secret: &SecretString) -> String {
    secret.expose_secret().to_owned()
}
