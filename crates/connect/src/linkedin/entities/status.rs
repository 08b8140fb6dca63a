//! What LinkedIn says of whether an object delivers, in the common vocabulary.
//!
//! `status` is what somebody intends, `servingStatuses` what really holds delivery up. New holds are added, and their names follow a
//! pattern, so the pattern is read rather than a list.

use compact_str::CompactString;
use trimtab_domain::entity::Status;

/// The effective status of a group or campaign, and the word that decided.
pub(super) fn effective(intended: &str, serving: &[CompactString]) -> (Status, CompactString) {
    let status = match intended {
        "ACTIVE" => return held(intended, serving),
        "PAUSED" => Status::Paused,
        "DRAFT" => Status::Pending,
        "ARCHIVED" => Status::Archived,
        "COMPLETED" | "CANCELED" | "CANCELLED" => Status::Ended,
        "PENDING_DELETION" | "REMOVED" => Status::Deleted,
        _ => Status::Unknown,
    };
    (status, intended.into())
}

/// Of what is on: the gravest of what holds it up.
fn held(intended: &str, serving: &[CompactString]) -> (Status, CompactString) {
    let holds = serving.iter().filter(|word| *word != "RUNNABLE").map(|word| (hold(word), word));
    match holds.min_by_key(|(status, _)| GRAVITY.iter().position(|known| known == status)) {
        Some((status, word)) => (status, word.clone()),
        None => (Status::Active, intended.into()),
    }
}

/// What decides first where several holds are named.
const GRAVITY: [Status; 5] = [Status::Ended, Status::Paused, Status::Disapproved, Status::WithIssues, Status::Pending];

/// What one hold means.
fn hold(word: &str) -> Status {
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["END_DATE", "COMPLETED", "EXPIRED"]) {
        Status::Ended
    } else if has(&["REJECTED"]) {
        Status::Disapproved
    } else if has(&["START_DATE", "REVIEW", "PENDING", "PROCESSING"]) {
        Status::Pending
    } else if has(&["STATUS_HOLD", "STOPPED", "PAUSED"]) {
        Status::Paused
    } else {
        // Budget used up, billing, an audience too small, the account restricted.
        Status::WithIssues
    }
}

/// The effective status of a creative, and the word that decided.
pub(super) fn of_creative(intended: &str, serving: Option<bool>, holds: &[CompactString], review: &str) -> (Status, CompactString) {
    match (intended, review, serving) {
        ("ACTIVE", "REJECTED", _) => (Status::Disapproved, review.into()),
        ("ACTIVE", _, Some(true)) => (Status::Active, intended.into()),
        ("ACTIVE", "PENDING" | "UNDER_REVIEW", _) => (Status::Pending, review.into()),
        // Not serving without a reason of its own: what it lies in decides.
        _ => effective(intended, holds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intent_decides_what_is_off_and_holds_what_is_on() {
        let of = |intended: &str, serving: &[&str]| {
            let serving: Vec<CompactString> = serving.iter().map(|word| (*word).into()).collect();
            let (status, word) = effective(intended, &serving);
            (status, word.to_string())
        };
        for (intended, serving, status, word) in [
            ("ACTIVE", &["RUNNABLE"][..], Status::Active, "ACTIVE"),
            ("ACTIVE", &[], Status::Active, "ACTIVE"),
            ("ACTIVE", &["CAMPAIGN_TOTAL_BUDGET_HOLD"], Status::WithIssues, "CAMPAIGN_TOTAL_BUDGET_HOLD"),
            ("ACTIVE", &["BILLING_HOLD", "CAMPAIGN_GROUP_STATUS_HOLD"], Status::Paused, "CAMPAIGN_GROUP_STATUS_HOLD"),
            ("ACTIVE", &["ACCOUNT_END_DATE_HOLD", "STOPPED"], Status::Ended, "ACCOUNT_END_DATE_HOLD"),
            ("ACTIVE", &["CAMPAIGN_START_DATE_HOLD"], Status::Pending, "CAMPAIGN_START_DATE_HOLD"),
            ("ACTIVE", &["CAMPAIGN_AUDIENCE_COUNT_HOLD"], Status::WithIssues, "CAMPAIGN_AUDIENCE_COUNT_HOLD"),
            ("PAUSED", &["STOPPED"], Status::Paused, "PAUSED"),
            ("DRAFT", &[], Status::Pending, "DRAFT"),
            ("ARCHIVED", &[], Status::Archived, "ARCHIVED"),
            ("CANCELED", &[], Status::Ended, "CANCELED"),
            ("CANCELLED", &[], Status::Ended, "CANCELLED"),
            ("COMPLETED", &[], Status::Ended, "COMPLETED"),
            ("PENDING_DELETION", &[], Status::Deleted, "PENDING_DELETION"),
            ("", &["RUNNABLE"], Status::Unknown, ""),
        ] {
            assert_eq!(of(intended, serving), (status, word.to_owned()), "{intended} {serving:?}");
        }
    }

    #[test]
    fn creatives_are_reviewed() {
        let of = |intended, serving, review| of_creative(intended, serving, &[], review).0;
        assert_eq!(of("ACTIVE", Some(true), "APPROVED"), Status::Active);
        assert_eq!(of("ACTIVE", Some(false), "REJECTED"), Status::Disapproved);
        assert_eq!(of("ACTIVE", Some(false), "PENDING"), Status::Pending);
        assert_eq!(of("ACTIVE", Some(false), "APPROVED"), Status::Active, "what it lies in decides");
        assert_eq!(of("PAUSED", Some(false), "PENDING"), Status::Paused);
        let stopped = of_creative("ACTIVE", Some(false), &["CAMPAIGN_STOPPED".into()], "APPROVED");
        assert_eq!(stopped, (Status::Paused, "CAMPAIGN_STOPPED".into()));
    }
}
