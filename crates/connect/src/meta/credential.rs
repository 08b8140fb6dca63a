//! Whether a token is good, until when and for what.

use super::{
    Meta,
    graph::{Ask, BadBody, Failure, Tally},
};
use crate::{AuthCause, Credential, Error, scalar::Text};
use serde::Deserialize;
use trimtab_domain::{Source, Timestamp};

/// Either of these lets a token read insights.
const READING_SCOPES: [&str; 2] = ["ads_read", "ads_management"];

#[derive(Deserialize)]
struct Debugged {
    data: TokenInfo,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TokenInfo {
    is_valid: bool,
    expires_at: i64,
    data_access_expires_at: i64,
    scopes: Vec<String>,
    error: Option<TokenError>,
}

#[derive(Deserialize)]
struct TokenError {
    message: String,
}

#[derive(Deserialize)]
struct User<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
}

impl Meta {
    /// What the token's user and `debug_token` say.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        let tally = Tally::default();
        let me = Ask::get(None, "me", vec![("fields", "id,name".into())]);
        let (user_id, user_name) = self
            .graph
            .ask(&tally, &me, |body| {
                let user: User<'_> = serde_json::from_slice(body)?;
                Ok((user.id.compact(), user.name.compact()))
            })
            .await?;
        let debug = Ask::get(None, "debug_token", Vec::new());
        let read = |body: &[u8]| serde_json::from_slice::<Debugged>(body).map_err(BadBody::from);
        let info = match self.graph.ask_about_token(&tally, &debug, read).await {
            Ok(Debugged { data }) => data,
            // Only developers of an app may inspect its tokens. The token works, as `me` has shown; its expiry stays unknown.
            Err(Failure::Forbidden(_) | Failure::Unknown(_) | Failure::Other(Error::Rejected { .. })) => {
                return Ok(Credential { expires_at: None, data_access_expires_at: None, scopes: Vec::new(), user_id, user_name });
            }
            Err(failure) => return Err(failure.into()),
        };
        let auth = |cause, reason| Error::Auth { platform: Source::Meta, account: None, cause, reason };
        if !info.is_valid {
            let reason = info.error.map_or_else(|| "the token is not valid".to_owned(), |error| error.message);
            return Err(auth(AuthCause::Credential, reason));
        }
        if !info.scopes.is_empty() && !READING_SCOPES.iter().any(|scope| info.scopes.iter().any(|s| s == scope)) {
            return Err(auth(AuthCause::Permission, "the token lacks the permission ads_read".to_owned()));
        }
        // Zero means never.
        let instant = |seconds: i64| (seconds > 0).then(|| Timestamp::from_second(seconds).ok()).flatten();
        Ok(Credential {
            expires_at: instant(info.expires_at),
            data_access_expires_at: instant(info.data_access_expires_at),
            scopes: info.scopes,
            user_id,
            user_name,
        })
    }
}
