//! Who is asking and what for, as extractors: a handler that takes none is visibly open.

use crate::{Api, error::ApiError, origin::origin};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use secrecy::SecretString;
use std::marker::PhantomData;
use trimtab_domain::{Actor, Caller, Origin, Permission, TenantCtx, id::TenantId};
use trimtab_engine::SignedIn;

/// The name of the session cookie.
pub const COOKIE: &str = "trimtab_session";

/// A permission as a type, so that signatures name it.
pub trait Needs {
    /// Which one.
    const PERMISSION: Permission;
}

/// The permissions as types.
pub mod perm {
    use super::{Needs, Permission};

    macro_rules! permissions {
        ($($name:ident),*) => {$(
            #[doc = concat!("Needs [`Permission::", stringify!($name), "`].")]
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Needs for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )*};
    }
    permissions!(ViewData, LoadData, ManageConnections, ManageTenants, ManageFindings, ManageBudgets, ManageKnowledge, ViewAudit);
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub person: SignedIn,
    /// Their session's token, to end it.
    pub token: SecretString,
    /// By which request.
    pub origin: Origin,
}

impl Session {
    /// Whom the audit log names.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller { actor: Actor::User(self.person.user.clone()), origin: self.origin.clone() }
    }
}

impl FromRequestParts<Api> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let token = token(&parts.method, &parts.headers)?.ok_or_else(ApiError::unauthenticated)?;
        match api.engine.session(&token).await? {
            Some(person) => Ok(Self { person, token, origin: origin(parts) }),
            None => Err(ApiError::unauthenticated()),
        }
    }
}

/// A signed-in person who may do `P` in the whole installation.
#[derive(Debug, Clone)]
pub struct Everywhere<P> {
    /// Who.
    pub session: Session,
    needs: PhantomData<P>,
}

impl<P: Needs> FromRequestParts<Api> for Everywhere<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let session = Session::from_request_parts(parts, api).await?;
        if !session.person.role.allows(P::PERMISSION) {
            return Err(ApiError::forbidden("your role does not allow this: ask an administrator"));
        }
        Ok(Self { session, needs: PhantomData })
    }
}

/// A signed-in person who may do `P` to the tenant named by the `tenant` parameter.
#[derive(Debug, Clone)]
pub struct Access<P> {
    /// Proof for the engine.
    pub ctx: TenantCtx,
    needs: PhantomData<P>,
}

impl<P: Needs> FromRequestParts<Api> for Access<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let session = Session::from_request_parts(parts, api).await?;
        let Some(tenant) = named_tenant(parts) else {
            return Err(ApiError::field("tenant", "name the tenant: add ?tenant=…"));
        };
        let unknown = || ApiError::not_found(format!("tenant '{tenant}' does not exist"));
        let tenant = TenantId::parse(&tenant).map_err(|_| unknown())?;
        let ctx = api.engine.enter(&tenant, session.caller(), session.person.role, P::PERMISSION).await?;
        Ok(Self { ctx, needs: PhantomData })
    }
}

fn named_tenant(parts: &Parts) -> Option<String> {
    let query = parts.uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "tenant").map(|(_, tenant)| tenant.into_owned())
}

/// A signed-in person who may do `P` to the tenant named by the `tenant` parameter, or, where none is named, in the whole installation.
#[derive(Debug, Clone)]
pub struct Scoped<P> {
    /// Proof for the engine; `None`: everything.
    pub tenant: Option<TenantCtx>,
    needs: PhantomData<P>,
}

impl<P: Needs + Send> FromRequestParts<Api> for Scoped<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let tenant = if named_tenant(parts).is_some() {
            Some(Access::<P>::from_request_parts(parts, api).await?.ctx)
        } else {
            Everywhere::<P>::from_request_parts(parts, api).await?;
            None
        };
        Ok(Self { tenant, needs: PhantomData })
    }
}

/// The session's token: from the `Authorization` header, else from the cookie. A cookie is sent by browsers unasked, so it only counts
/// on requests that change something when they come from our own pages.
fn token(method: &Method, headers: &HeaderMap) -> Result<Option<SecretString>, ApiError> {
    let bearer =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    if let Some(token) = bearer {
        return Ok(Some(token.trim().into()));
    }
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let cookie = cookies.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE);
    let Some((_, token)) = cookie else { return Ok(None) };
    if !method.is_safe() && !from_own_page(headers) {
        return Err(ApiError::forbidden("the request comes from another site's page"));
    }
    Ok(Some(token.into()))
}

fn from_own_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => text(header::HOST).is_some_and(|host| origin.split_once("://").is_some_and(|(_, from)| from == host)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use secrecy::ExposeSecret;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn another_sites_page_cannot_use_the_cookie() {
        let cookie = (header::COOKIE, "theme=dark; trimtab_session=secret");
        let host = (header::HOST, "trimtab.example");
        let own = headers(&[cookie.clone(), host.clone(), (header::ORIGIN, "https://trimtab.example")]);
        let other = headers(&[cookie, host, (header::ORIGIN, "https://evil.example")]);
        assert_eq!(token(&Method::POST, &own).unwrap().unwrap().expose_secret(), "secret");
        assert!(token(&Method::POST, &other).is_err());
        assert!(token(&Method::GET, &other).unwrap().is_some(), "reads cannot be seen by the other page");
        assert!(token(&Method::GET, &headers(&[])).unwrap().is_none());
    }

    #[test]
    fn programs_send_a_bearer_token() {
        let bearer = headers(&[(header::AUTHORIZATION, "Bearer t0ken"), (header::ORIGIN, "https://evil.example")]);
        assert_eq!(token(&Method::POST, &bearer).unwrap().unwrap().expose_secret(), "t0ken");
    }
}
