use super::*;
use proptest::prelude::*;

const DAY: i64 = 86_400;

/// Standard normal numbers, always the same (Box and Muller over a linear congruence).
fn noise(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut share = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    (0..count).map(|_| (-2.0 * share().ln()).sqrt() * (std::f64::consts::TAU * share()).cos()).collect()
}

/// Spend of some months: 100 a day, weekends at 60 %, noise of 8 %.
fn spend(days: usize) -> Vec<f64> {
    let day = |(i, e): (usize, f64)| 100.0 * if i % 7 >= 5 { 0.6 } else { 1.0 } * (0.08 * e).exp();
    noise(days, 11).into_iter().enumerate().map(day).collect()
}

fn daily(values: &[f64]) -> Vec<Point> {
    let at = |i: usize| Wall::from_seconds(i64::try_from(i).unwrap() * DAY);
    values.iter().enumerate().map(|(i, v)| Point::settled(at(i), Some(*v))).collect()
}

fn told(points: &[Point]) -> Report {
    watch(points, &Settings::daily()).unwrap()
}

fn unusual(report: &Report) -> Vec<usize> {
    (0..report.points.len()).filter(|&i| matches!(report.points[i].verdict, Verdict::Unusual { .. })).collect()
}

#[test]
fn a_quiet_series_is_quiet_and_its_weekends_are_expected() {
    let report = told(&daily(&spend(200)));
    assert!(unusual(&report).len() <= 1, "{:?}", report.incidents);
    let Verdict::Usual(reading) = report.points[187].verdict else { panic!("{:?}", report.points[187]) };
    assert!((reading.expected - 60.0).abs() < 6.0, "{reading:?}");
    let (low, high) = (reading.low.unwrap(), reading.high.unwrap());
    assert!(low > 35.0 && low < 55.0 && high > 65.0 && high < 90.0, "{reading:?}");
}

#[test]
fn a_spike_and_a_drop_are_raised_with_their_direction() {
    let mut values = spend(120);
    values[80] *= 2.0;
    values[100] *= 0.3;
    let report = told(&daily(&values));
    assert_eq!(unusual(&report), [80, 100]);
    let directions: Vec<_> = report.incidents.iter().map(|i| (i.peak.seconds() / DAY, i.direction)).collect();
    assert_eq!(directions, [(80, Direction::Rise), (100, Direction::Drop)]);
}

#[test]
fn the_bounds_are_where_unusual_begins() {
    let mut values = spend(91);
    let bounds = |values: &[f64]| match told(&daily(values)).points[90].verdict {
        Verdict::Usual(reading) | Verdict::Unusual { reading, .. } => (reading.low.unwrap(), reading.high.unwrap()),
        verdict @ Verdict::NotJudged(_) => panic!("{verdict:?}"),
    };
    let (low, high) = bounds(&values);
    for (value, outside) in [(low * 0.999, true), (low * 1.001, false), (high * 0.999, false), (high * 1.001, true)] {
        values[90] = value;
        assert_eq!(unusual(&told(&daily(&values))).contains(&90), outside, "{value} within {low} and {high}");
    }
}

#[test]
fn one_incident_is_raised_once() {
    let mut values = spend(120);
    for value in &mut values[90..93] {
        *value *= 1.8;
    }
    let report = told(&daily(&values));
    let raised = report.points.iter().filter(|p| matches!(p.verdict, Verdict::Unusual { raised: true, .. })).count();
    assert_eq!((report.incidents.len(), report.incidents[0].points), (1, 3));
    assert!(raised <= 2, "{raised}");
}

#[test]
fn provisional_days_are_understood() {
    let mut values = spend(120);
    values[118] *= 2.0;
    values[119] *= 0.2;
    let mut points = daily(&values);
    for point in &mut points[118..] {
        point.state = State::Provisional;
    }
    let of = |provisional| unusual(&watch(&points, &Settings { provisional, ..Settings::daily() }).unwrap());
    assert_eq!(of(Provisional::Skip), [] as [usize; 0]);
    assert_eq!(of(Provisional::RisesOnly), [118]);
    assert_eq!(of(Provisional::Judge), [118, 119]);
}

