//! An engine in a folder of its own with the tenant `acme`, and ways to import and to ask.

use jiff::SignedDuration;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use trimtab_domain::{
    Actor, Clock, Role, TenantCtx, Timestamp,
    clock::testing::{CountingIds, ManualClock},
    id::TenantId,
    query::{Cell, Dimension, MetricQuery, QueryParts},
};
use trimtab_engine::{
    Connectors, Deadlines, Engine, Error, Lake, NewTenant, Parts, Retention, Store,
    import::{Imported, Upload},
};
use trimtab_facts::LakeSettings;
use trimtab_store::{StoreSettings, VaultKey};
use trimtab_wire::{Wire, WireSettings};

/// A limit that lasts is told, not waited for.
const SHORT: Duration = Duration::from_millis(300);

pub(crate) const START: &str = "2026-11-01T10:00:00Z";

pub(crate) struct World {
    _folder: TempDir,
    clock: Arc<ManualClock>,
    pub(crate) engine: Engine,
    pub(crate) lake: Lake,
    pub(crate) store: Store,
    pub(crate) ctx: TenantCtx,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::keeping(Retention::default()).await
    }

    /// The same, letting go what is older.
    pub(crate) async fn keeping(retention: Retention) -> Self {
        Self::build(None, SHORT, retention).await
    }

    /// The same, with a central bank of its own.
    pub(crate) async fn reading_rates_at(bank: &str) -> Self {
        Self::build(Some(bank.parse().unwrap()), SHORT, Retention::default()).await
    }

    /// The same, waiting as long as platforms ask for that count by the second.
    pub(crate) async fn patient(bank: &str) -> Self {
        Self::build(Some(bank.parse().unwrap()), Duration::from_secs(20), Retention::default()).await
    }

    async fn build(rates_url: Option<url::Url>, patience: Duration, retention: Retention) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let shared: Arc<dyn Clock> = clock.clone();
        let ids = Arc::new(CountingIds::default());
        // The disk is as slow as it is, also where a test's time runs fast.
        let settings = StoreSettings { deadline: Duration::from_secs(3_600), ..StoreSettings::new(folder.path().join("store.db")) };
        let store = Store::open(settings, VaultKey::from_bytes([42; 32]), Arc::clone(&shared), ids).await.unwrap();
        let lake = Lake::open(LakeSettings::new(folder.path().join("lake"))).unwrap();
        let settings = WireSettings { patience, ..WireSettings::default() };
        let wire = Wire::new(settings, Arc::clone(&shared)).unwrap();
        let connectors = Connectors::new(wire, Arc::clone(&shared), Deadlines::default());
        let engine = Engine::new(Parts {
            store: store.clone(),
            lake: lake.clone(),
            connectors,
            clock: shared,
            rates_url,
            retention,
            site: "http://localhost:8080".parse().unwrap(),
            mailer: trimtab_connect::mail::Mailer::none(),
            issuers: Vec::new(),
            newcomers: std::collections::BTreeMap::new(),
            owner: "test".to_owned(),
        });
        let id = TenantId::parse("acme").unwrap();
        let (currency, zone) = ("EUR".parse().unwrap(), "Europe/Amsterdam".parse().unwrap());
        engine
            .add_tenant(
                &trimtab_domain::Caller::SYSTEM,
                NewTenant { id: id.clone(), name: "Acme".to_owned(), currency, zone, industry: None },
            )
            .await
            .unwrap();
        Self { _folder: folder, clock, engine, lake, store, ctx: TenantCtx::proven(id, Actor::Operator, Role::AgencyAdmin) }
    }

    pub(crate) fn pass_hours(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
    }

    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    /// Sets the clock by another one.
    pub(crate) fn follow(&self, now: Timestamp) {
        self.clock.advance(now.duration_since(self.engine.now()));
    }

    pub(crate) fn pass_days(&self, days: i64) {
        self.clock.advance(SignedDuration::from_hours(24 * days));
    }

    pub(crate) async fn import(&self, upload: Upload) -> Result<Imported, Error> {
        self.engine.import(&self.ctx, upload).await
    }

    pub(crate) async fn preview(&self, upload: Upload) -> Result<Imported, Error> {
        self.engine.preview_import(&self.ctx, upload).await
    }

    /// Spend in whole cents by day and account, over everything.
    pub(crate) async fn spend(&self) -> Vec<(String, String, i64)> {
        let dimensions = vec![Dimension::Date, Dimension::Account];
        let parts = QueryParts { metrics: vec!["spend".to_owned()], dimensions, ..QueryParts::default() };
        let query = MetricQuery::new("2026-01-01..2026-12-31".parse().unwrap(), parts).unwrap();
        let answer = self.engine.query(&self.ctx, &query).await.unwrap();
        let cents = |cell: &Cell| match cell {
            Cell::Money(micros) => micros / 10_000,
            other => panic!("spend is {other:?}"),
        };
        let mut rows: Vec<_> =
            answer.rows.iter().map(|row| (row.keys[0].id.clone(), row.keys[1].id.clone(), cents(&row.cells[0]))).collect();
        rows.sort();
        rows
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        let accounts = self.engine.accounts(&self.ctx).await.unwrap();
        accounts.into_iter().map(|state| state.account.name.to_string()).collect()
    }
}

/// A file that leaves everything to recognition.
pub(crate) fn file(name: &str, text: &str) -> Upload {
    Upload { name: name.to_owned(), bytes: text.to_owned().into(), source: None, account: None, mapping: None }
}

pub(crate) fn into(account: &str, upload: Upload) -> Upload {
    Upload { account: Some(account.to_owned()), ..upload }
}
