//! The door to every tenant, against a slow and obvious model of who may see what.

use super::Visitor;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    Actor, ErrorKind, Origin, Permission, Permissions, Role,
    access::{Grant, Reach, RoleName, Scope},
    id::TenantId,
};
use trimtab_store::Principal;

const TRIPLES: usize = 1_000_000;
const USERS: usize = 300;
const TENANTS: usize = 40;
/// Names a run, so that it can be had again: `TRIMTAB_TEST_SEED=7`.
const SEED: &str = "TRIMTAB_TEST_SEED";

/// Numbers that look drawn, the same for a seed (xorshift).
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % most
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// What a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It is done.
    Done,
    /// They may not.
    Forbidden,
    /// There is no such tenant.
    Unknown,
}

/// The model: roles are lists of words, grants a list of lines, and everything is looked for one by one.
struct Model {
    roles: BTreeMap<String, Vec<String>>,
    grants: Vec<(usize, Option<String>, String)>,
}

impl Model {
    fn answer(&self, user: usize, tenant: Option<&str>, permission: &str) -> Answer {
        let mut sees = false;
        for (holder, place, role) in &self.grants {
            let here = match (place.as_deref(), tenant) {
                (None, _) => true,
                (Some(place), Some(tenant)) => place == tenant,
                (Some(_), None) => false,
            };
            if *holder != user || !here {
                continue;
            }
            for allowed in &self.roles[role] {
                sees = true;
                if allowed == permission {
                    return Answer::Done;
                }
            }
        }
        if sees || tenant.is_none() { Answer::Forbidden } else { Answer::Unknown }
    }
}

#[test]
fn a_million_questions_are_answered_as_the_obvious_model_answers_them() {
    let seed = std::env::var(SEED).ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121_u64).max(1);
    println!("{SEED}={seed}");
    let mut drawn = Drawn(seed);
    let tenants: Vec<TenantId> = (0..TENANTS).map(|n| TenantId::parse(&format!("tenant-{n}")).unwrap()).collect();

    // The product's roles and a few of the agency's own, among them one that allows nothing any more.
    let mut roles: Vec<(RoleName, Permissions)> =
        Role::ALL.iter().map(|role| (RoleName::from(*role), role.permissions())).collect();
    for n in 0..6 {
        let some = (0..drawn.below(5)).map(|_| *drawn.one(Permission::ALL)).collect();
        roles.push((format!("custom_{n}").parse().unwrap(), some));
    }
    let words = |permissions: Permissions| permissions.iter().map(|one| one.as_str().to_owned()).collect();
    let mut model =
        Model { roles: roles.iter().map(|(name, allows)| (name.to_string(), words(*allows))).collect(), grants: Vec::new() };

    let mut visitors = Vec::with_capacity(USERS);
    for user in 0..USERS {
        let mut held = BTreeSet::new();
        for _ in 0..drawn.below(7) {
            let scope = if drawn.below(8) == 0 { Scope::Agency } else { Scope::Tenant(drawn.one(&tenants).clone()) };
            // What makes no sense is refused before it is stored.
            held.extend(Grant::new(scope, drawn.one(&roles).0.clone()));
        }
        let allowed = held.iter().map(|grant| (grant.scope.clone(), roles.iter().find(|(name, _)| *name == grant.role).unwrap().1));
        let reach = Reach::of(allowed);
        model.grants.extend(held.iter().map(|grant| (user, grant.scope.tenant().map(ToString::to_string), grant.role.to_string())));
        let principal = Principal {
            actor: Actor::Operator,
            email: String::new(),
            name: String::new(),
            grants: held.into_iter().collect(),
            reach,
            session: None,
        };
        visitors.push(Visitor { principal, origin: Origin::NONE });
    }
    // Each person's lines, so that the model stays slow but not for minutes.
    let mut lines: Vec<Model> = (0..USERS).map(|_| Model { roles: model.roles.clone(), grants: Vec::new() }).collect();
    for grant in model.grants {
        lines[grant.0].grants.push(grant);
    }

    let mut told = [0_usize; 3];
    for n in 0..TRIPLES {
        let (user, permission) = (drawn.below(USERS), *drawn.one(Permission::ALL));
        let scope = if drawn.below(10) == 0 { Scope::Agency } else { Scope::Tenant(drawn.one(&tenants).clone()) };
        let ours = match visitors[user].require(&scope, permission).map_err(|error| error.kind()) {
            Ok(()) => Answer::Done,
            Err(ErrorKind::NotFound) => Answer::Unknown,
            Err(ErrorKind::Forbidden) => Answer::Forbidden,
            Err(other) => panic!("{other:?}"),
        };
        let obvious = lines[user].answer(user, scope.tenant().map(TenantId::as_str), permission.as_str());
        assert_eq!(ours, obvious, "{SEED}={seed}, question {n}: person {user}, {scope}, {permission}");
        told[ours as usize] += 1;
    }
    println!("done {}, forbidden {}, unknown {}", told[0], told[1], told[2]);
    assert!(told.iter().all(|count| *count > TRIPLES / 50), "each answer was given often: {told:?}");
}
