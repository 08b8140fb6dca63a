//! A shop's credential as `connect` takes it: a token alone, or a JSON document with what brings one.

use super::DOMAIN;
use crate::{
    Error,
    oauth::{Client, Told},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};
use trimtab_domain::Source;
use url::Url;

const SHAPE: &str = r#"give {"shop":"acme","access_token":"shpat_…"} for the token of a custom app, {"shop":"acme","client_id":"…","client_secret":"…"} for an app of the dev dashboard, the same with refresh_token and access_token for a public app"#;

/// A credential, taken apart.
#[derive(Debug)]
pub(super) struct Secret {
    /// The shop's handle, where it is named.
    shop: Option<String>,
    pub(super) way: Way,
}

/// What calls are signed with.
#[derive(Debug)]
pub(super) enum Way {
    /// A token that nothing renews.
    Token(SecretString),
    /// Tokens of a day for an app that shows who it is.
    Client(Client, Option<SecretString>),
    /// Tokens of an hour for a refresh token, which is exchanged too.
    Refresh(Client, SecretString, Option<SecretString>),
}

#[derive(Deserialize)]
struct Document {
    shop: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    refresh_token: Option<String>,
    access_token: Option<String>,
}

fn bad(what: String) -> Error {
    Error::Secret { platform: Source::Shopify, what }
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
            return Ok(Self { shop: None, way: Way::Token(text.into()) });
        }
        // What serde says may quote a value, so it is not passed on.
        let document: Document = serde_json::from_str(text).map_err(|_| bad(format!("it is no JSON object of texts: {SHAPE}")))?;
        let given = |part: Option<String>| part.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let shop = match given(document.shop) {
            Some(shop) => {
                Some(handle(&shop).ok_or_else(|| bad(format!("the part shop is no handle such as acme or acme.{DOMAIN}")))?)
            }
            None => None,
        };
        let (access, refresh) = (given(document.access_token).map(SecretString::from), given(document.refresh_token));
        let way = match (given(document.client_id), given(document.client_secret), refresh, access) {
            (Some(id), Some(secret), refresh, access) => {
                let client = Client { id: id.into(), secret: secret.into() };
                match refresh {
                    Some(refresh) => Way::Refresh(client, refresh.into(), access),
                    None => Way::Client(client, access),
                }
            }
            (None, None, None, Some(access)) => Way::Token(access),
            (None, None, None, None) => return Err(bad(format!("the part access_token is missing: {SHAPE}"))),
            (None, ..) => return Err(bad(format!("the part client_id is missing: {SHAPE}"))),
            (_, None, ..) => return Err(bad(format!("the part client_secret is missing: {SHAPE}"))),
        };
        Ok(Self { shop, way })
    }

    /// Where the shop answers.
    ///
    /// # Errors
    /// [`Error::Secret`] where it is not named.
    pub(super) fn home(&self) -> Result<Url, Error> {
        let shop = self.shop.as_deref().ok_or_else(|| bad(format!("the part shop is missing: {SHAPE}")))?;
        Url::parse(&format!("https://{shop}.{DOMAIN}")).map_err(|error| bad(format!("the part shop is no host: {error}")))
    }

    /// The whole document again, with what an exchange brought.
    pub(super) fn renewed(shop: Option<&str>, client: &Client, told: &Told, refresh: &SecretString) -> SecretString {
        let mut document = Map::new();
        let mut put = |name: &str, text: &str| document.insert(name.to_owned(), Value::from(text));
        if let Some(shop) = shop {
            put("shop", shop);
        }
        put("client_id", client.id.expose_secret());
        put("client_secret", client.secret.expose_secret());
        put("refresh_token", refresh.expose_secret());
        put("access_token", told.access.expose_secret());
        Value::Object(document).to_string().into()
    }

    /// The handle, and the rest.
    pub(super) fn split(self) -> (Option<String>, Way) {
        (self.shop, self.way)
    }
}

/// The handle of a shop, of which the whole address may be given.
pub(super) fn handle(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let host = lower.strip_prefix("https://").unwrap_or(&lower).trim_end_matches('/');
    let handle = host.strip_suffix(&format!(".{DOMAIN}")).unwrap_or(host);
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let good = !handle.is_empty() && handle.len() <= 100 && handle.bytes().all(plain) && !handle.starts_with('-');
    good.then(|| handle.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Secret, String> {
        Secret::parse(&text.into()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_token_a_client_and_a_refresh_token_are_told_apart() {
        assert!(matches!(parse("shpat_1\n").unwrap().way, Way::Token(_)));
        assert!(matches!(parse(r#"{"shop":"acme","access_token":"shpat_1"}"#).unwrap().way, Way::Token(_)));
        assert!(matches!(parse(r#"{"client_id":"id-1","client_secret":"hush-1"}"#).unwrap().way, Way::Client(_, None)));
        let whole = r#"{"client_id":"id-1","client_secret":"hush-1","refresh_token":"shprt_1","access_token":"shpat_1"}"#;
        assert!(matches!(parse(whole).unwrap().way, Way::Refresh(_, _, Some(_))));
        for (text, word) in [
            ("", "it is empty"),
            ("{}", "access_token is missing"),
            (r#"{"client_id":"id-1"}"#, "client_secret is missing"),
            (r#"{"client_secret":"hush-1"}"#, "client_id is missing"),
            (r#"{"refresh_token":"hush-1"}"#, "client_id is missing"),
            (r#"["hush-1"]"#, "no JSON object"),
            (r#"{"shop":"https://hush-1.example/","access_token":"hush-1"}"#, "the part shop is no handle"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(word) && !error.contains("hush-1"), "{error}");
        }
    }

    #[test]
    fn a_shop_may_be_given_by_its_address_and_by_nothing_else() {
        for text in ["acme", "ACME.myshopify.com", " https://acme.myshopify.com/ "] {
            assert_eq!(handle(text).as_deref(), Some("acme"), "{text}");
        }
        for text in ["", "acme.example", "a/b", "-acme", "acme.myshopify.com.example", "user@acme"] {
            assert_eq!(handle(text), None, "{text}");
        }
        let home = parse(r#"{"shop":"acme.myshopify.com","access_token":"shpat_1"}"#).unwrap().home().unwrap();
        assert_eq!(home.as_str(), "https://acme.myshopify.com/");
        assert!(parse("shpat_1").unwrap().home().unwrap_err().to_string().contains("the part shop is missing"));
    }
}
