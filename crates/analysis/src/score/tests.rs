//! Accounts whose score is known beforehand, and the laws every score obeys.

use super::*;
use crate::dice::Dice;
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use trimtab_domain::{Day, Source, finding::Level};

fn entity(level: Level, id: &str) -> EntityRef {
    EntityRef { level, source: Some(Source::Meta), account: "12".into(), id: id.into(), name: format!("N{id}").into() }
}

fn spender(level: Level, id: usize, spend: f64, conversions: f64) -> Spender {
    Spender { entity: entity(level, &id.to_string()), spend, conversions, revenue: conversions * 60.0 }
}

#[derive(Debug, Clone)]
struct World {
    account: EntityRef,
    ads: Vec<Spender>,
    campaigns: Vec<Spender>,
    learning: Option<LearningCounts>,
    performance: Performance,
    pacing: Option<f64>,
    creatives: Creatives,
}

impl World {
    /// An account that does everything right.
    fn good() -> Self {
        Self {
            account: entity(Level::Account, "12"),
            ads: (0..8).map(|id| spender(Level::Ad, id, 500.0, 25.0)).collect(),
            campaigns: (0..4).map(|id| spender(Level::Campaign, id, 1_000.0, 50.0)).collect(),
            learning: Some(LearningCounts { learned: 10, resets: Some(0), ..LearningCounts::default() }),
            performance: Performance {
                goal: Goal::Cpa,
                value: Some(20.0),
                target: Some(22.5),
                past: Some(23.0),
                conversions: 200.0,
                past_conversions: 200.0,
            },
            pacing: Some(-0.02),
            creatives: Creatives {
                fresh: 8,
                frequency: Some(1.9),
                ads: Some(8),
                disapproved: Some(0),
                ctr_change: Some(0.05),
                ..Creatives::default()
            },
        }
    }

    fn input(&self) -> ScoreInput<'_> {
        ScoreInput {
            account: &self.account,
            currency: "EUR".parse().unwrap(),
            period: DayRange::new(date(2026, 3, 1), date(2026, 3, 28)).unwrap(),
            learning: self.learning,
            performance: self.performance,
            pacing: self.pacing,
            ads: &self.ads,
            campaigns: &self.campaigns,
            creatives: self.creatives,
        }
    }

    fn score(&self) -> Score {
        let score = score(&self.input(), &ScoreSettings::default());
        for finding in &score.findings {
            assert_eq!(finding.fault(), None, "{finding:?}");
            assert!(!finding.doubt.is_empty() && !finding.actions.is_empty(), "{finding:?}");
        }
        score
    }
}

