//! An integration's credential as `connect` takes it.

use crate::Error;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use trimtab_domain::Source;
use url::Url;

const SHAPE: &str = r#"give {"store_url":"https://shop.example","consumer_key":"…","consumer_secret":"…","access_token":"…","access_token_secret":"…"} of an integration (System → Integrations)"#;

/// A credential, taken apart.
#[derive(Debug)]
pub(super) struct Secret {
    store_url: Option<Url>,
    pub(super) way: Way,
}

/// What calls are signed with.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// The four parts of an integration.
    Signed {
        /// Who asks.
        consumer_key: SecretString,
        /// What proves it.
        consumer_secret: SecretString,
        /// For whom.
        token: SecretString,
        /// What proves that.
        token_secret: SecretString,
    },
    /// The access token alone, which a shop has to allow.
    Bearer(SecretString),
}

#[derive(Deserialize)]
struct Document {
    store_url: Option<String>,
    consumer_key: Option<String>,
    consumer_secret: Option<String>,
    access_token: Option<String>,
    access_token_secret: Option<String>,
}

fn bad(what: String) -> Error {
    Error::Secret { platform: Source::Magento, what }
}

impl Secret {
    /// Takes a secret apart.
    ///
    /// # Errors
    /// [`Error::Secret`] naming the missing part; never quoting one.
    pub(super) fn parse(secret: &SecretString) -> Result<Self, Error> {
        let text = secret.expose_secret().trim();
        if text.is_empty() {
            return Err(bad(format!("it is empty: {SHAPE}")));
        }
        if !text.starts_with(['{', '[', '"']) {
            return Ok(Self { store_url: None, way: Way::Bearer(text.into()) });
        }
        // What serde says may quote a value, so it is not passed on.
        let document: Document = serde_json::from_str(text).map_err(|_| bad(format!("it is no JSON object of texts: {SHAPE}")))?;
        let given = |part: Option<String>| part.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let store_url = given(document.store_url).map(|text| address(&text)).transpose()?;
        let named = |name: &str, part: Option<String>| {
            part.map(SecretString::from).ok_or_else(|| bad(format!("the part {name} is missing: {SHAPE}")))
        };
        let (key, key_secret) = (given(document.consumer_key), given(document.consumer_secret));
        let (token, token_secret) = (given(document.access_token), given(document.access_token_secret));
        let way = match (key, key_secret, token, token_secret) {
            (None, None, Some(token), None) => Way::Bearer(token.into()),
            (key, key_secret, token, token_secret) => Way::Signed {
                consumer_key: named("consumer_key", key)?,
                consumer_secret: named("consumer_secret", key_secret)?,
                token: named("access_token", token)?,
                token_secret: named("access_token_secret", token_secret)?,
            },
        };
        Ok(Self { store_url, way })
    }

    /// Where the store answers.
    ///
    /// # Errors
    /// [`Error::Secret`] where it is not named.
    pub(super) fn home(&self) -> Result<Url, Error> {
        self.store_url.clone().ok_or_else(|| bad(format!("the part store_url is missing: {SHAPE}")))
    }
}

impl Way {
    /// The parts of it that are secret.
    pub(super) fn parts(&self) -> Vec<&SecretString> {
        match self {
            Self::Signed { consumer_key, consumer_secret, token, token_secret } => {
                vec![consumer_key, consumer_secret, token, token_secret]
            }
            Self::Bearer(token) => vec![token],
        }
    }
}

/// The address of a store. Signatures keep the secret parts secret on any way; orders travel in the clear without TLS.
fn address(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.has_host());
    url.ok_or_else(|| bad("the part store_url is no address such as https://shop.example".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"store_url":"https://shop.example","consumer_key":"hush-k","consumer_secret":"hush-1","access_token":"hush-t","access_token_secret":"hush-2"}"#;

    fn parse(text: &str) -> Result<Secret, String> {
        Secret::parse(&text.into()).map_err(|error| error.to_string())
    }

    #[test]
    fn four_parts_sign_and_a_token_alone_is_a_bearers() {
        let whole = parse(WHOLE).unwrap();
        assert!(matches!(whole.way, Way::Signed { .. }));
        assert_eq!(whole.home().unwrap().as_str(), "https://shop.example/");
        for text in ["hush-t", r#"{"access_token":"hush-t"}"#] {
            let bearer = parse(text).unwrap();
            assert!(matches!(bearer.way, Way::Bearer(_)));
            assert!(bearer.home().unwrap_err().to_string().contains("the part store_url is missing"));
        }
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_quoted() {
        for (text, word) in [
            (String::new(), "it is empty"),
            (WHOLE.replace("consumer_secret", "secret"), "the part consumer_secret is missing"),
            (WHOLE.replace("access_token_secret", "secret"), "the part access_token_secret is missing"),
            ("{}".to_owned(), "the part consumer_key is missing"),
            (r#"["hush-1"]"#.to_owned(), "no JSON object"),
            (WHOLE.replace("https://shop", "http://shop"), "the part store_url is no address"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.contains(word) && !error.contains("hush"), "{error}");
        }
    }
}
