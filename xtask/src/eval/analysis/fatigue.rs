//! Worn creatives: real banners labelled by a trend test, and made-up worlds whose wear is known.

use super::{Bar, Measures, example, worlds};
use crate::{process, workspace::Workspace};
use anyhow::Result;
use serde_json::Value;
use std::path::Path;

const ABOUT: [&str; 4] = [
    "`display_ads_daily`: 21 banners of three campaigns, spring 2020; a banner *declines* where Kendall's tau of its log click rate on the day is below zero at \
     p < 0.01 (the data set's README; 3 of the 7 of campaign 1 do, none elsewhere). Peers are the two folk rules of that README, looked at once at the end. \
     `sandbox worlds`: 100 seeded worlds (as under Incidents), each asked on its last day and 30, 60 and 90 days before, from the 180 days before that \
     alone. A flag is right where the ad's appeal has truly fallen: by a quarter for *worn out*, by a tenth for *wearing*; the appeal is the world's \
     own and no platform tells it. Recall is over ads the world labels as worn out early (a quarter lost within about a month).",
    "*Beside other incidents*: flags within four weeks after another labelled trouble of the account began (tracking lost, doubled tag, a dearer auction, a budget \
     slip …), where falling figures have another cause; and how many ads that have lost nothing to speak of are flagged there nevertheless (at most 5 %: \
     our own reading of *no verdict when something else is the cause*). Recall is asked twice: 28 days after the world's label begins, when it is news, and on the last day of the world, however old the label is.",
    "**Chosen on what.** 1 % and 200 impressions are those of the banners' labels; 25 % is what the product calls worn out. How many days and clicks a comparison \
     takes was chosen on worlds of seeds 1 to 40. With the banners in view two rules were changed (a fall that others share must make up half of it; \
     the error of a loss is the smaller of two): so 7 of 7 is not free of these labels. The worlds scored here were not used.",
    "**What misleads.** The banners' labels are a trend test too, near of kin to the first question our diagnosis asks. In the worlds wear is smooth and follows one \
     law; clicks scatter by chance alone around it. Most ads are too young or too small to be judged: the product then says so, and they count in neither figure but recall.",
];

const LONG_AGO: &str = "four in five of these labels are older than a month: the ad has been at the bottom of its appeal for weeks or months, shows no trend any more, or was worn before the \
                        first of the 180 days that are looked at; the product told it when it happened (the row above) and does not repeat it for ever";

/// # Errors
/// When the evaluation cannot be built or run.
pub(in super::super) fn fatigue(workspace: &Workspace, data: &Path) -> Result<Measures> {
    let mut ours = process::command(example(workspace, "eval_fatigue")?);
    ours.arg(data).arg(worlds::made(workspace)?);
    let told: Value = serde_json::from_str(&process::capture(&mut ours)?)?;
    Ok(of(&told["fatigue"]))
}

fn of(told: &Value) -> Measures {
    let mut all = Measures::about(&ABOUT);
    if let Some(banners) = told.get("display_ads_daily") {
        display(banners, &mut all);
    }
    let worlds = &told["worlds"];
    for (metric, figure, bar) in [
        ("precision", "precision", Bar::AtLeast(0.8)),
        ("recall of labelled ads, asked 28 days after wear-out", "recall_of_labels_in_time", Bar::AtLeast(0.7)),
        ("recall of labelled ads, however long ago, asked on the last day", "recall_of_labels", Bar::AtLeast(0.7)),
        ("the same, of those that lost a tenth in the 180 days at hand", "recall_of_labels_at_hand", Bar::None),
        ("precision beside other incidents", "precision_beside_other_incidents", Bar::AtLeast(0.8)),
        (
            "ads not worn, flagged beside other incidents, share",
            "flagged_share_of_unworn_beside_other_incidents",
            Bar::AtMost(0.05),
        ),
        ("truly tired, of all ads judged", "truly_tired_share_of_judged", Bar::None),
        ("recall of all tired ads", "recall_of_all_tired", Bar::None),
        ("days left: middle error", "days_left_median_error", Bar::None),
        ("days left: 80 % intervals hold", "days_left_within_80_interval", Bar::None),
    ] {
        all.add(("sandbox worlds", metric), &worlds[figure], bar, Vec::new());
        if figure == "recall_of_labels" {
            all.because(LONG_AGO);
        }
    }
    if let Some(of) = worlds["worlds"].as_u64() {
        let flags = [
            &worlds["flags"],
            &worlds["labels"],
            &worlds["flags_beside_other_incidents"],
            &worlds["unworn_beside_other_incidents"],
        ];
        let [flags, labels, beside, unworn] = flags;
        all.notes.push(format!(
            "{of} worlds: {flags} flags, {beside} of them beside other incidents; {labels} labels; {unworn} looks at ads that are not worn beside other incidents."
        ));
        let by_age = |place: usize| {
            format!(
                "{:.2} of {}",
                worlds["recall_by_age_of_label"][place].as_f64().unwrap_or(f64::NAN),
                worlds["labels_by_age"][place]
            )
        };
        all.notes.push(format!(
            "Recall by days since the label began: under ten {}, under thirty {}, more {}.",
            by_age(0),
            by_age(1),
            by_age(2)
        ));
    }
    all
}

fn display(banners: &Value, all: &mut Measures) {
    let rules = |figure: &str| {
        let of = |(name, key): (&str, &str)| Some((name.to_owned(), banners[key][figure].as_f64()?));
        [("folk rule A", "rule_a"), ("folk rule B", "rule_b")].into_iter().filter_map(of).collect::<Vec<_>>()
    };
    for (metric, figure, bar) in [
        ("banners of camp 1 told right, of 7", "camp_1_right", Bar::AtLeast(7.0)),
        ("declining banners flagged, of 3", "declining_flagged", Bar::AtLeast(3.0)),
        ("false alarms, of 18 that do not decline", "false_alarms", Bar::AtMost(1.0)),
    ] {
        all.add(("display_ads_daily", metric), &banners["ours"][figure], bar, rules(figure));
    }
    let streamed = &banners["ours_on_any_day"];
    all.add(("display_ads_daily", "declining flagged, asked every day"), &streamed["declining_flagged"], Bar::None, Vec::new());
    all.add(("display_ads_daily", "false alarms, asked every day"), &streamed["false_alarms"], Bar::None, Vec::new());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn worn_creatives_stand_beside_folk_rules() {
        let score = |right: u64, flagged: u64, alarms: u64| json!({ "camp_1_right": right, "declining_flagged": flagged, "false_alarms": alarms });
        let told = json!({ "display_ads_daily": { "ours": score(7, 3, 2), "rule_a": score(6, 2, 0), "rule_b": score(3, 3, 10) } });
        let all = of(&told);
        assert_eq!((all.measures[0].verdict(), all.measures[2].verdict()), ("held", "NOT HELD"), "two false alarms are too many");
        assert_eq!(all.measures[2].others, [("folk rule A".to_owned(), 0.0), ("folk rule B".to_owned(), 10.0)]);
        assert_eq!(all.measures[5].verdict(), "NOT MEASURED", "worlds that are not there hold nothing");
        assert_eq!(of(&json!({ "worlds": { "precision": 0.9 } })).measures[0].verdict(), "held");
    }
}
