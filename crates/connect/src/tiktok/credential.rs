//! Whether a token is good. It has no expiry and no refresh: it works until somebody revokes it.

use super::{
    Tiktok,
    api::{Ask, Data, Failure, Tally},
};
use crate::{Credential, Error, scalar::Text};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use trimtab_domain::Source;

/// Who a token speaks for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct User<'a> {
    #[serde(borrow)]
    core_user_id: Text<'a>,
    #[serde(borrow)]
    display_name: Text<'a>,
}

/// The token of a secret: the secret itself, without what pasting puts around it.
pub(super) fn token(secret: &SecretString) -> Result<SecretString, Error> {
    let token = secret.expose_secret().trim();
    let wrong = |what: &str| Err(Error::Secret { platform: Source::Tiktok, what: what.to_owned() });
    if token.is_empty() {
        return wrong("it is empty: give the long-lived access token of an app that the advertiser has authorised");
    }
    if token.starts_with('{') {
        return wrong("it is a JSON document: give the bare value of access_token");
    }
    Ok(token.into())
}

impl Tiktok {
    /// What the token's user is. The scopes are told only to the app that issued the token.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        let ask = Ask::get(None, "user/info/", Vec::new());
        let read = |body: &[u8]| {
            let Data { data: user }: Data<User<'_>> = serde_json::from_slice(body)?;
            Ok(Credential { user_id: user.core_user_id.compact(), user_name: user.display_name.compact(), ..Credential::default() })
        };
        match self.api.ask(&Tally::default(), &ask, read).await {
            Ok(credential) => Ok(credential),
            // A token may be without the scope to see its user; that it was recognised shows that it is good.
            Err(Failure::Forbidden(_)) => Ok(Credential::default()),
            Err(failure) => Err(failure.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_bare_token() {
        assert_eq!(token(&" abc123\n".into()).unwrap().expose_secret(), "abc123");
        for (secret, word) in [("", "empty"), (" \n", "empty"), (r#"{"access_token":"abc"}"#, "bare value of access_token")] {
            let error = token(&secret.into()).unwrap_err();
            assert!(matches!(error, Error::Secret { .. }) && error.to_string().contains(word), "{error}");
        }
    }
}