fn rules(score: &Score) -> Vec<&str> {
    score.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

#[test]
fn an_account_that_does_everything_right_has_a_hundred() {
    let score = World::good().score();
    assert_eq!((score.total, score.coverage), (Some(100.0), 1.0));
    assert!(score.findings.is_empty() && score.recommendations.is_empty() && score.untold.is_empty(), "{score:?}");
}

#[test]
fn each_planted_trouble_costs_what_the_page_says() {
    let lost = |change: &dyn Fn(&mut World)| {
        let mut world = World::good();
        change(&mut world);
        let score = world.score();
        (rules(&score).join(" "), (100.0 - score.total.unwrap()).round())
    };
    let limited =
        |world: &mut World| world.learning = Some(LearningCounts { learned: 5, limited: 5, resets: Some(0), ..Default::default() });
    assert_eq!(lost(&limited), ("learning_stage".into(), 8.0)); // half of ¾ of 20
    let dear = |world: &mut World| (world.performance.value, world.performance.past) = (Some(30.0), Some(30.0));
    assert!(lost(&dear).0.starts_with("against_target against_past"), "{:?}", lost(&dear));
    let spent = |world: &mut World| world.pacing = Some(0.3);
    assert_eq!(lost(&spent), ("pacing".into(), 6.0));
    let worn = |world: &mut World| (world.creatives.fatigued, world.creatives.fresh) = (6, 2);
    assert_eq!(lost(&worn), ("fatigue".into(), 8.0));
    let refused = |world: &mut World| world.creatives.disapproved = Some(4);
    assert_eq!(lost(&refused), ("disapproved".into(), 4.0));
    let leaning = |world: &mut World| world.ads[0].spend = 40_000.0;
    assert!(lost(&leaning).0.contains("concentration"));
}

#[test]
fn waste_is_what_should_have_converted_and_not_what_is_small() {
    let mut world = World::good();
    world.ads.extend((10..60).map(|id| spender(Level::Ad, id, 15.0, 0.0)));
    assert!(world.score().findings.is_empty(), "ads that spent less than a conversion costs prove nothing");
    world.ads.push(spender(Level::Ad, 77, 900.0, 0.0));
    let score = world.score();
    assert_eq!(rules(&score), ["waste"]);
    assert_eq!(score.recommendations[0].entity.id, "77");
    assert!(score.findings[0].confidence > 0.99 && score.findings[0].actions[0].contains("N77"));
}

#[test]
fn a_campaign_is_poor_beyond_doubt_or_not_at_all() {
    let mut world = World::good();
    world.campaigns.push(spender(Level::Campaign, 8, 25.0, 0.0));
    assert!(world.score().findings.is_empty(), "a campaign that spent one conversion's worth proves nothing");
    world.campaigns.push(spender(Level::Campaign, 9, 1_500.0, 12.0));
    let score = world.score();
    assert_eq!(rules(&score), ["underperforming"]);
    assert_eq!(score.recommendations[0].entity.id, "9");
}

#[test]
fn what_is_missing_is_left_out_and_said() {
    let mut world = World::good();
    world.learning = None;
    world.pacing = None;
    world.creatives.frequency = None;
    let score = world.score();
    assert_eq!((score.total, score.coverage.mul_add(100.0, 0.0).round()), (Some(100.0), 80.0));
    let about: Vec<&str> = score.untold.iter().map(|untold| untold.about.as_str()).collect();
    assert_eq!(about, ["learning_stage", "learning_resets", "pacing", "frequency"]);
    assert_eq!(score.parts[0].score, None);
    world.performance.conversions = 3.0;
    let score = world.score();
    assert_eq!((score.total, score.findings.len()), (None, 0), "two parts of four and 40 % of the weights are no score");
    assert!(score.untold.iter().any(|untold| untold.to_string().contains("it takes 10 conversions and there are 3")));
}

#[test]
fn small_samples_are_less_sure() {
    let sure = |conversions: f64| {
        let mut world = World::good();
        world.campaigns.clear();
        (world.performance.value, world.performance.conversions) = (Some(30.0), conversions);
        world.score().findings[0].confidence
    };
    assert!(sure(12.0) < 0.8 && sure(500.0) > 0.99);
}

#[test]
fn a_course_is_told_from_noise() {
    let day = |week: i64| date(2026, 1, 5).saturating_add((7 * week).days());
    let mut dice = Dice::new(1);
    let rising: Vec<(Day, f64)> = (0..12).map(|week| (day(week), 60.0 + 1.5 * week as f64 + dice.normal())).collect();
    let told = trend(&rising).unwrap();
    assert_eq!(told.course, Course::Up);
    assert!((told.per_week - 1.5).abs() < 0.3 && told.confidence > 0.99);
    let wrong = (0..1_000).filter(|_| {
        let flat: Vec<(Day, f64)> = (0..12).map(|week| (day(week), 70.0 + 3.0 * dice.normal())).collect();
        trend(&flat).unwrap().course != Course::Flat
    });
    let wrong = wrong.count();
    assert!((40..=120).contains(&wrong), "{wrong} of 1000 where 100 are due");
    assert!(trend(&rising[..4]).unwrap_err().to_string().contains("it takes 5 scores and there are 4"));
    assert_eq!(trend(&rising.iter().map(|(day, _)| (*day, 50.0)).collect::<Vec<_>>()).unwrap().course, Course::Flat);
}

fn figure() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), Just(1e9), Just(-1e9), Just(f64::NAN), Just(f64::INFINITY), 0.0..1e5, -2.0..2.0]
}

