use super::*;
use crate::track::Figures;
use jiff::civil::date;
use proptest::prelude::*;
use trimtab_domain::{
    Source,
    finding::{Finding, Level},
};

fn entity(level: Level) -> EntityRef {
    EntityRef { level, source: Some(Source::Meta), account: "1".into(), id: "12".into(), name: "Spring \"sale\"".into() }
}

fn euro() -> Currency {
    "EUR".parse().expect("a currency")
}

fn march() -> DayRange {
    DayRange::new(date(2026, 3, 1), date(2026, 3, 31)).expect("a month")
}

fn budget(amount: f64) -> Budget {
    Budget { entity: entity(Level::Campaign), amount, currency: euro(), period: march(), plan: Plan::default(), roll_over: None }
}

fn track(first: Day, spend: impl IntoIterator<Item = Option<f64>>) -> Track {
    let figures = |spend: Option<f64>| spend.map(|spend| Figures { spend, ..Figures::default() });
    Track { entity: entity(Level::Campaign), first, days: spend.into_iter().map(figures).collect() }
}

fn spending(track: &Track) -> Spending<'_> {
    Spending { track, currency: euro(), provisional_from: None, changed: vec![] }
}

/// A hundred a day, twenty more or less by turns, since the beginning of the year; 1 January 2026 is a Thursday.
fn hundred() -> Track {
    track(date(2026, 1, 1), (0..120).map(|t| Some(if t % 2 == 0 { 80.0 } else { 120.0 })))
}

fn at(budget: &Budget, track: &Track, today: Day) -> Pace {
    pace(budget, &spending(track), today, &Settings::default())
}

fn near(got: f64, want: f64, by: f64) -> bool {
    (got - want).abs() <= by
}

#[test]
fn the_formulas_are_the_planners() {
    let pace = at(&budget(9_300.0), &hundred(), date(2026, 3, 11));
    assert_eq!((pace.as_of, pace.days_left), (Some(date(2026, 3, 10)), 21));
    assert!(near(pace.planned_to_date, 3_000.0, 1e-9) && near(pace.actual, 1_000.0, 1e-9) && near(pace.variance, -2_000.0, 1e-9));
    assert!(pace.variance_percent.is_some_and(|percent| near(percent, -200.0 / 3.0, 1e-9)));
    assert!(pace.required_daily.is_some_and(|daily| near(daily, 8_300.0 / 21.0, 1e-9)));
    let projected = pace.projected.as_ref().expect("two months are known");
    assert!(
        near(projected.total, 3_100.0, 100.0) && projected.interval.0 <= projected.total && projected.total <= projected.interval.1
    );
    assert_eq!((pace.verdict, pace.severity), (Verdict::Under, Some(Severity::Critical)));
    assert!(pace.confidence > 0.9);
}

#[test]
fn a_budget_that_comes_out_is_on_track_and_no_finding() {
    let pace = at(&budget(3_100.0), &hundred(), date(2026, 3, 11));
    assert_eq!(pace.verdict, Verdict::OnTrack);
    assert!(pace.confidence > 0.85 && finding(&pace).is_none(), "{pace:?}");
}

#[test]
fn weekends_off_are_not_a_loss_of_pace() {
    // Five days of a hundred, two of nothing; Wednesday 4 March, after a weekend.
    let days = track(date(2026, 1, 1), (0..63).map(|t| Some(if (t + 3) % 7 < 5 { 100.0 } else { 0.0 })));
    let plan = Plan { weekdays: [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0], idle: vec![] };
    let pace = at(&Budget { plan, ..budget(2_200.0) }, &days, date(2026, 3, 4));
    assert!(near(pace.planned_to_date, 200.0, 1e-9) && near(pace.variance, 0.0, 1e-9), "{pace:?}");
    assert!(near(pace.projected.as_ref().map_or(0.0, |p| p.total), 2_200.0, 25.0), "{pace:?}");
    assert!(pace.required_daily.is_some_and(|daily| near(daily, 100.0, 1e-9)), "twenty planned days are left: {pace:?}");
}

