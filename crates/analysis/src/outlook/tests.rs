use super::*;
use crate::forecast::{Because, Restated};
use crate::track::Figures;
use jiff::civil::date;
use proptest::prelude::*;
use trimtab_domain::{
    Source,
    finding::{EventKind, KnownEvent, Level},
};

fn entity(level: Level, id: &str) -> EntityRef {
    EntityRef { level, source: Some(Source::Meta), account: "1".into(), id: id.into(), name: id.into() }
}

fn figures(spend: f64) -> Figures {
    Figures { spend, impressions: spend * 100.0, clicks: spend * 2.0, conversions: spend / 10.0, revenue: spend * 3.0, reach: None }
}

/// Between −½ and ½, the same every time.
fn dice(t: usize, salt: usize) -> f64 {
    let mixed = (t * 31 + salt * 977 + 17).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    mixed as f64 / f64::from(1 << 24) - 0.5
}

/// Campaigns by their spend per day, each with a weekly habit and noise.
fn tracks(days: usize, campaigns: &[(&str, &dyn Fn(usize) -> Option<f64>)]) -> AccountTracks {
    let first = date(2026, 1, 1);
    let track = |(salt, (id, spend)): (usize, &(&str, &dyn Fn(usize) -> Option<f64>))| {
        let day =
            |t: usize| spend(t).map(|s| figures(s * [1.0, 0.9, 0.7, 0.8, 1.1, 1.2, 1.1][t % 7] * (1.0 + 0.1 * dice(t, salt))));
        Track { entity: entity(Level::Campaign, id), first, days: (0..days).map(day).collect() }
    };
    let campaigns: Vec<Track> = campaigns.iter().enumerate().map(track).collect();
    let sum = |t: usize| Some(campaigns.iter().filter_map(|track| track.days[t]).fold(Figures::default(), Figures::plus));
    let account = Track { entity: entity(Level::Account, "1"), first, days: (0..days).map(sum).collect() };
    let currency = "EUR".parse().expect("a currency");
    AccountTracks { account, currency, provisional_from: None, campaigns, events: vec![] }
}

fn ask(tracks: &AccountTracks, horizon: usize) -> Ask {
    Ask {
        today: tracks.account.day(tracks.account.days.len()),
        horizon,
        figures: Figure::ALL.to_vec(),
        campaigns: true,
        holidays: vec![],
        lags: Lags::default(),
    }
}

fn told(object: &ObjectOutlook, figure: Figure) -> &Told {
    object.series.iter().find(|s| s.figure == figure).and_then(|s| s.told.as_ref().ok()).expect("it can be told")
}

fn steady(level: f64) -> impl Fn(usize) -> Option<f64> {
    move |_| Some(level)
}

#[test]
fn campaigns_add_up_to_the_account() {
    let late = |t: usize| (t >= 137).then_some(80.0);
    let tracks = tracks(140, &[("a", &steady(100.0)), ("b", &steady(50.0)), ("late", &late)]);
    let out = outlook(&tracks, &ask(&tracks, 14));
    let others = out.others.as_ref().expect("three days of 'late' tell nothing");
    assert_eq!(out.campaigns[2].series[0].told, Err(Because::TooShort { known: 3, needed: 14 }));
    for figure in Figure::ALL {
        let parts = [&out.campaigns[0], &out.campaigns[1], others].map(|object| told(object, figure));
        for (h, whole) in told(&out.account, figure).days.iter().enumerate() {
            let sum: f64 = parts.iter().map(|part| part.days[h].value).sum();
            assert!((sum - whole.value).abs() <= 1e-6 * whole.value, "{figure:?} {h}: {sum} for {}", whole.value);
            assert!(whole.within_95.0 <= whole.within_80.0 && whole.within_80.1 <= whole.within_95.1);
        }
    }
    let whole = told(&out.account, Figure::Spend);
    assert_eq!((whole.days[0].day, whole.days.len()), (ask(&tracks, 1).today, 14));
    assert!(whole.total.within_80.0 <= whole.total.value && whole.total.value <= whole.total.within_80.1);
}

#[test]
fn ratios_are_of_sums() {
    let tracks = tracks(100, &[("a", &steady(100.0))]);
    let out = outlook(&tracks, &Ask { campaigns: false, ..ask(&tracks, 7) });
    assert!(out.campaigns.is_empty() && out.others.is_none());
    let whole = told(&out.account, Figure::Spend);
    let day_by_day: f64 = whole.days.iter().map(|day| day.within_95.1 - day.within_95.0).sum();
    assert!(whole.total.within_95.1 - whole.total.within_95.0 < day_by_day, "a sum is surer than its days are together");
    let ratio = |metric: &str| out.account.ratios.iter().find(|ratio| ratio.metric == metric).and_then(|ratio| ratio.value);
    let sum = |figure| told(&out.account, figure).total.value;
    assert_eq!(ratio("roas"), Some(sum(Figure::Revenue) / sum(Figure::Spend)));
    assert!(
        ratio("roas").is_some_and(|roas| (roas - 3.0).abs() < 0.05) && ratio("cpa").is_some_and(|cpa| (cpa - 10.0).abs() < 0.2)
    );
}

