//! Random trouble: what is drawn from a seed, and what must hold whatever is drawn.

use super::{
    calm::{Calm, Route},
    scene::{FIRST, Scene, left_alone, sources},
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;
use std::collections::BTreeMap;
use trimtab_domain::{Source, day::parse_day};
use trimtab_engine::{Execution, RunStatus};
use trimtab_sandbox::{Fault, FaultKind};

/// Accounts on each platform.
pub(super) const ACCOUNTS: usize = 2;
/// Requests that may run into a limit before a sync knows of it: those under way for an account.
const UNAWARE: u64 = 8;

/// Sources that one schedule reads: a world of all of them takes longer than it finds.
const SOURCES: usize = 4;

/// Some syncs, each with faults that begin and end while it runs.
#[derive(Debug)]
pub(super) struct Schedule {
    seed: u64,
    sources: Vec<Source>,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    /// Whether pauses and breakers are let pass before.
    rested: bool,
    /// Whether the faults before it stay.
    keeps: bool,
    faults: Vec<Fault>,
}

/// What came of a schedule.
#[derive(Debug, Default)]
pub(super) struct Played {
    struck: BTreeMap<String, u64>,
    syncs: u64,
    calls: u64,
    failed_runs: u64,
    breakers_opened: usize,
    reconnected: usize,
}

impl Played {
    /// One line for people and for the evaluation, which sums them up.
    pub(super) fn line(&self, seed: u64) -> String {
        let Self { struck, syncs, calls, failed_runs, breakers_opened, reconnected } = self;
        json!({
            "fault_seed": seed, "struck": struck, "syncs": syncs, "calls": calls, "failed_runs": failed_runs,
            "breakers_opened": breakers_opened, "reconnected": reconnected,
        })
        .to_string()
    }
}

impl Schedule {
    pub(super) fn draw(seed: u64, calm: &Calm) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let sources: Vec<Source> = sources().sample(&mut dice, SOURCES).copied().collect();
        let steps = (0..dice.random_range(1..=3))
            .map(|_| Step {
                rested: dice.random_bool(0.5),
                keeps: dice.random_bool(0.3),
                faults: (0..dice.random_range(1..=5)).flat_map(|_| draw(&mut dice, calm, &sources)).collect(),
            })
            .collect();
        Self { seed, sources, steps }
    }

    /// Plays it and checks what must hold meanwhile and afterwards.
    pub(super) async fn play(&self, calm: &Calm) -> Played {
        let scene = Scene::new(&self.sources, ACCOUNTS, self.seed).await;
        let mut played = Played::default();
        let mut so_far: Vec<&Fault> = Vec::new();
        for step in &self.steps {
            if step.rested {
                scene.rest();
            }
            if !step.keeps {
                scene.sandbox.remove_faults(None, None);
            }
            step.faults.iter().for_each(|fault| scene.sandbox.add_fault(fault.clone()).unwrap());
            so_far.extend(&step.faults);
            let before = scene.calls_by_account();
            let sync = scene.sync(None).await;
            played.syncs += 1;
            played.failed_runs += sync.runs.iter().filter(|run| run.failure.is_some()).count() as u64;
            played.breakers_opened += left_alone(&sync);
            scene.is_honest(&sync).await;
            bystanders_are_read(&sync, &so_far);
            for (account, calls) in scene.calls_by_account() {
                let calls = calls - before.get(&account).copied().unwrap_or_default();
                assert!(calls <= calm.most_calls(&account), "{account} was called {calls} times in one sync");
            }
        }
        let log = scene.sandbox.calls();
        played.calls = log.len() as u64;
        for kind in log.iter().filter_map(|call| call.fault.clone()) {
            *played.struck.entry(kind).or_default() += 1;
        }
        let cut = self.steps.iter().flat_map(|step| &step.faults).any(|fault| fault.kind == FaultKind::QuotaCut);
        let allowed = if cut { UNAWARE * played.syncs * scene.accounts.len() as u64 } else { 0 };
        let (beyond, allowed) = (scene.beyond_limits(), allowed + played.syncs * scene.unforeseeable());
        assert!(beyond <= allowed, "{beyond} calls were made beyond a platform's limits, {allowed} could not know better");

        scene.heal();
        let from = played.struck.contains_key(&FaultKind::Empty.name()).then(|| parse_day(FIRST).unwrap());
        played.reconnected = scene.whole_again(calm, from).await;
        played
    }
}

/// Platforms that no fault was ever meant for are read as if there were none.
fn bystanders_are_read(sync: &Execution, so_far: &[&Fault]) {
    let everywhere = |fault: &&Fault| fault.kind == FaultKind::QuotaCut || fault.route.is_empty();
    let meant = |source: Source| so_far.iter().any(|fault| everywhere(fault) || fault.route.contains(&format!("/{source}/")));
    for run in sync.runs.iter().filter(|run| !meant(run.account.source)) {
        assert_eq!(run.status, RunStatus::Succeeded, "nothing was meant for {run:?}");
    }
}

/// Draws a fault, with what lets it strike.
fn draw(dice: &mut StdRng, calm: &Calm, sources: &[Source]) -> Vec<Fault> {
    let kind = *FaultKind::ALL.choose(dice).unwrap();
    let own: Vec<_> = calm.accounts.iter().filter(|(source, _)| sources.contains(source)).collect();
    let (source, account) = own.choose(dice).unwrap();
    let anything = |pattern| Route { pattern, of_account: true, after_refusal: false };
    let route = match dice.random_range(0..10) {
        0 => anything(String::new()),
        1 => anything(format!("/{source}/")),
        _ => calm.routes[source].choose(dice).unwrap().clone(),
    };
    let account = (route.of_account && dice.random_bool(0.5)).then_some(account.as_str());
    let mut faults = route.faults(kind, account);
    let fault = &mut faults[0];
    match dice.random_range(0..3) {
        0 => fault.times = Some(dice.random_range(1..=6)),
        1 => fault.rate = Some(dice.random_range(0.05..0.6)),
        _ => {}
    }
    if dice.random_bool(0.5) {
        fault.after = Some(dice.random_range(1..=12));
    }
    match kind {
        FaultKind::Hang => fault.seconds = Some(dice.random_range(5.0..60.0)),
        FaultKind::Slow => fault.seconds = Some(dice.random_range(0.5..30.0)),
        FaultKind::ServerError => fault.status = Some(*[500, 502, 503, 504].choose(dice).unwrap()),
        FaultKind::QuotaCut => fault.factor = Some(dice.random_range(0.0005..0.02)),
        _ => {}
    }
    faults
}
