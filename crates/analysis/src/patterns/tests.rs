//! Known patterns are found with their size, and accounts without one are told to have none.

use super::*;
use crate::forecast::Restated;
use crate::track::{Figures, Track};
use audience::Audience;
use budget::Goal;
use hours::{HourTrack, Rate};
use jiff::civil::date;
use proptest::prelude::*;
use trimtab_domain::{Source, finding::Level};
use wear::Lifetime;

const TODAY: Day = date(2026, 3, 30);

fn entity(level: Level, id: &str) -> EntityRef {
    EntityRef { level, source: Some(Source::Meta), account: "123".into(), id: id.into(), name: format!("Object {id}").into() }
}

fn euro() -> Currency {
    "EUR".parse().unwrap()
}

struct Dice(Shuffler);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(Shuffler(seed.wrapping_mul(7_919) ^ 0x5eed))
    }

    fn unit(&mut self) -> f64 {
        (self.0.below(1 << 40) as f64 + 0.5) / (1_u64 << 40) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn count(&mut self, mean: f64) -> f64 {
        if mean > 40.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0);
        }
        let (limit, mut product, mut count) = ((-mean).exp(), self.unit(), 0.0);
        while product > limit {
            product *= self.unit();
            count += 1.0;
        }
        count
    }
}

/// Hours whose volume has a shape, least in the morning, and whose days have a noise of their own; the conversion rate is `factor` times
/// the same everywhere.
fn week_hours(seed: u64, weeks: usize, factor: fn(usize, usize) -> f64) -> HourTrack {
    let mut dice = Dice::new(seed);
    let first = date(2026, 1, 5);
    let days = (0..weeks * 7).map(|day| {
        let mood = (0.1 * dice.normal() + 0.15 * (day as f64 / 20.0).sin()).exp();
        std::array::from_fn(|hour| {
            let clicks = dice.count(40.0 * (1.3 + ((hour as f64 - 14.0) / 24.0 * std::f64::consts::TAU).cos()));
            let conversions = dice.count(clicks * 0.04 * mood * factor(day % 7, hour));
            let revenue = conversions * 50.0 * (0.4 * dice.normal()).exp();
            Some(Figures { spend: clicks * 0.5, impressions: clicks * 70.0, clicks, conversions, revenue, reach: None })
        })
    });
    HourTrack { entity: entity(Level::Account, "123"), first, days: days.collect() }
}

#[test]
fn good_hours_are_found_with_their_size() {
    let evening = |_: usize, hour: usize| if (19..22).contains(&hour) { 1.6 } else { 1.0 };
    let found = hours::learn(&week_hours(1, 12, evening), Rate::Cvr, euro(), TODAY, &Settings::default()).expect("a pattern");
    let Picture::Hours(map) = &found.picture else { panic!("hours") };
    assert_eq!((map.cells.len(), map.hours.len(), map.weekdays.len()), (168, 24, 7));
    let better: Vec<usize> = map.hours.iter().filter(|c| c.differs && c.index > 1.0).map(|c| c.hour).collect();
    assert_eq!(better, [19, 20, 21]);
    let at_20 = &map.hours[20];
    // The others are worse than the whole, so 1.6 times them is about 1.5 times the whole.
    assert!((1.3..1.65).contains(&at_20.index), "{at_20:?}");
    assert!(at_20.interval.0 < at_20.value && at_20.value < at_20.interval.1);
    assert!(found.confidence.value > 0.5 && found.valid_until > TODAY, "{:?}", found.confidence);
    let finding = found.finding();
    assert_eq!(finding.fault(), None);
    assert!(finding.headline.contains(":00"), "{}", finding.headline);
}