#[test]
fn tolerance_tightens_to_the_end() {
    let of = |day| at(&budget(3_500.0), &hundred(), day);
    let (early, late, over) = (of(date(2026, 3, 2)), of(date(2026, 3, 30)), of(date(2026, 4, 20)));
    assert!(early.tolerance > 19.0 && near(late.tolerance, 6.0, 0.1) && near(over.tolerance, 5.0, 1e-9));
    // 11 % under is nothing on the first of March and something on the thirtieth.
    assert_eq!((early.verdict, late.verdict), (Verdict::OnTrack, Verdict::Under));
    assert_eq!((over.days_left, over.required_daily, over.confidence), (0, None, 1.0));
    assert!(over.projected.is_some_and(|p| p.interval == (p.total, p.total)));
}

#[test]
fn what_was_left_rolls_over() {
    // February brought 2,800.
    let pace = at(&Budget { roll_over: Some(3_000.0), ..budget(3_000.0) }, &hundred(), date(2026, 3, 11));
    assert!(near(pace.rolled_over, 200.0, 1e-9) && near(pace.amount, 3_200.0, 1e-9));
    let pace = at(&Budget { roll_over: Some(2_000.0), ..budget(3_000.0) }, &hundred(), date(2026, 3, 11));
    assert!(near(pace.rolled_over, 0.0, 1e-9), "an overspend is not taken back");
    let short = track(date(2026, 2, 10), (0..29).map(|_| Some(100.0)));
    let pace = at(&Budget { roll_over: Some(3_000.0), ..budget(3_000.0) }, &short, date(2026, 3, 11));
    assert!(near(pace.amount, 3_000.0, 1e-9) && pace.notes.contains(&Note::RollOverUnknown));
}

#[test]
fn an_account_that_begins_in_the_middle_is_planned_from_there() {
    let days = track(date(2026, 3, 12), (0..12).map(|t| Some(95.0 + f64::from(t % 3) * 5.0)));
    let pace = at(&budget(2_000.0), &days, date(2026, 3, 24));
    assert_eq!(pace.runs, DayRange::new(date(2026, 3, 12), date(2026, 3, 31)).expect("days"));
    assert!(near(pace.planned_to_date, 1_200.0, 1e-9) && pace.notes.contains(&Note::Began { on: date(2026, 3, 12) }));
    assert_eq!(pace.verdict, Verdict::OnTrack, "{pace:?}");
}

#[test]
fn a_raised_budget_counts_at_once_and_one_put_right_does_not() {
    let before = (0..68).map(|_| Some(100.0));
    let days = track(date(2026, 1, 1), before.chain([Some(150.0), Some(200.0)]));
    let today = date(2026, 3, 12);
    let shift = |day, factor| Shift { day, factor };
    let known =
        Spending { changed: vec![Changed { track: &days, shifts: vec![shift(date(2026, 3, 10), 2.0)] }], ..spending(&days) };
    let told = |spending: &Spending<'_>| pace(&budget(5_000.0), spending, today, &Settings::default()).recent_daily;
    assert!(told(&known).is_some_and(|level| near(level, 200.0, 5.0)), "{:?}", told(&known));
    assert!(told(&spending(&days)).is_some_and(|level| level < 170.0));
    // A zero too many for two days, put right.
    let typo = (0..64).map(|t| Some(100.0 + f64::from(t % 2)));
    let days = track(date(2026, 1, 1), typo.chain([900.0, 1_000.0, 100.0, 101.0, 100.0].map(Some)));
    assert!(told(&spending(&days)).is_some_and(|level| near(level, 100.0, 3.0)), "{:?}", told(&spending(&days)));
}

#[test]
fn a_change_to_come_moves_the_days_after_it() {
    let days = track(date(2026, 1, 1), (0..69).map(|_| Some(100.0)));
    let changed = vec![Changed { track: &days, shifts: vec![Shift { day: date(2026, 3, 22), factor: 0.5 }] }];
    let told = pace(&budget(2_600.0), &Spending { changed, ..spending(&days) }, date(2026, 3, 11), &Settings::default());
    // Twenty-one days as they are, the day of the change three quarters, nine days half.
    assert!(near(told.projected.as_ref().map_or(0.0, |p| p.total), 2_625.0, 1.0), "{told:?}");
}

