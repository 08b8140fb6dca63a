//! Who somebody is, once everything holds.

use super::{
    EmailProof, Error, IssuerSettings, Provider, TokenFlaw,
    pending::quoted,
    verify::{Claims, Extra},
};
use crate::limits;
use serde::Deserialize;

/// Who somebody is by an issuer's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The issuer, as its tokens name it. Together with `subject` it names the person for ever.
    pub issuer: String,
    /// The person's id there. Never an address, and never another person's.
    pub subject: String,
    /// The address, which somebody vouched for. It may change.
    pub email: String,
    /// The name for people, where one is told.
    pub name: Option<String>,
}

/// What was told of somebody, before it is judged.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) email: Option<String>,
    pub(super) verified: Option<bool>,
    pub(super) name: Option<String>,
    pub(super) extra: Extra,
}

/// The same at the userinfo endpoint.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct UserInfo {
    sub: String,
    email: Option<String>,
    #[serde(default, deserialize_with = "super::verify::yes_or_no")]
    email_verified: Option<bool>,
    name: Option<String>,
    #[serde(flatten)]
    extra: Extra,
}

impl Told {
    pub(super) fn of_token(claims: &Claims) -> Self {
        let name = claims.name().and_then(|names| names.get(None).or_else(|| names.iter().next().map(|(_, name)| name)));
        Self {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            email: claims.email().map(|email| email.as_str().to_owned()),
            verified: claims.email_verified(),
            name: name.map(|name| name.as_str().to_owned()),
            extra: claims.additional_claims().clone(),
        }
    }

    /// The same with what the userinfo endpoint adds. That is told over TLS alone, so it must be about the same person.
    pub(super) fn with(self, more: UserInfo) -> Result<Self, TokenFlaw> {
        if more.sub != self.subject {
            return Err(TokenFlaw::Subject);
        }
        let name = self.name.or(more.name);
        let extra = Extra { hd: self.extra.hd.or(more.extra.hd), xms_edov: self.extra.xms_edov.or(more.extra.xms_edov) };
        Ok(Self { email: more.email, verified: more.email_verified, name, extra, ..self })
    }

    /// The identity, if the address is one, somebody vouches for it, and it may sign in here.
    pub(super) fn accepted(self, settings: &IssuerSettings) -> Result<Identity, Error> {
        let issuer = || settings.label.clone();
        let email = self.email.as_deref().map(str::trim).unwrap_or_default();
        let domain = domain_of(email).ok_or_else(|| Error::NoEmail { issuer: issuer() })?;
        let edov = settings.provider == Provider::Microsoft && self.extra.xms_edov == Some(true);
        let vouched = match settings.email_proof {
            EmailProof::Claim => self.verified == Some(true) || edov,
            EmailProof::Directory => self.verified != Some(false),
        };
        if !vouched {
            return Err(Error::EmailUnverified { issuer: issuer() });
        }
        // An address of the organisation may belong to somebody's own Google account, who has long left.
        let organisation = match settings.provider {
            Provider::Google => self.extra.hd.as_deref().unwrap_or("no organisation").to_ascii_lowercase(),
            Provider::Microsoft | Provider::Standard => domain.clone(),
        };
        let allowed = |domain: &String| settings.allowed_domains.is_empty() || settings.allowed_domains.contains(domain);
        if let Some(domain) = [organisation, domain].into_iter().find(|domain| !allowed(domain)) {
            return Err(Error::Domain { issuer: issuer(), domain: quoted(&domain) });
        }
        let name = self.name.map(|name| quoted(name.trim())).filter(|name| !name.is_empty());
        Ok(Identity { email: email.to_owned(), issuer: self.issuer, subject: self.subject, name })
    }
}

