//! Worn ads are told, steady ones are not, and what else explains a fall is named.

use super::*;
use crate::track::Figures;
use jiff::civil::date;
use proptest::prelude::*;
use trimtab_domain::{
    Source,
    finding::{EventKind, Level, Severity},
};

const FIRST: Day = date(2026, 1, 1);

struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// An ad shown some 8,000 times a day at a click rate of 1.2 % times `appeal`, with a noise of which half is handed on.
fn ad(seed: u64, days: usize, appeal: impl Fn(usize) -> f64) -> Track {
    let mut dice = Dice(seed.wrapping_mul(7_919).wrapping_add(13));
    let mut wave = 0.0;
    let day = |t: usize| {
        wave = 0.5 * wave + 0.04 * dice.normal();
        let impressions = (8_000.0 * (0.15 * dice.normal()).exp()).round();
        let mean = impressions * 0.012 * wave.exp() * appeal(t);
        let clicks = (mean + mean.sqrt() * dice.normal()).round().clamp(0.0, impressions);
        let reach = Some(impressions / (1.2 + 0.01 * t as f64));
        Some(Figures { spend: impressions * 0.007, impressions, clicks, conversions: clicks * 0.04, revenue: clicks * 2.0, reach })
    };
    let entity = EntityRef {
        level: Level::Ad,
        source: Some(Source::Meta),
        account: "123".into(),
        id: seed.to_string().into(),
        name: format!("Ad {seed}").into(),
    };
    Track { entity, first: FIRST, days: (0..days).map(day).collect() }
}

fn steady(_: usize) -> f64 {
    1.0
}

/// The first two in one campaign, the others in another.
fn told(tracks: &[Track], events: &[KnownEvent], placements: &[Track]) -> Vec<Diagnosis> {
    let subject = |i: usize| Subject {
        track: &tracks[i],
        campaign: if i < 3 { "c1" } else { "c2" },
        ad_group: "g",
        created: Some(FIRST),
        placements: if i == 0 { placements } else { &[] },
    };
    let subjects: Vec<Subject<'_>> = (0..tracks.len()).map(subject).collect();
    diagnose(&subjects, events, None, &Settings::default())
}

/// One ad among five steady ones.
fn among_steady(first: Track, events: &[KnownEvent], placements: &[Track]) -> Diagnosis {
    let days = first.days.len();
    let mut tracks = vec![first];
    tracks.extend((100..105).map(|seed| ad(seed, days, steady)));
    told(&tracks, events, placements).swap_remove(0)
}

fn event(kind: EventKind, day: usize, factor: Option<f64>) -> KnownEvent {
    let entity =
        EntityRef { level: Level::Campaign, source: Some(Source::Meta), account: "123".into(), id: "c1".into(), name: "C".into() };
    let day = ad(1, 90, steady).day(day);
    KnownEvent { day, entity, kind, before: String::new(), after: String::new(), factor, by: None }
}

fn confounder(of: &Diagnosis) -> Option<Confounder> {
    match of.verdict {
        Verdict::NotEstablished { because: Unproven::Confounded(which) } => Some(which),
        _ => None,
    }
}

#[test]
fn a_worn_ad_is_told_with_what_it_lost() {
    let worn = |t: usize| 0.5 + 0.5 * (-(t as f64) / 15.0).exp();
    let of = among_steady(ad(1, 60, worn), &[], &[]);
    let loss = of.loss.expect("a loss");
    assert_eq!(of.verdict, Verdict::Fatigued, "{of:?}");
    assert!((0.3..0.55).contains(&loss.own) && loss.interval.0 < loss.own && loss.own < loss.interval.1, "{loss:?}");
    assert_eq!(of.days_left.map(|d| d.days), Some(0.0));
    assert!(of.frequency.is_some_and(|f| f.rises && f.after > f.before), "{:?}", of.frequency);
    assert!(of.confidence > 0.7 && of.tired_on.is_some_and(|day| day < date(2026, 2, 5)), "{of:?}");
    let finding = of.finding().expect("a finding");
    assert_eq!((finding.fault(), finding.rule.as_str()), (None, "creative_fatigue"));
    assert!(finding.severity >= Severity::Warning && finding.actions.iter().any(|a| a.contains("Cap frequency")));
    assert!(finding.cause.is_some_and(|c| c.text.contains("Ruled out")) && !finding.doubt.is_empty());
}

