//! Where a specification is behind its platform: what is there although the document does not know it, and what is gone although the document
//! still lists it. Each line names one place and cites the fact sheet that says so; there is no wildcard.

use super::found::Kind;
use serde::Serialize;

/// Something a platform has and its specification does not know yet.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Newer {
    pub(super) platform: &'static str,
    pub(super) kind: Kind,
    /// As a fault would name it.
    pub(super) place: &'static str,
    /// What the fact sheet says.
    pub(super) because: &'static str,
}

const KLAVIYO_LINKS: &str = "a link that leads nowhere is null (fact sheet B)";
const KLAVIYO_ERRORS: &str = "there in practice (fact sheet B, its sample of errors)";

/// What passes although the specification does not know it.
pub(super) const NEWER: [Newer; 12] = [
    Newer {
        platform: "pinterest",
        kind: Kind::UnknownField,
        place: "AdAccount.time_zone",
        because: "added after 5.23 (fact sheet §1 and §9, release notes of 5.28)",
    },
    Newer {
        platform: "ga4",
        kind: Kind::UnknownRoute,
        place: "GET /v1beta/accountSummaries",
        because: "of the Admin API, which is another service (fact sheet A), so its answer is not checked",
    },
    Newer { platform: "klaviyo", kind: Kind::WrongType, place: "CollectionLinks.next", because: KLAVIYO_LINKS },
    Newer { platform: "klaviyo", kind: Kind::WrongType, place: "CollectionLinks.prev", because: KLAVIYO_LINKS },
    Newer {
        platform: "klaviyo",
        kind: Kind::UnknownField,
        place: "ObjectLinks.next",
        because: "aggregates are paged, too (fact sheet B, its sample of aggregates)",
    },
    Newer { platform: "klaviyo", kind: Kind::UnknownField, place: "ClientError.errors.links", because: KLAVIYO_ERRORS },
    Newer { platform: "klaviyo", kind: Kind::UnknownField, place: "ClientError.errors.meta", because: KLAVIYO_ERRORS },
    Newer { platform: "klaviyo", kind: Kind::UnknownField, place: "ClientError.errors.status", because: KLAVIYO_ERRORS },
    Newer { platform: "klaviyo", kind: Kind::UnknownField, place: "ServerError.errors.links", because: KLAVIYO_ERRORS },
    Newer { platform: "klaviyo", kind: Kind::UnknownField, place: "ServerError.errors.meta", because: KLAVIYO_ERRORS },
    Newer { platform: "klaviyo", kind: Kind::UnknownField, place: "ServerError.errors.status", because: KLAVIYO_ERRORS },
    Newer {
        platform: "tiktok",
        kind: Kind::UnknownRoute,
        place: "GET /open_api/v1.3/user/info/",
        because: "named by the fact sheet (§3) and left out of the kit's subset, so its answer is not checked",
    },
];

/// A word that is listed and no longer served.
struct Gone {
    platform: &'static str,
    /// How the name of its list ends.
    list: &'static str,
    words: &'static [&'static str],
}

const GONE: [Gone; 2] = [
    // No longer served since 2026-01-12 (fact sheet of Meta, §1).
    Gone { platform: "meta", list: "_action_attribution_windows_enum_param", words: &["7d_view", "28d_view"] },
    // Replaced by `comscore_market` on 2026-06-22 (ibidem).
    Gone { platform: "meta", list: "insights_breakdowns_enum_param", words: &["dma"] },
];

/// Whether a word of a list is gone.
pub(super) fn is_gone(platform: &str, list: &str, word: &str) -> bool {
    GONE.iter().any(|gone| gone.platform == platform && list.ends_with(gone.list) && gone.words.contains(&word))
}

/// The line that lets a fault pass, by its place in [`NEWER`].
pub(super) fn newer(platform: &str, kind: Kind, place: &str) -> Option<usize> {
    NEWER.iter().position(|newer| newer.platform == platform && newer.kind == kind && newer.place == place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_about_one_place_alone() {
        assert!(newer("pinterest", Kind::UnknownField, "AdAccount.time_zone").is_some());
        assert!(newer("pinterest", Kind::WrongType, "AdAccount.time_zone").is_none());
        assert!(newer("meta", Kind::UnknownField, "AdAccount.time_zone").is_none());
        assert!(is_gone("meta", "adaccountinsights_action_attribution_windows_enum_param", "28d_view"));
        assert!(!is_gone("meta", "adaccountinsights_action_attribution_windows_enum_param", "1d_view"));
    }
}
