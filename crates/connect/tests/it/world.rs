//! A simulated world on a free port, and a stack to reach it with.

use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use trimtab_domain::{Clock, Timestamp};
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
#[derive(Debug)]
struct WorldClock(Sandbox);

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
    pub(crate) async fn start() -> Self {
        Self::with(SandboxSettings { seed: 3, tenants: 3, ads: 40, days: 120, ..SandboxSettings::default() }).await
    }

    pub(crate) async fn with(settings: SandboxSettings) -> Self {
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
            accounts: sandbox.accounts_at(&origin),
            wire: Wire::new(quick(), Arc::clone(&clock)).unwrap(),
            clock,
            sandbox,
            _stop: stop.drop_guard(),
        }
    }

    /// The same world through a stack with other settings.
    pub(crate) fn rewire(&mut self, settings: WireSettings) {
        self.wire = Wire::new(settings, Arc::clone(&self.clock)).unwrap();
    }
}