#[test]
fn worn_ads_of_a_campaign_are_one_finding_and_the_worst_comes_first() {
    let worn = |to: f64| move |t: usize| to + (1.0 - to) * (-(t as f64) / 15.0).exp();
    let campaign = EntityRef { level: Level::Campaign, id: "c1".into(), name: "Spring".into(), ..ad(1, 1, steady).entity };
    let of = |days: usize| {
        let tracks =
            [ad(1, days, worn(0.6)), ad(2, days, worn(0.45)), ad(3, days, steady), ad(4, days, steady), ad(5, days, steady)];
        let told = told(&tracks, &[], &[]);
        campaign_findings(told.iter().enumerate().map(|(i, of)| ((i < 3).then_some(&campaign), of)))
    };
    let found = of(60);
    let [finding] = &found[..] else { panic!("one campaign has worn ads: {found:?}") };
    assert_eq!((finding.fault(), &finding.entity, finding.severity), (None, &campaign, Severity::Warning));
    assert!(finding.headline.starts_with("2 ads of Spring are worn out, Ad 2 most"), "{}", finding.headline);
    let named: Vec<&str> = finding
        .contributions
        .iter()
        .filter_map(|part| match &part.part {
            trimtab_domain::finding::ContributionPart::Entity(entity) => Some(entity.id.as_str()),
            trimtab_domain::finding::ContributionPart::Metric(_) => None,
        })
        .collect();
    assert_eq!(named, ["2", "1"]);
    assert!((finding.contributions.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-9);
    let moved = finding.value.unwrap() - finding.expected.unwrap();
    assert!((finding.contributions.iter().map(|part| part.change).sum::<f64>() - moved).abs() < 1e-9, "parts make the whole");
    assert_eq!(of(64)[0].id, finding.id, "the same campaign's wear is the same finding on another day");
    let nobody = campaign_findings(told(&[ad(1, 60, worn(0.45)), ad(6, 60, steady)], &[], &[]).iter().map(|of| (None, of)));
    assert!(nobody.iter().all(|finding| finding.entity.level == Level::Ad), "without a known campaign an ad stands for itself");
}

#[test]
fn a_wearing_ad_has_days_left() {
    // It loses 0.4 % a day: a fifth in 60 days, a quarter by day 72.
    let (mut told, mut near) = (0, 0);
    for seed in 1..=20 {
        let of = among_steady(ad(seed, 60, |t| (-0.004 * t as f64).exp()), &[], &[]);
        if of.verdict != Verdict::Wearing {
            continue;
        }
        told += 1;
        assert_eq!(of.finding().map(|f| (f.fault(), f.severity)), Some((None, Severity::Info)));
        let truth = 12.0;
        near += usize::from(of.days_left.is_some_and(|d| d.from <= truth && d.to.is_none_or(|to| to >= truth)));
    }
    assert!(told >= 12 && near * 10 >= told * 7, "{told} told, {near} with the right day within");
}

#[test]
fn steady_ads_are_seldom_accused() {
    let flagged: usize = (0..40)
        .map(|round| {
            let tracks: Vec<Track> = (0..10).map(|i| ad(round * 10 + i + 1_000, 60, steady)).collect();
            told(&tracks, &[], &[]).iter().filter(|d| d.finding().is_some()).count()
        })
        .sum();
    assert!(flagged <= 6, "{flagged} of 400");
}

#[test]
fn a_season_is_no_wear() {
    let season = |t: usize| (-0.006 * t as f64).exp();
    let tracks: Vec<Track> = (0..6).map(|seed| ad(seed + 1, 60, season)).collect();
    for of in told(&tracks, &[], &[]) {
        assert!(matches!(confounder(&of), Some(Confounder::Account | Confounder::Campaign)), "{of:?}");
        assert!(of.finding().is_none());
    }
}

#[test]
fn siblings_that_began_together_tell_nothing_against_each_other() {
    // Three ads of one campaign wear alike, beside steady ones of another.
    let worn = |since: usize| move |t: usize| 0.5 + 0.5 * (-(t.saturating_sub(since) as f64) / 15.0).exp();
    let campaign = |begins: [usize; 3]| {
        let mut tracks: Vec<Track> = begins.iter().zip(1..).map(|(since, seed)| ad(seed, 90, worn(*since))).collect();
        tracks.iter_mut().zip(begins).for_each(|(track, since)| track.days[..since].fill(None));
        tracks.extend((100..103).map(|seed| ad(seed, 90, steady)));
        told(&tracks, &[], &[])
    };
    for of in &campaign([20, 21, 23])[..3] {
        assert_eq!(of.verdict, Verdict::Fatigued, "{of:?}");
        let ruling = of.rulings.iter().find(|r| r.confounder == Confounder::Campaign);
        assert!(ruling.is_some_and(|r| r.ruled == Ruled::Unknown && r.text.contains("2 began with it")), "{of:?}");
    }
    // Nobody saw those begin that are there on the first day: the campaign may be why.
    let old = &campaign([0, 0, 0])[0];
    assert_eq!(confounder(old), Some(Confounder::Campaign), "{old:?}");
}

#[test]
fn a_dear_week_that_passed_is_not_why_a_rate_stays_low() {
    let worn = |t: usize| 0.45 + 0.55 * (-(t as f64) / 12.0).exp();
    let mut tracks = vec![ad(5, 60, worn)];
    tracks.extend((100..105).map(|seed| ad(seed, 60, steady)));
    for f in tracks.iter_mut().flat_map(|t| &mut t.days[12..18]).flatten() {
        f.spend *= 1.8;
    }
    for f in tracks.iter_mut().flat_map(|t| &mut t.days[53..]).flatten() {
        f.spend *= 1.3;
    }
    let of = &told(&tracks, &[], &[])[0];
    assert_eq!(of.verdict, Verdict::Fatigued, "{of:?}");
}

#[test]
fn a_step_belongs_to_what_happened() {
    let step = |t: usize| if t < 30 { 1.0 } else { 0.7 };
    for (kind, factor, which) in [
        (EventKind::Budget, Some(1.8), Confounder::Budget),
        (EventKind::Learning, None, Confounder::Learning),
        (EventKind::Edited, None, Confounder::Edit),
    ] {
        let told: Vec<Diagnosis> = (1..=20).map(|seed| among_steady(ad(seed, 60, step), &[event(kind, 30, factor)], &[])).collect();
        let named = told.iter().filter(|of| confounder(of) == Some(which)).count();
        let accused = told.iter().filter(|of| of.finding().is_some()).count();
        assert!(named >= 15 && accused <= 1, "{which}: {named} named, {accused} accused");
    }
    let small = among_steady(ad(5, 60, step), &[event(EventKind::Budget, 30, Some(1.1))], &[]);
    assert_ne!(confounder(&small), Some(Confounder::Budget), "a tenth more moves nobody");
}

#[test]
fn a_step_nobody_knows_of_is_no_wear() {
    let step = |t: usize| if t < 30 { 1.0 } else { 0.7 };
    let told: Vec<Diagnosis> = (1..=20).map(|seed| among_steady(ad(seed, 60, step), &[], &[])).collect();
    let accused = told.iter().filter(|of| of.finding().is_some()).count();
    assert!(accused <= 6, "{accused} of 20");
    assert!(told.iter().any(|of| confounder(of) == Some(Confounder::Step)));
}

#[test]
fn a_dearer_auction_is_named() {
    let step = |t: usize| if t < 30 { 1.0 } else { 0.7 };
    let mut tracks = vec![ad(5, 60, step)];
    tracks.extend((100..105).map(|seed| ad(seed, 60, steady)));
    for f in tracks.iter_mut().flat_map(|t| &mut t.days[30..]).flatten() {
        f.spend *= 1.2;
    }
    let of = &told(&tracks, &[], &[])[0];
    assert!(of.rulings.iter().any(|r| (r.confounder, r.ruled) == (Confounder::Auction, Ruled::Explains)), "{of:?}");
}

#[test]
fn wear_goes_on_between_events() {
    let worn = |t: usize| (-0.012 * t as f64).exp();
    let events =
        [event(EventKind::Budget, 20, Some(1.5)), event(EventKind::Learning, 20, None), event(EventKind::Budget, 41, Some(0.7))];
    let of = among_steady(ad(7, 60, worn), &events, &[]);
    assert_eq!(of.verdict, Verdict::Fatigued, "{of:?}");
}

#[test]
fn a_shift_between_placements_is_no_wear() {
    // Feed has 1.8 %, stories 0.6 %; stories grow from a tenth to nine tenths.
    let mut feed = ad(3, 60, |_| 1.5);
    let mut stories = ad(4, 60, |_| 0.5);
    let scale = |f: &mut Figures, by: f64| {
        (f.impressions, f.clicks, f.spend) = (f.impressions * by, f.clicks * by, f.spend * by);
        f.reach = None;
    };
    for t in 0..60 {
        let share = 0.1 + 0.8 * t as f64 / 59.0;
        feed.days[t].iter_mut().for_each(|f| scale(f, 1.0 - share));
        stories.days[t].iter_mut().for_each(|f| scale(f, share));
    }
    let both = Track {
        days: feed.days.iter().zip(&stories.days).map(|(a, b)| Some(a.unwrap().plus(b.unwrap()))).collect(),
        ..ad(3, 60, steady)
    };
    let of = among_steady(both.clone(), &[], &[feed, stories]);
    assert_eq!(confounder(&of), Some(Confounder::Placement), "{of:?}");
    let unknown = among_steady(both, &[], &[]);
    assert!(unknown.finding().is_some_and(|f| f.doubt.contains("placement")), "what was not checked is said");
}

#[test]
fn clicks_that_are_not_counted_are_no_wear() {
    let mut silent = ad(6, 30, |t| 1.0 - 0.002 * t as f64);
    for f in silent.days[24..].iter_mut().flatten() {
        f.clicks = 0.0;
    }
    let of = among_steady(silent, &[], &[]);
    assert!(of.finding().is_none(), "{of:?}");
}

#[test]
fn what_cannot_be_told_is_said() {
    let because = |track: Track| match among_steady(track, &[], &[]).verdict {
        Verdict::CannotTell { because } => because,
        verdict => panic!("{verdict:?}"),
    };
    assert_eq!(because(ad(1, 9, steady)), CannotTell::TooYoung { have: 9, need: 14 });
    let mut paused = ad(1, 40, steady);
    paused.days[30..].fill(None);
    assert_eq!(because(paused), CannotTell::NotRunning);
    let mut rare = ad(1, 40, steady);
    rare.days.iter_mut().flatten().for_each(|f| f.clicks = (f.clicks / 100.0).round());
    assert!(matches!(because(rare), CannotTell::TooFewClicks { .. }));
    assert!(diagnose(&[], &[], None, &Settings::default()).is_empty());
}

#[test]
fn ads_older_than_the_figures_are_doubted() {
    let track = ad(1, 60, |t| (-0.01 * t as f64).exp());
    let other = [ad(100, 60, steady), ad(101, 60, steady)];
    let all = [(&track, Some(date(2025, 6, 1))), (&other[0], None), (&other[1], None)];
    let subjects = all.map(|(track, created)| Subject { track, campaign: "c", ad_group: "", created, placements: &[] });
    let of = &diagnose(&subjects, &[], None, &Settings::default())[0];
    assert!(of.finding().is_some_and(|f| f.doubt.contains("before the first day")), "{of:?}");
    assert_eq!(of.rulings.iter().find(|r| r.confounder == Confounder::Account).map(|r| r.ruled), Some(Ruled::Unknown));
}

fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), Just(-7.0), Just(1e9), Just(f64::INFINITY), Just(1e300), 0.0..1e5_f64]
}

fn figures() -> impl Strategy<Value = Option<Figures>> {
    let figures = (wild(), wild(), 0.0..1.2_f64, wild(), wild(), proptest::option::of(wild())).prop_map(
        |(spend, impressions, rate, conversions, revenue, reach)| Figures {
            spend,
            impressions,
            clicks: impressions * rate,
            conversions,
            revenue,
            reach,
        },
    );
    proptest::option::of(figures)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn absurd_figures_never_panic(
        all in proptest::collection::vec(proptest::collection::vec(figures(), 0..70), 0..5),
        day in 0_usize..90,
        factor in proptest::option::of(wild()),
    ) {
        let tracks: Vec<Track> = all.into_iter().map(|days| Track { days, ..ad(1, 0, steady) }).collect();
        let events = [event(EventKind::Budget, day, factor), event(EventKind::Learning, day / 2, None)];
        for of in told(&tracks, &events, &tracks) {
            prop_assert!((0.0..=1.0).contains(&of.confidence), "{:?}", of);
            if let Some(finding) = of.finding() {
                prop_assert_eq!(finding.fault(), None);
            }
        }
    }
}
