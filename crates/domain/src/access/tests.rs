use super::*;
use proptest::prelude::*;
use std::fmt::Write;

/// The table as a person reads it: a row for each permission, a column for each role.
fn table() -> String {
    let mut text = String::new();
    let width = Permission::ALL.iter().map(|permission| permission.as_str().len()).max().unwrap();
    write!(text, "{:width$}", "").unwrap();
    for role in Role::ALL {
        write!(text, "  {}", role.as_str()).unwrap();
    }
    for permission in Permission::ALL {
        write!(text, "\n{:width$}", permission.as_str()).unwrap();
        for role in Role::ALL {
            let mark = if role.permissions().contains(*permission) { "yes" } else { "·" };
            write!(text, "  {mark:^w$}", w = role.as_str().len()).unwrap();
        }
    }
    write!(text, "\n{:width$}", "held for").unwrap();
    let tenant = Scope::Tenant(TenantId::parse("a").unwrap());
    for role in Role::ALL {
        let held = match (role.fits(&Scope::Agency), role.fits(&tenant)) {
            (true, true) => "both",
            (true, false) => "agency",
            (false, true) => "tenant",
            (false, false) => "nowhere",
        };
        write!(text, "  {held:^w$}", w = role.as_str().len()).unwrap();
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn who_may_do_what() {
    insta::assert_snapshot!(table());
}

#[test]
fn names_are_noun_and_verb_and_read_back() {
    for permission in Permission::ALL {
        let (noun, verb) = permission.as_str().split_once(':').unwrap();
        assert!(!noun.is_empty() && !verb.is_empty());
        assert_eq!(permission.as_str().parse(), Ok(*permission));
    }
    let all = Permissions::ALL.to_string();
    assert_eq!(all.parse(), Ok(Permissions::ALL));
    let error = "data:view data:burn".parse::<Permissions>().unwrap_err().to_string();
    assert!(error.contains("'data:burn'") && error.contains("audit:view"), "{error}");
    for role in Role::ALL {
        let name = RoleName::from(*role);
        assert_eq!((name.built_in(), name.as_str().parse()), (Some(*role), Ok(name.clone())));
    }
    for bad in ["", "a", "A_b", "a__b", "_a", "a_", "1a", "a b", "a/b", &"x".repeat(41)] {
        assert!(bad.parse::<RoleName>().is_err(), "{bad}");
    }
}

#[test]
fn grants_and_custom_roles_make_sense_or_are_refused() {
    let tenant = Scope::Tenant(TenantId::parse("acme").unwrap());
    assert!(Grant::new(tenant.clone(), Role::AgencyAdmin.into()).is_err());
    let refused = Grant::new(Scope::Agency, Role::ClientAdmin.into()).unwrap_err().to_string();
    assert_eq!(refused, "the role client_admin cannot be held for the whole agency: name a tenant");
    let custom: RoleName = "media_buyer".parse().unwrap();
    assert!(Grant::new(tenant, custom.clone()).is_ok());
    assert_eq!(CustomRole::new(Role::Api.into(), "x", Permissions::ALL), Err(BadRole::Taken(Role::Api.into())));
    assert_eq!(CustomRole::new(custom.clone(), "x", Permissions::NONE), Err(BadRole::Empty));
    assert_eq!(CustomRole::new(custom.clone(), "x", Permission::ManageBudgets.into()), Err(BadRole::Blind));
    assert!(CustomRole::new(custom, "Media buyer", Permissions::of(&[Permission::ViewData, Permission::ManageBudgets])).is_ok());
}

fn permissions() -> impl Strategy<Value = Permissions> {
    prop::collection::vec(prop::sample::select(Permission::ALL), 0..6).prop_map(|some| some.into_iter().collect())
}

fn scope() -> impl Strategy<Value = Scope> {
    prop::sample::select(vec!["", "a", "b", "c"]).prop_map(|name| TenantId::parse(name).map_or(Scope::Agency, Scope::Tenant))
}

proptest! {
    /// The slow, obvious model: somebody may do something to a tenant when one of their grants allows it, for it or for the agency.
    #[test]
    fn reach_is_what_the_grants_say_one_by_one(grants in prop::collection::vec((scope(), permissions()), 0..6)) {
        let reach = Reach::of(grants.clone());
        for name in ["a", "b", "c", "d"] {
            let tenant = TenantId::parse(name).unwrap();
            for permission in Permission::ALL {
                let obvious = grants.iter().any(|(scope, held)| {
                    held.iter().any(|one| one == *permission)
                        && match scope {
                            Scope::Agency => true,
                            Scope::Tenant(of) => *of == tenant,
                        }
                });
                prop_assert_eq!(reach.within(&tenant).contains(*permission), obvious);
            }
        }
    }

    #[test]
    fn a_key_never_holds_more_than_its_maker(grants in prop::collection::vec((scope(), permissions()), 0..6), of in scope(), wanted in permissions()) {
        let maker = Reach::of(grants);
        let key = maker.only(&of, wanted);
        for name in ["a", "b", "c", "d"] {
            let tenant = TenantId::parse(name).unwrap();
            prop_assert!(maker.within(&tenant).covers(key.within(&tenant)));
        }
        prop_assert!(maker.agency().covers(key.agency()));
    }
}
