use super::*;

/// An insight that is fine, to be spoilt in one place.
const FINE: &str = "
insights:
  - id: mine
    name: Mine
    description: D.
    category: performance
    severity: info
    scope: campaign
    days: 7
    trigger: {type: relative, metric: cpa, change: 20}
    minimum: {clicks: 10}
    actions: [lower_bids]
    cascades_to: [cpa_rising]
    headline: '{entity} {cpa}'
    detail: D.
    doubt: D.
";

fn faults(text: &str) -> Vec<String> {
    Graph::with(&[("mine.yaml", text)]).unwrap_err().0.iter().map(ToString::to_string).collect()
}

fn spoilt(what: &str, by: &str) -> Vec<String> {
    assert!(FINE.contains(what));
    faults(&FINE.replace(what, by))
}

#[test]
fn every_fault_names_file_node_and_what_is_wrong() {
    assert!(Graph::with(&[("mine.yaml", FINE)]).is_ok());
    let trigger = "{type: relative, metric: cpa, change: 20}";
    for (by, wanted) in [
        ("{type: relative, metric: cpaa, change: 20}", "'cpaa' is neither a metric nor told of as unmeasured: did you mean cpa?"),
        (
            "{type: relativ, metric: cpa, change: 20}",
            "'relativ' is not a type of threshold: use absolute, relative, trend or compound",
        ),
        ("{type: trend, metric: cpa, direction: rising, days: 1}", "a trend is looked for over 3 to 92 days, not 1"),
        ("{type: absolute, metric: cpa, is: '=', value: 3}", "an absolute threshold's is must be >, >=, < or <="),
        (
            "{type: absolute, metric: cpa, is: '>', value: .nan}",
            "an absolute threshold has either a value or of_target, a positive number",
        ),
        ("{type: relative, metric: cpa, change: 20, days: 3}", "days means nothing in a threshold of type relative"),
        ("{type: relative, metric: reach, change: 20}", "reach cannot be added up over days, so no insight can rest on it"),
        ("{type: relative, metric: frequency, change: 20}", "frequency cannot be added up over days, so no insight can rest on it"),
        ("{type: relative, metric: cpa, change: 20, guard: true}", "every part of the trigger is a guard, so it claims nothing"),
        ("{type: compound, operator: and, conditions: []}", "a compound threshold joins 1 to 16 conditions"),
        ("{use: cpa_ros}", "there is no threshold 'cpa_ros': did you mean cpa_rose?"),
    ] {
        assert_eq!(spoilt(trigger, by), [format!("mine.yaml: insight mine: {wanted}")]);
    }
    let orders = spoilt(trigger, "{type: relative, metric: orders, change: 20}");
    assert!(orders[0].starts_with("mine.yaml: insight mine: its figures cannot be asked for: "), "{orders:?}");
    assert_eq!(spoilt("id: mine", "id: cpa_rising")[0], "mine.yaml: insight cpa_rising: there is another insight of this id");
    assert_eq!(
        spoilt("[lower_bids]", "[lower_bid]"),
        ["mine.yaml: insight mine: there is no action 'lower_bid': did you mean lower_bids?"]
    );
    assert_eq!(
        spoilt("scope: campaign", "scope: ad"),
        ["mine.yaml: insight mine: scope ad is none of tenant, platform, account, campaign"]
    );
    assert_eq!(
        spoilt("id: mine", "id: 'My own'")[0],
        "mine.yaml: insight My own: 'My own' is not an id: use 1 to 64 of a-z, 0-9 and _, a letter first"
    );
    assert!(spoilt("{entity} {cpa}", "{entity} {roas}")[0].contains("'{roas}' in the text is neither"));
    assert!(spoilt("days: 7", "dayz: 7")[0].contains("unknown field `dayz`"));
}

#[test]
fn circles_are_forbidden_where_they_make_no_sense() {
    let cascade = spoilt("[cpa_rising]", "[mine]");
    assert_eq!(cascade, ["mine.yaml: insight mine: goes round in a circle: mine → mine"]);
    let two = format!("{FINE}{}", FINE.replace("insights:", "").replace("mine", "yours").replace("[cpa_rising]", "[mine]"));
    assert_eq!(
        faults(&two.replacen("[cpa_rising]", "[yours]", 1)),
        ["mine.yaml: insight mine: goes round in a circle: mine → yours → mine"]
    );
    let thresholds = "thresholds:
  - {id: one, name: One, severity: info, when: {use: two}}
  - {id: two, name: Two, severity: info, when: {type: compound, operator: or, conditions: [{use: one}]}}";
    assert_eq!(faults(thresholds)[0], "mine.yaml: threshold one: goes round in a circle: one → two → one");
    assert_eq!(
        faults("affects: [{from: cpa, to: cpa, strength: 1}]"),
        ["mine.yaml: cpa affects cpa: goes round in a circle: cpa → cpa"]
    );
}

#[test]
fn edges_are_between_known_metrics_once_and_no_stronger_than_one() {
    assert_eq!(
        faults("affects: [{from: spend, to: rooas, strength: 1}]"),
        ["mine.yaml: spend affects rooas: 'rooas' is neither a metric nor told of as unmeasured: did you mean roas?"]
    );
    for strength in ["1.2", "-3", ".nan", ".inf"] {
        let found = faults(&format!("affects: [{{from: revenue, to: cash_flow, strength: {strength}}}]"));
        assert!(found[0].ends_with("is not between -1 and 1"), "{found:?}");
    }
    assert_eq!(
        faults("affects: [{from: spend, to: cpc, strength: 0.1}]"),
        ["mine.yaml: spend affects cpc: what 'spend' does to 'cpc' is said twice"]
    );
}

#[test]
fn what_would_never_end_is_refused() {
    // Each of these names the one below sixteen times: unfolded they are billions.
    let mut text =
        "thresholds:\n  - {id: t0, name: T, severity: info, when: {type: relative, metric: cpa, change: 20}}\n".to_owned();
    for level in 1..8 {
        let uses = vec![format!("{{use: t{}}}", level - 1); 16].join(", ");
        let when = format!("{{type: compound, operator: and, conditions: [{uses}]}}");
        text.push_str(&format!("  - {{id: t{level}, name: T, severity: info, when: {when}}}\n"));
    }
    assert!(faults(&text)[0].ends_with("it comes to more than 64 thresholds, those it names unfolded"));
    let deep = format!("insights: [{}{}]", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(faults(&deep).len(), 1);
    let large = format!("# {}", "x".repeat(5 << 20));
    assert!(faults(&large)[0].contains("bytes, 4194304 are allowed"));
}

#[test]
fn all_faults_are_said_together() {
    let text = format!("{}\naffects: [{{from: spend, to: nowhere, strength: 2}}]\nwhat: 1", FINE);
    assert_eq!(faults(&text).len(), 1, "what is no section is said first");
    let text = format!("{}\naffects: [{{from: spend, to: nowhere, strength: 1}}]\noff: [nothing]", FINE.replace("cpa}'", "x}'"));
    assert_eq!(faults(&text).len(), 3);
}
