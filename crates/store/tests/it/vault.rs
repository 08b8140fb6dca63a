//! Keys change while everybody goes on: two handles on one installation, as a server and a command have.

use crate::world::{Ground, START, World, ctx, new_connection, new_tenant};
use async_trait::async_trait;
use secrecy::ExposeSecret;
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use trimtab_domain::{
    ErrorKind,
    clock::testing::{CountingIds, ManualClock},
};
use trimtab_store::{Error, Master, MasterKey, Store, VaultKey, Wrapped, prepare_next};

/// An installation whose key is in a file.
struct Installation {
    ground: Ground,
    opened: AtomicUsize,
}

impl Installation {
    async fn new() -> (Self, Store) {
        let installation = Self { ground: Ground::new().await, opened: AtomicUsize::new(0) };
        let store = installation.open_with(Master::file(&installation.key(), true).unwrap()).await.unwrap();
        for tenant in ["acme", "other"] {
            store.system().add_tenant(new_tenant(tenant)).await.unwrap();
            store.tenant(&ctx(tenant)).connect(new_connection("11", &format!("EAAB-{tenant}"))).await.unwrap();
        }
        (installation, store)
    }

    fn key(&self) -> PathBuf {
        self.ground.folder.path().join("vault.key")
    }

    async fn open(&self) -> Result<Store, Error> {
        self.open_with(Master::file(&self.key(), false).unwrap()).await
    }

    async fn open_with(&self, master: Master) -> Result<Store, Error> {
        let ids = CountingIds::default();
        // Each handle makes ids of its own.
        for _ in 0..100_000 * self.opened.fetch_add(1, Ordering::Relaxed) {
            trimtab_domain::Ids::fresh(&ids);
        }
        let clock = Arc::new(ManualClock::at(START));
        Store::open(self.ground.settings(), master, clock, Arc::new(ids)).await
    }

    fn fingerprint(&self) -> String {
        VaultKey::load(&self.key()).unwrap().fingerprint()
    }
}

async fn secret(store: &Store, tenant: &str) -> String {
    let door = store.tenant(&ctx(tenant));
    let id = door.connections().await.unwrap()[0].id.clone();
    door.secret(&id).await.unwrap().expose_secret().to_owned()
}

async fn sound(store: &Store) {
    for tenant in ["acme", "other"] {
        assert_eq!(secret(store, tenant).await, format!("EAAB-{tenant}"));
    }
    assert_eq!(store.system().verify_audit(None).await.unwrap().fault, None);
}

#[tokio::test]
async fn each_tenant_has_a_data_key_of_its_own() {
    let (_installation, store) = Installation::new().await;
    let status = store.system().vault_status().await.unwrap();
    let keys: Vec<_> = status.data_keys.iter().map(|key| (key.tenant.as_deref(), key.version, key.secrets)).collect();
    assert_eq!(keys, [(None, 1, 1), (Some("acme"), 1, 1), (Some("other"), 1, 1)]);
    assert_eq!((status.source, status.first_layout, status.unknown_layout), ("file", 0, 0));
}

#[tokio::test]
async fn the_master_key_is_rotated_and_whoever_runs_goes_on() {
    let (installation, server) = Installation::new().await;
    let pseudonyms = server.tenant(&ctx("acme")).pseudonym_key().await.unwrap();
    let former = installation.fingerprint();
    let command = installation.open().await.unwrap();
    let rotated = command.system().rotate_master_key(&prepare_next(&installation.key()).unwrap()).await.unwrap();
    assert_eq!((rotated.data_keys, rotated.secrets, rotated.unreadable), (3, 0, 0));
    assert_eq!(installation.fingerprint(), former, "the file is not swapped yet");

    // The server wraps the key of a new tenant: it finds the new master key by itself, and puts it in its place.
    sound(&server).await;
    server.system().add_tenant(new_tenant("third")).await.unwrap();
    server.tenant(&ctx("third")).connect(new_connection("11", "EAAB-third")).await.unwrap();
    assert_eq!(installation.fingerprint(), rotated.key);
    assert_ne!(rotated.key, former);
    assert_eq!(command.system().take_up_master_key().await.unwrap(), rotated.key, "it was done already");

    let again = installation.open().await.unwrap();
    assert_eq!(secret(&again, "third").await, "EAAB-third");
    sound(&again).await;
    assert_eq!(again.tenant(&ctx("acme")).pseudonym_key().await.unwrap(), pseudonyms);
    let beside = installation.ground.folder.path().join(format!("vault.key.{former}"));
    assert_eq!(VaultKey::load(&beside).unwrap().fingerprint(), former, "backups made before still have their key");
    let error = installation.open_with(VaultKey::load(&beside).unwrap().into()).await.unwrap_err();
    assert!(matches!(&error, Error::WrongKey { needed, .. } if *needed == rotated.key), "{error}");
}

