//! OAuth access tokens that renew themselves: before they expire, and once when the platform refuses one that should still be good.
//!
//! A connector asks through a [`Caller`], which signs with what an [`Access`] has: a token kept fresh by a [`TokenKeeper`], which an
//! [`Exchange`] renews, or one that nothing renews. One [`TokenKeeper`] per connector. Calls of many tasks share it: whoever finds the token stale renews it, the others wait for that
//! and take the new one. Platforms that hand out a new refresh token with each renewal have it in [`TokenKeeper::rotated`]; whoever
//! stores secrets must keep it, since the old one is spent.
//!
//! It knows no platform: where tokens are exchanged, and how that place speaks, is said by the [`Endpoint`].

mod access;
mod caller;
mod dialect;
mod exchange;
mod secret;

pub(crate) use access::{Access, Login};
pub(crate) use caller::{Caller, Manner, below};
pub(crate) use dialect::OauthDialect;
pub(crate) use exchange::{Client, Endpoint, Exchange, Told};
pub(crate) use secret::Secret;

use crate::Error;
use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use trimtab_domain::{Clock, Timestamp};

/// How long before its end a token is renewed: longer than any call may take, so that none dies on the way.
pub(crate) const RENEW_AHEAD: Duration = Duration::from_secs(300);

/// One platform's way to exchange a refresh token for an access token.
#[async_trait]
pub(crate) trait Renewal: fmt::Debug + Send + Sync {
    /// Asks for a new access token.
    ///
    /// # Errors
    /// [`Error::Auth`] when the refresh token is no longer good.
    async fn renew(&self, refresh: &SecretString) -> Result<Tokens, Error>;
}

/// What a renewal brings.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    /// The token calls are made with.
    pub(crate) access: SecretString,
    /// When it ends; `None` where the platform does not say.
    pub(crate) expires_at: Option<Timestamp>,
    /// The refresh token to use from now on, where it was exchanged too.
    pub(crate) refresh: Option<SecretString>,
}

/// An access token, kept fresh.
#[derive(Debug)]
pub(crate) struct TokenKeeper<R> {
    renewal: R,
    clock: Arc<dyn Clock>,
    /// Held while renewing, so that many callers renew once.
    held: tokio::sync::Mutex<Held>,
    rotated: Mutex<Option<SecretString>>,
}

#[derive(Debug)]
struct Held {
    access: Option<(Arc<SecretString>, Option<Timestamp>)>,
    refresh: SecretString,
}

impl<R: Renewal> TokenKeeper<R> {
    /// A keeper that starts with a refresh token, and an access token where one is known already.
    pub(crate) fn new(renewal: R, clock: Arc<dyn Clock>, refresh: SecretString, access: Option<SecretString>) -> Self {
        let access = access.map(|access| (Arc::new(access), None));
        Self { renewal, clock, held: tokio::sync::Mutex::new(Held { access, refresh }), rotated: Mutex::default() }
    }

    /// A token that is good for the next minutes, renewed first if need be.
    ///
    /// # Errors
    /// When renewing fails.
    pub(crate) async fn token(&self) -> Result<Arc<SecretString>, Error> {
        let mut held = self.held.lock().await;
        let soon = self.clock.now().saturating_add(RENEW_AHEAD).unwrap_or(Timestamp::MAX);
        match &held.access {
            Some((access, end)) if end.is_none_or(|end| end > soon) => Ok(Arc::clone(access)),
            _ => self.renewed(&mut held).await,
        }
    }

    /// Another token than `refused`, which the platform no longer takes. Who was renewed meanwhile gets that one without asking again.
    ///
    /// # Errors
    /// When renewing fails: then the user has to connect anew.
    pub(crate) async fn after_refusal(&self, refused: &SecretString) -> Result<Arc<SecretString>, Error> {
        let mut held = self.held.lock().await;
        match &held.access {
            Some((access, _)) if access.expose_secret() != refused.expose_secret() => Ok(Arc::clone(access)),
            _ => self.renewed(&mut held).await,
        }
    }

    /// The way this keeper renews, for whoever wants to know more of what a renewal told.
    pub(crate) const fn renewal(&self) -> &R {
        &self.renewal
    }

    /// The refresh token that took the place of the one this keeper was made with, if any did.
    pub(crate) fn rotated(&self) -> Option<SecretString> {
        self.rotated.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn renewed(&self, held: &mut Held) -> Result<Arc<SecretString>, Error> {
        let tokens = self.renewal.renew(&held.refresh).await?;
        if let Some(refresh) = tokens.refresh.filter(|new| new.expose_secret() != held.refresh.expose_secret()) {
            held.refresh = refresh.clone();
            *self.rotated.lock().unwrap_or_else(PoisonError::into_inner) = Some(refresh);
        }
        let access = Arc::new(tokens.access);
        held.access = Some((Arc::clone(&access), tokens.expires_at));
        Ok(access)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use std::sync::atomic::{AtomicU32, Ordering};
    use trimtab_domain::clock::testing::ManualClock;

    /// Hands out `access-1`, `access-2` …, good for an hour, and a new refresh token each time.
    #[derive(Debug)]
    struct Counting(Arc<ManualClock>, AtomicU32);

    #[async_trait]
    impl Renewal for Counting {
        async fn renew(&self, refresh: &SecretString) -> Result<Tokens, Error> {
            let n = self.1.fetch_add(1, Ordering::Relaxed) + 1;
            assert_eq!(refresh.expose_secret(), format!("refresh-{}", n - 1), "the newest refresh token is used");
            Ok(Tokens {
                access: format!("access-{n}").into(),
                expires_at: Some(self.0.now() + SignedDuration::from_hours(1)),
                refresh: Some(format!("refresh-{n}").into()),
            })
        }
    }

    fn keeper(access: Option<&str>) -> (Arc<ManualClock>, TokenKeeper<Counting>) {
        let clock = Arc::new(ManualClock::at("2026-11-21T03:00:00Z"));
        let renewal = Counting(Arc::clone(&clock), AtomicU32::new(0));
        let keeper = TokenKeeper::new(renewal, Arc::clone(&clock) as Arc<dyn Clock>, "refresh-0".into(), access.map(Into::into));
        (clock, keeper)
    }

    #[tokio::test]
    async fn a_token_is_renewed_before_it_ends() {
        let (clock, keeper) = keeper(None);
        assert_eq!(keeper.token().await.unwrap().expose_secret(), "access-1");
        clock.advance(SignedDuration::from_mins(54));
        assert_eq!(keeper.token().await.unwrap().expose_secret(), "access-1");
        clock.advance(SignedDuration::from_mins(2));
        assert_eq!(keeper.token().await.unwrap().expose_secret(), "access-2", "four minutes before its end");
        assert_eq!(keeper.rotated().unwrap().expose_secret(), "refresh-2");
    }

    #[tokio::test]
    async fn a_refusal_seen_by_many_renews_once() {
        let (_, keeper) = keeper(Some("stale"));
        let first = keeper.token().await.unwrap();
        assert_eq!(first.expose_secret(), "stale");
        assert!(keeper.rotated().is_none());
        let renewed = futures::future::join_all((0..5).map(|_| keeper.after_refusal(&first))).await;
        assert!(renewed.iter().all(|token| token.as_ref().unwrap().expose_secret() == "access-1"));
    }
}
