use crate::{
    sign_in::{RIGHT, client, tokens, world},
    world::World,
};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use trimtab_domain::{ErrorKind, Origin, id::SessionId};
use trimtab_store::{Error, Tokens, limits};

const EMAIL: &str = "ada@example.org";

async fn works(world: &World, tokens: &Tokens) -> bool {
    world.store.system().principal(&tokens.access).await.unwrap().is_some()
}

#[tokio::test]
async fn access_ends_after_fifteen_minutes_and_refreshing_goes_on_for_a_week() {
    let world = world().await;
    let system = world.store.system();
    let mut now = tokens(&world, EMAIL, RIGHT).await.unwrap();
    world.pass(limits::ACCESS_AGE - Duration::from_secs(1));
    assert!(works(&world, &now).await);
    world.pass(Duration::from_secs(1));
    assert!(!works(&world, &now).await, "fifteen minutes are over");

    for _ in 0..12 {
        world.pass(limits::REFRESH_AGE - Duration::from_secs(3600));
        let next = system.refresh(&now.refresh, &client()).await.unwrap();
        assert!(works(&world, &next).await && !works(&world, &now).await);
        assert_eq!(next.session, now.session, "the same device");
        now = next;
    }
    world.pass(limits::REFRESH_AGE);
    assert!(matches!(system.refresh(&now.refresh, &client()).await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn no_session_lives_for_ever() {
    let world = world().await;
    let mut now = tokens(&world, EMAIL, RIGHT).await.unwrap();
    let mut lived = Duration::ZERO;
    let step = Duration::from_secs(6 * 24 * 3600);
    while lived + step < limits::SESSION_MAX {
        world.pass(step);
        lived += step;
        now = world.store.system().refresh(&now.refresh, &client()).await.unwrap();
    }
    world.pass(step);
    assert!(matches!(world.store.system().refresh(&now.refresh, &client()).await, Err(Error::SessionEnded)), "after {lived:?}");
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_ends_the_session() {
    let world = world().await;
    let system = world.store.system();
    let stolen = tokens(&world, EMAIL, RIGHT).await.unwrap();
    let other = tokens(&world, EMAIL, RIGHT).await.unwrap();
    let next = system.refresh(&stolen.refresh, &client()).await.unwrap();

    let twice = system.refresh(&stolen.refresh, &client()).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Conflict, "two windows of one browser at once: {twice}");
    assert!(works(&world, &next).await);

    world.pass(limits::REFRESH_GRACE);
    let replayed = system.refresh(&stolen.refresh, &client()).await.unwrap_err();
    assert!(matches!(replayed, Error::RefreshReplayed), "{replayed}");
    assert!(!works(&world, &next).await, "whoever holds the newer tokens may be the thief");
    assert!(matches!(system.refresh(&next.refresh, &client()).await, Err(Error::SessionEnded)));
    assert!(works(&world, &other).await, "other devices go on");
}

#[tokio::test]
async fn parallel_refreshes_give_one_successor() {
    let world = world().await;
    let first = tokens(&world, EMAIL, RIGHT).await.unwrap();
    let token = first.refresh.expose_secret().to_owned();
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (store, token) = (world.store.clone(), SecretString::from(token.clone()));
            tokio::spawn(async move { store.system().refresh(&token, &Origin::NONE).await })
        })
        .collect();
    let mut fresh = Vec::new();
    for one in tries {
        match one.await.unwrap() {
            Ok(tokens) => fresh.push(tokens),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
        }
    }
    assert_eq!(fresh.len(), 1);
    assert!(works(&world, &fresh[0]).await);
}

#[tokio::test]
async fn tokens_of_one_kind_do_not_pass_for_another() {
    let world = world().await;
    let system = world.store.system();
    let tokens = tokens(&world, EMAIL, RIGHT).await.unwrap();
    assert!(system.principal(&tokens.refresh).await.unwrap().is_none());
    assert!(matches!(system.refresh(&tokens.access, &client()).await, Err(Error::SessionEnded)));
    let forged = ["eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3IifQ.", "tta_", "ttk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ""];
    for forged in forged {
        assert!(system.principal(&SecretString::from(forged)).await.unwrap().is_none(), "{forged}");
    }
}

#[tokio::test]
async fn devices_are_listed_and_ended_by_their_owner_alone() {
    let world = world().await;
    let system = world.store.system();
    let first = tokens(&world, EMAIL, RIGHT).await.unwrap();
    world.pass(Duration::from_secs(60));
    let second = tokens(&world, EMAIL, RIGHT).await.unwrap();
    let devices = system.devices(&first.user).await.unwrap();
    let ids: Vec<&SessionId> = devices.iter().map(|device| &device.id).collect();
    assert_eq!(ids, [&second.session, &first.session]);
    assert_eq!(&devices[0].origin, &client());

    let stranger = trimtab_domain::id::UserId::parse("usr_00000000000000000000000zzz").unwrap();
    assert_eq!(system.end_session(&stranger, &first.session).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(system.devices(&stranger).await.unwrap(), []);
    assert!(works(&world, &first).await);

    assert_eq!(system.end_other_sessions(&first.user, Some(&second.session)).await.unwrap(), 1);
    assert!(!works(&world, &first).await && works(&world, &second).await);
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_once() {
    let world = world().await;
    let system = world.store.system();
    let ada = tokens(&world, EMAIL, RIGHT).await.unwrap();
    let last = system.set_disabled(&ada.user, true).await.unwrap_err();
    assert_eq!(last.kind(), ErrorKind::Conflict, "{last}");
    assert!(works(&world, &ada).await);

    let bob = trimtab_store::Admin { email: "bob@example.org".to_owned(), password: RIGHT.into(), agency: None };
    let bob = system.create_admin(bob, trimtab_store::IfInitialised::AddOrReset).await.unwrap();
    system.set_disabled(&ada.user, true).await.unwrap();
    assert!(!works(&world, &ada).await);
    assert!(matches!(tokens(&world, EMAIL, RIGHT).await, Err(Error::SignInRefused)));
    assert!(system.user(&ada.user).await.unwrap().disabled_at.is_some());
    let last = system.revoke(&bob, &trimtab_domain::access::Grant::agency_admin()).await.unwrap_err();
    assert_eq!(last.kind(), ErrorKind::Conflict, "the other one cannot sign in: {last}");
    system.set_disabled(&ada.user, false).await.unwrap();
    tokens(&world, EMAIL, RIGHT).await.unwrap();
}
