//! Ads that their platform refuses: since when, and what they brought before.
//!
//! A platform says of an ad that it is refused, seldom since when. It stopped delivering then: the first day without an impression after
//! its last one is taken for the day, and said to be. What it costs is what the ad spent and earned a day over its last [`WEEK`] days of
//! delivery; severity follows its share of the account's spend over the same days.
//!
//! **Confidence** that the refusal is why it stopped: an ad that ran without a pause up to the day, and whose siblings ran on, leaves
//! little else; 1 − 1/(n + 1) for n days of delivery in a row, halved where the account as a whole stopped with it.
//!
//! **It misleads** where the ad was paused first and refused later, or ran out of budget before; and it says nothing of ads that were
//! refused before they ever delivered, which cost nothing yet.

use crate::track::{AccountTracks, Figures, Track};
use crate::words;
use trimtab_domain::{
    Day,
    finding::{Cause, EventKind, Evidence, Finding, FindingKind, KnownEvent, Severity},
};

/// Days whose mean says what an ad brings.
pub const WEEK: usize = 7;
/// Shares of the account's spend from which on a refused ad is a warning, and critical.
const SHARES: (f64, f64) = (0.02, 0.2);
/// Days shown before the refusal.
const SHOWN: i32 = 28;

/// The finding that an ad was refused; `None` where it never delivered in the days handed in, or still does.
#[must_use]
pub fn refused(ad: &Track, tracks: &AccountTracks) -> Option<Finding> {
    let delivers = |day: &Option<Figures>| day.is_some_and(|figures| figures.impressions > 0.0);
    let last = ad.days.iter().rposition(delivers)?;
    if last + 1 >= ad.days.len() {
        return None;
    }
    let from = ad.day(last + 1);
    let run = ad.days[..=last].iter().rev().take_while(|day| delivers(day)).count();
    let first = (last + 1).saturating_sub(WEEK.min(run));
    let before = Figures::sum(&ad.days[first..=last])?;
    let days = days(last + 1 - first);
    let whole = Figures::sum(tracks.account.between(ad.day(first), ad.day(last)))?;
    let share = if whole.spend > 0.0 { before.spend / whole.spend } else { 0.0 };
    let after = Figures::sum(tracks.account.between(from, from.saturating_add(jiff::Span::new().days(2))));
    let alone = after.is_some_and(|figures| figures.impressions > 0.0);
    let sure = (1.0 - 1.0 / (self::days(run) + 1.0)) * if alone { 1.0 } else { 0.5 };
    let event = KnownEvent {
        day: from,
        entity: ad.entity.clone(),
        kind: EventKind::Disapproved,
        before: String::new(),
        after: "disapproved".to_owned(),
        factor: None,
        by: None,
    };
    let name = &ad.entity.name;
    let (spend, conversions) = (before.spend / days, before.conversions / days);
    Some(Finding {
        id: Finding::id_of(FindingKind::Anomaly, "disapproval", &ad.entity, Some("impressions"), from),
        kind: FindingKind::Anomaly,
        rule: "disapproval".into(),
        severity: severity(share),
        entity: ad.entity.clone(),
        metric: Some("impressions".into()),
        from,
        to: ad.day(ad.days.len() - 1),
        ongoing: true,
        value: Some(0.0),
        expected: Some(before.impressions / days),
        interval: None,
        currency: Some(tracks.currency),
        confidence: sure,
        headline: format!("The ad {name} is refused and has not been shown since {from}"),
        detail: format!(
            "Before, it spent {spend:.2} {currency} a day ({percent:.1} % of the account) and brought {conversions:.1} conversions a day. The \
             platform says that it is refused; the day is the first without an impression.",
            currency = tracks.currency,
            percent = share * 100.0,
        ),
        cause: Some(Cause {
            kind: "disapproval".into(),
            text: "The platform refused the ad.".to_owned(),
            confidence: sure,
            events: vec![event],
        }),
        contributions: vec![],
        doubt: "It may have been paused, or out of budget, before it was refused: the change history of the platform tells."
            .to_owned(),
        actions: vec![
            "Read the platform's reason and mend the ad, or ask for another review.".to_owned(),
            "Check other ads with the same text or picture: they are usually refused next.".to_owned(),
        ],
        evidence: vec![evidence(ad, from)],
        source_hash: String::new(),
    })
}