#[test]
fn a_tail_that_is_not_all_in_is_put_right_or_left_out() {
    let truth = tracks(120, &[("a", &steady(100.0)), ("b", &steady(60.0))]);
    let share = |age: usize| [0.6, 0.8, 0.9].get(age).copied().unwrap_or(1.0);
    let mut seen = truth.clone();
    seen.provisional_from = Some(truth.account.day(117));
    for track in std::iter::once(&mut seen.account).chain(&mut seen.campaigns) {
        for (age, day) in track.days.iter_mut().rev().enumerate().take(3) {
            day.iter_mut().for_each(|day| day.revenue *= share(age));
        }
    }
    let day = |t: usize| {
        let last = truth.account.days[t].map_or(0.0, |day| day.revenue);
        Restated { seen: (0..=3.min(119 - t)).map(|age| (age, last * share(age))).collect() }
    };
    let learnt = Completion::learn(&(0..120).map(day).collect::<Vec<_>>(), 3).expect("months are settled");
    let with = |revenue: Option<Completion>| {
        let ask = Ask { lags: Lags { conversions: None, revenue }, ..ask(&seen, 7) };
        let out = outlook(&seen, &ask);
        let one = told(&out.account, Figure::Revenue);
        (one.total.value, one.notes.clone())
    };
    let want = told(&outlook(&truth, &ask(&truth, 7)).account, Figure::Revenue).total.value;
    for (got, note) in [(with(Some(learnt)), Said::Corrected { days: 3 }), (with(None), Said::LagUnknown { days: 3 })] {
        assert!((got.0 / want - 1.0).abs() < 0.04, "{got:?} for {want}");
        assert!(got.1.contains(&note), "{got:?}");
    }
}

#[test]
fn what_was_switched_off_stays_off() {
    let off = |t: usize| (t < 115).then_some(90.0);
    let mut tracks = tracks(120, &[("a", &steady(100.0)), ("off", &off)]);
    let spend = |tracks: &AccountTracks| told(&outlook(tracks, &ask(tracks, 7)).campaigns[1], Figure::Spend).clone();
    let day = tracks.account.day(115);
    tracks.events.push(KnownEvent {
        day,
        entity: entity(Level::Campaign, "off"),
        kind: EventKind::Status,
        before: String::new(),
        after: String::new(),
        factor: None,
        by: None,
    });
    let known = spend(&tracks);
    assert!(known.total.value == 0.0 && known.notes.contains(&Said::SwitchedOff { since: day }), "{known:?}");
}

#[test]
fn what_cannot_be_told_is_said() {
    let short = tracks(3, &[("a", &steady(100.0))]);
    let out = outlook(&short, &ask(&short, 7));
    assert!(
        out.account
            .series
            .iter()
            .chain(&out.campaigns[0].series)
            .all(|s| s.told == Err(Because::TooShort { known: 3, needed: 14 }))
    );
    let long = tracks(200, &[("a", &steady(100.0))]);
    let far = outlook(&long, &ask(&long, 91)).account.series[0].told.clone();
    assert_eq!(far, Err(Because::TooFar { horizon: 91, most: HORIZON_MAX }));
    assert_eq!(outlook(&long, &ask(&long, 0)).account.series[0].told, Err(Because::NoHorizon));
    let empty = tracks(0, &[]);
    assert_eq!(outlook(&empty, &ask(&empty, 7)).account.series[0].told, Err(Because::NothingKnown));
}

#[test]
fn a_day_the_account_was_read_is_zero_for_who_had_no_row() {
    let mut all = tracks(6, &[("a", &|t| [None, Some(1.0), None, Some(1.0), None, None][t])]);
    all.account.days[4] = None;
    let days: Vec<_> = where_read(&all.campaigns[0], &all.account).days.iter().map(|d| d.map(|d| d.spend > 0.0)).collect();
    assert_eq!(days, [None, Some(true), Some(false), Some(true), None, Some(false)]);
}

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        1 => Just(None), 2 => Just(Some(0.0)), 6 => (0.0..500.0_f64).prop_map(Some),
        1 => (-50.0..0.0_f64).prop_map(Some), 1 => (1e8..1e9_f64).prop_map(Some),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_there_is_an_answer(
        a in prop::collection::vec(value(), 70), b in prop::collection::vec(value(), 70),
        days in 0_usize..70, horizon in 0_usize..40, provisional in prop::option::of(0_usize..90),
    ) {
        let mut tracks = tracks(days, &[("a", &|t| a[t]), ("b", &|t| b[t])]);
        tracks.provisional_from = provisional.map(|at| tracks.account.day(at));
        let out = outlook(&tracks, &ask(&tracks, horizon));
        for object in std::iter::once(&out.account).chain(&out.campaigns).chain(&out.others) {
            for told in object.series.iter().filter_map(|series| series.told.as_ref().ok()) {
                prop_assert_eq!(told.days.len(), horizon);
                let (low, high) = told.total.within_80;
                prop_assert!(low <= told.total.value && told.total.value <= high && high.is_finite(), "{:?}", told.total);
                for day in &told.days {
                    let ((low, high), (lowest, highest)) = (day.within_80, day.within_95);
                    prop_assert!(lowest <= low && low <= high && high <= highest && highest.is_finite() && lowest.is_finite(), "{day:?}");
                }
            }
        }
    }
}
