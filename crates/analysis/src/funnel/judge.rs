//! Each stage against what it should be, and what that costs.

use super::{
    Against, Benchmark, FunnelInput, FunnelSettings, Gap, Stage, Step, limit,
    ratio::Ratio,
    stages::{Link, Mark, View},
};
use crate::{odds, untold::Untold};

/// Days of a stretch whose yields are compared to see how an account wanders.
const WEEK: usize = 7;

pub(super) fn stages(view: &View, input: &FunnelInput<'_>, settings: &FunnelSettings, untold: &mut Vec<Untold>) -> Vec<Stage> {
    let worth = Worth::of(view);
    view.links
        .iter()
        .filter_map(|link| match stage(view, *link, &worth, input, settings, untold) {
            Ok(stage) => Some(stage),
            Err(why) => {
                untold.push(Untold::new(link.step.as_str(), why));
                None
            }
        })
        .collect()
}

fn stage(
    view: &View,
    link: Link,
    worth: &Worth,
    input: &FunnelInput<'_>,
    settings: &FunnelSettings,
    untold: &mut Vec<Untold>,
) -> Result<Stage, String> {
    let step = link.step;
    let days = view.now(link);
    if days.len() < settings.least_days {
        return Err(format!("{} days of the period are known and it takes {}", days.len(), settings.least_days));
    }
    let now = Ratio::of(&days, step.is_counted()).ok_or("nothing went into it, or more was given back than taken")?;
    if !step.is_counted() && now.rate <= 0.0 {
        return Err("nothing came of it".to_owned());
    }
    let shown = |(low, high): (f64, f64)| ordered(step.shown(low), step.shown(high));
    let benchmark = input.benchmarks.iter().find(|benchmark| benchmark.metric == step.as_str());
    let mut told = |gap: Result<Gap, String>, what: &str| {
        gap.map_err(|why| untold.push(Untold::new(&format!("{} against {what}", step.as_str()), why))).ok()
    };
    let against_benchmark =
        benchmark.and_then(|benchmark| told(against_benchmark(view, now, link, benchmark, worth, input, settings), "benchmark"));
    let against_past = told(against_past(view, now, link, worth, settings), "its past");
    Ok(Stage {
        step,
        days: view.range(step).unwrap_or(input.period),
        from: now.into,
        into: now.out,
        value: step.shown(now.rate),
        interval: shown(now.interval()),
        benchmark: against_benchmark,
        past: against_past,
        is_whole: link.is_whole,
    })
}

fn ordered(a: f64, b: f64) -> (f64, f64) {
    (a.min(b), a.max(b))
}

fn against_benchmark(
    view: &View,
    now: Ratio,
    link: Link,
    benchmark: &Benchmark<'_>,
    worth: &Worth,
    input: &FunnelInput<'_>,
    settings: &FunnelSettings,
) -> Result<Gap, String> {
    let step = link.step;
    let Benchmark { low, typical, high, .. } = *benchmark;
    if !(low > 0.0 && low <= typical && typical <= high && high.is_finite()) {
        return Err("the benchmark's figures are no low, typical and high".to_owned());
    }
    // Of a cost the high end is the poor one.
    let (should, poor) = (step.rate(typical), step.rate(if step == Step::Cpm { high } else { low }));
    if step.is_counted() && now.expects(poor) < settings.least_expected {
        return Err(format!("even at the benchmark it would take more than {:.0} to be sure", now.into));
    }
    let probability = now.below(poor);
    let age = f64::from(benchmark.as_of.until(input.period.to()).map_or(0, |span| span.get_days()));
    let trust = 0.5_f64.powf((age - settings.benchmark_ages[0]).max(0.0) / settings.benchmark_ages[1].max(1.0));
    let significant = probability >= settings.sure_benchmark;
    let gap = Gap {
        against: Against::Benchmark,
        should: typical,
        range: (low, high),
        probability,
        confidence: (probability * trust).clamp(0.0, 1.0),
        limit: None,
        lost_conversions: 0.0,
        lost_revenue: None,
        lost_share: 0.0,
        significant,
    };
    let whole = worth.priced(gap, link, now, should, settings);
    if whole.lost_share <= 0.0 {
        return Ok(whole);
    }
    let (upto, limit) = limit::plausible(view, link, now, should, settings);
    let counted = match upto {
        Some(yields) => worth.priced(gap, link, now, yields, settings),
        None => Gap { lost_revenue: whole.lost_revenue.map(|_| 0.0), ..gap },
    };
    // Whether it matters is the distance's to say; the limit only says how much of it is promised.
    Ok(Gap { significant: whole.significant, limit, ..counted })
}

