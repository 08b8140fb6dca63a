//! Asking Analytics: one request with a token that renews itself.

use super::{AnalyticsDialect, Places, VERSION};
pub(super) use crate::answer::{BadBody, Failure, Tally};
use crate::{
    Error, answer, limits,
    oauth::{Caller, Endpoint, Login, Manner, OauthDialect, Secret, below},
};
use secrecy::SecretString;
use std::{borrow::Cow, sync::Arc, time::Duration};
use trimtab_domain::{Clock, Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Method, Wire};
use url::Url;

/// How the calls of Analytics differ from others'. It names no request in a header.
const MANNER: Manner = Manner { source: Source::Ga4, request_id: "", renewable: |_| true, settles: Duration::ZERO };

/// Who is asked, with what credential. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Service {
    caller: Caller,
    login: Login,
    /// Bases of every path, with a trailing slash and the version.
    data: Url,
    admin: Url,
    /// Longest time one request may take.
    pub(super) deadline: Duration,
}

impl Service {
    pub(super) fn new(wire: Wire, places: Places, secret: Secret, clock: Arc<dyn Clock>) -> Self {
        let versioned = |mut base: Url| {
            base.set_query(None);
            base.set_path(&format!("{}/{VERSION}/", base.path().trim_end_matches('/')));
            base
        };
        let endpoint = Endpoint { source: Source::Ga4, url: places.token, dialect: &OauthDialect, basic: false };
        let login = Login::new(wire.clone(), clock, endpoint, secret);
        let caller = Caller::new(wire, login.access.clone(), MANNER);
        let (data, admin) = (versioned(places.data), versioned(places.admin));
        Self { caller, login, data, admin, deadline: limits::CALL_DEADLINE }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        self.caller.heard()
    }

    /// What the access token may do, in Google's words; empty while it is not known.
    pub(super) fn scopes(&self) -> Vec<String> {
        self.login.access.told().map(|told| told.scopes).unwrap_or_default()
    }

    /// The whole secret again, once the platform has exchanged the refresh token for another. An access token alone is not worth keeping:
    /// it lasts an hour.
    pub(super) fn renewed_secret(&self) -> Option<SecretString> {
        self.login.access.keeper()?.rotated()?;
        self.login.renewed_secret()
    }

    /// Lists something that concerns the credential.
    pub(super) async fn list<T>(
        &self,
        tally: &Tally,
        path: &str,
        params: &[(&str, Cow<'_, str>)],
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let url = below(&self.admin, path, Source::Ga4, None)?;
        self.ask(tally, self.call(None, &url, params, None), read).await
    }

    /// Asks a question about a property.
    pub(super) async fn report<T>(
        &self,
        tally: &Tally,
        property: &AccountId,
        question: &[u8],
        read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, Failure> {
        let url = below(&self.data, &format!("properties/{property}:runReport"), Source::Ga4, Some(property))?;
        self.ask(tally, self.call(Some(property), &url, &[], Some(question)), read).await
    }

    const fn call<'a>(
        &self,
        account: Option<&'a AccountId>,
        url: &'a Url,
        params: &'a [(&'a str, Cow<'a, str>)],
        json: Option<&'a [u8]>,
    ) -> Call<'a> {
        Call {
            source: Source::Ga4,
            account,
            method: if json.is_some() { Method::Post } else { Method::Get },
            url,
            params,
            json,
            headers: &[],
            secrets: &[],
            dialect: &AnalyticsDialect,
            deadline: self.deadline,
            weight: 1,
        }
    }

    async fn ask<T>(&self, tally: &Tally, call: Call<'_>, read: impl FnMut(&[u8]) -> Result<T, BadBody>) -> Result<T, Failure> {
        self.caller.ask(tally, &call, read).await
    }
}

/// Answers that are each well-formed and together make no sense: there is no one body to show.
pub(super) fn drift(property: &AccountId, what: String) -> Error {
    answer::drift(Source::Ga4, Some(property), what, b"(several answers)", &[])
}
