//! A simulated world on a free port, and a stack to reach it with.

use std::{fmt, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use trimtab_connect::{Connectors, Deadlines};
use trimtab_domain::{Clock, Source, Timestamp};
use trimtab_sandbox::{AccountInfo, Sandbox, SandboxSettings};
use trimtab_wire::{Wire, WireSettings};

/// A world being served, until dropped.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) wire: Wire,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) accounts: Vec<AccountInfo>,
    _stop: DropGuard,
}

/// The world's own clock, so that both sides agree on today.
struct WorldClock(Sandbox);

/// In short: the world itself would be megabytes, and holds every secret.
impl fmt::Debug for WorldClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WorldClock")
    }
}

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// Waits short enough for tests, patience long enough for the limits they meet.
pub(crate) fn quick() -> WireSettings {
    WireSettings {
        backoff_base: Duration::from_millis(1),
        backoff_cap: Duration::from_millis(5),
        limit_wait: Duration::from_millis(5),
        patience: Duration::from_secs(3),
        breaker_failures: 50,
        ..WireSettings::default()
    }
}

impl World {
    pub(crate) async fn start(source: Source) -> Self {
        Self::with(source, SandboxSettings { seed: 3, tenants: 3, ads: 40, days: 120, ..SandboxSettings::default() }).await
    }

    /// A world of which the accounts of one platform are looked at.
    pub(crate) async fn with(source: Source, settings: SandboxSettings) -> Self {
        println!("world seed {}", settings.seed);
        let sandbox = Sandbox::new(settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let served = sandbox.clone();
        tokio::spawn({
            let stop = stop.clone();
            async move { served.serve(listener, stop).await }
        });
        let clock: Arc<dyn Clock> = Arc::new(WorldClock(sandbox.clone()));
        Self {
            accounts: sandbox.accounts_at(&origin).into_iter().filter(|account| account.source == source.as_str()).collect(),
            wire: Wire::new(quick(), Arc::clone(&clock)).unwrap(),
            clock,
            sandbox,
            _stop: stop.drop_guard(),
        }
    }

    /// Connectors over the world's stack.
    pub(crate) fn connectors(&self) -> Connectors {
        Connectors::new(self.wire.clone(), Arc::clone(&self.clock), Deadlines::default())
    }

    /// The same world through a stack with other settings.
    pub(crate) fn rewire(&mut self, settings: WireSettings) {
        self.wire = Wire::new(settings, Arc::clone(&self.clock)).unwrap();
    }
}
