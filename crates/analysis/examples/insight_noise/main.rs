//! What insights say where nothing happened, and how long they take: `cargo run --release -p trimtab-analysis --example insight_noise`.
//!
//! Clients whose figures have a weekly rhythm, a level that wanders a little, counts that scatter more than Poisson's law has it, and no event at all:
//! whatever is said of them is a false alarm. Then the same clients with conversions of one campaign in ten nearly halved for two weeks: how
//! many of these are told. Targets are what each object really comes to.

mod world;

use std::{collections::BTreeMap, io::Write as _, time::Instant};
use trimtab_analysis::insight::{Evaluation, Now, Outcome, Settings, evaluate};
use trimtab_domain::graph::Graph;
use world::{Trouble, World};

const TENANTS: u64 = 40;
const CAMPAIGNS: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let now = Now { at: "2026-04-10T09:00:00Z".parse()?, day_began: "2026-04-10T00:00:00Z".parse()? };
    let run = |world: &World| evaluate(Graph::builtin(), &world.objects(), &BTreeMap::new(), now, &Settings::default());
    for (name, wander, scatter) in [("calm", 0.005, 1.0), ("ordinary", 0.015, 2.0), ("wild", 0.04, 4.0)] {
        let (mut false_alarms, mut judged, mut by): (usize, usize, BTreeMap<String, usize>) = Default::default();
        let (mut told, mut troubled) = (0, 0);
        for seed in 0..TENANTS {
            let quiet = World { seed, campaigns: CAMPAIGNS, wander, scatter, trouble: Trouble::None };
            let evaluation = run(&quiet);
            judged += evaluation.verdicts.len()
                - evaluation.verdicts.iter().filter(|v| matches!(v.outcome, Outcome::CannotTell(_))).count();
            for insight in evaluation.shown() {
                false_alarms += 1;
                *by.entry(insight.definition.to_string()).or_default() += 1;
            }
            let bad = World { trouble: Trouble::ConversionsHalved, ..quiet };
            let (hit, of) = caught(&run(&bad));
            told += hit;
            troubled += of;
        }
        let most: Vec<String> = by.iter().filter(|(_, n)| **n > 2).map(|(id, n)| format!("{id} {n}")).collect();
        writeln!(
            out,
            "{name:10} {false_alarms} said of nothing in {TENANTS} clients, {judged} judged; {told} of {troubled} halved campaigns told of"
        )?;
        writeln!(out, "           {}", most.join(", "))?;
    }
    let large = World { seed: 7, campaigns: 500, wander: 0.01, scatter: 2.0, trouble: Trouble::ConversionsHalved }.objects();
    let begun = Instant::now();
    let evaluation = evaluate(Graph::builtin(), &large, &BTreeMap::new(), now, &Settings::default());
    writeln!(
        out,
        "{} objects, {} verdicts, {} shown: {:.0?}",
        large.len(),
        evaluation.verdicts.len(),
        evaluation.shown().count(),
        begun.elapsed()
    )?;
    Ok(())
}

/// Campaigns in trouble of which anything is told or would be, were they not so many; and all in trouble.
fn caught(evaluation: &Evaluation) -> (usize, usize) {
    let told = |id: &str| {
        evaluation
            .verdicts
            .iter()
            .any(|verdict| verdict.key.id == id && matches!(verdict.outcome, Outcome::Shown(_) | Outcome::Suppressed(_)))
    };
    let troubled: Vec<String> = (0..CAMPAIGNS).filter(|campaign| world::in_trouble(*campaign)).map(world::name).collect();
    (troubled.iter().filter(|id| told(id)).count(), troubled.len())
}