/// The domain of an address, in small letters; `None` where it is no address.
fn domain_of(email: &str) -> Option<String> {
    let (local, domain) = email.rsplit_once('@')?;
    let plain = |text: &str| !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@');
    (plain(local) && plain(domain) && email.len() <= limits::EMAIL_BYTES_MAX).then(|| domain.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(provider: Provider, email_proof: EmailProof, domains: &[&str]) -> IssuerSettings {
        IssuerSettings {
            name: "x".into(),
            label: "X".into(),
            provider,
            issuer: "https://x.example".parse().unwrap(),
            client_id: "id".into(),
            client_secret: None,
            client_auth: None,
            scopes: Vec::new(),
            email_proof,
            allowed_domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        }
    }

    fn told(email: &str, verified: Option<bool>, extra: Extra) -> Told {
        let (issuer, subject) = ("https://x.example".to_owned(), "s-1".to_owned());
        Told { issuer, subject, email: Some(email.to_owned()), verified, name: Some(" Ada\r\nX: y ".to_owned()), extra }
    }

    fn outcome(told: Told, settings: &IssuerSettings) -> &'static str {
        told.accepted(settings).map_or_else(|error| error.code(), |_| "accepted")
    }

    #[test]
    fn an_address_needs_somebody_who_vouches_for_it() {
        let (edov, none) = (Extra { hd: None, xms_edov: Some(true) }, Extra::default());
        let not = Extra { hd: None, xms_edov: Some(false) };
        for (provider, proof, verified, extra, expected) in [
            (Provider::Standard, EmailProof::Claim, Some(true), &none, "accepted"),
            (Provider::Standard, EmailProof::Claim, Some(false), &none, "oidc_email_unverified"),
            (Provider::Standard, EmailProof::Claim, None, &none, "oidc_email_unverified"),
            (Provider::Standard, EmailProof::Claim, None, &edov, "oidc_email_unverified"),
            (Provider::Microsoft, EmailProof::Claim, None, &none, "oidc_email_unverified"),
            (Provider::Microsoft, EmailProof::Claim, None, &not, "oidc_email_unverified"),
            (Provider::Microsoft, EmailProof::Claim, None, &edov, "accepted"),
            (Provider::Microsoft, EmailProof::Directory, None, &none, "accepted"),
            (Provider::Standard, EmailProof::Directory, None, &none, "accepted"),
            (Provider::Standard, EmailProof::Directory, Some(false), &none, "oidc_email_unverified"),
        ] {
            let settings = settings(provider, proof, &[]);
            assert_eq!(
                outcome(told("a@x.example", verified, extra.clone()), &settings),
                expected,
                "{provider} {proof:?} {verified:?}"
            );
        }
    }

    #[test]
    fn only_allowed_domains_and_with_google_only_members() {
        let (plain, google) = (
            settings(Provider::Standard, EmailProof::Claim, &["agency.example"]),
            settings(Provider::Google, EmailProof::Claim, &["agency.example"]),
        );
        let of = |hd: Option<&str>| Extra { hd: hd.map(str::to_owned), xms_edov: None };
        for (email, expected) in [
            ("a@Agency.Example", "accepted"),
            ("a@agency.example.evil.example", "oidc_domain"),
            ("a@evil.example", "oidc_domain"),
            ("a@sub.agency.example", "oidc_domain"),
            ("\"x@agency.example\"@evil.example", "oidc_no_email"),
            ("a@b@agency.example", "oidc_no_email"),
            ("agency.example", "oidc_no_email"),
            ("a b@agency.example", "oidc_no_email"),
            ("a@agency.example\r\nbcc: b@x.example", "oidc_no_email"),
            ("", "oidc_no_email"),
        ] {
            assert_eq!(outcome(told(email, Some(true), of(None)), &plain), expected, "{email}");
        }
        for (hd, expected) in [(None, "oidc_domain"), (Some("other.example"), "oidc_domain"), (Some("agency.example"), "accepted")]
        {
            assert_eq!(outcome(told("a@agency.example", Some(true), of(hd)), &google), expected, "{hd:?}");
        }
        let somebody = told("a@agency.example", Some(true), of(None)).accepted(&plain).unwrap();
        assert_eq!(somebody.name.as_deref(), Some("Ada  X: y"), "a name is one line");
    }
}
