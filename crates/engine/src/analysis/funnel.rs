//! The way to a sale, of one account.

use super::{Made, figure::money, steps::Steps, tracks::Read};
use serde_json::{Value, json};
use trimtab_analysis::funnel::{Benchmark, Funnel, FunnelInput, FunnelSettings, Gap, Limit, Phase, Stage, StepTrack, funnel};
use trimtab_domain::{
    DayRange, Source,
    benchmark::{self, Industry},
};

/// Days in question, of conversions so many that are final; eight weeks before are the past.
const DAYS: u16 = 28;

pub(super) fn made(read: &Read, way: &Steps, source: Source, industry: Option<&'static Industry>) -> Made {
    let period = DayRange::ending(read.last, DAYS);
    let parts: Vec<StepTrack> =
        read.tracks.campaigns.iter().map(|track| way.track(track, Some(track.entity.id.as_str()))).collect();
    let [landings, carts, checkouts] = way.reads();
    let found: Vec<_> = ["ctr", "cvr"]
        .into_iter()
        .filter_map(|metric| Some((metric, benchmark::lookup(industry, Some(source), None, metric)?)))
        .collect();
    let benchmarks: Vec<Benchmark<'_>> = found
        .iter()
        .filter_map(|(metric, found)| {
            let known = found.benchmark;
            Some(Benchmark {
                metric,
                low: known.low?,
                typical: known.typical?,
                high: known.high?,
                source: &known.source,
                as_of: known.as_of,
            })
        })
        .collect();
    let input = FunnelInput {
        whole: &way.track(&read.tracks.account, None),
        parts: &parts,
        first: read.tracks.account.first,
        period,
        currency: read.tracks.currency,
        provisional_from: read.tracks.provisional_from,
        benchmarks: &benchmarks,
        frequency: None,
        events: &read.tracks.events,
        landings,
        carts,
        checkouts,
    };
    let judged = funnel(&input, &FunnelSettings::default());
    Made { body: body(&judged, period, &benchmarks), findings: judged.findings }
}

fn body(funnel: &Funnel, period: DayRange, benchmarks: &[Benchmark<'_>]) -> Value {
    let told = |(place, stage): (usize, &Stage)| {
        let of = benchmarks.iter().find(|benchmark| benchmark.metric == stage.step.as_str());
        told(stage, of, funnel.bottleneck == Some(place))
    };
    json!({
        "from": period.from().to_string(),
        "to": period.to().to_string(),
        "stages": funnel.stages.iter().enumerate().map(told).collect::<Vec<_>>(),
        "untold": funnel.untold.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn told(stage: &Stage, benchmark: Option<&Benchmark<'_>>, bottleneck: bool) -> Value {
    let phase = match stage.step.phase() {
        Phase::Awareness => "awareness",
        Phase::Consideration => "consideration",
        Phase::Conversion => "conversion",
    };
    let limit = |limit: Limit| {
        let own = match limit {
            Limit::OwnBest { value, days } => Some((value, days)),
            _ => None,
        };
        json!({
            "kind": limit.as_str(),
            "value": own.map(|(value, _)| value),
            "first_day": own.map(|(_, days)| days.from().to_string()),
            "last_day": own.map(|(_, days)| days.to().to_string()),
        })
    };
    let gap = |gap: &Gap| {
        json!({
            "should": gap.should,
            "low": gap.range.0,
            "high": gap.range.1,
            "probability": gap.probability,
            "confidence": gap.confidence,
            "lost_conversions": gap.lost_conversions,
            "lost_revenue": gap.lost_revenue.map(money),
            "lost_share": gap.lost_share,
            "significant": gap.significant,
            "limit": gap.limit.map(limit),
        })
    };
    let others = stage.benchmark.as_ref().map(|of| {
        let mut told = gap(of);
        told["source"] = json!(benchmark.map(|of| of.source));
        told["as_of"] = json!(benchmark.map(|of| of.as_of.to_string()));
        told
    });
    json!({
        "step": stage.step.as_str(),
        "phase": phase,
        "first_day": stage.days.from().to_string(),
        "last_day": stage.days.to().to_string(),
        "from": stage.from,
        "into": stage.into,
        "value": stage.value,
        "low": stage.interval.0,
        "high": stage.interval.1,
        "benchmark": others,
        "past": stage.past.as_ref().map(gap),
        "bottleneck": bottleneck,
    })
}