#[test]
fn thin_special_and_missing_days_are_not_judged() {
    let mut values = spend(120);
    for day in [100, 104, 108] {
        values[day] *= 3.0;
    }
    let mut points = daily(&values);
    points[100].volume = Some(3.0);
    points[104].state = State::Special;
    points[108].value = None;
    points[110].value = Some(f64::INFINITY);
    let report = watch(&points, &Settings { least_volume: 10.0, ..Settings::daily() }).unwrap();
    let of = |day: usize| report.points[day].verdict;
    assert_eq!(of(100), Verdict::NotJudged(Unjudged::LowVolume));
    assert_eq!(of(104), Verdict::NotJudged(Unjudged::Special));
    assert_eq!(of(108), Verdict::NotJudged(Unjudged::Missing));
    assert_eq!(of(110), Verdict::NotJudged(Unjudged::Missing));
    assert_eq!(of(27), Verdict::NotJudged(Unjudged::Learning));
}

#[test]
fn a_change_too_small_to_matter_is_not_unusual() {
    let mut values = vec![100.0; 80];
    values[10] = 101.0;
    values[70] = 104.0;
    values[75] = 140.0;
    assert_eq!(unusual(&told(&daily(&values))), [75]);
}

#[test]
fn what_cannot_be_told_is_said() {
    let of = |values: &[f64]| watch(&daily(values), &Settings::daily()).unwrap_err();
    assert_eq!(of(&[]), CannotTell::Empty);
    assert_eq!(of(&[f64::NAN; 50]), CannotTell::Empty);
    assert_eq!(of(&[5.0]), CannotTell::TooShort { have: 1, need: 29 });
    assert_eq!(of(&[5.0; 60]), CannotTell::Constant);
    let mut gaps = daily(&spend(100));
    for point in gaps.iter_mut().skip(1).step_by(2).chain([]) {
        point.value = None;
    }
    gaps[0].value = None;
    assert_eq!(watch(&gaps, &Settings::daily()).unwrap_err(), CannotTell::TooManyGaps { missing: 51, of: 100 });
    let mut twice = daily(&spend(60));
    twice[9].at = twice[8].at;
    assert_eq!(watch(&twice, &Settings::daily()).unwrap_err(), CannotTell::OutOfOrder);
    assert_eq!(CannotTell::Constant.to_string(), "cannot tell, because every figure is the same");
}

#[test]
fn hours_follow_the_clock() {
    let noise = noise(24 * 40, 5);
    let hour = |(i, e): (usize, &f64)| {
        let value = 10.0 + 8.0 * (std::f64::consts::TAU * (i % 24) as f64 / 24.0).sin() + 0.4 * e;
        Point::settled(Wall::from_seconds(i64::try_from(i).unwrap() * 3_600), Some(value))
    };
    let mut points: Vec<Point> = noise.iter().enumerate().map(hour).collect();
    // An afternoon's figure at night is unusual, though no value of it is.
    let (night, afternoon) = (24 * 35 + 18, 24 * 35 + 6);
    points[night].value = points[afternoon].value;
    let report = watch(&points, &Settings::hourly()).unwrap();
    assert!(unusual(&report).contains(&night));
    assert!(unusual(&report).len() <= 4, "{:?}", report.incidents);
}

fn level(values: &[f64], settings: &ChangeSettings) -> Vec<usize> {
    let values: Vec<_> = values.iter().map(|v| Some(*v)).collect();
    level_changes(&values, settings).unwrap().iter().map(|change| change.at).collect()
}

#[test]
fn a_budget_that_was_raised_is_one_change() {
    let mut values = spend(150);
    for value in &mut values[90..] {
        *value *= 1.5;
    }
    values[40] *= 4.0;
    let found = level(&values, &ChangeSettings::daily());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].abs_diff(90) <= 2, "{found:?}");
    assert!(level(&spend(150), &ChangeSettings::daily()).is_empty());
}

