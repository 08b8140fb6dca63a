//! TikTok's some hundred words for whether an object delivers, in the common vocabulary.
//!
//! `secondary_status` is the effective state, `operation_status` the object's own switch. The words follow a pattern, and new ones are
//! added every year, so the pattern is read rather than a list.

use trimtab_domain::{Timestamp, entity::Status};

/// The effective status of an object.
pub(super) fn status(secondary: &str, operation: &str, ends: Option<Timestamp>, now: Timestamp) -> Status {
    let status = if secondary.is_empty() { switched(operation) } else { effective(secondary) };
    match status {
        Status::Active if ends.is_some_and(|end| end <= now) => Status::Ended,
        status => status,
    }
}

/// By the object's own switch, where nothing else is told.
fn switched(operation: &str) -> Status {
    match operation {
        "ENABLE" => Status::Active,
        "DISABLE" => Status::Paused,
        "DELETE" => Status::Deleted,
        _ => Status::Unknown,
    }
}

fn effective(word: &str) -> Status {
    const DELIVERING: [&str; 10] = [
        "STATUS_ENABLE",
        "STATUS_DELIVERY_OK",
        "STATUS_OK",
        "STATUS_GOOD",
        "STATUS_EXPLORING",
        "STATUS_UNEXPLORED",
        "STATUS_PARTIAL_AUDIT_DELIVERY_OK",
        "STATUS_REVIEW_PARTIALLY_APPROVED",
        "STATUS_SEARCH_KEYWORDS_PARTIAL_APPROVED",
        "STATUS_DELIVERY_AND_REAUDIT",
    ];
    const WAITING: [&str; 10] = [
        "AUDIT",
        "IN_REVIEW",
        "NOT_START",
        "STATUS_CREATE",
        "PENDING",
        "AWAITING_RELEASE",
        "PROCESS_AUDIO",
        "RF_BOOKING",
        "RF_SCHEDULE",
        "PRE_ONLINE",
    ];
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if ends(&["_DELETE"]) {
        Status::Deleted
    } else if ends(&DELIVERING) {
        Status::Active
    } else if ends(&["_DENY", "_DISAPPROVED", "_REJECTED", "_NOT_APPROVED"]) {
        Status::Disapproved
    } else if ends(&["_DISABLE"]) {
        Status::Paused
    } else if ends(&["_DONE", "_CLOSED", "RF_TERMINATE"]) {
        Status::Ended
    } else if ends(&WAITING) {
        Status::Pending
    } else {
        // Budget or balance used up, an asset or a permission lost, the account punished.
        Status::WithIssues
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_level_are_understood() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        for (word, expected) in [
            ("CAMPAIGN_STATUS_ENABLE", Status::Active),
            ("ADGROUP_STATUS_DELIVERY_OK", Status::Active),
            ("AD_STATUS_DELIVERY_OK", Status::Active),
            ("AD_STATUS_DELIVERY_AND_REAUDIT", Status::Active),
            ("ADGROUP_STATUS_PARTIAL_AUDIT_DELIVERY_OK", Status::Active),
            ("CAMPAIGN_STATUS_DISABLE", Status::Paused),
            ("ADGROUP_STATUS_CAMPAIGN_DISABLE", Status::Paused),
            ("AD_STATUS_ADGROUP_DISABLE", Status::Paused),
            ("CAMPAIGN_STATUS_DELETE", Status::Deleted),
            ("AD_STATUS_CAMPAIGN_DELETE", Status::Deleted),
            ("AD_STATUS_AUDIT_DENY", Status::Disapproved),
            ("AD_STATUS_ADGROUP_AUDIT_DENY", Status::Disapproved),
            ("AD_STATUS_PRIVACY_POLICY_REJECTED", Status::Disapproved),
            ("CAMPAIGN_STATUS_REVIEW_DISAPPROVED", Status::Disapproved),
            ("AD_STATUS_AUDIT", Status::Pending),
            ("ADGROUP_STATUS_REAUDIT", Status::Pending),
            ("ADGROUP_STATUS_NOT_START", Status::Pending),
            ("ADVERTISER_CONTRACT_PENDING", Status::Pending),
            ("ADGROUP_STATUS_TIME_DONE", Status::Ended),
            ("AD_STATUS_DONE", Status::Ended),
            ("CAMPAIGN_STATUS_BUDGET_EXCEED", Status::WithIssues),
            ("ADGROUP_STATUS_PARTIAL_AUDIT_NO_DELIVERY", Status::WithIssues),
            ("ADGROUP_STATUS_NOT_DELIVERY", Status::WithIssues),
            ("ADVERTISER_ACCOUNT_PUNISH", Status::WithIssues),
            ("AD_STATUS_SOMETHING_NEW", Status::WithIssues),
        ] {
            assert_eq!(status(word, "ENABLE", None, now), expected, "{word}");
        }
    }

    #[test]
    fn the_switch_counts_where_nothing_else_is_told_and_ends_end() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        assert_eq!(status("", "ENABLE", None, now), Status::Active);
        assert_eq!(status("", "DISABLE", None, now), Status::Paused);
        assert_eq!(status("", "DELETE", None, now), Status::Deleted);
        assert_eq!(status("", "", None, now), Status::Unknown);
        assert_eq!(status("ADGROUP_STATUS_DELIVERY_OK", "ENABLE", Some(now), now), Status::Ended);
        assert_eq!(status("ADGROUP_STATUS_DISABLE", "DISABLE", Some(now), now), Status::Paused);
    }
}
