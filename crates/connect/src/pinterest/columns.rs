//! Which columns are asked for. All of them exist in the direct reads and in reports, so that both give the same facts.
//!
//! `_1` counts what was paid for, `_2` what followed from people saving it, `TOTAL_` both. `…_IN_MICRO_DOLLAR` is millionths of the account's
//! currency, whichever that is.

/// The windows asked for with every read: those Pinterest itself defaults to, said aloud because defaults may change.
pub(super) const CLICK_WINDOW_DAYS: u8 = 30;
/// See [`CLICK_WINDOW_DAYS`].
pub(super) const ENGAGEMENT_WINDOW_DAYS: u8 = 30;
/// See [`CLICK_WINDOW_DAYS`].
pub(super) const VIEW_WINDOW_DAYS: u8 = 1;
/// Conversions are dated by the day of the ad.
pub(super) const REPORT_TIME: &str = "TIME_OF_AD_ACTION";

/// Conversions in all three windows together.
pub(super) const WINDOW_ALL: &str = "default";
/// Conversions after a click.
pub(super) const WINDOW_CLICK: &str = "30d_click";
/// Conversions after another engagement (a save, a closer look).
pub(super) const WINDOW_ENGAGEMENT: &str = "30d_engagement";
/// Conversions after a mere view.
pub(super) const WINDOW_VIEW: &str = "1d_view";

/// Figures of every grain, beside conversions.
pub(super) const FIGURES: [&str; 6] =
    ["SPEND_IN_MICRO_DOLLAR", "IMPRESSION_1", "CLICKTHROUGH_1", "OUTBOUND_CLICK_1", "TOTAL_IMPRESSION_USER", "VIDEO_3SEC_VIEWS_1"];

/// Conversions by event and window, and their values where there are any.
pub(super) const CONVERSIONS: [&str; 27] = [
    "TOTAL_CHECKOUT",
    "TOTAL_CLICK_CHECKOUT",
    "TOTAL_ENGAGEMENT_CHECKOUT",
    "TOTAL_VIEW_CHECKOUT",
    "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_CLICK_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_ENGAGEMENT_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_VIEW_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_SIGNUP",
    "TOTAL_CLICK_SIGNUP",
    "TOTAL_ENGAGEMENT_SIGNUP",
    "TOTAL_VIEW_SIGNUP",
    "TOTAL_SIGNUP_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_CLICK_SIGNUP_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_ENGAGEMENT_SIGNUP_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_VIEW_SIGNUP_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_LEAD",
    "TOTAL_CLICK_LEAD",
    "TOTAL_ENGAGEMENT_LEAD",
    "TOTAL_VIEW_LEAD",
    "TOTAL_CLICK_ADD_TO_CART",
    "TOTAL_VIEW_ADD_TO_CART",
    "TOTAL_PAGE_VISIT",
    "TOTAL_ADD_TO_WISHLIST",
    "TOTAL_SUBSCRIBE",
    "TOTAL_CUSTOM",
    "TOTAL_CUSTOM_VALUE_IN_MICRO_DOLLAR",
];

/// Columns of a read by ad.
pub(super) fn of_ads() -> Vec<&'static str> {
    [&["CAMPAIGN_ID", "AD_GROUP_ID", "AD_ID"], FIGURES.as_slice(), CONVERSIONS.as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_is_asked_for_twice() {
        let mut columns = of_ads();
        let asked = columns.len();
        columns.sort_unstable();
        columns.dedup();
        assert_eq!(columns.len(), asked);
    }
}