#[test]
fn a_change_names_both_levels() {
    let values: Vec<_> = (0..60).map(|i| Some(if i < 30 { 10.0 } else { 15.0 } + 0.1 * f64::from(i % 3))).collect();
    let changes = level_changes(&values, &ChangeSettings::plain()).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].at, 30);
    assert!((changes[0].share().unwrap() - 0.495).abs() < 0.01);
    assert!(changes[0].strength > 1.0);
}

#[test]
fn figures_that_stand_still_between_changes_have_levels() {
    let steps: Vec<f64> = (0..90).map(|i| if i < 40 { 100.0 } else { 130.0 }).collect();
    assert_eq!(level(&steps, &ChangeSettings::daily()), [40]);
}

#[test]
fn a_random_walk_has_no_level() {
    let mut sum = 0.0;
    let walk: Vec<_> = noise(400, 3).into_iter().map(|e| (sum += e, Some(sum)).1).collect();
    assert_eq!(level_changes(&walk, &ChangeSettings::plain()), Err(CannotTell::Wandering));
    assert_eq!(level_changes(&[], &ChangeSettings::plain()), Err(CannotTell::Empty));
    assert_eq!(level_changes(&[Some(1.0); 90], &ChangeSettings::plain()), Err(CannotTell::Constant));
}

/// Figures as accounts have them, and as they never should.
fn figure() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        8 => (0.0..1_000.0).prop_map(Some),
        2 => Just(Some(0.0)),
        1 => Just(None),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(1e300), Just(-1e14), Just(5e-324)].prop_map(Some),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_series_makes_it_panic(values in prop::collection::vec(figure(), 0..140), hourly: bool, either: bool) {
        let sign = if either { Sign::Either } else { Sign::NeverNegative };
        let settings = Settings { sign, ..if hourly { Settings::hourly() } else { Settings::daily() } };
        let step = if hourly { 3_600 } else { DAY };
        let at = |i: usize| Wall::from_seconds(i64::try_from(i).unwrap() * step);
        let points: Vec<Point> = values.iter().enumerate().map(|(i, v)| Point::settled(at(i), *v)).collect();
        if let Ok(report) = watch(&points, &settings) {
            prop_assert_eq!(report.points.len(), points.len());
        }
        for settings in [ChangeSettings::plain(), ChangeSettings::daily()] {
            if let Ok(changes) = level_changes(&values, &settings) {
                prop_assert!(changes.iter().all(|c| c.at > 0 && c.at < values.len()));
            }
        }
        let reported: Vec<bool> = values.iter().map(Option::is_some).collect();
        prop_assert!(missing(&reported, 7).map_or(true, |runs| runs.iter().all(|r| r.from <= r.to)));
        let day = |(a, b): (&Option<f64>, &Option<f64>)| DrivenDay { driver: *a, result: *b, arrived: 1.0 };
        let days: Vec<_> = values.iter().zip(values.iter().rev()).map(day).collect();
        prop_assert!(tracking_losses(&days, &TrackingSettings::default()).map_or(true, |l| l.len() <= days.len()));
        let rows: Vec<_> = values.iter().zip(values.iter().rev()).map(|(a, b)| vec![*a, *b]).collect();
        if let Ok(forest) = Forest::grow(&rows, &ForestSettings { trees: 10, ..ForestSettings::default() }, 1) {
            prop_assert!((0.0..=1.0).contains(&forest.judge(&rows[0]).score));
        }
    }

    #[test]
    fn nothing_that_comes_later_changes_what_was_said(cut in 29_usize..120, seed: u64) {
        let values: Vec<f64> = noise(120, seed).into_iter().map(|e| (3.0 + e).exp()).collect();
        let points = daily(&values);
        let (whole, part) = (told(&points), told(&points[..cut]));
        prop_assert_eq!(&whole.points[..cut], &part.points[..]);
    }

    #[test]
    fn the_currency_does_not_matter(factor in 0.001_f64..1_000.0, seed: u64) {
        let mut values: Vec<f64> = noise(90, seed).into_iter().map(|e| 100.0 + 5.0 * e).collect();
        values[70] = 300.0;
        let scaled: Vec<f64> = values.iter().map(|v| v * factor).collect();
        prop_assert_eq!(unusual(&told(&daily(&values))), unusual(&told(&daily(&scaled))));
    }
}
