//! What insights say where nothing happened, what they miss where something did, and how long they take; prints one JSON document.
//!
//! Clients whose figures have a weekly rhythm, a level that wanders a little, counts that scatter more than Poisson's law has it, and no event at all:
//! whatever is said of them is a false alarm. Then the same clients with conversions of one campaign in ten nearly halved for two weeks: how
//! many of these are told. Targets are what each object really comes to.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

mod world;

use serde_json::json;
use std::{collections::BTreeMap, time::Instant};
use trimtab_analysis::insight::{Evaluation, Now, Outcome, Settings, evaluate};
use trimtab_domain::graph::Graph;
use world::{Trouble, World};

const TENANTS: u64 = 40;
const CAMPAIGNS: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = Now { at: "2026-04-10T09:00:00Z".parse()?, day_began: "2026-04-10T00:00:00Z".parse()? };
    let run = |world: &World| evaluate(Graph::builtin(), &world.objects(), &BTreeMap::new(), now, &Settings::default());
    let mut clients = Vec::new();
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
        clients.push(json!({
            "clients": name, "count": TENANTS, "judged": judged, "false_alarms": false_alarms, "false_alarms_by": by,
            "false_alarms_per_client": false_alarms as f64 / TENANTS as f64,
            "halved_campaigns": troubled, "halved_campaigns_told": told, "recall": told as f64 / troubled.max(1) as f64,
        }));
    }
    let large = World { seed: 7, campaigns: 500, wander: 0.01, scatter: 2.0, trouble: Trouble::ConversionsHalved }.objects();
    let begun = Instant::now();
    let evaluation = evaluate(Graph::builtin(), &large, &BTreeMap::new(), now, &Settings::default());
    let milliseconds = begun.elapsed().as_secs_f64() * 1_000.0;
    let (verdicts, shown) = (evaluation.verdicts.len(), evaluation.shown().count());
    let large = json!({ "objects": large.len(), "verdicts": verdicts, "shown": shown, "milliseconds": milliseconds });
    println!("{}", serde_json::to_string_pretty(&json!({ "clients": clients, "large": large }))?);
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
