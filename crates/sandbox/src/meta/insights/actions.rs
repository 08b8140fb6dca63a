//! The overlapping action types of a row: totals and their components side by side, never to be summed.

use crate::world::measure::{
    ENGAGEMENTS, FUNNEL, KINDS, LANDINGS, LEAD_FORM, LEAD_WEB, LINK_CLICKS, PURCHASE_SHOP, PURCHASE_WEB, REACTIONS, Tally,
    VIDEO_VIEWS, WINDOWS,
};

/// The attribution windows in the order of a tally.
pub(crate) const WINDOW_NAMES: [&str; WINDOWS] = ["1d_click", "7d_click", "28d_click", "1d_view"];

/// One item of `actions` or `action_values`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) kind: &'static str,
    /// By the ad set's own setting, which is 7-day click and 1-day view throughout.
    pub(crate) value: i64,
    pub(crate) windows: [i64; WINDOWS],
}

fn item(kind: &'static str, windows: [i64; WINDOWS]) -> Item {
    Item { kind, value: windows[1] + windows[3], windows }
}

fn plus(a: [i64; WINDOWS], b: [i64; WINDOWS]) -> [i64; WINDOWS] {
    std::array::from_fn(|i| a[i] + b[i])
}

/// Which of a tally's results may be shown: with an hourly breakdown those off Meta are withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    All,
    OnMeta,
}

/// Calls `each` with every action that happened at least once.
pub(crate) fn counts(tally: &Tally, seen: Seen, mut each: impl FnMut(Item)) {
    let mut give = |item: Item| {
        if item.value > 0 || item.windows.iter().any(|w| *w > 0) {
            each(item);
        }
    };
    let on_meta = |kind, n: i64| item(kind, [n, n, n, 0]);
    give(on_meta("link_click", tally.linear[LINK_CLICKS]));
    give(on_meta("post_engagement", tally.linear[ENGAGEMENTS]));
    give(on_meta("page_engagement", tally.linear[ENGAGEMENTS]));
    give(on_meta("post_reaction", tally.linear[REACTIONS]));
    give(on_meta("video_view", tally.linear[VIDEO_VIEWS]));
    if seen == Seen::All {
        give(on_meta("landing_page_view", tally.linear[LANDINGS]));
        const FUNNEL_NAMES: [[&str; 2]; 3] = [
            ["omni_view_content", "offsite_conversion.fb_pixel_view_content"],
            ["omni_add_to_cart", "offsite_conversion.fb_pixel_add_to_cart"],
            ["omni_initiated_checkout", "offsite_conversion.fb_pixel_initiate_checkout"],
        ];
        for (event, names) in FUNNEL_NAMES.into_iter().enumerate() {
            let windows = std::array::from_fn(|w| tally.linear[FUNNEL + event * WINDOWS + w]);
            names.into_iter().for_each(|name| give(item(name, windows)));
        }
    }
    results(&tally.counts, seen, give);
}

/// Calls `each` with the worth of every result, in minor units.
pub(crate) fn values(tally: &Tally, seen: Seen, mut each: impl FnMut(Item)) {
    results(&tally.values, seen, |item| {
        if item.windows.iter().any(|w| *w > 0) {
            each(item);
        }
    });
}

fn results(table: &[[i64; WINDOWS]; KINDS], seen: Seen, mut give: impl FnMut(Item)) {
    if seen == Seen::All {
        let purchases = plus(table[PURCHASE_WEB], table[PURCHASE_SHOP]);
        give(item("omni_purchase", purchases));
        give(item("purchase", purchases));
        give(item("offsite_conversion.fb_pixel_purchase", table[PURCHASE_WEB]));
        give(item("onsite_web_purchase", table[PURCHASE_WEB]));
        give(item("lead", plus(table[LEAD_WEB], table[LEAD_FORM])));
        give(item("offsite_conversion.fb_pixel_lead", table[LEAD_WEB]));
    }
    give(item("onsite_conversion.purchase", table[PURCHASE_SHOP]));
    give(item("onsite_conversion.lead_grouped", table[LEAD_FORM]));
}
