//! Points of an account.

use super::{Made, ads::Ads, figure::money, known::Known, tracks::Read};
use serde_json::{Value, json};
use std::sync::Arc;
use trimtab_analysis::{
    fatigue::{Diagnosis, Verdict},
    score::{Creatives, Goal, LearningCounts, Performance, Score, ScoreInput, ScoreSettings, Spender, score},
    track::{Figures, Track},
};
use trimtab_domain::{
    Currency, Day, DayRange, Source,
    entity::{EntityKind, Status},
};
use trimtab_facts::EntityVersion;

/// Days that are scored, and as many before are what they are held against.
const DAYS: u16 = 28;

/// What is scored besides the account's tracks.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) ads: Arc<Ads>,
    pub(super) groups: Vec<Arc<EntityVersion>>,
    pub(super) diagnoses: Vec<Diagnosis>,
    pub(super) targets: Targets,
}

/// What the client wants the account to reach, in its currency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Targets {
    roas: Option<f64>,
    cpa: Option<f64>,
}

impl Targets {
    pub(super) fn of(known: &Known, source: Source, currency: Currency, day: Day) -> Self {
        let of = |metric| known.target(metric, Some(source), Some(currency), day);
        Self { roas: of("roas"), cpa: of("cpa") }
    }

    /// What an account is judged by, and what it should reach: the return where it earns anything, unless a conversion's price is the only
    /// target; else a conversion's price.
    const fn judge(self, earns: bool) -> (Goal, Option<f64>) {
        match self {
            Self { roas: None, cpa: Some(cpa) } => (Goal::Cpa, Some(cpa)),
            Self { roas, .. } if earns => (Goal::Roas, roas),
            Self { cpa, .. } => (Goal::Cpa, cpa),
        }
    }
}

pub(super) fn made(read: &Read, beside: &Beside) -> Made {
    let period = DayRange::ending(read.last, DAYS);
    let past = period.previous();
    let sum = |track: &Track, days: DayRange| Figures::sum(track.between(days.from(), days.to()));
    let (now, before) = (sum(&read.tracks.account, period), sum(&read.tracks.account, past));
    let (goal, target) = beside.targets.judge(now.is_some_and(|now| now.revenue > 0.0));
    let reached = |figures: Option<Figures>| {
        figures.and_then(|f| match goal {
            Goal::Roas => f.roas(),
            Goal::Cpa => f.cpa(),
        })
    };
    let spender = |track: &Track| {
        let figures = sum(track, period)?;
        let Figures { spend, conversions, revenue, .. } = figures;
        (spend > 0.0).then(|| Spender { entity: track.entity.clone(), spend, conversions, revenue })
    };
    let ads: Vec<Spender> = beside.ads.ads.iter().filter_map(|ad| spender(&ad.track)).collect();
    let campaigns: Vec<Spender> = read.tracks.campaigns.iter().filter_map(spender).collect();
    let ctr = |figures: Option<Figures>| figures.and_then(|f| f.ctr()).filter(|ctr| *ctr > 0.0);
    let input = ScoreInput {
        account: &read.tracks.account.entity,
        currency: read.tracks.currency,
        period,
        learning: learning(&beside.groups),
        performance: Performance {
            goal,
            value: reached(now),
            target,
            past: reached(before),
            conversions: now.map_or(0.0, |f| f.conversions),
            past_conversions: before.map_or(0.0, |f| f.conversions),
        },
        pacing: None,
        ads: &ads,
        campaigns: &campaigns,
        creatives: creatives(beside, ctr(now).zip(ctr(before)).map(|(now, before)| now / before - 1.0)),
    };
    let scored = score(&input, &ScoreSettings::default());
    Made { body: body(&scored, period, now), findings: scored.findings }
}

fn learning(groups: &[Arc<EntityVersion>]) -> Option<LearningCounts> {
    let mut counts = LearningCounts::default();
    let on = groups.iter().filter(|version| matches!(version.state.status, Status::Active | Status::WithIssues));
    for version in on.filter(|version| version.state.kind == EntityKind::AdGroup) {
        match version.state.attributes.get("learning_stage_info.status").map(|status| status.as_str()) {
            Some("SUCCESS") => counts.learned += 1,
            Some("LEARNING") => counts.learning += 1,
            Some("FAIL") => counts.limited += 1,
            _ => counts.unknown += 1,
        }
    }
    (counts.learned + counts.learning + counts.limited > 0).then_some(counts)
}

fn creatives(beside: &Beside, ctr_change: Option<f64>) -> Creatives {
    let count =
        |is: fn(&Verdict) -> bool| u32::try_from(beside.diagnoses.iter().filter(|d| is(&d.verdict)).count()).unwrap_or(u32::MAX);
    let with = |is: fn(Status) -> bool| {
        u32::try_from(beside.ads.ads.iter().filter(|ad| ad.status.is_some_and(is)).count()).unwrap_or(u32::MAX)
    };
    let on = with(|s| matches!(s, Status::Active | Status::WithIssues | Status::Disapproved));
    Creatives {
        fatigued: count(|v| matches!(v, Verdict::Fatigued)),
        wearing: count(|v| matches!(v, Verdict::Wearing)),
        fresh: count(|v| matches!(v, Verdict::Fresh)),
        frequency: None,
        ads: (on > 0).then_some(on),
        disapproved: (on > 0).then(|| with(|s| s == Status::Disapproved)),
        ctr_change,
    }
}

fn body(scored: &Score, period: DayRange, figures: Option<Figures>) -> Value {
    json!({
        "from": period.from().to_string(),
        "to": period.to().to_string(),
        "spend": figures.map(|f| money(f.spend)),
        "total": scored.total,
        "coverage": scored.coverage,
        "parts": scored.parts.iter().map(|part| json!({
            "kind": part.kind.as_str(),
            "score": part.score,
            "subs": part.subs.iter().map(|sub| json!({
                "name": sub.name,
                "score": sub.score,
                "weight": sub.weight,
                "figure": sub.figure,
                "full_at": sub.line.0,
                "none_at": sub.line.1,
                "confidence": sub.confidence,
                "lost_points": sub.lost_points,
                "about": sub.about.iter().map(|entity| entity.name.as_str()).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "recommendations": scored.recommendations.iter().map(|advice| json!({
            "points": advice.points,
            "action": advice.action,
            "level": advice.entity.level.as_str(),
            "id": advice.entity.id,
            "name": advice.entity.name,
            "reason": advice.reason,
        })).collect::<Vec<_>>(),
        "untold": scored.untold.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_judged_by_what_its_client_wants() {
        let judged = |roas, cpa, earns| Targets { roas, cpa }.judge(earns);
        assert_eq!(judged(None, None, true), (Goal::Roas, None));
        assert_eq!(judged(None, None, false), (Goal::Cpa, None));
        assert_eq!(judged(Some(3.0), Some(20.0), true), (Goal::Roas, Some(3.0)));
        assert_eq!(judged(Some(3.0), Some(20.0), false), (Goal::Cpa, Some(20.0)));
        assert_eq!(judged(None, Some(20.0), true), (Goal::Cpa, Some(20.0)), "the only target there is");
        assert_eq!(judged(Some(3.0), None, false), (Goal::Cpa, None), "what earns nothing has no return to reach");
    }
}
