//! What costs points, as findings and as things to do.

use super::{Goal, Part, Recommendation, ScoreInput, ScoreSettings, SubScore};
use crate::untold::LASTING;
use compact_str::CompactString;
use trimtab_domain::finding::{EntityRef, Evidence, Finding, FindingKind, Level, Severity};

pub(super) fn all(parts: &[Part], input: &ScoreInput<'_>, settings: &ScoreSettings) -> (Vec<Finding>, Vec<Recommendation>) {
    let mut costly: Vec<(&Part, &SubScore)> = parts
        .iter()
        .flat_map(|part| part.subs.iter().map(move |sub| (part, sub)))
        .filter(|(_, sub)| sub.lost_points.is_finite() && sub.lost_points >= settings.points[0].max(f64::MIN_POSITIVE))
        .collect();
    costly.sort_by(|a, b| b.1.lost_points.total_cmp(&a.1.lost_points));
    let findings = costly.iter().map(|(part, sub)| finding(part, sub, input, settings)).collect();
    let recommendations = costly.iter().flat_map(|(_, sub)| recommendations(sub, input)).collect();
    (findings, recommendations)
}

fn finding(part: &Part, sub: &SubScore, input: &ScoreInput<'_>, settings: &ScoreSettings) -> Finding {
    let (from, to) = (input.period.from(), input.period.to());
    let metric = metric(sub.name, input);
    let severity = if sub.lost_points >= settings.points[1] { Severity::Warning } else { Severity::Info };
    let goal = matches!(sub.name, "against_target" | "against_past");
    let performance = input.performance;
    let should = if sub.name == "against_target" { performance.target } else { performance.past };
    let (value, expected) = if goal { (performance.value, should) } else { (Some(sub.figure), Some(sub.line.0)) };
    Finding {
        id: Finding::id_of(FindingKind::Score, sub.name, input.account, metric, LASTING),
        kind: FindingKind::Score,
        rule: sub.name.into(),
        severity,
        entity: input.account.clone(),
        metric: metric.map(CompactString::from),
        from,
        to,
        ongoing: true,
        value: value.filter(|v| v.is_finite()),
        expected: expected.filter(|v| v.is_finite()),
        interval: None,
        currency: (goal && performance.goal == Goal::Cpa).then_some(input.currency),
        confidence: sub.confidence,
        headline: format!(
            "{} of {} costs {:.0} points: {}",
            heading(sub.name),
            input.account.name,
            sub.lost_points,
            said(sub, input)
        ),
        detail: format!(
            "{} is scored {:.0} of 100 (100 at {}, 0 at {}) and stands in {}, which is at {:.0}. {}",
            heading(sub.name),
            sub.score,
            shown(sub, sub.line.0),
            shown(sub, sub.line.1),
            part.kind.as_str().replace('_', " "),
            part.score.unwrap_or(0.0),
            about(sub)
        ),
        cause: None,
        contributions: vec![],
        doubt: doubt(sub.name).to_owned(),
        actions: recommendations(sub, input).into_iter().map(|recommendation| recommendation.action).collect(),
        evidence: vec![evidence(sub, input)],
        source_hash: String::new(),
    }
}

fn metric(name: &str, input: &ScoreInput<'_>) -> Option<&'static str> {
    match name {
        "against_target" | "against_past" => Some(match input.performance.goal {
            Goal::Roas => "roas",
            Goal::Cpa => "cpa",
        }),
        "frequency" => Some("frequency"),
        // The others are shares, which no metric is.
        _ => None,
    }
}

fn heading(name: &str) -> &'static str {
    match name {
        "learning_stage" => "Learning",
        "learning_resets" => "Restarted learning",
        "against_target" => "The target",
        "against_past" => "The course of performance",
        "pacing" => "Pacing",
        "waste" => "Spend without conversions",
        "underperforming" => "Poor campaigns' share",
        "concentration" => "Dependence on one ad",
        "fatigue" => "Worn ads",
        "frequency" => "Frequency",
        "disapproved" => "Refused ads",
        _ => "The course of CTR",
    }
}

fn shown(sub: &SubScore, value: f64) -> String {
    match sub.name {
        "against_target" => format!("{:.0} % of the goal", value * 100.0),
        "against_past" => format!("{:.0} % of what it was", value * 100.0),
        "frequency" => format!("{value:.1}"),
        "learning_resets" => format!("{value:.2} a week"),
        _ => format!("{:.0} %", value * 100.0),
    }
}

fn said(sub: &SubScore, input: &ScoreInput<'_>) -> String {
    let figure = shown(sub, sub.figure);
    match sub.name {
        "learning_stage" => format!("{figure} of the way through learning is done"),
        "learning_resets" => format!("{figure} per ad group"),
        "against_target" => format!("{figure}{}", goal_text(input, input.performance.target)),
        "against_past" => format!("{figure}{}", goal_text(input, input.performance.past)),
        "pacing" => format!("{figure} off the budget"),
        "waste" => format!("{figure} of spend went to ads that should have converted and never did"),
        "underperforming" => format!("{figure} of spend is in campaigns beyond doubt worse than the goal by a quarter"),
        "concentration" => format!("{figure} of spend hangs on one ad"),
        "fatigue" => format!("{figure} of judged ads"),
        "frequency" => format!("people saw {figure} ads in a week"),
        "disapproved" => format!("{figure} of ads"),
        _ => format!("{figure} against the weeks before"),
    }
}