#[test]
fn a_weak_weekend_shows_in_cost_and_return() {
    let weekend = |day: usize, _: usize| if day >= 5 { 0.6 } else { 1.0 };
    for rate in [Rate::Cpa, Rate::Roas] {
        let found = hours::learn(&week_hours(3, 16, weekend), rate, euro(), TODAY, &Settings::default()).expect("a pattern");
        let Picture::Hours(map) = &found.picture else { panic!("hours") };
        let worse: Vec<usize> = map.weekdays.iter().filter(|c| c.differs && c.index < 1.0).map(|c| c.weekday).collect();
        assert_eq!(worse, [5, 6], "{rate:?}");
        assert!(map.weekend.is_some_and(|w| (0.45..0.75).contains(&w)), "{:?}", map.weekend);
        assert_eq!(found.finding().fault(), None);
        let dear = map.weekdays[5].value > map.weekdays[2].value;
        assert_eq!(dear, rate == Rate::Cpa, "a conversion costs more on weekends, and a unit brings less");
    }
}

#[test]
fn hours_in_which_people_click_are_found_where_nobody_tells_what_they_buy() {
    let mut track = week_hours(5, 8, |_, _| 1.0);
    let noise = |clicks: f64, hour: usize| clicks * 70.0 * (0.02 * (clicks + hour as f64).sin()).exp();
    for (hour, f) in track.days.iter_mut().flat_map(|day| day.iter_mut().enumerate()) {
        let f = f.as_mut().unwrap();
        let better = if (19..22).contains(&hour) { 1.3 } else { 1.0 };
        (f.impressions, f.conversions, f.revenue) = (noise(f.clicks, hour) / better, 0.0, 0.0);
    }
    let found = hours::learn(&track, Rate::Ctr, euro(), TODAY, &Settings::default()).expect("a pattern");
    let Picture::Hours(map) = &found.picture else { panic!("hours") };
    let better: Vec<usize> = map.hours.iter().filter(|c| c.differs && c.index > 1.1).map(|c| c.hour).collect();
    assert_eq!((better, found.currency, map.rate.metric()), (vec![19, 20, 21], None, "ctr"));
    assert_eq!(found.finding().fault(), None);
    assert!(!found.finding().evidence[0].metrics.contains(&"conversions".into()), "of which nothing is known");
}

#[test]
fn accounts_without_good_hours_have_none() {
    const ACCOUNTS: u64 = 200;
    for rate in [Rate::Cvr, Rate::Cpa, Rate::Roas] {
        let told = |seed: &u64| hours::learn(&week_hours(*seed, 8, |_, _| 1.0), rate, euro(), TODAY, &Settings::default()).is_ok();
        let false_ones = (1_000..1_000 + ACCOUNTS).filter(told).count();
        assert!(false_ones * 20 <= 200, "{rate:?}: {false_ones} of {ACCOUNTS}");
    }
}

#[test]
fn hours_say_what_is_missing() {
    let settings = Settings::default();
    let short = hours::learn(&week_hours(1, 3, |_, _| 1.0), Rate::Cvr, euro(), TODAY, &settings).unwrap_err();
    assert_eq!(short, Because::TooShort { have: 21, need: 28 });
    let mut thin = week_hours(1, 8, |_, _| 1.0);
    for f in thin.days.iter_mut().flatten().flatten() {
        f.conversions = 0.0;
    }
    let none = hours::learn(&thin, Rate::Cvr, euro(), TODAY, &settings).unwrap_err();
    assert!(!none.is_known() && none.to_string().starts_with("cannot tell"), "{none}");
}

/// Weeks of a campaign whose spend moves by steps of some weeks, and whose results saturate at `half`.
fn spent(seed: u64, half: f64, varied: bool) -> Track {
    let mut dice = Dice::new(seed);
    let (mut level, mut wave) = (100.0, 0.0);
    let days = (0..26 * 7).map(|day| {
        if day % 21 == 0 && varied {
            level = 50.0 * 8.0_f64.powf(dice.unit());
        }
        wave = 0.9 * wave + 0.04 * dice.normal();
        let spend = level * (0.1 * dice.normal()).exp();
        let mean = if half.is_finite() { 40.0 * spend / (spend + half) } else { 0.1 * spend };
        Some(Figures { spend, conversions: dice.count(mean * wave.exp()), ..Figures::default() })
    });
    Track { entity: entity(Level::Campaign, "9"), first: date(2025, 9, 29), days: days.collect() }
}