#[tokio::test]
async fn a_rotation_that_ends_anywhere_leaves_an_installation_that_opens() {
    // Ended after the new key was written and before the database knew.
    let (installation, store) = Installation::new().await;
    let former = installation.fingerprint();
    let waiting = prepare_next(&installation.key()).unwrap();
    let again = installation.open().await.unwrap();
    sound(&again).await;
    assert_eq!(installation.fingerprint(), former);
    // The next rotation takes the key that waits.
    let rotated = store.system().rotate_master_key(&prepare_next(&installation.key()).unwrap()).await.unwrap();
    drop(waiting);

    // Ended after the database knew and before the file was swapped.
    assert_eq!(installation.fingerprint(), former);
    sound(&installation.open().await.unwrap()).await;
    assert_eq!(installation.fingerprint(), rotated.key, "who opens it swaps");
    sound(&installation.open().await.unwrap()).await;
}

#[tokio::test]
async fn data_keys_are_rotated_and_whoever_runs_goes_on() {
    let (installation, server) = Installation::new().await;
    let pseudonyms = server.tenant(&ctx("acme")).pseudonym_key().await.unwrap();
    server.system().put_secret("totp:usr_1", &"JBSW".into()).await.unwrap();
    let command = installation.open().await.unwrap();
    let rotated = command.system().rotate_data_keys().await.unwrap();
    assert_eq!((rotated.data_keys, rotated.secrets, rotated.unreadable), (3, 5, 0));
    sound(&server).await;
    server.tenant(&ctx("acme")).connect(new_connection("12", "EAAB-after")).await.unwrap();
    let status = server.system().vault_status().await.unwrap();
    let keys: Vec<_> =
        status.data_keys.iter().map(|k| (k.tenant.as_deref(), k.version, k.retired_at.is_some(), k.secrets)).collect();
    assert_eq!(
        keys,
        [
            (None, 1, true, 0),
            (None, 2, false, 2),
            (Some("acme"), 1, true, 0),
            (Some("acme"), 2, false, 3),
            (Some("other"), 1, true, 0),
            (Some("other"), 2, false, 1),
        ],
        "nothing is sealed under an old key any more, not by the server either"
    );
    let again = installation.open().await.unwrap();
    sound(&again).await;
    assert_eq!(again.tenant(&ctx("acme")).pseudonym_key().await.unwrap(), pseudonyms);
    assert_eq!(again.system().secret("totp:usr_1").await.unwrap().unwrap().expose_secret(), "JBSW");
    assert_eq!(again.system().secret("totp:usr_2").await.unwrap().map(|_| ()), None);
}

/// Readers, writers and rotations of both kinds at once, by two processes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rotation_under_load_fails_nothing() {
    let (installation, server) = Installation::new().await;
    let done = Arc::new(AtomicBool::new(false));
    let work: Vec<_> = (0..6)
        .map(|n| {
            let (server, done) = (server.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let tenant = if n % 2 == 0 { "acme" } else { "other" };
                let door = server.tenant(&ctx(tenant));
                let mut round = 0;
                while !done.load(Ordering::Relaxed) || round < 5 {
                    let account = format!("{}", 900 + n);
                    let secret = format!("EAAB-{n}-{round}");
                    let id = door.connect(new_connection(&account, &secret)).await.unwrap().connection.id;
                    assert_eq!(door.secret(&id).await.unwrap().expose_secret(), secret);
                    door.exchange_secret(&id, &secret.as_str().into(), &"EAAB-exchanged".into()).await.unwrap();
                    assert_eq!(door.secret(&id).await.unwrap().expose_secret(), "EAAB-exchanged");
                    round += 1;
                }
                round
            })
        })
        .collect();
    let command = installation.open().await.unwrap();
    for _ in 0..3 {
        command.system().rotate_master_key(&prepare_next(&installation.key()).unwrap()).await.unwrap();
        command.system().take_up_master_key().await.unwrap();
        command.system().rotate_data_keys().await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    for task in work {
        assert!(task.await.unwrap() >= 5);
    }
    let again = installation.open().await.unwrap();
    sound(&again).await;
    let status = again.system().vault_status().await.unwrap();
    assert!(status.data_keys.iter().all(|key| key.version == 4 || key.retired_at.is_some()), "{status:?}");
}

#[tokio::test]
async fn a_lost_key_is_named_with_what_to_restore() {
    let (installation, store) = Installation::new().await;
    let needed = installation.fingerprint();
    store.close().await;
    let kept = std::fs::read(installation.key()).unwrap();
    std::fs::remove_file(installation.key()).unwrap();
    let error = installation.open().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let text = error.to_string();
    assert!(text.contains("vault.key is missing") && text.contains(&format!("needs vault key {needed}")), "{text}");

    std::fs::write(installation.key(), "not a key").unwrap();
    let text = installation.open().await.unwrap_err().to_string();
    assert!(text.contains("is damaged") || text.contains("chmod 600"), "{text}");
    std::fs::remove_file(installation.key()).unwrap();
    VaultKey::load_or_create(&installation.key()).unwrap();
    let text = installation.open().await.unwrap_err().to_string();
    assert!(text.contains(&needed) && text.contains(&installation.fingerprint()), "{text}");

    std::fs::write(installation.key(), kept).unwrap();
    sound(&installation.open().await.unwrap()).await;
}

