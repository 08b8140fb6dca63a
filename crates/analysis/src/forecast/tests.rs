use super::*;
use proptest::prelude::*;

fn known(values: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
    values.into_iter().map(Some).collect()
}

/// Chance that is the same every time: Knuth's linear congruential generator, between −½ and ½.
fn chance(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).unwrap_or(0)) / f64::from(1_u32 << 31) - 0.5
    }
}

fn business(days: usize, noise: f64) -> Vec<f64> {
    let mut chance = chance(days as u64);
    (0..days)
        .map(|t| {
            let week = [1.2, 1.15, 1.1, 1.0, 0.95, 0.8, 0.8][t % 7];
            (1000.0 + t as f64) * week * (1.0 + noise * chance())
        })
        .collect()
}

fn told(values: &[Option<f64>], horizon: usize) -> Forecast {
    match forecast(values, &Options::daily(horizon)) {
        Outlook::Forecast(forecast) => forecast,
        Outlook::CannotTell { because } => panic!("{because}"),
    }
}

fn refused(values: &[Option<f64>], horizon: usize) -> String {
    match forecast(values, &Options::daily(horizon)) {
        Outlook::Forecast(forecast) => panic!("{forecast:?}"),
        Outlook::CannotTell { because } => because.to_string(),
    }
}

#[test]
fn a_growing_week_is_forecast_within_its_noise() {
    let all = business(428, 0.1);
    let told = told(&known(all[..400].iter().copied()), 28);
    for (point, came) in told.points.iter().zip(&all[400..]) {
        assert!((point / came - 1.0).abs() < 0.1, "{point} for {came}");
    }
    assert!(told.backtest.error < 0.8 * told.backtest.naive_error, "{:?}", told.backtest);
    assert!((told.models.iter().map(|share| share.weight).sum::<f64>() - 1.0).abs() < 0.1);
}

#[test]
fn sums_of_first_days_hold_about_their_share_and_shorter_ones_are_surer() {
    let (mut inside, mut narrower) = (0, 0);
    for start in 0..40 {
        let all = &business(236 + start, 0.3)[start..];
        let options = Options { firsts: vec![7, 14, 28, 99], ..Options::daily(28) };
        let Outlook::Forecast(told) = forecast(&known(all[..206].iter().copied()), &options) else { panic!("it can be told") };
        assert_eq!(told.firsts.iter().map(|first| first.steps).collect::<Vec<_>>(), [7, 14], "the whole is told already");
        let (week, came) = (&told.firsts[0], all[206..213].iter().sum::<f64>());
        inside += usize::from((week.bounds[0].lower..=week.bounds[0].upper).contains(&came));
        let width = |bounds: &Bounds| bounds.upper - bounds.lower;
        narrower += usize::from(width(&week.bounds[0]) < width(&told.firsts[1].bounds[0]));
        let daily: f64 = (0..7).map(|h| told.intervals[0].upper[h] - told.intervals[0].lower[h]).sum();
        assert!(width(&week.bounds[0]) < daily, "days are not all off the same way");
    }
    assert!((28..=40).contains(&inside), "{inside} of 40 within bounds that hold four in five");
    assert!(narrower >= 36, "{narrower} of 40");
}

#[test]
fn intervals_hold_about_their_share() {
    let mut inside = [0, 0];
    for start in 0..40 {
        let all = &business(220 + start, 0.3)[start..];
        let told = told(&known(all[..206].iter().copied()), 14);
        for (inside, interval) in inside.iter_mut().zip(&told.intervals) {
            let held = |(i, came): (usize, &f64)| interval.lower[i] <= *came && *came <= interval.upper[i];
            *inside += all[206..].iter().enumerate().filter(|&pair| held(pair)).count();
        }
    }
    let share = inside.map(|count| count as f64 / (40.0 * 14.0));
    assert!((0.75..=0.88).contains(&share[0]) && (0.92..=0.99).contains(&share[1]), "{share:?}");
}