#[test]
fn saturation_is_found_where_it_is() {
    let mut halves: Vec<f64> = Vec::new();
    let mut held = 0;
    for seed in 0..40 {
        let Ok(found) = budget::learn(&spent(seed, 200.0, true), Goal::Conversions, Some(20.0), None, euro(), TODAY) else {
            continue;
        };
        let Picture::Budget(spot) = &found.picture else { panic!("budget") };
        assert!(spot.curve.windows(2).all(|w| w[1].marginal <= w[0].marginal && w[1].result >= w[0].result));
        halves.extend(spot.diminishing_at);
        held += usize::from(spot.interval.0 <= 200.0 && spot.interval.1.is_none_or(|high| high >= 200.0));
        assert_eq!(found.finding().fault(), None);
    }
    assert!(halves.len() >= 32 && held >= 30, "{} found, {held} held", halves.len());
    halves.sort_by(f64::total_cmp);
    assert!((150.0..270.0).contains(&halves[halves.len() / 2]), "{halves:?}");
}

#[test]
fn straight_returns_are_not_told_to_diminish() {
    let told = (0..200)
        .filter(|seed| budget::learn(&spent(*seed, f64::INFINITY, true), Goal::Conversions, None, None, euro(), TODAY).is_ok());
    let told = told.count();
    assert!(told <= 10, "{told} of 200");
}

#[test]
fn spend_that_never_varied_tells_nothing() {
    let answer = budget::learn(&spent(1, 200.0, false), Goal::Conversions, None, None, euro(), TODAY);
    assert!(matches!(answer, Err(Because::NoVariation { .. })), "{answer:?}");
}

fn group(dice: &mut Dice, id: usize, per_week: f64, days: usize) -> Track {
    let mut wave = 0.0;
    let day = |t: usize| {
        wave = 0.6 * wave + 0.05 * dice.normal();
        let impressions = 20_000.0 * (0.1 * dice.normal()).exp();
        let rate = 0.012 * (wave + 0.2 * (t as f64 / 30.0).sin()).exp() * (1.0 - per_week).powf(t as f64 / 7.0);
        Some(Figures {
            impressions,
            clicks: dice.count(impressions * rate),
            spend: 100.0,
            reach: Some(impressions / 1.4),
            ..Figures::default()
        })
    };
    Track { entity: entity(Level::AdGroup, &id.to_string()), first: date(2025, 12, 1), days: (0..days).map(day).collect() }
}

fn decays(seed: u64, losing: &[f64]) -> Result<Pattern, Because> {
    let mut dice = Dice::new(seed);
    let tracks: Vec<Track> = losing.iter().enumerate().map(|(i, loss)| group(&mut dice, i, *loss, 90)).collect();
    let groups: Vec<Audience<'_>> = tracks.iter().map(|track| Audience { track, new_ads: 2 }).collect();
    audience::learn(&groups, entity(Level::Account, "123"), TODAY, &Settings::default())
}

#[test]
fn a_decaying_audience_is_told_with_its_pace() {
    let found = decays(4, &[0.05, 0.0, 0.0, 0.0, 0.0, 0.0]).expect("a pattern");
    let Picture::Audience(told) = &found.picture else { panic!("audiences") };
    assert_eq!((told.decays.len(), told.of, told.decays[0].entity.id.as_str()), (1, 6, "0"));
    assert!((0.03..0.07).contains(&told.decays[0].per_week), "{:?}", told.decays);
    assert!(told.decays[0].frequency.is_some_and(|(a, _)| (a - 1.4).abs() < 0.01));
    assert_eq!(found.finding().fault(), None);
}

#[test]
fn steady_audiences_do_not_decay() {
    let told = (0..100).filter(|seed| decays(*seed, &[0.0; 5]).is_ok()).count();
    assert!(told <= 5, "{told} of 100");
    assert!(matches!(decays(1, &[0.0; 2]), Err(Because::TooFew { .. })));
}

