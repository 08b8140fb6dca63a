//! Blast radii against a worked example and the clock; insights where nothing happened.

use super::{Bar, Measures, example};
use crate::{process, workspace::Workspace};
use anyhow::Result;
use serde_json::{Value, json};

const ABOUT: [&str; 4] = [
    "Blast radius: the one example the knowledge-graph reference works through (its section 5.6: ad spend +25 %, five metrics, percentages given), once without fading, where its own percentages should \
     come out, and once as it ships, where signs and order should. Graphs of 10 000 nodes with circles, a hub and dense layers, 21 rounds each; the median counts, the slowest stands beneath it.",
    "Insights: 40 made-up clients of 20 campaigns in each of three tempers (how far levels wander in a day and how far counts scatter beyond chance), with nothing happening in them: whatever is said is a \
     false alarm; no bar was set. Then the same clients with conversions of one campaign in ten nearly halved for two weeks.",
    "**Chosen on what.** The strengths of the built-in graph's five edges of the example are the reference's own; so the example checks arithmetic and signs, not truth about businesses. The tests behind insights are textbook statistics; clients of this kind were at hand while they were developed.",
    "**What misleads.** Strengths that rest on experience may not hold for a client. Clients here are made of independent days around a wandering level: sales and seasons, which insights take for news, are not in them. No peer is published.",
];

/// # Errors
/// When the evaluation cannot be built or run.
pub(in super::super) fn insights(workspace: &Workspace) -> Result<Measures> {
    let run = |name: &str| -> Result<Value> {
        Ok(serde_json::from_str(&process::capture(&mut process::command(example(workspace, name)?))?)?)
    };
    Ok(of(&run("blast_radius")?, &run("insight_noise")?))
}

fn of(radius: &Value, noise: &Value) -> Measures {
    let mut all = Measures::about(&ABOUT);
    let example = &radius["example"];
    let flag = |value: &Value| json!(value.as_bool().map(|yes| f64::from(u8::from(yes))));
    all.add(("the reference's example", "signs right, of 5"), &example["signs_right"], Bar::AtLeast(5.0), vec![]);
    all.add(("the reference's example", "order right (1: yes)"), &flag(&example["order_right"]), Bar::AtLeast(1.0), vec![]);
    let off = "largest difference without fading, points of percent";
    all.add(("the reference's example", off), &example["largest_difference_without_fading"], Bar::AtMost(0.5), vec![]);
    for metric in example["metrics"].as_array().into_iter().flatten() {
        let name = metric["metric"].as_str().unwrap_or_default();
        let theirs = metric["reference"].as_f64().map(|theirs| ("the reference".to_owned(), theirs));
        all.add(
            ("the reference's example", &format!("`{name}`, percent, as it ships")),
            &metric["as_shipped"],
            Bar::None,
            theirs.into_iter().collect(),
        );
    }
    let graphs = || radius["graphs"].as_array().into_iter().flatten();
    for graph in graphs() {
        let name = format!("10 000 nodes, {}, {} edges", graph["graph"].as_str().unwrap_or_default(), graph["edges"]);
        all.add((&name, "median of 21, ms"), &graph["median_ms"], Bar::AtMost(50.0), vec![]);
        all.add((&name, "slowest of 21, ms"), &graph["slowest_ms"], Bar::None, vec![]);
    }
    let back = graphs().filter(|graph| graph["comes_back_to_its_origin"] == true).count();
    all.add(("10 000 nodes", "graphs whose circles come back to their origin"), &json!(back), Bar::AtMost(0.0), vec![]);
    for clients in noise["clients"].as_array().into_iter().flatten() {
        let name = format!("{} made-up clients, {}", clients["count"], clients["clients"].as_str().unwrap_or_default());
        all.add((&name, "insights said of nothing, per client"), &clients["false_alarms_per_client"], Bar::None, vec![]);
        all.add((&name, "campaigns with conversions halved told of, share"), &clients["recall"], Bar::None, vec![]);
    }
    let large = &noise["large"];
    all.add(("500 campaigns", "all insights judged, ms"), &large["milliseconds"], Bar::None, vec![]);
    all.notes
        .push(format!("500 campaigns: {} objects, {} verdicts, {} shown.", large["objects"], large["verdicts"], large["shown"]));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_is_wrong_is_seen() {
        let graph = |slowest: f64| json!({ "graph": "hub", "edges": 9, "median_ms": slowest, "comes_back_to_its_origin": false });
        let example = json!({ "signs_right": 5, "order_right": false, "largest_difference_without_fading": 0.5, "metrics": [{ "metric": "cpc", "reference": 15.0, "as_shipped": 15.0 }] });
        let all = of(&json!({ "example": example, "graphs": [graph(3.0), graph(51.0)] }), &json!({}));
        let verdict = |metric: &str| all.measures.iter().find(|m| m.metric.starts_with(metric)).map(super::super::Measure::verdict);
        assert_eq!((verdict("signs"), verdict("order"), verdict("largest")), (Some("held"), Some("NOT HELD"), Some("held")));
        assert_eq!(all.measures.iter().filter(|m| m.metric.starts_with("median") && m.verdict() == "NOT HELD").count(), 1);
        assert_eq!(verdict("graphs"), Some("held"));
    }
}
