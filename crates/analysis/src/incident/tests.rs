//! What is found in accounts that were made up, and what is not.

mod absurd;
mod alike;
mod made;

use super::*;
use made::{Made, event};
use trimtab_domain::finding::{ContributionPart, EventKind, Level, Severity};

fn found(made: &Made) -> Vec<Finding> {
    let all = incidents(&made.tracks(), &made.settings());
    for finding in &all {
        assert_eq!(finding.fault(), None, "{finding:?}");
        assert!(!finding.headline.is_empty() && !finding.doubt.is_empty() && !finding.actions.is_empty());
    }
    all
}

/// The only finding there is.
fn only(made: &Made) -> Finding {
    let mut all = found(made);
    assert_eq!(all.len(), 1, "{:#?}", all.iter().map(|f| (&f.headline, &f.detail)).collect::<Vec<_>>());
    all.remove(0)
}

fn cause(finding: &Finding) -> &str {
    finding.cause.as_ref().map_or("", |cause| cause.kind.as_str())
}

#[test]
fn a_calm_account_is_left_alone() {
    let told: Vec<String> = (1..=24).flat_map(|seed| found(&Made::new(seed, 203))).map(|f| f.headline).collect();
    // 24 accounts with 26 judged weeks each.
    assert!(told.len() * 50 <= 24 * 26, "{}: {told:#?}", told.len());
}

#[test]
fn conversions_that_are_not_counted_are_one_incident_of_the_account() {
    let made = Made::new(3, 150).conversions(140..146, 0.4);
    let finding = only(&made);
    assert_eq!((cause(&finding), finding.entity.level), ("tracking_loss", Level::Account));
    assert_eq!((finding.from, finding.to, finding.ongoing), (made.day(140), made.day(145), false));
    assert_eq!(finding.metric.as_deref(), Some("conversions"));
    let (value, expected) = (finding.value.unwrap(), finding.expected.unwrap());
    assert!((value / expected - 0.4).abs() < 0.06, "{value} of {expected}");
    let (low, high) = finding.interval.unwrap();
    assert!(value < low && low < expected && expected < high);
    let share = |named: &dyn Fn(&ContributionPart) -> bool| {
        finding.contributions.iter().filter(|c| named(&c.part)).map(|c| c.share).sum::<f64>()
    };
    assert!((share(&|p| matches!(p, ContributionPart::Entity(_))) - 1.0).abs() < 0.05);
    assert!(share(&|p| matches!(p, ContributionPart::Metric(id) if id == "cvr")) > 0.9);
    assert!(finding.severity == Severity::Warning && finding.confidence > 0.8, "it is over, and costs nothing any more");
}

#[test]
fn what_loses_money_on_the_last_day_is_critical() {
    let finding = only(&Made::new(3, 150).conversions(143..150, 0.4));
    assert_eq!((cause(&finding), finding.ongoing, finding.severity), ("tracking_loss", true, Severity::Critical));
}

#[test]
fn a_tag_that_fires_twice_is_not_success() {
    let finding = only(&Made::new(4, 150).conversions(141..145, 1.95));
    assert_eq!(cause(&finding), "doubled_tag");
}

#[test]
fn a_pixel_that_is_gone_is_told_on_its_first_day() {
    let finding = only(&Made::new(5, 150).conversions(149..150, 0.0));
    assert_eq!((cause(&finding), finding.ongoing), ("silent_pixel", true));
}

#[test]
fn dearer_impressions_are_the_auctions() {
    let finding = only(&Made::new(6, 150).price(120..127, 1.7));
    assert_eq!((cause(&finding), finding.metric.as_deref()), ("cpm_shock", Some("cpm")));
    assert!(finding.contributions.len() >= 3);
}

#[test]
fn a_budget_that_leaps_and_comes_back_was_a_slip_of_that_campaign() {
    let made = Made::new(7, 150).spend(1, 130..132, 5.0);
    let finding = only(&made);
    assert_eq!((cause(&finding), finding.entity.id.as_str()), ("budget_typo", "c1"));
    assert_eq!(finding.from, made.day(130));
}

#[test]
fn known_events_name_the_cause_and_whose_it_was() {
    let mut made = Made::new(8, 150).spend(2, 130..150, 0.5);
    for place in [20, 35, 50, 65, 80, 95, 110] {
        made.events.push(event(&made, "c0", EventKind::Budget, place, Some(1.1), Some("Ada")));
    }
    made.events.push(event(&made, "set-of-c2", EventKind::Budget, 129, Some(0.5), Some("A partner")));
    let finding = only(&made);
    assert_eq!((cause(&finding), finding.entity.id.as_str()), ("outside_edit", "c2"));
    assert_eq!(finding.from, made.day(129), "it began with the edit");
    assert!(finding.detail.contains("A partner"), "{}", finding.detail);
    made.events.last_mut().unwrap().by = Some("Ada".to_owned());
    assert_eq!(cause(&only(&made)), "budget_cut");
}

#[test]
fn what_people_change_as_a_matter_of_course_is_not_told() {
    let mut made = Made::new(9, 150).spend(2, 120..150, 0.78).spend(1, 100..150, 1.25);
    made.events.push(event(&made, "c1", EventKind::Budget, 100, Some(1.25), None));
    made.events.push(event(&made, "c2", EventKind::Budget, 120, Some(0.78), None));
    assert_eq!(found(&made), vec![]);
}

