use super::*;
use crate::{SourceKind, day::parse_day};

fn day(text: &str) -> Day {
    parse_day(&format!("2026-11-{text}")).unwrap()
}

fn summary(spend: i64, theirs: Option<i64>) -> DaySummary {
    DaySummary {
        rows: 10,
        ours: Total::ads(spend, 1_000),
        theirs: theirs.map(|spend| Total::ads(spend, 1_000)),
        clicks: 20,
        least_spend_micros: 0,
        ..DaySummary::default()
    }
}

/// Days 1 to 20 of November read on the 21st; days to the 10th are final.
fn evidence() -> Evidence {
    let days = (1..=20).map(|d| (day(&format!("{d:02}")), summary(5_000_000, Some(5_000_000)))).collect();
    Evidence {
        currency: "SEK".parse().unwrap(),
        days,
        today: day("21"),
        settled_through: Some(day("10")),
        read: vec![DayRange::new(day("01"), day("20")).unwrap()],
        data_as_of: Some("2026-11-21T06:00:00Z".parse().unwrap()),
        now: "2026-11-21T12:00:00Z".parse().unwrap(),
        connected: true,
        redescribed: None,
        shown_from: None,
        repeated_numbers: BTreeMap::new(),
    }
}

fn outcome(id: &str, evidence: &Evidence) -> (State, String) {
    let check = checks().iter().find(|check| check.id == id).unwrap();
    let outcome = check.evaluate(evidence);
    (outcome.state, outcome.message)
}

fn failed(id: &str, evidence: &Evidence) -> String {
    let (state, message) = outcome(id, evidence);
    assert_eq!(state, State::Failed, "{id}: {message}");
    message
}

#[test]
fn sound_facts_pass_everything() {
    for check in checks().iter().filter(|check| check.is_about(SourceKind::Ads)) {
        let outcome = check.evaluate(&evidence());
        assert_ne!(outcome.state, State::Failed, "{}: {}", check.id, outcome.message);
        assert!(outcome.days.is_empty());
    }
    assert!(checks().iter().filter(|check| check.is_about(SourceKind::Shop)).count() >= 6);
}

#[test]
fn every_check_says_what_to_do() {
    for check in checks() {
        assert!(check.help.len() > 30 && check.help.ends_with('.'), "{}: {}", check.id, check.help);
        assert_ne!(check.help, check.description, "{}", check.id);
    }
}

#[test]
fn counts_have_no_currency() {
    let mut facts = evidence();
    let more = Total { impressions: Some(1_001), ..Total::ads(5_000_000, 1_000) };
    facts.days.insert(day("05"), DaySummary { theirs: Some(more), ..summary(5_000_000, None) });
    assert_eq!(failed("reconciled", &facts), "impressions of 2026-11-05 differs: we have 1000, the source says 1001");
}

#[test]
fn a_cent_on_a_final_day_is_a_mismatch_and_on_an_open_one_is_not() {
    let mut facts = evidence();
    facts.days.insert(day("05"), summary(5_000_000, Some(5_009_999)));
    assert_eq!(outcome("reconciled", &facts).0, State::Passed, "less than a cent is rounding");
    facts.days.insert(day("15"), summary(5_000_000, Some(9_000_000)));
    assert_eq!(outcome("reconciled", &facts).0, State::Passed, "the day may still change");
    let open: Vec<_> = reconcile(&facts).into_iter().filter(|line| line.verdict == Verdict::Provisional).collect();
    assert_eq!(open.len(), 1);
    facts.days.insert(day("06"), summary(5_000_000, Some(17_340_000)));
    assert_eq!(failed("reconciled", &facts), "spend of 2026-11-06 differs: we have 5.00 SEK, the source says 17.34 SEK");
    let untold = Evidence { days: BTreeMap::from([(day("05"), summary(1, None))]), ..evidence() };
    assert_eq!(outcome("reconciled", &untold).0, State::Skipped);
}

#[test]
fn a_day_we_have_nothing_of_is_held_against_the_total_too() {
    let mut facts = evidence();
    let nothing = DaySummary { theirs: Some(Total::ads(3_000_000, 7)), ..DaySummary::default() };
    facts.days.insert(day("04"), nothing);
    assert!(failed("reconciled", &facts).contains("we have 0.00 SEK, the source says 3.00 SEK"));
}

#[test]
fn figures_out_of_bounds_are_named_by_day() {
    let mut facts = evidence();
    facts.days.insert(day("07"), DaySummary { least_spend_micros: -1, ..summary(5_000_000, None) });
    assert_eq!(failed("no_negative_spend", &facts), "spend is below 0 on 2026-11-07");
    facts.days.insert(day("08"), DaySummary { clicks: 1_001, ..summary(5_000_000, None) });
    assert_eq!(failed("ctr_bounds", &facts), "clicks are more than 100 % of impressions on 2026-11-08");
    facts.days.insert(day("09"), DaySummary { repeated: 1, ..summary(5_000_000, None) });
    assert!(failed("unique_rows", &facts).contains("2026-11-09"));
    facts.days.insert(day("09"), DaySummary { flagged: 1, ..summary(5_000_000, None) });
    assert!(failed("whole_answers", &facts).contains("2026-11-09"));
}

#[test]
fn days_that_were_never_read_are_missed() {
    let mut facts = evidence();
    facts.read = vec![DayRange::new(day("01"), day("08")).unwrap(), DayRange::new(day("11"), day("20")).unwrap()];
    assert_eq!(failed("continuity", &facts), "2 days were never read: 2026-11-10, 2026-11-09");
}

#[test]
fn a_day_with_far_fewer_rows_than_usual_is_seen() {
    let mut facts = evidence();
    facts.days.insert(day("20"), DaySummary { rows: 2, ..summary(5_000_000, None) });
    assert!(failed("volume", &facts).contains("2026-11-20"));
    facts.days.insert(day("20"), DaySummary { rows: 4, ..summary(5_000_000, None) });
    assert_eq!(outcome("volume", &facts).0, State::Passed);
}

#[test]
fn old_readings_and_changed_accounts_are_told() {
    let mut facts = evidence();
    facts.now = "2026-11-23T06:00:00Z".parse().unwrap();
    assert_eq!(failed("freshness", &facts), "last read 48 hours ago: look at the connection, or sync");
    facts.redescribed = Some(("2026-11-20T08:00:00Z".parse().unwrap(), "the currency changed from EUR to USD".to_owned()));
    assert!(failed("steady_account", &facts).starts_with("the currency changed from EUR to USD"));
    facts.now = "2026-12-30T06:00:00Z".parse().unwrap();
    assert_eq!(outcome("steady_account", &facts).0, State::Passed);
    facts.repeated_numbers.insert("#1001".to_owned(), day("12"));
    assert!(failed("unique_order_numbers", &facts).contains("#1001"));
    facts.connected = false;
    assert_eq!(outcome("freshness", &facts).0, State::Skipped);
    facts.data_as_of = None;
    assert_eq!(outcome("freshness", &facts).0, State::Skipped);
}

#[test]
fn days_that_went_out_of_sight_are_named() {
    let facts = Evidence { shown_from: Some(day("04")), ..evidence() };
    let check = checks().iter().find(|check| check.id == "orders_in_sight").unwrap();
    let outcome = check.evaluate(&facts);
    assert_eq!((outcome.state, outcome.days.len()), (State::Failed, 3), "{}", outcome.message);
    let imported = Evidence { connected: false, ..facts };
    assert_eq!(check.evaluate(&imported).state, State::Skipped, "a file never showed more");
}
