//! The four parts, sub-score by sub-score.

use super::{Goal, Part, PartKind, ScoreInput, ScoreSettings, Spender, SubScore};
use crate::{anomaly::robust::sane, counts, odds, untold::Untold};
use trimtab_domain::finding::EntityRef;

/// What an ad group in learning counts for: it is on its way.
const LEARNING_COUNTS: f64 = 0.6;
/// By how much a campaign misses the goal before it underperforms.
const UNDER: f64 = 1.25;
/// How sure that must be.
const UNDER_SURE: f64 = 0.95;
/// Overdispersion of a campaign's conversions.
const SCATTER: f64 = 0.05;
/// Ads below which one of them naturally has most of the spend.
const ADS_LEAST: usize = 5;
/// Objects named.
const NAMED: usize = 5;

pub(super) fn all(input: &ScoreInput<'_>, settings: &ScoreSettings, untold: &mut Vec<Untold>) -> Vec<Part> {
    let mut part = |kind: PartKind, subs: Vec<Result<SubScore, Untold>>| {
        let mut known = Vec::new();
        for sub in subs {
            match sub {
                Ok(sub) => known.push(sub),
                Err(why) => untold.push(why),
            }
        }
        let weight: f64 = known.iter().map(|sub| sub.weight).sum();
        let score = (weight > 0.0).then(|| known.iter().map(|sub| sub.weight * sub.score).sum::<f64>() / weight);
        Part { kind, score: score.map(|score| score.clamp(0.0, 100.0)), subs: known }
    };
    vec![
        part(PartKind::Learning, vec![learning_stage(input), learning_resets(input)]),
        part(PartKind::Performance, vec![against_target(input, settings), against_past(input, settings)]),
        part(PartKind::Budget, vec![pacing(input), waste(input, settings), underperforming(input), concentration(input)]),
        part(PartKind::Creative, vec![fatigue(input), frequency(input), disapproved(input), ctr_trend(input)]),
    ]
}

/// A straight line between 100 and 0.
fn sub(name: &'static str, weight: f64, figure: f64, line: (f64, f64), confidence: f64) -> SubScore {
    let score = (100.0 * (figure - line.1) / (line.0 - line.1)).clamp(0.0, 100.0);
    let confidence = if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 };
    SubScore { name, score, weight, figure, line, confidence, about: vec![], lost_points: 0.0 }
}

fn untold<T>(about: &str, why: impl Into<String>) -> Result<T, Untold> {
    Err(Untold::new(about, why))
}

/// A figure that an account can have.
fn known(value: Option<f64>) -> Option<f64> {
    sane(value).filter(|v| *v >= 0.0)
}

fn learning_stage(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    const NAME: &str = "learning_stage";
    let Some(learning) = input.learning else { return untold(NAME, "the platform tells no stages of learning") };
    let counts = [learning.learned, learning.learning, learning.limited].map(f64::from);
    let spend = learning.spend.filter(|spend| spend.iter().all(|s| known(Some(*s)).is_some()) && spend.iter().sum::<f64>() > 0.0);
    let of = spend.unwrap_or(counts);
    let (all, groups): (f64, f64) = (of.iter().sum(), counts.iter().sum());
    if all <= 0.0 {
        return untold(NAME, "no ad group that delivers has a stage of learning");
    }
    // Those it tells nothing of make it less sure.
    let told = groups / (groups + f64::from(learning.unknown)).max(1.0);
    Ok(sub(NAME, 0.75, (of[0] + LEARNING_COUNTS * of[1]) / all, (1.0, 0.0), told))
}

fn learning_resets(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    const NAME: &str = "learning_resets";
    let Some((learning, resets)) = input.learning.and_then(|learning| Some((learning, learning.resets?))) else {
        return untold(NAME, "edits that restart learning are not read");
    };
    let groups = f64::from(learning.learned) + f64::from(learning.learning) + f64::from(learning.limited);
    if groups <= 0.0 {
        return untold(NAME, "no ad group that delivers has a stage of learning");
    }
    let weeks = f64::from(input.period.len()) / 7.0;
    Ok(sub(NAME, 0.25, f64::from(resets) / groups / weeks, (0.0, 1.0), 1.0 - (-f64::from(resets)).exp()))
}

/// How often the goal was reached: 1 is met, 2 twice as good.
fn reached(goal: Goal, value: f64, should: f64) -> Option<f64> {
    let ratio = match goal {
        Goal::Roas => value / should,
        Goal::Cpa => should / value,
    };
    sane(Some(ratio)).filter(|_| should > 0.0)
}