#[test]
fn what_cannot_be_told_says_why() {
    assert_eq!(refused(&[], 7), "no value is known");
    assert_eq!(refused(&known([0.0; 1]), 7), "1 values are known and it takes 14");
    assert_eq!(refused(&known([5.0, 6.0, 7.0]), 7), "3 values are known and it takes 14");
    assert_eq!(refused(&known(business(30, 0.1)), 0), "no step ahead was asked for");
    assert_eq!(refused(&known(business(30, 0.1)), 31), "31 steps ahead are too far: the past allows 30");
    assert_eq!(refused(&known([f64::INFINITY; 40]), 7), "no value is known");
    assert_eq!(refused(&known([1e30; 40]), 7), "1e30 cannot be a true figure");
}

#[test]
fn a_constant_stays_and_says_that_nothing_is_known_of_its_moves() {
    let told = told(&known([250.0; 60]), 7);
    assert_eq!(told.points, [250.0; 7]);
    assert_eq!(told.notes, [Note::NeverVaried]);
}

#[test]
fn what_was_switched_off_stays_off() {
    let mut all = business(80, 0.1);
    all.extend([0.0; 20]);
    let told = told(&known(all), 7);
    assert_eq!(told.points, [0.0; 7]);
    assert_eq!(told.notes, [Note::Stopped { steps: 20 }]);
}

#[test]
fn ordinary_zeros_do_not_end_a_series() {
    let all = (0..90).map(|t| if t % 3 == 0 { 4.0 } else { 0.0 });
    let told = told(&known(all), 9);
    assert!(told.points.iter().all(|v| *v >= 0.0) && told.points.iter().sum::<f64>() > 6.0, "{:?}", told.points);
}

#[test]
fn debts_are_forecast_where_they_exist() {
    let all = known(business(120, 0.1).into_iter().map(|v| -v));
    let free = Options { bound: Bound::None, ..Options::daily(7) };
    let below = forecast(&all, &free);
    assert!(below.forecast().is_some_and(|told| told.points.iter().all(|v| *v < -700.0)), "{below:?}");
    assert!(told(&all, 7).points.iter().all(|v| *v == 0.0));
}

#[test]
fn a_silent_end_is_forecast_over() {
    let all = business(150, 0.02);
    let mut values = known(all[..140].iter().copied());
    values.extend([None; 3]);
    let told = told(&values, 7);
    assert!(told.notes.contains(&Note::Silent { steps: 3 }));
    for (point, came) in told.points.iter().zip(&all[143..]) {
        assert!((point / came - 1.0).abs() < 0.06, "{point} for {came}");
    }
}

#[test]
fn a_sale_to_come_is_expected_from_sales_that_were() {
    let mut all = business(200, 0.02);
    for day in [50, 110, 170] {
        all[day] *= 2.0;
    }
    let sale = Event { name: "sale".to_owned(), at: vec![50, 110, 170, 203] };
    let with = forecast(&known(all.clone()), &Options { events: vec![sale], ..Options::daily(7) });
    let without = told(&known(all), 7);
    let with = with.forecast().expect("a forecast");
    assert!((with.points[3] / without.points[3] - 2.0).abs() < 0.3, "{} and {}", with.points[3], without.points[3]);
    assert!(with.notes.iter().any(|note| note.to_string().starts_with("sale: +10")), "{:?}", with.notes);
}

#[test]
fn units_do_not_matter() {
    let all = business(100, 0.2);
    let one = told(&known(all.iter().copied()), 7);
    for factor in [1e-6, 1e9] {
        let other = told(&known(all.iter().map(|v| v * factor)), 7);
        for (a, b) in one.points.iter().zip(&other.points) {
            assert!((b / factor / a - 1.0).abs() < 0.01, "{b} at {factor} for {a}");
        }
    }
}

#[test]
fn a_season_nobody_lived_through_is_none() {
    let values = known(business(60, 0.1));
    for periods in [vec![usize::MAX], vec![40], vec![0, 1]] {
        let told = forecast(&values, &Options { rhythm: Rhythm::of(&periods), ..Options::daily(7) });
        assert!(told.forecast().is_some_and(|told| told.points.iter().all(|v| (500.0..2000.0).contains(v))), "{told:?}");
    }
}

