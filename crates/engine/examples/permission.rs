//! Times the question whether somebody may do something to a tenant, as it is asked with each request, and prints one JSON document.
//!
//! `permission [ROUNDS]` (default: 200 000) asks for people with grants for 1, 100 and 10 000 tenants: what they may do, what they may
//! not, and about a tenant of others. What somebody holds was read before, with their session; that is not timed.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

use serde_json::{Value, json};
use std::{error::Error, hint::black_box, time::Instant};
use trimtab_domain::{
    Actor, Origin, Permission, Role,
    access::{Reach, Scope},
    id::TenantId,
};
use trimtab_engine::{Principal, Visitor};

const TENANTS: [usize; 3] = [1, 100, 10_000];

fn tenant(n: usize) -> Result<TenantId, Box<dyn Error>> {
    Ok(TenantId::parse(&format!("tenant-{n}"))?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let rounds: u32 = std::env::args().nth(1).map_or(Ok(200_000), |text| text.parse())?;
    let mut checks = Vec::new();
    for count in TENANTS {
        let held: Vec<TenantId> = (0..count).map(tenant).collect::<Result<_, _>>()?;
        let viewer = Role::ClientViewer.permissions();
        let reach = Reach::of(held.iter().map(|tenant| (Scope::Tenant(tenant.clone()), viewer)));
        let (email, name) = ("ada@agency.example".to_owned(), String::new());
        let principal = Principal { actor: Actor::Operator, email, name, grants: Vec::new(), reach, session: None };
        let visitor = Visitor { principal, origin: Origin::NONE };
        let own: Vec<Scope> = held.into_iter().map(Scope::Tenant).collect();
        let others = [Scope::Tenant(tenant(count)?)];
        for (what, scopes, permission) in [
            ("allowed", own.as_slice(), Permission::ViewData),
            ("forbidden", own.as_slice(), Permission::ManageBudgets),
            ("a tenant of others", others.as_slice(), Permission::ViewData),
        ] {
            checks.push(time(&visitor, (what, count), scopes, permission, rounds));
        }
    }
    println!("{}", json!({ "rounds": rounds, "checks": checks }));
    Ok(())
}

fn time(visitor: &Visitor, (what, tenants): (&str, usize), scopes: &[Scope], permission: Permission, rounds: u32) -> Value {
    let mut nanoseconds = Vec::with_capacity(rounds as usize);
    let all = Instant::now();
    for scope in scopes.iter().cycle().take(rounds as usize) {
        let begun = Instant::now();
        black_box(visitor.require(black_box(scope), black_box(permission)).is_ok());
        nanoseconds.push(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }
    let mean = all.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
    nanoseconds.sort_unstable();
    let at = |part: usize| nanoseconds[(nanoseconds.len() * part / 1_000).min(nanoseconds.len() - 1)] as f64 / 1e3;
    json!({ "what": what, "tenants": tenants, "microseconds": { "mean": mean, "median": at(500), "p999": at(999) } })
}
