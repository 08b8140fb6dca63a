//! What calls are signed with.

use super::{Client, Endpoint, Exchange, Secret, TokenKeeper, Told, secret::Parts};
use crate::Error;
use secrecy::SecretString;
use std::sync::Arc;
use trimtab_domain::Clock;
use trimtab_wire::Wire;

/// The token of a connector. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Access {
    /// One that renews itself.
    Renewing(Arc<TokenKeeper<Exchange>>),
    /// One that nothing renews.
    Bare(Arc<SecretString>),
}

impl Access {
    /// A token good for the next minutes, as far as is known.
    ///
    /// # Errors
    /// When it has to be renewed and that fails.
    pub(crate) async fn token(&self) -> Result<Arc<SecretString>, Error> {
        match self {
            Self::Renewing(keeper) => keeper.token().await,
            Self::Bare(token) => Ok(Arc::clone(token)),
        }
    }

    /// What renews it; `None` where nothing does.
    pub(crate) fn keeper(&self) -> Option<&TokenKeeper<Exchange>> {
        match self {
            Self::Renewing(keeper) => Some(keeper),
            Self::Bare(_) => None,
        }
    }

    /// What the last exchange told; `None` before the first.
    pub(crate) fn told(&self) -> Option<Told> {
        self.keeper()?.renewal().told()
    }
}

/// A credential of the shape of [`Secret`], in use. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) access: Access,
    /// The app it belongs to, where that is known.
    pub(crate) client: Option<Client>,
    parts: Option<Arc<Parts>>,
}

impl Login {
    /// Signs in with `secret`, whose tokens are exchanged at `endpoint`.
    pub(crate) fn new(wire: Wire, clock: Arc<dyn Clock>, endpoint: Endpoint, secret: Secret) -> Self {
        match secret {
            Secret::Bare(token, client) => Self { access: Access::Bare(Arc::new(token)), client, parts: None },
            Secret::Whole(parts) => {
                let client = parts.client.clone();
                let exchange = Exchange::new(wire, Arc::clone(&clock), endpoint, client.clone());
                let keeper = TokenKeeper::new(exchange, clock, parts.refresh_token.clone(), parts.access_token.clone());
                Self { access: Access::Renewing(Arc::new(keeper)), client: Some(client), parts: Some(Arc::new(parts)) }
            }
        }
    }

    /// The whole secret again, once an exchange has brought other tokens.
    pub(crate) fn renewed_secret(&self) -> Option<SecretString> {
        let rotated = self.access.keeper()?.rotated();
        Some(self.parts.as_ref()?.renewed(&self.access.told()?, rotated.as_ref()))
    }
}
