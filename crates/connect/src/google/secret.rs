//! The parts of a Google Ads credential, as `connect` takes them: one JSON document.

use crate::Error;
use compact_str::CompactString;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};
use trimtab_domain::Source;

const SHAPE: &str = r#"give {"developer_token":"…","client_id":"…","client_secret":"…","refresh_token":"…","login_customer_id":"1234567890"}; login_customer_id only where access comes through a manager account"#;

/// Who asks, and with what.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Access levels belong to the Cloud project since September 2026; older projects still have one. Never sent empty.
    pub(crate) developer_token: Option<SecretString>,
    pub(crate) client_id: SecretString,
    pub(crate) client_secret: SecretString,
    pub(crate) refresh_token: SecretString,
    /// The manager account through which access comes, digits only.
    pub(crate) login_customer_id: Option<CompactString>,
}

/// The document. A number where text belongs is a common slip with ids.
#[derive(Deserialize)]
struct Document {
    developer_token: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    refresh_token: Option<String>,
    login_customer_id: Option<Value>,
}

impl Parts {
    /// Takes a secret apart.
    ///
    /// # Errors
    /// [`Error::Secret`] naming the missing part; never quoting one.
    pub(crate) fn parse(secret: &SecretString) -> Result<Self, Error> {
        // What serde says may quote a value, so it is not passed on.
        let document: Document =
            serde_json::from_str(secret.expose_secret()).map_err(|_| bad(format!("it is no JSON object of texts: {SHAPE}")))?;
        let given = |part: Option<String>| part.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let needed = |name: &str, part: Option<String>| {
            given(part).map(SecretString::from).ok_or_else(|| bad(format!("the part {name} is missing: {SHAPE}")))
        };
        Ok(Self {
            developer_token: given(document.developer_token).map(SecretString::from),
            client_id: needed("client_id", document.client_id)?,
            client_secret: needed("client_secret", document.client_secret)?,
            refresh_token: needed("refresh_token", document.refresh_token)?,
            login_customer_id: login(document.login_customer_id)?,
        })
    }

    /// The whole document again, with another refresh token.
    pub(crate) fn with_refresh(&self, refresh: &SecretString) -> SecretString {
        let text = |secret: &SecretString| Value::String(secret.expose_secret().to_owned());
        let mut document = Map::new();
        document.extend(self.developer_token.iter().map(|token| ("developer_token".to_owned(), text(token))));
        document.insert("client_id".to_owned(), text(&self.client_id));
        document.insert("client_secret".to_owned(), text(&self.client_secret));
        document.insert("refresh_token".to_owned(), text(refresh));
        document.extend(self.login_customer_id.iter().map(|id| ("login_customer_id".to_owned(), Value::from(id.as_str()))));
        SecretString::from(Value::Object(document).to_string())
    }
}

fn login(given: Option<Value>) -> Result<Option<CompactString>, Error> {
    let text = match given {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    match customer_id(&text) {
        Some(id) => Ok(Some(id)),
        None => Err(bad("login_customer_id is no customer id: ten digits, with or without dashes".to_owned())),
    }
}

/// A customer id as Google prints it for people (`123-456-7890`) or for programs, in digits.
pub(crate) fn customer_id(text: &str) -> Option<CompactString> {
    let id: CompactString = text.trim().chars().filter(|c| *c != '-').collect();
    (!id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())).then_some(id)
}

fn bad(what: String) -> Error {
    Error::Secret { platform: Source::Google, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"developer_token":"dev-1","client_id":"id-1","client_secret":"hush-1","refresh_token":"1//r","login_customer_id":"123-456-7890"}"#;

    fn parse(text: &str) -> Result<Parts, String> {
        Parts::parse(&text.into()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_document_round_trips_with_the_new_refresh_token() {
        let parts = parse(WHOLE).unwrap();
        assert_eq!(parts.login_customer_id.as_deref(), Some("1234567890"));
        let renewed = parts.with_refresh(&"1//new".into());
        let again = Parts::parse(&renewed).unwrap();
        assert_eq!(again.refresh_token.expose_secret(), "1//new");
        assert_eq!(again.client_secret.expose_secret(), "hush-1");
        assert_eq!(again.developer_token.unwrap().expose_secret(), "dev-1");
        assert_eq!(again.login_customer_id.as_deref(), Some("1234567890"));
    }

    #[test]
    fn two_parts_may_be_left_out() {
        let parts = parse(r#"{"developer_token":" ","client_id":"a","client_secret":"b","refresh_token":"c"}"#).unwrap();
        assert!(parts.developer_token.is_none() && parts.login_customer_id.is_none(), "an empty developer token is none");
        let number = r#"{"client_id":"a","client_secret":"b","refresh_token":"c","login_customer_id":1234567890}"#;
        assert_eq!(parse(number).unwrap().login_customer_id.as_deref(), Some("1234567890"));
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_quoted() {
        let error = parse(&WHOLE.replace("client_secret", "client_secrets")).unwrap_err();
        assert!(error.contains("the part client_secret is missing"), "{error}");
        for text in ["ya29.bare", r#"{"client_id":["hush-1"]}"#, r#"["hush-1"]"#] {
            let error = parse(text).unwrap_err();
            assert!(error.contains("no JSON object") && !error.contains("hush-1") && !error.contains("ya29"), "{error}");
        }
        let error = parse(&WHOLE.replace("123-456-7890", "my manager")).unwrap_err();
        assert!(error.contains("login_customer_id is no customer id"), "{error}");
    }
}