#[test]
fn what_is_gone_is_over_however_little_is_known() {
    let days = track(date(2026, 3, 1), [900.0, 800.0, 700.0].map(Some));
    let told = at(&budget(2_000.0), &days, date(2026, 3, 4));
    assert_eq!((told.verdict, told.confidence, told.required_daily), (Verdict::Over, 1.0, Some(0.0)));
    let told = finding(&told).expect("a finding");
    assert_eq!(told.fault(), None);
    assert!(told.actions[0].starts_with("Pause"), "{:?}", told.actions);
}

#[test]
fn what_cannot_be_told_is_said() {
    let today = date(2026, 3, 11);
    let verdict = |track: &Track| at(&budget(2_000.0), track, today).verdict;
    let cannot = Verdict::CannotTell;
    assert_eq!(verdict(&track(date(2026, 1, 1), [])), cannot(Because::NothingKnown));
    assert_eq!(verdict(&track(date(2026, 3, 8), [Some(50.0); 3])), cannot(Because::TooShort { known: 3, needed: 7 }));
    assert_eq!(verdict(&track(date(2026, 1, 1), [Some(50.0); 50])), cannot(Because::Stale { last: date(2026, 2, 19) }));
    let gaps = (0..69).map(|t| (t < 60 || t % 2 == 0).then_some(60.0));
    assert_eq!(verdict(&track(date(2026, 1, 1), gaps)), cannot(Because::Missing { days: 4, of: 10 }));
    assert_eq!(verdict(&track(date(2026, 1, 1), [Some(1e300); 69])), cannot(Because::Absurd));
    assert_eq!(at(&budget(0.0), &hundred(), today).verdict, cannot(Because::NothingPlanned));
    assert_eq!(at(&budget(2_000.0), &hundred(), date(2026, 2, 11)).verdict, cannot(Because::NotBegun));
    let dollars = Spending { currency: "USD".parse().expect("a currency"), ..spending(&hundred()) }.currency;
    let told = pace(&budget(2_000.0), &Spending { currency: dollars, ..spending(&hundred()) }, today, &Settings::default());
    assert_eq!(told.verdict, cannot(Because::Currencies { budget: euro(), spend: dollars }));
}

#[test]
fn what_scatters_is_not_told_from_chance() {
    let mut state = 7_u64;
    let wild = (0..69).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some(if state >> 62 == 0 { 600.0 } else { 10.0 })
    });
    let days = track(date(2026, 1, 1), wild);
    let total = at(&budget(1.0), &days, date(2026, 3, 11)).projected.map_or(0.0, |p| p.total);
    let told = at(&budget(total * 0.8), &days, date(2026, 3, 11));
    assert_eq!(told.verdict, Verdict::CannotTell(Because::Chance), "{told:?}");
    assert!(told.projected.is_some() && finding(&told).is_none());
}

#[test]
fn a_finding_tells_what_an_account_lead_reads() {
    let found = finding(&at(&budget(1_800.0), &hundred(), date(2026, 3, 11))).expect("it is over");
    assert_eq!((found.fault(), found.rule.as_str(), found.severity), (None, "over_pace", Severity::Critical));
    assert_eq!(found.headline, "Spring \"sale\" will overspend its March budget by EUR 1,317 (73 %)");
    assert!(
        found.detail.starts_with("EUR 1,000 of EUR 1,800 was spent by 10 March, where EUR 581 was planned (+72 %)."),
        "{}",
        found.detail
    );
    assert!(found.detail.contains("The budget is used up on 19 March."), "{}", found.detail);
    assert_eq!(found.id, finding(&at(&budget(1_800.0), &hundred(), date(2026, 3, 12))).expect("still").id);
    for level in [Level::Tenant, Level::Platform, Level::Account] {
        let of = Budget { entity: entity(level), ..budget(1_800.0) };
        assert_eq!(finding(&at(&of, &hundred(), date(2026, 3, 11))).and_then(|f| f.fault()), None, "{level:?}");
    }
}