/// P(the goal is missed), of so many conversions: values scatter about as much again as counts.
fn missed(ratio: f64, conversions: f64, others: f64) -> f64 {
    let variance = 2.0 * (1.0 / conversions.max(0.5) + if others > 0.0 { 1.0 / others } else { 0.0 });
    odds::below(-ratio.max(1e-6).ln() / variance.sqrt())
}

fn against(
    name: &'static str,
    input: &ScoreInput<'_>,
    settings: &ScoreSettings,
    should: Option<f64>,
    others: f64,
) -> Result<SubScore, Untold> {
    let performance = input.performance;
    let Some(should) = known(should).filter(|should| *should > 0.0) else {
        return untold(name, if name == "against_target" { "no target is set" } else { "the past has no such figure" });
    };
    let conversions = known(Some(performance.conversions)).unwrap_or(0.0);
    // No conversions where many were due is a figure, and a bad one.
    let spend: f64 = input.campaigns.iter().filter_map(|campaign| known(Some(campaign.spend))).sum();
    let none = conversions < 0.5 && performance.goal == Goal::Cpa && spend / should >= settings.least_conversions;
    if conversions < settings.least_conversions && !none {
        return untold(name, format!("it takes {:.0} conversions and there are {conversions:.0}", settings.least_conversions));
    }
    let value = if none { Some(f64::MAX) } else { sane(performance.value) };
    // Refunds may leave less than nothing of the revenue.
    let Some(value) = value.filter(|value| performance.goal == Goal::Roas || *value > 0.0) else {
        return untold(name, "the goal's figure is not known");
    };
    let Some(ratio) = reached(performance.goal, value, should) else { return untold(name, "the goal's figure is not known") };
    Ok(sub(name, if name == "against_target" { 0.65 } else { 0.35 }, ratio, (1.1, 0.5), missed(ratio, conversions, others)))
}

fn against_target(input: &ScoreInput<'_>, settings: &ScoreSettings) -> Result<SubScore, Untold> {
    against("against_target", input, settings, input.performance.target, 0.0)
}

fn against_past(input: &ScoreInput<'_>, settings: &ScoreSettings) -> Result<SubScore, Untold> {
    let others = known(Some(input.performance.past_conversions)).unwrap_or(0.0);
    if others < settings.least_conversions {
        let why = format!("it takes {:.0} conversions before and there were {others:.0}", settings.least_conversions);
        return untold("against_past", why);
    }
    against("against_past", input, settings, input.performance.past, others)
}

fn pacing(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    let Some(off) = sane(input.pacing) else { return untold("pacing", "there is no budget to pace by") };
    Ok(sub("pacing", 0.3, off.abs(), (0.05, 0.3), off.abs() / (off.abs() + 0.05)))
}

fn waste(input: &ScoreInput<'_>, settings: &ScoreSettings) -> Result<SubScore, Untold> {
    const NAME: &str = "waste";
    let ads = sound(input.ads);
    let (spend, conversions) = ads.iter().fold((0.0, 0.0), |sum, ad| (sum.0 + ad.spend, sum.1 + ad.conversions));
    if spend <= 0.0 {
        return untold(NAME, "no ad spent anything, or spend by ad is not read");
    }
    if conversions < settings.least_conversions {
        return untold(NAME, format!("it takes {:.0} conversions to know what they cost", settings.least_conversions));
    }
    let due = |ad: &Spender| ad.spend * conversions / spend;
    let mut wasted: Vec<&Spender> =
        ads.into_iter().filter(|ad| ad.conversions <= 0.0 && due(ad) >= settings.waste_conversions).collect();
    wasted.sort_by(|a, b| b.spend.total_cmp(&a.spend));
    let share = wasted.iter().map(|ad| ad.spend).sum::<f64>() / spend;
    // The chance that all of them had none by chance.
    let chance: f64 = wasted.iter().map(|ad| due(ad)).sum();
    let mut sub = sub(NAME, 0.3, share, (0.0, 0.3), 1.0 - (-chance).exp());
    sub.about = named(wasted.into_iter());
    Ok(sub)
}

