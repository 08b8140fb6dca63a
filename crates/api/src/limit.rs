//! How many requests somebody may make: per person or key, per tenant, and per address where nobody is signed in yet. Buckets refill
//! steadily (GCRA); what is left is told in the `RateLimit` headers, and who asks too often is told when to come back.

use crate::{error::ApiError, limits};
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
use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::Duration,
};
use trimtab_domain::{Actor, id::TenantId};
use trimtab_engine::Visitor;

type Buckets = RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// The buckets of this process.
#[derive(Debug, Clone)]
pub struct Limits(Arc<Inner>);

#[derive(Debug)]
struct Inner {
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

impl Default for Limits {
    fn default() -> Self {
        let of = |per_minute: u32| {
            let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
            DefaultKeyedRateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>()
        };
        Self(Arc::new(Inner {
            people: of(limits::REQUESTS_PER_PERSON),
            keys: of(limits::REQUESTS_PER_KEY),
            tenants: of(limits::REQUESTS_PER_TENANT),
            strangers: of(limits::REQUESTS_PER_STRANGER),
            clock: DefaultClock::default(),
        }))
    }
}

impl Limits {
    /// A signed-in request.
    pub(crate) fn take(&self, parts: &Parts, visitor: &Visitor) -> Result<(), ApiError> {
        let who = visitor.principal.actor.to_string();
        match visitor.principal.actor {
            Actor::Key(_) => self.one(parts, &self.0.keys, "key", limits::REQUESTS_PER_KEY, who),
            _ => self.one(parts, &self.0.people, "person", limits::REQUESTS_PER_PERSON, who),
        }
    }

    /// A request about a tenant, whoever makes it: one client's programs do not slow the others down.
    pub(crate) fn take_tenant(&self, parts: &Parts, tenant: &TenantId) -> Result<(), ApiError> {
        self.one(parts, &self.0.tenants, "tenant", limits::REQUESTS_PER_TENANT, tenant.to_string())
    }

    /// A request of somebody who is not signed in.
    pub(crate) fn take_stranger(&self, parts: &Parts, ip: Option<IpAddr>) -> Result<(), ApiError> {
        let whence = ip.map(|ip| ip.to_string()).unwrap_or_default();
        self.one(parts, &self.0.strangers, "stranger", limits::REQUESTS_PER_STRANGER, whence)
    }

    /// Lets go of buckets that are full again.
    pub fn tidy(&self) {
        for buckets in [&self.0.people, &self.0.keys, &self.0.tenants, &self.0.strangers] {
            buckets.retain_recent();
        }
    }

    fn one(&self, parts: &Parts, buckets: &Buckets, policy: &'static str, quota: u32, whose: String) -> Result<(), ApiError> {
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