fn against_past(view: &View, now: Ratio, link: Link, worth: &Worth, settings: &FunnelSettings) -> Result<Gap, String> {
    let (step, days) = (link.step, view.before(link));
    let need = settings.least_days.max(2 * WEEK);
    if days.len() < need {
        return Err(format!("{} days before the period are known and it takes {need}", days.len()));
    }
    let before = Ratio::of(&days, step.is_counted()).ok_or("nothing went into it before the period")?;
    if before.rate <= 0.0 {
        return Err("nothing came of it before the period".to_owned());
    }
    if step.is_counted() && before.expects(before.rate) * (now.into / before.into).min(1.0) < settings.least_expected {
        return Err("it is too seldom to tell a change from chance".to_owned());
    }
    // What a stretch like the past would be unsure of: a change in the middle of the period must not hide itself as scatter.
    let spread = (before.log_variance_of(now.into) + before.log_variance() + wandering(&days, step)).sqrt().max(1e-9);
    let probability = odds::below((before.log() - now.log()) / spread);
    let gap = Gap {
        against: Against::Past,
        should: step.shown(before.rate),
        range: {
            let (low, high) = before.interval();
            ordered(step.shown(low), step.shown(high))
        },
        probability,
        confidence: probability,
        limit: None,
        lost_conversions: 0.0,
        lost_revenue: None,
        lost_share: 0.0,
        significant: probability >= settings.sure_past && now.rate <= before.rate * (1.0 - settings.least_drop),
    };
    Ok(worth.priced(gap, link, now, before.rate, settings))
}

/// Variance of the logarithm of a week's yield beyond what the weeks themselves are unsure of.
fn wandering(days: &[(f64, f64)], step: Step) -> f64 {
    let weeks: Vec<Ratio> =
        days.rchunks(WEEK).filter(|week| week.len() == WEEK).filter_map(|week| Ratio::of(week, step.is_counted())).collect();
    let known: Vec<&Ratio> = weeks.iter().filter(|week| week.rate > 0.0).collect();
    if known.len() < 2 {
        return 0.0;
    }
    let n = known.len() as f64;
    let mean = known.iter().map(|week| week.rate.ln()).sum::<f64>() / n;
    let between = known.iter().map(|week| (week.rate.ln() - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let within = known.iter().map(|week| week.log_variance()).sum::<f64>() / n;
    // Few weeks seldom show how far an account wanders: their variance is raised by its own standard error.
    let raised = between * (1.0 + (2.0 / (n - 1.0)).sqrt());
    (raised - within).max(0.0)
}

/// What people are worth at each point of the way.
#[derive(Debug)]
struct Worth {
    conversions: f64,
    revenue: f64,
    /// Conversions and revenue per one at a point, in the period or else before it.
    per: Vec<(Mark, Option<f64>)>,
    aov: Option<f64>,
}

impl Worth {
    fn of(view: &View) -> Self {
        let sums = |from: Mark, into: Mark, past: bool| {
            // The step decides which days count: those of conversions.
            let link = Link { step: Step::Cvr, from, into, is_whole: true };
            let days = if past { view.before(link) } else { view.now(link) };
            days.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1))
        };
        let yields = |(from, into): (f64, f64)| Some(into / from).filter(|y| from > 0.0 && into > 0.0 && y.is_finite());
        let per = |mark: Mark| {
            (mark, yields(sums(mark, Mark::Conversions, false)).or_else(|| yields(sums(mark, Mark::Conversions, true))))
        };
        let marks =
            [Mark::Impressions, Mark::Clicks, Mark::LinkClicks, Mark::Landings, Mark::Carts, Mark::Checkouts, Mark::Conversions];
        let (conversions, revenue) = sums(Mark::Conversions, Mark::Revenue, false);
        let aov = yields((conversions, revenue)).or_else(|| yields(sums(Mark::Conversions, Mark::Revenue, true)));
        Self { conversions, revenue, per: marks.into_iter().map(per).collect(), aov }
    }

    /// The gap with what it costs; one that costs too little to matter is not significant.
    fn priced(&self, mut gap: Gap, link: Link, now: Ratio, should: f64, settings: &FunnelSettings) -> Gap {
        let missing = (now.into * should - now.out).max(0.0);
        let (conversions, revenue) = if link.step == Step::Aov {
            (0.0, Some(missing))
        } else {
            let per = self.per.iter().find(|(mark, _)| *mark == link.into).and_then(|(_, per)| *per).unwrap_or(0.0);
            (missing * per, self.aov.map(|aov| missing * per * aov))
        };
        gap.lost_conversions = finite(conversions);
        gap.lost_revenue = revenue.map(finite);
        let (lost, have) = match gap.lost_revenue {
            Some(lost) => (lost, self.revenue.max(0.0)),
            None => (gap.lost_conversions, self.conversions),
        };
        gap.lost_share = if lost > 0.0 { lost / (lost + have) } else { 0.0 };
        gap.significant &= gap.lost_share >= settings.severities[0];
        gap
    }
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}