#[test]
fn parts_are_told_what_the_whole_needs() {
    let today = date(2026, 3, 11);
    let whole = at(&budget(5_200.0), &hundred(), today);
    let part = |id: &str, daily, pace| Part { entity: EntityRef { id: id.into(), ..entity(Level::Campaign) }, daily, pace };
    let own = at(&budget(3_100.0), &hundred(), today);
    let parts =
        [part("a", Some(60.0), None), part("b", Some(40.0), None), part("c", None, Some(own.clone())), part("d", None, None)];
    let told = allocate(&whole, &parts, &Settings::default()).expect("days are left");
    // 4,200 over 21 days are 200 a day, of which c's own budget takes 100.
    let needed: Vec<f64> = told.parts.iter().map(|advice| advice.needed_daily).collect();
    assert!(needed.iter().zip([60.0, 40.0, 100.0, 0.0]).all(|(got, want)| near(*got, want, 1e-6)), "{needed:?}");
    assert_eq!(told.parts.iter().map(|a| a.step).collect::<Vec<_>>(), [Step::Keep; 4]);
    let tight = allocate(&at(&budget(2_050.0), &hundred(), today), &parts, &Settings::default()).expect("days are left");
    assert!(
        near(tight.short_daily, 50.0, 1e-6)
            && near(tight.parts[2].needed_daily, 50.0, 1e-6)
            && tight.parts[0].step == Step::Decrease
    );
}

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        2 => Just(None),
        3 => Just(Some(0.0)),
        6 => (0.0..500.0_f64).prop_map(Some),
        1 => (-300.0..0.0_f64).prop_map(Some),
        1 => (1e8..1e9_f64).prop_map(Some),
        1 => Just(Some(f64::NAN)),
        1 => Just(Some(f64::INFINITY)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_there_is_an_answer(
        spend in prop_oneof![prop::collection::vec(value(), 0..120), prop::collection::vec((0.0..900.0_f64).prop_map(Some), 0..120)],
        amount in prop_oneof![Just(0.0), Just(-5.0), 1.0..9_000.0_f64, Just(f64::NAN), Just(1e12)],
        weekdays in prop::array::uniform7(prop_oneof![Just(1.0), Just(0.0), Just(f64::NAN), 0.0..3.0_f64]),
        roll_over in prop::option::of(0.0..5_000.0_f64),
        begins in -90_i64..30, now in -3_i64..45, length in 0_i64..60,
        shifts in prop::collection::vec((0_i64..120, 0.0..10.0_f64), 0..4),
    ) {
        let day = |by: i64| date(2026, 3, 1).saturating_add(jiff::Span::new().days(by));
        let days = track(day(begins), spend);
        let period = DayRange::new(day(0), day(length)).expect("forwards");
        let plan = Plan { weekdays, idle: vec![DayRange::single(day(3))] };
        let of = Budget { period, plan, roll_over, ..budget(amount) };
        let shifts = shifts.into_iter().map(|(by, factor)| Shift { day: day(by - 60), factor }).collect();
        let spending = Spending { changed: vec![Changed { track: &days, shifts }], provisional_from: Some(day(2)), ..spending(&days) };
        let told = pace(&of, &spending, day(now), &Settings::default());
        prop_assert!((0.0..=1.0).contains(&told.confidence), "{told:?}");
        prop_assert!(told.required_daily.is_none_or(|daily| daily >= 0.0 && daily.is_finite()), "{told:?}");
        if let Some(projected) = &told.projected {
            let (low, high) = projected.interval;
            prop_assert!(low <= projected.total && projected.total <= high && high.is_finite(), "{told:?}");
        }
        let found = finding(&told);
        prop_assert_eq!(found.is_some(), matches!(told.verdict, Verdict::Over | Verdict::Under));
        prop_assert_eq!(found.and_then(|finding: Finding| finding.fault()), None);
        let parts = [Part { entity: entity(Level::Campaign), daily: recent_daily(&spending, day(now)), pace: Some(told.clone()) }];
        prop_assert!(allocate(&told, &parts, &Settings::default()).is_none_or(|a| a.parts[0].needed_daily.is_finite()));
    }
}
