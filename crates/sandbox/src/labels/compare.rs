//! Which labels were met.

use super::Label;
use serde::Serialize;
use std::collections::BTreeMap;
use trimtab_domain::{
    Day, Source,
    finding::{ContributionPart, Finding, FindingKind, Level},
};

/// Effects below this are too small for anybody to see, in units of noise.
const VISIBLE: f64 = 3.0;
/// Days before and after a label's beginning within which a finding of it may begin.
const BEFORE: i32 = 2;
const AFTER: i32 = 3;

/// Labels held against findings. Every label is in exactly one of `right_cause`, `too_small`, `not_due` and `missing`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LabelsMet {
    /// Labels there are.
    pub told: usize,
    /// Those a finding meets, whatever cause it names.
    pub found: usize,
    /// Those met by a finding that names their cause.
    pub right_cause: usize,
    /// Those not so met whose effect is below three units of noise.
    pub too_small: usize,
    /// Those not so met that could not be told yet, or no more.
    pub not_due: usize,
    /// The same by kind of trouble.
    pub by_kind: BTreeMap<&'static str, KindMet>,
    /// Those that should have been told and were not.
    pub missing: Vec<Missing>,
}

/// Labels of one kind; see [`LabelsMet`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct KindMet {
    /// Labels there are.
    pub told: usize,
    /// Those a finding meets.
    pub found: usize,
    /// Those met with their cause.
    pub right_cause: usize,
    /// Those too small.
    pub too_small: usize,
    /// Those not due.
    pub not_due: usize,
}

/// A label that should have been told with its cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Missing {
    /// Whose account it is.
    pub tenant: String,
    /// The platform.
    pub source: Source,
    /// The platform's id of the account.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// What happened.
    pub kind: &'static str,
    /// The first day it shows.
    pub day: Day,
    /// The object it happened to.
    pub object: String,
    /// Its effect in units of noise, where daily figures show it.
    pub effect: Option<f64>,
    /// What was told in its place.
    pub why: String,
}

impl LabelsMet {
    /// Holds labels against what was found; `doubted` are accounts whose totals were found to differ from the sum of their parts.
    #[must_use]
    pub fn of(labels: &[Label], found: &[Finding], doubted: &[(Source, &str)]) -> Self {
        let mut met = Self::default();
        for label in labels {
            let meeting: Vec<&Finding> = found.iter().filter(|finding| meets(finding, label)).collect();
            let by_total = label.kind == "withdrawn_ad" && doubted.contains(&(label.source, label.account.as_str()));
            let is_found = by_total || !meeting.is_empty();
            let is_right = by_total || meeting.iter().any(|finding| names(finding, label));
            let small = label.effect.is_some_and(|effect| effect < VISIBLE);
            let kind = met.by_kind.entry(label.kind).or_default();
            let [right, not_due, too_small] = match (is_right, label.not_due.is_some(), small) {
                (true, ..) => [1, 0, 0],
                (false, true, _) => [0, 1, 0],
                (false, false, true) => [0, 0, 1],
                (false, false, false) => [0, 0, 0],
            };
            for (told, found, of_right, of_due, of_small) in [
                (&mut kind.told, &mut kind.found, &mut kind.right_cause, &mut kind.not_due, &mut kind.too_small),
                (&mut met.told, &mut met.found, &mut met.right_cause, &mut met.not_due, &mut met.too_small),
            ] {
                *told += 1;
                *found += usize::from(is_found);
                *of_right += right;
                *of_due += not_due;
                *of_small += too_small;
            }
            if right + not_due + too_small == 0 {
                met.missing.push(missing(label, &meeting));
            }
        }
        met
    }
}

fn missing(label: &Label, meeting: &[&Finding]) -> Missing {
    let why = match meeting {
        [] => "no finding begins about that day".to_owned(),
        [finding, ..] => format!("told as {}: {}", cause(finding).unwrap_or("nothing in particular"), finding.headline),
    };
    Missing {
        tenant: label.tenant.clone(),
        source: label.source,
        account: label.account.clone(),
        account_name: label.account_name.clone(),
        kind: label.kind,
        day: label.from,
        object: label.object.clone(),
        effect: label.effect.map(|effect| (effect * 10.0).round() / 10.0),
        why,
    }
}

fn cause(finding: &Finding) -> Option<&str> {
    finding.cause.as_ref().map(|cause| cause.kind.as_str())
}

/// Whether a finding is about what a label is about, and begins when it does.
fn meets(finding: &Finding, label: &Label) -> bool {
    if finding.entity.source != Some(label.source) || finding.entity.account != label.account {
        return false;
    }
    if label.kind == "creative_fatigue" {
        return finding.kind == FindingKind::Fatigue && is_about(finding, &label.object);
    }
    let inside = finding.entity.level == Level::Account
        || label.campaign.as_deref().is_none_or(|id| finding.entity.id == id)
        || finding.entity.id == label.object.as_str();
    let apart = label.from.until(finding.from).map_or(i32::MAX, |span| span.get_days());
    matches!(finding.kind, FindingKind::Anomaly | FindingKind::Pixel) && inside && (-BEFORE..=AFTER).contains(&apart)
}

/// Whether an object is what a finding is said of, or one of those it names.
fn is_about(finding: &Finding, object: &str) -> bool {
    let part = |part: &ContributionPart| matches!(part, ContributionPart::Entity(entity) if entity.id == object);
    finding.entity.id == object || finding.contributions.iter().any(|contribution| part(&contribution.part))
}

/// Whether a finding names a label's cause, as far as it could be known: who cut a budget is in a platform's record alone.
fn names(finding: &Finding, label: &Label) -> bool {
    let cause = cause(finding).unwrap_or_default();
    cause == label.kind || label.kind == "outside_edit" && cause == "budget_cut" && !label.recorded
}