#[test]
fn an_event_speaks_before_figures_do() {
    let mut made = Made::new(10, 150);
    made.events.push(event(&made, "set-of-c1", EventKind::Disapproved, 149, None, None));
    let finding = only(&made);
    assert_eq!((cause(&finding), finding.entity.id.as_str(), finding.from), ("disapproval", "c1", made.day(149)));
}

#[test]
fn a_campaign_that_stops_is_told_unless_somebody_switched_it_off() {
    let mut made = Made::new(11, 150).spend(1, 140..150, 0.0);
    let finding = only(&made);
    assert_eq!(cause(&finding), "delivery_stopped");
    made.events.push(event(&made, "c1", EventKind::Status, 140, None, None));
    assert_eq!(found(&made), vec![]);
}

#[test]
fn all_campaigns_that_stop_at_once_are_the_account() {
    let made = (0..4).fold(Made::new(12, 150), |made, c| made.spend(c, 146..150, 0.0));
    let finding = only(&made);
    assert_eq!((cause(&finding), finding.entity.level), ("delivery_stopped", Level::Account));
}

#[test]
fn days_that_were_not_read_are_no_zero() {
    let mut made = Made::new(13, 150);
    made.missing = vec![141, 142];
    let finding = only(&made);
    assert_eq!((cause(&finding), finding.value), ("missing_data", None));
    assert_eq!((finding.from, finding.to), (made.day(141), made.day(142)));
}

#[test]
fn more_demand_is_no_doubled_tag() {
    let finding = only(&Made::new(14, 150).conversions(130..134, 2.0).price(130..134, 1.5));
    assert_eq!((cause(&finding), finding.severity), ("demand", Severity::Info));
}

#[test]
fn a_dearer_auction_is_not_put_down_to_a_campaign_whose_budget_rose_meanwhile() {
    let told = found(&Made::new(22, 170).price(130..135, 2.05).spend(0, 131..137, 2.2));
    let shock = told.iter().find(|finding| cause(finding) == "cpm_shock").unwrap_or_else(|| panic!("{told:#?}"));
    assert_eq!(shock.entity.level, Level::Account);
    assert!(shock.value > shock.expected.map(|usual| usual * 1.7), "{shock:#?}");
}

#[test]
fn what_is_still_coming_in_is_not_missed_but_a_loss_in_it_is() {
    let mut made = Made::new(15, 150);
    made.open = Some(28);
    assert_eq!(found(&made), vec![]);
    let mut broken = made.conversions(147..150, 0.35);
    broken.open = Some(28);
    let finding = only(&broken);
    assert_eq!((cause(&finding), finding.from), ("tracking_loss", broken.day(147)));
    assert!(finding.detail.contains("in yet"), "{}", finding.detail);
}

#[test]
fn since_leaves_out_and_changes_nothing() {
    let made = Made::new(16, 180).conversions(60..66, 0.4).price(100..106, 1.8).spend(0, 150..152, 4.0).conversions(174..180, 2.0);
    let (tracks, settings) = (made.tracks(), made.settings());
    let all = incidents(&tracks, &settings);
    assert!(all.len() >= 4);
    for place in [0, 62, 103, 151, 179] {
        let since = made.day(place);
        let want: Vec<Finding> = all.iter().filter(|f| f.to >= since).cloned().collect();
        assert_eq!(incidents(&tracks, &Settings { since: Some(since), ..settings.clone() }), want);
    }
}

#[test]
fn an_incident_keeps_its_id_as_days_pass() {
    let whole = Made::new(17, 160).conversions(146..160, 0.4);
    let mut told: Vec<Finding> = Vec::new();
    let mut ids = BTreeSet::new();
    for days in 147..=160 {
        told = keep_ids(incidents(&whole.cut(days).tracks(), &whole.settings()), &told);
        assert_eq!(told.len(), 1, "after {days} days");
        assert!(told[0].ongoing);
        ids.insert(told[0].id.clone());
    }
    assert_eq!(ids.len(), 1);
}

#[test]
fn ids_follow_what_began_a_day_earlier_than_was_thought() {
    let made = Made::new(18, 150).conversions(140..146, 0.4);
    let told = found(&made);
    let mut moved = told.clone();
    moved[0].from = made.day(139);
    moved[0].id = "another".to_owned();
    assert_eq!(keep_ids(moved.clone(), &told)[0].id, told[0].id);
    moved[0].from = made.day(149);
    moved[0].to = made.day(149);
    assert_eq!(keep_ids(moved, &told)[0].id, "another", "days that do not meet are another incident");
}

#[test]
fn weeks_are_compared_where_chance_does_not_explain_it() {
    // Too little for a day to be told.
    let finding = only(&Made::new(19, 150).clicks(143..150, 0.82));
    assert_eq!((finding.rule.as_str(), finding.metric.as_deref()), ("ctr_drop", Some("ctr")));
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.value.unwrap() < 0.85 * finding.expected.unwrap());
}

#[test]
fn several_figures_that_are_odd_together_are_told_once_at_most() {
    let made = Made::new(20, 200).clicks(190..191, 0.86).conversions(190..191, 0.75).price(190..191, 1.14);
    assert!(found(&made).len() <= 1);
}

#[test]
fn hours_that_cease_are_told() {
    let mut made = made::hours(21, 30);
    assert_eq!(hourly(&made, None), Ok(vec![]));
    for hour in made.hours.iter_mut().rev().take(6).flatten() {
        *hour = crate::track::Figures::default();
    }
    let told = hourly(&made, None).unwrap();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].fault(), None);
    assert_eq!((cause(&told[0]), told[0].ongoing), ("delivery_stopped", true));
    made.hours.truncate(20);
    assert!(hourly(&made, None).is_err());
}
