//! Signing in at another identity provider.
//!
//! What is kept while a person is there lies in the database behind a token that only their browser holds, so that a sign-in begun in one
//! browser cannot be ended in another.

use crate::{Engine, Error};
use secrecy::SecretString;
use trimtab_connect::oidc::{Callback, Issuer, Pending, ReturnTo};
use trimtab_domain::Origin;
use trimtab_store::{ProviderIdentity, SignIn};
use url::Url;

/// Somebody who came back from a provider.
#[derive(Debug)]
pub struct Returned {
    /// How signing in went on.
    pub sign_in: SignIn,
    /// Where they wanted to go: a path of ours.
    pub return_to: String,
}

impl Engine {
    /// The providers people may sign in with: name in addresses and label on the button.
    pub fn providers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.issuers().iter().map(|issuer| (issuer.settings().name.as_str(), issuer.settings().label.as_str()))
    }

    /// Begins a sign-in at a provider: where to send the browser, and the token that goes with it.
    ///
    /// # Errors
    /// When there is no such provider, it cannot be reached, or the way back leads elsewhere than to us.
    pub async fn begin_provider(&self, name: &str, return_to: &str) -> Result<(Url, SecretString), Error> {
        let issuer = self.issuer(name)?;
        let return_to = return_to.parse::<ReturnTo>().map_err(|error| Error::Invalid(error.to_string()))?;
        let mut callback = self.site().clone();
        // Registered at the provider letter by letter.
        callback.set_path(&format!("/api/v1/auth/oidc/{name}/callback"));
        let begun = issuer.begin(&callback, return_to, None).await?;
        let pending = serde_json::to_string(&begun.pending).map_err(|error| Error::Invalid(error.to_string()))?;
        let token = self.store().system().begin_provider(pending).await?;
        Ok((begun.url, token))
    }

    /// Ends it: `token` comes with the browser, `callback` is what the provider sent.
    ///
    /// # Errors
    /// When it took too long, was begun in another browser, is refused by the provider, or nobody here is that person.
    pub async fn end_provider(&self, token: &SecretString, callback: &Callback, origin: &Origin) -> Result<Returned, Error> {
        let pending = self.store().system().end_provider(token).await?;
        let pending: Pending = serde_json::from_str(&pending).map_err(|_| trimtab_store::Error::ChallengeOver)?;
        let identity = self.issuer(&pending.issuer)?.finish(&pending, callback).await?;
        let identity = ProviderIdentity { issuer: identity.issuer, subject: identity.subject, email: identity.email };
        let newcomers = self.newcomers(&pending.issuer);
        let sign_in = self.store().system().sign_in_with_provider(&identity, newcomers, self.relying_party(), origin).await?;
        let sign_in = self.welcomed(sign_in, origin);
        Ok(Returned { sign_in, return_to: pending.return_to.as_str().to_owned() })
    }

    fn issuer(&self, name: &str) -> Result<&Issuer, Error> {
        let known = self.issuers().iter().find(|issuer| issuer.settings().name == name);
        known.ok_or_else(|| trimtab_store::Error::NotFound { noun: "sign-in provider", id: name.chars().take(40).collect() }.into())
    }
}
