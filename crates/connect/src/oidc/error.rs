//! Why somebody could not be signed in, by who must act.

use std::fmt;
use trimtab_domain::ErrorKind;
use trimtab_wire::ErrandError;

/// Why a sign-in failed. `issuer` is the label people know it by. No text holds a secret, a token or a code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The issuer cannot be reached or has trouble: time helps, or whoever runs the network.
    #[error(
        "{issuer} could not be reached: try again in a moment; if it stays so, the administrator checks the network and the issuer's address"
    )]
    Unreachable {
        /// Which.
        issuer: String,
        /// What failed.
        #[source]
        source: Box<ErrandError>,
    },
    /// The issuer answered with an error of its own: time helps.
    #[error("{issuer} has trouble (HTTP {status} at {path}): try again in a moment")]
    Trouble {
        /// Which.
        issuer: String,
        /// HTTP status.
        status: u16,
        /// Which of its endpoints.
        path: String,
    },
    /// What the issuer says of itself is not usable: the administrator checks the settings.
    #[error("the settings for {issuer} do not fit what is found there: {what}; the administrator checks issuer in [oidc.…]")]
    Document {
        /// Which.
        issuer: String,
        /// What is wrong.
        what: String,
    },
    /// The browser is not the one that left, or it left for somebody else's sign-in: the person begins anew.
    #[error("this sign-in with {issuer} was not begun in this browser, or was finished before: sign in again")]
    State {
        /// Which.
        issuer: String,
    },
    /// It took too long: the person begins anew.
    #[error("the sign-in with {issuer} took too long: sign in again")]
    Late {
        /// Which.
        issuer: String,
    },
    /// The answer is another issuer's: an attack, or two issuers set up under one name.
    #[error(
        "the answer does not come from {issuer}, where this sign-in began: sign in again; if it stays so, tell the administrator"
    )]
    MixedUp {
        /// Which was expected.
        issuer: String,
    },
    /// The person did not agree.
    #[error("the sign-in was cancelled at {issuer}: sign in again, or in another way")]
    Denied {
        /// Which.
        issuer: String,
    },
    /// The issuer refused the request: the administrator checks the application registered there.
    #[error("{issuer} refused the sign-in ({reason}): the administrator checks the application registered there")]
    Refused {
        /// Which.
        issuer: String,
        /// What it said.
        reason: String,
    },
    /// The issuer does not know our application by this id and secret: the administrator acts.
    #[error(
        "{issuer} does not accept this application ({reason}): the administrator checks client_id and client_secret in [oidc.…]"
    )]
    Application {
        /// Which.
        issuer: String,
        /// What it said.
        reason: String,
    },
    /// The code was no longer good: the person begins anew.
    #[error("{issuer} no longer accepts this sign-in ({reason}): sign in again")]
    Code {
        /// Which.
        issuer: String,
        /// What it said.
        reason: String,
    },
    /// The proof of who it is does not hold.
    #[error("the proof of identity from {issuer} is not accepted: {flaw}")]
    Token {
        /// Which.
        issuer: String,
        /// What is wrong with it.
        flaw: TokenFlaw,
    },
    /// The issuer tells no address.
    #[error(
        "{issuer} tells no e-mail address for this account: add one there; if it has one, the administrator lets the application see it (scope email)"
    )]
    NoEmail {
        /// Which.
        issuer: String,
    },
    /// Nobody proved that the address is theirs.
    #[error("the e-mail address of this account is not verified at {issuer}: verify it there, then sign in again")]
    EmailUnverified {
        /// Which.
        issuer: String,
    },
    /// The address or organisation is not one that may sign in here.
    #[error(
        "accounts of {domain} may not sign in here with {issuer}: use the account of your organisation, or ask the administrator"
    )]
    Domain {
        /// Which.
        issuer: String,
        /// The domain that is not accepted.
        domain: String,
    },
}

/// What is wrong with an ID token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFlaw {
    /// There is none.
    Missing,
    /// It cannot be read.
    Malformed,
    /// It is not signed by the key it names.
    Signature,
    /// It names a key that the issuer does not publish, even now.
    UnknownKey,
    /// It is signed in a way that proves nothing here: not at all, or with a shared secret.
    Algorithm,
    /// It is another issuer's.
    Issuer,
    /// It is for another application, or for others as well.
    Audience,
    /// It was asked for by another application.
    Party,
    /// It is of another request.
    Nonce,
    /// It is no longer good.
    Expired,
    /// It is not good yet.
    Early,
    /// The access token beside it belongs to another.
    AccessToken,
    /// The userinfo endpoint tells of somebody else.
    Subject,
}

impl fmt::Display for TokenFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is no ID token; the administrator adds the scope openid",
            Self::Malformed => "the ID token cannot be read; the administrator reports it",
            Self::Signature => "the ID token is not signed by the issuer's key; the administrator should know",
            Self::UnknownKey => "the ID token is signed by a key the issuer does not publish; the administrator should know",
            Self::Algorithm => {
                "the ID token is signed in a way that is not accepted; the administrator lets the application sign by RS256 or ES256"
            }
            Self::Issuer => "the ID token is from another issuer; the administrator checks issuer in [oidc.…]",
            Self::Audience => "the ID token is for another application; the administrator checks client_id in [oidc.…]",
            Self::Party => "the ID token was asked for by another application; the administrator checks client_id in [oidc.…]",
            Self::Nonce => "the ID token is of another sign-in; sign in again",
            Self::Expired => "the ID token has expired; sign in again, and if it stays so, the administrator checks this server's clock",
            Self::Early => "the ID token is not good yet; the administrator checks this server's clock",
            Self::AccessToken => "the access token does not belong to the ID token; sign in again",
            Self::Subject => "the issuer tells of somebody else; sign in again, and if it stays so, tell the administrator",
        })
    }
}

impl Error {
    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Unreachable { source, .. } if matches!(**source, ErrandError::Timeout { .. }) => ErrorKind::Timeout,
            Self::Unreachable { .. }
            | Self::Trouble { .. }
            | Self::Document { .. }
            | Self::Refused { .. }
            | Self::Application { .. } => ErrorKind::Unavailable,
            Self::State { .. }
            | Self::Late { .. }
            | Self::MixedUp { .. }
            | Self::Denied { .. }
            | Self::Code { .. }
            | Self::Token { .. } => ErrorKind::Unauthenticated,
            Self::NoEmail { .. } | Self::EmailUnverified { .. } | Self::Domain { .. } => ErrorKind::Forbidden,
        }
    }

    /// Its name in answers and in the audit log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "oidc_unreachable",
            Self::Trouble { .. } => "oidc_trouble",
            Self::Document { .. } => "oidc_document",
            Self::State { .. } => "oidc_state",
            Self::Late { .. } => "oidc_late",
            Self::MixedUp { .. } => "oidc_mixed_up",
            Self::Denied { .. } => "oidc_denied",
            Self::Refused { .. } => "oidc_refused",
            Self::Application { .. } => "oidc_application",
            Self::Code { .. } => "oidc_code",
            Self::Token { .. } => "oidc_token",
            Self::NoEmail { .. } => "oidc_no_email",
            Self::EmailUnverified { .. } => "oidc_email_unverified",
            Self::Domain { .. } => "oidc_domain",
        }
    }
}
