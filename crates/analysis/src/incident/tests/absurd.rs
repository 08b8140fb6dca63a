//! Input that no account has, and some that accounts do have.

use super::*;
use crate::track::{AccountTracks, Figures, Track};
use proptest::prelude::*;
use trimtab_domain::{
    Day, Source,
    finding::{EntityRef, KnownEvent},
};

fn entity(level: Level, id: &str) -> EntityRef {
    EntityRef { level, source: Some(Source::Google), account: "1".into(), id: id.into(), name: "".into() }
}

/// Counts and amounts from none to absurd, refunds, and what is no number at all.
fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => Just(0.0),
        2 => Just(1.0),
        4 => 0.0..2_000.0,
        1 => -500.0..0.0,
        1 => 1e8..1e13,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(-1e300),
    ]
}

fn day() -> impl Strategy<Value = Option<Figures>> {
    let figures =
        (amount(), amount(), amount(), amount(), amount()).prop_map(|(spend, impressions, clicks, conversions, revenue)| {
            Some(Figures { spend, impressions, clicks, conversions, revenue, reach: None })
        });
    prop_oneof![1 => Just(None), 5 => figures]
}

fn plausible() -> impl Strategy<Value = Option<Figures>> {
    let figures = (50.0..60.0, 0.8..1.2, 0.8..1.2, 0_u8..9).prop_map(|(spend, a, b, conversions): (f64, f64, f64, u8)| {
        let conversions = f64::from(conversions);
        Some(Figures { spend, impressions: 6_000.0 * a, clicks: 90.0 * b, conversions, revenue: conversions * 40.0, reach: None })
    });
    prop_oneof![1 => Just(None), 1 => Just(Some(Figures::default())), 30 => figures]
}

fn events() -> impl Strategy<Value = Vec<KnownEvent>> {
    let kind =
        prop_oneof![Just(EventKind::Budget), Just(EventKind::Disapproved), Just(EventKind::Status), Just(EventKind::Connection)];
    let one = (
        -30_i64..300,
        0_usize..3,
        kind,
        prop_oneof![Just(None), amount().prop_map(Some)],
        prop_oneof![Just(None), Just(Some("x".to_owned()))],
    );
    let event = one.prop_map(|(place, of, kind, factor, by)| KnownEvent {
        day: Day::constant(2024, 11, 1).saturating_add(jiff::Span::new().days(place)),
        entity: [entity(Level::Campaign, "0"), entity(Level::AdGroup, "nobody's"), entity(Level::Account, "1")][of].clone(),
        kind,
        before: String::new(),
        after: "\"".to_owned(),
        factor,
        by,
    });
    prop::collection::vec(event, 0..8)
}

fn hold(
    days: Vec<Vec<Option<Figures>>>,
    whole: Vec<Option<Figures>>,
    open: Option<i64>,
    events: Vec<KnownEvent>,
) -> Result<(), TestCaseError> {
    let first = Day::constant(2024, 11, 1);
    let track = |(c, days): (usize, Vec<Option<Figures>>)| Track { entity: entity(Level::Campaign, &c.to_string()), first, days };
    let tracks = AccountTracks {
        account: Track { entity: entity(Level::Account, "1"), first, days: whole },
        currency: "JPY".parse().unwrap(),
        provisional_from: open.map(|open| first.saturating_add(jiff::Span::new().days(open))),
        campaigns: days.into_iter().enumerate().map(track).collect(),
        events,
    };
    let found = incidents(&tracks, &Settings::default());
    let mut ids = BTreeSet::new();
    for finding in &found {
        prop_assert_eq!(finding.fault(), None, "{:?}", finding);
        prop_assert!(ids.insert(finding.id.clone()), "an id twice");
        prop_assert!(finding.cause.as_ref().is_none_or(|c| (0.0..=1.0).contains(&c.confidence)));
        prop_assert!(finding.contributions.iter().all(|c| c.change.is_finite() && c.share.is_finite()));
        prop_assert!(finding.interval.is_none_or(|(low, high)| low.is_finite() && high.is_finite() && low <= high));
        prop_assert!(!finding.detail.contains("NaN") && !finding.detail.contains("inf "), "{}", finding.detail);
    }
    let since = first.saturating_add(jiff::Span::new().days(40));
    let later = incidents(&tracks, &Settings { since: Some(since), ..Settings::default() });
    // An event's factor may be no number, which is not even itself.
    let said = |findings: &[Finding]| format!("{findings:?}");
    prop_assert_eq!(said(&later), said(&found.into_iter().filter(|f| f.to >= since).collect::<Vec<_>>()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn absurd_days_are_no_trouble(
        days in prop::collection::vec(prop::collection::vec(day(), 0..90), 0..4),
        whole in prop::collection::vec(day(), 0..90),
        open in prop_oneof![Just(None), (-50_i64..200).prop_map(Some)],
        events in events(),
    ) {
        hold(days, whole, open, events)?;
    }

    #[test]
    fn plausible_days_are_told_with_sane_figures(
        days in prop::collection::vec(prop::collection::vec(plausible(), 120), 1..4),
        open in prop_oneof![Just(None), (90_i64..120).prop_map(Some)],
        events in events(),
    ) {
        let whole = (0..120).map(|t| Figures::sum(days.iter().map(|d| &d[t]))).collect();
        hold(days, whole, open, events)?;
    }
}

#[test]
fn short_constant_and_empty_tracks_say_nothing() {
    let flat = Figures { spend: 100.0, impressions: 10_000.0, clicks: 150.0, conversions: 5.0, revenue: 200.0, reach: None };
    for days in [0, 1, 3, 30, 120] {
        for figures in [flat, Figures::default()] {
            let track = |level, id: &str| Track {
                entity: entity(level, id),
                first: Day::constant(2026, 1, 5),
                days: vec![Some(figures); days],
            };
            let tracks = AccountTracks {
                account: track(Level::Account, "1"),
                currency: "EUR".parse().unwrap(),
                provisional_from: None,
                campaigns: vec![track(Level::Campaign, "0")],
                events: vec![],
            };
            assert_eq!(incidents(&tracks, &Settings::default()), vec![], "{days} days");
        }
    }
}
