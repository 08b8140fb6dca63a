//! A credential as `connect` takes it where a platform has no further parts: one JSON document, or an access token alone, which then
//! lasts until it ends.

use super::{Client, Told};
use crate::Error;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use trimtab_domain::Source;

const SHAPE: &str = r#"give {"client_id":"…","client_secret":"…","refresh_token":"…","access_token":"…"}, of which access_token may be left out, or an access token alone"#;

/// A credential, taken apart.
#[derive(Debug)]
pub(crate) enum Secret {
    /// Everything it takes to renew itself.
    Whole(Parts),
    /// An access token that nothing renews, and the app it belongs to, where that is known.
    Bare(SecretString, Option<Client>),
}

/// Who asks, and with what.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) refresh_token: SecretString,
    pub(crate) access_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct Document {
    client_id: Option<String>,
    client_secret: Option<String>,
    refresh_token: Option<String>,
    access_token: Option<String>,
}

impl Secret {
    /// Takes a secret apart.
    ///
    /// # Errors
    /// [`Error::Secret`] naming the missing part; never quoting one.
    pub(crate) fn parse(platform: Source, secret: &SecretString) -> Result<Self, Error> {
        let bad = |what: String| Error::Secret { platform, what };
        let text = secret.expose_secret().trim();
        if !text.starts_with(['{', '[', '"']) {
            return if text.is_empty() { Err(bad(format!("it is empty: {SHAPE}"))) } else { Ok(Self::Bare(text.into(), None)) };
        }
        // What serde says may quote a value, so it is not passed on.
        let document: Document = serde_json::from_str(text).map_err(|_| bad(format!("it is no JSON object of texts: {SHAPE}")))?;
        let given = |part: Option<String>| part.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let client_id = given(document.client_id);
        let (client_secret, refresh) = (given(document.client_secret), given(document.refresh_token));
        let access_token = given(document.access_token).map(SecretString::from);
        let needed = |name: &str, part: Option<String>| {
            part.map(SecretString::from).ok_or_else(|| bad(format!("the part {name} is missing: {SHAPE}")))
        };
        match access_token {
            // Not every app is given refresh tokens.
            Some(token) if refresh.is_none() && client_id.is_some() == client_secret.is_some() => {
                let client = client_id.zip(client_secret).map(|(id, secret)| Client { id: id.into(), secret: secret.into() });
                Ok(Self::Bare(token, client))
            }
            access_token => Ok(Self::Whole(Parts {
                client: Client { id: needed("client_id", client_id)?, secret: needed("client_secret", client_secret)? },
                refresh_token: needed("refresh_token", refresh)?,
                access_token,
            })),
        }
    }
}

impl Parts {
    /// The whole document again, with what an exchange brought: the access token, and the refresh token where it was exchanged too.
    pub(crate) fn renewed(&self, told: &Told, rotated: Option<&SecretString>) -> SecretString {
        let document = json!({
            "client_id": self.client.id.expose_secret(),
            "client_secret": self.client.secret.expose_secret(),
            "refresh_token": rotated.unwrap_or(&self.refresh_token).expose_secret(),
            "access_token": told.access.expose_secret(),
        });
        document.to_string().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"client_id":"id-1","client_secret":"hush-1","refresh_token":"pinr_1","access_token":"pina_1"}"#;

    fn parse(text: &str) -> Result<Secret, String> {
        Secret::parse(Source::Linkedin, &text.into()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_document_round_trips_with_other_tokens() {
        let Secret::Whole(parts) = parse(WHOLE).unwrap() else { panic!("whole") };
        assert_eq!(parts.access_token.as_ref().unwrap().expose_secret(), "pina_1");
        let told = Told { access: "pina_2".into(), expires_at: None, refresh_expires_at: None, scopes: Vec::new() };
        for (rotated, refresh) in [(Some("pinr_2".into()), "pinr_2"), (None, "pinr_1")] {
            let renewed = parts.renewed(&told, rotated.as_ref());
            let Secret::Whole(again) = Secret::parse(Source::Pinterest, &renewed).unwrap() else { panic!("whole") };
            let texts = [&again.client.id, &again.client.secret, &again.refresh_token].map(ExposeSecret::expose_secret);
            assert_eq!(texts, ["id-1", "hush-1", refresh]);
            assert_eq!(again.access_token.unwrap().expose_secret(), "pina_2");
        }
    }

    #[test]
    fn an_access_token_alone_is_enough() {
        for text in [" pina_1\n", r#"{"access_token":"pina_1"}"#] {
            let Secret::Bare(token, None) = parse(text).unwrap() else { panic!("bare: {text}") };
            assert_eq!(token.expose_secret(), "pina_1");
        }
        let of_an_app = r#"{"client_id":"id-1","client_secret":"hush-1","access_token":"pina_1"}"#;
        assert!(matches!(parse(of_an_app).unwrap(), Secret::Bare(_, Some(_))), "nothing renews it, but its app may ask about it");
        let without = r#"{"client_id":"id-1","client_secret":"hush-1","refresh_token":"pinr_1"}"#;
        assert!(matches!(parse(without).unwrap(), Secret::Whole(Parts { access_token: None, .. })));
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_quoted() {
        let error = parse(&WHOLE.replace("client_secret", "client_secrets")).unwrap_err();
        assert!(error.contains("the part client_secret is missing") && !error.contains("hush-1"), "{error}");
        for text in [r#"{"client_id":["hush-1"]}"#, r#"["hush-1"]"#, r#""hush-1""#] {
            let error = parse(text).unwrap_err();
            assert!(error.contains("no JSON object") && !error.contains("hush-1"), "{error}");
        }
        assert!(parse("  ").unwrap_err().contains("it is empty"));
    }
}