fn severity(share: f64) -> Severity {
    if share >= SHARES.1 {
        Severity::Critical
    } else if share >= SHARES.0 {
        Severity::Warning
    } else {
        Severity::Info
    }
}

fn days(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn evidence(ad: &Track, from: Day) -> Evidence {
    let begin = from.saturating_sub(jiff::Span::new().days(SHOWN)).max(ad.first);
    Evidence {
        shows: "The ad's impressions and spend by day: they end.".to_owned(),
        metrics: vec!["impressions".into(), "spend".into()],
        by: vec!["date".into()],
        filter: words::filter(&ad.entity),
        from: begin,
        to: from.saturating_add(jiff::Span::new().days(6)).min(ad.day(ad.days.len() - 1)).max(begin),
        compare: None,
        currency: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use trimtab_domain::{
        Source,
        finding::{EntityRef, Level},
    };

    fn track(level: Level, id: &str, spend: &[Option<f64>]) -> Track {
        let entity = EntityRef { level, source: Some(Source::Meta), account: "1".into(), id: id.into(), name: id.into() };
        let day = |spend: &Option<f64>| spend.map(|spend| Figures { spend, impressions: spend * 100.0, ..Figures::default() });
        Track { entity, first: jiff::civil::date(2026, 3, 1), days: spend.iter().map(day).collect() }
    }

    fn account(spend: &[Option<f64>]) -> AccountTracks {
        AccountTracks {
            account: track(Level::Account, "1", spend),
            currency: "EUR".parse().unwrap(),
            provisional_from: None,
            campaigns: vec![],
            events: vec![],
        }
    }

    #[test]
    fn an_ad_that_ended_while_others_went_on_is_told_with_its_day_and_weight() {
        let ad = track(Level::Ad, "7", &[Some(10.0); 12].into_iter().chain([None, Some(0.0), None]).collect::<Vec<_>>());
        let found = refused(&ad, &account(&[Some(100.0); 15])).unwrap();
        assert_eq!(found.fault(), None);
        assert_eq!((found.from.to_string(), found.severity), ("2026-03-13".to_owned(), Severity::Warning));
        assert!(found.confidence > 0.9 && found.detail.contains("10.00 EUR a day (10.0 % of the account)"), "{}", found.detail);
        let stopped: Vec<_> = [Some(100.0); 12].into_iter().chain([None; 3]).collect();
        assert!(refused(&ad, &account(&stopped)).unwrap().confidence < 0.5, "everything stopped: something else may be why");
    }

    #[test]
    fn an_ad_that_delivers_or_never_did_is_not_told() {
        let calm = account(&[Some(100.0); 3]);
        assert_eq!(refused(&track(Level::Ad, "7", &[Some(1.0); 3]), &calm), None);
        assert_eq!(refused(&track(Level::Ad, "7", &[None; 3]), &calm), None);
        assert_eq!(refused(&track(Level::Ad, "7", &[]), &account(&[])), None);
    }

    proptest! {
        #[test]
        fn whatever_the_figures_what_is_told_is_sound(
            ad in prop::collection::vec(prop::option::of(-1e9..1e9_f64), 0..40),
            whole in prop::collection::vec(prop::option::of(-1e9..1e9_f64), 0..40),
        ) {
            if let Some(found) = refused(&track(Level::Ad, "7", &ad), &account(&whole)) {
                prop_assert_eq!(found.fault(), None);
            }
        }
    }
}
