//! Budgets and the coming week in made-up worlds whose months are known to their end.

use super::{Bar, Measures, example, worlds};
use crate::{process, workspace::Workspace};
use anyhow::Result;
use serde_json::Value;

const ABOUT: [&str; 4] = [
    "The 100 worlds of Incidents. Pacing: every whole month of every account and campaign is projected when ten days are over, with changes of budgets up to that day and none \
     after; *off* is the distance of the projected total from what the month came to. Verdicts are held against budgets that will come out (the month's true sum), be overspent \
     (0.7 of it) and be left over (1.5 of it). Week ahead: the sum of the next seven days from every third week, with conversions and \
     their value as far as they were in that morning, the usual lag learnt from earlier readings alone.",
    "*Stable*: no labelled trouble from four weeks before to the end (two weeks before the month for pacing), and no campaign of more than a thirtieth of the spend starts or stops meanwhile.",
    "**Chosen on what.** Pacing and outlook were developed on other worlds of the sandbox; those scored here were used for nothing.",
    "**What misleads.** Nobody in these worlds plans a sale or steers by the projection. Revenue of small accounts is a few dozen orders a week: its error has a floor that no method goes \
     under, and the mean over accounts weighs the smallest like the largest. Nearly every account of these worlds has some trouble: stable weeks are few (the note says how many), and the figures of all weeks stand beside them. No peer is published on these worlds.",
];

/// # Errors
/// When the evaluation cannot be built or run.
pub(in super::super) fn outlook(workspace: &Workspace) -> Result<Measures> {
    let told = process::capture(process::command(example(workspace, "eval_outlook")?).arg(worlds::made(workspace)?))?;
    Ok(of(&serde_json::from_str(&told)?))
}

fn of(told: &Value) -> Measures {
    let mut all = Measures::about(&ABOUT);
    for level in ["account", "campaign"] {
        let dataset = format!("sandbox worlds, pacing of {level}s");
        for which in ["stable", "all"] {
            let paced = &told["pacing"][level][which];
            let barred = level == "account" && which == "stable";
            let bar = if barred { Bar::AtMost(0.05) } else { Bar::None };
            all.add((&dataset, &format!("month's end at day 10, median off, {which}")), &paced["median_off"], bar, vec![]);
            all.add((&dataset, &format!("80 % intervals hold, {which}")), &paced["coverage_80"], Bar::None, vec![]);
            all.add(
                (&dataset, &format!("budgets that come out called off, share, {which}")),
                &paced["false_alarms"],
                Bar::None,
                vec![],
            );
        }
        let months = |which: &str| told["pacing"][level][which]["months"].clone();
        all.notes.push(format!("Months of {level}s: {} stable, {} in all.", months("stable"), months("all")));
    }
    for week in told["week_ahead"].as_array().into_iter().flatten() {
        let (figure, which) = (week["figure"].as_str().unwrap_or_default(), week["accounts"].as_str().unwrap_or_default());
        let dataset = format!("sandbox worlds, {which} accounts");
        let bar = if which == "stable" { Bar::AtMost(0.1) } else { Bar::None };
        all.add((&dataset, &format!("{figure} of 7 days, MAPE")), &week["mape_of_sums"], bar, vec![]);
        all.add((&dataset, &format!("{figure} of 7 days, median error")), &week["median_of_sums"], Bar::None, vec![]);
        all.add((&dataset, &format!("{figure}, 80 % intervals of the sum hold")), &week["coverage_80_of_sums"], Bar::None, vec![]);
        all.notes.push(format!("Weeks of {figure}, {which} accounts: {}, {} refused.", week["weeks"], week["cannot_tell"]));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_stable_accounts_have_bars() {
        let paced = json!({ "median_off": 0.06, "coverage_80": 0.8, "false_alarms": 0.0, "months": 3 });
        let both = json!({ "stable": paced, "all": paced });
        let week = |accounts: &str| json!({ "figure": "spend", "accounts": accounts, "mape_of_sums": 0.03 });
        let all = of(&json!({ "pacing": { "account": both, "campaign": both }, "week_ahead": [week("stable"), week("all")] }));
        assert_eq!(all.held(), (1, 2), "a projection six per cent off is not within five");
    }
}
