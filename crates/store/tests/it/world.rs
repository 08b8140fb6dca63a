//! A store of its own, in a file or on a server, with a clock the test moves.

use jiff::SignedDuration;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tempfile::TempDir;
use trimtab_domain::{
    Actor, Currency, DayRange, Role, Source, TenantCtx, Timestamp,
    account::{Account, Standing},
    clock::testing::{CountingIds, ManualClock},
    id::TenantId,
};
use trimtab_store::{
    AccountKey, ExecutionKind, Expiry, Failure, FailureKind, NewConnection, NewExecution, NewTenant, Store, StoreSettings,
    TenantStore, Terms, VaultKey,
    testing::{SERVER, Scratch},
};

pub(crate) const START: &str = "2026-03-10T08:00:00Z";
pub(crate) const TTL: Duration = Duration::from_secs(60);

/// A place for a database that is there as long as this.
pub(crate) struct Ground {
    pub(crate) folder: TempDir,
    pub(crate) schema: Option<Scratch>,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let schema = if crate::ON_SERVER { Some(Scratch::new(&server()).await.unwrap()) } else { None };
        Self { folder, schema }
    }

    pub(crate) fn settings(&self) -> StoreSettings {
        self.schema.as_ref().map_or_else(|| StoreSettings::new(self.path()), |schema| schema.settings().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }
}

/// The server for tests. Without one there is nothing to test on it: the process ends well.
pub(crate) fn server() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| {
        eprintln!("{SERVER} is not set: the tests on PostgreSQL are left out");
        std::process::exit(0)
    })
}

pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Store,
    pub(crate) ground: Ground,
}

pub(crate) fn key() -> VaultKey {
    VaultKey::from_bytes([42; 32])
}

impl World {
    /// An empty store.
    pub(crate) async fn empty() -> Self {
        let ground = Ground::new().await;
        let clock = Arc::new(ManualClock::at(START));
        let store = Store::open(ground.settings(), key(), clock.clone(), Arc::new(CountingIds::default())).await.unwrap();
        Self { clock, store, ground }
    }

    /// A store with the tenants `acme` and `other`.
    pub(crate) async fn new() -> Self {
        let world = Self::empty().await;
        for id in ["acme", "other"] {
            world.store.system().add_tenant(new_tenant(id)).await.unwrap();
        }
        world
    }

    /// The file.
    pub(crate) fn path(&self) -> PathBuf {
        self.ground.path()
    }

    pub(crate) fn acme(&self) -> TenantStore {
        self.store.tenant(&ctx("acme"))
    }

    pub(crate) fn other(&self) -> TenantStore {
        self.store.tenant(&ctx("other"))
    }

    pub(crate) fn store_now(&self) -> Timestamp {
        trimtab_domain::Clock::now(&*self.clock)
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(SignedDuration::try_from(time).unwrap());
    }

    /// Another handle on the same database, as a second process would have.
    pub(crate) async fn second_handle(&self) -> Store {
        self.handle(self.ground.settings()).await
    }

    /// Another handle that soon gives up on a lock.
    pub(crate) async fn impatient_handle(&self) -> Store {
        self.handle(StoreSettings { lock_wait: Duration::from_millis(50), ..self.ground.settings() }).await
    }

    async fn handle(&self, settings: StoreSettings) -> Store {
        // Ids must differ from the first handle's.
        let ids = CountingIds::default();
        for _ in 0..100_000 {
            trimtab_domain::Ids::fresh(&ids);
        }
        Store::open(settings, key(), self.clock.clone(), Arc::new(ids)).await.unwrap()
    }
}

pub(crate) fn ctx(tenant: &str) -> TenantCtx {
    TenantCtx::proven(TenantId::parse(tenant).unwrap(), Actor::Operator, Role::AgencyAdmin)
}

pub(crate) fn new_tenant(id: &str) -> NewTenant {
    NewTenant {
        id: TenantId::parse(id).unwrap(),
        name: format!("The {id} company"),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Amsterdam".parse().unwrap(),
        industry: Some("coffee".to_owned()),
    }
}

pub(crate) fn account(id: &str) -> Account {
    Account {
        source: Source::Meta,
        id: id.into(),
        name: format!("Account {id}").into(),
        currency: eur(),
        zone: "America/New_York".parse().unwrap(),
        standing: Standing::Good,
    }
}

pub(crate) fn eur() -> Currency {
    "EUR".parse().unwrap()
}

pub(crate) fn account_key(id: &str) -> AccountKey {
    AccountKey::from(&account(id))
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn days(text: &str) -> DayRange {
    text.parse().unwrap()
}

pub(crate) fn new_connection(account_id: &str, secret: &str) -> NewConnection {
    NewConnection {
        account: account(account_id),
        base_url: Some("http://127.0.0.1:9/meta".to_owned()),
        secret: secret.into(),
        terms: Terms {
            expires_at: Some(at("2026-05-01T00:00:00Z")),
            access_ends_at: None,
            expiry: Expiry::Told,
            scopes: vec!["ads_read".to_owned(), "business_management".to_owned()],
        },
    }
}

pub(crate) fn new_execution() -> NewExecution {
    NewExecution {
        kind: ExecutionKind::Sync,
        params: serde_json::json!({ "from": "2026-03-01", "to": "2026-03-07" }),
        owner: "process 1".to_owned(),
        ttl: TTL,
    }
}

pub(crate) fn failure(kind: FailureKind) -> Failure {
    Failure { kind, text: "it did not work".to_owned(), fix: Some("do it differently".to_owned()) }
}
