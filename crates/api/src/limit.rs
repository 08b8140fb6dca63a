//! How many requests somebody may make: per person or key, per tenant, and per address where nobody is signed in yet. Buckets refill
//! steadily (GCRA); what is left is told in the `RateLimit` headers, and who asks too often is told when to come back.

use crate::error::ApiError;
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, request::Parts},
    middleware::Next,
    response::Response,
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use serde::Deserialize;
use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::Duration,
};
use trimtab_domain::{Actor, id::TenantId};
use trimtab_engine::Visitor;

/// Requests that may be made in a minute, in bursts up to as many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotas {
    /// By a person: a page makes some twenty.
    pub person: NonZeroU32,
    /// By a key.
    pub key: NonZeroU32,
    /// About one tenant, whoever makes them.
    pub tenant: NonZeroU32,
    /// By an address where nobody is signed in: an office behind one address signs in within it.
    pub stranger: NonZeroU32,
}

type Buckets = RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// The buckets of this process.
#[derive(Debug, Clone)]
pub struct Limits(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    quotas: Quotas,
    people: Buckets,
    keys: Buckets,
    tenants: Buckets,
    strangers: Buckets,
    clock: DefaultClock,
}

/// What is left of the tightest bucket a request took from.
#[derive(Debug, Clone, Copy)]
struct Left {
    policy: &'static str,
    quota: u32,
    left: u32,
}

#[derive(Debug, Clone, Default)]
struct Told(Arc<Mutex<Option<Left>>>);

impl Limits {
    /// Full buckets of these sizes.
    #[must_use]
    pub fn new(quotas: Quotas) -> Self {
        let of = |per_minute| {
            DefaultKeyedRateLimiter::keyed(Quota::per_minute(per_minute)).with_middleware::<StateInformationMiddleware>()
        };
        Self(Arc::new(Inner {
            quotas,
            people: of(quotas.person),
            keys: of(quotas.key),
            tenants: of(quotas.tenant),
            strangers: of(quotas.stranger),
            clock: DefaultClock::default(),
        }))
    }

    /// A signed-in request.
    pub(crate) fn take(&self, parts: &Parts, visitor: &Visitor) -> Result<(), ApiError> {
        let who = visitor.principal.actor.to_string();
        match visitor.principal.actor {
            Actor::Key(_) => self.one(parts, &self.0.keys, "key", self.0.quotas.key, who),
            _ => self.one(parts, &self.0.people, "person", self.0.quotas.person, who),
        }
    }

    /// A request about a tenant, whoever makes it: one client's programs do not slow the others down.
    pub(crate) fn take_tenant(&self, parts: &Parts, tenant: &TenantId) -> Result<(), ApiError> {
        self.one(parts, &self.0.tenants, "tenant", self.0.quotas.tenant, tenant.to_string())
    }

    /// A request of somebody who is not signed in.
    pub(crate) fn take_stranger(&self, parts: &Parts, ip: Option<IpAddr>) -> Result<(), ApiError> {
        let whence = ip.map(|ip| ip.to_string()).unwrap_or_default();
        self.one(parts, &self.0.strangers, "stranger", self.0.quotas.stranger, whence)
    }

    /// Lets go of buckets that are full again.
    pub fn tidy(&self) {
        for buckets in [&self.0.people, &self.0.keys, &self.0.tenants, &self.0.strangers] {
            buckets.retain_recent();
        }
    }

    fn one(
        &self,
        parts: &Parts,
        buckets: &Buckets,
        policy: &'static str,
        quota: NonZeroU32,
        whose: String,
    ) -> Result<(), ApiError> {
        let quota = quota.get();
        match buckets.check_key(&whose) {
            Ok(state) => {
                tell(parts, Left { policy, quota, left: state.remaining_burst_capacity() });
                Ok(())
            }
            Err(until) => {
                tell(parts, Left { policy, quota, left: 0 });
                let wait = until.wait_time_from(self.0.clock.now()).max(Duration::from_secs(1));
                Err(ApiError::too_many(wait))
            }
        }
    }
}

fn tell(parts: &Parts, left: Left) {
    let Some(Told(told)) = parts.extensions.get::<Told>() else { return };
    let Ok(mut told) = told.lock() else { return };
    if told.is_none_or(|known| u64::from(left.left) * u64::from(known.quota) < u64::from(known.left) * u64::from(left.quota)) {
        *told = Some(left);
    }
}

/// Writes the `RateLimit` headers of the requests that took from a bucket.
pub(crate) async fn write_headers(mut request: Request, next: Next) -> Response {
    let told = Told::default();
    request.extensions_mut().insert(told.clone());
    let mut response = next.run(request).await;
    let left = told.0.lock().ok().and_then(|left| *left);
    if let Some(Left { policy, quota, left }) = left {
        let headers =
            [("ratelimit-policy", format!("\"{policy}\";q={quota};w=60")), ("ratelimit", format!("\"{policy}\";r={left};t=60"))];
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
    }
    response
}