prop_compose! {
    fn world()(
        v in prop::collection::vec(prop::option::of(figure()), 12),
        n in prop::collection::vec(prop_oneof![Just(0_u32), 0_u32..40, Just(u32::MAX)], 10),
        spenders in prop::collection::vec((figure(), figure(), figure()), 0..12),
        roas in any::<bool>(), there in any::<bool>(),
    ) -> World {
        let of = |level| spenders.iter().enumerate().map(|(id, (spend, conversions, revenue))| Spender {
            entity: entity(level, &id.to_string()), spend: *spend, conversions: *conversions, revenue: *revenue,
        }).collect();
        World {
            account: entity(Level::Account, "12"),
            ads: of(Level::Ad),
            campaigns: of(Level::Campaign),
            learning: there.then(|| LearningCounts {
                learned: n[0], learning: n[1], limited: n[2], unknown: n[3], spend: v[0].map(|s| [s, 1.0, s]), resets: v[1].map(|_| n[4]),
            }),
            performance: Performance {
                goal: if roas { Goal::Roas } else { Goal::Cpa },
                value: v[2], target: v[3], past: v[4], conversions: v[5].unwrap_or(50.0), past_conversions: v[6].unwrap_or(50.0),
            },
            pacing: v[7],
            creatives: Creatives {
                fatigued: n[5], wearing: n[6], fresh: n[7], frequency: v[8], ads: v[9].map(|_| n[8]), disapproved: v[10].map(|_| n[9]),
                ctr_change: v[11],
            },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn scores_are_between_0_and_100(world in world()) {
        let score = world.score();
        prop_assert!(score.total.is_none_or(|total| (0.0..=100.0).contains(&total)));
        prop_assert!((0.0..=1.0).contains(&score.coverage));
        let subs: Vec<&SubScore> = score.parts.iter().flat_map(|part| &part.subs).collect();
        prop_assert!(subs.iter().all(|sub| (0.0..=100.0).contains(&sub.score) && sub.lost_points >= 0.0));
        if let Some(total) = score.total {
            let lost: f64 = subs.iter().map(|sub| sub.lost_points).sum();
            prop_assert!((total + lost - 100.0).abs() < 1e-6, "points lost add up to what is missing");
        }
    }

    #[test]
    fn better_is_never_scored_lower(mut world in world(), change in 0_usize..6, by in 0.01..5.0) {
        if let Some(learning) = &mut world.learning {
            learning.spend = None;
        }
        let mut better = world.clone();
        match change {
            // Without a target the account's own figure is what its campaigns are held against.
            0 => if world.performance.target.is_some() {
                let roas = world.performance.goal == Goal::Roas;
                better.performance.value = world.performance.value.map(|v| if roas { v + by } else { v / (1.0 + by) });
            },
            1 => better.pacing = world.pacing.map(|off| off / (1.0 + by)),
            2 => better.creatives.frequency = world.creatives.frequency.map(|f| f / (1.0 + by)),
            3 => better.creatives.ctr_change = world.creatives.ctr_change.map(|c| c + by),
            4 => better.creatives.disapproved = world.creatives.disapproved.map(|n| n / 2),
            _ => if let Some(learning) = better.learning.as_mut().filter(|l| l.limited > 0 && l.learned < u32::MAX) {
                (learning.limited, learning.learned) = (learning.limited - 1, learning.learned + 1);
            },
        }
        let (before, after) = (world.score(), better.score());
        let names = |score: &Score| score.parts.iter().flat_map(|part| &part.subs).map(|sub| sub.name).collect::<Vec<_>>();
        if names(&before) == names(&after) {
            prop_assert!(after.total.unwrap_or(0.0) >= before.total.unwrap_or(0.0) - 1e-9);
            for (before, after) in before.parts.iter().zip(&after.parts) {
                prop_assert!(after.score.unwrap_or(0.0) >= before.score.unwrap_or(0.0) - 1e-9);
            }
        }
    }
}