#[test]
fn lifetimes_have_their_middle() {
    // Tired ages 10, 20 … 100, and ten ads seen for 50 days that were not.
    let mut all: Vec<Lifetime> = (1..=10).map(|i| Lifetime { days: f64::from(i) * 10.0, tired: true }).collect();
    all.extend((0..10).map(|_| Lifetime { days: 55.0, tired: false }));
    let seen = (date(2025, 10, 1), date(2026, 3, 29));
    let found = wear::learn(&all, entity(Level::Account, "123"), seen, TODAY).expect("ten tired ads");
    let Picture::Wear(wear) = &found.picture else { panic!("wear") };
    // Five of twenty by day 50, then a fifth of those left at each step: 0.75, 0.6, 0.45.
    assert_eq!((wear.first_quarter_days, wear.typical_days, wear.tired), (Some(50.0), Some(70.0), 10));
    assert!(wear.curve.windows(2).all(|w| w[1].share <= w[0].share && w[0].interval.0 <= w[0].share));
    assert_eq!(found.finding().fault(), None);
    assert!(matches!(wear::learn(&all[..4], entity(Level::Account, "123"), seen, TODAY), Err(Because::TooFew { .. })));
}

#[test]
fn lag_is_that_of_the_days() {
    let mut dice = Dice::new(5);
    let day = |_| {
        let last = 80.0 + 20.0 * dice.unit();
        Restated { seen: vec![(0, 0.55 * last), (1, 0.8 * last), (3, 0.92 * last), (7, last)] }
    };
    let days: Vec<Restated> = (0..30).map(day).collect();
    let seen = (date(2026, 2, 1), date(2026, 3, 2));
    let found = lag::learn(&days, 7, entity(Level::Account, "123"), seen, TODAY).expect("a curve");
    let Picture::Lag(curve) = &found.picture else { panic!("lag") };
    assert!((curve.shares[0].share - 0.55).abs() < 1e-9 && (curve.shares[2].share - 0.8).abs() < 1e-9);
    assert_eq!((curve.half_days, curve.most_days), (0, 3));
    assert_eq!(found.finding().fault(), None);
    let at_once: Vec<Restated> = (0..30).map(|_| Restated { seen: vec![(0, 50.0), (7, 50.0)] }).collect();
    assert!(matches!(lag::learn(&at_once, 7, entity(Level::Account, "123"), seen, TODAY), Err(Because::NoPattern { .. })));
    assert!(matches!(lag::learn(&days[..5], 7, entity(Level::Account, "123"), seen, TODAY), Err(Because::TooFew { .. })));
    let delays: Vec<f64> = (0..200).map(|i| f64::from(i % 10)).collect();
    let found = lag::of_delays(&delays, 14, entity(Level::Account, "123"), seen, TODAY).expect("a curve");
    let Picture::Lag(curve) = &found.picture else { panic!("lag") };
    assert_eq!((curve.half_days, curve.most_days), (4, 8));
}

fn daily(seed: u64, days: usize, factor: impl Fn(Day) -> f64) -> Track {
    let mut dice = Dice::new(seed);
    let mut track = Track { entity: entity(Level::Account, "123"), first: date(2024, 1, 1), days: vec![] };
    let mut wave = 0.0;
    for place in 0..days {
        wave = 0.5 * wave + 0.1 * dice.normal();
        let conversions = dice.count(60.0 * f64::exp(wave + 0.0004 * place as f64) * factor(track.day(place)));
        track.days.push(Some(Figures { conversions, spend: 100.0, ..Figures::default() }));
    }
    track
}

#[test]
fn weekdays_and_months_have_their_profile() {
    let december = |day: Day| if day.month() == 12 { 1.6 } else { 1.0 };
    let sunday = |day: Day| if day.weekday() == jiff::civil::Weekday::Sunday { 0.7 } else { 1.0 };
    let track = daily(2, 1_096, |day| december(day) * sunday(day));
    let found = season::learn(&track, "conversions", None, date(2027, 1, 1), &Settings::default()).expect("a profile");
    let Picture::Season(profile) = &found.picture else { panic!("season") };
    let weekdays = profile.weekdays.as_ref().expect("weekdays");
    assert!((0.65..0.8).contains(&weekdays[6].index) && weekdays[..6].iter().all(|p| p.index > 0.98), "{weekdays:?}");
    let months = profile.months.as_ref().expect("months");
    assert!((1.4..1.75).contains(&months[11].index) && months[..11].iter().all(|p| p.index < 1.15), "{months:?}");
    assert_eq!(found.finding().fault(), None);
    let year = Track { days: track.days[..365].to_vec(), ..track };
    let found = season::learn(&year, "conversions", None, date(2025, 1, 1), &Settings::default()).expect("weekdays");
    let Picture::Season(profile) = &found.picture else { panic!("season") };
    assert!(matches!(profile.months, Err(Because::TooShort { .. })), "one year cannot tell a season from growth");
}

