//! Worn ads of a campaign as one finding: a person brings fresh creatives into a campaign, and not into an ad.

use super::finding::RULE;
use super::{Diagnosis, Verdict};
use crate::untold::LASTING;
use crate::{anomaly::robust::sane, words};
use std::collections::BTreeMap;
use trimtab_domain::{
    Day,
    finding::{Contribution, ContributionPart, EntityRef, Evidence, Finding, FindingKind, Severity},
    query::Dimension,
};

/// Ads whose case is told in words; all of them are among the contributions.
const TOLD: usize = 3;

/// The findings of diagnosed ads: one a campaign, about every ad of it that is tired or tires, the worst first. An ad whose campaign is not known
/// has one of its own. A campaign's finding keeps its id for as long as there is one.
#[must_use]
pub fn campaign_findings<'a>(ads: impl IntoIterator<Item = (Option<&'a EntityRef>, &'a Diagnosis)>) -> Vec<Finding> {
    let mut of_campaigns: BTreeMap<&EntityRef, Vec<Worn<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    for (campaign, diagnosis) in ads {
        let Some(worn) = Worn::of(diagnosis) else { continue };
        match campaign {
            Some(campaign) => of_campaigns.entry(campaign).or_default().push(worn),
            None => found.extend(diagnosis.finding()),
        }
    }
    found.extend(of_campaigns.into_iter().map(|(campaign, ads)| finding(campaign, ads)));
    found
}

/// An ad that is tired or tires.
struct Worn<'a> {
    ad: &'a Diagnosis,
    tired: bool,
    lost: f64,
    after: f64,
    fresh: f64,
    shown: f64,
    looked_at: (Day, Day),
    from: Day,
}

impl<'a> Worn<'a> {
    fn of(ad: &'a Diagnosis) -> Option<Self> {
        let tired = match ad.verdict {
            Verdict::Fatigued => true,
            Verdict::Wearing => false,
            _ => return None,
        };
        let (ends, loss, looked_at) = (ad.ends?, ad.loss?, ad.looked_at?);
        let shown = sane(Some(ends.shown_after)).filter(|shown| *shown > 0.0)?;
        let from = ad.since.unwrap_or(ends.after.0).min(looked_at.1);
        Some(Self { ad, tired, lost: loss.own, after: sane(Some(ends.ctr_after))?, fresh: ad.fresh()?, shown, looked_at, from })
    }
}

fn finding(campaign: &EntityRef, mut ads: Vec<Worn<'_>>) -> Finding {
    ads.sort_by(|a, b| b.tired.cmp(&a.tired).then(b.lost.total_cmp(&a.lost)).then_with(|| a.ad.entity.cmp(&b.ad.entity)));
    let worst = &ads[0];
    let last = ads.iter().map(|ad| ad.looked_at.1).max().unwrap_or(worst.looked_at.1);
    let first = ads.iter().map(|ad| ad.looked_at.0).min().unwrap_or(last);
    let shown: f64 = ads.iter().map(|ad| ad.shown).sum();
    let mean = |of: fn(&Worn<'_>) -> f64| sane(Some(ads.iter().map(|ad| of(ad) * ad.shown).sum::<f64>() / shown));
    Finding {
        id: Finding::id_of(FindingKind::Fatigue, RULE, campaign, Some("ctr"), LASTING),
        kind: FindingKind::Fatigue,
        rule: RULE.into(),
        severity: if worst.tired { Severity::Warning } else { Severity::Info },
        entity: campaign.clone(),
        metric: Some("ctr".into()),
        from: ads.iter().map(|ad| ad.from).min().unwrap_or(last).min(last),
        to: last,
        ongoing: true,
        value: mean(|ad| ad.after),
        expected: mean(|ad| ad.fresh),
        interval: None,
        currency: None,
        confidence: worst.ad.confidence,
        headline: headline(campaign, &ads),
        detail: detail(&ads),
        cause: Some(worst.ad.cause()),
        contributions: contributions(&ads, shown),
        doubt: worst.ad.doubt(),
        actions: worst.ad.actions(worst.tired),
        evidence: evidence(campaign, &ads, (first, last)),
        source_hash: String::new(),
    }
}

fn headline(campaign: &EntityRef, ads: &[Worn<'_>]) -> String {
    let worst = &ads[0];
    let (name, lost) = (&worst.ad.entity.name, worst.lost * 100.0);
    let what = if worst.tired { "worn out" } else { "wearing" };
    match ads.iter().filter(|ad| ad.tired == worst.tired).count() {
        1 => format!("{name} in {} is {what}: its click rate lost {lost:.0} %", campaign.name),
        count => format!("{count} ads of {} are {what}, {name} most: its click rate lost {lost:.0} %", campaign.name),
    }
}

fn detail(ads: &[Worn<'_>]) -> String {
    let one = |ad: &Worn<'_>| {
        let state = if ad.tired { "worn out" } else { "wearing" };
        format!("{} ({state}): {}", ad.ad.entity.name, ad.ad.detail())
    };
    let mut told: Vec<String> = ads.iter().take(TOLD).map(one).collect();
    let rest: Vec<&str> = ads.iter().skip(TOLD).map(|ad| ad.ad.entity.name.as_str()).collect();
    if !rest.is_empty() {
        told.push(format!("Likewise: {}.", rest.join(", ")));
    }
    told.join(" ")
}

/// What each ad's wear takes off the click rate of all these ads together, most first.
fn contributions(ads: &[Worn<'_>], shown: f64) -> Vec<Contribution> {
    let change = |ad: &Worn<'_>| (ad.after - ad.fresh) * ad.shown / shown;
    let whole: f64 = ads.iter().map(change).sum();
    let one = |ad: &Worn<'_>| Contribution {
        part: ContributionPart::Entity(ad.ad.entity.clone()),
        change: change(ad),
        share: if whole == 0.0 { 0.0 } else { change(ad) / whole },
    };
    ads.iter().map(one).filter(|part| part.change.is_finite() && part.share.is_finite()).collect()
}

fn evidence(campaign: &EntityRef, ads: &[Worn<'_>], (from, to): (Day, Day)) -> Vec<Evidence> {
    let worst: Vec<&str> = ads.iter().take(TOLD).map(|ad| ad.ad.entity.id.as_str()).collect();
    let worst = words::filter_with(campaign, Some((Dimension::Ad, &worst)));
    let query = |shows: &str, metrics: &[&str], by: &[&str], filter: String| Evidence {
        shows: shows.to_owned(),
        metrics: metrics.iter().map(|metric| (*metric).into()).collect(),
        by: by.iter().map(|dimension| (*dimension).into()).collect(),
        filter,
        from,
        to,
        compare: None,
        currency: None,
    };
    let whole = words::filter(campaign);
    vec![
        query("click rates of the worst by day", &["ctr", "impressions"], &["date", "ad"], worst),
        query("price and conversion rate of the campaign by day", &["cpm", "cvr", "spend"], &["date"], whole.clone()),
        query("the campaign's ads beside each other", &["ctr", "impressions", "spend"], &["ad"], whole),
    ]
}
