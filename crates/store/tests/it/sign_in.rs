use crate::world::World;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use trimtab_domain::{
    Actor, ErrorKind, Origin, Permissions, Role,
    access::{Grant, Scope},
};
use trimtab_store::{Admin, Error, IfInitialised, ProviderIdentity, SignIn, Tokens, limits};

const EMAIL: &str = "Ada@Example.org";
pub(crate) const RIGHT: &str = "correct horse battery";

fn admin(email: &str, password: &str) -> Admin {
    Admin { email: email.to_owned(), password: password.into(), agency: Some("North Sea".to_owned()) }
}

pub(crate) async fn world() -> World {
    let world = World::empty().await;
    world.store.system().create_admin(admin(EMAIL, RIGHT), IfInitialised::Refuse).await.unwrap();
    world
}

pub(crate) fn client() -> Origin {
    Origin::of_request(Some([192, 0, 2, 7].into()), Some("Browser 1"), None)
}

pub(crate) async fn tokens(world: &World, email: &str, password: &str) -> Result<Tokens, Error> {
    match world.store.system().sign_in(email, password.into(), None, &client()).await? {
        SignIn::Done(tokens) => Ok(*tokens),
        SignIn::SecondFactor { .. } => panic!("a second factor is asked for"),
    }
}

async fn attempt(world: &World, email: &str, password: &str) -> Result<SecretString, Error> {
    Ok(tokens(world, email, password).await?.access)
}

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let world = world().await;
    let system = world.store.system();
    assert!(system.is_initialised().await.unwrap());
    assert_eq!(system.agency().await.unwrap().as_deref(), Some("North Sea"));

    let signed_in = tokens(&world, " ada@EXAMPLE.org", RIGHT).await.unwrap();
    assert!(signed_in.access.expose_secret().len() >= 43, "256 bits");
    let ada = system.principal(&signed_in.access).await.unwrap().unwrap();
    assert_eq!((&ada.actor, ada.email.as_str()), (&Actor::User(signed_in.user.clone()), "ada@example.org"));
    assert_eq!((&ada.grants[..], ada.reach.agency()), (&[Grant::agency_admin()][..], Permissions::ALL));
    assert_eq!(ada.session.unwrap().access_ends_at, signed_in.access_ends_at);

    assert!(system.principal(&SecretString::from("not a token")).await.unwrap().is_none());
    system.end_session(&signed_in.user, &signed_in.session).await.unwrap();
    assert!(system.principal(&signed_in.access).await.unwrap().is_none());
    assert_eq!(system.end_session(&signed_in.user, &signed_in.session).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn wrong_address_and_wrong_password_sound_the_same() {
    let world = world().await;
    let mut answers = Vec::new();
    for (email, password) in [(EMAIL, "wrong password!"), ("eve@example.org", RIGHT), ("no address", RIGHT), (EMAIL, "")] {
        let error = attempt(&world, email, password).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        answers.push(error.to_string());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_second_init_is_refused_unless_asked() {
    let world = world().await;
    let system = world.store.system();
    let refused = system.create_admin(admin("bob@example.org", RIGHT), IfInitialised::Refuse).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert!(refused.to_string().contains("ada@example.org"), "{refused}");
    assert!(attempt(&world, "bob@example.org", RIGHT).await.is_err());

    let bob = system.create_admin(admin("bob@example.org", RIGHT), IfInitialised::AddOrReset).await.unwrap();
    let token = attempt(&world, "bob@example.org", RIGHT).await.unwrap();
    assert_eq!(system.principal(&token).await.unwrap().unwrap().actor, Actor::User(bob.clone()));
    let again = system.create_admin(admin("bob@example.org", "another long one"), IfInitialised::AddOrReset).await.unwrap();
    assert_eq!(again, bob, "the same person with a new password");
    assert!(system.principal(&token).await.unwrap().is_none(), "their old sessions have ended");
    assert!(attempt(&world, "bob@example.org", RIGHT).await.is_err());
    attempt(&world, "bob@example.org", "another long one").await.unwrap();

    for bad in [admin("bob", RIGHT), admin("bob@example.org", "elevenchars")] {
        let error = system.create_admin(bad, IfInitialised::AddOrReset).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    }
}

#[tokio::test]
async fn a_new_password_ends_sessions_and_lockouts() {
    let world = world().await;
    let system = world.store.system();
    let token = attempt(&world, EMAIL, RIGHT).await.unwrap();
    for _ in 0..limits::FREE_SIGN_IN_FAILURES {
        attempt(&world, EMAIL, "wrong password!").await.unwrap_err();
    }
    system.set_password(EMAIL, "a brand new password".into()).await.unwrap();
    assert!(system.principal(&token).await.unwrap().is_none());
    attempt(&world, EMAIL, "a brand new password").await.unwrap();
    assert_eq!(system.set_password("eve@example.org", RIGHT.into()).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn guessing_is_locked_out_for_longer_and_longer() {
    let world = world().await;
    for _ in 0..limits::FREE_SIGN_IN_FAILURES {
        assert!(matches!(attempt(&world, EMAIL, "wrong password!").await, Err(Error::SignInRefused)));
    }
    let mut pauses = Vec::new();
    for _ in 0..7 {
        // Even the right password is not looked at now, and another process knows it too.
        let locked = world.second_handle().await.system().sign_in(EMAIL, RIGHT.into(), None, &client()).await.unwrap_err();
        let ErrorKind::RateLimited { retry_after: Some(pause) } = locked.kind() else { panic!("{locked}") };
        pauses.push(pause.as_secs());
        world.pass(pause);
        assert!(matches!(attempt(&world, EMAIL, "wrong password!").await, Err(Error::SignInRefused)));
    }
    assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900]);

    world.pass(limits::LOCKOUT_MAX);
    attempt(&world, EMAIL, RIGHT).await.unwrap();
    for _ in 0..limits::FREE_SIGN_IN_FAILURES - 1 {
        attempt(&world, EMAIL, "wrong password!").await.unwrap_err();
    }
    attempt(&world, EMAIL, RIGHT).await.expect("success starts the count anew");
}

#[tokio::test]
async fn unknown_addresses_are_locked_out_alike() {
    let world = world().await;
    for _ in 0..limits::FREE_SIGN_IN_FAILURES {
        attempt(&world, "eve@example.org", RIGHT).await.unwrap_err();
    }
    assert!(matches!(attempt(&world, "eve@example.org", RIGHT).await, Err(Error::LockedOut { .. })));
    attempt(&world, EMAIL, RIGHT).await.expect("other addresses are not affected");
    world.pass(limits::LOCKOUT_MEMORY + Duration::from_secs(1));
    assert!(matches!(attempt(&world, "eve@example.org", RIGHT).await, Err(Error::SignInRefused)));
    assert!(matches!(attempt(&world, "eve@example.org", RIGHT).await, Err(Error::SignInRefused)), "the count starts anew");
}

#[tokio::test]
async fn parallel_guesses_all_count() {
    let world = world().await;
    let guesses: Vec<_> = (0..20)
        .map(|n| {
            let store = world.store.clone();
            tokio::spawn(async move {
                store.system().sign_in(EMAIL, format!("wrong guess {n:02}").into(), None, &Origin::NONE).await.map(drop)
            })
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        looked_at += usize::from(matches!(guess.await.unwrap(), Err(Error::SignInRefused)));
    }
    assert_eq!(looked_at, limits::FREE_SIGN_IN_FAILURES as usize);
}

#[tokio::test]
async fn whoever_is_refused_costs_as_much_as_whoever_is_let_in() {
    let world = world().await;
    let system = world.store.system();
    let eve = Admin { agency: None, ..admin("eve@example.org", RIGHT) };
    let eve = system.create_admin(eve, IfInitialised::AddOrReset).await.unwrap();
    system.set_disabled(&eve, true).await.unwrap();
    for (who, email, password) in [
        ("somebody", EMAIL, RIGHT),
        ("somebody with a wrong password", EMAIL, "wrong password!"),
        ("nobody", "nobody@example.org", RIGHT),
        ("somebody who is shut out", "eve@example.org", RIGHT),
    ] {
        let before = world.store.password_work();
        let let_in = attempt(&world, email, password).await.is_ok();
        assert_eq!((world.store.password_work() - before, let_in), (1, who == "somebody"), "{who}");
    }
    // A list that forgot to look anywhere would pass as well.
    let before = world.store.password_work();
    assert!(attempt(&world, "no address", RIGHT).await.is_err());
    assert_eq!(world.store.password_work(), before, "what cannot be an address is nobody's, and tells of nobody");
}

#[tokio::test]
async fn a_device_is_new_once_and_the_first_one_is_not() {
    let world = world().await;
    let on = async |agent: &str| {
        let origin = Origin::of_request(None, Some(agent), None);
        match world.store.system().sign_in(EMAIL, RIGHT.into(), None, &origin).await.unwrap() {
            SignIn::Done(tokens) => tokens.new_device,
            SignIn::SecondFactor { .. } => panic!("a second factor is asked for"),
        }
    };
    assert!(!on("Browser 1.0 (Linux)").await, "where the account was made");
    assert!(!on("Browser 2.1 (Linux)").await, "only updated");
    assert!(on("Browser 2.1 (Phone)").await);
    assert!(!on("Browser 2.2 (Phone)").await);
}

#[tokio::test]
async fn a_provider_lets_newcomers_in_where_something_is_named_for_them() {
    let world = world().await;
    let system = world.store.system();
    let of = |email: &str, subject: &str| ProviderIdentity {
        issuer: "https://sso.example".to_owned(),
        subject: subject.to_owned(),
        email: email.to_owned(),
    };
    let by = async |identity: ProviderIdentity, newcomers: Option<&Grant>| {
        world.store.system().sign_in_with_provider(&identity, newcomers, None, &client()).await
    };
    let refused = by(of("new@agency.example", "s-1"), None).await.unwrap_err();
    assert!(matches!(refused, Error::ProviderUnknown), "{refused}");
    assert_eq!(system.user_with_email("new@agency.example").await.unwrap(), None);
    let analyst = Grant::new(Scope::Agency, Role::AgencyAnalyst.into()).unwrap();
    assert!(matches!(by(of("new@agency.example", "s-1"), Some(&analyst)).await.unwrap(), SignIn::Done(_)));
    let made = system.user_with_email("new@agency.example").await.unwrap().unwrap();
    assert_eq!(system.user(&made).await.unwrap().grants, std::slice::from_ref(&analyst));
    system.revoke(&made, &analyst).await.unwrap();
    by(of("new@agency.example", "s-1"), Some(&analyst)).await.unwrap();
    assert_eq!(system.user(&made).await.unwrap().grants, [], "only newcomers are given something");
    assert!(by(of("ada@example.org", "s-2"), Some(&analyst)).await.is_ok());
    let ada = system.user_with_email(EMAIL).await.unwrap().unwrap();
    assert_eq!(system.user(&ada).await.unwrap().grants, [Grant::agency_admin()]);
    let gone = Grant { scope: Scope::Agency, role: "no_such_role".parse().unwrap() };
    assert_eq!(by(of("third@agency.example", "s-3"), Some(&gone)).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(system.user_with_email("third@agency.example").await.unwrap(), None);
}
