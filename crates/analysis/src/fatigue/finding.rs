//! What a diagnosis says as a finding.

use super::confounders::Ruled;
use super::{Diagnosis, Verdict};
use crate::{anomaly::robust::sane, words};
use trimtab_domain::{
    Day,
    finding::{Cause, Evidence, Finding, FindingKind, Severity},
};

pub(super) const RULE: &str = "creative_fatigue";

impl Diagnosis {
    /// The finding of an ad that is tired or tires; `None` for every other verdict. Tired: a warning, for it is mended within days and not
    /// within hours; wearing: good to know. An ad tires once, so its finding keeps its id.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        let tired = match self.verdict {
            Verdict::Fatigued => true,
            Verdict::Wearing => false,
            _ => return None,
        };
        let (ends, looked_at) = (self.ends?, self.looked_at?);
        let born = self.created.unwrap_or(Day::constant(2000, 1, 1));
        let severity = if tired { Severity::Warning } else { Severity::Info };
        Some(Finding {
            id: Finding::id_of(FindingKind::Fatigue, RULE, &self.entity, Some("ctr"), born),
            kind: FindingKind::Fatigue,
            rule: RULE.into(),
            severity,
            entity: self.entity.clone(),
            metric: Some("ctr".into()),
            from: self.since.unwrap_or(ends.after.0).min(looked_at.1),
            to: looked_at.1,
            ongoing: true,
            value: sane(Some(ends.ctr_after)),
            expected: Some(self.fresh()?),
            interval: None,
            currency: None,
            confidence: self.confidence,
            headline: self.headline(tired),
            detail: self.detail(),
            cause: Some(self.cause()),
            contributions: Vec::new(),
            doubt: self.doubt(),
            actions: self.actions(tired),
            evidence: self.evidence(looked_at),
            source_hash: String::new(),
        })
    }

    /// What its click rate would be had it not worn; `None` where nothing was compared.
    pub(super) fn fresh(&self) -> Option<f64> {
        let (ends, loss) = (self.ends?, self.loss?);
        Some(sane(Some(ends.ctr_before * (1.0 - (loss.whole - loss.own)))).unwrap_or(0.0))
    }

    fn headline(&self, tired: bool) -> String {
        let lost = self.loss.map_or(0.0, |l| l.own * 100.0);
        let name = &self.entity.name;
        match (tired, self.days_left) {
            (true, _) => format!("{name} is worn out: its click rate lost {lost:.0} %"),
            (false, Some(left)) => format!("{name} is wearing: {lost:.0} % lost, tired in about {:.0} days", left.days.ceil()),
            (false, None) => format!("{name} is wearing: its click rate lost {lost:.0} %"),
        }
    }

    pub(super) fn detail(&self) -> String {
        let (Some(ends), Some(loss), Some(trend)) = (self.ends, self.loss, self.trend) else { return String::new() };
        let mut text = format!(
            "Its click rate was {:.2} % from {} to {} and {:.2} % from {} to {}. Over {} days it falls with τ {:.2} (chance {}).",
            ends.ctr_before,
            ends.before.0,
            ends.before.1,
            ends.ctr_after,
            ends.after.0,
            ends.after.1,
            trend.days,
            trend.tau,
            chance(trend.chance),
        );
        text += &format!(
            " Without what other ads lost too it lost {:.0} % ({:.0} to {:.0} %, four times in five).",
            loss.own * 100.0,
            loss.interval.0 * 100.0,
            loss.interval.1 * 100.0,
        );
        if let Some(seen) = self.frequency {
            let how = if seen.rises { "rises" } else { "does not rise" };
            text += &format!(" Impressions per person and day went from {:.2} to {:.2} ({how}).", seen.before, seen.after);
        }
        if self.cvr.is_some_and(|t| t.falls(0.01)) {
            text += " Those who click buy less often too.";
        }
        if let Some(left) = self.days_left.filter(|left| left.days > 0.0) {
            let latest = left.to.map_or("perhaps never".to_owned(), |to| format!("at the latest {:.0}", to.ceil()));
            text +=
                &format!(" It is tired in about {:.0} days, at the earliest {:.0}, {latest}.", left.days.ceil(), left.from.floor());
        }
        text
    }

    pub(super) fn cause(&self) -> Cause {
        let out = self.rulings.iter().filter(|r| r.ruled == Ruled::Out).map(|r| r.text.trim_end_matches('.'));
        let text = format!(
            "The same people have seen it too often. Ruled out is what else could be why: {}.",
            out.collect::<Vec<_>>().join("; ")
        );
        Cause { kind: RULE.into(), text, confidence: self.confidence, events: Vec::new() }
    }

    pub(super) fn doubt(&self) -> String {
        let mut doubts: Vec<String> =
            self.rulings.iter().filter(|r| r.ruled == Ruled::Unknown).map(|r| format!("Not checked: {}", r.text)).collect();
        if self.created.zip(self.looked_at).is_some_and(|(made, (first, _))| made < first) {
            doubts.push("It ran before the first day looked at, so it has lost more than told.".to_owned());
        }
        doubts.push("Wrong if a fresh creative for the same audience starts no higher than this one ends.".to_owned());
        doubts.join(" ")
    }

    pub(super) fn actions(&self, tired: bool) -> Vec<String> {
        let mut actions = Vec::new();
        if tired {
            actions
                .push("Bring in a new creative with another hook for the same audience, and let both run for a week.".to_owned());
            actions.push("Pause this one once the new one has left learning.".to_owned());
        } else {
            actions.push("Have a new creative ready by the day it is tired.".to_owned());
            actions.push("Rotate it with the other creatives of its ad group.".to_owned());
        }
        if self.frequency.is_some_and(|f| f.rises) {
            actions.push("Cap frequency or widen the audience: the same people see it more and more often.".to_owned());
        }
        actions
    }

    fn evidence(&self, (from, to): (Day, Day)) -> Vec<Evidence> {
        let filter = words::filter(&self.entity);
        let query = |shows: &str, metrics: &[&str], by: &[&str], filter: &str| Evidence {
            shows: shows.to_owned(),
            metrics: metrics.iter().map(|m| (*m).into()).collect(),
            by: by.iter().map(|d| (*d).into()).collect(),
            filter: filter.to_owned(),
            from,
            to,
            compare: None,
            currency: None,
        };
        vec![
            query("its click rate by day", &["ctr", "impressions"], &["date"], &filter),
            query("price and conversion rate by day", &["cpm", "cvr", "spend"], &["date"], &filter),
            query("the click rate of all ads by day", &["ctr", "impressions"], &["date"], &words::account_filter(&self.entity)),
        ]
    }
}

fn chance(p: f64) -> String {
    if p < 0.001 { "below 0.1 %".to_owned() } else { format!("{:.1} %", p * 100.0) }
}
