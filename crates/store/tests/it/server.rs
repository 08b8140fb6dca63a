//! Opening a database on a server: what is wrong is said with the next step, and never with the password.

use crate::world::{Ground, START, World, key, new_connection, server};
use std::{sync::Arc, time::Duration};
use trimtab_domain::{
    ErrorKind,
    clock::testing::{CountingIds, ManualClock},
};
use trimtab_store::{Error, Place, Store, StoreSettings, VaultKey};

async fn open(settings: StoreSettings, key: VaultKey) -> Result<Store, Error> {
    let settings = StoreSettings { lock_wait: Duration::from_millis(50), ..settings };
    Store::open(settings, key, Arc::new(ManualClock::at(START)), Arc::new(CountingIds::default())).await
}

async fn open_url(url: &str) -> Result<Store, Error> {
    open(StoreSettings::at(Place::Server(url.parse().unwrap())), key()).await
}

/// The server's URL with its parts replaced.
fn changed(change: impl FnOnce(&mut url::Url)) -> String {
    let mut url = url::Url::parse(&server()).unwrap();
    change(&mut url);
    url.to_string()
}

#[tokio::test]
async fn a_database_is_found_again() {
    let ground = Ground::new().await;
    assert!(!Store::exists(&ground.settings()).await.unwrap());
    let store = open(ground.settings(), key()).await.unwrap();
    assert!(Store::exists(&ground.settings()).await.unwrap());
    store.system().set_agency("North Sea").await.unwrap();
    store.close().await;
    assert!(store.system().agency().await.is_err(), "closed");
    assert_eq!(open(ground.settings(), key()).await.unwrap().system().agency().await.unwrap().as_deref(), Some("North Sea"));
    let error = open(ground.settings(), VaultKey::from_bytes([1; 32])).await.unwrap_err();
    assert!(error.to_string().contains("restore the key that belongs to it"), "{error}");
}

#[tokio::test]
async fn what_keeps_from_entering_is_named_without_the_password() {
    let wrong = changed(|url| url.set_password(Some("not-the-password")).unwrap());
    let nobody = changed(|url| url.set_username("nobody_of_this_name").unwrap());
    let missing = changed(|url| url.set_path("no_such_database"));
    let dead = changed(|url| url.set_port(Some(1)).unwrap());
    for (url, kind, says) in [
        (&wrong, ErrorKind::Invalid, "refuses this user or password: correct database.url"),
        (&nobody, ErrorKind::Invalid, "refuses this user or password: correct database.url"),
        (&missing, ErrorKind::Invalid, "make it with CREATE DATABASE \"no_such_database\" OWNER"),
        (&dead, ErrorKind::Unavailable, "does not answer: see that it runs"),
    ] {
        let error = open_url(url).await.unwrap_err();
        let chain = format!("{error} {error:?} {}", std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default());
        assert_eq!(error.kind(), kind, "{chain}");
        assert!(error.to_string().contains(says), "{chain}");
        let password = url::Url::parse(url).unwrap().password().unwrap_or("no password").to_owned();
        assert!(!chain.contains(&password), "{chain}");
    }
}

#[tokio::test]
async fn a_strangers_tables_are_refused_and_left_alone() {
    let ground = Ground::new().await;
    let schema = ground.schema.as_ref().unwrap();
    schema.run("CREATE TABLE recipes (name text)").await.unwrap();
    let error = open(ground.settings(), key()).await.unwrap_err();
    assert!(matches!(error, Error::Foreign { .. }) && error.to_string().contains("name an empty database of its own"), "{error:?}");
    assert!(Store::exists(&ground.settings()).await.is_err());
    schema.run("INSERT INTO recipes VALUES ('soup')").await.unwrap();
}

#[tokio::test]
async fn a_server_that_only_reads_says_so() {
    let world = World::new().await;
    let url = format!("{}%20-c%20default_transaction_read_only%3Don", world.ground.schema.as_ref().unwrap().url());
    let store = open_url(&url).await.unwrap();
    let error = store.system().set_agency("North Sea").await.unwrap_err();
    assert!(
        matches!(error, Error::ReadOnly { .. }) && error.to_string().contains("name the server that takes writes"),
        "{error:?}"
    );
    assert_eq!(store.system().agency().await.unwrap(), None);
}

#[tokio::test]
async fn a_lock_that_is_held_too_long_is_named() {
    let world = World::new().await;
    let second = world.impatient_handle().await;
    let schema = world.ground.schema.as_ref().unwrap();
    // Holds the lock until the writer has given up.
    let hold = schema.run("BEGIN; LOCK TABLE seaql_migrations IN SHARE ROW EXCLUSIVE MODE; SELECT pg_sleep(8); COMMIT");
    let gives_up = async {
        loop {
            if let Err(error) = second.system().set_agency("x").await {
                return error;
            }
        }
    };
    let (error, readers) = tokio::select! {
        error = gives_up => (error, second.system().agency().await),
        held = hold => panic!("the lock was let go first: {held:?}"),
    };
    assert!(matches!(error, Error::Locked { .. }) && error.kind() == ErrorKind::Unavailable, "{error:?}");
    readers.unwrap();
}

#[tokio::test]
async fn sessions_that_the_server_ended_are_replaced() {
    let world = World::new().await;
    let schema = world.ground.schema.as_ref().unwrap();
    for round in 0..3 {
        world.store.system().set_agency(&format!("round {round}")).await.unwrap();
        let end =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'ended'";
        schema.run(end).await.unwrap();
        let url = format!("{}&application_name=ended", schema.url());
        let store = open_url(&url).await.unwrap();
        schema.run(end).await.unwrap();
        assert_eq!(store.system().agency().await.unwrap(), Some(format!("round {round}")));
    }
}

#[tokio::test]
async fn texts_are_ordered_by_their_bytes() {
    let world = World::empty().await;
    let system = world.store.system();
    let mut made = Vec::new();
    // An order by language would have them otherwise: dashes ignored, digits after letters.
    for id in ["a-c", "ab", "a1", "a-b", "b", "a"] {
        made.push(system.add_tenant(crate::world::new_tenant(id)).await.unwrap().id.to_string());
    }
    made.sort();
    let mut listed = Vec::new();
    let mut cursor = None;
    loop {
        let page = system.tenants(None, cursor.as_ref(), 1).await.unwrap();
        listed.extend(page.items.into_iter().map(|tenant| tenant.id.to_string()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, made);
}

#[tokio::test]
async fn nothing_prints_the_password() {
    let world = World::new().await;
    let password = url::Url::parse(&server()).unwrap().password().expect("the server for tests asks for a password").to_owned();
    let made = world.acme().connect(new_connection("11", "EAAB")).await.unwrap();
    let printed = format!("{:?} {:?} {} {:?}", world.store, world.ground.settings(), world.store.place(), world.acme());
    assert!(!printed.contains(&password) && printed.contains("postgres://"), "{printed} {made:?}");
}
