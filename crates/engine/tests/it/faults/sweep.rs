//! Every pair of route and kind, one after the other: each strikes for good while an account is read, and another the next time.

use super::{
    calm::{Calm, Route, pattern},
    scene::{FIRST, Scene},
};
use std::collections::BTreeSet;
use trimtab_domain::{Source, day::parse_day};
use trimtab_sandbox::{Fault, FaultKind};

/// Accounts that are read at the same time, each with trouble of its own.
const ACCOUNTS: usize = 3;

/// Strikes all routes of a platform with all kinds; answers with the names of those that struck.
pub(super) async fn sweep(source: Source) -> BTreeSet<String> {
    let (calm, scene) = (Calm::of(&[source], ACCOUNTS).await, Scene::new(&[source], ACCOUNTS, 7).await);
    let from = Some(parse_day(FIRST).unwrap());
    let (mut struck, mut rounds) = (BTreeSet::new(), 0);
    for kind in FaultKind::ALL {
        let mut open: BTreeSet<&Route> = calm.routes[&source].iter().collect();
        while !open.is_empty() {
            let aimed_at = aim(&scene, kind, &open);
            scene.sandbox.forget_calls();
            let sync = scene.sync(from).await;
            scene.is_honest(&sync).await;
            let calls = scene.sandbox.calls();
            let hit: BTreeSet<String> =
                calls.iter().filter(|call| call.fault.as_deref() == Some(&*kind.name())).map(pattern).collect();
            // A limit that all share keeps the others from getting as far as their own trouble: they take their turn in the next round.
            let left = open.len();
            open.retain(|route| !(aimed_at.contains(route) && (hit.contains(&route.pattern) || is_choosy(kind))));
            assert!(open.len() < left, "{source}: {kind:?} struck none of {aimed_at:?} but {hit:?}");
            struck.extend(hit.first().map(|_| kind.name()));
            rounds += 1;
            scene.heal();
            scene.connect_again(&sync).await;
        }
    }
    scene.whole_again(&calm, from).await;
    println!("{source}: {} routes × {} kinds in {rounds} syncs", calm.routes[&source].len(), FaultKind::ALL.len());
    struck
}

/// Whether a kind strikes only some requests of a route (a page that has one before it, a report that is asked for) or the quota.
fn is_choosy(kind: FaultKind) -> bool {
    use FaultKind as K;
    matches!(kind, K::DuplicatePage | K::QuotaCut | K::ReportFailed | K::ReportSkipped | K::ReportStuck)
}

/// Puts faults of a kind in force, one for each account, on routes that are still open; answers on which.
fn aim<'r>(scene: &Scene, kind: FaultKind, open: &BTreeSet<&'r Route>) -> Vec<&'r Route> {
    if is_choosy(kind) {
        scene.sandbox.add_fault(Fault::new("", kind)).unwrap();
        return open.iter().copied().collect();
    }
    let mut aimed_at = Vec::new();
    for (route, account) in open.iter().filter(|route| route.of_account).zip(&scene.accounts) {
        let faults = route.faults(kind, Some(&account.account));
        faults.into_iter().for_each(|fault| scene.sandbox.add_fault(fault).unwrap());
        aimed_at.push(*route);
    }
    // Where no account can be told, it strikes them all, and is given a sync of its own.
    if let Some(route) = open.iter().next().filter(|_| aimed_at.is_empty()) {
        route.faults(kind, None).into_iter().for_each(|fault| scene.sandbox.add_fault(fault).unwrap());
        aimed_at.push(*route);
    }
    aimed_at
}