#[test]
fn conversions_still_coming_in_do_not_bend_the_forecast_down() {
    let all = business(157, 0.05);
    let arrived = [0.3, 0.7, 0.9, 1.0];
    let restated = |last: &f64| Restated { seen: arrived.iter().enumerate().map(|(age, share)| (age, share * last)).collect() };
    let completion = Completion::learn(&all[..147].iter().map(restated).collect::<Vec<_>>(), 3).expect("147 days");
    let mut seen = known(all[..150].iter().copied());
    for (age, share) in arrived.iter().enumerate().take(3) {
        seen[149 - age] = seen[149 - age].map(|v| v * share);
    }
    let off = |values: &[Option<f64>]| {
        let points = told(values, 7).points;
        points.iter().zip(&all[150..]).map(|(told, came)| (told / came).ln()).sum::<f64>() / 7.0
    };
    let (raw, corrected) = (off(&seen), off(&completion.correct_tail(&seen, 0)));
    assert!(raw < -0.05 && corrected.abs() < 0.03, "{raw} and {corrected}");
}

#[test]
fn a_season_as_ever_is_told_by_the_naive_or_better() {
    let told = told(&known((0..140).map(|t| [7.0, 1.0, 2.0, 9.0, 4.0, 5.0, 3.0][t % 7])), 14);
    for (h, point) in told.points.iter().enumerate() {
        assert!((point - [7.0, 1.0, 2.0, 9.0, 4.0, 5.0, 3.0][h % 7]).abs() < 1e-3, "{point} at {h}");
    }
}

/// What may come from a connector: nothing, zeros, cents, billions, debts, no numbers.
fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        2 => Just(None),
        3 => Just(Some(0.0)),
        8 => (0.0..1e3_f64).prop_map(Some),
        2 => (0.0..1e9_f64).prop_map(Some),
        1 => (-1e6..1e6_f64).prop_map(Some),
        1 => Just(Some(f64::NAN)),
        1 => Just(Some(f64::MIN_POSITIVE)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_there_is_an_answer_in_order(
        values in proptest::collection::vec(value(), 0..130),
        horizon in 0_usize..40,
        at in proptest::collection::vec(0_usize..200, 0..5),
    ) {
        let events = vec![Event { name: "event".to_owned(), at }];
        let options = Options { events, ..Options::daily(horizon) };
        match forecast(&values, &options) {
            Outlook::CannotTell { because } => prop_assert!(!because.to_string().is_empty()),
            Outlook::Forecast(told) => {
                prop_assert_eq!(told.points.len(), horizon);
                for interval in &told.intervals {
                    prop_assert_eq!((interval.lower.len(), interval.upper.len()), (horizon, horizon));
                    for ((low, point), high) in interval.lower.iter().zip(&told.points).zip(&interval.upper) {
                        prop_assert!(0.0 <= *low && low <= point && point <= high && high.is_finite(), "{low} {point} {high}");
                    }
                }
                for (narrow, wide) in told.intervals[0].upper.iter().zip(&told.intervals[1].upper) {
                    prop_assert!(narrow <= wide);
                }
            }
        }
    }

    #[test]
    fn parts_always_add_up(
        points in proptest::collection::vec((0.0..1e6_f64, 0.0..1e3_f64), 7),
    ) {
        let wholes = [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)];
        let parts: Vec<Part> = wholes.iter().zip(&points).map(|(&whole, &(point, half))| {
            let interval = Interval { level: 0.8, lower: vec![point - half], upper: vec![point + half] };
            let backtest = Backtest { origins: 1, horizon: 1, error: 1.0, naive_error: 1.0 };
            let intervals = vec![interval];
            Part { whole, forecast: Forecast { points: vec![point], intervals, total: vec![], firsts: vec![], models: vec![], backtest, notes: vec![] } }
        }).collect();
        let agreed = agree(&parts, Bound::Zero).expect("a tree");
        let at = |i: usize| agreed[i].points[0];
        for (whole, a, b) in [(0, 1, 2), (1, 3, 4), (2, 5, 6)] {
            prop_assert!((at(whole) - at(a) - at(b)).abs() < 1e-6 * (1.0 + at(whole)));
        }
        prop_assert!((0..7).all(|i| at(i) >= 0.0));
    }
}
