//! How campaigns, ad groups and ads stand, in TikTok's words. TikTok knows no archive: what is put away there counts as deleted.

use crate::world::account::{Account, Place, Switch};

/// A status with the prefix of its level left out (`ENABLE`, `DELIVERY_OK`, `CAMPAIGN_DISABLE`).
pub(crate) type Status = &'static str;

/// An object's own switch, which is what its owner wants.
pub(crate) const fn operation(switch: Switch) -> &'static str {
    match switch {
        Switch::Active => "ENABLE",
        Switch::Paused | Switch::Archived | Switch::Deleted => "DISABLE",
    }
}

/// The effective state: (prefix of its level, rest).
pub(crate) fn secondary(account: &Account, place: Place, now: i64) -> (&'static str, Status) {
    let gone = |s: &Switch| matches!(s, Switch::Archived | Switch::Deleted);
    let off = |s: &Switch| *s == Switch::Paused;
    let ended = |stop: Option<i64>| stop.is_some_and(|at| at <= now);
    match place {
        Place::Campaign(c) => {
            let own = account.campaigns[c].object.switch.at(now);
            (
                "CAMPAIGN_STATUS_",
                if gone(own) {
                    "DELETE"
                } else if off(own) {
                    "DISABLE"
                } else {
                    "ENABLE"
                },
            )
        }
        Place::AdSet(s) => {
            let set = &account.ad_sets[s];
            let campaign = &account.campaigns[set.campaign];
            let (own, above) = (set.object.switch.at(now), campaign.object.switch.at(now));
            let status = if gone(own) {
                "DELETE"
            } else if gone(above) {
                "CAMPAIGN_DELETE"
            } else if off(own) {
                "DISABLE"
            } else if off(above) {
                "CAMPAIGN_DISABLE"
            } else if ended(set.stop) || ended(campaign.stop) {
                "TIME_DONE"
            } else {
                "DELIVERY_OK"
            };
            ("ADGROUP_STATUS_", status)
        }
        Place::Ad(a) => {
            let ad = &account.ads[a];
            let own = ad.object.switch.at(now);
            let status = match secondary(account, Place::AdSet(ad.ad_set), now).1 {
                _ if gone(own) => "DELETE",
                "DELETE" => "ADGROUP_DELETE",
                "CAMPAIGN_DELETE" => "CAMPAIGN_DELETE",
                _ if ad.disapproved.is_some_and(|at| at <= now) => "AUDIT_DENY",
                _ if off(own) => "DISABLE",
                "DISABLE" => "ADGROUP_DISABLE",
                "CAMPAIGN_DISABLE" => "CAMPAIGN_DISABLE",
                "TIME_DONE" => "DONE",
                _ => "DELIVERY_OK",
            };
            ("AD_STATUS_", status)
        }
        Place::Creative(_) | Place::Pixel => ("", ""),
    }
}

/// The effective state in a few words that all levels share.
pub(crate) fn primary(status: Status) -> &'static str {
    match status {
        s if s.ends_with("DELETE") => "STATUS_DELETE",
        "DISABLE" => "STATUS_DISABLE",
        "ENABLE" | "DELIVERY_OK" => "STATUS_DELIVERY_OK",
        "TIME_DONE" | "DONE" => "STATUS_TIME_DONE",
        _ => "STATUS_NOT_DELIVERY",
    }
}

/// Whether a status passes a condition on primary or secondary statuses; `None` for a word that is no status of the level.
pub(crate) fn passes(account: &Account, place: Place, now: i64, wanted: &str) -> Option<bool> {
    let (prefix, status) = secondary(account, place, now);
    let is_deleted = status.ends_with("DELETE");
    const PRIMARY: [&str; 5] = ["STATUS_DELETE", "STATUS_DISABLE", "STATUS_DELIVERY_OK", "STATUS_TIME_DONE", "STATUS_NOT_DELIVERY"];
    Some(match wanted {
        "STATUS_ALL" => true,
        "STATUS_NOT_DELETE" => !is_deleted,
        word if PRIMARY.contains(&word) => primary(status) == word,
        "STATUS_FROZEN" | "STATUS_CLOSED" | "STATUS_RF_CLOSED" => false,
        word => match word.strip_prefix(prefix)? {
            "ALL" => true,
            "NOT_DELETE" => !is_deleted,
            rest if rest.is_empty() || !rest.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => return None,
            rest => rest == status,
        },
    })
}