fn goal_text(input: &ScoreInput<'_>, should: Option<f64>) -> String {
    let performance = input.performance;
    let Some((value, should)) = performance.value.zip(should) else { return String::new() };
    match performance.goal {
        Goal::Roas => format!(" (ROAS {value:.2}, should be {should:.2})"),
        Goal::Cpa => format!(" (CPA {value:.2} {currency}, should be {should:.2})", currency = input.currency),
    }
}

fn about(sub: &SubScore) -> String {
    if sub.about.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = sub.about.iter().map(|entity| entity.name.as_str()).collect();
    format!("Most of it: {}.", names.join(", "))
}

fn doubt(name: &str) -> &'static str {
    match name {
        "learning_stage" | "learning_resets" => "Ad groups made for a short test are meant to be in learning.",
        "against_target" | "against_past" => {
            "Conversions of the last days may still come; campaigns for reach are not made for this goal."
        }
        "pacing" => "A budget that was changed and not written down paces wrongly.",
        "waste" | "underperforming" => "If these win people who convert elsewhere later, their spend is not lost.",
        "concentration" => "An ad that wins every fair test deserves its spend.",
        "fatigue" | "frequency" | "ctr_trend" => "If conversions per impression hold, people are not tired of it.",
        _ => "Ads refused by mistake come back after a review.",
    }
}

fn recommendations(sub: &SubScore, input: &ScoreInput<'_>) -> Vec<Recommendation> {
    let recommendation =
        |action: String, entity| Recommendation { points: sub.lost_points, action, entity, reason: sub.name.into() };
    let whole = |action: &str| vec![recommendation(action.to_owned(), input.account.clone())];
    let each = |action: &dyn Fn(&str) -> String| {
        let share = sub.about.len().max(1) as f64;
        let one = |entity: &EntityRef| Recommendation {
            points: sub.lost_points / share,
            ..recommendation(action(&entity.name), entity.clone())
        };
        sub.about.iter().map(one).collect::<Vec<_>>()
    };
    match sub.name {
        "learning_stage" => {
            whole("Merge ad groups that get too few conversions to learn, or let them optimise for a step that happens more often.")
        }
        "learning_resets" => whole("Collect edits and make them once a week; change budgets by a fifth at most."),
        "against_target" | "against_past" => {
            whole("See the funnel and the incidents of these days for which stage or campaign it is.")
        }
        "pacing" => whole("Set the daily budgets to what the rest of the month needs."),
        "waste" => each(&|name| format!("Pause {name}: it should have converted by now.")),
        "underperforming" => each(&|name| format!("Lower the budget of {name} and give it to campaigns that reach the goal.")),
        "concentration" => each(&|name| format!("Test successors of {name} before it wears out.")),
        "fatigue" => whole("Replace worn ads, beginning with those that spend most."),
        "frequency" => whole("Widen the audience or add creatives: the same people see too much of the same."),
        "disapproved" => whole("Read why ads were refused; correct them or ask for a review."),
        _ => whole("Find which ads lost CTR and why: worn, dearer audience, or another mix."),
    }
}

fn evidence(sub: &SubScore, input: &ScoreInput<'_>) -> Evidence {
    let (metrics, by): (&[&str], &str) = match sub.name {
        "against_target" | "against_past" => (&["spend", "conversions", "revenue", "cpa", "roas"], "date"),
        "pacing" => (&["spend"], "date"),
        "waste" | "concentration" | "fatigue" | "disapproved" => (&["spend", "impressions", "conversions", "ctr"], "ad"),
        "learning_stage" | "learning_resets" => (&["spend", "conversions", "cpa"], "ad_group"),
        "underperforming" => (&["spend", "conversions", "cpa", "roas"], "campaign"),
        _ => (&["impressions", "clicks", "ctr"], "date"),
    };
    let account = &input.account.account;
    let filter = match input.account.level {
        Level::Account if !account.is_empty() => {
            format!("account = \"{}\"", account.replace('\\', "\\\\").replace('"', "\\\""))
        }
        _ => String::new(),
    };
    Evidence {
        shows: format!("What {} rests on", heading(sub.name).to_lowercase()),
        metrics: metrics.iter().map(|metric| CompactString::from(*metric)).collect(),
        by: vec![by.into()],
        filter,
        from: input.period.from(),
        to: input.period.to(),
        compare: matches!(sub.name, "against_past" | "ctr_trend").then(|| "previous".into()),
        currency: Some(input.currency),
    }
}