/// Somebody else who holds the key, and may be away.
#[derive(Debug)]
struct Elsewhere {
    key: VaultKey,
    away: AtomicBool,
    asked: AtomicUsize,
}

impl Elsewhere {
    fn new() -> Arc<Self> {
        Arc::new(Self { key: VaultKey::from_bytes([3; 32]), away: AtomicBool::new(false), asked: AtomicUsize::new(0) })
    }

    fn ask(&self) -> Result<Master, Error> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.away.load(Ordering::Relaxed) {
            let why = "does not answer: start it".to_owned();
            return Err(Error::KeyHolder { holder: "the key service".to_owned(), why, passing: true });
        }
        Ok(self.key.clone().into())
    }
}

#[derive(Debug)]
struct Remote(Arc<Elsewhere>);

#[async_trait]
impl MasterKey for Remote {
    fn source(&self) -> &'static str {
        "elsewhere"
    }

    async fn take_up(&self, needed: Option<&str>) -> Result<String, Error> {
        match needed {
            Some(needed) if needed != "elsewhere:1" => {
                Err(Error::WrongKey { needed: needed.to_owned(), given: "elsewhere:1".to_owned() })
            }
            _ => Ok("elsewhere:1".to_owned()),
        }
    }

    async fn wrap(&self, bound_to: &[u8], key: &[u8; 32]) -> Result<Wrapped, Error> {
        self.0.ask()?;
        let bytes = bound_to.iter().chain(key).map(|byte| byte ^ 0x55).collect();
        Ok(Wrapped { by: "elsewhere:1".to_owned(), bytes })
    }

    async fn unwrap(&self, bound_to: &[u8], wrapped: &[u8]) -> Result<Option<zeroize::Zeroizing<[u8; 32]>>, Error> {
        self.0.ask()?;
        let plain: Vec<u8> = wrapped.iter().map(|byte| byte ^ 0x55).collect();
        let key = plain.strip_prefix(bound_to).and_then(|key| <[u8; 32]>::try_from(key).ok());
        Ok(key.map(zeroize::Zeroizing::new))
    }
}

#[tokio::test]
async fn a_key_held_elsewhere_is_moved_to_and_may_be_away_for_a_while() {
    let (installation, store) = Installation::new().await;
    let elsewhere = Elsewhere::new();
    let remote = || Master::new(Remote(Arc::clone(&elsewhere)));
    let rotated = store.system().rotate_master_key(&remote()).await.unwrap();
    assert_eq!(rotated.key, "elsewhere:1");
    assert!(matches!(installation.open().await.unwrap_err(), Error::WrongKey { .. }), "the file is the key no more");

    let server = installation.open_with(remote()).await.unwrap();
    sound(&server).await;
    let asked = elsewhere.asked.load(Ordering::Relaxed);
    elsewhere.away.store(true, Ordering::Relaxed);
    sound(&server).await;
    assert_eq!(elsewhere.asked.load(Ordering::Relaxed), asked, "data keys stay in memory");
    server.system().add_tenant(new_tenant("third")).await.unwrap();
    let error = server.tenant(&ctx("third")).connect(new_connection("11", "EAAB")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Unavailable && error.to_string().contains("start it"), "{error}");
    let error = installation.open_with(remote()).await.unwrap_err();
    assert!(matches!(error, Error::KeyHolder { .. }), "{error}");

    elsewhere.away.store(false, Ordering::Relaxed);
    server.tenant(&ctx("third")).connect(new_connection("11", "EAAB")).await.unwrap();
    // And back to a file.
    std::fs::remove_file(installation.key()).unwrap();
    server.system().rotate_master_key(&Master::file(&installation.key(), true).unwrap()).await.unwrap();
    sound(&installation.open().await.unwrap()).await;
}

#[tokio::test]
async fn names_of_secrets_are_plain() {
    let world = World::new().await;
    let system = world.store.system();
    for bad in ["", "a b", "A", "a\nb", "ä", &"x".repeat(101)] {
        assert_eq!(system.put_secret(bad, &"x".into()).await.unwrap_err().kind(), ErrorKind::Invalid, "{bad}");
    }
    assert_eq!(system.put_secret("mail.password", &"".into()).await.unwrap_err().kind(), ErrorKind::Invalid);
    system.put_secret("mail.password", &"one".into()).await.unwrap();
    system.put_secret("mail.password", &"two".into()).await.unwrap();
    assert!(system.has_secret("mail.password").await.unwrap());
    assert_eq!(system.secret("mail.password").await.unwrap().unwrap().expose_secret(), "two");
    assert!(system.remove_secret("mail.password").await.unwrap() && !system.remove_secret("mail.password").await.unwrap());
    assert!(!system.has_secret("mail.password").await.unwrap());
}