fn underperforming(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    const NAME: &str = "underperforming";
    let goal = input.performance.goal;
    let campaigns = sound(input.campaigns);
    let spend: f64 = campaigns.iter().map(|campaign| campaign.spend).sum();
    let Some(should) = known(input.performance.target.or(input.performance.value)).filter(|should| *should > 0.0) else {
        return untold(NAME, "there is neither a target nor a figure of the whole account");
    };
    if spend <= 0.0 || campaigns.len() < 2 {
        return untold(NAME, "it takes two campaigns that spend");
    }
    let sure = |campaign: &Spender| {
        // Conversions the spend should have brought: of a return, by what one is worth in the whole account.
        let worth: f64 = campaigns.iter().map(|c| c.revenue).sum::<f64>() / campaigns.iter().map(|c| c.conversions).sum::<f64>();
        let (have, due) = match goal {
            Goal::Cpa => (campaign.conversions, campaign.spend / should),
            Goal::Roas => (campaign.revenue / worth, campaign.spend * should / worth),
        };
        let due = due / UNDER;
        // As few as these would be this rare of a campaign that just misses the goal.
        if have.is_finite() && due.is_finite() && have < due { 1.0 - counts::at_most(have.max(0.0), due, SCATTER) } else { 0.0 }
    };
    let mut poor: Vec<(&Spender, f64)> =
        campaigns.iter().map(|campaign| (*campaign, sure(campaign))).filter(|(_, sure)| *sure >= UNDER_SURE).collect();
    poor.sort_by(|a, b| b.0.spend.total_cmp(&a.0.spend));
    let share = poor.iter().map(|(campaign, _)| campaign.spend).sum::<f64>() / spend;
    let all_wrong: f64 = poor.iter().map(|(_, sure)| 1.0 - sure).product();
    let mut sub = sub(NAME, 0.3, share, (0.0, 0.5), if poor.is_empty() { 0.0 } else { 1.0 - all_wrong });
    sub.about = named(poor.into_iter().map(|(campaign, _)| campaign));
    Ok(sub)
}

fn concentration(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    const NAME: &str = "concentration";
    let spending: Vec<&Spender> = sound(input.ads).into_iter().filter(|ad| ad.spend > 0.0).collect();
    if spending.len() < ADS_LEAST {
        return untold(NAME, format!("it takes {ADS_LEAST} ads that spend and there are {}", spending.len()));
    }
    let all: f64 = spending.iter().map(|ad| ad.spend).sum();
    let Some(largest) = spending.iter().copied().max_by(|a, b| a.spend.total_cmp(&b.spend)) else {
        return untold(NAME, "no ad spent anything");
    };
    let share = largest.spend / all;
    let mut sub = sub(NAME, 0.1, share, (0.4, 0.9), share);
    sub.about = named(std::iter::once(largest));
    Ok(sub)
}

fn fatigue(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    let creatives = input.creatives;
    let [fatigued, wearing, fresh] = [creatives.fatigued, creatives.wearing, creatives.fresh].map(f64::from);
    let judged = fatigued + wearing + fresh;
    if judged <= 0.0 {
        return untold("fatigue", "no ad has a verdict about its wear");
    }
    let share = (fatigued + wearing / 2.0) / judged;
    Ok(sub("fatigue", 0.4, share, (0.0, 0.6), 1.0 - (1.0 - share).powf(judged)))
}

fn frequency(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    let Some(frequency) = known(input.creatives.frequency) else {
        return untold("frequency", "people reached in seven days are not read for the account as a whole");
    };
    Ok(sub("frequency", 0.2, frequency, (2.5, 6.0), ((frequency - 2.5) / 3.5).max(0.0)))
}

fn disapproved(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    let Some((ads, refused)) = input.creatives.ads.zip(input.creatives.disapproved).filter(|(ads, _)| *ads > 0) else {
        return untold("disapproved", "there are no ads, or the platform does not tell which it refused");
    };
    let share = f64::from(refused.min(ads)) / f64::from(ads);
    Ok(sub("disapproved", 0.2, share, (0.0, 0.2), 1.0 - (1.0 - share).powf(f64::from(ads))))
}

fn ctr_trend(input: &ScoreInput<'_>) -> Result<SubScore, Untold> {
    let Some(change) = sane(input.creatives.ctr_change) else { return untold("ctr_trend", "there is no CTR to compare with") };
    Ok(sub("ctr_trend", 0.2, change, (0.0, -0.4), (-change / 0.4).max(0.0)))
}

fn sound(spenders: &[Spender]) -> Vec<&Spender> {
    let sound =
        |s: &&Spender| known(Some(s.spend)).is_some() && known(Some(s.conversions)).is_some() && sane(Some(s.revenue)).is_some();
    spenders.iter().filter(sound).collect()
}

fn named<'a>(spenders: impl Iterator<Item = &'a Spender>) -> Vec<EntityRef> {
    spenders.take(NAMED).map(|spender| spender.entity.clone()).collect()
}
