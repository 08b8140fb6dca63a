//! What an installation says of an issuer.

use super::address;
use secrecy::SecretString;
use std::fmt;
use url::Url;

/// An issuer, the application registered there, and whom to accept.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// Its name in addresses and in settings: small letters, digits and hyphens.
    pub name: String,
    /// Its name on the button and in messages.
    pub label: String,
    /// Whose it is, where that makes a difference.
    pub provider: Provider,
    /// Its address, below which the discovery document lies.
    pub issuer: Url,
    /// The application's id there.
    pub client_id: String,
    /// Its secret; `None` for a public application, which has the code's verifier alone.
    pub client_secret: Option<SecretString>,
    /// How it shows who it is; `None`: as the issuer's document says.
    pub client_auth: Option<ClientAuth>,
    /// What to ask for, beside `openid`: `email` and `profile` in the usual case.
    pub scopes: Vec<String>,
    /// Who vouches that an address is the person's.
    pub email_proof: EmailProof,
    /// Domains of accepted addresses, in small letters; empty for all.
    pub allowed_domains: Vec<String>,
}

/// Whose issuer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Provider {
    /// Google: membership of an organisation is told by `hd`, not by the address.
    Google,
    /// Microsoft Entra: no `email_verified`, but `xms_edov` where the application asks for it; one document for many issuers.
    Microsoft,
    /// Any other that keeps to the standard.
    #[default]
    Standard,
}

/// How an application shows who it is at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// `Authorization: Basic`.
    Basic,
    /// As parameters of the form.
    Post,
}

/// Who vouches that an address belongs to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmailProof {
    /// The token must say so: `email_verified`, with Microsoft `xms_edov`.
    #[default]
    Claim,
    /// The issuer by itself: a company's own directory, whose administrators alone set addresses. A token that says the address is not
    /// verified is refused all the same.
    Directory,
}

/// The issuer of Google.
const GOOGLE: &str = "https://accounts.google.com";
/// The names under which one document of Microsoft stands for the issuers of many organisations.
const SHARED_TENANTS: [&str; 3] = ["common", "organizations", "consumers"];

impl Provider {
    /// The issuer's address. Microsoft has one per directory (`tenant`: its id or a domain of it); the others have no directories.
    ///
    /// # Errors
    /// What is missing or wrong, in the words of a setting's problem.
    pub fn issuer(self, tenant: Option<&str>) -> Result<Option<Url>, String> {
        match (self, tenant.map(str::trim).filter(|tenant| !tenant.is_empty())) {
            (Self::Google, None) => Ok(Url::parse(GOOGLE).ok()),
            (Self::Standard, None) => Ok(None),
            (Self::Microsoft, Some(tenant)) => {
                let plain = tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
                let url = plain.then(|| Url::parse(&format!("https://login.microsoftonline.com/{tenant}/v2.0")).ok()).flatten();
                url.map(Some)
                    .ok_or_else(|| format!("'{tenant}' is not a directory: give its id or a domain such as agency.example"))
            }
            (Self::Microsoft, None) => {
                Err("the directory is missing: give its id (Overview → Tenant ID) or a domain of it, or common for any".to_owned())
            }
            (_, Some(_)) => Err("only Microsoft has directories: remove it".to_owned()),
        }
    }

    /// Whether a directory stands for any: then nobody's administrators vouch for addresses.
    #[must_use]
    pub fn shared(self, tenant: &str) -> bool {
        self == Self::Microsoft && SHARED_TENANTS.contains(&tenant)
    }
}

impl IssuerSettings {
    /// Whether an address that the issuer gives or is given may be talked to: encrypted, or on this machine.
    #[must_use]
    pub fn safe(url: &Url) -> bool {
        address::safe(url)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::Standard => "standard",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_know_their_issuers() {
        let of = |provider: Provider, tenant| provider.issuer(tenant).map(|url| url.map(String::from));
        assert_eq!(of(Provider::Google, None), Ok(Some("https://accounts.google.com/".to_owned())));
        let ours = of(Provider::Microsoft, Some("agency.example"));
        assert_eq!(ours, Ok(Some("https://login.microsoftonline.com/agency.example/v2.0".to_owned())));
        assert_eq!(of(Provider::Standard, None), Ok(None));
        for bad in [None, Some(" "), Some("a/b"), Some("../x"), Some("a?b"), Some("a@b")] {
            assert!(of(Provider::Microsoft, bad).is_err(), "{bad:?}");
        }
        assert!(of(Provider::Google, Some("x")).is_err());
        assert!(Provider::Microsoft.shared("common") && !Provider::Microsoft.shared("agency.example"));
    }
}