#[test]
fn years_without_a_season_have_none() {
    let told = |seed: &u64| season::learn(&daily(*seed, 1_096, |_| 1.0), "conversions", None, TODAY, &Settings::default()).is_ok();
    let told = (0..100).filter(told).count();
    assert!(told <= 5, "{told} of 100");
}

#[test]
fn patterns_are_learnt_weekly_and_end() {
    assert!(is_due(None, TODAY) && is_due(Some(date(2026, 3, 23)), TODAY) && !is_due(Some(date(2026, 3, 24)), TODAY));
    assert_eq!(valid_until(TODAY, (date(2026, 3, 1), date(2026, 3, 20))), date(2026, 4, 13));
    assert_eq!(valid_until(TODAY, (date(2020, 3, 1), date(2026, 3, 20))), date(2026, 6, 28));
    assert_eq!(PatternKind::ALL.map(PatternKind::as_str)[5], "seasonal");
}

fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), Just(-50.0), Just(1e9), Just(f64::NAN), Just(1e300), -10.0..1e4_f64]
}

fn figures() -> impl Strategy<Value = Option<Figures>> {
    let figures = (wild(), wild(), wild(), wild(), wild(), proptest::option::of(wild())).prop_map(
        |(spend, impressions, clicks, conversions, revenue, reach)| Figures {
            spend,
            impressions,
            clicks,
            conversions,
            revenue,
            reach,
        },
    );
    proptest::option::of(figures)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn absurd_figures_never_panic(days in proptest::collection::vec(figures(), 0..200), same in figures(), constant in any::<bool>()) {
        let days = if constant { vec![same; days.len()] } else { days };
        let settings = Settings::default();
        let track = Track { entity: entity(Level::Campaign, "9"), first: date(2025, 1, 1), days };
        let check = |found: Result<Pattern, Because>| match found {
            Ok(found) => assert_eq!(found.finding().fault(), None),
            Err(because) => assert!(!because.to_string().is_empty()),
        };
        let hourly = HourTrack {
            entity: track.entity.clone(),
            first: track.first,
            days: track.days.chunks_exact(2).map(|two| std::array::from_fn(|hour| two[hour % 2])).collect(),
        };
        for rate in [Rate::Cvr, Rate::Cpa, Rate::Roas, Rate::Ctr] {
            check(hours::learn(&hourly, rate, euro(), TODAY, &settings));
        }
        check(budget::learn(&track, Goal::Conversions, Some(3.0), None, euro(), TODAY));
        check(budget::learn(&track, Goal::Revenue, None, Some(date(2025, 3, 1)), euro(), TODAY));
        check(season::learn(&track, "roas", None, TODAY, &settings));
        let groups = [Audience { track: &track, new_ads: 0 }; 4];
        check(audience::learn(&groups, track.entity.clone(), TODAY, &settings));
        let numbers: Vec<f64> = track.days.iter().flatten().map(|f| f.spend).collect();
        let lives: Vec<Lifetime> = numbers.iter().enumerate().map(|(i, v)| Lifetime { days: *v, tired: i % 2 == 0 }).collect();
        let seen = (date(2025, 1, 1), date(2025, 5, 1));
        check(wear::learn(&lives, track.entity.clone(), seen, TODAY));
        check(lag::of_delays(&numbers, 28, track.entity.clone(), seen, TODAY));
        let restated: Vec<Restated> = numbers.chunks(4).map(|c| Restated { seen: c.iter().enumerate().map(|(i, v)| (i * 9, *v)).collect() }).collect();
        check(lag::learn(&restated, 20, track.entity.clone(), seen, TODAY));
    }
}
