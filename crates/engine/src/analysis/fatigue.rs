//! Wear of creatives, ad by ad.

use super::{Made, ads::Ads};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use trimtab_analysis::{
    fatigue::{Diagnosis, Settings, Subject, Verdict, campaign_findings, diagnose},
    track::Track,
};
use trimtab_domain::{
    Day,
    finding::{EntityRef, KnownEvent},
};

/// What is said of each ad that ran.
pub(super) fn diagnoses(ads: &Ads, events: &[KnownEvent], provisional_from: Option<Day>) -> Vec<Diagnosis> {
    let subjects: Vec<Subject<'_>> = ads
        .ads
        .iter()
        .map(|ad| Subject { track: &ad.track, campaign: &ad.campaign, ad_group: &ad.ad_group, created: None, placements: &[] })
        .collect();
    diagnose(&subjects, events, provisional_from, &Settings::default())
}

/// What is told of them, one finding a campaign. `campaigns` are those with figures; each diagnosis is of the ad at its place.
pub(super) fn made(ads: &Ads, campaigns: &[Track], diagnoses: &[Diagnosis]) -> Made {
    let named: BTreeMap<&str, &EntityRef> = campaigns.iter().map(|track| (track.entity.id.as_str(), &track.entity)).collect();
    let pairs = ads.ads.iter().zip(diagnoses).map(|(ad, diagnosis)| (named.get(ad.campaign.as_str()).copied(), diagnosis));
    let findings = campaign_findings(pairs);
    let told = diagnoses.iter().filter(|d| !matches!(d.verdict, Verdict::CannotTell { .. }));
    let untold = diagnoses.len() - told.clone().count();
    Made { body: json!({ "ads": told.map(shape).collect::<Vec<_>>(), "cannot_tell": untold }), findings }
}

fn shape(diagnosis: &Diagnosis) -> Value {
    let (verdict, because) = match diagnosis.verdict {
        Verdict::Fatigued => ("fatigued", None),
        Verdict::Wearing => ("wearing", None),
        Verdict::Fresh => ("fresh", None),
        Verdict::NotEstablished { because } => ("not_established", Some(because.to_string())),
        Verdict::CannotTell { because } => ("cannot_tell", Some(because.to_string())),
    };
    let days = |days: (Day, Day)| json!([days.0.to_string(), days.1.to_string()]);
    json!({
        "ad": diagnosis.entity.id,
        "name": diagnosis.entity.name,
        "verdict": verdict,
        "because": because,
        "confidence": diagnosis.confidence,
        "since": diagnosis.since.map(|day| day.to_string()),
        "ctr_before": diagnosis.ends.map(|ends| ends.ctr_before),
        "ctr_after": diagnosis.ends.map(|ends| ends.ctr_after),
        "days_before": diagnosis.ends.map(|ends| days(ends.before)),
        "days_after": diagnosis.ends.map(|ends| days(ends.after)),
        "loss": diagnosis.loss.map(|loss| loss.own),
        "loss_low": diagnosis.loss.map(|loss| loss.interval.0),
        "loss_high": diagnosis.loss.map(|loss| loss.interval.1),
        "frequency_before": diagnosis.frequency.map(|frequency| frequency.before),
        "frequency_after": diagnosis.frequency.map(|frequency| frequency.after),
        "days_left": diagnosis.days_left.map(|left| left.days),
        "days_left_from": diagnosis.days_left.map(|left| left.from),
        "days_left_to": diagnosis.days_left.and_then(|left| left.to),
        "rulings": diagnosis.rulings.iter().map(|ruling| json!({
            "confounder": ruling.confounder.as_str(),
            "ruled": format!("{:?}", ruling.ruled).to_lowercase(),
            "text": ruling.text,
        })).collect::<Vec<_>>(),
    })
}
