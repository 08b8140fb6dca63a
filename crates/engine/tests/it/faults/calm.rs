//! What a sync without trouble does: the facts it leaves, the routes it calls, how often it calls.

use super::{facts::Everything, scene::Scene};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::Source;
use trimtab_sandbox::{CallRecord, Fault, FaultKind};

/// A kind of request, whatever account or object it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Route {
    /// As a fault names it: `GET /meta/v26.0/act_*/insights`.
    pub(super) pattern: String,
    /// Whether the sandbox can tell which account such a request is about.
    pub(super) of_account: bool,
    /// Whether it is only called once a token was refused.
    pub(super) after_refusal: bool,
}

impl Route {
    /// What lets a kind of trouble strike it, for good.
    pub(super) fn faults(&self, kind: FaultKind, account: Option<&str>) -> Vec<Fault> {
        let mut faults = vec![Fault::new(&self.pattern, kind)];
        if self.after_refusal {
            faults.push(Fault::new(&format!("/{}/", self.prefix()), FaultKind::ExpiredToken).times(1));
        }
        faults.iter_mut().for_each(|fault| fault.account = account.map(str::to_owned));
        faults
    }

    /// The first part of its path, which is the platform's.
    fn prefix(&self) -> &str {
        self.pattern.split('/').nth(1).unwrap_or_default()
    }
}

/// A sync without trouble.
#[derive(Debug)]
pub(super) struct Calm {
    pub(super) facts: Everything,
    pub(super) routes: BTreeMap<Source, Vec<Route>>,
    calls: BTreeMap<String, usize>,
    pub(super) accounts: Vec<(Source, String)>,
}

impl Calm {
    pub(super) async fn of(sources: &[Source], each: usize) -> Self {
        let scene = Scene::new(sources, each, 0).await;
        let sync = scene.sync(None).await;
        assert!(sync.runs.iter().all(|run| run.failure.is_none()), "{:?}", sync.runs);
        let facts = scene.facts().await;
        assert!(facts.len() > 1_000 * sources.len(), "{sources:?} deliver: {facts:?}");
        assert!(scene.beyond_limits() <= scene.unforeseeable(), "a calm sync stays within every limit: {:?}", scene.limited());
        let (calls, log) = (scene.calls_by_account(), scene.sandbox.calls());
        // A token is renewed only when the old one is refused.
        let accounts: Vec<(Source, String)> =
            scene.accounts.iter().map(|a| (a.source.parse().unwrap(), a.account.clone())).collect();
        for (source, account) in &accounts {
            let refused = Fault::new(&format!("/{source}/"), FaultKind::ExpiredToken).account(account).times(1);
            scene.sandbox.add_fault(refused).unwrap();
        }
        scene.sync(None).await;
        let calm_patterns: BTreeSet<String> = log.iter().map(pattern).collect();
        let mut routes = BTreeMap::<Source, BTreeSet<Route>>::new();
        for call in scene.sandbox.calls() {
            let pattern = pattern(&call);
            let after_refusal = !calm_patterns.contains(&pattern);
            let route = Route { pattern, of_account: call.account.is_some(), after_refusal };
            routes.entry(call.source.parse().unwrap()).or_default().insert(route);
        }
        let routes = routes.into_iter().map(|(source, routes)| (source, routes.into_iter().collect())).collect();
        Self { facts, routes, calls, accounts }
    }

    /// The most requests that a sync of an account may make, whatever happens to it: each may be tried anew, none for ever.
    pub(super) fn most_calls(&self, account: &str) -> usize {
        6 * self.calls.get(account).copied().unwrap_or_default() + 20
    }
}

/// A request's verb and path with `*` for every id.
pub(super) fn pattern(call: &CallRecord) -> String {
    let general = |segment: &str| {
        let is_id = segment.bytes().filter(u8::is_ascii_digit).count() >= 4;
        match segment.split_once('_') {
            Some((kind, id)) if is_id && id.bytes().all(|b| b.is_ascii_digit()) => format!("{kind}_*"),
            _ if is_id => "*".to_owned(),
            _ => segment.to_owned(),
        }
    };
    let path: Vec<String> = call.route.split('/').map(general).collect();
    format!("{} {}", call.method, path.join("/"))
}
