//! Whether a credential is good, what it may do, and when it ends.
//!
//! An access token lasts sixty days, a refresh token a year that exchanges do not extend: then somebody has to consent anew.

use super::{
    Linkedin,
    accounts::{ACCOUNTS, STATES},
    api::{Ask, Elements},
    query::Query,
};
use crate::{
    AuthCause, Credential, Error,
    answer::{Failure, Tally},
    missing_scopes,
};
use serde::{Deserialize, de::IgnoredAny};
use trimtab_domain::{Source, Timestamp};

/// What LinkedIn knows of a token.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Introspected {
    active: bool,
    /// Seconds since 1970.
    expires_at: Option<i64>,
    scope: String,
}

fn scopes(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

impl Linkedin {
    /// Checks the credential by listing accounts, and asks what it may do.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        let tally = Tally::default();
        let query = Query::finder("search").search("status", STATES).word("pageSize", "1");
        let first = Ask::new(None, ACCOUNTS, query);
        self.api.ask(&tally, &first, |body| Ok(serde_json::from_slice::<Elements<IgnoredAny>>(body).map(drop)?)).await?;
        let known = match self.api.introspect(&tally, |body| Ok(serde_json::from_slice::<Introspected>(body)?)).await {
            Ok(known) => known.filter(|known| known.active).unwrap_or_default(),
            // That the token is good has been seen; what is not told of it is not known.
            Err(Failure::OutOfSight(error) | Failure::Other(error @ (Error::Rejected { .. } | Error::Auth { .. }))) => {
                tracing::warn!(error = error.to_string(), "nothing is told of the token");
                Introspected::default()
            }
            Err(failure) => return Err(failure.into()),
        };
        let told = self.api.login.access.told();
        let mut scopes = scopes(&known.scope);
        if let Some(told) = &told
            && scopes.is_empty()
        {
            scopes.clone_from(&told.scopes);
        }
        if let Some(scope) = missing_scopes(Source::Linkedin, &scopes).first() {
            let reason = format!("the token lacks the scope {scope}");
            return Err(Error::Auth { platform: Source::Linkedin, account: None, cause: AuthCause::Permission, reason });
        }
        // A token that renews itself does not expire; what does is the consent behind it.
        let renews = self.api.login.access.keeper().is_some();
        let end = known.expires_at.and_then(|seconds| Timestamp::from_second(seconds).ok());
        Ok(Credential {
            expires_at: end.filter(|_| !renews),
            data_access_expires_at: told.and_then(|told| told.refresh_expires_at),
            scopes,
            ..Credential::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_takes_two_scopes_where_scopes_are_told() {
        let of = |text: &str| missing_scopes(Source::Linkedin, &scopes(text)).first().copied();
        assert_eq!(of("r_ads,rw_ads,r_ads_reporting"), None);
        assert_eq!(of("rw_ads r_ads_reporting"), None);
        assert_eq!(of("r_ads,r_organization_social"), Some("r_ads_reporting"));
        assert_eq!(of("r_ads_reporting"), Some("r_ads"));
        assert_eq!(of(""), None, "an answer without scopes says nothing");
    }
}
