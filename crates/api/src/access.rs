//! Who is asking and what for, as extractors: a handler that takes none is visibly open.

mod cookie;
mod csrf;
mod origin;

pub(crate) use cookie::named as cookie_named;
pub use cookie::{COOKIE, REFRESH_COOKIE};
pub(crate) use cookie::{clear, clear_provider, provider_cookie, set};
pub(crate) use csrf::from_own_page;
pub(crate) use origin::origin;

use crate::{Api, error::ApiError};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use secrecy::SecretString;
use std::marker::PhantomData;
use trimtab_domain::{
    Actor, Origin, Permission, TenantCtx,
    access::Scope,
    id::{TenantId, UserId},
};
use trimtab_engine::Visitor;

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
    permissions!(
        ViewData,
        LoadData,
        ManageConnections,
        ManageFindings,
        ManageBudgets,
        ManageKnowledge,
        ManageTenant,
        CreateTenants,
        ManageUsers,
        ManageRoles,
        ManageKeys,
        ViewAudit
    );
}

/// Where a request comes from; needs no sign-in.
#[derive(Debug, Clone)]
pub struct From(pub Origin);

impl FromRequestParts<Api> for From {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _api: &Api) -> Result<Self, ApiError> {
        Ok(Self(origin(parts)))
    }
}

/// Who acts and where, for what is read after whoever is asking was proven.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) actor: Actor,
    pub(crate) scope: Scope,
}

/// Somebody whose token is good: a person or a program with a key.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Visitor);

impl FromRequestParts<Api> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let token = token(parts)?.ok_or_else(ApiError::unauthenticated)?;
        let visitor = api.engine.visitor(&token, origin(parts)).await?.ok_or_else(ApiError::unauthenticated)?;
        api.limits.take(parts, &visitor)?;
        parts.extensions.insert(Acting { actor: visitor.principal.actor.clone(), scope: Scope::Agency });
        Ok(Self(visitor))
    }
}

/// A signed-in person, not a key: for what is about themselves.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who, and by which request.
    pub visitor: Visitor,
    /// Their id.
    pub id: UserId,
}

impl FromRequestParts<Api> for Person {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let SignedIn(visitor) = SignedIn::from_request_parts(parts, api).await?;
        match visitor.person().cloned() {
            Some(id) => Ok(Self { visitor, id }),
            None => Err(ApiError::forbidden("this is about people: a key has no sessions or passwords")),
        }
    }
}

/// Somebody who may do `P` in the whole installation.
#[derive(Debug, Clone)]
pub struct Everywhere<P> {
    /// Who.
    pub visitor: Visitor,
    needs: PhantomData<P>,
}

impl<P: Needs> FromRequestParts<Api> for Everywhere<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let SignedIn(visitor) = SignedIn::from_request_parts(parts, api).await?;
        visitor.require(&Scope::Agency, P::PERMISSION)?;
        Ok(Self { visitor, needs: PhantomData })
    }
}

/// Somebody who may do `P` to the tenant named by the `tenant` parameter.
#[derive(Debug, Clone)]
pub struct Access<P> {
    /// Proof for the engine.
    pub ctx: TenantCtx,
    needs: PhantomData<P>,
}

impl<P: Needs> FromRequestParts<Api> for Access<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let SignedIn(visitor) = SignedIn::from_request_parts(parts, api).await?;
        let tenant = tenant(parts)?.ok_or_else(|| ApiError::malformed_field("tenant", "name the tenant: add ?tenant=…"))?;
        let ctx = api.engine.enter(&tenant, &visitor, P::PERMISSION).await?;
        api.limits.take_tenant(parts, &tenant)?;
        parts.extensions.insert(Acting { actor: ctx.actor().clone(), scope: Scope::Tenant(tenant) });
        Ok(Self { ctx, needs: PhantomData })
    }
}

/// Somebody who may do `P` to the tenant named by the `tenant` parameter, or without one in the whole installation.
#[derive(Debug, Clone)]
pub struct Within<P> {
    /// Who.
    pub visitor: Visitor,
    /// Where.
    pub scope: Scope,
    /// Proof for the engine, where a tenant was named.
    pub ctx: Option<TenantCtx>,
    needs: PhantomData<P>,
}

impl<P: Needs> FromRequestParts<Api> for Within<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let SignedIn(visitor) = SignedIn::from_request_parts(parts, api).await?;
        let ctx = match tenant(parts)? {
            None => None,
            Some(tenant) => Some(api.engine.enter(&tenant, &visitor, P::PERMISSION).await?),
        };
        let scope = ctx.as_ref().map_or(Scope::Agency, |ctx| Scope::Tenant(ctx.tenant().clone()));
        visitor.require(&scope, P::PERMISSION)?;
        parts.extensions.insert(Acting { actor: visitor.principal.actor.clone(), scope: scope.clone() });
        Ok(Self { visitor, scope, ctx, needs: PhantomData })
    }
}

/// The tenant a request names. One that cannot be a tenant is one that does not exist.
fn tenant(parts: &Parts) -> Result<Option<TenantId>, ApiError> {
    let query = parts.uri.query().unwrap_or_default();
    let mut named = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "tenant");
    let Some((_, tenant)) = named.next() else { return Ok(None) };
    if named.next().is_some() {
        return Err(ApiError::malformed_field("tenant", "name one tenant"));
    }
    let shown: String = tenant.chars().take(48).collect();
    TenantId::parse(&tenant).map(Some).map_err(|_| ApiError::not_found(format!("tenant '{shown}' does not exist")))
}

/// The token: from the `Authorization` header, else from the cookie. A cookie is sent by browsers unasked, so it only counts on requests
/// that change something when they come from our own pages and prove that they could read another cookie.
fn token(parts: &Parts) -> Result<Option<SecretString>, ApiError> {
    if let Some(token) = bearer(&parts.headers) {
        return Ok(Some(token));
    }
    let Some(token) = cookie::named(&parts.headers, COOKIE) else { return Ok(None) };
    csrf::check(&parts.method, &parts.headers, &token)?;
    Ok(Some(token))
}

fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().into())
}
